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
    // Engines in C take part where they are asked for, and nowhere else.
    for (id, engine) in [("T1", "OpenSSL"), ("T1", "AWS-LC"), ("T2", "OpenSSL")] {
        let outcome = outcomes.iter().find(|outcome| outcome.id == id).unwrap();
        let takes_part = outcome.cases.iter().any(|case| {
            let who = case.figures.iter().map(|figure| figure.name);
            case.name.contains(engine) || who.into_iter().any(|name| name == engine)
        });
        assert_eq!(takes_part, cfg!(feature = "foreign"), "{id}: {engine}");
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
