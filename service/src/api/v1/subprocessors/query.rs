//! What narrows the list of engagements.

use transfer_decision::span::Day;
use transfer_registry_core::{
    Snapshot,
    subprocessors::{Subprocessor, SubprocessorStatus},
};

use crate::{
    api::{
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        v1::{
            narrowing::Asked,
            standings::{AS_OF, JUDGED_ON, STAGE_ON, VERDICT},
        },
    },
    days::engaged_on,
};

/// What narrows the list.
pub(crate) struct SubprocessorFilters;

impl Parameters for SubprocessorFilters {
    const OPERATION: &'static str = "listSubprocessors";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only engagements of this group, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "organisation",
            "Only engagements of this organisation, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "status",
            "Only engagements in this stage.",
            Kind::code::<SubprocessorStatus>(),
        ),
        VERDICT,
    ];
}

/// What one subprocessor is asked with.
pub(crate) struct SubprocessorQuery;

impl Parameters for SubprocessorQuery {
    const OPERATION: &'static str = "getSubprocessor";
    const PARAMETERS: &'static [Parameter] = &[STAGE_ON, KNOWN_AT];
}

/// What the standing of one is asked with.
pub(crate) struct SubprocessorStandingQuery;

impl Parameters for SubprocessorStandingQuery {
    const OPERATION: &'static str = "getSubprocessorStanding";
    const PARAMETERS: &'static [Parameter] = &[JUDGED_ON, KNOWN_AT];
}

/// The filters, with the names in them looked up once.
pub(super) struct Narrowing<'s> {
    group: Asked<'s>,
    organisation: Asked<'s>,
    status: Option<SubprocessorStatus>,
    as_of: Option<Day>,
    /// The day whose stages are asked for.
    day: Day,
}

impl<'s> Narrowing<'s> {
    /// Those of a query.
    pub(super) fn of(snapshot: &'s Snapshot, query: &Query<SubprocessorFilters>, day: Day) -> Self {
        Self {
            group: Asked::group(snapshot, query, "group"),
            organisation: Asked::organisation(snapshot, query, "organisation"),
            status: query.code("status"),
            // What is judged is narrowed by whoever judges it: it may begin later.
            as_of: query.as_of().filter(|_| query.text("verdict").is_none()),
            day,
        }
    }

    /// Whether an engagement is left.
    pub(super) fn keeps(&self, engagement: &Subprocessor) -> bool {
        self.group.admits(Some(&engagement.group))
            && self.organisation.admits(Some(&engagement.organisation))
            && self
                .status
                .is_none_or(|asked| asked == engagement.stage_on(self.day))
            && self.as_of.is_none_or(|day| engaged_on(engagement, day))
    }
}
