//! Every rule, grouped by what it concerns. The order is that of the catalogue.

mod authorization;
mod charger_objects;
mod charger_settings;
mod charger_state;
mod contents;
mod layers;
mod mobile;
mod preset;
mod profile_completeness;
mod profile_priority;
mod profile_settings;
mod profile_url;
mod proxy;
mod reading;
mod security;
mod timing;
mod value_limits;
mod value_url;

use super::rule::{Check, Rule, Rules, Severity};
use super::{Code, Sink};
use crate::{Document, NetworkProfile, Slot};

/// The catalogue of all rules, in groups, each with its code, severity, reason and advice.
///
/// ```
/// use ocpp_config::RULES;
///
/// let rule = RULES.get("NP-URL-SCHEME").unwrap();
/// assert_eq!(rule.summary(), "the URL begins with ws:// or wss://");
/// ```
pub static RULES: Rules = Rules {
    document: &[
        reading::RULES,
        profile_completeness::RULES,
        profile_priority::RULES,
        profile_url::RULES,
        profile_settings::RULES,
        mobile::RULES,
        security::RULES,
        preset::RULES,
        authorization::RULES,
        timing::RULES,
        proxy::RULES,
        layers::RULES,
    ],
    values: &[value_url::RULES, value_limits::RULES],
    contents: &[contents::RULES],
    charger: &[charger_state::RULES, charger_objects::RULES],
};

/// The network profiles that the document uses.
fn used(document: &Document) -> impl Iterator<Item = (Slot, &NetworkProfile)> {
    document
        .network_profiles
        .iter()
        .filter(|(_, profile)| profile.is_used())
}

fn any_used(document: &Document) -> bool {
    used(document).next().is_some()
}

fn any_mobile(document: &Document) -> bool {
    used(document).any(|(_, profile)| profile.is_mobile())
}
