//! Where the register is kept.

use std::fmt;

use validator::ValidationError;

/// A database's address. It may hold a password, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// From an address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The address itself, for connecting.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Default for DatabaseUrl {
    /// A file in the data folder's usual place, made when it is not there.
    fn default() -> Self {
        Self::new("sqlite://data/registry.db?mode=rwc")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        write!(f, "{scheme}:[redacted]")
    }
}

pub(super) fn check(url: &str) -> Result<(), ValidationError> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| url.starts_with(scheme)) {
        Ok(())
    } else {
        Err(super::fault("must begin with sqlite: or postgres://"))
    }
}
