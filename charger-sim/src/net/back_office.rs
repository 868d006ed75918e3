use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use ocpp_transport::{Certificate, ClientCertificates, Interrupter, TlsServer, TrustRoots};

use super::authority::Authority;
use super::office_link;
use super::office_record::OfficeRecord;
use super::shared::STACK;
use super::start_error::StartError;
use crate::back_office::{Account, Behaviour};
use crate::charger::BootStatus;
use crate::setters::setters;

/// What a [`SimulatedBackOffice`] is like. The default speaks plain `ws` and knows
/// nobody.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct OfficeOptions {
    /// Whom it knows, by charge box identity.
    pub accounts: BTreeMap<String, Account>,
    /// How it behaves at the start.
    pub behaviour: Behaviour,
    /// Who signs its certificate; without one it speaks plain `ws`.
    pub authority: Option<Arc<Authority>>,
    /// The DNS names and IP addresses in its certificate. Defaults to `localhost` and
    /// `127.0.0.1`, if empty.
    pub names: Vec<String>,
    /// When its certificate is valid. Defaults to always.
    pub valid: Option<Range<SystemTime>>,
    /// Who signs the client certificates that it takes.
    pub client_authority: Option<Arc<Authority>>,
    /// Whether TLS fails without a client certificate. Otherwise a charger whose account
    /// asks for one is refused at the upgrade.
    pub demands_client_certificate: bool,
}

impl OfficeOptions {
    /// A back office that knows this charger.
    #[must_use]
    pub fn with_account(mut self, identity: impl Into<String>, account: Account) -> Self {
        self.accounts.insert(identity.into(), account);
        self
    }

    /// A back office behind TLS, with a certificate of this authority: security profiles
    /// 1 and 2.
    #[must_use]
    pub fn with_tls(mut self, authority: &Arc<Authority>) -> Self {
        self.authority = Some(Arc::clone(authority));
        self
    }

    /// A back office that turns away whoever has no client certificate of this
    /// authority: security profile 3.
    #[must_use]
    pub fn with_client_authority(mut self, authority: &Arc<Authority>) -> Self {
        self.client_authority = Some(Arc::clone(authority));
        self.demands_client_certificate = true;
        self
    }
}

setters!(OfficeOptions {
    with_behaviour(Behaviour): behaviour,
    with_names(impl Into<Vec<String>>): names,
    with_valid(impl Into<Option<Range<SystemTime>>>): valid,
});

