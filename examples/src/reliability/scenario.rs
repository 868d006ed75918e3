//! What is moved where: documents, and the charger that each of them is for.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use charger_commissioning::Strategy;
use charger_sim::{ChargerSetup, SimCard, TestContainer};
use ocpp_config::objects::ProfileField;
use ocpp_config::{
    DataType, DocumentSource, ObjectId, ObjectWrite, ResolvedDocument, Secret, SecretMap, Value,
    validate,
};

use super::Fallible;

pub(super) const OLD: &str = "csms.example.net:80";
/// An old back office behind TLS and a key.
pub(super) const SECURE: &str = "secure.example.net:443";
pub(super) const NEW: &str = "new.example.org:443";
pub(super) const PLAIN: &str = "plain.example.org:80";
pub(super) const THIRD: &str = "third.example.org:443";

/// The access point of a charger whose old back office is reached over the mobile network.
const OLD_APN: &str = "apn.old.example.net";

/// Secrets that stand nowhere else, so that a leak is found by searching for them.
pub(super) const KEY: &str = "canary-key-Qx7Zp2Lw9";
pub(super) const OLD_KEY: &str = "canary-old-key-Bd8Rt1";
pub(super) const APN_PASSWORD: &str = "canary-apn-Vt4Ns";
pub(super) const PIN: &str = "84620517";
pub(super) const LOGIN: &str = "canary-login-Hk3Fd8";
pub(super) const CLIENT_KEY: &str = "Y2FuYXJ5LWNsaWVudC1rZXktUm01Qmc2WWo";

/// Any bytes will do as a root certificate in memory; these make an upload of eight
/// records.
pub(super) fn root() -> Vec<u8> {
    (0..36_000_u32).map(|at| (at % 251) as u8).collect()
}

/// The root of [`SECURE`].
pub(super) fn old_root() -> Vec<u8> {
    b"the root of the old back office".to_vec()
}

/// Where a changeover must lead.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// Accepted by the back office at this address.
    At(&'static str),
    /// Stand-alone, on purpose.
    StandAlone,
}

/// One kind of changeover.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) document: ResolvedDocument,
    pub(super) setup: Arc<ChargerSetup>,
    pub(super) strategies: &'static [Strategy],
    /// Where the charger is at the start.
    pub(super) old: &'static str,
    pub(super) target: Target,
    /// The bytes of the container that is uploaded; 0 = none is.
    pub(super) container: usize,
}

const BOTH: &[Strategy] = &[Strategy::Documented, Strategy::Staged];
/// What needs the old settings gone first.
const DOCUMENTED: &[Strategy] = &[Strategy::Documented];

const WIRED: &str = r#"
preset = "manual"
connection-attempts = 3
identity = "ACE0999001"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/ocpp"
interface = "wired"
security-profile = 2
message-timeout = 15

[security]
authorization-key = { env = "KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi" }
"#;

const MOBILE: &str = r#"
preset = "manual"
connection-attempts = 5
identity = "ACE0999001"

[network-profile.1]
priority = 2
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/ocpp"
interface = "wired"
security-profile = 2

[network-profile.3]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/mobile/path"
interface = "mobile"
security-profile = 2
message-timeout = 30
sim-pin = { env = "PIN" }

[network-profile.3.apn]
name = "apn.new.example.org"
user = "charger"
password = { env = "APN" }

[security]
authorization-key = { env = "KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi" }
"#;

