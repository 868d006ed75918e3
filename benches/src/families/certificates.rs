//! T2: the certificate policy, with signatures, from PEM.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use ocpp_transport::{ChargerDescription, PolicyReport, TrustRoots, check_chain};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_parser::parse_x509_certificate;

use crate::children::python;
use crate::inputs::{Chain, KeyKind};
use crate::{Contender, Effort, Error, Outcome, curve, ensure, measure};

pub(super) fn policy(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("T2", "certificate policy with signatures, from PEM");
    let charger = ChargerDescription::conservative();
    for (name, kind) in [("RSA", KeyKind::Rsa), ("ECDSA", KeyKind::Ecdsa)] {
        let chain = Chain::new(kind, 3, true)?;
        ensure(ours(&chain, &charger)?.charger_accepts(), "we refuse")?;
        theirs(&chain)?;
        let contenders = vec![
            Contender::new("check_chain", || {
                let _ = black_box(ours(black_box(&chain), &charger));
            }),
            Contender::new("rustls-webpki and one x509-parser pass", || {
                let _ = black_box(theirs(black_box(&chain)));
            }),
        ];
        #[cfg(feature = "foreign")]
        let contenders = with_openssl(contenders, &chain)?;
        let figures = measure(contenders, effort);
        let ratio = outcome.case(format!("chain of three, {name}"), figures);
        outcome
            .at_most(
                format!("{name}, against rustls-webpki and x509-parser"),
                ratio,
                1.3,
            )
            .because("ours judges and hashes each certificate besides");
        let ours = outcome
            .cases
            .last()
            .and_then(|case| case.figures.first())
            .map_or(f64::NAN, |one| one.nanoseconds);
        against_cryptography(&mut outcome, name, &chain, ours, effort)?;
    }
    outcome.note(
        "Both sides read PEM, parse every certificate once with x509-parser and verify the \
         path and the name with rustls-webpki and ring. On top of that ours judges every \
         certificate by the OCPP text and by the charger, and hashes those it names. OpenSSL verifies the path, the \
         purpose and the name, from PEM, in this process.",
    );
    outcome.note(
        "The curve ends with eight certificates, root included: rustls-webpki, which every \
         rustls client has, follows six issuers below the root, so that no longer chain connects.",
    );
    outcome.grows("certificates in a chain (ECDSA)", growth(effort)?);
    Ok(outcome)
}

#[cfg(feature = "foreign")]
fn with_openssl<'a>(
    mut contenders: Vec<Contender<'a>>,
    chain: &'a Chain,
) -> Result<Vec<Contender<'a>>, Error> {
    use crate::peers::with_openssl::verify;
    let now = i64::try_from(NOW)?;
    verify(chain, now)?;
    contenders.push(Contender::new("OpenSSL", move || {
        let _ = black_box(verify(black_box(chain), now));
    }));
    Ok(contenders)
}

fn against_cryptography(
    outcome: &mut Outcome,
    name: &str,
    chain: &Chain,
    ours: f64,
    effort: Effort,
) -> Result<(), Error> {
    let directory = tempfile::tempdir()?;
    let (presented, root) = (
        directory.path().join("chain.pem"),
        directory.path().join("root.pem"),
    );
    std::fs::write(&presented, &chain.presented)?;
    std::fs::write(&root, &chain.root)?;
    let (presented, root) = presented
        .to_str()
        .zip(root.to_str())
        .ok_or("a path that is no text")?;
    // rcgen's certificates lack what its profile of RFC 5280 asks for in some versions;
    // then it has nothing to compare.
    let theirs = python(&["chain", presented, root, Chain::HOST], effort);
    let theirs = theirs.ok().flatten();
    outcome.target(
        format!("{name}: Python `cryptography` alongside"),
        theirs.map_or_else(
            || "not measured".to_owned(),
            |theirs| format!("{:.1} µs, {:.1} times ours", theirs / 1e3, theirs / ours),
        ),
        None,
    );
    Ok(())
}

fn ours(chain: &Chain, charger: &ChargerDescription) -> Result<PolicyReport, Error> {
    let presented = TrustRoots::parse(chain.presented.as_bytes())?;
    let presented: Vec<_> = presented.iter().cloned().collect();
    let roots = TrustRoots::parse(chain.root.as_bytes())?;
    Ok(check_chain(&presented, &roots, Chain::HOST, now(), charger))
}

fn theirs(chain: &Chain) -> Result<(), Error> {
    let presented = CertificateDer::pem_slice_iter(chain.presented.as_bytes())
        .collect::<Result<Vec<_>, _>>()?;
    let root = CertificateDer::from_pem_slice(chain.root.as_bytes())?;
    for der in presented.iter().chain([&root]) {
        let (_, certificate) = parse_x509_certificate(der)?;
        black_box(certificate.subject_alternative_name()?);
    }
    let (leaf, intermediates) = presented.split_first().ok_or("no certificate")?;
    let leaf = EndEntityCert::try_from(leaf)?;
    leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &[anchor_from_trusted_cert(&root)?],
        intermediates,
        UnixTime::since_unix_epoch(Duration::from_secs(NOW)),
        KeyUsage::server_auth(),
        None,
        None,
    )?;
    leaf.verify_is_valid_for_subject_name(&ServerName::try_from(Chain::HOST)?)?;
    Ok(())
}

const NOW: u64 = 1_800_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Chains as long as rustls-webpki follows them: six issuers below the root.
fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    let charger = ChargerDescription::conservative();
    curve(&[2, 3, 4, 6, 8], effort.for_curves(), |length| {
        let chain = Chain::new(KeyKind::Ecdsa, length, true)?;
        ensure(ours(&chain, &charger)?.charger_accepts(), "we refuse")?;
        let charger = charger.clone();
        Ok(Box::new(move || {
            let _ = black_box(ours(black_box(&chain), &charger));
        }))
    })
}
