//! `/v1/users`: people who sign in.

use std::fmt;

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use transfer_registry_core::{
    Registry, Snapshot, sessions,
    tokens::Role,
    users::{self, NewUser, Password, PasswordError, UserAmendment},
};
use uuid::Uuid;

use super::{Tag, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        etag::IfMatch,
        paging::page,
        patch::Patch,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        strict::{Input, NoBody, StrictJson},
        values::Instant,
        write::{Changed, Created, Made, Writing, Written},
    },
    callers,
    refusal::{Refusal, Violation, ViolationCode},
};

/// Users.
pub(crate) struct Users;

const COLLECTION: &str = "/v1/users";

/// A person who signs in.
#[derive(Clone, Object, Serialize)]
pub(crate) struct User {
    /// The id.
    id: Uuid,
    /// The name under which the user signs in; the ledger keeps what is done under `user:` and it.
    name: String,
    /// What the user may do.
    role: Code<Role>,
    /// The groups that exist for the user, by slug; absent: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    /// Who the user is for the issuer; absent: the user has a password here.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// The password that was made, where none was given. Only in the answer to the request that
    /// created the user; nobody can show it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    /// Who made the user.
    created_by: String,
    /// Since when the user is refused; absent: the user may come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Instant>,
    /// How often it was written, from 1.
    version: i64,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the password.
        f.debug_struct("User")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl User {
    fn of(snapshot: &Snapshot, user: &users::User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            role: Code(user.role),
            groups: slugs(snapshot, user),
            subject: user.subject.clone(),
            password: None,
            created_by: user.created_by.clone(),
            disabled_at: user.disabled_at.map(Instant),
            version: user.version,
        }
    }
}

fn slugs(snapshot: &Snapshot, user: &users::User) -> Option<Vec<String>> {
    let slug = |id: &Uuid| snapshot.groups().get(*id).map(|group| group.slug.clone());
    let groups = user.groups.as_ref()?;
    Some(groups.iter().filter_map(slug).collect())
}

/// A user to be made.
#[derive(Clone, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewUser")]
pub(crate) struct UserInput {
    /// The name under which the user signs in, without spaces and colons. No other user ever has it.
    name: String,
    /// What the user may do.
    role: Code<Role>,
    /// The groups that exist for the user, by slug or id; left out: all of them.
    #[oai(validator(min_items = 1, max_items = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    /// The password, of 12 characters at least. Left out when a user is made: one is made too, and
    /// shown once. Left out of an amendment: it stays. Every session ends with another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl fmt::Debug for UserInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the password.
        let mut shown = f.debug_struct("UserInput");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

impl Input for UserInput {
    const FIXED: &'static [&'static str] = &["name"];
}

/// A page of users.
#[derive(Debug, Object, Serialize)]
pub(crate) struct UserPage {
    /// The users, by id, hence in the order in which they were made.
    items: Vec<User>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What narrows the list.
pub(crate) struct UserFilters;

impl Parameters for UserFilters {
    const OPERATION: &'static str = "listUsers";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new("role", "Only users of this role.", Kind::code::<Role>()),
        Parameter::new(
            "enabled",
            "Only users who may come in, or only those who are refused.",
            Kind::Flag,
        ),
    ];
}

/// What one user is asked with.
pub(crate) struct UserQuery;

