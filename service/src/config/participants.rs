//! The Data Privacy Framework's list of participants: where it is asked for, and what is believed.

use std::{fmt, net::IpAddr, ops::RangeInclusive, str::FromStr, time::Duration};

use hyper::{
    Uri,
    http::uri::{Authority, PathAndQuery, Scheme},
};
use transfer_registry_core::participants::Limits;
use validator::ValidationError;

use super::Written;

/// How the list is asked for, and what is believed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participants {
    /// Where the list is asked for; `None`: no request ever leaves.
    pub address: Option<Address>,
    /// In which form it is asked for there.
    pub form: Form,
    /// How often.
    pub every: Duration,
    /// How long one answer may take, from the first packet to the last byte.
    pub timeout: Duration,
    /// How many mebibytes one answer may have.
    pub most_mib: u64,
    /// How many redirects are followed, and only ever at the configured host.
    pub redirects: u8,
    /// Which lists are believed.
    pub limits: Limits,
    /// When a lapse takes effect.
    pub lapses: Lapses,
}

impl Default for Participants {
    /// Nobody is asked. The list is renewed on working days, has some 2 MiB, and arrives in seconds.
    fn default() -> Self {
        Self {
            address: None,
            form: Form::Entries,
            every: Duration::from_hours(24),
            timeout: Duration::from_mins(1),
            most_mib: 32,
            redirects: 0,
            limits: Limits::default(),
            lapses: Lapses::OnConfirmation,
        }
    }
}

/// In which form the list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As entries, and the particulars of those that matter one by one.
    Entries,
    /// As the official workbook, which has everything.
    Workbook,
}

/// When a lapse that the list shows takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapses {
    /// When a person has confirmed it.
    OnConfirmation,
    /// When the list is read.
    AtOnce,
}

impl Lapses {
    /// Whether it takes effect without a person's word.
    #[must_use]
    pub const fn are_at_once(self) -> bool {
        matches!(self, Self::AtOnce)
    }
}

/// The one address to which requests go out: a scheme, a host, a port, and a path that every request
/// begins with.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    scheme: Scheme,
    authority: Authority,
    base: String,
}

impl Address {
    /// The address of a path below it.
    #[must_use]
    pub fn below(&self, path: &str) -> Option<Uri> {
        self.at(&format!("{}/{path}", self.base))
    }

    /// The address of a path on its host.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Uri> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path.parse::<PathAndQuery>().ok()?)
            .build()
            .ok()
    }

    /// Whether another address has the same scheme, host and port.
    #[must_use]
    pub fn is_host_of(&self, other: &Uri) -> bool {
        other.scheme() == Some(&self.scheme)
            && other.authority().is_some_and(|authority| {
                let host = authority.host();
                !authority.as_str().contains('@')
                    && host.eq_ignore_ascii_case(self.authority.host())
                    && port(&self.scheme, authority) == port(&self.scheme, &self.authority)
            })
    }
}

fn port(scheme: &Scheme, authority: &Authority) -> u16 {
    let usual = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    authority.port_u16().unwrap_or(usual)
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "must be an address such as https://host/path";
        if text.contains('#') {
            return Err("must have no fragment");
        }
        let parts = text.parse::<Uri>().map_err(|_| SHAPE)?.into_parts();
        let (scheme, authority) = parts.scheme.zip(parts.authority).ok_or(SHAPE)?;
        if authority.as_str().contains('@') {
            return Err("must have no user or password in it");
        }
        if authority.host().is_empty() {
            return Err(SHAPE);
        }
        let (path, query) = parts
            .path_and_query
            .as_ref()
            .map_or(("", None), |path| (path.path(), path.query()));
        if query.is_some() {
            return Err("must have no parameters");
        }
        // A list that anybody on the way could rewrite would be no evidence.
        if scheme != Scheme::HTTPS && !(scheme == Scheme::HTTP && is_this_machine(&authority)) {
            return Err("must begin with https:// (or http:// on this machine)");
        }
        Ok(Self {
            scheme,
            base: path.trim_end_matches('/').to_owned(),
            authority,
        })
    }
}

fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Form {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "entries" => Ok(Self::Entries),
            "workbook" => Ok(Self::Workbook),
            _ => Err("must be `entries` or `workbook`"),
        }
    }
}

impl FromStr for Lapses {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "on_confirmation" => Ok(Self::OnConfirmation),
            "at_once" => Ok(Self::AtOnce),
            _ => Err("must be `on_confirmation` or `at_once`"),
        }
    }
}

/// The settings as they were written.
#[derive(Debug, Clone, Default)]
pub(super) struct WrittenParticipants {
    pub(super) address: Option<String>,
    pub(super) form: Option<String>,
    pub(super) every_hours: Option<String>,
    pub(super) timeout_seconds: Option<String>,
    pub(super) most_mib: Option<String>,
    pub(super) redirects: Option<String>,
    pub(super) oldest_days: Option<String>,
    pub(super) least_percent: Option<String>,
    pub(super) lapses: Option<String>,
}

impl WrittenParticipants {
    /// Those of the section.
    pub(super) fn of(written: &Written) -> Self {
        Self {
            address: written.participants_address.clone(),
            form: written.participants_form.clone(),
            every_hours: written.participants_every_hours.clone(),
            timeout_seconds: written.participants_timeout_seconds.clone(),
            most_mib: written.participants_most_mib.clone(),
            redirects: written.participants_redirects.clone(),
            oldest_days: written.participants_oldest_days.clone(),
            least_percent: written.participants_least_percent.clone(),
            lapses: written.participants_lapses.clone(),
        }
    }

    /// Understood; what was found wrong before is not here any more, and what is left out has its
    /// default.
    pub(super) fn understood(self) -> Participants {
        fn read<T: FromStr>(text: Option<String>) -> Option<T> {
            text.and_then(|text| text.parse().ok())
        }
        let shipped = Participants::default();
        Participants {
            address: read(self.address),
            form: read(self.form).unwrap_or(shipped.form),
            every: read(self.every_hours).map_or(shipped.every, Duration::from_hours),
            timeout: read(self.timeout_seconds).map_or(shipped.timeout, Duration::from_secs),
            most_mib: read(self.most_mib).unwrap_or(shipped.most_mib),
            redirects: read(self.redirects).unwrap_or(shipped.redirects),
            limits: Limits {
                oldest_days: read(self.oldest_days).unwrap_or(shipped.limits.oldest_days),
                least_percent: read(self.least_percent).unwrap_or(shipped.limits.least_percent),
            },
            lapses: read(self.lapses).unwrap_or(shipped.lapses),
        }
    }
}

fn check<T: FromStr<Err = &'static str>>(text: &str) -> Result<(), ValidationError> {
    text.parse::<T>().map(|_| ()).map_err(super::fault)
}

fn check_number(text: &str, range: RangeInclusive<u64>) -> Result<(), ValidationError> {
    // Digits alone: `+5` is a number to the parser and a slip to its writer.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && text.parse().is_ok_and(|number| range.contains(&number)) {
        return Ok(());
    }
    let (least, most) = range.into_inner();
    Err(super::fault(format!(
        "must be a number from {least} to {most}"
    )))
}

pub(super) fn check_address(text: &str) -> Result<(), ValidationError> {
    check::<Address>(text)
}

pub(super) fn check_form(text: &str) -> Result<(), ValidationError> {
    check::<Form>(text)
}

pub(super) fn check_lapses(text: &str) -> Result<(), ValidationError> {
    check::<Lapses>(text)
}

pub(super) fn check_every_hours(text: &str) -> Result<(), ValidationError> {
    check_number(text, 1..=744)
}

pub(super) fn check_timeout_seconds(text: &str) -> Result<(), ValidationError> {
    check_number(text, 1..=600)
}

pub(super) fn check_most_mib(text: &str) -> Result<(), ValidationError> {
    check_number(text, 1..=256)
}

pub(super) fn check_redirects(text: &str) -> Result<(), ValidationError> {
    check_number(text, 0..=5)
}

