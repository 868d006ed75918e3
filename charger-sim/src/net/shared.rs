//! A charger model that several threads work with, in real time.

use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::ocpp::{self, Order};
use crate::charger::{ChargerModel, DialRequest, Effect};
use crate::world::{Fault, FaultPlan};

/// What the threads of a simulated charger share.
#[derive(Debug)]
pub(crate) struct Shared {
    started: Instant,
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner {
    model: ChargerModel,
    faults: FaultPlan,
    exchanges: u64,
    /// Rises whenever every connection of a client has died.
    epoch: u64,
    clients: u64,
    active: Option<(u64, TcpStream)>,
    /// How many clients were connected at once at most.
    most_clients: u32,
    /// When the last client went.
    left: Option<Duration>,
    back_offices: HashMap<u64, Sender<Order>>,
    power_on: Option<Duration>,
    stopping: bool,
}

impl Shared {
    pub(crate) fn new(model: ChargerModel) -> Self {
        Self {
            started: Instant::now(),
            inner: Mutex::new(Inner {
                model,
                faults: FaultPlan::none(),
                exchanges: 0,
                epoch: 0,
                clients: 0,
                active: None,
                most_clients: 0,
                left: None,
                back_offices: HashMap::new(),
                power_on: None,
                stopping: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time of the model.
    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Acts on the model and carries out what follows.
    pub(crate) fn act<T>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut ChargerModel, Duration, &mut Vec<Effect>) -> T,
    ) -> T {
        let mut inner = self.lock();
        let result = self.act_on(&mut inner, act);
        drop(inner);
        self.changed.notify_all();
        result
    }

    fn act_on<T>(
        self: &Arc<Self>,
        inner: &mut Inner,
        act: impl FnOnce(&mut ChargerModel, Duration, &mut Vec<Effect>) -> T,
    ) -> T {
        let mut effects = Vec::new();
        let result = act(&mut inner.model, self.now(), &mut effects);
        for effect in effects {
            self.carry_out(inner, effect);
        }
        result
    }

    fn carry_out(self: &Arc<Self>, inner: &mut Inner, effect: Effect) {
        match effect {
            Effect::Dial(request) => {
                let (orders, receiver) = channel();
                inner.back_offices.insert(request.connection, orders);
                self.dial(inner, request, receiver);
            }
            Effect::SendBoot { connection } => inner.order(connection, Order::Boot),
            Effect::SendStatus {
                connection,
                connector,
                charging,
            } => {
                inner.order(
                    connection,
                    Order::Status {
                        connector,
                        charging,
                    },
                );
            }
            Effect::SendHeartbeat { connection } => inner.order(connection, Order::Heartbeat),
            Effect::SendTransaction { connection } => {
                inner.order(connection, Order::Transaction);
            }
            Effect::HangUp { connection } => {
                inner.back_offices.remove(&connection);
            }
            Effect::LinkDown { .. } => inner.break_client(),
            Effect::WentDown => {
                inner.back_offices.clear();
                // The connection of a client is left hanging, as on the real one.
                inner.epoch += 1;
                inner.active = None;
            }
            Effect::CameUp => {}
        }
    }

    fn dial(
        self: &Arc<Self>,
        inner: &mut Inner,
        request: Box<DialRequest>,
        orders: Receiver<Order>,
    ) {
        let shared = Arc::clone(self);
        let connection = request.connection;
        let dialling = move || ocpp::connect_and_serve(&shared, &request, &orders);
        let thread = thread::Builder::new()
            .name("charger-ocpp".into())
            .stack_size(STACK)
            .spawn(dialling);
        if thread.is_err() {
            inner.back_offices.remove(&connection);
        }
    }

    /// Looks at the model.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&ChargerModel, Duration) -> T) -> T {
        look(&self.lock().model, self.now())
    }

    /// Waits until the model is as wanted, at most this long; tells whether it came to it.
    pub(crate) fn wait_for(
        &self,
        wanted: impl Fn(&ChargerModel) -> bool,
        at_most: Duration,
    ) -> bool {
        let inner = self.lock();
        let not_yet = |inner: &mut Inner| !inner.stopping && !wanted(&inner.model);
        let waited = self.changed.wait_timeout_while(inner, at_most, not_yet);
        let (inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        wanted(&inner.model)
    }

    /// Runs the model until the charger is stopped.
    pub(crate) fn drive(self: &Arc<Self>) {
        let mut inner = self.lock();
        while !inner.stopping {
            let now = self.now();
            if inner.power_on.is_some_and(|at| at <= now) {
                inner.power_on = None;
                inner.model.power_on(now);
            }
            if inner.model.next_wake().is_some_and(|at| at <= now) {
                self.act_on(&mut inner, ChargerModel::poll);
                self.changed.notify_all();
                continue;
            }
            let due = [inner.model.next_wake(), inner.power_on];
            let wait = due
                .into_iter()
                .flatten()
                .min()
                .map_or(LONGEST_WAIT, |at| at.saturating_sub(self.now()));
            inner = self
                .changed
                .wait_timeout(inner, wait.min(LONGEST_WAIT))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until the charger answers; false = it was stopped.
    pub(crate) fn wait_until_answering(&self) -> bool {
        let mut inner = self.lock();
        loop {
            if inner.stopping {
                return false;
            }
            if inner.model.is_answering(self.now()) {
                return true;
            }
            inner = self
                .changed
                .wait_timeout(inner, Duration::from_millis(50))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// A client has connected: its number and the epoch, or `None` if it is turned
    /// away because another one is there.
    pub(crate) fn admit(&self, stream: &TcpStream, takes_over: bool) -> Option<(u64, u64)> {
        let mut inner = self.lock();
        if inner.active.is_some() && !takes_over {
            // The other one may be about to go.
            let gone = |inner: &mut Inner| inner.active.is_some() && !inner.stopping;
            inner = self
                .changed
                .wait_timeout_while(inner, GRACE, gone)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        let is_second = inner.active.is_some();
        inner.most_clients = inner.most_clients.max(1 + u32::from(is_second));
        if is_second && !takes_over || inner.is_recovering(self.now()) {
            return None;
        }
        if let Some((_, old)) = inner.active.take() {
            let _ = old.shutdown(Shutdown::Both);
        }
        if inner.stopping {
            return None;
        }
        inner.clients += 1;
        let client = inner.clients;
        inner.active = Some((client, stream.try_clone().ok()?));
        Some((client, inner.epoch))
    }

    /// A client's connection is over.
    pub(crate) fn dismiss(&self, client: u64) {
        let mut inner = self.lock();
        inner.model.logout(client);
        if inner
            .active
            .as_ref()
            .is_some_and(|(active, _)| *active == client)
        {
            inner.active = None;
            inner.left = Some(self.now());
        }
        drop(inner);
        self.changed.notify_all();
    }

    /// Whether a connection of this epoch still lives.
    pub(crate) fn is_alive(&self, epoch: u64) -> bool {
        let inner = self.lock();
        !inner.stopping && inner.epoch == epoch && inner.model.is_answering(self.now())
    }

    /// Whether the charger has come up again since this epoch, and knows nothing of its
    /// connections any more.
    pub(crate) fn has_forgotten(&self, epoch: u64) -> bool {
        let inner = self.lock();
        inner.stopping || (inner.epoch != epoch && inner.model.is_answering(self.now()))
    }

    /// Waits until then.
    pub(crate) fn wait_until_forgotten(&self, epoch: u64) {
        while !self.has_forgotten(epoch) {
            let inner = self.lock();
            // Nothing announces the end of a bounced link.
            let _ = self.changed.wait_timeout(inner, Duration::from_millis(20));
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Counts a request and finds its fault.
    pub(crate) fn count_exchange(&self, request: &'static str) -> Option<Fault> {
        let mut inner = self.lock();
        inner.exchanges += 1;
        let number = inner.exchanges;
        inner.faults.strike(number, request)
    }

    pub(crate) fn exchanges(&self) -> u64 {
        self.lock().exchanges
    }

    pub(crate) fn most_clients(&self) -> u32 {
        self.lock().most_clients
    }

    pub(crate) fn plan_faults(&self, plan: FaultPlan) {
        self.lock().faults = plan;
    }

    pub(crate) fn planned_faults(&self) -> FaultPlan {
        self.lock().faults.clone()
    }

    /// The power goes away and comes back after `off`; for good if `None`.
    pub(crate) fn cut_power(self: &Arc<Self>, off: Option<Duration>) {
        let mut inner = self.lock();
        self.act_on(&mut inner, ChargerModel::power_off);
        inner.power_on = off.map(|off| self.now().saturating_add(off));
        drop(inner);
        self.changed.notify_all();
    }

    /// The connection to a back office is over.
    pub(crate) fn forget(&self, connection: u64) {
        self.lock().back_offices.remove(&connection);
    }

    pub(crate) fn stop(&self) {
        let mut inner = self.lock();
        inner.stopping = true;
        inner.back_offices.clear();
        inner.break_client();
        drop(inner);
        self.changed.notify_all();
    }
}

impl Inner {
    fn order(&mut self, connection: u64, order: Order) {
        if let Some(orders) = self.back_offices.get(&connection) {
            // A connection that is gone reports itself.
            let _ = orders.send(order);
        }
    }

    /// Whether the last client has only just gone.
    fn is_recovering(&self, now: Duration) -> bool {
        let gap = self.model.setup().habits.connection_gap;
        self.left.is_some_and(|left| now < left.saturating_add(gap))
    }

    fn break_client(&mut self) {
        self.epoch += 1;
        if let Some((_, stream)) = &self.active {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Enough for TLS and JSON; a thousand chargers have two or three threads each.
pub(crate) const STACK: usize = 512 * 1024;
/// A driver looks after its model at least this often.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long a second client is left waiting before it is turned away.
const GRACE: Duration = Duration::from_millis(50);
