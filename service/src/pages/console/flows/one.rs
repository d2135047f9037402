//! What the page of one flow says.

use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use super::{AT, Flow};
use crate::{
    pages::console::{
        chain,
        day_bar::with,
        desk::Desk,
        relationship::{
            About, Button, Reached, Stage, categories, checked, countries, days, group, locations,
            organisation, read_day, roles,
        },
        standing::Judged,
        table::Cell,
        words,
    },
    refusal::Refusal,
};

/// Everything that the page says; `recorded` is when it was entered, `judged_on` the day of the
/// verdict.
///
/// # Errors
/// A fault of ours.
pub(super) fn told(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    (flow, exporter): (&Flow, &str),
    judged: Judged,
    (recorded, judged_on): (String, Day),
) -> Result<About, Refusal> {
    let name = |slug: &str| words::organisation(snapshot, slug);
    let kept = flow.id.parse().ok();
    let kept = kept.and_then(|id| snapshot.flows().get(id));
    let soon = read_day(&flow.valid_from)? > desk.day.day();
    let purpose = flow.purpose.as_deref().map(words::plain);
    Ok(About {
        at: (AT, "Flows"),
        title: format!(
            "May data flow from {} to {}?",
            name(exporter),
            name(&flow.importer)
        ),
        what: purpose.map_or_else(
            || "A registered data flow".to_owned(),
            |purpose| format!("For {purpose}"),
        ),
        stage: stage(flow, soon),
        life: life(flow, recorded),
        next: next(flow, &judged, soon),
        others: others(flow),
        facts: facts(desk, snapshot, (flow, exporter)),
        locations: locations(desk, snapshot, &flow.locations),
        chain: kept.and_then(|flow| chain::of(desk, snapshot, flow, judged_on)),
        onward: kept.and_then(|flow| chain::onward(desk, snapshot, flow, judged_on)),
        published: None,
        ledger: desk.link(&format!("/console/ledger?object_id={}", flow.id)),
        judged,
    })
}

fn stage(flow: &Flow, soon: bool) -> String {
    match flow.status.as_str() {
        "draft" => "Draft: it carries nothing yet. ".to_owned(),
        "suspended" => "Suspended: it carries nothing. ".to_owned(),
        "ended" => "Ended: it carries nothing any more. ".to_owned(),
        _ if soon => format!(
            "It carries nothing before {}. ",
            words::day_of(&flow.valid_from)
        ),
        _ => String::new(),
    }
}

fn life(flow: &Flow, recorded: String) -> Vec<Stage> {
    let status = flow.status.as_str();
    let ended = flow.valid_to.as_deref().map(words::day_of);
    let suspensions = flow.suspensions.iter();
    let suspensions: Vec<String> = suspensions
        .map(|gap| days(Some(&gap.from), gap.until.as_deref()))
        .collect();
    let mut life = vec![
        Stage::of(
            "Draft",
            match status {
                "draft" => Reached::Now,
                _ => Reached::Done,
            },
            recorded,
        ),
        Stage::of(
            "Active",
            match status {
                "draft" => Reached::Ahead,
                "active" => Reached::Now,
                _ => Reached::Done,
            },
            format!("from {}", words::day_of(&flow.valid_from)),
        ),
    ];
    if !suspensions.is_empty() {
        let reached = match status {
            "suspended" => Reached::Now,
            _ => Reached::Done,
        };
        life.push(Stage::of("Suspended", reached, suspensions.join(", ")));
    }
    life.push(Stage::of(
        "Ended",
        match status {
            "ended" => Reached::Now,
            _ => Reached::Ahead,
        },
        ended.map_or_else(String::new, |day| format!("last day {day}")),
    ));
    life
}

fn path(flow: &Flow, step: &str) -> String {
    format!("{AT}/{}/{step}", flow.id)
}

