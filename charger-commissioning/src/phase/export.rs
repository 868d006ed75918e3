//! Reading the raw records of transactions for the old operator, before the first write.

use std::time::Duration;

use charger_link::{LinkError, Request, Response, TransactionPage};

use super::{Bench, Phase, inspect, refuse};
use crate::asking::{Asking, unexpected_answer};
use crate::{Action, Answer, Event, Failure, Moment, Question, Refusal, TransactionExport};

/// The pause between two pages, so that a large database is no burst.
const PAGE_PAUSE: Duration = Duration::from_secs(1);
/// More pages than any charger was seen to have.
const MAX_PAGES: u32 = 2_000;

/// Reading -> Storing.
#[derive(Debug)]
pub(crate) struct Export {
    agreed: Vec<String>,
    export: TransactionExport,
    state: State,
}

#[derive(Debug)]
enum State {
    Reading {
        asking: Asking,
        before: u32,
        pages: u32,
    },
    /// The caller makes them durable.
    Storing,
}

impl Export {
    /// The caller agreed to these doors.
    pub(super) fn new(now: Moment, agreed: Vec<String>, bench: &Bench) -> Self {
        Self {
            agreed,
            export: TransactionExport::new(),
            state: State::Reading {
                asking: Asking::new(now, bench.policy.patience),
                before: TransactionPage::NEWEST,
                pages: 0,
            },
        }
    }

    pub(super) fn poll(&self, now: Moment, bench: &Bench) -> Action {
        match &self.state {
            State::Reading { asking, before, .. } => {
                let request = Request::ReadTransactions { before: *before };
                asking.action(now, request, bench.policy.request_timeout)
            }
            State::Storing => {
                Action::Ask(Question::StoreTransactions(Box::new(self.export.clone())))
            }
        }
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        bench: &mut Bench,
    ) -> Phase {
        let State::Reading {
            asking,
            before,
            pages,
        } = self.state
        else {
            return Phase::Export(self);
        };
        self.state = match answer {
            Ok(Response::Transactions(page)) => self.export.taken(now, page, pages, bench),
            Ok(_) => return unreadable(unexpected_answer("read-transactions"), bench),
            Err(error) => match asking.after_error(now, "read-transactions", &error) {
                Ok(asking) => State::Reading {
                    asking,
                    before,
                    pages,
                },
                Err(failure) => return unreadable(failure, bench),
            },
        };
        Phase::Export(self)
    }

    /// Only what the caller has stored may be said to be exported.
    pub(super) fn answered(self, answer: Answer, bench: &mut Bench) -> Phase {
        match (&self.state, answer) {
            (State::Storing, Answer::Yes) => {
                bench.exported = true;
                bench.outbox.push(Event::TransactionsExported {
                    records: self.export.len(),
                    unsent: self.export.unsent(),
                    complete: self.export.is_complete(),
                    sha256: self.export.sha256(),
                });
                Phase::Inspect(inspect::Inspect::before_arming(self.agreed))
            }
            (State::Storing, Answer::No) => refuse(Refusal::TransactionsNotStored, bench),
            _ => Phase::Export(self),
        }
    }
}

impl TransactionExport {
    fn taken(&mut self, now: Moment, page: TransactionPage, pages: u32, bench: &Bench) -> State {
        let pages = pages + 1;
        let next = self.take(page);
        if next.is_some() && pages >= MAX_PAGES {
            self.cut_short();
        }
        match next.filter(|_| pages < MAX_PAGES) {
            Some(before) => State::Reading {
                asking: Asking::new(now, bench.policy.patience).after(now, PAGE_PAUSE),
                before,
                pages,
            },
            None => State::Storing,
        }
    }
}

fn unreadable(failure: Failure, bench: &mut Bench) -> Phase {
    refuse(Refusal::TransactionsUnreadable { failure }, bench)
}
