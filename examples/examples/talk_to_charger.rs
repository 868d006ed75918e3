//! charger-link, blocking: who is this charger, which back office is it on, and write one
//! setting.
//!
//! `cargo run -p examples --example talk_to_charger`

use std::error::Error;

use charger_link::https::{Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust};
use charger_link::{Cancel, Charger, LinkErrorKind};
use charger_sim::{ChargerSetup, SimulatedCharger};
use ocpp_config::{DataType, ObjectWrite, Secret, Value, objects};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let sim = SimulatedCharger::start(ChargerSetup::default())?;
    // A button of the tool may throw the switch; what is under way then ends.
    let cancel = Cancel::new();
    let mut charger = Charger::new(link(&sim)?).with_cancel(&cancel);

    let identity = charger.identity()?;
    println!(
        "{} with firmware {}",
        identity.serial_number, identity.firmware
    );
    println!("{:?}", charger.live_state()?);

    let settings = charger.read(&[objects::CHARGE_BOX_IDENTITY, objects::CPO_NAME])?;
    for object in settings.iter() {
        println!("{} = {:?}", object.id, object.value);
    }

    let text = DataType::VISIBLE_STRING;
    let write = ObjectWrite::new(objects::CPO_NAME, text, Value::from("Example CPO"));
    // What was answered with OK and is not there afterwards is an error.
    charger.write(&[write])?.into_result()?;

    cancel.cancel();
    if let Err(error) = charger.boot_count() {
        let kind = error.kind();
        assert_eq!(*kind, LinkErrorKind::Cancelled);
        println!("{error}; concerns {}: {}", kind.concerns(), kind.advice());
    }

    // The charger has one session only: others wait until it is free.
    charger.close()?;
    Ok(())
}

fn link(sim: &SimulatedCharger) -> Result<HttpsLink, Box<dyn Error>> {
    // A charger's certificate is self-signed: its key is pinned. A tool asks its user on
    // first contact (`Trust::stored`); here it is known.
    let key = KeyFingerprint::of_certificate(sim.certificate()).ok_or("no certificate")?;
    let address = Address::new("127.0.0.1").with_port(sim.address().port());
    let credentials = Credentials::new("admin", Secret::from("test-password"));
    let settings = HttpsSettings::new(address, credentials);
    Ok(HttpsLink::new(settings, Trust::pinned(key)))
}
