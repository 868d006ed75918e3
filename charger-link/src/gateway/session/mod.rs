//! One command at a time over a stream of bytes, with the time as an argument.
//!
//! ```text
//!            start                        all sent, line quiet
//!   Idle ----------> Flush -----> Drain ----------------------> Sync
//!    ^  \              ^  (an empty line ends half a line)        | answered
//!    |   \             +---------- no answer, twice more ---------+
//!    |    \ start, in step                                        v
//!    +-----+----------------------------------------------> Command
//!        answer, refusal: in step · anything else: out of step
//! ```
//!
//! A session begins out of step, and falls out of step with every answer that does not
//! come or cannot be understood. The next command then waits until the gateway has
//! answered a harmless one under a fresh number, so that nothing old is taken for new.

mod error;
mod incoming;
mod outgoing;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use self::outgoing::Outgoing;
use super::codec::{Answer, AnswerDecoder, Command, Event, Expected, Sequence, Sequences};
use super::settings::GatewaySettings;
use crate::Upload;

pub(crate) use self::error::{CommandError, CommandErrorKind};

/// Silence for so long ends what the gateway had left to say.
const QUIET: Duration = Duration::from_millis(150);
/// However much it talks, the next step comes after this.
const LONGEST_DRAIN: Duration = Duration::from_secs(2);
/// A write that moves nothing for so long is stuck.
const STALL: Duration = Duration::from_secs(5);
/// How often to try to get into step.
const SYNC_ATTEMPTS: u8 = 3;
/// Answers still owed for commands that were given up; older ones are forgotten.
const MAX_OWED: usize = 16;

/// A command, and the container that is its value where it has one.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) command: Command,
    pub(crate) stream: Option<Upload>,
}

/// What to do next.
#[derive(Debug)]
pub(crate) enum SessionPoll {
    /// Send from [`Session::chunk`], then listen without waiting.
    Send,
    /// Listen, at most until then.
    Receive(Duration),
    /// The command is over.
    Done(Result<Answer, CommandError>),
}

pub(crate) struct Session {
    settings: GatewaySettings,
    sequences: Sequences,
    decoder: AnswerDecoder,
    outgoing: Outgoing,
    phase: Phase,
    job: Option<Job>,
    in_step: bool,
    sync_attempts: u8,
    /// Whether a second command was sent to find the end of a value.
    sentinel_sent: bool,
    heard_at: Duration,
    owed: VecDeque<Sequence>,
    events: VecDeque<Event>,
    /// Whether what is on its way is a command of which nothing has left yet.
    unsent: bool,
    /// Command lines that have left and were not told of yet.
    sent: u64,
    outcome: Option<Result<Answer, CommandError>>,
}

#[derive(Clone, Copy)]
enum Phase {
    Idle,
    Flush(Wait),
    Drain { until: Duration, latest: Duration },
    Sync(Wait),
    Command(Wait),
}

/// A wait for bytes to leave, then for an answer.
#[derive(Clone, Copy)]
struct Wait {
    sequence: Option<Sequence>,
    until: Duration,
    /// What to add once everything has left.
    answer_time: Duration,
    begun: bool,
}

impl Session {
    pub(crate) fn new(settings: GatewaySettings) -> Self {
        Self {
            decoder: AnswerDecoder::new().with_prompts(settings.prompts),
            settings,
            sequences: Sequences::new(),
            outgoing: Outgoing::default(),
            phase: Phase::Idle,
            job: None,
            in_step: false,
            sync_attempts: 0,
            sentinel_sent: false,
            heard_at: Duration::ZERO,
            owed: VecDeque::new(),
            events: VecDeque::new(),
            unsent: false,
            sent: 0,
            outcome: None,
        }
    }

    /// Begins a command; one that was under way is given up.
    pub(crate) fn start(&mut self, now: Duration, job: Job) {
        self.abandon();
        self.outcome = None;
        self.sync_attempts = 0;
        self.job = Some(job);
        if self.in_step {
            self.begin_command(now);
        } else {
            self.begin_flush(now);
        }
    }

    /// Gives the command up, and tells whether the gateway may carry it out.
    pub(crate) fn abandon(&mut self) -> bool {
        self.job = None;
        let phase = std::mem::replace(&mut self.phase, Phase::Idle);
        match phase {
            Phase::Idle => false,
            Phase::Command(wait) => {
                self.fall_out_of_step(wait.sequence);
                wait.begun
            }
            Phase::Sync(wait) | Phase::Flush(wait) => {
                self.fall_out_of_step(wait.sequence);
                false
            }
            Phase::Drain { .. } => false,
        }
    }

