//! Every way in which the issue of a changeover is described, each with each: by hand or by
//! preset package, wired or mobile, and what the new back office demands of the charger.

use charger_commissioning::{End, Strategy};
use charger_sim::{
    Account, BackOfficeModel, ChargerSetup, ServerCertificate, SimCard, TestContainer,
};
use ocpp_config::{
    DataType, DocumentSource, ObjectWrite, ResolvedDocument, SecretMap, Value, objects, validate,
};

use crate::bench::{APN_PASSWORD, Bench, KEY, PIN, ROOT, root_container};

const APN: &str = "apn.new.example.org";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Settings {
    ByHand,
    Preset,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Interface {
    Wired,
    Mobile,
}

/// What the new back office demands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Demand {
    Nothing,
    Key,
    RootAndKey,
    RootAndClientCertificate,
}

impl Demand {
    const ALL: [Self; 4] = [
        Self::Nothing,
        Self::Key,
        Self::RootAndKey,
        Self::RootAndClientCertificate,
    ];

    const fn profile(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Key => 1,
            Self::RootAndKey => 2,
            Self::RootAndClientCertificate => 3,
        }
    }

    const fn address(self) -> &'static str {
        match self {
            Self::Nothing => "plain.example.org:80",
            Self::Key => "key.example.org:80",
            Self::RootAndKey => "root.example.org:443",
            Self::RootAndClientCertificate => "client.example.org:443",
        }
    }

    fn url(self) -> String {
        let scheme = if self.profile() < 2 { "ws" } else { "wss" };
        format!("{scheme}://{}/ocpp", self.address())
    }

    fn back_office(self) -> BackOfficeModel {
        let account = match self {
            Self::Nothing => Account::open(),
            _ => Account::open()
                .with_key(KEY)
                .with_lowest_security_profile(self.profile()),
        };
        let office = BackOfficeModel::new(self.address()).with_account("ACE0999001", account);
        match self.profile() {
            2.. => office.with_certificate(ServerCertificate::new(ROOT.to_vec())),
            _ => office,
        }
    }

    /// The part of the document that holds secrets and certificates.
    const fn security(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Key => "[security]\nauthorization-key = { env = \"KEY\", encoding = \"text\" }\n",
            Self::RootAndKey => {
                "[security]\nauthorization-key = { env = \"KEY\", encoding = \"text\" }\n\
                 root-certificate = { package = \"Rootcertificate.fwi\" }\n"
            }
            Self::RootAndClientCertificate => {
                "[security]\nroot-certificate = { package = \"Rootcertificate.fwi\" }\n\
                 client-certificate = { chain = \"client.pem\", key = { env = \"CLIENT_KEY\" } }\n"
            }
        }
    }
}

/// One kind of changeover.
#[derive(Debug, Clone, Copy)]
struct Cell {
    settings: Settings,
    interface: Interface,
    demand: Demand,
    strategy: Strategy,
}

