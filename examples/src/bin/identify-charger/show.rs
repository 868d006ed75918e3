use charger_link::https::Introduction;
use charger_link::{Charger, Identity, Link, LinkError, LiveState};
use examples::Console;
use ocpp_config::Value;
use ocpp_config::objects::{self, ProfileField};
use serde_json::json;

/// Who a charger on HTTPS says that it is, and whether somebody vouches for its key.
pub(crate) fn introduction(console: Console, place: &str, introduction: &Introduction) {
    let fingerprint = introduction.fingerprint;
    tell_identity(console, place, &introduction.identity);
    match introduction.key_is_confirmed {
        true => console.line(format_args!("  key        {fingerprint}")),
        false => console.line(format_args!(
            "  key        {fingerprint}, not confirmed: compare it with the charger's before you believe the above"
        )),
    }
    console.event(
        "identity",
        json!({
            "address": place,
            "identity": introduction.identity,
            "fingerprint": fingerprint,
            "key_is_confirmed": introduction.key_is_confirmed,
        }),
    );
}

/// Who a charger behind a gateway says that it is. The wire vouches for it: there is no key.
pub(crate) fn identity(console: Console, place: &str, identity: &Identity) {
    tell_identity(console, place, identity);
    console.event(
        "identity",
        json!({ "address": place, "identity": identity }),
    );
}

fn tell_identity(console: Console, place: &str, identity: &Identity) {
    console.heading(format_args!("{} at {place}", identity.serial_number));
    console.line(format_args!("  model      {}", identity.model));
    console.line(format_args!("  firmware   {}", identity.firmware));
    console.line(format_args!("  identity   {}", identity.identity));
}

/// Which back offices it is set to, and how it stands with the one in use.
pub(crate) fn back_office(
    console: Console,
    charger: &mut Charger<Box<dyn Link>>,
) -> Result<(), LinkError> {
    let mut ids = vec![objects::PRESET, objects::SECURITY_PROFILE];
    for field in [ProfileField::URL, ProfileField::PRIORITY] {
        ids.extend((1..=4).filter_map(|slot| field.of_profile(slot)));
    }
    let snapshot = charger.read(&ids)?;
    let preset = text(snapshot.value(objects::PRESET));
    match &*preset {
        "" => console.line("  preset     none, set by hand"),
        preset => console.line(format_args!("  preset     {preset}")),
    }
    let mut profiles = Vec::new();
    for slot in 1..=4 {
        let value = |field: ProfileField| snapshot.value(field.of_profile(slot)?);
        let url = text(value(ProfileField::URL));
        let priority = value(ProfileField::PRIORITY).and_then(Value::as_u64);
        let priority = priority.unwrap_or_default();
        if !url.is_empty() {
            console.line(format_args!(
                "  profile {slot}  {url} (priority {priority})"
            ));
            profiles.push(json!({ "slot": slot, "url": url, "priority": priority }));
        }
    }
    if profiles.is_empty() {
        console.line("  profiles   none");
    }
    console.event(
        "back-office",
        json!({ "preset": preset, "profiles": profiles }),
    );
    live_state(console, &charger.live_state()?);
    Ok(())
}

/// How it stands right now.
pub(crate) fn live_state(console: Console, live: &LiveState) {
    let state = live
        .boot_notification
        .map_or_else(|| "?".to_owned(), |state| state.to_string());
    let flag = |flag: Option<bool>| flag.map_or("?", |flag| if flag { "up" } else { "down" });
    let number = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |n| n.to_string());
    console.line(format_args!(
        "  now        boot notification {state}, connection {}, profile {}, signal {} dBm, boots {}",
        flag(live.connected),
        number(live.active_profile.map(i64::from)),
        number(live.signal),
        number(live.boot_count.and_then(|count| i64::try_from(count).ok())),
    ));
    console.event("live", json!({ "state": live }));
}

fn text(value: Option<&Value>) -> String {
    value
        .and_then(Value::as_text)
        .unwrap_or_default()
        .to_owned()
}
