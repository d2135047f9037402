//! What the register's own rows are on a day; the API's lists and the public pages narrow alike.

use transfer_decision::span::Day;
use transfer_registry_core::{
    flows::{Flow, FlowStatus},
    mechanisms::Mechanism,
    subprocessors::{Subprocessor, SubprocessorStatus},
};

/// Whether an engagement is in effect on a day: from its effective day on, also when it was only
/// announced by then; a proposal never is.
pub(crate) fn engaged_on(subprocessor: &Subprocessor, day: Day) -> bool {
    subprocessor.stage_on(day) == SubprocessorStatus::Active && subprocessor.effective_from <= day
}

/// Whether a flow is in effect on a day; a draft and a suspended one are not.
pub(crate) fn in_effect_on(flow: &Flow, day: Day) -> bool {
    flow.stage_on(day) == FlowStatus::Active && flow.valid_from <= day
}

/// Whether a mechanism has begun by a day and not ended before it. One without a first day is taken
/// as begun.
pub(crate) fn concluded_on(mechanism: &Mechanism, day: Day) -> bool {
    let begun = mechanism.first_day().is_none_or(|first| first <= day);
    begun && mechanism.ends_on.is_none_or(|last| day <= last)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::{facts::Statements, span::parse_day, vocabulary::Tool};

    use super::*;

    #[test]
    fn a_mechanism_begins_when_it_is_signed_also_when_it_was_approved_before() {
        let day = |text: &str| parse_day(text).unwrap();
        let mut mechanism = Mechanism {
            title: None,
            governing_law: None,
            document_sha256: None,
            note: None,
            uses_limit: None,
            uses: Vec::new(),
            id: uuid::Uuid::nil(),
            group: None,
            tool: Tool::Scc2021914,
            module: None,
            signed_on: Some(day("2020-01-01")),
            processing_changed_on: None,
            approved_on: Some(day("2010-01-01")),
            approved_by: None,
            authorised_on: None,
            combined_with_eu_data: false,
            statements: Statements::default(),
            ends_on: Some(day("2020-12-31")),
            parties: Vec::new(),
            assessments: Vec::new(),
            document: None,
            source: String::new(),
            checked_on: None,
            version: 1,
        };
        for (asked, concluded) in [
            ("2015-06-01", false),
            ("2019-12-31", false),
            ("2020-01-01", true),
            ("2020-12-31", true),
            ("2021-01-01", false),
        ] {
            assert_eq!(concluded_on(&mechanism, day(asked)), concluded, "{asked}");
        }
        mechanism.signed_on = None;
        assert!(concluded_on(&mechanism, day("2015-06-01")));
        mechanism.approved_on = None;
        assert!(concluded_on(&mechanism, day("2000-01-01")));
    }
}
