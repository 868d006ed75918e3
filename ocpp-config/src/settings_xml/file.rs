use std::fmt;

use super::spelling;
use crate::object::is_secret;
use crate::objects;
use crate::{ObjectId, Snapshot, Value};

/// The contents of a settings file.
///
/// ```
/// use ocpp_config::settings_xml::SettingsFile;
///
/// let xml = r#"<Settings><Model>NG910-60027</Model><Properties>
///     <Property Id="20F0_0E" Value="1"/>
/// </Properties></Settings>"#;
/// let file = SettingsFile::parse(xml.as_bytes())?;
/// assert_eq!(file.model(), Some("NG910-60027"));
/// assert_eq!(file.properties()[0].id().to_string(), "20F0_E");
/// # Ok::<(), ocpp_config::settings_xml::SettingsXmlError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsFile {
    pub(super) date: Option<String>,
    pub(super) model: Option<String>,
    pub(super) sockets: Option<String>,
    pub(super) identity: Option<String>,
    pub(super) properties: Vec<SettingsProperty>,
}

impl SettingsFile {
    /// The file of a snapshot, dated `date` (free text; the vendor's tool writes local
    /// time).
    ///
    /// Secrets are left out. Values without a spelling in such a file are left out too.
    pub fn from_snapshot(snapshot: &Snapshot, date: impl Into<String>) -> Self {
        let text = |id| {
            let value = snapshot.value(id)?;
            value.as_text().map(str::to_owned)
        };
        let sockets = snapshot.value(objects::SOCKETS).and_then(Value::as_u8);
        Self {
            date: Some(date.into()),
            model: text(objects::MODEL),
            sockets: sockets.map(|number| number.to_string()),
            identity: text(objects::CHARGE_BOX_IDENTITY),
            properties: snapshot
                .iter()
                .filter(|object| !is_secret(object.id))
                .filter_map(|object| {
                    Some(SettingsProperty {
                        id: object.id,
                        value: spelling::spell(&object.value)?,
                    })
                })
                .collect(),
        }
    }

    /// When the file was made, as it says.
    pub fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// The model of the charger that it was made from.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The charge box identity of the charger that it was made from.
    pub fn identity(&self) -> Option<&str> {
        self.identity.as_deref()
    }

    /// The settings, in the order of the file.
    pub fn properties(&self) -> &[SettingsProperty] {
        &self.properties
    }
}

/// One setting of a [`SettingsFile`].
#[derive(Clone, PartialEq, Eq)]
pub struct SettingsProperty {
    pub(super) id: ObjectId,
    pub(super) value: String,
}

impl SettingsProperty {
    /// Its address.
    pub const fn id(&self) -> ObjectId {
        self.id
    }

    /// Its value as the file spells it.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Masks what the dictionary calls a secret.
impl fmt::Debug for SettingsProperty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if is_secret(self.id) {
            "***"
        } else {
            &self.value
        };
        f.debug_struct("SettingsProperty")
            .field("id", &self.id)
            .field("value", &value)
            .finish()
    }
}
