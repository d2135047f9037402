//! What an operator says about the issuer.

use std::{str::FromStr, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::{
    address::{IssuerAddress, allowed},
    algorithm::Algorithm,
};

/// How the issuer is asked, and what is believed of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its address, letter by letter as it stands in its tokens.
    pub issuer: IssuerAddress,
    /// By which name it knows this service.
    pub client_id: String,
    /// The secret it gave this service; `None`: a public client, by PKCE alone.
    pub client_secret: Option<SecretString>,
    /// For whom access tokens at the API must be; `None`: none are accepted there.
    pub api_audience: Option<String>,
    /// Where it sends people back.
    pub redirect_uri: String,
    /// What is asked for. `openid` is always asked for and need not be here.
    pub scopes: Vec<String>,
    /// Which signatures are believed.
    pub algorithms: Vec<Algorithm>,
    /// The claim that holds the person's name. Without it: a verified e-mail address, then the
    /// subject.
    pub name_claim: String,
    /// The claim that holds roles, perhaps inside another one: `realm_access.roles`.
    pub roles_claim: String,
    /// The claim that holds groups, perhaps inside another one.
    pub groups_claim: String,
    /// Which groups people see.
    pub groups: GroupRule,
    /// How long one answer may take, from the first packet to the last byte.
    pub timeout: Duration,
}

impl Settings {
    /// What ships, around the three that have no default.
    #[must_use]
    pub fn of(issuer: IssuerAddress, client_id: String, redirect_uri: String) -> Self {
        Self {
            issuer,
            client_id,
            client_secret: None,
            api_audience: None,
            redirect_uri,
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            algorithms: Algorithm::SHIPPED.to_vec(),
            name_claim: "preferred_username".to_owned(),
            roles_claim: "roles".to_owned(),
            groups_claim: "groups".to_owned(),
            groups: GroupRule::Claim,
            timeout: Duration::from_secs(5),
        }
    }

    /// Whether the settings fit together.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.client_id.is_empty() {
            return Err(Fault::new("client_id", "must not be empty"));
        }
        if self
            .client_secret
            .as_ref()
            .is_some_and(|secret| secret.expose_secret().is_empty())
        {
            return Err(Fault::new(
                "client_secret",
                "must not be empty; leave it out",
            ));
        }
        self.check_audience()?;
        allowed(&self.redirect_uri).map_err(|words| Fault::new("redirect_uri", words))?;
        if self.algorithms.is_empty() {
            return Err(Fault::new("algorithms", "must name at least one"));
        }
        let is_scope =
            |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.scopes.iter().all(is_scope) {
            return Err(Fault::new("scopes", "must be words without spaces"));
        }
        for (setting, claim) in [
            ("name_claim", &self.name_claim),
            ("roles_claim", &self.roles_claim),
            ("groups_claim", &self.groups_claim),
        ] {
            if claim.split('.').any(str::is_empty) {
                return Err(Fault::new(setting, "must be a claim such as `a` or `a.b`"));
            }
        }
        Ok(())
    }

    fn check_audience(&self) -> Result<(), Fault> {
        match self.api_audience.as_deref() {
            Some("") => Err(Fault::new(
                "api_audience",
                "must not be empty; leave it out",
            )),
            // An ID token is for the client: it would pass for an access token.
            Some(audience) if audience == self.client_id => Err(Fault::new(
                "api_audience",
                "must not be the client id: an ID token would pass for an access token",
            )),
            _ => Ok(()),
        }
    }
}

/// Which groups people see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupRule {
    /// Those in the claim; nobody gets in without one.
    Claim,
    /// All, whatever the claim says.
    All,
}

impl FromStr for GroupRule {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "claim" => Ok(Self::Claim),
            "all" => Ok(Self::All),
            _ => Err("must be `claim` or `all`"),
        }
    }
}

/// A setting that contradicts the others or itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {words}")]
pub struct Fault {
    /// Its name, as the field of [`Settings`].
    pub setting: &'static str,
    /// What it must be.
    pub words: &'static str,
}

impl Fault {
    pub(super) const fn new(setting: &'static str, words: &'static str) -> Self {
        Self { setting, words }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn shipped() -> Settings {
        Settings::of(
            "https://login.example".parse().unwrap(),
            "registry".to_owned(),
            "https://registry.example/sign-in/return".to_owned(),
        )
    }

    #[test]
    fn settings_that_contradict_each_other_are_named() {
        assert_eq!(shipped().check(), Ok(()));
        let text = |text: &str| text.to_owned();
        let of = |change: &dyn Fn(&mut Settings)| {
            let mut settings = shipped();
            change(&mut settings);
            settings
        };
        let wrong = [
            ("client_id", of(&|s| s.client_id.clear())),
            (
                "client_secret",
                of(&|s| s.client_secret = Some(text("").into())),
            ),
            ("api_audience", of(&|s| s.api_audience = Some(text("")))),
            (
                "api_audience",
                of(&|s| s.api_audience = Some(text("registry"))),
            ),
            (
                "redirect_uri",
                of(&|s| s.redirect_uri = text("http://registry.example/")),
            ),
            ("algorithms", of(&|s| s.algorithms.clear())),
            ("scopes", of(&|s| s.scopes.push(text("two words")))),
            (
                "roles_claim",
                of(&|s| s.roles_claim = text("realm_access.")),
            ),
            ("groups_claim", of(&|s| s.groups_claim.clear())),
        ];
        for (setting, settings) in wrong {
            assert_eq!(settings.check().unwrap_err().setting, setting);
        }
    }

    #[test]
    fn the_client_secret_does_not_print() {
        let mut settings = shipped();
        settings.client_secret = Some("hunter2".to_owned().into());
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
