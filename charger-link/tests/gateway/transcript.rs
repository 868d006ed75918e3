//! Reads the recordings: lines `== heading`, `> b'sent'`, `< b'received'`, the bytes in
//! the notation of Python.

/// One request and all that came back within 1.5 seconds.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// The bytes sent.
    pub(crate) sent: Vec<u8>,
    /// The bytes received; none where the server stayed silent.
    pub(crate) received: Vec<u8>,
}

/// All exchanges of the recording `name` beside this file's package.
pub(crate) fn read(name: &str) -> Vec<Exchange> {
    let path = format!(
        "{}/../charger-link/tests/data/{name}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut sent = None;
    let mut exchanges = Vec::new();
    for line in text.lines() {
        match line.split_at(2) {
            ("==", _heading) => {}
            ("> ", bytes) => sent = Some(unescape(bytes)),
            ("< ", bytes) => exchanges.push(Exchange {
                sent: sent.take().expect("received without sent"),
                received: unescape(bytes),
            }),
            _ => panic!("not a line of a recording: {line}"),
        }
    }
    exchanges
}

fn unescape(literal: &str) -> Vec<u8> {
    let inner = literal
        .strip_prefix("b'")
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap_or_else(|| panic!("not a bytes literal: {literal}"));
    let mut bytes = Vec::new();
    let mut rest = inner.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next().expect("a lone backslash") {
                b'r' => b'\r',
                b'n' => b'\n',
                b't' => b'\t',
                b'x' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                other @ (b'\\' | b'\'') => other,
                other => panic!("unknown escape {other}"),
            },
            plain => plain,
        });
    }
    bytes
}
