//! Rules between values over the plain document, for peers that take rules as functions
//! of one's own. The first rule that is broken is named; there are no paths, no places,
//! no severities.

use super::plain::{PlainDocument, PlainProfile};

type Broken = &'static str;

/// The rules of one network profile: 13, and the 19 of its address.
pub(super) fn profile(profile: &PlainProfile) -> Result<(), Broken> {
    if let Some(url) = profile.csms_url.as_deref() {
        address(profile, url)?;
    }
    let is_mobile = profile.interface.as_deref() == Some("mobile");
    let security = profile.security_profile.unwrap_or_default();
    let apn = profile.apn.as_ref();
    let user = apn.is_some_and(|apn| apn.user.is_some());
    let password = apn.is_some_and(|apn| apn.password.is_some());
    let preferred = profile.preferred_network.is_some();
    let only_preferred = profile.use_only_preferred_network == Some(true);
    first(&[
        (
            is_mobile && apn.is_none(),
            "a mobile profile has an access point",
        ),
        (
            !is_mobile && apn.is_some(),
            "only a mobile profile has an access point",
        ),
        (password && !user, "a password comes with a user"),
        (user && !password, "a user comes with a password"),
        (!is_mobile && profile.sim_pin.is_some(), "a SIM is mobile"),
        (!is_mobile && preferred, "a mobile network is for the modem"),
        (
            only_preferred && !preferred,
            "the only network is not named",
        ),
        (only_preferred, "the SIM is locked to one network"),
        (security == 0, "security profile 0 protects nothing"),
        (
            security == 1,
            "security profile 1 sends the password in clear text",
        ),
        (
            profile.ocpp_version.as_deref() == Some("1.5"),
            "the OCPP version is old",
        ),
        (
            profile.ocpp_version.as_deref() == Some("2.0.1") && security == 0,
            "OCPP 2.0.1 has no security profile 0",
        ),
        (
            profile.interface.as_deref() == Some("wifi"),
            "not every charger has Wi-Fi",
        ),
    ])
}

/// Where the URL leads.
fn address(profile: &PlainProfile, url: &str) -> Result<(), Broken> {
    let is_mobile = profile.interface.as_deref() == Some("mobile");
    let uses_tls = profile.security_profile.is_some_and(|number| number >= 2);
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_v6 = authority.starts_with('[');
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && (!is_v6 || host.ends_with(']')) => {
            (host, Some(port))
        }
        _ => (authority, None),
    };
    let is_v4 = host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_private = is_v4 && (host.starts_with("10.") || host.starts_with("192.168."));
    first(&[
        (
            uses_tls && scheme != "wss",
            "a profile with TLS has a wss:// URL",
        ),
        (
            !uses_tls && scheme == "wss",
            "a profile without TLS has a ws:// URL",
        ),
        (
            scheme == "wss" && port == Some("80"),
            "port 80 is not for TLS",
        ),
        (scheme == "ws" && port == Some("443"), "port 443 is for TLS"),
        (
            scheme == "wss" && port == Some("443"),
            "the port is the default",
        ),
        (
            path.len() > 1 && path.ends_with('/'),
            "the path ends in a slash",
        ),
        (path.contains("//"), "a segment of the path is empty"),
        (path.contains('?'), "there is a query"),
        (
            host.eq_ignore_ascii_case("localhost"),
            "the host is the charger itself",
        ),
        (
            is_v4 && host.starts_with("127."),
            "the host is the charger itself",
        ),
        (is_v4 && host.starts_with("0."), "the host is no address"),
        (
            is_v4 && host.starts_with("169.254."),
            "the host is link-local",
        ),
        (is_mobile && is_private, "a private address behind a modem"),
        (is_v6, "an IPv6 address"),
        (uses_tls && is_v4, "a certificate for an address"),
        (host.ends_with(".local"), "the host is a local name"),
        (!is_v6 && !host.contains('.'), "the host is a single label"),
        (host.ends_with('.'), "the host ends in a dot"),
        (
            host.bytes().any(|byte| byte.is_ascii_uppercase()),
            "the host has capitals",
        ),
    ])
}

