use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use charger_link::https::{Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust};
use charger_sim::{
    Account, Authority, ChargerSetup, OfficeOptions, SimulatedBackOffice, SimulatedCharger,
    TestContainer, Timing,
};
use ocpp_config::{Secret, SecretMap};

use crate::arguments::DemoArguments;

const SERIAL: &str = "ACE0999001";
const CPO: &str = "Example CPO";
const KEY: &str = "Demo-key-1234567890";

/// A charger, its old back office and its new one, all on this machine.
pub(crate) struct Demo {
    charger: SimulatedCharger,
    new: SimulatedBackOffice,
    _old: SimulatedBackOffice,
    document: String,
    secrets: SecretMap,
}

impl Demo {
    /// Starts everything and waits until the old back office has accepted the charger.
    pub(crate) fn start(arguments: &DemoArguments) -> Result<Self, Box<dyn std::error::Error>> {
        let security_profile = arguments.security_profile;
        let old = SimulatedBackOffice::start(
            OfficeOptions::default().with_account(SERIAL, Account::open()),
        )?;
        let csms_ca = Arc::new(Authority::generate("New back office root")?);
        let charger_ca = Arc::new(Authority::generate("Charger certificates root")?);
        let new = SimulatedBackOffice::start(office(security_profile, &csms_ca, &charger_ca))?;
        let mut setup = ChargerSetup::numbered(SERIAL).with_profile(1, &old.url(), 1, 0);
        setup.timing = Timing::default().faster(30);
        let charger = SimulatedCharger::start(setup)?;
        if !old.wait_until_accepted(SERIAL, 1, Duration::from_secs(30)) {
            return Err("the simulated charger did not reach its old back office".into());
        }
        let installed = if arguments.wrong_root {
            Authority::generate("Somebody else's root")?
                .root_pem()
                .to_owned()
        } else {
            csms_ca.root_pem().to_owned()
        };
        let secrets = secrets(&csms_ca, &charger_ca, &installed)?;
        let document = document(&new.url(), security_profile);
        Ok(Self {
            charger,
            new,
            _old: old,
            document,
            secrets,
        })
    }

    /// What the charger shall be.
    pub(crate) fn document(&self) -> &str {
        &self.document
    }

    /// What the document refers to.
    pub(crate) const fn secrets(&self) -> &SecretMap {
        &self.secrets
    }

    /// Where everything is, for people.
    pub(crate) fn scene(&self) -> String {
        format!(
            "simulated charger {SERIAL} at {}, accepted at its old back office {}\n\
             new back office at {}",
            self.charger.url(),
            self._old.url(),
            self.new.url()
        )
    }

    /// The way to the charger. Its key is known here, so it is pinned, not asked about.
    pub(crate) fn link(&self) -> Result<HttpsLink, Box<dyn std::error::Error>> {
        let pin = KeyFingerprint::of_certificate(self.charger.certificate())
            .ok_or("the simulated charger has no certificate")?;
        let address = Address::new(IpAddr::from(Ipv4Addr::LOCALHOST).to_string())
            .with_port(self.charger.address().port());
        let credentials = Credentials::new("admin", Secret::from("test-password"));
        Ok(HttpsLink::new(
            HttpsSettings::new(address, credentials),
            Trust::pinned(pin),
        ))
    }
}

fn office(security_profile: u8, csms: &Arc<Authority>, chargers: &Arc<Authority>) -> OfficeOptions {
    let account = match security_profile {
        0 => Account::open(),
        profile => Account::with_key(KEY).at_least(profile),
    };
    let options = OfficeOptions::default().with_account(SERIAL, account);
    match security_profile {
        0 | 1 => options,
        2 => options.with_tls(csms),
        _ => options.with_tls(csms).demanding_certificates_of(chargers),
    }
}

/// The files and variables that the document refers to, held in memory.
fn secrets(
    csms: &Authority,
    chargers: &Authority,
    installed_root: &str,
) -> Result<SecretMap, Box<dyn std::error::Error>> {
    let client = chargers.client(SERIAL, CPO)?;
    let package = TestContainer::root_certificate(installed_root).to_bytes()?;
    Ok(SecretMap::new()
        .with_env("CSMS_KEY", KEY)
        .with_file("csms-root.pem", csms.root_pem().into())
        .with_file("Rootcertificate.fwi", package)
        .with_file("charger-chain.pem", client.expose().to_vec())
        .with_file("charger-key.pem", client.expose().to_vec()))
}

fn document(url: &str, security_profile: u8) -> String {
    let mut text = format!(
        r#"# what the charger shall be
preset = "manual"
connection-attempts = 3
identity = "{SERIAL}"
cpo-name = "{CPO}"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "{url}"
interface = "wired"
security-profile = {security_profile}
message-timeout = 30
"#
    );
    if security_profile >= 1 {
        text.push_str("\n[security]\n");
    }
    if (1..=2).contains(&security_profile) {
        text.push_str("authorization-key = { env = \"CSMS_KEY\", encoding = \"text\" }\n");
    }
    if security_profile >= 2 {
        text.push_str(
            "root-certificate = { package = \"Rootcertificate.fwi\", file = \"csms-root.pem\" }\n",
        );
    }
    if security_profile == 3 {
        text.push_str(
            "client-certificate = { chain = \"charger-chain.pem\", key = { file = \"charger-key.pem\" } }\n",
        );
    }
    text
}
