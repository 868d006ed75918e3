use std::time::Duration;

use charger_link::gateway::codec::AbortCode;
use charger_link::gateway::{Action, Engine, GatewaySettings};
use charger_link::{AsyncLink, Context, Link, LinkError, Request, Response};
use ocpp_config::ObjectId;

use super::{GatewaySession, ObjectAccess};
use crate::world::{ChargerId, Wire, World};

/// A way to a charger of a [`World`] through a simulated gateway: the real engine of the
/// link, a wire that takes time, and not a second of it in real life.
#[derive(Debug)]
pub struct VirtualGatewayLink {
    engine: Engine,
    gateway: GatewaySession,
    objects: WorldObjects,
    baud: Option<u32>,
    wire: Wire,
}

impl VirtualGatewayLink {
    /// A link with these settings to a charger behind `gateway`. The wire takes the time
    /// that [`GatewaySettings::with_baud`] says, and none by default.
    pub fn new(
        world: &World,
        charger: ChargerId,
        gateway: GatewaySession,
        settings: GatewaySettings,
    ) -> Self {
        let baud = settings.baud();
        Self {
            engine: Engine::new(settings),
            gateway,
            objects: WorldObjects {
                world: world.clone(),
                charger,
            },
            baud,
            wire: Wire::new(),
        }
    }

    /// The wire that the gateway's answers come over.
    #[must_use]
    pub fn with_wire(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    fn run(&mut self, request: &Request, context: &mut Context<'_>) -> Result<Response, LinkError> {
        context.count_requests(0);
        self.engine.start(self.now(), request, context.timeout());
        loop {
            if context.is_cancelled()
                && let Some(error) = self.engine.cancel()
            {
                return Err(error);
            }
            match self.engine.poll(self.now()) {
                Action::Send => self.send(),
                Action::Receive { until } => self.wait(until),
                Action::Done(result) => return result,
                _ => return Ok(Response::Done),
            }
            context.count_requests(self.engine.take_sent());
            if let Some(progress) = self.engine.take_progress() {
                context.report(progress);
            }
        }
    }

    fn send(&mut self) {
        let bytes = self.engine.outgoing().to_vec();
        self.spend(bytes.len());
        self.engine.handle_sent(self.now(), bytes.len());
        let now = self.now();
        let answer = self.gateway.receive(now, &bytes, &mut self.objects);
        self.hear(answer);
    }

    fn wait(&mut self, until: Duration) {
        let wake = self.gateway.next_wake().unwrap_or(until);
        self.objects.world.advance_to(until.min(wake));
        let now = self.now();
        let answer = self.gateway.poll(now, &mut self.objects);
        self.hear(answer);
    }

    fn hear(&mut self, mut answer: Vec<u8>) {
        if !answer.is_empty() {
            self.wire.carry(&mut answer);
            self.spend(answer.len());
            self.engine.handle_received(self.now(), &answer);
        }
    }

    fn now(&self) -> Duration {
        self.objects.world.now()
    }

    /// Ten bits a byte.
    fn spend(&self, bytes: usize) {
        if let Some(baud) = self.baud {
            let time = Duration::from_secs(10 * bytes as u64) / baud.max(1);
            self.objects.world.advance(time);
        }
    }
}

impl Link for VirtualGatewayLink {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.run(request, context)
    }
}

/// Virtual time needs no runtime: the future is ready at once.
impl AsyncLink for VirtualGatewayLink {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.run(request, context)
    }
}

#[derive(Debug)]
struct WorldObjects {
    world: World,
    charger: ChargerId,
}

impl ObjectAccess for WorldObjects {
    fn read(&mut self, _now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode> {
        self.world
            .with_charger(self.charger, |model, now, _| model.read_raw(now, id))
    }

    fn write(&mut self, _now: Duration, id: ObjectId, bytes: &[u8]) -> Result<(), AbortCode> {
        self.world
            .with_charger(self.charger, |model, now, effects| {
                model.write_raw(now, id, bytes, effects)
            })
    }
}
