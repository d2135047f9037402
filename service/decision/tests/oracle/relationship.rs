//! The relationship gate, read plainly from the text.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::{Organisation, Question, Relationship, Sender, Stage},
    vocabulary::{DataCategory, ReasonCode},
};

/// How one hop of the chain passes the gate, and what may carry it.
pub(crate) struct Gate<'a> {
    pub(crate) passes: bool,
    pub(crate) reasons: BTreeSet<ReasonCode>,
    /// The engagements and flows under any of which the data may go: those that are open on the
    /// day, else whatever is recorded. Of these the strictest speaks.
    pub(crate) options: Vec<&'a Relationship>,
}

/// The categories that a question asks for.
pub(crate) fn asked(question: &Question) -> Option<&BTreeSet<DataCategory>> {
    question
        .data_categories
        .as_ref()
        .filter(|categories| !categories.is_empty())
}

pub(crate) fn gate<'a>(
    relationships: &'a [Relationship],
    question: &Question,
    exporter: Option<&Organisation>,
    importer: Option<&Organisation>,
) -> Gate<'a> {
    let (Some(exporter), Some(importer)) = (exporter, importer) else {
        let unknown = [
            (exporter.is_none(), ReasonCode::ExporterUnknown),
            (importer.is_none(), ReasonCode::ImporterUnknown),
        ];
        return Gate {
            passes: false,
            reasons: unknown
                .into_iter()
                .filter_map(|(is, code)| is.then_some(code))
                .collect(),
            options: Vec::new(),
        };
    };
    let mut candidates: Vec<&Relationship> = relationships
        .iter()
        .filter(|one| one.importer == importer.slug)
        .filter(|one| match &one.sender {
            Sender::Organisation(slug) => *slug == exporter.slug,
            Sender::Group(slug) => exporter.group.as_ref() == Some(slug),
        })
        .collect();
    candidates.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));

    let related = exporter.slug == importer.slug
        || (exporter.group.is_some() && exporter.group == importer.group);
    let open: Vec<_> = candidates
        .iter()
        .copied()
        .filter(|one| failures(one, question).is_empty())
        .collect();
    let reasons: BTreeSet<_> = if related || !open.is_empty() {
        BTreeSet::new()
    } else if candidates.is_empty() {
        BTreeSet::from([ReasonCode::RelationshipUnregistered])
    } else {
        candidates
            .iter()
            .flat_map(|one| failures(one, question))
            .collect()
    };
    // What does not cover the question is nothing to companies that need no engagement.
    let closed = if related { Vec::new() } else { candidates };
    Gate {
        passes: reasons.is_empty(),
        reasons,
        options: if open.is_empty() { closed } else { open },
    }
}

/// Why an engagement or flow does not let the hop pass on the day.
fn failures(one: &Relationship, question: &Question) -> BTreeSet<ReasonCode> {
    let day = question.as_of;
    let mut failures = BTreeSet::new();
    if one.stage == Stage::Pending || one.span.begins_after(day) {
        failures.insert(ReasonCode::NotYetEffective);
    } else if one.span.ended_by(day)
        || one
            .suspensions
            .iter()
            .any(|gap| gap.first() <= day && gap.last().is_none_or(|last| day <= last))
    {
        failures.insert(ReasonCode::Ended);
    }
    if let Some(asked) = asked(question) {
        let named = one.data_categories.as_ref();
        if !named.is_some_and(|named| asked.is_subset(named)) {
            failures.insert(ReasonCode::DataCategoryNotRegistered);
        }
    }
    failures
}
