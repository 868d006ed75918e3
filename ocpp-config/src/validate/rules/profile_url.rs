//! What the URL of a profile in use means for the charger that dials it.

use std::net::{IpAddr, Ipv4Addr};

use super::{Check, Code, Rule, Severity, Sink};
use crate::{CsmsUrl, Document, NetworkProfile, Slot, UrlHost};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("NP-URL-TLS"),
        severity: Severity::Error,
        summary: "a profile with security profile 2 or 3 has a wss:// URL",
        reason: "security profiles 2 and 3 are TLS (OCPP 2.0.1 Part 2, A00.FR.301 and .401); over \
                 ws:// the charger has nothing to verify and some refuse to start",
        advice: "take the wss:// URL that belongs to this security profile, or the security profile \
                 that belongs to this URL",
        check: Check::UsedProfile(tls),
    },
    Rule {
        code: Code::new("NP-URL-PLAIN"),
        severity: Severity::Warning,
        summary: "a profile with security profile 0 or 1 has a ws:// URL",
        reason: "TLS without security profile 2 or 3 is common behind a proxy, but some chargers \
                 refuse it and none has to verify the server",
        advice: "ask the operator for security profile 2, or for the ws:// URL of security profile \
                 0 or 1",
        check: Check::UsedProfile(plain),
    },
    Rule {
        code: Code::new("NP-URL-ID-DOUBLE"),
        severity: Severity::Warning,
        summary: "the URL does not end in the identity",
        reason: "the charger appends its identity itself, so the back office would see it twice and \
                 answer 404",
        advice: "remove the identity from the end of the URL",
        check: Check::UsedProfile(identity_twice),
    },
    Rule {
        code: Code::new("NP-URL-PORT-SCHEME"),
        severity: Severity::Warning,
        summary: "the port is not the default of the other scheme",
        reason: "port 443 usually speaks TLS and port 80 usually does not",
        advice: "check scheme and port with the operator",
        check: Check::UsedProfile(port_of_the_other_scheme),
    },
    Rule {
        code: Code::new("NP-URL-DEFAULT-PORT"),
        severity: Severity::Note,
        summary: "the default port is left out",
        reason: "some servers and chargers treat a written :443 or :80 as another host name than \
                 none; most do not care",
        advice: "leave the port out if the back office answers 400 or 404",
        check: Check::UsedProfile(default_port),
    },
    Rule {
        code: Code::new("NP-URL-TRAILING-SLASH"),
        severity: Severity::Note,
        summary: "the path ends without a slash",
        reason: "one slash is put between path and identity in any case (OCPP-J 1.6 section 3.1.1); \
                 how a charger joins a path that ends in one is not published",
        advice: "leave the slash out unless the operator insists on it",
        check: Check::UsedProfile(trailing_slash),
    },
    Rule {
        code: Code::new("NP-URL-EMPTY-SEGMENT"),
        severity: Severity::Warning,
        summary: "the path has no empty segment",
        reason: "two slashes in a row are usually a slip of the pen, and servers take them for \
                 another path",
        advice: "remove the second slash",
        check: Check::UsedProfile(empty_segment),
    },
    Rule {
        code: Code::new("NP-URL-QUERY"),
        severity: Severity::Warning,
        summary: "the URL has no query",
        reason: "the identity goes between path and query (RFC 3986), but chargers that join texts \
                 put it behind the query",
        advice: "ask the operator for a URL without a query",
        check: Check::UsedProfile(query),
    },
    Rule {
        code: Code::new("NP-URL-LOCAL-NAME"),
        severity: Severity::Warning,
        summary: "the host is no .local name",
        reason: "such names are resolved by multicast (RFC 6762), which chargers do not do",
        advice: "write the IP address, or a name that the charger's DNS server knows",
        check: Check::UsedProfile(local_name),
    },
    Rule {
        code: Code::new("NP-URL-SINGLE-LABEL"),
        severity: Severity::Warning,
        summary: "the host has a domain",
        reason: "a name without a domain is resolved through the search list of a computer; a \
                 charger has none",
        advice: "write the complete name of the host",
        check: Check::UsedProfile(single_label),
    },
    Rule {
        code: Code::new("NP-URL-LOOPBACK"),
        severity: Severity::Error,
        summary: "the host is not the charger itself",
        reason: "localhost and loopback addresses mean the machine that dials, which is the charger",
        advice: "write the name under which the charger can reach the back office",
        check: Check::UsedProfile(loopback),
    },
    Rule {
        code: Code::new("NP-URL-UNSPECIFIED"),
        severity: Severity::Error,
        summary: "the host is an address that can be dialled",
        reason: "0.0.0.0, :: and multicast or broadcast addresses are no hosts",
        advice: "write the name under which the charger can reach the back office",
        check: Check::UsedProfile(unspecified),
    },
    Rule {
        code: Code::new("NP-URL-LINK-LOCAL"),
        severity: Severity::Warning,
        summary: "the host is no link-local address",
        reason: "such addresses (169.254.0.0/16, fe80::/10) change and do not pass a router",
        advice: "write a name, or an address that stays",
        check: Check::UsedProfile(link_local),
    },
    Rule {
        code: Code::new("NP-URL-PRIVATE-MOBILE"),
        severity: Severity::Warning,
        summary: "a profile over the mobile network does not dial a private address",
        reason: "a private address (RFC 1918) is reachable over a mobile network only through a \
                 private access point",
        advice: "check that the access point is the operator's own, or write the public name",
        check: Check::UsedProfile(private_over_mobile),
    },
    Rule {
        code: Code::new("NP-URL-IPV6"),
        severity: Severity::Note,
        summary: "the host is no IPv6 address",
        reason: "whether the charger speaks IPv6 is not published",
        advice: "write a name or an IPv4 address if the charger does not connect",
        check: Check::UsedProfile(ipv6),
    },
    Rule {
        code: Code::new("NP-URL-IP-CERTIFICATE"),
        severity: Severity::Warning,
        summary: "a profile with TLS dials a name",
        reason: "a certificate names hosts, seldom addresses, so the charger's name check would \
                 fail",
        advice: "write the host name that stands in the back office's certificate",
        check: Check::UsedProfile(address_with_tls),
    },
    Rule {
        code: Code::new("NP-URL-TRAILING-DOT"),
        severity: Severity::Warning,
        summary: "the host does not end in a dot",
        reason: "the dot is right for DNS but breaks the comparison with a certificate's name",
        advice: "remove the dot at the end of the host",
        check: Check::UsedProfile(trailing_dot),
    },
    Rule {
        code: Code::new("NP-URL-UPPER-CASE"),
        severity: Severity::Note,
        summary: "the host is written in lower case",
        reason: "names are compared without case by the rules, but not by every implementation",
        advice: "write the host in lower case",
        check: Check::UsedProfile(upper_case),
    },
];

