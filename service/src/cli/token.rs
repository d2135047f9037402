//! `token`: who may do what, without a token that could say so.

use std::io::{self, Write};

use chrono::{SecondsFormat, TimeDelta};
use clap::{Args, Subcommand};
use transfer_registry_core::{
    ChangeError, Context, Expected, OpenError, Registry, Scope,
    tokens::{self, NewToken, Role, TokenText, Uses},
};
use uuid::Uuid;

use super::{Ended, FAILED, Settings, block_on, say};
use crate::config::Config;

/// Who the ledger says it was.
pub(super) const ACTOR: &str = "operator";

/// Look after tokens; also while the service runs.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Issue a token and print it, once.
    Create(Create),
    /// List every token: id, name, role, groups, until when, last use.
    List,
    /// Revoke a token: every replica refuses it from the next request on.
    Revoke(Revoke),
}

/// Issue a token.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// What it may be used for.
    #[arg(long, value_name = "admin|editor|approver|reader|checker", value_parser = role)]
    role: Role,
    /// Under which name the ledger keeps what is done with it; no other token ever has it.
    #[arg(long)]
    name: String,
    /// A group that exists for it; given several times: these groups; left out: all of them.
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// For how many days it is accepted, at most 365.
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 90,
        value_parser = clap::value_parser!(u16).range(1..=365)
    )]
    days: u16,
}

/// Revoke a token.
#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// Its id or name.
    token: String,
    /// Why, for the ledger.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|_| {
        let roles: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("must be one of {}", roles.join(", "))
    })
}

impl Token {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let config = settings.read(false)?;
        block_on(async {
            match self {
                Self::Create(create) => create.run(&config).await,
                Self::List => list(&config).await,
                Self::Revoke(revoke) => revoke.run(&config).await,
            }
        })
    }
}

pub(super) async fn open(config: &Config) -> Result<Registry, Ended> {
    let opened = Registry::open_beside(config.registry()).await;
    opened.map_err(|error: OpenError| Ended::database(FAILED, &error, config))
}

pub(super) fn context(command: &str, reason: Option<String>) -> Context {
    Context {
        actor: ACTOR.to_owned(),
        reason,
        request_id: command.to_owned(),
    }
}

pub(super) fn refused(error: ChangeError, config: &Config) -> Ended {
    match error {
        ChangeError::Invalid(violations) => {
            let wrong = violations.iter();
            let wrong: Vec<_> = wrong
                .map(|found| format!("{}: {}", option_of(&found.pointer), found.message))
                .collect();
            Ended::with(FAILED, wrong.join("; "))
        }
        error => Ended::database(FAILED, &error, config),
    }
}

/// The option that says what a field of a token does.
fn option_of(pointer: &str) -> &str {
    match pointer.split('/').nth(1) {
        Some("groups") => "--group",
        Some("expires_at") => "--days",
        Some("name") => "--name",
        _ => pointer,
    }
}

impl Create {
    async fn run(self, config: &Config) -> Result<u8, Ended> {
        let Self {
            role,
            name,
            groups,
            days,
        } = self;
        let registry = open(config).await?;
        let text = TokenText::fresh().map_err(|error| Ended::failed(&error))?;
        let known_by = text.fingerprint();
        let expires_at = registry.clock().now() + TimeDelta::days(i64::from(days));
        let new = NewToken {
            name,
            role,
            groups: (!groups.is_empty()).then_some(groups),
            expires_at: Some(expires_at),
        };
        let context = context("token", None);
        let made = registry.change(&context, &Scope::All, None, |draft| {
            tokens::issue_in(draft, ACTOR, new, &known_by)
        });
        made.await.map_err(|error| refused(error, config))?;
        say(text.reveal())?;
        Ok(0)
    }
}

async fn list(config: &Config) -> Result<u8, Ended> {
    let registry = Registry::open_to_read(config.registry()).await;
    let registry = registry.map_err(|error| Ended::database(FAILED, &error, config))?;
    let snapshot = registry.snapshot();
    let ids: Vec<Uuid> = snapshot.tokens().iter().map(|token| token.id).collect();
    let last_used = tokens::last_used(&registry, &Uses::default(), &ids).await;
    let last_used = last_used.map_err(|error| Ended::database(FAILED, &error, config))?;
    let now = registry.clock().now();
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut out = io::stdout().lock();
    for token in snapshot.tokens() {
        let groups = token.groups.as_ref().map_or_else(
            || "all groups".to_owned(),
            |groups| {
                let slugs = groups.iter().filter_map(|id| snapshot.groups().get(*id));
                let slugs: Vec<_> = slugs.map(|group| group.slug.as_str()).collect();
                slugs.join(",")
            },
        );
        let standing = match token.revoked_at {
            Some(at) => format!("revoked {}", instant(at)),
            None if token.is_good(now) => format!("until {}", instant(token.expires_at)),
            None => format!("expired {}", instant(token.expires_at)),
        };
        let used = last_used.get(&token.id).copied();
        let used = used.map_or_else(
            || "never used".to_owned(),
            |at| format!("used {}", instant(at)),
        );
        writeln!(
            out,
            "{}\t{}\t{}\t{groups}\t{standing}\t{used}",
            token.id, token.name, token.role
        )?;
    }
    Ok(0)
}

impl Revoke {
    async fn run(self, config: &Config) -> Result<u8, Ended> {
        let registry = open(config).await?;
        let snapshot = registry.snapshot();
        let mut found = snapshot.tokens().iter();
        let found = found.find(|one| one.name == self.token || one.id.to_string() == self.token);
        let Some(token) = found else {
            let line = format!("there is no token `{}`", self.token);
            return Err(Ended::with(FAILED, line));
        };
        let (id, name) = (token.id, token.name.clone());
        let context = context("token", self.reason);
        let revoked = registry.change(&context, &Scope::All, None, |draft| {
            tokens::revoke_in(draft, id, &Expected::Any)
        });
        revoked.await.map_err(|error| refused(error, config))?;
        say(format_args!("{name} is revoked"))?;
        Ok(0)
    }
}
