//! The vendor's arrays: comma-joined hexadecimal, read with or without leading zeros.

use std::fmt::Write;

/// Whether items are padded to their full width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// `A,FF`, as a charger lists them.
    Bare,
    /// `0A,FF`, as a client writes them.
    Full,
}

pub(crate) fn parse_bytes(text: &str) -> Option<Vec<u8>> {
    parse(text, |item| u8::from_str_radix(item, 16).ok())
}

pub(crate) fn parse_words(text: &str) -> Option<Vec<u16>> {
    parse(text, |item| u16::from_str_radix(item, 16).ok())
}

pub(crate) fn join_bytes(bytes: &[u8], padding: Padding) -> String {
    join(bytes.iter().map(|byte| u16::from(*byte)), padding, 2)
}

pub(crate) fn join_words(words: &[u16], padding: Padding) -> String {
    join(words.iter().copied(), padding, 4)
}

fn parse<T>(text: &str, item: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let digits_only = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split(',')
        .map(|text| item(text).filter(|_| digits_only(text)))
        .collect()
}

fn join(items: impl ExactSizeIterator<Item = u16>, padding: Padding, width: usize) -> String {
    let digits = match padding {
        Padding::Bare => 1,
        Padding::Full => width,
    };
    let mut text = String::with_capacity(items.len() * (width + 1));
    for item in items {
        let comma = if text.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(text, "{comma}{item:0digits$X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_paddings_are_read() {
        assert_eq!(parse_bytes("A,FF,00"), Some(vec![10, 255, 0]));
        assert_eq!(parse_words("C552,1"), Some(vec![0xC552, 1]));
        assert_eq!(parse_bytes(""), Some(vec![]));
        assert_eq!(join_bytes(&[10, 255], Padding::Bare), "A,FF");
        assert_eq!(join_bytes(&[10, 255], Padding::Full), "0A,FF");
        assert_eq!(join_words(&[0xC552, 1], Padding::Full), "C552,0001");
    }

    #[test]
    fn anything_else_is_no_array() {
        for text in [",", "A,", "+A", "100", "G", " A", "A B"] {
            assert_eq!(parse_bytes(text), None, "{text}");
        }
    }
}
