//! The console's first page: what waits for somebody, the most urgent first, each with its next step.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;
use transfer_registry_core::{Snapshot, attention::AttentionKind, tokens::Role};

use super::{
    Listed as PublicList, day_bar,
    desk::{Clocks, Desk, Listed, at_desk},
    explain::State,
    forms::Choice,
    frame::Frame,
    listed as public_lists,
    objects::{self, Named},
    page,
    resting::{self, Resting},
    standing::Gates,
    table::{Asking, Cell, Filter},
    to, words,
};
use crate::refusal::Refusal;

/// Its place in the navigation.
const AT: &str = "/";

/// How many engagements and flows an item names before the rest is folded away.
const NAMED: usize = 3;

/// How urgent something is: what it is called, and its number in the work list.
const URGENCIES: [(u8, &str); 5] = [
    (1, "Now"),
    (2, "Within a week"),
    (3, "Within a month"),
    (4, "Within three months"),
    (5, "When there is time"),
];

/// One thing that waits, as the API answers it.
#[derive(Deserialize)]
struct Item {
    about: String,
    affected: u64,
    affects: Vec<Affected>,
    due: Option<String>,
    group: Option<String>,
    id: String,
    kind: String,
    next_step: String,
    title: String,
    urgency: u8,
}

#[derive(Deserialize)]
struct Affected {
    id: String,
    kind: String,
}

/// One thing that waits, as the page shows it.
struct Shown {
    /// The state's name in the style sheet, and its word.
    class: &'static str,
    word: String,
    sentence: String,
    /// The way to what it is about.
    about: Option<String>,
    group: Option<String>,
    /// By when.
    due: Option<String>,
    /// What to do, and where.
    step: &'static str,
    step_href: Option<String>,
    /// What it touches.
    touches: Vec<Cell>,
    folded: Vec<Cell>,
    /// How many more there are than are named.
    further: u64,
}

/// What is equally urgent.
struct Part {
    name: &'static str,
    items: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "console/attention.html")]
struct AttentionPage {
    frame: Frame,
    sentence: String,
    filters: Vec<Filter>,
    kept: Vec<(&'static str, String)>,
    narrowed: bool,
    parts: Vec<Part>,
    next: Option<String>,
    begun: bool,
    resting: Vec<(String, Resting)>,
    lists: Vec<PublicList>,
    /// Whether any group keeps its register here.
    grouped: bool,
}

/// What waits for somebody.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    if desk.person().role == Role::Checker {
        return Ok(to(&desk.link("/console/check")));
    }
    let asking = Asking::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let filters = vec![
        asking.one_of("group", "Group", groups(&snapshot)),
        asking.one_of("kind", "What is the matter", kinds()),
    ];
    let asked = asking.narrowed("/v1/attention", &filters);
    let found: Listed<Item> = desk.get(asked, Clocks::Both).await?;
    let next = found.next_cursor.map(|cursor| asking.next(&desk, &cursor));
    let begun = !asking.chosen("cursor").is_empty();
    let narrowed = filters.iter().any(|filter| !filter.chosen.is_empty());
    let sentence = sentence(&found.items, next.is_some() || begun);
    let mut gates = Gates::of(&snapshot);
    let day = desk.day.day();
    let mut parts: Vec<Part> = Vec::new();
    for (urgency, name) in URGENCIES {
        let items = found.items.iter().filter(|item| item.urgency == urgency);
        let items: Vec<Shown> = items
            .map(|item| {
                let denied = Some(item).filter(|item| item.kind == "denied");
                let state = denied.and_then(|item| gates.state(&item.id, day));
                shown(&desk, &snapshot, item, state)
            })
            .collect();
        if !items.is_empty() {
            parts.push(Part { name, items });
        }
    }
    let resting = resting::on(&desk, &snapshot).await?.into_iter();
    let resting = resting.map(|one| (desk.link(&format!("/console/what-if?end={}", one.id)), one));
    page(
        StatusCode::OK,
        &AttentionPage {
            frame: desk.frame(AT),
            sentence,
            filters,
            kept: desk.day.pairs(),
            narrowed,
            parts,
            next,
            begun,
            resting: resting.collect(),
            lists: public_lists(&snapshot, |_| true),
            grouped: snapshot.groups().iter().next().is_some(),
        },
    )
}

