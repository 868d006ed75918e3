//! Name resolution and TCP.

use std::net::{IpAddr, SocketAddr};

use super::machine::{ProbeMachine, Task};
use super::report::ProbeFinding;
use super::step::ProbeStepName;
use super::upgrade::Attempt;
use crate::connect_error::{ConnectCause, ConnectError};
use crate::finding_code::FindingCode;

/// What became of one address.
pub(crate) struct Dialled {
    address: SocketAddr,
    cause: Option<ConnectCause>,
}

impl ProbeMachine {
    /// Begins with the given addresses, or asks the DNS.
    pub(super) fn begin(&mut self) {
        if self.options.addresses.is_empty() {
            self.then(Task::Resolve);
        } else {
            let addresses = self.options.addresses.clone();
            self.dial_each(&addresses);
        }
    }

    pub(super) fn resolved(&mut self, result: Result<Vec<SocketAddr>, ConnectError>) {
        let addresses = match result {
            Ok(addresses) => addresses,
            Err(error) => {
                let code = match error.cause() {
                    ConnectCause::UnknownHost => FindingCode::DNS_NX,
                    _ => FindingCode::DNS_FAIL,
                };
                let host = self.host();
                self.step(
                    ProbeStepName::Dns,
                    false,
                    format!("{host}: {}", error.cause()),
                );
                return self.found_code(code, format!("`{host}`: {}", error.cause()));
            }
        };
        let host = self.host();
        if host.parse::<IpAddr>().is_err() {
            self.step(
                ProbeStepName::Dns,
                true,
                format!("{host} is {}", list(&addresses)),
            );
            self.judge_addresses(&addresses);
        }
        self.dial_each(&addresses);
    }

    fn judge_addresses(&mut self, addresses: &[SocketAddr]) {
        if !addresses.is_empty() && addresses.iter().all(SocketAddr::is_ipv6) {
            self.found_code(FindingCode::DNS_V6ONLY, list(addresses));
        }
        let private: Vec<SocketAddr> = addresses
            .iter()
            .filter(|it| is_private(it.ip()))
            .copied()
            .collect();
        if !private.is_empty() {
            self.found_code(FindingCode::DNS_PRIVATE, list(&private));
        }
    }

    fn dial_each(&mut self, addresses: &[SocketAddr]) {
        let mut distinct: Vec<SocketAddr> = Vec::new();
        for address in addresses {
            if !distinct.contains(address) && distinct.len() < MAX_ADDRESSES {
                distinct.push(*address);
            }
        }
        self.report.addresses.clone_from(&distinct);
        for address in distinct {
            self.then(Task::Dial(address));
        }
    }

    pub(super) fn dialled(&mut self, address: SocketAddr, result: Result<(), ConnectError>) {
        let cause = result.err().map(|error| error.cause().clone());
        let detail = match &cause {
            None => format!("{address} answers"),
            Some(cause) => format!("{address}: {cause}"),
        };
        self.step(ProbeStepName::Tcp, cause.is_none(), detail);
        self.dialled.push(Dialled { address, cause });
        if self.tasks.is_empty() {
            self.judge_dialled();
        }
    }

    /// After the last address: the first that answers is used, IPv4 before IPv6 because
    /// chargers do.
    fn judge_dialled(&mut self) {
        let mut open: Vec<SocketAddr> = self
            .dialled
            .iter()
            .filter(|it| it.cause.is_none())
            .map(|it| it.address)
            .collect();
        open.sort_by_key(SocketAddr::is_ipv6);
        let Some(address) = open.first().copied() else {
            return self.judge_closed();
        };
        if let Some(silent) = self.dialled.iter().find(|it| it.cause.is_some()) {
            let cause = silent
                .cause
                .as_ref()
                .map_or_else(String::new, ToString::to_string);
            let detail = format!("{address} answers, {}: {cause}", silent.address);
            self.found_code(FindingCode::DNS_MIX, detail);
        }
        self.address = Some(address);
        self.warn_of_clear_text(address.ip());
        self.then(Task::Upgrade(Attempt::first()));
    }

    fn judge_closed(&mut self) {
        let Some(first) = self.dialled.first() else {
            return self.found_code(FindingCode::DNS_NX, "no address");
        };
        let cause = first.cause.clone().unwrap_or(ConnectCause::Timeout);
        let code = match &cause {
            ConnectCause::ConnectionRefused => FindingCode::TCP_REFUSED,
            ConnectCause::Unreachable => FindingCode::TCP_UNREACHABLE,
            _ => FindingCode::TCP_TIMEOUT,
        };
        let finding = ProbeFinding::new(code, format!("{}: {cause}", first.address));
        self.found(finding);
    }

    fn warn_of_clear_text(&mut self, ip: IpAddr) {
        let local = is_private(ip) || ip.is_loopback();
        if !self.is_secure() && self.subject.sent_key().is_some() && !local {
            let detail = format!("{ip} is a public address");
            self.found_code(FindingCode::WS_PROFILE1_CLEAR, detail);
        }
    }

    pub(super) fn host(&self) -> String {
        self.prepared
            .as_ref()
            .map_or_else(String::new, |it| it.endpoint.host())
    }
}

/// RFC 1918, carrier-grade NAT (RFC 6598), link-local, unique local IPv6.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            ip.is_private() || ip.is_link_local() || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

fn list(addresses: &[SocketAddr]) -> String {
    let all: Vec<String> = addresses.iter().map(|it| it.ip().to_string()).collect();
    all.join(", ")
}

/// More than any back office has; each costs a step.
const MAX_ADDRESSES: usize = 8;
