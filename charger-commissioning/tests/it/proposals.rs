//! What a procedure tells before its first write: how the charger and the containers fit.

use bytes::Bytes;
use charger_commissioning::{
    Answer, ChangeBackOffice, End, InstallRoot, Machine, Proposal, Question, Refusal, StandAlone,
    Strategy,
};
use charger_sim::{ChargerSetup, FirmwareLine, TestContainer};
use fwi_format::OwnedContainer;
use ocpp_config::{DataType, ObjectWrite, ResolvedDocument, Value, objects};

use crate::bench::{Bench, DOCUMENT, ROOT, policy, resolve, resolve_with, root_container};
use crate::gates::{Says, assert_untouched};

/// What the caller of a procedure is asked before its first write; the answer is no.
fn proposal(bench: &mut Bench, mut machine: Machine) -> Proposal {
    let mut says = Says(Answer::No, Vec::new());
    let mut link = bench.world.link(bench.charger);
    let outcome = bench.run_watched(&mut machine, &mut link, &mut says);
    match says.1.pop() {
        Some(Question::Begin(proposal)) => *proposal,
        other => panic!("{other:#?}, {outcome:#?}"),
    }
}

fn change(bench: &Bench, document: ResolvedDocument, strategy: Strategy) -> Machine {
    ChangeBackOffice::new(document)
        .with_strategy(strategy)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap()
}

/// The codes of the rules among the warnings.
fn codes(proposal: &Proposal) -> Vec<&str> {
    let lines = proposal.warnings.iter();
    let codes = lines.filter_map(|line| line.split_once(": ").map(|(code, _)| code));
    codes.filter(|code| code.starts_with("MOVE-")).collect()
}

const BOTH: [Strategy; 2] = [Strategy::Documented, Strategy::Staged];

#[test]
fn a_charger_that_fits_is_told_about_with_what_nobody_can_check() {
    for strategy in BOTH {
        let mut bench = Bench::new();
        let machine = change(&bench, resolve(DOCUMENT), strategy);
        let warnings = proposal(&mut bench, machine).warnings;
        let (container, others) = warnings.split_first().unwrap();
        assert!(
            container.starts_with("Rootcertificate.fwi: "),
            "{container}"
        );
        assert!(
            container.contains("who signed it cannot be checked"),
            "{container}"
        );
        // What the fallback suffers from is told as well, and nothing twice.
        let suffers: &[&str] = match strategy {
            Strategy::Staged => &[
                "the authorization key changes for the old back office too",
                "the charger may drop the old, lower security profile",
            ],
            _ => &[],
        };
        assert_eq!(others, suffers, "{strategy:?}");
    }
}

#[test]
fn a_clock_that_was_lost_is_told_before_anything_is_written() {
    for strategy in BOTH {
        let mut bench = Bench::with(ChargerSetup::default().with_firmware(FirmwareLine::V6_6));
        let lose = |charger: &mut charger_sim::ChargerModel, now, _: &mut Vec<_>| {
            charger.lose_clock(now);
        };
        bench.world.with_charger(bench.charger, lose);
        let machine = change(&bench, resolve(DOCUMENT), strategy);
        let proposal = proposal(&mut bench, machine);
        assert_eq!(codes(&proposal), ["MOVE-CLOCK"], "{proposal:#?}");
    }
}

