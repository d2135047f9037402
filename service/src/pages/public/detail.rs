//! Everything that is published of one subprocessor of a group.

use std::{collections::BTreeSet, sync::Arc};

use askama::Template;
use poem::Response;
use transfer_decision::{
    span::Day,
    vocabulary::{Outcome, Regime},
};
use transfer_registry_core::{
    clock::day_of,
    publications::{Difference, PublishedEngagement, PublishedField, PublishedLocation},
    snapshot::AsPublished,
    subprocessors::SubprocessorStatus,
};
use uuid::Uuid;

use super::{
    cells::{Telling, missing},
    fields::{self, Said},
    frame::{Frame, Here},
    list::Entry,
    reading::{Reading, found},
    words::{Marked, Wording, filled},
};
use crate::refusal::Refusal;

/// The page.
#[derive(Template)]
#[template(path = "public/detail.html")]
struct Page {
    frame: Frame,
    heading: Marked,
    of_group: Marked,
    demo_note: Marked,
    /// What is known of the company, by field.
    facts: Vec<(&'static str, Marked)>,
    services: Vec<Service>,
    /// Whether people can have a copy of the safeguards that anything rests on.
    copy: &'static str,
    certifications: Vec<Certified>,
    /// What is said where there is none.
    none: &'static str,
    onward: Vec<Marked>,
    history: Vec<Happened>,
    back: String,
}

/// One engagement.
struct Service {
    id: String,
    heading: Marked,
    stage: Option<&'static str>,
    facts: Vec<(&'static str, Marked)>,
    locations: Vec<At>,
    bases: Marked,
}

/// A location, on all its days.
struct At {
    place: Marked,
    activity: &'static str,
    operator: Marked,
    first: Marked,
    last: Marked,
}

/// A certification.
struct Certified {
    framework: &'static str,
    first: Marked,
    last: Marked,
    hr: &'static str,
    checked: Marked,
}

/// What a publication changed.
struct Happened {
    version: Marked,
    said: Vec<Said>,
}

/// A published engagement with its id.
type Engaged<'a> = (Uuid, &'a Arc<PublishedEngagement>);

/// The page of a subprocessor.
///
/// # Errors
/// When nothing is published of it.
pub(super) fn page(reading: &Reading, slug: &str) -> Result<(Response, u64), Refusal> {
    let w = reading.wording;
    let content = &reading.published()?.content;
    let all = content.engagements.iter();
    let all = all.filter(|(_, one)| one.organisation.slug == slug);
    let mut engaged: Vec<Engaged<'_>> = all.map(|(id, one)| (*id, one)).collect();
    // What is in effect first; then by day.
    let day = reading.day();
    engaged.sort_by_key(|(id, one)| (!one.in_effect_on(day), one.effective_from, *id));
    let Some((_, latest)) = engaged.first() else {
        return Err(Refusal::NotFound);
    };
    let organisation = &latest.organisation;
    let judge = reading.snapshot.as_published(content).map_err(|error| {
        tracing::error!(%error, "what was published cannot be judged");
        Refusal::Internal
    })?;
    let telling = Telling::of(reading);
    let services: Vec<_> = engaged
        .iter()
        .map(|engaged| service(reading, &telling, &judge, *engaged))
        .collect();
    let (services, safeguards): (Vec<_>, Vec<_>) = services.into_iter().unzip();
    let group = content.group.name.as_str();
    let name = Marked::name(&organisation.legal_name);
    let words = [("name", organisation.legal_name.as_str()), ("group", group)];
    let title = filled(&w.detail.title, &words);
    let here = Here::Subprocessor(slug.to_owned());
    let page = Page {
        frame: Frame::of(reading, &here, group, title),
        heading: name,
        of_group: Marked::said(
            &w.detail.of_group,
            &[("group", &Marked::name(group)), ("day", &w.day(day))],
        ),
        demo_note: Marked::said(&w.shared.demo_note, &[("group", &Marked::name(group))]),
        none: if reading.snapshot.is_demo() {
            &w.words().shared.demo_none
        } else {
            &w.words().shared.none_recorded
        },
        facts: company(w, latest),
        services,
        copy: copy(w, &safeguards.concat()),
        certifications: certifications(reading, slug),
        onward: onward(w, &engaged),
        history: history(reading, &telling, slug),
        back: reading
            .asked
            .of_a_day()
            .at(&Here::List.path(&reading.group)),
    };
    found(reading, &page.frame, &page)
}

fn or_missing(w: Wording, text: Option<&String>) -> Marked {
    match text {
        Some(text) => Marked::typed(text),
        None => missing(&w.shared.not_recorded),
    }
}

fn company(w: Wording, engagement: &PublishedEngagement) -> Vec<(&'static str, Marked)> {
    use PublishedField as Field;
    let organisation = &engagement.organisation;
    let seat = match organisation.seat {
        Some(_) => Marked::text(w.place(organisation.seat)),
        None => missing(&w.list.unknown_place),
    };
    let note = organisation.seat_note.as_deref();
    let note = note.map(|note| Marked::typed(note).within("small", "note"));
    vec![
        (w.field(Field::Name), Marked::name(&organisation.legal_name)),
        (
            w.field(Field::Seat),
            super::cells::lines([Some(seat), note]),
        ),
        (
            w.field(Field::Registration),
            or_missing(w, organisation.registration.as_ref()),
        ),
        (
            w.field(Field::Representative),
            or_missing(w, organisation.representative.as_ref()),
        ),
    ]
}

/// Where people can have a copy of the safeguards for these regimes.
fn copy(w: Wording, regimes: &[Regime]) -> &'static str {
    let words = &w.words().detail;
    if regimes.is_empty() {
        &words.no_safeguards
    } else if regimes.contains(&Regime::Ch) {
        &words.copy_ch
    } else {
        &words.copy
    }
}

