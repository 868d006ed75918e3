use std::path::Path;

use charger_link::gateway::codec::NodeAddress;
use charger_link::gateway::{GatewayLink, GatewaySettings, SerialSettings};
use charger_link::https::{HttpsLink, Sighting};
use charger_link::{Cancel, Link};
use examples::ChargerArguments;

use crate::arguments::Way;

/// The way to the real charger that the command line names.
pub(crate) fn link(
    way: &Way,
    login: &ChargerArguments,
    cancel: &Cancel,
) -> Result<Box<dyn Link>, Box<dyn std::error::Error>> {
    if let Some(url) = &way.charger {
        return Ok(Box::new(https(url, login, cancel)?));
    }
    if let Some(address) = &way.gateway {
        return gateway(address, way);
    }
    match &way.serial {
        Some(path) => serial(path, way),
        None => Err("name the charger: --charger, --gateway or --serial".into()),
    }
}

/// What the charger is called in file names.
pub(crate) fn name(way: &Way) -> String {
    let serial = way.serial.as_ref().map(|path| path.display().to_string());
    let name = way
        .charger
        .clone()
        .or_else(|| way.gateway.clone())
        .or(serial)
        .unwrap_or_default();
    let plain = name.trim_start_matches("https://");
    plain
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

fn https(
    url: &str,
    login: &ChargerArguments,
    cancel: &Cancel,
) -> Result<HttpsLink, Box<dyn std::error::Error>> {
    let host = url
        .strip_prefix("https://")
        .ok_or("the charger's address starts with https://")?;
    let place = Sighting::at(login.address(host.trim_end_matches('/')));
    Ok(login.open(&place, cancel)?.into_link())
}

fn gateway(address: &str, way: &Way) -> Result<Box<dyn Link>, Box<dyn std::error::Error>> {
    Ok(Box::new(GatewayLink::tcp(address, gateway_settings(way)?)?))
}

fn serial(path: &Path, way: &Way) -> Result<Box<dyn Link>, Box<dyn std::error::Error>> {
    let port = SerialSettings::new(way.baud);
    Ok(Box::new(GatewayLink::serial(
        path,
        port,
        gateway_settings(way)?,
    )))
}

fn gateway_settings(way: &Way) -> Result<GatewaySettings, Box<dyn std::error::Error>> {
    let node = NodeAddress::new(way.node).ok_or("--node is a CANopen node, 1 to 127")?;
    Ok(GatewaySettings::new(node.with_net(1)))
}
