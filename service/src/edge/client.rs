//! From which address a request comes, by whom it is told.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use poem::{Request, http::HeaderMap};

use crate::config::{ForwardedHeader, Proxies};

/// The address that a request comes from: the peer's, or the one for which a trusted proxy asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    /// The address of a request that came over the wire. The right-most address of the header that
    /// is not a proxy of ours is the last that one of ours has seen; what stands before it, anybody
    /// can have written.
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let mut address = peer.to_canonical();
        if proxies.contain(address) {
            for told in forwarded(headers, proxies.header).into_iter().rev() {
                // What is no address hides whoever came through it, so the search ends there.
                let Some(told) = told else { break };
                address = told;
                if !proxies.contain(address) {
                    break;
                }
            }
        }
        Self(address)
    }

    /// The address of a request, however it came.
    pub(crate) fn of_request(request: &Request) -> Self {
        let peer = || request.remote_addr().as_socket_addr().map(SocketAddr::ip);
        let known = request.data::<Self>().copied();
        known.unwrap_or_else(|| Self(peer().unwrap_or(Ipv6Addr::UNSPECIFIED.into())))
    }

    /// What stands for everybody at the address: of IPv6 its /64, which one household has.
    pub(crate) fn household(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(address) => {
                Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
            }
            address @ IpAddr::V4(_) => address,
        }
    }
}

/// The addresses of a header, in their order; `None` where there is something else.
fn forwarded(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let name = match header {
        ForwardedHeader::XForwardedFor => "x-forwarded-for",
        ForwardedHeader::Forwarded => "forwarded",
    };
    let mut found = Vec::new();
    for value in headers.get_all(name) {
        let Ok(value) = value.to_str() else {
            found.push(None);
            continue;
        };
        found.extend(value.split(',').map(|element| match header {
            ForwardedHeader::XForwardedFor => address(element),
            ForwardedHeader::Forwarded => element.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                let named = name.trim().eq_ignore_ascii_case("for");
                named.then(|| address(value.trim().trim_matches('"')))?
            }),
        }));
    }
    found
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let alone = text.trim_start_matches('[').trim_end_matches(']').parse();
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    let address: IpAddr = alone.or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use poem::http::{HeaderName, HeaderValue};

    use super::*;

    fn proxies(header: ForwardedHeader) -> Proxies {
        let networks = ["10.0.0.0/8", "2001:db8::/32"];
        Proxies::new(networks.map(|one| one.parse().unwrap()).to_vec(), header)
    }

    fn seen(peer: &str, header: ForwardedHeader, lines: &[(&str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let peer = peer.parse().unwrap();
        ClientAddress::of(peer, &headers, &proxies(header))
            .0
            .to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_for_what_it_saw_itself() {
        let told = |peer, value| {
            let lines = [("x-forwarded-for", value)];
            seen(peer, ForwardedHeader::XForwardedFor, &lines)
        };
        // Nobody's word but a proxy's.
        assert_eq!(told("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(told("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(told("::ffff:10.0.0.1", "198.51.100.7"), "198.51.100.7");
        // The caller wrote the first; the proxy added who the caller is.
        assert_eq!(
            told("10.0.0.1", "203.0.113.9, 198.51.100.7"),
            "198.51.100.7"
        );
        assert_eq!(
            told("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.2.3.4"),
            "198.51.100.7"
        );
        assert_eq!(told("10.0.0.1", "198.51.100.7:4711"), "198.51.100.7");
        assert_eq!(told("10.0.0.1", "[2001:db9::1]:4711"), "2001:db9::1");
        // What is no address is not looked behind.
        assert_eq!(
            told("10.0.0.1", "203.0.113.9, unknown, 10.2.3.4"),
            "10.2.3.4"
        );
        assert_eq!(told("10.0.0.1", "203.0.113.9, unknown"), "10.0.0.1");
        assert_eq!(told("10.0.0.1", ""), "10.0.0.1");
    }

    #[test]
    fn several_lines_are_one_list_and_the_other_header_is_not_read() {
        let lines = [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-for", "198.51.100.7"),
            ("forwarded", "for=203.0.113.1"),
        ];
        let seen = |header| seen("10.0.0.1", header, &lines);
        assert_eq!(seen(ForwardedHeader::XForwardedFor), "198.51.100.7");
        assert_eq!(seen(ForwardedHeader::Forwarded), "203.0.113.1");
    }

    #[test]
    fn the_standard_s_header_is_read_in_all_its_forms() {
        for (value, address) in [
            ("for=198.51.100.7", "198.51.100.7"),
            (
                "proto=https; For=\"198.51.100.7:80\";by=10.0.0.1",
                "198.51.100.7",
            ),
            ("for=203.0.113.9, for=\"[2001:db9::1]:80\"", "2001:db9::1"),
            ("for=203.0.113.9, for=_hidden", "10.0.0.1"),
            ("for=203.0.113.9, proto=https", "10.0.0.1"),
        ] {
            let lines = [("forwarded", value)];
            assert_eq!(
                seen("10.0.0.1", ForwardedHeader::Forwarded, &lines),
                address,
                "{value}"
            );
        }
    }

    #[test]
    fn a_household_is_one_address_or_a_network_of_ipv6() {
        let household = |text: &str| ClientAddress(text.parse().unwrap()).household().to_string();
        assert_eq!(household("198.51.100.7"), "198.51.100.7");
        assert_eq!(household("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(household("::ffff:198.51.100.7"), "198.51.100.7");
    }
}
