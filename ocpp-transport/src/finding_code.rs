use std::fmt;

/// The stable name of something that was found about a back office, a certificate or a
/// connection, such as `CERT-EXPIRED`.
///
/// The name is what programs compare and translators translate; [`meaning`](Self::meaning)
/// and [`advice`](Self::advice) are the English texts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingCode(&'static str);

impl FindingCode {
    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Who can do something about it.
    pub fn actor(self) -> Actor {
        self.entry().map_or(Actor::Operator, |it| it.actor)
    }

    /// What it means, one phrase.
    pub fn meaning(self) -> &'static str {
        self.entry().map_or("", |it| it.meaning)
    }

    /// What to do about it, one sentence.
    pub fn advice(self) -> &'static str {
        self.entry().map_or("", |it| it.advice)
    }

    fn entry(self) -> Option<&'static Entry> {
        CATALOGUE.iter().find(|it| it.code == self)
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Who can do something about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Actor {
    /// The person at the charger.
    Installer,
    /// The operator of the back office.
    Operator,
    /// The vendor of the charger.
    Vendor,
    /// Nobody: it is good to know.
    Nobody,
}

struct Entry {
    code: FindingCode,
    actor: Actor,
    meaning: &'static str,
    advice: &'static str,
}

/// Each line: constant, name, who, what it means, what to do.
macro_rules! codes {
    ($($constant:ident = $name:literal, $actor:ident, $meaning:literal, $advice:literal;)*) => {
        impl FindingCode {
            $(#[doc = concat!("`", $name, "`: ", $meaning, ".")]
            pub const $constant: Self = Self($name);)*

            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$constant),*];
        }

        const CATALOGUE: &[Entry] = &[$(Entry {
            code: FindingCode::$constant,
            actor: Actor::$actor,
            meaning: $meaning,
            advice: $advice,
        }),*];
    };
}

