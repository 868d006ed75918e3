use super::{AbortCode, GatewayCode};

/// A no, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The node aborted the access.
    Aborted(AbortCode),
    /// The gateway could not carry out the command.
    Gateway(GatewayCode),
}

/// The refusal in `body`, what follows the bracket in an answer.
///
/// `None`: it is no refusal. `Some(None)`: it is one, with a code that cannot be read.
///
/// `0x` or exactly eight hexadecimal digits make an abort code, anything else is the
/// decimal code of the gateway; what follows is a comment.
#[inline]
pub(super) fn refusal(body: &[u8]) -> Option<Option<Refusal>> {
    // Nearly all answers are none, and end here.
    after_error(body.strip_prefix(b"ERROR")?)
}

fn after_error(rest: &[u8]) -> Option<Option<Refusal>> {
    let rest = match rest.first() {
        Some(b':') => rest.get(1..).unwrap_or_default(),
        Some(b' ') | None => rest,
        Some(_) => return None,
    };
    let code = rest
        .trim_ascii_start()
        .split(|byte| byte.is_ascii_whitespace() || *byte == b'#' || *byte == b'(')
        .next()
        .unwrap_or_default();
    Some(code_of(code))
}

fn code_of(text: &[u8]) -> Option<Refusal> {
    let text = str::from_utf8(text).ok()?;
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if digits.is_some() || text.len() == 8 {
        let number = u32::from_str_radix(digits.unwrap_or(text), 16).ok()?;
        return Some(Refusal::Aborted(AbortCode::new(number)));
    }
    text.parse()
        .ok()
        .map(|number| Refusal::Gateway(GatewayCode::new(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_both_kinds_are_read() {
        let no_object = Refusal::Aborted(AbortCode::NO_OBJECT);
        let syntax = Refusal::Gateway(GatewayCode::SYNTAX);
        for (body, expected) in [
            ("ERROR:0x06020000 #Object does not exist.", no_object),
            ("ERROR: 06020000 (Object does not exist)", no_object),
            ("ERROR:0x6020000", no_object),
            ("ERROR:101 #Syntax error.", syntax),
            ("ERROR: 101 (Syntax error)", syntax),
            ("ERROR 101", syntax),
            ("ERROR:101(x)", syntax),
        ] {
            assert_eq!(refusal(body.as_bytes()), Some(Some(expected)), "{body}");
        }
    }

    #[test]
    fn what_is_no_refusal_is_left_alone() {
        for body in ["", "OK", "ERR", "ERRORS", "\"ERROR:101\"", "12"] {
            assert_eq!(refusal(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn a_code_that_cannot_be_read_is_still_a_refusal() {
        for body in [
            "ERROR",
            "ERROR:",
            "ERROR: -1",
            "ERROR:0x",
            "ERROR:0x123456789",
            "ERROR: 70000",
        ] {
            assert_eq!(refusal(body.as_bytes()), Some(None), "{body}");
        }
    }
}
