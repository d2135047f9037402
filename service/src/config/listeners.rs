//! Where the service and the operators' listener answer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use validator::ValidationError;

/// Only this machine, until an operator says otherwise.
pub(super) const SERVICE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Health and metrics are never on the service's own port.
pub(super) const OPS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);

pub(super) fn check(text: &str) -> Result<(), ValidationError> {
    text.parse::<SocketAddr>()
        .map(|_| ())
        .map_err(|_| super::fault("must be an address with a port, such as 127.0.0.1:8080"))
}
