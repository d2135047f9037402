//! How people sign in: under which address they know the service, how long they stay, and how often
//! they may try.

use std::{net::IpAddr, num::NonZeroU32};

use chrono::TimeDelta;
use poem::http::{Uri, uri::Scheme};
use transfer_registry_core::sessions::Lasting;
use validator::ValidationError;

use super::Written;

/// How people sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Under which address people know the service; `None`: on this machine only.
    pub address: Option<PublicAddress>,
    /// How long a session lasts.
    pub lasting: Lasting,
    /// How often a minute one address, and one account, may try.
    pub tries_a_minute: NonZeroU32,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            address: None,
            lasting: Lasting {
                idle: TimeDelta::minutes(30),
                whole: TimeDelta::hours(12),
            },
            tries_a_minute: const { NonZeroU32::new(10).unwrap() },
        }
    }
}

/// An origin (RFC 6454) that browsers know: `https://registry.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// The origin, as a browser writes it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// Whether nobody on the way can read along.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Understands an address without a path. Only on this machine it may do without TLS.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let authority = uri.authority()?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let here = uri.scheme() == Some(&Scheme::HTTP) && is_this_machine(authority.host());
        let nobody = !authority.as_str().contains('@');
        let usual = if secure { ":443" } else { ":80" };
        let authority = authority.as_str().to_ascii_lowercase();
        let authority = authority.strip_suffix(usual).unwrap_or(&authority);
        let scheme = if secure { "https" } else { "http" };
        (bare && nobody && (secure || here)).then(|| Self(format!("{scheme}://{authority}")))
    }
}

/// Whether a host is the machine on which the asker sits.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The settings as they were written and found to be right.
#[derive(Debug, Default)]
pub(super) struct WrittenSignIn {
    pub(super) public_url: Option<String>,
    pub(super) session_idle_minutes: Option<String>,
    pub(super) session_hours: Option<String>,
    pub(super) sign_ins_per_minute: Option<String>,
}

impl WrittenSignIn {
    /// Those of the section.
    pub(super) fn of(written: &Written) -> Self {
        Self {
            public_url: written.public_url.clone(),
            session_idle_minutes: written.session_idle_minutes.clone(),
            session_hours: written.session_hours.clone(),
            sign_ins_per_minute: written.sign_ins_per_minute.clone(),
        }
    }

    pub(super) fn understood(self) -> SignIn {
        let usual = SignIn::default();
        let idle = number(self.session_idle_minutes.as_deref(), MOST_MINUTES);
        let whole = number(self.session_hours.as_deref(), MOST_HOURS);
        let tries = number(self.sign_ins_per_minute.as_deref(), MOST_TRIES);
        SignIn {
            address: self.public_url.as_deref().and_then(PublicAddress::parse),
            lasting: Lasting {
                idle: idle.map_or(usual.lasting.idle, |minutes| {
                    TimeDelta::minutes(minutes.get().into())
                }),
                whole: whole.map_or(usual.lasting.whole, |hours| {
                    TimeDelta::hours(hours.get().into())
                }),
            },
            tries_a_minute: tries.unwrap_or(usual.tries_a_minute),
        }
    }
}

/// A day: who has not done anything since yesterday has gone.
const MOST_MINUTES: u32 = 1_440;
/// A week.
const MOST_HOURS: u32 = 168;
/// More is no limit.
const MOST_TRIES: u32 = 1_000;

fn number(text: Option<&str>, most: u32) -> Option<NonZeroU32> {
    // `parse` alone would take a sign.
    let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number: NonZeroU32 = text.parse().ok()?;
    (number.get() <= most).then_some(number)
}

fn within(text: &str, most: u32) -> Result<(), ValidationError> {
    let fault = || super::fault(format!("must be a number from 1 to {most}"));
    number(Some(text), most).map(drop).ok_or_else(fault)
}

pub(super) fn check_address(text: &str) -> Result<(), ValidationError> {
    PublicAddress::parse(text).map(drop).ok_or_else(|| {
        super::fault(
            "must be an address without a path, such as https://registry.example; http only for this machine",
        )
    })
}

pub(super) fn check_minutes(text: &str) -> Result<(), ValidationError> {
    within(text, MOST_MINUTES)
}

pub(super) fn check_hours(text: &str) -> Result<(), ValidationError> {
    within(text, MOST_HOURS)
}

pub(super) fn check_tries(text: &str) -> Result<(), ValidationError> {
    within(text, MOST_TRIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin_and_without_tls_only_on_this_machine() {
        let origin = |text| PublicAddress::parse(text).map(|address| address.0);
        assert_eq!(
            origin("https://Registry.example:443/").as_deref(),
            Some("https://registry.example")
        );
        assert_eq!(
            origin("http://[::1]:8080").as_deref(),
            Some("http://[::1]:8080")
        );
        assert!(origin("http://localhost:8080").is_some());
        for wrong in [
            "http://registry.example",
            "https://registry.example/path",
            "https://registry.example?x",
            "https://user@registry.example",
            "registry.example",
            "ftp://localhost",
            "",
        ] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }
}
