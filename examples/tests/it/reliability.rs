//! A sample of the reliability suite; the whole of it is the program `reliability`.

use examples::{Extent, measure, replay};

#[test]
fn no_run_of_the_sample_breaks_a_promise() {
    let figures = measure(Extent::SHORT, |figure| {
        println!("{}: {} runs, {}", figure.name, figure.runs, figure.note);
    })
    .unwrap();
    for figure in &figures {
        assert!(figure.runs > 0, "{} was not run", figure.name);
        assert!(
            figure.failures.is_empty(),
            "{}: {:#?}",
            figure.name,
            figure.failures
        );
    }
}

#[test]
fn a_seed_replays_the_same_run() {
    assert_eq!(replay(7).unwrap(), replay(7).unwrap());
}
