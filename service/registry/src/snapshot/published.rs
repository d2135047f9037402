//! A register in which a group's published engagements stand in for the recorded ones.
//!
//! The public page says on which basis data reaches a subprocessor. It judges what was published:
//! places, categories, roles, days and seats as the publication gives them, so that no draft can
//! show in an outcome. The law, the certifications, the mechanisms and what was stated of an
//! organisation are those that are recorded, so that what falls or is signed shows at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use transfer_decision::{
    decide::{Settings, decide},
    facts::{
        Location, Mechanism, Organisation, Question, Register, Relationship, Sender, Slug, Stage,
    },
    law::Law,
    span::{Day, Span},
    standing::{self, Standing},
    verdict::Verdict,
    vocabulary::{Place, RelationshipKind},
};
use uuid::Uuid;

use super::{LoadError, Snapshot};
use crate::publications::{Content, PublishedEngagement, PublishedLocation};

/// What a publication says, as it can be judged by what is recorded now.
#[derive(Debug)]
pub struct AsPublished {
    law: Arc<Law>,
    register: Register,
    settings: Settings,
    /// The group's companies, by slug.
    companies: Vec<Slug>,
}

impl Snapshot {
    /// The register in which what a content says stands in for what is recorded of its group. It
    /// holds no more than judging the content takes.
    ///
    /// # Errors
    /// When the content's days contradict each other.
    pub fn as_published(&self, content: &Content) -> Result<AsPublished, LoadError> {
        let group = content.group.slug.as_str();
        let seats = seats(content);
        let companies = self.exporters(content);
        let mut concerned: BTreeSet<&str> = companies.iter().map(AsRef::as_ref).collect();
        concerned.extend(seats.keys());
        let mechanisms = self.mechanisms_among(&concerned);
        let parties = mechanisms.iter().flat_map(|mechanism| &mechanism.parties);
        let parties: BTreeSet<&str> = parties.map(|party| party.organisation.as_ref()).collect();
        let organisations: Vec<Organisation> = concerned
            .union(&parties)
            .filter_map(|slug| self.register().organisation(slug))
            .map(|recorded| {
                let seat = seats.get(recorded.slug.as_ref());
                // Who joined the group since is party to its mechanisms, but no exporter yet.
                let joined =
                    recorded.group.as_deref() == Some(group) && !companies.contains(&recorded.slug);
                Organisation {
                    seat: seat.map_or(recorded.seat, |seat| *seat),
                    group: recorded.group.clone().filter(|_| !joined),
                    ..recorded.clone()
                }
            })
            .collect();
        let known = |slug: &str| self.register().organisation(slug).is_some();
        let relationships = content
            .engagements
            .iter()
            .filter(|(_, engagement)| named(engagement).all(known))
            .map(|(id, engagement)| relationship(group, *id, engagement))
            .collect::<Result<_, LoadError>>()?;
        let register = Register::new(organisations, relationships, mechanisms)?;
        Ok(AsPublished {
            law: Arc::clone(self.law()),
            register,
            settings: self.settings(),
            companies,
        })
    }

    /// The companies for which a content speaks: those that it names, and those of the group that
    /// may not stand on a public list, which no publication tells of.
    fn exporters(&self, content: &Content) -> Vec<Slug> {
        let unlisted = self
            .organisations()
            .iter()
            .filter(|one| one.group.as_deref() == Some(&content.group.slug) && !one.on_public_list);
        let unlisted = unlisted.map(|one| one.slug.as_str());
        let listed = content.companies.values().map(|one| one.slug.as_str());
        let all: BTreeSet<&str> = listed.chain(unlisted).collect();
        all.into_iter().map(Arc::from).collect()
    }

    /// The mechanisms that can carry something among organisations: those that name two of them, or
    /// one of them and are kept by a group of theirs.
    fn mechanisms_among(&self, concerned: &BTreeSet<&str>) -> Vec<Mechanism> {
        let register = self.register();
        let groups: BTreeSet<&Slug> = concerned
            .iter()
            .filter_map(|slug| register.organisation(slug)?.group.as_ref())
            .collect();
        let mut found = BTreeMap::new();
        for slug in concerned {
            for mechanism in register.mechanisms_naming(slug) {
                let kept = mechanism.group.as_ref();
                let mut others = mechanism.parties.iter().map(|party| &*party.organisation);
                if kept.is_some_and(|group| groups.contains(group))
                    || others.any(|other| other != *slug && concerned.contains(other))
                {
                    found.entry(&mechanism.id).or_insert(mechanism);
                }
            }
        }
        found.into_values().cloned().collect()
    }
}

impl AsPublished {
    /// Answers a question about what is published, by the law and the safeguards that are recorded.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Verdict {
        decide(&self.law, &self.register, question, self.settings)
    }

    /// How a published engagement stands before the legal gate on a day.
    #[must_use]
    pub fn standing(&self, engagement: Uuid, as_of: Day) -> Option<Standing> {
        let found = self.register.relationship(&engagement.to_string())?;
        Some(standing::of(
            &self.law,
            &self.register,
            found,
            as_of,
            self.settings,
        ))
    }

    /// The companies whose data the engagements concern, by slug: each is an exporter.
    pub fn companies(&self) -> impl Iterator<Item = &str> {
        self.companies.iter().map(AsRef::as_ref)
    }
}

/// The seats that a content gives.
fn seats(content: &Content) -> BTreeMap<&str, Option<Place>> {
    let mut seats = BTreeMap::new();
    for engagement in content.engagements.values() {
        let operators = engagement.locations.iter();
        let operators = operators.filter_map(|at| at.operated_by.as_ref());
        seats.extend(operators.map(|operator| (operator.slug.as_str(), operator.seat)));
        let organisation = &engagement.organisation;
        seats.insert(organisation.slug.as_str(), organisation.seat);
    }
    let companies = content.companies.values();
    seats.extend(companies.map(|company| (company.slug.as_str(), company.seat)));
    seats
}

/// Whom an engagement names.
fn named(engagement: &PublishedEngagement) -> impl Iterator<Item = &str> {
    let operators = engagement.locations.iter();
    let operators = operators.filter_map(|at| Some(at.operated_by.as_ref()?.slug.as_str()));
    operators.chain([engagement.organisation.slug.as_str()])
}

/// An engagement in the form in which it is judged.
fn relationship(
    group: &str,
    id: Uuid,
    engagement: &PublishedEngagement,
) -> Result<Relationship, LoadError> {
    let days = Span::inclusive(engagement.effective_from, engagement.ended_on);
    let locations = engagement.locations.iter().map(location).collect();
    Ok(Relationship {
        id: Arc::from(id.to_string()),
        kind: RelationshipKind::Engagement,
        sender: Sender::Group(Arc::from(group)),
        importer: Arc::from(engagement.organisation.slug.as_str()),
        stage: Stage::Active,
        span: days.map_err(|reversed| LoadError::Meaningless {
            of: "published engagement",
            id,
            what: reversed.to_string(),
        })?,
        purpose: engagement.purpose.clone(),
        data_categories: engagement.data_categories.clone(),
        exporter_role: engagement.exporter_role,
        importer_role: engagement.importer_role,
        locations,
        continues: None,
        data_subjects: None,
        collected_from_data_subject: false,
        suspensions: Vec::new(),
    })
}

fn location(published: &PublishedLocation) -> Location {
    let operator = published.operated_by.as_ref();
    Location {
        place: published.place,
        activity: published.activity,
        operated_by: operator.map(|operator| Arc::from(operator.slug.as_str())),
        first_day: published.from,
        last_day: published.until,
    }
}
