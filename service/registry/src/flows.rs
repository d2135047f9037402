//! Registered data flows.

mod stages;

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Country, DataCategory, Role},
};
use transfer_registry_entity::flows;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    imports::{self, Outcome},
    lifecycle,
    locations::{self, Location},
    store::{
        ChangeError, Draft, Expected, Recorded, next, objects::LocatedFlow, references::of_flow,
    },
    validation::{Checks, LINE, PARAGRAPH},
};

pub(crate) use self::stages::in_effect_from;
pub use self::stages::{activate_in, end_in, suspend_in};
pub use transfer_registry_entity::{parts::Suspension, vocabulary::FlowStatus};

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
    /// The days within its own on which it was suspended, in order.
    pub suspensions: Vec<Suspension>,
    /// Where the importer touches the data; empty: nobody recorded it.
    pub locations: Vec<Location>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What else a reader must know.
    pub note: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A flow to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFlow {
    /// The group that keeps it, by slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Who sends, by slug or id.
    pub exporter: String,
    /// Who receives, by slug or id.
    pub importer: String,
    /// The exporter's role, where recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exporter_role: Option<Role>,
    /// The importer's role, where recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importer_role: Option<Role>,
    /// The data subjects' countries, where recorded.
    #[serde(default)]
    pub data_subjects: BTreeSet<Country>,
    /// The data categories; `None`: nobody recorded any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// The purpose's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// The flow that it continues (onward transfer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Uuid>,
    /// The data subjects hand the data to the importer directly, on their own initiative.
    #[serde(default)]
    pub collected_from_data_subject: bool,
    /// The days within its own on which it was suspended, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspensions: Vec<Suspension>,
    /// Where the importer touches the data; empty: nobody recorded it.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What else a reader must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    registry
        .change(context, scope, None, |draft| record_existing_in(draft, new))
        .await
}

/// Records an existing flow as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn record_existing_in(draft: &mut Draft, new: NewFlow) -> Result<Uuid, ChangeError> {
    let status = if draft.is_past(new.valid_to) {
        FlowStatus::Ended
    } else {
        FlowStatus::Active
    };
    let id = write(draft, Checks::default(), None, status, new)?;
    draft.called("record_existing");
    Ok(id)
}

/// Drafts a flow. It carries nothing until it is active.
///
/// # Errors
/// When it is not acceptable.
pub fn draft_in(draft: &mut Draft, new: NewFlow) -> Result<Uuid, ChangeError> {
    let id = write(draft, Checks::default(), None, FlowStatus::Draft, new)?;
    draft.called("draft");
    Ok(id)
}

/// Gives a flow anew; its group and its ends stay, and its stage follows its days. When it is in
/// effect again that had ended, the gate is asked.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not acceptable, or it is denied.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewFlow,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_flow(id, expected)?;
    if NewFlow::of(&before) == new {
        return Ok(draft.unchanged(id));
    }
    locations::amended(draft, &before.locations, &new.locations);
    let mut checks = Checks::default();
    fixed(draft, &mut checks, &before, &new);
    stages::rewrite(draft, checks, &before, new)
}

impl NewFlow {
    /// What a flow would be recorded as again.
    #[must_use]
    pub fn of(view: &Flow) -> Self {
        let Flow {
            id: _,
            group,
            exporter,
            importer,
            exporter_role,
            importer_role,
            data_subjects,
            data_categories,
            purpose,
            status: _,
            valid_from,
            valid_to,
            continues,
            collected_from_data_subject,
            suspensions,
            locations,
            owner,
            note,
            source,
            checked_on,
            version: _,
        } = view.clone();
        Self {
            group,
            exporter,
            importer,
            exporter_role,
            importer_role,
            data_subjects: data_subjects.into_iter().collect(),
            data_categories,
            purpose,
            valid_from,
            valid_to,
            continues,
            collected_from_data_subject,
            suspensions,
            locations,
            owner,
            note,
            source,
            checked_on,
        }
    }
}