/// What comes next: a sentence, and the one step that is obvious.
fn next(flow: &Flow, judged: &Judged, soon: bool) -> (String, Option<Button>) {
    let heal = || {
        Some(Button {
            href: "#change".to_owned(),
            words: "See what would make it permitted",
        })
    };
    let activate = |words| {
        Some(Button {
            href: path(flow, "activate"),
            words,
        })
    };
    match (flow.status.as_str(), judged.permitted) {
        ("ended", _) => ("Nothing is to be done.".to_owned(), None),
        ("draft" | "suspended", false) => (
            "The legal gate denies it as it is recorded, and refuses to activate it: first record \
             what it rests on."
                .to_owned(),
            heal(),
        ),
        ("draft", true) => (
            "The legal gate permits it: activate it when data is to go there.".to_owned(),
            activate("Activate"),
        ),
        ("suspended", true) => (
            "The legal gate permits it: resume it when data is to go there again.".to_owned(),
            activate("Resume"),
        ),
        (_, false) => (
            "Record what it rests on, or suspend or end it.".to_owned(),
            heal(),
        ),
        (_, true) if soon => (
            format!(
                "Nothing is to be done: it takes effect by itself on {}.",
                words::day_of(&flow.valid_from)
            ),
            None,
        ),
        (_, true) => (
            "Nothing is to be done while the facts stay as they are recorded.".to_owned(),
            None,
        ),
    }
}

/// What else can be done.
fn others(flow: &Flow) -> Vec<Button> {
    let button = |step, words| Button {
        href: path(flow, step),
        words,
    };
    let mut all = vec![button("edit", "Change what is recorded")];
    match flow.status.as_str() {
        "draft" => all.push(button("activate", "Activate")),
        "active" => all.extend([button("suspend", "Suspend it"), button("end", "End it")]),
        "suspended" => all.extend([button("activate", "Resume it"), button("end", "End it")]),
        _ => all.push(button("end", "Correct its last day")),
    }
    if flow.status != "ended" {
        let mut pairs = vec![
            ("continues", flow.id.clone()),
            ("exporter", flow.importer.clone()),
        ];
        pairs.extend(flow.group.iter().map(|group| ("group", group.clone())));
        all.push(Button {
            href: with("/console/flows/new", &pairs),
            words: "Register where it goes on",
        });
    }
    all
}

fn facts(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    (flow, exporter): (&Flow, &str),
) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![
        ("From", organisation(desk, snapshot, exporter)),
        ("To", organisation(desk, snapshot, &flow.importer)),
        (
            "Kept by",
            flow.group.as_deref().map_or_else(
                || Cell::Quiet("no group: all share it".to_owned()),
                |slug| group(desk, snapshot, slug),
            ),
        ),
        (
            "Roles",
            roles(flow.exporter_role.as_deref(), flow.importer_role.as_deref()),
        ),
        ("Data", categories(flow.data_categories.as_ref())),
        ("Where the people are", countries(Some(&flow.data_subjects))),
        (
            "Handed over by",
            Cell::Text(if flow.collected_from_data_subject {
                "the people themselves, directly and on their own initiative".to_owned()
            } else {
                "the exporter".to_owned()
            }),
        ),
    ];
    if let Some(id) = &flow.continues {
        let before = id.parse().ok().and_then(|id| snapshot.flows().get(id));
        let named = before.map_or_else(
            || id.clone(),
            |before| {
                let name = |slug: &str| words::organisation(snapshot, slug);
                format!("{} → {}", name(&before.exporter), name(&before.importer))
            },
        );
        facts.push((
            "Continues",
            Cell::link(desk.link(&format!("{AT}/{id}")), named),
        ));
    }
    for (name, text) in [("Answered for by", &flow.owner), ("Note", &flow.note)] {
        facts.extend(text.iter().map(|text| (name, Cell::Text(text.clone()))));
    }
    facts.extend([
        ("Source", Cell::Text(flow.source.clone())),
        ("Checked on", checked(flow.checked_on.as_deref())),
    ]);
    facts
}
