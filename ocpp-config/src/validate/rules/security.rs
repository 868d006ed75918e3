//! The identity, keys and certificates that the profiles in use ask for.

use super::{Check, Code, Rule, Severity, Sink, used};
use crate::{Document, NetworkProfile, OcppVersion, SecretReference, SecurityProfile, Slot};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("ID-MISSING"),
        severity: Severity::Warning,
        summary: "a document with a back office names the identity",
        reason: "the identity is not always the serial number, and the new back office knows the \
                 charger by it; left out, the charger keeps the one it has",
        advice: "add identity as the charger is registered in the new back office",
        check: Check::Document(identity_missing),
    },
    Rule {
        code: Code::new("ID-ESCAPED"),
        severity: Severity::Warning,
        summary: "the identity needs no percent-encoding",
        reason: "in the URL everything but letters, digits and - . _ ~ is percent-encoded (OCPP-J \
                 1.6 section 3.1.1), and some back offices do not decode it",
        advice: "register the charger under letters, digits, hyphens and underscores",
        check: Check::Document(identity_escaped),
    },
    Rule {
        code: Code::new("ID-201-CHARACTERS"),
        severity: Severity::Warning,
        summary: "with OCPP 2.0.1 the identity is an identifierString",
        reason: "OCPP 2.0.1 allows letters, digits and * - _ = : + | @ . in identifiers (Part 2, \
                 primitive datatypes)",
        advice: "register the charger under letters, digits, hyphens and underscores",
        check: Check::UsedProfile(identity_201),
    },
    Rule {
        code: Code::new("CPO-MISSING"),
        severity: Severity::Warning,
        summary: "a profile with TLS comes with the CPO name",
        reason: "the charger compares the operator's name with the certificate; without it the \
                 check has nothing to match",
        advice: "add cpo-name exactly as the organisation (O=) in the back office's certificate",
        check: Check::Document(cpo_missing),
    },
    Rule {
        code: Code::new("KEY-MISSING"),
        severity: Severity::Warning,
        summary: "a profile with basic authentication comes with an authorization key",
        reason: "the key on the charger cannot be read; left alone, it is most likely that of the \
                 old back office",
        advice: "add security.authorization-key, unless the key is known to stay the same",
        check: Check::Document(key_missing),
    },
    Rule {
        code: Code::new("KEY-UNUSED"),
        severity: Severity::Warning,
        summary: "an authorization key comes with a profile that uses it",
        reason: "security profiles 0 and 3 send no password",
        advice: "remove security.authorization-key, or check the security profile",
        check: Check::Document(key_unused),
    },
    Rule {
        code: Code::new("ROOT-MISSING"),
        severity: Severity::Warning,
        summary: "a profile with TLS comes with the back office's root certificate",
        reason: "without its root the charger reports \"TLS error: Handshake missing\"; which roots \
                 it has cannot be read",
        advice: "add security.root-certificate, unless the root is known to be on the charger",
        check: Check::Document(root_missing),
    },
    Rule {
        code: Code::new("ROOT-UNUSED"),
        severity: Severity::Note,
        summary: "a root certificate comes with a profile that uses it",
        reason: "without TLS no certificate is checked; installing the root early does no harm",
        advice: "remove security.root-certificate if TLS is not planned",
        check: Check::Document(root_unused),
    },
    Rule {
        code: Code::new("ROOT-SOURCE"),
        severity: Severity::Error,
        summary: "a root certificate names a package or a file",
        reason: "an empty table names nothing that could be installed or trusted",
        advice: "add package for what is uploaded to the charger, file for the same root as PEM",
        check: Check::Document(root_source),
    },
    Rule {
        code: Code::new("ROOT-NO-FILE"),
        severity: Severity::Warning,
        summary: "a root certificate comes as a readable file too",
        reason: "what a package holds cannot be read, so without the PEM file nobody can check \
                 beforehand whether it fits the back office",
        advice: "add file with the same root as PEM",
        check: Check::Document(root_without_file),
    },
    Rule {
        code: Code::new("ROOT-NO-PACKAGE"),
        severity: Severity::Warning,
        summary: "a root certificate comes as a package",
        reason: "the charger takes roots as Rootcertificate.fwi; the other way (write-only item 17) \
                 has never been seen in use",
        advice: "add package with the container that the manufacturer or the operator supplies",
        check: Check::Document(root_without_package),
    },
    Rule {
        code: Code::new("ROOT-PACKAGE-NAME"),
        severity: Severity::Warning,
        summary: "the root's package is an .fwi file",
        reason: "the charger takes containers only; a PEM file belongs under file",
        advice: "check that the right file is named",
        check: Check::Document(root_package_name),
    },
    Rule {
        code: Code::new("CLIENT-MISSING"),
        severity: Severity::Warning,
        summary: "security profile 3 comes with a client certificate",
        reason: "without one the back office refuses the charger; which one it has cannot be read",
        advice: "add security.client-certificate, unless the charger is known to have one that the \
                 new back office accepts",
        check: Check::Document(client_missing),
    },
    Rule {
        code: Code::new("CLIENT-UNUSED"),
        severity: Severity::Warning,
        summary: "a client certificate comes with security profile 3",
        reason: "no other profile uses it",
        advice: "remove security.client-certificate, or check the security profile",
        check: Check::Document(client_unused),
    },
    Rule {
        code: Code::new("CLIENT-NO-KEY"),
        severity: Severity::Note,
        summary: "a client certificate comes with its key",
        reason: "without the key the certificate can be shown to a preflight but not installed",
        advice: "add key, unless the key was made on the charger and never leaves it",
        check: Check::Document(client_without_key),
    },
    Rule {
        code: Code::new("SECRET-INLINE"),
        severity: Severity::Warning,
        summary: "no secret stands in the document itself",
        reason: "documents are mailed, copied and kept under version control",
        advice: "put the secret into an environment variable or a file of its own and write { env = \
                 \"...\" } or { file = \"...\" }",
        check: Check::Document(inline),
    },
];