const UNPROTECTED: &str = r#"
preset = "manual"
identity = "ACE0999001"
[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "ws://plain.example.org:80/ocpp"
interface = "wired"
security-profile = 0
"#;

const CLIENT: &str = r#"
preset = "manual"
identity = "ACE0999001"
cpo-name = "Example CPO"
[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://third.example.org:443/ocpp"
interface = "wired"
security-profile = 3
[security]
root-certificate = { package = "Rootcertificate.fwi" }
client-certificate = { chain = "client.pem", key = { env = "CLIENT_KEY" } }
"#;

/// The old back office stays in the document, as the fallback of the new one.
const FALLBACK: &str = r#"
[network-profile.2]
priority = 2
ocpp-version = "1.6"
csms-url = "ws://csms.example.net:80/fallback"
interface = "wired"
security-profile = 0
"#;

const PRESET: &str = "preset = { name = \"new-provider\", package = \"Preset.fwi\" }\n";

const ALONE: &str = r#"
preset = "stand-alone"
[authorization]
mode = "rfid"
offline-action = "accept-known"
"#;

impl Scenario {
    /// Every kind of changeover.
    pub(super) fn all() -> Fallible<Vec<Self>> {
        Ok(vec![
            Self::wired()?,
            Self::mobile()?,
            Self::unprotected()?,
            Self::new("profile 0 to 3", CLIENT, BOTH, Target::At(THIRD))?,
            Self::new("profile 2 to 3", CLIENT, BOTH, Target::At(THIRD))?.at_secure(),
            Self::new("profile 2 to 2", WIRED, BOTH, Target::At(NEW))?.at_secure(),
            Self::new("mobile to wired", WIRED, BOTH, Target::At(NEW))?.at_mobile(Some(OLD_APN))?,
            Self::new("mobile to mobile", MOBILE, BOTH, Target::At(NEW))?.at_mobile(None)?,
            Self::new("preset", PRESET, DOCUMENTED, Target::At(PLAIN))?,
            Self::new("stand-alone", ALONE, DOCUMENTED, Target::StandAlone)?,
        ])
    }

    /// Those that lead to a back office, stand-alone cannot be refused by one; and one
    /// whose document names the old back office as the fallback.
    pub(super) fn refusable() -> Fallible<Vec<Self>> {
        let mut all = Self::all()?;
        all.retain(|scenario| matches!(scenario.target, Target::At(_)));
        let document = format!("{WIRED}{FALLBACK}");
        all.push(Self::new(
            "old one as fallback",
            &document,
            BOTH,
            Target::At(NEW),
        )?);
        Ok(all)
    }

    /// No TLS and no key, the shortest changeover.
    pub(super) fn unprotected() -> Fallible<Self> {
        Self::new("profile 0 to 0", UNPROTECTED, BOTH, Target::At(PLAIN))
    }

    /// The same for a charger that is at its old back office with security profile 2. Its
    /// old key is known to whoever moves it.
    fn at_secure(mut self) -> Self {
        let secure_url = format!("wss://{SECURE}/ocpp");
        let setup = ChargerSetup::clone(&self.setup)
            .with_roots([old_root()])
            .with_authorization_key(Some(OLD_KEY.into()))
            .with_profile(1, &secure_url, 1, 2)
            .with_object(ObjectId::new(0x2723, 0), Value::Unsigned(2));
        self.setup = Arc::new(setup);
        self.old = SECURE;
        self
    }

    /// The same for a charger that is at its old back office over the mobile network. Its SIM
    /// card asks for the PIN, and works with this APN only, or with every one.
    fn at_mobile(mut self, apn: Option<&str>) -> Fallible<Self> {
        let id = |field: ProfileField| field.of_profile(1).ok_or("there is a profile 1");
        let text = |text: &str| Value::Text(text.to_owned());
        let sim = SimCard::default()
            .with_apn(apn.map(str::to_owned))
            .with_pin(Some(PIN.to_owned()));
        let setup = ChargerSetup::clone(&self.setup)
            .with_sim(Some(sim))
            .with_profile(1, &format!("ws://{OLD}/mobile"), 1, 0)
            .with_profile(2, "", 0, 0)
            .with_object(id(ProfileField::INTERFACE)?, Value::Unsigned(5))
            .with_object(id(ProfileField::APN)?, text(OLD_APN))
            .with_object(id(ProfileField::SIM_PIN_LONG)?, text(PIN));
        self.setup = Arc::new(setup);
        Ok(self)
    }

    /// The old key, where the charger has one.
    pub(super) fn old_key(&self) -> Option<Secret> {
        self.setup.authorization_key.clone()
    }

    /// How many records the upload takes.
    pub(super) fn records(&self) -> u64 {
        self.container.div_ceil(7_000) as u64
    }

    /// The demonstration: security profile 0 to 2 with a private root and a key.
    pub(super) fn wired() -> Fallible<Self> {
        Self::new("profile 0 to 2", WIRED, BOTH, Target::At(NEW))
    }

    /// The same over a SIM card with a PIN, with a wired fallback.
    pub(super) fn mobile() -> Fallible<Self> {
        Self::new("mobile", MOBILE, BOTH, Target::At(NEW))
    }

    /// The demonstration with other bytes as the root certificate's container.
    pub(super) fn with_package(package: Vec<u8>) -> Result<ResolvedDocument, String> {
        resolve(WIRED, secrets(package).map_err(|error| error.to_string())?)
    }

    fn new(
        name: &'static str,
        document: &str,
        strategies: &'static [Strategy],
        target: Target,
    ) -> Fallible<Self> {
        let container = if document.contains("Rootcertificate.fwi") {
            root_package()?.len()
        } else if document.contains("Preset.fwi") {
            preset_package()?.len()
        } else {
            0
        };
        Ok(Self {
            name,
            document: resolve(document, secrets(root_package()?)?)?,
            setup: Arc::new(charger_for(name)),
            strategies,
            old: OLD,
            target,
            container,
        })
    }
}

fn charger_for(name: &str) -> ChargerSetup {
    let mut setup = ChargerSetup::default();
    setup.password = LOGIN.into();
    if name == "mobile"
        && let Some(sim) = &mut setup.sim
    {
        sim.apn = Some("apn.new.example.org".to_owned());
        sim.pin = Some(PIN.to_owned());
    }
    setup
}

/// The container with [`root`].
pub(super) fn root_package() -> Fallible<Vec<u8>> {
    let body = STANDARD.encode(root());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    Ok(TestContainer::root_certificate(&pem).to_bytes()?)
}

fn preset_package() -> Fallible<Vec<u8>> {
    let url = Value::Text("ws://plain.example.org:80/x".to_owned());
    let number = |id: &str, value| (id.parse(), DataType::UNSIGNED8, Value::Unsigned(value));
    let writes = [
        number("20F0_1", 3),
        ("20F0_3".parse(), DataType::VISIBLE_STRING, url),
        number("20F0_5", 0),
        number("20F0_6", 1),
        number("20F0_E", 1),
    ];
    let mut all = Vec::new();
    for (id, data_type, value) in writes {
        all.push(ObjectWrite::new(id?, data_type, value));
    }
    Ok(TestContainer::preset("new-provider", &all)?.to_bytes()?)
}

fn secrets(root_package: Vec<u8>) -> Fallible<SecretMap> {
    let chain = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{CLIENT_KEY}\n-----END PRIVATE KEY-----\n");
    Ok(SecretMap::new()
        .with_env("KEY", KEY)
        .with_env("PIN", PIN)
        .with_env("APN", APN_PASSWORD)
        .with_env("CLIENT_KEY", key)
        .with_file("client.pem", chain.into())
        .with_file("Rootcertificate.fwi", root_package)
        .with_file("Preset.fwi", preset_package()?))
}

fn resolve(document: &str, secrets: SecretMap) -> Result<ResolvedDocument, String> {
    let source =
        DocumentSource::from_toml("charger.toml", document).map_err(|report| report.to_text())?;
    let validation = validate(&source);
    let checked = validation
        .checked
        .ok_or_else(|| validation.report.to_text())?;
    checked.resolve(&secrets).map_err(|report| report.to_text())
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn every_changeover_begins_at_its_old_back_office_and_not_at_its_target() {
        for scenario in Scenario::all().unwrap() {
            let bench = Bench::new(&scenario, None).unwrap();
            assert!(bench.is_at_old(), "{}", scenario.name);
            assert!(!bench.is_at_target(), "{}", scenario.name);
            let over_mobile = bench.old_interface() == Some(5);
            assert_eq!(over_mobile, scenario.name.starts_with("mobile to"));
        }
    }
}
