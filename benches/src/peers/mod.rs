//! How others would do it: the same work with the crates that one would reach for.

pub mod by_hand;
pub mod page;
pub mod plain;
pub mod with_garde;
pub mod with_schema;
pub mod with_validator;

/// The rules between values, as far as one struct shows them. Each peer says these; none
/// of them says in which slot, in which line, or what to do.
pub const RULES_BETWEEN_VALUES: &[&str] = &[
    "a profile in use has a URL, a version, an interface and a security profile",
    "a profile with TLS has a wss:// URL",
    "the host is not the charger itself",
    "the message timeout is between 10 and 300 s",
    "a mobile profile has an access point",
    "no two profiles have one priority",
    "a charger with TLS profiles has a CPO name",
    "a charger with a back office has an identity",
];
