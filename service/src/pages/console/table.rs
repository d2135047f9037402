//! Lists of the console: a table with a caption, filters that stand in the address, a page at a time,
//! and the same rows as a file.

use askama::Template;
use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde::de::DeserializeOwned;

use super::{
    desk::{Clocks, Desk, Listed},
    explain::State,
    forms::Choice,
    frame::Frame,
    page,
};
use crate::{
    inward::Asked,
    refusal::{Refusal, Violation, ViolationCode},
    tables::harmless,
};

/// How many rows a page shows.
const ROWS: &str = "50";

/// Under which name an address asks for the rows as a file.
const FILE: &str = "file";
/// How many rows are read at once for a file, and how many it holds.
const AT_ONCE: &str = "200";
const MOST: usize = 10_000;

/// A table, as a page shows it.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// What is in it.
    pub(super) caption: String,
    /// The columns' names.
    pub(super) heads: Vec<&'static str>,
    /// The rows; the first cell of each names it.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug)]
pub(super) enum Cell {
    /// Nothing is recorded.
    Nothing,
    /// A text; what the register keeps, or words of ours.
    Text(String),
    /// A text that stands back.
    Quiet(String),
    /// The way to something.
    Link { href: String, text: String },
    /// How it stands.
    State(State),
    /// A state of another kind, in words.
    Word { class: &'static str, word: String },
    /// Several, one below the other.
    Several(Vec<Cell>),
}

impl Cell {
    /// What it says, in a line.
    fn words(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) | Self::Quiet(text) | Self::Link { text, .. } => text.clone(),
            Self::State(state) => state.word().to_owned(),
            Self::Word { word, .. } => word.clone(),
            Self::Several(cells) => {
                let words: Vec<String> = cells.iter().map(Self::words).collect();
                words.join("; ")
            }
        }
    }

    /// A text, if there is one.
    pub(super) fn maybe(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }

    /// The way to something.
    pub(super) fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link {
            href: href.into(),
            text: text.into(),
        }
    }
}

/// A question that narrows a list; its answer stands in the address.
#[derive(Debug)]
pub(super) struct Filter {
    /// Its name in the address: that of the API's own filter.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// What is chosen, or typed.
    pub(super) chosen: String,
    /// Among what; nothing: it is typed.
    pub(super) choices: Vec<Choice>,
    /// The type of what is typed.
    pub(super) kind: &'static str,
}

/// What a list is asked with, read from the page's address.
pub(super) struct Asking {
    pairs: Vec<(String, String)>,
}

impl Asking {
    /// What the address says.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of(desk: &Desk<'_>) -> Result<Self, Refusal> {
        let pairs = desk.request.params::<Vec<(String, String)>>();
        let mut pairs = pairs.map_err(|_| Refusal::Unreadable)?;
        pairs.retain(|(_, value)| !value.trim().is_empty());
        Ok(Self { pairs })
    }

    /// What is chosen under a name.
    pub(super) fn chosen(&self, name: &str) -> &str {
        let mut found = self.pairs.iter().filter(|(pair, _)| pair == name);
        found.next().map_or("", |(_, value)| value.trim())
    }

    /// A filter with choices.
    pub(super) fn one_of(
        &self,
        name: &'static str,
        label: &'static str,
        choices: Vec<Choice>,
    ) -> Filter {
        Filter {
            name,
            label,
            chosen: self.chosen(name).to_owned(),
            choices,
            kind: "",
        }
    }

    /// A filter that is typed.
    pub(super) fn typed(
        &self,
        name: &'static str,
        label: &'static str,
        kind: &'static str,
    ) -> Filter {
        Filter {
            name,
            label,
            chosen: self.chosen(name).to_owned(),
            choices: Vec::new(),
            kind,
        }
    }

    /// The API's list, narrowed as the filters say, from where the last page ended.
    pub(super) fn narrowed(&self, path: &str, filters: &[Filter]) -> Asked {
        let rows = if self.is_file() { AT_ONCE } else { ROWS };
        let mut asked = Asked::read(path).with("limit", rows);
        for filter in filters.iter().filter(|filter| !filter.chosen.is_empty()) {
            asked = asked.with(filter.name, filter.chosen.clone());
        }
        match self.chosen("cursor") {
            cursor if !cursor.is_empty() && !self.is_file() => asked.with("cursor", cursor),
            _ => asked,
        }
    }

    /// Whether the rows are asked for as a file.
    fn is_file(&self) -> bool {
        self.chosen(FILE) == "csv"
    }

    /// What the API lists: a page, or every page of a file.
    ///
    /// # Errors
    /// What the API refuses; when there are more rows than a file holds.
    pub(super) async fn listed<T: DeserializeOwned>(
        &self,
        desk: &Desk<'_>,
        asked: Asked,
        clocks: Clocks,
    ) -> Result<Listed<T>, Refusal> {
        let mut found: Listed<T> = desk.get(asked.clone(), clocks).await?;
        while self.is_file() {
            let Some(cursor) = found.next_cursor.take() else {
                break;
            };
            if found.items.len() >= MOST {
                let many = Violation::plain("/file", ViolationCode::TooManyRows);
                return Err(Refusal::invalid(vec![many]));
            }
            let next = asked.clone().with("cursor", cursor);
            let next: Listed<T> = desk.get(next, clocks).await?;
            found.items.extend(next.items);
            found.next_cursor = next.next_cursor;
        }
        Ok(found)
    }

    /// The same list as a file.
    fn as_file(&self, desk: &Desk<'_>) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| name != "cursor");
        let mut pairs: Vec<(&str, String)> = kept
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        pairs.push((FILE, "csv".to_owned()));
        super::day_bar::with(desk.request.uri().path(), &pairs)
    }

    /// The same page of the console from a cursor on.
    pub(super) fn next(&self, desk: &Desk<'_>, cursor: &str) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| name != "cursor");
        let mut pairs: Vec<(&str, String)> = kept
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        pairs.push(("cursor", cursor.to_owned()));
        super::day_bar::with(desk.request.uri().path(), &pairs)
    }
}

