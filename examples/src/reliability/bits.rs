//! R3 on the wire: single bits of replies are flipped under the real clients.

use charger_commissioning::Strategy;
use charger_sim::{Behaviour, Dialect};

use super::faults::numbered;
use super::run::{Case, Way};
use super::scenario::Scenario;
use super::tally::each;
use super::{Extent, Fallible, Figure};

/// Replies of at most so many bytes count as small.
const SMALL: usize = 160;

/// Every so manieth bit is flipped; primes, so that every column is hit.
#[derive(Debug, Clone, Copy)]
struct Strides {
    small: usize,
    long: usize,
}

const EVERY: Strides = Strides {
    small: 1,
    long: 101,
};
const SOME: Strides = Strides {
    small: 11,
    long: 101,
};
/// Some 300 short lines make up a changeover through a gateway.
const FEW: Strides = Strides {
    small: 31,
    long: 101,
};

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
        "{}; of a documented changeover to a good back office over HTTPS every bit of replies \
         of up to {SMALL} bytes, of other changeovers every {}th, through gateways every {}st, \
         of longer replies every {}st: {total} bits",
        tally.ends(),
        SOME.small,
        FEW.small,
        EVERY.long
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
            let is_first = cases.is_empty();
            flipped(
                &calm,
                https,
                if is_first { EVERY } else { SOME },
                &mut cases,
            )?;
        }
    }
    for dialect in [Dialect::CanOpenNode, Dialect::Lely] {
        for behaviour in [Behaviour::default(), Behaviour::dead()] {
            let calm = Case::new(unprotected, Strategy::Documented, behaviour);
            let gateway = |reply, bit| Way::Gateway(dialect, reply, bit);
            flipped(&calm, gateway, FEW, &mut cases)?;
        }
    }
    Ok(numbered(cases))
}

fn flipped<'a>(
    calm: &Case<'a>,
    way: impl Fn(usize, usize) -> Way,
    strides: Strides,
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
        let stride = match length <= SMALL {
            true => strides.small,
            false => strides.long,
        };
        for bit in (reply % stride..length * 8).step_by(stride) {
            cases.push(calm.clone().over(way(reply, bit)));
        }
    }
    Ok(())
}
