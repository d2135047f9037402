//! What the register's own rows are on a day; the API's lists and the public pages narrow alike.

use transfer_decision::span::Day;
use transfer_registry_core::{
    mechanisms::Mechanism,
    subprocessors::{Subprocessor, SubprocessorStatus},
};

/// Whether an engagement is in effect on a day: from its effective day on, also when it was only
/// announced by then; a proposal never is.
pub(crate) fn engaged_on(subprocessor: &Subprocessor, day: Day) -> bool {
    subprocessor.status != SubprocessorStatus::Proposed
        && subprocessor.effective_from <= day
        && subprocessor.ended_on.is_none_or(|last| day <= last)
}

/// Whether a mechanism has begun by a day and not ended before it. It begins with the first of its
/// days that is recorded; one without any is taken as begun.
pub(crate) fn concluded_on(mechanism: &Mechanism, day: Day) -> bool {
    let begun = [
        mechanism.signed_on,
        mechanism.approved_on,
        mechanism.authorised_on,
    ]
    .into_iter()
    .flatten()
    .min()
    .is_none_or(|first| first <= day);
    begun && mechanism.ends_on.is_none_or(|last| day <= last)
}
