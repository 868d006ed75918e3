//! The containers that simulated chargers understand. They are test formats of ours:
//! what a vendor puts into a container is encrypted, and nobody but a charger can read
//! it. The header is the real one.

use fwi_format::{BuildError, Container, ContainerBuilder, OwnedContainer};
use ocpp_config::{ObjectWrite, PropertyError, Secret, encode_writes};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A container for [`SimulatedCharger`](crate::SimulatedCharger) and
/// [`ChargerModel`](crate::ChargerModel), as bytes of a `.fwi` file.
///
/// A real charger refuses it, since nobody has signed it.
#[derive(Debug, Clone)]
pub struct TestContainer {
    builder: ContainerBuilder,
}

impl TestContainer {
    /// A root certificate container. Its payload is the PEM text in clear.
    pub fn root_certificate(pem: &str) -> Self {
        Self {
            builder: ContainerBuilder::root_certificate(pem),
        }
    }

    /// A back office preset with this name, which writes these objects when it is
    /// installed (in force after the next restart). Its payload is JSON: the name under
    /// `preset`, and under `writes` what a `POST prop` would carry.
    ///
    /// # Errors
    /// If a value does not fit its type.
    pub fn preset(name: &str, writes: &[ObjectWrite]) -> Result<Self, PropertyError> {
        let name = serde_json::Value::from(name);
        let writes = encode_writes(writes)?;
        let mut payload = format!("{{\"preset\":{name},\"writes\":").into_bytes();
        payload.extend_from_slice(writes.expose());
        payload.push(b'}');
        Ok(Self {
            builder: ContainerBuilder::preset(payload),
        })
    }

    /// A firmware image with this version, padded to `size` bytes so that its upload
    /// takes as long as a real one. Its payload begins with `FIRMWARE <version>`.
    pub fn firmware(version: &str, size: usize) -> Self {
        let mut payload = format!("{FIRMWARE}{version}\n").into_bytes();
        payload.resize(payload.len().max(size), 0x55);
        Self {
            builder: ContainerBuilder::firmware_image(payload),
        }
    }

    /// The container: header, payload and a trailer of 256 bytes.
    ///
    /// # Errors
    /// If the payload is larger than any container may be.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BuildError> {
        self.builder.build().map(OwnedContainer::into_bytes)
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

/// A preset: its name, and the body of the `POST prop` that it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Preset {
    pub(crate) name: String,
    pub(crate) writes: String,
}

#[derive(Deserialize)]
struct PresetPayload<'a> {
    preset: String,
    #[serde(borrow)]
    writes: &'a RawValue,
}

/// Reads a container; `None` = the charger refuses it.
pub(crate) fn open(bytes: &[u8]) -> Option<Content> {
    let container = Container::parse(bytes).ok()?;
    let payload = container.payload();
    if let Some(version) = payload.strip_prefix(FIRMWARE.as_bytes()) {
        let end = version.iter().position(|byte| *byte == b'\n')?;
        let version = std::str::from_utf8(version.get(..end)?).ok()?;
        return Some(Content::Firmware(version.to_owned()));
    }
    if payload.first() == Some(&b'{') {
        let preset: PresetPayload<'_> = serde_json::from_slice(payload).ok()?;
        return Some(Content::Preset(Preset {
            name: preset.preset,
            writes: preset.writes.get().to_owned(),
        }));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firmware_container_opens_as_what_was_put_in() {
        let bytes = TestContainer::firmware("7.1.6-4400", 5000)
            .to_bytes()
            .unwrap();
        assert!(
            matches!(open(&bytes), Some(Content::Firmware(version)) if version == "7.1.6-4400")
        );
    }

    #[test]
    fn every_flipped_bit_of_the_header_is_noticed() {
        let bytes = TestContainer::preset("Test", &[])
            .unwrap()
            .to_bytes()
            .unwrap();
        assert!(matches!(open(&bytes), Some(Content::Preset(_))));
        for bit in 0..160 * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&broken).is_none(), "bit {bit}");
        }
        assert!(open(&bytes[..bytes.len() - 1]).is_none());
    }
}
