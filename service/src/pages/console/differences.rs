//! What the official list of participants says otherwise than the register, confirmed by a person.

use super::forms::{EDITORS, Form, Way};

/// The form in which a difference is confirmed. It stands for itself: a key that stands for nothing any
/// more is refused.
pub(super) const FORMS: &[Form] = &[Form {
    path: "/console/differences/:id",
    at: "/",
    title: "Is the official list right?",
    intro: "Confirming writes what the official list says into the register, with the list as its source. Where the list is wrong, correct the register or the list instead, and confirm nothing.",
    save: "Write what the list says",
    way: Way::Step,
    api: "/v1/participant-lists/newest/differences/{id}/confirm",
    object: "",
    then: "/",
    roles: EDITORS,
    fields: &[],
}];
