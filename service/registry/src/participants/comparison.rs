//! Register and list, side by side.

mod certifications;

use transfer_decision::{span::Day, vocabulary::Framework};

use super::{
    Correction, Difference, DifferenceKind, FRAMEWORKS, Known, KnownCertification, ListReference,
    Match, ParticipantList,
    differences::key,
    list::{Participant, Status},
    matching::{Index, answers_to, is_sought},
    words,
};

/// Where the register differs from a list, organisation by organisation, and where it agrees.
///
/// `before` is a list accepted before this one; without it, nobody is found to be renamed or no
/// longer covered. `today` decides which certification runs and what is due soon.
#[must_use]
pub fn differences(
    list: &ParticipantList,
    organisations: &[Known],
    before: Option<&ParticipantList>,
    today: Day,
) -> Vec<Difference> {
    let index = Index::of(list);
    let mut found = Vec::new();
    for known in organisations {
        let side = Side {
            list,
            known,
            before,
            today,
        };
        match &known.participant {
            Some(id) => side.confirmed(id, &mut found),
            None if is_sought(known) => side.proposed(&index, &mut found),
            None => {}
        }
    }
    found
}

/// What would differ if a person confirmed a participant: to be shown before that is done.
#[must_use]
pub fn if_confirmed(
    list: &ParticipantList,
    known: &Known,
    participant: &str,
    today: Day,
) -> Vec<Difference> {
    let known = Known {
        participant: Some(participant.to_owned()),
        ..known.clone()
    };
    differences(list, &[known], None, today)
}

/// One organisation beside a list.
#[derive(Clone, Copy)]
struct Side<'a> {
    list: &'a ParticipantList,
    known: &'a Known,
    before: Option<&'a ParticipantList>,
    today: Day,
}

/// What a difference is about; no participant is an empty text.
#[derive(Default)]
struct About<'a> {
    participant: &'a str,
    certification: Option<&'a KnownCertification>,
    framework: Option<Framework>,
    on: Option<Day>,
}

impl Side<'_> {
    fn difference(
        &self,
        kind: DifferenceKind,
        about: &About<'_>,
        register_says: String,
        list_says: String,
        correction: Option<Correction>,
    ) -> Difference {
        let organisation = self.known.organisation.to_string();
        let certification = about.certification.map(|held| held.id.to_string());
        let key = key(
            kind,
            &[
                &organisation,
                certification.as_deref().unwrap_or_default(),
                about.framework.map(Framework::code).unwrap_or_default(),
                about.participant,
                &register_says,
                &list_says,
            ],
        );
        Difference {
            key,
            kind,
            organisation: self.known.organisation,
            slug: self.known.slug.clone(),
            certification: about.certification.map(|held| held.id),
            framework: about.framework,
            participant: (!about.participant.is_empty()).then(|| about.participant.to_owned()),
            on: about.on,
            register_says,
            list_says,
            proposed: None,
            list: ListReference {
                day: self.list.day,
                sha256: self.list.sha256.clone(),
            },
            correction,
        }
    }

    /// Nobody has confirmed a participant: whom the organisation may be.
    fn proposed(&self, index: &Index<'_>, found: &mut Vec<Difference>) {
        let candidates = index.candidates(&self.known.legal_name);
        if candidates.is_empty() {
            found.extend(self.no_participant());
        }
        for candidate in candidates {
            let kind = if candidate.covered {
                DifferenceKind::CoveredEntity
            } else {
                DifferenceKind::MatchProposed
            };
            let entry = candidate.entry;
            let Match { name, .. } = &candidate.found;
            let mut says = if candidate.covered {
                format!("{} covers “{name}”", words::participant(entry))
            } else {
                words::participant(entry)
            };
            for listing in &entry.frameworks {
                says.push_str("; ");
                says.push_str(&words::listed(listing));
            }
            let about = About {
                participant: &entry.id,
                ..About::default()
            };
            let correction = Correction::ConfirmParticipant {
                participant: entry.id.clone(),
            };
            let register = format!("“{}”, no participant confirmed", self.known.legal_name);
            found.push(Difference {
                // What the participant's certifications say may move; whether the two are one does
                // not, and is asked once.
                key: key(
                    kind,
                    &[
                        &self.known.organisation.to_string(),
                        &self.known.legal_name,
                        &entry.id,
                        &candidate.found.name,
                    ],
                ),
                proposed: Some(candidate.found),
                ..self.difference(kind, &about, register, says, Some(correction))
            });
        }
    }

    /// Nobody on the list bears a name like the organisation's: what it is recorded to hold, if
    /// anything, is not borne out.
    fn no_participant(&self) -> Option<Difference> {
        let held = self.known.certifications.iter();
        let claimed: Vec<String> = held
            .filter(|held| FRAMEWORKS.contains(&held.framework))
            .filter(|held| held.runs_at_or_after(self.today))
            .map(words::recorded)
            .collect();
        let says = "no participant of a like name, and none that covers one".to_owned();
        (!claimed.is_empty()).then(|| {
            self.difference(
                DifferenceKind::NoParticipant,
                &About::default(),
                format!("“{}”: {}", self.known.legal_name, claimed.join("; ")),
                says,
                None,
            )
        })
    }

    /// A person has confirmed a participant: where it and the register differ.
    fn confirmed(&self, id: &str, found: &mut Vec<Difference>) {
        let Some(entry) = self.list.participant(id) else {
            let about = About {
                participant: id,
                ..About::default()
            };
            found.push(self.difference(
                DifferenceKind::NotOnList,
                &about,
                format!("“{}” is participant {id}", self.known.legal_name),
                format!("no participant {id}, neither active nor inactive"),
                None,
            ));
            return;
        };
        self.names(entry, found);
        for framework in FRAMEWORKS {
            let Some(listing) = entry.listing(framework) else {
                self.missing(entry, framework, found);
                continue;
            };
            match listing.status {
                Status::Active | Status::UnderReview => self.active(entry, listing, found),
                Status::Inactive { since } => self.inactive(entry, listing, since, found),
            }
        }
    }

    /// The participant's names, and its cover of the organisation, against an earlier list.
    fn names(&self, entry: &Participant, found: &mut Vec<Difference>) {
        let before = self.before.and_then(|list| list.participant(&entry.id));
        // A list that had not asked for its particulars does not know all its names.
        let Some(before) = before.filter(|before| before.has_particulars()) else {
            return;
        };
        let about = About {
            participant: &entry.id,
            ..About::default()
        };
        let same = |a: &str, b: &str| super::name_key(a) == super::name_key(b);
        if !same(&before.legal_name, &entry.legal_name)
            || !same(&before.display_name, &entry.display_name)
        {
            found.push(self.difference(
                DifferenceKind::Renamed,
                &about,
                format!(
                    "“{}”, on an earlier list {}",
                    self.known.legal_name,
                    words::participant(before)
                ),
                words::participant(entry),
                None,
            ));
        }
        let name = &self.known.legal_name;
        if answers_to(before, name) && !answers_to(entry, name) {
            found.push(self.difference(
                DifferenceKind::NotOnList,
                &about,
                format!("“{name}” is, or is covered by, participant {}", entry.id),
                format!(
                    "{} neither bears that name nor covers it any more",
                    words::participant(entry)
                ),
                None,
            ));
        }
    }
}
