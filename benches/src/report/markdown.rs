//! `RESULTS.md`.

use std::fmt::Write as _;

use super::Machine;
use crate::{Growth, Outcome};

/// The whole page. Writing to a `String` cannot fail, so results of `write!` are dropped.
pub fn results(before: &Machine, after: &Machine, outcomes: &[Outcome]) -> String {
    let mut page = String::from(
        "# Results\n\nWritten by `cargo run --release -p benches --bin measure`; see the \
         README for how it measures. Ratios are what counts: absolute times wander with \
         the machine.\n\n",
    );
    conditions(&mut page, before, after);
    verdicts(&mut page, outcomes);
    for outcome in outcomes {
        family(&mut page, outcome);
    }
    page
}

fn conditions(page: &mut String, before: &Machine, after: &Machine) {
    let _ = write!(
        page,
        "| | |\n| --- | --- |\n| processor | {} ({} cores) |\n| system | {} |\n| compiler | {} |\n\
         | commit | {} |\n| begun | {}, load {} |\n| ended | {}, load {} |\n\n",
        before.processor,
        before.cores,
        before.system,
        before.compiler,
        before.commit,
        before.date,
        before.load,
        after.date,
        after.load,
    );
}

fn verdicts(page: &mut String, outcomes: &[Outcome]) {
    page.push_str("## Goals\n\n| | goal | measured | |\n| --- | --- | --- | --- |\n");
    for outcome in outcomes {
        for target in &outcome.targets {
            let verdict = match target.met {
                Some(true) => "met",
                Some(false) => "**missed**",
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
        "\n| {} | time | for one |\n| ---: | ---: | ---: |\n",
        growth.of
    );
    for &(size, nanoseconds) in &growth.points {
        let _ = writeln!(
            page,
            "| {size} | {} | {} |",
            spoken(nanoseconds),
            spoken(nanoseconds / size as f64)
        );
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
    fn a_missed_goal_is_said() {
        let mut outcome = Outcome::new("X1", "work");
        outcome.at_most("against nothing", 2.0, 1.1);
        let machine = Machine::look();
        let page = results(&machine, &machine, &[outcome]);
        assert!(
            page.contains("| X1 | against nothing: at most 1.1 times | 2.00 | **missed** |"),
            "{page}"
        );
    }
}
