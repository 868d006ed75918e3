//! A server that is right in all but its certificate: the rows of certificate errors
//! that were measured against rustls and OpenSSL.

use std::time::{Duration, SystemTime};

use ocpp_config::Secret;
use ocpp_transport::{
    Certificate, ChargerClock, ChargerDescription, FindingCode, NameCheck, ProbeReport,
    TlsIdentity, TlsServer, TrustRoots,
};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose,
    SerialNumber, date_time_ymd,
};

use super::case::{self, Case, KEY, any, check_all, profile2, run};
use super::server::{Server, keep, password};
use crate::forge::{ALGORITHM, OldKey, PUBLIC_KEY, pkcs1, pss_sha256, resign};
use crate::pki::{Authority, server};

#[test]
fn every_certificate_ends_in_its_finding() {
    check_all(cases());
}

/// What the charger would meet at a server with this identity.
fn met(identity: &TlsIdentity, roots: &TrustRoots, charger: &ChargerDescription) -> ProbeReport {
    case::met("localhost", identity, roots, charger)
}

/// A leaf under a trusted root, with changes, for a charger with changes.
fn leaf(
    name: &'static str,
    expected: &[FindingCode],
    change: fn(&mut CertificateParams),
    charger: fn(&mut ChargerDescription),
) -> Case {
    Case::new(name, expected, move || {
        let root = Authority::root("Root");
        let mut params = server("localhost");
        change(&mut params);
        let mut description = any();
        charger(&mut description);
        met(&root.identity(&params, &[]), &root.roots(), &description)
    })
}

fn roots(root: &Certificate) -> TrustRoots {
    [root.clone()].into_iter().collect()
}

fn as_is(_: &mut CertificateParams) {}
fn usual(_: &mut ChargerDescription) {}

/// 2026 in seconds, which a charger that starts in 1970 does not know.
fn at(seconds: u64) -> ChargerClock {
    ChargerClock::At(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = trust();
    cases.extend(names());
    cases.extend(hosts());
    cases.extend(times());
    cases.extend(purposes());
    cases.extend(algorithms());
    cases
}

fn trust() -> Vec<Case> {
    vec![
        leaf("all is well", &[FindingCode::WS_401_NOAUTH], as_is, usual),
        Case::new(
            "root not in store",
            &[FindingCode::CERT_ROOT_MISSING],
            || {
                let root = Authority::root("Root");
                let identity = root.identity(&server("localhost"), &[&root]);
                met(&identity, &Authority::root("Other").roots(), &any())
            },
        ),
        Case::new(
            "root of the same name, other key",
            &[FindingCode::CERT_ROOT_ROTATED],
            || {
                let identity = Authority::root("Root").identity(&server("localhost"), &[]);
                met(&identity, &Authority::root("Root").roots(), &any())
            },
        ),
        Case::new(
            "intermediate not sent",
            &[FindingCode::CERT_INTERMEDIATE],
            || {
                let root = Authority::root("Root");
                let identity = root.intermediate("Sub").identity(&server("localhost"), &[]);
                met(&identity, &root.roots(), &any())
            },
        ),
        Case::new(
            "intermediate as anchor",
            &[FindingCode::CERT_PARTIAL],
            || {
                let sub = Authority::root("Root").intermediate("Sub");
                met(
                    &sub.identity(&server("localhost"), &[]),
                    &sub.roots(),
                    &any(),
                )
            },
        ),
        Case::new(
            "intermediate as anchor where that is taken",
            &[FindingCode::CERT_PARTIAL],
            || {
                let sub = Authority::root("Root").intermediate("Sub");
                let mut charger = any();
                charger.partial_chain = true;
                met(
                    &sub.identity(&server("localhost"), &[]),
                    &sub.roots(),
                    &charger,
                )
            },
        ),
        Case::new(
            "leaf in the store, signed by another",
            &[FindingCode::CERT_ROOT_MISSING, FindingCode::CERT_PARTIAL],
            || {
                let root = Authority::root("Root");
                let identity = root.identity(&server("localhost"), &[]);
                let mut store = Authority::root("Unrelated").roots();
                store.add(identity.chain()[0].clone());
                met(&identity, &store, &any())
            },
        ),
        Case::new(
            "self-signed CA:FALSE, not in store",
            &[FindingCode::CERT_SELFSIGNED],
            || {
                met(
                    &self_signed(false),
                    &Authority::root("Root").roots(),
                    &any(),
                )
            },
        ),
        Case::new(
            "self-signed CA:FALSE, in store",
            &[FindingCode::CERT_SELFSIGNED],
            || {
                let identity = self_signed(false);
                met(&identity, &roots(&identity.chain()[0]), &any())
            },
        ),
        Case::new(
            "self-signed CA:TRUE, in store",
            &[FindingCode::CERT_SELFSIGNED, FindingCode::CERT_CA_LEAF],
            || {
                let identity = self_signed(true);
                met(&identity, &roots(&identity.chain()[0]), &any())
            },
        ),
        Case::new(
            "a firewall inspects TLS",
            &[FindingCode::CERT_ROOT_MISSING, FindingCode::TLS_MITM],
            || {
                let firewall = Authority::root("Fortinet CA SSL");
                let identity = firewall.identity(&server("localhost"), &[&firewall]);
                met(&identity, &Authority::root("Root").roots(), &any())
            },
        ),
        Case::new("revoked", &[FindingCode::TLS_REVOKED], || {
            let root = Authority::root_with("Root", |it| {
                it.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            });
            let mut params = server("localhost");
            params.serial_number = Some(SerialNumber::from(vec![7]));
            let tls = TlsServer::new(&root.identity(&params, &[])).expect("TLS server");
            let server = Server::ocpp(Some(tls), password(KEY), keep);
            let subject = profile2("localhost", server.address, &root.roots(), &any())
                .with_revocation_list(root.revocation_list(vec![7]));
            run(&server, &subject)
        }),
    ]
}

fn self_signed(ca: bool) -> TlsIdentity {
    let mut params = server("localhost");
    if ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages.push(KeyUsagePurpose::KeyCertSign);
    }
    let key = crate::pki::key();
    let certificate = params.self_signed(&key).expect("certificate");
    let certificate = Certificate::from_der(certificate.der()).expect("certificate");
    TlsIdentity::from_der(vec![certificate], Secret::new(key.serialize_der())).expect("identity")
}

