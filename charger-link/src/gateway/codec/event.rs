use super::GatewayCode;

/// The longest part of a log line that is kept, in bytes.
const MAX_LOG: usize = 240;

/// Whom an event concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Origin {
    /// The network.
    pub net: u16,
    /// The node.
    pub node: u8,
}

/// A line that answers no command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A node started.
    BootUp(Origin),
    /// A node reports its state.
    State {
        /// Which node.
        origin: Origin,
        /// The state as the gateway abbreviates it: `OPER`, `PREO`, `STOP`, …
        state: String,
    },
    /// The gateway or a node is in trouble.
    Error {
        /// Which node, or `None` for the bus.
        origin: Option<Origin>,
        /// What is the matter.
        code: GatewayCode,
    },
    /// A transfer has come so far.
    Transfer {
        /// Which node.
        origin: Origin,
        /// Bytes so far.
        bytes: u64,
    },
    /// An emergency message.
    Emergency {
        /// Which node.
        origin: Origin,
        /// The emergency error code (CiA 301).
        code: u16,
        /// The error register.
        register: u8,
    },
    /// Anything else: a log line, a PDO, a banner. At most 240 bytes of it, and nothing
    /// of it where it looks like a written value.
    Log(String),
}

impl Event {
    /// The event in a line without its line break, or `None` if the line is not even
    /// text.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let text = str::from_utf8(line).ok()?;
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return None;
        }
        Some(known(text).unwrap_or_else(|| Self::Log(log(text))))
    }
}

fn known(text: &str) -> Option<Event> {
    let mut words = text.split_ascii_whitespace();
    let first = words.next()?;
    if first == "ERROR" {
        let code = words.next()?.trim_start_matches(':').parse().ok()?;
        return Some(Event::Error {
            origin: None,
            code: GatewayCode::new(code),
        });
    }
    let origin = Origin {
        net: first.parse().ok()?,
        node: words.next()?.parse().ok()?,
    };
    of_node(origin, words.next()?, words)
}

fn of_node<'a>(
    origin: Origin,
    kind: &str,
    mut words: impl Iterator<Item = &'a str>,
) -> Option<Event> {
    Some(match kind {
        "BOOT_UP" => Event::BootUp(origin),
        "SDOr" | "SDOw" => Event::Transfer {
            origin,
            bytes: words.next()?.parse().ok()?,
        },
        "EMCY" => Event::Emergency {
            origin,
            code: u16::from_str_radix(words.next()?, 16).ok()?,
            register: u8::from_str_radix(words.next()?, 16).ok()?,
        },
        // `ERROR 203 (Heartbeat lost)`, and `ERRORx OPER`, which is no error.
        _ if kind.starts_with("ERROR") => match words.next()? {
            word if word.bytes().all(|byte| byte.is_ascii_digit()) => Event::Error {
                origin: Some(origin),
                code: GatewayCode::new(word.parse().ok()?),
            },
            word => Event::State {
                origin,
                state: word.to_owned(),
            },
        },
        _ => return None,
    })
}

/// A mutilated echo of a write holds the value, which may be a password.
fn log(text: &str) -> String {
    let words = || text.split_ascii_whitespace();
    let writes = words().any(|word| matches!(word, "w" | "write"));
    if writes && words().any(|word| word.starts_with("0x")) {
        return "(echo of a written value)".to_owned();
    }
    let end = (0..=MAX_LOG.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Origin = Origin { net: 1, node: 4 };

    #[test]
    fn the_known_lines_are_told_apart() {
        for (line, expected) in [
            ("1 4 BOOT_UP", Event::BootUp(NODE)),
            (
                "1 4 ERRORx OPER",
                Event::State {
                    origin: NODE,
                    state: "OPER".to_owned(),
                },
            ),
            (
                "1 4 ERROR 203 (Heartbeat lost)",
                Event::Error {
                    origin: Some(NODE),
                    code: GatewayCode::HEARTBEAT_LOST,
                },
            ),
            (
                "ERROR 300",
                Event::Error {
                    origin: None,
                    code: GatewayCode::ERROR_PASSIVE,
                },
            ),
            (
                "1 4 SDOw 889",
                Event::Transfer {
                    origin: NODE,
                    bytes: 889,
                },
            ),
            (
                "1 4 EMCY 5000 01 0 0 0 20 0",
                Event::Emergency {
                    origin: NODE,
                    code: 0x5000,
                    register: 1,
                },
            ),
            ("1 pdo 1 1 0x05", Event::Log("1 pdo 1 1 0x05".to_owned())),
            ("login:", Event::Log("login:".to_owned())),
        ] {
            assert_eq!(Event::parse(line.as_bytes()), Some(expected), "{line}");
        }
    }

    #[test]
    fn noise_is_no_event() {
        assert_eq!(Event::parse(b"\xff\x00"), None);
        assert_eq!(Event::parse(b"a\x07b"), None);
    }

    #[test]
    fn a_log_line_never_shows_a_written_value() {
        let event = Event::parse(b"] 4 w 0x2053 0 d c2VjcmV0");
        assert_eq!(
            event,
            Some(Event::Log("(echo of a written value)".to_owned()))
        );
    }

    #[test]
    fn a_long_log_line_is_cut_between_characters() {
        let Some(Event::Log(text)) = Event::parse("é".repeat(200).as_bytes()) else {
            panic!("not a log line");
        };
        assert_eq!(text, "é".repeat(120));
    }
}
