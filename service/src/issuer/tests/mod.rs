//! An issuer under control: what it answers can be changed at any moment, and what it was asked is
//! counted.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bearer;
mod flow;
mod id_token;
mod keeping;
mod material;
mod people;
mod sign_in;
mod signatures;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm as Signature, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use super::{Issuer, IssuerError, Reason, Settings};

const DOCUMENT: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/keys";
const TOKEN: &str = "/token";
const CLIENT: &str = "registry";
const API: &str = "https://registry.example/api";
const SECRET: &str = "hunter2:+ 100%";

/// The moment of every test.
fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

fn refused<T>(reason: Reason) -> Result<T, IssuerError> {
    Err(IssuerError::Refused(reason))
}

/// A key pair of the issuer.
struct Pair {
    id: &'static str,
    signature: Signature,
    key: EncodingKey,
}

impl Pair {
    fn ed(id: &'static str, material: &str) -> Self {
        Self {
            id,
            signature: Signature::EdDSA,
            key: EncodingKey::from_ed_der(&STANDARD.decode(material).unwrap()),
        }
    }

    fn p256(id: &'static str, material: &str) -> Self {
        Self {
            id,
            signature: Signature::ES256,
            key: EncodingKey::from_ec_der(&STANDARD.decode(material).unwrap()),
        }
    }

    fn rsa(id: &'static str, material: &str, signature: Signature) -> Self {
        Self {
            id,
            signature,
            key: EncodingKey::from_rsa_der(&STANDARD.decode(material).unwrap()),
        }
    }

    /// The key with which tests sign that are about something else.
    fn usual() -> Self {
        Self::ed("one", material::ED_ONE)
    }

    fn public(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, self.signature).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = self.id.into();
        jwk["use"] = "sig".into();
        jwk
    }

    fn header(&self) -> Header {
        let mut header = Header::new(self.signature);
        header.kid = Some(self.id.to_owned());
        header
    }

    fn sign(&self, claims: &Value) -> String {
        self.sign_as(&self.header(), claims)
    }

    fn sign_as(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).unwrap()
    }
}

/// Header and claims without any signature.
fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(header), part(claims))
}

#[derive(Clone, Default)]
struct Answers(Arc<Mutex<HashMap<String, ResponseTemplate>>>);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let answers = self.0.lock().unwrap();
        let answer = answers.get(request.url.path()).cloned();
        answer.unwrap_or_else(|| ResponseTemplate::new(404))
    }
}

/// The issuer.
struct Provider {
    server: MockServer,
    answers: Answers,
}

impl Provider {
    /// With the usual key and a document that fits.
    async fn start() -> Self {
        let answers = Answers::default();
        let server = MockServer::start().await;
        let mock = Mock::given(any()).respond_with(answers.clone());
        server.register(mock.named("the issuer")).await;
        let provider = Self { server, answers };
        provider.says(DOCUMENT, &provider.document());
        provider.publishes(&[&Pair::usual()]);
        provider
    }

    fn address(&self) -> String {
        self.server.uri()
    }

    fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.address());
        json!({
            "issuer": self.address(),
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at(TOKEN),
            "jwks_uri": at(KEYS),
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        })
    }

    fn answers(&self, path: &str, answer: ResponseTemplate) {
        let mut answers = self.answers.0.lock().unwrap();
        answers.insert(path.to_owned(), answer);
    }

    fn says(&self, path: &str, body: &Value) {
        self.answers(path, ResponseTemplate::new(200).set_body_json(body));
    }

    fn publishes(&self, pairs: &[&Pair]) {
        let keys: Vec<Value> = pairs.iter().map(|pair| pair.public()).collect();
        self.says(KEYS, &json!({ "keys": keys }));
    }

    fn fails(&self) {
        for path in [DOCUMENT, KEYS, TOKEN] {
            self.answers(path, ResponseTemplate::new(503));
        }
    }

    async fn asked(&self, path: &str) -> usize {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().filter(|r| r.url.path() == path).count()
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::of(
            self.address().parse().unwrap(),
            CLIENT.to_owned(),
            "https://registry.example/sign-in/return".to_owned(),
        );
        settings.api_audience = Some(API.to_owned());
        settings.client_secret = Some(SECRET.to_owned().into());
        settings
    }

    fn issuer(&self) -> Issuer {
        Issuer::of(self.settings()).unwrap()
    }

    /// The claims of an access token that is good.
    fn access(&self) -> Value {
        json!({
            "iss": self.address(),
            "aud": API,
            "sub": "u1",
            "iat": now().timestamp() - 60,
            "exp": now().timestamp() + 600,
            "preferred_username": "Ada",
            "roles": ["reader"],
            "groups": ["emea"],
        })
    }
}

/// Claims with one of them set; `null` takes it out.
fn with(mut claims: Value, claim: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(claim);
    } else {
        claims[claim] = value;
    }
    claims
}
