//! The register as rows: whole from its tables, or what was recorded of it from the ledger.

use std::{collections::HashMap, time::Duration};

use futures_util::{Stream, TryStreamExt};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, StreamTrait, prelude::Uuid,
};
use tokio::time::timeout;
use transfer_registry_entity::{
    certifications,
    columns::Coded,
    groups, head, impact_assessments, law_amendments, law_packs, ledger, organisations,
    processing_activities, proposals, publications, tokens, users,
    vocabulary::{ObjectType, RegisterKind},
};

use super::objects::{Agreement, Compound, Engagement, Kept, LocatedFlow, Object};

/// How long the next row may keep whoever reads many waiting. How long all of them take is the
/// register's size and no fault.
const STALLED: Duration = Duration::from_mins(1);

/// Why rows cannot be read from the ledger.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordedError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] DbErr),
    /// What an entry keeps of its object cannot be understood.
    #[error("the state that ledger entry {sequence} keeps cannot be read")]
    State {
        /// The entry.
        sequence: i64,
        /// Why.
        source: serde_json::Error,
    },
}

/// The rows of one moment, or those that a change wrote; each list by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    /// The register's revision.
    pub(crate) revision: i64,
    /// Whether it is the demo register.
    pub(crate) demo: bool,
    pub(crate) groups: Vec<groups::Model>,
    pub(crate) organisations: Vec<organisations::Model>,
    pub(crate) certifications: Vec<certifications::Model>,
    pub(crate) subprocessors: Vec<Engagement>,
    pub(crate) mechanisms: Vec<Agreement>,
    pub(crate) impact_assessments: Vec<impact_assessments::Model>,
    pub(crate) flows: Vec<LocatedFlow>,
    pub(crate) processing_activities: Vec<processing_activities::Model>,
    pub(crate) law_packs: Vec<law_packs::Model>,
    pub(crate) law_amendments: Vec<law_amendments::Model>,
    pub(crate) tokens: Vec<tokens::Model>,
    pub(crate) users: Vec<users::Model>,
    pub(crate) proposals: Vec<proposals::Model>,
    pub(crate) publications: Vec<publications::Model>,
}

impl Rows {
    /// Reads everything. The connection must be a transaction that sees one moment.
    pub(crate) async fn read(
        txn: &(impl ConnectionTrait + StreamTrait),
        revision: i64,
        kind: RegisterKind,
    ) -> Result<Self, DbErr> {
        Ok(Self {
            revision,
            demo: kind == RegisterKind::Demo,
            groups: by_id::<groups::Entity>(txn).await?,
            organisations: by_id::<organisations::Entity>(txn).await?,
            certifications: by_id::<certifications::Entity>(txn).await?,
            subprocessors: compound::<Engagement>(txn).await?,
            mechanisms: compound::<Agreement>(txn).await?,
            impact_assessments: by_id::<impact_assessments::Entity>(txn).await?,
            flows: compound::<LocatedFlow>(txn).await?,
            processing_activities: by_id::<processing_activities::Entity>(txn).await?,
            law_packs: by_id::<law_packs::Entity>(txn).await?,
            law_amendments: by_id::<law_amendments::Entity>(txn).await?,
            tokens: by_id::<tokens::Entity>(txn).await?,
            users: by_id::<users::Entity>(txn).await?,
            proposals: by_id::<proposals::Entity>(txn).await?,
            publications: by_id::<publications::Entity>(txn).await?,
        })
    }

