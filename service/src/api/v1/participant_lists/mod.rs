//! The Data Privacy Framework's list of participants: read, compared with the register, and
//! confirmed difference by difference.

mod differences;
mod query;
mod shown;
mod workbook;

use std::sync::Arc;

use poem::{Result, web::Data};
use poem_openapi::{OpenApi, param::Path};
use transfer_registry_core::{
    Draft, Registry, Snapshot, attention,
    ledger::feed::ObjectType,
    participant_lists::{self, Lists, Reading, Refused},
    participants::{Accepted, DifferenceKind},
    proposals::ApprovalSubject,
};
use uuid::Uuid;

pub(crate) use differences::CorrectionKind;
pub(crate) use query::{
    DifferenceFilters, ParticipantFilters, ReadingFilters, ReadingLookup, ReadingQuery,
};

use self::{
    differences::{ParticipantDifference, ParticipantDifferencePage, order},
    shown::{
        ConfirmedDifference, ListedParticipant, ListedParticipantPage, ParticipantListPage,
        ParticipantListReading, ParticipantListRefusal, counts, is_found,
    },
    workbook::WorkbookBody,
};
use super::{Tag, impact_analyses::ImpactAnalysis};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        paging::page,
        query::{Parameters, Query},
        strict::NoBody,
        write::{Changed, Created, Made, Writing, WritingBeside, Written},
    },
    config::Participants,
    edge::turns::Turns,
    jobs::participants::{read_workbook, take_over, why},
    refusal::Refusal,
};

/// Lists of participants.
pub(crate) struct ParticipantLists;

/// The path of the readings.
const COLLECTION: &str = "/v1/participant-lists";
/// By what name the newest reading is found besides its id.
const NEWEST: &str = "newest";

#[OpenApi(prefix_path = "/v1/participant-lists", tag = "Tag::ParticipantLists")]
impl ParticipantLists {
    /// Read a list of participants
    ///
    /// Takes the official workbook of the Data Privacy Framework's list, as it was downloaded. A
    /// list that is believed is kept and compared with the register, and certifications that it
    /// bears out count as checked from then on; everything else waits to be confirmed, lapses too
    /// unless the operator wants them to count at once. Where certifications need approval, all of
    /// it waits. A list that is empty, shrunken, reshaped or
    /// too old is refused and changes nothing. The same list read again is the same reading.
    #[oai(path = "/", method = "post", operation_id = "readParticipantList")]
    async fn read(
        &self,
        asked: WritingBeside<ReadingQuery>,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        settings: Data<&Participants>,
        workbook: WorkbookBody,
    ) -> Result<Written<Created<ParticipantListReading>, ImpactAnalysis>, Refusal> {
        let WritingBeside { writing, query } = asked;
        // The list is about organisations that all groups share.
        if !writing.scope.shared() {
            return Err(Refusal::Forbidden);
        }
        let day = query.day("day").ok_or(Refusal::Internal)?;
        let actor = &writing.context.actor;
        let key = writing.key(workbook.digest()).filter(|_| !writing.dry_run);
        let before = match &key {
            Some(key) => registry.participant_list_of(actor, key).await?,
            None => None,
        };
        // Where certifications need approval, a list that one person hands in writes none of them.
        let guarded = ApprovalSubject::Certifications;
        let by_itself = !writing.approvals.contains(&guarded);
        let mut context = writing.context.clone();
        if let Some(reading) = before {
            context.reason = context
                .reason
                .or_else(|| Some(why(reading.day, &reading.sha256)));
            if by_itself {
                take_over(&registry, &context, settings.lapses).await?;
            }
            return answered(&registry, &turns, reading, true).await;
        }
        let kept = registry.participant_lists().await?;
        let accepted = kept.as_ref().map(|lists| Accepted::from(&*lists.newest));
        let (today, limits) = (registry.clock().today(), settings.limits);
        let list = turns.run(move |wanted| {
            wanted.still()?;
            Ok(read_workbook(
                &workbook.0,
                day,
                accepted.as_ref(),
                today,
                limits,
            )?)
        });
        let list = list.await?;
        context.reason = context.reason.or_else(|| Some(why(list.day, &list.sha256)));
        if writing.dry_run {
            let lists = Lists::supposing(list, kept, registry.clock().now());
            let lapses = settings.lapses.are_at_once();
            let turn = turns.take().await?;
            let tried = if by_itself {
                registry.rehearse_take_over(&context, &lists, lapses).await
            } else {
                let nothing = |_: &mut Draft| Ok(Uuid::nil());
                registry.rehearse(&context, &writing.scope, nothing).await
            };
            let tried = tried?;
            let shown = |_: &Snapshot, _| Err(Refusal::Internal);
            return Made::rehearsed(turn, tried)
                .created(COLLECTION, shown, ImpactAnalysis::of)
                .await;
        }
        let key = key.as_ref().map(|key| (actor.as_str(), key));
        let kept = registry.keep_participant_list(&list, key).await?;
        if by_itself {
            take_over(&registry, &context, settings.lapses).await?;
        }
        answered(&registry, &turns, kept.reading, kept.repeated).await
    }