/// The rules of the whole document: 26.
pub(super) fn document(document: &PlainDocument) -> Result<(), Broken> {
    let profiles = document.network_profile.values();
    let used = || {
        profiles
            .clone()
            .filter(|profile| profile.priority.is_some_and(|it| it > 0))
    };
    let priorities = used().fold(0_u32, |seen, profile| {
        seen | 1_u32
            .checked_shl(profile.priority.unwrap_or_default().into())
            .unwrap_or(0)
    });
    let needs_tls = used().any(|profile| profile.security_profile >= Some(2));
    let needs_key = used().any(|profile| matches!(profile.security_profile, Some(1 | 2)));
    let is_mobile = used().any(|profile| profile.interface.as_deref() == Some("mobile"));
    let is_mixed = used()
        .zip(used().skip(1))
        .any(|(one, next)| one.security_profile != next.security_profile);
    let is_same = used().enumerate().any(|(at, one)| {
        used()
            .skip(at + 1)
            .any(|other| one.csms_url == other.csms_url && one.interface == other.interface)
    });
    let names_charger = document.identity.as_deref().is_some_and(|identity| {
        used().any(|one| {
            one.csms_url
                .as_deref()
                .is_some_and(|url| url.ends_with(identity))
        })
    });
    first(&[
        (priorities == 0, "no profile is used"),
        (
            priorities.count_ones() as usize != used().count(),
            "two profiles have one priority",
        ),
        (
            priorities.wrapping_add(2) & priorities != 0,
            "the priorities have a gap",
        ),
        (is_mixed, "the profiles have different security profiles"),
        (is_same, "two profiles have one target"),
        (names_charger, "the URL ends in the identity"),
        (
            document.identity.is_none(),
            "a charger with a back office has an identity",
        ),
        (
            document.connection_attempts.is_none(),
            "the attempts are left to chance",
        ),
        (
            needs_tls && document.cpo_name.is_none(),
            "TLS comes with a CPO name",
        ),
        (
            !is_mobile && document.mobile.is_some(),
            "there is no mobile profile",
        ),
    ])?;
    keys(document, needs_tls, needs_key)?;
    habits(document)
}

fn keys(document: &PlainDocument, needs_tls: bool, needs_key: bool) -> Result<(), Broken> {
    let security = document.security.as_ref();
    let key = security.is_some_and(|security| security.authorization_key.is_some());
    let root = security.and_then(|security| security.root_certificate.as_ref());
    first(&[
        (needs_key && !key, "a key is needed"),
        (!needs_key && key, "the key is not used"),
        (needs_tls && root.is_none(), "a root is needed"),
        (!needs_tls && root.is_some(), "the root is not used"),
        (
            root.is_some_and(|root| !root.contains_key("file")),
            "the root has no file",
        ),
        (
            root.is_some_and(|root| !root.contains_key("package")),
            "the root has no package",
        ),
        (
            root.and_then(|root| root.get("package"))
                .is_some_and(|name| !name.ends_with(".fwi")),
            "the package has another name",
        ),
    ])
}

fn habits(document: &PlainDocument) -> Result<(), Broken> {
    let authorization = document.authorization.as_ref();
    let lists = authorization.map(|it| (it.white_list, it.local_list));
    let offline = authorization.and_then(|it| it.offline_action.as_deref());
    let timing = |key: &str| {
        document
            .timing
            .as_ref()
            .and_then(|timing| timing.get(key).copied())
    };
    let heartbeat = timing("heartbeat-interval");
    let ping = timing("websocket-ping-interval");
    let proxy = document.proxy.as_ref();
    first(&[
        (
            offline == Some("accept-all"),
            "everybody charges while offline",
        ),
        (
            offline == Some("accept-known") && lists == Some((Some(false), Some(false))),
            "nobody is known while offline",
        ),
        (heartbeat == Some(0), "there is no heartbeat"),
        (heartbeat.is_some_and(|it| it < 30), "heartbeats come often"),
        (
            heartbeat.is_some_and(|it| it > 86_400),
            "heartbeats come rarely",
        ),
        (ping == Some(0), "there are no pings"),
        (ping.is_some_and(|it| it > 300), "pings come rarely"),
        (
            proxy.is_some_and(|it| it.enabled == Some(true) && it.address.is_none()),
            "the proxy has no address",
        ),
        (
            proxy.is_some_and(|it| it.password.is_some() && it.user.is_none()),
            "a password comes with a user",
        ),
    ])
}

fn first(rules: &[(bool, Broken)]) -> Result<(), Broken> {
    match rules.iter().find(|(is_broken, _)| *is_broken) {
        Some((_, rule)) => Err(rule),
        None => Ok(()),
    }
}
