number_value! {
    /// The OCPP security profile, 0 to 3 (object `20Fx_5`).
    ///
    /// 0 = nothing, 1 = basic authentication in clear, 2 = TLS and basic
    /// authentication, 3 = TLS and a client certificate. Sources: OCA white paper
    /// "Improved security for OCPP 1.6-J", section 2, and OCPP 2.0.1 Part 2, A00.
    SecurityProfile(u8),
    code "NP-SECURITY-VALUE",
    expecting "a security profile from 0 to 3",
    range 0..=3,
    schema { "minimum": 0, "maximum": 3 }
}

impl SecurityProfile {
    /// 0: no protection and no authentication (OCPP 1.6 only).
    pub const NONE: Self = Self(0);
    /// 1: basic authentication over an unprotected connection.
    pub const BASIC: Self = Self(1);
    /// 2: TLS with a server certificate, and basic authentication.
    pub const TLS_BASIC: Self = Self(2);
    /// 3: TLS with server and client certificates.
    pub const TLS_CLIENT_CERTIFICATE: Self = Self(3);

    /// Whether the connection is TLS (2 and 3).
    pub const fn uses_tls(self) -> bool {
        self.0 >= 2
    }

    /// Whether the charger sends its identity and key with the upgrade (1 and 2).
    pub const fn uses_basic_authentication(self) -> bool {
        matches!(self.0, 1 | 2)
    }

    /// Whether the charger proves itself with a certificate (3).
    pub const fn uses_client_certificate(self) -> bool {
        self.0 == 3
    }
}
