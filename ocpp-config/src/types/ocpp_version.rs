named_number! {
    /// The OCPP version that a network profile speaks (object `20Fx_1`).
    ///
    /// The numbers are the charger's own: 2 is OCPP 1.5, not 2.x.
    open OcppVersion, code "NP-VERSION-VALUE",
    expecting "an OCPP version: \"1.6\" (or \"1.5\", \"2.0.1\"), written as text",
    {
        /// No version: the profile cannot connect.
        NONE = 0 => "none",
        /// OCPP 1.2 (SOAP).
        V1_2 = 1 => "1.2",
        /// OCPP 1.5 (SOAP).
        V1_5 = 2 => "1.5",
        /// OCPP 1.6, over WebSocket (OCPP-J).
        V1_6 = 3 => "1.6",
        /// OCPP 2.0.1.
        V2_0_1 = 4 => "2.0.1",
    }
}
