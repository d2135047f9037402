//! A recorded certification beside a participant's place in its framework.

use transfer_decision::{
    span::{Day, previous},
    vocabulary::Framework,
};

use super::{About, Side};
use crate::participants::{
    Amendment, Correction, Difference, DifferenceKind, Evidence, KnownCertification, LIST, LastDay,
    list::{Listing, Participant, Status},
    words,
};

/// A due day that is this near is worth a look.
const SOON_DAYS: i64 = 90;

/// Both of them.
#[derive(Clone, Copy)]
struct Pair<'a> {
    side: &'a Side<'a>,
    entry: &'a Participant,
    listing: &'a Listing,
    held: &'a KnownCertification,
}

impl Side<'_> {
    /// The recorded certification that a place on the list is compared with: the one that runs today
    /// or will run; else the last one, unless the list's begins after it.
    fn held(&self, framework: Framework, begins: Option<Day>) -> Option<&KnownCertification> {
        let held = || {
            self.known
                .certifications
                .iter()
                .filter(move |held| held.framework == framework)
        };
        let running = held()
            .filter(|held| held.runs_at_or_after(self.today))
            .min_by_key(|held| held.valid_from);
        running.or_else(|| {
            held()
                .max_by_key(|held| held.valid_from)
                .filter(|held| begins.is_none_or(|begins| held.runs_at_or_after(begins)))
        })
    }

    /// The list shows an active certification.
    pub(super) fn active(
        &self,
        entry: &Participant,
        listing: &Listing,
        found: &mut Vec<Difference>,
    ) {
        let Some(held) = self.held(listing.framework, listing.begins()) else {
            found.push(self.not_recorded(entry, listing));
            return;
        };
        let pair = Pair {
            side: self,
            entry,
            listing,
            held,
        };
        let days = pair.days_to_write();
        let hr = listing.covers_hr.filter(|covers| *covers != held.covers_hr);
        // While two things differ, neither correction alone makes the record what the list has.
        let sole = days.is_none() || hr.is_none();
        let agrees = days.is_none() && hr.is_none();
        if let Some(days) = &days {
            let days = if sole {
                pair.checked(days.clone())
            } else {
                days.clone()
            };
            found.push(pair.difference(DifferenceKind::DaysDiffer, Some(days)));
        }
        if let Some(covers) = hr {
            let coverage = Amendment {
                covers_hr: Some(covers),
                recertification_due: pair.due_to_fill().filter(|_| sole),
                ..Amendment::default()
            };
            let coverage = if sole {
                pair.checked(coverage)
            } else {
                coverage
            };
            found.push(pair.difference(DifferenceKind::HrCoverageDiffers, Some(coverage)));
        }
        found.extend(pair.due());
        if agrees {
            found.push(pair.confirmed());
        }
    }

    fn not_recorded(&self, entry: &Participant, listing: &Listing) -> Difference {
        let about = About {
            participant: &entry.id,
            framework: Some(listing.framework),
            ..About::default()
        };
        // Without a first day, or without a word about HR data, a person completes it.
        let record = listing.begins().zip(listing.covers_hr);
        let correction = record.map(|(valid_from, covers_hr)| Correction::RecordCertification {
            framework: listing.framework,
            valid_from,
            recertification_due: listing.recertification_due.filter(|due| *due >= valid_from),
            covers_hr,
            checked_on: self.list.day,
            evidence: self.evidence(entry, listing),
            source: format!(
                "Data Privacy Framework list of {}, participant {}",
                self.list.day, entry.id
            ),
        });
        self.difference(
            DifferenceKind::NotRecorded,
            &about,
            format!(
                "no running certification: {}",
                words::name(listing.framework)
            ),
            words::listed(listing),
            correction,
        )
    }

    /// The list shows a certification that is inactive since a day, which it may not name.
    pub(super) fn inactive(
        &self,
        entry: &Participant,
        listing: &Listing,
        since: Option<Day>,
        found: &mut Vec<Difference>,
    ) {
        let Some(held) = self.held(listing.framework, None) else {
            return;
        };
        let pair = Pair {
            side: self,
            entry,
            listing,
            held,
        };
        // A list that names no day is at least right about its own.
        let last = previous(since.unwrap_or(self.list.day));
        let agrees = match (held.valid_to, since) {
            (Some(recorded), Some(_)) => recorded == last,
            (Some(recorded), None) => recorded <= last,
            (None, _) => false,
        };
        if agrees {
            let checked = pair.checked(Amendment::default());
            let unchecked = !pair.is_checked();
            found.push(pair.difference(DifferenceKind::Confirmed, unchecked.then_some(checked)));
            return;
        }
        let kind = if held.runs_at_or_after(self.today) {
            DifferenceKind::Lapsed
        } else {
            DifferenceKind::DaysDiffer
        };
        let ended = pair.checked(Amendment {
            valid_to: Some(LastDay::On(last)),
            ..Amendment::default()
        });
        // A certification that would have to end before it began is not the one that the list
        // means.
        let possible = last >= held.valid_from;
        let on = since.filter(|_| kind == DifferenceKind::Lapsed);
        found.push(Difference {
            on,
            ..pair.difference(kind, possible.then_some(ended))
        });
    }

    /// The participant stands on the list, and the framework does not.
    pub(super) fn missing(
        &self,
        entry: &Participant,
        framework: Framework,
        found: &mut Vec<Difference>,
    ) {
        let Some(held) = self
            .held(framework, None)
            .filter(|held| held.runs_at_or_after(self.today))
        else {
            return;
        };
        let about = About {
            participant: &entry.id,
            certification: Some(held),
            framework: Some(framework),
            on: None,
        };
        found.push(self.difference(
            DifferenceKind::NotOnList,
            &about,
            words::recorded(held),
            format!(
                "{} stands on it without the {}",
                words::participant(entry),
                words::name(framework)
            ),
            None,
        ));
    }

    fn evidence(&self, entry: &Participant, listing: &Listing) -> Evidence {
        Evidence {
            list: LIST.to_owned(),
            participant: entry.id.clone(),
            day: self.list.day,
            sha256: self.list.sha256.clone(),
            status: listing.status.text().to_owned(),
        }
    }
}

