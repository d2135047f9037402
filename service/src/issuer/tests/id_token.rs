//! Which ID tokens are believed.

use super::sign_in::{ACCESS, SignIn};
use super::*;

#[tokio::test]
async fn only_the_id_token_of_this_sign_in_is_good() {
    let sign_in = SignIn::begin().await;
    let at = |offset: i64| json!(now().timestamp() + offset);
    for (claim, value, reason) in [
        ("nonce", json!("another"), Reason::OtherSignIn),
        ("nonce", Value::Null, Reason::OtherSignIn),
        ("iss", json!("https://other.example"), Reason::Issuer),
        ("aud", json!("another"), Reason::Audience),
        ("aud", json!(API), Reason::Audience),
        ("aud", json!([CLIENT, "another"]), Reason::Audience),
        ("azp", json!("another"), Reason::Audience),
        ("azp", json!([CLIENT]), Reason::Audience),
        ("exp", at(-60), Reason::Expired),
        ("exp", Value::Null, Reason::Claims),
        ("iat", at(61), Reason::NotYetValid),
        ("nbf", at(61), Reason::NotYetValid),
        ("iat", Value::Null, Reason::Claims),
        ("roles", Value::Null, Reason::NoRole),
        ("groups", Value::Null, Reason::NoGroups),
    ] {
        sign_in.gives(&with(sign_in.claims(), claim, value.clone()));
        let found = sign_in.redeem().await;
        assert_eq!(found, refused(reason), "{claim} {value}");
    }
    let several = with(sign_in.claims(), "aud", json!(["another", CLIENT]));
    sign_in.gives(&with(several, "azp", json!(CLIENT)));
    assert!(sign_in.redeem().await.is_ok());
}

#[tokio::test]
async fn the_hash_of_the_access_token_must_fit_if_there_is_one() {
    use sha2::{Digest, Sha256, Sha512};
    let sign_in = SignIn::begin().await;
    let rsa = Pair::rsa("rs", material::RSA_ONE, Signature::RS256);
    let usual = Pair::usual();
    sign_in.provider.publishes(&[&usual, &rsa]);
    let later = now() + seconds(10);
    let short = URL_SAFE_NO_PAD.encode(&Sha256::digest(ACCESS)[..16]);
    let long = URL_SAFE_NO_PAD.encode(&Sha512::digest(ACCESS)[..32]);
    let other = URL_SAFE_NO_PAD.encode(&Sha256::digest("another")[..16]);
    for (pair, hash, is_good) in [
        (&rsa, json!(short), true),
        (&rsa, json!(other), false),
        (&rsa, json!(long), false),
        (&rsa, json!(7), false),
        (&usual, json!(long), true),
        (&usual, json!(short), false),
    ] {
        sign_in.gives_token(&pair.sign(&with(sign_in.claims(), "at_hash", hash.clone())));
        let (returned, kept) = (sign_in.returned(), sign_in.kept());
        let found = sign_in.issuer.redeem(&returned, &kept, later).await;
        assert_eq!(found.is_ok(), is_good, "{hash}");
        if !is_good {
            assert_eq!(found, refused(Reason::AccessTokenHash));
        }
    }
    // A hash of a token that was not given.
    let id_token = usual.sign(&with(sign_in.claims(), "at_hash", json!(long)));
    sign_in
        .provider
        .says(TOKEN, &json!({ "id_token": id_token }));
    assert_eq!(sign_in.redeem().await, refused(Reason::AccessTokenHash));
}

#[tokio::test]
async fn an_id_token_is_signed_as_strictly_as_any() {
    let sign_in = SignIn::begin().await;
    let claims = sign_in.claims();
    sign_in.gives_token(&unsigned(&json!({ "alg": "none" }), &claims));
    assert_eq!(sign_in.redeem().await, refused(Reason::Algorithm));
    // The secret is shared with the issuer, but what it signs is not believed.
    let shared = Pair {
        id: "one",
        signature: Signature::HS256,
        key: EncodingKey::from_secret(SECRET.as_bytes()),
    };
    sign_in.gives_token(&shared.sign(&claims));
    assert_eq!(sign_in.redeem().await, refused(Reason::Algorithm));
    sign_in.gives_token(&Pair::ed("one", material::ED_TWO).sign(&claims));
    assert_eq!(sign_in.redeem().await, refused(Reason::Signature));
    let mut header = Pair::usual().header();
    header.typ = Some("at+jwt".to_owned());
    sign_in.gives_token(&Pair::usual().sign_as(&header, &claims));
    assert_eq!(sign_in.redeem().await, refused(Reason::Kind));
}
