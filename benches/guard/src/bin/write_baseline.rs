//! Counts, and takes the counts for the new baseline.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Stdio};

use guard::{Baseline, Counts, Error, Tools};
use serde_json::Value;

const HELP: &str = "\
Counts instructions and writes benches/guard/instructions.toml. Takes no arguments. Needs
valgrind and gungraun-runner; .ci/install-peers installs both.

Exit codes: 0 written, 1 could not count, 2 usage.
";

/// Where gungraun's summary of one benchmark (version 7 of its schema) has the count.
const INSTRUCTIONS: &str = "/profiles/0/data/total/metrics/Ir/values/new";

fn main() -> ExitCode {
    if std::env::args().len() > 1 {
        eprint!("{HELP}");
        return ExitCode::from(2);
    }
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("write-baseline: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), Error> {
    let mut instructions: BTreeMap<String, Counts> = BTreeMap::new();
    for summary in summaries()? {
        let text = |key: &str| summary.get(key).and_then(Value::as_str);
        let name = text("id").ok_or("a summary without a name")?;
        let count = summary.pointer(INSTRUCTIONS).and_then(Value::as_u64);
        let count = count.ok_or_else(|| format!("{name} has no count"))?;
        let counts = instructions.entry(name.to_owned()).or_default();
        match text("function_name") {
            Some("ours") => counts.ours = count,
            Some("floor") => counts.floor = count,
            other => return Err(format!("{name} is done by {other:?}, whom nobody knows").into()),
        }
    }
    Baseline::new(Tools::here()?, instructions).write()
}

/// What the benchmark says, one summary for each piece of work, without its limits.
fn summaries() -> Result<Vec<Value>, Error> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["bench", "--quiet", "--package", "guard", "--"])
        .args([
            "--output-format=json",
            "--callgrind-limits=ir=1000000000000",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("nothing was counted".into());
    }
    serde_json::Deserializer::from_slice(&output.stdout)
        .into_iter()
        .map(|summary| Ok(summary?))
        .collect()
}
