//! Where settings come from: a file, and the environment over it.

use std::{collections::BTreeMap, path::PathBuf};

use super::{ConfigError, Written};

/// What the environment's names begin with.
const PREFIX: &str = "TRANSFER_REGISTRY_";

/// The file and the environment that settings are read from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    file: Option<PathBuf>,
    environment: BTreeMap<String, String>,
}

impl Source {
    /// The process's environment over a file, if one is named.
    ///
    /// # Errors
    /// When one of our own variables is not Unicode.
    pub fn of_process(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let mut environment = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let value = value.into_string().map_err(|_| ConfigError {
                key: name.to_owned(),
                what: "is not valid Unicode".to_owned(),
            })?;
            environment.insert(name.to_owned(), value);
        }
        Ok(Self { file, environment })
    }

    /// Given variables over a file, if one is named.
    #[must_use]
    pub fn of(file: Option<PathBuf>, environment: BTreeMap<String, String>) -> Self {
        Self { file, environment }
    }

    /// The settings as written, the environment's over the file's.
    pub(super) fn written(&self) -> Result<Written, ConfigError> {
        let mut written = self.file_alone()?;
        for (name, value) in &self.environment {
            let Some(key) = name.strip_prefix(PREFIX) else {
                continue;
            };
            // Those hold secrets, and do not print.
            let secret = match key {
                "DATABASE_URL" => Some(&mut written.database_url),
                "BOOTSTRAP_TOKEN" => Some(&mut written.bootstrap_token),
                "ISSUER_CLIENT_SECRET" => Some(&mut written.issuer_client_secret),
                _ => None,
            };
            if let Some(secret) = secret {
                *secret = Some(value.clone().into());
                continue;
            }
            let slot = match key {
                "DATA_DIR" => &mut written.data_dir,
                "LISTEN" => &mut written.listen,
                "OPS_LISTEN" => &mut written.ops_listen,
                "TRUSTED_PROXIES" => &mut written.trusted_proxies,
                "FORWARDED_HEADER" => &mut written.forwarded_header,
                "CONNECTIONS" => &mut written.connections,
                "CONNECTIONS_PER_ADDRESS" => &mut written.connections_per_address,
                "HEADER_SECONDS" => &mut written.header_seconds,
                "BODY_SECONDS" => &mut written.body_seconds,
                "ANSWER_SECONDS" => &mut written.answer_seconds,
                "IDLE_SECONDS" => &mut written.idle_seconds,
                "LEAST_KIB_PER_SECOND" => &mut written.least_kib_per_second,
                "RATE_CHECKS" => &mut written.rate_checks,
                "RATE_REQUESTS" => &mut written.rate_requests,
                "RATE_PAGES" => &mut written.rate_pages,
                "RATE_GUESSES" => &mut written.rate_guesses,
                "UNCHECKED_FACTS" => &mut written.unchecked_facts,
                "RECORD_CHECKS" => &mut written.record_checks,
                "CHECKS_KEPT_DAYS" => &mut written.checks_kept_days,
                "CHECKS_WAITING_MIB" => &mut written.checks_waiting_mib,
                "PUBLIC_URL" => &mut written.public_url,
                "SESSION_IDLE_MINUTES" => &mut written.session_idle_minutes,
                "SESSION_HOURS" => &mut written.session_hours,
                "SIGN_INS_PER_MINUTE" => &mut written.sign_ins_per_minute,
                "ISSUER_URL" => &mut written.issuer_url,
                "ISSUER_CLIENT_ID" => &mut written.issuer_client_id,
                "ISSUER_API_AUDIENCE" => &mut written.issuer_api_audience,
                "ISSUER_SCOPES" => &mut written.issuer_scopes,
                "ISSUER_ALGORITHMS" => &mut written.issuer_algorithms,
                "ISSUER_NAME_CLAIM" => &mut written.issuer_name_claim,
                "ISSUER_ROLES_CLAIM" => &mut written.issuer_roles_claim,
                "ISSUER_GROUPS_CLAIM" => &mut written.issuer_groups_claim,
                "ISSUER_GROUPS" => &mut written.issuer_groups,
                "APPROVAL_REQUIRED" => &mut written.approval_required,
                "LOG" => &mut written.log,
                "PARTICIPANTS_ADDRESS" => &mut written.participants_address,
                "PARTICIPANTS_FORM" => &mut written.participants_form,
                "PARTICIPANTS_EVERY_HOURS" => &mut written.participants_every_hours,
                "PARTICIPANTS_TIMEOUT_SECONDS" => &mut written.participants_timeout_seconds,
                "PARTICIPANTS_MOST_MIB" => &mut written.participants_most_mib,
                "PARTICIPANTS_REDIRECTS" => &mut written.participants_redirects,
                "PARTICIPANTS_OLDEST_DAYS" => &mut written.participants_oldest_days,
                "PARTICIPANTS_LEAST_PERCENT" => &mut written.participants_least_percent,
                "PARTICIPANTS_LAPSES" => &mut written.participants_lapses,
                key if set_by_orchestrator(key) => continue,
                _ => {
                    return Err(ConfigError {
                        key: name.clone(),
                        what: "is not a setting".to_owned(),
                    });
                }
            };
            *slot = Some(value.clone());
        }
        Ok(written)
    }

    fn file_alone(&self) -> Result<Written, ConfigError> {
        let Some(path) = &self.file else {
            return Ok(Written::default());
        };
        let unusable = |what: String| ConfigError {
            key: format!("--config {}", path.display()),
            what,
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| unusable(format!("cannot be read: {error}")))?;
        let table: toml::Table = toml::from_str(&text)
            .map_err(|error| unusable(format!("is not valid TOML: {}", shown(error.message()))))?;
        // Key by key, so that the fault names its key and never quotes a line with a secret in it.
        for (key, value) in &table {
            let alone: toml::Table = [(key.clone(), value.clone())].into_iter().collect();
            if alone.try_into::<Written>().is_err() {
                let what = if value.is_str() {
                    "is not a setting"
                } else {
                    "must be a text, and a known setting"
                };
                return Err(unusable(format!("{key}: {what}")));
            }
        }
        table
            .try_into()
            .map_err(|_| unusable("is not a table of settings".to_owned()))
    }

    /// The name under which a setting was written: its variable when that is set, else its key.
    pub(super) fn name_of(&self, key: &str) -> String {
        let variable = format!("{PREFIX}{}", key.to_uppercase());
        match &self.file {
            Some(file) if !self.environment.contains_key(&variable) => {
                format!("{key} in {}", file.display())
            }
            _ => variable,
        }
    }
}

/// The first line of a parser's message; the rest would show the file's text.
fn shown(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// Whether an orchestrator sets the variable for a service that happens to be called
/// `transfer-registry`: Kubernetes and Docker links announce its addresses under these names.
fn set_by_orchestrator(key: &str) -> bool {
    matches!(key, "PORT" | "SERVICE_HOST" | "SERVICE_PORT")
        || key.starts_with("PORT_")
        || key.starts_with("SERVICE_PORT_")
}
