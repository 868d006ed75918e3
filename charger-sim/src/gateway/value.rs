use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use charger_link::gateway::codec::{Quoting, ValueBytes, unquote};

use super::Dialect;
use super::parse::number;

/// Neither server insists on padding, or on anything else about the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// How a value is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Bytes, sign, and whether CANopenNode's server shall print hexadecimal.
    Integer {
        width: usize,
        signed: bool,
        hex: bool,
    },
    Real32,
    Real64,
    /// Days and milliseconds.
    Time,
    Text,
    Base64,
    /// A row of bytes.
    Dump,
}

/// Why a value cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unspelled;

impl Token {
    pub(super) fn of(dialect: Dialect, name: &str) -> Option<Self> {
        let integer = |width, signed, hex| Self::Integer { width, signed, hex };
        let canopennode = dialect == Dialect::CanOpenNode;
        Some(match name {
            "b" | "u8" => integer(1, false, false),
            "u16" => integer(2, false, false),
            "u32" => integer(4, false, false),
            "u64" => integer(8, false, false),
            "i8" => integer(1, true, false),
            "i16" => integer(2, true, false),
            "i32" => integer(4, true, false),
            "i64" => integer(8, true, false),
            "r32" => Self::Real32,
            "r64" => Self::Real64,
            "vs" => Self::Text,
            "os" | "us" | "d" => Self::Base64,
            "t" | "td" if !canopennode => Self::Time,
            "x8" if canopennode => integer(1, false, true),
            "x16" if canopennode => integer(2, false, true),
            "x32" if canopennode => integer(4, false, true),
            "x64" if canopennode => integer(8, false, true),
            "hex" if canopennode => Self::Dump,
            _ => return None,
        })
    }

    pub(super) const fn width(self) -> Option<usize> {
        match self {
            Self::Integer { width, .. } => Some(width),
            Self::Real32 => Some(4),
            Self::Real64 => Some(8),
            Self::Time => Some(6),
            Self::Text | Self::Base64 | Self::Dump => None,
        }
    }

    /// The value of an answer. The bytes have the token's width.
    pub(super) fn print(self, dialect: Dialect, boolean: bool, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Integer { width, signed, hex } => {
                let number = integer(bytes, signed);
                let digits = width * 2;
                match dialect {
                    Dialect::CanOpenNode if hex => format!("0x{number:0digits$X}"),
                    Dialect::Lely if !signed && !boolean => format!("0x{number:0digits$x}"),
                    _ => number.to_string(),
                }
                .into_bytes()
            }
            Self::Real32 => {
                let real = f32::from_bits(integer(bytes, false) as u32);
                significant(f64::from(real), 6).into_bytes()
            }
            Self::Real64 => {
                let digits = if dialect == Dialect::Lely { 15 } else { 6 };
                let real = f64::from_bits(integer(bytes, false) as u64);
                significant(real, digits).into_bytes()
            }
            Self::Time => {
                let milliseconds = integer(bytes.get(..4).unwrap_or_default(), false);
                let days = integer(bytes.get(4..).unwrap_or_default(), false);
                format!("{days} {milliseconds}").into_bytes()
            }
            Self::Text => quoted(dialect, bytes),
            Self::Base64 => base64(dialect, bytes),
            Self::Dump => dump(bytes),
        }
    }

    /// The bytes of the words after the token in a command.
    pub(super) fn read(self, dialect: Dialect, words: &[Vec<u8>]) -> Result<Vec<u8>, Unspelled> {
        let lely = dialect == Dialect::Lely;
        let taken = if self == Self::Time { 2 } else { 1 };
        // Lely's server does not look at what follows.
        if words.len() < taken || (words.len() > taken && !lely) {
            return Err(Unspelled);
        }
        let first = words.first().ok_or(Unspelled)?;
        match self {
            Self::Integer { width, signed, .. } => {
                let number = number(first).ok_or(Unspelled)?;
                let number = ranged(dialect, number, width, signed)?;
                Ok(number.to_le_bytes().into_iter().take(width).collect())
            }
            Self::Real32 => Ok((real(first)? as f32).to_le_bytes().to_vec()),
            Self::Real64 => Ok(real(first)?.to_le_bytes().to_vec()),
            Self::Time => {
                let days = number(first).ok_or(Unspelled)? as u16;
                let last = words.get(1).ok_or(Unspelled)?;
                let milliseconds = number(last).ok_or(Unspelled)? as u32;
                Ok([&milliseconds.to_le_bytes()[..], &days.to_le_bytes()[..]].concat())
            }
            Self::Text => text(dialect, &words.join(&b' ')),
            Self::Base64 => unbase64(first),
            Self::Dump => Err(Unspelled),
        }
    }
}

