//! An import as it is shown.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::Serialize;
use tokio::task::spawn_blocking;
use transfer_registry_core::{Registry, Rehearsal};
use uuid::Uuid;

use super::jobs::Job;
use crate::{
    api::{
        codes::Code,
        v1::impact_analyses::ImpactAnalysis,
        values::{Instant, Revision},
    },
    exchange::{
        Carried, Difference, FieldDifference, Made, Phase, Resource, Unmade, Wanted, Wrong,
    },
    refusal::{ProblemCode, Refusal, Violation, ViolationCode, step},
    tables::{Fault, Format},
};

/// What an import is at, or what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportState {
    /// It waits for its turn.
    Waiting,
    /// The file is read.
    Reading,
    /// The rows are put into a change.
    Checking,
    /// The change is written.
    Writing,
    /// It was made, or, of a dry run, could be.
    Done,
    /// It was refused: something is wrong with the file.
    Refused,
    /// It was not made for another reason.
    Failed,
}

impl ImportState {
    /// Every state, in their order.
    pub(crate) const ALL: &'static [Self] = &[
        Self::Waiting,
        Self::Reading,
        Self::Checking,
        Self::Writing,
        Self::Done,
        Self::Refused,
        Self::Failed,
    ];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reading => "reading",
            Self::Checking => "checking",
            Self::Writing => "writing",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Files of rows on their way into the register.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Import {
    /// Its id.
    id: Uuid,
    /// What it is at, or what became of it.
    state: Code<ImportState>,
    /// Whether it was only tried.
    dry_run: bool,
    /// Whether engagements and flows count as running already, so that the gate is not asked.
    record_existing: bool,
    /// The resource whose rows the file holds; absent: its tables are taken by their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Code<Resource>>,
    /// The file's format.
    format: Code<Format>,
    /// How many bytes it has.
    size: u64,
    /// Their SHA-256, in hexadecimal.
    sha256: String,
    /// How far it is.
    rows: ImportRows,
    /// What its rows do.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<ImportCounts>,
    /// The revision of the register from which on it counts; of a dry run, the one that it was
    /// tried on.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<Revision>,
    /// When it came.
    started_at: Instant,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// The first 1000 rows that say something else than the register did, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<ImportDifference>>,
    /// Whether there are more of them than are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
    /// What is wrong with the file: the first 100 faults.
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<Vec<ImportFault>>,
    /// How many faults there are besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    further_faults: Option<u64>,
    /// Why it was refused or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Code<ProblemCode>>,
    /// Of a dry run: what it would do to every active engagement and flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<ImpactAnalysis>,
}

/// How far an import is, in rows.
#[derive(Debug, Default, Object, Serialize)]
pub(crate) struct ImportRows {
    /// How many were read.
    read: u64,
    /// How many were put into the change.
    checked: u64,
    /// How many objects were written.
    written: u64,
    /// How many rows there are; absent until all are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

/// What the rows of an import do.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImportCounts {
    /// Rows that make an object.
    created: u64,
    /// Rows that change one.
    changed: u64,
    /// Rows that say what the register says already.
    unchanged: u64,
}

/// A row that says something else than the register did.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImportDifference {
    /// The table.
    resource: Code<Resource>,
    /// The row as a spreadsheet shows it, the header being row 1; of a JSON file, the item's place,
    /// counted from 1.
    row: u32,
    /// `create` or `change`.
    action: String,
    /// The object; of a dry run, a new one may get another id.
    id: Uuid,
    /// Its slug, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    /// What changes, by column; empty when the object is made.
    fields: Vec<ImportFieldDifference>,
}

/// A cell that says something else than the register did.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImportFieldDifference {
    /// The column.
    column: String,
    /// What the register said, as a cell of the column; absent: nothing. Long values are shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// What the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

/// Something wrong with a file.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImportFault {
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    /// The row, as in the differences.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    /// The column's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// The column's letters in a spreadsheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    letters: Option<String>,
    /// What is wrong, as a stable code.
    code: Code<ViolationCode>,
    /// What is wrong, for a person.
    message: String,
}

/// What became of an import, as it is shown from then on.
#[derive(Debug)]
pub(super) struct Ended {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// The revision of the register.
    pub(super) revision: u64,
    /// The import as JSON.
    pub(super) json: Vec<u8>,
    /// Why it was not made.
    pub(super) refusal: Option<Refusal>,
    /// The id that it had when it was made, if an earlier request of its key did.
    pub(super) before: Option<Uuid>,
}

impl Ended {
    /// The end of an import.
    pub(super) async fn of(
        job: &Job,
        registry: &Registry,
        carried: Result<Carried, Unmade>,
        wanted: &Wanted,
    ) -> Self {
        let at = registry.clock().now();
        let carried = match carried {
            Ok(carried) => carried,
            Err(Unmade::Wrong(wrong)) => return Self::refused(job, registry, &wrong),
            Err(Unmade::Cut) => return Self::failed(job, registry, Refusal::Unavailable),
            Err(Unmade::Change(error)) => return Self::failed(job, registry, error.into()),
        };
        let Carried {
            made,
            revision,
            before,
            rehearsal,
        } = carried;
        let impact = match rehearsal {
            Some(rehearsal) => match impact(rehearsal, Arc::clone(wanted)).await {
                Ok(impact) => Some(impact),
                Err(refusal) => return Self::failed(job, registry, refusal),
            },
            None => None,
        };
        let mut import = Import::under_way(job);
        import.state = Code(ImportState::Done);
        import.id = before.unwrap_or(job.id);
        import.revision = Some(Revision(revision));
        import.impact = impact;
        if let Some(made) = made {
            import.tell(made);
        }
        Self::shown(import, at, revision, None, before)
    }

