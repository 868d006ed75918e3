//! Which request a call is, for faults that are planned by place.

use super::api::path_and_query;
use super::http::Head;

/// The name that [`charger_link::Request::name`] has for what is asked, or `login`.
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
        ("POST", "cmd") if contains(body, b"reboot") => "restart",
        ("POST", "cmd") if contains(body, b"date ") => "set-clock",
        ("POST", "cmd") => "keep-firmware",
        _ => "other",
    }
}

fn contains(body: &[u8], word: &[u8]) -> bool {
    body.windows(word.len()).any(|window| window == word)
}
