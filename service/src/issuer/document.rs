//! What the issuer says about itself (`OpenID Connect` Discovery 1.0, RFC 8414).

use hyper::Uri;
use serde::Deserialize;

use super::{address::IssuerAddress, error::Failing};

/// What a sign-in needs of the issuer's document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Where people sign in.
    pub(super) authorization: Uri,
    /// Where a code is turned into tokens.
    pub(super) token: Uri,
    /// Where the keys are.
    pub(super) keys: Uri,
    /// Whether the answer to a sign-in names the issuer (RFC 9207).
    pub(super) answers_name_issuer: bool,
    /// How the client's secret may be sent.
    secret: SecretTaken,
}

/// How the issuer takes the client's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SecretTaken {
    /// `client_secret_basic`.
    InHeader,
    /// `client_secret_post`.
    InForm,
    /// In no way that is known here.
    Otherwise,
}

#[derive(Deserialize)]
struct Written {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Document {
    pub(super) fn read(body: &[u8], issuer: &IssuerAddress) -> Result<Self, Failing> {
        let written: Written = serde_json::from_slice(body).map_err(|_| Failing::NotUnderstood)?;
        // Letter by letter (Discovery 4.3): whoever can write a document must not pass for another.
        if written.issuer != issuer.as_str() {
            return Err(Failing::AnotherIssuer);
        }
        let names = |list: &Option<Vec<String>>, word: &str| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|item| item == word))
        };
        // Many issuers know PKCE and do not say so; one that lists methods without S256 does not.
        if !names(&written.response_types_supported, "code")
            || !names(&written.code_challenge_methods_supported, "S256")
        {
            return Err(Failing::NoCodeFlow);
        }
        let methods = &written.token_endpoint_auth_methods_supported;
        let secret = if names(methods, "client_secret_basic") {
            SecretTaken::InHeader
        } else if names(methods, "client_secret_post") {
            SecretTaken::InForm
        } else {
            SecretTaken::Otherwise
        };
        let address = |text: &str| issuer.names(text).ok_or(Failing::Address);
        Ok(Self {
            authorization: address(&written.authorization_endpoint)?,
            token: address(&written.token_endpoint)?,
            keys: address(&written.jwks_uri)?,
            answers_name_issuer: written.authorization_response_iss_parameter_supported,
            secret,
        })
    }

    /// How the client's secret may be sent.
    pub(super) const fn takes_secret(&self) -> SecretTaken {
        self.secret
    }
}