/// A document for the mobile network that prefers 4G.
const MOBILE: &str = r#"
preset = "manual"
identity = "ACE0999001"
[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/ocpp"
interface = "mobile"
security-profile = 2
[network-profile.1.apn]
name = "apn.new.example.org"
[mobile]
preference = "4g"
[security]
authorization-key = { env = "KEY", encoding = "text" }
"#;

#[test]
fn what_a_mobile_connection_lacks_is_told_before_anything_is_written() {
    for strategy in BOTH {
        let setup = ChargerSetup::default()
            .with_sim(None)
            .with_object(objects::SIGNAL_STRENGTH, Value::Signed(-104))
            .with_object(objects::WEAK_SIGNAL, Value::Signed(-100))
            .with_object(objects::RADIO_SUPPORTED, Value::Unsigned(1));
        let mut bench = Bench::with(setup);
        let machine = change(&bench, resolve(MOBILE), strategy);
        let proposal = proposal(&mut bench, machine);
        let mut codes = codes(&proposal);
        codes.sort_unstable();
        let wanted = [
            "MOVE-CERTIFICATE-FIRST",
            "MOVE-NO-LTE",
            "MOVE-NO-SIM",
            "MOVE-SIGNAL-WEAK",
        ];
        assert_eq!(codes, wanted, "{proposal:#?}");
    }
}

#[test]
fn stand_alone_tells_what_the_charger_lacks_as_well() {
    let identity = "preset = \"stand-alone\"\nidentity = \"ACE0999002\"\n";
    let mut bench = Bench::new();
    let document = resolve(&format!("{identity}[authorization]\nmode = \"rfid\"\n"));
    let machine = StandAlone::new(document).unwrap();
    let machine = machine.start(&bench.journal.history()).unwrap();
    let proposal = proposal(&mut bench, machine);
    let told = codes(&proposal);
    assert!(told.contains(&"MOVE-IDENTITY-OF-ANOTHER"), "{proposal:#?}");
}

/// A document with a provider's preset in a file of this name.
fn preset(file: &str) -> ResolvedDocument {
    let priority = objects::ProfileField::PRIORITY.of_profile(2).unwrap();
    let value = Value::Unsigned(1);
    let writes = [ObjectWrite::new(priority, DataType::UNSIGNED8, value)];
    let container = TestContainer::preset("new-provider", &writes).unwrap();
    resolve_with(
        &format!("preset = {{ name = \"new-provider\", package = \"{file}\" }}\n"),
        file,
        container.to_bytes().unwrap(),
    )
}

#[test]
fn a_preset_goes_only_to_firmware_that_takes_its_variant() {
    for (line, file, taken) in [
        (FirmwareLine::V7, "Provider-A.fwi", false),
        (FirmwareLine::V7, "Provider-B.fwi", true),
        (FirmwareLine::V6_6, "Provider-A.fwi", true),
        (FirmwareLine::V6Short, "Provider-B.fwi", true),
    ] {
        let mut bench = Bench::with(ChargerSetup::default().with_firmware(line));
        let machine = change(&bench, preset(file), Strategy::Documented);
        if taken {
            // On firmware 6 the vendor's rule does not mention variant A.
            let doubtful = line == FirmwareLine::V6_6;
            let warnings = proposal(&mut bench, machine).warnings;
            let doubts = warnings.iter().any(|line| line.contains("is not known"));
            assert_eq!(doubts, doubtful, "{line:?} {file}: {warnings:#?}");
            continue;
        }
        let outcome = bench.change_to(preset(file), Strategy::Documented);
        assert_untouched(&bench);
        let End::Refused { refusal } = outcome.end else {
            panic!("{line:?} {file}: {:#?}", outcome.end);
        };
        let is_named = matches!(&refusal, Refusal::BadContainer { file: named, reason }
            if named == file && reason.contains("does not take variant A"));
        assert!(is_named, "{refusal}");
    }
}

#[test]
fn a_firmware_image_is_no_root_certificate() {
    let file = "NG9xx 7.4.5-4415.fwi";
    let image = TestContainer::firmware("7.4.5-4415", 600_000);
    let document = DOCUMENT.replace("Rootcertificate.fwi", file);
    let document = resolve_with(&document, file, image.to_bytes().unwrap());
    assert!(
        ChangeBackOffice::new(document.clone())
            .check_containers()
            .is_err()
    );
    let mut bench = Bench::new();
    let outcome = bench.change_to(document, Strategy::Documented);
    assert_untouched(&bench);
    let End::Refused { refusal } = outcome.end else {
        panic!("{:#?}", outcome.end);
    };
    let named = "it is a firmware image, not a root certificate";
    assert!(refusal.to_string().contains(named), "{refusal}");
}

#[test]
fn a_root_is_not_sent_to_a_charger_that_takes_no_containers() {
    let start = |bench: &Bench, file: &str| {
        let container = OwnedContainer::parse(Bytes::from(root_container(ROOT))).unwrap();
        let install = InstallRoot::new(container).with_file_name(file);
        install.start(&bench.journal.history()).unwrap()
    };
    for (model, file, refused) in [
        ("NG910-60023", "Rootcertificate.fwi", None),
        ("AHP-1", "Rootcertificate.fwi", Some("AHP chargers")),
        ("NG910-60023", "Root-A.fwi", Some("does not take variant A")),
    ] {
        let mut bench = Bench::with(ChargerSetup::default().with_model(model));
        let mut machine = start(&bench, file);
        let Some(why) = refused else {
            let warnings = proposal(&mut bench, machine).warnings;
            assert_eq!(warnings.len(), 1, "{warnings:#?}");
            continue;
        };
        let outcome = bench.run(&mut machine).unwrap();
        assert_untouched(&bench);
        assert!(matches!(
            &outcome.end,
            End::Refused { refusal: Refusal::BadContainer { file: named, reason } }
                if named == file && reason.contains(why)
        ));
    }
}
