//! One charger's connection, seen from the back office.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ocpp_transport::{
    BootAnswer, CallErrorCode, CallRefusal, ConnectOptions, Decision, IncomingCall, OcppSocket,
    RegistrationStatus, SocketEvent, Subprotocol, UpgradeRequest, accept, heartbeat_answer,
};
use serde_json::{Value, json};

use super::back_office::{Office, OfficeOptions};
use super::office_record::OfficeRecord;
use crate::back_office::{Account, Behaviour};
use crate::charger::BootStatus;

/// Takes a charger in, or turns it away, and answers it until either side ends it.
pub(crate) fn serve(office: &Arc<Office>, tcp: TcpStream) {
    let (tls, options) = {
        let state = office.lock();
        (state.tls.clone(), state.options.clone())
    };
    let connect = ConnectOptions::new();
    let accepted = accept(tcp, tls.as_ref(), &connect, |request| {
        decide(&options, request)
    });
    match accepted {
        Ok(accepted) => {
            let identity = accepted.request.identity;
            if accepted.socket.version().is_none() {
                let reason = format!("{identity}: no common OCPP version");
                office.record(OfficeRecord::Refused { reason });
                accepted
                    .socket
                    .close(1002, "no common subprotocol", Duration::from_secs(1));
                return;
            }
            Line::new(office, identity, accepted.socket).run();
        }
        Err(error) => office.record(OfficeRecord::Refused {
            reason: error.to_string(),
        }),
    }
}

fn decide(options: &OfficeOptions, request: &UpgradeRequest) -> Decision {
    thread::sleep(options.behaviour.delay);
    if let Some(status) = options.behaviour.refuses_upgrade {
        return Decision::refuse(status);
    }
    let Some(account) = options.accounts.get(&request.identity) else {
        return Decision::refuse(404);
    };
    if !may_enter(account, request) {
        return Decision::refuse(401);
    }
    if options.behaviour.wrong_subprotocol {
        return Decision::Accept(Some(Subprotocol::new("ocpp0.0")));
    }
    let spoken: Vec<Subprotocol> = account
        .versions
        .iter()
        .filter_map(|it| version(*it))
        .collect();
    Decision::negotiate(request, &spoken)
}

/// The security profile that the charger came with must be enough, and its proof right.
fn may_enter(account: &Account, request: &UpgradeRequest) -> bool {
    let has_certificate = !request.client_certificates.is_empty();
    let profile = match (request.secure, has_certificate) {
        (true, true) => 3,
        (true, false) => 2,
        (false, _) => u8::from(request.credentials.is_some()),
    };
    if account.client_certificate {
        return has_certificate;
    }
    let password = request.credentials.as_ref();
    profile >= account.lowest_security_profile
        && password.is_none_or(|it| it.user() == request.identity)
        && account.admits(password.map(|it| it.password().expose()))
}

fn version(number: u8) -> Option<Subprotocol> {
    match number {
        3 => Some(Subprotocol::OCPP16),
        4 => Some(Subprotocol::OCPP201),
        _ => None,
    }
}

/// An open connection.
struct Line<'a> {
    office: &'a Arc<Office>,
    identity: String,
    socket: OcppSocket,
    transactions: u64,
}

impl<'a> Line<'a> {
    const fn new(office: &'a Arc<Office>, identity: String, socket: OcppSocket) -> Self {
        Self {
            office,
            identity,
            socket,
            transactions: 0,
        }
    }

    fn run(mut self) {
        let Ok(interrupter) = self.socket.interrupter() else {
            return;
        };
        let identity = self.identity.clone();
        let (line, orders) = self.office.lock().add_line(identity.clone(), interrupter);
        self.office.record(OfficeRecord::Connected {
            identity: identity.clone(),
        });
        self.answer_until_it_ends(&orders);
        self.office.lock().remove_line(line);
        self.office.record(OfficeRecord::Disconnected { identity });
    }

    fn answer_until_it_ends(&mut self, orders: &Receiver<(String, Value)>) {
        let opened = Instant::now();
        loop {
            let behaviour = {
                let state = self.office.lock();
                if state.stopping {
                    return;
                }
                state.options.behaviour
            };
            let over = behaviour
                .closes_after
                .is_some_and(|after| opened.elapsed() >= after);
            if over {
                return;
            }
            let patience = behaviour.closes_after.unwrap_or(LISTENING).min(LISTENING);
            match self.socket.poll(patience) {
                // While the charger asks nothing, it may be asked.
                Ok(SocketEvent::Idle) => {
                    if let Ok((action, payload)) = orders.try_recv() {
                        self.ask(action, payload);
                    }
                }
                Ok(SocketEvent::Called(call)) => {
                    if !self.answer(&call, &behaviour) {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    fn ask(&mut self, action: String, payload: Value) {
        let answer = self.socket.call(&action, payload, ANSWER_TIMEOUT);
        self.office.record(OfficeRecord::Answered {
            identity: self.identity.clone(),
            action,
            answer: answer.ok().map(|answer| answer.to_string()),
        });
    }

    /// Whether the connection goes on.
    fn answer(&mut self, call: &IncomingCall, behaviour: &Behaviour) -> bool {
        thread::sleep(behaviour.delay);
        let identity = self.identity.clone();
        if call.action == "BootNotification" {
            let Some(verdict) = behaviour.boot else {
                return true;
            };
            let answer = BootAnswer::new(status(verdict), behaviour.interval, SystemTime::now());
            // Whoever sees a charger accepted finds it in the records: they come first.
            self.office
                .record(OfficeRecord::Booted { identity, verdict });
            return self.socket.answer(call, Ok(answer.to_payload())).is_ok();
        }
        let action = call.action.clone();
        let known = self.office.lock().has_accepted(&identity);
        let answer = if known {
            self.payload(&action)
        } else {
            // OCPP-J 1.6 errata 3.10, OCPP 2.0.1 B03.FR.07
            let before = "not before an accepted BootNotification";
            Err(CallRefusal::new(CallErrorCode::SECURITY_ERROR, before))
        };
        self.office
            .record(OfficeRecord::Called { identity, action });
        self.socket.answer(call, answer).is_ok()
    }

    fn payload(&mut self, action: &str) -> Result<Value, CallRefusal> {
        let accepted = json!({"status": "Accepted"});
        match action {
            "Heartbeat" => Ok(heartbeat_answer(SystemTime::now())),
            "StartTransaction" => {
                self.transactions += 1;
                Ok(json!({"transactionId": self.transactions, "idTagInfo": accepted}))
            }
            "Authorize" => Ok(json!({"idTagInfo": accepted})),
            "StatusNotification"
            | "StopTransaction"
            | "TransactionEvent"
            | "MeterValues"
            | "SecurityEventNotification"
            | "NotifyEvent" => Ok(json!({})),
            _ => Err(CallRefusal::new(CallErrorCode::NOT_IMPLEMENTED, "")),
        }
    }
}

const fn status(verdict: BootStatus) -> RegistrationStatus {
    match verdict {
        BootStatus::Accepted => RegistrationStatus::ACCEPTED,
        BootStatus::Pending => RegistrationStatus::PENDING,
        BootStatus::Rejected => RegistrationStatus::REJECTED,
    }
}

/// How long a charger may take to answer a call.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a line looks whether it shall end.
const LISTENING: Duration = Duration::from_millis(200);
