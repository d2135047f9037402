//! What a resource's table looks like.

use serde_json::Value;

use super::{cell, write::text_of_cell};

/// A resource as a table: its name and its columns in their order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// The resource's name; in a workbook the sheet's name, in a JSON file the key.
    pub(crate) name: &'static str,
    /// The columns.
    pub(crate) columns: &'static [Column],
}

/// One column: a place in the resource's input form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The column's header: the place as a JSON pointer without its first slash (`steps/tools`).
    pub(crate) name: &'static str,
    /// What its cells hold.
    pub(crate) kind: Kind,
    /// Whether a file may be without the column, which is then absent in every row.
    pub(crate) optional: bool,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Free text, kept to the last space.
    Text,
    /// A code, slug or id.
    Code,
    /// A calendar day.
    Day,
    /// A truth value.
    Bool,
    /// A whole number.
    Integer,
    /// A list of codes or texts.
    List,
    /// An object of truth values.
    Flags,
    /// Anything else.
    Json,
}

impl Sheet {
    /// A resource's table.
    pub(crate) const fn new(name: &'static str, columns: &'static [Column]) -> Self {
        Self { name, columns }
    }

    /// The column that holds the place of a JSON pointer into the input form: itself, one above it,
    /// or else the first below it.
    pub(crate) fn column_of(&self, pointer: &str) -> Option<usize> {
        let place = pointer.strip_prefix('/')?;
        let above = |column: &Column| within(place, column.name);
        let below = |column: &Column| within(column.name, place);
        self.columns
            .iter()
            .position(above)
            .or_else(|| self.columns.iter().position(below))
    }
}

impl Column {
    /// A column that every file must have.
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            optional: false,
        }
    }

    /// The same column where a file may be without it.
    pub(crate) const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The value at the column's place in an object; nothing when it is absent or null.
    pub(crate) fn at<'v>(&self, object: &'v Value) -> Option<&'v Value> {
        let mut steps = self.name.split('/');
        let found = steps.try_fold(object, |value, step| value.get(step));
        found.filter(|value| !value.is_null())
    }

    /// The same, to be changed.
    pub(super) fn at_mut<'v>(&self, object: &'v mut Value) -> Option<&'v mut Value> {
        let mut steps = self.name.split('/');
        steps.try_fold(object, |value, step| value.get_mut(step))
    }

    /// A value as its cell shows it to a reader.
    pub(crate) fn shown(&self, value: &Value) -> String {
        cell::write(self.kind, value).map_or_else(|| value.to_string(), text_of_cell)
    }
}

/// Whether a place is another or inside it.
fn within(place: &str, outer: &str) -> bool {
    place
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A column's letters in a spreadsheet, counted from zero: `A`, …, `Z`, `AA`, ….
pub(super) fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        let at = u8::try_from(column % 26).unwrap_or_default();
        letters.push(char::from(b'A' + at));
        if column < 26 {
            return letters.into_iter().rev().collect();
        }
        column = column / 26 - 1;
    }
}
