//! What an operator sets: environment variables over a TOML file over defaults, checked at the
//! start. A wrong setting is a [`ConfigError`] of one line that names the key and never shows a
//! secret.

mod access;
mod approval;
mod database;
mod evidence;
mod issuer;
mod limits;
mod listeners;
mod logging;
mod participants;
mod recording;
mod secret;
mod sign_in;
mod source;

use std::{net::SocketAddr, path::PathBuf};

use transfer_decision::vocabulary::UncheckedFacts;
use transfer_registry_core::{Clock, RegistryConfig, proposals::Approvals};
use validator::{Validate, ValidationError};

use crate::issuer::Issuer;

pub use access::Token;
pub use limits::{Deadlines, Limits, Rate, Rates};
pub use listeners::{ForwardedHeader, Proxies};
pub use participants::{Address, Form, Lapses, Participants};
pub use recording::RecordChecks;
pub(crate) use sign_in::is_this_machine;
pub use sign_in::{PublicAddress, SignIn};
pub use source::Source;

pub(crate) use issuer::RETURN;
use issuer::WrittenIssuer;
use limits::WrittenLimits;
use participants::WrittenParticipants;
use secret::Secret;
use sign_in::WrittenSignIn;

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {what}")]
pub struct ConfigError {
    /// The environment variable or the file's key.
    pub key: String,
    /// What is wrong with it, without its value where that is a secret.
    pub what: String,
}

