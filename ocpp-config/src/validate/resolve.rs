use std::error::Error as _;

use super::rule::Check;
use super::{Code, RULES, ResolvedDocument, SecretError, SecretSource, Sink};
use crate::document::Segment;
use crate::{
    AuthorizationKey, CheckedDocument, DocumentPath, FilePath, Preset, Report, Secret,
    SecretReference, SimPin, Slot, ValueError,
};

impl CheckedDocument {
    /// Loads every secret and file that the document refers to, and checks the rules
    /// that need their contents.
    ///
    /// A line end behind a secret that comes from a file is not part of the secret.
    ///
    /// # Errors
    ///
    /// Everything that could not be loaded, and everything that is wrong with what was.
    pub fn resolve(&self, source: &dyn SecretSource) -> Result<ResolvedDocument, Report> {
        let mut loader = Loader {
            source,
            sink: Sink::default(),
        };
        let mut resolved = loader.load(self);
        let mut sink = loader.sink;
        for rule in RULES.contents.iter().copied().flatten() {
            if let Check::Resolved(check) = rule.check {
                sink.enter(rule);
                check(&resolved, &mut sink);
            }
        }
        resolved.report = self.report(sink.into_findings());
        if resolved.report.has_errors() {
            Err(resolved.report)
        } else {
            Ok(resolved)
        }
    }
}

struct Loader<'s> {
    source: &'s dyn SecretSource,
    sink: Sink,
}

impl Loader<'_> {
    fn load(&mut self, checked: &CheckedDocument) -> ResolvedDocument {
        let document = checked.document();
        let security = &document.security;
        let root = security.root_certificate.as_ref();
        let client = security.client_certificate.as_ref();
        let preset_package = match &document.preset {
            Some(Preset::Named { package, .. }) => package.as_ref(),
            _ => None,
        };
        ResolvedDocument {
            checked: checked.clone(),
            authorization_key: self.authorization_key(checked),
            apn_passwords: Slot::ALL.map(|slot| self.apn_password(checked, slot)),
            sim_pins: Slot::ALL.map(|slot| self.sim_pin(checked, slot)),
            proxy_password: document
                .proxy
                .password
                .as_ref()
                .and_then(|reference| self.secret(reference, ["proxy", "password"])),
            preset_package: self.file(preset_package, ["preset", "package"]),
            root_package: self.file(
                root.and_then(|root| root.package.as_ref()),
                ["security", "root-certificate", "package"],
            ),
            root_pem: self.file(
                root.and_then(|root| root.file.as_ref()),
                ["security", "root-certificate", "file"],
            ),
            client_chain: self.file(
                client.map(|client| &client.chain),
                ["security", "client-certificate", "chain"],
            ),
            client_key: client
                .and_then(|client| client.key.as_ref())
                .and_then(|key| self.secret(key, ["security", "client-certificate", "key"])),
            report: Report::default(),
        }
    }

    fn authorization_key(&mut self, checked: &CheckedDocument) -> Option<AuthorizationKey> {
        let reference = checked.document().security.authorization_key.as_ref()?;
        let path = ["security", "authorization-key"];
        let secret = self.secret(&reference.secret, path)?;
        self.typed(AuthorizationKey::new(&secret, reference.encoding), path)
    }

    fn apn_password(&mut self, checked: &CheckedDocument, slot: Slot) -> Option<Secret> {
        let profile = checked.document().network_profiles.get(slot)?;
        let path = ["network-profile", slot.key(), "apn", "password"];
        self.secret(profile.apn.password.as_ref()?, path)
    }

    fn sim_pin(&mut self, checked: &CheckedDocument, slot: Slot) -> Option<SimPin> {
        let profile = checked.document().network_profiles.get(slot)?;
        let path = ["network-profile", slot.key(), "sim-pin"];
        let secret = self.secret(profile.sim_pin.as_ref()?, path)?;
        self.typed(SimPin::new(secret), path)
    }

    fn secret<const N: usize>(
        &mut self,
        reference: &SecretReference,
        path: [&'static str; N],
    ) -> Option<Secret> {
        match reference {
            SecretReference::Inline(secret) if self.source.allows_inline() => Some(secret.clone()),
            SecretReference::Inline(_) => {
                let code = Code::new("SECRET-INLINE-REFUSED");
                self.sink
                    .report_as(code, path, "the secret stands in the document itself");
                None
            }
            SecretReference::Env(_) => self.bytes(reference, path),
            SecretReference::File(_) => self.bytes(reference, path).map(without_line_end),
        }
    }

    fn file<const N: usize>(
        &mut self,
        file: Option<&FilePath>,
        path: [&'static str; N],
    ) -> Option<Secret> {
        let file = file?;
        let loaded = self.source.public_file(file);
        self.loaded(loaded, &SecretReference::File(file.clone()), path)
    }

    fn bytes<const N: usize>(
        &mut self,
        reference: &SecretReference,
        path: [&'static str; N],
    ) -> Option<Secret> {
        let loaded = self.source.resolve(reference);
        self.loaded(loaded, reference, path)
    }

    fn loaded<const N: usize>(
        &mut self,
        loaded: Result<Secret, SecretError>,
        reference: &SecretReference,
        path: [&'static str; N],
    ) -> Option<Secret> {
        let error = match loaded {
            Ok(secret) => return Some(secret),
            Err(error) => error,
        };
        let cause = error.source().map(|cause| format!(" ({cause})"));
        let message = format!("{reference}: {error}{}", cause.unwrap_or_default());
        self.sink
            .report_as(Code::new("SECRET-UNAVAILABLE"), path, message);
        None
    }

    fn typed<T, const N: usize>(
        &mut self,
        value: Result<T, ValueError>,
        path: [&'static str; N],
    ) -> Option<T> {
        value
            .map_err(|error| {
                let (code, message) = error.into_parts();
                let path = path.map(Segment::Borrowed).to_vec();
                self.sink
                    .report_as(code, DocumentPath::from_segments(path), message);
            })
            .ok()
    }
}

/// Editors and `echo` leave a line end that nobody means.
fn without_line_end(secret: Secret) -> Secret {
    let bytes = secret.expose();
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.len() == bytes.len() {
        secret
    } else {
        Secret::new(text.to_vec())
    }
}
