//! Why the registry did not make a change, as the caller is told.

use transfer_registry_core::{self as registry, ChangeError};

use super::{Refusal, Violation, ViolationCode};

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(violations) => {
                Self::invalid(violations.into_iter().map(Violation::from).collect())
            }
            ChangeError::NotFound => Self::NotFound,
            ChangeError::Stale { version } => Self::Stale { version, tag: None },
            ChangeError::Nothing => {
                let nothing = Violation::plain("", ViolationCode::NothingToChange);
                Self::invalid(vec![nothing])
            }
            // Only who gives ids, in an import, can give one twice.
            ChangeError::IdTaken(_) | ChangeError::Twice(_) => {
                Self::invalid(vec![Violation::plain("/id", ViolationCode::Taken)])
            }
            ChangeError::KeyReused => Self::KeyReused,
            error @ ChangeError::WrongStage { .. } => Self::WrongStage(error.to_string()),
            ChangeError::Denied(denial) => Self::GateDenied(denial),
            ChangeError::OutOfScope | ChangeError::NotTheProposer => Self::Forbidden,
            ChangeError::OwnProposal => Self::OwnProposal,
            ChangeError::ProposerNotAllowed => Self::ProposerNotAllowed,
            ChangeError::TooManyProposals(_) => Self::TooManyProposals,
            error @ ChangeError::ApprovalRequired(_) => Self::ApprovalRequired(error.to_string()),
            ChangeError::Busy(source) => {
                tracing::warn!(error = %source, "a change did not come to its turn");
                Self::Busy
            }
            ChangeError::OutcomeUnknown(source) => {
                tracing::error!(error = %source, "whether a change was made is not known");
                Self::OutcomeUnknown
            }
            // What no request should be able to bring about.
            error @ (ChangeError::NotEmpty
            | ChangeError::ReadOnly
            | ChangeError::Store(_)
            | ChangeError::Load(_)
            | ChangeError::Head(_)) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, source, "a change could not be made");
                Self::Internal
            }
        }
    }
}

impl From<registry::Violation> for Violation {
    fn from(violation: registry::Violation) -> Self {
        let registry::Violation {
            pointer,
            code,
            message,
        } = violation;
        let known = ViolationCode::ALL.iter().find(|known| known.code() == code);
        if known.is_none() {
            tracing::error!(
                code,
                "the registry gives a violation that is not documented"
            );
        }
        Self {
            pointer,
            code: known.copied().unwrap_or(ViolationCode::BadValue),
            message,
        }
    }
}
