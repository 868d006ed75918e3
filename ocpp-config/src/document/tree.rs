//! A document as keys and values with their places: the slow road that is taken only
//! when there is something to report.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use toml::de::{DeTable, DeValue};

use super::Segment;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node<'t> {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind<'t>,
}

#[derive(Debug)]
pub(crate) enum Kind<'t> {
    Null,
    Boolean(bool),
    /// A whole number that fits in 64 bits, signed or not.
    Integer(i128),
    /// Anything else that has no place in a document, by its name.
    Other(&'static str),
    Text(Cow<'t, str>),
    Array,
    Table(Vec<Entry<'t>>),
}

#[derive(Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Cow<'t, str>,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Node<'t>,
}

impl<'t> Node<'t> {
    /// Reads TOML that is known to be well-formed; otherwise as much as can be read.
    pub(crate) fn from_toml(text: &'t str) -> Self {
        let (table, _) = DeTable::parse_recoverable(text);
        let span = table.span();
        Self {
            span,
            kind: toml_table(table.into_inner()),
        }
    }

    /// Reads JSON that is known to be well-formed; otherwise an empty table.
    pub(crate) fn from_json(text: &'t str) -> Self {
        let value = jsonc_parser::parse_to_ast(text, &Default::default(), &strict_json())
            .ok()
            .and_then(|parsed| parsed.value);
        value.map_or(
            Self {
                span: 0..0,
                kind: Kind::Table(Vec::new()),
            },
            json_value,
        )
    }

    /// The node that stands at the path, or the nearest one above it; and how many keys
    /// of the path lead there.
    pub(crate) fn nearest(&self, path: impl Iterator<Item = impl AsRef<str>>) -> (usize, &Self) {
        let mut node = self;
        let mut depth = 0;
        for key in path {
            let Some(entry) = node.entry(key.as_ref()) else {
                break;
            };
            node = &entry.value;
            depth += 1;
        }
        (depth, node)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry<'t>> {
        match &self.kind {
            Kind::Table(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// Takes the entry at the path out. Of two entries with one key the second goes.
    pub(crate) fn prune(&mut self, path: &[Segment]) -> bool {
        let Some((key, rest)) = path.split_first() else {
            return false;
        };
        let Kind::Table(entries) = &mut self.kind else {
            return false;
        };
        let Some(index) = entries.iter().rposition(|entry| entry.key == *key) else {
            return false;
        };
        if rest.is_empty() {
            entries.remove(index);
            return true;
        }
        entries
            .get_mut(index)
            .is_some_and(|entry| entry.value.prune(rest))
    }
}

fn toml_table(table: DeTable<'_>) -> Kind<'_> {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_span: key.span(),
            key: key.into_inner(),
            value: toml_value(value.span(), value.into_inner()),
        })
        .collect();
    // The parser sorts by key; findings are told in the order of the file.
    entries.sort_by_key(|entry| entry.key_span.start);
    Kind::Table(entries)
}

fn toml_value(span: Range<usize>, value: DeValue<'_>) -> Node<'_> {
    let kind = match value {
        DeValue::String(text) => Kind::Text(text),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or(Kind::Other("a number out of range"), Kind::Integer),
        DeValue::Float(_) => Kind::Other("a number with a fraction"),
        DeValue::Boolean(value) => Kind::Boolean(value),
        DeValue::Datetime(_) => Kind::Other("a date or time"),
        DeValue::Array(_) => Kind::Array,
        DeValue::Table(table) => toml_table(table),
    };
    Node { span, kind }
}

fn strict_json() -> jsonc_parser::ParseOptions {
    jsonc_parser::ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn json_value(value: ast::Value<'_>) -> Node<'_> {
    let range = value.range();
    let kind = match value {
        ast::Value::StringLit(text) => Kind::Text(text.value),
        ast::Value::NumberLit(number) => number
            .value
            .parse()
            .map_or(Kind::Other("a number with a fraction"), Kind::Integer),
        ast::Value::BooleanLit(literal) => Kind::Boolean(literal.value),
        ast::Value::NullKeyword(_) => Kind::Null,
        ast::Value::Array(_) => Kind::Array,
        ast::Value::Object(object) => {
            Kind::Table(object.properties.into_iter().map(json_entry).collect())
        }
    };
    Node {
        span: range.start..range.end,
        kind,
    }
}

fn json_entry(property: ast::ObjectProp<'_>) -> Entry<'_> {
    let key_range = property.name.range();
    let key = match property.name {
        ast::ObjectPropName::String(literal) => literal.value,
        ast::ObjectPropName::Word(word) => Cow::Borrowed(word.value),
    };
    Entry {
        key,
        key_span: key_range.start..key_range.end,
        value: json_value(property.value),
    }
}
