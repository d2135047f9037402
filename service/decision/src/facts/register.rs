//! The facts of one moment, indexed once.

use std::{collections::HashMap, sync::Arc};

use super::{Mechanism, Organisation, Relationship, Sender, Slug};
use crate::{standing::Ends, vocabulary::RelationshipKind};

/// The facts of one moment, indexed.
#[derive(Debug, Default)]
pub struct Register {
    organisations: Vec<Organisation>,
    by_key: HashMap<Arc<str>, u32>,
    /// The companies of each group, in the order of their slugs.
    companies: HashMap<Slug, Vec<u32>>,
    relationships: Vec<Relationship>,
    /// The ends of each relationship, in their order.
    ends: Vec<EndsAt>,
    relationships_to: HashMap<Slug, Vec<u32>>,
    mechanisms: Vec<Mechanism>,
    mechanisms_of: HashMap<Slug, Vec<u32>>,
    /// The mechanisms that each group keeps.
    mechanisms_kept_by: HashMap<Slug, Vec<u32>>,
}

/// The ends of a relationship, by their places among the organisations.
#[derive(Debug, Clone, Copy)]
struct EndsAt {
    /// `None`: a group sends.
    exporter: Option<u32>,
    importer: u32,
}

/// A fact that points at nothing, or a name that stands twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterFault {
    /// Two organisations answer to one slug or id.
    #[error("two organisations answer to `{0}`")]
    Ambiguous(String),
    /// A fact names an organisation that is not there.
    #[error("{fact} names the organisation `{named}`, which is not in the register")]
    Dangling {
        /// The fact's id.
        fact: String,
        /// The name.
        named: String,
    },
}

impl Register {
    /// Indexes the facts. Their order does not matter.
    ///
    /// # Errors
    /// When a name is ambiguous or points at nothing.
    pub fn new(
        organisations: Vec<Organisation>,
        mut relationships: Vec<Relationship>,
        mut mechanisms: Vec<Mechanism>,
    ) -> Result<Self, RegisterFault> {
        let mut by_key = HashMap::with_capacity(organisations.len() * 2);
        let mut companies: HashMap<Slug, Vec<u32>> = HashMap::new();
        for (at, organisation) in (0_u32..).zip(&organisations) {
            if let Some(group) = &organisation.group {
                companies.entry(Arc::clone(group)).or_default().push(at);
            }
            for key in [&organisation.slug, &organisation.id] {
                let before = by_key.insert(Arc::clone(key), at);
                if before.is_some_and(|before| before != at) {
                    return Err(RegisterFault::Ambiguous(key.to_string()));
                }
            }
        }
        for of in companies.values_mut() {
            of.sort_by_key(|at| organisations.get(*at as usize).map(|one| &one.slug));
        }
        let known = |fact: &str, slug: &Slug| {
            by_key
                .get(slug)
                .copied()
                .ok_or_else(|| RegisterFault::Dangling {
                    fact: fact.to_owned(),
                    named: slug.to_string(),
                })
        };
        relationships.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        mechanisms.sort_by(|a, b| a.id.cmp(&b.id));

        let mut relationships_to: HashMap<Slug, Vec<u32>> = HashMap::new();
        let mut ends = Vec::with_capacity(relationships.len());
        for (at, relationship) in (0_u32..).zip(&relationships) {
            let exporter = match &relationship.sender {
                Sender::Organisation(exporter) => Some(known(&relationship.id, exporter)?),
                Sender::Group(_) => None,
            };
            let importer = known(&relationship.id, &relationship.importer)?;
            ends.push(EndsAt { exporter, importer });
            for operator in relationship
                .locations
                .iter()
                .filter_map(|l| l.operated_by.as_ref())
            {
                known(&relationship.id, operator)?;
            }
            let importer = Arc::clone(&relationship.importer);
            relationships_to.entry(importer).or_default().push(at);
        }
        let mut mechanisms_of: HashMap<Slug, Vec<u32>> = HashMap::new();
        let mut mechanisms_kept_by: HashMap<Slug, Vec<u32>> = HashMap::new();
        for (at, mechanism) in (0_u32..).zip(&mechanisms) {
            if let Some(group) = &mechanism.group {
                let kept = mechanisms_kept_by.entry(Arc::clone(group)).or_default();
                kept.push(at);
            }
            for party in &mechanism.parties {
                known(&mechanism.id, &party.organisation)?;
                let of = mechanisms_of
                    .entry(Arc::clone(&party.organisation))
                    .or_default();
                if of.last() != Some(&at) {
                    of.push(at);
                }
            }
        }
        Ok(Self {
            organisations,
            by_key,
            companies,
            relationships,
            ends,
            relationships_to,
            mechanisms,
            mechanisms_of,
            mechanisms_kept_by,
        })
    }

