//! R10: a container that is not sound is refused before its first byte is sent.

use charger_commissioning::{End, Strategy};
use charger_sim::Behaviour;
use fwi_format::{Container, HEADER_LEN, Header};

use super::run::Case;
use super::scenario::{Scenario, root_package};
use super::tally::{Kind, Ran, Tally, each};
use super::{Extent, Fallible, Figure};

/// What was done to a container.
#[derive(Debug, Clone, Copy)]
enum Damage {
    /// A bit was flipped, counted from the lowest one of the first byte.
    Bit(usize),
    /// It was cut to so many bytes.
    Length(usize),
    /// A field of the header has another number, and the checksum is right for it.
    Field(Field, u32),
}

/// The fields of a header that hold one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    HeaderLength,
    Type,
    Marker,
    WordAtC,
    WordAt10,
    PayloadLength,
}

/// What the parser makes of every damage there is.
pub(super) fn parser(extent: Extent) -> Fallible<Figure> {
    let sound = root_package()?;
    let mut cases: Vec<Damage> = (0..sound.len() * 8).map(Damage::Bit).collect();
    cases.extend((0..sound.len()).map(Damage::Length));
    cases.extend(edges(&sound));
    let tally = each(&extent.thinned(cases), |damage| parsed(&sound, *damage));
    Ok(Figure::new(
        "R10 (parser)",
        "every single flipped bit of a container, every length that it can be cut to, and each \
         field of its header at the edges of its range and beside its number, behind a right \
         checksum",
        "refused, where anybody but the charger could tell",
        &tally,
    )
    .with_note(format!(
        "a container of {} bytes; {} refused. The {} others pass, as they must: a bit of the \
         payload, which is encrypted, or of the trailer, whose meaning is not known, and \
         another type or another word at 0x0C or 0x10 with a checksum to match, as not all of \
         them are published. The signature of a release covers the payload; documents name \
         none",
        sound.len(),
        tally.refused,
        tally.runs - tally.refused
    )))
}

/// Whole changeovers with damaged containers.
pub(super) fn gate(scenario: &Scenario, extent: Extent) -> Fallible<Figure> {
    let sound = root_package()?;
    let mut cases = Vec::new();
    for damage in extent.thinned(sample(&sound)) {
        for strategy in scenario.strategies {
            cases.push((damage, *strategy));
        }
    }
    let tally = each(&cases, |(damage, strategy)| {
        changed(scenario, &sound, *damage, *strategy)
    });
    Ok(Figure::new(
        "R10",
        "whole changeovers with a container that has one flipped bit, is cut short, or whose \
         header has another number in a field, behind a right checksum",
        "100 % of what the parser refuses is refused before the first byte is sent, 0 false \
         successes with the rest",
        &tally,
    )
    .with_note(told(&tally)))
}

fn told(tally: &Tally) -> String {
    format!(
        "every bit of the header and every edge of its fields, every length near the ends and \
         every {BETWEEN}th between, every {IN_PAYLOAD}th bit of payload and trailer: {} refused \
         with nothing written; of those that pass, {} were rolled back and {} proven (what was \
         changed was of no account to the simulated charger), {} needed a person",
        tally.refused, tally.rolled_back, tally.proven, tally.needed_person
    )
}

/// Every so manieth length between the ends is cut to.
const BETWEEN: usize = 97;
/// Every so manieth bit behind the header is flipped.
const IN_PAYLOAD: usize = 1_009;

fn sample(sound: &[u8]) -> Vec<Damage> {
    let end = sound.len();
    let header = HEADER_LEN * 8;
    let bits = (0..header).chain((header..end * 8).step_by(IN_PAYLOAD));
    let near = |length: usize| length <= 2 * HEADER_LEN || end - length <= 600;
    let lengths = (0..end).filter(|length| near(*length) || length % BETWEEN == 0);
    let mut cases: Vec<Damage> = bits.map(Damage::Bit).collect();
    cases.extend(lengths.map(Damage::Length));
    cases.extend(edges(sound));
    cases
}

/// Both ends of the range of each field, what lies beside its number, and what else could
/// be taken for right: other lengths at which a trailer or nothing would follow, and bytes
/// the wrong way around.
fn edges(sound: &[u8]) -> Vec<Damage> {
    let mut cases = Vec::new();
    for field in Field::ALL {
        let number = field.of(sound);
        let mut others = vec![
            0,
            1,
            number.wrapping_sub(1),
            number.wrapping_add(1),
            field.largest() - 1,
            field.largest(),
            (number.swap_bytes()) >> (32 - 8 * field.width()),
        ];
        if field == Field::PayloadLength {
            let limit = fwi_format::Limits::MAX_PAYLOAD;
            others.extend([number - 256, number + 256, number + 257, limit, limit + 1]);
        }
        others.retain(|other| *other != number && *other <= field.largest());
        others.sort_unstable();
        others.dedup();
        cases.extend(others.into_iter().map(|other| Damage::Field(field, other)));
    }
    cases
}

