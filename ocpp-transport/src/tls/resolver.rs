use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

use super::observation::Recorder;

/// Shows the client certificate, if there is one, and writes down that it was asked for.
#[derive(Debug)]
pub(crate) struct RecordingResolver {
    pub(crate) identity: Option<Arc<CertifiedKey>>,
    pub(crate) recorder: Recorder,
}

impl ResolvesClientCert for RecordingResolver {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        _sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.recorder.note(|seen| {
            seen.certificate_asked = true;
            seen.certificate_sent = self.identity.is_some();
            seen.accepted_issuers = root_hint_subjects.iter().map(|it| it.to_vec()).collect();
        });
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
