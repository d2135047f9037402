//! Signing in: the way there and back.

use super::super::{Failing, Kept, Return};
use super::sign_in::{ACCESS, CODE, SignIn};
use super::*;

fn parameters(address: &str) -> HashMap<String, String> {
    let (_, query) = address.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

#[tokio::test]
async fn who_signs_in_is_told() {
    let sign_in = SignIn::begin().await;
    let person = sign_in.redeem().await.unwrap();
    assert_eq!(person.subject.id, "u1");
    assert_eq!(person.subject.issuer, sign_in.provider.address());
    assert_eq!(person.name, "Ada");
}

#[tokio::test]
async fn people_are_sent_with_all_that_protects_the_sign_in() {
    let sign_in = SignIn::begin_with(
        |settings| settings.scopes = vec!["openid".to_owned(), "groups".to_owned()],
        |document| {
            let address = document["authorization_endpoint"].as_str().unwrap();
            document["authorization_endpoint"] = json!(format!("{address}?tenant=1"));
        },
    )
    .await;
    let sent = parameters(&sign_in.began.address);
    let challenge = {
        use sha2::{Digest, Sha256};
        URL_SAFE_NO_PAD.encode(Sha256::digest(&sign_in.began.verifier))
    };
    for (name, value) in [
        ("tenant", "1"),
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "https://registry.example/sign-in/return"),
        ("scope", "openid groups"),
        ("state", &sign_in.began.state),
        ("nonce", &sign_in.began.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(sent.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!sign_in.began.address.contains(&sign_in.began.verifier));
}

#[tokio::test]
async fn what_protects_a_sign_in_is_random_and_long() {
    let provider = Provider::start().await;
    let issuer = provider.issuer();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let began = issuer.begin(now()).await.unwrap();
        for text in [began.state, began.nonce, began.verifier] {
            assert_eq!(URL_SAFE_NO_PAD.decode(&text).unwrap().len(), 32);
            assert!(seen.insert(text));
        }
    }
}

#[tokio::test]
async fn the_code_is_turned_in_with_verifier_and_secret() {
    let sign_in = SignIn::begin().await;
    sign_in.redeem().await.unwrap();
    let (header, form) = sign_in.sent().await;
    // Each is encoded like a form before they are joined.
    let pair = format!("Basic {}", STANDARD.encode("registry:hunter2%3A%2B+100%25"));
    assert_eq!(header, Some(pair));
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["code"], CODE);
    assert_eq!(form["code_verifier"], sign_in.began.verifier);
    assert_eq!(
        form["redirect_uri"],
        "https://registry.example/sign-in/return"
    );
    assert!(!form.contains_key("client_secret"));
}

#[tokio::test]
async fn the_secret_goes_where_the_issuer_takes_it() {
    let methods = |methods: Value| {
        SignIn::begin_with(
            |_| (),
            |document| document["token_endpoint_auth_methods_supported"] = methods,
        )
    };
    let sign_in = methods(json!(["client_secret_post"])).await;
    sign_in.redeem().await.unwrap();
    let (header, form) = sign_in.sent().await;
    assert_eq!(header, None);
    assert_eq!(form["client_id"], CLIENT);
    assert_eq!(form["client_secret"], SECRET);

    let sign_in = methods(json!(["client_secret_post", "client_secret_basic"])).await;
    sign_in.redeem().await.unwrap();
    assert!(sign_in.sent().await.0.is_some());

    let sign_in = methods(json!(["private_key_jwt"])).await;
    let failing = IssuerError::Unreachable(Failing::NoClientAuthentication);
    assert_eq!(sign_in.redeem().await, Err(failing));
}

#[tokio::test]
async fn a_public_client_has_no_secret_to_send() {
    let sign_in = SignIn::begin_with(|settings| settings.client_secret = None, |_| ()).await;
    sign_in.redeem().await.unwrap();
    let (header, form) = sign_in.sent().await;
    assert_eq!(header, None);
    assert_eq!(form["client_id"], CLIENT);
    assert!(!form.contains_key("client_secret"));
}

#[tokio::test]
async fn the_answer_to_another_sign_in_is_refused_before_anybody_is_asked() {
    let sign_in = SignIn::begin().await;
    for state in [None, Some(String::new()), Some("another".to_owned())] {
        let returned = Return {
            state,
            ..sign_in.returned()
        };
        let found = sign_in
            .issuer
            .redeem(&returned, &sign_in.kept(), now())
            .await;
        assert_eq!(found, refused(Reason::OtherSignIn));
    }
    let empty = Kept {
        state: String::new(),
        ..sign_in.kept()
    };
    let returned = Return {
        state: Some(String::new()),
        ..sign_in.returned()
    };
    let found = sign_in.issuer.redeem(&returned, &empty, now()).await;
    assert_eq!(found, refused(Reason::OtherSignIn));
    assert_eq!(sign_in.provider.asked(TOKEN).await, 0);
}

