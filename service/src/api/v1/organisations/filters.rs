//! What narrows the list of organisations.

use transfer_decision::vocabulary::{Framework, OrganisationKind};
use transfer_registry_core::{Snapshot, organisations};

use super::certifications::held_on;
use crate::api::query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query};

/// What narrows the list.
pub(crate) struct OrganisationFilters;

impl Parameters for OrganisationFilters {
    const OPERATION: &'static str = "listOrganisations";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        Parameter::new(
            "as_of",
            "Shows only the certifications that are active on this day.",
            Kind::AsOf,
        ),
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only companies of this group, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "kind",
            "Only this kind of organisation.",
            Kind::code::<OrganisationKind>(),
        ),
        Parameter::new(
            "seat",
            "Only those established in this country or area.",
            Kind::Place,
        ),
        Parameter::new(
            "on_public_list",
            "Only those that may, or may not, stand on a public list.",
            Kind::Flag,
        ),
        Parameter::new(
            "framework",
            "Only those that hold a certification of this framework, with `as_of` on that day.",
            Kind::code::<Framework>(),
        ),
        Parameter::new(
            "checked",
            "Only those that somebody has, or nobody has, checked.",
            Kind::Flag,
        ),
        Parameter::new(
            "unknown_seat",
            "Only those whose seat is recorded as unknown, or only those with a seat.",
            Kind::Flag,
        ),
        Parameter::new(
            "q",
            "Only those with this text in their legal name or slug, in upper or lower case.",
            Kind::Name,
        ),
    ];
}

/// What one organisation is asked with.
pub(crate) struct OrganisationQuery;

impl Parameters for OrganisationQuery {
    const OPERATION: &'static str = "getOrganisation";
    const PARAMETERS: &'static [Parameter] = &[AS_OF, KNOWN_AT];
}

/// A list's filters, each read once.
pub(super) struct Filters<'a> {
    query: &'a Query<OrganisationFilters>,
    /// The group's slug; that of a group that does not exist is empty, and nobody has it.
    group: Option<&'a str>,
    /// The text that is looked for, in lower case.
    text: Option<String>,
}

impl<'a> Filters<'a> {
    /// The filters of a query over a snapshot.
    pub(super) fn of(query: &'a Query<OrganisationFilters>, snapshot: &'a Snapshot) -> Self {
        Self {
            query,
            group: query
                .text("group")
                .map(|named| snapshot.group(named).map_or("", |group| &group.slug)),
            text: query.text("q").map(str::to_lowercase),
        }
    }

    /// Whether they leave an organisation in the list.
    pub(super) fn keep(&self, organisation: &organisations::Organisation) -> bool {
        let query = self.query;
        self.group
            .is_none_or(|group| Some(group) == organisation.group.as_deref())
            && query
                .code("kind")
                .is_none_or(|kind: OrganisationKind| kind == organisation.kind)
            && query
                .place("seat")
                .is_none_or(|seat| Some(seat) == organisation.seat)
            && query
                .flag("on_public_list")
                .is_none_or(|flag| flag == organisation.on_public_list)
            && query
                .flag("checked")
                .is_none_or(|flag| flag == organisation.checked_on.is_some())
            && query
                .flag("unknown_seat")
                .is_none_or(|flag| flag == organisation.seat.is_none())
            && query
                .code("framework")
                .is_none_or(|framework| self.certified(organisation, framework))
            && self.named(organisation)
    }

    fn certified(&self, organisation: &organisations::Organisation, framework: Framework) -> bool {
        let day = self.query.as_of();
        organisation
            .certifications
            .iter()
            .any(|held| held.framework == framework && day.is_none_or(|day| held_on(held, day)))
    }

    fn named(&self, organisation: &organisations::Organisation) -> bool {
        self.text.as_ref().is_none_or(|text| {
            organisation.slug.contains(text)
                || organisation.legal_name.to_lowercase().contains(text)
        })
    }
}
