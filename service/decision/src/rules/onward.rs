//! Chains: GDPR Art. 44 asks the same of every onward transfer. Each hop is judged under the
//! regimes found at the start; a location run by another legal entity is a hop of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::Offered;
use crate::{
    facts::{Location, Mechanism, Organisation, Party, Question, Register, Relationship, Slug},
    span::Day,
    vocabulary::{DataCategory, PartySide, Role},
};

/// One end of a hop: who was asked about, and the organisation if the register knows it.
#[derive(Debug, Clone)]
pub(crate) struct End<'a> {
    pub(crate) name: Arc<str>,
    pub(crate) organisation: Option<&'a Organisation>,
}

impl<'a> End<'a> {
    fn of(register: &'a Register, key: &str) -> Self {
        let organisation = register.organisation(key);
        Self {
            name: organisation.map_or_else(|| key.into(), |o| Arc::clone(&o.slug)),
            organisation,
        }
    }
}

/// The ends of the chain, in its order: the exporter, the importer, and every onward importer.
pub(crate) fn chain<'a>(register: &'a Register, question: &Question) -> Vec<End<'a>> {
    [&question.exporter, &question.importer]
        .into_iter()
        .chain(&question.onward)
        .map(|key| End::of(register, key))
        .collect()
}

/// Those of a relationship's locations that other legal entities run, by operator.
pub(crate) fn operated<'a>(
    locations: impl IntoIterator<Item = &'a Location>,
    importer: &Organisation,
) -> BTreeMap<&'a Slug, Vec<&'a Location>> {
    let mut by_operator: BTreeMap<&Slug, Vec<&Location>> = BTreeMap::new();
    for location in locations {
        if let Some(operator) = operator_of(location, importer) {
            by_operator.entry(operator).or_default().push(location);
        }
    }
    by_operator
}

/// Who else runs a location; an importer that runs its own is no other.
pub(crate) fn operator_of<'a>(location: &'a Location, importer: &Organisation) -> Option<&'a Slug> {
    location
        .operated_by
        .as_ref()
        .filter(|operator| **operator != importer.slug)
}

/// What one hop hands to the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Carried<'a> {
    /// The importer's role, which it keeps as the next exporter.
    pub(crate) role: Option<Role>,
    /// Whether the data includes HR data, where something says so.
    pub(crate) hr_data: Option<bool>,
    /// The data categories, where something names them.
    pub(crate) data_categories: Option<&'a BTreeSet<DataCategory>>,
}

/// Roles and data of one hop, and what of it had to be assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Terms<'a> {
    pub(crate) exporter_role: Role,
    pub(crate) importer_role: Role,
    pub(crate) roles_assumed: bool,
    pub(crate) hr_data: Option<bool>,
    pub(crate) data_categories: Option<&'a BTreeSet<DataCategory>>,
    /// The purpose that the relationship records.
    pub(crate) purpose: Option<&'a str>,
}

impl<'a> Terms<'a> {
    /// Of the question (the first hop's roles only), else of the relationship, else of the hop
    /// before, else controller to processor without HR data.
    pub(crate) fn of(
        question: &'a Question,
        relationship: Option<&'a Relationship>,
        before: Option<Carried<'a>>,
    ) -> Self {
        let first = before.is_none();
        let before = before.unwrap_or_default();
        let asked = |role: Option<Role>| if first { role } else { None };
        let exporter = before.role.or_else(|| {
            asked(question.exporter_role).or_else(|| relationship.and_then(|r| r.exporter_role))
        });
        let importer =
            asked(question.importer_role).or_else(|| relationship.and_then(|r| r.importer_role));

        let named = asked_categories(question);
        let recorded = relationship.and_then(|r| r.data_categories.as_ref());
        let is_hr = |of: &BTreeSet<DataCategory>| of.contains(&DataCategory::Employment);
        // What was HR data at one hop is HR data at the next, whatever the next one's record says.
        let carried = match (recorded.map(is_hr), before.hr_data) {
            (Some(here), Some(there)) => Some(here || there),
            (here, there) => here.or(there),
        };
        Self {
            exporter_role: exporter.unwrap_or(Role::Controller),
            importer_role: importer.unwrap_or(Role::Processor),
            roles_assumed: exporter.is_none() || importer.is_none(),
            hr_data: question.hr_data.or_else(|| named.map(is_hr)).or(carried),
            data_categories: named.or(recorded).or(before.data_categories),
            purpose: relationship.and_then(|r| r.purpose.as_deref()),
        }
    }

    pub(crate) const fn carried(self) -> Carried<'a> {
        Carried {
            role: Some(self.importer_role),
            hr_data: self.hr_data,
            data_categories: self.data_categories,
        }
    }
}

/// The categories that a question asks for; an empty list asks for none.
pub(crate) fn asked_categories(question: &Question) -> Option<&BTreeSet<DataCategory>> {
    question
        .data_categories
        .as_ref()
        .filter(|of| !of.is_empty())
}

/// A mechanism as it stands to the ends of a hop on the day.
pub(crate) fn offer<'a>(
    mechanism: &'a Mechanism,
    exporter: &Organisation,
    importer: &Organisation,
    day: Day,
) -> Offered<'a> {
    let acceded = |party: &Party| party.span.is_some_and(|span| span.contains(day));
    let on_side = |of: &Organisation, side: PartySide| {
        mechanism.parties.iter().any(|party| {
            party.organisation == of.slug
                && (party.side == side || party.side == PartySide::Both)
                && acceded(party)
        })
    };
    let bound = |of: &Organisation| {
        mechanism
            .parties
            .iter()
            .any(|party| party.organisation == of.slug && acceded(party))
    };
    let party_exporter = on_side(exporter, PartySide::Exporter);
    let party_importer = on_side(importer, PartySide::Importer);
    Offered {
        id: Some(&mechanism.id),
        terms: &mechanism.terms,
        ends_on: mechanism.ends_on,
        party_exporter,
        party_importer,
        exporter_bound: bound(exporter),
        importer_bound: bound(importer),
        named_both: party_exporter && party_importer,
        assessments: &mechanism.assessments,
        checked: mechanism.checked,
    }
}
