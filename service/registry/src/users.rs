//! People who sign in: by a password that is kept here as its argon2id hash, or because an issuer
//! says who they are.
//!
//! A user is never deleted: a user is disabled, and what was done stays under the name, which no
//! other user gets.

mod passwords;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use transfer_registry_entity::{users, vocabulary::Role};
use uuid::Uuid;

pub use self::passwords::{LONGEST, Password, PasswordError, SHORTEST, forget_unused};
use crate::{
    ChangeError, Draft, Expected, Scope, Snapshot,
    sessions::Who,
    tokens::limited_to,
    validation::{Checks, LINE},
};

/// By what name the ledger keeps what is done by whoever has the bootstrap token.
pub const BOOTSTRAP: &str = "bootstrap";

/// Before the name of a user where the ledger names the user.
const ACTOR: &str = "user:";

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: Uuid,
    /// The name under which the user signs in; the ledger keeps what is done under `user:` and it.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The groups that exist for the user; `None`: all of them.
    pub groups: Option<BTreeSet<Uuid>>,
    /// Who the user is for the issuer; `None`: the user has a password here.
    pub subject: Option<String>,
    /// The password that is good, by its row.
    pub(crate) password: Option<Uuid>,
    /// Which other person gave the user a password last; `None`: nobody but who made the user.
    pub password_given_by: Option<String>,
    /// Who made the user.
    pub created_by: String,
    /// Since when the user is refused.
    pub disabled_at: Option<DateTime<Utc>>,
    /// How often it was written, from 1.
    pub version: i64,
}

impl User {
    /// Whose data exists for the user.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.groups.clone().map_or(Scope::All, Scope::Groups)
    }

    /// Whether the user may come in.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether a session of somebody who signed in as the user still holds: the user may come in,
    /// and the password is the same.
    #[must_use]
    pub fn holds(&self, password: Option<Uuid>) -> bool {
        self.is_enabled() && self.password == password
    }

    /// The user who signs in now.
    #[must_use]
    pub const fn signing_in(&self) -> Who {
        Who::User {
            id: self.id,
            password: self.password,
        }
    }

    /// Who else can come in as the user: who made the user with a password, and who gave another
    /// since. A user who chooses another does not end that: whoever came in as the user could do so.
    pub fn known_to(&self) -> impl Iterator<Item = &str> {
        let givers = [Some(&self.created_by), self.password_given_by.as_ref()];
        let here = self.subject.is_none();
        let givers = givers.into_iter().flatten().filter(move |_| here);
        givers.map(String::as_str)
    }

    /// The user's row with another password, given by somebody.
    fn row_with(&self, password: Uuid, by: &str) -> users::Model {
        let mut row = self.row();
        row.password_id = Some(password);
        if by != self.actor() {
            row.password_given_by = Some(by.to_owned());
        }
        row
    }

    /// By what name the ledger keeps what the user does.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("{ACTOR}{}", self.name)
    }

    /// The row of the user after one more change.
    fn row(&self) -> users::Model {
        let Self {
            id,
            name,
            role,
            groups,
            subject,
            password,
            password_given_by,
            created_by,
            disabled_at,
            version,
        } = self.clone();
        users::Model {
            id,
            name,
            role: role.into(),
            group_ids: groups.map(|groups| groups.into_iter().collect::<Vec<_>>().into()),
            subject,
            password_id: password,
            password_given_by,
            created_by,
            disabled_at,
            version: version + 1,
        }
    }
}

impl From<users::Model> for User {
    fn from(row: users::Model) -> Self {
        let users::Model {
            id,
            name,
            role,
            group_ids,
            subject,
            password_id,
            password_given_by,
            created_by,
            disabled_at,
            version,
        } = row;
        Self {
            id,
            name,
            role: role.0,
            groups: group_ids.map(|groups| groups.0.into_iter().collect()),
            subject,
            password: password_id,
            password_given_by,
            created_by,
            disabled_at,
            version,
        }
    }
}