/// Records a flow from a row of a file in the stage that the row says, or gives the one with its id
/// anew. The gate is asked when all rows are there.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    status: FlowStatus,
    mut new: NewFlow,
) -> Result<Outcome, ChangeError> {
    if status == FlowStatus::Suspended && new.suspensions.is_empty() {
        // Nobody said since when: on no day it is known to have carried anything.
        new.suspensions.push(Suspension {
            from: new.valid_from,
            until: None,
        });
    }
    let base = Arc::clone(draft.base());
    let mut checks = Checks::of_a_row();
    if status == FlowStatus::Ended {
        lifecycle::ended(&mut checks, "/valid_to", new.valid_to, draft.today());
    }
    if let Some(view) = id.and_then(|id| base.flows().get(id)) {
        let same = NewFlow::of(view) == new && view.status == status;
        return imports::amended(same, view.id, || {
            let view = draft.existing_flow(view.id, &Expected::Any)?;
            fixed(draft, &mut checks, &view, &new);
            write(draft, checks, Some((view.id, view.version)), status, new)
        });
    }
    let id = write(draft, checks, draft.given(id)?, status, new)?;
    draft.called("import");
    Ok(Outcome::Created(id))
}

/// What a flow keeps for its life.
fn fixed(draft: &Draft, checks: &mut Checks, before: &Flow, new: &NewFlow) {
    let named = new.group.as_deref().and_then(|key| draft.base().group(key));
    checks.fixed(
        "/group",
        named.map(|group| &group.slug) == before.group.as_ref(),
    );
    for (pointer, key, slug) in [
        ("/exporter", &new.exporter, &before.exporter),
        ("/importer", &new.importer, &before.importer),
    ] {
        let named = draft.base().organisation(key);
        checks.fixed(pointer, named.is_some_and(|named| named.slug == *slug));
    }
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    status: FlowStatus,
    new: NewFlow,
) -> Result<Uuid, ChangeError> {
    if new.group.is_none() {
        draft.shared()?;
    }
    let base = Arc::clone(draft.base());
    let kept = before.and_then(|(id, _)| base.flows().get(id));
    let kept = kept.map_or(&[][..], |kept| &kept.locations);
    check(&mut checks, &new, kept, draft.today());
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
        suspensions,
        locations,
        owner,
        note,
        source,
        checked_on,
    } = new;
    let group_id = draft.group_if_any(&mut checks, "/group", group.as_deref());
    let exporter = draft.organisation(&mut checks, "/exporter", &exporter);
    let importer = draft.organisation(&mut checks, "/importer", &importer);
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    if let Some(earlier) = continues {
        let receives = draft.flow(&mut checks, "/continues", earlier);
        if let (Some(receives), Some(exporter)) = (receives, &exporter)
            && (receives != exporter.id || earlier == id)
        {
            checks.add(
                "/continues",
                "not_continued",
                "the exporter receives nothing under that flow",
            );
        }
    }
    let operators = draft.operators(&mut checks, &locations);
    if let (Some(exporter), Some(importer)) = (&exporter, &importer)
        && exporter.id == importer.id
    {
        checks.add("/importer", "same_organisation", "a flow has two ends");
    }
    let (exporter, importer) = checks.finish_with(exporter.zip(importer))?;
    draft.put(
        "amend",
        LocatedFlow {
            row: flows::Model {
                id,
                group_id,
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
                suspensions: suspensions.into(),
                owner,
                note,
                source,
                checked_on,
                version: next(before),
            },
            locations: of_flow(id, locations, operators),
        },
    );
    Ok(id)
}

/// What can be said without the register.
fn check(checks: &mut Checks, new: &NewFlow, kept: &[Location], today: Day) {
    checks.code_if_any("/purpose", new.purpose.as_deref());
    checks.day("/valid_from", new.valid_from);
    checks.day_if_any("/valid_to", new.valid_to);
    checks.ordered("/valid_to", Some(new.valid_from), new.valid_to);
    checks.text_if_any("/owner", new.owner.as_deref(), LINE);
    checks.text_if_any("/note", new.note.as_deref(), PARAGRAPH);
    stages::check_suspensions(checks, new);
    let days = (new.valid_from, new.valid_to);
    locations::check(checks, &new.locations, kept, days);
    checks.provenance(&new.source, new.checked_on, today);
}
