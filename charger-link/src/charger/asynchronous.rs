use std::time::Duration;

use futures_util::{Stream, stream};
use ocpp_config::{ObjectId, ObjectWrite, Secret, Snapshot, WriteOnlyItem, objects};

use super::answer::{self, Look};
use super::clock::{AsyncClock, BETWEEN_LOOKS_AT_THE_SWITCH, TokioClock};
use super::live::LiveState;
use super::log::{LogCollector, LogRecord};
use super::monitor::Watching;
use super::patience::Patience;
use super::restart::{RestartWatch, Restarted, boot_count};
use super::upload::{UploadOutcome, UploadWatch};
use super::write::WriteReport;
use crate::{
    AsyncLink, Cancel, Context, Identity, LinkError, LinkErrorKind, Progress, Request, Response,
    Upload, UploadState, UploadStatus,
};

/// [`Charger`](super::Charger) for asynchronous code: the same calls, which mean the
/// same.
///
/// # Cancellation
/// Dropping the future of a call interrupts the request that is under way, which may
/// have taken effect; the link repairs itself on the next call. Calls that wait or
/// read can be dropped without harm. After a dropped write, upload or restart, read
/// back before repeating it. A [table](crate#what-the-https-link-takes-care-of) tells it
/// request by request.
#[derive(Debug)]
pub struct AsyncCharger<L, K = TokioClock> {
    link: L,
    clock: K,
    patience: Patience,
    cancel: Cancel,
}

impl<L: AsyncLink> AsyncCharger<L> {
    /// A charger over `link`, by the runtime's clock.
    pub fn new(link: L) -> Self {
        Self {
            link,
            clock: TokioClock::new(),
            patience: Patience::new(),
            cancel: Cancel::new(),
        }
    }
}

impl<L: AsyncLink, K: AsyncClock> AsyncCharger<L, K> {
    /// Goes by another clock.
    #[must_use]
    pub fn with_clock<T: AsyncClock>(self, clock: T) -> AsyncCharger<L, T> {
        AsyncCharger {
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
    /// As [`AsyncLink::exchange`].
    pub async fn identity(&mut self) -> Result<Identity, LinkError> {
        answer::identity(self.ask(&Request::Identify).await?)
    }

    /// Reads these objects. Those that the charger does not have are absent.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn read(&mut self, ids: &[ObjectId]) -> Result<Snapshot, LinkError> {
        answer::objects(self.ask(&Request::Read(ids.to_vec())).await?)
    }

    /// Reads a category: `ocpp`, `generic`, …
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn read_category(&mut self, category: &str) -> Result<Snapshot, LinkError> {
        answer::objects(
            self.ask(&Request::ReadCategory(category.to_owned()))
                .await?,
        )
    }

    /// Reads everything; `progress` is told the number of objects.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn read_all(
        &mut self,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Snapshot, LinkError> {
        answer::objects(self.ask_with_progress(&Request::ReadAll, progress).await?)
    }

    /// Whether the firmware has network profiles, as this way of configuring needs
    /// them.
    ///
    /// # Errors
    /// [`LinkErrorKind::FirmwareTooOld`] if not, which is the case below firmware 6.0;
    /// and as [`AsyncLink::exchange`].
    pub async fn check_network_profiles(&mut self) -> Result<(), LinkError> {
        let found = self.read(&answer::network_profile_objects()).await?;
        answer::has_network_profiles(&found)
    }

    /// Writes these objects and reads them back.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`]; after an error of the read-back the writes are done.
    pub async fn write(&mut self, writes: &[ObjectWrite]) -> Result<WriteReport, LinkError> {
        answer::done(self.ask(&Request::Write(writes.to_vec())).await?)?;
        let ids: Vec<ObjectId> = writes.iter().map(|write| write.id).collect();
        let found = self
            .read(&ids)
            .await
            .map_err(|error| error.with_effect(true))?;
        Ok(WriteReport::compare(writes, &found))
    }

    /// Installs an item that cannot be read back.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn install(&mut self, item: WriteOnlyItem, data: Secret) -> Result<(), LinkError> {
        answer::done(self.ask(&Request::Install { item, data }).await?)
    }

    /// Sets the charger's clock by this side's.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn set_clock(&mut self) -> Result<(), LinkError> {
        let since_epoch = self.clock.since_epoch();
        answer::done(self.ask(&Request::SetClock { since_epoch }).await?)
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
    /// As [`AsyncLink::exchange`]. An error that
    /// [may have taken effect](LinkError::may_have_taken_effect) leaves open whether
    /// the charger has the container: wait for it as after success.
    pub async fn upload(
        &mut self,
        upload: &Upload,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<UploadState, LinkError> {
        self.set_clock().await?;
        let before = self.upload_status().await?.state;
        let request = Request::Upload(upload.clone());
        answer::done(self.ask_with_progress(&request, progress).await?)?;
        Ok(before)
    }

    /// How far the charger is with the last upload.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn upload_status(&mut self) -> Result<UploadStatus, LinkError> {
        answer::upload_status(self.ask(&Request::UploadStatus).await?)
    }

