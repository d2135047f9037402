//! From a row of a file to what it says of an object.

use serde::de::DeserializeOwned;
use serde_json::Value;
use transfer_registry_core::{
    ChangeError, Draft,
    flows::{FlowStatus, NewFlow},
    imports::{GivenUse, Row},
    law_amendments::NewLawAmendment,
    subprocessors::{NewSubprocessor, SubprocessorStatus},
};
use uuid::Uuid;

use super::{Options, Resource};
use crate::{
    api::{
        codes::{self, Vocabulary},
        strict::wrong,
        v1::{
            flows::FlowInput,
            groups::GroupInput,
            impact_assessments::ImpactAssessmentInput,
            law_amendments::LawAmendmentInput,
            mechanisms::MechanismInput,
            organisations::{CertificationInput, OrganisationInput},
            processing_activities::ProcessingActivityInput,
            subprocessors::SubprocessorInput,
        },
    },
    refusal::{Refusal, Violation, ViolationCode, in_order, step},
    tables::{Fault, Record},
};

/// What a row says beside the input form.
#[derive(Debug, Default)]
struct Beside {
    id: Option<Uuid>,
    status: Option<String>,
    uses: Option<Vec<GivenUse>>,
    /// The holder of a certification, which a creating request names in its path.
    organisation: Option<String>,
    /// Whether an amendment of the law no longer counts.
    withdrawn: bool,
}

/// Everything that is wrong with a row whatever the register holds.
pub(super) fn faults(resource: Resource, mut record: Record) -> Vec<Fault> {
    let mut value = std::mem::take(&mut record.value);
    let mut found = Vec::new();
    beside(resource, &mut value, &mut found);
    found.extend(match resource {
        Resource::Groups => wrong::<GroupInput>(&value),
        Resource::Organisations => wrong::<OrganisationInput>(&value),
        Resource::Certifications => wrong::<CertificationInput>(&value),
        Resource::Subprocessors => wrong::<SubprocessorInput>(&value),
        Resource::Mechanisms => wrong::<MechanismInput>(&value),
        Resource::ImpactAssessments => wrong::<ImpactAssessmentInput>(&value),
        Resource::Flows => wrong::<FlowInput>(&value),
        Resource::ProcessingActivities => wrong::<ProcessingActivityInput>(&value),
        Resource::LawAmendments => wrong_amendment(&value),
    });
    in_order(found)
        .iter()
        .map(|violation| fault(&record, violation))
        .collect()
}

/// The same of an amendment of the law: which fields it has depends on its kind.
fn wrong_amendment(value: &Value) -> Vec<Violation> {
    let found = wrong::<LawAmendmentInput>(value);
    if !found.is_empty() {
        return found;
    }
    amendment(value.clone()).err().unwrap_or_default()
}

/// An amendment in the registry's terms.
///
/// # Errors
/// What its kind does not have, or lacks.
fn amendment(value: Value) -> Result<NewLawAmendment, Vec<Violation>> {
    let input: LawAmendmentInput = new(value).map_err(|violation| vec![violation])?;
    input.recordable().map_err(|refusal| match refusal {
        Refusal::Invalid(found) => found,
        _ => vec![Violation::plain("/amendment", ViolationCode::BadValue)],
    })
}

/// A violation in its cell.
pub(super) fn fault(record: &Record, violation: &Violation) -> Fault {
    let Violation {
        pointer,
        code,
        message,
    } = violation;
    record.fault(pointer, code.code(), message)
}

