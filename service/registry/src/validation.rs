//! What is wrong with what a caller offers: all of it at once, each with its place.

use chrono::Datelike;
use transfer_decision::span::Day;
use uuid::Uuid;

use crate::ChangeError;

/// One thing that is wrong with what was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// The stable code.
    pub code: &'static str,
    /// What, in words.
    pub message: String,
}

/// A line: names, codes, numbers.
pub(crate) const LINE: usize = 300;
/// A paragraph: descriptions, notes, sources.
pub(crate) const PARAGRAPH: usize = 4_000;

/// A chapter: one step of an assessment.
pub(crate) const CHAPTER: usize = 40_000;

/// Words with which a path of the service begins, or the path of a page of a group's list; a slug
/// must not take one.
const RESERVED: &[&str] = &[
    "access",
    "api",
    "as-of",
    "assets",
    "changes",
    "compare",
    "console",
    "docs",
    "health",
    "login",
    "logout",
    "metrics",
    "openapi",
    "problems",
    "public",
    "reasons",
    "static",
    "upcoming",
    "v1",
    "well-known",
];

/// Whether a character changes the direction in which the text around it is shown (Unicode's
/// `Bidi_Control`), so that a name can look like another one. Right-to-left writing needs none.
#[must_use]
pub const fn turns_text(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a character has no place in a line: it ends it, or nobody sees it. The joiners, which
/// some writing needs, have one.
const fn breaks_line(character: char) -> bool {
    matches!(
        character,
        '\n' | '\t' | '\u{2028}' | '\u{2029}' | '\u{200b}' | '\u{2060}' | '\u{feff}'
    )
}

/// Collects violations.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    found: Vec<Violation>,
    /// Whether it is a row of a file: an object as somebody else kept it.
    row: bool,
    /// A pointer, and the one under which the caller gave it.
    given: Option<(&'static str, &'static str)>,
}

impl Checks {
    /// Checks of an object of which the caller gave one value under another name.
    pub(crate) const fn at(ours: &'static str, given: &'static str) -> Self {
        Self {
            found: Vec::new(),
            row: false,
            given: Some((ours, given)),
        }
    }

    /// Checks of an object as somebody else kept it.
    pub(crate) const fn of_a_row() -> Self {
        Self {
            found: Vec::new(),
            row: true,
            given: None,
        }
    }

    /// Whether it is an object as somebody else kept it.
    pub(crate) const fn is_row(&self) -> bool {
        self.row
    }

    /// A value that an object keeps for its life.
    pub(crate) fn fixed(&mut self, pointer: &str, same: bool) {
        if !same {
            self.add(pointer, "immutable_field", "never changes");
        }
    }

    /// A number within bounds.
    pub(crate) fn count(
        &mut self,
        pointer: &str,
        count: Option<i32>,
        bounds: std::ops::RangeInclusive<i32>,
    ) {
        if count.is_some_and(|count| !bounds.contains(&count)) {
            self.add(
                pointer,
                "out_of_range",
                format!("must be {} to {}", bounds.start(), bounds.end()),
            );
        }
    }

    /// How many items a list has.
    pub(crate) fn at_most(&mut self, pointer: &str, items: usize, most: usize) {
        if items > most {
            self.add(
                pointer,
                "too_many_items",
                format!("must have at most {most} items"),
            );
        }
    }

