use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;

use super::connection::{self, Connection};
use super::shared::{STACK, Shared};
use super::start_error::StartError;
use super::tls::OwnCertificate;
use crate::charger::{ChargerModel, ChargerSetup, Effect, SecondClient};
use crate::world::FaultPlan;

/// A charger on a loopback socket, in real time: it serves the HTTPS API, and dials its
/// back office for real. It stops when it is dropped.
///
/// Its HTTPS certificate is self-signed and made anew for every start. How long things
/// take is [`ChargerSetup::timing`]'s to say; [`Timing::faster`](crate::Timing::faster)
/// is for demonstrations.
///
/// ```no_run
/// use charger_sim::{ChargerSetup, SimulatedCharger};
///
/// let mut setup = ChargerSetup::default();
/// setup.timing = setup.timing.faster(60);
/// let charger = SimulatedCharger::start(setup)?;
/// println!("{}", charger.url());
/// # Ok::<(), charger_sim::StartError>(())
/// ```
#[derive(Debug)]
pub struct SimulatedCharger {
    shared: Arc<Shared>,
    address: SocketAddr,
    certificate: Vec<u8>,
    threads: Vec<JoinHandle<()>>,
}

impl SimulatedCharger {
    /// Starts a charger on a free port of the loopback interface.
    ///
    /// # Errors
    /// When there is no socket, thread or certificate to be had.
    pub fn start(setup: ChargerSetup) -> Result<Self, StartError> {
        Self::start_at(setup, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Starts a charger at this address. Anybody who reaches it and knows its password
    /// can work with it, so mind other interfaces than the loopback one.
    ///
    /// # Errors
    /// When there is no socket, thread or certificate to be had.
    pub fn start_at(setup: ChargerSetup, address: SocketAddr) -> Result<Self, StartError> {
        let own = OwnCertificate::generate(
            &setup.serial_number,
            Duration::from_millis(setup.firmware.build_date_ms()),
        )?;
        let takes_over = setup.session.second_client == SecondClient::TakesOver;
        let listener = TcpListener::bind(address).map_err(StartError::socket)?;
        let address = listener.local_addr().map_err(StartError::socket)?;
        let mut model = ChargerModel::new(setup);
        model.tell_time(Duration::ZERO, since_epoch());
        let mut charger = Self {
            shared: Arc::new(Shared::new(model)),
            address,
            certificate: own.certificate.to_vec(),
            threads: Vec::new(),
        };
        let shared = Arc::clone(&charger.shared);
        charger.spawn("charger-clock", move || shared.drive())?;
        let shared = Arc::clone(&charger.shared);
        charger.spawn("charger-https", move || {
            listen(&shared, &listener, &own.config, takes_over);
        })?;
        Ok(charger)
    }

    fn spawn(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), StartError> {
        let builder = thread::Builder::new().name(name.into()).stack_size(STACK);
        self.threads
            .push(builder.spawn(run).map_err(StartError::socket)?);
        Ok(())
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of its API: `https://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Its HTTPS certificate, as DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Looks at it.
    pub fn inspect<T>(&self, look: impl FnOnce(&ChargerModel, Duration) -> T) -> T {
        self.shared.look(look)
    }

    /// Lets something happen to it: another SIM card, a car, a stolen session.
    pub fn with<T>(
        &self,
        act: impl FnOnce(&mut ChargerModel, Duration, &mut Vec<Effect>) -> T,
    ) -> T {
        self.shared.act(act)
    }

    /// Plans faults for its HTTP requests from now on, counted from 1 since the start.
    /// [`Fault::Kill`](crate::Fault::Kill) has no meaning here.
    pub fn plan_faults(&self, plan: FaultPlan) {
        self.shared.plan_faults(plan);
    }

    /// The planned faults that have not struck yet.
    pub fn planned_faults(&self) -> FaultPlan {
        self.shared.planned_faults()
    }

    /// How many HTTP requests there were.
    pub fn requests(&self) -> u64 {
        self.shared.exchanges()
    }

    /// How many clients were connected at once at most. One whose predecessor is about to go
    /// is given 50 ms; one that a restart has left hanging does not count.
    pub fn most_connections(&self) -> u32 {
        self.shared.most_clients()
    }

    /// Takes its power away, and gives it back after `off` (`None` = not by itself).
    pub fn cut_power(&self, off: Option<Duration>) {
        self.shared.cut_power(off);
    }

    /// Waits until the charger is up and either accepted or stand-alone, at most this
    /// long; tells whether it got there.
    pub fn settle(&self, at_most: Duration) -> bool {
        let settled = |model: &ChargerModel| model.is_accepted() || model.is_stand_alone();
        self.shared.wait_for(settled, at_most)
    }
}

impl Drop for SimulatedCharger {
    fn drop(&mut self) {
        self.shared.stop();
        // Wakes the listener, which looks whether it shall stop.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// Takes clients in, one at a time. While the charger is down nobody is taken in, and
/// nobody refused either: the connection opens and stays silent.
fn listen(
    shared: &Arc<Shared>,
    listener: &TcpListener,
    config: &Arc<ServerConfig>,
    takes_over: bool,
) {
    for tcp in listener.incoming() {
        if !shared.wait_until_answering() {
            return;
        }
        let Ok(tcp) = tcp else { continue };
        let Some((client, epoch)) = shared.admit(&tcp, takes_over) else {
            connection::turn_away(&tcp);
            continue;
        };
        let (serving, config) = (Arc::clone(shared), Arc::clone(config));
        let serve = move || Connection::serve(&serving, tcp, &config, client, epoch);
        let thread = thread::Builder::new()
            .name("charger-client".into())
            .stack_size(STACK)
            .spawn(serve);
        if thread.is_err() {
            shared.dismiss(client);
        }
    }
}

fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}
