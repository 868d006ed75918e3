//! Preparing the way back: what does the charger hold now, and what must go back?

use charger_link::{LinkError, Request, Response};
use ocpp_config::Snapshot;

use super::{Bench, Phase, carry};
use crate::asking::{Asking, unexpected_answer};
use crate::procedure::restore;
use crate::{Action, Event, Failure, LegHistory, Moment, ids};

#[derive(Debug)]
pub(crate) struct Retreat {
    failure: Failure,
    so_far: LegHistory,
    asking: Option<Asking>,
}

impl Retreat {
    /// Turns back.
    pub(super) fn begin(failure: Failure, bench: &mut Bench) -> Phase {
        bench.outbox.push(Event::RetreatBegun {
            failure: failure.clone(),
        });
        Self::resume(failure, LegHistory::default())
    }

    /// Goes on with a way back that an earlier run began.
    pub(super) const fn resume(failure: Failure, so_far: LegHistory) -> Phase {
        Phase::Retreat(Self {
            failure,
            so_far,
            asking: None,
        })
    }

    pub(super) fn poll(&self, now: Moment, bench: &Bench) -> Action {
        let request = Request::Read(ids::survey());
        let timeout = bench.policy.request_timeout;
        match &self.asking {
            Some(asking) => asking.action(now, request, timeout),
            None => Action::Exchange { request, timeout },
        }
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        bench: &mut Bench,
    ) -> Phase {
        let failure = match answer {
            Ok(Response::Objects(objects)) => {
                return self.seen(now, &objects.into_iter().collect(), bench);
            }
            Ok(_) => unexpected_answer("read"),
            Err(error) => {
                // A charger in trouble is waited for as long as a restart may take.
                let patience = bench.policy.patience.max(bench.policy.restart_timeout);
                let asking = self.asking.take();
                let asking = asking.unwrap_or_else(|| Asking::new(now, patience));
                match asking.after_error(now, "read", &error) {
                    Ok(asking) => {
                        self.asking = Some(asking);
                        return Phase::Retreat(self);
                    }
                    Err(failure) => failure,
                }
            }
        };
        carry::needs_person(self.failure, failure, bench)
    }

    fn seen(self, now: Moment, found: &Snapshot, bench: &mut Bench) -> Phase {
        let script = restore::way_back(found, &self.so_far, bench);
        carry::Carry::back(now, script, self.failure, &self.so_far, bench)
    }
}
