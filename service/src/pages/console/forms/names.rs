//! The names that a form carries beside what it asks, and what its buttons say.

/// Before the name of a question: what its answer was filled in with.
pub(super) const GIVEN: &str = "form_given.";

/// A button that adds a row under the name that follows.
pub(super) const MORE: &str = "more:";
/// A button that takes out the row whose name and number follow.
pub(super) const LESS: &str = "less:";
