//! Which signatures are believed, and of which keys.

use super::*;

pub(super) async fn answer(
    provider: &Provider,
    token: &str,
) -> Result<super::super::Person, IssuerError> {
    provider.issuer().bearer(token, now()).await
}

#[tokio::test]
async fn every_allowed_signature_is_checked() {
    let provider = Provider::start().await;
    let pairs = [
        Pair::ed("ed", material::ED_ONE),
        Pair::p256("ec", material::P256_ONE),
        Pair::rsa("rs", material::RSA_ONE, Signature::RS256),
        Pair::rsa("ps", material::RSA_TWO, Signature::PS256),
    ];
    provider.publishes(&pairs.each_ref());
    for pair in &pairs {
        let token = pair.sign(&provider.access());
        assert!(answer(&provider, &token).await.is_ok(), "{}", pair.id);
        // The last letter holds bits that are not read; the one before does not.
        let (head, tail) = token.split_at(token.len() - 3);
        let other = if tail.starts_with('A') { "B" } else { "A" };
        let forged = format!("{head}{other}{}", &tail[1..]);
        assert_eq!(
            answer(&provider, &forged).await,
            refused(Reason::Signature),
            "{}",
            pair.id
        );
    }
}

#[tokio::test]
async fn a_signature_of_another_length_does_not_fit() {
    let provider = Provider::start().await;
    let pairs = [
        Pair::ed("ed", material::ED_ONE),
        Pair::p256("ec", material::P256_ONE),
        Pair::rsa("rs", material::RSA_ONE, Signature::RS256),
        Pair::rsa("ps", material::RSA_TWO, Signature::PS256),
    ];
    provider.publishes(&pairs.each_ref());
    let issuer = provider.issuer();
    for pair in &pairs {
        let token = pair.sign(&provider.access());
        let (signed, _) = token.rsplit_once('.').unwrap();
        for length in [0, 1, 31, 63, 64, 65, 255, 256, 257, 2000] {
            for byte in [0, 1, 255] {
                let signature = URL_SAFE_NO_PAD.encode(vec![byte; length]);
                let token = format!("{signed}.{signature}");
                let found = issuer.bearer(&token, now()).await;
                assert_eq!(found, refused(Reason::Signature), "{} {length}", pair.id);
            }
        }
    }
}

#[tokio::test]
async fn claims_that_were_changed_do_not_fit_the_signature() {
    let provider = Provider::start().await;
    let token = Pair::usual().sign(&provider.access());
    let admin = Pair::usual().sign(&with(provider.access(), "roles", json!(["admin"])));
    let parts = |token: &str| -> Vec<String> { token.split('.').map(str::to_owned).collect() };
    let (token, admin) = (parts(&token), parts(&admin));
    let forged = format!("{}.{}.{}", token[0], admin[1], token[2]);
    assert_eq!(answer(&provider, &forged).await, refused(Reason::Signature));
}

#[tokio::test]
async fn unsigned_tokens_are_refused() {
    let provider = Provider::start().await;
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let token = unsigned(&json!({ "alg": name, "kid": "one" }), &provider.access());
        assert_eq!(answer(&provider, &token).await, refused(Reason::Algorithm));
    }
    // A good header without its signature.
    let token = unsigned(&json!({ "alg": "EdDSA", "kid": "one" }), &provider.access());
    assert_eq!(answer(&provider, &token).await, refused(Reason::Signature));
    assert_eq!(
        provider.asked(DOCUMENT).await,
        1,
        "only a readable token asks"
    );
}

#[tokio::test]
async fn a_public_key_is_not_a_shared_secret() {
    let provider = Provider::start().await;
    let pair = Pair::rsa("rs", material::RSA_ONE, Signature::RS256);
    provider.publishes(&[&pair]);
    let public = pair.public();
    let modulus = public["n"].as_str().unwrap();
    for secret in [
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).unwrap(),
        public.to_string().into_bytes(),
    ] {
        let forger = Pair {
            id: "rs",
            signature: Signature::HS256,
            key: EncodingKey::from_secret(&secret),
        };
        let token = forger.sign(&provider.access());
        assert_eq!(answer(&provider, &token).await, refused(Reason::Algorithm));
    }
}

#[tokio::test]
async fn a_published_shared_secret_is_no_key() {
    let provider = Provider::start().await;
    let secret = URL_SAFE_NO_PAD.encode("a secret that everybody can read");
    provider.says(
        KEYS,
        &json!({ "keys": [{ "kty": "oct", "kid": "one", "k": secret }] }),
    );
    let token = Pair::usual().sign(&provider.access());
    assert_eq!(answer(&provider, &token).await, refused(Reason::UnknownKey));
}