fn path(slot: Slot) -> [&'static str; 3] {
    ["network-profile", slot.key(), "csms-url"]
}

fn url_is(
    slot: Slot,
    profile: &NetworkProfile,
    sink: &mut Sink,
    wrong: fn(&CsmsUrl) -> bool,
    message: &'static str,
) {
    if profile.csms_url.as_ref().is_some_and(wrong) {
        sink.report(path(slot), message);
    }
}

fn tls(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let (Some(url), Some(security)) = (&profile.csms_url, profile.security_profile)
        && security.uses_tls()
        && !url.is_tls()
    {
        sink.report(
            path(slot),
            format!("security profile {security} needs wss://, the URL begins with ws://"),
        );
    }
}

fn plain(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let (Some(url), Some(security)) = (&profile.csms_url, profile.security_profile)
        && !security.uses_tls()
        && url.is_tls()
    {
        sink.report(
            path(slot),
            format!("the URL begins with wss://, but security profile {security} has no TLS"),
        );
    }
}

fn identity_twice(document: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    if let (Some(url), Some(identity)) = (&profile.csms_url, &document.identity)
        && url.ends_in(identity)
    {
        let dialled = url.dial_url(identity);
        sink.report(path(slot), format!("the charger would dial {dialled}"));
    }
}

fn port_of_the_other_scheme(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| url.port() == if url.is_tls() { 80 } else { 443 };
    let message = "the port is the default of the other scheme";
    url_is(slot, profile, sink, wrong, message);
}

