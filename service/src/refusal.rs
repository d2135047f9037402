//! Every way in which the service refuses a request, apart from how the refusal is shown.
//!
//! The API and the public JSON show a refusal as a problem document (`api::problem`); a page shows
//! the same refusal as a page.

mod change;
mod codes;
pub(crate) mod list;
#[cfg(test)]
mod tests;

use std::fmt;

use poem::{error::ResponseError, http::StatusCode};
use transfer_registry_core::lifecycle::Denial;

pub use codes::{ProblemCode, ViolationCode};

/// One thing wrong with a request, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// A JSON pointer into the body; for a query parameter, `/` and its name.
    pub pointer: String,
    /// What is wrong.
    pub code: ViolationCode,
    /// The same for a person.
    pub message: String,
}

impl Violation {
    /// A violation that its code says whole.
    #[must_use]
    pub fn plain(pointer: impl Into<String>, code: ViolationCode) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            message: code.message().to_owned(),
        }
    }

    /// A violation with more to say than its code.
    #[must_use]
    pub fn detailed(
        pointer: impl Into<String>,
        code: ViolationCode,
        detail: impl fmt::Display,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            message: format!("{}: {detail}", code.message()),
        }
    }
}

/// How many violations an answer lists at the most; it says so when there are more.
pub const MOST_VIOLATIONS: usize = 100;

/// How many characters of a field's name a pointer shows. No field of the document is longer, and
/// a caller's own may be as long as a body.
const LONGEST_NAME: usize = 64;

/// A field or index as one step of a JSON pointer (RFC 6901).
#[must_use]
pub fn step(pointer: &str, field: impl fmt::Display) -> String {
    let field = field.to_string();
    let mut shown: String = field.chars().take(LONGEST_NAME).collect();
    if shown.len() < field.len() {
        shown.push('…');
    }
    let shown = shown.replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{shown}")
}

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No valid JSON, or a duplicate key.
    #[error("the body is not valid JSON")]
    Malformed(Vec<Violation>),
    /// Readable, but not a valid request.
    #[error("the request is not valid")]
    Invalid(Vec<Violation>),
    /// An import whose files are wrong.
    #[error("the import is refused")]
    Import {
        /// What is wrong, in the order of the files.
        violations: Vec<Violation>,
        /// How many more there are.
        further: usize,
    },
    /// No token, or an unknown one.
    #[error("a valid bearer token is required")]
    Unauthenticated,
    /// A known token that may not do this.
    #[error("this token may not do this")]
    Forbidden,
    /// Nothing is here.
    #[error("not found")]
    NotFound,
    /// Not for this method.
    #[error("the method is not allowed here")]
    MethodNotAllowed,
    /// The snapshot is older than the revision asked for.
    #[error("the register is at revision {reached}")]
    RevisionNotReached {
        /// The snapshot's revision.
        reached: u64,
        /// Where the question asks for more.
        violations: Vec<Violation>,
    },
    /// A list of participants that cannot be believed.
    #[error("the list of participants is not believed")]
    ListRefused(
        /// Why.
        Vec<Violation>,
    ),
    /// An idempotency key that stands for another request.
    #[error("this idempotency key was given with another request")]
    KeyReused,
    /// A step that the object's stage in life does not have.
    #[error("{0}")]
    WrongStage(
        /// Which step, and from which stage, as one sentence for the caller.
        String,
    ),
    /// Somebody decides about what they proposed.
    #[error("nobody decides about what they proposed themselves")]
    OwnProposal,
    /// What needs approval and cannot become a proposal.
    #[error("{0}")]
    ApprovalRequired(
        /// What it is, as one sentence for the caller.
        String,
    ),
    /// A proposal of which the request would be refused now.
    #[error("the proposed request would be refused: {0}")]
    ProposalOutdated(
        /// Why.
        Box<Refusal>,
    ),
    /// A proposal by somebody who may no longer make the change.
    #[error("who proposed this may no longer do it")]
    ProposerNotAllowed,
    /// One open proposal more than there may be.
    #[error("there are too many open proposals")]
    TooManyProposals,
    /// What is to be activated is denied.
    #[error("no transfer basis is recorded")]
    GateDenied(
        /// On which day, and everything that was found.
        Box<Denial>,
    ),
    /// A change of an object without the version that it is made to.
    #[error("the if-match header is required")]
    PreconditionRequired,
    /// A change made to another version than the object is at.
    #[error("the object is at version {version}")]
    Stale {
        /// The version that the object is at.
        version: i64,
        /// The whole entity tag of the object as it is shown now, where it is at hand.
        tag: Option<String>,
    },
    /// Over the limit.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The operation's limit in bytes.
        limit: usize,
    },
    /// Not JSON by its media type.
    #[error("the media type is not application/json")]
    UnsupportedMediaType,
    /// A body in an encoding such as gzip, in which none is taken.
    #[error("the body is encoded")]
    Encoded,
    /// Not readable as a request of any kind.
    #[error("the request could not be read")]
    Unreadable,
    /// A request that two readers could read in two ways.
    #[error("{0}")]
    Improper(
        /// What is wrong with its headers.
        &'static str,
    ),
    /// More of a head than is read.
    #[error("the headers are too large")]
    HeadersTooLarge,
    /// A request that did not come in time.
    #[error("the request did not come in time")]
    TooSlow,
    /// A caller that asks too often.
    #[error("asked too often")]
    RateLimited {
        /// After how many seconds it may ask again.
        seconds: u64,
    },
    /// Too busy for long work, or stopping.
    #[error("unavailable")]
    Unavailable,
    /// Another change holds the register.
    #[error("the register is busy")]
    Busy,
    /// A change of which nobody knows whether it was made.
    #[error("whether the change was made is not known")]
    OutcomeUnknown,
    /// A fault of the service.
    #[error("internal error")]
    Internal,
}