#[tokio::test]
async fn the_key_decides_the_algorithm() {
    let provider = Provider::start().await;
    let rsa = Pair::rsa("rs", material::RSA_ONE, Signature::RS256);
    let curve = Pair::p256("ec", material::P256_ONE);
    for names_algorithm in [true, false] {
        let keys = [&rsa, &curve].map(|pair| {
            let alg = json!(names_algorithm.then_some(pair.signature));
            with(pair.public(), "alg", alg)
        });
        provider.says(KEYS, &json!({ "keys": keys }));
        for (forger, id) in [(&rsa, "ec"), (&curve, "rs")] {
            let mut header = forger.header();
            header.kid = Some(id.to_owned());
            let token = forger.sign_as(&header, &provider.access());
            assert_eq!(answer(&provider, &token).await, refused(Reason::UnknownKey));
        }
        // The same RSA key: good for PSS unless it says that it is for RS256 alone.
        let forger = Pair::rsa("rs", material::RSA_ONE, Signature::PS256);
        let found = answer(&provider, &forger.sign(&provider.access())).await;
        if names_algorithm {
            assert_eq!(found, refused(Reason::UnknownKey));
        } else {
            assert!(found.is_ok());
        }
    }
}

#[tokio::test]
async fn a_signature_that_the_settings_leave_out_is_refused() {
    let provider = Provider::start().await;
    let mut settings = provider.settings();
    settings.algorithms = vec![super::super::Algorithm::Es256];
    let issuer = Issuer::of(settings).unwrap();
    let token = Pair::usual().sign(&provider.access());
    assert_eq!(
        issuer.bearer(&token, now()).await,
        refused(Reason::Algorithm)
    );
}

#[tokio::test]
async fn keys_that_are_short_or_for_something_else_are_not_used() {
    let provider = Provider::start().await;
    let short = Pair::rsa("rs", material::RSA_SHORT, Signature::RS256);
    provider.publishes(&[&short]);
    let token = short.sign(&provider.access());
    assert_eq!(answer(&provider, &token).await, refused(Reason::UnknownKey));
    let usual = Pair::usual();
    let token = usual.sign(&provider.access());
    for (name, value) in [
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("alg", json!("RS256")),
        ("alg", json!("HS256")),
        ("crv", json!("X25519")),
        ("crv", json!("P-256")),
    ] {
        let key = with(usual.public(), name, value.clone());
        provider.says(KEYS, &json!({ "keys": [key] }));
        let found = answer(&provider, &token).await;
        assert_eq!(found, refused(Reason::UnknownKey), "{name} {value}");
    }
}

#[tokio::test]
async fn an_exotic_key_does_not_cost_the_others() {
    let provider = Provider::start().await;
    let keys = json!([{ "kty": "NEW", "kid": 7 }, "x", { "kty": "RSA" }, Pair::usual().public()]);
    provider.says(KEYS, &json!({ "keys": keys }));
    let token = Pair::usual().sign(&provider.access());
    assert!(answer(&provider, &token).await.is_ok());
}

#[tokio::test]
async fn a_key_that_makes_no_sense_checks_nothing() {
    let provider = Provider::start().await;
    let rsa = Pair::rsa("one", material::RSA_ONE, Signature::RS256);
    let curve = Pair::p256("one", material::P256_TWO);
    for (pair, name, value) in [
        (&Pair::usual(), "x", json!("")),
        (&Pair::usual(), "x", json!("AQAB")),
        (&Pair::usual(), "x", json!("_".repeat(43))),
        (&curve, "x", json!("")),
        (&curve, "y", json!("A".repeat(43))),
        (&curve, "y", json!("A".repeat(2000))),
        (&rsa, "e", json!("")),
        (&rsa, "e", json!("AA")),
        (&rsa, "n", json!("A".repeat(400))),
        (&rsa, "n", json!("_".repeat(100_000))),
    ] {
        let key = with(pair.public(), name, value.clone());
        provider.says(KEYS, &json!({ "keys": [key] }));
        let token = pair.sign(&provider.access());
        let found = answer(&provider, &token).await;
        assert!(
            matches!(found, Err(IssuerError::Refused(_))),
            "{name} {value:.60} {found:?}"
        );
    }
}

#[tokio::test]
async fn a_token_that_names_no_key_is_good_only_without_a_choice() {
    let provider = Provider::start().await;
    let usual = Pair::usual();
    let mut header = usual.header();
    header.kid = None;
    let token = usual.sign_as(&header, &provider.access());
    assert!(answer(&provider, &token).await.is_ok());
    provider.publishes(&[&usual, &Pair::ed("two", material::ED_TWO)]);
    assert_eq!(answer(&provider, &token).await, refused(Reason::UnknownKey));
}

#[tokio::test]
async fn what_must_be_understood_and_is_not_is_refused() {
    let provider = Provider::start().await;
    let pair = Pair::usual();
    let mut header = pair.header();
    header.crit = Some(vec!["exp".to_owned()]);
    let token = pair.sign_as(&header, &provider.access());
    assert_eq!(answer(&provider, &token).await, refused(Reason::Unreadable));
}
