use crate::ValueError;

named_number! {
    /// How the modem picks its network (object `2113_0`).
    open NetworkSelection, code "MOBILE-SELECTION-VALUE",
    expecting "\"automatic\" or \"manual\"",
    {
        /// The modem decides.
        AUTOMATIC = 0 => "automatic",
        /// The preferred network of the profile.
        MANUAL = 1 => "manual",
    }
}

named_number! {
    /// The radio technology that the modem prefers (object `2114_0`).
    ///
    /// Firmware 7.0 reports a third value, 2, whose meaning is not published; it is
    /// carried as `#2`.
    open NetworkPreference, code "MOBILE-PREFERENCE-VALUE",
    expecting "\"2g\" or \"4g\"",
    {
        /// GSM/GPRS.
        TWO_G = 0 => "2g",
        /// LTE.
        FOUR_G = 1 => "4g",
    }
}

text_value! {
    /// A mobile network by its country and network code (MCC and MNC), 5 or 6 digits
    /// (object `20Fx_B`, 7 bytes with its NUL).
    PreferredNetwork,
    expecting "a mobile network code (MCC and MNC) of 5 or 6 digits",
    check check_network,
    schema { "pattern": "^[0-9]{5,6}$" }
}

fn check_network(code: &str) -> Result<(), ValueError> {
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    if digits && matches!(code.len(), 5 | 6) {
        Ok(())
    } else {
        Err(ValueError::new(
            "NP-NETWORK-VALUE",
            "the preferred network is not 5 or 6 digits",
        ))
    }
}
