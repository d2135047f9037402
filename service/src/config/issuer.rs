//! The issuer that says who people are: an `OpenID Connect` provider.

use validator::ValidationError;

use super::{ConfigError, PublicAddress, Source, Written, secret::Secret};
use crate::issuer::{Algorithm, GroupRule, Issuer, IssuerAddress, Settings};

/// Where the issuer sends people back.
pub(crate) const RETURN: &str = "/sign-in/return";

/// The settings as they were written; each is right by itself.
#[derive(Debug, Default)]
pub(super) struct WrittenIssuer {
    pub(super) url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    pub(super) api_audience: Option<String>,
    pub(super) scopes: Option<String>,
    pub(super) algorithms: Option<String>,
    pub(super) name_claim: Option<String>,
    pub(super) roles_claim: Option<String>,
    pub(super) groups_claim: Option<String>,
    pub(super) groups: Option<String>,
}

impl WrittenIssuer {
    /// Those of the section.
    pub(super) fn of(written: &Written) -> Self {
        Self {
            url: written.issuer_url.clone(),
            client_id: written.issuer_client_id.clone(),
            client_secret: written.issuer_client_secret.clone(),
            api_audience: written.issuer_api_audience.clone(),
            scopes: written.issuer_scopes.clone(),
            algorithms: written.issuer_algorithms.clone(),
            name_claim: written.issuer_name_claim.clone(),
            roles_claim: written.issuer_roles_claim.clone(),
            groups_claim: written.issuer_groups_claim.clone(),
            groups: written.issuer_groups.clone(),
        }
    }

    /// The issuer, if there is one.
    ///
    /// # Errors
    /// A setting that is missing, or does not fit the others.
    pub(super) fn understood(
        self,
        source: &Source,
        address: Option<&PublicAddress>,
    ) -> Result<Option<Issuer>, ConfigError> {
        let fault = |key: &str, what: &str| ConfigError {
            key: source.name_of(key),
            what: what.to_owned(),
        };
        let Some(url) = self.url else {
            let alone = self.client_id.is_some() || self.client_secret.is_some();
            let missing = fault(
                "issuer_url",
                "is missing, and other settings of the issuer are there",
            );
            return if alone { Err(missing) } else { Ok(None) };
        };
        let issuer: IssuerAddress = url.parse().map_err(|what| fault("issuer_url", what))?;
        let client = self
            .client_id
            .ok_or_else(|| fault("issuer_client_id", "is missing"))?;
        let address = address.ok_or_else(|| {
            fault(
                "public_url",
                "is missing: the issuer sends people back to it",
            )
        })?;
        let back = format!("{}{RETURN}", address.origin());
        let usual = Settings::of(issuer, client, back);
        let settings = Settings {
            client_secret: self.client_secret.map(Into::into),
            api_audience: self.api_audience,
            scopes: listed(self.scopes).unwrap_or(usual.scopes),
            algorithms: match listed(self.algorithms) {
                None => usual.algorithms,
                Some(names) => {
                    let parsed = names.iter().map(|name| name.parse::<Algorithm>());
                    let parsed: Result<_, _> = parsed.collect();
                    parsed.map_err(|what| fault("issuer_algorithms", what))?
                }
            },
            name_claim: self.name_claim.unwrap_or(usual.name_claim),
            roles_claim: self.roles_claim.unwrap_or(usual.roles_claim),
            groups_claim: self.groups_claim.unwrap_or(usual.groups_claim),
            groups: match self.groups {
                None => usual.groups,
                Some(rule) => rule.parse().map_err(|what| fault("issuer_groups", what))?,
            },
            ..usual
        };
        let issuer = Issuer::of(settings);
        let issuer = issuer.map_err(|wrong| {
            let key = match wrong.setting {
                "redirect_uri" => "public_url".to_owned(),
                setting => format!("issuer_{setting}"),
            };
            fault(&key, wrong.words)
        })?;
        Ok(Some(issuer))
    }
}

/// Words between commas.
fn listed(text: Option<String>) -> Option<Vec<String>> {
    let text = text?;
    let words = text.split(',').map(str::trim);
    Some(
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

pub(super) fn check_rule(text: &str) -> Result<(), ValidationError> {
    let rule = text.parse::<GroupRule>();
    rule.map(drop).map_err(super::fault)
}
