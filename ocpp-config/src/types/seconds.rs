number_value! {
    /// A duration in whole seconds, as the charger stores it (u32).
    Seconds(u32),
    code "TIME-VALUE",
    expecting "a number of seconds from 0 to 4294967295",
    range 0..=u32::MAX,
    schema { "minimum": 0, "maximum": 4_294_967_295_u32 }
}