/// The settings as they were written, before they are understood. The names are those of the
/// file's keys; the environment's are the same in upper case after `TRANSFER_REGISTRY_`.
#[derive(Debug, Clone, Default, Validate, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Written {
    /// Where the register is kept.
    #[validate(custom(function = "database::check"))]
    pub(crate) database_url: Option<Secret>,
    /// The folder of checkpoints and keys.
    #[validate(length(min = 1, message = "must not be empty"))]
    pub(crate) data_dir: Option<String>,
    /// Where the service answers.
    #[validate(custom(function = "listeners::check"))]
    pub(crate) listen: Option<String>,
    /// Where the operators' listener answers.
    #[validate(custom(function = "listeners::check"))]
    pub(crate) ops_listen: Option<String>,
    /// Which proxies are believed.
    #[validate(custom(function = "listeners::check_proxies"))]
    pub(crate) trusted_proxies: Option<String>,
    /// In which header they say for whom they ask.
    #[validate(custom(function = "listeners::check_forwarded_header"))]
    pub(crate) forwarded_header: Option<String>,
    /// How many connections there may be.
    #[validate(custom(function = "limits::check_connections"))]
    pub(crate) connections: Option<String>,
    /// How many from one address.
    #[validate(custom(function = "limits::check_connections"))]
    pub(crate) connections_per_address: Option<String>,
    /// How long headers may take.
    #[validate(custom(function = "limits::check_seconds"))]
    pub(crate) header_seconds: Option<String>,
    /// How long a body may pause.
    #[validate(custom(function = "limits::check_seconds"))]
    pub(crate) body_seconds: Option<String>,
    /// How long an answer may wait to be taken.
    #[validate(custom(function = "limits::check_seconds"))]
    pub(crate) answer_seconds: Option<String>,
    /// How long a connection may rest.
    #[validate(custom(function = "limits::check_seconds"))]
    pub(crate) idle_seconds: Option<String>,
    /// How fast bodies and answers must go.
    #[validate(custom(function = "limits::check_least"))]
    pub(crate) least_kib_per_second: Option<String>,
    /// How often checks may be asked for.
    #[validate(custom(function = "limits::check_rate"))]
    pub(crate) rate_checks: Option<String>,
    /// How often anything else of the API may.
    #[validate(custom(function = "limits::check_rate"))]
    pub(crate) rate_requests: Option<String>,
    /// How often public pages may.
    #[validate(custom(function = "limits::check_rate"))]
    pub(crate) rate_pages: Option<String>,
    /// How often an unknown credential may be tried.
    #[validate(custom(function = "limits::check_rate"))]
    pub(crate) rate_guesses: Option<String>,
    /// What unchecked facts do.
    #[validate(custom(function = "evidence::check"))]
    pub(crate) unchecked_facts: Option<String>,
    /// Which decisions are recorded.
    #[validate(custom(function = "recording::check"))]
    pub(crate) record_checks: Option<String>,
    /// How long recorded decisions are kept.
    #[validate(custom(function = "recording::check_days"))]
    pub(crate) checks_kept_days: Option<String>,
    /// How much may wait to be recorded.
    #[validate(custom(function = "recording::check_waiting_mib"))]
    pub(crate) checks_waiting_mib: Option<String>,
    /// What needs another person's approval.
    #[validate(custom(function = "approval::check"))]
    pub(crate) approval_required: Option<String>,
    /// The admin token given by the operator.
    #[validate(custom(function = "access::check"))]
    pub(crate) bootstrap_token: Option<Secret>,
    /// Under which address people know the service.
    #[validate(custom(function = "sign_in::check_address"))]
    pub(crate) public_url: Option<String>,
    /// How long a session lasts without a request.
    #[validate(custom(function = "sign_in::check_minutes"))]
    pub(crate) session_idle_minutes: Option<String>,
    /// How long it lasts in all.
    #[validate(custom(function = "sign_in::check_hours"))]
    pub(crate) session_hours: Option<String>,
    /// How often one may try to sign in.
    #[validate(custom(function = "sign_in::check_tries"))]
    pub(crate) sign_ins_per_minute: Option<String>,
    /// The issuer's address.
    #[validate(length(min = 1, message = "must not be empty"))]
    pub(crate) issuer_url: Option<String>,
    /// By which name the issuer knows the service.
    #[validate(length(min = 1, message = "must not be empty"))]
    pub(crate) issuer_client_id: Option<String>,
    /// The secret that the issuer gave the service.
    pub(crate) issuer_client_secret: Option<Secret>,
    /// For whom the issuer's tokens at the API must be.
    pub(crate) issuer_api_audience: Option<String>,
    /// What the issuer is asked for.
    pub(crate) issuer_scopes: Option<String>,
    /// Which signatures are believed.
    pub(crate) issuer_algorithms: Option<String>,
    /// The claim that holds the name.
    pub(crate) issuer_name_claim: Option<String>,
    /// The claim that holds roles.
    pub(crate) issuer_roles_claim: Option<String>,
    /// The claim that holds groups.
    pub(crate) issuer_groups_claim: Option<String>,
    /// Which groups people see.
    #[validate(custom(function = "issuer::check_rule"))]
    pub(crate) issuer_groups: Option<String>,
    /// What is logged.
    #[validate(custom(function = "logging::check"))]
    pub(crate) log: Option<String>,
    /// Where the participants' list is asked for.
    #[validate(custom(function = "participants::check_address"))]
    pub(crate) participants_address: Option<String>,
    /// In which form it is asked for.
    #[validate(custom(function = "participants::check_form"))]
    pub(crate) participants_form: Option<String>,
    /// How often it is asked for.
    #[validate(custom(function = "participants::check_every_hours"))]
    pub(crate) participants_every_hours: Option<String>,
    /// How long one answer may take.
    #[validate(custom(function = "participants::check_timeout_seconds"))]
    pub(crate) participants_timeout_seconds: Option<String>,
    /// How large one answer may be.
    #[validate(custom(function = "participants::check_most_mib"))]
    pub(crate) participants_most_mib: Option<String>,
    /// How many redirects are followed.
    #[validate(custom(function = "participants::check_redirects"))]
    pub(crate) participants_redirects: Option<String>,
    /// How old a list may be.
    #[validate(custom(function = "participants::check_oldest_days"))]
    pub(crate) participants_oldest_days: Option<String>,
    /// How many active participants must be left.
    #[validate(custom(function = "participants::check_least_percent"))]
    pub(crate) participants_least_percent: Option<String>,
    /// When a lapse takes effect.
    #[validate(custom(function = "participants::check_lapses"))]
    pub(crate) participants_lapses: Option<String>,
}

/// The settings, understood.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the register is kept: `sqlite:` or `postgres:`. It may hold a password.
    pub database_url: DatabaseUrl,
    /// The folder of checkpoints and keys; made at the start.
    pub data_dir: PathBuf,
    /// Where the service answers; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the operators' listener answers.
    pub ops_listen: SocketAddr,
    /// Which proxies are believed when they say for whom they ask.
    pub proxies: Proxies,
    /// What one caller may take of the service.
    pub limits: Limits,
    /// What a certification or mechanism that nobody has checked does.
    pub unchecked_facts: UncheckedFacts,
    /// Which decisions are recorded.
    pub record_checks: RecordChecks,
    /// How many days recorded decisions are kept.
    pub checks_kept_days: u32,
    /// How many MiB of decisions may wait to be recorded.
    pub checks_waiting_mib: u16,
    /// What needs another person's approval.
    pub approval_required: Approvals,
    /// The admin token given by the operator.
    pub bootstrap_token: Option<Token>,
    /// How people sign in.
    pub sign_in: SignIn,
    /// The issuer that says who they are, if there is one.
    pub issuer: Option<Issuer>,
    /// What is logged, in the form of `tracing`'s filter directives.
    pub log: String,
    /// How the Data Privacy Framework's list of participants is asked for.
    pub participants: Participants,
    /// Whether the demo register is loaded into an empty database.
    pub demo: bool,
    /// Tells the time; no setting, but tests set it.
    pub clock: Clock,
}

