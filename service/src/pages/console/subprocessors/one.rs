//! What the page of one engagement says.

use chrono::Days;
use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use super::{AT, Subprocessor};
use crate::{
    pages::console::{
        day_bar::with,
        desk::Desk,
        publishing,
        relationship::{
            About, Button, Reached, Stage, categories, checked, countries, group, locations,
            organisation, read_day, roles,
        },
        standing::Judged,
        table::Cell,
        words,
    },
    refusal::Refusal,
};

/// Everything that the page says.
///
/// # Errors
/// A fault of ours.
pub(super) fn told(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    one: &Subprocessor,
    judged: Judged,
    recorded: String,
) -> Result<About, Refusal> {
    let name = words::organisation(snapshot, &one.organisation);
    let whose = words::group(snapshot, &one.group);
    let today = desk.day.today();
    let published = publishing::of_engagement(desk, snapshot, &one.group, &one.id);
    let (published, again) = match published {
        Some((published, again)) => (Some(published), again),
        None => (None, false),
    };
    let soon = read_day(&one.effective_from)? > desk.day.day();
    Ok(About {
        at: (AT, "Subprocessors"),
        title: format!("May data of {whose} go to {name}?"),
        what: format!("Engaged for {}", one.service),
        stage: stage(one, soon),
        life: life(one, recorded),
        next: next(desk, snapshot, one, (&judged, again), today)?,
        others: others(snapshot, one),
        facts: facts(desk, snapshot, one),
        locations: locations(desk, snapshot, &one.locations),
        chain: None,
        onward: None,
        published,
        ledger: desk.link(&format!("/console/ledger?object_id={}", one.id)),
        judged,
    })
}

/// What is said of its stage before the verdict.
fn stage(one: &Subprocessor, soon: bool) -> String {
    let effective = words::day_of(&one.effective_from);
    match one.status.as_str() {
        "proposed" => "Proposed: it carries nothing yet. ".to_owned(),
        "ended" => "Ended: it carries nothing any more. ".to_owned(),
        "announced" => format!("Announced: it carries nothing before {effective}. "),
        _ if soon => format!("It carries nothing before {effective}. "),
        _ => String::new(),
    }
}

fn life(one: &Subprocessor, recorded: String) -> Vec<Stage> {
    let stages = ["proposed", "announced", "active", "ended"];
    let now = stages.iter().position(|stage| *stage == one.status);
    let now = now.unwrap_or_default();
    let reached = |at: usize| match at.cmp(&now) {
        std::cmp::Ordering::Less => Reached::Done,
        std::cmp::Ordering::Equal => Reached::Now,
        std::cmp::Ordering::Greater => Reached::Ahead,
    };
    let announced = match (&one.announced_on, reached(1)) {
        (None, Reached::Done) => Reached::LeftOut,
        (_, reached) => reached,
    };
    let told = one.announced_on.as_deref().map(words::day_of);
    let objection = one.objection_until.as_deref().map(words::day_of);
    let objection = objection.map(|day| format!("objections until {day}"));
    let told: Vec<String> = told.into_iter().chain(objection).collect();
    let ended = one.ended_on.as_deref().map(words::day_of);
    vec![
        Stage::of("Proposed", reached(0), recorded),
        Stage::of("Announced", announced, told.join(", ")),
        Stage::of(
            "Active",
            reached(2),
            format!("from {}", words::day_of(&one.effective_from)),
        ),
        Stage::of(
            "Ended",
            reached(3),
            ended.map_or_else(String::new, |day| format!("last day {day}")),
        ),
    ]
}

fn path(one: &Subprocessor, step: &str) -> String {
    format!("{AT}/{}/{step}", one.id)
}

/// What a group has promised its customers.
pub(super) struct Promise {
    /// Nothing: nobody recorded a period, which is not the same as none.
    notice: Option<u64>,
    objection: Option<u64>,
}

impl Promise {
    pub(super) fn of(snapshot: &Snapshot, group: &str) -> Self {
        let group = snapshot.group(group);
        let days = |days: i32| u64::try_from(days).ok();
        let notice = group.and_then(|group| group.notice_days).and_then(days);
        let objection = group.and_then(|group| group.objection_days).and_then(days);
        Self { notice, objection }
    }