/// What a row does, of a row in which [`faults`] found nothing.
///
/// # Errors
/// What does not fit after all.
pub(super) fn row(
    resource: Resource,
    mut value: Value,
    draft: &Draft,
    options: Options,
) -> Result<Row, Violation> {
    let mut found = Vec::new();
    let Beside {
        id,
        status,
        uses,
        organisation,
        withdrawn,
    } = beside(resource, &mut value, &mut found);
    if let Some(violation) = found.pop() {
        return Err(violation);
    }
    if let (Some(organisation), Some(fields)) = (organisation, value.as_object_mut()) {
        fields.insert("organisation".to_owned(), organisation.into());
    }
    Ok(match resource {
        Resource::Groups => Row::Group(id, new(value)?),
        Resource::Organisations => Row::Organisation(id, new(value)?),
        Resource::Certifications => Row::Certification(id, new(value)?),
        Resource::Subprocessors => {
            let new: Box<NewSubprocessor> = new(value)?;
            let given = status.as_deref().and_then(codes::parse);
            let status = given.unwrap_or_else(|| engagement_stage(id, &new, draft, options));
            Row::Subprocessor(id, status, new)
        }
        Resource::Mechanisms => Row::Mechanism(id, uses, new(value)?),
        Resource::ImpactAssessments => Row::ImpactAssessment(id, new(value)?),
        Resource::Flows => {
            let new: Box<NewFlow> = new(value)?;
            let given = status.as_deref().and_then(codes::parse);
            let status = given.unwrap_or_else(|| flow_stage(id, &new, draft, options));
            Row::Flow(id, status, new)
        }
        Resource::ProcessingActivities => Row::ProcessingActivity(id, new(value)?),
        Resource::LawAmendments => {
            let unfit = |_| Violation::plain("/amendment", ViolationCode::BadValue);
            let new = amendment(value).map_err(unfit)?;
            Row::LawAmendment(id, withdrawn, Box::new(new))
        }
    })
}

/// The registry's form of what was held against the API's: the same fields under the same names.
fn new<T: DeserializeOwned>(value: Value) -> Result<T, Violation> {
    serde_json::from_value(value).map_err(|error| {
        tracing::error!(%error, "a row that fits its input form is not taken by the registry");
        Violation::plain("", ViolationCode::BadValue)
    })
}

/// The stage of an engagement whose row does not say it: the one that it is in, or the first.
fn engagement_stage(
    id: Option<Uuid>,
    new: &NewSubprocessor,
    draft: &Draft,
    options: Options,
) -> SubprocessorStatus {
    let recorded = id.and_then(|id| draft.base().subprocessors().get(id));
    match recorded {
        Some(recorded) => recorded.status,
        None if !options.record_existing => SubprocessorStatus::Proposed,
        None if new.ended_on.is_some_and(|last| last < draft.today()) => SubprocessorStatus::Ended,
        None => SubprocessorStatus::Active,
    }
}

/// The same of a flow.
fn flow_stage(id: Option<Uuid>, new: &NewFlow, draft: &Draft, options: Options) -> FlowStatus {
    let recorded = id.and_then(|id| draft.base().flows().get(id));
    match recorded {
        Some(recorded) => recorded.status,
        None if !options.record_existing => FlowStatus::Draft,
        None if new.valid_to.is_some_and(|last| last < draft.today()) => FlowStatus::Ended,
        None => FlowStatus::Active,
    }
}

/// What some rows have beside the input form.
const BESIDE: [&str; 4] = ["id", "status", "uses", "withdrawn"];

/// Takes out of a row what is no part of the input form.
fn beside(resource: Resource, value: &mut Value, found: &mut Vec<Violation>) -> Beside {
    let mut beside = Beside::default();
    let Some(fields) = value.as_object_mut() else {
        return beside;
    };
    // Nothing is what a field says that is not there.
    fields.retain(|name, field| !field.is_null() || !BESIDE.contains(&name.as_str()));
    if let Some(id) = fields.remove("id") {
        beside.id = id.as_str().and_then(|id| id.parse().ok());
        if beside.id.is_none() {
            let form = "a UUID such as an export gives; leave it out to make a new object";
            found.push(Violation::detailed("/id", ViolationCode::BadValue, form));
        }
    }
    match resource {
        Resource::Subprocessors | Resource::Flows => {
            let status = fields.remove("status");
            let known = match resource {
                Resource::Flows => codes_of::<FlowStatus>(),
                _ => codes_of::<SubprocessorStatus>(),
            };
            beside.status = status.and_then(|status| one_of(&status, &known, found));
        }
        Resource::Mechanisms => {
            let uses = fields.remove("uses");
            beside.uses = uses.and_then(|uses| read_uses(uses, found));
        }
        Resource::Certifications => match fields.remove("organisation") {
            Some(Value::String(organisation)) if !organisation.is_empty() => {
                beside.organisation = Some(organisation);
            }
            given => {
                let code = given.map_or(ViolationCode::MissingField, |_| ViolationCode::WrongType);
                found.push(Violation::plain("/organisation", code));
            }
        },
        Resource::LawAmendments => match fields.remove("withdrawn") {
            None => {}
            Some(Value::Bool(withdrawn)) => beside.withdrawn = withdrawn,
            Some(_) => found.push(Violation::plain("/withdrawn", ViolationCode::WrongType)),
        },
        _ => {}
    }
    beside
}

