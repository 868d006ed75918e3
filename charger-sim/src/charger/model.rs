use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use charger_link::{TransactionPage, TransactionRecord, UploadState, UploadStatus};
use ocpp_config::{Object, ObjectId, PostedProperty, Value};

use super::log::{Kind, LogRing};
use super::objects::{Objects, Refusal};
use super::ocpp::Ocpp;
use super::power::Power;
use super::rate::Rate;
use super::session::Session;
use super::table::Table;
use super::trust::Trust;
use super::upload::UploadMachine;
use super::white_list::WhiteList;
use super::{ChargerSetup, Effect, LoginError, SimCard, ids};

/// How many records a page of the transaction database has; nobody has published it.
const TRANSACTIONS_A_PAGE: usize = 32;

/// A simulated charger: state and rules, no clock, no socket, no thread.
///
/// Time is a [`Duration`] since the start of the simulation and must never go back.
///
/// # Order of calls
/// 1. [`new`](Self::new).
/// 2. Whenever [`next_wake`](Self::next_wake) is due, [`poll`](Self::poll); carry out
///    the [`Effect`]s and answer those that ask for it with the `handle_*` methods.
/// 3. In between, any number of requests: [`request`](Self::request) for what a link
///    asks, [`read_raw`](Self::read_raw) and [`write_raw`](Self::write_raw) for
///    gateways.
///
/// # Invariant a driver must keep
/// Every effect is carried out before time goes on.
///
/// ```
/// use std::time::Duration;
/// use charger_link::{Request, Response};
/// use charger_sim::{ChargerModel, ChargerSetup};
///
/// let mut charger = ChargerModel::new(ChargerSetup::default());
/// let mut effects = Vec::new();
/// let answer = charger.request(Duration::ZERO, &Request::Identify, &mut effects)?;
/// assert!(matches!(answer, Response::Identity(who) if who.serial_number == "ACE0999001"));
/// # Ok::<(), charger_link::LinkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ChargerModel {
    pub(super) setup: Arc<ChargerSetup>,
    pub(super) objects: Objects,
    pub(super) power: Power,
    pub(super) session: Session,
    rate: Rate,
    pub(super) upload: UploadMachine,
    pub(super) trust: Trust,
    pub(super) ocpp: Ocpp,
    pub(super) log: LogRing,
    pub(super) sim: Option<SimCard>,
    pub(super) unsent: u32,
    /// Transactions that a back office has taken.
    pub(super) sent: u32,
    pub(super) charging: bool,
    pub(super) white_list: WhiteList,
    pub(super) link_down_until: Option<Duration>,
    /// The time of the latest call, for log lines.
    pub(super) now: Duration,
    pub(super) clock_set: Duration,
    pub(super) clock_base: Duration,
    pub(super) uptime_base: Duration,
    pub(super) last_change: Option<Duration>,
}

/// Where the clocks of a simulation stand at its start: 2026-03-04T08:58:37.592Z, in
/// time since 1970.
pub const EPOCH: Duration = Duration::from_millis(1_772_614_717_592);

impl ChargerModel {
    /// A charger that has been up for some days and dials its back office at once.
    pub fn new(setup: impl Into<Arc<ChargerSetup>>) -> Self {
        let setup = setup.into();
        let table = Table::of(setup.firmware, setup.sockets);
        let mut model = Self {
            objects: Objects::new(table),
            power: Power::running(Duration::ZERO),
            session: Session::default(),
            rate: Rate::default(),
            upload: UploadMachine::new(),
            trust: Trust::new(&setup),
            ocpp: Ocpp::default(),
            log: LogRing::new(setup.habits.log_lines, setup.habits.coloured_log),
            sim: setup.sim.clone(),
            unsent: setup.unsent_transactions,
            sent: 0,
            charging: false,
            white_list: WhiteList::new(&setup.white_list),
            link_down_until: None,
            now: Duration::ZERO,
            clock_set: Duration::ZERO,
            clock_base: EPOCH,
            uptime_base: Duration::from_millis(583_879_052),
            last_change: None,
            setup,
        };
        model.fill();
        model.ocpp_start(Duration::ZERO);
        model
    }