    /// The newest states of what was recorded after one entry of the ledger and up to another, in
    /// one query: each entry keeps the object's whole state after it.
    pub(crate) async fn recorded(
        db: &(impl ConnectionTrait + StreamTrait),
        (after, until): (i64, i64),
        revision: i64,
        demo: bool,
    ) -> Result<Self, RecordedError> {
        let newest = ledger::Entity::find()
            .select_only()
            .column_as(ledger::Column::Seq.max(), "newest")
            .filter(ledger::Column::Seq.gt(after))
            .filter(ledger::Column::Seq.lte(until))
            .group_by(ledger::Column::ObjectType)
            .group_by(ledger::Column::ObjectId)
            .into_query();
        let mut states = ledger::Entity::find()
            .select_only()
            .column(ledger::Column::Seq)
            .column(ledger::Column::ObjectType)
            .column(ledger::Column::State)
            .filter(ledger::Column::Seq.in_subquery(newest))
            .into_tuple::<(i64, Coded<ObjectType>, String)>()
            .stream(db)
            .await?;
        let mut rows = Self {
            revision,
            demo,
            ..Self::default()
        };
        while let Some((sequence, kind, state)) = next(&mut states).await? {
            let object = Kept::read(kind.0, &state);
            let object = object.map_err(|source| RecordedError::State { sequence, source })?;
            object.put_into(&mut rows);
        }
        drop(states);
        rows.order();
        Ok(rows)
    }

    /// Each list by id, as the tables are read.
    fn order(&mut self) {
        fn by_id<O: Object>(objects: &mut [O]) {
            objects.sort_by_key(|object| -> Uuid { object.id() });
        }
        by_id(&mut self.groups);
        by_id(&mut self.organisations);
        by_id(&mut self.certifications);
        by_id(&mut self.subprocessors);
        by_id(&mut self.mechanisms);
        by_id(&mut self.impact_assessments);
        by_id(&mut self.flows);
        by_id(&mut self.processing_activities);
        by_id(&mut self.law_packs);
        by_id(&mut self.law_amendments);
        by_id(&mut self.tokens);
        by_id(&mut self.users);
        by_id(&mut self.proposals);
        by_id(&mut self.publications);
    }

    /// How many objects they are, apart from the law.
    pub(crate) const fn len(&self) -> usize {
        self.groups.len()
            + self.organisations.len()
            + self.certifications.len()
            + self.subprocessors.len()
            + self.mechanisms.len()
            + self.impact_assessments.len()
            + self.flows.len()
            + self.processing_activities.len()
    }
}

/// The next of many rows.
async fn next<T>(
    rows: &mut (impl Stream<Item = Result<T, DbErr>> + Unpin),
) -> Result<Option<T>, DbErr> {
    let next = timeout(STALLED, rows.try_next()).await;
    next.unwrap_or_else(|_| {
        let waited = format!("no further row within {} s", STALLED.as_secs());
        Err(DbErr::Custom(waited))
    })
}

/// Reads the head; `None`: there is none.
pub(crate) async fn read_head(txn: &impl ConnectionTrait) -> Result<Option<head::Model>, DbErr> {
    head::Entity::find_by_id(head::ONLY).one(txn).await
}

async fn by_id<E: EntityTrait>(
    txn: &(impl ConnectionTrait + StreamTrait),
) -> Result<Vec<E::Model>, DbErr>
where
    E::Model: Send + Sync,
{
    // Row by row: of a large register there is not room for the driver's rows beside ours.
    let mut found = sorted::<E>().stream(txn).await?;
    let mut rows = Vec::new();
    while let Some(row) = next(&mut found).await? {
        rows.push(row);
    }
    Ok(rows)
}

/// All rows of a table, by their key.
fn sorted<E: EntityTrait>() -> Select<E> {
    let mut query = E::find();
    for key in E::PrimaryKey::iter() {
        query = query.order_by_asc(key.into_column());
    }
    query
}

async fn compound<C: Compound>(
    txn: &(impl ConnectionTrait + StreamTrait),
) -> Result<Vec<C>, DbErr> {
    let mut parts: HashMap<Uuid, Vec<<C::Part as EntityTrait>::Model>> = HashMap::new();
    let mut found = C::parts().stream(txn).await?;
    while let Some(part) = next(&mut found).await? {
        parts.entry(C::owner_of(&part)).or_default().push(part);
    }
    // A connection reads one thing at a time.
    drop(found);
    let mut found = sorted::<C::Row>().stream(txn).await?;
    let mut objects = Vec::new();
    while let Some(row) = next(&mut found).await? {
        let parts = parts.remove(&C::id_of(&row)).unwrap_or_default();
        objects.push(C::assemble(row, parts));
    }
    Ok(objects)
}
