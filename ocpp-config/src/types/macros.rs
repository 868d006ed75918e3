//! Two shapes that most values have: a text that passes a check, and a number of the
//! charger that has a name in the document.

/// A text that passed `check`. The schema lines are plain JSON Schema keywords.
macro_rules! text_value {
    (
        $(#[$meta:meta])*
        $name:ident, expecting $expecting:literal, check $check:path, schema { $($schema:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the text and keeps it as it is.
            ///
            /// # Errors
            ///
            /// The rule that the text breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, crate::ValueError> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // Checked before it is copied: a hostile text is not.
                $check(text)?;
                Ok(Self(text.into()))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::serde_text::text(deserializer, $expecting)
            }
        }

        inline_schema!($name, { "type": "string", "description": $expecting, $($schema)* });
    };
}

/// A number of the charger's dictionary that the document spells as a word.
///
/// `open` numbers without a word survive as `#` and the number; `closed` ones are
/// refused, because the charger defines no others.
macro_rules! named_number {
    (
        $(#[$meta:meta])*
        open $name:ident, code $code:literal, expecting $expecting:literal,
        { $($(#[$constant_meta:meta])* $constant:ident = $number:literal => $word:literal,)+ }
    ) => {
        named_number!(@common $(#[$meta])* $name, $code, $expecting,
            { $($(#[$constant_meta])* $constant = $number => $word,)+ });

        impl $name {
            /// The value with this number, known or not.
            pub const fn new(number: u8) -> Self {
                Self(number)
            }

            fn from_numeral(text: &str) -> Option<Self> {
                text.strip_prefix('#')?.parse().ok().map(Self)
            }
        }

        inline_schema!($name, {
            "type": "string",
            "description": $expecting,
            "anyOf": [ { "enum": [$($word),+] }, { "pattern": "^#[0-9]{1,3}$" } ]
        });
    };
    (
        $(#[$meta:meta])*
        closed $name:ident, code $code:literal, expecting $expecting:literal,
        { $($(#[$constant_meta:meta])* $constant:ident = $number:literal => $word:literal,)+ }
    ) => {
        named_number!(@common $(#[$meta])* $name, $code, $expecting,
            { $($(#[$constant_meta])* $constant = $number => $word,)+ });

        impl $name {
            /// The value with this number, or `None` if the charger defines none.
            pub const fn new(number: u8) -> Option<Self> {
                match number {
                    $($number)|+ => Some(Self(number)),
                    _ => None,
                }
            }

            fn from_numeral(_text: &str) -> Option<Self> {
                None
            }
        }

        inline_schema!($name, {
            "type": "string", "description": $expecting, "enum": [$($word),+]
        });
    };
    (
        @common $(#[$meta:meta])* $name:ident, $code:literal, $expecting:literal,
        { $($(#[$constant_meta:meta])* $constant:ident = $number:literal => $word:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u8);

        impl $name {
            $($(#[$constant_meta])* pub const $constant: Self = Self($number);)+

            /// Every value that has a name.
            pub const KNOWN: &'static [Self] = &[$(Self::$constant),+];

            /// The number in the charger's dictionary.
            pub const fn number(self) -> u8 {
                self.0
            }

            /// The word in the document, or `None` if the number has none.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($word),)+
                    _ => None,
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$constant),)+
                    _ => Self::from_numeral(text)
                        .ok_or_else(|| crate::ValueError::new($code, concat!("expected ", $expecting))),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "#{}", self.0),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::serde_text::text(deserializer, $expecting)
            }
        }
    };
}

/// A whole number within bounds: `convert` is the one way in.
macro_rules! number_value {
    (
        $(#[$meta:meta])*
        $name:ident($inner:ty), code $code:literal, expecting $expecting:literal, range $range:expr,
        schema { $($schema:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name($inner);

        impl $name {
            /// Checks the number.
            ///
            /// # Errors
            ///
            /// The number is outside of the range.
            pub fn new(number: $inner) -> Result<Self, crate::ValueError> {
                if ($range).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(crate::ValueError::new($code, concat!("expected ", $expecting)))
                }
            }

            /// The number.
            pub const fn number(self) -> $inner {
                self.0
            }

            fn from_wide(number: Option<u64>) -> Result<Self, crate::ValueError> {
                number
                    .and_then(|number| <$inner>::try_from(number).ok())
                    .ok_or_else(|| crate::ValueError::new($code, concat!("expected ", $expecting)))
                    .and_then(Self::new)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_wide(text.parse().ok())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0.into())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::serde_text::number(deserializer, $expecting, Self::from_wide)
            }
        }

        inline_schema!($name, { "type": "integer", "description": $expecting, $($schema)* });
    };
}

/// The JSON Schema of a value that is written by hand.
macro_rules! inline_schema {
    ($name:ident, { $($schema:tt)* }) => {
        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ $($schema)* })
            }
        }
    };
}