impl Pair<'_> {
    fn about(&self) -> About<'_> {
        About {
            participant: &self.entry.id,
            certification: Some(self.held),
            framework: Some(self.listing.framework),
            on: None,
        }
    }

    fn difference(&self, kind: DifferenceKind, amendment: Option<Amendment>) -> Difference {
        let correction = amendment.map(|amendment| Correction::AmendCertification {
            certification: self.held.id,
            amendment,
        });
        self.side.difference(
            kind,
            &self.about(),
            words::recorded(self.held),
            words::listed(self.listing),
            correction,
        )
    }

    /// Register and list agree, as far as the list goes.
    fn confirmed(&self) -> Difference {
        let fill = Amendment {
            recertification_due: self.due_to_fill(),
            ..Amendment::default()
        };
        let amendment = if self.is_checked() {
            fill
        } else {
            self.checked(fill)
        };
        let anything = amendment != Amendment::default();
        self.difference(DifferenceKind::Confirmed, anything.then_some(amendment))
    }

    /// Whether the certification was checked on the list's day or later.
    fn is_checked(&self) -> bool {
        let on = self.held.checked_on;
        on.is_some_and(|day| day >= self.side.list.day)
    }

    /// An amendment after which the certification is as the list has it. A list that leaves out when
    /// an active certification began, or whether it covers HR data, checks nothing.
    fn checked(&self, mut amendment: Amendment) -> Amendment {
        let Listing {
            status,
            first_day,
            covers_hr,
            ..
        } = self.listing;
        if !status.is_active() || (first_day.is_some() && covers_hr.is_some()) {
            amendment.checked_on = Some(self.side.list.day);
            amendment.evidence = Some(self.side.evidence(self.entry, self.listing));
        }
        amendment
    }

    /// The day for re-certification, when none is recorded: no difference, but filled in.
    fn due_to_fill(&self) -> Option<Day> {
        self.listing
            .recertification_due
            .filter(|due| self.held.recertification_due.is_none() && *due >= self.held.valid_from)
    }

    /// The days that must be written so that the certification runs as the list says that it does.
    fn days_to_write(&self) -> Option<Amendment> {
        let Self { listing, held, .. } = self;
        // A recorded first day before the framework opened is as good as its opening.
        let recorded = Listing {
            first_day: Some(held.valid_from),
            ..**listing
        };
        let begins = listing
            .begins()
            .filter(|begins| recorded.begins() != Some(*begins));
        let valid_to = held.valid_to.map(|_| LastDay::Open);
        let first = begins.unwrap_or(held.valid_from);
        let due = listing
            .recertification_due
            .filter(|due| held.recertification_due != Some(*due) && *due >= first);
        let due_differs = due.is_some() && held.recertification_due.is_some();
        (begins.is_some() || valid_to.is_some() || due_differs).then_some(Amendment {
            valid_from: begins,
            valid_to,
            recertification_due: due,
            ..Amendment::default()
        })
    }

    /// The certification must be renewed soon, or should have been.
    fn due(&self) -> Option<Difference> {
        let today = self.side.today;
        let due = self
            .listing
            .recertification_due
            .filter(|due| (*due - today).num_days() <= SOON_DAYS)?;
        let mut says = words::due(due, today);
        if self.listing.status == Status::UnderReview {
            says.push_str("; it is under review, and the certification is still active");
        }
        let register = self.held.recertification_due.map_or_else(
            || "no day for re-certification".to_owned(),
            |recorded| words::due(recorded, today),
        );
        let about = About {
            on: Some(due),
            ..self.about()
        };
        let kind = DifferenceKind::RecertificationDue;
        Some(self.side.difference(kind, &about, register, says, None))
    }
}
