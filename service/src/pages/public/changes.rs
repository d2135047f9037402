//! The change log: every publication, the newest first, with what differs from the one before.

use askama::Template;
use poem::Response;
use transfer_registry_core::{
    clock::day_of,
    publications::{Difference, Publication},
};

use super::{
    cells::Telling,
    fields::{self, Said},
    frame::{Frame, Here},
    query::Asked,
    reading::{Reading, found},
    words::{Marked, filled},
};
use crate::refusal::Refusal;

/// How many publications stand on a page.
const A_PAGE: usize = 20;

/// The page.
#[derive(Template)]
#[template(path = "public/changes.html")]
struct Page {
    frame: Frame,
    heading: Marked,
    versions: Vec<Version>,
    newer: Option<String>,
    older: Option<String>,
    back: String,
}

/// One publication.
struct Version {
    id: String,
    heading: Marked,
    note: Option<Marked>,
    first: bool,
    said: Vec<Said>,
    hash: String,
}

/// The change log.
///
/// # Errors
/// When the group published nothing, or not as much as the page that is asked for.
pub(super) fn page(reading: &Reading) -> Result<(Response, u64), Refusal> {
    let w = reading.wording;
    let latest = reading.published()?;
    let name = latest.content.group.name.as_str();
    let number = reading.asked.page.unwrap_or(1);
    let all: Vec<&Publication> = reading
        .snapshot
        .publications_of(&reading.group)
        .rev()
        .collect();
    let skipped = A_PAGE.saturating_mul(number - 1);
    let here: Vec<_> = all.iter().skip(skipped).take(A_PAGE).collect();
    if here.is_empty() {
        return Err(Refusal::NotFound);
    }
    let telling = Telling::of(reading);
    let versions = here.into_iter().map(|one| version(reading, &telling, one));
    let title = filled(&w.changes.title, &[("group", name)]);
    let path = Here::Changes.path(&reading.group);
    let at = |page| {
        Asked {
            page: Some(page),
            ..reading.asked.clone()
        }
        .at(&path)
    };
    let group = Marked::name(name);
    let page = Page {
        heading: Marked::said(&w.changes.title, &[("group", &group)]),
        versions: versions.collect(),
        newer: (number > 1).then(|| at(number - 1)),
        older: (skipped + A_PAGE < all.len()).then(|| at(number + 1)),
        back: reading.asked.of_any().at(&Here::List.path(&reading.group)),
        frame: Frame::of(reading, &Here::Changes, name, title),
    };
    found(reading, &page.frame, &page)
}

fn version(reading: &Reading, telling: &Telling<'_>, one: &Publication) -> Version {
    let w = reading.wording;
    let before = reading.snapshot.published_before(one);
    let said = before.map(|before| {
        let difference = Difference::between(Some(&before.content), &one.content);
        fields::difference(w, telling, &difference, one)
    });
    let number = Marked::text(&one.number.to_string());
    let day = w.day(day_of(one.published_at));
    Version {
        id: format!("version-{}", one.number),
        heading: Marked::said(&w.changes.version, &[("number", &number), ("day", &day)]),
        note: one.note.as_deref().map(Marked::typed),
        first: before.is_none(),
        said: said.unwrap_or_default(),
        hash: one.content_sha256.clone(),
    }
}