/// A service; and the regimes for which it rests on a safeguard.
fn service(
    reading: &Reading,
    telling: &Telling<'_>,
    judge: &AsPublished,
    (id, engagement): Engaged<'_>,
) -> (Service, Vec<Regime>) {
    let w = reading.wording;
    let day = reading.day();
    let stage = match engagement.stage_on(day) {
        SubprocessorStatus::Announced | SubprocessorStatus::Proposed => {
            Some(w.words().detail.planned.as_str())
        }
        SubprocessorStatus::Active => None,
        SubprocessorStatus::Ended => Some(w.words().detail.over.as_str()),
    };
    // What is to come is judged on its first day, what is over on its last.
    let last = engagement.ended_on.unwrap_or(day);
    let judged = day.min(last).max(engagement.effective_from);
    let entry = Entry::of(&reading.snapshot, judge, id, engagement, judged, judged);
    let safeguards = entry.bases.iter();
    let safeguards = safeguards.filter(|basis| basis.outcome == Outcome::Safeguard);
    let regimes = safeguards.map(|basis| basis.regime).collect();
    let service = Service {
        id: format!("engagement-{id}"),
        heading: Marked::said(
            &w.detail.service,
            &[("service", &Marked::typed(&engagement.service))],
        ),
        stage,
        facts: service_facts(w, engagement),
        locations: engagement
            .locations
            .iter()
            .map(|at| location(w, engagement, at))
            .collect(),
        bases: telling.bases(&entry),
    };
    (service, regimes)
}

fn service_facts(w: Wording, engagement: &PublishedEngagement) -> Vec<(&'static str, Marked)> {
    use PublishedField as Field;
    let purpose = engagement
        .purpose
        .as_deref()
        .map(|purpose| w.purpose(purpose));
    let data = engagement.data_categories.as_ref();
    let data = data.map(|all| Marked::text(&w.categories(all)));
    let role = |role: Option<_>| role.map(|role| Marked::text(w.role(role)));
    let or = |found: Option<Marked>, words: &str| found.unwrap_or_else(|| missing(words));
    let not_recorded = w.shared.not_recorded.as_str();
    let typed = |text: Option<&String>| text.map(|text| Marked::typed(text));
    let mut facts = vec![
        (w.field(Field::Purpose), or(purpose, not_recorded)),
        (
            w.field(Field::Description),
            or(typed(engagement.description.as_ref()), not_recorded),
        ),
        (w.field(Field::DataCategories), or(data, not_recorded)),
        (
            w.field(Field::DataSubjects),
            or(typed(engagement.data_subjects.as_ref()), not_recorded),
        ),
        (
            w.field(Field::Condition),
            or(typed(engagement.condition.as_ref()), &w.list.no_condition),
        ),
        (
            w.words().detail.days.as_str(),
            days(w, engagement.effective_from, engagement.ended_on),
        ),
    ];
    let optional = [
        (Field::ExporterRole, role(engagement.exporter_role)),
        (Field::ImporterRole, role(engagement.importer_role)),
        (
            Field::AnnouncedOn,
            engagement.announced_on.map(|day| w.day(day)),
        ),
        (
            Field::ObjectionUntil,
            engagement
                .objection_until
                .map(|day| Marked::said(&w.upcoming.objection_day, &[("day", &w.day(day))])),
        ),
        (Field::Note, typed(engagement.note.as_ref())),
    ];
    let optional = optional.into_iter();
    facts.extend(optional.filter_map(|(field, shown)| Some((w.field(field), shown?))));
    facts
}

