//! The way of a form: opened, looked at, saved.

use askama::Template;
use poem::{Response, http::StatusCode};
use serde_json::{Value, json};
use transfer_registry_core::sessions::Secret;

use super::{
    Control, Errors, Form, Ids, ShownField, Way,
    names::{AT, KEY, OWN, REASON, SAVE, SEEN, STEP, TAG, WAS},
    shown::outlooks,
    steps::{self, LaidOut, ShownSteps, Turn},
    typed::{Typed, at, digest},
};
use crate::{
    inward::{Asked, Replied},
    pages::console::{
        desk::{Clocks, Desk, typed as read_as},
        effect::Effect,
        explain::Finding,
        frame::Frame,
        page,
        remedies::{Healing, healing},
        to, words,
    },
    refusal::{Refusal, Violation},
};

#[derive(Template)]
#[template(path = "console/form.html")]
struct FormPage {
    frame: Frame,
    title: &'static str,
    /// What is there already, by name.
    about: Option<String>,
    intro: &'static str,
    save: &'static str,
    action: String,
    back: String,
    asked: Vec<ShownField>,
    /// What was answered on other pages of the form.
    carried: Vec<(String, String)>,
    /// Which of its pages this is, when there are several.
    steps: Option<ShownSteps>,
    errors: Errors,
    reason: String,
    /// What would make it possible, where the legal gate refuses it.
    remedies: Vec<Healing>,
    stale: Option<Stale>,
    effect: Option<Effect>,
    /// What comes of the answers themselves, before what they do to everything else.
    outlooks: Vec<ShownField>,
    seen: String,
    tag: String,
    key: String,
    was: String,
}

impl FormPage {
    /// Whether the form ends on this page, so that its effect can be seen there.
    fn ends(&self) -> bool {
        self.steps.as_ref().is_none_or(ShownSteps::is_summary)
    }

    /// Whether a look at the effect comes next.
    fn looks(&self) -> bool {
        self.ends() || self.steps.as_ref().is_some_and(ShownSteps::is_last)
    }
}

/// What somebody else saved in the meantime.
struct Stale {
    by: String,
    at: String,
    rows: Vec<StaleRow>,
}

/// A field of which there are two versions.
struct StaleRow {
    label: &'static str,
    was: String,
    mine: String,
    theirs: String,
}

/// What came of sending a form, apart from what was typed.
#[derive(Default)]
struct Outcome {
    violations: Vec<Violation>,
    wrong: Vec<String>,
    remedies: Vec<Healing>,
    stale: Option<Stale>,
    effect: Option<Effect>,
    seen: String,
    status: StatusCode,
}

/// A form as it is opened: with what is there, or with what the address says.
///
/// # Errors
/// When what it is about is not there, or the person may not fill it in.
pub(super) async fn opened(desk: &Desk<'_>, form: &Form, ids: Ids) -> Result<Response, Refusal> {
    allowed(desk, form)?;
    let mut typed = Typed::default();
    if form.way == Way::Change {
        steps::all_reached(form.fields, &mut typed);
    }
    if !form.object.is_empty() {
        let current = current(desk, form, &ids).await?;
        if form.way == Way::Change {
            typed.take(form.fields, &current.body, "");
        }
        typed.put(WAS, current.body.to_string());
        typed.put(TAG, current.tag.unwrap_or_default());
    }
    if form.way == Way::Create {
        let begun = form.fields.iter().filter(|field| !field.default.is_empty());
        begun.for_each(|field| typed.put(field.name, field.default));
    }
    let pairs = desk.request.params::<Vec<(String, String)>>();
    let mut pairs = pairs.map_err(|_| Refusal::Unreadable)?;
    // An address fills in answers; what else a form carries is its own.
    pairs.retain(|(name, _)| name == AT || !name.starts_with(OWN));
    typed.put_all(Typed::of(pairs));
    typed.fill(form.fields, &*desk.snapshot().await?, desk.day.day());
    let fresh = Secret::fresh().map_err(|_| Refusal::Internal)?;
    typed.put(KEY, fresh.form_token());
    shown(desk, form, &ids, &typed, Outcome::default()).await
}

