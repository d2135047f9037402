//! Who somebody is, made from the claims of a token.

use std::fmt;

use transfer_registry_core::tokens::Role;

use super::{
    claims::Claims,
    error::Reason,
    settings::{GroupRule, Settings},
};

/// The longest subject (Core 2) in bytes.
const LONGEST_SUBJECT: usize = 255;
/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 200;
/// The group that stands for all of them.
const ALL_GROUPS: &str = "*";

/// Somebody whom the issuer knows and whom the settings let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// By what the person is told from all others.
    pub subject: Subject,
    /// A name to show. It may change, and two people may have the same.
    pub name: String,
    /// The highest of the person's roles.
    pub role: Role,
    /// The groups that exist for the person; `None`: all.
    pub groups: Option<Vec<String>>,
}

impl fmt::Display for Subject {
    /// Both, with a space between: neither has one in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.issuer, self.id)
    }
}

/// By what a person is told from all others: a subject means nothing without its issuer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub id: String,
}

/// What a person may do, the highest first: whoever has several roles has the highest.
const ROLES: [Role; 5] = [
    Role::Admin,
    Role::Editor,
    Role::Approver,
    Role::Reader,
    Role::Checker,
];

/// How claims are read.
pub(super) struct Reading<'a>(&'a Settings);

impl<'a> Reading<'a> {
    pub(super) const fn of(settings: &'a Settings) -> Self {
        Self(settings)
    }

    pub(super) fn person(&self, claims: &Claims) -> Result<Person, Reason> {
        let id = claims
            .text("sub")
            .filter(|id| !id.is_empty() && id.len() <= LONGEST_SUBJECT)
            .filter(|id| !id.contains(|letter: char| letter.is_control() || letter.is_whitespace()))
            .ok_or(Reason::Claims)?;
        Ok(Person {
            name: self.name(claims).unwrap_or_else(|| id.to_owned()),
            role: self.role(claims)?,
            groups: self.groups(claims)?,
            subject: Subject {
                issuer: self.0.issuer.as_str().to_owned(),
                id: id.to_owned(),
            },
        })
    }

    fn name(&self, claims: &Claims) -> Option<String> {
        let email = || {
            claims
                .text("email")
                .filter(|_| claims.says("email_verified"))
        };
        let shown = |text: &str| {
            let text: String = text
                .chars()
                .filter(|c| !c.is_control())
                .take(LONGEST_NAME)
                .collect();
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        claims
            .text(&self.0.name_claim)
            .and_then(shown)
            .or_else(|| email().and_then(shown))
    }

    fn role(&self, claims: &Claims) -> Result<Role, Reason> {
        let named = claims.texts(&self.0.roles_claim);
        ROLES
            .into_iter()
            .find(|role| named.contains(&role.code()))
            .ok_or(Reason::NoRole)
    }

    fn groups(&self, claims: &Claims) -> Result<Option<Vec<String>>, Reason> {
        if self.0.groups == GroupRule::All {
            return Ok(None);
        }
        let mut groups = claims.texts(&self.0.groups_claim);
        groups.retain(|group| !group.is_empty());
        if groups.is_empty() {
            return Err(Reason::NoGroups);
        }
        if groups.contains(&ALL_GROUPS) {
            return Ok(None);
        }
        groups.sort_unstable();
        groups.dedup();
        Ok(Some(groups.into_iter().map(str::to_owned).collect()))
    }
}