fn common_name(params: &mut CertificateParams, name: &str) {
    params.distinguished_name.push(DnType::CommonName, name);
}

fn names() -> Vec<Case> {
    vec![
        leaf(
            "other name",
            &[FindingCode::CERT_NAME],
            |it| *it = server("other.example"),
            usual,
        ),
        leaf(
            "CN only, a charger that reads it",
            &[FindingCode::CERT_NAME_CNONLY],
            |it| it.subject_alt_names.clear(),
            usual,
        ),
        leaf(
            "CN only, a charger that reads the SAN",
            &[FindingCode::CERT_NAME_CNONLY],
            |it| it.subject_alt_names.clear(),
            |it| it.name_check = NameCheck::San,
        ),
        leaf(
            "SAN only, a charger that reads the CN",
            &[FindingCode::CERT_NAME_NOCN],
            |it| common_name(it, "other"),
            |it| it.name_check = NameCheck::Cn,
        ),
        leaf(
            "SAN only, a charger that reads either",
            &[FindingCode::CERT_NAME_NOCN],
            |it| common_name(it, "other"),
            usual,
        ),
    ]
}

/// A leaf for these names, dialled under this host.
fn dialled(host: &'static str, params: CertificateParams, wildcards: bool) -> ProbeReport {
    let root = Authority::root("Root");
    let mut charger = any();
    charger.wildcards = wildcards;
    case::met(host, &root.identity(&params, &[]), &root.roots(), &charger)
}

fn hosts() -> Vec<Case> {
    vec![
        Case::new("wildcard, one label", &[FindingCode::CERT_WILDCARD], || {
            dialled("csms.example.com", server("*.example.com"), false)
        }),
        Case::new(
            "wildcard, a charger that takes it",
            &[FindingCode::CERT_WILDCARD],
            || dialled("csms.example.com", server("*.example.com"), true),
        ),
        Case::new("wildcard, two labels", &[FindingCode::CERT_NAME], || {
            dialled("a.csms.example.com", server("*.example.com"), true)
        }),
        Case::new("an address as host", &[FindingCode::CERT_IP], || {
            dialled("127.0.0.1", server("csms.example.com"), true)
        }),
        Case::new(
            "right names in the SAN for an address",
            &[FindingCode::WS_401_NOAUTH],
            || dialled("127.0.0.1", server("127.0.0.1"), true),
        ),
    ]
}

fn times() -> Vec<Case> {
    vec![
        leaf(
            "expired",
            &[FindingCode::CERT_EXPIRED],
            |it| it.not_after = date_time_ymd(2024, 1, 1),
            usual,
        ),
        leaf(
            "not yet valid",
            &[FindingCode::CERT_NOTYET],
            |it| it.not_before = date_time_ymd(2045, 1, 1),
            usual,
        ),
        leaf(
            "a charger that lives in 1970",
            &[FindingCode::CERT_CLOCK],
            as_is,
            |it| it.clock = at(1000),
        ),
        Case::new("expired root", &[FindingCode::CERT_ROOT_EXPIRED], || {
            let root = Authority::root_with("Root", |it| it.not_after = date_time_ymd(2024, 1, 1));
            met(
                &root.identity(&server("localhost"), &[]),
                &root.roots(),
                &any(),
            )
        }),
        Case::new(
            "expired root, a charger that does not look",
            &[FindingCode::CERT_ROOT_EXPIRED],
            || {
                let root =
                    Authority::root_with("Root", |it| it.not_after = date_time_ymd(2024, 1, 1));
                let mut charger = any();
                charger.checks_root_expiry = false;
                met(
                    &root.identity(&server("localhost"), &[]),
                    &root.roots(),
                    &charger,
                )
            },
        ),
        Case::new(
            "a root that ends within a year",
            &[FindingCode::CERT_SOON],
            || {
                let soon = SystemTime::now() + Duration::from_secs(100 * 24 * 3600);
                let root = Authority::root_with("Root", move |it| it.not_after = soon.into());
                met(
                    &root.identity(&server("localhost"), &[]),
                    &root.roots(),
                    &any(),
                )
            },
        ),
    ]
}

