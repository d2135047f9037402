//! How long a caller may take, how many may come at once, and how often.

use std::{str::FromStr, time::Duration};

use validator::ValidationError;

use super::Written;

/// What one caller may take of the service, so that something is left for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a caller may take.
    pub deadlines: Deadlines,
    /// How many connections a listener holds at once.
    pub connections: u32,
    /// How many of them may come from one address (a /64 of IPv6).
    pub connections_per_address: u32,
    /// How often a caller may ask.
    pub rates: Rates,
}

/// How long a caller may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// From the first byte of a request to the last of its headers.
    pub header: Duration,
    /// Without a byte of a body that is awaited; and in all, besides what `least` gives.
    pub body: Duration,
    /// Without taking a byte of an answer; and in all, besides what `least` gives.
    pub answer: Duration,
    /// Between an answer and the next request, or before the first one.
    pub idle: Duration,
    /// How many bytes a second buy further time for a body or an answer.
    pub least: u32,
}

/// How often a caller may ask; `None` is as often as it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// For transfer checks, by token, or else by address.
    pub checks: Option<Rate>,
    /// For everything else of the API, by token, or else by address.
    pub requests: Option<Rate>,
    /// For public pages, by address.
    pub pages: Option<Rate>,
    /// With a credential that is not known, by address.
    pub guesses: Option<Rate>,
}

/// So many a second, and so many at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many a second in the long run.
    pub per_second: u32,
    /// How many at once.
    pub burst: u32,
}

impl Rate {
    const fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst }
    }
}

impl Rates {
    /// No limit at all.
    pub const OFF: Self = Self {
        checks: None,
        requests: None,
        pages: None,
        guesses: None,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadlines: Deadlines::default(),
            connections: 4096,
            connections_per_address: 128,
            rates: Rates::default(),
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(10),
            answer: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            least: 8 << 10,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            checks: Some(Rate::new(500, 1000)),
            requests: Some(Rate::new(100, 200)),
            pages: Some(Rate::new(10, 60)),
            guesses: Some(Rate::new(1, 30)),
        }
    }
}

/// A rate as it is written; `None` is none.
struct WrittenRate(Option<Rate>);

impl FromStr for WrittenRate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "0" {
            return Ok(Self(None));
        }
        let (per_second, burst) = text.split_once('/').ok_or(())?;
        let one = |text| number(text, 1, MOST_A_SECOND).ok_or(());
        Ok(Self(Some(Rate::new(one(per_second)?, one(burst)?))))
    }
}

/// An hour: whoever waits longer waits for nothing.
const LONGEST: u32 = 3600;
/// What a listener's port numbers allow from one address.
const MOST_CONNECTIONS: u32 = 65_535;
/// More is none.
const MOST_A_SECOND: u32 = 1_000_000;
/// A mebibyte a second is more than many callers have.
const FASTEST_KIB: u32 = 1024;

pub(super) fn check_seconds(text: &str) -> Result<(), ValidationError> {
    let known = number(text, 1, LONGEST).map(|_| ());
    known.ok_or_else(|| super::fault(format!("must be a number of seconds from 1 to {LONGEST}")))
}

pub(super) fn check_connections(text: &str) -> Result<(), ValidationError> {
    let known = number(text, 1, MOST_CONNECTIONS).map(|_| ());
    known.ok_or_else(|| super::fault(format!("must be a number from 1 to {MOST_CONNECTIONS}")))
}

pub(super) fn check_least(text: &str) -> Result<(), ValidationError> {
    let known = number(text, 1, FASTEST_KIB).map(|_| ());
    known.ok_or_else(|| super::fault(format!("must be a number of KiB from 1 to {FASTEST_KIB}")))
}

pub(super) fn check_rate(text: &str) -> Result<(), ValidationError> {
    text.parse::<WrittenRate>().map(|_| ()).map_err(|()| {
        super::fault(format!(
            "must be 0, or two numbers from 1 to {MOST_A_SECOND}, a second and at once, such as 100/200"
        ))
    })
}

fn number(text: &str, least: u32, most: u32) -> Option<u32> {
    // `parse` alone would take a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.filter(|number| (least..=most).contains(number))
}

/// The settings of this section, as they were written and found valid.
pub(super) struct WrittenLimits {
    pub(super) connections: Option<String>,
    pub(super) connections_per_address: Option<String>,
    pub(super) header_seconds: Option<String>,
    pub(super) body_seconds: Option<String>,
    pub(super) answer_seconds: Option<String>,
    pub(super) idle_seconds: Option<String>,
    pub(super) least_kib_per_second: Option<String>,
    pub(super) rate_checks: Option<String>,
    pub(super) rate_requests: Option<String>,
    pub(super) rate_pages: Option<String>,
    pub(super) rate_guesses: Option<String>,
}

impl WrittenLimits {
    /// Those of the section.
    pub(super) fn of(written: &Written) -> Self {
        Self {
            connections: written.connections.clone(),
            connections_per_address: written.connections_per_address.clone(),
            header_seconds: written.header_seconds.clone(),
            body_seconds: written.body_seconds.clone(),
            answer_seconds: written.answer_seconds.clone(),
            idle_seconds: written.idle_seconds.clone(),
            least_kib_per_second: written.least_kib_per_second.clone(),
            rate_checks: written.rate_checks.clone(),
            rate_requests: written.rate_requests.clone(),
            rate_pages: written.rate_pages.clone(),
            rate_guesses: written.rate_guesses.clone(),
        }
    }

    /// What they mean.
    pub(super) fn understood(self) -> Limits {
        let Limits {
            deadlines,
            connections,
            connections_per_address,
            rates,
        } = Limits::default();
        let of = |written: Option<String>| written.and_then(|text| text.parse::<u32>().ok());
        let seconds = |written, default| {
            of(written).map_or(default, |seconds| Duration::from_secs(u64::from(seconds)))
        };
        let rate = |written: Option<String>, default| {
            let written = written.and_then(|text| text.parse::<WrittenRate>().ok());
            written.map_or(default, |rate| rate.0)
        };
        Limits {
            deadlines: Deadlines {
                header: seconds(self.header_seconds, deadlines.header),
                body: seconds(self.body_seconds, deadlines.body),
                answer: seconds(self.answer_seconds, deadlines.answer),
                idle: seconds(self.idle_seconds, deadlines.idle),
                least: of(self.least_kib_per_second).map_or(deadlines.least, |kib| kib << 10),
            },
            connections: of(self.connections).unwrap_or(connections),
            connections_per_address: of(self.connections_per_address)
                .unwrap_or(connections_per_address),
            rates: Rates {
                checks: rate(self.rate_checks, rates.checks),
                requests: rate(self.rate_requests, rates.requests),
                pages: rate(self.rate_pages, rates.pages),
                guesses: rate(self.rate_guesses, rates.guesses),
            },
        }
    }
}
