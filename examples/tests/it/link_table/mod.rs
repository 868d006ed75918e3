//! Every call of the HTTPS link, with every fault in the middle of it, and on every
//! charger with a quirk, over both runtimes, against the simulated charger.
//!
//! What holds in each cell: the call ends in the right result or in an error of the
//! expected kind; the charger agrees with what the outcome says about the effect; the
//! link works on; few logins were needed; and the session is free after `close`.

mod call;
mod expectation;
mod runtime;
mod site;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use charger_sim::{ChargerSetup, Family, Fault, FirmwareLine, SecondClient};

use self::call::Call;
use self::expectation::Expectation;
use self::runtime::Runtime;
use self::site::{Site, Waits};

#[test]
fn every_call_survives_every_fault() {
    let mut cells = Vec::new();
    for call in Call::ALL {
        let faults = FAULTS.into_iter().filter(|fault| {
            // Nothing but an upload has a middle that a power cut can hit.
            !matches!(fault, Fault::PowerCutInUpload { .. }) || call == Call::Upload
        });
        for fault in faults {
            cells.extend(Runtime::BOTH.map(|runtime| (call, fault, runtime)));
        }
    }
    assert_eq!(
        run_all(cells, |(call, fault, runtime)| {
            let mut site = Site::start(site::fast(), *runtime, waits_under(*call, *fault));
            site.check(*call, Some(*fault), &Expectation::of(*call, *fault))
        }),
        [""; 0]
    );
}

#[test]
fn every_call_survives_every_quirk() {
    let mut cells = Vec::new();
    for call in Call::ALL {
        for quirk in QUIRKS {
            cells.extend(Runtime::BOTH.map(|runtime| (call, quirk, runtime)));
        }
    }
    assert_eq!(
        run_all(cells, |(call, quirk, runtime)| {
            let mut setup = site::fast();
            (quirk.apply)(&mut setup);
            Site::start(setup, *runtime, site::FOR_AN_ANSWER).check(
                *call,
                None,
                &Expectation::Result,
            )
        }),
        [""; 0]
    );
}

/// What goes wrong, once, in the middle of a call.
const FAULTS: [Fault; 24] = [
    Fault::RequestLost,
    Fault::ReplyLost,
    Fault::Reset,
    Fault::ResetAfter,
    Fault::Duplicated,
    Fault::ReplyTwice,
    Fault::Truncated,
    Fault::Garbled,
    Fault::Refused(401),
    Fault::Refused(403),
    Fault::Refused(429),
    Fault::Refused(500),
    Fault::Refused(503),
    Fault::Slow(site::A_WHILE),
    Fault::Slow(site::TOO_LONG),
    Fault::SessionLapsed,
    Fault::SessionStolen,
    Fault::Restart,
    Fault::RestartAfter,
    Fault::PowerCut(site::A_WHILE),
    Fault::PowerCutAfter(site::A_WHILE),
    Fault::LinkBounce(site::A_WHILE),
    Fault::ClockLost,
    Fault::PowerCutInUpload {
        record: 2,
        off: site::A_WHILE,
    },
];

/// How long the link waits under this fault.
const fn waits_under(call: Call, fault: Fault) -> Waits {
    match fault {
        // The charger hangs up when it has restarted to apply the container.
        Fault::ReplyLost | Fault::RestartAfter | Fault::PowerCutAfter(_)
            if matches!(call, Call::Upload) =>
        {
            site::FOR_AN_ANSWER
        }
        Fault::Reset
        | Fault::ResetAfter
        | Fault::Duplicated
        | Fault::ReplyTwice
        | Fault::Truncated
        | Fault::Garbled
        | Fault::Refused(_)
        | Fault::SessionLapsed
        | Fault::ClockLost => site::FOR_AN_ANSWER,
        Fault::SessionStolen => site::FOR_A_THIEF,
        _ => site::IN_VAIN,
    }
}

#[derive(Clone, Copy)]
struct Quirk {
    name: &'static str,
    apply: fn(&mut ChargerSetup),
}

impl fmt::Debug for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn quirk(name: &'static str, apply: fn(&mut ChargerSetup)) -> Quirk {
    Quirk { name, apply }
}

/// What differs from firmware to firmware, each on its own.
const QUIRKS: [Quirk; 14] = [
    quirk("none", |_| {}),
    quirk("firmware 6.1", |setup| {
        setup.firmware = FirmwareLine::V6Short
    }),
    quirk("firmware 6.6", |setup| setup.firmware = FirmwareLine::V6_6),
    quirk("firmware below 6.0", |setup| {
        setup.firmware = FirmwareLine::V5
    }),
    quirk("AHP", |setup| setup.family = Family::Ahp),
    quirk("cookie", |setup| setup.session.tokens = false),
    quirk("second client takes over", |setup| {
        setup.session.second_client = SecondClient::TakesOver;
    }),
    quirk("small pages", |setup| setup.habits.page_size = 3),
    quirk("flat answers", |setup| setup.habits.flat_id_reads = true),
    quirk("no comma too many", |setup| {
        setup.habits.trailing_comma = false
    }),
    quirk("old values until the restart", |setup| {
        setup.habits.pending_reads_back = false
    }),
    quirk("no active profile", |setup| {
        setup.habits.reports_active_profile = false
    }),
    quirk("colours in the log", |setup| {
        setup.habits.coloured_log = true
    }),
    quirk("two sockets", |setup| setup.sockets = 2),
];

/// Tries all cells, many at once because they mostly wait, and returns what was wrong.
fn run_all<C: Sync + std::fmt::Debug>(
    cells: Vec<C>,
    check: impl Fn(&C) -> Result<(), String> + Sync,
) -> Vec<String> {
    let (next, wrong) = (Mutex::new(cells.iter()), Mutex::new(Vec::new()));
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(cell) = take() {
                    let checked = catch_unwind(AssertUnwindSafe(|| check(cell)));
                    if let Err(what) = checked.unwrap_or_else(|_| Err("wrong result".to_owned())) {
                        wrong.lock().unwrap().push(format!("{cell:?}: {what}"));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    wrong
}

const AT_ONCE: usize = 48;