/// A back office on a loopback socket: real WebSockets, real TLS. It stops when it is
/// dropped.
///
/// ```no_run
/// use charger_sim::{Account, OfficeOptions, SimulatedBackOffice};
///
/// let options = OfficeOptions::default().with_account("ACE0999001", Account::open());
/// let office = SimulatedBackOffice::start(options)?;
/// println!("{}", office.url());
/// # Ok::<(), charger_sim::StartError>(())
/// ```
#[derive(Debug)]
pub struct SimulatedBackOffice {
    office: Arc<Office>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl SimulatedBackOffice {
    /// Starts a back office on a free port of the loopback interface.
    ///
    /// # Errors
    /// When there is no socket, thread or certificate to be had.
    pub fn start(options: OfficeOptions) -> Result<Self, StartError> {
        Self::start_at(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Starts a back office at this address.
    ///
    /// # Errors
    /// When there is no socket, thread or certificate to be had.
    pub fn start_at(options: OfficeOptions, address: SocketAddr) -> Result<Self, StartError> {
        let tls = tls_server(&options)?;
        let listener = TcpListener::bind(address).map_err(StartError::socket)?;
        let address = listener.local_addr().map_err(StartError::socket)?;
        let office = Arc::new(Office {
            state: Mutex::new(OfficeState {
                tls,
                options,
                records: Vec::new(),
                accepted: BTreeMap::new(),
                lines: BTreeMap::new(),
                next_line: 0,
                stopping: false,
            }),
            changed: Condvar::new(),
        });
        let listening = Arc::clone(&office);
        let thread = thread::Builder::new()
            .name("back-office".into())
            .stack_size(STACK)
            .spawn(move || listen(&listening, &listener))
            .map_err(StartError::socket)?;
        Ok(Self {
            office,
            address,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The CSMS URL, without an identity.
    pub fn url(&self) -> String {
        let secure = self.office.lock().tls.is_some();
        let scheme = if secure { "wss" } else { "ws" };
        format!("{scheme}://localhost:{}/ocpp", self.address.port())
    }

    /// Lets it behave otherwise from now on. If it cannot be reached any more, its
    /// connections break.
    pub fn set_behaviour(&self, behaviour: Behaviour) {
        let mut state = self.office.lock();
        state.options.behaviour = behaviour;
        if !behaviour.reachable {
            state.break_lines();
        }
    }

    /// Lets it know a charger, or know it otherwise.
    pub fn set_account(&self, identity: impl Into<String>, account: Account) {
        self.office
            .lock()
            .options
            .accounts
            .insert(identity.into(), account);
    }

    /// Gives it a certificate of another authority, and breaks its connections.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn rotate_certificate(&self, authority: &Arc<Authority>) -> Result<(), StartError> {
        let mut state = self.office.lock();
        let options = state.options.clone().with_tls(authority);
        state.tls = tls_server(&options)?;
        state.options = options;
        state.break_lines();
        Ok(())
    }

    /// Breaks all connections; chargers come back by themselves.
    pub fn disconnect_all(&self) {
        self.office.lock().break_lines();
    }

    /// Calls a charger, for example with `Reset` and `{"type":"Hard"}` (1.6); false if it
    /// is not connected. What it answers is among the [`records`](Self::records).
    pub fn call(&self, identity: &str, action: &str, payload: Value) -> bool {
        let state = self.office.lock();
        let mut lines = state.lines.values();
        lines.any(|line| {
            let order = (action.to_owned(), payload.clone());
            line.identity == identity && line.orders.send(order).is_ok()
        })
    }

    /// What it saw, in order: the first 100,000 records. Whom it has accepted it knows for
    /// as long as it runs.
    pub fn records(&self) -> Vec<OfficeRecord> {
        self.office.lock().records.clone()
    }

    /// How often it accepted this charger's BootNotification.
    pub fn accepted(&self, identity: &str) -> usize {
        self.office.lock().accepted(identity)
    }

    /// Waits until it has accepted this charger's BootNotification `times` times in all,
    /// at most this long; tells whether it did.
    pub fn wait_until_accepted(&self, identity: &str, times: usize, at_most: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.office.lock();
        while state.accepted(identity) < times {
            let left = at_most.saturating_sub(started.elapsed());
            if left.is_zero() {
                return false;
            }
            let waited = self.office.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Drop for SimulatedBackOffice {
    fn drop(&mut self) {
        {
            let mut state = self.office.lock();
            state.stopping = true;
            state.break_lines();
        }
        // Wakes the listener, which looks whether it shall stop.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// What the threads of a back office share.
#[derive(Debug)]
pub(crate) struct Office {
    state: Mutex<OfficeState>,
    changed: Condvar,
}

#[derive(Debug)]
pub(crate) struct OfficeState {
    pub(crate) tls: Option<TlsServer>,
    pub(crate) options: OfficeOptions,
    records: Vec<OfficeRecord>,
    /// How often each charger's BootNotification was accepted.
    accepted: BTreeMap<String, usize>,
    lines: BTreeMap<u64, OpenLine>,
    next_line: u64,
    pub(crate) stopping: bool,
}

/// A charger that is connected.
#[derive(Debug)]
struct OpenLine {
    identity: String,
    interrupter: Interrupter,
    orders: Sender<(String, Value)>,
}

impl Office {
    pub(crate) fn lock(&self) -> MutexGuard<'_, OfficeState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self, record: OfficeRecord) {
        self.lock().record(record);
        self.changed.notify_all();
    }
}

impl OfficeState {
    /// Whether this charger may send anything but a BootNotification.
    pub(crate) fn has_accepted(&self, identity: &str) -> bool {
        self.accepted(identity) > 0
    }

    fn accepted(&self, identity: &str) -> usize {
        self.accepted.get(identity).copied().unwrap_or_default()
    }

    fn record(&mut self, record: OfficeRecord) {
        if let OfficeRecord::Booted {
            identity,
            verdict: BootStatus::Accepted,
        } = &record
        {
            *self.accepted.entry(identity.clone()).or_default() += 1;
        }
        if self.records.len() < MOST_RECORDS {
            self.records.push(record);
        }
    }

    /// A charger has connected: its number, and what it shall be asked.
    pub(crate) fn add_line(
        &mut self,
        identity: String,
        interrupter: Interrupter,
    ) -> (u64, Receiver<(String, Value)>) {
        let (orders, receiver) = channel();
        self.next_line += 1;
        let line = OpenLine {
            identity,
            interrupter,
            orders,
        };
        self.lines.insert(self.next_line, line);
        (self.next_line, receiver)
    }

    pub(crate) fn remove_line(&mut self, line: u64) {
        self.lines.remove(&line);
    }

    fn break_lines(&mut self) {
        for line in self.lines.values() {
            line.interrupter.interrupt();
        }
    }
}

fn listen(office: &Arc<Office>, listener: &TcpListener) {
    for tcp in listener.incoming() {
        let (stopping, reachable) = {
            let state = office.lock();
            (state.stopping, state.options.behaviour.reachable)
        };
        if stopping {
            return;
        }
        let Some(tcp) = tcp.ok().filter(|_| reachable) else {
            continue;
        };
        let serving = Arc::clone(office);
        // Without a thread the charger finds the connection closed and comes again.
        let _ = thread::Builder::new()
            .name("back-office-line".into())
            .stack_size(STACK)
            .spawn(move || office_link::serve(&serving, tcp));
    }
}

fn tls_server(options: &OfficeOptions) -> Result<Option<TlsServer>, StartError> {
    let Some(authority) = &options.authority else {
        return Ok(None);
    };
    let default = || ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
    let names = if options.names.is_empty() {
        default()
    } else {
        options.names.clone()
    };
    let identity = match &options.valid {
        Some(valid) => authority.server_valid(&names, valid.clone()),
        None => authority.server(&names),
    };
    let identity = identity.map_err(StartError::certificate)?;
    let clients = match &options.client_authority {
        None => ClientCertificates::NotAsked,
        Some(authority) => {
            let root = Certificate::from_der(authority.root_der());
            let root = root.map_err(StartError::certificate)?;
            let roots: TrustRoots = [root].into_iter().collect();
            if options.demands_client_certificate {
                ClientCertificates::Required(roots)
            } else {
                ClientCertificates::Optional(roots)
            }
        }
    };
    let server = TlsServer::builder(&identity)
        .with_client_certificates(clients)
        .build();
    server.map(Some).map_err(StartError::certificate)
}

/// Enough for every test. A back office that runs for days keeps no later ones.
const MOST_RECORDS: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_boots_after_the_last_record_is_accepted_all_the_same() {
        let office = SimulatedBackOffice::start(OfficeOptions::default()).unwrap();
        let boot = |identity: &str, verdict| OfficeRecord::Booted {
            identity: identity.to_owned(),
            verdict,
        };
        {
            let mut state = office.office.lock();
            for _ in 0..MOST_RECORDS {
                state.record(boot("early", BootStatus::Rejected));
            }
            state.record(boot("late", BootStatus::Accepted));
            assert!(state.has_accepted("late"));
            assert!(!state.has_accepted("early"));
        }
        assert_eq!((office.accepted("late"), office.accepted("early")), (1, 0));
        assert!(office.wait_until_accepted("late", 1, Duration::ZERO));
        assert_eq!(office.records().len(), MOST_RECORDS);
    }
}