    /// The stream broke: what was on its way is gone, and so is half a line.
    pub(crate) fn handle_lost(&mut self) -> bool {
        let may_have_run = self.abandon();
        self.in_step = false;
        self.outgoing = Outgoing::default();
        self.owed.clear();
        self.decoder.reset();
        may_have_run
    }

    /// Whether an answer may still come that nobody waits for.
    pub(crate) fn is_owed_an_answer(&self) -> bool {
        !self.owed.is_empty()
    }

    /// The bytes to send next.
    pub(crate) fn chunk(&self) -> &[u8] {
        self.outgoing.chunk()
    }

    /// How many bytes of a container have been sent, about.
    pub(crate) fn streamed(&self) -> Option<u64> {
        self.outgoing.streamed()
    }

    /// How many command lines have left since the last call.
    pub(crate) const fn take_sent(&mut self) -> u64 {
        std::mem::replace(&mut self.sent, 0)
    }

    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// So many bytes of [`chunk`](Self::chunk) have left.
    pub(crate) fn handle_sent(&mut self, now: Duration, count: usize) {
        self.outgoing.advance(count);
        if count > 0 {
            self.sent += u64::from(std::mem::take(&mut self.unsent));
        }
        let done = self.outgoing.is_done();
        if let Phase::Flush(wait) | Phase::Sync(wait) | Phase::Command(wait) = &mut self.phase
            && count > 0
        {
            wait.begun = true;
            wait.until = now.saturating_add(if done { wait.answer_time } else { STALL });
        }
    }

    pub(crate) fn handle_received(&mut self, now: Duration, bytes: &[u8]) {
        self.heard_at = now;
        if let Phase::Drain { until, latest } = &mut self.phase {
            *until = now.saturating_add(QUIET).min(*latest);
        }
        self.decoder.push(bytes);
        while let Some(found) = self.decoder.poll() {
            self.handle_found(now, found);
        }
        if self.decoder.has_begun() {
            self.extend(now);
        }
    }

    pub(crate) fn poll(&mut self, now: Duration) -> SessionPoll {
        loop {
            if let Some(outcome) = self.outcome.take() {
                self.phase = Phase::Idle;
                self.job = None;
                return SessionPoll::Done(outcome);
            }
            if let Err(error) = self.outgoing.refill() {
                self.give_up(CommandErrorKind::Source(error.into()));
                continue;
            }
            let sending = !self.outgoing.is_done();
            match self.phase {
                Phase::Idle => return SessionPoll::Receive(Duration::MAX),
                Phase::Flush(_) if !sending => self.begin_drain(now),
                Phase::Drain { until, .. } if now >= until => self.begin_sync(now),
                Phase::Drain { until, .. } => return SessionPoll::Receive(until),
                Phase::Flush(wait) | Phase::Sync(wait) | Phase::Command(wait)
                    if now >= wait.until =>
                {
                    self.time_out(now, sending);
                }
                Phase::Flush(_) => return SessionPoll::Send,
                Phase::Sync(wait) | Phase::Command(wait) => {
                    if sending {
                        return SessionPoll::Send;
                    }
                    match self.silence_ends() {
                        Some(quiet) if now >= quiet => self.send_sentinel(now),
                        Some(quiet) => return SessionPoll::Receive(quiet.min(wait.until)),
                        None => return SessionPoll::Receive(wait.until),
                    }
                }
            }
        }
    }

    fn begin_flush(&mut self, now: Duration) {
        self.outgoing = self.outgoing.end_of_line();
        self.unsent = false;
        self.phase = Phase::Flush(Wait {
            sequence: None,
            until: now.saturating_add(STALL),
            answer_time: STALL,
            begun: false,
        });
    }

    fn begin_drain(&mut self, now: Duration) {
        self.decoder.reset();
        self.phase = Phase::Drain {
            until: now.saturating_add(QUIET),
            latest: now.saturating_add(LONGEST_DRAIN),
        };
    }

    fn begin_sync(&mut self, now: Duration) {
        let job = Job {
            command: Command::SetNode,
            stream: None,
        };
        if let Some(wait) = self.send(now, &job) {
            self.phase = Phase::Sync(wait);
        }
    }

