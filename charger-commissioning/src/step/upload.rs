//! Sending a container: look, announce, send, and follow the charger until it is done.
//!
//! A connection that drops after the last byte counts as accepted, and the charger keeps
//! showing its *last* status, so a good one counts only after it was seen to move. Where it
//! tells nothing, the number of stored certificates does.

use std::time::Duration;

use charger_link::{LinkError, Request, Response, Upload, UploadState, UploadStatus};
use ocpp_config::{Object, Snapshot, objects};

use super::{Desk, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::values::unsigned;
use crate::{Action, Begun, ContainerKind, Failure, Moment, Policy};

/// The slowest transfer that was seen is 18 KB/s; half of that is given up on.
const SLOWEST: u64 = 9_000;
/// What a transfer may take beside its bytes.
const OVERHEAD: Duration = Duration::from_secs(60);
const POLL_TIMEOUT: Duration = Duration::from_secs(10);
const POLL_PAUSE: Duration = Duration::from_secs(3);
/// How long a status may stand still before it is taken for an old one.
const STILL: Duration = Duration::from_secs(30);
/// How long the charger may work on a container.
const WORK_LIMIT: Duration = Duration::from_secs(10 * 60);
/// How often a container is sent in all, transfers without effect not counted.
const TRANSFERS: u8 = 3;

/// Looking -> Counting -> Sending -> Settling -> Recounting.
#[derive(Debug)]
pub(crate) struct Send {
    job: Job,
    state: State,
}

#[derive(Debug)]
struct Job {
    upload: Upload,
    patience: Duration,
    /// Whether the container brings a certificate.
    counts: bool,
    /// Certificates before the first transfer.
    certificates: Option<u64>,
    announced: bool,
    transfers: u8,
}

#[derive(Debug)]
enum State {
    /// Is another upload under way? What does the status say before?
    Looking(Asking),
    Counting(Asking, UploadState),
    Sending(Asking, UploadState),
    Settling(Asking, Settling),
    Recounting(Asking, Settling),
}

#[derive(Debug, Clone, Copy)]
struct Settling {
    before: UploadState,
    since: Moment,
    /// The status was seen to move.
    moved: bool,
    /// The charger went silent, perhaps to restart.
    silent: bool,
    /// The charger answered that it has all bytes.
    taken: bool,
}

impl Send {
    pub(super) fn enter(
        (container, upload): (ContainerKind, Upload),
        begun: Option<Begun>,
        now: Moment,
        patience: Duration,
    ) -> Self {
        Self {
            job: Job {
                upload,
                patience,
                counts: container == ContainerKind::RootCertificate,
                certificates: begun.and_then(|begun| begun.certificates),
                announced: begun.is_some(),
                transfers: 0,
            },
            state: State::Looking(Asking::new(now, patience)),
        }
    }

    pub(super) fn poll(&self, now: Moment, policy: &Policy) -> Action {
        let timeout = policy.request_timeout;
        match &self.state {
            State::Looking(asking) => asking.action(now, Request::UploadStatus, timeout),
            State::Settling(asking, _) => asking.action(now, Request::UploadStatus, POLL_TIMEOUT),
            State::Counting(asking, _) | State::Recounting(asking, _) => asking.action(
                now,
                Request::Read(vec![objects::CERTIFICATES_STORED]),
                timeout,
            ),
            State::Sending(asking, _) => {
                let transfer = Duration::from_secs(self.job.upload.len() / SLOWEST);
                let upload = self.job.upload.clone();
                asking.action(now, Request::Upload(upload), OVERHEAD + transfer)
            }
        }
    }

    pub(super) fn handle(
        self,
        now: Moment,
        answer: Result<Response, LinkError>,
        desk: &mut Desk<'_>,
    ) -> Progress {
        let Self { mut job, state } = self;
        let settled = match (state, answer) {
            (State::Settling(asking, settling), answer) => settle(now, asking, settling, answer),
            (State::Sending(asking, before), answer) => job.sent(now, asking, before, answer),
            (State::Looking(asking), Ok(Response::UploadStatus(status))) => {
                looked(now, asking, status)
            }
            (State::Counting(asking, before), Ok(Response::Objects(objects))) => {
                let count = job.certificates(objects);
                Ok(job.counted(now, asking, before, count, desk))
            }
            (State::Recounting(_, settling), Ok(Response::Objects(objects))) => {
                let count = job.certificates(objects);
                job.recounted(now, settling, count)
            }
            (state, Err(error)) => again(now, state, &error),
            (_, Ok(_)) => Err(unexpected_answer("upload")),
        };
        match settled {
            Ok(Settled::Done) => Progress::Done { boot_count: None },
            Ok(Settled::Going(state)) => Progress::Going(Running::Upload(Self { job, state })),
            Err(failure) => Progress::Failed(failure),
        }
    }
}

impl Job {
    /// How many certificates are stored, if that says anything about this container.
    fn certificates(&self, objects: Vec<Object>) -> Option<u64> {
        let found: Snapshot = objects.into_iter().collect();
        unsigned(&found, objects::CERTIFICATES_STORED).filter(|_| self.counts)
    }

    /// Certificates are counted before the first transfer. If an earlier run was cut off
    /// and the count has risen since, its transfer was taken.
    fn counted(
        &mut self,
        now: Moment,
        asking: Asking,
        before: UploadState,
        count: Option<u64>,
        desk: &mut Desk<'_>,
    ) -> Settled {
        if self.announced && has_risen(self.certificates, count) {
            return Settled::Done;
        }
        if !self.announced {
            self.certificates = count;
            self.announced = true;
            desk.begin(None, count);
        }
        Settled::Going(State::Sending(asking.after(now, Duration::ZERO), before))
    }

    fn sent(
        &mut self,
        now: Moment,
        asking: Asking,
        before: UploadState,
        answer: Result<Response, LinkError>,
    ) -> Result<Settled, Failure> {
        let taken = match answer {
            Ok(Response::Done) => true,
            Ok(_) => return Err(unexpected_answer("upload")),
            Err(error) if error.may_have_taken_effect() => false,
            Err(error) => return again(now, State::Sending(asking, before), &error),
        };
        // One that certainly did nothing is none.
        self.transfers = self.transfers.saturating_add(1);
        let asking = Asking::new(now, WORK_LIMIT).starting_after(now, POLL_PAUSE);
        let settling = Settling {
            before,
            since: now,
            moved: false,
            silent: false,
            taken,
        };
        Ok(Settled::Going(State::Settling(asking, settling)))
    }

    /// The status tells nothing. The count of certificates decides where there is one,
    /// else the charger's word; without either the container is sent again.
    fn recounted(
        &self,
        now: Moment,
        settling: Settling,
        count: Option<u64>,
    ) -> Result<Settled, Failure> {
        let believed = settling.taken && count.is_none();
        if has_risen(self.certificates, count) || believed {
            return Ok(Settled::Done);
        }
        if self.transfers >= TRANSFERS {
            return Err(Failure::ContainerStuck {
                state: settling.before,
            });
        }
        let asking = Asking::new(now, self.patience);
        Ok(Settled::Going(State::Sending(asking, settling.before)))
    }
}

enum Settled {
    Done,
    Going(State),
}

/// The same question once more.
fn again(now: Moment, state: State, error: &LinkError) -> Result<Settled, Failure> {
    let after = |asking: Asking, request| asking.after_error(now, request, error);
    let state = match state {
        State::Looking(asking) => State::Looking(after(asking, "upload-status")?),
        State::Counting(asking, before) => State::Counting(after(asking, "read")?, before),
        State::Sending(asking, before) => State::Sending(after(asking, "upload")?, before),
        State::Settling(asking, settling) => {
            State::Settling(after(asking, "upload-status")?, settling)
        }
        State::Recounting(asking, settling) => State::Recounting(after(asking, "read")?, settling),
    };
    Ok(Settled::Going(state))
}

fn looked(now: Moment, asking: Asking, status: UploadStatus) -> Result<Settled, Failure> {
    if !status.in_progress {
        return Ok(Settled::Going(State::Counting(asking, status.state)));
    }
    if asking.is_over(now) {
        return Err(Failure::ContainerStuck {
            state: status.state,
        });
    }
    Ok(Settled::Going(State::Looking(asking.later(now))))
}

fn settle(
    now: Moment,
    asking: Asking,
    mut settling: Settling,
    answer: Result<Response, LinkError>,
) -> Result<Settled, Failure> {
    let status = match answer {
        Ok(Response::UploadStatus(status)) => status,
        Ok(_) => return Err(unexpected_answer("upload-status")),
        Err(error) if asking.is_over(now) => {
            return Err(Failure::NoAnswer {
                last: error.to_string(),
            });
        }
        Err(_) => {
            // The charger may restart to apply what it got, or it just was not heard.
            settling.silent = true;
            return Ok(Settled::Going(State::Settling(asking.later(now), settling)));
        }
    };
    settling.moved |= status.in_progress || status.state != settling.before;
    let still = now.since(settling.since) >= STILL;
    if status.state.is_failure() && (settling.moved || still) {
        return Err(Failure::ContainerRefused {
            state: status.state,
        });
    }
    if is_done(status) && settling.moved {
        return Ok(Settled::Done);
    }
    if is_resting(status) && (still || settling.silent) {
        return Ok(Settled::Going(State::Recounting(asking, settling)));
    }
    if asking.is_over(now) {
        return Err(Failure::ContainerStuck {
            state: status.state,
        });
    }
    Ok(Settled::Going(State::Settling(asking.later(now), settling)))
}

fn is_done(status: UploadStatus) -> bool {
    let finals = [UploadState::DONE, UploadState::READY_TO_ROLL];
    !status.in_progress && finals.contains(&status.state)
}

/// Nothing is under way, whether or not something was: a charger that restarted may show
/// no status at all.
fn is_resting(status: UploadStatus) -> bool {
    is_done(status) || (!status.in_progress && status.state == UploadState::NONE)
}

fn has_risen(before: Option<u64>, now: Option<u64>) -> bool {
    matches!((before, now), (Some(before), Some(now)) if now > before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_good_end_is_done_and_only_that_or_no_status_is_at_rest() {
        for (in_progress, state, done, resting) in [
            (false, UploadState::DONE, true, true),
            (false, UploadState::READY_TO_ROLL, true, true),
            (false, UploadState::NONE, false, true),
            (false, UploadState::CHECKING, false, false),
            (false, UploadState::IN_PROGRESS, false, false),
            (false, UploadState::UPDATE_ERROR, false, false),
            (true, UploadState::DONE, false, false),
            (true, UploadState::READY_TO_ROLL, false, false),
            (true, UploadState::NONE, false, false),
        ] {
            let status = UploadStatus::new(in_progress, state);
            let found = (is_done(status), is_resting(status));
            assert_eq!(found, (done, resting), "{status:?}");
        }
    }
}
