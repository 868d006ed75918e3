//! One family's figures as JSON, from a program that `measure` links several times with its
//! functions in another order (`layouts`).

use std::process::ExitCode;

use benches::{Effort, layouts};

fn main() -> ExitCode {
    let Some(id) = std::env::args().nth(1) else {
        eprintln!("shuffled FAMILY");
        return ExitCode::from(2);
    };
    match layouts::figures(&id, Effort::FULL) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("shuffled: {error}");
            ExitCode::FAILURE
        }
    }
}