impl Field {
    const ALL: [Self; 6] = [
        Self::HeaderLength,
        Self::Type,
        Self::Marker,
        Self::WordAtC,
        Self::WordAt10,
        Self::PayloadLength,
    ];

    const fn at(self) -> usize {
        match self {
            Self::HeaderLength => 0x04,
            Self::Type => 0x08,
            Self::Marker => 0x0A,
            Self::WordAtC => 0x0C,
            Self::WordAt10 => 0x10,
            Self::PayloadLength => 0x14,
        }
    }

    const fn width(self) -> usize {
        match self {
            Self::Type | Self::Marker => 2,
            _ => 4,
        }
    }

    const fn largest(self) -> u32 {
        match self.width() {
            2 => 0xFFFF,
            _ => u32::MAX,
        }
    }

    fn of(self, bytes: &[u8]) -> u32 {
        let mut number = [0; 4];
        let field = bytes.iter().skip(self.at()).take(self.width());
        for (to, from) in number.iter_mut().zip(field) {
            *to = *from;
        }
        u32::from_le_bytes(number)
    }

    fn set(self, bytes: &mut [u8], number: u32) {
        put(bytes, self.at(), self.width(), number);
        let checksum = bytes
            .first_chunk()
            .map(|header| Header::from_bytes(header).computed_checksum());
        put(bytes, 0, 4, checksum.unwrap_or_default());
    }
}

fn put(bytes: &mut [u8], at: usize, width: usize, number: u32) {
    let field = bytes.iter_mut().skip(at).take(width);
    for (to, from) in field.zip(number.to_le_bytes()) {
        *to = from;
    }
}

impl Damage {
    fn done_to(self, sound: &[u8]) -> Vec<u8> {
        let mut bytes = sound.to_vec();
        match self {
            Self::Bit(bit) => {
                if let Some(byte) = bytes.get_mut(bit / 8) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Length(length) => bytes.truncate(length),
            Self::Field(field, number) => field.set(&mut bytes, number),
        }
        bytes
    }

    /// Whether anybody but the charger can tell.
    const fn shows(self) -> bool {
        match self {
            Self::Bit(bit) => bit < HEADER_LEN * 8,
            Self::Length(_) => true,
            Self::Field(field, _) => matches!(
                field,
                Field::HeaderLength | Field::Marker | Field::PayloadLength
            ),
        }
    }
}

/// What a procedure demands of a root certificate or a preset: it parses, and has a
/// trailer.
fn parsed(sound: &[u8], damage: Damage) -> Ran {
    let bytes = damage.done_to(sound);
    let container = Container::parse(&bytes);
    let passes = container.is_ok_and(|container| container.trailer().is_some());
    let kind = match passes {
        true => Kind::Other,
        false => Kind::Refused,
    };
    let mut ran = Ran::new(format!("{damage:?}"), kind);
    if passes == damage.shows() {
        ran.breaks(format!("passes: {passes}"));
    }
    ran
}

fn changed(scenario: &Scenario, sound: &[u8], damage: Damage, strategy: Strategy) -> Ran {
    let what = format!("{damage:?}, {strategy:?}");
    let mut damaged = scenario.clone();
    damaged.document = match Scenario::with_package(damage.done_to(sound)) {
        Ok(document) => document,
        // Refused already when the document's files are read.
        Err(_) if damage.shows() => return Ran::new(what, Kind::Refused),
        Err(why) => return Ran::broken(what, why),
    };
    let case = Case::new(&damaged, strategy, Behaviour::default());
    match damage.shows() {
        true => refused(&case, what),
        // Whatever the charger makes of it, the promises hold.
        false => case.check(),
    }
}

fn refused(case: &Case<'_>, what: String) -> Ran {
    let finished = match case.run() {
        Ok(finished) => finished,
        Err(error) => return Ran::broken(what, error.to_string()),
    };
    let mut ran = Ran::new(what, Kind::Refused);
    let counts = finished.counts();
    let touched = counts.uploads + counts.objects_written + counts.restarts;
    if !matches!(finished.outcome.end, End::Refused { .. }) || touched > 0 {
        ran.breaks(format!("{:?}, {counts:?}", finished.outcome.end));
    }
    ran
}
