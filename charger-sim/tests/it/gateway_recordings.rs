//! The simulated gateways answer what recordings of the real ones hold, byte for byte.

use std::collections::BTreeMap;
use std::time::Duration;

use charger_link::gateway::codec::AbortCode;
use charger_sim::{Dialect, GatewaySession, ObjectAccess};
use ocpp_config::ObjectId;

use crate::transcript;

/// How long the recorder waited for each answer.
const WAIT: Duration = Duration::from_millis(1_500);

#[test]
fn canopennode_is_imitated() {
    let mut device = Device::new(&[
        (0x21000C, b"say \"hi\" # not a comment"),
        (
            0x21000D,
            b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\xFF",
        ),
        (0x21000E, b"h"),
        (0x210012, b"line one\nline two\nline three"),
        (0x220000, b"initial firmware image"),
    ]);
    // CANopenNode's own device has a buffer of fixed length there, and cuts text at a NUL.
    device.fixed.push(0x21000D);
    device.cuts_text = true;
    let unlike = differences("gateway-canopennode", Dialect::CanOpenNode, device);
    assert_eq!(
        unlike,
        [
            // Texts for people, which no client needs.
            "[115] help datatype",
            "[116] log",
        ]
    );
}

#[test]
fn lely_is_imitated() {
    let device = Device::new(&[
        (0x21000C, b"say hi"),
        (0x21000D, b""),
        (0x21000E, b"a\0A\0D\0p\0A\0K\0w\0g\0"),
        (0x210013, b"\x00\x2E\x93\x02\x6D\x01"),
        (0x210014, b"\x02\x00\x00\x00\x01\x00"),
        (0x220000, b""),
    ]);
    let unlike = differences("gateway-lely", Dialect::Lely, device);
    assert_eq!(
        unlike,
        [
            // The gateway's own node.
            "[32] 1 r 0x1018 1 u32",
            // Text outside ASCII, which it damages.
            "[70] w 0x2100 12 vs \"caf\u{e9} \\\\n \\\\x41 tab\\\\t back\\\\\\\\slash\"",
            "[71] r 0x2100 12 vs",
            "[712] r 0x2100 12 d",
        ]
    );
}

/// The requests of a recording that are answered otherwise here.
fn differences(name: &str, dialect: Dialect, mut device: Device) -> Vec<String> {
    let mut session = GatewaySession::new(dialect, 4);
    let mut now = Duration::ZERO;
    let recording = transcript::read(name);
    assert!(recording.len() > 90, "{name} is cut short");
    let mut unlike = Vec::new();
    for exchange in &recording {
        let mut received = session.receive(now, &exchange.sent, &mut device);
        now += WAIT;
        received.extend(session.poll(now, &mut device));
        if received != exchange.received {
            eprintln!(
                "{}\n  recorded {}\n  imitated {}",
                exchange.sent.escape_ascii(),
                exchange.received.escape_ascii(),
                received.escape_ascii()
            );
            let sent: String = exchange.sent.iter().copied().map(char::from).collect();
            unlike.push(sent.trim().replace("\u{c3}\u{a9}", "\u{e9}"));
        }
    }
    unlike
}

/// The device behind both gateways when they were recorded.
struct Device {
    objects: BTreeMap<u32, Vec<u8>>,
    /// Objects of variable length that only take what is as long.
    fixed: Vec<u32>,
    cuts_text: bool,
}

impl Device {
    fn new(others: &[(u32, &[u8])]) -> Self {
        let mut objects: BTreeMap<u32, Vec<u8>> = [
            (0x100000, 0_u32.to_le_bytes().to_vec()),
            (0x101700, 0_u16.to_le_bytes().to_vec()),
            (0x210001, vec![1]),
            (0x210002, (-8_i8).to_le_bytes().to_vec()),
            (0x210003, (-1_600_i16).to_le_bytes().to_vec()),
            (0x210004, (-320_000_i32).to_le_bytes().to_vec()),
            (0x210005, (-6_400_000_000_i64).to_le_bytes().to_vec()),
            (0x210006, vec![8]),
            (0x210007, 1_600_u16.to_le_bytes().to_vec()),
            (0x210008, 320_000_u32.to_le_bytes().to_vec()),
            (0x210009, 6_400_000_000_u64.to_le_bytes().to_vec()),
            (0x21000A, 1.5_f32.to_le_bytes().to_vec()),
            (0x21000B, std::f64::consts::PI.to_le_bytes().to_vec()),
            (0x210010, vec![0, 0]),
            (0x210011, vec![0, 0]),
            (0x230000, vec![16, 0]),
            (0x20F003, b"wss://a b/c".to_vec()),
        ]
        .into();
        objects.extend(others.iter().map(|(key, bytes)| (*key, bytes.to_vec())));
        Self {
            objects,
            fixed: Vec::new(),
            cuts_text: false,
        }
    }

    fn check(&self, key: u32, bytes: &[u8]) -> Result<(), AbortCode> {
        let length = self.objects.get(&key).map_or(0, Vec::len);
        let number = matches!(key, 0x210001..=0x21000B | 0x230000 | 0x101700);
        match bytes.len() {
            _ if key == 0x210010 => Err(AbortCode::READ_ONLY),
            found if (number || self.fixed.contains(&key)) && found > length => {
                Err(AbortCode::TOO_LONG)
            }
            found if (number || self.fixed.contains(&key)) && found < length => {
                Err(AbortCode::TOO_SHORT)
            }
            200.. if key == 0x20F003 => Err(AbortCode::TOO_LONG),
            _ if key == 0x230000 => match bytes {
                [33..=255, _] => Err(AbortCode::TOO_HIGH),
                [0..=5, _] => Err(AbortCode::TOO_LOW),
                [13, _] => Err(AbortCode::DEVICE_STATE),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn key(id: ObjectId) -> u32 {
    u32::from(id.index()) << 8 | u32::from(id.sub())
}

impl ObjectAccess for Device {
    fn read(&mut self, _now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode> {
        match key(id) {
            0x210011 => Err(AbortCode::WRITE_ONLY),
            key => match self.objects.get(&key) {
                Some(bytes) => Ok(bytes.clone()),
                None if id.index() == 0x2100 => Err(AbortCode::NO_SUB_INDEX),
                None => Err(AbortCode::NO_OBJECT),
            },
        }
    }

    fn write(&mut self, _now: Duration, id: ObjectId, bytes: &[u8]) -> Result<(), AbortCode> {
        let key = key(id);
        self.check(key, bytes)?;
        let mut bytes = bytes.to_vec();
        if self.cuts_text
            && matches!(key, 0x21000C | 0x21000E)
            && let Some(end) = bytes.iter().position(|byte| *byte == 0)
        {
            bytes.truncate(end);
        }
        self.objects.insert(key, bytes);
        Ok(())
    }
}
