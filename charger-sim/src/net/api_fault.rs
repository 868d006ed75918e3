//! Which request a call is, for faults that are planned by place.

use super::api::{console_word, path_and_query};
use super::http::Head;

/// The names that [`request_name`] gives: those of [`charger_link::Request::name`], and a
/// few for what is no request of its own.
pub(crate) const PLACES: [&str; 17] = [
    "login",
    "close",
    "identify",
    "read",
    "read-category",
    "write",
    "install",
    "upload-status",
    "upload",
    "set-clock",
    "restart",
    "read-log",
    "read-transactions",
    "keep-firmware",
    "erase-transactions",
    "white-list",
    "other",
];

/// The name that [`charger_link::Request::name`] has for what is asked; `login`,
/// `erase-transactions` and `white-list`, which are no requests; or `other`. All are among [`PLACES`].
pub(crate) fn request_name(head: &Head, body: &[u8]) -> &'static str {
    let (path, query) = path_and_query(&head.target);
    match (head.method.as_str(), path) {
        ("POST", "login") => "login",
        ("POST", "logout") => "close",
        ("GET", "info") => "identify",
        ("GET", "prop") if query.starts_with("ids=") => "read",
        ("GET", "prop" | "categories") => "read-category",
        ("POST", "prop") => "write",
        ("POST", "domain") => "install",
        ("GET", "firmware") => "upload-status",
        ("POST", "firmware") => "upload",
        ("POST", "datetime") => "set-clock",
        ("POST", "reset") => "restart",
        ("GET", "log") => "read-log",
        ("GET", "transactions") => "read-transactions",
        ("GET", "whitelist") | ("POST", "addtag") => "white-list",
        ("POST", "cmd") => command_name(body),
        _ => "other",
    }
}

fn command_name(body: &[u8]) -> &'static str {
    match console_word(body).as_deref() {
        Some("reboot") => "restart",
        Some("forcefirmwarepermanent") => "keep-firmware",
        Some("txerase") => "erase-transactions",
        Some(word) if word.starts_with("date ") => "set-clock",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use charger_link::{Request, Upload};
    use ocpp_config::{Secret, WriteOnlyItem};

    use super::*;

    fn name(method: &str, target: &str, body: &str) -> &'static str {
        let text = format!("{method} /api/{target} HTTP/1.1\r\nHost: x\r\n\r\n");
        let head = Head::parse(text.as_bytes()).unwrap().unwrap().0;
        request_name(&head, body.as_bytes())
    }

    #[test]
    fn places_bear_the_names_of_requests() {
        let clock = Request::SetClock {
            since_epoch: Duration::ZERO,
        };
        let install = Request::Install {
            item: WriteOnlyItem::CSMS_ROOT,
            data: Secret::from(""),
        };
        let date = r#"{"command":"date 2026-03-04 08:58:37"}"#;
        let keep = r#"{"command":"forcefirmwarepermanent"}"#;
        for (method, target, body, request) in [
            ("POST", "logout", "", Request::Close),
            ("GET", "info", "", Request::Identify),
            ("GET", "prop?ids=2053_0", "", Request::Read(vec![])),
            (
                "GET",
                "categories",
                "",
                Request::ReadCategory(String::new()),
            ),
            (
                "GET",
                "prop?cat=ocpp",
                "",
                Request::ReadCategory(String::new()),
            ),
            ("POST", "prop", "{}", Request::Write(vec![])),
            ("POST", "domain", "{}", install),
            ("GET", "firmware", "", Request::UploadStatus),
            (
                "POST",
                "firmware",
                "",
                Request::Upload(Upload::new(bytes::Bytes::new())),
            ),
            ("POST", "datetime", "", clock.clone()),
            ("POST", "cmd", date, clock),
            ("POST", "reset?type=hard", "", Request::Restart),
            ("POST", "cmd", r#"{"command":"reboot"}"#, Request::Restart),
            ("POST", "cmd", keep, Request::KeepFirmware),
            ("GET", "log?offset=0", "", Request::ReadLog { offset: 0 }),
            (
                "GET",
                "transactions?offset=0",
                "",
                Request::ReadTransactions { before: 0 },
            ),
        ] {
            assert_eq!(
                name(method, target, body),
                request.name(),
                "{target} {body}"
            );
            assert!(PLACES.contains(&request.name()));
        }
    }

    #[test]
    fn what_is_no_request_has_a_name_of_its_own() {
        for (method, target, body, expected) in [
            ("POST", "login", "{}", "login"),
            (
                "POST",
                "cmd",
                r#"{"command":"txerase"}"#,
                "erase-transactions",
            ),
            ("GET", "whitelist?index=0", "", "white-list"),
            ("POST", "addtag", "{}", "white-list"),
            ("POST", "cmd", "not JSON, reboot", "other"),
            ("DELETE", "prop", "", "other"),
        ] {
            assert_eq!(name(method, target, body), expected);
            assert!(PLACES.contains(&expected));
        }
    }
}
