//! What needs another person's approval.

use transfer_registry_core::proposals::{ApprovalSubject, Approvals};
use validator::ValidationError;

/// What the setting says: nothing, everything, or a list of subjects.
pub(super) fn understood(text: &str) -> Option<Approvals> {
    match text.trim() {
        "none" => return Some(Approvals::new()),
        "all" => return Some(ApprovalSubject::ALL.iter().copied().collect()),
        _ => {}
    }
    let subjects = text.split(',').map(|subject| subject.trim().parse().ok());
    subjects.collect()
}

pub(super) fn check(text: &str) -> Result<(), ValidationError> {
    understood(text).map(|_| ()).ok_or_else(|| {
        let subjects: Vec<&str> = ApprovalSubject::ALL.iter().map(|s| s.code()).collect();
        super::fault(format!(
            "must be `all`, `none`, or a list out of {}, separated by commas",
            subjects.join(", ")
        ))
    })
}