fn default_port(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| url.explicit_port() == Some(url.default_port());
    url_is(
        slot,
        profile,
        sink,
        wrong,
        "the port is the default of the scheme",
    );
}

fn trailing_slash(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| url.path().ends_with('/') && url.path() != "/";
    url_is(slot, profile, sink, wrong, "the path ends in a slash");
}

fn empty_segment(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| url.path().contains("//");
    url_is(
        slot,
        profile,
        sink,
        wrong,
        "the path contains two slashes in a row",
    );
}

fn query(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    url_is(
        slot,
        profile,
        sink,
        |url| url.query().is_some(),
        "the URL has a query",
    );
}

fn local_name(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| {
        name(url).is_some_and(|name| ends_in_label(name.trim_end_matches('.'), "local"))
    };
    let message = "the host is a .local name, which the charger cannot resolve";
    url_is(slot, profile, sink, wrong, message);
}

fn single_label(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong =
        |url: &CsmsUrl| name(url).is_some_and(|name| !name.contains('.') && !is_localhost(name));
    url_is(
        slot,
        profile,
        sink,
        wrong,
        "the host is a name without a domain",
    );
}

fn loopback(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| {
        address(url).is_some_and(|address| address.is_loopback())
            || name(url).is_some_and(is_localhost)
    };
    url_is(slot, profile, sink, wrong, "the host is the charger itself");
}

fn unspecified(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| {
        address(url).is_some_and(|address| {
            address.is_unspecified()
                || address.is_multicast()
                || address == IpAddr::V4(Ipv4Addr::BROADCAST)
        })
    };
    url_is(
        slot,
        profile,
        sink,
        wrong,
        "the host is an address that cannot be dialled",
    );
}

fn link_local(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| match address(url) {
        Some(IpAddr::V4(address)) => address.is_link_local(),
        Some(IpAddr::V6(address)) => address.is_unicast_link_local(),
        None => false,
    };
    url_is(
        slot,
        profile,
        sink,
        wrong,
        "the host is a link-local address",
    );
}

fn private_over_mobile(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| match address(url) {
        Some(IpAddr::V4(address)) => address.is_private(),
        Some(IpAddr::V6(address)) => address.is_unique_local(),
        None => false,
    };
    if profile.is_mobile() {
        let message = "a private address is dialled over the mobile network";
        url_is(slot, profile, sink, wrong, message);
    }
}

fn ipv6(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| matches!(url.host(), UrlHost::V6(_));
    url_is(slot, profile, sink, wrong, "the host is an IPv6 address");
}

fn address_with_tls(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| url.is_tls() && address(url).is_some();
    let message = "the host is an address, which the certificate would have to name";
    url_is(slot, profile, sink, wrong, message);
}

fn trailing_dot(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| name(url).is_some_and(|name| name.ends_with('.'));
    url_is(slot, profile, sink, wrong, "the host ends in a dot");
}

fn upper_case(_: &Document, slot: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let wrong = |url: &CsmsUrl| {
        name(url).is_some_and(|name| name.bytes().any(|byte| byte.is_ascii_uppercase()))
    };
    url_is(
        slot,
        profile,
        sink,
        wrong,
        "the host is written with capitals",
    );
}

fn name(url: &CsmsUrl) -> Option<&str> {
    match url.host() {
        UrlHost::Name(name) => Some(name),
        UrlHost::V4(_) | UrlHost::V6(_) => None,
    }
}

fn address(url: &CsmsUrl) -> Option<IpAddr> {
    match url.host() {
        UrlHost::Name(_) => None,
        UrlHost::V4(address) => Some(address.into()),
        UrlHost::V6(address) => Some(address.into()),
    }
}

fn is_localhost(name: &str) -> bool {
    ends_in_label(name, "localhost")
}

fn ends_in_label(name: &str, label: &str) -> bool {
    let start = name.len().saturating_sub(label.len());
    let last = name.get(start..);
    let above = name.get(..start);
    last.is_some_and(|last| last.eq_ignore_ascii_case(label))
        && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}