    /// List the lists of participants
    ///
    /// Every list that was read and is kept, the newest first, and why the one that was last asked
    /// for was refused, if it was.
    #[oai(path = "/", method = "get", operation_id = "listParticipantLists")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<ReadingFilters>,
    ) -> Result<Answer<ParticipantListPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let known_at = query.known_at();
        let readings = registry.participant_readings_by(known_at).await?;
        let refused = registry.refused_participant_list_by(known_at);
        let newest_first = |reading: &Reading| format!("{:032x}", !reading.id.as_u128());
        let (kept, next_cursor) = page(readings.iter(), &query, newest_first);
        let newest = registry.participant_lists_by(known_at).await?;
        let mut items = Vec::with_capacity(kept.len());
        for reading in kept {
            let lists = newest.as_ref();
            items.push(with_counts(&registry, &turns, &snapshot, lists, reading).await?);
        }
        let page = ParticipantListPage {
            items,
            next_cursor,
            last_refusal: refused
                .as_ref()
                .map(|refused: &Refused| ParticipantListRefusal::from(refused)),
        };
        Answer::of(snapshot.revision(), &page)
    }

    /// Get a list of participants
    ///
    /// One reading of the list, without its entries.
    #[oai(path = "/:id", method = "get", operation_id = "getParticipantList")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<ReadingLookup>,
        /// The reading's id, or `newest`.
        id: Path<String>,
    ) -> Result<One<ParticipantListReading>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let known_at = query.known_at();
        let readings = registry.participant_readings_by(known_at).await?;
        let reading = if *id == NEWEST {
            readings.first()
        } else {
            let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
            readings.iter().find(|reading| reading.id == id)
        };
        let reading = reading.ok_or(Refusal::NotFound)?;
        let lists = registry.participant_lists_by(known_at).await?;
        let body = with_counts(&registry, &turns, &snapshot, lists.as_ref(), reading).await?;
        One::of(snapshot.revision(), &body)
    }

    /// List the differences to the newest list
    ///
    /// Where the register differs from the newest list and where they agree, by organisation: what
    /// either says, on what evidence, what confirming it would write, and whom it concerns.
    #[oai(
        path = "/newest/differences",
        method = "get",
        operation_id = "listParticipantDifferences"
    )]
    async fn differences(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<DifferenceFilters>,
    ) -> Result<Answer<ParticipantDifferencePage>, Refusal> {
        let lists = newest(&registry, &query).await?;
        let snapshot = query.snapshot(&registry, &caller).await?;
        let today = query.as_of().unwrap_or_else(|| registry.clock().today());
        // Names are compared with thousands of others: that would keep other requests waiting here.
        turns
            .run(move |wanted| {
                wanted.still()?;
                let mut found = attention::found(&snapshot, snapshot.scope(), &lists, today);
                found.sort_by_cached_key(order);
                let kind = query.code::<DifferenceKind>("kind");
                let about = query.text("organisation").map(|named| {
                    let organisation = snapshot.organisation(named);
                    organisation.map(|organisation| organisation.id)
                });
                let kept = found.iter().filter(|found| {
                    let organisation = Some(found.difference.organisation);
                    kind.is_none_or(|kind| kind == found.difference.kind)
                        && about.is_none_or(|about| about == organisation)
                });
                let (items, next_cursor) = page(kept, &query, order);
                let items = items.into_iter().map(ParticipantDifference::from).collect();
                let page = ParticipantDifferencePage { items, next_cursor };
                Answer::of(snapshot.revision(), &page)
            })
            .await
    }

    /// Confirm a difference
    ///
    /// Writes what a difference proposes: that an organisation is the participant, together with
    /// what the list then bears out of its certifications; or that a certification is as the list
    /// has it. The key stands for exactly what register and list said when it was read.
    #[oai(
        path = "/newest/differences/:key/confirm",
        method = "post",
        operation_id = "confirmDifference"
    )]
    async fn confirm(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        settings: Data<&Participants>,
        /// The difference's key.
        key: Path<String>,
        _body: NoBody,
    ) -> Result<Written<Changed<ConfirmedDifference>, ImpactAnalysis>, Refusal> {
        let lists = registry.participant_lists().await?;
        let lists = lists.ok_or(Refusal::NotFound)?;
        let at_once = settings.lapses.are_at_once();
        let made = writing.change(&registry, |draft| {
            Ok(participant_lists::confirm_in(draft, &lists, &key, at_once)?)
        });
        made.await?.changed(confirmed, ImpactAnalysis::of).await
    }

    /// Look participants up
    ///
    /// Entries of the newest list by id or by a part of a name, for an organisation of which the
    /// right one is not proposed: amend its `dpf_participant` with the id.
    #[oai(
        path = "/newest/participants",
        method = "get",
        operation_id = "listParticipants"
    )]
    async fn participants(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        query: Query<ParticipantFilters>,
    ) -> Result<Answer<ListedParticipantPage>, Refusal> {
        let lists = newest(&registry, &query).await?;
        let revision = query.snapshot(&registry, &caller).await?.revision();
        turns
            .run(move |wanted| {
                wanted.still()?;
                let wanted = query.text("q").unwrap_or_default().trim().to_lowercase();
                let entries = lists.newest.entries.iter();
                let found = entries.filter(|entry| is_found(entry, &wanted));
                let (items, next_cursor) = page(found, &query, |entry| entry.id.clone());
                let items = items.into_iter().map(ListedParticipant::from).collect();
                Answer::of(revision, &ListedParticipantPage { items, next_cursor })
            })
            .await
    }
}

