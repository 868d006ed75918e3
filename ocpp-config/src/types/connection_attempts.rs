number_value! {
    /// How often one network profile is tried before the next, 1 to 255 (object `20F4_0`).
    ConnectionAttempts(u8),
    code "NP-ATTEMPTS-VALUE",
    expecting "a number of connection attempts from 1 to 255",
    range 1..=255,
    schema { "minimum": 1, "maximum": 255 }
}
