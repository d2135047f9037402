//! Reading the fields of one row, noting every fault on the way.

use std::{fmt::Display, str::FromStr};

use transfer_decision::span::{Day, Span, parse_day};

use super::tables::Place;
use crate::Fault;

/// The fields of one row. Every reader notes a fault and gives `None` when a field is unusable,
/// so that a row's other fields are still looked at.
pub(super) struct Fields<'a> {
    place: &'a Place,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Fields<'a> {
    /// The fields of the row at a place.
    pub(super) fn new(place: &'a Place, faults: &'a mut Vec<Fault>) -> Self {
        Self { place, faults }
    }

    /// Notes a fault of a field.
    pub(super) fn fault(&mut self, field: &str, what: impl Into<String>) {
        self.faults.push(Fault {
            file: self.place.file.clone(),
            row: self.place.row.clone(),
            field: field.to_owned(),
            what: what.into(),
        });
    }

    /// A text that must say something.
    pub(super) fn says_something<'t>(&mut self, field: &str, text: &'t str) -> Option<&'t str> {
        if text.trim().is_empty() {
            self.fault(field, "says nothing");
            return None;
        }
        Some(text)
    }

    /// A text that may be left out, but not be empty.
    pub(super) fn may_say<'t>(&mut self, field: &str, text: Option<&'t str>) -> Option<&'t str> {
        text.and_then(|text| self.says_something(field, text))
    }

    /// A day, exactly in the form `YYYY-MM-DD`.
    pub(super) fn day(&mut self, field: &str, text: &str) -> Option<Day> {
        let day = parse_day(text);
        if day.is_none() {
            self.fault(
                field,
                format!("`{text}` is no day of the calendar in the form YYYY-MM-DD"),
            );
        }
        day
    }

    /// A day that may be left out; the outer `None` is a fault.
    #[expect(
        clippy::option_option,
        reason = "left out and unreadable are two things"
    )]
    pub(super) fn may_day(&mut self, field: &str, text: Option<&str>) -> Option<Option<Day>> {
        match text {
            None => Some(None),
            Some(text) => self.day(field, text).map(Some),
        }
    }

    /// A span from its inclusive ends, which stand in the two fields named.
    pub(super) fn span(
        &mut self,
        (first_field, first): (&str, &str),
        (last_field, last): (&str, Option<&str>),
    ) -> Option<Span> {
        let first = self.day(first_field, first);
        let last = self.may_day(last_field, last);
        Span::inclusive(first?, last?)
            .map_err(|reversed| self.fault(last_field, reversed.to_string()))
            .ok()
    }

    /// A code of a closed vocabulary.
    pub(super) fn code<T: FromStr<Err: Display>>(&mut self, field: &str, code: &str) -> Option<T> {
        code.parse()
            .map_err(|unknown: T::Err| self.fault(field, unknown.to_string()))
            .ok()
    }

    /// A code that may be left out; the outer `None` is a fault.
    #[expect(
        clippy::option_option,
        reason = "left out and unreadable are two things"
    )]
    pub(super) fn may_code<T: FromStr<Err: Display>>(
        &mut self,
        field: &str,
        code: Option<&str>,
    ) -> Option<Option<T>> {
        match code {
            None => Some(None),
            Some(code) => self.code(field, code).map(Some),
        }
    }

    /// A list of codes, every one different.
    pub(super) fn codes<T: FromStr<Err: Display>>(
        &mut self,
        field: &str,
        codes: &[String],
    ) -> Option<Vec<T>> {
        for (at, code) in codes.iter().enumerate() {
            if codes.iter().skip(at + 1).any(|other| other == code) {
                self.fault(field, format!("`{code}` stands twice"));
                return None;
            }
        }
        // Collected in two steps: every unknown code is a fault of its own.
        let read: Vec<Option<T>> = codes.iter().map(|code| self.code(field, code)).collect();
        read.into_iter().collect()
    }
}
