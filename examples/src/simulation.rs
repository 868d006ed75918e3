//! Chargers at their old back office, and a new one, all on this machine, with the files
//! that an installer would have: what the tools show without arguments and are tested
//! with.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use charger_commissioning::{Policy, UnsentTransactions};
use charger_link::https::{FilePinStore, KeyFingerprint, PinStore};
use charger_sim::{
    Account, Authority, ChargerSetup, OfficeOptions, SimulatedBackOffice, SimulatedCharger,
    TestContainer, Timing,
};

const CPO: &str = "Example CPO";
const KEY: &str = "Demo-key-1234567890";
/// A boot notification is waited for this long at most, on a busy machine as well.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is simulated.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimulationOptions {
    /// How many chargers there are. Defaults to one.
    pub chargers: usize,
    /// The security profile that the new back office demands. Defaults to 2.
    pub security_profile: u8,
    /// The authorization key that the old back office demands. Defaults to none.
    pub old_key: Option<String>,
    /// Whether the document installs a root certificate that the new back office does not
    /// use. Defaults to no.
    pub wrong_root: bool,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self {
            chargers: 1,
            security_profile: 2,
            old_key: None,
            wrong_root: false,
        }
    }
}

/// Everything stops when it is dropped; the files stay.
#[derive(Debug)]
pub struct Simulation {
    chargers: Vec<SimulatedCharger>,
    old: SimulatedBackOffice,
    new: SimulatedBackOffice,
    folder: PathBuf,
}

impl Simulation {
    /// The password of every charger, whose user is `admin`.
    pub const PASSWORD: &str = "test-password";

    /// Starts everything, waits until the old back office has accepted every charger, and
    /// writes the files into `folder`.
    ///
    /// # Errors
    /// If something cannot be started or written, or a charger is not accepted in time.
    pub fn start(options: &SimulationOptions, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let files = Files::generate(options, folder)?;
        let old = SimulatedBackOffice::start(accounts(options, &old_account(options)))?;
        let new = SimulatedBackOffice::start(new_office(options, &files))?;
        let chargers = (1..=options.chargers)
            .map(|number| SimulatedCharger::start(charger(options, number, &old.url())))
            .collect::<Result<Vec<_>, _>>()?;
        let simulation = Self {
            chargers,
            old,
            new,
            folder: folder.to_owned(),
        };
        for number in 1..=options.chargers {
            if !simulation
                .old
                .wait_until_accepted(&serial(number), 1, PATIENCE)
            {
                return Err("a simulated charger did not reach its old back office".into());
            }
        }
        files.write(options, &simulation)?;
        Ok(simulation)
    }

    /// The chargers.
    pub fn chargers(&self) -> &[SimulatedCharger] {
        &self.chargers
    }

    /// The serial number of a charger, which is its identity as well.
    pub fn serial(&self, index: usize) -> String {
        serial(index + 1)
    }

    /// The back office that all chargers are at.
    pub const fn old(&self) -> &SimulatedBackOffice {
        &self.old
    }

    /// The back office that all chargers shall move to.
    pub const fn new_office(&self) -> &SimulatedBackOffice {
        &self.new
    }

    /// One of the files, by its name in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What a charger shall be; of several, without the identity.
    pub fn document(&self) -> PathBuf {
        self.file("charger.toml")
    }

    /// The public keys of the chargers.
    pub fn pins(&self) -> PathBuf {
        self.file("charger-pins.json")
    }

    /// The chargers as a list.
    pub fn fleet(&self) -> PathBuf {
        self.file("fleet.csv")
    }

    /// What everything being thirty times faster than in the field takes: so is the
    /// patience, and chargers that were never used have no transactions to wait for.
    pub fn policy() -> Policy {
        Policy::default()
            .with_unsent_transactions(UnsentTransactions::Ignore)
            .with_confirmation(Duration::from_secs(3))
            .with_proof_timeout(Duration::from_secs(20))
            .with_restart_timeout(Duration::from_secs(30))
            .with_restart_pause(Duration::from_secs(2))
    }
}

