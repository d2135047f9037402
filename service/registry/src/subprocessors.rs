//! Engagements of third parties by groups.

use std::collections::BTreeSet;

use transfer_decision::{
    span::Day,
    vocabulary::{DataCategory, Role},
};
use transfer_registry_entity::{subprocessor_locations, subprocessors};
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    locations::Location,
    store::{Change, ChangeError, Recorded, objects::Engagement, references::of_subprocessor},
    validation::{Checks, LINE, PARAGRAPH},
};

pub use transfer_registry_entity::vocabulary::SubprocessorStatus;

/// An engagement: a group engages a third party for a service. It binds every company of the
/// group as exporter. Days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subprocessor {
    /// Its id.
    pub id: Uuid,
    /// The group, by slug.
    pub group: String,
    /// The organisation engaged, by slug.
    pub organisation: String,
    /// What for.
    pub service: String,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// More about it, in words.
    pub description: Option<String>,
    /// The data categories; `None`: nobody recorded any.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// When it applies at all ("only if …").
    pub condition: Option<String>,
    /// Its stage.
    pub status: SubprocessorStatus,
    /// The first day in effect.
    pub effective_from: Day,
    /// The last day in effect.
    pub ended_on: Option<Day>,
    /// The group's role, where recorded.
    pub exporter_role: Option<Role>,
    /// The subprocessor's role, where recorded.
    pub importer_role: Option<Role>,
    /// Where it touches the data; empty: nobody recorded it.
    pub locations: Vec<Location>,
    /// What else a reader must know.
    pub note: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An engagement to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubprocessor {
    /// The group, by slug or id.
    pub group: String,
    /// The organisation engaged, by slug or id.
    pub organisation: String,
    /// What for.
    pub service: String,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// More about it, in words.
    pub description: Option<String>,
    /// The data categories; `None`: nobody recorded any.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// When it applies at all ("only if …").
    pub condition: Option<String>,
    /// The first day in effect.
    pub effective_from: Day,
    /// The last day in effect, if there is one.
    pub ended_on: Option<Day>,
    /// The group's role, where recorded.
    pub exporter_role: Option<Role>,
    /// The subprocessor's role, where recorded.
    pub importer_role: Option<Role>,
    /// Where it touches the data; empty: nobody recorded it.
    pub locations: Vec<Location>,
    /// What else a reader must know.
    pub note: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Records an engagement that already runs in reality. It is active whatever the law says, and is
/// listed as denied if it is; once its last day is past it is ended.
pub async fn record_existing(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewSubprocessor,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = record_existing_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Records an existing engagement as part of a change.
pub(crate) async fn record_existing_in(
    change: &mut Change<'_>,
    new: NewSubprocessor,
) -> Result<Uuid, ChangeError> {
    let mut checks = Checks::default();
    check(&mut checks, &new, change.today());
    let NewSubprocessor {
        group,
        organisation,
        service,
        purpose,
        description,
        data_categories,
        data_subjects,
        condition,
        effective_from,
        ended_on,
        exporter_role,
        importer_role,
        locations,
        note,
        source,
        checked_on,
    } = new;
    let group = change.group(&mut checks, "/group", &group).await?;
    let organisation = change
        .organisation(&mut checks, "/organisation", &organisation)
        .await?;
    if let (Some(group), Some(organisation)) = (&group, &organisation)
        && organisation.group_id == Some(group.id)
    {
        checks.add(
            "/organisation",
            "own_company",
            "a group does not engage its own company",
        );
    }
    let operators = change.operators(&mut checks, &locations).await?;
    let (group, organisation) = checks.finish_with(group.zip(organisation))?;
    let id = change.new_id();
    let status = if change.is_past(ended_on) {
        SubprocessorStatus::Ended
    } else {
        SubprocessorStatus::Active
    };
    let engagement = Engagement {
        row: subprocessors::Model {
            id,
            group_id: group.id,
            organisation_id: organisation.id,
            service,
            purpose,
            description,
            data_categories: data_categories.map(Into::into),
            data_subjects,
            condition,
            status: status.into(),
            effective_from,
            ended_on,
            exporter_role: exporter_role.map(Into::into),
            importer_role: importer_role.map(Into::into),
            note,
            source,
            checked_on,
            version: 1,
        },
        locations: of_subprocessor(id, locations, operators),
    };
    change
        .insert::<subprocessors::Entity>([engagement.row.clone()])
        .await?;
    change
        .insert::<subprocessor_locations::Entity>(engagement.locations.clone())
        .await?;
    change.append("record_existing", &engagement).await?;
    Ok(id)
}

/// What can be said without the register.
fn check(checks: &mut Checks, new: &NewSubprocessor, today: Day) {
    checks.text("/service", &new.service, LINE);
    checks.code_if_any("/purpose", new.purpose.as_deref());
    for (pointer, text) in [
        ("/description", &new.description),
        ("/data_subjects", &new.data_subjects),
        ("/condition", &new.condition),
        ("/note", &new.note),
    ] {
        checks.text_if_any(pointer, text.as_deref(), PARAGRAPH);
    }
    checks.day("/effective_from", new.effective_from);
    checks.day_if_any("/ended_on", new.ended_on);
    checks.ordered("/ended_on", Some(new.effective_from), new.ended_on);
    checks.provenance(&new.source, new.checked_on, today);
}
