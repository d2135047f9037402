//! Whom the claims let in, and as what.

use transfer_registry_core::tokens::Role;

use super::super::{GroupRule, Person};
use super::*;

async fn person(
    provider: &Provider,
    change: impl FnOnce(&mut Settings),
    claims: Value,
) -> Result<Person, IssuerError> {
    let mut settings = provider.settings();
    change(&mut settings);
    let token = Pair::usual().sign(&claims);
    Issuer::of(settings).unwrap().bearer(&token, now()).await
}

#[tokio::test]
async fn the_highest_known_role_wins() {
    let provider = Provider::start().await;
    for (roles, expected) in [
        (json!(["reader", "admin", "checker"]), Ok(Role::Admin)),
        (json!(["approver", "editor"]), Ok(Role::Editor)),
        (json!(["reader", "approver"]), Ok(Role::Approver)),
        (
            json!(["checker", "reader", "offline_access"]),
            Ok(Role::Reader),
        ),
        (json!("checker"), Ok(Role::Checker)),
        (json!([7, "reader"]), Ok(Role::Reader)),
        (Value::Null, refused(Reason::NoRole)),
        (json!([]), refused(Reason::NoRole)),
        (json!(["Admin", "admin ", "root"]), refused(Reason::NoRole)),
        (json!("reader admin"), refused(Reason::NoRole)),
        (json!({ "admin": true }), refused(Reason::NoRole)),
        (json!(true), refused(Reason::NoRole)),
    ] {
        let claims = with(provider.access(), "roles", roles.clone());
        let found = person(&provider, |_| (), claims).await;
        assert_eq!(found.map(|person| person.role), expected, "{roles}");
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_group() {
    let provider = Provider::start().await;
    let some = |groups: &[&str]| Ok(Some(groups.iter().map(|&g| g.to_owned()).collect()));
    for (groups, expected) in [
        (json!(["emea", "apac", "emea"]), some(&["apac", "emea"])),
        (json!("emea"), some(&["emea"])),
        (json!(["emea", 7, ""]), some(&["emea"])),
        (json!(["emea", "*"]), Ok(None)),
        (json!("*"), Ok(None)),
        (json!(["**"]), some(&["**"])),
        (Value::Null, refused(Reason::NoGroups)),
        (json!([]), refused(Reason::NoGroups)),
        (json!([""]), refused(Reason::NoGroups)),
        (json!(""), refused(Reason::NoGroups)),
        (json!([["*"]]), refused(Reason::NoGroups)),
        (json!({ "*": true }), refused(Reason::NoGroups)),
    ] {
        let claims = with(provider.access(), "groups", groups.clone());
        let found = person(&provider, |_| (), claims).await;
        assert_eq!(found.map(|person| person.groups), expected, "{groups}");
    }
}

#[tokio::test]
async fn everybody_sees_all_groups_where_the_settings_say_so() {
    let provider = Provider::start().await;
    for groups in [Value::Null, json!([]), json!(["emea"])] {
        let claims = with(provider.access(), "groups", groups);
        let found = person(
            &provider,
            |settings| settings.groups = GroupRule::All,
            claims,
        )
        .await;
        assert_eq!(found.map(|person| person.groups), Ok(None));
    }
}

#[tokio::test]
async fn roles_and_groups_may_be_inside_other_claims() {
    let provider = Provider::start().await;
    let claims = with(
        provider.access(),
        "realm_access",
        json!({ "roles": ["editor"] }),
    );
    let claims = with(claims, "https://a.example/groups", json!(["apac"]));
    let change = |settings: &mut Settings| {
        settings.roles_claim = "realm_access.roles".to_owned();
        settings.groups_claim = "https://a.example/groups".to_owned();
    };
    let found = person(&provider, change, claims).await.unwrap();
    assert_eq!(found.role, Role::Editor);
    assert_eq!(found.groups, Some(vec!["apac".to_owned()]));
    let found = person(&provider, change, provider.access()).await;
    assert_eq!(found, refused(Reason::NoRole));
}

#[tokio::test]
async fn a_name_is_the_claim_then_a_verified_address_then_the_subject() {
    let provider = Provider::start().await;
    let mail = |verified: Value| {
        let claims = with(provider.access(), "preferred_username", Value::Null);
        let claims = with(claims, "email", json!("ada@a.example"));
        with(claims, "email_verified", verified)
    };
    for (claims, expected) in [
        (provider.access(), "Ada"),
        (mail(json!(true)), "ada@a.example"),
        (mail(json!(false)), "u1"),
        (mail(json!("true")), "u1"),
        (mail(Value::Null), "u1"),
        (
            with(mail(json!(true)), "preferred_username", json!(" \n")),
            "ada@a.example",
        ),
        (
            with(provider.access(), "preferred_username", json!("A\u{0}d\na")),
            "Ada",
        ),
    ] {
        let found = person(&provider, |_| (), claims.clone()).await.unwrap();
        assert_eq!(found.name, expected, "{claims}");
    }
}
