//! The plain settings files (`.xml`) of the vendor's installer tool.
//!
//! ```text
//! <Settings>
//!   <XMLVersion>1.0</XMLVersion><Version>1.0</Version><Date>…</Date>
//!   <Model>NG910-60027</Model><NumberOfSockets>1</NumberOfSockets><Information/>
//!   <Device><Identity>…</Identity></Device>
//!   <Properties><Property Id="2053_00" Value="…"/>…</Properties>
//! </Settings>
//! ```
//!
//! Read with [`SettingsFile::parse`], written with [`SettingsFile::to_xml`]; what a file
//! would change on a charger is a [`Plan`](crate::Plan), made by
//! [`SettingsFile::import`]. The encrypted files (`.exml`) are out of scope.

mod file;
mod import;
mod read;
mod spelling;
mod write;

pub use file::{SettingsFile, SettingsProperty};
pub use import::{ChargerBound, Import, Refusal, RefusedProperty};
pub use read::{MAX_FILE_BYTES, MAX_PROPERTIES, SettingsXmlError};
