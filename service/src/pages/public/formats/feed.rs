//! What changed, as an Atom feed (RFC 4287): an entry for each publication, the newest first.

use std::borrow::Cow;

use askama::Template;
use transfer_registry_core::{
    Snapshot,
    clock::day_of,
    publications::{Difference, Publication},
};
use uuid::Uuid;

use super::{
    super::{query::written, reading::Reading},
    Address, words,
};
use crate::refusal::Refusal;

pub(super) const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// How many publications a feed tells of; all of them are in the change log.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    id: Uuid,
    name: String,
    this: String,
    page: String,
    json: String,
    updated: String,
    entries: Vec<Entry>,
}

/// One publication.
struct Entry {
    id: Uuid,
    number: i64,
    summary: String,
    page: String,
    published: String,
    note: Option<String>,
    changes: Vec<String>,
}

/// The feed.
///
/// # Errors
/// When nothing was published; a fault of ours, when it cannot be rendered.
pub(super) fn of(reading: &Reading, address: &Address) -> Result<String, Refusal> {
    let (snapshot, latest) = (&reading.snapshot, reading.published()?);
    let group = snapshot.group(&reading.group).ok_or(Refusal::NotFound)?;
    let publications = snapshot.publications_of(&reading.group).rev();
    let entries = publications.take(MOST);
    let entries = entries.map(|one| entry(snapshot, one, address)).collect();
    let page = format!("/{}/subprocessors", reading.group);
    let feed = Feed {
        id: group.id,
        name: legal(&latest.content.group.name).into_owned(),
        this: address.at(&format!("{page}.atom")),
        json: address.at(&format!("{page}.json")),
        page: address.at(&page),
        updated: written(latest.published_at),
        entries,
    };
    feed.render().map_err(|error| {
        tracing::error!(%error, "a feed could not be rendered");
        Refusal::Internal
    })
}

fn entry(snapshot: &Snapshot, publication: &Publication, address: &Address) -> Entry {
    let before = snapshot.published_before(publication);
    let before = before.map(|before| before.content.as_ref());
    let difference = Difference::between(before, &publication.content);
    let group = difference.group.iter().map(words::field);
    let items = difference.engagements.iter().chain(&difference.companies);
    let changes: Vec<String> = group
        .chain(items.map(words::differing))
        .map(|sentence| legal(&sentence).into_owned())
        .collect();
    let at = written(publication.published_at);
    let page = format!(
        "/{}/subprocessors?as_of={}&known_at={at}",
        publication.group,
        day_of(publication.published_at)
    );
    Entry {
        id: publication.id,
        number: publication.number,
        summary: match changes.len() {
            1 => "1 change".to_owned(),
            several => format!("{several} changes"),
        },
        page: address.at(&page),
        published: at,
        note: publication
            .note
            .as_deref()
            .map(|note| legal(note).into_owned()),
        changes,
    }
}

/// A text with what XML 1.0 has no place for shown as such (its production 2, `Char`).
fn legal(text: &str) -> Cow<'_, str> {
    let illegal = |letter: char| {
        matches!(letter, '\u{fffe}' | '\u{ffff}')
            || (letter.is_ascii_control() && !matches!(letter, '\t' | '\n' | '\r'))
    };
    if text.contains(illegal) {
        Cow::Owned(text.replace(illegal, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests;
