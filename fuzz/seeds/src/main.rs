//! Writes the seed corpus: `fuzz/corpus/<target>/<seed>` for every target that has
//! seeds. Small, valid inputs from which a fuzzer gets further than from nothing.

mod document;
mod fwi;
mod gateway;
mod journal;
mod network;
mod property;

use std::error::Error;
use std::path::{Path, PathBuf};

/// The seeds of one target: its name, and inputs under names of their own.
type Seeds = (&'static str, Vec<(String, Vec<u8>)>);

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = corpus();
    // A new target's seeds are added here.
    let all: Vec<Seeds> = [
        document::seeds(),
        fwi::seeds()?,
        gateway::seeds(),
        network::seeds()?,
        property::seeds(),
        vec![journal::seeds()?],
    ]
    .concat();
    for (target, seeds) in all {
        let directory = corpus.join(target);
        std::fs::create_dir_all(&directory)?;
        for (name, bytes) in seeds {
            std::fs::write(directory.join(format!("seed-{name}")), bytes)?;
        }
    }
    Ok(())
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("corpus")
}
