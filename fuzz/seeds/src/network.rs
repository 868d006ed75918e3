//! Seeds of what chargers and back offices send, and of certificates.

use std::error::Error;

use crate::Seeds;

const LINES: [&str; 4] = [
    "17_2026-03-04T08:58:37.100Z:INFO:ocpp.c:113:boot notification: Accepted",
    "18_2026-03-04T08:58:37.100Z:\u{1b}[31mERROR:ocpp.c:113:TLS error: Handshake missing\u{1b}[0m",
    " 4294967296_2025-01-01T00:00:00.000Z:SECURITY:sec.c:1:",
    "19_2026-03-04T08:58:37.100Z:COM:net.c:99:a:b:c",
];

const FRAMES: [&str; 6] = [
    r#"[2,"1","Reset",{"type":"Hard"}]"#,
    r#"[2,"2","BootNotification",{"chargePointModel":"NG910","chargePointVendor":"x"}]"#,
    r#"[2,"3","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"m","vendorName":"v"}}]"#,
    r#"[3,"f1",{"status":"Accepted","currentTime":"2026-03-04T08:58:37Z","interval":300}]"#,
    r#"[3,"f1",{"currentTime":"2026-03-04T08:58:37.5+01:00"}]"#,
    r#"[4,"f1","GenericError","",{"a":[1,null]}]"#,
];

/// Which request, how large the pieces, and the bodies that chargers send.
const BODIES: [(u8, &str); 5] = [
    (
        0,
        r#"{"ObjectId":"ACE0999001","Model":"NG910-60023","Identity":"CP1","FWVersion":"7.0.0-4318","Type":"1.0.1"}"#,
    ),
    (
        1,
        r#"{"version":2,"properties":[{"id":"2051_0","access":1,"type":9,"len":26,"cat":"generic","value":"ACE0999001"}],"offset":0,"total":1}"#,
    ),
    (
        2,
        r#"{"uploadInProgress":"false","OD_fileFirmwareUpdateStatus":{"value":0},}"#,
    ),
    (
        3,
        "1_2026-03-04T08:58:37.592Z:INFO:ocpp.c:113:boot accepted\n",
    ),
    (4, r#"{"access":"0123456789abcdef","refresh":"refresh"}"#),
];

const ANSWERS: [&str; 4] = [
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno",
    "HTTP/1.0 404\r\n\r\n",
    "\u{16}\u{3}\u{3}",
];

pub(crate) fn seeds() -> Result<Vec<Seeds>, Box<dyn Error>> {
    let mut replies = Vec::new();
    for (choice, body) in BODIES {
        let length = body.len();
        let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
        // `(u8, u8, Vec<u8>)`: the fuzzer takes both numbers from the front.
        replies.push((
            choice.to_string(),
            [&[choice, 64], reply.as_bytes()].concat(),
        ));
    }
    let own = rcgen::generate_simple_self_signed(["charger.example".to_owned()])?;
    let (root, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let bundles = [
        ("der".to_owned(), own.cert.der().to_vec()),
        ("crlf".to_owned(), root.replace('\n', "\r\n").into_bytes()),
        (
            "two".to_owned(),
            format!("# text\n{root}{root}").into_bytes(),
        ),
        ("identity".to_owned(), format!("{root}{key}").into_bytes()),
    ];
    Ok(vec![
        ("log_line", numbered(&LINES)),
        ("ocpp_frame", numbered(&FRAMES)),
        ("upgrade_answer", numbered(&ANSWERS)),
        ("https_reply", replies),
        ("pem_bundle", bundles.into()),
    ])
}

fn numbered(texts: &[&str]) -> Vec<(String, Vec<u8>)> {
    let numbered = (0..).zip(texts);
    numbered
        .map(|(number, text)| (number.to_string(), text.as_bytes().to_vec()))
        .collect()
}
