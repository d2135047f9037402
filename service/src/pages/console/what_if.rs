//! What if: somebody supposes that something ends, moves or is added, and sees who falls and what
//! carries the others. Nothing is written, and the address can be sent to somebody else.

use askama::Template;
use poem::{
    Request, Response, Result, handler,
    http::{Method, StatusCode},
};
use serde_json::{Map, Value, json};
use transfer_decision::span::{Day, parse_day};
use transfer_registry_core::Snapshot;
use uuid::Uuid;

use super::{
    day_bar,
    desk::{Clocks, Desk, at_desk},
    effect::{Analysis, Effect, Supposed},
    forms::{Choice, Choices, Control, Errors, ShownField, among},
    frame::Frame,
    objects, page,
    resting::{self, Resting},
    words,
};
use crate::{
    inward::Asked,
    refusal::{Refusal, Violation},
};

/// Its place in the navigation.
const AT: &str = "/console/what-if";

/// What can be supposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Supposition {
    /// Its code in the API.
    kind: &'static str,
    /// Its name.
    name: &'static str,
    /// What it is about, as the register's objects are named.
    about: &'static str,
    /// The question that names the object.
    which: &'static str,
    /// Whether it is a place that changes.
    places: Places,
}

/// Which places a supposition names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Places {
    None,
    /// From one to another.
    Move,
    /// One more.
    Add,
}

const fn ends(
    kind: &'static str,
    name: &'static str,
    about: &'static str,
    which: &'static str,
) -> Supposition {
    Supposition {
        kind,
        name,
        about,
        which,
        places: Places::None,
    }
}

const SUPPOSITIONS: [Supposition; 7] = [
    ends(
        "end_adequacy_decision",
        "An adequacy decision ends",
        "adequacy_decision",
        "Which decision",
    ),
    ends(
        "end_certification",
        "A certification ends",
        "certification",
        "Whose certification",
    ),
    ends(
        "end_mechanism",
        "A mechanism ends",
        "mechanism",
        "Which mechanism",
    ),
    ends(
        "end_subprocessor",
        "An engagement ends",
        "subprocessor",
        "Which engagement",
    ),
    ends("end_flow", "A flow ends", "flow", "Which flow"),
    Supposition {
        kind: "move_location",
        name: "A location moves",
        about: "relationship",
        which: "Of which engagement or flow",
        places: Places::Move,
    },
    Supposition {
        kind: "add_country",
        name: "A country is added",
        about: "relationship",
        which: "To which engagement or flow",
        places: Places::Add,
    },
];

const ACTIVITIES: Choices = Choices::These(&[
    ("storage", "storage"),
    ("processing", "processing"),
    ("remote_access", "remote access"),
]);

/// What an address asks.
struct Question {
    supposition: Supposition,
    id: String,
    on: String,
    from: String,
    to: String,
    country: String,
    activity: String,
}

impl Question {
    fn of(desk: &Desk<'_>) -> Result<Self, Refusal> {
        let pairs = desk.request.params::<Vec<(String, String)>>();
        let pairs = pairs.map_err(|_| Refusal::Unreadable)?;
        let value = |name: &str| {
            let mut found = pairs.iter().filter(|(pair, _)| pair == name);
            found
                .next()
                .map_or("", |(_, value)| value.trim())
                .to_owned()
        };
        // A link may name what ends by one word.
        let short = [
            ("end", 0),
            ("end_certification", 1),
            ("end_mechanism", 2),
            ("end_subprocessor", 3),
            ("end_flow", 4),
        ];
        let short = short.iter().map(|(name, at)| (value(name), *at));
        let named = short.clone().find(|(id, _)| !id.is_empty());
        let kind = value("kind");
        let at = named
            .as_ref()
            .map(|(_, at)| *at)
            .or_else(|| SUPPOSITIONS.iter().position(|one| one.kind == kind));
        let supposition = at.and_then(|at| SUPPOSITIONS.get(at));
        let [first, ..] = &SUPPOSITIONS;
        let on = value("on");
        Ok(Self {
            supposition: *supposition.unwrap_or(first),
            id: named.map_or_else(|| value("id"), |(id, _)| id),
            on: if on.is_empty() {
                desk.day.day().to_string()
            } else {
                on
            },
            from: value("from"),
            to: value("to"),
            country: value("country"),
            activity: value("activity"),
        })
    }

