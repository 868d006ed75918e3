//! Away from a mobile back office: the same SIM stays in, and the way back needs its APN and
//! its PIN again.

use charger_commissioning::{End, Strategy};
use charger_sim::{Behaviour, ChargerSetup, SimCard};
use ocpp_config::objects::ProfileField;
use ocpp_config::{ObjectId, Value};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, PIN, resolve};

const OLD_APN: &str = "apn.old.example.net";

fn of_profile_1(field: ProfileField) -> ObjectId {
    field.of_profile(1).unwrap()
}

/// At its old back office over the mobile network, with a SIM that works with these APNs
/// (`None` = with every one) and its PIN only.
fn bench(apn: Option<&str>) -> Bench {
    let mut sim = SimCard::default();
    sim.apn = apn.map(str::to_owned);
    sim.pin = Some(PIN.to_owned());
    let text = |text: &str| Value::Text(text.to_owned());
    let setup = ChargerSetup::default()
        .with_sim(Some(sim))
        .with_profile(1, &format!("ws://{OLD}/services/ocppj"), 1, 0)
        .with_profile(2, "", 0, 0)
        .with_object(of_profile_1(ProfileField::INTERFACE), Value::Unsigned(5))
        .with_object(of_profile_1(ProfileField::APN), text(OLD_APN))
        .with_object(of_profile_1(ProfileField::SIM_PIN_LONG), text(PIN));
    let bench = Bench::with(setup);
    assert!(is_back(&bench));
    bench
}

/// Accepted over the mobile network, through what was there before.
fn is_back(bench: &Bench) -> bool {
    let now = bench.world.now();
    let read = |id| {
        bench
            .world
            .charger(bench.charger, |charger| charger.value(now, id))
    };
    let interface = read(of_profile_1(ProfileField::INTERFACE)).and_then(|value| value.as_u8());
    let apn = read(of_profile_1(ProfileField::APN));
    bench.is_at(OLD) && interface == Some(5) && apn == Some(Value::Text(OLD_APN.to_owned()))
}

/// To a new back office over the same SIM, with this APN.
fn to_mobile(apn: &str) -> String {
    let mobile = "interface = \"mobile\"\nsim-pin = { env = \"PIN\" }";
    let document = DOCUMENT.replace("interface = \"wired\"", mobile);
    format!("{document}\n[network-profile.1.apn]\nname = \"{apn}\"\n")
}

/// There with a good back office, then back from the journal alone; and back from a dead one.
fn there_and_back(apn: Option<&str>, document: &str) {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        let mut there = bench(apn);
        let outcome = there.change_to(resolve(document), strategy);
        assert!(
            matches!(outcome.end, End::Proven),
            "{strategy:?}: {outcome:#?}"
        );
        assert!(there.is_at(NEW), "{strategy:?}");
        there.reopen();
        let outcome = there.roll_back().unwrap();
        let back = matches!(outcome.end, End::RolledBack { .. });
        assert!(back, "{strategy:?}: {outcome:#?}");
        assert!(is_back(&there), "{strategy:?}");

        let mut dead = bench(apn);
        dead.world.set_behaviour(dead.new, Behaviour::dead());
        let outcome = dead.change_to(resolve(document), strategy);
        let back = matches!(outcome.end, End::RolledBack { .. });
        assert!(back, "{strategy:?}: {outcome:#?}");
        assert!(is_back(&dead), "{strategy:?}");
    }
}

#[test]
fn from_mobile_to_mobile_and_back_with_the_same_access_point() {
    there_and_back(Some(OLD_APN), &to_mobile(OLD_APN));
}

#[test]
fn from_mobile_to_mobile_and_back_with_another_access_point() {
    there_and_back(None, &to_mobile("apn.new.example.org"));
}

#[test]
fn from_mobile_to_wired_and_back() {
    there_and_back(Some(OLD_APN), DOCUMENT);
}