/// The user under whose name the ledger keeps what was done, enabled or not; `None`: it is no
/// user's name.
#[must_use]
pub fn acting_as<'s>(snapshot: &'s Snapshot, actor: &str) -> Option<&'s User> {
    let name = actor.strip_prefix(ACTOR)?;
    snapshot.users().iter().find(|user| user.name == name)
}

/// A user to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The name, unlike that of any other user there is or was.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The groups that exist for the user, by slug or id; `None`: all of them.
    pub groups: Option<Vec<String>>,
}

fn checked(draft: &Draft, new: &NewUser) -> Result<Option<Vec<Uuid>>, ChangeError> {
    let NewUser {
        name,
        role: _,
        groups,
    } = new;
    let mut checks = Checks::default();
    checks.text("/name", name, LINE);
    let strange = |letter: char| letter.is_whitespace() || letter == ':';
    if name.contains(strange) {
        let message = "must have no space and no colon in it";
        checks.add("/name", "bad_value", message);
    }
    if known_by_name(draft.base(), name).is_some() || name.eq_ignore_ascii_case(BOOTSTRAP) {
        checks.add("/name", "taken", "another user has or had this name");
    }
    let group_ids = groups
        .as_ref()
        .map(|groups| limited_to(draft, &mut checks, groups));
    checks.finish()?;
    Ok(group_ids)
}

/// Makes a user, with a password as it was kept.
///
/// # Errors
/// When the user is not acceptable, or the caller is limited to groups.
pub fn create_in(
    draft: &mut Draft,
    actor: &str,
    new: NewUser,
    password: Uuid,
) -> Result<Uuid, ChangeError> {
    draft.shared()?;
    let group_ids = checked(draft, &new)?;
    let NewUser {
        name,
        role,
        groups: _,
    } = new;
    let id = draft.new_id();
    draft.put(
        "create",
        users::Model {
            id,
            name,
            role: role.into(),
            group_ids: group_ids.map(Into::into),
            subject: None,
            password_id: Some(password),
            password_given_by: None,
            created_by: actor.to_owned(),
            disabled_at: None,
            version: 1,
        },
    );
    Ok(id)
}

/// What a user is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAmendment {
    /// What the user may do.
    pub role: Role,
    /// The groups that exist for the user, by slug or id; `None`: all of them.
    pub groups: Option<Vec<String>>,
    /// Another password, as it was kept; `None`: the one there is.
    pub password: Option<Uuid>,
}

/// Changes what a user may do, or the password. It holds for the user's next request, on every
/// replica.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is the issuer that says so, or the caller is
/// limited to groups.
pub fn amend_in(
    draft: &mut Draft,
    actor: &str,
    id: Uuid,
    expected: &Expected,
    amendment: UserAmendment,
) -> Result<Uuid, ChangeError> {
    let before = found(draft, id, expected)?;
    kept_here(&before, "change")?;
    let UserAmendment {
        role,
        groups,
        password,
    } = amendment;
    let mut checks = Checks::default();
    let groups = groups.map(|groups| limited_to(draft, &mut checks, &groups));
    checks.finish()?;
    let mut row = match password {
        Some(password) => before.row_with(password, actor),
        None => before.row(),
    };
    row.role = role.into();
    row.group_ids = groups.map(Into::into);
    draft.put("update", row);
    Ok(id)
}

/// What an issuer says of a user is changed at the issuer.
fn kept_here(user: &User, what: &'static str) -> Result<(), ChangeError> {
    match user.subject {
        None => Ok(()),
        Some(_) => Err(ChangeError::WrongStage {
            what,
            stage: "known by an issuer",
        }),
    }
}

/// Who somebody is, as an issuer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Who it is for the issuer: nobody else ever is.
    pub subject: String,
    /// The name that the issuer knows; it may be another's here.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The groups that exist for the user; `None`: all of them.
    pub groups: Option<BTreeSet<Uuid>>,
}

impl Issued {
    /// Whether the register knows the user as the issuer does.
    #[must_use]
    pub fn is(&self, user: &User) -> bool {
        user.role == self.role && user.groups == self.groups
    }

