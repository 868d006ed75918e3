/// A word of the protocol: known ones are constants, unknown ones survive a round trip.
macro_rules! wire_text {
    ($(#[$doc:meta])* $name:ident { $($(#[$const_doc:meta])* $constant:ident = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            $($(#[$const_doc])* pub const $constant: Self = Self(std::borrow::Cow::Borrowed($text));)*

            /// The word as it stands in a message; unknown words are kept.
            pub fn new(text: impl Into<String>) -> Self {
                Self(std::borrow::Cow::Owned(text.into()))
            }

            /// The word as it stands in a message.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

pub(crate) use wire_text;
