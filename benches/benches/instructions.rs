//! Counts instructions under callgrind, with gungraun; `.ci/instructions` runs it and
//! holds the counts against `instructions.toml`.

use benches::guarded::{self, Work};
use gungraun::prelude::*;

/// Work that has run once, so that tables which are made once are there.
fn ours(name: &str) -> Work {
    ready(guarded::ours(name))
}

/// The same for what it is measured against.
fn floor(name: &str) -> Work {
    ready(guarded::floor(name))
}

fn ready(work: Result<Work, benches::Error>) -> Work {
    match work {
        Ok(mut work) => {
            work();
            work
        }
        Err(error) => {
            eprintln!("the work cannot be made ready: {error}");
            std::process::exit(1)
        }
    }
}

// What is returned is dropped outside of the count.
#[library_benchmark(setup = ours)]
#[bench::f1_header("f1_header")]
#[bench::l1_page("l1_page")]
#[bench::l2_number("l2_number")]
#[bench::l2_text("l2_text")]
#[bench::l2_request("l2_request")]
#[bench::c1_toml("c1_toml")]
#[bench::c2_json("c2_json")]
#[bench::c3_sound("c3_sound")]
#[bench::c3_mistakes("c3_mistakes")]
#[bench::c5_plan("c5_plan")]
#[bench::c5_decode("c5_decode")]
fn of_ours(mut work: Work) -> Work {
    work();
    work
}

#[library_benchmark(setup = floor)]
#[bench::f1_header("f1_header")]
#[bench::l1_page("l1_page")]
#[bench::l2_number("l2_number")]
#[bench::l2_text("l2_text")]
#[bench::l2_request("l2_request")]
#[bench::c1_toml("c1_toml")]
#[bench::c2_json("c2_json")]
#[bench::c3_sound("c3_sound")]
#[bench::c3_mistakes("c3_mistakes")]
#[bench::c5_plan("c5_plan")]
#[bench::c5_decode("c5_decode")]
fn of_floor(mut work: Work) -> Work {
    work();
    work
}

library_benchmark_group!(name = counted, benchmarks = [of_ours, of_floor]);

main!(library_benchmark_groups = counted);