fn codes_of<T: Vocabulary>() -> Vec<&'static str> {
    T::all().iter().map(|member| member.code()).collect()
}

fn one_of(status: &Value, known: &[&str], found: &mut Vec<Violation>) -> Option<String> {
    let named = status.as_str().filter(|status| known.contains(status));
    if named.is_none() {
        let one_of = format!("one of {}", known.join(", "));
        let code = ViolationCode::UnknownCode;
        found.push(Violation::detailed("/status", code, one_of));
    }
    named.map(str::to_owned)
}

fn read_uses(uses: Value, found: &mut Vec<Violation>) -> Option<Vec<GivenUse>> {
    let Value::Array(uses) = uses else {
        found.push(Violation::plain("/uses", ViolationCode::WrongType));
        return None;
    };
    let uses = uses.into_iter().enumerate().map(|(at, used)| {
        serde_json::from_value(used).map_err(|_| {
            let form = "a use is {\"on\": day, \"note\": text}, with an `id` if it had one";
            let pointer = step("/uses", at);
            Violation::detailed(pointer, ViolationCode::BadValue, form)
        })
    });
    let mut read = Vec::new();
    for used in uses {
        match used {
            Ok(given) => read.push(given),
            Err(violation) => found.push(violation),
        }
    }
    Some(read)
}

/// What the registry finds wrong with a row, in its cells.
///
/// # Errors
/// What is wrong with the change and not with the row.
pub(super) fn refused(record: &Record, error: ChangeError) -> Result<Vec<Fault>, ChangeError> {
    let at = |pointer, code| Ok(vec![fault(record, &Violation::plain(pointer, code))]);
    match error {
        ChangeError::Invalid(violations) => {
            let found = violations.into_iter().map(Violation::from).collect();
            let found = in_order(found);
            Ok(found.iter().map(|found| fault(record, found)).collect())
        }
        ChangeError::Twice(_) => at("/id", ViolationCode::RepeatedObject),
        // The object of another group is, to the caller, not there.
        ChangeError::IdTaken(_) | ChangeError::NotFound => at("/id", ViolationCode::Taken),
        error => Err(error),
    }
}

/// What a resource's input form is called in the API's document, for the tests.
#[cfg(test)]
pub(super) fn form_of(resource: Resource) -> (String, Value) {
    use crate::api::{spec::components, strict::Inbound};

    fn form<T: Inbound>() -> (String, Value) {
        (T::name().into_owned(), components::<T>())
    }
    match resource {
        Resource::Groups => form::<GroupInput>(),
        Resource::Organisations => form::<OrganisationInput>(),
        Resource::Certifications => form::<CertificationInput>(),
        Resource::Subprocessors => form::<SubprocessorInput>(),
        Resource::Mechanisms => form::<MechanismInput>(),
        Resource::ImpactAssessments => form::<ImpactAssessmentInput>(),
        Resource::Flows => form::<FlowInput>(),
        Resource::ProcessingActivities => form::<ProcessingActivityInput>(),
        Resource::LawAmendments => form::<LawAmendmentInput>(),
    }
}