    /// Waits, through restarts, until the charger has taken a container. `before` is
    /// its status from before the upload.
    ///
    /// # Errors
    /// [`LinkErrorKind::UploadFailed`] if the charger gave it up;
    /// [`LinkErrorKind::Timeout`] if it did not say so in time.
    pub async fn wait_for_upload(
        &mut self,
        before: UploadState,
    ) -> Result<UploadOutcome, LinkError> {
        let mut watch = UploadWatch::new(before, self.clock.now(), self.patience.restart_timeout());
        loop {
            let status = self.poll(&Request::UploadStatus).await;
            let status = status.and_then(answer::upload_status);
            match watch.look(self.clock.now(), status) {
                Look::Done(outcome) => return Ok(outcome),
                Look::Failed(error) => return Err(error),
                Look::Again => self.pause(self.patience.poll_interval()).await?,
            }
        }
    }

    /// Keeps the firmware that was uploaded last; without it the charger rolls back.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn keep_firmware(&mut self) -> Result<(), LinkError> {
        answer::done(self.ask(&Request::KeepFirmware).await?)
    }

    /// Tells the charger to restart, and does not wait for it.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn restart(&mut self) -> Result<(), LinkError> {
        answer::done(self.ask(&Request::Restart).await?)
    }

    /// How often the charger has started.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn boot_count(&mut self) -> Result<u64, LinkError> {
        boot_count(&self.read(&[objects::BOOT_COUNT]).await?)
    }

    /// Restarts the charger and waits until it is back. If it is not known whether it
    /// took the command, its boot count tells.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`] and [`wait_until_back`](Self::wait_until_back).
    pub async fn restart_and_wait(&mut self) -> Result<Restarted, LinkError> {
        let before = self.boot_count().await?;
        match self.restart().await {
            Err(error) if !error.may_have_taken_effect() => Err(error),
            Err(error) if *error.kind() == LinkErrorKind::Cancelled => Err(error),
            _ => self.wait_until_back(before).await,
        }
    }

    /// Waits until the boot count is above `before`.
    ///
    /// # Errors
    /// [`LinkErrorKind::Timeout`] if it is not in time; an error that waiting does not
    /// cure, such as a changed key.
    pub async fn wait_until_back(&mut self, before: u64) -> Result<Restarted, LinkError> {
        let watch = RestartWatch::new(before, self.clock.now(), self.patience.restart_timeout());
        let request = Request::Read(vec![objects::BOOT_COUNT]);
        loop {
            let answer = self.poll(&request).await.and_then(answer::objects);
            match watch.look(self.clock.now(), answer) {
                Look::Done(restarted) => return Ok(restarted),
                Look::Failed(error) => return Err(error),
                Look::Again => self.pause(self.patience.poll_interval()).await?,
            }
        }
    }

    /// The newest `most` records of the log, oldest first; never more than 100,000, or
    /// than come with 64 MiB of text, since a charger could invent records without end.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn log(&mut self, most: usize) -> Result<Vec<LogRecord>, LinkError> {
        let mut log = LogCollector::new(most);
        while log.wants_more() {
            let offset = log.offset();
            let page = answer::log_page(self.ask(&Request::ReadLog { offset }).await?)?;
            if !log.take(&page) {
                break;
            }
        }
        Ok(log.newest())
    }

    /// What a person watches during a changeover, once.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn live_state(&mut self) -> Result<LiveState, LinkError> {
        let request = Request::Read(LiveState::OBJECTS.to_vec());
        let snapshot = answer::objects(self.poll(&request).await?)?;
        Ok(LiveState::from_objects(snapshot.iter()))
    }

    /// The same again and again, `every` so often: at once, then after each pause. The
    /// stream goes on after an error and ends after [`LinkErrorKind::Cancelled`].
    pub fn monitor(
        &mut self,
        every: Duration,
    ) -> impl Stream<Item = Result<LiveState, LinkError>> + Send {
        stream::unfold(Watching::new(self, every), |mut watching| async {
            let look = watching.next().await?;
            Some((look, watching))
        })
    }

    /// Logs out and frees the charger's only session. The next call logs in again.
    ///
    /// # Errors
    /// As [`AsyncLink::exchange`].
    pub async fn close(&mut self) -> Result<(), LinkError> {
        // Also, and above all, after the switch was thrown.
        let mut context = Context::new(self.patience.poll_timeout());
        answer::done(self.link.exchange(&Request::Close, &mut context).await?)
    }

    async fn ask(&mut self, request: &Request) -> Result<Response, LinkError> {
        self.ask_within(request, self.patience.of(request)).await
    }

    async fn poll(&mut self, request: &Request) -> Result<Response, LinkError> {
        self.ask_within(request, self.patience.poll_timeout()).await
    }

    async fn ask_within(
        &mut self,
        request: &Request,
        time: Duration,
    ) -> Result<Response, LinkError> {
        let mut context = Context::new(time).with_cancel(&self.cancel);
        self.link.exchange(request, &mut context).await
    }

    async fn ask_with_progress(
        &mut self,
        request: &Request,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Response, LinkError> {
        let time = self.patience.of(request);
        let mut context = Context::new(time)
            .with_cancel(&self.cancel)
            .with_progress(progress);
        self.link.exchange(request, &mut context).await
    }

    /// Lets time pass, unless the switch is thrown.
    pub(super) async fn pause(&mut self, time: Duration) -> Result<(), LinkError> {
        let end = self.clock.now().saturating_add(time);
        loop {
            if self.cancel.is_cancelled() {
                return Err(LinkError::without_effect(LinkErrorKind::Cancelled));
            }
            let left = end.saturating_sub(self.clock.now());
            if left.is_zero() {
                return Ok(());
            }
            self.clock
                .sleep(left.min(BETWEEN_LOOKS_AT_THE_SWITCH))
                .await;
        }
    }
}