fn any_security(document: &Document, with: impl Fn(SecurityProfile) -> bool) -> bool {
    used(document).any(|(_, profile)| profile.security_profile.is_some_and(&with))
}

/// Where a profile's level is missing or cannot be read, another rule says so; what it
/// would have used cannot be called unused.
fn is_security_known(document: &Document) -> bool {
    used(document).all(|(_, profile)| profile.security_profile.is_some())
}

fn identity_missing(document: &Document, sink: &mut Sink) {
    if document.identity.is_none() && used(document).next().is_some() {
        sink.report(["identity"], "the document does not name the identity");
    }
}

fn identity_escaped(document: &Document, sink: &mut Sink) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if let Some(identity) = &document.identity
        && !identity.as_str().bytes().all(plain)
    {
        sink.report(
            ["identity"],
            "the identity contains characters that are percent-encoded in the URL",
        );
    }
}

fn identity_201(document: &Document, _: Slot, profile: &NetworkProfile, sink: &mut Sink) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"*-_=:+|@.".contains(&byte);
    if let Some(identity) = &document.identity
        && profile.ocpp_version == Some(OcppVersion::V2_0_1)
        && !identity.as_str().bytes().all(allowed)
    {
        sink.report(
            ["identity"],
            "the identity contains characters that OCPP 2.0.1 does not allow",
        );
    }
}

fn cpo_missing(document: &Document, sink: &mut Sink) {
    if document.cpo_name.is_none() && any_security(document, SecurityProfile::uses_tls) {
        sink.report(["cpo-name"], "TLS is used, but the CPO name is missing");
    }
}

fn key_missing(document: &Document, sink: &mut Sink) {
    if document.security.authorization_key.is_none()
        && any_security(document, SecurityProfile::uses_basic_authentication)
    {
        sink.report(
            ["security", "authorization-key"],
            "basic authentication is used, but there is no authorization key",
        );
    }
}

