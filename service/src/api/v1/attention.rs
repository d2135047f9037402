//! The one work list of the legal team.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi};
use serde::Serialize;
use transfer_decision::vocabulary::RelationshipKind;
use transfer_registry_core::{
    Registry,
    attention::{self, AttentionKind, NextStep},
};
use uuid::Uuid;

use super::Tag;
use crate::{
    api::{
        answer::Answer,
        auth::Caller,
        codes::Code,
        paging::page,
        query::{AS_OF, CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::Day,
    },
    edge::turns::Turns,
    refusal::Refusal,
};

/// The work list.
pub(crate) struct Attention;

/// One thing that somebody should look at.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AttentionItem {
    /// What is the matter.
    kind: Code<AttentionKind>,
    /// How urgent it is: 1 now, 2 within 7 days, 3 within 30, 4 within 90, 5 later or whenever.
    urgency: u8,
    /// The day on which it takes effect, or took; of what is denied, the first day on which it was,
    /// by what is recorded now. Absent: no such day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Day>,
    /// What kind of object it is about.
    about: String,
    /// The object: its id, or the id or name of a row of the law.
    id: String,
    /// The group that keeps it, by slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// What it is about, in words.
    title: String,
    /// What to do next.
    next_step: Code<NextStep>,
    /// The active engagements and flows that are concerned; at most 100.
    affects: Vec<AffectedRelationship>,
    /// How many are concerned.
    affected: u64,
}

/// An engagement or flow that is concerned.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AffectedRelationship {
    /// Engagement or flow.
    kind: Code<RelationshipKind>,
    /// Its id.
    id: Uuid,
}

impl From<&attention::Affected> for AffectedRelationship {
    fn from(affected: &attention::Affected) -> Self {
        let attention::Affected { kind, id } = affected;
        Self {
            kind: Code(*kind),
            id: *id,
        }
    }
}

/// A page of the work list.
#[derive(Debug, Object, Serialize)]
pub(crate) struct AttentionPage {
    /// The items, the most urgent first.
    items: Vec<AttentionItem>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<&attention::Item> for AttentionItem {
    fn from(item: &attention::Item) -> Self {
        let attention::Item {
            kind,
            urgency,
            due,
            about,
            id,
            group,
            title,
            next_step,
            affects,
            affected,
        } = item;
        Self {
            kind: Code(*kind),
            urgency: *urgency,
            due: due.map(Day),
            about: (*about).to_owned(),
            id: id.clone(),
            group: group.clone(),
            title: title.clone(),
            next_step: Code(*next_step),
            affects: affects.iter().map(AffectedRelationship::from).collect(),
            affected: u64::try_from(*affected).unwrap_or(u64::MAX),
        }
    }
}

/// What narrows the list.
pub(crate) struct AttentionFilters;

impl Parameters for AttentionFilters {
    const OPERATION: &'static str = "listAttention";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only what this group keeps, by slug or id, and what all share.",
            Kind::Name,
        ),
        Parameter::new(
            "kind",
            "Only items of this kind.",
            Kind::code::<AttentionKind>(),
        ),
    ];
}

#[OpenApi(prefix_path = "/v1/attention", tag = "Tag::Attention")]
impl Attention {
    /// List what needs attention
    ///
    /// Everything that somebody should look at, the most urgent first, then by kind and day: what is
    /// denied, or will be from its first day on, what ends or must be renewed within 90, 30 and 7
    /// days, what nobody knows or has checked, and law that is under review, each with its next
    /// step and the engagements and flows concerned. With `as_of`, as the list would be on that day
    /// if nothing were recorded.
    #[oai(path = "/", method = "get", operation_id = "listAttention")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<AttentionFilters>,
    ) -> Result<Answer<AttentionPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let today = query.as_of().unwrap_or_else(|| registry.clock().today());
        let known_at = query.known_at();
        let lists = registry.participant_lists_by(known_at).await?;
        let refused = registry.refused_participant_list_by(known_at);
        // Every active engagement and flow is judged: that would keep other requests waiting here.
        turns
            .run(move |wanted| {
                wanted.still()?;
                let items = attention::on(
                    &snapshot,
                    snapshot.scope(),
                    lists.as_ref(),
                    refused.as_ref(),
                    today,
                );
                let group = query
                    .text("group")
                    .map(|named| snapshot.group(named).map(|group| group.slug.as_str()));
                let kind = query.code::<AttentionKind>("kind");
                let kept = items.iter().filter(|item| {
                    let of_group = group.is_none_or(|group| {
                        group.is_some() && (item.group.is_none() || item.group.as_deref() == group)
                    });
                    of_group && kind.is_none_or(|kind| kind == item.kind)
                });
                let (items, next_cursor) = page(kept, &query, attention::Item::key);
                let items = items.into_iter().map(AttentionItem::from).collect();
                let page = AttentionPage { items, next_cursor };
                Answer::of(snapshot.revision(), &page)
            })
            .await
    }
}
