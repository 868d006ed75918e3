use super::Dialect;

/// A request line, cut up.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) sequence: u32,
    /// What stands before the command: network and node, or one of them.
    pub(super) numbers: Vec<i128>,
    /// The command and what belongs to it, strings with their quotes.
    pub(super) words: Vec<Vec<u8>>,
}

impl Line {
    /// The word at this place, in lower case: commands and types have none.
    pub(super) fn word(&self, index: usize) -> String {
        self.words
            .get(index)
            .map(|word| String::from_utf8_lossy(word).to_ascii_lowercase())
            .unwrap_or_default()
    }

    pub(super) fn number(&self, index: usize) -> Option<i128> {
        self.words.get(index).and_then(|word| number(word))
    }
}

/// What a line is good for.
#[derive(Debug)]
pub(super) enum Parsed {
    /// Nothing stands on it.
    Empty,
    /// Its number cannot be read.
    NoSequence,
    /// Only its number can be read.
    Broken(u32),
    Line(Line),
}

pub(super) fn parse(dialect: Dialect, line: &[u8]) -> Parsed {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Parsed::Empty;
    }
    let Some((sequence, rest)) = sequence(dialect, line) else {
        return Parsed::NoSequence;
    };
    let Some(words) = words(rest) else {
        return Parsed::Broken(sequence);
    };
    let numbers: Vec<i128> = words.iter().map_while(|word| number(word)).collect();
    Parsed::Line(Line {
        sequence,
        words: words.into_iter().skip(numbers.len()).collect(),
        numbers,
    })
}

/// The number and the rest. Lely's server takes one without brackets as well, and
/// blanks inside them; CANopenNode's wants a blank behind them.
fn sequence(dialect: Dialect, line: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = match (dialect, line.strip_prefix(b"[")) {
        (_, Some(inner)) => {
            let close = inner.iter().position(|byte| *byte == b']')?;
            (inner.get(..close)?, inner.get(close + 1..)?)
        }
        (Dialect::Lely, None) => line.split_at(line.iter().position(u8::is_ascii_whitespace)?),
        (Dialect::CanOpenNode, None) => return None,
    };
    let spaced = rest.first().is_some_and(u8::is_ascii_whitespace);
    let digits = match dialect {
        Dialect::CanOpenNode if !spaced => return None,
        Dialect::CanOpenNode => digits,
        Dialect::Lely => digits.trim_ascii(),
    };
    let wide = number(digits)?;
    // It keeps the low 32 bits.
    let low = u32::try_from(wide & 0xFFFF_FFFF).ok()?;
    Some((low, rest))
}

/// The words of a line up to its comment; `None` if a quote is not closed.
fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut word = Vec::new();
    let mut quoted = false;
    for byte in line {
        match byte {
            b'"' => {
                quoted = !quoted;
                word.push(*byte);
            }
            b'#' if !quoted => break,
            b' ' | b'\t' | b'\r' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(*byte),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    (!quoted).then_some(words)
}

/// A number as C writes it: decimal, `0x` hexadecimal, or octal behind a zero.
pub(super) fn number(word: &[u8]) -> Option<i128> {
    let text = str::from_utf8(word).ok()?.to_ascii_lowercase();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    let (digits, radix) = match digits.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    let plain = !digits.is_empty() && digits.len() <= 24 && !digits.starts_with(['+', '-']);
    let number = plain
        .then(|| i128::from_str_radix(digits, radix).ok())
        .flatten()?;
    Some(if negative { -number } else { number })
}
