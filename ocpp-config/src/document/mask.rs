//! Secrets that stand in a document, struck out before anybody sees a piece of it.

use std::ops::Range;

use super::tree::{Kind, Node};

/// Keys below which a bare value is a secret, unless the key says where it comes from.
const SECRET_KEYS: [&str; 4] = ["authorization-key", "sim-pin", "password", "key"];
const REFERENCE_KEYS: [&str; 3] = ["env", "file", "encoding"];

/// The places of all secrets that stand in a document.
pub(super) fn secret_spans(node: &Node<'_>, secret: bool, spans: &mut Vec<Range<usize>>) {
    match &node.kind {
        Kind::Table(entries) => {
            for entry in entries {
                let key = entry.key.as_ref();
                let secret =
                    (secret && !REFERENCE_KEYS.contains(&key)) || SECRET_KEYS.contains(&key);
                secret_spans(&entry.value, secret, spans);
            }
        }
        _ if secret => spans.push(node.span.clone()),
        _ => {}
    }
}

/// The text with these places struck out, byte for byte.
pub(super) fn struck_out(text: &str, spans: &[Range<usize>]) -> String {
    text.char_indices()
        .map(|(offset, character)| {
            let secret = spans.iter().any(|span| span.contains(&offset));
            (secret, character)
        })
        .flat_map(|(secret, character)| {
            let hidden = secret && character != '\n';
            let count = if hidden { character.len_utf8() } else { 1 };
            std::iter::repeat_n(if hidden { '*' } else { character }, count)
        })
        .collect()
}

/// A text that cannot be read hides whatever follows a telling key, to the line's end.
pub(super) fn without_secret_lines(text: &str) -> String {
    const TELLING: [&str; 5] = ["authorization-key", "sim-pin", "password", "key", "value"];
    text.split_inclusive('\n')
        .map(|line| {
            let telling = TELLING
                .iter()
                .filter_map(|key| line.find(key).map(|at| at + key.len()))
                .min();
            telling.map_or_else(
                || line.to_owned(),
                |from| struck_out(line, std::slice::from_ref(&(from..line.len()))),
            )
        })
        .collect()
}
