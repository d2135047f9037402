//! Pages about one thing: what it is in a sentence, then part by part.

use askama::Template;
use poem::{Response, http::StatusCode};

use super::{
    desk::Desk,
    effect::Effect,
    frame::Frame,
    page,
    remedies::{ShownRemedy, unlinked},
    table::{Cell, Table},
};
use crate::refusal::Refusal;

/// A page about one thing.
#[derive(Debug, Default)]
pub(super) struct Detail {
    /// Its place in the navigation.
    pub(super) at: &'static str,
    /// What that place is called.
    pub(super) of: &'static str,
    /// What the thing is called.
    pub(super) title: String,
    /// What it is, in a sentence.
    pub(super) lead: String,
    /// How it stands.
    pub(super) state: Option<Cell>,
    /// What can be done with it: the form's path and the button's words; the first comes first.
    pub(super) acts: Vec<Act>,
    /// What there is to know of it.
    pub(super) parts: Vec<Part>,
    /// Its id, under which the ledger keeps what was done to it.
    pub(super) id: String,
}

/// Something that can be done: the form's path and the button's words.
pub(super) type Act = (String, &'static str);

/// A part of a page.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name in the page's address; empty: the page's own beginning, without a title.
    pub(super) anchor: &'static str,
    /// Its title.
    pub(super) title: String,
    /// What there is to know before one reads it.
    pub(super) lead: String,
    /// What is in it, one below the other.
    pub(super) contents: Vec<Content>,
    /// What can be done about it.
    pub(super) acts: Vec<Act>,
}

impl Part {
    /// A part of one content.
    pub(super) fn of(anchor: &'static str, title: impl Into<String>, content: Content) -> Self {
        Self {
            anchor,
            title: title.into(),
            lead: String::new(),
            contents: vec![content],
            acts: Vec::new(),
        }
    }

    /// The same, with what can be done about it.
    pub(super) fn with_act(mut self, path: String, words: &'static str) -> Self {
        self.acts.push((path, words));
        self
    }

    /// The same, with something to know before.
    pub(super) fn after(self, lead: impl Into<String>) -> Self {
        Self {
            lead: lead.into(),
            ..self
        }
    }
}

/// What is in a part.
#[derive(Debug)]
pub(super) enum Content {
    /// What is recorded, by name.
    Facts(Vec<(&'static str, Cell)>),
    /// A table; of an empty one, what it says instead.
    Table(Table, &'static str),
    /// A text of the register, as it was written.
    Written(String),
    /// A sentence of ours.
    Said(String),
    /// A sentence that warns.
    Warning(&'static str),
    /// Where there is more of it.
    Links(Vec<Cell>),
    /// What would make it better: ways, each with all its steps.
    Remedies(Vec<Vec<ShownRemedy>>),
    /// What a change would do, with the pages of what it touches.
    Effect(Effect),
    /// Who passes data on to whom.
    Graph(super::organisations::Graph),
}

#[derive(Template)]
#[template(path = "console/detail.html")]
struct DetailPage {
    frame: Frame,
    detail: Detail,
    may_write: bool,
    ledger: String,
}

/// Shows a page about one thing: what would mend it leads only those to a form whom it would not
/// refuse, and what a change would do leads to pages of the same day.
///
/// # Errors
/// A fault of ours.
pub(super) fn show(desk: &Desk<'_>, mut detail: Detail) -> Result<Response, Refusal> {
    for content in detail.parts.iter_mut().flat_map(|part| &mut part.contents) {
        match content {
            Content::Remedies(ways) => unlinked(desk, ways),
            Content::Effect(effect) => {
                for change in &mut effect.changes {
                    change.href = desk.link(&change.href);
                }
            }
            _ => {}
        }
    }
    let ledger = format!("/console/ledger?object_id={}", detail.id);
    page(
        StatusCode::OK,
        &DetailPage {
            frame: desk.frame(detail.at),
            may_write: desk.may_write(),
            ledger: desk.link(&ledger),
            detail,
        },
    )
}
