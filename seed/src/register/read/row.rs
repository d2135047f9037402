//! One row of a file and its values. Each method understands one value, or keeps a fault that
//! names file, row and field and returns `None`, so that the other values are still read. A
//! register with a fault is never handed out, so that this `None` is never taken for a value.

use std::{collections::BTreeSet, str::FromStr};

use transfer_decision::{
    span::{Day, parse_day},
    vocabulary::{Place, UnknownCode},
};

use crate::Fault;

/// How a file records a country that nobody knows.
const UNKNOWN: &str = "unknown";

/// A notice, as sources refer to it.
pub(super) struct Notice {
    /// Its file name.
    pub file: String,
    /// How every source that refers to it states its date: the day, or `undated`.
    pub dated: String,
    /// The first day of its facts.
    pub facts_from: Day,
}

/// A row being read.
pub(super) struct Row<'a> {
    faults: &'a mut Vec<Fault>,
    file: &'a str,
    name: &'a str,
    table: &'static str,
}

impl<'a> Row<'a> {
    pub(super) const fn new(
        faults: &'a mut Vec<Fault>,
        file: &'a str,
        name: &'a str,
        table: &'static str,
    ) -> Self {
        Self {
            faults,
            file,
            name,
            table,
        }
    }

    pub(super) fn fault(&mut self, field: &str, what: impl Into<String>) {
        self.faults.push(Fault {
            file: self.file.to_owned(),
            row: self.name.to_owned(),
            field: format!("{}.{field}", self.table),
            what: what.into(),
        });
    }

    pub(super) fn text(&mut self, field: &str, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            self.fault(field, "is empty");
            return None;
        }
        Some(text.to_owned())
    }

    pub(super) fn day(&mut self, field: &str, text: &str) -> Option<Day> {
        let day = parse_day(text);
        if day.is_none() {
            self.fault(
                field,
                format!("`{text}` is not a day of the form YYYY-MM-DD"),
            );
        }
        day
    }

    pub(super) fn code<T: FromStr<Err = UnknownCode>>(
        &mut self,
        field: &str,
        code: &str,
    ) -> Option<T> {
        code.parse()
            .map_err(|error: UnknownCode| self.fault(field, error.to_string()))
            .ok()
    }

    pub(super) fn codes<T: FromStr<Err = UnknownCode> + Ord>(
        &mut self,
        field: &str,
        codes: &[String],
    ) -> BTreeSet<T> {
        let mut read = BTreeSet::new();
        for code in codes {
            if let Some(value) = self.code(field, code)
                && !read.insert(value)
            {
                self.fault(field, format!("`{code}` stands twice"));
            }
        }
        read
    }

    /// A country or area, or the word `unknown`.
    pub(super) fn place(&mut self, field: &str, text: &str) -> Option<Place> {
        if text == UNKNOWN {
            return None;
        }
        self.code(field, text)
    }

    /// A slug: lower-case words joined by hyphens.
    pub(super) fn slug(&mut self, field: &str, text: &str) -> Option<String> {
        self.words(field, text, '-')
    }

    /// A purpose's code: lower-case words joined by underscores.
    pub(super) fn purpose(&mut self, field: &str, text: &str) -> Option<String> {
        self.words(field, text, '_')
    }

    fn words(&mut self, field: &str, text: &str, joint: char) -> Option<String> {
        let good = |word: &str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if text.split(joint).all(good) {
            return Some(text.to_owned());
        }
        self.fault(
            field,
            format!("`{text}` is not lower-case words joined by `{joint}`"),
        );
        None
    }

    /// A source: `demo, …`, or a notice's file name, the place in it, and its date or `undated`.
    pub(super) fn source(&mut self, field: &str, text: &str, notices: &[Notice]) -> Option<String> {
        if text
            .strip_prefix("demo, ")
            .is_some_and(|rest| !rest.trim().is_empty())
        {
            return Some(text.to_owned());
        }
        let named = notices.iter().find(|notice| {
            text.strip_prefix(notice.file.as_str())
                .is_some_and(|rest| rest.starts_with(' '))
        });
        let Some(notice) = named else {
            let what =
                format!("`{text}` begins neither with `demo, ` nor with the notice's file name");
            self.fault(field, what);
            return None;
        };
        let dated = &notice.dated;
        if text.contains(&format!(", {dated}")) {
            return Some(text.to_owned());
        }
        self.fault(
            field,
            format!("`{text}` does not say `{dated}`, the notice's date"),
        );
        None
    }
}
