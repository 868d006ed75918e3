use std::time::Duration;

use ocpp_config::{ObjectId, ObjectWrite, Secret, Snapshot, WriteOnlyItem, objects};

use super::answer::{self, Look};
use super::clock::{BETWEEN_LOOKS_AT_THE_SWITCH, Clock, SystemClock};
use super::live::LiveState;
use super::log::{LogCollector, LogRecord};
use super::monitor::Monitor;
use super::patience::Patience;
use super::restart::{RestartWatch, Restarted, boot_count};
use super::upload::{UploadOutcome, UploadWatch};
use super::write::WriteReport;
use crate::{
    Cancel, Context, Identity, Link, LinkError, LinkErrorKind, Progress, Request, Response, Upload,
    UploadState, UploadStatus,
};

/// Comfortable calls to one charger over any [`Link`].
///
/// Every call returns within what [`Patience`] allows it, or within about 200 ms after
/// [`cancel`](Self::cancel) was thrown. A call that was stopped may have taken effect
/// all the same; its error says so, and a
/// [table](crate#what-the-https-link-takes-care-of) tells it request by request.
///
/// ```no_run
/// use charger_link::Charger;
/// use charger_link::https::{Address, Credentials, FilePinStore, HttpsLink, HttpsSettings, Trust};
/// use ocpp_config::Secret;
///
/// let settings = HttpsSettings::new(
///     Address::new("192.168.1.20"),
///     Credentials::new("admin", Secret::from("the password on the label")),
/// );
/// let link = HttpsLink::new(settings, Trust::stored(FilePinStore::new("pins.json")));
/// let mut charger = Charger::new(link);
/// println!("{}", charger.identity()?.firmware);
/// let restarted = charger.restart_and_wait()?;
/// println!("back after {:?}", restarted.waited);
/// # Ok::<(), charger_link::LinkError>(())
/// ```
#[derive(Debug)]
pub struct Charger<L, K = SystemClock> {
    link: L,
    clock: K,
    patience: Patience,
    cancel: Cancel,
}

impl<L: Link> Charger<L> {
    /// A charger over `link`, by the computer's clock.
    pub fn new(link: L) -> Self {
        Self {
            link,
            clock: SystemClock::new(),
            patience: Patience::new(),
            cancel: Cancel::new(),
        }
    }
}

impl<L: Link, K: Clock> Charger<L, K> {
    /// Goes by another clock.
    #[must_use]
    pub fn with_clock<T: Clock>(self, clock: T) -> Charger<L, T> {
        Charger {
            link: self.link,
            clock,
            patience: self.patience,
            cancel: self.cancel,
        }
    }

    /// Changes how long calls may take.
    #[must_use]
    pub const fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Lets `cancel` stop calls.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// The switch that stops calls.
    pub const fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// The link, for requests that have no call here.
    pub const fn link_mut(&mut self) -> &mut L {
        &mut self.link
    }

    /// Gives the link back.
    pub fn into_link(self) -> L {
        self.link
    }