    /// The supposition as the API takes it.
    fn body(&self) -> Value {
        let mut change = Map::new();
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                change.insert(name.to_owned(), Value::from(value));
            }
        };
        put("kind", self.supposition.kind);
        put("id", &self.id);
        put("on", &self.on);
        match self.supposition.places {
            Places::None => {}
            Places::Move => {
                put("from", &self.from);
                put("to", &self.to);
                put("activity", &self.activity);
            }
            Places::Add => {
                put("country", &self.country);
                put("activity", &self.activity);
            }
        }
        json!({ "changes": [change] })
    }

    /// Its own address.
    fn link(&self) -> String {
        let pairs = [
            ("kind", self.supposition.kind),
            ("id", &self.id),
            ("on", &self.on),
            ("from", &self.from),
            ("to", &self.to),
            ("country", &self.country),
            ("activity", &self.activity),
        ];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<(&str, String)> = pairs
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
        day_bar::with(AT, &pairs)
    }
}

#[derive(Template)]
#[template(path = "console/what_if.html")]
struct WhatIfPage {
    frame: Frame,
    kept: Vec<(&'static str, String)>,
    /// What else can be supposed: the way there, its name, whether it is this.
    kinds: Vec<(String, &'static str, bool)>,
    kind: &'static str,
    asked: Vec<ShownField>,
    errors: Errors,
    resting: Vec<(String, Resting)>,
    answer: Option<Answer>,
}

/// What comes of a supposition.
struct Answer {
    /// What is supposed.
    supposed: String,
    effect: Effect,
    link: String,
    /// The form in which it is recorded that it happened, and its words.
    record: Option<(String, &'static str)>,
}

/// What if.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    desk.must_read()?;
    let question = Question::of(&desk)?;
    let snapshot = desk.snapshot().await?;
    let mut violations = Vec::new();
    let mut status = StatusCode::OK;
    let mut answer = None;
    if !question.id.is_empty() {
        let asked = Asked::done(Method::POST, "/v1/impact-analyses", Some(question.body()));
        // It reads, although it is posted.
        match desk.get::<Analysis>(asked, Clocks::None).await {
            Ok(analysis) => answer = Some(answered(&desk, &snapshot, &question, analysis)),
            Err(refusal @ (Refusal::Invalid(_) | Refusal::Malformed(_))) => {
                status = refusal.code().status();
                violations = refusal.violations().to_vec();
            }
            Err(refusal) => return Err(refusal),
        }
    }
    let resting = if question.supposition.about == "adequacy_decision" {
        resting::on(&desk, &snapshot).await?
    } else {
        Vec::new()
    };
    let (asked, wrong) = fields(&snapshot, &question, &violations, desk.day.day());
    page(
        status,
        &WhatIfPage {
            frame: desk.frame(AT),
            kept: desk.day.pairs(),
            kinds: kinds(&desk, &question),
            kind: question.supposition.kind,
            errors: Errors::of(&asked, wrong),
            asked,
            resting: resting
                .into_iter()
                .map(|one| (desk.link(&format!("{AT}?end={}", one.id)), one))
                .collect(),
            answer,
        },
    )
}

fn kinds(desk: &Desk<'_>, question: &Question) -> Vec<(String, &'static str, bool)> {
    let kinds = SUPPOSITIONS.iter().map(|one| {
        let path = format!("{AT}?kind={}", one.kind);
        (desk.link(&path), one.name, *one == question.supposition)
    });
    kinds.collect()
}

fn answered(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    question: &Question,
    analysis: Analysis,
) -> Answer {
    let supposed_ended = match question.supposition.about {
        "adequacy_decision" => Supposed::Decision(&question.id),
        "certification" => Supposed::Certification,
        "mechanism" => Supposed::Mechanism,
        _ => Supposed::Nothing,
    };
    let mut effect = Effect::supposing(snapshot, analysis, supposed_ended);
    for change in &mut effect.changes {
        change.href = desk.link(&change.href);
    }
    Answer {
        supposed: supposed(snapshot, question),
        effect,
        link: desk.link(&question.link()),
        record: record(snapshot, question).filter(|_| desk.may_write()),
    }
}

/// What is supposed, in words.
fn supposed(snapshot: &Snapshot, question: &Question) -> String {
    let about = about(snapshot, question);
    let named = objects::named(snapshot, about, &question.id).name;
    let named = if named.is_empty() {
        &question.id
    } else {
        &named
    };
    let day = words::day_of(&question.on);
    let place = |code: &str| words::place_of(Some(code).filter(|code| !code.is_empty()));
    match question.supposition.places {
        Places::None => format!("{named} no longer counts from {day} on"),
        Places::Move => format!(
            "{named}: what is in {} moves to {} on {day}",
            place(&question.from),
            place(&question.to)
        ),
        Places::Add => format!("{named}: {} is added on {day}", place(&question.country)),
    }
}

/// The kind of what a supposition is about.
fn about(snapshot: &Snapshot, question: &Question) -> &'static str {
    if question.supposition.about != "relationship" {
        return question.supposition.about;
    }
    let id: Option<Uuid> = question.id.parse().ok();
    match id.and_then(|id| snapshot.flows().get(id)) {
        Some(_) => "flow",
        None => "subprocessor",
    }
}

/// The form in which it is recorded that it happened, with the same day.
fn record(snapshot: &Snapshot, question: &Question) -> Option<(String, &'static str)> {
    let id = &question.id;
    if question.supposition.about == "adequacy_decision" {
        let path = format!("/console/law/{id}/end");
        let pairs = [
            ("on", question.on.clone()),
            ("end_kind", "invalidated".to_owned()),
        ];
        return Some((day_bar::with(&path, &pairs), "Record that it ended"));
    }
    let named = objects::named(snapshot, about(snapshot, question), id);
    let form = named.form?;
    if question.supposition.places != Places::None {
        return Some((form, "Record the place"));
    }
    let end = format!("{}/end", form.strip_suffix("/edit")?);
    let on = parse_day(&question.on)?;
    let last = ("last_day", on.pred_opt()?.to_string());
    Some((day_bar::with(&end, &[last]), "Record that it ended"))
}

fn fields(
    snapshot: &Snapshot,
    question: &Question,
    violations: &[Violation],
    day: Day,
) -> (Vec<ShownField>, Vec<String>) {
    let places = || among(Choices::Places, snapshot, day);
    let activities = || among(ACTIVITIES, snapshot, day);
    let mut all = vec![
        one(
            "id",
            question.supposition.which,
            &question.id,
            which(snapshot, question, day),
            true,
        ),
        ShownField {
            name: "on".to_owned(),
            label: "From which day on",
            why: "The first day on which it is so: of a judgment, its day.",
            needed: true,
            control: Control::Input {
                kind: "date",
                value: question.on.clone(),
            },
            wrong: Vec::new(),
        },
    ];
    match question.supposition.places {
        Places::None => {}
        Places::Move => {
            all.push(one("from", "From where", &question.from, places(), false));
            all.push(one("to", "To where", &question.to, places(), true));
            all.push(one(
                "activity",
                "What is done there",
                &question.activity,
                activities(),
                false,
            ));
        }
        Places::Add => {
            all.push(one(
                "country",
                "Which country",
                &question.country,
                places(),
                true,
            ));
            all.push(one(
                "activity",
                "What is done there",
                &question.activity,
                activities(),
                false,
            ));
        }
    }
    let mut left = Vec::new();
    for violation in violations {
        let name = violation.pointer.rsplit('/').next().unwrap_or_default();
        match all.iter_mut().find(|field| field.name == name) {
            Some(field) => field.wrong.push(format!("This {}.", violation.message)),
            None => left.push(format!("{}.", words::capital(&violation.message))),
        }
    }
    (all, left)
}

fn one(
    name: &str,
    label: &'static str,
    chosen: &str,
    choices: Vec<Choice>,
    needed: bool,
) -> ShownField {
    ShownField {
        name: name.to_owned(),
        label,
        why: "",
        needed,
        control: Control::One {
            chosen: chosen.to_owned(),
            choices: choices.into(),
        },
        wrong: Vec::new(),
    }
}

/// Among what the supposition chooses.
fn which(snapshot: &Snapshot, question: &Question, day: Day) -> Vec<Choice> {
    let named = |kind: &str, id: String| Choice {
        label: objects::named(snapshot, kind, &id).name,
        value: id,
    };
    let certifications = || {
        let holders = snapshot.organisations().iter();
        let held = holders.flat_map(|one| one.certifications.iter());
        held.map(|held| named("certification", held.id.to_string()))
    };
    let subprocessors = || {
        let all = snapshot.subprocessors().iter();
        all.map(|one| named("subprocessor", one.id.to_string()))
    };
    let flows = || {
        let all = snapshot.flows().iter();
        all.map(|one| named("flow", one.id.to_string()))
    };
    let mut choices: Vec<Choice> = match question.supposition.about {
        "adequacy_decision" => return among(Choices::Decisions, snapshot, day),
        "mechanism" => return among(Choices::Mechanisms, snapshot, day),
        "certification" => certifications().collect(),
        "subprocessor" => subprocessors().collect(),
        "flow" => flows().collect(),
        _ => subprocessors().chain(flows()).collect(),
    };
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
    choices
}
