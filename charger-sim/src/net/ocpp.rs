//! One connection of a simulated charger to a real back office.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, SystemTime};

use ocpp_config::Secret;
use ocpp_transport::{
    BootNotification, CallError, Certificate, ConnectCause, ConnectError, ConnectOptions,
    ConnectorStatus, Endpoint, IncomingCall, OcppSocket, PasswordForm, RegistrationStatus,
    SocketEvent, StatusNotification, Subprotocol, TlsClient, TlsFailure, TlsIdentity, TrustRoots,
    connect, format_timestamp,
};
use serde_json::{Value, json};

use super::shared::Shared;
use crate::charger::{BootAnswer, BootStatus, DialFailure, DialOutcome, DialRequest};

/// What the model wants to be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    Boot,
    Heartbeat,
    Status { connector: u8, charging: bool },
    Transaction,
}

/// Dials, reports how that went, and then carries out orders until either side ends it.
pub(crate) fn connect_and_serve(
    shared: &Arc<Shared>,
    request: &DialRequest,
    orders: &Receiver<Order>,
) {
    let connection = request.connection;
    let dialled = dial(shared, request);
    let outcome = match &dialled {
        Ok(_) => DialOutcome::Connected,
        Err(failure) => DialOutcome::Failed(*failure),
    };
    shared.act(|model, now, effects| {
        model.handle_dial_outcome(now, connection, outcome, effects);
    });
    if let Ok(mut socket) = dialled {
        // Calls of the back office that arrive while one of ours waits for its answer.
        let restarting = Arc::clone(shared);
        socket.set_handler(move |call: &IncomingCall| Ok(answer_call(&restarting, call)));
        let mut line = Line {
            shared,
            request,
            socket,
        };
        line.serve(orders);
        shared.act(|model, now, _| model.handle_closed(now, connection));
    }
    shared.forget(connection);
}

fn dial(shared: &Arc<Shared>, request: &DialRequest) -> Result<OcppSocket, DialFailure> {
    let endpoint = endpoint(request)?;
    let tls = endpoint
        .is_secure()
        .then(|| tls_client(request))
        .transpose()?;
    let stopping = Arc::clone(shared);
    let options = ConnectOptions::new()
        .with_every_timeout(request.message_timeout)
        .with_stop_check(move || stopping.is_stopping());
    connect(&endpoint, tls.as_ref(), &options).map_err(|error| failure(&error))
}

fn endpoint(request: &DialRequest) -> Result<Endpoint, DialFailure> {
    let version = match request.ocpp_version {
        1 => Subprotocol::new("ocpp1.2"),
        2 => Subprotocol::new("ocpp1.5"),
        3 => Subprotocol::OCPP16,
        4 => Subprotocol::OCPP201,
        // Nothing that a back office could agree to.
        _ => return Err(DialFailure::Subprotocol),
    };
    let endpoint = Endpoint::new(&request.url, &request.identity, version)
        .map_err(|_| DialFailure::NameNotFound)?;
    match (&request.key, request.security_profile) {
        (Some(key), 1 | 2) => {
            let form = if key.expose_str().is_some() {
                PasswordForm::Verbatim
            } else {
                PasswordForm::RawBytes
            };
            endpoint
                .with_key(key, form)
                .map_err(|_| DialFailure::HttpStatus(401))
        }
        _ => Ok(endpoint),
    }
}

fn tls_client(request: &DialRequest) -> Result<TlsClient, DialFailure> {
    let mut roots = TrustRoots::new();
    for der in request.roots.iter() {
        if let Ok(root) = Certificate::from_der(der) {
            roots.add(root);
        }
    }
    if roots.is_empty() {
        return Err(DialFailure::UnknownIssuer);
    }
    let mut builder = TlsClient::builder(&roots);
    let own = request
        .client_certificate
        .as_ref()
        .filter(|_| request.security_profile == 3);
    if let Some(pem) = own {
        let identity = TlsIdentity::from_pem(pem.expose(), &Secret::new(pem.expose().to_vec()))
            .map_err(|_| DialFailure::ClientCertificate)?;
        builder = builder.with_identity(&identity);
    }
    builder.build().map_err(|_| DialFailure::Tls)
}

