use std::time::Duration;

/// How patient, how careful and how polite a procedure is.
///
/// ```
/// use std::time::Duration;
/// use charger_commissioning::{Policy, WhenBusy};
///
/// let policy = Policy::default()
///     .with_confirmation(Duration::from_secs(300))
///     .with_busy(WhenBusy::Wait(Duration::from_secs(2 * 3600)));
/// assert_eq!(policy.confirmation(), Duration::from_secs(300));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(crate) time_limit: Duration,
    pub(crate) confirmation: Duration,
    pub(crate) restart_timeout: Duration,
    pub(crate) proof_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) patience: Duration,
    pub(crate) restart_pause: Duration,
    pub(crate) busy: WhenBusy,
    pub(crate) unsent: UnsentTransactions,
    pub(crate) preflight: WhenPreflightFails,
    pub(crate) witness: bool,
    pub(crate) install_again: bool,
    pub(crate) certificate_room: u64,
    pub(crate) late: WhenLate,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            time_limit: Duration::from_secs(60 * 60),
            confirmation: Duration::from_secs(2 * 60),
            restart_timeout: Duration::from_secs(15 * 60),
            proof_timeout: Duration::from_secs(15 * 60),
            request_timeout: Duration::from_secs(30),
            patience: Duration::from_secs(10 * 60),
            restart_pause: Duration::from_secs(10),
            busy: WhenBusy::Wait(Duration::from_secs(60 * 60)),
            unsent: UnsentTransactions::Wait(Duration::from_secs(10 * 60)),
            preflight: WhenPreflightFails::Stop,
            witness: false,
            install_again: false,
            certificate_room: 16,
            late: WhenLate::GoBack,
        }
    }
}

impl Policy {
    /// How long after the first write the new back office must be proven, or the old
    /// settings go back. It is on disk before the first write. Defaults to one hour.
    #[must_use]
    pub const fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How long the charger must stay accepted before that counts. Some back offices
    /// change keys and restart the charger right after the first connection; the time
    /// starts anew after such a restart. Defaults to two minutes.
    #[must_use]
    pub const fn with_confirmation(mut self, confirmation: Duration) -> Self {
        self.confirmation = confirmation;
        self
    }

    /// How long a restart may take; two to three minutes are usual. Defaults to 15
    /// minutes.
    #[must_use]
    pub const fn with_restart_timeout(mut self, limit: Duration) -> Self {
        self.restart_timeout = limit;
        self
    }

    /// How long after its restart the charger may take to be accepted, the
    /// confirmation time not included. Defaults to 15 minutes.
    #[must_use]
    pub const fn with_proof_timeout(mut self, limit: Duration) -> Self {
        self.proof_timeout = limit;
        self
    }

    /// How long one request may take. Polls of a restarting charger and uploads have
    /// times of their own. Defaults to 30 seconds.
    #[must_use]
    pub const fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long a request is repeated while the charger does not answer, before the
    /// step counts as failed. Defaults to ten minutes. It holds for the first question as
    /// well: to hear at once that nobody is there, ask for the charger's
    /// [`identity`](charger_link::Charger::identity) before. A wrong password is told at
    /// once in any case.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How long a charger that was told to restart is left alone before it is first asked
    /// whether it is back; later pauses grow. Shorter only for simulated chargers that
    /// restart fast. Defaults to ten seconds.
    #[must_use]
    pub const fn with_restart_pause(mut self, pause: Duration) -> Self {
        self.restart_pause = pause;
        self
    }

    /// What to do while a car is charging. Defaults to waiting for an hour.
    #[must_use]
    pub const fn with_busy(mut self, busy: WhenBusy) -> Self {
        self.busy = busy;
        self
    }

    /// What to do about transactions that the old back office has not received yet.
    /// Defaults to waiting for ten minutes.
    #[must_use]
    pub const fn with_unsent_transactions(mut self, unsent: UnsentTransactions) -> Self {
        self.unsent = unsent;
        self
    }

    /// What to do when the preflight says that the charger would be refused. Defaults
    /// to stopping before anything is written.
    #[must_use]
    pub const fn with_preflight_failure(mut self, choice: WhenPreflightFails) -> Self {
        self.preflight = choice;
        self
    }

    /// Whether the caller is asked, once the charger is proven, if the new back office
    /// sees it as well. Defaults to no.
    #[must_use]
    pub const fn with_witness(mut self, witness: bool) -> Self {
        self.witness = witness;
        self
    }

    /// Whether write-only items (certificates, keys) are installed although the
    /// charger is already accepted with everything readable as wished. Defaults to no.
    #[must_use]
    pub const fn with_install_again(mut self, again: bool) -> Self {
        self.install_again = again;
        self
    }

    /// How many certificates the charger's store is trusted to hold (object `3272_0`
    /// counts them). Not published for these chargers; defaults to 16.
    #[must_use]
    pub const fn with_certificate_room(mut self, room: u64) -> Self {
        self.certificate_room = room;
        self
    }

    /// What a resumed procedure does when its deadline has passed meanwhile, as the tool
    /// was not running. Defaults to going back.
    #[must_use]
    pub const fn with_late(mut self, late: WhenLate) -> Self {
        self.late = late;
        self
    }

    /// How long after the first write the new back office must be proven.
    pub const fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// How long the charger must stay accepted before that counts.
    pub const fn confirmation(&self) -> Duration {
        self.confirmation
    }

    /// How long a restart may take.
    pub const fn restart_timeout(&self) -> Duration {
        self.restart_timeout
    }

