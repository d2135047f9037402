//! The whole register as rows, read in one transaction.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, Iterable, PrimaryKeyToColumn, QueryOrder, Select,
    StreamTrait, prelude::Uuid,
};
use transfer_registry_entity::{
    certifications, groups, head, impact_assessments, law_amendments, law_packs, organisations,
    processing_activities, vocabulary::RegisterKind,
};

use super::objects::{Agreement, Compound, Engagement, LocatedFlow};

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
        })
    }
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
    sorted::<E>().stream(txn).await?.try_collect().await
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
    while let Some(part) = found.try_next().await? {
        parts.entry(C::owner_of(&part)).or_default().push(part);
    }
    // A connection reads one thing at a time.
    drop(found);
    let mut found = sorted::<C::Row>().stream(txn).await?;
    let mut objects = Vec::new();
    while let Some(row) = found.try_next().await? {
        let parts = parts.remove(&C::id_of(&row)).unwrap_or_default();
        objects.push(C::assemble(row, parts));
    }
    Ok(objects)
}
