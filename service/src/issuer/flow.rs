//! Signing in: the authorization code flow with PKCE (`OpenID Connect` Core 3.1, RFC 7636, RFC 9207).

use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use form_urlencoded::{Serializer, byte_serialize};
use hyper::{StatusCode, header::HeaderValue};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    Issuer,
    document::{Document, SecretTaken},
    error::{Failing, IssuerError, Reason},
    person::Person,
    token::{self, Token},
};

/// The longest code that is passed on, in bytes.
const LONGEST_CODE: usize = 4 * 1024;

/// A sign-in that begins. All but the address is kept on this side, for a few minutes and one use.
#[derive(Clone)]
pub struct Beginning {
    /// Where the person is sent.
    pub address: String,
    /// Comes back with the answer.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves that the code is turned in by whoever began.
    pub verifier: String,
}

/// What was kept of a [`Beginning`], found by whoever comes back.
#[derive(Clone)]
pub struct Kept {
    /// As it began.
    pub state: String,
    /// As it began.
    pub nonce: String,
    /// As it began.
    pub verifier: String,
}

/// The parameters with which a person comes back, as they are in the address.
#[derive(Clone, Default, Deserialize)]
pub struct Return {
    /// Which sign-in this answers.
    pub state: Option<String>,
    /// What is turned into tokens.
    pub code: Option<String>,
    /// Who answers.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

impl Issuer {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// [`IssuerError::Unreachable`] when the issuer's document cannot be had.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<Beginning, IssuerError> {
        let document = self.keeping.document(now).await?;
        let (state, nonce, verifier) = (random()?, random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let scopes = self.settings.scopes.iter().map(String::as_str);
        let scopes: Vec<&str> = std::iter::once("openid")
            .chain(scopes.filter(|scope| *scope != "openid"))
            .collect();
        let parameters = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect_uri)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        let to = &document.authorization;
        let separator = if to.query().is_some() { '&' } else { '?' };
        Ok(Beginning {
            address: format!("{to}{separator}{parameters}"),
            state,
            nonce,
            verifier,
        })
    }

    /// Turns the answer to a sign-in into the person who signed in.
    ///
    /// # Errors
    /// [`IssuerError::Refused`] when the answer is not good or the person is not let in,
    /// [`IssuerError::Unreachable`] when the issuer cannot be asked.
    pub async fn redeem(
        &self,
        returned: &Return,
        kept: &Kept,
        now: DateTime<Utc>,
    ) -> Result<Person, IssuerError> {
        // An empty state was never given out, and must not fit a record that lost its own.
        if kept.state.is_empty() || returned.state.as_ref() != Some(&kept.state) {
            return Err(Reason::OtherSignIn.into());
        }
        let document = self.keeping.document(now).await?;
        let code = self.code_in(returned, &document)?;
        let given = self.tokens_for(code, kept, &document).await?;
        let id_token = given.id_token.as_deref().ok_or(Reason::NoIdToken)?;
        let token = Token::read(id_token, token::LONGEST_ID_TOKEN, &self.settings.algorithms)?;
        token.is_of_type(&["jwt"])?;
        let claims = self.verified(&token, now).await?;
        claims.are_of_sign_in(&self.settings.client_id, &kept.nonce)?;
        let hash = given.access_token.map(|text| token.hash_of(&text));
        claims.bind(hash.as_deref())?;
        Ok(self.person(&claims)?)
    }

    /// The code of an answer that is from this issuer.
    fn code_in<'a>(&self, returned: &'a Return, document: &Document) -> Result<&'a str, Reason> {
        let is_from_issuer = match returned.iss.as_deref() {
            Some(issuer) => issuer == self.settings.issuer.as_str(),
            None => !document.answers_name_issuer,
        };
        if !is_from_issuer {
            return Err(Reason::OtherIssuerAnswered);
        }
        if returned.error.is_some() {
            return Err(Reason::NotSignedIn);
        }
        returned
            .code
            .as_deref()
            .filter(|code| !code.is_empty() && code.len() <= LONGEST_CODE)
            .ok_or(Reason::NotSignedIn)
    }

    /// What the issuer gives for a code.
    async fn tokens_for(
        &self,
        code: &str,
        kept: &Kept,
        document: &Document,
    ) -> Result<Given, IssuerError> {
        let (form, authorization) = self.turned_in(code, kept, document)?;
        let answer = self
            .keeping
            .asking()
            .post(&document.token, form, authorization)
            .await;
        let given = match answer {
            Ok((StatusCode::OK, body)) => {
                serde_json::from_slice(&body).map_err(|_| Failing::NotUnderstood)
            }
            Ok((StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED, body)) => {
                return Err(why_not(&body).into());
            }
            Ok((status, _)) => Err(Failing::Status(status.as_u16())),
            Err(failing) => Err(failing),
        };
        given.map_err(|failing| {
            self.keeping.doubt(failing);
            IssuerError::Unreachable(failing)
        })
    }

    /// The form that turns a code in, and how the client proves itself.
    fn turned_in(
        &self,
        code: &str,
        kept: &Kept,
        document: &Document,
    ) -> Result<(String, Option<HeaderValue>), IssuerError> {
        let client = &self.settings.client_id;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.settings.redirect_uri)
            .append_pair("code_verifier", &kept.verifier);
        let Some(secret) = &self.settings.client_secret else {
            form.append_pair("client_id", client);
            return Ok((form.finish(), None));
        };
        match document.takes_secret() {
            SecretTaken::InHeader => {
                Ok((form.finish(), Some(basic(client, secret.expose_secret())?)))
            }
            SecretTaken::InForm => {
                form.append_pair("client_id", client)
                    .append_pair("client_secret", secret.expose_secret());
                Ok((form.finish(), None))
            }
            SecretTaken::Otherwise => {
                Err(IssuerError::Unreachable(Failing::NoClientAuthentication))
            }
        }
    }
}

#[derive(Deserialize)]
struct Given {
    id_token: Option<String>,
    access_token: Option<String>,
}

/// Why a code was not taken. Only the protocol's own words are understood, and none is passed on.
fn why_not(body: &[u8]) -> Reason {
    #[derive(Deserialize)]
    struct Written {
        error: String,
    }
    match serde_json::from_slice::<Written>(body) {
        Ok(written) if written.error == "invalid_grant" => Reason::Code,
        _ => Reason::Client,
    }
}

/// The client's name and secret in a header: each is encoded like a form first (RFC 6749, 2.3.1).
fn basic(client: &str, secret: &str) -> Result<HeaderValue, IssuerError> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(client), encoded(secret));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| Reason::Client)?;
    value.set_sensitive(true);
    Ok(value)
}

/// 256 random bits as 43 letters, which is also the shortest that a verifier may be.
fn random() -> Result<String, IssuerError> {
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits).map_err(|_| IssuerError::Unreachable(Failing::NoRandomness))?;
    Ok(URL_SAFE_NO_PAD.encode(bits))
}

impl fmt::Debug for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Beginning([redacted])")
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept([redacted])")
    }
}

impl fmt::Debug for Return {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Return([redacted])")
    }
}
