//! How something stands: a word, a shape and a colour, the same on every page.

use transfer_decision::{
    verdict::Finding,
    vocabulary::{Outcome, ReasonCode},
};

/// How something stands; the order is from the best to the worst. What is denied is worse than what
/// cannot be assessed: there a fact may be all that is missing, here it is known that nothing carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A basis is recorded, and there is nothing else to know.
    Allowed,
    /// A basis is recorded, and something else must be known.
    Warned,
    /// A fact without which nobody can tell is not recorded; until it is, nothing permits.
    NotAssessable,
    /// No basis is recorded.
    Denied,
}

impl State {
    /// All of them, the worst first.
    pub(super) const ALL: [Self; 4] = [
        Self::Denied,
        Self::NotAssessable,
        Self::Warned,
        Self::Allowed,
    ];

    /// Its name in addresses and in the style sheet.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "warned",
            Self::NotAssessable => "unassessable",
            Self::Denied => "denied",
        }
    }

    /// The word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::Warned => "Allowed, with a warning",
            Self::NotAssessable => "Not assessable",
            Self::Denied => "Denied",
        }
    }

    /// The word within a sentence.
    pub(super) const fn in_a_sentence(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "allowed with a warning",
            Self::NotAssessable => "not assessable",
            Self::Denied => "denied",
        }
    }

    /// Whether data may not go.
    pub(super) const fn is_denied(self) -> bool {
        matches!(self, Self::Denied | Self::NotAssessable)
    }

    /// Of one finding: its outcome, whether something is said beside it, and the codes of its reasons.
    pub(super) fn of<'c>(
        outcome: &str,
        warned: bool,
        reasons: impl IntoIterator<Item = &'c str>,
    ) -> Self {
        let unknown = [ReasonCode::CountryUnknown, ReasonCode::LawNotRecorded];
        let unknown = unknown.map(ReasonCode::code);
        let mut reasons = reasons.into_iter();
        match outcome == Outcome::Denied.code() {
            true if reasons.any(|code| unknown.contains(&code)) => Self::NotAssessable,
            true => Self::Denied,
            false if warned => Self::Warned,
            false => Self::Allowed,
        }
    }

    /// Of one finding, as the core gives it.
    pub(super) fn of_finding(finding: &Finding) -> Self {
        let reasons = finding.reasons.iter();
        Self::of(
            finding.outcome.code(),
            !finding.warnings.is_empty(),
            reasons.map(|reason| reason.code.code()),
        )
    }

    /// The same, where something is said beside the whole question: that changes no denial.
    pub(super) fn with_warning(self, warned: bool) -> Self {
        if warned { self.max(Self::Warned) } else { self }
    }

    /// Of a question: the weakest of its findings, with what is said beside them.
    pub(super) fn of_question(
        findings: impl Iterator<Item = Self>,
        warned: bool,
        permitted: bool,
    ) -> Self {
        let weakest = findings.max().unwrap_or(Self::Allowed);
        if permitted || weakest.is_denied() {
            weakest.with_warning(warned)
        } else {
            Self::Denied
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        State::{Allowed, Denied, NotAssessable, Warned},
        *,
    };

    #[test]
    fn what_is_not_known_is_not_assessable_and_what_is_denied_is_worse() {
        let of =
            |outcome, reasons: &[&'static str]| State::of(outcome, false, reasons.iter().copied());
        assert_eq!(of("denied", &["country_unknown"]), State::NotAssessable);
        // Until the fact is there nobody can tell, whatever else fails.
        let both = ["no_mechanism", "law_not_recorded"];
        assert_eq!(of("denied", &both), State::NotAssessable);
        assert_eq!(of("denied", &["no_mechanism"]), State::Denied);
        assert_eq!(of("adequacy", &["country_unknown"]), State::Allowed);
        assert!(State::Denied > State::NotAssessable);
        assert!(State::ALL.is_sorted_by(|one, other| one > other));
    }

    #[test]
    fn a_question_stands_as_its_weakest_finding() {
        let of = |findings: &[State], warned, permitted| {
            State::of_question(findings.iter().copied(), warned, permitted)
        };
        assert_eq!(of(&[], false, true), Allowed);
        assert_eq!(of(&[Allowed], true, true), Warned);
        assert_eq!(of(&[Allowed, NotAssessable], true, false), NotAssessable);
        assert_eq!(of(&[Denied, NotAssessable], false, false), Denied);
        // Denied for what no finding says: who takes part is not registered.
        assert_eq!(of(&[], false, false), Denied);
    }
}
