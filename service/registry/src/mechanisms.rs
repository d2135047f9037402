//! Transfer mechanisms.

mod number;
mod terms;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use transfer_decision::{
    facts::Statements,
    span::Day,
    vocabulary::{Country, Module, PartySide, Tool},
};
use transfer_registry_entity::mechanisms;
use uuid::Uuid;

pub use transfer_registry_entity::parts::Use;

use crate::{
    Context, Registry, Scope,
    impact_assessments::ImpactAssessment,
    imports::{self, Outcome},
    store::{ChangeError, Draft, Expected, Recorded, action, next, objects::Agreement},
    validation::{Checks, PARAGRAPH},
};

/// A safeguard or derogation concluded between parties; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mechanism {
    /// Its id.
    pub id: Uuid,
    /// The group that keeps it, by slug.
    pub group: Option<String>,
    /// What it is.
    pub tool: Tool,
    /// The module of the EU clauses.
    pub module: Option<Module>,
    /// The day of signature.
    pub signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    pub processing_changed_on: Option<Day>,
    /// The day of approval.
    pub approved_on: Option<Day>,
    /// The country of the approving authority; `None`: one in the EEA.
    pub approved_by: Option<Country>,
    /// The day of authorisation.
    pub authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU.
    pub combined_with_eu_data: bool,
    /// The statements made about it.
    pub statements: Statements,
    /// The last day on which it carries transfers.
    pub ends_on: Option<Day>,
    /// Who is party to it, or bound by it.
    pub parties: Vec<Party>,
    /// The impact assessments made for it, by id.
    pub assessments: Vec<ImpactAssessment>,
    /// What it is called among the parties.
    pub title: Option<String>,
    /// The law that governs it, in words.
    pub governing_law: Option<String>,
    /// Where the document is.
    pub document: Option<String>,
    /// SHA-256 of the document, in hex.
    pub document_sha256: Option<String>,
    /// What else a reader must know, such as why a derogation is necessary.
    pub note: Option<String>,
    /// How often it may be used; `None`: as often as the law lets it.
    pub uses_limit: Option<i32>,
    /// When it was used, in the order of recording.
    pub uses: Vec<Use>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An organisation's part in a mechanism; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Who, by slug.
    pub organisation: String,
    /// On which side.
    pub side: PartySide,
    /// The day of accession; `None`: the mechanism's own first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceded_on: Option<Day>,
    /// The last day as a party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<Day>,
}

/// The day from which the parties of a mechanism are bound, unless they acceded later: that of
/// signature, else of approval, else of authorisation.
#[must_use]
pub fn first_day(
    signed_on: Option<Day>,
    approved_on: Option<Day>,
    authorised_on: Option<Day>,
) -> Option<Day> {
    signed_on.or(approved_on).or(authorised_on)
}

impl Mechanism {
    /// The day from which its parties are bound, unless they acceded later; see [`first_day`].
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        first_day(self.signed_on, self.approved_on, self.authorised_on)
    }

    /// Whether it has begun by a day and has not ended before it. One without a first day is taken
    /// as begun.
    #[must_use]
    pub fn concluded_on(&self, day: Day) -> bool {
        let begun = self.first_day().is_none_or(|first| first <= day);
        begun && self.ends_on.is_none_or(|last| day <= last)
    }
}

impl Mechanism {
    /// The day from which it carries nothing any more because it was used as often as it may be.
    #[must_use]
    pub fn exhausted_from(&self) -> Option<Day> {
        let limit = usize::try_from(self.uses_limit?).ok()?;
        let mut days: Vec<Day> = self.uses.iter().map(|used| used.on).collect();
        days.sort_unstable();
        limit
            .checked_sub(1)
            .and_then(|last| days.get(last).copied())
    }
}