pub use database::DatabaseUrl;

impl Config {
    /// The defaults, with `demo` as on the command line. Tests start from these.
    #[must_use]
    pub fn defaults(demo: bool) -> Self {
        Self {
            database_url: DatabaseUrl::default(),
            data_dir: PathBuf::from("data"),
            listen: listeners::SERVICE,
            ops_listen: listeners::OPS,
            proxies: Proxies::default(),
            limits: Limits::default(),
            unchecked_facts: evidence::default(demo),
            record_checks: recording::DEFAULT,
            checks_kept_days: recording::KEPT_DAYS,
            checks_waiting_mib: recording::WAITING_MIB,
            approval_required: Approvals::new(),
            bootstrap_token: None,
            sign_in: SignIn::default(),
            issuer: None,
            log: logging::DEFAULT.to_owned(),
            participants: Participants::default(),
            demo,
            clock: Clock::system(),
        }
    }

    /// Reads the file and the environment and checks both.
    ///
    /// # Errors
    /// The first fault, by its key.
    pub fn read(source: &Source, demo: bool) -> Result<Self, ConfigError> {
        let written = source.written()?;
        if let Err(errors) = written.validate() {
            return Err(first_fault(source, &errors));
        }
        let defaults = Self::defaults(demo);
        let sign_in = WrittenSignIn::of(&written).understood();
        let issuer = WrittenIssuer::of(&written).understood(source, sign_in.address.as_ref())?;
        let limits = WrittenLimits::of(&written).understood();
        let participants = WrittenParticipants::of(&written).understood();
        let Written {
            database_url,
            data_dir,
            listen,
            ops_listen,
            trusted_proxies,
            forwarded_header,
            unchecked_facts,
            record_checks,
            checks_kept_days,
            checks_waiting_mib,
            approval_required,
            bootstrap_token,
            log,
            ..
        } = written;
        Ok(Self {
            database_url: database_url.map_or(defaults.database_url, |url| {
                DatabaseUrl::new(url.reveal().to_owned())
            }),
            data_dir: data_dir.map_or(defaults.data_dir, PathBuf::from),
            listen: listen
                .and_then(|text| text.parse().ok())
                .unwrap_or(defaults.listen),
            ops_listen: ops_listen
                .and_then(|text| text.parse().ok())
                .unwrap_or(defaults.ops_listen),
            proxies: Proxies::understood(trusted_proxies.as_deref(), forwarded_header.as_deref()),
            limits,
            unchecked_facts: unchecked_facts
                .and_then(|text| text.parse().ok())
                .unwrap_or(defaults.unchecked_facts),
            record_checks: record_checks
                .and_then(|text| text.parse().ok())
                .unwrap_or(defaults.record_checks),
            checks_kept_days: checks_kept_days
                .and_then(|text| recording::days(&text))
                .unwrap_or(defaults.checks_kept_days),
            checks_waiting_mib: checks_waiting_mib
                .and_then(|text| recording::waiting_mib(&text))
                .unwrap_or(defaults.checks_waiting_mib),
            approval_required: approval_required
                .and_then(|text| approval::understood(&text))
                .unwrap_or(defaults.approval_required),
            bootstrap_token: bootstrap_token.map(|text| Token::given(text.reveal())),
            sign_in,
            issuer,
            log: log.unwrap_or(defaults.log),
            participants,
            demo,
            clock: defaults.clock,
        })
    }
}

impl Config {
    /// What the registry needs of it.
    #[must_use]
    pub fn registry(&self) -> RegistryConfig {
        RegistryConfig {
            database_url: self.database_url.reveal().to_owned(),
            data_dir: self.data_dir.clone(),
            unchecked_facts: self.unchecked_facts,
            clock: self.clock.clone(),
        }
    }
}

/// One fault with a message and no value, as `validator`'s own carry the value along.
fn fault(message: impl Into<std::borrow::Cow<'static, str>>) -> ValidationError {
    ValidationError::new("setting").with_message(message.into())
}

/// The first fault in the order of the keys, so that the line is the same at each start.
fn first_fault(source: &Source, errors: &validator::ValidationErrors) -> ConfigError {
    let fields = errors.field_errors();
    let first = fields.iter().min_by(|a, b| a.0.cmp(b.0));
    let (key, what) = first.map_or(("settings", None), |(key, faults)| {
        (key.as_ref(), faults.first().and_then(|f| f.message.clone()))
    });
    ConfigError {
        key: source.name_of(key),
        what: what.map_or_else(|| "is not valid".to_owned(), std::borrow::Cow::into_owned),
    }
}

#[cfg(test)]
mod tests;
