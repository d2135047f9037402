//! The names that a form carries beside what it asks, and what its buttons say.

/// Before every name that is a form's own.
pub(super) const OWN: &str = "form_";
/// Why it is done.
pub(in super::super) const REASON: &str = "form_reason";
/// Before the name of a question: what its answer was filled in with.
pub(super) const GIVEN: &str = "form_given.";

/// A button that adds a row under the name that follows.
pub(super) const MORE: &str = "more:";
/// A button that takes out the row whose name and number follow.
pub(super) const LESS: &str = "less:";
