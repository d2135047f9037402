//! Engagements of third parties by groups.

mod stages;

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::Day,
    vocabulary::{Country, DataCategory, Role},
};
use transfer_registry_entity::subprocessors;
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    imports::{self, Outcome},
    lifecycle,
    locations::{self, Location},
    store::{
        ChangeError, Draft, Expected, Recorded, next, objects::Engagement,
        references::of_subprocessor,
    },
    validation::{Checks, LINE, PARAGRAPH},
};

pub use self::stages::{activate_in, announce_in, end_in, withdraw_in};
pub(crate) use self::stages::{gated, in_effect_from};
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
    /// The data subjects' countries; `None`: nobody recorded any.
    pub data_subject_countries: Option<BTreeSet<Country>>,
    /// When it applies at all ("only if …").
    pub condition: Option<String>,
    /// Its stage.
    pub status: SubprocessorStatus,
    /// The day on which the customers were told.
    pub announced_on: Option<Day>,
    /// The last day on which they can object.
    pub objection_until: Option<Day>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSubprocessor {
    /// The group, by slug or id.
    pub group: String,
    /// The organisation engaged, by slug or id.
    pub organisation: String,
    /// What for.
    pub service: String,
    /// The purpose's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// More about it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The data categories; `None`: nobody recorded any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// Whose data, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_subjects: Option<String>,
    /// The data subjects' countries; `None`: nobody recorded any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_subject_countries: Option<BTreeSet<Country>>,
    /// When it applies at all ("only if …").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The day on which the customers were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_on: Option<Day>,
    /// The last day on which they can object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection_until: Option<Day>,
    /// The first day in effect.
    pub effective_from: Day,
    /// The last day in effect, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Day>,
    /// The group's role, where recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exporter_role: Option<Role>,
    /// The subprocessor's role, where recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importer_role: Option<Role>,
    /// Where it touches the data; empty: nobody recorded it.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// What else a reader must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

/// When customers are told of an engagement, and when it takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The day on which they are told; `None`: today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_on: Option<Day>,
    /// The last day on which they can object; `None`: as the group's objection period says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection_until: Option<Day>,
    /// The first day in effect; `None`: the one that was proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Day>,
}

/// Records an engagement that already runs in reality. It is active whatever the law says, and is
/// listed as denied if it is; once its last day is past it is ended.
pub async fn record_existing(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewSubprocessor,
) -> Result<Recorded, ChangeError> {
    registry
        .change(context, scope, None, |draft| record_existing_in(draft, new))
        .await
}

/// Records an existing engagement as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn record_existing_in(draft: &mut Draft, new: NewSubprocessor) -> Result<Uuid, ChangeError> {
    let status = if draft.is_past(new.ended_on) {
        SubprocessorStatus::Ended
    } else {
        SubprocessorStatus::Active
    };
    let id = write(draft, Checks::default(), None, status, new)?;
    draft.called("record_existing");
    Ok(id)
}

/// Proposes an engagement. It carries nothing until it is active.
///
/// # Errors
/// When it is not acceptable.
pub fn propose_in(draft: &mut Draft, new: NewSubprocessor) -> Result<Uuid, ChangeError> {
    let id = write(
        draft,
        Checks::default(),
        None,
        SubprocessorStatus::Proposed,
        new,
    )?;
    draft.called("propose");
    Ok(id)
}

/// Gives an engagement anew; its group and organisation stay, and its stage follows its days. When
/// it is in effect again that had ended, the gate is asked; while it is still to come, the group's
/// customers keep their notice.
///
/// # Errors
/// When there is none, it was changed meanwhile, it is not acceptable, or it is denied.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewSubprocessor,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_subprocessor(id, expected)?;
    if NewSubprocessor::of(&before) == new {
        return Ok(draft.unchanged(id));
    }
    locations::amended(draft, &before.locations, &new.locations);
    let mut checks = Checks::default();
    fixed(draft, &mut checks, &before, &new);
    stages::rewrite(draft, checks, &before, new)
}

