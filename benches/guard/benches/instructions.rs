//! Counts instructions, and fails where ours takes more of them than the baseline allows.

#![expect(missing_docs, reason = "gungraun's macros write public items")]

use std::process;
use std::sync::OnceLock;

use benches::guarded::{self, Work};
use guard::{Baseline, Error, Tools};
use gungraun::{
    Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};

#[library_benchmark(setup = ours_ready)]
#[bench::f1_header(args = ("f1_header"), config = held("f1_header"))]
#[bench::l1_page(args = ("l1_page"), config = held("l1_page"))]
#[bench::l2_number(args = ("l2_number"), config = held("l2_number"))]
#[bench::l2_text(args = ("l2_text"), config = held("l2_text"))]
#[bench::l2_request(args = ("l2_request"), config = held("l2_request"))]
#[bench::c1_toml(args = ("c1_toml"), config = held("c1_toml"))]
#[bench::c2_json(args = ("c2_json"), config = held("c2_json"))]
#[bench::c3_sound(args = ("c3_sound"), config = held("c3_sound"))]
#[bench::c3_mistakes(args = ("c3_mistakes"), config = held("c3_mistakes"))]
#[bench::c5_plan(args = ("c5_plan"), config = held("c5_plan"))]
#[bench::c5_decode(args = ("c5_decode"), config = held("c5_decode"))]
fn ours(mut work: Work) -> Work {
    work();
    work
}

#[library_benchmark(setup = floor_ready)]
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
fn floor(mut work: Work) -> Work {
    work();
    work
}

library_benchmark_group!(
    name = guarded_work,
    compare_by_id = true,
    benchmarks = [ours, floor]
);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = guarded_work
);

/// Done once before it is counted, when tables that are made once are there.
fn ours_ready(name: &str) -> Work {
    ready(guarded::ours(name))
}

fn floor_ready(name: &str) -> Work {
    ready(guarded::floor(name))
}

fn ready(work: Result<Work, benches::Error>) -> Work {
    let mut work = or_give_up(work);
    work();
    work
}

/// No more than the baseline allows. An improvement is none of the guard's business, nor
/// is what a floor takes.
fn held(name: &str) -> LibraryBenchmarkConfig {
    let (baseline, tools) = baseline_and_tools();
    let limit = or_give_up(baseline.limit(name, tools));
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, limit)]));
    config
}

fn baseline_and_tools() -> &'static (Baseline, Tools) {
    static READ: OnceLock<(Baseline, Tools)> = OnceLock::new();
    READ.get_or_init(|| {
        let (baseline, here) = (or_give_up(Baseline::read()), or_give_up(Tools::here()));
        if baseline.tools != here {
            eprintln!(
                "The baseline was counted with {} and {}, this is {} and {}: \
                 counts may grow by {} % here.",
                baseline.tools.rustc,
                baseline.tools.libc,
                here.rustc,
                here.libc,
                baseline.tolerance(&here),
            );
        }
        (baseline, here)
    })
}

fn or_give_up<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("guard: {error}");
        process::exit(1)
    })
}
