//! R13: secrets that stand nowhere else are searched for in everything that is told.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use charger_sim::{Behaviour, Fault, FaultPlan, Trigger};

use super::bits;
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

/// Every so manieth of the flipped bits of R3.
const BITS: usize = 11;

pub(super) fn secrets(scenarios: &[Scenario], extent: Extent) -> Fallible<Figure> {
    let needles = needles();
    let on_the_wire = bits::scenarios()?;
    let mut cases: Vec<Case<'_>> = bits::cases(&on_the_wire)?;
    cases = cases.into_iter().step_by(BITS).collect();
    let flipped = cases.len();
    for scenario in scenarios {
        for strategy in scenario.strategies {
            for behaviour in [Behaviour::default(), Behaviour::dead()] {
                let calm = Case::new(scenario, *strategy, behaviour);
                let exchanges = u64::from(calm.run()?.outcome.exchanges);
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
         documents (Debug), under every single fault of seven kinds, and with a flipped bit in a \
         reply to the real clients",
        "0 bytes found",
        &tally,
    )
    .with_note(format!(
        "authorization keys, APN password, SIM PIN, login, client key; in clear, as \
         hexadecimal digits, in base64; {flipped} flipped bits, every {BITS}th of those of R3. \
         What the validation and the preflight tell is searched in the runs of R15. Not \
         searched here: the reports of fleets, which hold outcomes, and what is logged at \
         trace level (`charger-link/tests/https/secrets.rs`)"
    )))
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
    let spelled = secrets.map(|(name, secret)| spellings(secret).map(|it| (name, it)));
    spelled.into_iter().flatten().collect()
}

/// In clear, as hexadecimal digits, in base64.
pub(super) fn spellings(secret: &str) -> [String; 5] {
    let mut hex = String::new();
    for byte in secret.bytes() {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    [
        secret.to_owned(),
        hex.to_uppercase(),
        hex,
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
    ]
}
