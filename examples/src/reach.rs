use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::eprintln;
use charger_link::gateway::codec::NodeAddress;
use charger_link::gateway::{GatewayLink, GatewaySettings, SerialSettings};
use charger_link::https::{
    Credentials, FilePinStore, HttpsLink, HttpsSettings, KeyFingerprint, Sighting, Trust,
};
use charger_link::{Cancel, Charger, Link, LinkError, LinkErrorKind};
use clap::Args;
use etcetera::BaseStrategy;
use ocpp_config::Secret;

use crate::{PasswordError, Place, charger_password};

/// Which charger, and how to reach it: what every tool for one charger asks for.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The charger")]
#[non_exhaustive]
pub struct ChargerArguments {
    /// Where it is: https://HOST or https://HOST:PORT, or a CiA 309-3 gateway at
    /// gateway://HOST:PORT or serial:PATH
    #[arg(long, value_name = "URL")]
    pub charger: Option<Place>,

    /// The fingerprint that it must show (SHA-256 of its public key, hexadecimal)
    #[arg(long, value_name = "HEX", requires = "charger")]
    pub fingerprint: Option<KeyFingerprint>,

    /// How to talk to it.
    #[command(flatten)]
    pub link: LinkArguments,
}

impl ChargerArguments {
    /// The charger that the command line names, not yet connected.
    ///
    /// # Errors
    /// [`ReachError`], if none is named, or as [`LinkArguments::open`].
    pub fn open(&self) -> Result<Box<dyn Link>, ReachError> {
        let place = self.charger.as_ref().ok_or(ReachError::Nowhere)?;
        let password = || charger_password(&self.link.user);
        self.link
            .open(place, self.link.trust(self.fingerprint), password)
    }
}

/// How to talk to chargers, wherever they are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The charger")]
#[non_exhaustive]
pub struct LinkArguments {
    /// HTTPS: the user; the password comes from CHARGER_PASSWORD or is asked for
    #[arg(long, default_value = "admin")]
    pub user: String,

    /// HTTPS: the file of the known chargers' public keys, for all tools and folders. A
    /// charger's key is written into it once a person has agreed to it at first contact,
    /// by --dry-run as well: whom to trust is decided before anything else
    #[arg(long, value_name = "FILE", default_value_os_t = known_chargers())]
    pub pins: PathBuf,

    /// Gateway: the charger's CANopen node-ID in net 1
    #[arg(long, value_name = "1..=127", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=127))]
    pub node: u8,

    /// Gateway: bits per second of the serial port
    #[arg(long, value_name = "BAUD", default_value_t = 115_200)]
    pub baud: u32,
}

impl LinkArguments {
    /// Whom to trust: the fingerprint on the command line, else the known ones, and
    /// unknown ones where a person at the terminal agrees.
    pub fn trust(&self, fingerprint: Option<KeyFingerprint>) -> Trust {
        let pins = self.pins.clone();
        match fingerprint {
            Some(fingerprint) => Trust::pinned(fingerprint),
            None => Trust::stored(FilePinStore::new(&self.pins)).with_consent(move |contact| {
                eprintln!("first contact with {contact}");
                eprintln!("  public key {}", contact.fingerprint);
                let question = format!("  trust it from now on, in {}?", pins.display());
                is_agreed(&question) && has_folder(&pins)
            }),
        }
    }

    /// Meets the charger at `place` without a login: where its key is not known, a person
    /// at the terminal may agree to it.
    ///
    /// # Errors
    /// If the key is not agreed to, or there is no charger.
    pub fn meet(&self, place: &Sighting, trust: Trust, cancel: &Cancel) -> Result<(), LinkError> {
        let nobody = Credentials::new("", Secret::from(""));
        let settings =
            HttpsSettings::new(place.address.clone(), nobody).with_pin_name(place.pin_name());
        let mut charger = Charger::new(HttpsLink::new(settings, trust)).with_cancel(cancel);
        charger.identity().map(|_| ())
    }

    /// The charger at `place`, not yet connected.
    ///
    /// # Errors
    /// [`ReachError`], if there is no password or the name of a gateway is not found.
    pub fn open(
        &self,
        place: &Place,
        trust: Trust,
        password: impl FnOnce() -> Result<Secret, PasswordError>,
    ) -> Result<Box<dyn Link>, ReachError> {
        let place = match place {
            Place::Https(address) => Sighting::at(address.clone()),
            Place::Gateway(address) => {
                let link = GatewayLink::tcp(address.as_str(), self.gateway()?)?;
                return Ok(Box::new(link));
            }
            Place::Serial(path) => {
                let port = SerialSettings::new(self.baud);
                return Ok(Box::new(GatewayLink::serial(path, port, self.gateway()?)));
            }
        };
        Ok(Box::new(self.https(&place, trust, password()?)))
    }

    /// The HTTPS API of the charger at `place`, not yet connected.
    pub fn https(&self, place: &Sighting, trust: Trust, password: Secret) -> HttpsLink {
        let credentials = Credentials::new(&self.user, password);
        let settings =
            HttpsSettings::new(place.address.clone(), credentials).with_pin_name(place.pin_name());
        HttpsLink::new(settings, trust)
    }

    fn gateway(&self) -> Result<GatewaySettings, ReachError> {
        let node = NodeAddress::new(self.node).ok_or(ReachError::Node)?;
        Ok(GatewaySettings::new(node.with_net(1)))
    }
}

/// Why there is no way to a charger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReachError {
    /// No charger is named.
    #[error("name the charger with --charger")]
    Nowhere,
    /// Not a CANopen node.
    #[error("--node is a CANopen node, 1 to 127")]
    Node,
    /// No password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The name of a gateway is not found.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// What to tell a person about an error of the link: what happened, why, and the advice.
pub fn explain(error: &LinkError) -> String {
    let text = with_causes(error);
    match error.kind() {
        LinkErrorKind::Cancelled => text,
        kind => format!("{text}\n  what to do: {}", kind.advice()),
    }
}

/// An error and what caused it, in one line.
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// How long a charger may take to say who it is.
pub const TIME_TO_ANSWER: Duration = Duration::from_secs(10);

/// Among what the user's programs keep, as their platform has it; without such a folder,
/// in the working folder.
fn known_chargers() -> PathBuf {
    match etcetera::choose_base_strategy() {
        Ok(folders) => folders.data_dir().join("ev-charger-tools/pins.json"),
        Err(_) => PathBuf::from("charger-pins.json"),
    }
}

/// Whether the folder of this file is there, or could be made.
fn has_folder(file: &Path) -> bool {
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    match folder.as_os_str().is_empty() {
        true => true,
        false => match std::fs::create_dir_all(folder) {
            Ok(()) => true,
            Err(error) => {
                eprintln!("  {} cannot be made: {error}", folder.display());
                false
            }
        },
    }
}

/// Asks a person at the terminal; nobody there is a no.
fn is_agreed(question: &str) -> bool {
    use std::io::{IsTerminal, stdin};

    let mut answer = String::new();
    if !stdin().is_terminal() {
        eprintln!("  nobody to ask: confirm it with --fingerprint");
        return false;
    }
    eprintln!("{question} [y/N]");
    stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