impl NewSubprocessor {
    /// What an engagement would be recorded as again.
    #[must_use]
    pub fn of(view: &Subprocessor) -> Self {
        let Subprocessor {
            id: _,
            group,
            organisation,
            service,
            purpose,
            description,
            data_categories,
            data_subjects,
            data_subject_countries,
            condition,
            status: _,
            announced_on,
            objection_until,
            effective_from,
            ended_on,
            exporter_role,
            importer_role,
            locations,
            note,
            source,
            checked_on,
            version: _,
        } = view.clone();
        Self {
            group,
            organisation,
            service,
            purpose,
            description,
            data_categories,
            data_subjects,
            data_subject_countries,
            condition,
            announced_on,
            objection_until,
            effective_from,
            ended_on,
            exporter_role,
            importer_role,
            locations,
            note,
            source,
            checked_on,
        }
    }
}

/// Records an engagement from a row of a file in the stage that the row says, or gives the one
/// with its id anew. The gate is asked when all rows are there.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    status: SubprocessorStatus,
    new: NewSubprocessor,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    let mut checks = Checks::of_a_row();
    if status == SubprocessorStatus::Ended {
        lifecycle::ended(&mut checks, "/ended_on", new.ended_on, draft.today());
    }
    if let Some(view) = id.and_then(|id| base.subprocessors().get(id)) {
        let same = NewSubprocessor::of(view) == new && view.status == status;
        return imports::amended(same, view.id, || {
            let view = draft.existing_subprocessor(view.id, &Expected::Any)?;
            fixed(draft, &mut checks, &view, &new);
            write(draft, checks, Some((view.id, view.version)), status, new)
        });
    }
    let id = write(draft, checks, draft.given(id)?, status, new)?;
    draft.called("import");
    Ok(Outcome::Created(id))
}

/// What an engagement keeps for its life.
fn fixed(draft: &Draft, checks: &mut Checks, before: &Subprocessor, new: &NewSubprocessor) {
    let named = draft.base().group(&new.group);
    checks.fixed(
        "/group",
        named.is_some_and(|named| named.slug == before.group),
    );
    let named = draft.base().organisation(&new.organisation);
    let same = named.is_some_and(|named| named.slug == before.organisation);
    checks.fixed("/organisation", same);
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    status: SubprocessorStatus,
    new: NewSubprocessor,
) -> Result<Uuid, ChangeError> {
    let base = Arc::clone(draft.base());
    let kept = before.and_then(|(id, _)| base.subprocessors().get(id));
    let kept = kept.map_or(&[][..], |kept| &kept.locations);
    check(&mut checks, &new, kept, draft.today());
    let NewSubprocessor {
        group,
        organisation,
        service,
        purpose,
        description,
        data_categories,
        data_subjects,
        data_subject_countries,
        condition,
        announced_on,
        objection_until,
        effective_from,
        ended_on,
        exporter_role,
        importer_role,
        locations,
        note,
        source,
        checked_on,
    } = new;
    let group = draft.group(&mut checks, "/group", &group);
    let organisation = draft.organisation(&mut checks, "/organisation", &organisation);
    if let (Some((group, _)), Some(organisation)) = (&group, &organisation)
        && organisation.group == Some(*group)
    {
        checks.add(
            "/organisation",
            "own_company",
            "a group does not engage its own company",
        );
    }
    let operators = draft.operators(&mut checks, &locations);
    let ((group_id, _), organisation) = checks.finish_with(group.zip(organisation))?;
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    draft.put(
        "amend",
        Engagement {
            row: subprocessors::Model {
                id,
                group_id,
                organisation_id: organisation.id,
                service,
                purpose,
                description,
                data_categories: data_categories.map(Into::into),
                data_subjects,
                data_subject_countries: data_subject_countries.map(Into::into),
                condition,
                status: status.into(),
                announced_on,
                objection_until,
                effective_from,
                ended_on,
                exporter_role: exporter_role.map(Into::into),
                importer_role: importer_role.map(Into::into),
                note,
                source,
                checked_on,
                version: next(before),
            },
            locations: of_subprocessor(id, locations, operators),
        },
    );
    Ok(id)
}

/// What can be said without the register.
fn check(checks: &mut Checks, new: &NewSubprocessor, kept: &[Location], today: Day) {
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
    checks.day_if_any("/announced_on", new.announced_on);
    checks.day_if_any("/objection_until", new.objection_until);
    checks.ordered("/objection_until", new.announced_on, new.objection_until);
    let days = (new.effective_from, new.ended_on);
    locations::check(checks, &new.locations, kept, days);
    checks.provenance(&new.source, new.checked_on, today);
}
