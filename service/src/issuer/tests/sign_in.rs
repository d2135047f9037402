//! A sign-in under control.

use super::super::{Beginning, Kept, Person, Return};
use super::*;

/// The access token that is given with every ID token.
pub(super) const ACCESS: &str = "an access token";
/// The code that people come back with.
pub(super) const CODE: &str = "a code";

/// A sign-in on its way: what began it, and what the issuer will say.
pub(super) struct SignIn {
    pub(super) provider: Provider,
    pub(super) issuer: Issuer,
    pub(super) began: Beginning,
}

impl SignIn {
    pub(super) async fn begin() -> Self {
        Self::begin_with(|_| (), |_| ()).await
    }

    pub(super) async fn begin_with(
        settings: impl FnOnce(&mut Settings),
        document: impl FnOnce(&mut Value),
    ) -> Self {
        let provider = Provider::start().await;
        let mut written = provider.document();
        document(&mut written);
        provider.says(DOCUMENT, &written);
        let mut changed = provider.settings();
        settings(&mut changed);
        let issuer = Issuer::of(changed).unwrap();
        let began = issuer.begin(now()).await.unwrap();
        let sign_in = Self {
            provider,
            issuer,
            began,
        };
        sign_in.gives(&sign_in.claims());
        sign_in
    }

    /// The claims of an ID token that is good.
    pub(super) fn claims(&self) -> Value {
        let claims = with(self.provider.access(), "aud", json!(CLIENT));
        with(claims, "nonce", json!(self.began.nonce))
    }

    pub(super) fn gives(&self, claims: &Value) {
        self.gives_token(&Pair::usual().sign(claims));
    }

    pub(super) fn gives_token(&self, id_token: &str) {
        let body = json!({
            "token_type": "Bearer", "access_token": ACCESS, "id_token": id_token,
        });
        self.provider.says(TOKEN, &body);
    }

    pub(super) fn kept(&self) -> Kept {
        Kept {
            state: self.began.state.clone(),
            nonce: self.began.nonce.clone(),
            verifier: self.began.verifier.clone(),
        }
    }

    pub(super) fn returned(&self) -> Return {
        Return {
            state: Some(self.began.state.clone()),
            code: Some(CODE.to_owned()),
            ..Return::default()
        }
    }

    pub(super) async fn redeem(&self) -> Result<Person, IssuerError> {
        let (returned, kept) = (self.returned(), self.kept());
        self.issuer.redeem(&returned, &kept, now()).await
    }

    /// What was sent to the token endpoint: the header and the form.
    pub(super) async fn sent(&self) -> (Option<String>, HashMap<String, String>) {
        let requests = self.provider.server.received_requests().await.unwrap();
        let request = requests.iter().find(|r| r.url.path() == TOKEN).unwrap();
        let header = request.headers.get("authorization");
        let header = header.map(|value| value.to_str().unwrap().to_owned());
        let form = form_urlencoded::parse(&request.body).into_owned().collect();
        (header, form)
    }
}
