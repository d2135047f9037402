//! What narrows the list of flows.

use std::collections::BTreeSet;

use transfer_decision::{
    span::Day,
    vocabulary::{DataCategory, Place},
};
use transfer_registry_core::{
    Snapshot,
    flows::{Flow, FlowStatus},
    locations::Location,
    subprocessors::Subprocessor,
};

use crate::{
    api::{
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        v1::{
            narrowing::Asked,
            standings::{AS_OF, JUDGED_ON, STAGE_ON, VERDICT},
        },
    },
    days::in_effect_on,
};

/// What narrows the list.
pub(crate) struct FlowFilters;

impl Parameters for FlowFilters {
    const OPERATION: &'static str = "listFlows";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only flows that this group keeps, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "exporter",
            "Only flows that this organisation sends, by slug or id; of engagements those of its \
             group.",
            Kind::Name,
        ),
        Parameter::new(
            "importer",
            "Only flows that this organisation receives, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "status",
            "Only flows in this stage.",
            Kind::code::<FlowStatus>(),
        ),
        Parameter::new(
            "destination",
            "Only flows with a location in this country or area, of those in effect on `as_of`, or \
             whose importer has its seat there.",
            Kind::Place,
        ),
        Parameter::new(
            "data_category",
            "Only flows that record this data category.",
            Kind::code::<DataCategory>(),
        ),
        VERDICT,
    ];
}

/// What one flow is asked with.
pub(crate) struct FlowQuery;

impl Parameters for FlowQuery {
    const OPERATION: &'static str = "getFlow";
    const PARAMETERS: &'static [Parameter] = &[STAGE_ON, KNOWN_AT];
}

/// What the standing of one is asked with.
pub(crate) struct FlowStandingQuery;

impl Parameters for FlowStandingQuery {
    const OPERATION: &'static str = "getFlowStanding";
    const PARAMETERS: &'static [Parameter] = &[JUDGED_ON, KNOWN_AT];
}

/// The filters, with the names in them looked up once.
pub(super) struct Narrowing<'s> {
    snapshot: &'s Snapshot,
    group: Asked<'s>,
    exporter: Asked<'s>,
    /// The group of the exporter asked for.
    group_of_exporter: Option<&'s str>,
    importer: Asked<'s>,
    status: Option<FlowStatus>,
    destination: Option<Place>,
    data_category: Option<DataCategory>,
    as_of: Option<Day>,
    /// The day whose stages are asked for.
    day: Day,
    /// The day whose places are asked for; `None`: any that were recorded.
    places_on: Option<Day>,
}

/// What flows and engagements have in common.
struct Common<'v> {
    group: Option<&'v str>,
    importer: &'v str,
    locations: &'v [Location],
    data_categories: Option<&'v BTreeSet<DataCategory>>,
}

impl<'s> Narrowing<'s> {
    /// Those of a query, with the stages of a day; about its places, or about all that were recorded.
    pub(super) fn of(
        snapshot: &'s Snapshot,
        query: &Query<FlowFilters>,
        day: Day,
        places_on: Option<Day>,
    ) -> Self {
        let exporter = query
            .text("exporter")
            .and_then(|key| snapshot.organisation(key));
        Self {
            snapshot,
            group: Asked::group(snapshot, query, "group"),
            exporter: Asked::organisation(snapshot, query, "exporter"),
            group_of_exporter: exporter.and_then(|exporter| exporter.group.as_deref()),
            importer: Asked::organisation(snapshot, query, "importer"),
            status: query.code("status"),
            destination: query.place("destination"),
            data_category: query.code("data_category"),
            // What is judged is narrowed by whoever judges it: it may begin later.
            as_of: query.as_of().filter(|_| query.text("verdict").is_none()),
            day,
            places_on,
        }
    }

    /// Whether a flow is left.
    pub(super) fn keeps(&self, flow: &Flow) -> bool {
        self.keeps_common(&Common {
            group: flow.group.as_deref(),
            importer: &flow.importer,
            locations: &flow.locations,
            data_categories: flow.data_categories.as_ref(),
        }) && self.exporter.admits(Some(&flow.exporter))
            && self
                .status
                .is_none_or(|asked| asked == flow.stage_on(self.day))
            && self.as_of.is_none_or(|day| in_effect_on(flow, day))
    }

    /// Whether an engagement is left in a list of those in effect.
    pub(super) fn keeps_engagement(&self, engagement: &Subprocessor) -> bool {
        let sent = self.exporter == Asked::Anything
            || self.group_of_exporter == Some(engagement.group.as_str());
        sent && self.status.is_none_or(|asked| asked == FlowStatus::Active)
            && self.keeps_common(&Common {
                group: Some(&engagement.group),
                importer: &engagement.organisation,
                locations: &engagement.locations,
                data_categories: engagement.data_categories.as_ref(),
            })
    }

    fn keeps_common(&self, one: &Common<'_>) -> bool {
        self.group.admits(one.group)
            && self.importer.admits(Some(one.importer))
            && self.data_category.is_none_or(|asked| {
                one.data_categories
                    .is_some_and(|recorded| recorded.contains(&asked))
            })
            && self
                .destination
                .is_none_or(|asked| self.reaches(one, asked))
    }

    fn reaches(&self, one: &Common<'_>, place: Place) -> bool {
        let seat = || {
            let importer = self.snapshot.organisation(one.importer);
            importer.and_then(|importer| importer.seat)
        };
        let mut reached = one
            .locations
            .iter()
            .filter(|location| self.places_on.is_none_or(|day| location.in_effect_on(day)));
        reached.any(|location| location.place == Some(place)) || seat() == Some(place)
    }
}