fn failure(error: &ConnectError) -> DialFailure {
    match error.cause() {
        ConnectCause::UnknownHost | ConnectCause::Resolver(_) | ConnectCause::HostName => {
            DialFailure::NameNotFound
        }
        ConnectCause::ConnectionRefused | ConnectCause::Unreachable => DialFailure::Unreachable,
        ConnectCause::Timeout => DialFailure::Timeout,
        ConnectCause::Refused(answer) => DialFailure::HttpStatus(answer.status),
        ConnectCause::NoSubprotocol | ConnectCause::Upgrade(_) => DialFailure::Subprotocol,
        ConnectCause::Tls(failure) => tls_failure(failure),
        _ => DialFailure::Closed,
    }
}

const fn tls_failure(failure: &TlsFailure) -> DialFailure {
    match failure {
        TlsFailure::UnknownIssuer | TlsFailure::PartialChain => DialFailure::UnknownIssuer,
        TlsFailure::NameMismatch { .. } | TlsFailure::WildcardOnly => DialFailure::CertificateName,
        TlsFailure::Expired { .. } | TlsFailure::NotYetValid { .. } | TlsFailure::RootExpired => {
            DialFailure::CertificateDate
        }
        TlsFailure::ClientCertificateRequired
        | TlsFailure::ClientCertificateUnknownIssuer
        | TlsFailure::ClientCertificateExpired
        | TlsFailure::ClientCertificateRefused => DialFailure::ClientCertificate,
        _ => DialFailure::Tls,
    }
}

/// An open connection.
struct Line<'a> {
    shared: &'a Arc<Shared>,
    request: &'a DialRequest,
    socket: OcppSocket,
}

