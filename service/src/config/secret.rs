//! A setting that nobody is to read again.

use secrecy::{ExposeSecret, SecretString};

/// A secret as it was written. It does not print and is wiped when it is dropped; what looks for
/// faults in settings, and may repeat them, finds something else in its place.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(from = "String")]
pub(crate) struct Secret(SecretString);

impl Secret {
    /// The text, for whoever understands it.
    pub(super) fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Secret> for SecretString {
    fn from(secret: Secret) -> Self {
        secret.0
    }
}

impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[redacted]")
    }
}