    /// Who the charger says it is. Needs no login.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn identity(&mut self) -> Result<Identity, LinkError> {
        answer::identity(self.ask(&Request::Identify)?)
    }

    /// Reads these objects. Those that the charger does not have are absent.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn read(&mut self, ids: &[ObjectId]) -> Result<Snapshot, LinkError> {
        answer::objects(self.ask(&Request::Read(ids.to_vec()))?)
    }

    /// Reads a category: `ocpp`, `generic`, …
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn read_category(&mut self, category: &str) -> Result<Snapshot, LinkError> {
        answer::objects(self.ask(&Request::ReadCategory(category.to_owned()))?)
    }

    /// Reads everything; `progress` is told the number of objects.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn read_all(
        &mut self,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Snapshot, LinkError> {
        answer::objects(self.ask_with_progress(&Request::ReadAll, progress)?)
    }

    /// Whether the firmware has network profiles, as this way of configuring needs
    /// them.
    ///
    /// # Errors
    /// [`LinkErrorKind::FirmwareTooOld`] if not, which is the case below firmware 6.0;
    /// and as [`Link::exchange`].
    pub fn check_network_profiles(&mut self) -> Result<(), LinkError> {
        let found = self.read(&answer::network_profile_objects())?;
        answer::has_network_profiles(&found)
    }

    /// Writes these objects and reads them back.
    ///
    /// # Errors
    /// As [`Link::exchange`]; after an error of the read-back the writes are done.
    pub fn write(&mut self, writes: &[ObjectWrite]) -> Result<WriteReport, LinkError> {
        answer::done(self.ask(&Request::Write(writes.to_vec()))?)?;
        let ids: Vec<ObjectId> = writes.iter().map(|write| write.id).collect();
        let found = self.read(&ids).map_err(|error| error.with_effect(true))?;
        Ok(WriteReport::compare(writes, &found))
    }

    /// Installs an item that cannot be read back.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn install(&mut self, item: WriteOnlyItem, data: Secret) -> Result<(), LinkError> {
        answer::done(self.ask(&Request::Install { item, data })?)
    }

    /// Sets the charger's clock by this side's.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn set_clock(&mut self) -> Result<(), LinkError> {
        let since_epoch = self.clock.since_epoch();
        answer::done(self.ask(&Request::SetClock { since_epoch })?)
    }

    /// Sets the clock, by which the charger checks signatures, then transfers a
    /// container. Returns the status from before, for
    /// [`wait_for_upload`](Self::wait_for_upload).
    ///
    /// # Cancellation
    /// A charger throws away what it has of a container that was cut short. Nobody can
    /// log out in the middle of a transfer: over HTTPS the connection is closed instead,
    /// which frees the session as soon as the charger notices, and the next call logs in
    /// anew.
    ///
    /// # Errors
    /// As [`Link::exchange`]. An error that
    /// [may have taken effect](LinkError::may_have_taken_effect) leaves open whether
    /// the charger has the container: wait for it as after success.
    pub fn upload(
        &mut self,
        upload: &Upload,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<UploadState, LinkError> {
        self.set_clock()?;
        let before = self.upload_status()?.state;
        let request = Request::Upload(upload.clone());
        answer::done(self.ask_with_progress(&request, progress)?)?;
        Ok(before)
    }

    /// How far the charger is with the last upload.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn upload_status(&mut self) -> Result<UploadStatus, LinkError> {
        answer::upload_status(self.ask(&Request::UploadStatus)?)
    }

    /// Waits, through restarts, until the charger has taken a container. `before` is
    /// its status from before the upload.
    ///
    /// # Errors
    /// [`LinkErrorKind::UploadFailed`] if the charger gave it up;
    /// [`LinkErrorKind::Timeout`] if it did not say so in time.
    pub fn wait_for_upload(&mut self, before: UploadState) -> Result<UploadOutcome, LinkError> {
        let mut watch = UploadWatch::new(before, self.clock.now(), self.patience.restart_timeout());
        loop {
            let status = self.poll(&Request::UploadStatus);
            let status = status.and_then(answer::upload_status);
            match watch.look(self.clock.now(), status) {
                Look::Done(outcome) => return Ok(outcome),
                Look::Failed(error) => return Err(error),
                Look::Again => self.pause(self.patience.poll_interval())?,
            }
        }
    }

    /// Keeps the firmware that was uploaded last; without it the charger rolls back.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn keep_firmware(&mut self) -> Result<(), LinkError> {
        answer::done(self.ask(&Request::KeepFirmware)?)
    }

    /// Tells the charger to restart, and does not wait for it.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn restart(&mut self) -> Result<(), LinkError> {
        answer::done(self.ask(&Request::Restart)?)
    }

    /// How often the charger has started.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn boot_count(&mut self) -> Result<u64, LinkError> {
        boot_count(&self.read(&[objects::BOOT_COUNT])?)
    }

    /// Restarts the charger and waits until it is back. If it is not known whether it
    /// took the command, its boot count tells.
    ///
    /// # Errors
    /// As [`Link::exchange`] and [`wait_until_back`](Self::wait_until_back).
    pub fn restart_and_wait(&mut self) -> Result<Restarted, LinkError> {
        let before = self.boot_count()?;
        match self.restart() {
            Err(error) if !error.may_have_taken_effect() => Err(error),
            Err(error) if *error.kind() == LinkErrorKind::Cancelled => Err(error),
            _ => self.wait_until_back(before),
        }
    }

    /// Waits until the boot count is above `before`.
    ///
    /// # Errors
    /// [`LinkErrorKind::Timeout`] if it is not in time; an error that waiting does not
    /// cure, such as a changed key.
    pub fn wait_until_back(&mut self, before: u64) -> Result<Restarted, LinkError> {
        let watch = RestartWatch::new(before, self.clock.now(), self.patience.restart_timeout());
        let request = Request::Read(vec![objects::BOOT_COUNT]);
        loop {
            let answer = self.poll(&request).and_then(answer::objects);
            match watch.look(self.clock.now(), answer) {
                Look::Done(restarted) => return Ok(restarted),
                Look::Failed(error) => return Err(error),
                Look::Again => self.pause(self.patience.poll_interval())?,
            }
        }
    }

    /// The newest `most` records of the log, oldest first; never more than 100,000, or
    /// than come with 64 MiB of text, since a charger could invent records without end.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn log(&mut self, most: usize) -> Result<Vec<LogRecord>, LinkError> {
        let mut log = LogCollector::new(most);
        while log.wants_more() {
            let offset = log.offset();
            let page = answer::log_page(self.ask(&Request::ReadLog { offset })?)?;
            if !log.take(&page) {
                break;
            }
        }
        Ok(log.newest())
    }

    /// What a person watches during a changeover, once.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn live_state(&mut self) -> Result<LiveState, LinkError> {
        let request = Request::Read(LiveState::OBJECTS.to_vec());
        let snapshot = answer::objects(self.poll(&request)?)?;
        Ok(LiveState::from_objects(snapshot.iter()))
    }

    /// The same again and again, `every` so often: at once, then after each pause. One
    /// small request each; below every 6 s, a charger that is watched for days may
    /// suffer.
    ///
    /// The iterator goes on after an error, since a charger that restarts is worth
    /// watching; it ends after [`LinkErrorKind::Cancelled`].
    pub const fn monitor(&mut self, every: Duration) -> Monitor<'_, L, K> {
        Monitor::new(self, every)
    }

    /// Logs out and frees the charger's only session. The next call logs in again.
    ///
    /// # Errors
    /// As [`Link::exchange`].
    pub fn close(&mut self) -> Result<(), LinkError> {
        // Also, and above all, after the switch was thrown.
        let mut context = Context::new(self.patience.poll_timeout());
        answer::done(self.link.exchange(&Request::Close, &mut context)?)
    }

    fn ask(&mut self, request: &Request) -> Result<Response, LinkError> {
        self.ask_within(request, self.patience.of(request))
    }

    fn poll(&mut self, request: &Request) -> Result<Response, LinkError> {
        self.ask_within(request, self.patience.poll_timeout())
    }

    fn ask_within(&mut self, request: &Request, time: Duration) -> Result<Response, LinkError> {
        let mut context = Context::new(time).with_cancel(&self.cancel);
        self.link.exchange(request, &mut context)
    }

    fn ask_with_progress(
        &mut self,
        request: &Request,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Response, LinkError> {
        let time = self.patience.of(request);
        let mut context = Context::new(time)
            .with_cancel(&self.cancel)
            .with_progress(progress);
        self.link.exchange(request, &mut context)
    }

    /// Lets time pass, unless the switch is thrown.
    pub(super) fn pause(&mut self, time: Duration) -> Result<(), LinkError> {
        let end = self.clock.now().saturating_add(time);
        loop {
            if self.cancel.is_cancelled() {
                return Err(LinkError::without_effect(LinkErrorKind::Cancelled));
            }
            let left = end.saturating_sub(self.clock.now());
            if left.is_zero() {
                return Ok(());
            }
            self.clock.sleep(left.min(BETWEEN_LOOKS_AT_THE_SWITCH));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock on which an hour has passed.
    struct Late;

    impl Clock for Late {
        fn now(&self) -> Duration {
            Duration::from_secs(3600)
        }

        fn since_epoch(&self) -> Duration {
            Duration::ZERO
        }

        fn sleep(&mut self, _: Duration) {}
    }

    struct Nowhere;

    impl Link for Nowhere {
        fn exchange(&mut self, _: &Request, _: &mut Context<'_>) -> Result<Response, LinkError> {
            Err(LinkError::without_effect(LinkErrorKind::Restarting))
        }
    }

    #[test]
    fn a_pause_without_end_ends_with_the_switch() {
        let patience = Patience::new()
            .with_poll_interval(Duration::MAX)
            .with_restart_timeout(Duration::MAX);
        let mut charger = Charger::new(Nowhere)
            .with_clock(Late)
            .with_patience(patience);
        charger.cancel().cancel();
        let error = charger.wait_until_back(7).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    }
}