    /// The organisation with this slug or id.
    #[must_use]
    pub fn organisation(&self, key: &str) -> Option<&Organisation> {
        self.by_key
            .get(key)
            .and_then(|at| self.organisations.get(*at as usize))
    }

    /// Every organisation.
    #[must_use]
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// Every relationship, engagements first, then by id.
    #[must_use]
    pub fn relationships(&self) -> &[Relationship] {
        &self.relationships
    }

    /// Every mechanism, by id.
    #[must_use]
    pub fn mechanisms(&self) -> &[Mechanism] {
        &self.mechanisms
    }

    /// The relationships under which an organisation receives.
    pub fn relationships_to(&self, importer: &str) -> impl Iterator<Item = &Relationship> {
        self.relationships_to
            .get(importer)
            .into_iter()
            .flatten()
            .filter_map(|at| self.relationships.get(*at as usize))
    }

    /// The mechanisms that name an organisation on any side, on any day.
    pub fn mechanisms_naming(&self, organisation: &str) -> impl Iterator<Item = &Mechanism> {
        self.mechanisms_of
            .get(organisation)
            .into_iter()
            .flatten()
            .filter_map(|at| self.mechanisms.get(*at as usize))
    }

    /// The mechanisms that bear on a hop, whatever the day: those that name one end and either
    /// name the other or are kept by its group. Another group's contracts with the same importer
    /// do not.
    pub(crate) fn mechanisms_between(
        &self,
        exporter: &Organisation,
        importer: &Organisation,
    ) -> impl Iterator<Item = &Mechanism> + use<'_> {
        let [of_exporter, of_importer] = [exporter, importer].map(|end| {
            let named = self.mechanisms_of.get(&end.slug);
            let group = end.group.as_ref();
            let kept = group.and_then(|group| self.mechanisms_kept_by.get(group));
            [named, kept].map(|list| list.map_or(&[][..], Vec::as_slice))
        });
        let ([names_one, kept_by_one], [names_other, kept_by_other]) = (of_exporter, of_importer);
        let mut found = Vec::new();
        in_both(names_one, names_other, &mut found);
        in_both(names_one, kept_by_other, &mut found);
        in_both(kept_by_one, names_other, &mut found);
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .filter_map(|at| self.mechanisms.get(at as usize))
    }

    /// The engagement or flow with this id.
    #[must_use]
    pub fn relationship(&self, id: &str) -> Option<&Relationship> {
        [RelationshipKind::Engagement, RelationshipKind::Flow]
            .into_iter()
            .find_map(|kind| {
                let key = |r: &Relationship| (r.kind, &*r.id).cmp(&(kind, id));
                let at = self.relationships.binary_search_by(key).ok()?;
                self.relationships.get(at)
            })
    }

    /// The ends of the relationship at a place in [`Self::relationships`].
    pub(crate) fn ends_of(&self, at: usize) -> Ends<'_> {
        let organisation = |at: u32| self.organisations.get(at as usize);
        let ends = self.ends.get(at);
        Ends {
            exporter: ends.and_then(|ends| ends.exporter).and_then(organisation),
            importer: ends.and_then(|ends| organisation(ends.importer)),
        }
    }

    /// The companies of a group, in the order of their slugs.
    pub fn companies_of(&self, group: &str) -> impl Iterator<Item = &Organisation> {
        self.companies
            .get(group)
            .into_iter()
            .flatten()
            .filter_map(|at| self.organisations.get(*at as usize))
    }
}

/// What stands in both of two ascending lists. An importer that everybody uses is named in many
/// mechanisms, its exporters mostly in few: the shorter list is walked.
fn in_both(one: &[u32], other: &[u32], found: &mut Vec<u32>) {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    if long.is_empty() {
        return;
    }
    found.extend(short.iter().filter(|at| long.binary_search(at).is_ok()));
}