    fn begin_command(&mut self, now: Duration) {
        let Some(job) = self.job.clone() else {
            return;
        };
        if let Some(wait) = self.send(now, &job) {
            self.phase = Phase::Command(wait);
        }
    }

    fn send(&mut self, now: Duration, job: &Job) -> Option<Wait> {
        let Some(sequence) = self.sequences.take() else {
            self.outcome = Some(Err(CommandError::not_run(CommandErrorKind::Exhausted)));
            return None;
        };
        let line = job.command.encode(sequence, self.settings.address);
        let shape = job.command.shape();
        self.decoder
            .expect(Expected::new(sequence, shape, line.head()));
        self.sentinel_sent = false;
        let value = job.stream.as_ref().map_or(0, Upload::len);
        self.outgoing = match &job.stream {
            Some(upload) => Outgoing::stream(line.head(), upload.clone()),
            None => Outgoing::line(line.bytes()),
        };
        self.unsent = true;
        // Base64 makes four characters of three bytes.
        let wire = (line.bytes().len() as u64).saturating_add(value / 3 * 4);
        let answer_time = self
            .settings
            .answer_time()
            .saturating_add(self.settings.wire_time(wire))
            .saturating_add(self.settings.bus_time(value));
        Some(Wait {
            sequence: Some(sequence),
            until: now.saturating_add(STALL),
            answer_time,
            begun: false,
        })
    }

    /// When silence tells that a value has no more lines.
    fn silence_ends(&self) -> Option<Duration> {
        self.decoder
            .is_open_ended()
            .then(|| self.heard_at.saturating_add(QUIET))
    }

    /// Asks for something whose answer cannot come before the value has ended.
    fn send_sentinel(&mut self, now: Duration) {
        let Some(sequence) = self.sequences.take() else {
            return self.give_up(CommandErrorKind::Exhausted);
        };
        let line = Command::SetNode.encode(sequence, self.settings.address);
        self.decoder.expect_sentinel(sequence, &line);
        self.outgoing = Outgoing::line(line.bytes());
        self.unsent = true;
        self.sentinel_sent = true;
        self.owe(Some(sequence));
        self.extend(now);
    }

    /// Something of the answer has come, so more may.
    fn extend(&mut self, now: Duration) {
        let longer = now.saturating_add(self.settings.answer_time());
        if let Phase::Sync(wait) | Phase::Command(wait) = &mut self.phase {
            wait.until = wait.until.max(longer);
        }
    }

    fn time_out(&mut self, now: Duration, sending: bool) {
        match self.phase {
            Phase::Sync(wait) if !sending => self.sync_again(now, wait.sequence),
            Phase::Command(_) if !sending => {
                self.give_up(CommandErrorKind::TimedOut(
                    "waiting for the gateway's answer",
                ));
            }
            _ => self.give_up(CommandErrorKind::TimedOut("sending to the gateway")),
        }
    }

    fn sync_again(&mut self, now: Duration, sequence: Option<Sequence>) {
        self.owe(sequence);
        self.sync_attempts = self.sync_attempts.saturating_add(1);
        if self.sync_attempts < SYNC_ATTEMPTS {
            self.begin_flush(now);
        } else {
            self.give_up(CommandErrorKind::TimedOut("looking for the gateway"));
        }
    }

    fn in_step_again(&mut self, now: Duration) {
        self.in_step = true;
        self.begin_command(now);
    }

    fn give_up(&mut self, kind: CommandErrorKind) {
        self.outcome = Some(Err(match self.phase {
            Phase::Command(Wait { begun: true, .. }) => CommandError::perhaps_run(kind),
            _ => CommandError::not_run(kind),
        }));
        let sequence = match self.phase {
            Phase::Sync(wait) | Phase::Command(wait) => wait.sequence,
            _ => None,
        };
        self.fall_out_of_step(sequence);
    }

    fn fall_out_of_step(&mut self, unanswered: Option<Sequence>) {
        self.in_step = false;
        self.owe(unanswered);
        self.decoder.expect_nothing();
    }

    fn owe(&mut self, sequence: Option<Sequence>) {
        if self.owed.len() >= MAX_OWED {
            self.owed.pop_front();
        }
        self.owed.extend(sequence);
    }

    fn settle(&mut self, answered: Option<Sequence>) {
        self.owed.retain(|owed| Some(*owed) != answered);
    }
}