fn purposes() -> Vec<Case> {
    vec![
        leaf(
            "EKU for clients only",
            &[FindingCode::CERT_EKU],
            |it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            usual,
        ),
        leaf(
            "no key usage",
            &[FindingCode::CERT_POLICY, FindingCode::WS_401_NOAUTH],
            |it| it.key_usages.clear(),
            usual,
        ),
        leaf(
            "key usage of a CA",
            &[FindingCode::CERT_KU],
            |it| it.key_usages = vec![KeyUsagePurpose::KeyCertSign],
            usual,
        ),
        leaf(
            "CA:TRUE leaf",
            &[FindingCode::CERT_CA_LEAF],
            |it| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
            usual,
        ),
        leaf(
            "CA:TRUE leaf, a charger that takes it",
            &[FindingCode::CERT_CA_LEAF, FindingCode::PROBE_BLIND],
            |it| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
            |it| it.accepts_ca_leaf = true,
        ),
        Case::new(
            "intermediate that is no CA",
            &[FindingCode::CERT_CHAIN],
            || {
                let root = Authority::root("Root");
                let sub = root.intermediate_with("Sub", |it| it.is_ca = IsCa::ExplicitNoCa);
                met(
                    &sub.identity(&server("localhost"), &[&sub]),
                    &root.roots(),
                    &any(),
                )
            },
        ),
        Case::new(
            "chain in the wrong order",
            &[FindingCode::CERT_CHAIN],
            || {
                let root = Authority::root("Root");
                let sub = root.intermediate("Sub");
                let lower = sub.intermediate("Lower");
                let identity = lower.identity(&server("localhost"), &[&sub, &lower]);
                met(&identity, &root.roots(), &any())
            },
        ),
        leaf(
            "a certificate of more than 2048 bytes",
            &[FindingCode::CERT_SIZE],
            |it| {
                let many = (0..100).map(|number| format!("host-number-{number}.example.com"));
                let more = CertificateParams::new(many.collect::<Vec<_>>()).expect("SAN");
                it.subject_alt_names.extend(more.subject_alt_names);
            },
            usual,
        ),
    ]
}

fn algorithms() -> Vec<Case> {
    vec![
        Case::new("SHA-1", &[FindingCode::CERT_SIG], || {
            let signer = OldKey::new(2048);
            let root = Authority::with_key("Root", signer.key_pair());
            let (leaf, key) = root.leaf(&server("localhost"));
            let leaf = resign(
                &leaf,
                |it| it.0[ALGORITHM] = pkcs1(5),
                |tbs| signer.sha1(tbs),
            );
            let identity = TlsIdentity::from_der(vec![leaf], key).expect("identity");
            met(&identity, &root.roots(), &any())
        }),
        Case::new("RSA-PSS", &[FindingCode::CERT_SIG], || {
            let signer = OldKey::new(2048);
            let root = Authority::with_key("Root", signer.key_pair());
            let (leaf, key) = root.leaf(&server("localhost"));
            let leaf = resign(
                &leaf,
                |it| it.0[ALGORITHM] = pss_sha256(),
                |tbs| signer.pss(tbs),
            );
            let identity = TlsIdentity::from_der(vec![leaf], key).expect("identity");
            met(&identity, &root.roots(), &any())
        }),
        Case::new(
            "RSA of 1024 bits at the root",
            &[FindingCode::CERT_KEY],
            || {
                let signer = OldKey::new(1024);
                let root = Authority::root("Root");
                let short = root.certificate();
                let short = resign(
                    &short,
                    |it| {
                        it.0[ALGORITHM] = pkcs1(11);
                        it.0[PUBLIC_KEY] = signer.public();
                    },
                    |tbs| signer.sha256(tbs),
                );
                let (leaf, key) = root.leaf(&server("localhost"));
                let leaf = resign(
                    &leaf,
                    |it| it.0[ALGORITHM] = pkcs1(11),
                    |tbs| signer.sha256(tbs),
                );
                let identity = TlsIdentity::from_der(vec![leaf], key).expect("identity");
                met(&identity, &roots(&short), &any())
            },
        ),
    ]
}
