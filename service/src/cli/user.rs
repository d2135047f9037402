//! `user`: who signs in, without a token that could say so.

use std::io::{self, Read, Write};

use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use transfer_registry_core::{
    Expected, Registry, Scope, sessions,
    tokens::Role,
    users::{self, NewUser, Password},
};
use uuid::Uuid;

use super::{
    Ended, FAILED, Settings, block_on, say,
    token::{ACTOR, context, open, refused, role},
};
use crate::config::Config;

/// Look after the people who sign in; also while the service runs.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make a user, and print the new password, once.
    Create(Create),
    /// List every user: id, name, role, groups, whether enabled.
    List,
    /// Refuse a user: every session ends, on every replica.
    Disable(Named),
    /// Let a user in again who was disabled.
    Enable(Named),
    /// Give a user another password, and print it, once; every session ends.
    Password(NewPassword),
}

/// Make a user.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// The name under which the user signs in; no other user ever has it.
    #[arg(long)]
    name: String,
    /// What the user may do.
    #[arg(long, value_name = "admin|editor|approver|reader|checker", value_parser = role)]
    role: Role,
    /// A group that exists for the user; given several times: these groups; left out: all of them.
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Read the password from standard input, up to the end of its first line, and print none.
    #[arg(long)]
    password_stdin: bool,
}

/// A user by name or id.
#[derive(Debug, Args)]
pub(super) struct Named {
    /// The user's name or id.
    user: String,
    /// Why, for the ledger.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Give a user another password.
#[derive(Debug, Args)]
pub(super) struct NewPassword {
    #[command(flatten)]
    named: Named,
    /// Read the password from standard input, up to the end of its first line, and print none.
    #[arg(long)]
    password_stdin: bool,
}

impl User {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let config = settings.read(false)?;
        block_on(async {
            match self {
                Self::Create(create) => create.run(&config).await,
                Self::List => list(&config).await,
                Self::Disable(named) => named.let_in(&config, false).await,
                Self::Enable(named) => named.let_in(&config, true).await,
                Self::Password(new) => new.run(&config).await,
            }
        })
    }
}

/// A password that is given, or a new one that is to be printed.
fn password(given: bool) -> Result<(Password, bool), Ended> {
    if !given {
        let fresh = Password::fresh().map_err(|error| Ended::failed(&error))?;
        return Ok((fresh, true));
    }
    let mut text = String::new();
    // One more than the longest, so that a longer one is refused and not cut.
    let most = u64::try_from(users::LONGEST + 2).unwrap_or(u64::MAX);
    io::stdin().lock().take(most).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default().to_owned();
    let chosen = Password::chosen(line);
    let chosen =
        chosen.map_err(|error| Ended::with(FAILED, format!("--password-stdin: {error}")))?;
    Ok((chosen, false))
}

async fn kept(registry: &Registry, password: &Password, config: &Config) -> Result<Uuid, Ended> {
    let kept = password.keep(registry).await;
    kept.map_err(|error| Ended::database(FAILED, &error, config))
}

impl Create {
    async fn run(self, config: &Config) -> Result<u8, Ended> {
        let Self {
            name,
            role,
            groups,
            password_stdin,
        } = self;
        let (password, printed) = password(password_stdin)?;
        let registry = open(config).await?;
        let kept = kept(&registry, &password, config).await?;
        let new = NewUser {
            name,
            role,
            groups: (!groups.is_empty()).then_some(groups),
        };
        let context = context("user", None);
        let made = registry.change(&context, &Scope::All, None, |draft| {
            users::create_in(draft, ACTOR, new, kept)
        });
        made.await.map_err(|error| refused(error, config))?;
        if printed {
            say(password.reveal())?;
        }
        Ok(0)
    }
}

async fn list(config: &Config) -> Result<u8, Ended> {
    let registry = Registry::open_to_read(config.registry()).await;
    let registry = registry.map_err(|error| Ended::database(FAILED, &error, config))?;
    let snapshot = registry.snapshot();
    let mut out = io::stdout().lock();
    for user in snapshot.users() {
        let groups = user.groups.as_ref().map_or_else(
            || "all groups".to_owned(),
            |groups| {
                let slugs = groups.iter().filter_map(|id| snapshot.groups().get(*id));
                let slugs: Vec<_> = slugs.map(|group| group.slug.as_str()).collect();
                slugs.join(",")
            },
        );
        let known = user.subject.as_deref().unwrap_or("password");
        let standing = user.disabled_at.map_or_else(
            || "enabled".to_owned(),
            |at| format!("disabled {}", at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        );
        writeln!(
            out,
            "{}\t{}\t{}\t{groups}\t{known}\t{standing}",
            user.id, user.name, user.role
        )?;
    }
    Ok(0)
}

impl Named {
    fn find(&self, registry: &Registry) -> Result<(Uuid, String), Ended> {
        let snapshot = registry.snapshot();
        let by_id = self.user.parse().ok();
        let by_id = by_id.and_then(|id: Uuid| snapshot.users().get(id));
        let found = by_id.or_else(|| users::known_by_name(&snapshot, &self.user));
        let found = found.map(|user| (user.id, user.name.clone()));
        found.ok_or_else(|| Ended::with(FAILED, format!("there is no user `{}`", self.user)))
    }

    async fn let_in(self, config: &Config, enabled: bool) -> Result<u8, Ended> {
        let registry = open(config).await?;
        let (id, name) = self.find(&registry)?;
        if enabled {
            // No session of before is to come back with the user.
            let ended = sessions::end_all(&registry, id).await;
            ended.map_err(|error| Ended::database(FAILED, &error, config))?;
        }
        let context = context("user", self.reason);
        let made = registry.change(&context, &Scope::All, None, |draft| {
            users::let_in(draft, id, &Expected::Any, enabled)
        });
        made.await.map_err(|error| refused(error, config))?;
        let now = if enabled { "enabled" } else { "disabled" };
        say(format_args!("{name} is {now}"))?;
        Ok(0)
    }
}

impl NewPassword {
    async fn run(self, config: &Config) -> Result<u8, Ended> {
        let (password, printed) = password(self.password_stdin)?;
        let registry = open(config).await?;
        let (id, _) = self.named.find(&registry)?;
        let kept = kept(&registry, &password, config).await?;
        let context = context("user", self.named.reason);
        let set = registry.change(&context, &Scope::All, None, |draft| {
            users::set_password_in(draft, &context.actor, id, &Expected::Any, kept)
        });
        set.await.map_err(|error| refused(error, config))?;
        let forgotten = users::forget_unused(&registry).await;
        forgotten.map_err(|error| Ended::database(FAILED, &error, config))?;
        if printed {
            say(password.reveal())?;
        }
        Ok(0)
    }
}
