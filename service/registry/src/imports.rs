//! Rows of files: objects as somebody else kept them, all of a file or nothing.

mod gate;

use serde::{Deserialize, Serialize};
use transfer_decision::span::Day;
use uuid::Uuid;

use crate::{
    ChangeError, Draft, Snapshot,
    certifications::{self, NewCertification},
    flows::{self, FlowStatus, NewFlow},
    groups::{self, NewGroup},
    impact_assessments::{self, NewImpactAssessment},
    law_amendments::{self, NewLawAmendment},
    lifecycle,
    mechanisms::{self, NewMechanism, Use},
    organisations::{self, NewOrganisation},
    processing_activities::{self, NewProcessingActivity},
    subprocessors::{self, NewSubprocessor, SubprocessorStatus},
};

pub use gate::Gate;
pub use law_amendments::contradictions_in;

/// A row of a file. With an id it is the object of that id, which is made under it when it is not
/// there; groups and organisations are known by their slugs as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A group.
    Group(Option<Uuid>, NewGroup),
    /// An organisation.
    Organisation(Option<Uuid>, Box<NewOrganisation>),
    /// A certification.
    Certification(Option<Uuid>, NewCertification),
    /// An engagement in its stage.
    Subprocessor(Option<Uuid>, SubprocessorStatus, Box<NewSubprocessor>),
    /// A mechanism with its uses; without them, with those that it has.
    Mechanism(Option<Uuid>, Option<Vec<GivenUse>>, Box<NewMechanism>),
    /// An assessment.
    ImpactAssessment(Option<Uuid>, Box<NewImpactAssessment>),
    /// A flow in its stage.
    Flow(Option<Uuid>, FlowStatus, Box<NewFlow>),
    /// A processing activity.
    ProcessingActivity(Option<Uuid>, Box<NewProcessingActivity>),
    /// An amendment of the law, and whether it is withdrawn.
    LawAmendment(Option<Uuid>, bool, Box<NewLawAmendment>),
}

impl Row {
    /// The first day, from today on, on which an engagement or flow is in effect by the row, when it
    /// was to be a later one or none, and must pass the gate.
    #[must_use]
    pub fn activates(&self, base: &Snapshot, today: Day) -> Option<Day> {
        match self {
            Self::Subprocessor(id, status, new) => {
                let before = id.and_then(|id| base.subprocessors().get(id));
                let before = before.and_then(|before| before.in_effect_from(today));
                let after = subprocessors::in_effect_from(*status, new, today);
                subprocessors::gated((before, after), *status, today)
            }
            Self::Flow(id, status, new) => {
                let before = id.and_then(|id| base.flows().get(id));
                let before = before.and_then(|before| before.in_effect_from(today));
                // Suspended on days that nobody says, it is so on all.
                let idle = *status == FlowStatus::Suspended && new.suspensions.is_empty();
                let after = flows::in_effect_from(*status, new, today).filter(|_| !idle);
                lifecycle::sooner(before, after)
            }
            _ => None,
        }
    }
}

/// One use of a mechanism in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenUse {
    /// The use's own id; without one it is the use of the same day and note, or a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The day.
    pub on: Day,
    /// What was transferred, and why it was necessary.
    pub note: String,
}

impl From<&Use> for GivenUse {
    fn from(used: &Use) -> Self {
        let Use { id, on, note } = used;
        Self {
            id: Some(*id),
            on: *on,
            note: note.clone(),
        }
    }
}

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Outcome {
    /// It makes an object.
    Created(Uuid),
    /// It changes one.
    Changed(Uuid),
    /// The register says the same already.
    Unchanged(Uuid),
}

impl Outcome {
    /// The object.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Created(id) | Self::Changed(id) | Self::Unchanged(id) => id,
        }
    }
}

/// Puts a row into a change. Whether the gate permits what becomes active, and whether the law makes
/// sense with its amendments, is asked when all rows are there ([`Gate`], [`contradictions_in`]);
/// with `record_existing` the gate need not be asked, and the ledger says so.
///
/// # Errors
/// Everything that is wrong with it, by its field.
pub fn row_in(draft: &mut Draft, row: Row, record_existing: bool) -> Result<Outcome, ChangeError> {
    let recorded = record_existing && row.activates(draft.base(), draft.today()).is_some();
    let outcome = put_in(draft, row)?;
    if recorded && !matches!(outcome, Outcome::Unchanged(_)) {
        draft.called("record_existing");
    }
    Ok(outcome)
}

fn put_in(draft: &mut Draft, row: Row) -> Result<Outcome, ChangeError> {
    match row {
        Row::Group(id, new) => groups::import_in(draft, id, new),
        Row::Organisation(id, new) => organisations::import_in(draft, id, *new),
        Row::Certification(id, new) => certifications::import_in(draft, id, new),
        Row::Subprocessor(id, status, new) => subprocessors::import_in(draft, id, status, *new),
        Row::Mechanism(id, given, new) => {
            let uses = uses(draft, id, given);
            mechanisms::import_in(draft, id, uses, *new)
        }
        Row::ImpactAssessment(id, new) => impact_assessments::import_in(draft, id, *new),
        Row::Flow(id, status, new) => flows::import_in(draft, id, status, *new),
        Row::ProcessingActivity(id, new) => processing_activities::import_in(draft, id, *new),
        Row::LawAmendment(id, withdrawn, new) => {
            law_amendments::import_in(draft, id, withdrawn, *new)
        }
    }
}

/// The uses of a mechanism as a row gives them.
fn uses(draft: &Draft, id: Option<Uuid>, given: Option<Vec<GivenUse>>) -> Vec<Use> {
    let recorded = id.and_then(|id| draft.base().mechanisms().get(id));
    let recorded = recorded.map_or_else(Vec::new, |view| view.uses.clone());
    let Some(given) = given else {
        return recorded;
    };
    let given = given.into_iter().map(|GivenUse { id, on, note }| {
        let same = recorded.iter().find(|one| one.on == on && one.note == note);
        let id = id.or_else(|| same.map(|one| one.id));
        let id = id.unwrap_or_else(|| draft.new_id());
        Use { id, on, note }
    });
    given.collect()
}

/// What a row about an object that is there does.
pub(crate) fn amended(
    same: bool,
    id: Uuid,
    amend: impl FnOnce() -> Result<Uuid, ChangeError>,
) -> Result<Outcome, ChangeError> {
    if same {
        Ok(Outcome::Unchanged(id))
    } else {
        amend().map(Outcome::Changed)
    }
}