impl Line<'_> {
    /// Until the model hangs up, or the connection ends.
    fn serve(&mut self, orders: &Receiver<Order>) {
        loop {
            match orders.try_recv() {
                Ok(order) if self.carry_out(order).is_err() => return,
                Ok(_) => continue,
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => {}
            }
            match self.socket.poll(LISTENING) {
                Ok(SocketEvent::Called(call)) => {
                    let answer = answer_call(self.shared, &call);
                    if self.socket.answer(&call, Ok(answer)).is_err() {
                        return;
                    }
                }
                Ok(SocketEvent::Idle) => {}
                _ => return,
            }
        }
    }

    fn carry_out(&mut self, order: Order) -> Result<(), CallError> {
        match order {
            Order::Boot => self.boot(),
            Order::Heartbeat => self.heartbeat(),
            Order::Status {
                connector,
                charging,
            } => self.status(connector, charging),
            Order::Transaction => self.transaction(),
        }
    }

    /// A refusal or a silence is the model's to notice; a broken connection ends the line.
    fn boot(&mut self) -> Result<(), CallError> {
        let identity = self.shared.look(|model, _| model.identity());
        let boot = BootNotification::new(identity.model, VENDOR)
            .with_serial_number(identity.serial_number)
            .with_firmware(identity.firmware);
        let answer = match self
            .socket
            .boot_notification(&boot, self.request.message_timeout)
        {
            Ok(answer) => answer,
            Err(error) => return fatal(error),
        };
        let status = if answer.status == RegistrationStatus::ACCEPTED {
            BootStatus::Accepted
        } else if answer.status == RegistrationStatus::PENDING {
            BootStatus::Pending
        } else {
            BootStatus::Rejected
        };
        let time = answer
            .time()
            .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let answer = BootAnswer::new(status, answer.interval, time);
        let connection = self.request.connection;
        self.shared.act(|model, now, effects| {
            model.handle_boot_answer(now, connection, answer, effects);
        });
        Ok(())
    }

    fn heartbeat(&mut self) -> Result<(), CallError> {
        let answer = self.socket.heartbeat(self.request.message_timeout);
        let (connection, answered) = (self.request.connection, answer.is_ok());
        self.shared
            .act(|model, now, _| model.handle_heartbeat(now, connection, answered));
        answer.map(|_| ()).or_else(fatal)
    }

    fn status(&mut self, connector: u8, charging: bool) -> Result<(), CallError> {
        let status = match (charging, self.is_201()) {
            (false, _) => ConnectorStatus::AVAILABLE,
            (true, false) => ConnectorStatus::new("Charging"),
            (true, true) => ConnectorStatus::new("Occupied"),
        };
        if connector == 0 && self.is_201() {
            return Ok(());
        }
        let status = StatusNotification::new(connector.into(), status, SystemTime::now());
        self.socket
            .status_notification(&status, self.request.message_timeout)
            .or_else(fatal)
    }

    fn is_201(&self) -> bool {
        self.socket.version() == Some(&Subprotocol::OCPP201)
    }

    /// Start and stop, as short as the schema allows.
    fn transaction(&mut self) -> Result<(), CallError> {
        let sent = if self.is_201() {
            self.transaction_201()
        } else {
            self.transaction_16()
        };
        let connection = self.request.connection;
        match sent {
            Ok(()) => {
                self.shared.act(|model, _, effects| {
                    model.handle_transaction_sent(connection, effects);
                });
                Ok(())
            }
            Err(error) => fatal(error),
        }
    }

    fn transaction_16(&mut self) -> Result<(), CallError> {
        let now = format_timestamp(SystemTime::now());
        let start = json!({
            "connectorId": 1, "idTag": TAG, "meterStart": 1000, "timestamp": now,
        });
        let answer = self.call("StartTransaction", start)?;
        let id = answer
            .get("transactionId")
            .cloned()
            .unwrap_or_else(|| json!(0));
        let stop = json!({
            "transactionId": id, "idTag": TAG, "meterStop": 8000, "timestamp": now,
            "reason": "Local",
        });
        self.call("StopTransaction", stop).map(|_| ())
    }

    fn transaction_201(&mut self) -> Result<(), CallError> {
        let id = format!("t{}", self.request.connection);
        for (number, event, trigger) in
            [(0, "Started", "Authorized"), (1, "Ended", "StopAuthorized")]
        {
            let payload = json!({
                "eventType": event,
                "timestamp": format_timestamp(SystemTime::now()),
                "triggerReason": trigger,
                "seqNo": number,
                "transactionInfo": {"transactionId": id},
                "evse": {"id": 1, "connectorId": 1},
                "idToken": {"idToken": TAG, "type": "ISO14443"},
            });
            self.call("TransactionEvent", payload)?;
        }
        Ok(())
    }

    fn call(&mut self, action: &str, payload: Value) -> Result<Value, CallError> {
        self.socket
            .call(action, payload, self.request.message_timeout)
    }
}

/// The least a charger can say to what a back office asks. A `Reset` is carried out a
/// little later.
fn answer_call(shared: &Arc<Shared>, call: &IncomingCall) -> Value {
    match call.action.as_str() {
        "Reset" => {
            shared.act(|model, now, _| model.restart(now));
            json!({"status": "Accepted"})
        }
        "GetConfiguration" => json!({"configurationKey": [], "unknownKey": []}),
        "TriggerMessage" => json!({"status": "NotImplemented"}),
        "ChangeConfiguration" => json!({"status": "NotSupported"}),
        _ => json!({"status": "Rejected"}),
    }
}

/// Only a broken connection is worth ending the line for.
fn fatal(error: CallError) -> Result<(), CallError> {
    match error {
        CallError::Socket(_) => Err(error),
        _ => Ok(()),
    }
}

const VENDOR: &str = "Simulated";
const TAG: &str = "04A1B2C3D4E5F6";
/// How long the line listens for the back office before it looks for orders again.
const LISTENING: Duration = Duration::from_millis(150);