/// A list, apart from its rows.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Its place in the navigation.
    pub(super) at: &'static str,
    /// The question that the page answers.
    pub(super) title: &'static str,
    /// What there is to know before one reads it.
    pub(super) lead: String,
    /// What narrows it.
    pub(super) filters: Vec<Filter>,
    /// What can be added: the form's path and the button's words.
    pub(super) add: Vec<(&'static str, &'static str)>,
    /// Under which name the rows can be had as a file; empty: not at all.
    pub(super) export: &'static str,
    /// Other files that there are of it: the way there, and the format.
    pub(super) files: Vec<(String, &'static str)>,
    /// What an empty list says.
    pub(super) empty: &'static str,
}

#[derive(Template)]
#[template(path = "console/list.html")]
struct ListPage {
    frame: Frame,
    list: List,
    table: Table,
    narrowed: bool,
    here: String,
    /// The day that a form keeps.
    kept: Vec<(&'static str, String)>,
    next: Option<String>,
    begun: bool,
    file: String,
    exports: Vec<(String, &'static str)>,
    may_write: bool,
}

/// Shows a list.
///
/// # Errors
/// A fault of ours.
pub(super) fn show(
    desk: &Desk<'_>,
    asking: &Asking,
    list: List,
    table: Table,
    next_cursor: Option<&str>,
) -> Result<Response, Refusal> {
    if asking.is_file() {
        return file(desk, &list, &table);
    }
    let here = desk.request.uri().path().to_owned();
    let formats = [("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON")];
    let exports = formats.iter().filter(|_| !list.export.is_empty());
    let exports = exports.map(|(format, name)| {
        let path = format!("/console/exports/{}?format={format}", list.export);
        (desk.link(&path), *name)
    });
    let exports = exports.chain(list.files.iter().cloned()).collect();
    let kept = desk.day.pairs();
    page(
        StatusCode::OK,
        &ListPage {
            frame: desk.frame(list.at),
            narrowed: list.filters.iter().any(|filter| !filter.chosen.is_empty()),
            next: next_cursor.map(|cursor| asking.next(desk, cursor)),
            begun: !asking.chosen("cursor").is_empty(),
            file: asking.as_file(desk),
            may_write: desk.may_write(),
            exports,
            kept,
            here,
            list,
            table,
        },
    )
}

/// The rows as a file: what the page shows of each.
fn file(desk: &Desk<'_>, list: &List, table: &Table) -> Result<Response, Refusal> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let written = csv.write_record(&table.heads).and_then(|()| {
        table.rows.iter().try_for_each(|row| {
            csv.write_record(row.iter().map(|cell| match cell.words() {
                none if none.is_empty() => none,
                // No program takes it for a formula.
                words => harmless(&words).into_owned(),
            }))
        })
    });
    let bytes = written.ok().and_then(|()| csv.into_inner().ok());
    let bytes = bytes.ok_or(Refusal::Internal)?;
    let noun = list.at.rsplit('/').next().unwrap_or_default();
    let name = format!("attachment; filename=\"{noun}-{}.csv\"", desk.day.day());
    let mut response = Response::builder()
        .content_type("text/csv; charset=utf-8; header=present")
        .body(bytes);
    if let Ok(name) = HeaderValue::try_from(name) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
