//! What is wrong with a file, and in which cell.

use std::fmt;

use super::sheet::letters;
use crate::refusal::MOST_VIOLATIONS;

/// What is wrong at one place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultCode {
    /// The file or what is inside of it is larger than what is taken.
    TooLarge,
    /// The file cannot be read as what it is.
    UnreadableFile,
    /// There is nothing in the file.
    EmptyFile,
    /// The first row does not hold the columns' names.
    MissingHeader,
    /// The file has no table of the resource.
    MissingSheet,
    /// The file has a table that is no resource's.
    UnknownSheet,
    /// More rows than a table takes.
    TooManyRows,
    /// Not UTF-8.
    NotUtf8,
    /// A quoted cell is never closed.
    UnclosedQuote,
    /// A column that the resource does not have.
    UnknownColumn,
    /// A column that the resource needs.
    MissingColumn,
    /// A column given twice.
    RepeatedColumn,
    /// Another number of cells than columns.
    WrongWidth,
    /// A row that stands before one that it should follow.
    MisplacedRow,
    /// A longer cell than any column takes.
    TooLong,
    /// Another type than the column's.
    WrongType,
    /// A value that the column does not take.
    BadValue,
    /// No day.
    BadDay,
    /// A list or flags that cannot be taken apart.
    MalformedList,
    /// No JSON.
    MalformedJson,
    /// A JSON object that names a field twice, or flags a name.
    DuplicateKey,
}

impl FaultCode {
    /// Every code, in the order of their definition.
    #[cfg(test)]
    pub(crate) const ALL: &'static [Self] = &[
        Self::TooLarge,
        Self::UnreadableFile,
        Self::EmptyFile,
        Self::MissingHeader,
        Self::MissingSheet,
        Self::UnknownSheet,
        Self::TooManyRows,
        Self::NotUtf8,
        Self::UnclosedQuote,
        Self::UnknownColumn,
        Self::MissingColumn,
        Self::RepeatedColumn,
        Self::WrongWidth,
        Self::MisplacedRow,
        Self::TooLong,
        Self::WrongType,
        Self::BadValue,
        Self::BadDay,
        Self::MalformedList,
        Self::MalformedJson,
        Self::DuplicateKey,
    ];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::UnreadableFile => "unreadable_file",
            Self::EmptyFile => "empty_file",
            Self::MissingHeader => "missing_header",
            Self::MissingSheet => "missing_sheet",
            Self::UnknownSheet => "unknown_sheet",
            Self::TooManyRows => "too_many_rows",
            Self::NotUtf8 => "not_utf8",
            Self::UnclosedQuote => "unclosed_quote",
            Self::UnknownColumn => "unknown_column",
            Self::MissingColumn => "missing_column",
            Self::RepeatedColumn => "repeated_column",
            Self::WrongWidth => "wrong_width",
            Self::MisplacedRow => "misplaced_row",
            Self::TooLong => "too_long",
            Self::WrongType => "wrong_type",
            Self::BadValue => "bad_value",
            Self::BadDay => "bad_day",
            Self::MalformedList => "malformed_list",
            Self::MalformedJson => "malformed_json",
            Self::DuplicateKey => "duplicate_key",
        }
    }
}

/// One thing wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fault {
    /// The table, when the file holds one or more by name.
    pub(crate) sheet: Option<String>,
    /// The row as a spreadsheet shows it, the header being row 1; in a JSON file the item's place,
    /// counted from 1.
    pub(crate) row: Option<u32>,
    /// The column's name.
    pub(crate) column: Option<String>,
    /// The column's letters, where the file has columns.
    pub(crate) letters: Option<String>,
    /// The stable code.
    pub(crate) code: &'static str,
    /// The same for a person.
    pub(crate) message: String,
}

impl Fault {
    /// Something wrong with the file as a whole.
    pub(crate) fn of_file(code: FaultCode, message: impl fmt::Display) -> Self {
        Self {
            code: code.code(),
            message: message.to_string(),
            ..Self::default()
        }
    }

    /// The same, in a row.
    pub(super) fn in_row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    /// The same, in a column.
    pub(super) fn in_column(mut self, name: Option<&str>, position: Option<usize>) -> Self {
        self.column = name.map(shortened);
        self.letters = position.map(letters);
        self
    }

    /// The same, in a table.
    pub(crate) fn in_sheet(mut self, sheet: &str) -> Self {
        self.sheet = Some(shortened(sheet));
        self
    }
}

/// A name out of a file, as far as a message shows it.
pub(super) fn shortened(name: &str) -> String {
    const LONGEST: usize = 64;
    let mut shown: String = name.chars().take(LONGEST).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    shown
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = [
            self.sheet.as_ref().map(|sheet| format!("sheet {sheet}")),
            self.row.map(|row| format!("row {row}")),
            self.column.as_ref().map(|name| format!("column {name}")),
            self.letters.as_ref().map(|letters| format!("({letters})")),
        ];
        let places: Vec<String> = places.into_iter().flatten().collect();
        if !places.is_empty() {
            write!(f, "{}: ", places.join(" "))?;
        }
        f.write_str(&self.message)
    }
}

/// What is wrong with a file: the first hundred faults, and how many more there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Faults {
    listed: Vec<Fault>,
    further: usize,
}

impl Faults {
    /// Takes note of one more.
    pub(crate) fn push(&mut self, fault: Fault) {
        if self.is_full() {
            self.further += 1;
        } else {
            self.listed.push(fault);
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Whether further faults are only counted.
    pub(crate) fn is_full(&self) -> bool {
        self.listed.len() >= MOST_VIOLATIONS
    }

    /// The first of them, in the order in which they were found.
    pub(crate) fn listed(&self) -> &[Fault] {
        &self.listed
    }

    /// How many more there are.
    pub(crate) fn further(&self) -> usize {
        self.further
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        for fault in faults {
            self.push(fault);
        }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        let mut faults = Self::default();
        faults.push(fault);
        faults
    }
}
