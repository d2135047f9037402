//! Whether the register's tables hold what the ledger last said of each object.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IdenStatic, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, prelude::Uuid,
};
use transfer_registry_entity::{
    certifications, groups, impact_assessments, law_amendments, law_packs, ledger, organisations,
    processing_activities, proposals, publications, tokens, users,
};

use crate::store::objects::{Agreement, Compound, Engagement, LocatedFlow, Object};

/// How many states are read at a time.
const AT_A_TIME: usize = 200;

/// An object that is not what its latest entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The number of that entry; one past the last, where no entry speaks of the object.
    pub(crate) sequence: i64,
    /// What differs.
    pub(crate) what: String,
}

/// The objects of one table, each as far as it can be read.
type Found<O> = BTreeMap<Uuid, Result<O, DbErr>>;

/// The first difference between the tables and the ledger, by entry.
pub(crate) async fn first_difference(
    txn: &DatabaseTransaction,
    entries: i64,
) -> Result<Option<Difference>, DbErr> {
    let mut all = Vec::new();
    all.extend(compare(txn, entries, rows::<groups::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<organisations::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<certifications::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, compounds::<Engagement>(txn).await?).await?);
    all.extend(compare(txn, entries, compounds::<Agreement>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<impact_assessments::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, compounds::<LocatedFlow>(txn).await?).await?);
    all.extend(
        compare(
            txn,
            entries,
            rows::<processing_activities::Entity>(txn).await?,
        )
        .await?,
    );
    all.extend(compare(txn, entries, rows::<law_packs::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<law_amendments::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<tokens::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<users::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<proposals::Entity>(txn).await?).await?);
    all.extend(compare(txn, entries, rows::<publications::Entity>(txn).await?).await?);
    Ok(all.into_iter().min_by_key(|difference| difference.sequence))
}

/// Compares the objects of one kind; the first difference by entry.
async fn compare<O: Object>(
    txn: &DatabaseTransaction,
    entries: i64,
    mut found: Found<O>,
) -> Result<Option<Difference>, DbErr> {
    let kind = O::TYPE.code();
    let latest: Vec<(Uuid, i64)> = ledger::Entity::find()
        .select_only()
        .column(ledger::Column::ObjectId)
        .column_as(ledger::Column::Seq.max(), "latest")
        .filter(ledger::Column::ObjectType.eq(kind))
        .group_by(ledger::Column::ObjectId)
        .into_tuple()
        .all(txn)
        .await?;
    let mut numbers: Vec<i64> = latest.iter().map(|(_, seq)| *seq).collect();
    numbers.sort_unstable();
    for numbers in numbers.chunks(AT_A_TIME) {
        let states: Vec<(i64, Uuid, String)> = ledger::Entity::find()
            .select_only()
            .column(ledger::Column::Seq)
            .column(ledger::Column::ObjectId)
            .column(ledger::Column::State)
            .filter(ledger::Column::Seq.is_in(numbers.iter().copied()))
            .order_by_asc(ledger::Column::Seq)
            .into_tuple()
            .all(txn)
            .await?;
        for (sequence, id, state) in states {
            let what = match (found.remove(&id), serde_json::from_str::<O>(&state)) {
                (Some(Ok(object)), Ok(recorded)) if object == recorded => continue,
                (_, Err(error)) => format!("the state of {kind} {id} cannot be read: {error}"),
                (None, _) => format!("the register no longer holds {kind} {id}"),
                (Some(Err(error)), _) => format!("{kind} {id} cannot be read: {error}"),
                (Some(Ok(_)), Ok(_)) => {
                    format!("{kind} {id} in the register is not what the ledger says")
                }
            };
            return Ok(Some(Difference { sequence, what }));
        }
    }
    Ok(found.into_keys().next().map(|id| Difference {
        sequence: entries + 1,
        what: format!("the register holds {kind} {id}, of which the ledger knows nothing"),
    }))
}

/// The rows of one table.
async fn rows<E: EntityTrait>(txn: &DatabaseTransaction) -> Result<Found<E::Model>, DbErr> {
    let mut found = Found::new();
    for row in raw::<E>(txn).await? {
        let id = id(&row, "id");
        let object = E::Model::from_query_result(&row, "");
        if found.insert(id, object).is_some() {
            // Only a table rebuilt without its key can hold an object twice; the register reads both.
            found.insert(id, Err(DbErr::Custom("it stands twice".to_owned())));
        }
    }
    Ok(found)
}

/// The objects of one table with the rows that belong to them.
async fn compounds<C: Compound>(txn: &DatabaseTransaction) -> Result<Found<C>, DbErr> {
    let mut parts: BTreeMap<Uuid, Result<Vec<_>, DbErr>> = BTreeMap::new();
    let statement = C::parts().build(txn.get_database_backend());
    for row in txn.query_all_raw(statement).await? {
        let owner = id(&row, C::OWNER.as_str());
        let of_owner = parts.entry(owner).or_insert_with(|| Ok(Vec::new()));
        match (
            <C::Part as EntityTrait>::Model::from_query_result(&row, ""),
            &mut *of_owner,
        ) {
            (Ok(part), Ok(before)) => before.push(part),
            (Err(error), _) => *of_owner = Err(error),
            (Ok(_), Err(_)) => {}
        }
    }
    let mut found = Found::new();
    for (id, row) in rows::<C::Row>(txn).await? {
        let parts = parts.remove(&id).unwrap_or_else(|| Ok(Vec::new()));
        let object = row.and_then(|row| parts.map(|parts| C::assemble(row, parts)));
        found.insert(id, object);
    }
    for ownerless in parts.into_keys() {
        let error = DbErr::RecordNotFound("it has parts and no row of its own".to_owned());
        found.insert(ownerless, Err(error));
    }
    Ok(found)
}

async fn raw<E: EntityTrait>(txn: &DatabaseTransaction) -> Result<Vec<QueryResult>, DbErr> {
    txn.query_all_raw(E::find().build(txn.get_database_backend()))
        .await
}

/// An id that cannot be read is nobody's: the nil id, of which the ledger knows nothing.
fn id(row: &QueryResult, column: &str) -> Uuid {
    row.try_get("", column).unwrap_or_default()
}
