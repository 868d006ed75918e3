use ocpp_config::{ObjectId, PropertyPage, Secret, Value, objects};
use serde::Deserialize;

use super::conversation::{Conversation, Next};
use super::objects::ids_target;
use crate::https::wire::Call;
use crate::{Identity, LinkErrorKind, Response};

/// `GET info`, and where the firmware does not have it, the objects that hold the same.
#[derive(Default)]
pub(super) struct Identify {
    by_objects: bool,
    found: Option<Identity>,
}

impl Conversation for Identify {
    fn next(&mut self) -> Next {
        if let Some(identity) = self.found.take() {
            return Next::Finished(Response::Identity(identity));
        }
        Next::Call(match self.by_objects {
            false => Call::get("info", "asking who is there").without_login(),
            true => Call::get(ids_target(&OBJECTS), "asking who is there"),
        })
    }

    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        let identity = match self.by_objects {
            false => identity_of_info(body.expose()),
            true => identity_of_objects(body.expose()),
        };
        self.found = Some(identity.ok_or(LinkErrorKind::NotACharger)?);
        Ok(())
    }

    fn refused(&mut self, status: u16) -> Result<(), LinkErrorKind> {
        match (self.by_objects, status) {
            (false, 401 | 403 | 404 | 405) => {
                self.by_objects = true;
                Ok(())
            }
            (true, 404 | 405) => Err(LinkErrorKind::NotACharger),
            (_, status) => Err(LinkErrorKind::Refused { status }),
        }
    }
}

const OBJECTS: [ObjectId; 5] = [
    objects::SERIAL_NUMBER,
    objects::MODEL,
    objects::CHARGE_BOX_IDENTITY,
    objects::FIRMWARE,
    objects::SOCKETS,
];

#[derive(Deserialize)]
struct Info {
    #[serde(rename = "ObjectId")]
    serial_number: String,
    #[serde(rename = "Model", default)]
    model: String,
    #[serde(rename = "Identity", default)]
    identity: String,
    #[serde(rename = "FWVersion", default)]
    firmware: String,
    #[serde(rename = "Type", default)]
    charger_type: String,
}

fn identity_of_info(body: &[u8]) -> Option<Identity> {
    let info: Info = super::json::parse_tolerant(body)?;
    Some(Identity {
        serial_number: info.serial_number,
        model: info.model,
        identity: info.identity,
        firmware: info.firmware,
        charger_type: info.charger_type,
    })
}

fn identity_of_objects(body: &[u8]) -> Option<Identity> {
    let objects = PropertyPage::parse(body).ok()?.to_objects();
    let value = |id| objects.iter().find(|object| object.id == id);
    let text = |id| match value(id).map(|object| &object.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    value(objects::SERIAL_NUMBER)?;
    let sockets = value(objects::SOCKETS).and_then(|object| object.value.as_u8());
    Some(Identity {
        serial_number: text(objects::SERIAL_NUMBER),
        model: text(objects::MODEL),
        identity: text(objects::CHARGE_BOX_IDENTITY),
        firmware: text(objects::FIRMWARE),
        charger_type: if sockets == Some(2) { "2.0.1" } else { "" }.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_is_enough_where_the_firmware_has_it() {
        let mut identify = Identify::default();
        let body = r#"{"ObjectId":"ACE0999001","Model":"NG910-60023","Identity":"CP1","FWVersion":"7.0.0-4318","Type":"2.0.1","X":1}"#;
        identify.answered(&Secret::from(body)).unwrap();
        let Next::Finished(Response::Identity(identity)) = identify.next() else {
            panic!("not finished");
        };
        assert_eq!(identity.serial_number, "ACE0999001");
        assert_eq!(identity.charger_type, "2.0.1");
    }

    #[test]
    fn older_firmware_is_asked_for_the_objects() {
        let mut identify = Identify::default();
        identify.refused(404).unwrap();
        let Next::Call(call) = identify.next() else {
            panic!("finished");
        };
        assert_eq!(call.target, "prop?ids=2051_0,2050_0,2053_0,100A_0,205E_0");
        assert!(call.needs_login);
        let body = r#"{"2051_0":"ACE0999001","100A_0":"4.12.0-1","205E_0":2}"#;
        identify.answered(&Secret::from(body)).unwrap();
        let Next::Finished(Response::Identity(identity)) = identify.next() else {
            panic!("not finished");
        };
        assert_eq!(
            (&*identity.firmware, &*identity.charger_type),
            ("4.12.0-1", "2.0.1")
        );
    }

    #[test]
    fn a_web_page_is_not_a_charger() {
        let error = Identify::default()
            .answered(&Secret::from("<html>"))
            .unwrap_err();
        assert_eq!(error, LinkErrorKind::NotACharger);
    }
}