    fn refused(job: &Job, registry: &Registry, wrong: &Wrong) -> Self {
        let mut import = Import::under_way(job);
        import.state = Code(ImportState::Refused);
        import.problem = Some(Code(ProblemCode::ImportRefused));
        import.faults = Some(wrong.listed.iter().map(|(_, fault)| fault.into()).collect());
        import.further_faults = Some(u64::try_from(wrong.further).unwrap_or(u64::MAX));
        let refusal = Refusal::Import {
            violations: wrong
                .listed
                .iter()
                .map(|(_, fault)| violation(fault))
                .collect(),
            further: wrong.further,
        };
        let revision = registry.snapshot().revision();
        Self::shown(
            import,
            registry.clock().now(),
            revision,
            Some(refusal),
            None,
        )
    }

    /// The end of an import that was not made although nothing may be wrong with it.
    pub(super) fn failed(job: &Job, registry: &Registry, refusal: Refusal) -> Self {
        let mut import = Import::under_way(job);
        import.state = Code(ImportState::Failed);
        import.problem = Some(Code(refusal.code()));
        let revision = registry.snapshot().revision();
        Self::shown(
            import,
            registry.clock().now(),
            revision,
            Some(refusal),
            None,
        )
    }

    fn shown(
        mut import: Import,
        at: DateTime<Utc>,
        revision: u64,
        refusal: Option<Refusal>,
        before: Option<Uuid>,
    ) -> Self {
        import.ended_at = Some(Instant(at));
        let json = serde_json::to_vec(&import).unwrap_or_default();
        Self {
            at,
            revision,
            json,
            refusal,
            before,
        }
    }
}

/// What an import that was only tried would do to everything that is active.
async fn impact(rehearsal: Rehearsal, wanted: Wanted) -> Result<ImpactAnalysis, Refusal> {
    let analysed = spawn_blocking(move || ImpactAnalysis::by_many(&rehearsal, &|| !wanted()));
    analysed.await.map_err(|_| Refusal::Internal)?
}

impl Import {
    /// An import as far as it is.
    pub(super) fn under_way(job: &Job) -> Self {
        let progress = &job.progress;
        let state = match progress.phase() {
            Phase::Waiting => ImportState::Waiting,
            Phase::Reading => ImportState::Reading,
            Phase::Checking => ImportState::Checking,
            Phase::Writing => ImportState::Writing,
        };
        Self {
            id: job.id,
            state: Code(state),
            dry_run: job.dry_run,
            record_existing: job.options.record_existing,
            resource: job.resource.map(Code),
            format: Code(job.format),
            size: job.size,
            sha256: hex::encode(job.digest),
            rows: ImportRows {
                read: progress.read.get(),
                checked: progress.checked.get(),
                written: progress.written.get(),
                total: progress.total(),
            },
            counts: None,
            revision: None,
            started_at: Instant(job.begun),
            ended_at: None,
            differences: None,
            truncated: None,
            faults: None,
            further_faults: None,
            problem: None,
            impact: None,
        }
    }

    /// Tells what was made.
    fn tell(&mut self, made: Made) {
        let Made {
            revision: _,
            created,
            changed,
            unchanged,
            differences,
        } = made;
        self.counts = Some(ImportCounts {
            created,
            changed,
            unchanged,
        });
        self.truncated = Some(differences.truncated);
        self.differences = Some(differences.listed.into_iter().map(Into::into).collect());
    }
}

impl From<Difference> for ImportDifference {
    fn from(difference: Difference) -> Self {
        let Difference {
            resource,
            row,
            creates,
            id,
            slug,
            fields,
        } = difference;
        Self {
            resource: Code(resource),
            row,
            action: if creates { "create" } else { "change" }.to_owned(),
            id,
            slug,
            fields: fields.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<FieldDifference> for ImportFieldDifference {
    fn from(field: FieldDifference) -> Self {
        let FieldDifference {
            column,
            before,
            after,
        } = field;
        Self {
            column: column.to_owned(),
            before,
            after,
        }
    }
}

impl From<&Fault> for ImportFault {
    fn from(fault: &Fault) -> Self {
        let Fault {
            sheet,
            row,
            column,
            letters,
            code,
            message,
        } = fault;
        Self {
            table: sheet.clone(),
            row: *row,
            column: column.clone(),
            letters: letters.clone(),
            code: Code(known(code)),
            message: message.clone(),
        }
    }
}

/// A fault as a violation of the request that sent the file.
fn violation(fault: &Fault) -> Violation {
    let mut pointer = String::new();
    let row = fault.row.map(|row| row.to_string());
    for part in [fault.sheet.as_ref(), row.as_ref(), fault.column.as_ref()] {
        let Some(part) = part else { break };
        pointer = step(&pointer, part);
    }
    Violation {
        pointer,
        code: known(fault.code),
        message: fault.message.clone(),
    }
}

fn known(code: &str) -> ViolationCode {
    let mut all = ViolationCode::ALL.iter().copied();
    let known = all.find(|known| known.code() == code);
    known.unwrap_or(ViolationCode::BadValue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::FaultCode;

    #[test]
    fn every_fault_of_a_file_is_a_documented_violation() {
        for code in FaultCode::ALL {
            assert_eq!(known(code.code()).code(), code.code());
        }
    }

    #[test]
    fn a_fault_points_into_its_cell() {
        let fault = Fault {
            sheet: Some("certifications".to_owned()),
            row: Some(3),
            column: Some("evidence/day".to_owned()),
            letters: Some("I".to_owned()),
            code: "bad_day",
            message: "must be a day".to_owned(),
        };
        assert_eq!(violation(&fault).pointer, "/certifications/3/evidence~1day");
        let whole = Fault { row: None, ..fault };
        assert_eq!(violation(&whole).pointer, "/certifications");
    }
}
