//! A small public key infrastructure, made new for each test.

use ocpp_config::Secret;
use ocpp_transport::{Certificate, TlsIdentity, TrustRoots};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams,
    SerialNumber, date_time_ymd,
};

use crate::forge::OldKey;

/// A certificate authority.
pub(crate) struct Authority(pub(crate) CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A root that signs itself, valid from 2020 to 2049.
    pub(crate) fn root(name: &str) -> Self {
        Self::root_with(name, |_| {})
    }

    /// A root with changes.
    pub(crate) fn root_with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = authority(name);
        change(&mut params);
        Self(CertifiedIssuer::self_signed(params, key()).expect("self-signed root"))
    }

    /// A root with a given key.
    pub(crate) fn with_key(name: &str, key: KeyPair) -> Self {
        Self(CertifiedIssuer::self_signed(authority(name), key).expect("self-signed root"))
    }

    /// An intermediate under this authority.
    pub(crate) fn intermediate(&self, name: &str) -> Self {
        self.intermediate_with(name, |_| {})
    }

    /// An intermediate with changes.
    pub(crate) fn intermediate_with(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let mut params = authority(name);
        change(&mut params);
        Self(CertifiedIssuer::signed_by(params, key(), &self.0).expect("intermediate"))
    }

    /// A leaf under this authority, with its key.
    pub(crate) fn leaf(&self, params: &CertificateParams) -> (Certificate, Secret) {
        let key = key();
        let leaf = params.signed_by(&key, &self.0).expect("leaf");
        let leaf = Certificate::from_der(leaf.der()).expect("readable leaf");
        (leaf, Secret::new(key.serialize_der()))
    }

    /// A leaf under this authority, as an identity with the given intermediates.
    pub(crate) fn identity(&self, params: &CertificateParams, over: &[&Self]) -> TlsIdentity {
        let (leaf, key) = self.leaf(params);
        let chain = std::iter::once(leaf)
            .chain(over.iter().map(|it| it.certificate()))
            .collect();
        TlsIdentity::from_der(chain, key).expect("identity")
    }

    /// A leaf with an RSA key under this authority.
    pub(crate) fn rsa_identity(&self, params: &CertificateParams, key: &OldKey) -> TlsIdentity {
        let key = key.key_pair();
        let leaf = params.signed_by(&key, &self.0).expect("leaf");
        let leaf = Certificate::from_der(leaf.der()).expect("readable leaf");
        TlsIdentity::from_der(vec![leaf], Secret::new(key.serialize_der())).expect("identity")
    }

    /// A list that revokes one serial number, current from 2020 to 2049.
    pub(crate) fn revocation_list(&self, serial: Vec<u8>) -> Vec<u8> {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2049, 1, 1),
            crl_number: SerialNumber::from(vec![1]),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from(serial),
                revocation_time: date_time_ymd(2021, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0).expect("list").der().to_vec()
    }

    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::from_der(self.0.der()).expect("readable authority")
    }

    pub(crate) fn roots(&self) -> TrustRoots {
        [self.certificate()].into_iter().collect()
    }
}

/// A server for `host` by the letter of OCPP: CN and SAN, O, no EKU.
pub(crate) fn server(host: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("SAN");
    params.distinguished_name.push(DnType::CommonName, host);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Example CPO");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2048, 1, 1);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params
}

/// A charger's client certificate.
pub(crate) fn charger(serial: &str) -> CertificateParams {
    let mut params = server("unused.example");
    params.subject_alt_names.clear();
    params.distinguished_name.push(DnType::CommonName, serial);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

pub(crate) fn key() -> KeyPair {
    KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("P-256 key")
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Example CPO");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 1, 1);
    params
}
