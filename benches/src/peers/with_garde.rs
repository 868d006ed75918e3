//! What `garde` cannot derive, as its custom rules.

use garde::Error;

use super::plain::{PlainApn, PlainProfile, PlainProfiles, has_duplicate_priorities, speaks_tls};

type Rule = garde::Result;

pub(super) fn url(security_profile: Option<u8>) -> impl FnOnce(&Option<String>, &()) -> Rule {
    move |url, ()| match url.as_deref() {
        Some(url) if !PlainProfile::scheme_fits(url, security_profile) => {
            Err(Error::new("a profile with TLS has a wss:// URL"))
        }
        Some(url) if PlainProfile::is_loopback(url) => {
            Err(Error::new("the host is the charger itself"))
        }
        _ => Ok(()),
    }
}

pub(super) fn apn<'a>(
    interface: Option<&'a str>,
) -> impl FnOnce(&Option<PlainApn>, &()) -> Rule + 'a {
    move |apn, ()| match apn {
        None if interface == Some("mobile") => {
            Err(Error::new("a mobile profile has an access point"))
        }
        _ => Ok(()),
    }
}

pub(super) fn priorities(profiles: &PlainProfiles, _: &()) -> Rule {
    if has_duplicate_priorities(profiles) {
        return Err(Error::new("two profiles have one priority"));
    }
    Ok(())
}

pub(super) fn cpo_name(profiles: &PlainProfiles) -> impl FnOnce(&Option<String>, &()) -> Rule + '_ {
    move |name, ()| match name {
        None if speaks_tls(profiles) => Err(Error::new("TLS comes with a CPO name")),
        _ => Ok(()),
    }
}
