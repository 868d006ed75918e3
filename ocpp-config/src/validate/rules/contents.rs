//! Secrets and files, once they are loaded.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::{Check, Code, Rule, Severity, Sink, used};
use crate::{
    AuthorizationKey, CheckedDocument, KeyEncoding, OcppVersion, ResolvedDocument, Secret, Slot,
};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("SECRET-UNAVAILABLE"),
        severity: Severity::Error,
        summary: "every secret and file that the document refers to can be loaded",
        reason: "a procedure must not find out halfway that something is missing",
        advice: "set the variable or put the file in place, and check that it may be read",
        check: Check::Contents,
    },
    Rule {
        code: Code::new("SECRET-INLINE-REFUSED"),
        severity: Severity::Error,
        summary: "a secret stands in the document itself only if the caller allows it",
        reason: "documents are mailed, copied and kept under version control",
        advice: "put the secret into an environment variable or a file of its own, or allow inline \
                 secrets on purpose",
        check: Check::Contents,
    },
    Rule {
        code: Code::new("KEY-HEX"),
        severity: Severity::Error,
        summary: "a key that is stated as hexadecimal is an even number of hexadecimal digits",
        reason: "two digits make a byte",
        advice: "check the key and its encoding",
        check: Check::Contents,
    },
    Rule {
        code: Code::new("KEY-LENGTH"),
        severity: Severity::Error,
        summary: "an authorization key has 1 to 64 bytes",
        reason: "64 is the most of any OCPP edition (2.0.1 with the errata of 2025, 2.1)",
        advice: "ask the operator for a key of 20 letters and digits",
        check: Check::Contents,
    },
    Rule {
        code: Code::new("KEY-LENGTH-16"),
        severity: Severity::Error,
        summary: "with OCPP 1.6 the key has 16 to 20 bytes",
        reason: "OCA white paper on OCPP 1.6 security, A00.FR.205 and .304; back offices refuse \
                 other lengths without a word",
        advice: "ask the operator for a key of 20 letters and digits; if it has 32 or 40 \
                 hexadecimal digits, state encoding = \"hex\"",
        check: Check::Resolved(length_16),
    },
    Rule {
        code: Code::new("KEY-LENGTH-201"),
        severity: Severity::Error,
        summary: "with OCPP 2.0.1 the key has at least 16 bytes",
        reason: "OCPP 2.0.1 Part 2, A00.FR.205 and .304",
        advice: "ask the operator for a key of 20 letters and digits",
        check: Check::Resolved(length_201),
    },
    Rule {
        code: Code::new("KEY-LENGTH-201-LONG"),
        severity: Severity::Warning,
        summary: "with OCPP 2.0.1 the key has at most 40 bytes",
        reason: "2.0.1 allows 40; the errata of 2025 allow a back office more, up to 64",
        advice: "check with the operator that the charger's firmware takes the longer key",
        check: Check::Resolved(long_201),
    },
    Rule {
        code: Code::new("KEY-CHARACTERS-201"),
        severity: Severity::Error,
        summary: "with OCPP 2.0.1 the key is a passwordString",
        reason: "letters, digits and * - _ = : + | @ . (OCPP 2.0.1 Part 2, primitive datatypes)",
        advice: "ask the operator for a key of 20 letters and digits",
        check: Check::Resolved(characters_201),
    },
    Rule {
        code: Code::new("KEY-LOOKS-HEX"),
        severity: Severity::Warning,
        summary: "a key that looks hexadecimal is stated as hexadecimal",
        reason: "32 or 40 hexadecimal digits are usually the spelling of 16 or 20 bytes, and back \
                 offices differ in whether they decode it",
        advice: "ask the operator whether the digits are the password itself; if not, state \
                 encoding = \"hex\"",
        check: Check::Resolved(looks_hex),
    },
    Rule {
        code: Code::new("KEY-BLANK"),
        severity: Severity::Warning,
        summary: "the key neither begins nor ends with a blank or a line end",
        reason: "such characters usually come from copying",
        advice: "remove them from where the key comes from",
        check: Check::Resolved(blank),
    },
    Rule {
        code: Code::new("KEY-WEAK"),
        severity: Severity::Warning,
        summary: "the key cannot be guessed",
        reason: "a key that repeats one character or is the identity is the first that anybody \
                 tries",
        advice: "ask the operator for a random key",
        check: Check::Resolved(weak),
    },
    Rule {
        code: Code::new("APN-PASSWORD-VALUE"),
        severity: Severity::Error,
        summary: "an access point's password is 1 to 20 bytes of printable ASCII",
        reason: "object 20Fx_9 keeps 21 with its NUL",
        advice: "ask the SIM's provider for a shorter password",
        check: Check::Resolved(apn_password),
    },
    Rule {
        code: Code::new("PACKAGE-EMPTY"),
        severity: Severity::Error,
        summary: "a package is not empty",
        reason: "an empty file is what an interrupted download leaves",
        advice: "get the package again",
        check: Check::Resolved(package_empty),
    },
    Rule {
        code: Code::new("PACKAGE-PEM"),
        severity: Severity::Error,
        summary: "a package is a container, not a PEM file",
        reason: "the charger takes .fwi containers only",
        advice: "name the PEM file under file, and the container that the manufacturer or the \
                 operator supplies under package",
        check: Check::Resolved(package_pem),
    },
    Rule {
        code: Code::new("ROOT-PEM"),
        severity: Severity::Error,
        summary: "the root's file holds a certificate as PEM",
        reason: "a preflight trusts exactly this certificate",
        advice: "get the root certificate as PEM (it begins with -----BEGIN CERTIFICATE-----)",
        check: Check::Resolved(root_pem),
    },
    Rule {
        code: Code::new("ROOT-SEVERAL"),
        severity: Severity::Warning,
        summary: "the root's file holds one certificate",
        reason: "a charger trusts one root for its back office; a bundle or a chain hides which",
        advice: "keep the root only, the certificate that is its own issuer",
        check: Check::Resolved(root_several),
    },
    Rule {
        code: Code::new("ROOT-PRIVATE-KEY"),
        severity: Severity::Error,
        summary: "the root's file holds no private key",
        reason: "whoever has the key of a root can pretend to be any back office",
        advice: "keep the key away from this file, and tell the operator that it was in it",
        check: Check::Resolved(root_private_key),
    },
    Rule {
        code: Code::new("ROOT-SIZE"),
        severity: Severity::Warning,
        summary: "the root's file has at most 5500 characters",
        reason: "OCPP 1.6 and 2.0.1 cap a certificate at 5500 characters when it is installed over \
                 OCPP",
        advice: "ask the operator for a smaller root (ECDSA), if it is ever to be installed over \
                 OCPP",
        check: Check::Resolved(root_size),
    },
    Rule {
        code: Code::new("CLIENT-CHAIN-PEM"),
        severity: Severity::Error,
        summary: "the client certificate's chain holds a certificate as PEM",
        reason: "the charger shows it to the back office",
        advice: "get the chain as PEM, the charger's own certificate first",
        check: Check::Resolved(chain_pem),
    },
    Rule {
        code: Code::new("CLIENT-CHAIN-SIZE"),
        severity: Severity::Warning,
        summary: "the client certificate's chain has at most 10000 characters",
        reason: "OCPP caps CertificateSigned.certificateChain at 10000 characters",
        advice: "leave the root out of the chain, or use ECDSA",
        check: Check::Resolved(chain_size),
    },
    Rule {
        code: Code::new("CLIENT-KEY-PEM"),
        severity: Severity::Error,
        summary: "the client certificate's key is a private key as PEM",
        reason: "PKCS#8, PKCS#1 or SEC1",
        advice: "get the key as PEM (it begins with -----BEGIN PRIVATE KEY-----)",
        check: Check::Resolved(key_pem),
    },
];

