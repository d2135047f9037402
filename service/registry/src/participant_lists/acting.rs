//! What is written because a list says so: what it bears out at once, everything else when a person
//! confirms it, and a lapse when the operator's setting says.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use transfer_decision::{span::Day, vocabulary::Place};
use uuid::Uuid;

use super::Lists;
use crate::{
    ChangeError, Context, Draft, Expected, Registry, Rehearsal, Scope, Snapshot,
    certifications::{self, NewCertification},
    organisations::{self, NewOrganisation},
    participants::{
        Amendment, Correction, Difference, DifferenceKind, Evidence, Known, KnownCertification,
        LastDay, Source, differences, if_confirmed,
    },
};

/// How often a list is gone through at the most: what is written may uncover something else.
const ROUNDS: usize = 3;

impl Registry {
    /// Writes what the newest list confirms, and, where the operator wants that at once, what it
    /// says has lapsed. Everything else waits for a person. How much was written.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn take_over(
        &self,
        context: &Context,
        lists: &Lists,
        lapses_at_once: bool,
    ) -> Result<usize, ChangeError> {
        let mut all = 0;
        for _ in 0..ROUNDS {
            let written = Arc::new(AtomicUsize::new(0));
            let (lists, count) = (lists.clone(), Arc::clone(&written));
            let take = move |draft: &mut Draft| {
                let ids = take(draft, &lists, lapses_at_once)?;
                count.store(ids.len(), Ordering::Relaxed);
                ids.last().copied().ok_or(ChangeError::Nothing)
            };
            let made = self
                .change_at_length(context, &Scope::All, None, &|_| (), take)
                .await;
            match made {
                Ok(_) => all += written.load(Ordering::Relaxed),
                Err(ChangeError::Nothing) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// What [`take_over`](Self::take_over) would write.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub async fn rehearse_take_over(
        &self,
        context: &Context,
        lists: &Lists,
        lapses_at_once: bool,
    ) -> Result<Rehearsal, ChangeError> {
        let lists = lists.clone();
        self.rehearse_at_length(context, &Scope::All, move |draft| {
            let ids = take(draft, &lists, lapses_at_once)?;
            Ok(ids.last().copied().unwrap_or_default())
        })
        .await
    }
}

/// What the comparison needs of the register.
#[must_use]
pub fn known(snapshot: &Snapshot) -> Vec<Known> {
    let american = |place: Place| place.code() == "US";
    let receiving: HashSet<&str> = snapshot
        .register()
        .relationships()
        .iter()
        .filter(|relationship| {
            let mut locations = relationship.locations.iter();
            locations.any(|location| location.place.is_some_and(american))
        })
        .map(|relationship| relationship.importer.as_ref())
        .collect();
    snapshot
        .organisations()
        .iter()
        .map(|view| Known {
            organisation: view.id,
            slug: view.slug.clone(),
            kind: view.kind,
            legal_name: view.legal_name.clone(),
            seat: view.seat,
            participant: view.dpf_participant.clone(),
            certification_wanted: receiving.contains(view.slug.as_str()),
            certifications: view
                .certifications
                .iter()
                .map(|held| KnownCertification {
                    id: held.id,
                    framework: held.framework,
                    valid_from: held.valid_from,
                    valid_to: held.valid_to,
                    recertification_due: held.recertification_due,
                    covers_hr: held.covers_hr,
                    checked_on: held.checked_on,
                })
                .collect(),
        })
        .collect()
}

/// Where the register differs from the newest list, and where they agree.
#[must_use]
pub fn against(snapshot: &Snapshot, lists: &Lists, today: Day) -> Vec<Difference> {
    let before = lists.before.as_deref();
    differences(&lists.newest, &known(snapshot), before, today)
}

/// Does what a difference proposes, as part of a change. Once a person has confirmed who a
/// participant is, what the list bears out of it is written with that.
///
/// # Errors
/// When there is no such difference any more, it proposes nothing, or what it proposes is not
/// acceptable.
pub fn confirm_in(
    draft: &mut Draft,
    lists: &Lists,
    key: &str,
    lapses_at_once: bool,
) -> Result<Uuid, ChangeError> {
    let today = draft.today();
    let known = known(draft.base());
    let found = differences(&lists.newest, &known, lists.before.as_deref(), today);
    let difference = found
        .iter()
        .find(|difference| difference.key == key)
        .ok_or(ChangeError::NotFound)?;
    let correction = difference
        .correction
        .as_ref()
        .ok_or(ChangeError::WrongStage {
            what: "confirming",
            stage: "for a person to settle in the register",
        })?;
    let id = apply(draft, difference, correction, lists)?;
    if let Correction::ConfirmParticipant { participant } = correction
        && let Some(known) = known
            .iter()
            .find(|known| known.organisation == difference.organisation)
    {
        let then = if_confirmed(&lists.newest, known, participant, today);
        let then: Vec<_> = then
            .iter()
            .filter(|one| at_once(one, lapses_at_once))
            .collect();
        apply_each(draft, &then, lists)?;
    }
    Ok(id)
}

/// Whether a difference needs no person's word: register and list agree, or it has lapsed and the
/// operator wants that to count.
fn at_once(difference: &Difference, lapses_at_once: bool) -> bool {
    match difference.kind {
        DifferenceKind::Confirmed => true,
        DifferenceKind::Lapsed => lapses_at_once,
        _ => false,
    }
}

fn take(draft: &mut Draft, lists: &Lists, lapses_at_once: bool) -> Result<Vec<Uuid>, ChangeError> {
    let found = against(draft.base(), lists, draft.today());
    let due: Vec<_> = found
        .iter()
        .filter(|one| at_once(one, lapses_at_once))
        .collect();
    apply_each(draft, &due, lists)
}

/// Does what each of these proposes; one that is not acceptable stays for a person.
fn apply_each(
    draft: &mut Draft,
    due: &[&Difference],
    lists: &Lists,
) -> Result<Vec<Uuid>, ChangeError> {
    let mut written = Vec::new();
    let mut amended = HashSet::new();
    for difference in due {
        let Some(correction) = &difference.correction else {
            continue;
        };
        // Of two about one certification the second is found again in the next round.
        if !difference.certification.is_none_or(|id| amended.insert(id)) {
            continue;
        }
        match apply(draft, difference, correction, lists) {
            Ok(id) => written.push(id),
            Err(ChangeError::Invalid(violations)) => {
                tracing::warn!(
                    key = difference.key,
                    ?violations,
                    "what the list says cannot be recorded"
                );
            }
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

fn apply(
    draft: &mut Draft,
    difference: &Difference,
    correction: &Correction,
    lists: &Lists,
) -> Result<Uuid, ChangeError> {
    let base = Arc::clone(draft.base());
    let any = &Expected::Any;
    match correction {
        Correction::ConfirmParticipant { participant } => {
            let view = base
                .organisations()
                .get(difference.organisation)
                .ok_or(ChangeError::NotFound)?;
            let mut new = NewOrganisation::of(view);
            new.dpf_participant = Some(participant.clone());
            organisations::amend_in(draft, view.id, any, new)
        }
        Correction::AmendCertification {
            certification,
            amendment,
        } => {
            let (holder, view) = base
                .certification(*certification)
                .ok_or(ChangeError::NotFound)?;
            let new = amended(
                NewCertification::of(view, holder.slug.clone()),
                amendment,
                lists,
            );
            certifications::amend_in(draft, view.id, any, new)
        }
        Correction::RecordCertification {
            framework,
            valid_from,
            recertification_due,
            covers_hr,
            checked_on,
            evidence,
            source,
        } => {
            let new = NewCertification {
                organisation: difference.slug.clone(),
                framework: *framework,
                valid_from: *valid_from,
                valid_to: None,
                recertification_due: *recertification_due,
                covers_hr: *covers_hr,
                evidence: Some(shown(evidence, lists)),
                source: source.clone(),
                checked_on: Some(*checked_on),
            };
            certifications::record_in(draft, new)
        }
    }
}

fn amended(mut new: NewCertification, amendment: &Amendment, lists: &Lists) -> NewCertification {
    let Amendment {
        valid_from,
        valid_to,
        recertification_due,
        covers_hr,
        checked_on,
        evidence,
    } = amendment;
    new.valid_from = valid_from.unwrap_or(new.valid_from);
    match valid_to {
        Some(LastDay::Open) => new.valid_to = None,
        Some(LastDay::On(day)) => new.valid_to = Some(*day),
        None => {}
    }
    new.recertification_due = recertification_due.or(new.recertification_due);
    new.covers_hr = covers_hr.unwrap_or(new.covers_hr);
    new.checked_on = checked_on.or(new.checked_on);
    if let Some(evidence) = evidence {
        new.evidence = Some(shown(evidence, lists));
    }
    new
}

/// The evidence as a certification keeps it, with the place where the list was read.
fn shown(evidence: &Evidence, lists: &Lists) -> certifications::Evidence {
    let Evidence {
        list,
        participant,
        day,
        sha256,
        status,
    } = evidence;
    let origin = match &lists.newest.source {
        Source::Workbook => "workbook",
        Source::Http(address) => address,
    };
    certifications::Evidence {
        list: format!("{list} ({origin})"),
        day: *day,
        sha256: sha256.clone(),
        participant: Some(participant.clone()),
        status: Some(status.clone()),
    }
}