fn integer(bytes: &[u8], signed: bool) -> i128 {
    let negative = signed && bytes.last().is_some_and(|high| *high >= 0x80);
    let mut wide = [if negative { 0xFF } else { 0 }; 16];
    for (to, from) in wide.iter_mut().zip(bytes) {
        *to = *from;
    }
    i128::from_le_bytes(wide)
}

/// Lely's server takes the nearest number in range, CANopenNode's none.
fn ranged(dialect: Dialect, number: i128, width: usize, signed: bool) -> Result<i128, Unspelled> {
    let bits = 8 * width;
    let (least, greatest) = if signed {
        (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
    } else {
        (0, (1_i128 << bits) - 1)
    };
    match dialect {
        Dialect::Lely => Ok(number.clamp(least, greatest)),
        Dialect::CanOpenNode if (least..=greatest).contains(&number) => Ok(number),
        Dialect::CanOpenNode => Err(Unspelled),
    }
}

fn real(word: &[u8]) -> Result<f64, Unspelled> {
    str::from_utf8(word)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(Unspelled)
}

/// As `%g` with this many digits, without exponents.
fn significant(real: f64, digits: i32) -> String {
    let magnitude = real.abs().log10().floor();
    let before = if magnitude.is_finite() {
        magnitude as i32 + 1
    } else {
        1
    };
    let decimals = usize::try_from(digits - before).unwrap_or(0);
    let text = format!("{real:.decimals$}");
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

fn quoted(dialect: Dialect, bytes: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for byte in bytes {
        match (dialect, byte) {
            (_, b'"') => text.extend(b"\"\""),
            (Dialect::CanOpenNode, b'\r' | 0) => {}
            (Dialect::CanOpenNode, byte) => text.push(*byte),
            (Dialect::Lely, 0) => break,
            (Dialect::Lely, b'\'') => text.extend(b"\\'"),
            (Dialect::Lely, b'\\') => text.extend(b"\\\\"),
            (Dialect::Lely, b'\n') => text.extend(b"\\n"),
            (Dialect::Lely, b'\r') => text.extend(b"\\r"),
            (Dialect::Lely, b'\t') => text.extend(b"\\t"),
            (Dialect::Lely, byte) => text.push(*byte),
        }
    }
    text.push(b'"');
    text
}

/// One word goes without quotes, and with one of the servers several do.
fn text(dialect: Dialect, word: &[u8]) -> Result<Vec<u8>, Unspelled> {
    if !word.starts_with(b"\"") {
        return Ok(word.to_vec());
    }
    let quoting = match dialect {
        Dialect::CanOpenNode => Quoting::Literal,
        Dialect::Lely => Quoting::CEscapes,
    };
    unquote(word, quoting)
        .filter(|text| !text.is_empty())
        .map(ValueBytes::into_vec)
        .ok_or(Unspelled)
}

/// One line, or a break after every 76 characters, the last ones of a full line too.
fn base64(dialect: Dialect, bytes: &[u8]) -> Vec<u8> {
    let text = BASE64.encode(bytes).into_bytes();
    match dialect {
        Dialect::CanOpenNode => text,
        Dialect::Lely => text.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]),
    }
}

/// A single character too many stands for nothing, as at the end of a line that was cut.
fn unbase64(word: &[u8]) -> Result<Vec<u8>, Unspelled> {
    let whole = match word.split_last() {
        Some((_, rest)) if rest.len().is_multiple_of(4) => rest,
        _ => word,
    };
    BASE64.decode(whole).map_err(|_| Unspelled)
}

pub(super) fn dump(bytes: &[u8]) -> Vec<u8> {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ").into_bytes()
}
