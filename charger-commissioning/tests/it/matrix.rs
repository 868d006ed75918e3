//! Every kind of changeover, each with each: by hand or by preset package, wired or mobile,
//! what the new back office demands of the charger, its firmware and its family. Over the
//! HTTPS API, whose commands the families spell in different ways.

use charger_commissioning::{ChangeBackOffice, End, Outcome, Refusal, Strategy};
use charger_sim::{
    Account, BackOfficeModel, ChargerSetup, Family, FirmwareLine, ServerCertificate, SimCard,
    TestContainer, Wire,
};
use ocpp_config::{
    DataType, DocumentSource, ObjectWrite, ResolvedDocument, SecretMap, Value, objects, validate,
};

use crate::bench::{APN_PASSWORD, Bench, KEY, PIN, ROOT, policy, root_container, tell};

const APN: &str = "apn.new.example.org";
const APN_USER: &str = "charger";
/// Firmware before 6.6 keeps four digits.
const SHORT_PIN: &str = "8462";

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
    firmware: FirmwareLine,
    family: Family,
}

impl Cell {
    fn all() -> Vec<Self> {
        let lines = [FirmwareLine::V6Short, FirmwareLine::V6_6, FirmwareLine::V7];
        let families = [Family::Ng9xx, Family::Ahp];
        let chargers = lines
            .into_iter()
            .flat_map(|line| families.map(|family| (line, family)));
        chargers
            .flat_map(|(firmware, family)| Self::all_of(firmware, family))
            .collect()
    }

    fn all_of(firmware: FirmwareLine, family: Family) -> Vec<Self> {
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
                        firmware,
                        family,
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
                 [network-profile.1.apn]\nname = \"{APN}\"\nuser = \"{APN_USER}\"\n\
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
            .with_env("PIN", self.pin())
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
                text(self.pin_object(), self.pin()),
            ]),
        }
        let package = TestContainer::preset("new-provider", &writes).unwrap();
        package.to_bytes().unwrap()
    }

    /// Its SIM works with the APN and PIN of the new provider only.
    fn charger(self) -> ChargerSetup {
        let mut setup = ChargerSetup::default()
            .with_firmware(self.firmware)
            .with_family(self.family);
        if self.family == Family::Ahp {
            setup.model = "AHP-1".to_owned();
        }
        let mut sim = SimCard::default();
        sim.apn = Some(APN.to_owned());
        sim.pin = Some(self.pin().to_owned());
        setup.sim = Some(sim);
        setup
    }

    const fn has_short_slots(self) -> bool {
        matches!(self.firmware, FirmwareLine::V6Short)
    }

    const fn pin(self) -> &'static str {
        if self.has_short_slots() {
            SHORT_PIN
        } else {
            PIN
        }
    }

    const fn pin_object(self) -> &'static str {
        if self.has_short_slots() {
            "20F0_A"
        } else {
            "20F0_10"
        }
    }

    /// Chargers of the family AHP take no containers.
    fn is_possible(self) -> bool {
        let needs_container = self.settings == Settings::Preset || self.demand.profile() >= 2;
        !(self.family == Family::Ahp && needs_container)
    }

    fn run(self, bench: &mut Bench) -> Outcome {
        let mut machine = ChangeBackOffice::new(self.document())
            .with_strategy(self.strategy)
            .with_policy(policy())
            .start(&bench.journal.history())
            .unwrap();
        let mut link = bench.world.https_link(bench.charger, Wire::new());
        bench.run_over(&mut machine, &mut link).unwrap()
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
    let (mut proven, mut impossible) = (0, 0);
    for cell in Cell::all() {
        let mut bench = Bench::with(cell.charger());
        bench.world.add_back_office(cell.demand.back_office());
        let started = bench.world.now();
        let outcome = cell.run(&mut bench);
        if !cell.is_possible() {
            impossible += 1;
            refused(cell, &bench, &outcome);
            continue;
        }
        proven += 1;
        assert!(matches!(outcome.end, End::Proven), "{cell:?}: {outcome:#?}");
        assert!(bench.is_at(cell.demand.address()), "{cell:?}");
        let seconds = (bench.world.now() - started).as_secs();
        assert!(outcome.exchanges <= 200, "{cell:?}: {outcome}");
        assert!(u64::from(outcome.exchanges) <= seconds, "{cell:?}");
        in_force(cell, &bench);
        let again = cell.run(&mut bench);
        assert!(
            matches!(again.end, End::AlreadyInForce),
            "{cell:?}: {again:#?}"
        );
    }
    tell(&format!(
        "kinds of changeover over HTTPS: {proven} proven, {impossible} refused as impossible"
    ));
}

fn refused(cell: Cell, bench: &Bench, outcome: &Outcome) {
    let refused = matches!(
        outcome.end,
        End::Refused {
            refusal: Refusal::BadContainer { .. }
        }
    );
    assert!(refused, "{cell:?}: {outcome:#?}");
    let counts = bench.world.counts(bench.charger);
    assert_eq!((counts.side_effects, counts.restarts), (0, 0), "{cell:?}");
}

/// What the charger holds in the end, looked at from inside.
fn in_force(cell: Cell, bench: &Bench) {
    use objects::ProfileField;
    let now = bench.world.now();
    bench.world.charger(bench.charger, |charger| {
        let active = charger.value(now, objects::ACTIVE_PROFILE);
        let slot = active.and_then(|value| value.as_u8());
        let slot = slot.unwrap_or_else(|| panic!("{cell:?}: no active profile"));
        let holds = |field: ProfileField, value: Value| {
            let id = field.of_profile(slot).unwrap();
            assert_eq!(charger.stored(id), Some(&value), "{cell:?}: {id}");
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let number = |number: u64| Value::Unsigned(number);
        holds(ProfileField::INTERFACE, number(cell.interface_number()));
        let profile = number(cell.demand.profile().into());
        holds(ProfileField::SECURITY_PROFILE, profile);
        if cell.interface == Interface::Mobile {
            let (user, pin) = match cell.has_short_slots() {
                true => (ProfileField::APN_USER, ProfileField::SIM_PIN),
                false => (ProfileField::APN_USER_LONG, ProfileField::SIM_PIN_LONG),
            };
            holds(ProfileField::APN, text(APN));
            holds(pin, text(cell.pin()));
            if cell.settings == Settings::ByHand {
                holds(user, text(APN_USER));
                holds(ProfileField::APN_PASSWORD, text(APN_PASSWORD));
            }
        }
        let trusts = charger.trusted_roots().iter().any(|root| root == ROOT);
        assert_eq!(trusts, cell.demand.profile() >= 2, "{cell:?}");
    });
}
