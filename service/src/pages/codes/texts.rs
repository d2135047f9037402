//! The documentation of the codes, compiled in: one page for each reason, warning and problem, and the
//! sections of the page on remedies.

/// The texts of a folder, by code.
macro_rules! texts {
    ($folder:literal: $($code:literal),+ $(,)?) => {
        &[$(($code, include_str!(concat!("../../../../docs/", $folder, "/", $code, ".md")))),+]
    };
}

/// The page on remedies, a section for each.
const REMEDIES: &str = include_str!("../../../../docs/remedies.md");

#[rustfmt::skip]
const REASONS: &[(&str, &str)] = texts!["reasons":
    "adequacy_expired",
    "approval_missing",
    "authorisation_missing",
    "certification_lapsed",
    "certification_missing",
    "certification_wrong_framework",
    "commitments_missing",
    "country_unknown",
    "data_category_not_registered",
    "data_out_of_scope",
    "derogation_condition_unmet",
    "derogation_not_occasional",
    "ended",
    "evidence_unchecked",
    "exporter_unknown",
    "grandfathering_ended",
    "grandfathering_lost",
    "hr_data_not_covered",
    "importer_not_bound",
    "importer_subject_to_gdpr",
    "importer_unknown",
    "instrument_invalidated",
    "instrument_not_yet_in_force",
    "instrument_repealed",
    "instrument_withdrawn",
    "law_not_recorded",
    "mechanism_ended",
    "module_role_mismatch",
    "no_mechanism",
    "not_signed_yet",
    "not_yet_effective",
    "not_yet_recognised",
    "notification_missing",
    "party_missing",
    "purpose_out_of_scope",
    "recipient_out_of_scope",
    "relationship_unregistered",
    "review_required",
    "swiss_addendum_missing",
    "tia_missing",
    "tia_overdue",
    "tia_unfavourable",
    "uk_addendum_missing",
];

#[rustfmt::skip]
const WARNINGS: &[(&str, &str)] = texts!["warnings":
    "derogation_exceptional",
    "ends_soon",
    "evidence_unchecked",
    "exporter_country_unknown",
    "hr_assumed_false",
    "instrument_later_invalidated",
    "instrument_under_challenge",
    "locations_undisclosed",
    "no_regime",
    "onward_conditions",
    "recertification_due",
    "relationship_ambiguous",
    "review_required",
    "roles_assumed",
    "scope_unconfirmed",
    "uncertain_law",
];

#[rustfmt::skip]
const PROBLEMS: &[(&str, &str)] = texts!["problems":
    "approval_required",
    "bad_request",
    "busy",
    "forbidden",
    "gate_denied",
    "headers_too_large",
    "idempotency_key_reused",
    "import_refused",
    "internal_error",
    "invalid_request",
    "list_refused",
    "malformed_json",
    "method_not_allowed",
    "not_found",
    "outcome_unknown",
    "own_proposal",
    "payload_too_large",
    "precondition_failed",
    "precondition_required",
    "proposal_outdated",
    "proposer_not_allowed",
    "rate_limited",
    "request_timeout",
    "revision_not_reached",
    "too_many_proposals",
    "unauthenticated",
    "unavailable",
    "unsupported_media_type",
    "wrong_stage",
];

/// What is said of a reason.
pub(super) fn reason(code: &str) -> &'static str {
    of(REASONS, code)
}

/// What is said of a warning.
pub(super) fn warning(code: &str) -> &'static str {
    of(WARNINGS, code)
}

/// What is said of a problem.
pub(super) fn problem(code: &str) -> &'static str {
    of(PROBLEMS, code)
}

fn of(texts: &[(&str, &'static str)], code: &str) -> &'static str {
    let mut found = texts.iter().filter(|(known, _)| *known == code);
    found.next().map_or("", |(_, text)| *text)
}

/// What is said of a remedy: the section under its code.
pub(super) fn remedy(code: &str) -> &'static str {
    let mut sections = REMEDIES.split("\n## ").skip(1);
    let section = sections.find_map(|section| section.strip_prefix(code)?.strip_prefix('\n'));
    section.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use transfer_decision::vocabulary::{ReasonCode, RemedyCode, WarningCode};

    use super::*;
    use crate::refusal::ProblemCode;

    #[test]
    fn every_code_has_its_text() {
        for code in ReasonCode::ALL {
            assert!(!reason(code.code()).is_empty(), "{code}");
        }
        for code in WarningCode::ALL {
            assert!(!warning(code.code()).is_empty(), "{code}");
        }
        for code in RemedyCode::ALL {
            assert!(!remedy(code.code()).is_empty(), "{code}");
        }
        for code in ProblemCode::ALL {
            assert!(!problem(code.code()).is_empty(), "{code}");
        }
    }
}
