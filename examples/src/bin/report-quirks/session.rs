use std::time::Instant;

use charger_link::{Charger, Identity, LinkError, UploadStatus};
use ocpp_config::{ObjectId, Snapshot, objects};
use serde::Serialize;

use crate::read_only::ReadOnlyLink;

/// How the session behaved.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SessionSeen {
    /// Milliseconds until it said who it is, connection included.
    pub(crate) identify_ms: u128,
    /// Milliseconds for the first object, login included.
    pub(crate) first_read_ms: u128,
    /// Milliseconds for every object.
    pub(crate) read_all_ms: u128,
    /// How many objects had come after each page of the property list.
    pub(crate) pages: Vec<u64>,
    /// What the charger announced as the total, if it did.
    pub(crate) announced: Option<u64>,
    /// Whether `GET prop?ids=` leaves out an object that no charger has.
    pub(crate) unknown_id_left_out: bool,
    /// Whether a second login works after a logout.
    pub(crate) second_login: String,
    /// The status of the last upload.
    pub(crate) upload_status: String,
    /// How many lines the log gave, of at most this many.
    pub(crate) log_lines: String,
}

/// Everything that takes a session, and every object.
pub(crate) fn look(
    charger: &mut Charger<ReadOnlyLink>,
) -> Result<(SessionSeen, Identity, Snapshot), LinkError> {
    let (identity, identify_ms) = timed(|| charger.identity())?;
    let asked = [objects::BOOT_COUNT, NO_SUCH_OBJECT];
    let (first, first_read_ms) = timed(|| charger.read(&asked))?;
    let (mut pages, mut announced) = (Vec::new(), None);
    let mut progress = |it: charger_link::Progress| {
        pages.push(it.done);
        announced = it.total.or(announced);
    };
    let (objects, read_all_ms) = timed(|| charger.read_all(&mut progress))?;
    let upload_status = outcome(charger.upload_status().map(describe));
    let log = charger.log(LOG_LINES).map(|lines| lines.len().to_string());
    charger.close()?;
    let second_login = charger.read(&[objects::BOOT_COUNT]);
    let session = SessionSeen {
        identify_ms,
        first_read_ms,
        read_all_ms,
        pages,
        announced,
        unknown_id_left_out: first.get(NO_SUCH_OBJECT).is_none(),
        second_login: outcome(second_login.map(|_| "works".to_owned())),
        upload_status,
        log_lines: outcome(log),
    };
    Ok((session, identity, objects))
}

fn timed<T>(ask: impl FnOnce() -> Result<T, LinkError>) -> Result<(T, u128), LinkError> {
    let begin = Instant::now();
    ask().map(|answer| (answer, begin.elapsed().as_millis()))
}

/// The name of the state, and its number, which may have none.
fn describe(status: UploadStatus) -> String {
    let state = status.state;
    let receiving = match status.in_progress {
        true => ", bytes are coming in",
        false => "",
    };
    format!("{state} ({}){receiving}", state.number())
}

/// What is not vital to the report may fail; how it failed is a quirk of its own.
fn outcome(result: Result<String, LinkError>) -> String {
    result.unwrap_or_else(|error| format!("failed: {error}"))
}

/// In the range that CiA 301 reserves, so that no charger has it.
const NO_SUCH_OBJECT: ObjectId = ObjectId::new(0xC000, 0);
const LOG_LINES: usize = 100;
