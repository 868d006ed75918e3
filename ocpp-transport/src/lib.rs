#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod accept_error;
mod basic_auth;
mod blocking;
mod call_handler;
mod certificate;
mod charger;
mod connect_error;
mod connect_outcome;
mod endpoint;
mod finding_code;
mod names;
mod ocppj;
mod policy;
mod probe;
mod roots;
pub mod rustls_0_23;
mod socket_error;
mod socket_event;
mod timeouts;
mod tls;
mod tls_identity;
#[cfg(feature = "tokio")]
pub mod tokio;
mod websocket;
mod wire_text;

pub use accept_error::AcceptError;
pub use basic_auth::{BasicCredentials, PasswordError, PasswordForm};
pub use blocking::{Accepted, Interrupter, OcppSocket, accept, connect, connect_to};
pub use call_handler::{CallHandler, RefuseAll};
pub use certificate::{Certificate, CertificateError, CertificateFingerprint};
pub use charger::{ChargerClock, ChargerDescription, NameCheck};
pub use connect_error::{ConnectCause, ConnectError, ConnectStage};
pub use endpoint::{Endpoint, EndpointError, Subprotocol, encode_identity};
pub use finding_code::{Advice, FindingCode, FindingCodeError};
pub use ocppj::{
    BootAnswer, BootNotification, BootReason, CallErrorCode, CallRefusal, CallSession,
    ConnectorStatus, Frame, FrameError, IncomingCall, PayloadError, RegistrationStatus,
    SessionEvent, StatusNotification, format_timestamp, heartbeat_answer, heartbeat_time,
    parse_timestamp,
};
pub use policy::{
    CertificatePlace, ChargerVerdict, ClientExpectations, OcppVerdict, PolicyFinding, PolicyReport,
    check_chain, check_client, check_new_root, check_revocation,
};
pub use probe::{
    BootStateSeen, ProbeFinding, ProbeOptions, ProbeReport, ProbeStep, ProbeStepName, ProbeSubject,
    ProbeVerdict, SubjectError, Symptom, TranscriptLine, diagnose, probe,
};
pub use roots::{RootsError, TrustRoots};
pub use socket_error::{CallError, CloseReason, SocketError};
pub use socket_event::{Direction, SocketEvent};
pub use timeouts::ConnectOptions;
pub use tls::{
    CipherSuite, ClientCertificates, Provider, TlsClient, TlsClientBuilder, TlsConfigError,
    TlsFailure, TlsObservation, TlsServer, TlsServerBuilder, TlsVersion,
};
pub use tls_identity::{TlsIdentity, TlsIdentityError};
pub use websocket::{Decision, HttpAnswer, UpgradeFault, UpgradeRequest};