fn sentence(items: &[Item], more: bool) -> String {
    if more {
        return "The most urgent comes first; there is more than one page of it.".to_owned();
    }
    let now = items.iter().filter(|item| item.urgency == 1).count();
    let all = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let now = match now {
        0 => "nothing of it now".to_owned(),
        now => format!("{now} of it now"),
    };
    let all = words::count(all, "thing waits", "things wait");
    format!("{}, {now}.", words::capital(&all))
}

fn groups(snapshot: &Snapshot) -> Vec<Choice> {
    let groups = snapshot
        .groups()
        .iter()
        .map(|group| Choice::of(&group.slug, &group.name));
    groups.collect()
}

fn kinds() -> Vec<Choice> {
    let kinds = AttentionKind::ALL
        .iter()
        .map(|kind| Choice::of(kind.code(), matter(kind.code()).1));
    kinds.collect()
}

/// What is the matter: a state of the style sheet, and its words.
fn matter(kind: &str) -> (&'static str, String) {
    let (class, word) = match kind {
        "denied" => ("denied", "Denied"),
        "will_be_denied" => ("denied", "Will be denied"),
        "will_fall_back" => ("warned", "Will rest on another basis"),
        "decision_ends" => ("warned", "Decision ends"),
        "certification_ends" => ("warned", "Certification ends"),
        "recertification_due" => ("warned", "Certification to be renewed"),
        "mechanism_ends" => ("warned", "Mechanism ends"),
        "review_due" => ("warned", "Assessment to be reviewed"),
        "list_differs" => ("warned", "Official list differs"),
        "list_refused" => ("warned", "Official list not believed"),
        "unknown_country" => ("unassessable", "Country not recorded"),
        "unchecked" => ("unassessable", "Not checked"),
        "under_review" => ("warned", "Under review"),
        "unpublished_changes" => ("warned", "Not published yet"),
        other => return ("warned", words::capital(&words::plain(other))),
    };
    (class, word.to_owned())
}

fn shown(desk: &Desk<'_>, snapshot: &Snapshot, item: &Item, state: Option<State>) -> Shown {
    let about = objects::named(snapshot, &item.about, &item.id);
    // What cannot be assessed is called so wherever it stands.
    let (class, word) = match state {
        Some(state @ State::NotAssessable) => (state.class(), state.word().to_owned()),
        _ => matter(&item.kind),
    };
    let due = item.due.as_deref().map(words::day_of);
    let (step, step_path) = next_step(desk, item, &about);
    let mut touches: Vec<Cell> = item
        .affects
        .iter()
        .filter(|one| one.id != item.id)
        .map(|one| {
            let named = objects::named(snapshot, &one.kind_of_object(), &one.id);
            let page = named.page.unwrap_or_default();
            Cell::link(desk.link(&page), named.name)
        })
        .collect();
    let folded = touches.split_off(touches.len().min(NAMED));
    let named = u64::try_from(item.affects.len()).unwrap_or(u64::MAX);
    Shown {
        class,
        word,
        sentence: said(item, &about.name, due.as_deref()),
        about: about.page.as_deref().map(|page| desk.link(page)),
        group: item
            .group
            .as_deref()
            .map(|slug| words::group(snapshot, slug)),
        due,
        step,
        step_href: step_path.map(|path| desk.link(&path)),
        touches,
        folded,
        further: item.affected.saturating_sub(named),
    }
}

impl Affected {
    /// Its kind, as the register's other objects are named.
    fn kind_of_object(&self) -> String {
        match self.kind.as_str() {
            "flow" => "flow".to_owned(),
            _ => "subprocessor".to_owned(),
        }
    }
}

