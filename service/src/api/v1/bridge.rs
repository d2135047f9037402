//! Between the API's form of an object and the registry's: the same fields under the same names.

use serde::{Serialize, de::DeserializeOwned};

use crate::refusal::{Refusal, Violation, ViolationCode};

/// The same object in another form. Both sides are the service's own, and a test for each resource
/// holds them together; what still does not fit is refused, never lost.
///
/// # Errors
/// When the other form does not take it.
pub(crate) fn bridged<T: DeserializeOwned>(object: &impl Serialize) -> Result<T, Refusal> {
    let value = serde_json::to_value(object).map_err(|error| {
        tracing::error!(%error, "an object could not be written in its other form");
        Refusal::Internal
    })?;
    serde_json::from_value(bare(value)).map_err(|error| {
        tracing::error!(%error, "an object could not be read in its other form");
        Refusal::invalid(vec![Violation::plain("", ViolationCode::BadValue)])
    })
}

/// Without what has no value.
fn bare(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, field)| !field.is_null())
            .map(|(name, field)| (name, bare(field)))
            .collect(),
        Value::Array(items) => items.into_iter().map(bare).collect(),
        scalar => scalar,
    }
}