    /// A name for the register: without what no name has, and nobody else's. Where somebody has it, a
    /// part of the id is added, which nobody can know before.
    fn name(&self, snapshot: &Snapshot, id: Uuid) -> String {
        let strange = |letter: char| letter.is_whitespace() || letter == ':';
        let name: String = self.name.trim().replace(strange, "-");
        let name = if name.is_empty() {
            "somebody".to_owned()
        } else {
            name
        };
        let taken = known_by_name(snapshot, &name).is_some();
        if taken || name.eq_ignore_ascii_case(BOOTSTRAP) {
            return format!("{name}-{}", id.simple());
        }
        name
    }
}

/// Makes a user of somebody whom an issuer has signed in, or gives the user what the issuer says.
/// Whether the user is disabled stays as it is.
///
/// # Errors
/// When it cannot be kept.
pub fn admit_in(draft: &mut Draft, actor: &str, issued: &Issued) -> Result<Uuid, ChangeError> {
    draft.shared()?;
    let group_ids = issued.groups.clone();
    let group_ids = group_ids.map(|groups| groups.into_iter().collect::<Vec<_>>().into());
    if let Some(user) = known_by_subject(draft.base(), &issued.subject) {
        let id = user.id;
        let mut row = user.row();
        row.role = issued.role.into();
        row.group_ids = group_ids;
        draft.put("update", row);
        return Ok(id);
    }
    let id = draft.new_id();
    let name = issued.name(draft.base(), id);
    let mut checks = Checks::default();
    checks.text("/name", &name, LINE);
    checks.finish()?;
    draft.put(
        "create",
        users::Model {
            id,
            name,
            role: issued.role.into(),
            group_ids,
            subject: Some(issued.subject.clone()),
            password_id: None,
            password_given_by: None,
            created_by: actor.to_owned(),
            disabled_at: None,
            version: 1,
        },
    );
    Ok(id)
}

/// Refuses a user, whose sessions end with it, or lets a refused one in again.
///
/// # Errors
/// When there is none, it was changed meanwhile, the user is so already, or the caller is limited to
/// groups.
pub fn let_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    enabled: bool,
) -> Result<Uuid, ChangeError> {
    let before = found(draft, id, expected)?;
    if before.is_enabled() == enabled {
        let (what, stage) = if enabled {
            ("enable", "enabled")
        } else {
            ("disable", "disabled")
        };
        return Err(ChangeError::WrongStage { what, stage });
    }
    let mut row = before.row();
    row.disabled_at = (!enabled).then(|| draft.now());
    draft.put(if enabled { "enable" } else { "disable" }, row);
    Ok(id)
}

/// Gives a user another password; the one before is good no more.
///
/// # Errors
/// When there is none, it was changed meanwhile, the user has none here, or the caller is limited to
/// groups.
pub fn set_password_in(
    draft: &mut Draft,
    actor: &str,
    id: Uuid,
    expected: &Expected,
    password: Uuid,
) -> Result<Uuid, ChangeError> {
    let before = found(draft, id, expected)?;
    kept_here(&before, "set a password for")?;
    draft.put("set_password", before.row_with(password, actor));
    Ok(id)
}

fn found(draft: &Draft, id: Uuid, expected: &Expected) -> Result<User, ChangeError> {
    draft.shared()?;
    let before = draft.base().users().get(id).ok_or(ChangeError::NotFound)?;
    expected.admits(before.version)?;
    Ok(before.clone())
}

/// The user of a name, enabled or not. Names differ by more than the case of their letters.
#[must_use]
pub fn known_by_name<'s>(snapshot: &'s Snapshot, name: &str) -> Option<&'s User> {
    let name = name.to_lowercase();
    let mut users = snapshot.users().iter();
    users.find(|user| user.name.to_lowercase() == name)
}

/// The user whom an issuer knows by a subject, enabled or not.
#[must_use]
pub fn known_by_subject<'s>(snapshot: &'s Snapshot, subject: &str) -> Option<&'s User> {
    let mut users = snapshot.users().iter();
    users.find(|user| user.subject.as_deref() == Some(subject))
}
