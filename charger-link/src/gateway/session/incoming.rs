//! What the decoder finds, and what it means for the command under way.

use std::time::Duration;

use super::super::codec::{Answer, Decoded, Event};
use super::{CommandError, CommandErrorKind, Phase, Session};

/// Events that nobody asks for; older ones are forgotten.
const MAX_EVENTS: usize = 64;

impl Session {
    pub(super) fn handle_found(&mut self, now: Duration, found: Decoded) {
        match found {
            Decoded::Answer(answer) => self.handle_answer(now, answer),
            Decoded::Malformed(what) => match self.phase {
                // Whatever it was, the gateway has answered the number.
                Phase::Sync(_) => self.in_step_again(now),
                _ => self.give_up(CommandErrorKind::Malformed(what)),
            },
            Decoded::Stale { sequence } => self.settle(sequence),
            Decoded::StrayError { sequence, code } => {
                let known = sequence.is_some_and(|sequence| self.owed.contains(&sequence));
                self.settle(sequence);
                if !known && code.blames_the_line() {
                    self.handle_unread(now, CommandErrorKind::Unread(code));
                }
            }
            Decoded::Event(event) => self.handle_event(now, event),
            Decoded::Noise(_) => {}
        }
    }

    fn handle_answer(&mut self, now: Duration, answer: Answer) {
        match self.phase {
            Phase::Sync(_) => self.in_step_again(now),
            Phase::Command(wait) => {
                self.settle(wait.sequence);
                // A line that is not needed any more has half left; the rest of it would
                // be a line of its own.
                let interrupted = !self.outgoing.is_done();
                self.in_step &= !interrupted;
                self.outcome = Some(match answer {
                    Answer::Refused(_) => Ok(answer),
                    _ if interrupted && !self.sentinel_sent => Err(CommandError::perhaps_run(
                        CommandErrorKind::Malformed("it came before the whole command was sent"),
                    )),
                    _ => Ok(answer),
                });
            }
            _ => {}
        }
    }

    fn handle_unread(&mut self, now: Duration, kind: CommandErrorKind) {
        match self.phase {
            Phase::Sync(wait) => self.sync_again(now, wait.sequence),
            Phase::Command(wait) if self.outcome.is_none() => {
                self.fall_out_of_step(wait.sequence);
                self.outcome = Some(Err(CommandError::not_run(kind)));
            }
            _ => {}
        }
    }

    fn handle_event(&mut self, now: Duration, event: Event) {
        if matches!(event, Event::Transfer { .. }) && self.outgoing.is_done() {
            self.extend(now);
        }
        if self.events.len() >= MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}