/// A mechanism to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMechanism {
    /// The group that keeps it, by slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it is.
    pub tool: Tool,
    /// The module of the EU clauses.
    #[serde(default, with = "number", skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// The day of signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing_changed_on: Option<Day>,
    /// The day of approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<Day>,
    /// The country of the approving authority; `None`: one in the EEA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Country>,
    /// The day of authorisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU.
    #[serde(default = "combined")]
    pub combined_with_eu_data: bool,
    /// The statements made about it.
    #[serde(default)]
    pub statements: Statements,
    /// The last day on which it carries transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Day>,
    /// Who is party to it, or bound by it; organisations by slug or id.
    pub parties: Vec<Party>,
    /// What it is called among the parties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The law that governs it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governing_law: Option<String>,
    /// Where the document is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// SHA-256 of the document, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_sha256: Option<String>,
    /// What else a reader must know, such as why a derogation is necessary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How often it may be used; `None`: as often as the law lets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_limit: Option<i32>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<Day>,
}

/// What nobody says was combined.
const fn combined() -> bool {
    true
}

/// Records a mechanism.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewMechanism,
) -> Result<Recorded, ChangeError> {
    registry
        .change(context, scope, None, |draft| record_in(draft, new))
        .await
}

/// Records a mechanism as part of a change.
///
/// # Errors
/// When it is not acceptable.
pub fn record_in(draft: &mut Draft, new: NewMechanism) -> Result<Uuid, ChangeError> {
    write(draft, Checks::default(), None, Vec::new(), new)
}

/// Gives a mechanism anew; its group, tool and uses stay.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it is not acceptable.
pub fn amend_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    new: NewMechanism,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_mechanism(id, expected)?;
    if NewMechanism::of(&before) == new {
        return Ok(draft.unchanged(id));
    }
    let mut checks = Checks::default();
    fixed(draft, &mut checks, &before, &new);
    write(draft, checks, Some((id, before.version)), before.uses, new)
}

/// Ends a mechanism: its last day is set. A day that is past already is a correction.
///
/// # Errors
/// When there is none, it was changed meanwhile, or the day is before its first.
pub fn end_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    last_day: Day,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_mechanism(id, expected)?;
    let mut new = NewMechanism::of(&before);
    new.ends_on = Some(last_day);
    let checks = Checks::at("/ends_on", "/last_day");
    write(draft, checks, Some((id, before.version)), before.uses, new)?;
    draft.called("end");
    draft.counts_on(transfer_decision::span::next(last_day));
    Ok(id)
}

/// Lets an organisation accede to a mechanism (docking): it is bound from a day of its own.
///
/// # Errors
/// When there is none, it was changed meanwhile, or the party is not acceptable.
pub fn dock_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    party: Party,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_mechanism(id, expected)?;
    let mut checks = Checks::default();
    terms::docks(draft, &mut checks, &before, &party);
    let from = party.acceded_on;
    let mut new = NewMechanism::of(&before);
    new.parties.push(party);
    let kept = Some((id, before.version));
    write(draft, checks, kept, before.uses, new)?;
    draft.called("dock");
    if let Some(day) = from {
        draft.counts_on(day);
    }
    Ok(id)
}

/// Records that a mechanism was used once. When it has been used as often as it may, it carries
/// nothing any more from that day on.
///
/// # Errors
/// When there is none, it was changed meanwhile, or it may not be used again.
pub fn use_in(
    draft: &mut Draft,
    id: Uuid,
    expected: &Expected,
    on: Day,
    note: String,
) -> Result<Uuid, ChangeError> {
    let before = draft.existing_mechanism(id, expected)?;
    let mut checks = Checks::default();
    checks.text("/note", &note, PARAGRAPH);
    checks.day("/on", on);
    if on > draft.today() {
        checks.add(
            "/on",
            "future_day",
            format!("must not be after today, {}", draft.today()),
        );
    }
    if !before.concluded_on(on) {
        checks.add(
            "/on",
            "not_in_force",
            "the mechanism is not in force on that day",
        );
    }
    if before.exhausted_from().is_some() {
        checks.add("", "uses_exhausted", "it was used as often as it may be");
    }
    let new = NewMechanism::of(&before);
    let mut uses = before.uses;
    uses.push(Use {
        id: draft.new_id(),
        on,
        note,
    });
    write(draft, checks, Some((id, before.version)), uses, new)?;
    draft.called("use");
    Ok(id)
}