impl Cell {
    fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for interface in [Interface::Wired, Interface::Mobile] {
            for demand in Demand::ALL {
                for (settings, strategy) in [
                    (Settings::ByHand, Strategy::Documented),
                    (Settings::ByHand, Strategy::Staged),
                    (Settings::Preset, Strategy::Documented),
                ] {
                    cells.push(Self {
                        settings,
                        interface,
                        demand,
                        strategy,
                    });
                }
            }
        }
        cells
    }

    fn document(self) -> ResolvedDocument {
        let text = match self.settings {
            Settings::ByHand => self.by_hand(),
            Settings::Preset => self.by_preset(),
        };
        let source = DocumentSource::from_toml("charger.toml", &text).unwrap();
        let validation = validate(&source);
        let checked = validation
            .checked
            .unwrap_or_else(|| panic!("{self:?}: {}", validation.report.to_text()));
        checked
            .resolve(&self.secrets())
            .unwrap_or_else(|report| panic!("{self:?}: {}", report.to_text()))
    }

    fn by_hand(self) -> String {
        let interface = match self.interface {
            Interface::Wired => "interface = \"wired\"\n".to_owned(),
            Interface::Mobile => format!(
                "interface = \"mobile\"\nsim-pin = {{ env = \"PIN\" }}\n\
                 [network-profile.1.apn]\nname = \"{APN}\"\nuser = \"charger\"\n\
                 password = {{ env = \"APN\" }}\n"
            ),
        };
        format!(
            "preset = \"manual\"\nidentity = \"ACE0999001\"\ncpo-name = \"Example CPO\"\n\
             [network-profile.1]\npriority = 1\nocpp-version = \"1.6\"\ncsms-url = \"{}\"\n\
             security-profile = {}\n{interface}{}",
            self.demand.url(),
            self.demand.profile(),
            self.demand.security(),
        )
    }

    fn by_preset(self) -> String {
        format!(
            "preset = {{ name = \"new-provider\", package = \"Preset.fwi\" }}\n{}",
            self.demand.security()
        )
    }

    fn secrets(self) -> SecretMap {
        let pem = |label, body| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        SecretMap::new()
            .with_env("KEY", KEY)
            .with_env("PIN", PIN)
            .with_env("APN", APN_PASSWORD)
            .with_env("CLIENT_KEY", pem("PRIVATE KEY", "Y2xpZW50LWtleQ=="))
            .with_file("client.pem", pem("CERTIFICATE", "MAA=").into())
            .with_file("Rootcertificate.fwi", root_container(ROOT))
            .with_file("Preset.fwi", self.preset())
    }

    /// What the provider of the back office puts into its package.
    fn preset(self) -> Vec<u8> {
        let number = |id: &str, value| {
            ObjectWrite::new(
                id.parse().unwrap(),
                DataType::UNSIGNED8,
                Value::Unsigned(value),
            )
        };
        let text = |id: &str, value: &str| {
            let value = Value::Text(value.to_owned());
            ObjectWrite::new(id.parse().unwrap(), DataType::VISIBLE_STRING, value)
        };
        let mut writes = vec![
            number("20F0_1", 3),
            text("20F0_3", &self.demand.url()),
            number("20F0_5", self.demand.profile().into()),
            number("20F0_E", 1),
        ];
        match self.interface {
            Interface::Wired => writes.push(number("20F0_6", 1)),
            Interface::Mobile => writes.extend([
                number("20F0_6", 5),
                text("20F0_7", APN),
                text("20F0_10", PIN),
            ]),
        }
        let package = TestContainer::preset("new-provider", &writes).unwrap();
        package.to_bytes().unwrap()
    }

    /// Its SIM works with the APN and PIN of the new provider only.
    fn charger(self) -> ChargerSetup {
        let mut setup = ChargerSetup::default();
        let mut sim = SimCard::default();
        sim.apn = Some(APN.to_owned());
        sim.pin = Some(PIN.to_owned());
        setup.sim = Some(sim);
        setup
    }

    /// The number of the interface in object `20Fx_6`.
    const fn interface_number(self) -> u64 {
        match self.interface {
            Interface::Wired => 1,
            Interface::Mobile => 5,
        }
    }
}

#[test]
fn b3_n1_to_n5_m1_to_m8_every_kind_of_changeover_is_proven() {
    for cell in Cell::all() {
        let mut bench = Bench::with(cell.charger());
        bench.world.add_back_office(cell.demand.back_office());
        let started = bench.world.now();
        let outcome = bench.change_to(cell.document(), cell.strategy);
        assert!(matches!(outcome.end, End::Proven), "{cell:?}: {outcome:#?}");
        assert!(bench.is_at(cell.demand.address()), "{cell:?}");
        let seconds = (bench.world.now() - started).as_secs();
        assert!(outcome.requests <= 200, "{cell:?}: {outcome}");
        assert!(u64::from(outcome.requests) <= seconds, "{cell:?}");
        in_force(cell, &bench);
        let again = bench.change_to(cell.document(), cell.strategy);
        assert!(
            matches!(again.end, End::AlreadyInForce),
            "{cell:?}: {again:#?}"
        );
    }
}

/// What the charger holds in the end, looked at from inside.
fn in_force(cell: Cell, bench: &Bench) {
    let now = bench.world.now();
    bench.world.charger(bench.charger, |charger| {
        let read = |id| charger.value(now, id);
        let active = read(objects::ACTIVE_PROFILE).and_then(|value| value.as_u8());
        let slot = active.unwrap_or_else(|| panic!("{cell:?}: no active profile"));
        let field = |field: objects::ProfileField| {
            let id = field.of_profile(slot).unwrap();
            read(id).unwrap_or_else(|| panic!("{cell:?}: no {id}"))
        };
        let number = |value: Value| value.as_u8().map(u64::from);
        let interface = field(objects::ProfileField::INTERFACE);
        assert_eq!(number(interface), Some(cell.interface_number()), "{cell:?}");
        let profile = field(objects::ProfileField::SECURITY_PROFILE);
        assert_eq!(
            number(profile),
            Some(cell.demand.profile().into()),
            "{cell:?}"
        );
        let trusts = charger.trusted_roots().iter().any(|root| root == ROOT);
        assert_eq!(trusts, cell.demand.profile() >= 2, "{cell:?}");
    });
}