#[tokio::test]
async fn the_answer_of_another_issuer_is_refused() {
    for says_so in [false, true] {
        let sign_in = SignIn::begin_with(
            |_| (),
            |document| document["authorization_response_iss_parameter_supported"] = says_so.into(),
        )
        .await;
        let address = sign_in.provider.address();
        for (iss, is_good) in [
            (None, !says_so),
            (Some(address.clone()), true),
            (Some(format!("{address}/")), false),
            (Some("https://other.example".to_owned()), false),
            (Some(String::new()), false),
        ] {
            let returned = Return {
                iss: iss.clone(),
                ..sign_in.returned()
            };
            let found = sign_in
                .issuer
                .redeem(&returned, &sign_in.kept(), now())
                .await;
            assert_eq!(found.is_ok(), is_good, "{says_so} {iss:?}");
            if !is_good {
                assert_eq!(found, refused(Reason::OtherIssuerAnswered));
            }
        }
    }
}

#[tokio::test]
async fn who_was_not_signed_in_is_told_so() {
    let sign_in = SignIn::begin().await;
    let error = |error: Option<&str>, code: Option<String>| Return {
        error: error.map(str::to_owned),
        code,
        ..sign_in.returned()
    };
    for returned in [
        error(Some("access_denied"), None),
        error(Some("access_denied"), Some(CODE.to_owned())),
        error(None, None),
        error(None, Some(String::new())),
        error(None, Some("x".repeat(5000))),
    ] {
        let found = sign_in
            .issuer
            .redeem(&returned, &sign_in.kept(), now())
            .await;
        assert_eq!(found, refused(Reason::NotSignedIn));
    }
    assert_eq!(sign_in.provider.asked(TOKEN).await, 0);
}

#[tokio::test]
async fn errors_of_the_token_endpoint_say_what_to_do() {
    let sign_in = SignIn::begin().await;
    let long = "x".repeat(300 * 1024);
    let unreachable = |failing| Err(IssuerError::Unreachable(failing));
    for (status, body, expected) in [
        (400, r#"{"error":"invalid_grant"}"#, refused(Reason::Code)),
        (
            401,
            r#"{"error":"invalid_client"}"#,
            refused(Reason::Client),
        ),
        (400, r#"{"error":"hunter2"}"#, refused(Reason::Client)),
        (400, "<html>", refused(Reason::Client)),
        (500, "{}", unreachable(Failing::Status(500))),
        (429, "{}", unreachable(Failing::Status(429))),
        (302, "{}", unreachable(Failing::PassedOn)),
        (200, "{}", refused(Reason::NoIdToken)),
        (200, "<html>", unreachable(Failing::NotUnderstood)),
        (200, long.as_str(), unreachable(Failing::TooLarge)),
        (400, long.as_str(), unreachable(Failing::TooLarge)),
    ] {
        let answer = ResponseTemplate::new(status).set_body_string(body);
        sign_in.provider.answers(TOKEN, answer);
        let found = sign_in.redeem().await;
        assert_eq!(found, expected, "{status} {body:.40}");
    }
}

#[tokio::test]
async fn no_secret_is_printed() {
    let sign_in = SignIn::begin().await;
    let kept = sign_in.kept();
    let mut texts = vec![
        format!("{:?}", sign_in.issuer),
        format!("{:#?}", sign_in.provider.settings()),
        format!("{:?} {:?} {:?}", sign_in.began, kept, sign_in.returned()),
    ];
    let echo = json!({
        "error": SECRET, "error_description": format!("{SECRET} {CODE} {}", kept.verifier),
    });
    for status in [400, 401, 500, 302] {
        let answer = ResponseTemplate::new(status).set_body_json(&echo);
        sign_in
            .provider
            .answers(TOKEN, answer.insert_header("location", SECRET));
        let error = sign_in.redeem().await.unwrap_err();
        texts.push(format!("{error} {error:?} {error:#?}"));
    }
    sign_in.gives(&with(sign_in.claims(), "nonce", json!(SECRET)));
    let error = sign_in.redeem().await.unwrap_err();
    texts.push(format!("{error} {error:?}"));
    let (state, nonce, verifier) = (&kept.state, &kept.nonce, &kept.verifier);
    for text in texts {
        for secret in [SECRET, "hunter2", CODE, ACCESS, state, nonce, verifier] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
