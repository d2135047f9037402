//! When the issuer is asked, and what is believed in between.

use std::time::Duration;

use super::super::Failing;
use super::*;

fn unreachable<T>(failing: Failing) -> Result<T, IssuerError> {
    Err(IssuerError::Unreachable(failing))
}

/// An access token whose hour has not come to an end in any of these tests.
fn long_token(provider: &Provider, pair: &Pair) -> String {
    let end = json!(now().timestamp() + 20 * 60 * 60);
    pair.sign(&with(provider.access(), "exp", end))
}

async fn fault_of(provider: &Provider) -> Result<(), IssuerError> {
    let token = Pair::usual().sign(&provider.access());
    let issuer = provider.issuer();
    let began = issuer.begin(now()).await.map(|_| ());
    let known = issuer.bearer(&token, now()).await.map(|_| ());
    assert_eq!(began, known);
    began
}

#[tokio::test]
async fn a_known_key_asks_nobody() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let token = Pair::usual().sign(&provider.access());
    for second in (0..600).step_by(9) {
        let at = now() + seconds(second);
        assert!(issuer.bearer(&token, at).await.is_ok(), "{second}");
    }
    assert_eq!(provider.asked(DOCUMENT).await, 1);
    assert_eq!(provider.asked(KEYS).await, 1);
}

#[tokio::test]
async fn the_document_of_another_issuer_is_refused() {
    let provider = Provider::start().await;
    for other in [
        json!("https://other.example"),
        json!(format!("{}/", provider.address())),
        json!(provider.address().to_uppercase()),
    ] {
        provider.says(DOCUMENT, &with(provider.document(), "issuer", other));
        assert_eq!(
            fault_of(&provider).await,
            unreachable(Failing::AnotherIssuer)
        );
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_used_is_refused() {
    let provider = Provider::start().await;
    for (name, value, failing) in [
        ("jwks_uri", json!("http://keys.example/"), Failing::Address),
        ("token_endpoint", json!("/token"), Failing::Address),
        (
            "authorization_endpoint",
            json!("javascript:0"),
            Failing::Address,
        ),
        ("jwks_uri", Value::Null, Failing::NotUnderstood),
        (
            "response_types_supported",
            json!(["token"]),
            Failing::NoCodeFlow,
        ),
        (
            "code_challenge_methods_supported",
            json!(["plain"]),
            Failing::NoCodeFlow,
        ),
    ] {
        provider.says(DOCUMENT, &with(provider.document(), name, value));
        assert_eq!(fault_of(&provider).await, unreachable(failing), "{name}");
    }
}

#[tokio::test]
async fn an_answer_beyond_the_limits_is_refused() {
    let provider = Provider::start().await;
    let large = with(
        provider.document(),
        "padding",
        json!("x".repeat(256 * 1024)),
    );
    provider.says(DOCUMENT, &large);
    assert_eq!(fault_of(&provider).await, unreachable(Failing::TooLarge));
    provider.says(DOCUMENT, &provider.document());
    let keys = json!({ "keys": [Pair::usual().public()], "padding": "x".repeat(256 * 1024) });
    provider.says(KEYS, &keys);
    assert_eq!(fault_of(&provider).await, unreachable(Failing::TooLarge));
    let packed = ResponseTemplate::new(200).set_body_json(json!({ "keys": [] }));
    provider.answers(KEYS, packed.insert_header("content-encoding", "gzip"));
    assert_eq!(fault_of(&provider).await, unreachable(Failing::Compressed));
    provider.answers(KEYS, ResponseTemplate::new(200).set_body_string("<html>"));
    assert_eq!(
        fault_of(&provider).await,
        unreachable(Failing::NotUnderstood)
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let provider = Provider::start().await;
    provider.says("/elsewhere", &json!({ "keys": [Pair::usual().public()] }));
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/elsewhere", provider.address());
        provider.answers(
            KEYS,
            ResponseTemplate::new(status).insert_header("location", to),
        );
        assert_eq!(fault_of(&provider).await, unreachable(Failing::PassedOn));
    }
    assert_eq!(provider.asked("/elsewhere").await, 0);
}

#[tokio::test]
async fn an_answer_must_be_whole_in_time() {
    let provider = Provider::start().await;
    let slow = ResponseTemplate::new(200).set_body_json(provider.document());
    provider.answers(DOCUMENT, slow.set_delay(Duration::from_secs(30)));
    let mut settings = provider.settings();
    settings.timeout = Duration::from_millis(50);
    let issuer = Issuer::of(settings).unwrap();
    let began = issuer.begin(now()).await.map(|_| ());
    assert_eq!(began, unreachable(Failing::TooSlow));
}

#[tokio::test]
async fn nobody_gets_in_while_no_issuer_answers() {
    let provider = Provider::start().await;
    let mut settings = provider.settings();
    settings.issuer = "http://127.0.0.1:1".parse().unwrap();
    let issuer = Issuer::of(settings).unwrap();
    let token = Pair::usual().sign(&provider.access());
    let found = issuer.bearer(&token, now()).await;
    assert_eq!(found, unreachable(Failing::NoConnection));
    // Nor is it asked again at once.
    let began = issuer.begin(now() + seconds(9)).await.map(|_| ());
    assert_eq!(began, unreachable(Failing::NoConnection));
}

#[tokio::test]
async fn a_new_key_is_accepted_at_once_and_the_old_one_no_longer() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let (old, new) = (Pair::usual(), Pair::ed("two", material::ED_TWO));
    let (with_old, with_new) = (long_token(&provider, &old), long_token(&provider, &new));
    assert!(issuer.bearer(&with_old, now()).await.is_ok());
    provider.publishes(&[&new]);
    let later = now() + seconds(10);
    assert!(
        issuer.bearer(&with_old, later).await.is_ok(),
        "not read anew"
    );
    assert!(issuer.bearer(&with_new, later).await.is_ok(), "read anew");
    let found = issuer.bearer(&with_old, later).await;
    assert_eq!(found, refused(Reason::UnknownKey));
}

#[tokio::test]
async fn a_key_that_was_taken_out_is_believed_for_ten_minutes_at_most() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let token = long_token(&provider, &Pair::usual());
    assert!(issuer.bearer(&token, now()).await.is_ok());
    provider.says(KEYS, &json!({ "keys": [] }));
    assert!(issuer.bearer(&token, now() + seconds(599)).await.is_ok());
    let found = issuer.bearer(&token, now() + seconds(600)).await;
    assert_eq!(found, refused(Reason::UnknownKey));
}

