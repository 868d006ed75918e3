//! How much of the wire an upload takes, in virtual time: bytes, not clocks.

use std::time::Duration;

use bytes::Bytes;
use charger_link::gateway::codec::{AbortCode, NodeAddress};
use charger_link::gateway::{Action, Engine, GatewaySettings};
use charger_link::{Request, Response, Upload};
use charger_sim::{Dialect, GatewaySession, ObjectAccess};
use ocpp_config::{ObjectId, objects};

const BAUD: u32 = 115_200;
const SIZE: u32 = 64 * 1024;

/// 64 KiB of a container are 5.7 s at 115200 baud, and base64 makes 4 characters of 3
/// bytes. Everything else must be small change.
#[test]
fn an_upload_is_bounded_by_the_wire() {
    for dialect in [Dialect::CanOpenNode, Dialect::Lely] {
        let (sent, elapsed) = upload(dialect);
        let bytes = f64::from(sent) / f64::from(SIZE);
        let raw = wire(SIZE as usize).as_secs_f64();
        let time = elapsed.as_secs_f64() / raw;
        println!("{dialect:?}: {bytes:.3} bytes for each, {time:.3} times as long");
        assert!((1.33..1.35).contains(&bytes), "{dialect:?}: {bytes}");
        assert!((1.33..1.50).contains(&time), "{dialect:?}: {time}");
    }
}

/// The bytes that the client sent, and how long all of it took on a wire that carries
/// one direction at a time.
fn upload(dialect: Dialect) -> (u32, Duration) {
    let settings = GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1)).with_baud(BAUD);
    let mut engine = Engine::new(settings);
    let mut gateway = GatewaySession::new(dialect, 4);
    let mut charger = Buffer::default();
    let container: Vec<u8> = (0..SIZE).map(|byte| byte as u8).collect();
    let request = Request::Upload(Upload::new(Bytes::from(container.clone())));
    let (mut now, mut sent) = (Duration::ZERO, 0);
    engine.start(now, &request, Duration::from_secs(600));
    loop {
        match engine.poll(now) {
            Action::Send => {
                let bytes = engine.outgoing().to_vec();
                now += wire(bytes.len());
                sent += bytes.len() as u32;
                engine.handle_sent(now, bytes.len());
                let answer = gateway.receive(now, &bytes, &mut charger);
                if !answer.is_empty() {
                    now += wire(answer.len());
                    engine.handle_received(now, &answer);
                }
            }
            Action::Receive { until } => now = until,
            Action::Done(result) => {
                assert_eq!(result.unwrap(), Response::Done);
                assert_eq!(charger.applied, container);
                return (sent, now);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn wire(bytes: usize) -> Duration {
    Duration::from_secs(10 * bytes as u64) / BAUD
}

/// The upload objects of a charger, without the rest of it.
#[derive(Default)]
struct Buffer {
    status: i8,
    data: Vec<u8>,
    applied: Vec<u8>,
}

impl ObjectAccess for Buffer {
    fn read(&mut self, _now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode> {
        match id {
            objects::UPLOAD_STATUS => Ok(self.status.to_le_bytes().to_vec()),
            objects::UPLOAD_CHECKSUM => Ok(crc32fast::hash(&self.data).to_le_bytes().to_vec()),
            _ => Err(AbortCode::NO_OBJECT),
        }
    }

    fn write(&mut self, _now: Duration, id: ObjectId, bytes: &[u8]) -> Result<(), AbortCode> {
        match (id, bytes) {
            (objects::UPLOAD_DATA, data) => self.data.extend_from_slice(data),
            (objects::UPLOAD_COMMAND, [1]) => self.status = 3,
            (objects::UPLOAD_COMMAND, [2]) => self.status = 12,
            (objects::UPLOAD_COMMAND, [3]) => self.applied = std::mem::take(&mut self.data),
            _ => return Err(AbortCode::NO_OBJECT),
        }
        Ok(())
    }
}
