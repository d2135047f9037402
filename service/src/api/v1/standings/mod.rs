//! How registered engagements and flows stand before the law: which of those in effect are denied,
//! which fell back on another basis, and everything about one of them.

mod judge;
mod shown;
mod verdict;

pub(crate) use judge::Judge;
pub(crate) use shown::{RelationshipStanding, Standing};
pub(crate) use verdict::StandingVerdict;

use crate::api::query::{Kind, Parameter};

/// `as_of` of a list that can be narrowed by [`VERDICT`].
pub(crate) const AS_OF: Parameter = Parameter::new(
    "as_of",
    "Only what is in effect on this day. With `verdict` it is judged for this day, today if left \
     out; what is active and begins later is judged, and listed, for its own first day.",
    Kind::AsOf,
);
/// `as_of`, of one object that has a stage.
pub(crate) const STAGE_ON: Parameter = Parameter::new(
    "as_of",
    "The day whose stage is shown; today if left out. Everything else is shown with its own days.",
    Kind::AsOf,
);
/// `verdict`.
pub(crate) const VERDICT: Parameter = Parameter::new(
    "verdict",
    "Only what is in effect, or is active and will be, and stands so before the legal gate. `deny`: \
     it is denied. `allow`: it is permitted, on whichever basis. `fallback`: it is permitted, but \
     what carried it before it last changed no longer does, and was not merely continued.",
    Kind::code::<StandingVerdict>(),
);
/// `as_of` of one standing.
pub(crate) const JUDGED_ON: Parameter = Parameter::new(
    "as_of",
    "The day for which it is judged; left out: today.",
    Kind::AsOf,
);

/// The fields of a request's type, as the document shows it.
#[cfg(test)]
pub(crate) fn fields_of<T: poem_openapi::types::Type>() -> std::collections::BTreeSet<String> {
    let components = crate::api::spec::components::<T>();
    let properties = components
        .pointer(&format!("/schemas/{}/properties", T::name()))
        .and_then(serde_json::Value::as_object);
    properties
        .into_iter()
        .flat_map(|fields| fields.keys().cloned())
        .collect()
}