pub(super) fn check_oldest_days(text: &str) -> Result<(), ValidationError> {
    check_number(text, 1..=366)
}

pub(super) fn check_least_percent(text: &str) -> Result<(), ValidationError> {
    check_number(text, 1..=100)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{
        super::{Config, Source},
        *,
    };

    #[test]
    fn only_an_encrypted_address_or_one_on_this_machine_is_asked() {
        for good in [
            "https://list.example/api",
            "https://list.example:8443/api/",
            "http://127.0.0.1:4000",
            "http://[::1]:4000/api",
            "http://localhost/api",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "list.example",
            "/api",
            "http://list.example/api",
            "http://10.0.0.1/api",
            "http://127.0.0.1.example/api",
            "ftp://list.example",
            "https://user:hunter2@list.example",
            "https://list.example/api?page=1",
            "https://list.example/api#top",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_same_scheme_host_and_port_is_the_configured_host() {
        let address: Address = "https://list.example/api".parse().unwrap();
        let same = |text: &str| address.is_host_of(&text.parse().unwrap());
        assert!(same("https://list.example/elsewhere"));
        assert!(same("https://LIST.example:443/"));
        for other in [
            "http://list.example/api",
            "https://list.example:444/api",
            "https://www.list.example/api",
            "https://list.example.evil.example/api",
            "https://list.example@evil.example/api",
            "https://evil@list.example/api",
            "/api",
        ] {
            assert!(!same(other), "{other}");
        }
        assert_eq!(
            address.below("participants/7").unwrap().to_string(),
            "https://list.example/api/participants/7"
        );
    }

    #[test]
    fn numbers_are_digits_within_their_range() {
        assert!(check_least_percent("80").is_ok());
        for bad in [
            "",
            "0",
            "101",
            "+80",
            "80%",
            " 80",
            "8e1",
            "99999999999999999999",
        ] {
            assert!(check_least_percent(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_setting_is_read_and_a_wrong_one_is_named() {
        let read = |name: &str, value: &str| {
            let name = format!("TRANSFER_REGISTRY_PARTICIPANTS_{name}");
            Config::read(&Source::of(None, [(name, value.to_owned())].into()), false)
        };
        assert_eq!(
            Config::defaults(false).participants,
            Participants::default()
        );
        for (name, good, bad) in [
            (
                "ADDRESS",
                "https://list.example/api",
                "http://list.example/api",
            ),
            ("FORM", "workbook", "csv"),
            ("EVERY_HOURS", "6", "0"),
            ("TIMEOUT_SECONDS", "5", "601"),
            ("MOST_MIB", "2", "257"),
            ("REDIRECTS", "1", "6"),
            ("OLDEST_DAYS", "10", "0"),
            ("LEAST_PERCENT", "90", "101"),
            ("LAPSES", "at_once", "never"),
        ] {
            let set = read(name, good).unwrap().participants;
            assert_ne!(set, Participants::default(), "{name}");
            let error = read(name, bad).unwrap_err();
            assert_eq!(error.key, format!("TRANSFER_REGISTRY_PARTICIPANTS_{name}"));
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }

    #[test]
    fn what_is_written_is_what_is_set() {
        let text = |text: &str| Some(text.to_owned());
        let written = WrittenParticipants {
            address: text("https://list.example"),
            form: text("workbook"),
            every_hours: text("6"),
            timeout_seconds: text("5"),
            most_mib: text("2"),
            redirects: text("1"),
            oldest_days: text("10"),
            least_percent: text("90"),
            lapses: text("at_once"),
        };
        let expected = Participants {
            address: Some("https://list.example".parse().unwrap()),
            form: Form::Workbook,
            every: Duration::from_hours(6),
            timeout: Duration::from_secs(5),
            most_mib: 2,
            redirects: 1,
            limits: Limits {
                oldest_days: 10,
                least_percent: 90,
            },
            lapses: Lapses::AtOnce,
        };
        assert_eq!(written.understood(), expected);
        assert_eq!(
            WrittenParticipants::default().understood(),
            Participants::default()
        );
    }
}