impl NewMechanism {
    /// What a mechanism would be recorded as again.
    #[must_use]
    pub fn of(view: &Mechanism) -> Self {
        let Mechanism {
            id: _,
            group,
            tool,
            module,
            signed_on,
            processing_changed_on,
            approved_on,
            approved_by,
            authorised_on,
            combined_with_eu_data,
            statements,
            ends_on,
            parties,
            assessments: _,
            title,
            governing_law,
            document,
            document_sha256,
            note,
            uses_limit,
            uses: _,
            source,
            checked_on,
            version: _,
        } = view.clone();
        Self {
            group,
            tool,
            module,
            signed_on,
            processing_changed_on,
            approved_on,
            approved_by,
            authorised_on,
            combined_with_eu_data,
            statements,
            ends_on,
            parties,
            title,
            governing_law,
            document,
            document_sha256,
            note,
            uses_limit,
            source,
            checked_on,
        }
    }
}

/// Records a mechanism with its uses from a row of a file, or gives the one with its id anew.
///
/// # Errors
/// When it is not acceptable.
pub(crate) fn import_in(
    draft: &mut Draft,
    id: Option<Uuid>,
    uses: Vec<Use>,
    new: NewMechanism,
) -> Result<Outcome, ChangeError> {
    let base = Arc::clone(draft.base());
    let mut checks = Checks::default();
    for (at, used) in uses.iter().enumerate() {
        checks.text(&format!("/uses/{at}/note"), &used.note, PARAGRAPH);
    }
    if let Some(view) = id.and_then(|id| base.mechanisms().get(id)) {
        let same = NewMechanism::of(view) == new && view.uses == uses;
        return imports::amended(same, view.id, || {
            let view = draft.existing_mechanism(view.id, &Expected::Any)?;
            fixed(draft, &mut checks, &view, &new);
            write(draft, checks, Some((view.id, view.version)), uses, new)
        });
    }
    write(draft, checks, draft.given(id)?, uses, new).map(Outcome::Created)
}

/// What a mechanism keeps for its life.
fn fixed(draft: &Draft, checks: &mut Checks, before: &Mechanism, new: &NewMechanism) {
    let named = new.group.as_deref().and_then(|key| draft.base().group(key));
    checks.fixed(
        "/group",
        named.map(|group| &group.slug) == before.group.as_ref(),
    );
    checks.fixed("/tool", new.tool == before.tool);
}

fn write(
    draft: &mut Draft,
    mut checks: Checks,
    before: Option<(Uuid, i64)>,
    uses: Vec<Use>,
    new: NewMechanism,
) -> Result<Uuid, ChangeError> {
    if new.group.is_none() {
        draft.shared()?;
    }
    terms::check(&mut checks, &new, draft.today());
    let NewMechanism {
        group,
        tool,
        module,
        signed_on,
        processing_changed_on,
        approved_on,
        approved_by,
        authorised_on,
        combined_with_eu_data,
        statements,
        ends_on,
        parties,
        title,
        governing_law,
        document,
        document_sha256,
        note,
        uses_limit,
        source,
        checked_on,
    } = new;
    let group_id = draft.group_if_any(&mut checks, "/group", group.as_deref());
    let id = before.map_or_else(|| draft.new_id(), |(id, _)| id);
    let parties = terms::of_parties(draft, &mut checks, id, parties);
    checks.finish()?;
    draft.put(
        action(before, "record"),
        Agreement {
            row: mechanisms::Model {
                id,
                group_id,
                tool: tool.into(),
                module: module.map(|module| i16::from(module.number())),
                signed_on,
                processing_changed_on,
                approved_on,
                approved_by: approved_by.map(Into::into),
                authorised_on,
                combined_with_eu_data,
                statements: statements.into(),
                ends_on,
                title,
                governing_law,
                document,
                document_sha256,
                note,
                uses_limit,
                uses: uses.into(),
                source,
                checked_on,
                version: next(before),
            },
            parties,
        },
    );
    Ok(id)
}