const KEY: [&str; 2] = ["security", "authorization-key"];
const PRESET_PACKAGE: [&str; 2] = ["preset", "package"];
const ROOT_PACKAGE: [&str; 3] = ["security", "root-certificate", "package"];
const ROOT_FILE: [&str; 3] = ["security", "root-certificate", "file"];
const CLIENT_CHAIN: [&str; 3] = ["security", "client-certificate", "chain"];
const CLIENT_KEY: [&str; 3] = ["security", "client-certificate", "key"];

/// The key, if a profile in use sends it and speaks this version.
fn key_for(resolved: &ResolvedDocument, version: OcppVersion) -> Option<&AuthorizationKey> {
    let key = resolved.authorization_key()?;
    sends_key(resolved.checked(), version).then_some(key)
}

fn sends_key(checked: &CheckedDocument, version: OcppVersion) -> bool {
    used(checked.document()).any(|(_, profile)| {
        profile.ocpp_version == Some(version)
            && profile
                .security_profile
                .is_some_and(crate::SecurityProfile::uses_basic_authentication)
    })
}

fn length_16(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(key) = key_for(resolved, OcppVersion::V1_6)
        && !(16..=20).contains(&key.bytes().len())
    {
        let bytes = key.bytes().len();
        sink.report(
            KEY,
            format!("the key has {bytes} bytes, OCPP 1.6 wants 16 to 20"),
        );
    }
}

fn length_201(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(key) = key_for(resolved, OcppVersion::V2_0_1)
        && key.bytes().len() < 16
    {
        let bytes = key.bytes().len();
        sink.report(
            KEY,
            format!("the key has {bytes} bytes, OCPP 2.0.1 wants 16 or more"),
        );
    }
}

fn long_201(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(key) = key_for(resolved, OcppVersion::V2_0_1)
        && key.bytes().len() > 40
    {
        let bytes = key.bytes().len();
        sink.report(KEY, format!("the key has {bytes} bytes, more than 40"));
    }
}

