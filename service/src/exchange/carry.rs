//! An import from its files to its end.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_blocking;
use transfer_registry_core::{
    ChangeError, Context, Draft, Key, Recorded, Registry, Rehearsal, Scope,
    proposals::{self, Approvals},
};
use uuid::Uuid;

use super::{Intake, Made, Offer, Options, Phase, Progress, Unmade};

/// What is to be done with files.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The import's own id.
    pub(crate) id: Uuid,
    /// Who asks, why, and under which request.
    pub(crate) context: Context,
    /// Whose data the caller may see and change.
    pub(crate) scope: Scope,
    /// Under which key it counts once.
    pub(crate) key: Option<Key>,
    /// Whether nothing is to be stored.
    pub(crate) dry_run: bool,
    /// How rows are to be understood.
    pub(crate) options: Options,
    /// What needs another person's approval: an import cannot wait for it.
    pub(crate) approvals: Approvals,
}

/// Whether an import is still wanted; asked between its rows.
pub(crate) type Wanted = Arc<dyn Fn() -> bool + Send + Sync>;

/// What became of an import.
#[derive(Debug)]
pub(crate) struct Carried {
    /// What it does, row by row; of an import that was made before, nothing is known any more.
    pub(crate) made: Option<Made>,
    /// The revision of the register from which on it counts: of a dry run, the one that it was
    /// tried on.
    pub(crate) revision: u64,
    /// The id of the import, when it was made before under the same key.
    pub(crate) before: Option<Uuid>,
    /// The register with it, when it was only tried.
    pub(crate) rehearsal: Option<Rehearsal>,
}

/// What the rows came to, while the change is on its way.
type Slot = Arc<Mutex<Option<Result<Made, Unmade>>>>;

/// Brings files in: all of them in one change, or nothing.
///
/// # Errors
/// Why nothing was made.
pub(crate) async fn carry_out(
    registry: &Registry,
    order: &Order,
    offers: Vec<Offer>,
    progress: &Arc<Progress>,
    wanted: &Wanted,
) -> Result<Carried, Unmade> {
    progress.enter(Phase::Reading);
    let reading = (Arc::clone(progress), Arc::clone(wanted));
    let intake = spawn_blocking(move || read(offers, &reading.0, &*reading.1));
    let intake = intake.await.map_err(|_| Unmade::Cut)??;
    progress.enter(Phase::Checking);
    // With what is wrong already, the rest is only looked at.
    let only_tried = order.dry_run || !intake.is_sound();
    let slot = Slot::default();
    let put_in = putting(order, intake, progress, wanted, &slot);
    let (context, scope) = (&order.context, &order.scope);
    if only_tried {
        let tried = registry.rehearse_at_length(context, scope, put_in).await;
        let made = taken(&slot).transpose()?;
        let rehearsal = tried.map_err(Unmade::Change)?;
        return Ok(Carried {
            made,
            revision: rehearsal.before.revision(),
            before: None,
            rehearsal: Some(rehearsal),
        });
    }
    let written = |count| progress.written.set(count);
    let recorded = registry
        .change_at_length(context, scope, order.key.as_ref(), &written, put_in)
        .await;
    let made = taken(&slot).transpose()?;
    match recorded {
        Ok(Recorded {
            id,
            revision,
            repeated,
        }) => Ok(Carried {
            made: made.filter(|_| !repeated),
            revision,
            before: repeated.then_some(id),
            rehearsal: None,
        }),
        // Every row says what the register says already.
        Err(ChangeError::Nothing) if made.is_some() => Ok(Carried {
            revision: made.as_ref().map_or(0, |made| made.revision),
            made,
            before: None,
            rehearsal: None,
        }),
        Err(error) => Err(Unmade::Change(error)),
    }
}

fn read(
    offers: Vec<Offer>,
    progress: &Progress,
    wanted: &(dyn Fn() -> bool + Send + Sync),
) -> Result<Intake, Unmade> {
    let mut intake = Intake::open(offers).map_err(Unmade::Wrong)?;
    intake.read(progress, &|| wanted())?;
    Ok(intake)
}

/// What puts the rows into the draft, and what they came to into the slot.
fn putting(
    order: &Order,
    mut intake: Intake,
    progress: &Arc<Progress>,
    wanted: &Wanted,
    slot: &Slot,
) -> impl FnMut(&mut Draft) -> Result<Uuid, ChangeError> + Send + 'static {
    let (options, id, dry_run) = (order.options, order.id, order.dry_run);
    let approvals = order.approvals.clone();
    let (progress, wanted) = (Arc::clone(progress), Arc::clone(wanted));
    let slot = Arc::clone(slot);
    move |draft| {
        // It may be asked for again, when the register was changed meanwhile.
        progress.enter(Phase::Checking);
        progress.checked.set(0);
        let put = intake.put_in(draft, options, &progress, &|| wanted());
        let put = put.and_then(|made| match unapproved(draft, &approvals) {
            Ok(()) => Ok(made),
            Err(error) => Err(Unmade::Change(error)),
        });
        // The registry knows its own refusals only; ours goes round it.
        let made = put.as_ref().map(|_| id).map_err(|_| ChangeError::Nothing);
        if made.is_ok() && !dry_run {
            progress.enter(Phase::Writing);
        }
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(put);
        made
    }
}

/// Holds when nothing that the rows put into the draft needs approval.
fn unapproved(draft: &Draft, approvals: &Approvals) -> Result<(), ChangeError> {
    let subjects = proposals::subjects::of(draft, approvals)?;
    if subjects.is_empty() {
        return Ok(());
    }
    let subjects: Vec<&str> = subjects.iter().map(|subject| subject.code()).collect();
    Err(ChangeError::ApprovalRequired(subjects.join(", ")))
}

fn taken(slot: &Slot) -> Option<Result<Made, Unmade>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}
