//! What a form's buttons say.

/// A button that adds a row under the name that follows.
pub(super) const MORE: &str = "more:";
/// A button that takes out the row whose name and number follow.
pub(super) const LESS: &str = "less:";