#[tokio::test]
async fn a_key_with_the_old_name_takes_the_place_of_the_old_one() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let (old, new) = (Pair::usual(), Pair::ed("one", material::ED_TWO));
    assert!(
        issuer
            .bearer(&long_token(&provider, &old), now())
            .await
            .is_ok()
    );
    provider.publishes(&[&new]);
    let later = now() + seconds(600);
    assert!(
        issuer
            .bearer(&long_token(&provider, &new), later)
            .await
            .is_ok()
    );
    let found = issuer.bearer(&long_token(&provider, &old), later).await;
    assert_eq!(found, refused(Reason::Signature));
}

#[tokio::test]
async fn a_storm_of_unknown_keys_asks_once_in_ten_seconds() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let good = Pair::usual().sign(&provider.access());
    assert!(issuer.bearer(&good, now()).await.is_ok());
    let pair = Pair::usual();
    for second in 0..100 {
        let mut header = pair.header();
        header.kid = Some(format!("unknown {second}"));
        let token = pair.sign_as(&header, &provider.access());
        let found = issuer.bearer(&token, now() + seconds(second)).await;
        assert_eq!(found, refused(Reason::UnknownKey));
        assert!(issuer.bearer(&good, now() + seconds(second)).await.is_ok());
    }
    assert_eq!(provider.asked(KEYS).await, 10);
    assert_eq!(provider.asked(DOCUMENT).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_callers_at_once_ask_once() {
    let provider = Provider::start().await;
    let keys = json!({ "keys": [Pair::usual().public()] });
    let slow = ResponseTemplate::new(200).set_body_json(keys);
    provider.answers(KEYS, slow.set_delay(Duration::from_millis(50)));
    let issuer = provider.issuer();
    let token = Pair::usual().sign(&provider.access());
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let (issuer, token) = (issuer.clone(), token.clone());
            tokio::spawn(async move { issuer.bearer(&token, now()).await.is_ok() })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap(), "each waits for the one reading");
    }
    assert_eq!(provider.asked(KEYS).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_reading_is_never_joined_by_a_second_one() {
    let provider = Provider::start().await;
    let keys = json!({ "keys": [Pair::usual().public()] });
    let slow = ResponseTemplate::new(200).set_body_json(keys);
    provider.answers(KEYS, slow.set_delay(Duration::from_millis(100)));
    let issuer = provider.issuer();
    let token = Pair::usual().sign(&provider.access());
    // Each of them might read, were nobody reading.
    let callers: Vec<_> = (0..20)
        .map(|caller| {
            let (issuer, token) = (issuer.clone(), token.clone());
            let at = now() + seconds(20 * caller);
            tokio::spawn(async move { issuer.bearer(&token, at).await.is_ok() })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    assert_eq!(provider.asked(KEYS).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_for_a_reading_while_a_known_key_is_good() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let token = long_token(&provider, &Pair::usual());
    assert!(issuer.bearer(&token, now()).await.is_ok());
    let slow = ResponseTemplate::new(200).set_body_json(json!({ "keys": [] }));
    provider.answers(KEYS, slow.set_delay(Duration::from_secs(1)));
    let due = now() + seconds(600);
    let reader = {
        let (issuer, token) = (issuer.clone(), token.clone());
        tokio::spawn(async move { issuer.bearer(&token, due).await })
    };
    let asked = async {
        while provider.asked(KEYS).await < 2 {
            tokio::task::yield_now().await;
        }
    };
    let asked = tokio::time::timeout(Duration::from_secs(10), asked).await;
    assert!(asked.is_ok(), "it is due");
    assert!(issuer.bearer(&token, due).await.is_ok());
    assert!(!reader.is_finished(), "the other was answered before");
    assert_eq!(reader.await.unwrap(), refused(Reason::UnknownKey));
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_end_the_reading() {
    let provider = Provider::start().await;
    let keys = json!({ "keys": [Pair::usual().public()] });
    let slow = ResponseTemplate::new(200).set_body_json(keys);
    provider.answers(KEYS, slow.set_delay(Duration::from_millis(50)));
    let issuer = provider.issuer();
    let token = Pair::usual().sign(&provider.access());
    let hung_up = tokio::time::timeout(Duration::from_millis(10), issuer.bearer(&token, now()));
    assert!(hung_up.await.is_err());
    assert!(issuer.bearer(&token, now()).await.is_ok());
    assert_eq!(provider.asked(KEYS).await, 1);
}

#[tokio::test]
async fn without_the_issuer_known_keys_are_good_for_an_hour() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let token = long_token(&provider, &Pair::usual());
    assert!(issuer.bearer(&token, now()).await.is_ok());
    provider.fails();
    for minute in 1..60 {
        let at = now() + TimeDelta::minutes(minute);
        assert!(issuer.bearer(&token, at).await.is_ok(), "{minute}");
    }
    let hour = now() + TimeDelta::hours(1);
    let found = issuer.bearer(&token, hour).await;
    assert_eq!(found, unreachable(Failing::Status(503)));
    // It comes back.
    provider.says(DOCUMENT, &provider.document());
    provider.publishes(&[&Pair::usual()]);
    let found = issuer.bearer(&token, hour + seconds(9)).await;
    assert_eq!(found, unreachable(Failing::Status(503)));
    assert!(issuer.bearer(&token, hour + seconds(10)).await.is_ok());
}

#[tokio::test]
async fn the_document_is_read_anew_after_an_hour() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    assert!(issuer.begin(now()).await.is_ok());
    let moved = format!("{}/moved", provider.address());
    provider.says(
        DOCUMENT,
        &with(provider.document(), "authorization_endpoint", json!(moved)),
    );
    let address = |began: super::super::Beginning| began.address;
    let young = issuer.begin(now() + seconds(3599)).await.map(address);
    assert!(!young.unwrap().starts_with(&moved));
    let old = issuer.begin(now() + seconds(3600)).await.map(address);
    assert!(old.unwrap().starts_with(&moved));
    provider.fails();
    let found = issuer.begin(now() + seconds(7200)).await.map(|_| ());
    assert_eq!(found, unreachable(Failing::Status(503)));
}

#[tokio::test]
async fn the_document_is_read_anew_when_its_addresses_fail() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let token = long_token(&provider, &Pair::usual());
    assert!(issuer.bearer(&token, now()).await.is_ok());
    provider.answers(KEYS, ResponseTemplate::new(404));
    let (due, later) = (now() + seconds(600), now() + seconds(610));
    assert!(issuer.bearer(&token, due).await.is_ok());
    let moved = format!("{}/new-keys", provider.address());
    provider.says(
        DOCUMENT,
        &with(provider.document(), "jwks_uri", json!(moved)),
    );
    provider.says("/new-keys", &json!({ "keys": [] }));
    let found = issuer.bearer(&token, later).await;
    assert_eq!(found, refused(Reason::UnknownKey));
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_keep_keys_alive() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let token = long_token(&provider, &Pair::usual());
    assert!(
        issuer
            .bearer(&token, now() + TimeDelta::hours(5))
            .await
            .is_ok()
    );
    provider.says(KEYS, &json!({ "keys": [] }));
    let found = issuer.bearer(&token, now()).await;
    assert_eq!(found, refused(Reason::UnknownKey));
}
