//! The names that a form carries beside what it asks, and what its buttons say.

/// Before every name that is a form's own.
pub(super) const OWN: &str = "form_";
/// What the pressed button asks for.
pub(in super::super) const STEP: &str = "form_step";
/// The digest of what was looked at.
pub(in super::super) const SEEN: &str = "form_seen";
/// The version that was opened.
pub(in super::super) const TAG: &str = "form_tag";
/// Has it made once, however often it is sent.
pub(in super::super) const KEY: &str = "form_key";
/// What it is about, as it was opened.
pub(super) const WAS: &str = "form_was";
/// The page on which a form is, from 0; the last is the summary.
pub(super) const AT: &str = "form_at";
/// The furthest page that was reached.
pub(super) const FAR: &str = "form_far";
/// Why it is done.
pub(in super::super) const REASON: &str = "form_reason";
/// Before the name of a question: what its answer was filled in with.
pub(super) const GIVEN: &str = "form_given.";

/// The button that saves what was looked at.
pub(in super::super) const SAVE: &str = "save";
/// A button that adds a row under the name that follows.
pub(super) const MORE: &str = "more:";
/// A button that takes out the row whose name and number follow.
pub(super) const LESS: &str = "less:";
