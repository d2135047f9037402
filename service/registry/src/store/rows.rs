//! The whole register as rows, read in one transaction.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, PrimaryKeyToColumn, QueryOrder, prelude::Uuid};
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
        txn: &impl ConnectionTrait,
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

async fn by_id<E: EntityTrait>(txn: &impl ConnectionTrait) -> Result<Vec<E::Model>, DbErr>
where
    E::Model: Send + Sync,
{
    use sea_orm::Iterable;

    let mut query = E::find();
    for key in E::PrimaryKey::iter() {
        query = query.order_by_asc(key.into_column());
    }
    query.all(txn).await
}

async fn compound<C: Compound>(txn: &impl ConnectionTrait) -> Result<Vec<C>, DbErr> {
    let mut parts: HashMap<Uuid, Vec<<C::Part as EntityTrait>::Model>> = HashMap::new();
    for part in C::parts().all(txn).await? {
        parts.entry(C::owner_of(&part)).or_default().push(part);
    }
    let rows = by_id::<C::Row>(txn).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let parts = parts.remove(&C::id_of(&row)).unwrap_or_default();
            C::assemble(row, parts)
        })
        .collect())
}