fn days(w: Wording, first: Day, last: Option<Day>) -> Marked {
    let first = w.day(first);
    match last {
        Some(last) => Marked::said(&w.detail.from_to, &[("from", &first), ("to", &w.day(last))]),
        None => Marked::said(&w.detail.from_on, &[("from", &first)]),
    }
}

/// A location; where its own days are not recorded, they are those of the engagement.
fn location(w: Wording, engagement: &PublishedEngagement, at: &PublishedLocation) -> At {
    let (first, last) = if at.from.is_none() && at.until.is_none() {
        let throughout = Marked::text(&w.detail.throughout);
        (throughout.clone(), throughout)
    } else {
        let last = at.until.or(engagement.ended_on);
        (
            w.day(at.from.unwrap_or(engagement.effective_from)),
            last.map_or_else(|| missing(&w.detail.open), |day| w.day(day)),
        )
    };
    At {
        place: match at.place {
            Some(_) => Marked::text(w.place(at.place)),
            None => missing(&w.list.unknown_place),
        },
        activity: w.activity(at.activity),
        operator: match &at.operated_by {
            None => Marked::text(&w.detail.itself),
            Some(operator) => or_missing(w, operator.legal_name.as_ref()),
        },
        first,
        last,
    }
}

/// Its certifications, as they are recorded: what the answers rest on, and public lists tell.
fn certifications(reading: &Reading, slug: &str) -> Vec<Certified> {
    let w = reading.wording;
    let words = w.words();
    let organisation = reading.snapshot.organisation(slug);
    let certifications = organisation.into_iter().flat_map(|one| &one.certifications);
    let shown = certifications.map(|one| Certified {
        framework: w.framework(one.framework),
        first: w.day(one.valid_from),
        last: one
            .valid_to
            .map_or_else(|| missing(&w.detail.open), |day| w.day(day)),
        hr: if one.covers_hr {
            &words.shared.yes
        } else {
            &words.shared.no
        },
        checked: one
            .checked_on
            .map_or_else(|| missing(&w.detail.not_checked), |day| w.day(day)),
    });
    shown.collect()
}

/// The other entities that operate a location, by name.
fn onward(w: Wording, engaged: &[Engaged<'_>]) -> Vec<Marked> {
    let locations = engaged.iter().flat_map(|(_, one)| &one.locations);
    let operators = locations.filter_map(|at| at.operated_by.as_ref());
    let named: BTreeSet<_> = operators
        .filter_map(|one| Some((one.legal_name.as_deref()?, one.seat)))
        .collect();
    let named = named.into_iter().map(|(name, seat)| {
        let seat = Marked::text(w.place(seat));
        Marked::joined([Marked::name(name), seat], &Marked::text(", "))
    });
    named.collect()
}

/// What publications changed of it, the newest first.
fn history(reading: &Reading, telling: &Telling<'_>, slug: &str) -> Vec<Happened> {
    let w = reading.wording;
    let all: Vec<_> = reading.snapshot.publications_of(&reading.group).collect();
    let mut history = Vec::new();
    for (before, after) in all.iter().zip(all.iter().skip(1)).rev() {
        let difference = Difference::between(Some(&before.content), &after.content);
        let its = difference.engagements.iter().filter(|one| one.slug == slug);
        let said: Vec<_> = its
            .map(|one| {
                let name = telling.name(&one.slug, &one.legal_name);
                fields::engagement(w, &name, one, after)
            })
            .collect();
        if !said.is_empty() {
            let number = Marked::text(&after.number.to_string());
            let day = w.day(day_of(after.published_at));
            let version = [("number", &number), ("day", &day)];
            history.push(Happened {
                version: Marked::said(&w.changes.version, &version),
                said,
            });
        }
    }
    history
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{super::words::Language, *};

    #[test]
    fn a_copy_is_offered_under_the_law_of_whose_safeguards_they_are() {
        let w = Wording::of(Language::English).unwrap();
        assert!(copy(w, &[]).contains("No safeguards"));
        let european = copy(w, &[Regime::Eu]);
        assert!(european.contains("Art. 14(1)(f) GDPR") && !european.contains("FADP"));
        assert!(copy(w, &[Regime::Eu, Regime::Ch]).contains("Art. 19(4) FADP"));
    }
}
