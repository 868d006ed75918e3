use std::sync::Arc;

use ::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use ::rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use ::rustls::pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, UnixTime,
};
use ::rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, PeerMisbehaved, SignatureScheme,
};

use crate::https::trust::{KeyFingerprint, PinError};

/// Accepts the one public key that was pinned, from whoever proves to hold it.
///
/// Names, dates and signatures of the certificate are not looked at: it is self-signed,
/// so they say nothing that the key does not. The signature over the handshake is
/// verified like any other.
#[derive(Debug)]
pub(super) struct PinVerifier {
    expected: Option<KeyFingerprint>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinVerifier {
    pub(super) fn new(expected: Option<KeyFingerprint>, provider: &CryptoProvider) -> Self {
        Self {
            expected,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    fn algorithms_for(
        &self,
        scheme: SignatureScheme,
    ) -> &[&'static dyn SignatureVerificationAlgorithm] {
        let mapping = self.algorithms.mapping.iter();
        mapping
            .filter(|(known, _)| *known == scheme)
            .map(|(_, algorithms)| *algorithms)
            .next()
            .unwrap_or_default()
    }
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        PinError::check(end_entity, self.expected)
            .map(|()| ServerCertVerified::assertion())
            .map_err(|error| Error::Other(OtherError(Arc::new(error))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // TLS 1.2 does not fix the curve of an ECDSA scheme: any that fits the key.
        let algorithms = self.algorithms_for(signature.scheme);
        verify(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if !is_tls13(signature.scheme) {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        let algorithms = self.algorithms_for(signature.scheme);
        verify(
            message,
            certificate,
            signature,
            algorithms.get(..1).unwrap_or_default(),
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Verifies with the bare public key, because rustls's helpers would first refuse
/// certificates that are not of version 3.
fn verify(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
    algorithms: &[&'static dyn SignatureVerificationAlgorithm],
) -> Result<HandshakeSignatureValid, Error> {
    let bad = || Error::InvalidCertificate(CertificateError::BadEncoding);
    let key = crate::https::trust::public_key(certificate).ok_or_else(bad)?;
    let key = SubjectPublicKeyInfoDer::from(key);
    let key = webpki::RawPublicKeyEntity::try_from(&key).map_err(|_| bad())?;
    let valid = algorithms.iter().any(|algorithm| {
        key.verify_signature(*algorithm, message, signature.signature())
            .is_ok()
    });
    match valid {
        true => Ok(HandshakeSignatureValid::assertion()),
        false => Err(Error::InvalidCertificate(CertificateError::BadSignature)),
    }
}

/// RFC 8446 forbids PKCS #1 v1.5 and SHA-1 in the handshake (section 4.2.3).
const fn is_tls13(scheme: SignatureScheme) -> bool {
    matches!(
        scheme,
        SignatureScheme::ECDSA_NISTP256_SHA256
            | SignatureScheme::ECDSA_NISTP384_SHA384
            | SignatureScheme::ECDSA_NISTP521_SHA512
            | SignatureScheme::RSA_PSS_SHA256
            | SignatureScheme::RSA_PSS_SHA384
            | SignatureScheme::RSA_PSS_SHA512
            | SignatureScheme::ED25519
    )
}
