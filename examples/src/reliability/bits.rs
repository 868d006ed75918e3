//! R3 on the wire: single bits of replies are flipped under the real clients.

use charger_commissioning::Strategy;
use charger_sim::{Behaviour, Dialect};

use super::faults::numbered;
use super::run::{Case, Way};
use super::scenario::Scenario;
use super::tally::each;
use super::{Extent, Fallible, Figure};

/// Replies of at most so many bytes have every bit flipped.
const SMALL: usize = 160;
/// Of longer ones it is every so manieth bit. Prime, so that every column is hit.
const STRIDE: usize = 101;

pub(super) fn flips(extent: Extent) -> Fallible<Figure> {
    let scenarios = scenarios()?;
    let all = cases(&scenarios)?;
    let total = all.len();
    let tally = each(&extent.thinned(all), Case::check);
    Ok(Figure::new(
        "R3 (bits)",
        "one flipped bit in one reply, on the way to the real HTTPS client (above its TLS, \
         which would notice) and to the real client of a gateway, which has nothing below it \
         that would",
        "recovered or rolled back, 0 false successes",
        &tally,
    )
    .with_note(format!(
        "{}; every bit of replies of up to {SMALL} bytes, every {STRIDE}st of longer ones, {total} \
         in all",
        tally.ends()
    )))
}

pub(super) fn scenarios() -> Fallible<[Scenario; 2]> {
    Ok([Scenario::wired()?, Scenario::unprotected()?])
}

pub(super) fn cases([wired, unprotected]: &[Scenario; 2]) -> Fallible<Vec<Case<'_>>> {
    let mut cases = Vec::new();
    let https = |reply, bit| Way::Https(reply, bit);
    for strategy in [Strategy::Documented, Strategy::Staged] {
        for behaviour in [Behaviour::default(), Behaviour::dead()] {
            let calm = Case::new(wired, strategy, behaviour);
            every_bit(&calm, https, &mut cases)?;
        }
    }
    for dialect in [Dialect::CanOpenNode, Dialect::Lely] {
        for behaviour in [Behaviour::default(), Behaviour::dead()] {
            let calm = Case::new(unprotected, Strategy::Documented, behaviour);
            let gateway = |reply, bit| Way::Gateway(dialect, reply, bit);
            every_bit(&calm, gateway, &mut cases)?;
        }
    }
    Ok(numbered(cases))
}

fn every_bit<'a>(
    calm: &Case<'a>,
    way: impl Fn(usize, usize) -> Way,
    cases: &mut Vec<Case<'a>>,
) -> Fallible<()> {
    let lengths = calm
        .clone()
        .over(way(0, 0))
        .run()?
        .bench
        .wire
        .reply_lengths();
    for (reply, length) in (1..).zip(lengths) {
        let (first, stride) = match length <= SMALL {
            true => (0, 1),
            false => (reply % STRIDE, STRIDE),
        };
        for bit in (first..length * 8).step_by(stride) {
            cases.push(calm.clone().over(way(reply, bit)));
        }
    }
    Ok(())
}
