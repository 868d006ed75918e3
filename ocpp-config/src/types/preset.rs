use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FilePath;
use super::apn::is_visible;
use crate::ValueError;

/// The back office preset of the charger (object `2076_0`).
///
/// In a document: `"stand-alone"`, `"manual"`, or `{ name = "...", package = "X.fwi" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preset {
    /// No back office.
    StandAlone,
    /// The settings of the document, entered by hand.
    Manual,
    /// A provider's preset.
    Named {
        /// The name that the charger reports once the preset is in force.
        name: PresetName,
        /// The signed container that carries the preset, if it is not on the charger yet.
        package: Option<FilePath>,
    },
}

text_value! {
    /// The short name of a preset, 1 to 50 bytes of printable ASCII (object `2076_0`,
    /// 51 bytes with its NUL). It may carry a meter after a comma: `preset,meterName`.
    PresetName,
    expecting "a preset name of 1 to 50 printable ASCII characters",
    check check_name,
    schema { "minLength": 1, "maxLength": 50, "pattern": "^[ -~]+$" }
}

fn check_name(name: &str) -> Result<(), ValueError> {
    if (1..=50).contains(&name.len()) && is_visible(name) {
        Ok(())
    } else {
        Err(ValueError::new(
            "PRESET-NAME",
            "the preset name is not 1 to 50 characters of printable ASCII",
        ))
    }
}

/// The table spelling of [`Preset::Named`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct NamedPreset {
    name: PresetName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    package: Option<FilePath>,
}

impl Serialize for Preset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::StandAlone => serializer.serialize_str("stand-alone"),
            Self::Manual => serializer.serialize_str("manual"),
            Self::Named { name, package } => NamedPreset {
                name: name.clone(),
                package: package.clone(),
            }
            .serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Preset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PresetVisitor)
    }
}

struct PresetVisitor;

impl<'de> Visitor<'de> for PresetVisitor {
    type Value = Preset;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"stand-alone\", \"manual\" or a table with the name of a preset")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Preset, E> {
        match text {
            "stand-alone" => Ok(Preset::StandAlone),
            "manual" => Ok(Preset::Manual),
            _ => Err(ValueError::new(
                "PRESET-VALUE",
                "the preset is neither \"stand-alone\" nor \"manual\" nor a table with a name",
            )
            .for_serde()),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Preset, A::Error> {
        let NamedPreset { name, package } =
            NamedPreset::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Preset::Named { name, package })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Preset {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Preset".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let named = generator.subschema_for::<NamedPreset>();
        schemars::json_schema!({ "anyOf": [{ "enum": ["stand-alone", "manual"] }, named] })
    }
}
