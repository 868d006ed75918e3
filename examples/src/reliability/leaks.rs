//! R13: secrets that stand nowhere else are searched for in everything that is told.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use charger_sim::{Behaviour, Fault, FaultPlan, Trigger};

use super::run::Case;
use super::scenario::{APN_PASSWORD, CLIENT_KEY, KEY, LOGIN, OLD_KEY, PIN, Scenario};
use super::tally::{Kind, Ran, each};
use super::{Extent, Fallible, Figure};

const FAULTS: [Fault; 7] = [
    Fault::ReplyLost,
    Fault::Reset,
    Fault::Refused(403),
    Fault::Refused(500),
    Fault::Garbled,
    Fault::SessionStolen,
    Fault::RestartAfter,
];

pub(super) fn secrets(scenarios: &[Scenario], extent: Extent) -> Fallible<Figure> {
    let needles = needles();
    let mut cases = Vec::new();
    for scenario in scenarios {
        for strategy in scenario.strategies {
            for behaviour in [Behaviour::default(), Behaviour::dead()] {
                let calm = Case::new(scenario, *strategy, behaviour);
                let exchanges = u64::from(calm.run()?.outcome.requests);
                for at in 1..=exchanges {
                    for fault in FAULTS {
                        let plan = FaultPlan::none().with_fault(Trigger::Exchange(at), fault);
                        cases.push(calm.clone().with_faults(plan));
                    }
                }
            }
        }
    }
    let tally = each(&extent.thinned(cases), |case| {
        match search(case, &needles) {
            Ok(ran) => ran,
            Err(error) => Ran::broken(case.to_string(), error.to_string()),
        }
    });
    Ok(Figure::new(
        "R13",
        "secrets in journals, outcomes (Debug and JSON), questions, events, errors and \
         documents (Debug), under every single fault of seven kinds",
        "0 bytes found",
        &tally,
    )
    .with_note(
        "authorization keys, APN password, SIM PIN, login, client key; in clear, as \
         hexadecimal digits, in base64"
            .to_owned(),
    ))
}

fn search(case: &Case<'_>, needles: &[(&'static str, String)]) -> Fallible<Ran> {
    let mut bench = case.bench()?;
    bench.watcher.keeps = true;
    let mut finished = case.run_on(bench)?;
    let outcome = &finished.outcome;
    let mut told = format!("{outcome:?}\n{outcome:#?}\n{:?}\n", case.scenario.document);
    told.push_str(&serde_json::to_string(outcome)?);
    told.push_str(&finished.bench.watcher.told);
    told.push_str(&finished.bench.journal_store().text());
    let mut ran = Ran::new(case.to_string(), Kind::Other);
    for (name, needle) in needles {
        if told.contains(needle) {
            ran.breaks(format!("found {name}"));
        }
    }
    Ok(ran)
}

fn needles() -> Vec<(&'static str, String)> {
    let secrets = [
        ("the key", KEY),
        ("the old key", OLD_KEY),
        ("the APN password", APN_PASSWORD),
        ("the PIN", PIN),
        ("the login", LOGIN),
        ("the client key", CLIENT_KEY),
    ];
    let mut needles = Vec::new();
    for (name, secret) in secrets {
        let mut hex = String::new();
        for byte in secret.bytes() {
            // Writing into a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        needles.extend([
            (name, secret.to_owned()),
            (name, hex.to_uppercase()),
            (name, hex),
            (name, STANDARD.encode(secret)),
            (name, STANDARD_NO_PAD.encode(secret)),
        ]);
    }
    needles
}