/// The list that was the newest at `known_at`, and what it is compared with.
async fn newest<P: Parameters>(registry: &Registry, query: &Query<P>) -> Result<Lists, Refusal> {
    let lists = registry.participant_lists_by(query.known_at()).await?;
    lists.ok_or(Refusal::NotFound)
}

/// A reading as it is shown: the newest, of which these are the lists, with how often it differs.
async fn with_counts(
    registry: &Registry,
    turns: &Turns,
    snapshot: &Arc<Snapshot>,
    newest: Option<&Lists>,
    reading: &Reading,
) -> Result<ParticipantListReading, Refusal> {
    let Some(lists) = newest.filter(|lists| lists.id == reading.id).cloned() else {
        return Ok(ParticipantListReading::of(reading, None));
    };
    let (snapshot, today) = (Arc::clone(snapshot), registry.clock().today());
    let counted = turns.run(move |wanted| {
        wanted.still()?;
        Ok(counts(&participant_lists::against(
            &snapshot, &lists, today,
        )))
    });
    Ok(ParticipantListReading::of(reading, Some(counted.await?)))
}

/// Answers a reading that was made, now or by an earlier request of the same key.
async fn answered(
    registry: &Registry,
    turns: &Turns,
    reading: Reading,
    repeated: bool,
) -> Result<Written<Created<ParticipantListReading>, ImpactAnalysis>, Refusal> {
    let (snapshot, lists) = (registry.snapshot(), registry.participant_lists().await?);
    let body = with_counts(registry, turns, &snapshot, lists.as_ref(), &reading).await?;
    let made = Made::Done {
        id: reading.id,
        snapshot: registry.snapshot(),
        repeated,
    };
    let shown = |snapshot: &Snapshot, _| One::of(snapshot.revision(), &body);
    made.created(COLLECTION, shown, ImpactAnalysis::of).await
}

/// What a confirmation wrote.
fn confirmed(snapshot: &Snapshot, id: Uuid) -> Result<One<ConfirmedDifference>, Refusal> {
    let written = if let Some(view) = snapshot.organisations().get(id) {
        (ObjectType::Organisation, view.version, &view.slug)
    } else {
        let (holder, view) = snapshot.certification(id).ok_or(Refusal::NotFound)?;
        (ObjectType::Certification, view.version, &holder.slug)
    };
    let (object, version, organisation) = written;
    let body = ConfirmedDifference {
        object: Code(object),
        id,
        version,
        organisation: organisation.clone(),
    };
    One::versioned(snapshot.revision(), version, &body)
}