fn characters_201(resolved: &ResolvedDocument, sink: &mut Sink) {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"*-_=:+|@.".contains(byte);
    if let Some(key) = key_for(resolved, OcppVersion::V2_0_1)
        && !key.bytes().expose().iter().all(allowed)
    {
        let message = "the key contains characters that OCPP 2.0.1 does not allow";
        sink.report(KEY, message);
    }
}

fn looks_hex(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(key) = resolved.authorization_key()
        && key.encoding() == KeyEncoding::Text
        && key.looks_like_hex()
    {
        sink.report(KEY, "the key is stated as text but looks hexadecimal");
    }
}

fn blank(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(key) = resolved.authorization_key()
        && key.encoding() == KeyEncoding::Text
        && key.bytes().expose().trim_ascii().len() != key.bytes().len()
    {
        sink.report(KEY, "the key begins or ends with a blank or a line end");
    }
}

fn weak(resolved: &ResolvedDocument, sink: &mut Sink) {
    let Some(key) = resolved.authorization_key() else {
        return;
    };
    let bytes = key.bytes().expose();
    let repeats = bytes.iter().all(|byte| bytes.first() == Some(byte));
    let identity = resolved.document().identity.as_ref();
    let is_identity = identity.is_some_and(|it| it.as_str().as_bytes().eq_ignore_ascii_case(bytes));
    if repeats || is_identity {
        sink.report(KEY, "the key can be guessed");
    }
}

fn apn_password(resolved: &ResolvedDocument, sink: &mut Sink) {
    let visible = |byte: &u8| matches!(byte, b' '..=b'~');
    for slot in Slot::ALL {
        if let Some(password) = resolved.apn_password(slot)
            && !((1..=20).contains(&password.len()) && password.expose().iter().all(visible))
        {
            sink.report(
                ["network-profile", slot.key(), "apn", "password"],
                "the password is not 1 to 20 bytes of printable ASCII",
            );
        }
    }
}

fn package_empty(resolved: &ResolvedDocument, sink: &mut Sink) {
    if resolved.preset_package().is_some_and(<[u8]>::is_empty) {
        sink.report(PRESET_PACKAGE, "the package is empty");
    }
    if resolved.root_package().is_some_and(<[u8]>::is_empty) {
        sink.report(ROOT_PACKAGE, "the package is empty");
    }
}

fn package_pem(resolved: &ResolvedDocument, sink: &mut Sink) {
    let is_pem = |package: &[u8]| package.trim_ascii_start().starts_with(b"-----BEGIN ");
    if resolved.preset_package().is_some_and(is_pem) {
        sink.report(PRESET_PACKAGE, "the package is a PEM file");
    }
    if resolved.root_package().is_some_and(is_pem) {
        sink.report(ROOT_PACKAGE, "the package is a PEM file");
    }
}

fn root_pem(resolved: &ResolvedDocument, sink: &mut Sink) {
    if resolved
        .root_pem()
        .is_some_and(|pem| certificates(pem) == 0)
    {
        sink.report(ROOT_FILE, "the file holds no certificate that can be read");
    }
}

fn root_several(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(count) = resolved
        .root_pem()
        .map(certificates)
        .filter(|count| *count > 1)
    {
        sink.report(ROOT_FILE, format!("the file holds {count} certificates"));
    }
}

fn root_private_key(resolved: &ResolvedDocument, sink: &mut Sink) {
    if resolved.root_pem().is_some_and(holds_private_key) {
        sink.report(ROOT_FILE, "the file holds a private key");
    }
}

fn root_size(resolved: &ResolvedDocument, sink: &mut Sink) {
    if let Some(size) = resolved
        .root_pem()
        .map(<[u8]>::len)
        .filter(|size| *size > 5500)
    {
        sink.report(ROOT_FILE, format!("the file has {size} characters"));
    }
}

fn chain_pem(resolved: &ResolvedDocument, sink: &mut Sink) {
    if resolved
        .client_chain()
        .is_some_and(|pem| certificates(pem) == 0)
    {
        sink.report(
            CLIENT_CHAIN,
            "the file holds no certificate that can be read",
        );
    }
}

fn chain_size(resolved: &ResolvedDocument, sink: &mut Sink) {
    let size = resolved.client_chain().map(<[u8]>::len);
    if let Some(size) = size.filter(|size| *size > 10_000) {
        sink.report(CLIENT_CHAIN, format!("the file has {size} characters"));
    }
}

fn key_pem(resolved: &ResolvedDocument, sink: &mut Sink) {
    let key = resolved.client_key().map(Secret::expose);
    if key.is_some_and(|pem| !holds_private_key(pem)) {
        sink.report(CLIENT_KEY, "this is no private key that can be read");
    }
}

/// How many certificates can be read; none if any of them cannot.
fn certificates(pem: &[u8]) -> usize {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_or(0, |certificates| certificates.len())
}

fn holds_private_key(pem: &[u8]) -> bool {
    PrivateKeyDer::from_pem_slice(pem).is_ok()
}
