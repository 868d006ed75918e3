//! R10: a container that is not sound is refused before its first byte is sent.

use charger_commissioning::End;
use charger_sim::Behaviour;

use super::run::Case;
use super::scenario::{Scenario, root_package};
use super::tally::{Kind, Ran, each};
use super::{Extent, Fallible, Figure};

/// The bytes of a container's header.
const HEADER: usize = 160;

#[derive(Debug, Clone, Copy)]
enum Damage {
    Bit(usize),
    Length(usize),
}

pub(super) fn gate(scenario: &Scenario, extent: Extent) -> Fallible<Figure> {
    let sound = root_package()?;
    // Every length near the ends and the header, and a sample of those between.
    let lengths = (0..sound.len())
        .filter(|length| *length <= 2 * HEADER || sound.len() - length <= 600 || length % 97 == 0);
    let mut cases: Vec<Damage> = (0..HEADER * 8).map(Damage::Bit).collect();
    cases.extend(lengths.map(Damage::Length));
    let tally = each(&extent.thinned(cases), |damage| {
        refused(scenario, &sound, *damage)
    });
    Ok(Figure::new(
        "R10",
        "a container with one flipped bit in its header, or cut short",
        "100 % refused before the first byte is sent",
        &tally,
    )
    .with_note(
        "a whole changeover each time; nothing was written either. A flipped bit of the \
         encrypted payload cannot be seen by anybody but the charger"
            .to_owned(),
    ))
}

fn refused(scenario: &Scenario, sound: &[u8], damage: Damage) -> Ran {
    let mut ran = Ran::new(format!("{damage:?}"), Kind::Refused);
    let mut bytes = sound.to_vec();
    match damage {
        Damage::Bit(bit) => {
            if let Some(byte) = bytes.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
        }
        Damage::Length(length) => bytes.truncate(length),
    }
    // Refused already when the document's files are read.
    let Ok(document) = Scenario::with_package(bytes) else {
        return ran;
    };
    let mut damaged = scenario.clone();
    damaged.document = document;
    for strategy in scenario.strategies {
        match Case::new(&damaged, *strategy, Behaviour::default()).run() {
            Ok(finished) => {
                let counts = finished.counts();
                let touched = counts.uploads + counts.objects_written + counts.restarts;
                if !matches!(finished.outcome.end, End::Refused { .. }) || touched > 0 {
                    ran.breaks(format!("{:?}, {counts:?}", finished.outcome.end));
                }
            }
            Err(error) => ran.breaks(error.to_string()),
        }
    }
    ran
}
