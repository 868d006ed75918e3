//! `RESULTS.md`.

use std::fmt::Write as _;

use super::Machine;
use crate::{Cost, Growth, Outcome, Target};

/// The whole page. Writing to a `String` cannot fail, so results of `write!` are dropped.
pub fn results(before: &Machine, after: &Machine, outcomes: &[Outcome]) -> String {
    let mut page = String::from(
        "# Results\n\nWritten by `cargo run --release -p benches --all-features --bin \
         measure`; see the [README](README.md) for how it measures, and for what the figures \
         changed in the crates. Ratios are what counts: absolute times wander with the \
         machine.\n\n",
    );
    conditions(&mut page, before, after);
    verdicts(&mut page, outcomes);
    reasons(&mut page, outcomes);
    for outcome in outcomes {
        family(&mut page, outcome);
    }
    page
}

fn conditions(page: &mut String, before: &Machine, after: &Machine) {
    let others = after.share_of_others(before);
    let _ = write!(
        page,
        "| | |\n| --- | --- |\n| processor | {} ({} cores) |\n| system | {} |\n| compiler | {} |\n\
         | commit | {} |\n| begun | {}, load {} |\n| ended | {}, load {} |\n\
         | others meanwhile | {:.0} % of all CPU time |\n\n",
        before.processor,
        before.cores,
        before.system,
        before.compiler,
        before.commit,
        before.date,
        before.load,
        after.date,
        after.load,
        100.0 * others,
    );
    // A NaN counts as busy: nobody knows.
    let is_quiet = others < 0.1;
    if !is_quiet {
        page.push_str(
            "> **The machine was busy with other work.** Ratios come from turns in one \
             process and hold within some percent; absolute times, rates by the clock and \
             whole processes do not.\n\n",
        );
    }
}

/// What ran, for a run whose figures mean nothing.
pub fn ran(outcomes: &[Outcome]) -> String {
    let mut text = String::from("Everything ran once; nothing was measured.\n");
    for outcome in outcomes {
        let _ = writeln!(
            text,
            "{}: {} cases, {} curves, {} goals",
            outcome.id,
            outcome.cases.len(),
            outcome.growth.len(),
            outcome.targets.len()
        );
    }
    text
}

fn verdicts(page: &mut String, outcomes: &[Outcome]) {
    page.push_str("## Goals\n\n| | goal | measured | |\n| --- | --- | --- | --- |\n");
    for outcome in outcomes {
        for target in &outcome.targets {
            let verdict = match target.met {
                Some(true) => "met",
                Some(false) => "**missed**",
                None if target.is_tested => "tested",
                None => "stated",
            };
            let _ = writeln!(
                page,
                "| {} | {} | {} | {verdict} |",
                outcome.id, target.goal, target.measured
            );
        }
    }
    page.push('\n');
}

fn reasons(page: &mut String, outcomes: &[Outcome]) {
    let missed: Vec<(&str, &Target)> = outcomes
        .iter()
        .flat_map(|outcome| outcome.targets.iter().map(|target| (outcome.id, target)))
        .filter(|(_, target)| target.is_missed())
        .collect();
    if missed.is_empty() {
        page.push_str("No goal is missed.\n\n");
        return;
    }
    page.push_str("### What is missed, and why\n\n");
    for (id, target) in missed {
        let reason = target.reason.as_deref();
        let reason = reason.unwrap_or("no reason is known; if the machine was busy, measure again");
        let _ = writeln!(page, "- **{id}**, {}: {reason}.", target.goal);
    }
    page.push('\n');
}

fn family(page: &mut String, outcome: &Outcome) {
    let _ = write!(page, "## {}: {}\n\n", outcome.id, outcome.work);
    if !outcome.cases.is_empty() {
        page.push_str("| case | who | median | first / this |\n| --- | --- | ---: | ---: |\n");
    }
    for case in &outcome.cases {
        for (index, figure) in case.figures.iter().enumerate() {
            let name = if index == 0 { case.name.as_str() } else { "" };
            let ratio = match index {
                0 => String::new(),
                _ => format!("{:.2} ×", case.ratio_to(index)),
            };
            let _ = writeln!(
                page,
                "| {name} | {} | {} | {ratio} |",
                figure.name,
                spoken(figure.nanoseconds)
            );
        }
    }
    for note in &outcome.notes {
        let _ = write!(page, "\n{note}\n");
    }
    for (index, growth) in outcome.growth.iter().enumerate() {
        curve(page, outcome.id, index, growth);
    }
    page.push('\n');
}

fn curve(page: &mut String, id: &str, index: usize, growth: &Growth) {
    let _ = write!(
        page,
        "\n| {} | {} | for one |\n| ---: | ---: | ---: |\n",
        growth.of,
        match growth.cost {
            Cost::Time => "time",
            Cost::Memory => "memory",
        }
    );
    for &(size, cost) in &growth.points {
        let each = cost / size as f64;
        let (all, each) = match growth.cost {
            Cost::Time => (spoken(cost), spoken(each)),
            Cost::Memory => (in_bytes(cost), in_bytes(each)),
        };
        let _ = writeln!(page, "| {size} | {all} | {each} |");
    }
    let _ = write!(page, "\n![{}](plots/{id}-{index}.svg)\n", growth.of);
}

/// A time with three digits.
fn spoken(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        few if few < 1e3 => (few, "ns"),
        few if few < 1e6 => (few / 1e3, "µs"),
        few if few < 1e9 => (few / 1e6, "ms"),
        many => (many / 1e9, "s"),
    };
    let digits = match value {
        small if small < 10.0 => 2,
        small if small < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

/// Memory, in the largest unit that it fills.
fn in_bytes(bytes: f64) -> String {
    const KIB: f64 = 1024.0;
    if bytes < KIB * KIB {
        format!("{:.1} KiB", bytes / KIB)
    } else {
        format!("{:.1} MiB", bytes / KIB / KIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits() {
        assert_eq!(spoken(0.123), "0.12 ns");
        assert_eq!(spoken(12.34), "12.3 ns");
        assert_eq!(spoken(1_234.0), "1.23 µs");
        assert_eq!(spoken(123_400_000.0), "123 ms");
        assert_eq!(spoken(2.5e9), "2.50 s");
    }

    #[test]
    fn a_missed_goal_is_said_with_its_reason() {
        let mut outcome = Outcome::new("X1", "work");
        outcome
            .at_most("against nothing", 2.0, 1.1)
            .because("nothing is hard to beat");
        outcome
            .at_most("against much", 1.0, 1.1)
            .because("of no concern");
        let machine = Machine::look();
        let page = results(&machine, &machine, &[outcome]);
        assert!(
            page.contains("| X1 | against nothing: at most 1.1 times | 2.00 | **missed** |"),
            "{page}"
        );
        assert!(page.contains("nothing is hard to beat."), "{page}");
        assert!(!page.contains("of no concern"), "{page}");
    }
}