/// A form as it was sent: looked at, or saved when what comes of it was seen.
///
/// # Errors
/// A fault, or what the person may not do; what is wrong with the form is shown on it.
pub(super) async fn sent(
    desk: &Desk<'_>,
    form: &Form,
    ids: Ids,
    mut typed: Typed,
) -> Result<Response, Refusal> {
    allowed(desk, form)?;
    let step = typed.first(STEP).to_owned();
    if typed.stepped(form.fields, &step) {
        return shown(desk, form, &ids, &typed, Outcome::default()).await;
    }
    typed.fill(form.fields, &*desk.snapshot().await?, desk.day.day());
    let turn = steps::turn(form.fields, &typed, &step);
    if let Some(Turn::To(page)) = turn {
        steps::turn_to(&mut typed, page);
        return shown(desk, form, &ids, &typed, Outcome::default()).await;
    }
    let body = body(form, &typed);
    if turn == Some(Turn::On) {
        let asked = asked(form, &ids, &typed, body, true);
        return turned_on(desk, form, &ids, typed, asked).await;
    }
    steps::turn_to_summary(form.fields, &mut typed);
    let seen = digest(&json!([body, typed.first(REASON)]), typed.first(TAG));
    let saves = step == SAVE && typed.first(SEEN) == seen;
    let asked = asked(form, &ids, &typed, body, !saves);
    match desk.act(asked).await {
        Ok(replied) if saves => Ok(to(&desk.link(&after(form, &ids, &replied)))),
        Ok(replied) => {
            let snapshot = desk.snapshot().await?;
            let effect = Effect::of(&snapshot, read_as(replied.body)?);
            let outcome = Outcome {
                effect: Some(effect),
                seen,
                ..Outcome::default()
            };
            shown(desk, form, &ids, &typed, outcome).await
        }
        Err(refusal) => refused(desk, form, &ids, typed, refusal).await,
    }
}

