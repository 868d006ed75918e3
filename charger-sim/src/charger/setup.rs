use std::time::Duration;

use ocpp_config::{ObjectId, Secret, Value};

use crate::setters::setters;

/// What kind of charger is simulated, and how it behaves. The default is a
/// single-socket NG910 with firmware 7.0, accepted users `admin` / `test-password`.
///
/// Every field may be changed before the charger is made from it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChargerSetup {
    /// The firmware line, which decides what objects there are. Defaults to 7.x.
    pub firmware: FirmwareLine,
    /// The family, which decides what HTTP commands there are. Defaults to NG9xx.
    pub family: Family,
    /// Object `2050_0`. Defaults to `NG910-60023`.
    pub model: String,
    /// The serial number, object `2051_0`. Defaults to `ACE0999001`.
    pub serial_number: String,
    /// The charge box identity, object `2053_0`. Defaults to the serial number.
    pub identity: String,
    /// One or two sockets. Defaults to one.
    pub sockets: u8,
    /// The user that may log in. Defaults to `admin`.
    pub user: String,
    /// Its password. Defaults to `test-password`.
    pub password: Secret,
    /// What the objects hold at the start where it differs from the fixture.
    pub objects: Vec<(ObjectId, Value)>,
    /// The authorization key it already has. Defaults to none.
    pub authorization_key: Option<Secret>,
    /// The client certificate chain with its key that it already has, as PEM. Defaults to
    /// none.
    pub client_certificate: Option<Secret>,
    /// The CSMS roots it already trusts, as DER. Defaults to none.
    pub roots: Vec<Vec<u8>>,
    /// The SIM card in its slot. Defaults to one that works with every APN.
    pub sim: Option<SimCard>,
    /// Transactions that were never sent. Defaults to none.
    pub unsent_transactions: u32,
    /// The cards on its white list. Defaults to none.
    pub white_list: Vec<String>,
    /// The rules of its only session.
    pub session: SessionRules,
    /// How long things take.
    pub timing: Timing,
    /// What firmware does in ways that differ, or that nobody has seen for sure.
    pub habits: Habits,
}

impl Default for ChargerSetup {
    fn default() -> Self {
        Self {
            firmware: FirmwareLine::V7,
            family: Family::Ng9xx,
            model: "NG910-60023".into(),
            serial_number: "ACE0999001".into(),
            identity: "ACE0999001".into(),
            sockets: 1,
            user: "admin".into(),
            password: "test-password".into(),
            objects: Vec::new(),
            authorization_key: None,
            client_certificate: None,
            roots: Vec::new(),
            sim: Some(SimCard::default()),
            unsent_transactions: 0,
            white_list: Vec::new(),
            session: SessionRules::default(),
            timing: Timing::default(),
            habits: Habits::default(),
        }
    }
}

impl ChargerSetup {
    /// The default charger with this serial number, which is its identity as well.
    pub fn new(serial_number: impl Into<String>) -> Self {
        let serial_number = serial_number.into();
        Self {
            identity: serial_number.clone(),
            serial_number,
            ..Self::default()
        }
    }

    /// Lets an object hold `value` at the start.
    #[must_use]
    pub fn with_object(mut self, id: ObjectId, value: Value) -> Self {
        self.objects.push((id, value));
        self
    }

    /// Lets network profile `slot` (1 to 4) lead to `url` with this priority (0 = not
    /// used) and security profile, wired, OCPP 1.6.
    #[must_use]
    pub fn with_profile(mut self, slot: u8, url: &str, priority: u8, security_profile: u8) -> Self {
        let index = super::ids::PROFILE_1 + u16::from(slot.saturating_sub(1));
        let number = |value: u8| Value::Unsigned(value.into());
        self.objects.extend([
            (ObjectId::new(index, 0x1), number(3)),
            (ObjectId::new(index, 0x3), Value::Text(url.into())),
            (ObjectId::new(index, 0x5), number(security_profile)),
            (ObjectId::new(index, 0x6), number(1)),
            (ObjectId::new(index, 0xE), number(priority)),
        ]);
        self
    }
}

setters!(ChargerSetup {
    with_firmware(FirmwareLine): firmware,
    with_family(Family): family,
    with_model(impl Into<String>): model,
    with_identity(impl Into<String>): identity,
    with_sockets(u8): sockets,
    with_user(impl Into<String>): user,
    with_password(impl Into<Secret>): password,
    with_authorization_key(impl Into<Option<Secret>>): authorization_key,
    with_client_certificate(impl Into<Option<Secret>>): client_certificate,
    with_roots(impl Into<Vec<Vec<u8>>>): roots,
    with_sim(impl Into<Option<SimCard>>): sim,
    with_unsent_transactions(u32): unsent_transactions,
    with_white_list(impl Into<Vec<String>>): white_list,
    with_session(SessionRules): session,
    with_timing(Timing): timing,
    with_habits(Habits): habits,
});

