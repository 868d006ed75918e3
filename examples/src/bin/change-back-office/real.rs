use std::io::{self, IsTerminal, Write};
use std::path::Path;

use charger_link::Link;
use charger_link::gateway::codec::NodeAddress;
use charger_link::gateway::{GatewayLink, GatewaySettings, SerialSettings};
use charger_link::https::{
    Address, Credentials, FilePinStore, FirstContact, HttpsLink, HttpsSettings, Trust,
};
use examples::charger_password;

use crate::arguments::{Login, Way};

/// Where the public keys of known chargers are kept.
const PINS: &str = "charger-pins.json";

/// The way to the real charger that the command line names.
pub(crate) fn link(way: &Way, login: &Login) -> Result<Box<dyn Link>, Box<dyn std::error::Error>> {
    if let Some(url) = &way.charger {
        return Ok(Box::new(https(url, login)?));
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

fn https(url: &str, login: &Login) -> Result<HttpsLink, Box<dyn std::error::Error>> {
    let address = address(url)?;
    let user = login.user.as_deref().unwrap_or("admin");
    let credentials = Credentials::new(user, charger_password(user)?);
    let trust = match &login.charger_key {
        Some(fingerprint) => Trust::pinned(fingerprint.parse()?),
        None => Trust::stored(FilePinStore::new(PINS)).asking(introduce),
    };
    Ok(HttpsLink::new(
        HttpsSettings::new(address, credentials),
        trust,
    ))
}

fn address(url: &str) -> Result<Address, Box<dyn std::error::Error>> {
    let rest = url
        .strip_prefix("https://")
        .ok_or("the charger's address starts with https://")?;
    let rest = rest.trim_end_matches('/');
    Ok(match rest.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => {
            Address::new(host).with_port(port.parse()?)
        }
        _ => Address::new(rest),
    })
}

/// First contact: a person compares the key, or nobody is trusted.
fn introduce(contact: &FirstContact) -> bool {
    if !io::stdin().is_terminal() {
        anstream::eprintln!(
            "unknown charger key {}: run it on a terminal once, or give --charger-key",
            contact.fingerprint
        );
        return false;
    }
    anstream::print!(
        "First contact with {} at {}.\nIts public key is {}\nTrust it from now on? [y/N] ",
        contact.charger,
        contact.address,
        contact.fingerprint
    );
    let mut line = String::new();
    io::stdout()
        .flush()
        .and_then(|()| io::stdin().read_line(&mut line))
        .is_ok()
        && matches!(line.trim(), "y" | "Y" | "yes")
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
    )?))
}

fn gateway_settings(way: &Way) -> Result<GatewaySettings, Box<dyn std::error::Error>> {
    let node = NodeAddress::new(way.node).ok_or("--node is a CANopen node, 1 to 127")?;
    Ok(GatewaySettings::new(node.in_net(1)))
}
