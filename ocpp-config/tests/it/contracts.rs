//! What a caller may do with the types, whatever their fields become.

use std::fmt::Debug;

use ocpp_config as this;

fn usable<T: Send + Sync + Debug>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn values_cross_threads_and_show_themselves() {
    usable::<this::Advice>();
    usable::<this::CheckedDocument>();
    usable::<this::Code>();
    usable::<this::Document>();
    usable::<this::DocumentSource>();
    usable::<this::Finding>();
    usable::<this::Plan>();
    usable::<this::PlanOptions>();
    usable::<this::Report>();
    usable::<this::ResolvedDocument>();
    usable::<this::Secret>();
    usable::<this::SecretMap>();
    usable::<this::Snapshot>();
    usable::<this::StagedPlan>();
    usable::<this::Value>();
}

#[test]
fn errors_can_be_boxed_and_sent() {
    error::<this::CodeError>();
    error::<this::ObjectIdError>();
    error::<this::PlanError>();
    error::<this::PropertyError>();
    error::<this::Report>();
    error::<this::RestoreError>();
    error::<this::SecretError>();
    error::<this::ValueError>();
    error::<this::DocumentWriteError>();
}

#[test]
fn a_source_of_secrets_may_be_a_trait_object() {
    let secrets = this::SecretMap::new().with_env("NAME", "0123456789abcdef");
    let boxed: Box<dyn this::SecretSource> = Box::new(secrets);
    usable::<this::SecretMap>();
    drop(boxed);
}