/// One violation a place, the first found, in the order of the places.
#[must_use]
pub fn in_order(mut found: Vec<Violation>) -> Vec<Violation> {
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found.dedup_by(|later, first| later.pointer == first.pointer);
    found.truncate(MOST_VIOLATIONS);
    found
}

impl Refusal {
    /// A request that is readable and wrong at these places.
    #[must_use]
    pub fn invalid(found: Vec<Violation>) -> Self {
        Self::Invalid(in_order(found))
    }

    /// Which kind of problem it is.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Malformed(_) => ProblemCode::MalformedJson,
            Self::Invalid(_) => ProblemCode::InvalidRequest,
            Self::Import { .. } => ProblemCode::ImportRefused,
            Self::Unauthenticated => ProblemCode::Unauthenticated,
            Self::Forbidden => ProblemCode::Forbidden,
            Self::NotFound => ProblemCode::NotFound,
            Self::MethodNotAllowed => ProblemCode::MethodNotAllowed,
            Self::RevisionNotReached { .. } => ProblemCode::RevisionNotReached,
            Self::ListRefused(_) => ProblemCode::ListRefused,
            Self::KeyReused => ProblemCode::IdempotencyKeyReused,
            Self::WrongStage(_) => ProblemCode::WrongStage,
            Self::GateDenied(_) => ProblemCode::GateDenied,
            Self::OwnProposal => ProblemCode::OwnProposal,
            Self::ApprovalRequired(_) => ProblemCode::ApprovalRequired,
            Self::ProposalOutdated(_) => ProblemCode::ProposalOutdated,
            Self::ProposerNotAllowed => ProblemCode::ProposerNotAllowed,
            Self::TooManyProposals => ProblemCode::TooManyProposals,
            Self::PreconditionRequired => ProblemCode::PreconditionRequired,
            Self::Stale { .. } => ProblemCode::PreconditionFailed,
            Self::TooLarge { .. } => ProblemCode::PayloadTooLarge,
            Self::UnsupportedMediaType | Self::Encoded => ProblemCode::UnsupportedMediaType,
            Self::Unreadable | Self::Improper(_) => ProblemCode::BadRequest,
            Self::HeadersTooLarge => ProblemCode::HeadersTooLarge,
            Self::TooSlow => ProblemCode::RequestTimeout,
            Self::RateLimited { .. } => ProblemCode::RateLimited,
            Self::Unavailable => ProblemCode::Unavailable,
            Self::Busy => ProblemCode::Busy,
            Self::OutcomeUnknown => ProblemCode::OutcomeUnknown,
            Self::Internal => ProblemCode::Internal,
        }
    }

    /// What is wrong and where; empty when the code says it whole.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::Malformed(violations)
            | Self::Invalid(violations)
            | Self::ListRefused(violations)
            | Self::Import { violations, .. }
            | Self::RevisionNotReached { violations, .. } => violations,
            Self::ProposalOutdated(why) => why.violations(),
            _ => &[],
        }
    }
}

impl ProblemCode {
    /// The status under which a problem is answered.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson | Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden | Self::OwnProposal => StatusCode::FORBIDDEN,
            Self::RevisionNotReached
            | Self::WrongStage
            | Self::GateDenied
            | Self::ApprovalRequired
            | Self::ProposalOutdated
            | Self::ProposerNotAllowed
            | Self::TooManyProposals => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidRequest
            | Self::ImportRefused
            | Self::ListRefused
            | Self::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Busy | Self::OutcomeUnknown => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        self.code().status()
    }
}
