//! Text of the charger's, as a person may see it: it must not be able to rewrite what that
//! person is about to agree to.

use std::fmt::{self, Write as _};

/// Shows a text with its control characters, and those that only steer how text is laid out,
/// as escapes; letters of any script stay what they are.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match steers(character) {
                true => write!(f, "{}", character.escape_default())?,
                false => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// Control characters (Unicode category Cc), and those of Cf, Zl and Zp that hide text,
/// reverse it or break the line.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{61C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_letters_are_not() {
        for (text, shown) in [
            (
                "wss://csms.example.org/Zürich/北京",
                "wss://csms.example.org/Zürich/北京",
            ),
            ("e\u{301}t\u{e9}", "e\u{301}t\u{e9}"),
            ("a\u{1b}[2K\rb", "a\\u{1b}[2K\\rb"),
            ("a\nb\tc\u{7f}\u{9b}", "a\\nb\\tc\\u{7f}\\u{9b}"),
            ("moc\u{202e}.elpmaxe", "moc\\u{202e}.elpmaxe"),
            (
                "a\u{200b}\u{2066}\u{feff}b",
                "a\\u{200b}\\u{2066}\\u{feff}b",
            ),
            ("\"quoted\" \\", "\"quoted\" \\"),
        ] {
            assert_eq!(Shown(text).to_string(), shown);
        }
    }
}
