//! Every family runs, its contenders agree, and its page can be written.

use benches::Effort;
use benches::families::FAMILIES;
use benches::report::{Machine, ran, results, svg};

#[test]
fn every_family_runs_once_and_says_what_it_found() {
    let mut outcomes = Vec::new();
    for (id, family) in FAMILIES {
        let outcome = family(Effort::SMOKE).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(outcome.id, *id);
        assert!(!outcome.targets.is_empty(), "{id} has no goal");
        for growth in &outcome.growth {
            assert!(svg(growth).unwrap().starts_with("<svg"), "{id}");
        }
        outcomes.push(outcome);
    }
    // A smoke run has no figures, so it judges none.
    let said = ran(&outcomes);
    assert!(!said.contains("met") && !said.contains("missed"), "{said}");
    let machine = Machine::look();
    let page = results(&machine, &machine, &outcomes);
    for (id, _) in FAMILIES {
        assert!(page.contains(&format!("## {id}: ")), "{id}");
    }
}