fn key_unused(document: &Document, sink: &mut Sink) {
    if document.security.authorization_key.is_some()
        && !any_security(document, SecurityProfile::uses_basic_authentication)
        && is_security_known(document)
    {
        sink.report(
            ["security", "authorization-key"],
            "no profile in use sends the authorization key",
        );
    }
}

fn root_missing(document: &Document, sink: &mut Sink) {
    if document.security.root_certificate.is_none()
        && any_security(document, SecurityProfile::uses_tls)
    {
        sink.report(
            ["security", "root-certificate"],
            "TLS is used, but there is no root certificate",
        );
    }
}

fn root_unused(document: &Document, sink: &mut Sink) {
    if document.security.root_certificate.is_some()
        && !any_security(document, SecurityProfile::uses_tls)
        && is_security_known(document)
    {
        sink.report(
            ["security", "root-certificate"],
            "no profile in use checks a certificate",
        );
    }
}

fn root_source(document: &Document, sink: &mut Sink) {
    if let Some(root) = &document.security.root_certificate
        && root.package.is_none()
        && root.file.is_none()
    {
        sink.report(
            ["security", "root-certificate"],
            "the root certificate has neither a package nor a file",
        );
    }
}

fn root_without_file(document: &Document, sink: &mut Sink) {
    if let Some(root) = &document.security.root_certificate
        && root.package.is_some()
        && root.file.is_none()
    {
        sink.report(
            ["security", "root-certificate"],
            "the root certificate is there as a package only",
        );
    }
}

fn root_without_package(document: &Document, sink: &mut Sink) {
    if let Some(root) = &document.security.root_certificate
        && root.package.is_none()
        && root.file.is_some()
    {
        sink.report(
            ["security", "root-certificate"],
            "the root certificate is there as a file only",
        );
    }
}

fn root_package_name(document: &Document, sink: &mut Sink) {
    let root = document.security.root_certificate.as_ref();
    if let Some(package) = root.and_then(|root| root.package.as_ref())
        && !package.is_fwi()
    {
        sink.report(
            ["security", "root-certificate", "package"],
            "the name of the package does not end in .fwi",
        );
    }
}

fn client_missing(document: &Document, sink: &mut Sink) {
    if document.security.client_certificate.is_none()
        && any_security(document, SecurityProfile::uses_client_certificate)
    {
        sink.report(
            ["security", "client-certificate"],
            "security profile 3 is used, but there is no client certificate",
        );
    }
}

fn client_unused(document: &Document, sink: &mut Sink) {
    if document.security.client_certificate.is_some()
        && !any_security(document, SecurityProfile::uses_client_certificate)
    {
        sink.report(
            ["security", "client-certificate"],
            "no profile in use shows the client certificate",
        );
    }
}

fn client_without_key(document: &Document, sink: &mut Sink) {
    if let Some(client) = &document.security.client_certificate
        && client.key.is_none()
    {
        sink.report(
            ["security", "client-certificate"],
            "the client certificate is there without its key",
        );
    }
}

fn inline(document: &Document, sink: &mut Sink) {
    let message = "the secret stands in the document itself";
    let is_inline = |reference: &Option<SecretReference>| {
        reference.as_ref().is_some_and(SecretReference::is_inline)
    };
    let security = &document.security;
    if security
        .authorization_key
        .as_ref()
        .is_some_and(|key| key.secret.is_inline())
    {
        sink.report(["security", "authorization-key"], message);
    }
    let client = security.client_certificate.as_ref();
    if client.is_some_and(|client| is_inline(&client.key)) {
        sink.report(["security", "client-certificate", "key"], message);
    }
    for (slot, profile) in document.network_profiles.iter() {
        if is_inline(&profile.apn.password) {
            sink.report(["network-profile", slot.key(), "apn", "password"], message);
        }
        if is_inline(&profile.sim_pin) {
            sink.report(["network-profile", slot.key(), "sim-pin"], message);
        }
    }
    if is_inline(&document.proxy.password) {
        sink.report(["proxy", "password"], message);
    }
}
