//! What `validator` cannot derive, as its schema functions.

use validator::ValidationError;

use super::plain::{PlainDocument, PlainProfile, has_duplicate_priorities, speaks_tls};

pub(super) fn profile(profile: &PlainProfile) -> Result<(), ValidationError> {
    let url = profile.csms_url.as_deref().unwrap_or_default();
    if !PlainProfile::scheme_fits(url, profile.security_profile) {
        return Err(ValidationError::new("a profile with TLS has a wss:// URL"));
    }
    if PlainProfile::is_loopback(url) {
        return Err(ValidationError::new("the host is the charger itself"));
    }
    if profile.interface.as_deref() == Some("mobile") && profile.apn.is_none() {
        return Err(ValidationError::new("a mobile profile has an access point"));
    }
    Ok(())
}

pub(super) fn document(document: &PlainDocument) -> Result<(), ValidationError> {
    if has_duplicate_priorities(&document.network_profile) {
        return Err(ValidationError::new("two profiles have one priority"));
    }
    if document.cpo_name.is_none() && speaks_tls(&document.network_profile) {
        return Err(ValidationError::new("TLS comes with a CPO name"));
    }
    Ok(())
}
