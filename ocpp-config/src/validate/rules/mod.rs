//! Every rule, grouped by what it concerns. The order is that of the catalogue.

mod profile_completeness;
mod profile_priority;
mod reading;
mod value_limits;
mod value_url;

use super::rule::{Check, Rule, Rules, Severity};
use super::{Code, Sink};

/// The catalogue of all rules, in groups, each with its code, severity, reason and advice.
///
/// ```
/// use ocpp_config::RULES;
///
/// let rule = RULES.get("NP-URL-SCHEME").unwrap();
/// assert_eq!(rule.summary(), "the URL begins with ws:// or wss://");
/// ```
pub static RULES: Rules = Rules {
    groups: &[
        reading::RULES,
        value_url::RULES,
        value_limits::RULES,
        profile_completeness::RULES,
        profile_priority::RULES,
    ],
};
