//! What differs between two sides, and on which relationships it can bear.
//!
//! A relationship's outcomes depend on its own record and those that it continues; on the
//! organisations at its ends and those that operate its locations; on the mechanisms that name one
//! of these; on the companies of the group that engages; and on the law. Of the law only the
//! adequacy rows belong to one destination each: any other row that differs bears on everything.

use std::{cmp::Ordering, collections::HashSet, fmt::Debug};

use super::Side;
use crate::{
    facts::{Mechanism, Organisation, Register, Relationship, Sender, Slug},
    law::{AdequacyInstrument, Law, Territory},
    standing::Ends,
    vocabulary::{Country, OrganisationKind, Place},
};

/// What differs between two sides.
pub(super) struct Touched<'a> {
    law: TouchedLaw<'a>,
    /// `None`: both sides have one register.
    facts: Option<TouchedFacts<'a>>,
    /// The register after, by which operators are looked up.
    register: &'a Register,
}

enum TouchedLaw<'a> {
    Everything,
    Destinations {
        /// By the country's index.
        countries: Vec<bool>,
        /// Some country is touched, and so may be an area.
        areas: bool,
        organisations: HashSet<&'a str>,
    },
    Nothing,
}

struct TouchedFacts<'a> {
    organisations: HashSet<&'a str>,
    /// The groups of which a company is touched.
    groups: HashSet<&'a Slug>,
}

impl<'a> Touched<'a> {
    pub(super) fn between(before: Side<'a>, after: Side<'a>) -> Self {
        Self {
            law: TouchedLaw::between(before.law, after.law),
            facts: (!std::ptr::eq(before.register, after.register))
                .then(|| TouchedFacts::between(before.register, after.register)),
            register: after.register,
        }
    }

    /// Whether a difference can bear on a relationship that both sides record; `ends` are its ends
    /// in the register after.
    pub(super) fn may_bear_on(
        &self,
        before: &Relationship,
        after: &Relationship,
        ends: Ends<'_>,
    ) -> bool {
        let by_facts = |facts: &TouchedFacts<'_>| {
            // What a chain hands on is recorded in other relationships.
            before != after || after.continues.is_some() || self.touches_party(facts, after, ends)
        };
        self.facts.as_ref().is_some_and(by_facts) || self.touches_destination(after, ends)
    }

    fn operators(&self, relationship: &Relationship) -> impl Iterator<Item = &'a Organisation> {
        relationship
            .locations
            .iter()
            .filter_map(|location| location.operated_by.as_ref())
            .filter_map(|operator| self.register.organisation(operator))
    }

    /// Whether the facts differ about anyone who takes part.
    fn touches_party(
        &self,
        facts: &TouchedFacts<'_>,
        relationship: &Relationship,
        ends: Ends<'_>,
    ) -> bool {
        let touched = |of: &Organisation| facts.organisations.contains(&*of.slug);
        let by_sender = match &relationship.sender {
            Sender::Organisation(_) => ends.exporter.is_none_or(touched),
            Sender::Group(group) => facts.groups.contains(group),
        };
        by_sender || ends.importer.is_none_or(touched) || self.operators(relationship).any(touched)
    }

    /// Whether the law differs for a place where the importer or an operator touches the data.
    fn touches_destination(&self, relationship: &Relationship, ends: Ends<'_>) -> bool {
        let (countries, areas, organisations) = match &self.law {
            TouchedLaw::Everything => return true,
            TouchedLaw::Nothing => return false,
            TouchedLaw::Destinations {
                countries,
                areas,
                organisations,
            } => (countries, *areas, organisations),
        };
        let touches = |place: Option<Place>| match place {
            Some(Place::Country(country)) => is_set(countries, country),
            Some(Place::Area(_)) => areas,
            None => false,
        };
        let receives = |organisation: &Organisation| {
            if organisation.kind == OrganisationKind::InternationalOrganisation {
                organisations.contains(&*organisation.slug)
            } else {
                touches(organisation.seat)
            }
        };
        let mut places = relationship.locations.iter().map(|location| location.place);
        ends.importer.is_none_or(receives)
            || places.any(touches)
            || self.operators(relationship).any(receives)
    }
}

fn is_set(countries: &[bool], country: Country) -> bool {
    let at = country.index() as usize;
    countries.get(at).copied().unwrap_or(true)
}

/// Whether two rows are equal in every field: a row prints all of them.
fn differ(one: &impl Debug, other: &impl Debug) -> bool {
    format!("{one:?}") != format!("{other:?}")
}

impl<'a> TouchedLaw<'a> {
    fn between(before: &'a Law, after: &'a Law) -> Self {
        if std::ptr::eq(before, after) {
            return Self::Nothing;
        }
        let (one, other) = (before.provisions(), after.provisions());
        if differ(&one.memberships, &other.memberships)
            || differ(&one.tools, &other.tools)
            || differ(&one.frameworks, &other.frameworks)
            || differ(&one.no_transfer, &other.no_transfer)
        {
            return Self::Everything;
        }
        let id = |row: &'a AdequacyInstrument| row.basis.id.as_str();
        let mut countries = vec![false; 1000];
        let mut organisations = HashSet::new();
        in_pairs(&one.adequacy, &other.adequacy, id, |pair| {
            if let [Some(before), Some(after)] = pair
                && !differ(before, after)
            {
                return;
            }
            for row in pair.into_iter().flatten() {
                match &row.territory {
                    Territory::Country(country) => {
                        if let Some(touched) = countries.get_mut(country.index() as usize) {
                            *touched = true;
                        }
                    }
                    Territory::Organisation(slug) => {
                        organisations.insert(&**slug);
                    }
                }
            }
        });
        Self::Destinations {
            areas: countries.contains(&true),
            countries,
            organisations,
        }
    }
}

impl<'a> TouchedFacts<'a> {
    fn between(before: &'a Register, after: &'a Register) -> Self {
        let mut organisations: HashSet<&str> = HashSet::new();
        let sides = [before, after].map(Register::organisations);
        let mut look = |here: &'a [Organisation], there: &'a [Organisation], other: &Register| {
            for (at, organisation) in here.iter().enumerate() {
                // Both lists mostly have one order.
                let across = there
                    .get(at)
                    .filter(|across| across.slug == organisation.slug)
                    .or_else(|| other.organisation(&organisation.slug));
                if across != Some(organisation) {
                    organisations.insert(&organisation.slug);
                }
            }
        };
        look(sides[0], sides[1], after);
        look(sides[1], sides[0], before);
        let id = |mechanism: &'a Mechanism| &mechanism.id;
        in_pairs(before.mechanisms(), after.mechanisms(), id, |pair| {
            if pair[0] != pair[1] {
                let parties = pair.into_iter().flatten().flat_map(|m| &m.parties);
                organisations.extend(parties.map(|party| &*party.organisation));
            }
        });
        let groups = organisations
            .iter()
            .flat_map(|slug| [before, after].map(|side| side.organisation(slug)))
            .filter_map(|organisation| organisation?.group.as_ref())
            .collect();
        Self {
            organisations,
            groups,
        }
    }
}

/// Walks two ascending lists side by side.
pub(super) fn in_pairs<'a, T, K: Ord>(
    one: &'a [T],
    other: &'a [T],
    key: impl Fn(&'a T) -> K,
    mut visit: impl FnMut([Option<&'a T>; 2]),
) {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let order = match (one.peek(), other.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => key(a).cmp(&key(b)),
        };
        visit([
            one.next_if(|_| order != Ordering::Greater),
            other.next_if(|_| order != Ordering::Less),
        ]);
    }
}