    /// Whether customers are told before anything takes effect.
    fn holds(&self) -> bool {
        let days = |days: Option<u64>| days.is_some_and(|days| days > 0);
        days(self.notice) || days(self.objection)
    }

    /// Whether somebody recorded what customers were promised, were it nothing.
    const fn recorded(&self) -> bool {
        self.notice.is_some() || self.objection.is_some()
    }

    /// What was promised, and what follows for what is announced on a day.
    pub(super) fn sentence(&self, name: &str, day: Day) -> String {
        if !self.recorded() {
            return format!(
                "No notice period is recorded for {name}. Where customers gave a general authorisation \
                 they must be told beforehand and be able to object (Art. 28(2) GDPR): record the \
                 period, or announce."
            );
        }
        if !self.holds() {
            return format!(
                "A notice period of 0 days is recorded for {name}: it can be activated without an announcement."
            );
        }
        let mut promised = Vec::new();
        if let Some(notice) = self.notice.filter(|days| *days > 0) {
            let notice = words::count(notice, "day", "days");
            promised.push(format!("are told {notice} ahead"));
        }
        if let Some(days) = self.objection {
            let days = words::count(days, "day", "days");
            promised.push(format!("have {days} to object"));
        }
        let earliest = self.earliest(day).unwrap_or(day);
        format!(
            "Customers of {name} {}: announced today, it takes effect on {} at the earliest.",
            promised.join(" and "),
            words::day(earliest),
        )
    }

    /// The last day on which they can object to what is announced on a day.
    fn objection_until(&self, day: Day) -> Option<Day> {
        day.checked_add_days(Days::new(self.objection?))
    }

    /// The first day on which what is announced on a day can take effect.
    pub(super) fn earliest(&self, day: Day) -> Option<Day> {
        let noticed = day.checked_add_days(Days::new(self.notice.unwrap_or(0)))?;
        let free = match self.objection_until(day) {
            Some(until) => until.checked_add_days(Days::new(1))?,
            None => noticed,
        };
        Some(noticed.max(free))
    }
}

/// What comes next: a sentence, and the one step that is obvious.
fn next(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    one: &Subprocessor,
    (judged, again): (&Judged, bool),
    today: Day,
) -> Result<(String, Option<Button>), Refusal> {
    let promise = Promise::of(snapshot, &one.group);
    let effective = read_day(&one.effective_from)?;
    let heal = || Button {
        href: "#change".to_owned(),
        words: "See what would make it permitted",
    };
    let denied = !judged.permitted;
    Ok(match one.status.as_str() {
        "proposed" if promise.holds() || (!promise.recorded() && !denied) => {
            let (sentence, step) = announcing(snapshot, one, &promise, effective.max(today), today);
            if denied {
                let first = "The legal gate denies it as it is recorded, so that it could be \
                             announced but not take effect: first record what it rests on. ";
                (format!("{first}{sentence}"), Some(heal()))
            } else {
                (sentence, Some(step))
            }
        }
        "proposed" if denied => (
            "The legal gate denies it as it is recorded, and refuses to activate it: first record \
             what it rests on."
                .to_owned(),
            Some(heal()),
        ),
        "proposed" => (
            promise.sentence(&words::group(snapshot, &one.group), today),
            Some(Button {
                href: path(one, "activate"),
                words: "Activate",
            }),
        ),
        "ended" => (
            "Nothing is to be done. It stays in the archive of the public list.".to_owned(),
            None,
        ),
        _ if denied => (
            "Record what it rests on, or end it.".to_owned(),
            Some(heal()),
        ),
        _ if again && !desk.day.is_past() => (
            "The public list does not show it as it is recorded: publish the list again."
                .to_owned(),
            snapshot.group(&one.group).map(|group| Button {
                href: format!("/console/publishing/{}", group.id),
                words: "See what publishing would change",
            }),
        ),
        "announced" => (
            format!(
                "Nothing is to be done: it takes effect by itself on {}.",
                words::day(effective)
            ),
            None,
        ),
        _ => (
            if desk.day.is_past() {
                "Nothing can be done while another moment than now is shown.".to_owned()
            } else {
                "Nothing is to be done while the facts stay as they are recorded.".to_owned()
            },
            None,
        ),
    })
}

