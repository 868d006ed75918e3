use super::ValueBytes;

/// How a server spells characters inside a quoted string. Both double a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quoting {
    /// A backslash is a backslash (CANopenNode).
    Literal,
    /// A backslash begins a C escape (Lely).
    CEscapes,
}

/// `text` between quotes, or `None` where this spelling cannot carry it to every
/// server: outside printable ASCII, or with a backslash.
///
/// ```
/// use charger_link::gateway::codec::{quote, unquote, Quoting};
///
/// assert_eq!(quote("say \"hi\"").as_deref(), Some("\"say \"\"hi\"\"\""));
/// assert_eq!(quote("C:\\"), None);
/// assert_eq!(unquote(b"\"it\\'s\"", Quoting::CEscapes).as_deref(), Some(&b"it's"[..]));
/// ```
pub fn quote(text: &str) -> Option<String> {
    let plain = |byte: u8| (byte == b' ' || byte.is_ascii_graphic()) && byte != b'\\';
    text.bytes()
        .all(plain)
        .then(|| format!("\"{}\"", text.replace('"', "\"\"")))
}

/// What stands between the quotes, or `None` if `text` is not one quoted string.
pub fn unquote(text: &[u8], quoting: Quoting) -> Option<ValueBytes> {
    if let Some(plain) = plainly_quoted(text) {
        return Some(plain.into());
    }
    let mut rest = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut plain = ValueBytes::with_capacity(rest.len());
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'"' => {
                plain.push(b'"');
                after.strip_prefix(b"\"")?
            }
            b'\\' if quoting == Quoting::CEscapes => {
                let (byte, after) = unescape(after)?;
                plain.push(byte);
                after
            }
            _ => {
                plain.push(*first);
                after
            }
        };
    }
    Some(plain)
}

/// What stands between the quotes of one string, if no quoting changes any of it: the
/// usual case, told in one look.
pub(super) fn plainly_quoted(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\');
    inner.iter().all(is_plain).then_some(inner)
}

/// Whether the quotes in `text` are even in number. A quote inside a string is doubled,
/// so that the string is complete once all of its quotes are.
pub(super) fn quotes_are_even(text: &[u8]) -> bool {
    text.iter()
        .filter(|byte| **byte == b'"')
        .count()
        .is_multiple_of(2)
}

/// The byte of the C escape after a backslash, and what follows it.
fn unescape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (first, after) = text.split_first()?;
    let byte = match first {
        b'a' => 0x07,
        b'b' => 0x08,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 0x0B,
        b'f' => 0x0C,
        b'r' => b'\r',
        b'x' => return digits(after, 2, 16),
        b'0'..=b'7' => return digits(text, 3, 8),
        other => *other,
    };
    Some((byte, after))
}

fn digits(text: &[u8], longest: usize, radix: u32) -> Option<(u8, &[u8])> {
    let count = text
        .iter()
        .take(longest)
        .take_while(|byte| char::from(**byte).is_digit(radix))
        .count();
    let (digits, after) = text.split_at_checked(count)?;
    let number = u8::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()?;
    Some((number, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_quoted_comes_back_from_either_server() {
        for text in [
            "",
            "plain",
            "a \"q\" b",
            "\"",
            "x # y",
            "wss://host:443/p?q='1'",
        ] {
            let quoted = quote(text).unwrap();
            for quoting in [Quoting::Literal, Quoting::CEscapes] {
                assert_eq!(
                    unquote(quoted.as_bytes(), quoting).as_deref(),
                    Some(text.as_bytes()),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn escapes_are_read_where_the_server_writes_them() {
        let text = br#""a\tb\\c\'d\101\x42\n""#;
        assert_eq!(
            unquote(text, Quoting::CEscapes).as_deref(),
            Some(&b"a\tb\\c'dAB\n"[..])
        );
        assert_eq!(
            unquote(text, Quoting::Literal).as_deref(),
            Some(&br"a\tb\\c\'d\101\x42\n"[..])
        );
    }

    #[test]
    fn a_broken_string_is_refused() {
        for text in [
            &b"\""[..],
            b"abc",
            b"\"a",
            b"\"a\"b\"",
            b"\"\\\"",
            b"\"\\777\"",
        ] {
            assert_eq!(unquote(text, Quoting::CEscapes), None, "{text:?}");
        }
    }
}
