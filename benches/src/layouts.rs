//! The same program, linked in several orders.
//!
//! Work of some ten nanoseconds depends on where the linker puts its functions: the same
//! code took 1.64 times its floor in one build and 2.07 times in another. So `measure` links
//! a program of its own several times with the functions shuffled, which takes seconds, lets
//! each measure, and the median counts.

use std::path::PathBuf;
use std::process::Command;

use crate::families::FAMILIES;
use crate::{Effort, Error, Figure, Outcome};

/// How often the program is linked again: with the one that asks an odd number, so that one
/// of them is the median.
const LAYOUTS: u32 = 6;

/// The figures of one case: who took how many nanoseconds.
pub type Figures = Vec<(String, f64)>;

/// What a family measures in other layouts, by layout and case; empty where that is not
/// wanted (in tests, in a smoke run) or the linker cannot shuffle.
///
/// # Errors
/// The program measures nothing.
pub fn elsewhere(id: &str, effort: Effort) -> Result<Vec<Vec<Figures>>, Error> {
    let myself = std::env::current_exe()?;
    if effort.is_smoke() || myself.file_stem().is_none_or(|stem| stem != "measure") {
        return Ok(Vec::new());
    }
    let program = myself.with_file_name("shuffled");
    let mut layouts = Vec::new();
    for seed in 1..=LAYOUTS {
        if !is_linked(seed)? {
            break;
        }
        layouts.push(figures_of(&program, id)?);
    }
    Ok(layouts)
}

/// What [`elsewhere`] reads from the program: the cases of a family as JSON.
///
/// # Errors
/// There is no such family, or it fails.
pub fn figures(id: &str, effort: Effort) -> Result<String, Error> {
    let family = FAMILIES.iter().find(|(known, _)| *known == id);
    let (_, family) = family.ok_or("no such family")?;
    let outcome: Outcome = family(effort)?;
    let cases = outcome.cases.iter().map(|case| {
        let figures = case.figures.iter();
        figures
            .map(|figure| (figure.name.to_owned(), figure.nanoseconds))
            .collect::<Figures>()
    });
    Ok(serde_json::to_string(&cases.collect::<Vec<_>>())?)
}

fn is_linked(seed: u32) -> Result<bool, Error> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["rustc", "--release", "--quiet", "--package", "benches"])
        .args(["--bin", "shuffled"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if cfg!(feature = "foreign") {
        cargo.arg("--all-features");
    }
    cargo
        .args(["--", "-C"])
        .arg(format!("link-arg=-Wl,--shuffle-sections=.text.*={seed}"));
    Ok(cargo.output()?.status.success())
}

fn figures_of(program: &PathBuf, id: &str) -> Result<Vec<Figures>, Error> {
    let output = Command::new(program).arg(id).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The figures of another program, under the names of this one's.
///
/// # Errors
/// It is another case.
pub fn renamed(figures: &Figures, like: &[Figure]) -> Result<Vec<Figure>, Error> {
    let names = figures.iter().map(|(name, _)| name.as_str());
    if !names.eq(like.iter().map(|figure| figure.name)) {
        return Err("another program measures other cases".into());
    }
    let pairs = like.iter().zip(figures);
    Ok(pairs
        .map(|(figure, (_, nanoseconds))| Figure {
            nanoseconds: *nanoseconds,
            ..*figure
        })
        .collect())
}

/// The figures of the layout with the median ratio of ours to the floor.
pub fn middle(mut layouts: Vec<Vec<Figure>>) -> Vec<Figure> {
    layouts.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    let middle = layouts.len().saturating_sub(1) / 2;
    layouts.into_iter().nth(middle).unwrap_or_default()
}

/// The least and the largest ratio, in words; `None` where there is one layout only.
pub fn spread(layouts: &[Vec<Figure>]) -> Option<String> {
    if layouts.len() < 2 {
        return None;
    }
    let ratios = || layouts.iter().map(|layout| ratio(layout));
    let least = ratios().fold(f64::INFINITY, f64::min);
    let largest = ratios().fold(0.0, f64::max);
    let count = layouts.len();
    Some(format!(
        "{least:.2} to {largest:.2} in {count} layouts of the program"
    ))
}

fn ratio(figures: &[Figure]) -> f64 {
    match figures {
        [ours, floor, ..] => ours.nanoseconds / floor.nanoseconds,
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(ours: f64, floor: f64) -> Vec<Figure> {
        let figure = |name, nanoseconds| Figure { name, nanoseconds };
        vec![figure("ours", ours), figure("floor", floor)]
    }

    #[test]
    fn the_layout_with_the_median_ratio_counts() {
        let layouts = vec![layout(30.0, 10.0), layout(20.0, 20.0), layout(16.0, 8.0)];
        assert_eq!(
            spread(&layouts).as_deref(),
            Some("1.00 to 3.00 in 3 layouts of the program")
        );
        assert_eq!(middle(layouts), layout(16.0, 8.0));
        assert_eq!(middle(vec![layout(2.0, 1.0)]), layout(2.0, 1.0));
        assert_eq!(spread(&[layout(2.0, 1.0)]), None);
        assert!(middle(Vec::new()).is_empty());
    }

    #[test]
    fn what_one_program_says_another_reads() {
        let said = figures("L2", Effort::SMOKE).unwrap();
        let read: Vec<Figures> = serde_json::from_str(&said).unwrap();
        let names: Vec<&str> = read[0].iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["AnswerDecoder and TypeToken", "floor by hand"]);
        let like = layout(1.0, 1.0);
        assert!(renamed(&read[0], &like).is_err());
        let figures = vec![("ours".to_owned(), 3.0), ("floor".to_owned(), 2.0)];
        assert_eq!(renamed(&figures, &like).unwrap(), layout(3.0, 2.0));
    }
}