/// The firmware lines that differ in what a changeover touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FirmwareLine {
    /// Below 6.0: no network profiles, one back office in `2071`, `2078` and others.
    V5,
    /// 6.0 to 6.5: network profiles with the short slots for APN user and SIM PIN only.
    V6Short,
    /// 6.6: the stepping stone to 7.x.
    V6_6,
    /// 7.x.
    V7,
}

impl FirmwareLine {
    /// What object `100A_0` says.
    pub const fn version(self) -> &'static str {
        match self {
            Self::V5 => "5.8.1-4123",
            Self::V6Short => "6.1.0-4159",
            Self::V6_6 => "6.6.2-4396",
            Self::V7 => "7.0.0-4318",
        }
    }

    /// Whether there are network profiles.
    pub const fn has_profiles(self) -> bool {
        !matches!(self, Self::V5)
    }

    /// The build date, at which the clock stands after a start: ms since 1970.
    pub(crate) const fn build_date_ms(self) -> u64 {
        match self {
            Self::V5 => 1_640_995_200_000,
            Self::V6Short => 1_672_531_200_000,
            Self::V6_6 => 1_704_067_200_000,
            Self::V7 => 1_735_689_600_000,
        }
    }
}

/// The families that differ in their HTTP commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// NG9xx: `cmd reboot`, `cmd date`.
    Ng9xx,
    /// AHP: `reset?type=hard`, `datetime`.
    Ahp,
}

/// A SIM card.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimCard {
    /// Object `2104_0`.
    pub imsi: String,
    /// Object `2105_0`.
    pub iccid: String,
    /// The only APN it works with; `None` = any.
    pub apn: Option<String>,
    /// Its PIN; `None` = it asks for none.
    pub pin: Option<String>,
    /// Whether the provider has activated it.
    pub active: bool,
}

impl Default for SimCard {
    fn default() -> Self {
        Self {
            imsi: "001010000000001".into(),
            iccid: "89000000000000000001".into(),
            apn: None,
            pin: None,
            active: true,
        }
    }
}

setters!(SimCard {
    with_imsi(impl Into<String>): imsi,
    with_iccid(impl Into<String>): iccid,
    with_apn(impl Into<Option<String>>): apn,
    with_pin(impl Into<Option<String>>): pin,
    with_active(bool): active,
});

/// The rules of the charger's only session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionRules {
    /// After how long without a request it lapses. Defaults to 60 s.
    pub idle: Duration,
    /// What happens to a second client. Defaults to being refused.
    pub second_client: SecondClient,
    /// Whether a login is answered with tokens (newest firmware) or with a cookie.
    /// Defaults to tokens.
    pub tokens: bool,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60),
            second_client: SecondClient::Refused,
            tokens: true,
        }
    }
}

setters!(SessionRules {
    with_idle(Duration): idle,
    with_second_client(SecondClient): second_client,
    with_tokens(bool): tokens,
});

/// What happens when a second client logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecondClient {
    /// It is turned away as long as the first one's session lives.
    Refused,
    /// It throws the first one out.
    TakesOver,
}

/// How long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// From the command to the restart. Defaults to 1 s.
    pub restart_delay: Duration,
    /// From the restart to the first answer. Defaults to 60 s.
    pub restart: Duration,
    /// The same after a firmware image. Defaults to 150 s.
    pub firmware_restart: Duration,
    /// From the first answer to the first dial. Defaults to 5 s.
    pub first_dial: Duration,
    /// Between two attempts. Defaults to 10 s.
    pub redial: Duration,
    /// The pause after all profiles failed, doubled with each round up to the eightfold.
    /// Defaults to 15 s.
    pub back_off: Duration,
    /// How long a received container is checked. Defaults to 3 s.
    pub check: Duration,
    /// How many bytes of an upload arrive in a second. Defaults to 30,000.
    pub upload_rate: u32,
    /// How long an ordinary request takes. Defaults to 40 ms. In memory only.
    pub request: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            restart_delay: Duration::from_secs(1),
            restart: Duration::from_secs(60),
            firmware_restart: Duration::from_secs(150),
            first_dial: Duration::from_secs(5),
            redial: Duration::from_secs(10),
            back_off: Duration::from_secs(15),
            check: Duration::from_secs(3),
            upload_rate: 30_000,
            request: Duration::from_millis(40),
        }
    }
}

