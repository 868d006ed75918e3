//! A world with an old and a new back office, and a link that asks.

use std::time::Duration;

use bytes::Bytes;
use charger_link::{Context, Link, LinkError, Request, Response, Upload};
use charger_sim::{
    Account, BackOfficeId, BackOfficeModel, ChargerId, ChargerSetup, MemoryLink, ServerCertificate,
    World,
};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Value};

pub(crate) const KEY: &str = "0123456789abcdef";
pub(crate) const OLD: &str = "csms.example.net:80";
pub(crate) const NEW: &str = "new.example.org:443";

pub(crate) struct Site {
    pub(crate) world: World,
    pub(crate) charger: ChargerId,
    pub(crate) old: BackOfficeId,
    pub(crate) new: BackOfficeId,
    pub(crate) link: MemoryLink,
}

impl Site {
    /// A charger that is accepted at its old back office.
    pub(crate) fn new(setup: ChargerSetup) -> Self {
        let world = World::new();
        world.record_events(true);
        let account = || Account::open();
        let old = BackOfficeModel::new(OLD).with_account("ACE0999001", account());
        let old = world.add_back_office(old);
        let new = world.add_back_office(
            BackOfficeModel::new(NEW)
                .with_certificate(ServerCertificate::new(root().der))
                .with_account(
                    "ACE0999001",
                    Account::open()
                        .with_key(KEY)
                        .with_lowest_security_profile(2),
                ),
        );
        let charger = world.add_charger(setup);
        assert!(world.settle(charger, Duration::from_secs(60)));
        let link = world.link(charger);
        Self {
            world,
            charger,
            old,
            new,
            link,
        }
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Result<Response, LinkError> {
        let mut context = Context::new(Duration::from_secs(300));
        Link::exchange(&mut self.link, request, &mut context)
    }

    pub(crate) fn number(&mut self, index: u16, sub: u8) -> i64 {
        let id = ObjectId::new(index, sub);
        let Ok(Response::Objects(objects)) = self.ask(&Request::Read(vec![id])) else {
            panic!("{id} cannot be read");
        };
        match objects.first().map(|object| &object.value) {
            Some(Value::Unsigned(number)) => i64::try_from(*number).unwrap(),
            Some(Value::Signed(number)) => *number,
            other => panic!("{id} holds {other:?}"),
        }
    }

    pub(crate) fn write(&mut self, writes: Vec<ObjectWrite>) {
        assert_eq!(self.ask(&Request::Write(writes)).unwrap(), Response::Done);
    }

    pub(crate) fn upload(&mut self, bytes: Vec<u8>) -> Result<Response, LinkError> {
        self.ask(&Request::Upload(Upload::new(Bytes::from(bytes))))
    }

    /// Restarts and waits until the charger has found its back office, or gave up.
    pub(crate) fn restart(&mut self, wait: Duration) {
        self.ask(&Request::Restart).unwrap();
        self.world.advance(wait);
    }
}

pub(crate) fn number(index: u16, sub: u8, value: u64) -> ObjectWrite {
    ObjectWrite::new(
        ObjectId::new(index, sub),
        DataType::UNSIGNED8,
        Value::Unsigned(value),
    )
}

pub(crate) fn text(index: u16, sub: u8, value: &str) -> ObjectWrite {
    let value = Value::Text(value.into());
    ObjectWrite::new(ObjectId::new(index, sub), DataType::VISIBLE_STRING, value)
}

/// Profile 1 leads to the new back office.
pub(crate) fn new_profile() -> Vec<ObjectWrite> {
    vec![
        text(0x20F0, 3, "wss://new.example.org:443/ocpp"),
        number(0x20F0, 5, 2),
        number(0x20F0, 0xE, 1),
        number(0x20F1, 0xE, 0),
    ]
}

pub(crate) struct Root {
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
}

/// A root that looks like one to the model, which compares bytes only.
pub(crate) fn root() -> Root {
    Root {
        pem: "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n".into(),
        der: vec![0x30, 3, 2, 1, 1],
    }
}
