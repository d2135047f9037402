//! What a certification or mechanism that nobody has checked does to a verdict.

use transfer_decision::vocabulary::UncheckedFacts;
use validator::ValidationError;

/// Unchecked facts do not carry a transfer; the demo register has nothing else, so there they do,
/// with a warning.
pub(super) const fn default(demo: bool) -> UncheckedFacts {
    if demo {
        UncheckedFacts::Warn
    } else {
        UncheckedFacts::Deny
    }
}

pub(super) fn check(text: &str) -> Result<(), ValidationError> {
    text.parse::<UncheckedFacts>()
        .map(|_| ())
        .map_err(|_| super::fault("must be `deny` or `warn`"))
}