impl Parameters for UserQuery {
    const OPERATION: &'static str = "getUser";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/users", tag = "Tag::Users")]
impl Users {
    /// List users
    ///
    /// Every user that the filters leave, also those who are disabled.
    #[oai(path = "/", method = "get", operation_id = "listUsers")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<UserFilters>,
    ) -> Result<Answer<UserPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let (role, enabled) = (query.code::<Role>("role"), query.flag("enabled"));
        let kept = snapshot.users().iter().filter(|user| {
            role.is_none_or(|role| role == user.role)
                && enabled.is_none_or(|enabled| enabled == user.is_enabled())
        });
        let (found, next_cursor) = page(kept, &query, |user| user.id.to_string());
        let items = found.into_iter().map(|user| User::of(&snapshot, user));
        let page = UserPage {
            items: items.collect(),
            next_cursor,
        };
        Answer::of(snapshot.revision(), &page)
    }

    /// Get a user
    ///
    /// One user, by id.
    #[oai(path = "/:id", method = "get", operation_id = "getUser")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<UserQuery>,
        /// The user's id.
        id: Path<String>,
    ) -> Result<One<User>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        one(&snapshot, find(&snapshot, &id)?)
    }

    /// Create a user
    ///
    /// Makes a user who signs in with a password, and shows the password, once, where none was
    /// given. The same request again under its idempotency key is answered without it. Whoever is
    /// limited to groups makes none.
    #[oai(path = "/", method = "post", operation_id = "createUser")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<UserInput>,
    ) -> Result<Written<Created<User>, ImpactAnalysis>, Refusal> {
        administers(&writing)?;
        let digest = digest(&input.0)?;
        let UserInput {
            name,
            role,
            groups,
            password,
        } = input.0.clone();
        let made_here = password.is_none();
        let password = match password {
            Some(text) => chosen(text)?,
            None => fresh()?,
        };
        let kept = kept(&writing, &registry, &password).await?;
        let actor = writing.context.actor.clone();
        let new = NewUser {
            name,
            role: role.0,
            groups,
        };
        let made = writing.create(&registry, digest, |draft| {
            Ok(users::create_in(draft, &actor, new, kept)?)
        });
        let made = made.await?;
        let first = matches!(
            made,
            Made::Done {
                repeated: false,
                ..
            }
        );
        let show = |snapshot: &Snapshot, id| {
            let user = snapshot.users().get(id).ok_or(Refusal::NotFound)?;
            let shown = User {
                password: (first && made_here).then(|| password.reveal().to_owned()),
                ..User::of(snapshot, user)
            };
            One::versioned(snapshot.revision(), user.version, &shown)
        };
        made.created(COLLECTION, show, ImpactAnalysis::of).await
    }

    /// Amend a user
    ///
    /// Changes what a user may do, or gives another password. It holds for the user's next request.
    #[oai(path = "/:id", method = "patch", operation_id = "updateUser")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The user's id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<UserInput>,
    ) -> Result<Written<Changed<User>, ImpactAnalysis>, Refusal> {
        administers(&writing)?;
        // A password is hashed before the register is held.
        let now = registry.snapshot();
        let password = patch.apply(&form(&now, find(&now, &id)?))?.password;
        let password = match password {
            Some(text) => Some(kept(&writing, &registry, &chosen(text)?).await?),
            None => None,
        };
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let user = find(&base, &id)?;
            let expected = if_match.holds(&one(&base, user)?)?;
            let UserInput { role, groups, .. } = patch.apply(&form(&base, user))?;
            let amendment = UserAmendment {
                role: role.0,
                groups,
                password,
            };
            let actor = &writing.context.actor;
            Ok(users::amend_in(draft, actor, user.id, expected, amendment)?)
        });
        let made = made.await?;
        if password.is_some() && !writing.dry_run {
            users::forget_unused(&registry).await?;
        }
        made.changed(shown, ImpactAnalysis::of).await
    }

    /// Disable a user
    ///
    /// Refuses a user, from the next request on and on every replica; the user's sessions end.
    #[oai(path = "/:id/disable", method = "post", operation_id = "disableUser")]
    async fn disable(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The user's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<User>, ImpactAnalysis>, Refusal> {
        let_in(&writing, &registry, &id, &if_match, false).await
    }

    /// Enable a user
    ///
    /// Lets a user in again who was disabled. The sessions of before stay ended.
    #[oai(path = "/:id/enable", method = "post", operation_id = "enableUser")]
    async fn enable(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// The user's id.
        id: Path<String>,
        if_match: IfMatch,
        _body: NoBody,
    ) -> Result<Written<Changed<User>, ImpactAnalysis>, Refusal> {
        let_in(&writing, &registry, &id, &if_match, true).await
    }
}

async fn let_in(
    writing: &Writing,
    registry: &Registry,
    id: &str,
    if_match: &IfMatch,
    enabled: bool,
) -> Result<Written<Changed<User>, ImpactAnalysis>, Refusal> {
    administers(writing)?;
    // Before anybody is let in again: no session of before is to come back with the user. Nobody who
    // is refused ends any.
    if enabled && !writing.dry_run {
        let snapshot = registry.snapshot();
        let user = find(&snapshot, id)?;
        if_match.holds(&one(&snapshot, user)?)?;
        if !user.is_enabled() {
            sessions::end_all(registry, user.id).await?;
        }
    }
    let made = writing.change(registry, |draft| {
        let base = draft.seen()?;
        let user = find(&base, id)?;
        let expected = if_match.holds(&one(&base, user)?)?;
        Ok(users::let_in(draft, user.id, expected, enabled)?)
    });
    made.await?.changed(shown, ImpactAnalysis::of).await
}

/// Holds for who may look after users: nobody who is limited, to whom there are none.
fn administers(writing: &Writing) -> Result<(), Refusal> {
    callers::known_here(&writing.context.actor)?;
    if writing.scope.shared() {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// By what the same request is recognised. What is kept of it must not let anybody try passwords, so
/// the password is left out.
fn digest(input: &UserInput) -> Result<[u8; 32], Refusal> {
    let without = UserInput {
        password: None,
        ..input.clone()
    };
    let without = serde_json::to_vec(&without).map_err(|error| {
        tracing::error!(%error, "a user could not be serialised");
        Refusal::Internal
    })?;
    Ok(Sha256::digest(without).into())
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s users::User, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
    snapshot.users().get(id).ok_or(Refusal::NotFound)
}

fn one(snapshot: &Snapshot, user: &users::User) -> Result<One<User>, Refusal> {
    One::versioned(snapshot.revision(), user.version, &User::of(snapshot, user))
}

fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<User>, Refusal> {
    one(snapshot, snapshot.users().get(id).ok_or(Refusal::NotFound)?)
}

/// A user in the form in which one is made.
fn form(snapshot: &Snapshot, user: &users::User) -> UserInput {
    UserInput {
        name: user.name.clone(),
        role: Code(user.role),
        groups: slugs(snapshot, user),
        password: None,
    }
}

fn chosen(text: String) -> Result<Password, Refusal> {
    Password::chosen(text).map_err(|error| {
        let unfit = Violation {
            pointer: "/password".to_owned(),
            code: ViolationCode::OutOfRange,
            message: error.to_string(),
        };
        Refusal::invalid(vec![unfit])
    })
}

fn fresh() -> Result<Password, Refusal> {
    Password::fresh().map_err(|error| {
        tracing::error!(%error, "no randomness for a password");
        Refusal::Internal
    })
}

/// Keeps a password, unless nothing is to be stored.
async fn kept(
    writing: &Writing,
    registry: &Registry,
    password: &Password,
) -> Result<Uuid, Refusal> {
    if writing.dry_run {
        return Ok(Uuid::nil());
    }
    password.keep(registry).await.map_err(|error| match error {
        PasswordError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "a password could not be hashed");
            Refusal::Internal
        }
    })
}