/// What is the matter, in a sentence.
fn said(item: &Item, name: &str, due: Option<&str>) -> String {
    let name = if name.is_empty() { &item.title } else { name };
    let on = due.unwrap_or("a day that nobody knows");
    match item.kind.as_str() {
        "denied" => match due {
            Some(day) => {
                format!("{name}: no transfer basis recorded here has carried it since {day}.")
            }
            None => format!("{name}: no transfer basis recorded here carries it."),
        },
        "will_be_denied" => {
            format!("{name}: from {on} on no transfer basis recorded here carries it.")
        }
        "will_fall_back" => format!("{name}: from {on} on it rests on another transfer basis."),
        "decision_ends" | "certification_ends" | "mechanism_ends" => {
            format!("{name}: its last day is {on}.")
        }
        "recertification_due" => format!("{name}: to be renewed by {on}."),
        "review_due" => format!("{name}: to be reviewed by {on}."),
        "list_differs" => format!(
            "The official list says otherwise than the register: {}.",
            item.title
        ),
        "list_refused" => format!(
            "The official list of participants was not believed: {}.",
            item.title.trim_end_matches('.')
        ),
        "unknown_country" if item.about == "organisation" => {
            format!("{name}: the country of its seat is not recorded.")
        }
        "unknown_country" => format!("{name}: the country of a location is not recorded."),
        "unchecked" => format!("{name}: nobody has compared it with its source."),
        // The title says what is challenged, and where.
        "under_review" => format!("{}.", item.title.trim_end_matches('.')),
        "unpublished_changes" => {
            format!("{name}: what is recorded is not what its public list says.")
        }
        other => format!("{}: {}.", item.title, words::plain(other)),
    }
}

/// What to do, in words, and the page or form where it is done.
fn next_step(desk: &Desk<'_>, item: &Item, about: &Named) -> (&'static str, Option<String>) {
    let page = about.page.clone();
    // Who may only read finds out there; who may write does it at once.
    let form = if desk.may_write() {
        about.form.clone().or_else(|| page.clone())
    } else {
        page.clone()
    };
    let what_if =
        |name: &'static str| day_bar::with("/console/what-if", &[(name, item.id.clone())]);
    match item.next_step.as_str() {
        "heal_or_end" => ("See what would carry it, or end it", page),
        "look_at_fallback" => ("Look at what carries it then", page),
        "prepare_fallback" if item.about == "adequacy_decision" => {
            ("See who falls when it ends", Some(what_if("end")))
        }
        "prepare_fallback" => ("See who falls when it ends", Some(what_if("end_mechanism"))),
        "verify_certification" => ("Compare it with the official list, and record that", form),
        "renew_mechanism" => ("Renew it, and record the new one", page),
        "check_document" => ("Compare it with its document, and record that", form),
        "review_assessment" => ("Review it, and record what came of it", form),
        "decide_difference" if desk.may_write() => (
            "Decide whether the list is right",
            Some(format!("/console/differences/{}", item.id)),
        ),
        "decide_difference" => (
            "Somebody who may change the register decides about it",
            None,
        ),
        "check_list_source" => (
            "Read why a list is not believed",
            Some("/problems/list_refused".to_owned()),
        ),
        "record_country" => ("Find out the country, and record it", form),
        "watch_law" => ("Look at the law there", Some("/console/law".to_owned())),
        "publish" => (
            "Look at what would be published",
            Some("/console/publishing".to_owned()),
        ),
        _ => ("Look at it", page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: &str, urgency: u8) -> Item {
        Item {
            about: "flow".to_owned(),
            affected: 0,
            affects: Vec::new(),
            due: None,
            group: None,
            id: String::new(),
            kind: kind.to_owned(),
            next_step: String::new(),
            title: "its title".to_owned(),
            urgency,
        }
    }

    #[test]
    fn every_matter_has_words_of_its_own() {
        let mut said = std::collections::BTreeSet::new();
        for kind in AttentionKind::ALL {
            assert!(said.insert(matter(kind.code()).1), "{kind}");
        }
    }

    #[test]
    fn the_work_list_is_summed_up() {
        assert_eq!(sentence(&[], false), "No things wait, nothing of it now.");
        let items = [item("denied", 1), item("unchecked", 5)];
        assert_eq!(sentence(&items, false), "2 things wait, 1 of it now.");
        assert_eq!(sentence(&items[..1], false), "1 thing waits, 1 of it now.");
    }

    #[test]
    fn what_the_register_does_not_name_is_called_by_its_title() {
        assert_eq!(
            said(&item("unchecked", 5), "", None),
            "its title: nobody has compared it with its source."
        );
    }
}
