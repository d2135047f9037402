//! Writing a draft: rows, ledger entries and the head, in one transaction.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    Iterable, QueryFilter, Set,
};
use transfer_registry_entity::{
    certifications, groups, head, impact_assessments, law_amendments, law_packs, ledger,
    organisations, processing_activities, proposals, publications, tokens, users,
};

use super::{
    ChangeError, Draft,
    objects::{Agreement, Compound, Engagement, Kept, LocatedFlow},
};
use crate::{Context, ledger::entry};

/// How many values one statement may bind: well under what either database takes.
const VALUES: usize = 16_000;

/// Who is told how far a change is written, as it goes on.
pub(super) type Told<'t> = &'t (dyn Fn(u64) + Send + Sync);

/// How far a change is written. Each object is written twice: to the ledger, and to its tables.
struct Steps<'t> {
    told: Told<'t>,
    done: u64,
}

impl Steps<'_> {
    fn add(&mut self, steps: usize) {
        self.done += u64::try_from(steps).unwrap_or(u64::MAX);
        (self.told)(self.done / 2);
    }
}

/// Writes everything that the draft holds, and the head that follows. `told` hears of how many
/// objects it was so far.
pub(super) async fn write(
    txn: &DatabaseTransaction,
    head: &mut head::Model,
    now: DateTime<Utc>,
    context: &Context,
    draft: &Draft,
    told: Told<'_>,
) -> Result<(), ChangeError> {
    let mut steps = Steps { told, done: 0 };
    head.kind = draft.kind().into();
    for some in draft.entries().chunks(500) {
        let mut entries = Vec::with_capacity(some.len());
        for written in some {
            let entry = entry::next(head, now, context, written.action, &written.object)
                .map_err(|error| DbErr::Json(error.to_string()))?;
            head.ledger_seq = entry.seq;
            head.ledger_hash.clone_from(&entry.hash);
            entries.push(entry);
        }
        insert::<ledger::Entity>(txn, entries).await?;
        steps.add(some.len());
    }
    rows(txn, &draft.objects(), &mut steps).await?;
    head::ActiveModel {
        id: Set(head.id),
        kind: Set(head.kind),
        revision: Set(head.revision),
        ledger_seq: Set(head.ledger_seq),
        ledger_hash: Set(head.ledger_hash.clone()),
        ..Default::default()
    }
    .update(txn)
    .await?;
    Ok(())
}

/// The objects of one kind, among those of all kinds.
macro_rules! of {
    ($objects:expr, $kind:ident) => {
        &$objects
            .iter()
            .filter_map(|object| match object {
                Kept::$kind(object) => Some(object.as_ref()),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
}

/// Writes the objects' rows, those that others refer to first. They stay where they are, and are
/// copied a few at a time: of a large change there is not room for two.
async fn rows(
    txn: &DatabaseTransaction,
    objects: &[&Kept],
    steps: &mut Steps<'_>,
) -> Result<(), ChangeError> {
    let all = objects;
    put::<groups::Entity>(txn, of!(all, Group), |row| row.version, steps).await?;
    put::<organisations::Entity>(txn, of!(all, Organisation), |row| row.version, steps).await?;
    put::<certifications::Entity>(txn, of!(all, Certification), |row| row.version, steps).await?;
    compounds::<Engagement>(txn, of!(all, Subprocessor), |row| row.version, steps).await?;
    compounds::<Agreement>(txn, of!(all, Mechanism), |row| row.version, steps).await?;
    let assessments = of!(all, ImpactAssessment);
    put::<impact_assessments::Entity>(txn, assessments, |row| row.version, steps).await?;
    compounds::<LocatedFlow>(txn, of!(all, Flow), |row| row.version, steps).await?;
    let activities = of!(all, ProcessingActivity);
    put::<processing_activities::Entity>(txn, activities, |row| row.version, steps).await?;
    put::<law_packs::Entity>(txn, of!(all, LawPack), |row| row.version, steps).await?;
    put::<law_amendments::Entity>(txn, of!(all, LawAmendment), |row| row.version, steps).await?;
    put::<tokens::Entity>(txn, of!(all, Token), |row| row.version, steps).await?;
    put::<users::Entity>(txn, of!(all, User), |row| row.version, steps).await?;
    put::<proposals::Entity>(txn, of!(all, Proposal), |row| row.version, steps).await?;
    put::<publications::Entity>(txn, of!(all, Publication), |row| row.version, steps).await
}

/// Inserts the rows of new objects and updates those of others. An object is new in its first
/// version, and a draft holds each object once.
async fn put<E>(
    txn: &DatabaseTransaction,
    rows: &[&E::Model],
    version: fn(&E::Model) -> i64,
    steps: &mut Steps<'_>,
) -> Result<(), ChangeError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Clone + Sync,
    E::ActiveModel: Send,
{
    let (new, known): (Vec<&E::Model>, Vec<&E::Model>) =
        rows.iter().copied().partition(|row| version(row) == 1);
    for some in new.chunks(500) {
        insert::<E>(txn, some.iter().copied().cloned().collect()).await?;
        steps.add(some.len());
    }
    for row in known {
        update::<E>(txn, row.clone()).await?;
        steps.add(1);
    }
    Ok(())
}

async fn compounds<C: Compound + Clone + Sync>(
    txn: &DatabaseTransaction,
    objects: &[&C],
    version: fn(&<C::Row as EntityTrait>::Model) -> i64,
    steps: &mut Steps<'_>,
) -> Result<(), ChangeError>
where
    <C::Row as EntityTrait>::Model: IntoActiveModel<<C::Row as EntityTrait>::ActiveModel>,
    <C::Row as EntityTrait>::ActiveModel: Send,
    <C::Part as EntityTrait>::Model: IntoActiveModel<<C::Part as EntityTrait>::ActiveModel>,
    <C::Part as EntityTrait>::ActiveModel: Send,
{
    let (new, known): (Vec<&C>, Vec<&C>) = objects
        .iter()
        .copied()
        .partition(|object| version(object.row()) == 1);
    for some in new.chunks(500) {
        let mut rows = Vec::with_capacity(some.len());
        let mut parts = Vec::new();
        for object in some {
            let (row, of_it) = C::clone(object).apart();
            rows.push(row);
            parts.extend(of_it);
        }
        insert::<C::Row>(txn, rows).await?;
        insert::<C::Part>(txn, parts).await?;
        steps.add(some.len());
    }
    for some in known.chunks(500) {
        let mut parts = Vec::new();
        for object in some {
            let (row, of_it) = C::clone(object).apart();
            update::<C::Row>(txn, row).await?;
            parts.extend(of_it);
        }
        let owners = some.iter().map(|object| C::id_of(object.row()));
        C::Part::delete_many()
            .filter(C::OWNER.is_in(owners))
            .exec(txn)
            .await?;
        insert::<C::Part>(txn, parts).await?;
        steps.add(some.len());
    }
    Ok(())
}

/// Writes a row over the one with its key.
async fn update<E>(txn: &DatabaseTransaction, row: E::Model) -> Result<(), ChangeError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let row = row.into_active_model().reset_all();
    E::update(row).validate()?.exec(txn).await?;
    Ok(())
}

/// Inserts rows, as many at a time as a statement takes.
async fn insert<E>(txn: &DatabaseTransaction, rows: Vec<E::Model>) -> Result<(), ChangeError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let columns = E::Column::iter().count().max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some = rows.by_ref().take(VALUES / columns);
        let some = some.map(IntoActiveModel::into_active_model);
        E::insert_many(some).exec_without_returning(txn).await?;
    }
    Ok(())
}
