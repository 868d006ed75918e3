//! Whole processes, measured by the CPU time of children that have ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Effort, Error, Figure};

/// Whether a program can be started.
pub fn has(program: &str) -> bool {
    Command::new(program)
        .arg("version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// The program that is measured from its start to its end, built for that; `None` where
/// it is not wanted: in tests, and in a smoke run.
///
/// # Errors
/// It cannot be built.
pub fn cold_program(effort: Effort) -> Result<Option<PathBuf>, Error> {
    let myself = std::env::current_exe()?;
    if effort.is_smoke() || myself.file_stem().is_none_or(|stem| stem != "measure") {
        return Ok(None);
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--quiet", "--package", "benches"]);
    cargo
        .args(["--bin", "cold"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if cfg!(feature = "foreign") {
        cargo.arg("--all-features");
    }
    cpu_of(&mut cargo)?;
    Ok(Some(myself.with_file_name("cold")))
}

/// Runs a command that must succeed, silently.
///
/// # Errors
/// It cannot be started, or fails.
pub fn cpu_of(command: &mut Command) -> Result<(), Error> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{command:?} failed: {said}").into())
}

/// Runs the commands in turns and gives the CPU time of one run of each.
///
/// The kernel tells the CPU time of ended children in hundredths of a second, but adds
/// it up without rounding; so every turn is a batch.
///
/// # Errors
/// A command fails, or this is not Linux.
pub fn measure_children(
    mut commands: Vec<(&'static str, &mut Command)>,
    effort: Effort,
) -> Result<Vec<Figure>, Error> {
    let (turns, batch) = if effort.is_smoke() { (1, 1) } else { (5, 40) };
    let mut times = vec![Vec::with_capacity(turns); commands.len()];
    for _ in 0..turns {
        for ((_, command), times) in commands.iter_mut().zip(&mut times) {
            let before = children_ticks()?;
            for _ in 0..batch {
                cpu_of(command)?;
            }
            let ticks = children_ticks()?.saturating_sub(before);
            times.push(ticks as f64 * NANOSECONDS_PER_TICK / f64::from(batch));
        }
    }
    let figures = commands.iter().zip(times).map(|((name, _), mut times)| {
        times.sort_by(f64::total_cmp);
        Figure {
            name,
            nanoseconds: times.get(turns / 2).copied().unwrap_or(f64::NAN),
        }
    });
    Ok(figures.collect())
}

/// `USER_HZ` is 100 on every architecture that Linux runs on today.
const NANOSECONDS_PER_TICK: f64 = 1e7;

/// User and system time of all ended children: fields 16 and 17 of `/proc/self/stat`.
fn children_ticks() -> Result<u64, Error> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("an odd /proc/self/stat")?;
    let mut fields = after_name.split_ascii_whitespace().skip(13);
    let mut next = || -> Result<u64, Error> { Ok(fields.next().ok_or("too few")?.parse()?) };
    Ok(next()? + next()?)
}

/// What a peer in Python takes for one unit of work, in nanoseconds; `None` where it is
/// not installed (`.ci/install-peers`) or not wanted, in a smoke test.
///
/// # Errors
/// It is installed, and fails.
pub fn python(arguments: &[&str], effort: Effort) -> Result<Option<f64>, Error> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let interpreter = here.join("../target/peers/bin/python");
    if effort.is_smoke() || !interpreter.exists() {
        return Ok(None);
    }
    let output = Command::new(interpreter)
        .arg(here.join("peers/peer.py"))
        .args(arguments)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the peer in Python failed: {said}").into());
    }
    Ok(Some(String::from_utf8(output.stdout)?.trim().parse()?))
}
