//! Where the register is kept.

use std::fmt;

use validator::ValidationError;

use super::secret::Secret;

/// A database's address. It may hold a password, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// From an address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// A text without the address and without its password: a driver may repeat either.
    #[must_use]
    pub fn redacted_from(&self, text: &str) -> String {
        let mut secrets = vec![self.0.clone()];
        for written in self.passwords() {
            secrets.push(unescaped(written));
            secrets.push(written.to_owned());
        }
        secrets.retain(|secret| !secret.is_empty());
        // A secret that holds another goes first, or the rest of it would remain.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret, "[redacted]")
        })
    }

    /// The password as it is written, before the host's name or among the parameters.
    fn passwords(&self) -> Vec<&str> {
        let (address, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let before_host = address
            .split_once("://")
            .and_then(|(_, server)| server.rsplit_once('@'))
            .and_then(|(user, _)| user.split_once(':'))
            .map(|(_, password)| password);
        let parameters = query
            .split('&')
            .filter_map(|pair| pair.strip_prefix("password="));
        before_host.into_iter().chain(parameters).collect()
    }

    /// The address itself, for connecting.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Default for DatabaseUrl {
    /// A file in the data folder's usual place, made when it is not there.
    fn default() -> Self {
        Self::new("sqlite://data/registry.db?mode=rwc")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        write!(f, "{scheme}:[redacted]")
    }
}

/// A part of an address without its percent signs.
fn unescaped(written: &str) -> String {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = escaped
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = byte.and_then(|_| after.get(2..)).unwrap_or(after);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What SQLite's `mode` takes.
const MODES: &[&str] = &["ro", "rw", "rwc", "memory"];

/// What a driver would refuse is refused here, because a driver's complaint shows the address, and
/// with it the password.
pub(super) fn check(url: &Secret) -> Result<(), ValidationError> {
    let url = url.reveal();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    if let Some(path) = address.strip_prefix("sqlite:") {
        let mode = query.split('&').find_map(|pair| pair.strip_prefix("mode="));
        if path.trim_start_matches('/').is_empty() {
            return Err(super::fault("must name a file after sqlite://"));
        }
        if mode.is_some_and(|mode| !MODES.contains(&mode)) {
            return Err(super::fault("mode must be one of ro, rw, rwc, memory"));
        }
        return Ok(());
    }
    let server = ["postgres://", "postgresql://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .ok_or_else(|| super::fault("must begin with sqlite: or postgres://"))?;
    let (authority, _) = server.split_once('/').unwrap_or((server, ""));
    let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    // The colons of an IPv6 address stand in brackets.
    let (_, port) = host
        .rsplit_once(']')
        .unwrap_or(("", host))
        .1
        .rsplit_once(':')
        .unwrap_or_default();
    if port.is_empty() || port.parse::<u16>().is_ok() {
        Ok(())
    } else {
        Err(super::fault(
            "must have a port from 0 to 65535 after the host's name",
        ))
    }
}
