//! One proposal: what it is, what it does now, and what the reader may do about it.

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use serde_json::Value;
use transfer_registry_core::Snapshot;

use super::{AT, PATH, Proposal, edit, operation, state};
use crate::{
    inward::Asked,
    pages::console::{
        desk::{Clocks, Desk, at_desk, typed},
        effect::{Analysis, Effect},
        forms::{APPROVERS, EDITORS, Field, Ids, at},
        frame::Frame,
        objects::Named,
        page, words,
    },
    refusal::Refusal,
};

#[derive(Template)]
#[template(path = "console/proposal.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each opens a part of the page, and they go together in every way"
)]
struct ProposalPage {
    frame: Frame,
    title: String,
    proposal: Proposal,
    proposed_at: String,
    decided_at: String,
    class: &'static str,
    word: &'static str,
    subjects: Vec<String>,
    about: Option<Named>,
    rows: Vec<Row>,
    /// Whether the rows say what is there now: of what was decided, that compares nothing.
    compares: bool,
    /// What it would do now, or why it would be refused.
    effect: Option<Effect>,
    outdated: Vec<String>,
    /// Whether the reader stands behind it.
    own: bool,
    decides: bool,
    may_take_back: bool,
    editable: bool,
    ledger: String,
}

/// A field of what is proposed.
struct Row {
    label: String,
    now: String,
    proposed: String,
    differs: bool,
}

/// One proposal.
#[handler]
pub(in super::super) async fn detail(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let ids = Ids::of(desk.request);
    let replied = desk
        .read(Asked::read(ids.fill(PATH)), Clocks::Known)
        .await?;
    let proposal: Proposal = typed(replied.body)?;
    let snapshot = desk.snapshot().await?;
    let open = proposal.state == "open" && !desk.day.is_past();
    let rows = rows(&desk, &proposal, open).await?;
    let (effect, outdated) = if open {
        impact(&desk, &snapshot, &ids).await?
    } else {
        (None, Vec::new())
    };
    let own = is_own(&desk, &proposal);
    let (class, word) = state(&proposal.state);
    let subjects = proposal.subjects.iter();
    let decided_at = proposal.decided_at.as_deref();
    page(
        StatusCode::OK,
        &ProposalPage {
            frame: desk.frame(AT),
            title: operation(&proposal.operation),
            proposed_at: words::instant_of(&proposal.proposed_at),
            decided_at: decided_at.map(words::instant_of).unwrap_or_default(),
            class,
            word,
            subjects: subjects.map(|code| words::plain(code)).collect(),
            about: proposal.about(&snapshot),
            rows,
            compares: open,
            effect,
            outdated,
            own,
            decides: open && !own && desk.may(APPROVERS),
            may_take_back: open && own && desk.may(EDITORS),
            editable: edit::form_of(&proposal).is_some(),
            ledger: desk.link(&format!("/console/ledger?object_id={}", proposal.id)),
            proposal,
        },
    )
}

/// Whether the reader is a person who proposed any of its versions.
pub(super) fn is_own(desk: &Desk<'_>, proposal: &Proposal) -> bool {
    // Who stands behind whom is asked of the whole register, whatever the reader is limited to.
    let whole = desk.registry().snapshot();
    let id = proposal.id.parse().ok();
    let found = id.and_then(|id| whole.proposals().get(id));
    found.is_some_and(|found| found.is_of(&whole, &desk.person().name))
}

/// What it would do now; or, in sentences, why it would be refused.
async fn impact(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    ids: &Ids,
) -> Result<(Option<Effect>, Vec<String>), Refusal> {
    let asked = Asked::read(ids.fill("/v1/proposals/{id}/impact"));
    match desk.get::<Analysis>(asked, Clocks::None).await {
        Ok(analysis) => {
            let mut effect = Effect::of(snapshot, analysis);
            for change in &mut effect.changes {
                change.href = desk.link(&change.href);
            }
            Ok((Some(effect), Vec::new()))
        }
        Err(Refusal::Internal) => Err(Refusal::Internal),
        Err(refusal) => Ok((None, why(&refusal))),
    }
}

/// Why it would be refused, in sentences.
pub(in super::super) fn why(refusal: &Refusal) -> Vec<String> {
    let said = refusal.violations().iter().map(|violation| {
        let place = violation.pointer.trim_start_matches('/').replace('/', ", ");
        format!("“{}” {}.", words::plain(&place), violation.message)
    });
    let first = format!("{}.", words::capital(&refusal.to_string()));
    std::iter::once(first).chain(said).collect()
}

/// The fields of what is proposed, with what they are now where that is still to be decided.
async fn rows(desk: &Desk<'_>, proposal: &Proposal, open: bool) -> Result<Vec<Row>, Refusal> {
    let Some(Value::Object(body)) = &proposal.body else {
        return Ok(Vec::new());
    };
    let now = if open {
        edit::current(desk, proposal).await?.unwrap_or_default()
    } else {
        Value::Null
    };
    let form = edit::form_of(proposal);
    let fields = form.map_or(&[][..], |form| form.fields);
    let rows = body.iter().map(|(name, value)| {
        let before = words::value(at(&now, name));
        let proposed = words::value(Some(value));
        Row {
            label: label(fields, name),
            differs: before != proposed,
            now: before,
            proposed,
        }
    });
    Ok(rows.collect())
}

/// What a form calls a field of the body.
fn label(fields: &[Field], name: &str) -> String {
    let mut named = fields.iter().filter(|field| field.name == name);
    named.next().map_or_else(
        || words::capital(&words::plain(name)),
        |field| field.label.to_owned(),
    )
}
