//! Every way in which the service refuses a request, apart from how the refusal is shown.
//!
//! The API and the public JSON show a refusal as a problem document (`api::problem`); a page shows
//! the same refusal as a page.

use std::fmt;

use poem::{error::ResponseError, http::StatusCode};

/// Defines a list of stable codes, each with one sentence for a person.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $message:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every code, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// One sentence for a person.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    /// What kind of refusal a problem document reports; its `type` is `/problems/{code}`.
    ProblemCode {
        /// The body is no JSON, or an object names a field twice.
        MalformedJson = "malformed_json", "the body is not valid JSON, or an object in it names a field twice";
        /// No token, or one that is not known.
        Unauthenticated = "unauthenticated", "this operation needs a valid bearer token";
        /// Nothing is at this path, or the object named in it does not exist for this token.
        NotFound = "not_found", "nothing is here, or what the path names does not exist for this token";
        /// The path exists, but not for this method.
        MethodNotAllowed = "method_not_allowed", "the path exists, but not for this method; the `allow` header names those that it answers";
        /// The snapshot is older than the revision asked for.
        RevisionNotReached = "revision_not_reached", "the register has not reached the revision that the question asks for";
        /// The body is over the operation's limit.
        PayloadTooLarge = "payload_too_large", "the body is larger than this operation takes";
        /// The body's media type is not taken here.
        UnsupportedMediaType = "unsupported_media_type", "the body must be sent as `application/json`";
        /// The request is readable and wrong; the violations say where.
        InvalidRequest = "invalid_request", "the request is readable, but not a valid one; its violations say where and why";
        /// The request could not be read as HTTP in the form that the operation needs.
        BadRequest = "bad_request", "the request could not be read";
        /// The service has no turn for long work in time, or it is stopping.
        Unavailable = "unavailable", "the service is too busy for this now, or is stopping; ask again after the seconds that the `retry-after` header names";
        /// A fault of the service itself.
        Internal = "internal_error", "a fault of the service itself; the request id finds it in the log";
    }
}

codes! {
    /// What is wrong at one place of a request.
    ViolationCode {
        /// No JSON.
        MalformedJson = "malformed_json", "is not valid JSON";
        /// A field stands twice.
        DuplicateKey = "duplicate_key", "stands more than once in its object";
        /// A required field is absent.
        MissingField = "missing_field", "is required";
        /// A field that the operation does not know.
        UnknownField = "unknown_field", "is not a field of this object";
        /// Another JSON type than the field's.
        WrongType = "wrong_type", "has the wrong type";
        /// A value outside of what the field takes.
        BadValue = "bad_value", "has a value that this field does not take";
        /// A code that its vocabulary does not have.
        UnknownCode = "unknown_code", "is not a code of its vocabulary";
        /// Not an ISO 3166-1 alpha-2 code in upper case.
        UnknownCountry = "unknown_country", "must be an ISO 3166-1 alpha-2 code in upper case";
        /// Not a day in the form `YYYY-MM-DD`.
        BadDay = "bad_day", "must be a calendar day in exactly the form YYYY-MM-DD";
        /// Before the first day that the law pack knows.
        DayTooEarly = "day_too_early", "must not be before 2000-01-01";
        /// Not an RFC 3339 instant in UTC.
        BadInstant = "bad_instant", "must be an RFC 3339 instant in UTC, ending in Z";
        /// NUL or another control character.
        ControlCharacter = "control_character", "must not contain control characters";
        /// Shorter than the field takes.
        TooShort = "too_short", "is too short";
        /// Longer than the field takes.
        TooLong = "too_long", "is too long";
        /// Fewer items than the list takes.
        TooFewItems = "too_few_items", "has too few items";
        /// More items than the list takes.
        TooManyItems = "too_many_items", "has too many items";
        /// Below or above the field's range.
        OutOfRange = "out_of_range", "is outside of the range that this field takes";
        /// A query parameter that the operation does not know.
        UnknownParameter = "unknown_parameter", "is not a query parameter of this operation";
        /// A query parameter given twice.
        RepeatedParameter = "repeated_parameter", "is given more than once";
        /// A cursor that this list did not give out.
        BadCursor = "bad_cursor", "is not a cursor that this list, with these filters, gave out";
        /// Looking back in the registry's own knowledge is not served yet.
        KnownAtUnsupported = "known_at_unsupported", "looking back at what was known at an instant comes with the register; leave known_at out";
        /// The snapshot is older than this.
        RevisionNotReached = "revision_not_reached", "is a revision that the register has not reached";
    }
}

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
    /// No token, or an unknown one.
    #[error("a valid bearer token is required")]
    Unauthenticated,
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
    /// Over the limit.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The operation's limit in bytes.
        limit: usize,
    },
    /// Not JSON by its media type.
    #[error("the media type is not application/json")]
    UnsupportedMediaType,
    /// Not readable as a request of any kind.
    #[error("the request could not be read")]
    Unreadable,
    /// Too busy for long work, or stopping.
    #[error("unavailable")]
    Unavailable,
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
            Self::Unauthenticated => ProblemCode::Unauthenticated,
            Self::NotFound => ProblemCode::NotFound,
            Self::MethodNotAllowed => ProblemCode::MethodNotAllowed,
            Self::RevisionNotReached { .. } => ProblemCode::RevisionNotReached,
            Self::TooLarge { .. } => ProblemCode::PayloadTooLarge,
            Self::UnsupportedMediaType => ProblemCode::UnsupportedMediaType,
            Self::Unreadable => ProblemCode::BadRequest,
            Self::Unavailable => ProblemCode::Unavailable,
            Self::Internal => ProblemCode::Internal,
        }
    }

    /// What is wrong and where; empty when the code says it whole.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::Malformed(violations)
            | Self::Invalid(violations)
            | Self::RevisionNotReached { violations, .. } => violations,
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
            Self::RevisionNotReached => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidRequest => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        self.code().status()
    }
}
