use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use super::patience::Patience;
use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::connect_outcome::dns_error;
use crate::endpoint::Endpoint;
use crate::timeouts::ConnectOptions;

/// Finds all addresses of the endpoint's host, in the order of the operating system.
pub(crate) fn resolve(
    endpoint: &Endpoint,
    options: &ConnectOptions,
) -> Result<Vec<SocketAddr>, ConnectError> {
    let (host, port) = (endpoint.host(), endpoint.port());
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let found = Patience::for_at_most(options.dial, options.stop.clone())
        .wait_for(move || (host.as_str(), port).to_socket_addrs())
        .map_err(|error| ConnectError::io(ConnectStage::Dns, error))?;
    let addresses: Vec<SocketAddr> = match found {
        Ok(addresses) => addresses.collect(),
        Err(error) => return Err(dns_error(error)),
    };
    if addresses.is_empty() {
        return Err(ConnectError::new(
            ConnectStage::Dns,
            ConnectCause::UnknownHost,
        ));
    }
    Ok(addresses)
}

/// Opens a TCP connection to the first address that answers; the error is the last one.
pub(crate) fn dial(
    addresses: &[SocketAddr],
    options: &ConnectOptions,
) -> Result<(TcpStream, SocketAddr), ConnectError> {
    let mut last = ConnectError::new(ConnectStage::Tcp, ConnectCause::UnknownHost);
    for address in addresses {
        match dial_one(*address, options) {
            Ok(tcp) => return Ok((tcp, *address)),
            Err(error) => last = ConnectError::io(ConnectStage::Tcp, error).at(*address),
        }
        if *last.cause() == ConnectCause::Stopped {
            break;
        }
    }
    Err(last)
}

fn dial_one(address: SocketAddr, options: &ConnectOptions) -> io::Result<TcpStream> {
    let timeout = options.dial.max(Duration::from_millis(1));
    let tcp = match &options.stop {
        None => TcpStream::connect_timeout(&address, timeout)?,
        Some(_) => Patience::for_at_most(timeout, options.stop.clone())
            .wait_for(move || TcpStream::connect_timeout(&address, timeout))??,
    };
    tcp.set_nodelay(true)?;
    Ok(tcp)
}
