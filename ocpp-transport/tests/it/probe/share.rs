//! How many of the codes are provoked, and why the rest is not.

use std::collections::BTreeSet;

use ocpp_transport::FindingCode;

use super::{certificates, field, offline, openssl, tls, upgrades};

#[test]
fn every_code_is_provoked_or_says_why_not() {
    let cases = [
        certificates::cases(),
        field::cases(),
        offline::cases(),
        openssl::cases(),
        tls::cases(),
        upgrades::cases(),
    ];
    let servers: usize = cases.iter().map(Vec::len).sum();
    let cases = cases.iter().flatten();
    let provoked: BTreeSet<FindingCode> = cases.flat_map(|it| it.expected.clone()).collect();
    let excused: BTreeSet<FindingCode> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    for code in FindingCode::ALL {
        assert_ne!(provoked.contains(code), excused.contains(code), "{code}");
    }
    println!(
        "{} of {} codes are provoked by {servers} servers and settings; the rest:",
        provoked.len(),
        FindingCode::ALL.len(),
    );
    for (code, why) in ELSEWHERE {
        println!("  {code}: {why}");
    }
    assert!(servers >= 60, "{servers}");
}

const NETWORK: &str = "needs a network that is no loopback; the tests of the machine provoke it";
const LOG: &str = "comes from a charger's own log; the tests of `diagnose` provoke it";

const ELSEWHERE: &[(FindingCode, &str)] = &[
    (FindingCode::DNS_NX, NETWORK),
    (FindingCode::DNS_FAIL, NETWORK),
    (FindingCode::DNS_V6ONLY, NETWORK),
    (FindingCode::DNS_PRIVATE, NETWORK),
    (FindingCode::TCP_TIMEOUT, NETWORK),
    (FindingCode::TCP_UNREACHABLE, NETWORK),
    (FindingCode::WS_PROFILE1_CLEAR, NETWORK),
    (FindingCode::LOG_HTTP_103, LOG),
    (FindingCode::LOG_SIM, LOG),
    (FindingCode::LOG_CLIENT_CERT, LOG),
    (
        FindingCode::CERT_SILENT,
        "a TLS server cannot leave its certificate out; for callers of `check_chain`",
    ),
];