    /// A SHA-256 hash in hex.
    pub(crate) fn sha256(&mut self, pointer: &str, hash: Option<&str>) {
        let shape = |hash: &str| {
            hash.len() == 64
                && hash
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        if hash.is_some_and(|hash| !shape(hash)) {
            self.add(
                pointer,
                "malformed_hash",
                "must be SHA-256 in 64 lower-case hexadecimal digits",
            );
        }
    }

    /// One more violation.
    pub(crate) fn add(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        let mut pointer = pointer.into();
        if let Some((ours, given)) = self.given
            && pointer == ours
        {
            given.clone_into(&mut pointer);
        }
        self.found.push(Violation {
            pointer,
            code,
            message: message.into(),
        });
    }

    /// Holds when nothing was violated.
    pub(crate) fn finish(self) -> Result<(), ChangeError> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(ChangeError::Invalid(self.found))
        }
    }

    /// The value, when nothing was violated; a value that is missing has been violated already.
    pub(crate) fn finish_with<T>(self, value: Option<T>) -> Result<T, ChangeError> {
        match value {
            Some(value) => self.finish().map(|()| value),
            None => Err(ChangeError::Invalid(self.found)),
        }
    }

    /// A text that must say something.
    pub(crate) fn text(&mut self, pointer: &str, text: &str, longest: usize) {
        if text.trim().is_empty() {
            self.add(pointer, "blank", "must not be blank");
        }
        if text.chars().count() > longest {
            self.add(
                pointer,
                "too_long",
                format!("must have at most {longest} characters"),
            );
        }
        let foreign = |c: char| c.is_control() && c != '\n' && c != '\t';
        if text.chars().any(|c| foreign(c) || turns_text(c)) {
            self.add(
                pointer,
                "control_character",
                "must not contain control characters or marks of direction",
            );
        } else if longest <= LINE && text.chars().any(breaks_line) {
            self.add(
                pointer,
                "control_character",
                "must be one line, without tabs and invisible characters",
            );
        }
    }

    /// A text that may be absent.
    pub(crate) fn text_if_any(&mut self, pointer: &str, text: Option<&str>, longest: usize) {
        if let Some(text) = text {
            self.text(pointer, text, longest);
        }
    }

    /// A stable short name.
    pub(crate) fn slug(&mut self, pointer: &str, slug: &str) {
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !(2..=63).contains(&slug.len()) || !slug.split('-').all(word) {
            self.add(
                pointer,
                "malformed_slug",
                "must be 2 to 63 lower-case letters and digits, with single hyphens between",
            );
        } else if RESERVED.contains(&slug) || slug.parse::<Uuid>().is_ok() {
            self.add(
                pointer,
                "reserved",
                "would be mistaken for something else in a path",
            );
        }
    }

    /// A code in `snake_case`, such as a purpose's.
    pub(crate) fn code_if_any(&mut self, pointer: &str, code: Option<&str>) {
        let Some(code) = code else { return };
        let shape = code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if code.is_empty() || code.len() > 63 || !shape {
            self.add(pointer, "malformed_code", "must be a code in snake_case");
        }
    }

    /// A day that every form of it can show.
    pub(crate) fn day(&mut self, pointer: &str, day: Day) {
        if !(1900..=9999).contains(&day.year()) {
            self.add(
                pointer,
                "day_out_of_range",
                "must be between 1900-01-01 and 9999-12-31",
            );
        }
    }

    /// A day that may be absent.
    pub(crate) fn day_if_any(&mut self, pointer: &str, day: Option<Day>) {
        if let Some(day) = day {
            self.day(pointer, day);
        }
    }

    /// A span with inclusive ends, pointing at its last day.
    pub(crate) fn ordered(&mut self, pointer: &str, first: Option<Day>, last: Option<Day>) {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            self.add(
                pointer,
                "days_reversed",
                format!("must not be before {first}"),
            );
        }
    }

    /// What every fact says of itself. Nobody has checked it on a day that is still to come.
    pub(crate) fn provenance(&mut self, source: &str, checked_on: Option<Day>, today: Day) {
        self.text("/source", source, PARAGRAPH);
        self.day_if_any("/checked_on", checked_on);
        if checked_on.is_some_and(|checked_on| checked_on > today) {
            self.add(
                "/checked_on",
                "future_day",
                format!("must not be after today, {today}"),
            );
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn fits(text: &str, longest: usize) -> bool {
        let mut checks = Checks::default();
        checks.text("/text", text, longest);
        match checks.finish() {
            Ok(()) => true,
            Err(ChangeError::Invalid(found)) => {
                assert_eq!(found.first().unwrap().code, "control_character");
                false
            }
            Err(_) => unreachable!("checks find violations"),
        }
    }

    #[test]
    fn no_text_turns_what_stands_around_it_and_no_name_has_lines_or_what_nobody_sees() {
        for nowhere in ["\0", "\r", "\u{85}", "\u{202e}", "\u{2066}", "\u{200f}"] {
            let text = format!("Acme{nowhere}Inc");
            assert!(!fits(&text, LINE) && !fits(&text, PARAGRAPH), "{text:?}");
        }
        for in_notes in ["\n", "\t", "\u{2028}", "\u{200b}", "\u{feff}"] {
            let text = format!("Acme{in_notes}Inc");
            assert!(!fits(&text, LINE) && fits(&text, PARAGRAPH), "{text:?}");
        }
        // Hebrew, and a joiner as Persian writes it.
        for name in ["אקמה בע״מ", "نمی\u{200c}خواهم"] {
            assert!(fits(name, LINE), "{name}");
        }
    }
}
