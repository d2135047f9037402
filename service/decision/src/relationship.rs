//! The relationship gate: may this importer receive anything from this exporter at all?
//!
//! Companies of one group pass on any day. Otherwise an engagement or flow between the two must
//! cover the day and, when categories are asked for, the categories.
//!
//! Several engagements or flows can stand between the same two. The question does not say under
//! which of those that cover it the data will go, so every one of them must be permitted, each
//! judged with its own locations, roles and data (ADR 0007).

use std::sync::Arc;

use crate::{
    facts::{Organisation, Question, Register, Relationship, Sender, Stage},
    rules::onward::asked_categories,
    span::Day,
    verdict::Reason,
    vocabulary::{ReasonCode, RelationshipKind},
};

/// What stands between the two ends of a hop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Between<'a> {
    /// One legal entity, or two companies of one group.
    pub(crate) same_group: bool,
    /// The exporter is the importer.
    pub(crate) same_entity: bool,
    /// The engagements and flows that cover the day and the data; engagements first, then by id.
    pub(crate) passing: Vec<&'a Relationship>,
    /// The others.
    pub(crate) failing: Vec<&'a Relationship>,
    /// Why the others fail, or why there is nothing.
    pub(crate) reasons: Vec<Reason>,
}

impl Between<'_> {
    /// Whether the gate is open.
    pub(crate) fn passes(&self) -> bool {
        self.same_group || !self.passing.is_empty()
    }

    /// What connects the two.
    pub(crate) fn kind(&self, carrying: Option<&Relationship>) -> RelationshipKind {
        if self.same_group {
            RelationshipKind::SameGroup
        } else {
            carrying.map_or(RelationshipKind::None, |relationship| relationship.kind)
        }
    }
}

/// The engagements and flows under which the exporter sends to the importer, whatever the day.
pub(crate) fn candidates<'a>(
    register: &'a Register,
    exporter: &'a Organisation,
    importer: &'a Organisation,
) -> impl Iterator<Item = &'a Relationship> {
    register
        .relationships_to(&importer.slug)
        .filter(move |relationship| match &relationship.sender {
            Sender::Organisation(slug) => *slug == exporter.slug,
            Sender::Group(group) => exporter.group.as_ref() == Some(group),
        })
}

/// Looks at everything between two organisations on a day.
pub(crate) fn between<'a>(
    register: &'a Register,
    question: &Question,
    exporter: &'a Organisation,
    importer: &'a Organisation,
    day: Day,
) -> Between<'a> {
    let same_entity = exporter.slug == importer.slug;
    let same_group = same_entity || (exporter.group.is_some() && exporter.group == importer.group);
    let mut found = Between {
        same_group,
        same_entity,
        ..Between::default()
    };
    for relationship in candidates(register, exporter, importer) {
        let codes = failures(relationship, question, day);
        if codes.is_empty() {
            found.passing.push(relationship);
        } else {
            found.failing.push(relationship);
            found.reasons.extend(codes.into_iter().map(|code| Reason {
                code,
                basis: None,
                fact: Some(Arc::clone(&relationship.id)),
            }));
        }
    }
    if found.passing.is_empty() && found.failing.is_empty() {
        found
            .reasons
            .push(Reason::plain(ReasonCode::RelationshipUnregistered));
    }
    if found.passes() {
        found.reasons.clear();
    }
    crate::rules::order(&mut found.reasons);
    found
}

fn failures(relationship: &Relationship, question: &Question, day: Day) -> Vec<ReasonCode> {
    let mut codes = Vec::new();
    if relationship.stage == Stage::Pending || relationship.span.begins_after(day) {
        codes.push(ReasonCode::NotYetEffective);
    } else if relationship.suspended_on(day) || relationship.span.ended_by(day) {
        codes.push(ReasonCode::Ended);
    }
    let uncovered = asked_categories(question).is_some_and(|asked| {
        relationship
            .data_categories
            .as_ref()
            .is_none_or(|named| !asked.is_subset(named))
    });
    if uncovered {
        codes.push(ReasonCode::DataCategoryNotRegistered);
    }
    codes
}
