//! The containers that simulated chargers understand. They are test formats of ours:
//! what a vendor puts into a container is encrypted, and nobody but a charger can read
//! it. The header is the real one.

use std::collections::BTreeMap;

use ocpp_config::{ObjectId, Secret};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};

/// A container for [`SimulatedCharger`](crate::SimulatedCharger) and
/// [`ChargerModel`](crate::ChargerModel), as bytes of a `.fwi` file.
///
/// A real charger refuses it, since nobody has signed it.
#[derive(Debug, Clone)]
pub struct TestContainer {
    payload: Vec<u8>,
}

impl TestContainer {
    /// A root certificate container. Its payload is the PEM text in clear.
    pub fn root_certificate(pem: &str) -> Self {
        Self {
            payload: pem.as_bytes().to_vec(),
        }
    }

    /// A back office preset with this name, which writes `objects` when it is
    /// installed (in force after the next restart). Values are spelled as in
    /// `POST prop`. Its payload is JSON.
    pub fn preset(name: &str, objects: &BTreeMap<ObjectId, serde_json::Value>) -> Self {
        let preset = Preset {
            preset: name.to_owned(),
            objects: objects.clone(),
        };
        Self {
            payload: serde_json::to_vec(&preset).unwrap_or_default(),
        }
    }

    /// A firmware image with this version, padded to `size` bytes so that its upload
    /// takes as long as a real one. Its payload begins with `FIRMWARE <version>`.
    pub fn firmware(version: &str, size: usize) -> Self {
        let mut payload = format!("{FIRMWARE}{version}\n").into_bytes();
        payload.resize(payload.len().max(size), 0x55);
        Self { payload }
    }

    /// The container: header, payload and a trailer of 256 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        header::wrap(&self.payload)
    }
}

/// What a charger finds in a container.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// CSMS roots, as DER.
    Roots(Vec<Vec<u8>>),
    /// A preset.
    Preset(Preset),
    /// A firmware image with this version.
    Firmware(String),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Preset {
    pub(crate) preset: String,
    pub(crate) objects: BTreeMap<ObjectId, serde_json::Value>,
}

/// Reads a container; `None` = the charger refuses it.
pub(crate) fn open(bytes: &[u8]) -> Option<Content> {
    let payload = header::unwrap(bytes)?;
    if let Some(version) = payload.strip_prefix(FIRMWARE.as_bytes()) {
        let end = version.iter().position(|byte| *byte == b'\n')?;
        let version = std::str::from_utf8(version.get(..end)?).ok()?;
        return Some(Content::Firmware(version.to_owned()));
    }
    if payload.first() == Some(&b'{') {
        return serde_json::from_slice(payload).ok().map(Content::Preset);
    }
    certificates(payload).map(Content::Roots)
}

/// The certificates in a PEM text, as DER; `None` if there are none.
pub(crate) fn certificates(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem)
        .map(|certificate| certificate.map(|der| der.to_vec()))
        .collect();
    found.ok().filter(|found| !found.is_empty())
}

/// What was installed as a client certificate, if it is one: PEM with at least one
/// certificate.
pub(crate) fn client_certificate(data: &Secret) -> Option<Secret> {
    certificates(data.expose()).map(|_| data.clone())
}

const FIRMWARE: &str = "FIRMWARE ";

mod header {
    const LENGTH: usize = 160;
    const TRAILER: usize = 256;
    const MARKER: u16 = 0xA1FE;
    const IMAGE_FROM_7: u16 = 0x0021;

    pub(super) fn wrap(payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFF_u8; LENGTH];
        let mut put = |at: usize, field: &[u8]| {
            if let Some(place) = bytes.get_mut(at..at + field.len()) {
                place.copy_from_slice(field);
            }
        };
        put(0x04, &(LENGTH as u32).to_le_bytes());
        put(0x08, &IMAGE_FROM_7.to_le_bytes());
        put(0x0A, &MARKER.to_le_bytes());
        put(0x0C, &0x0801_01F0_u32.to_le_bytes());
        put(0x10, &1_u32.to_le_bytes());
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        put(0x14, &length.to_le_bytes());
        let crc = crc(&bytes);
        if let Some(place) = bytes.get_mut(..4) {
            place.copy_from_slice(&crc.to_le_bytes());
        }
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(&[0x5A; TRAILER]);
        bytes
    }

    pub(super) fn unwrap(bytes: &[u8]) -> Option<&[u8]> {
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
        };
        let header = bytes.get(..LENGTH)?;
        let sound = word(0)? == crc(header)
            && word(4)? as usize == LENGTH
            && (word(8)? >> 16) == u32::from(MARKER);
        let end = LENGTH.checked_add(word(0x14)? as usize)?;
        let rest = bytes.len().checked_sub(end)?;
        if sound && (rest == 0 || rest == TRAILER) {
            bytes.get(LENGTH..end)
        } else {
            None
        }
    }

    fn crc(header: &[u8]) -> u32 {
        crc32fast::hash(header.get(4..LENGTH).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firmware_container_opens_as_what_was_put_in() {
        let bytes = TestContainer::firmware("7.1.6-4400", 5000).to_bytes();
        assert!(
            matches!(open(&bytes), Some(Content::Firmware(version)) if version == "7.1.6-4400")
        );
    }

    #[test]
    fn every_flipped_bit_of_the_header_is_noticed() {
        let bytes = TestContainer::preset("Test", &BTreeMap::new()).to_bytes();
        assert!(matches!(open(&bytes), Some(Content::Preset(_))));
        for bit in 0..160 * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&broken).is_none(), "bit {bit}");
        }
        assert!(open(&bytes[..bytes.len() - 1]).is_none());
    }
}