    fn fill(&mut self) {
        let setup = Arc::clone(&self.setup);
        let text = |text: &str| Value::Text(text.to_owned());
        self.objects.set(ids::MODEL, text(&setup.model));
        self.objects
            .set(ids::SERIAL_NUMBER, text(&setup.serial_number));
        self.objects.set(ids::IDENTITY, text(&setup.identity));
        self.objects
            .set_unsigned(ids::SOCKETS, setup.sockets.into());
        self.set_firmware(setup.firmware.version());
        self.show_sim();
        self.objects
            .set_unsigned(ids::CERTIFICATES, self.trust.count());
        for (id, value) in &setup.objects {
            self.objects.set(*id, value.clone());
        }
    }

    pub(super) fn set_firmware(&mut self, version: &str) {
        for id in [ids::FIRMWARE, ids::FIRMWARE_SHOWN] {
            self.objects.set(id, Value::Text(version.to_owned()));
        }
    }

    pub(super) fn show_sim(&mut self) {
        let shown = |field: fn(&SimCard) -> &String| {
            Value::Text(self.sim.as_ref().map(field).cloned().unwrap_or_default())
        };
        let (imsi, iccid) = (shown(|sim| &sim.imsi), shown(|sim| &sim.iccid));
        self.objects.set(ids::IMSI, imsi);
        self.objects.set(ids::ICCID, iccid);
    }

    /// What the charger was made from.
    pub fn setup(&self) -> &ChargerSetup {
        &self.setup
    }

    /// The time of the next [`poll`](Self::poll), `None` = never.
    pub fn next_wake(&self) -> Option<Duration> {
        let waits = [
            self.power.next_wake(),
            self.upload.next_wake(),
            self.ocpp.next_wake(),
            self.link_down_until,
        ];
        waits.into_iter().flatten().min()
    }

    /// Does what is due. What the world has to do is added to `effects`.
    pub fn poll(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        if self.link_down_until.is_some_and(|until| until <= now) {
            self.link_down_until = None;
            self.note(Kind::Info, "net.c", "link is up");
        }
        if let Some(content) = self.upload.poll(now) {
            self.install(now, content);
        }
        self.power_poll(now, effects);
        self.ocpp_poll(now, effects);
    }

    /// What an object holds for a reader, `None` = there is no such object.
    pub fn value(&self, now: Duration, id: ObjectId) -> Option<Value> {
        self.shown(now, self.objects.table().get(id)?)
    }

    /// What an object really holds, where reading gives an empty string as well: an APN
    /// password. `None` = there is no such object.
    pub fn stored(&self, id: ObjectId) -> Option<&Value> {
        let entry = self.objects.table().get(id)?;
        let pending = self.objects.pending(id);
        Some(pending.unwrap_or_else(|| self.objects.in_force(entry)))
    }

    /// An object as it is listed, `None` = there is none with this id.
    pub fn object(&self, now: Duration, id: ObjectId) -> Option<Object> {
        self.listed_object(now, self.objects.table().get(id)?)
    }

    fn listed_object(&self, now: Duration, entry: &Object) -> Option<Object> {
        let value = self.shown(now, entry)?;
        let (id, access, length) = (entry.id, entry.access, entry.length);
        let object = Object::new(id, access, entry.data_type, length, value);
        Some(object.with_category(entry.category.as_str()))
    }

    fn shown(&self, now: Duration, entry: &Object) -> Option<Value> {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Some(match entry.id {
            ids::ACTIVE_PROFILE if !self.setup.habits.reports_active_profile => return None,
            ids::CLOCK => Value::Unsigned(millis(self.clock(now))),
            ids::UPTIME => Value::Unsigned(self.uptime_ms(now)),
            ids::UPLOAD_STATE => Value::Signed(self.upload.state.number().into()),
            ids::LAST_CHANGE => Value::Unsigned(self.last_change.map_or(0, millis)),
            id if ids::reads_back_empty(id) => Value::Text(String::new()),
            id => {
                let pending = self.objects.pending(id);
                let pending = pending.filter(|_| self.setup.habits.pending_reads_back);
                pending
                    .unwrap_or_else(|| self.objects.in_force(entry))
                    .clone()
            }
        })
    }

