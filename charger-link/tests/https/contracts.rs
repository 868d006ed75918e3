//! What a caller may do with the types, whatever their fields become.

use std::fmt::Debug;
use std::sync::Arc;

use charger_link::gateway::{self, GatewayLink, GatewaySettings};
use charger_link::https::{self, HttpsLink, PinStore};
use charger_link::{Clock, Link};

fn usable<T: Send + Sync + Debug>() {}
/// What has a session has one user: it can be moved to another thread, not shared.
fn movable<T: Send + Debug>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn values_cross_threads_and_show_themselves() {
    usable::<charger_link::Advice>();
    usable::<charger_link::Cancel>();
    usable::<charger_link::Identity>();
    usable::<charger_link::LiveState>();
    usable::<charger_link::Patience>();
    usable::<charger_link::Request>();
    usable::<charger_link::Response>();
    usable::<charger_link::Upload>();
    usable::<charger_link::WriteReport>();
    usable::<https::Credentials>();
    usable::<https::HttpsSettings>();
    usable::<https::Introduction>();
    usable::<https::Sighting>();
    usable::<https::Trust>();
    usable::<GatewaySettings>();
    usable::<gateway::codec::AnswerDecoder>();
}

#[test]
fn links_and_chargers_move_to_the_thread_that_uses_them() {
    movable::<HttpsLink>();
    movable::<GatewayLink<gateway::Tcp>>();
    movable::<charger_link::Charger<HttpsLink>>();
    #[cfg(feature = "tokio")]
    {
        movable::<https::tokio::HttpsLink>();
        movable::<gateway::tokio::GatewayLink<gateway::Tcp>>();
        movable::<charger_link::AsyncCharger<https::tokio::HttpsLink>>();
    }
}

#[test]
fn errors_can_be_boxed_and_sent() {
    error::<charger_link::LinkError>();
    error::<charger_link::LinkErrorKind>();
    error::<charger_link::WriteMismatch>();
    error::<gateway::codec::SpellingError>();
    error::<https::KeyFingerprintError>();
    error::<https::PinStoreError>();
    #[cfg(feature = "discovery")]
    error::<https::DiscoveryError>();
}

#[test]
fn what_is_chosen_while_the_program_runs_may_be_a_trait_object() {
    let _: Option<Box<dyn Link>> = None;
    let _: Option<Box<dyn Link + Send>> = None;
    let _: Option<Box<dyn Clock>> = None;
    let _: Option<Arc<dyn PinStore>> = None;
    let _: Option<Box<dyn charger_link::UploadSource>> = None;
    let _: Option<Box<dyn https::Connection>> = None;
    let _: Option<Box<dyn gateway::Port>> = None;
    #[cfg(feature = "tokio")]
    let _: Option<Box<dyn charger_link::DynAsyncLink>> = None;
}

#[test]
fn a_store_of_pins_can_be_shared_with_the_trust_that_uses_it() {
    let store = Arc::new(https::MemoryPinStore::new());
    let trust = https::Trust::stored(Arc::clone(&store));
    let key = https::KeyFingerprint::of_public_key(b"a key");
    store.keep("ACE0999001", key).unwrap();
    assert_eq!(store.pin("ACE0999001").unwrap(), Some(key));
    drop(trust);
}