setters!(Timing {
    with_restart_delay(Duration): restart_delay,
    with_restart(Duration): restart,
    with_firmware_restart(Duration): firmware_restart,
    with_first_dial(Duration): first_dial,
    with_redial(Duration): redial,
    with_back_off(Duration): back_off,
    with_check(Duration): check,
    with_upload_rate(u32): upload_rate,
    with_request(Duration): request,
});

impl Timing {
    /// Everything divided by `factor` (at least 1), for demonstrations in real time.
    /// Attempts to connect stay half a second apart, as each may cost the wired link.
    #[must_use]
    pub fn faster(self, factor: u32) -> Self {
        let factor = factor.max(1);
        Self {
            restart_delay: self.restart_delay / factor,
            restart: self.restart / factor,
            firmware_restart: self.firmware_restart / factor,
            first_dial: self.first_dial / factor,
            redial: (self.redial / factor).max(SHORTEST_PAUSE),
            back_off: (self.back_off / factor).max(SHORTEST_PAUSE),
            check: self.check / factor,
            upload_rate: self.upload_rate.saturating_mul(factor),
            request: self.request / factor,
        }
    }
}

/// What firmware does in ways that differ, or that nobody has seen for sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Habits {
    /// Entries in a page of properties. Defaults to 32.
    pub page_size: usize,
    /// The longest TLS record of an upload that it survives, in bytes. Defaults to 7,500.
    pub largest_record: usize,
    /// Whether a value that waits for a restart reads back as written. Defaults to true.
    pub pending_reads_back: bool,
    /// Whether object `3553_0` exists. Defaults to true.
    pub reports_active_profile: bool,
    /// Whether a connection with a higher security profile empties the network
    /// profiles with a lower one (OCPP 2.0.1, A05.FR.06). Defaults to false.
    pub deletes_lower_profiles: bool,
    /// How long the wired link is down each time the back office could not be reached
    /// over it; zero = it stays up. Defaults to 100 ms.
    pub link_bounce: Duration,
    /// Whether a container is refused while the clock still stands near the build date,
    /// as its signature is not valid yet. Defaults to true.
    pub checks_container_dates: bool,
    /// Whether `GET firmware` carries a comma too many. Defaults to true.
    pub trailing_comma: bool,
    /// Whether objects read by id come as a flat map of values, as some firmware does.
    /// Defaults to false.
    pub flat_id_reads: bool,
    /// Whether errors in the log carry ANSI colour codes. Defaults to false.
    pub coloured_log: bool,
    /// Whether the OCPP session itself sets the clock. Defaults to true.
    pub clock_from_back_office: bool,
    /// The lines that the log holds. Defaults to 20,000.
    pub log_lines: usize,
    /// Beyond how many requests in a minute they are answered with 429; `None` = never.
    /// Seen by authors of clients, without the number. Defaults to `None`.
    pub requests_per_minute: Option<u32>,
    /// For how long after a client's connection has ended every other one is closed at once.
    /// Clients leave the real one half a second; what it does to those that do not is not
    /// published. Defaults to zero. On sockets only.
    pub connection_gap: Duration,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            page_size: 32,
            largest_record: 7_500,
            pending_reads_back: true,
            reports_active_profile: true,
            deletes_lower_profiles: false,
            link_bounce: Duration::from_millis(100),
            checks_container_dates: true,
            trailing_comma: true,
            flat_id_reads: false,
            coloured_log: false,
            clock_from_back_office: true,
            log_lines: 20_000,
            requests_per_minute: None,
            connection_gap: Duration::ZERO,
        }
    }
}

setters!(Habits {
    with_page_size(usize): page_size,
    with_largest_record(usize): largest_record,
    with_pending_reads_back(bool): pending_reads_back,
    with_active_profile(bool): reports_active_profile,
    with_deletion_of_lower_profiles(bool): deletes_lower_profiles,
    with_link_bounce(Duration): link_bounce,
    with_container_dates(bool): checks_container_dates,
    with_trailing_comma(bool): trailing_comma,
    with_flat_id_reads(bool): flat_id_reads,
    with_coloured_log(bool): coloured_log,
    with_clock_from_back_office(bool): clock_from_back_office,
    with_log_lines(usize): log_lines,
    with_requests_per_minute(impl Into<Option<u32>>): requests_per_minute,
    with_connection_gap(Duration): connection_gap,
});

/// No faster than this does a charger dial.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
