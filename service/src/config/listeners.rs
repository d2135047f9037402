//! Where the service and the operators' listener answer, and through whom callers may come.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;
use validator::ValidationError;

/// Only this machine, until an operator says otherwise.
pub(super) const SERVICE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Health and metrics are never on the service's own port.
pub(super) const OPS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);

/// The proxies that are believed when they say for whom they ask. Nobody, unless configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Their networks.
    networks: Vec<IpNet>,
    /// The header in which they say it.
    pub header: ForwardedHeader,
}

/// The header that the proxies set. Only this one is read: a caller can send the other one through
/// a proxy that does not know it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, a list of addresses.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl Proxies {
    /// Proxies in these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>, header: ForwardedHeader) -> Self {
        Self { networks, header }
    }

    /// Whether an address is a proxy's.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    pub(super) fn understood(networks: Option<&str>, header: Option<&str>) -> Self {
        Self {
            networks: networks.and_then(listed).unwrap_or_default(),
            header: header
                .and_then(|text| text.parse().ok())
                .unwrap_or_default(),
        }
    }
}

impl FromStr for ForwardedHeader {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(()),
        }
    }
}

impl fmt::Display for ForwardedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        })
    }
}

pub(super) fn check(text: &str) -> Result<(), ValidationError> {
    text.parse::<SocketAddr>()
        .map(|_| ())
        .map_err(|_| super::fault("must be an address with a port, such as 127.0.0.1:8080"))
}

pub(super) fn check_proxies(text: &str) -> Result<(), ValidationError> {
    listed(text).map(|_| ()).ok_or_else(|| {
        super::fault(
            "must be networks or addresses between commas, such as 10.0.0.0/8,192.0.2.7, and not everybody's",
        )
    })
}

pub(super) fn check_forwarded_header(text: &str) -> Result<(), ValidationError> {
    text.parse::<ForwardedHeader>()
        .map(|_| ())
        .map_err(|()| super::fault("must be `x-forwarded-for` or `forwarded`"))
}

/// Networks between commas. A network of everybody would believe what anybody says.
fn listed(text: &str) -> Option<Vec<IpNet>> {
    let networks = text.split(',').map(str::trim);
    let networks = networks.filter(|network| !network.is_empty()).map(|one| {
        let alone = one.parse::<IpAddr>().map(IpNet::from);
        let network = alone.or_else(|_| one.parse::<IpNet>()).ok()?;
        (network.prefix_len() > 0).then_some(network)
    });
    networks.collect()
}