    /// Every object of a category, or of all, as it is listed.
    pub(crate) fn list(&self, now: Duration, category: Option<&str>) -> Vec<Object> {
        self.objects
            .iter()
            .filter(|entry| category.is_none_or(|category| entry.category == category))
            .filter_map(|entry| self.listed_object(now, entry))
            .collect()
    }

    /// The ids in the charger's order, of one category or of all.
    pub(crate) fn listed<'a>(
        &'a self,
        category: Option<&'a str>,
    ) -> impl Iterator<Item = ObjectId> + 'a {
        let hidden = !self.setup.habits.reports_active_profile;
        self.objects
            .iter()
            .filter(move |object| category.is_none_or(|category| object.category == category))
            .map(|object| object.id)
            .filter(move |id| !(hidden && *id == ids::ACTIVE_PROFILE))
    }

    pub(crate) fn categories(&self) -> &[String] {
        self.objects.table().categories()
    }

    /// Writes one object as a client does; a value that the charger does not take is
    /// dropped without a word, as the real one does.
    pub(crate) fn write(&mut self, now: Duration, id: ObjectId, value: Value) {
        let result = self.try_write(now, id, value);
        if let Err(refusal) = result {
            self.note(
                Kind::Warning,
                "od.c",
                format!("write of {id} ignored: {refusal:?}"),
            );
        }
    }

    /// Writes what a `POST prop` carries; the types are the charger's own.
    pub(crate) fn write_posted(&mut self, now: Duration, writes: &[PostedProperty<'_>]) {
        self.now = now;
        for write in writes {
            let entry = self.objects.table().get(write.id());
            let value = entry.map(|entry| write.value(entry.data_type));
            self.write(now, write.id(), value.unwrap_or(Value::Boolean(false)));
        }
    }

    pub(super) fn try_write(
        &mut self,
        now: Duration,
        id: ObjectId,
        value: Value,
    ) -> Result<(), Refusal> {
        if id == ids::CLOCK {
            let Value::Unsigned(millis) = value else {
                return Err(Refusal::OutOfRange);
            };
            self.set_clock(now, Duration::from_millis(millis));
            return Ok(());
        }
        if id == ids::SECURITY_PROFILE && self.lowers_security(&value) {
            return Err(Refusal::OutOfRange);
        }
        self.objects.write(id, value)?;
        self.last_change = Some(self.clock(now));
        Ok(())
    }

    /// The security profile of the whole charger only ever rises.
    fn lowers_security(&self, value: &Value) -> bool {
        let wanted = match value {
            Value::Unsigned(number) => i64::try_from(*number).unwrap_or(i64::MAX),
            Value::Signed(number) => *number,
            _ => return true,
        };
        wanted < self.objects.number(ids::SECURITY_PROFILE)
    }

    /// What the charger's clock says, since 1970.
    pub fn clock(&self, now: Duration) -> Duration {
        self.clock_base
            .saturating_add(now.saturating_sub(self.clock_set))
    }

    /// Sets the clock, as a network or an installer does.
    pub fn tell_time(&mut self, now: Duration, since_epoch: Duration) {
        self.set_clock(now, since_epoch);
    }

    pub(super) fn set_clock(&mut self, now: Duration, time: Duration) {
        self.clock_base = time;
        self.clock_set = now;
    }

    /// The clock falls back to the firmware's build date, as it does at every start.
    pub fn lose_clock(&mut self, now: Duration) {
        let built = Duration::from_millis(self.setup.firmware.build_date_ms());
        self.set_clock(now, built);
    }

    pub(super) fn uptime_ms(&self, now: Duration) -> u64 {
        let up = self
            .uptime_base
            .saturating_add(now.saturating_sub(self.power.since()));
        u64::try_from(up.as_millis()).unwrap_or(u64::MAX)
    }

    /// Lets `client` log in.
    ///
    /// # Errors
    /// As a charger refuses: unknown user, wrong password, another client there.
    pub fn login(
        &mut self,
        now: Duration,
        client: u64,
        user: &str,
        password: &[u8],
    ) -> Result<(), LoginError> {
        if !self.is_answering(now) {
            return Err(LoginError::Silent);
        }
        if user != self.setup.user {
            return Err(LoginError::UnknownUser);
        }
        if password != self.setup.password.expose() {
            return Err(LoginError::WrongPassword);
        }
        let rules = self.setup.session;
        self.session.open(now, client, &rules)?;
        self.now = now;
        self.note(Kind::User, "web.c", format!("user {user} logged in"));
        Ok(())
    }

    /// Counts a request; false if the charger has had more of them in this minute than
    /// [`Habits::requests_per_minute`](crate::Habits::requests_per_minute) allows.
    pub fn admit_request(&mut self, now: Duration) -> bool {
        self.rate.admits(now, self.setup.habits.requests_per_minute)
    }

    /// Whether `client` is logged in; if so, its session lives on.
    pub fn keep_session(&mut self, now: Duration, client: u64) -> bool {
        let rules = self.setup.session;
        self.session.touch(now, client, &rules)
    }

    /// Who is logged in.
    pub fn session_holder(&self, now: Duration) -> Option<u64> {
        self.session.holder(now, &self.setup.session)
    }

    /// `client` logs out, or its connection is gone.
    pub fn logout(&mut self, client: u64) {
        self.session.close(client);
    }

    /// `client` logs out and says so.
    pub(crate) fn log_out(&mut self, now: Duration, client: u64) {
        self.now = now;
        self.note(Kind::User, "web.c", "user logged out");
        self.logout(client);
    }

    /// Another client takes the session, whatever the rules.
    pub fn steal_session(&mut self, now: Duration, client: u64) {
        self.session.steal(now, client);
    }

    /// How far the last upload is.
    pub const fn upload_status(&self) -> UploadStatus {
        let receiving = matches!(self.upload.state, UploadState::UPLOADING);
        UploadStatus::new(receiving, self.upload.state)
    }

    /// Transactions that no back office has taken yet.
    pub const fn unsent_transactions(&self) -> u32 {
        self.unsent
    }

    /// Forgets all transactions, sent or not.
    pub fn erase_transactions(&mut self) {
        self.unsent = 0;
        self.sent = 0;
    }

    /// The page of the transaction database that ends before this record, newest first, as
    /// the documentation of `alfenctl` describes it. A record ends in `Y` as long as no back
    /// office has taken it.
    pub fn transactions_before(&self, before: u32) -> TransactionPage {
        let all = self.sent.saturating_add(self.unsent);
        let numbers = (0..all.min(before)).rev().take(TRANSACTIONS_A_PAGE);
        TransactionPage::new(numbers.map(|number| self.transaction(number)).collect())
    }

    fn transaction(&self, number: u32) -> TransactionRecord {
        let mark = if number < self.sent { "N" } else { "Y" };
        let day = number % 28 + 1;
        let text = format!(
            "tx: id = {number:X}, socket1, 2026-01-{day:02} 08:00:00 {number}.000kWh 04A2B3C4 N, \
             2026-01-{day:02} 09:00:00 {number}.500kWh 04A2B3C4 {mark}"
        );
        TransactionRecord::new(Some(number), text)
    }

    /// The CSMS roots that are trusted now, as DER.
    pub fn trusted_roots(&self) -> &[Vec<u8>] {
        &self.trust.roots
    }

    /// The page of the log that ends `offset` lines before the newest.
    pub fn log_page(&self, offset: usize) -> Vec<String> {
        self.log.page(offset)
    }

    /// A command came over the console.
    pub(crate) fn note_console(&mut self, now: Duration, command: &str) {
        self.now = now;
        self.note(Kind::Console, "cli.c", format!("command: {command}"));
    }

    pub(super) fn note(
        &mut self,
        kind: Kind,
        source: &'static str,
        text: impl Into<Cow<'static, str>>,
    ) {
        let clock = self.clock(self.now);
        self.log.push(clock, kind, source, text);
    }
}
