use crate::tls::{CipherSuite, TlsVersion};

/// What an old client says first.
#[derive(Debug, Clone)]
pub(crate) struct ClientHello<'a> {
    /// The newest version offered, TLS 1.2 at most.
    pub(crate) version: TlsVersion,
    /// The suites offered, most wanted first; 100 at most are sent.
    pub(crate) suites: &'a [CipherSuite],
    /// The host, unless the client names none or dials an address.
    pub(crate) server_name: Option<&'a str>,
    /// Need not be secret: no key will come of it.
    pub(crate) random: [u8; 32],
}

impl ClientHello<'_> {
    /// The message in its record, ready to be sent.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(256);
        body.extend(self.version.number().to_be_bytes());
        body.extend(self.random);
        body.push(0); // no session to resume
        let suites = self.suites.iter().take(MAX_SUITES);
        let suites: Vec<u8> = suites.flat_map(|it| it.number().to_be_bytes()).collect();
        push16(&mut body, &suites);
        body.extend([1, 0]); // no compression
        push16(&mut body, &self.extensions());
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
        let mut handshake = vec![CLIENT_HELLO];
        handshake.extend(length.iter().skip(1));
        handshake.extend(body);
        // Old servers expect the oldest version in the record around the first message.
        let mut record = vec![HANDSHAKE_RECORD, 3, 1];
        push16(&mut record, &handshake);
        record
    }

    fn extensions(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut extension = |number: u16, content: &[u8]| {
            all.extend(number.to_be_bytes());
            push16(&mut all, content);
        };
        if let Some(name) = self.server_name.filter(|it| it.len() <= MAX_NAME) {
            let mut entry = vec![0];
            push16(&mut entry, name.as_bytes());
            extension(SERVER_NAME, &list16(&entry));
        }
        let groups: Vec<u8> = GROUPS.iter().flat_map(|it| it.to_be_bytes()).collect();
        extension(SUPPORTED_GROUPS, &list16(&groups));
        extension(EC_POINT_FORMATS, &[1, 0]);
        let schemes: Vec<u8> = SCHEMES.iter().flat_map(|it| it.to_be_bytes()).collect();
        extension(SIGNATURE_ALGORITHMS, &list16(&schemes));
        extension(EXTENDED_MASTER_SECRET, &[]);
        extension(RENEGOTIATION_INFO, &[0]);
        all
    }
}

/// Appends a vector with a length of two bytes before it.
fn push16(to: &mut Vec<u8>, content: &[u8]) {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    to.extend(length.to_be_bytes());
    to.extend(content);
}

fn list16(content: &[u8]) -> Vec<u8> {
    let mut list = Vec::with_capacity(content.len() + 2);
    push16(&mut list, content);
    list
}

const HANDSHAKE_RECORD: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xFF01;
/// More suites than any charger offers.
const MAX_SUITES: usize = 100;
/// The longest name of the DNS.
const MAX_NAME: usize = 255;
/// X25519, P-256, P-384, P-521, P-224: what stands between us and a server shall be the
/// suites alone.
const GROUPS: [u16; 5] = [0x001D, 0x0017, 0x0018, 0x0019, 0x0015];
/// ECDSA, RSA-PSS and PKCS#1 with SHA-2, then SHA-1, SHA-224.
const SCHEMES: [u16; 13] = [
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0303,
    0x0301,
];
