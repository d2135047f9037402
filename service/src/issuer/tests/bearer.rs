//! Access tokens at the API.

use transfer_registry_core::tokens::Role;

use super::signatures::answer;
use super::*;

async fn reason(provider: &Provider, claim: &str, value: Value) -> Option<Reason> {
    let token = Pair::usual().sign(&with(provider.access(), claim, value));
    match answer(provider, &token).await {
        Ok(_) => None,
        Err(IssuerError::Refused(reason)) => Some(reason),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_good_token_says_who_asks() {
    let provider = Provider::start().await;
    let token = Pair::usual().sign(&provider.access());
    let person = answer(&provider, &token).await.unwrap();
    assert_eq!(person.subject.issuer, provider.address());
    assert_eq!(person.subject.id, "u1");
    assert_eq!(person.name, "Ada");
    assert_eq!(person.role, Role::Reader);
    assert_eq!(person.groups, Some(vec!["emea".to_owned()]));
}

#[tokio::test]
async fn tokens_are_good_from_their_beginning_to_their_end_with_a_minute_each_side() {
    let provider = Provider::start().await;
    let at = |offset: i64| json!(now().timestamp() + offset);
    for (claim, offset, expected) in [
        ("exp", -59, None),
        ("exp", -60, Some(Reason::Expired)),
        ("nbf", 60, None),
        ("nbf", 61, Some(Reason::NotYetValid)),
        ("iat", 60, None),
        ("iat", 61, Some(Reason::NotYetValid)),
    ] {
        let found = reason(&provider, claim, at(offset)).await;
        assert_eq!(found, expected, "{claim} {offset}");
    }
}

#[tokio::test]
async fn the_times_must_be_there_and_be_numbers() {
    let provider = Provider::start().await;
    for (claim, value) in [
        ("exp", Value::Null),
        ("iat", Value::Null),
        ("exp", json!("2030-01-01")),
        ("exp", json!(1e300)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(u64::MAX)),
        ("nbf", json!(1.5e300)),
        ("nbf", json!(true)),
    ] {
        let found = reason(&provider, claim, value.clone()).await;
        assert_eq!(found, Some(Reason::Claims), "{claim} {value}");
    }
    let fraction = json!(f64::from(1_795_348_800) + 600.5);
    assert_eq!(reason(&provider, "exp", fraction).await, None);
}

#[tokio::test]
async fn a_token_is_good_for_a_day_at_most() {
    let provider = Provider::start().await;
    let day = 24 * 60 * 60 - 60;
    for (offset, expected) in [(day, None), (day + 1, Some(Reason::ValidTooLong))] {
        let value = json!(now().timestamp() + offset);
        assert_eq!(reason(&provider, "exp", value).await, expected);
    }
}

#[tokio::test]
async fn only_a_token_of_this_issuer_for_this_audience_is_good() {
    let provider = Provider::start().await;
    let slash = format!("{}/", provider.address());
    for (claim, value, expected) in [
        ("iss", json!("https://other.example"), Some(Reason::Issuer)),
        ("iss", json!(slash), Some(Reason::Issuer)),
        ("iss", Value::Null, Some(Reason::Issuer)),
        (
            "aud",
            json!("https://other.example"),
            Some(Reason::Audience),
        ),
        ("aud", json!([]), Some(Reason::Audience)),
        ("aud", Value::Null, Some(Reason::Claims)),
        ("aud", json!([API, 7]), Some(Reason::Claims)),
        ("aud", json!(["https://other.example", API]), None),
        ("sub", Value::Null, Some(Reason::Claims)),
        ("sub", json!(""), Some(Reason::Claims)),
        ("sub", json!("x".repeat(256)), Some(Reason::Claims)),
    ] {
        let found = reason(&provider, claim, value.clone()).await;
        assert_eq!(found, expected, "{claim} {value}");
    }
}

#[tokio::test]
async fn an_id_token_does_not_pass_for_an_access_token() {
    let provider = Provider::start().await;
    for (claim, value, expected) in [
        ("aud", json!(CLIENT), Reason::Audience),
        // An issuer may put both into an ID token.
        ("aud", json!([CLIENT, API]), Reason::Kind),
        ("at_hash", json!("abc"), Reason::Kind),
        ("c_hash", json!("abc"), Reason::Kind),
    ] {
        let found = reason(&provider, claim, value.clone()).await;
        assert_eq!(found, Some(expected), "{claim} {value}");
    }
}

#[tokio::test]
async fn only_access_tokens_by_their_type_are_good() {
    let provider = Provider::start().await;
    let pair = Pair::usual();
    for (kind, is_good) in [
        (None, true),
        (Some("JWT"), true),
        (Some("at+jwt"), true),
        (Some("application/at+JWT"), true),
        (Some("logout+jwt"), false),
        (Some("dpop+jwt"), false),
        (Some(""), false),
    ] {
        let mut header = pair.header();
        header.typ = kind.map(str::to_owned);
        let token = pair.sign_as(&header, &provider.access());
        let found = answer(&provider, &token).await;
        assert_eq!(found.is_ok(), is_good, "{kind:?}");
        if !is_good {
            assert_eq!(found, refused(Reason::Kind));
        }
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_asking() {
    let provider = Provider::start().await;
    for text in [
        "",
        ".",
        "..",
        "a.b.c",
        "eyJhbGciOiJFZERTQSJ9x.e30.",
        "treg_0123",
        "ü.ü.ü",
    ] {
        assert_eq!(
            answer(&provider, text).await,
            refused(Reason::Unreadable),
            "{text}"
        );
    }
    let long = with(provider.access(), "padding", json!("x".repeat(8 * 1024)));
    let token = Pair::usual().sign(&long);
    assert_eq!(answer(&provider, &token).await, refused(Reason::TooLong));
    assert_eq!(
        provider.asked(DOCUMENT).await + provider.asked(KEYS).await,
        0
    );
}

#[tokio::test]
async fn without_an_audience_no_token_is_accepted() {
    let provider = Provider::start().await;
    let mut settings = provider.settings();
    settings.api_audience = None;
    let issuer = Issuer::of(settings).unwrap();
    let token = Pair::usual().sign(&provider.access());
    assert_eq!(
        issuer.bearer(&token, now()).await,
        refused(Reason::NotAccepted)
    );
}
