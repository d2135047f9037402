//! What a document consists of, before anybody knows on which page it stands.

use chrono::{DateTime, Utc};

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its title.
    pub(super) title: String,
    /// Who publishes it.
    pub(super) publisher: String,
    /// Its language, as BCP 47 names it.
    pub(super) language: &'static str,
    /// The instant of what it tells; not that at which it was made.
    pub(super) issued: DateTime<Utc>,
    /// What makes it another document than any other.
    pub(super) identity: String,
    /// At the top of each page.
    pub(super) header: String,
    /// At the foot of each page.
    pub(super) footer: Vec<String>,
    /// "Page {page} of {pages}".
    pub(super) page_of: String,
    /// What stands at the end, if a letter was replaced by its number.
    pub(super) letters_replaced: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug)]
pub(super) enum Block {
    /// The title of what follows.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// What is said of the whole: names and values.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// The addresses to which the rest refers by their numbers, counted from 1.
    Sources(Vec<Source>),
}

/// A table, of which the heading before it says what it is.
#[derive(Debug)]
pub(super) struct Table {
    /// The columns: each with its share of the width.
    pub(super) columns: Vec<(String, f32)>,
    /// Of each row its cells; the first says which row it is.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell's paragraphs.
pub(super) type Cell = Vec<Words>;

/// A paragraph of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) bold: bool,
}

impl Words {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bold: false,
        }
    }

    pub(super) fn bold(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bold: true,
        }
    }
}

/// Something that the document refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// What it is.
    pub(super) citation: String,
    /// Its whole address.
    pub(super) url: String,
}
