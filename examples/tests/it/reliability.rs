//! A sample of the reliability suite; the whole of it is the program `reliability`.

use examples::{Extent, NUMBERED, measure, replay};

#[test]
fn no_run_of_the_sample_breaks_a_promise() {
    let figures = measure(Extent::SHORT, &[], |figure| {
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
fn every_numbered_run_can_be_run_again_and_is_the_same() {
    for figure in NUMBERED {
        let first = replay(figure, 17).unwrap();
        assert!(first.starts_with("17: "), "{figure}: {first}");
        assert_eq!(first, replay(figure, 17).unwrap(), "{figure}");
    }
    assert_ne!(replay("R4", 17).unwrap(), replay("R4", 18).unwrap());
    assert!(replay("R10", 0).is_err());
}
