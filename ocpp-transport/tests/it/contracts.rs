//! What a caller may do with the types, whatever their fields become.

use std::fmt::Debug;

use ocpp_transport as this;

fn usable<T: Send + Sync + Debug>() {}
fn movable<T: Send + Debug>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn values_cross_threads_and_show_themselves() {
    usable::<this::BasicCredentials>();
    usable::<this::BootAnswer>();
    usable::<this::BootNotification>();
    usable::<this::CallSession>();
    usable::<this::Certificate>();
    usable::<this::CertificateFingerprint>();
    usable::<this::ChargerDescription>();
    usable::<this::ClientExpectations>();
    usable::<this::ConnectOptions>();
    usable::<this::Endpoint>();
    usable::<this::FindingCode>();
    usable::<this::Interrupter>();
    usable::<this::PolicyReport>();
    usable::<this::ProbeOptions>();
    usable::<this::ProbeReport>();
    usable::<this::ProbeSubject>();
    usable::<this::Provider>();
    usable::<this::TlsClient>();
    usable::<this::TlsIdentity>();
    usable::<this::TlsServer>();
    usable::<this::TrustRoots>();
    movable::<this::OcppSocket>();
    movable::<this::Accepted>();
    #[cfg(feature = "tokio")]
    movable::<this::tokio::OcppSocket>();
}

#[test]
fn errors_can_be_boxed_and_sent() {
    error::<this::AcceptError>();
    error::<this::CallError>();
    error::<this::CertificateError>();
    error::<this::ConnectError>();
    error::<this::EndpointError>();
    error::<this::FrameError>();
    error::<this::TlsIdentityError>();
    error::<this::PasswordError>();
    error::<this::PayloadError>();
    error::<this::RootsError>();
    error::<this::SocketError>();
    error::<this::SubjectError>();
    error::<this::TlsConfigError>();
    error::<this::TlsFailure>();
}

#[test]
fn a_handler_may_be_a_trait_object() {
    let mut handler: Box<dyn this::CallHandler> = Box::new(this::RefuseAll::default());
    let mut session = this::CallSession::new("1");
    let this::SessionEvent::Called(call) = session.handle(r#"[2,"7","Reset",{}]"#) else {
        panic!("not a call");
    };
    assert!(handler.handle(&call).is_err());
}

#[cfg(feature = "tokio")]
#[test]
fn futures_can_be_spawned() {
    fn spawnable(_: impl Future + Send) {}
    let endpoint = this::Endpoint::new("ws://localhost/ocpp", "CP1", this::Subprotocol::OCPP16)
        .expect("endpoint");
    let options = this::ConnectOptions::new();
    spawnable(this::tokio::connect(&endpoint, None, &options));
    let subject = this::ProbeSubject::new("", "", ocpp_config::SecurityProfile::NONE);
    spawnable(this::tokio::probe(&subject, &this::ProbeOptions::new()));
}
