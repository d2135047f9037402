//! Why a list is not believed.

use transfer_decision::span::Day;

/// Why a list was refused. A refused list changes nothing: every certification stays as the last
/// accepted list or a person recorded it. The words are for the legal team; `source` is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing answered.
    #[error(
        "the participants' list could not be reached at {address} ({what}); it is not known whether anything changed"
    )]
    Unreachable {
        /// The configured address.
        address: String,
        /// What happened.
        what: String,
    },
    /// An answer other than the list.
    #[error("{address} answered with status {status} instead of the participants' list")]
    Failed {
        /// The address asked.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// The answer took too long.
    #[error("the participants' list did not arrive within {seconds} seconds")]
    TooSlow {
        /// The time allowed.
        seconds: u64,
    },
    /// The answer points elsewhere.
    #[error(
        "the participants' list is said to be at {to} now, which is not the configured address; nobody was asked there"
    )]
    Elsewhere {
        /// Where it points.
        to: String,
    },
    /// The answer points on at the configured address, once more than is followed.
    #[error(
        "the configured address passes the question for the participants' list on to {to}, and at most {most} such redirects are followed"
    )]
    PassedOn {
        /// Where it points.
        to: String,
        /// How many are followed.
        most: u8,
    },
    /// More than may be read.
    #[error("the participants' list is larger than the {mebibytes} MiB that may be read")]
    TooLarge {
        /// The size allowed.
        mebibytes: u64,
    },
    /// Something that is no list at all.
    #[error("what was received is not the participants' list: {what}")]
    NotAList {
        /// What it is.
        what: String,
    },
    /// A list in a form that is not known.
    #[error("the participants' list has changed its form and was not read: {what}")]
    Reshaped {
        /// What is missing or not understood.
        what: String,
    },
    /// Fewer entries than the list itself says it has.
    #[error(
        "the participants' list arrived incomplete: it says that it has {stated} entries, and {found} arrived"
    )]
    Incomplete {
        /// How many it says it has.
        stated: u64,
        /// How many arrived.
        found: u64,
    },
    /// No active participant.
    #[error(
        "the participants' list names nobody as active; it is not taken to mean that everybody lapsed"
    )]
    Empty,
    /// Older than the list last accepted.
    #[error(
        "the participants' list is of {day}, older than the list of {last} that was already read"
    )]
    Stale {
        /// Its day.
        day: Day,
        /// The day of the list last accepted.
        last: Day,
    },
    /// Too old to say how things stand.
    #[error("the participants' list is of {day}, more than {days} days before {today}")]
    TooOld {
        /// Its day.
        day: Day,
        /// How many days are allowed.
        days: u32,
        /// The day of the reading.
        today: Day,
    },
    /// Of a day that has not come.
    #[error("the participants' list bears the day {day}, which is after {today}")]
    FutureDay {
        /// Its day.
        day: Day,
        /// The day of the reading.
        today: Day,
    },
    /// Far fewer active participants than before.
    #[error(
        "the participants' list names {active} active participants, the list of {last} named {before}; a loss of that size is taken for a fault of the list"
    )]
    Shrunken {
        /// How many are active.
        active: u64,
        /// How many were.
        before: u64,
        /// The day of the list last accepted.
        last: Day,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "list_unreachable",
            Self::Failed { .. } => "list_failed",
            Self::TooSlow { .. } => "list_too_slow",
            Self::Elsewhere { .. } | Self::PassedOn { .. } => "list_elsewhere",
            Self::TooLarge { .. } => "list_too_large",
            Self::NotAList { .. } => "not_a_list",
            Self::Reshaped { .. } => "list_reshaped",
            Self::Incomplete { .. } => "list_incomplete",
            Self::Empty => "list_empty",
            Self::Stale { .. } => "list_stale",
            Self::TooOld { .. } => "list_too_old",
            Self::FutureDay { .. } => "list_of_a_future_day",
            Self::Shrunken { .. } => "list_shrunken",
        }
    }

    /// A list in an unknown form.
    #[must_use]
    pub fn reshaped(what: impl Into<String>) -> Self {
        Self::Reshaped { what: what.into() }
    }

    /// Something that is no list.
    #[must_use]
    pub fn not_a_list(what: impl Into<String>) -> Self {
        Self::NotAList { what: what.into() }
    }
}
