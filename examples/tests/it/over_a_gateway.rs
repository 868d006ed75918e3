//! The main job over a CiA 309-3 gateway, in real time: on a serial port and on TCP,
//! through imitations of both known servers, with real OCPP at the charger's other end.

use std::sync::Arc;
use std::time::Duration;

use charger_commissioning::{
    Answer, ChangeBackOffice, End, Journal, MemoryJournal, NoPreflight, Observer, Policy, Question,
    SystemClock, UnsentTransactions, run,
};
use charger_link::gateway::codec::NodeAddress;
use charger_link::gateway::{GatewayLink, GatewaySettings, SerialSettings};
use charger_link::{Cancel, Link};
use charger_sim::{
    Account, Authority, ChargerSetup, Dialect, GatewayOptions, OfficeOptions, SimulatedBackOffice,
    SimulatedCharger, SimulatedGateway, TestContainer, Timing,
};
use ocpp_config::{DocumentSource, ResolvedDocument, SecretMap, validate_tolerating};

const SERIAL: &str = "ACE0999001";
const KEY: &str = "Gateway-key-12345678";

#[test]
fn on_tcp_through_canopennode() {
    on_tcp(Dialect::CanOpenNode);
}

#[test]
fn on_tcp_through_lely() {
    on_tcp(Dialect::Lely);
}

#[cfg(unix)]
#[test]
fn on_a_serial_port_through_canopennode() {
    on_a_serial_port(Dialect::CanOpenNode);
}

#[cfg(unix)]
#[test]
fn on_a_serial_port_through_lely() {
    on_a_serial_port(Dialect::Lely);
}

fn on_tcp(dialect: Dialect) {
    let site = Site::new();
    let gateway = SimulatedGateway::tcp(&site.charger, GatewayOptions::new(dialect)).unwrap();
    site.change(GatewayLink::tcp(gateway.address().unwrap(), settings()).unwrap());
}

#[cfg(unix)]
fn on_a_serial_port(dialect: Dialect) {
    let site = Site::new();
    let gateway = SimulatedGateway::pty(&site.charger, GatewayOptions::new(dialect)).unwrap();
    let (path, port) = (gateway.path().unwrap(), SerialSettings::default());
    site.change(GatewayLink::serial(path, port, settings()));
}

fn settings() -> GatewaySettings {
    GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1))
}

/// A charger at its old back office, and a new one with TLS and a private root.
struct Site {
    charger: SimulatedCharger,
    new: SimulatedBackOffice,
    _old: SimulatedBackOffice,
    root: String,
}

impl Site {
    fn new() -> Self {
        let old = SimulatedBackOffice::start(
            OfficeOptions::default().with_account(SERIAL, Account::open()),
        )
        .unwrap();
        let root = Arc::new(Authority::generate("New back office root").unwrap());
        let account = Account::with_key(KEY).at_least(2);
        let new = SimulatedBackOffice::start(
            OfficeOptions::default()
                .with_account(SERIAL, account)
                .with_tls(&root),
        )
        .unwrap();
        let mut setup = ChargerSetup::numbered(SERIAL).with_profile(1, &old.url(), 1, 0);
        setup.timing = Timing::default().faster(30);
        let charger = SimulatedCharger::start(setup).unwrap();
        assert!(old.wait_until_accepted(SERIAL, 1, Duration::from_secs(30)));
        Self {
            charger,
            new,
            _old: old,
            root: root.root_pem().to_owned(),
        }
    }

    fn change(&self, mut link: impl Link) {
        let mut journal = Journal::open(MemoryJournal::new()).unwrap();
        // Everything is thirty times faster than in the field, and so is the patience.
        let policy = Policy::default()
            .with_unsent_transactions(UnsentTransactions::Ignore)
            .with_confirmation(Duration::from_secs(3))
            .with_proof_limit(Duration::from_secs(20))
            .with_restart_limit(Duration::from_secs(30));
        let mut machine = ChangeBackOffice::new(self.document())
            .with_policy(policy)
            .start(&journal.history())
            .unwrap();
        let outcome = run(
            &mut machine,
            &mut link,
            &mut journal,
            &mut SystemClock::new(),
            &mut NoPreflight::new(),
            &mut Agreeing,
            &Cancel::new(),
        )
        .unwrap();
        assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
        assert!(self.new.wait_until_accepted(SERIAL, 1, Duration::ZERO));
    }

    /// A charger on this machine has its back office on this machine, too.
    fn document(&self) -> ResolvedDocument {
        let text = document(&self.new.url());
        let source = DocumentSource::from_toml("charger.toml", &text).unwrap();
        let package = TestContainer::root_certificate(&self.root);
        let secrets = SecretMap::new()
            .with_env("CSMS_KEY", KEY)
            .with_file("csms-root.pem", self.root.clone().into())
            .with_file("Rootcertificate.fwi", package.to_bytes().unwrap());
        validate_tolerating(&source, &["NP-URL-LOOPBACK"])
            .checked
            .unwrap()
            .resolve(&secrets)
            .unwrap()
    }
}

/// Agrees to everything.
struct Agreeing;

impl Observer for Agreeing {
    fn answer(&mut self, _question: &Question) -> Answer {
        Answer::Yes
    }
}

fn document(url: &str) -> String {
    format!(
        r#"preset = "manual"
connection-attempts = 3
identity = "{SERIAL}"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "{url}"
interface = "wired"
security-profile = 2
message-timeout = 30

[security]
authorization-key = {{ env = "CSMS_KEY", encoding = "text" }}
root-certificate = {{ package = "Rootcertificate.fwi", file = "csms-root.pem" }}
"#
    )
}