codes! {
    CERT_ROOT_MISSING = "CERT-ROOT-MISSING", Installer,
        "the root certificate is missing on the charger",
        "install the named root; compare its fingerprint with the operator by another channel";
    CERT_ROOT_ROTATED = "CERT-ROOT-ROTATED", Installer,
        "the charger has an older root of the same name: the operator changed its root",
        "install the operator's new root; where roots are built into the firmware, update the firmware";
    CERT_INTERMEDIATE = "CERT-INTERMEDIATE", Operator,
        "the server does not send its intermediate certificate",
        "configure the full chain on the server; do not install the intermediate on the charger in its place";
    CERT_PARTIAL = "CERT-PARTIAL", Installer,
        "the trust anchor is an intermediate, not a root",
        "install the real root: many chargers refuse a chain that ends in an intermediate";
    CERT_SELFSIGNED = "CERT-SELFSIGNED", Operator,
        "the server's certificate signs itself",
        "issue a certificate under a root of the operator";
    CERT_CA_LEAF = "CERT-CA-LEAF", Operator,
        "the server's own certificate says that it is a CA",
        "issue it again with CA:FALSE";
    CERT_NAME = "CERT-NAME", Operator,
        "the certificate is for another name",
        "use one of the certificate's names in the URL, or issue it for the host of the URL";
    CERT_NAME_CNONLY = "CERT-NAME-CNONLY", Operator,
        "the host stands in the common name only",
        "fine for chargers that read the common name; add the host to the subjectAltName for all others";
    CERT_NAME_NOCN = "CERT-NAME-NOCN", Operator,
        "the host does not stand in the common name",
        "put the host into the common name: chargers that follow the OCPP text compare that";
    CERT_WILDCARD = "CERT-WILDCARD", Operator,
        "the host fits through a wildcard only",
        "issue the certificate for the exact name, or allow wildcards on the charger";
    CERT_IP = "CERT-IP", Operator,
        "the URL names an IP address and the certificate does not",
        "use the host name in the URL";
    CERT_EXPIRED = "CERT-EXPIRED", Operator,
        "a certificate of the server has expired",
        "renew the certificate";
    CERT_NOTYET = "CERT-NOTYET", Operator,
        "a certificate of the server is not valid yet",
        "check the clock of the machine that issued it, or wait";
    CERT_CLOCK = "CERT-CLOCK", Installer,
        "the certificate is valid, but not at the time the charger believes it to be",
        "set the charger's clock first (time server: UDP port 123), then connect";
    CERT_SOON = "CERT-SOON", Operator,
        "a certificate expires soon",
        "renew it before it does";
    CERT_ROOT_EXPIRED = "CERT-ROOT-EXPIRED", Installer,
        "the root on the charger has expired",
        "install the operator's new root";
    CERT_KEY = "CERT-KEY", Operator,
        "a key is too short, or of a kind that chargers do not know",
        "issue it again with ECDSA P-256 or RSA of 2048 bits or more";
    CERT_SIG = "CERT-SIG", Operator,
        "a certificate is signed with a weak or unknown algorithm, or the signature is wrong",
        "issue it again, signed with SHA-256";
    CERT_EKU = "CERT-EKU", Operator,
        "the extended key usage does not allow a server",
        "issue it again with serverAuth, or without extended key usage as OCPP advises";
    CERT_KU = "CERT-KU", Operator,
        "the key usage does not allow what TLS needs",
        "issue it again with digitalSignature";
    CERT_CRIT = "CERT-CRIT", Operator,
        "a critical extension is not known",
        "issue it again without the extension, or with it not critical";
    CERT_V1 = "CERT-V1", Operator,
        "an X.509 version 1 certificate",
        "issue it again as version 3";
    CERT_CHAIN = "CERT-CHAIN", Operator,
        "the chain is malformed",
        "send the server's certificate first, then each issuer's";
    CERT_SIZE = "CERT-SIZE", Operator,
        "the chain is large; small chargers may not take it",
        "send a shorter chain, without the root, with ECDSA keys";
    CERT_POLICY = "CERT-POLICY", Operator,
        "a detail is not as the OCPP text asks",
        "matters for certification only; the connection works";
    CERT_SILENT = "CERT-NONE", Operator,
        "no certificate was presented",
        "see the finding of the connection itself";
    TLS_REVOKED = "TLS-REVOKED", Operator,
        "a certificate of the server is revoked",
        "replace the certificate";
    ROOT_BAD = "ROOT-BAD", Operator,
        "the root to be installed is not a good root",
        "get the right root certificate from the operator";
    ROOT_SIZE = "ROOT-SIZE", Operator,
        "the root does not fit into the message that installs it",
        "ask for a smaller root (ECDSA)";
    ROOT_ROOM = "ROOT-ROOM", Installer,
        "the charger has no room for another root",
        "delete a root that is not in use first";
    ROOT_CHECK = "ROOT-CHECK", Installer,
        "the charger takes a new root only if the old root signed it, and it did not",
        "install the root with the vendor's tool, or ask for one that the old root has signed";
    CLIENT_KEY = "CLIENT-CERT-KEY", Installer,
        "the private key is not the key of the client certificate",
        "take certificate and key from the same request";
    CLIENT_VALIDITY = "CLIENT-CERT-VALIDITY", Operator,
        "the client certificate is not valid now, or not for long",
        "renew it before the change";
    CLIENT_CN = "CLIENT-CERT-CN", Operator,
        "the common name of the client certificate is not the charger's serial number",
        "issue it for the serial number that the charger sends in its boot notification";
    CLIENT_O = "CLIENT-CERT-O", Operator,
        "the organization in the client certificate is not the CPO",
        "set the CPO name on the charger, then issue the certificate again";
    CLIENT_EKU = "CLIENT-CERT-EKU", Operator,
        "the extended key usage does not allow a client",
        "issue it again with clientAuth, or without extended key usage";
    CLIENT_PATH = "CLIENT-CERT-PATH", Operator,
        "the client certificate does not lead to a root that the back office knows",
        "register the charger's root with the operator, or take a certificate from the operator";
    CLIENT_SIZE = "CLIENT-CERT-SIZE", Operator,
        "the chain does not fit into the message that delivers it",
        "ask for a shorter chain (ECDSA)";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_and_says_what_to_do() {
        for (position, code) in FindingCode::ALL.iter().enumerate() {
            assert!(
                !code.meaning().is_empty() && !code.advice().is_empty(),
                "{code}"
            );
            let rest = FindingCode::ALL.get(position + 1..).unwrap_or_default();
            assert!(!rest.contains(code), "{code} twice");
            assert!(
                code.as_str()
                    .bytes()
                    .all(|it| it.is_ascii_uppercase() || it == b'-' || it.is_ascii_digit())
            );
        }
    }
}
