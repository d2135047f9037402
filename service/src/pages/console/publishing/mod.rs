//! Publishing: what a group's public list shows, what differs of it from what is recorded now, and
//! everything that was published before.

mod difference;
mod form;

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use transfer_registry_core::{
    Snapshot, groups,
    publications::{self, Content as Recorded},
};

use self::difference::{Difference, counted};
use super::{
    day_bar::with,
    desk::{Clocks, Desk, Listed, at_desk},
    detail::{self, Content, Detail, Part},
    forms::Ids,
    relationship::{Location, Published, categories, days, where_to},
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::{inward::Asked, refusal::Refusal};

pub(super) use form::FORMS;

/// Its place in the navigation.
const AT: &str = "/console/publishing";

/// A group, as far as publishing shows it.
#[derive(Deserialize)]
struct Group {
    id: String,
    slug: String,
    name: String,
}

/// A publication, as the API answers it.
#[derive(Deserialize)]
struct Publication {
    id: String,
    group: String,
    number: i64,
    published_at: String,
    published_by: String,
    note: Option<String>,
    content_sha256: String,
    content: Option<Shown>,
    difference: Option<Difference>,
}

/// What would be published now, as the API answers it.
#[derive(Deserialize)]
struct Preview {
    after: i64,
    content_sha256: String,
    differs: bool,
    content: Shown,
    difference: Difference,
}

/// What a publication shows.
#[derive(Deserialize)]
struct Shown {
    companies: Vec<Company>,
    subprocessors: Vec<Engagement>,
}

#[derive(Deserialize)]
struct Company {
    organisation: Organisation,
}

#[derive(Deserialize)]
struct Organisation {
    legal_name: String,
    seat: Option<String>,
}

#[derive(Deserialize)]
struct Engagement {
    organisation: Organisation,
    service: String,
    data_categories: Option<Vec<String>>,
    locations: Vec<Location>,
    effective_from: String,
    ended_on: Option<String>,
    objection_until: Option<String>,
}

/// Every group with what it has published.
#[handler]
pub(super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let asked = asking.narrowed("/v1/groups", &[]);
    let found: Listed<Group> = desk.get(asked, Clocks::Both).await?;
    let snapshot = desk.snapshot().await?;
    let rows = found.items.iter().map(|group| {
        let kept = snapshot.group(&group.slug);
        let live = snapshot.published(&group.slug);
        let path = format!("{AT}/{}", group.id);
        let differs = kept.map(|kept| differing(&snapshot, kept, live));
        vec![
            Cell::link(desk.link(&path), group.name.clone()),
            live.map_or(Cell::Nothing, |live| Cell::Text(live.number.to_string())),
            live.map_or_else(
                || Cell::Quiet("never published".to_owned()),
                |live| Cell::Text(words::instant_of(&live.published_at.to_rfc3339())),
            ),
            Cell::maybe(live.map(|live| live.published_by.clone())),
            Cell::maybe(differs),
        ]
    });
    let table = Table {
        caption: "Public lists, one for each group".to_owned(),
        heads: vec![
            "Group",
            "Live publication",
            "Published",
            "By",
            "Recorded, but not published",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "What does each group’s public list show, and what not yet?",
        lead: "A public list shows what was published last. What is recorded afterwards appears on it \
               only when somebody publishes again; the law and the transfer bases are those of the day."
            .to_owned(),
        empty: "There is no group yet. Add one, its companies and its subprocessors; then publish its list.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

/// How much is recorded that is not published, in words.
fn differing(
    snapshot: &Snapshot,
    group: &groups::Group,
    live: Option<&publications::Publication>,
) -> String {
    let now = Recorded::of(snapshot, group);
    let before = live.map(|live| &*live.content);
    let found = publications::Difference::between(before, &now);
    let fields = found.group.len();
    let items = found.companies.iter().chain(&found.engagements);
    counted(fields, items.map(|one| one.change.kind().code()))
}

/// What one group has published, and would.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let ids = Ids::of(desk.request);
    let group: Group = desk
        .get(Asked::read(ids.fill("/v1/groups/{id}")), Clocks::Known)
        .await?;
    let history = history(&desk, &ids).await?;
    let snapshot = desk.snapshot().await?;
    let mut detail = Detail {
        at: AT,
        of: "Publishing",
        title: format!("What does the public list of {} show?", group.name),
        lead: match snapshot.published(&group.slug) {
            Some(live) => format!(
                "Publication {} is live, published {} by {}.",
                live.number,
                words::instant_of(&live.published_at.to_rfc3339()),
                live.published_by,
            ),
            None => "Nothing was published yet, so there is no public list.".to_owned(),
        },
        id: group.id.clone(),
        ..Detail::default()
    };
    if let Some(live) = snapshot.published(&group.slug) {
        detail.parts.push(Part::of(
            "",
            "",
            Content::Facts(vec![
                ("Public list", public(&group.slug, None)),
                ("Note of the publication", Cell::maybe(live.note.clone())),
            ]),
        ));
    }
    if desk.day.is_past() {
        detail.parts.push(Part::of(
            "",
            "",
            Content::Said("What would be published is shown as of now only.".to_owned()),
        ));
    } else {
        would_be(&desk, &ids, &mut detail).await?;
    }
    detail.parts.push(Part::of(
        "history",
        "Everything that was published",
        Content::Table(history, "Nothing was published yet."),
    ));
    detail::show(&desk, detail)
}

/// What would be published now: what differs, and the list as it would be.
async fn would_be(desk: &Desk<'_>, ids: &Ids, detail: &mut Detail) -> Result<(), Refusal> {
    let asked = Asked::read(ids.fill("/v1/groups/{id}/publication-preview"));
    let preview: Preview = desk.get(asked, Clocks::None).await?;
    if preview.differs {
        let pairs = [
            ("after", preview.after.to_string()),
            ("content_sha256", preview.content_sha256),
        ];
        let path = ids.fill("/console/publishing/{id}/publish");
        detail.acts.push((with(&path, &pairs), "Publish the list"));
    }
    let changes = preview.difference.table("What publishing now would change");
    detail.parts.push(
        Part::of(
            "differs",
            "What differs now",
            Content::Table(
                changes,
                "Nothing differs: the public list shows what is recorded.",
            ),
        )
        .after(preview.difference.sentence()),
    );
    detail.parts.push(
        Part::of(
            "preview",
            "The list as it would be",
            Content::Table(
                subprocessors(&preview.content),
                "No subprocessor would stand on it: only those whose customers were told do.",
            ),
        )
        .after("Proposals stand on no public list, nor does who is recorded as not for it."),
    );
    detail.parts.push(Part::of(
        "companies",
        "The companies as they would stand on it",
        Content::Table(companies(&preview.content), "No company would stand on it."),
    ));
    Ok(())
}

/// Everything that a group has published, the newest first.
async fn history(desk: &Desk<'_>, ids: &Ids) -> Result<Table, Refusal> {
    let path = ids.fill("/v1/groups/{id}/publications");
    let mut found: Vec<Publication> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = Asked::read(&path).with("limit", "200");
        if let Some(cursor) = cursor {
            asked = asked.with("cursor", cursor);
        }
        let some: Listed<Publication> = desk.get(asked, Clocks::Known).await?;
        found.extend(some.items);
        cursor = some.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let rows = found.into_iter().rev().map(|one| {
        vec![
            Cell::link(
                desk.link(&format!("/console/publications/{}", one.id)),
                format!("Publication {}", one.number),
            ),
            Cell::Text(words::instant_of(&one.published_at)),
            Cell::Text(one.published_by),
            Cell::maybe(one.note),
            public(&one.group, Some(&one.published_at)),
        ]
    });
    Ok(Table {
        caption: "Publications, the newest first".to_owned(),
        heads: vec![
            "Publication",
            "When",
            "By",
            "What changed and why",
            "In the archive",
        ],
        rows: rows.collect(),
    })
}

/// The public list; as it was known at an instant.
fn public(slug: &str, known_at: Option<&str>) -> Cell {
    let path = format!("/{slug}/subprocessors");
    match known_at {
        Some(instant) => Cell::link(
            with(&path, &[("known_at", instant.to_owned())]),
            "the list as it was then",
        ),
        None => Cell::link(path.clone(), path),
    }
}

fn subprocessors(content: &Shown) -> Table {
    let rows = content.subprocessors.iter().map(|one| {
        let places = one.locations.iter().map(|at| Cell::Text(where_to(at)));
        vec![
            Cell::Text(one.organisation.legal_name.clone()),
            Cell::Text(one.service.clone()),
            categories(one.data_categories.as_ref()),
            Cell::Several(places.collect()),
            Cell::Text(words::capital(&words::place_of(
                one.organisation.seat.as_deref(),
            ))),
            Cell::Text(days(Some(&one.effective_from), one.ended_on.as_deref())),
            Cell::maybe(one.objection_until.as_deref().map(words::day_of)),
        ]
    });
    Table {
        caption:
            "Subprocessors, as the public list would keep them; it shows those in effect on its day"
                .to_owned(),
        heads: vec![
            "Subprocessor",
            "Service",
            "Data",
            "Where",
            "Seat",
            "In effect",
            "Objections until",
        ],
        rows: rows.collect(),
    }
}

fn companies(content: &Shown) -> Table {
    let rows = content.companies.iter().map(|one| {
        vec![
            Cell::Text(one.organisation.legal_name.clone()),
            Cell::Text(words::capital(&words::place_of(
                one.organisation.seat.as_deref(),
            ))),
        ]
    });
    Table {
        caption: "Companies of the group".to_owned(),
        heads: vec!["Company", "Seat"],
        rows: rows.collect(),
    }
}

/// One publication.
#[handler]
pub(super) async fn publication(request: &Request) -> Result<Response> {
    at_desk(request, published).await
}

async fn published(desk: Desk<'_>) -> Result<Response, Refusal> {
    let path = Ids::of(desk.request).fill("/v1/publications/{id}");
    let found: Publication = desk.get(Asked::read(path), Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let name = words::group(&snapshot, &found.group);
    let group = snapshot.group(&found.group).map(|group| group.id);
    let mut parts = vec![Part::of(
        "",
        "",
        Content::Facts(vec![
            (
                "Group",
                group.map_or(Cell::Nothing, |id| {
                    Cell::link(desk.link(&format!("{AT}/{id}")), name.clone())
                }),
            ),
            (
                "In the archive",
                public(&found.group, Some(&found.published_at)),
            ),
            ("What changed and why", Cell::maybe(found.note)),
            ("SHA-256 of what it shows", Cell::Text(found.content_sha256)),
        ]),
    )];
    if let Some(difference) = found.difference {
        let changes = difference.table("What this version changed, field by field");
        parts.push(
            Part::of(
                "differs",
                "What it changed",
                Content::Table(changes, "It changed nothing."),
            )
            .after(difference.sentence()),
        );
    }
    if let Some(content) = found.content {
        parts.push(Part::of(
            "subprocessors",
            "Its subprocessors",
            Content::Table(subprocessors(&content), "It shows no subprocessor."),
        ));
        parts.push(Part::of(
            "companies",
            "Its companies",
            Content::Table(companies(&content), "It shows no company."),
        ));
    }
    detail::show(
        &desk,
        Detail {
            at: AT,
            of: "Publishing",
            title: format!("What did {name} publish as number {}?", found.number),
            lead: format!(
                "Published {} by {}. It never changes.",
                words::instant_of(&found.published_at),
                found.published_by
            ),
            parts,
            id: found.id,
            ..Detail::default()
        },
    )
}

/// What the public list says of an engagement, and whether it should be published again.
pub(super) fn of_engagement(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    group: &str,
    id: &str,
) -> Option<(Published, bool)> {
    let group = snapshot.group(group)?;
    let id = id.parse().ok()?;
    let now = Recorded::of(snapshot, group);
    let now = now.engagements.get(&id);
    let live = snapshot.published(&group.slug);
    let shown = live.and_then(|live| live.content.engagements.get(&id));
    let publishing = (
        desk.link(&format!("{AT}/{}", group.id)),
        format!("Publishing of {}", group.name),
    );
    let list = (
        format!("/{}/subprocessors", group.slug),
        "The public list".to_owned(),
    );
    let (sentence, links, again) = match (live, shown, now) {
        (_, None, None) => (
            "It does not stand on the public list: it is proposed, or its organisation is recorded as \
             not for public lists.",
            vec![],
            false,
        ),
        (None, ..) => ("The list was never published.", vec![publishing], true),
        (_, None, Some(_)) => (
            "It is not on the public list yet: publish the list again.",
            vec![publishing],
            true,
        ),
        (_, Some(_), None) => (
            "The public list still shows it, although it would no longer stand on it: publish the list \
             again.",
            vec![list, publishing],
            true,
        ),
        (_, Some(shown), Some(now)) if shown == now => (
            "The public list shows it as it is recorded.",
            vec![list],
            false,
        ),
        (_, Some(_), Some(_)) => (
            "The public list shows it otherwise than it is recorded: publish the list again.",
            vec![list, publishing],
            true,
        ),
    };
    let published = Published {
        sentence: sentence.to_owned(),
        links,
    };
    Some((published, again))
}