/// Turns to the next page of a form in steps, unless something is wrong with what was answered so far.
/// What the rest of it does is seen at the end.
async fn turned_on(
    desk: &Desk<'_>,
    form: &Form,
    ids: &Ids,
    mut typed: Typed,
    asked: Asked,
) -> Result<Response, Refusal> {
    let mut outcome = Outcome::default();
    if let Err(Refusal::Invalid(found) | Refusal::Malformed(found)) = desk.act(asked).await {
        outcome.violations = steps::so_far(form.fields, &typed, found);
    }
    let snapshot = desk.snapshot().await?;
    for left in steps::unanswered(form.fields, &typed, &snapshot) {
        if !outcome
            .violations
            .iter()
            .any(|one| one.pointer == left.pointer)
        {
            outcome.violations.push(left);
        }
    }
    if outcome.violations.is_empty() {
        steps::turn_on(form.fields, &mut typed);
    } else {
        outcome.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    shown(desk, form, ids, &typed, outcome).await
}

fn allowed(desk: &Desk<'_>, form: &Form) -> Result<(), Refusal> {
    if desk.may(form.roles) {
        return Ok(());
    }
    Err(Refusal::Forbidden)
}

async fn current(desk: &Desk<'_>, form: &Form, ids: &Ids) -> Result<Replied, Refusal> {
    let asked = Asked::read(ids.fill(form.object));
    desk.read(asked, Clocks::None).await
}

fn body(form: &Form, typed: &Typed) -> Option<Value> {
    match form.way {
        Way::Step if form.fields.is_empty() => None,
        Way::Create | Way::Step => Some(typed.body(form.fields)),
        Way::Change => {
            let was = serde_json::from_str(typed.first(WAS)).unwrap_or_default();
            Some(typed.patch(form.fields, &was))
        }
    }
}

fn asked(form: &Form, ids: &Ids, typed: &Typed, body: Option<Value>, dry_run: bool) -> Asked {
    let filled = |name| Some(typed.first(name).trim().to_owned()).filter(|text| !text.is_empty());
    Asked {
        if_match: filled(TAG),
        reason: filled(REASON),
        key: filled(KEY).filter(|_| form.way == Way::Create),
        dry_run,
        ..Asked::done(form.method(), ids.fill(form.api), body)
    }
}

/// Where a saved form leads: to what was made or changed, or to the proposal that it became.
fn after(form: &Form, ids: &Ids, replied: &Replied) -> String {
    let made = at(&replied.body, "id").and_then(Value::as_str);
    let made = made.unwrap_or_default();
    if replied.status == StatusCode::ACCEPTED {
        return format!("/console/proposals/{made}?said=proposed");
    }
    let id = if form.way == Way::Create && ids.id.is_empty() {
        made
    } else {
        &ids.id
    };
    let slug = at(&replied.body, "slug").and_then(Value::as_str);
    let then = form.then.replace("{id}", id);
    let then = then.replace("{slug}", slug.unwrap_or_default());
    // A form may say for itself what became of it.
    match then.split_once('?') {
        Some((_, query)) if query.contains("said=") => then,
        Some(_) => format!("{then}&said=saved"),
        None => format!("{then}?said=saved"),
    }
}

async fn refused(
    desk: &Desk<'_>,
    form: &Form,
    ids: &Ids,
    mut typed: Typed,
    refusal: Refusal,
) -> Result<Response, Refusal> {
    let code = refusal.code();
    let mut outcome = Outcome {
        status: code.status(),
        ..Outcome::default()
    };
    match &refusal {
        Refusal::Invalid(found) | Refusal::Malformed(found) => {
            outcome.violations.clone_from(found);
            // Why is asked of every form, and some must answer it.
            let unsaid = |one: &Violation| one.pointer.ends_with("x-change-reason");
            if outcome.violations.iter().any(unsaid) {
                outcome.violations.retain(|one| !unsaid(one));
                outcome
                    .wrong
                    .push("Say why, at the end of the form.".to_owned());
            }
            if found.is_empty() {
                outcome.wrong.push(words::capital(code.message()));
            }
        }
        // What is made anew has no version of its own to compare.
        Refusal::Stale { .. } if form.way != Way::Create => {
            let now = current(desk, form, ids).await?;
            outcome.stale = Some(stale(desk, form, &typed, &now.body).await?);
            typed.put(TAG, now.tag.unwrap_or_default());
        }
        Refusal::GateDenied(denial) => {
            let snapshot = desk.snapshot().await?;
            outcome.wrong.push(format!(
                "{} The legal gate denies this on {}.",
                words::capital(code.message()) + ".",
                words::day(denial.as_of),
            ));
            let findings: Vec<Finding> = denial.findings.iter().map(Finding::from).collect();
            let findings: Vec<&Finding> = findings.iter().collect();
            outcome.remedies = healing(&snapshot, &findings);
        }
        Refusal::Forbidden | Refusal::NotFound | Refusal::Unauthenticated | Refusal::Internal => {
            return Err(refusal);
        }
        other => outcome
            .wrong
            .push(format!("{}.", words::capital(&other.to_string()))),
    }
    shown(desk, form, ids, &typed, outcome).await
}

/// The two versions of what was saved by somebody else in the meantime.
async fn stale(desk: &Desk<'_>, form: &Form, typed: &Typed, now: &Value) -> Result<Stale, Refusal> {
    let was: Value = serde_json::from_str(typed.first(WAS)).unwrap_or_default();
    let before = Typed::from_object(form.fields, &was);
    let theirs = Typed::from_object(form.fields, now);
    let rows = form.fields.iter().filter_map(|field| {
        let value = |typed: &Typed| typed.value(field, "");
        let (was, mine, theirs) = (value(&before), value(typed), value(&theirs));
        (was != mine || was != theirs).then(|| StaleRow {
            label: field.label,
            was: readable(was),
            mine: readable(mine),
            theirs: readable(theirs),
        })
    });
    let rows = rows.collect();
    let object = at(now, "id").and_then(Value::as_str).unwrap_or_default();
    let entries = Asked::read("/v1/ledger")
        .with("object_id", object)
        .with("newest_first", "true")
        .with("limit", "1");
    let entries = desk.read(entries, Clocks::None).await?;
    let last = at(&entries.body, "items").and_then(|items| items.as_array()?.first().cloned());
    let of = |name: &str| {
        let value = last.as_ref().and_then(|last| at(last, name)?.as_str());
        value.unwrap_or_default().to_owned()
    };
    Ok(Stale {
        by: words::person(&of("actor")).to_owned(),
        at: words::instant_of(&of("recorded_at")),
        rows,
    })
}

fn readable(value: Option<Value>) -> String {
    match value {
        None => "—".to_owned(),
        Some(Value::String(text)) => text,
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            let items = items.iter().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}

async fn shown(
    desk: &Desk<'_>,
    form: &Form,
    ids: &Ids,
    typed: &Typed,
    outcome: Outcome,
) -> Result<Response, Refusal> {
    let snapshot = desk.snapshot().await?;
    let day = desk.day.day();
    let laid_out = steps::laid_out(form.fields, typed, &outcome.violations, &snapshot, day);
    let LaidOut {
        asked,
        mut carried,
        wrong,
        steps,
    } = laid_out;
    carried.extend(typed.given(form.fields));
    let wrong = outcome.wrong.into_iter().chain(wrong).collect();
    let was: Value = serde_json::from_str(typed.first(WAS)).unwrap_or_default();
    let back = match form.way {
        Way::Create if ids.id.is_empty() => form.at.to_owned(),
        _ => form.then.replace("{id}", &ids.id),
    };
    let back = back.split('?').next().unwrap_or_default();
    let outlooks = match outcome.effect {
        Some(_) => outlooks(form.fields, typed, &snapshot, day),
        None => Vec::new(),
    };
    page(
        if outcome.status.is_success() {
            StatusCode::OK
        } else {
            outcome.status
        },
        &FormPage {
            frame: desk.frame(form.at),
            title: form.title,
            about: words::object(&snapshot, &was),
            intro: form.intro,
            save: form.save,
            action: desk.request.uri().path().to_owned(),
            back: desk.link(back),
            errors: Errors::of(&asked, wrong),
            asked,
            carried,
            steps,
            reason: typed.first(REASON).to_owned(),
            remedies: outcome.remedies,
            stale: outcome.stale,
            effect: outcome.effect,
            outlooks,
            seen: outcome.seen,
            tag: typed.first(TAG).to_owned(),
            key: typed.first(KEY).to_owned(),
            was: typed.first(WAS).to_owned(),
        },
    )
}
