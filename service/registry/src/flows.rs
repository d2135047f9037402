//! Registered data flows.

use std::collections::BTreeSet;

use transfer_decision::{
    span::Day,
    vocabulary::{Country, DataCategory, Role},
};
use transfer_registry_entity::{flow_locations, flows};
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    locations::Location,
    store::{Change, ChangeError, Recorded, objects::LocatedFlow, references::of_flow},
    validation::Checks,
};

pub use transfer_registry_entity::vocabulary::FlowStatus;

/// A registered data flow from one organisation to another; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its id.
    pub id: Uuid,
    /// The group that keeps it, by slug.
    pub group: Option<String>,
    /// Who sends, by slug.
    pub exporter: String,
    /// Who receives, by slug.
    pub importer: String,
    /// The exporter's role, where recorded.
    pub exporter_role: Option<Role>,
    /// The importer's role, where recorded.
    pub importer_role: Option<Role>,
    /// The data subjects' countries, where recorded.
    pub data_subjects: Vec<Country>,
    /// The data categories; `None`: nobody recorded any.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// Its stage.
    pub status: FlowStatus,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    pub valid_to: Option<Day>,
    /// The flow that it continues (onward transfer).
    pub continues: Option<Uuid>,
    /// The data subjects hand the data to the importer directly, on their own initiative.
    pub collected_from_data_subject: bool,
    /// Where the importer touches the data; empty: nobody recorded it.
    pub locations: Vec<Location>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A flow to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlow {
    /// The group that keeps it, by slug or id.
    pub group: Option<String>,
    /// Who sends, by slug or id.
    pub exporter: String,
    /// Who receives, by slug or id.
    pub importer: String,
    /// The exporter's role, where recorded.
    pub exporter_role: Option<Role>,
    /// The importer's role, where recorded.
    pub importer_role: Option<Role>,
    /// The data subjects' countries, where recorded.
    pub data_subjects: BTreeSet<Country>,
    /// The data categories; `None`: nobody recorded any.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    pub valid_to: Option<Day>,
    /// The flow that it continues (onward transfer).
    pub continues: Option<Uuid>,
    /// The data subjects hand the data to the importer directly, on their own initiative.
    pub collected_from_data_subject: bool,
    /// Where the importer touches the data; empty: nobody recorded it.
    pub locations: Vec<Location>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Records a flow that already runs in reality. It is active whatever the law says, and is listed
/// as denied if it is; once its last day is past it is ended.
pub async fn record_existing(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewFlow,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = record_existing_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Records an existing flow as part of a change.
pub(crate) async fn record_existing_in(
    change: &mut Change<'_>,
    new: NewFlow,
) -> Result<Uuid, ChangeError> {
    let NewFlow {
        group,
        exporter,
        importer,
        exporter_role,
        importer_role,
        data_subjects,
        data_categories,
        purpose,
        valid_from,
        valid_to,
        continues,
        collected_from_data_subject,
        locations,
        source,
        checked_on,
    } = new;
    if group.is_none() {
        change.shared()?;
    }
    let mut checks = Checks::default();
    checks.code_if_any("/purpose", purpose.as_deref());
    checks.day("/valid_from", valid_from);
    checks.day_if_any("/valid_to", valid_to);
    checks.ordered("/valid_to", Some(valid_from), valid_to);
    checks.provenance(&source, checked_on, change.today());
    let group = change
        .group_if_any(&mut checks, "/group", group.as_deref())
        .await?;
    let exporter = change
        .organisation(&mut checks, "/exporter", &exporter)
        .await?;
    let importer = change
        .organisation(&mut checks, "/importer", &importer)
        .await?;
    if let Some(before) = continues
        && let Some(before) = change.flow(&mut checks, "/continues", before).await?
        && let Some(exporter) = &exporter
        && before.importer_id != exporter.id
    {
        checks.add(
            "/continues",
            "not_continued",
            "the exporter receives nothing under that flow",
        );
    }
    let operators = change.operators(&mut checks, &locations).await?;
    if let (Some(exporter), Some(importer)) = (&exporter, &importer)
        && exporter.id == importer.id
    {
        checks.add("/importer", "same_organisation", "a flow has two ends");
    }
    let (exporter, importer) = checks.finish_with(exporter.zip(importer))?;
    let id = change.new_id();
    let status = if change.is_past(valid_to) {
        FlowStatus::Ended
    } else {
        FlowStatus::Active
    };
    let flow = LocatedFlow {
        row: flows::Model {
            id,
            group_id: group.map(|group| group.id),
            exporter_id: exporter.id,
            importer_id: importer.id,
            exporter_role: exporter_role.map(Into::into),
            importer_role: importer_role.map(Into::into),
            data_subjects: data_subjects.into(),
            data_categories: data_categories.map(Into::into),
            purpose,
            status: status.into(),
            valid_from,
            valid_to,
            continues,
            collected_from_data_subject,
            source,
            checked_on,
            version: 1,
        },
        locations: of_flow(id, locations, operators),
    };
    change.insert::<flows::Entity>([flow.row.clone()]).await?;
    change
        .insert::<flow_locations::Entity>(flow.locations.clone())
        .await?;
    change.append("record_existing", &flow).await?;
    Ok(id)
}
