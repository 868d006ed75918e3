//! One run again, by its figure and number.

use super::run::Case;
use super::scenario::Scenario;
use super::tally::Ran;
use super::{Fallible, bits, faults, quiet, seeds};

/// The figures whose runs have numbers.
pub const NUMBERED: [&str; 9] = ["R1", "R2", "R3", "R3 (bits)", "R4", "R5", "R6", "R7", "R8"];

/// The run with this number of a figure, with all its events and what it broke. Numbers
/// stand in front of failures; in the random families they are the seeds.
///
/// # Errors
/// When the figure has no such run, or it could not even begin.
pub fn replay(figure: &str, number: u64) -> Fallible<String> {
    let (all, refusable, flipped) = (Scenario::all()?, Scenario::refusable()?, bits::scenarios()?);
    let safe: fn(&Case<'_>) -> Ran = |case| case.check();
    let (case, check): (_, fn(&Case<'_>) -> Ran) = match figure {
        "R1" => (nth(faults::kill_cases(&all)?, number)?, safe),
        "R2" => (nth(faults::power_cut_cases(&all)?, number)?, safe),
        "R3" => (nth(faults::reply_cases(&all)?, number)?, safe),
        "R3 (bits)" => (nth(bits::cases(&flipped)?, number)?, safe),
        "R4" => (seeds::case(&all, number), safe),
        "R5" => (
            seeds::false_positive(&refusable, number),
            seeds::never_proven,
        ),
        "R6" => (seeds::rollback(&refusable, number), seeds::always_back),
        "R7" => {
            let seeds = number.saturating_add(1);
            let cases = quiet::second_run_cases(&all, seeds);
            (nth(cases, number)?, quiet::second_run)
        }
        "R8" => (
            nth(faults::duplicate_cases(&all)?, number)?,
            faults::repeats,
        ),
        other => return Err(format!("{other}: its runs have no numbers").into()),
    };
    told(&case, check)
}

fn nth(cases: Vec<Case<'_>>, number: u64) -> Fallible<Case<'_>> {
    let count = cases.len();
    let found = cases.into_iter().find(|case| case.number == number);
    found.ok_or_else(|| format!("there are {count} runs, numbered from 0").into())
}

fn told(case: &Case<'_>, check: fn(&Case<'_>) -> Ran) -> Fallible<String> {
    let mut text = format!("{case}\n");
    let finished = case.run()?;
    for event in finished.bench.world.events() {
        let (at, kind) = (event.at.as_secs_f64(), event.kind);
        text.push_str(&format!("{at:>12.3} s  {kind:?}\n"));
    }
    let (end, verdict) = (&finished.outcome.end, check(case));
    text.push_str(&format!("{end:#?}\n{verdict:#?}\n"));
    Ok(text)
}