/// A back office at which every charger has an account.
fn accounts(options: &SimulationOptions, account: &Account) -> OfficeOptions {
    (1..=options.chargers).fold(OfficeOptions::default(), |office, number| {
        office.with_account(serial(number), account.clone())
    })
}

fn old_account(options: &SimulationOptions) -> Account {
    match &options.old_key {
        Some(key) => Account::open().with_key(key.as_str()),
        None => Account::open(),
    }
}

fn new_office(options: &SimulationOptions, files: &Files) -> OfficeOptions {
    let guarded = |profile| {
        let account = Account::open().with_key(KEY);
        accounts(options, &account.with_lowest_security_profile(profile))
    };
    match options.security_profile {
        0 => accounts(options, &Account::open()),
        1 => guarded(1),
        2 => guarded(2).with_tls(&files.csms),
        profile => guarded(profile)
            .with_tls(&files.csms)
            .with_client_authority(&files.chargers),
    }
}

/// A charger at the old back office, thirty times faster than in the field.
fn charger(options: &SimulationOptions, number: usize, old_url: &str) -> ChargerSetup {
    let security_profile = options.old_key.is_some().into();
    let mut setup = ChargerSetup::new(serial(number)).with_profile(1, old_url, 1, security_profile);
    setup.authorization_key = options.old_key.as_deref().map(Into::into);
    setup.timing = Timing::default().faster(30);
    setup
}

fn serial(number: usize) -> String {
    format!("ACE0999{number:03}")
}

/// What the files hold.
struct Files {
    folder: PathBuf,
    csms: Arc<Authority>,
    chargers: Arc<Authority>,
}

impl Files {
    /// Those that are there before anything runs.
    fn generate(options: &SimulationOptions, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let files = Self {
            folder: folder.to_owned(),
            csms: Arc::new(Authority::generate("New back office root")?),
            chargers: Arc::new(Authority::generate("Charger certificates root")?),
        };
        let installed = match options.wrong_root {
            true => Authority::generate("Somebody else's root")?
                .root_pem()
                .to_owned(),
            false => files.csms.root_pem().to_owned(),
        };
        let package = TestContainer::root_certificate(&installed).to_bytes()?;
        let client = files.chargers.client(&serial(1), CPO)?;
        for (name, bytes) in [
            ("csms.key", KEY.as_bytes()),
            ("csms-root.pem", files.csms.root_pem().as_bytes()),
            ("Rootcertificate.fwi", &package),
            ("charger-chain.pem", client.expose()),
            ("charger-key.pem", client.expose()),
        ] {
            let path = folder.join(name);
            fs::write(&path, bytes)?;
            for_its_owner(&path)?;
        }
        Ok(files)
    }

    /// Those that name what runs.
    fn write(
        &self,
        options: &SimulationOptions,
        running: &Simulation,
    ) -> Result<(), Box<dyn Error>> {
        let url = running.new.url();
        let identity = (options.chargers == 1).then(|| serial(1));
        let document = document(&url, options.security_profile, identity);
        fs::write(running.document(), document)?;
        let pins = FilePinStore::new(running.pins());
        let mut list = "name,address,identity,documents\n".to_owned();
        for (index, charger) in running.chargers.iter().enumerate() {
            let serial = running.serial(index);
            let address = charger.address();
            let key = KeyFingerprint::of_certificate(charger.certificate())
                .ok_or("a simulated charger has no certificate")?;
            pins.keep(&address.to_string(), key)?;
            list.push_str(&format!(
                "charger-{},{address},{serial},charger.toml\n",
                index + 1
            ));
        }
        fs::write(self.folder.join("fleet.csv"), list)?;
        Ok(())
    }
}

/// As files with secrets have to be.
fn for_its_owner(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn document(url: &str, security_profile: u8, identity: Option<String>) -> String {
    let identity = identity.map_or_else(String::new, |it| format!("identity = \"{it}\"\n"));
    let mut text = format!(
        r#"# what the charger shall be
preset = "manual"
connection-attempts = 3
{identity}cpo-name = "{CPO}"

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
        text.push_str("authorization-key = { file = \"csms.key\", encoding = \"text\" }\n");
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
