//! charger-link on tokio: watch several chargers at once, each asked politely.
//!
//! `cargo run -p examples --example watch_chargers`

use std::error::Error;
use std::time::Duration;

use charger_link::https::tokio::HttpsLink;
use charger_link::https::{Address, Credentials, HttpsSettings, KeyFingerprint, Trust};
use charger_link::{AsyncCharger, LinkError, LiveState};
use charger_sim::{ChargerSetup, SimulatedCharger};
use ocpp_config::Secret;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let sims = ["ACE0999001", "ACE0999002", "ACE0999003"]
        .map(|serial| SimulatedCharger::start(ChargerSetup::new(serial)));
    let mut watching = JoinSet::new();
    for sim in &sims {
        let sim = sim.as_ref().map_err(ToString::to_string)?;
        let key = KeyFingerprint::of_certificate(sim.certificate()).ok_or("no certificate")?;
        let address = Address::new("127.0.0.1").with_port(sim.address().port());
        watching.spawn(watch(address, key));
    }
    while let Some(ended) = watching.join_next().await {
        let (serial, state) = ended??;
        println!(
            "{serial}: {:?}, boot {:?}",
            state.boot_notification, state.boot_count
        );
    }
    Ok(())
}

/// One charger: who it is, and how it is doing now and a little later.
async fn watch(address: Address, key: KeyFingerprint) -> Result<(String, LiveState), LinkError> {
    let credentials = Credentials::new("admin", Secret::from("test-password"));
    let settings = HttpsSettings::new(address, credentials);
    let mut charger = AsyncCharger::new(HttpsLink::new(settings, Trust::pinned(key)));
    let serial = charger.identity().await?.serial_number;
    let before = charger.live_state().await?;
    // A service asks every few minutes: chargers under a steady load reset themselves.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let now = charger.live_state().await?;
    assert_eq!(before.boot_count, now.boot_count);
    charger.close().await?;
    Ok((serial, now))
}