/// When it can take effect if it is announced today, and the form that is filled in so.
fn announcing(
    snapshot: &Snapshot,
    one: &Subprocessor,
    promise: &Promise,
    proposed: Day,
    today: Day,
) -> (String, Button) {
    let until = promise.objection_until(today);
    let earliest = promise.earliest(today).unwrap_or(proposed);
    let effective = proposed.max(earliest);
    let mut pairs = vec![("announced_on", today.to_string())];
    pairs.extend(until.map(|until| ("objection_until", until.to_string())));
    pairs.push(("effective_from", effective.to_string()));
    let sentence = promise.sentence(&words::group(snapshot, &one.group), today);
    let button = Button {
        href: with(&path(one, "announce"), &pairs),
        words: "Announce it to the customers",
    };
    (sentence, button)
}

/// What else can be done.
fn others(snapshot: &Snapshot, one: &Subprocessor) -> Vec<Button> {
    let button = |step, words| Button {
        href: path(one, step),
        words,
    };
    let mut all = vec![button("edit", "Change what is recorded")];
    match one.status.as_str() {
        "proposed" => {
            all.extend([
                button("announce", "Announce"),
                button("activate", "Activate"),
            ]);
            let promised = Promise::of(snapshot, &one.group).recorded();
            let group = snapshot.group(&one.group).filter(|_| !promised);
            all.extend(group.map(|group| Button {
                href: format!("/console/groups/{}/edit", group.id),
                words: "Record the notice period",
            }));
        }
        "announced" => all.extend([
            button("withdraw", "Withdraw the announcement"),
            button("end", "End it"),
        ]),
        "active" => all.push(button("end", "End it")),
        _ => all.push(button("end", "Correct its last day")),
    }
    all
}

fn facts(desk: &Desk<'_>, snapshot: &Snapshot, one: &Subprocessor) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("Group", group(desk, snapshot, &one.group)),
        (
            "Subprocessor",
            organisation(desk, snapshot, &one.organisation),
        ),
        ("Service", Cell::Text(one.service.clone())),
    ];
    let mut said = |name, text: Option<String>| {
        if let Some(text) = text {
            facts.push((name, Cell::Text(text)));
        }
    };
    said("Purpose", one.purpose.as_deref().map(words::plain));
    said("More about it", one.description.clone());
    said("Condition", one.condition.clone());
    facts.extend([
        ("Data", categories(one.data_categories.as_ref())),
        ("Whose data", Cell::maybe(one.data_subjects.clone())),
        (
            "Where these people are",
            countries(one.data_subject_countries.as_ref()),
        ),
        (
            "Roles",
            roles(one.exporter_role.as_deref(), one.importer_role.as_deref()),
        ),
    ]);
    if let Some(note) = &one.note {
        facts.push(("Note", Cell::Text(note.clone())));
    }
    facts.extend([
        ("Source", Cell::Text(one.source.clone())),
        ("Checked on", checked(one.checked_on.as_deref())),
    ]);
    facts
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;

    use super::*;

    #[test]
    fn the_earliest_day_keeps_the_notice_and_lets_customers_object_before_it() {
        let day = |text: &str| parse_day(text).unwrap();
        for (notice, objection, earliest) in [
            (Some(30), None, "2026-12-31"),
            (Some(30), Some(14), "2026-12-31"),
            (Some(10), Some(14), "2026-12-16"),
            (None, Some(14), "2026-12-16"),
            (Some(14), Some(14), "2026-12-16"),
        ] {
            let promise = Promise { notice, objection };
            assert!(promise.holds());
            assert_eq!(
                promise.earliest(day("2026-12-01")),
                Some(day(earliest)),
                "{notice:?}, {objection:?}"
            );
        }
    }

    #[test]
    fn a_period_that_nobody_recorded_is_no_leave_to_say_nothing() {
        let day = parse_day("2026-12-01").unwrap();
        let of = |notice| Promise {
            notice,
            objection: None,
        };
        let unrecorded = of(None).sentence("Acme", day);
        assert!(
            unrecorded.starts_with("No notice period is recorded for Acme.")
                && unrecorded.contains("Art. 28(2) GDPR")
                && !unrecorded.contains("without"),
            "{unrecorded}"
        );
        assert_eq!(of(None).earliest(day), Some(day));
        assert!(of(Some(0)).sentence("Acme", day).contains("0 days"));
    }
}
