//! Containers.

use fwi_format::{ContainerBuilder, ContainerType};

use super::bytes;
use crate::Error;

/// A container with a payload of so many bytes.
///
/// # Errors
/// The payload is longer than the format can say.
pub fn container(payload: usize) -> Result<Vec<u8>, Error> {
    let builder = ContainerBuilder::firmware_image(bytes(payload));
    Ok(builder.build()?.into_bytes())
}

/// The type that [`container`] gives.
pub fn container_type_of(file: &[u8]) -> Option<ContainerType> {
    fwi_format::Container::parse(file)
        .ok()
        .map(|container| container.header().container_type())
}
