//! `health`: asks the operators' listener whether the service is ready.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use clap::Args;

use super::{Ended, FAILED, Settings, say};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// More than the first line of an answer has.
const FIRST_BYTES: u64 = 64;

/// Ask whether the service is ready.
#[derive(Debug, Args)]
pub(super) struct Health;

impl Health {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let Self = self;
        let address = over_loopback(settings.read(false)?.ops_listen);
        let status = ask(address).map_err(|error| {
            Ended::with(FAILED, format_args!("no answer on {address}: {error}"))
        })?;
        if status.contains(" 200 ") {
            say("ready")?;
            Ok(0)
        } else {
            Err(Ended::with(FAILED, format_args!("not ready: {status}")))
        }
    }
}

/// A listener on every address is asked on this machine's own.
fn over_loopback(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

/// The first line of the answer. One request needs no HTTP client.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request =
        format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(FIRST_BYTES).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_asked_on_loopback() {
        for (listens, asked) in [
            ("0.0.0.0:9090", "127.0.0.1:9090"),
            ("[::]:9090", "[::1]:9090"),
            ("10.0.0.5:9090", "10.0.0.5:9090"),
        ] {
            assert_eq!(
                over_loopback(listens.parse().unwrap()),
                asked.parse().unwrap()
            );
        }
    }
}