    /// How long after its restart the charger may take to be accepted.
    pub const fn proof_timeout(&self) -> Duration {
        self.proof_timeout
    }

    /// How long one request may take.
    pub const fn request_timeout(&self) -> Duration {
        self.request_timeout
    }

    /// How long a request is repeated while the charger does not answer.
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// How long a charger that was told to restart is left alone.
    pub const fn restart_pause(&self) -> Duration {
        self.restart_pause
    }

    /// What to do while a car is charging.
    pub const fn busy(&self) -> WhenBusy {
        self.busy
    }

    /// What to do about transactions that were not delivered.
    pub const fn unsent_transactions(&self) -> UnsentTransactions {
        self.unsent
    }

    /// What to do when the charger would be refused.
    pub const fn preflight_failure(&self) -> WhenPreflightFails {
        self.preflight
    }

    /// Whether the caller is asked if the new back office sees the charger.
    pub const fn witness(&self) -> bool {
        self.witness
    }

    /// Whether write-only items are installed although all seems in force.
    pub const fn install_again(&self) -> bool {
        self.install_again
    }

    /// How many certificates the charger's store is trusted to hold.
    pub const fn certificate_room(&self) -> u64 {
        self.certificate_room
    }

    /// What a resumed procedure does when its deadline has passed meanwhile.
    pub const fn late(&self) -> WhenLate {
        self.late
    }
}

/// What to do while a car is charging: a restart would end the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenBusy {
    /// Wait until the charger is idle, this long at most.
    Wait(Duration),
    /// Go on all the same; whoever charges is interrupted.
    Interrupt,
}

/// What to do about transactions that the charger has not delivered yet. They belong to
/// the old operator, and after the changeover nobody accepts them.
///
/// No object tells how many there are. So a charger that its old back office accepts is
/// given the time to deliver them, and for one that is not accepted the caller is warned.
/// After a person has changed the SIM nothing is waited for, as the old back office may be
/// out of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsentTransactions {
    /// Wait until the charger has been accepted and idle for half a minute, this long at
    /// most.
    Wait(Duration),
    /// Read the raw records and hand them to the caller, who stores them for the old
    /// operator ([`Question::StoreTransactions`](crate::Question::StoreTransactions));
    /// how many they were and their SHA-256 are in the journal before anything is
    /// written. Over HTTPS only: a gateway has no object for them. Each page of records
    /// is one request.
    Export,
    /// Go on; what was not delivered may be lost.
    Ignore,
}

/// What a resumed procedure does when its deadline has passed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenLate {
    /// The old settings go back. If all that was left to do is the proof, and it holds, it
    /// counts all the same.
    GoBack,
    /// It has the policy's whole time limit again, from now on; the new deadline is in the
    /// journal before anything is done.
    NewDeadline,
}

/// What to do when the preflight says that the charger would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenPreflightFails {
    /// Stop before anything is written.
    Stop,
    /// Go on: the charger may see another network than the machine this runs on.
    GoOn,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No two durations are alike, so that no getter can answer for another.
    #[test]
    fn every_choice_is_told_back() {
        let seconds = Duration::from_secs;
        let policy = Policy::default()
            .with_time_limit(seconds(1))
            .with_confirmation(seconds(2))
            .with_restart_timeout(seconds(3))
            .with_proof_timeout(seconds(4))
            .with_request_timeout(seconds(5))
            .with_patience(seconds(6))
            .with_restart_pause(seconds(7))
            .with_busy(WhenBusy::Interrupt)
            .with_unsent_transactions(UnsentTransactions::Ignore)
            .with_preflight_failure(WhenPreflightFails::GoOn)
            .with_witness(true)
            .with_install_again(true)
            .with_certificate_room(8)
            .with_late(WhenLate::NewDeadline);
        let durations = [
            policy.time_limit(),
            policy.confirmation(),
            policy.restart_timeout(),
            policy.proof_timeout(),
            policy.request_timeout(),
            policy.patience(),
            policy.restart_pause(),
        ];
        assert_eq!(
            durations.map(|duration| duration.as_secs()),
            [1, 2, 3, 4, 5, 6, 7]
        );
        assert_eq!(policy.busy(), WhenBusy::Interrupt);
        assert_eq!(policy.unsent_transactions(), UnsentTransactions::Ignore);
        assert_eq!(policy.preflight_failure(), WhenPreflightFails::GoOn);
        assert!(policy.witness() && policy.install_again());
        assert_eq!(policy.certificate_room(), 8);
        assert_eq!(policy.late(), WhenLate::NewDeadline);
    }

    #[test]
    fn the_defaults_are_what_their_documentation_says() {
        let policy = Policy::default();
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        assert_eq!(policy.time_limit(), minutes(60));
        assert_eq!(policy.confirmation(), minutes(2));
        assert_eq!(policy.restart_timeout(), minutes(15));
        assert_eq!(policy.proof_timeout(), minutes(15));
        assert_eq!(policy.request_timeout(), Duration::from_secs(30));
        assert_eq!(policy.patience(), minutes(10));
        assert_eq!(policy.restart_pause(), Duration::from_secs(10));
        assert_eq!(policy.busy(), WhenBusy::Wait(minutes(60)));
        assert_eq!(
            policy.unsent_transactions(),
            UnsentTransactions::Wait(minutes(10))
        );
        assert_eq!(policy.preflight_failure(), WhenPreflightFails::Stop);
        assert!(!policy.witness() && !policy.install_again());
        assert_eq!(policy.certificate_room(), 16);
        assert_eq!(policy.late(), WhenLate::GoBack);
    }
}
