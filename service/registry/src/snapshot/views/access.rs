//! Tokens and users.

use transfer_registry_entity::{tokens, users};

use crate::{tokens::Token, users::User};

pub(super) fn token(row: tokens::Model) -> Token {
    let tokens::Model {
        id,
        name,
        role,
        group_ids,
        sha256,
        issued_by,
        issued_at,
        expires_at,
        revoked_at,
        version,
    } = row;
    Token {
        id,
        name,
        role: role.0,
        groups: group_ids.map(|groups| groups.0.into_iter().collect()),
        fingerprint: sha256,
        issued_by,
        issued_at,
        expires_at,
        revoked_at,
        version,
    }
}

pub(super) fn user(row: users::Model) -> User {
    let users::Model {
        id,
        name,
        role,
        group_ids,
        subject,
        password_id,
        created_by,
        disabled_at,
        version,
    } = row;
    User {
        id,
        name,
        role: role.0,
        groups: group_ids.map(|groups| groups.0.into_iter().collect()),
        subject,
        password: password_id,
        created_by,
        disabled_at,
        version,
    }
}
