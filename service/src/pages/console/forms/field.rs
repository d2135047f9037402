//! What a form asks: each field names its place in the API's body, so that whatever the API says of
//! that place is said at the field.

use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use super::{told::Told, typed::Typed};

/// One question of a form.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Field {
    /// Its place in the body: names joined by dots.
    pub(in super::super) name: &'static str,
    /// What it asks.
    pub(in super::super) label: &'static str,
    /// Why it is asked, or how it is answered; may be empty.
    pub(in super::super) why: &'static str,
    /// How it is answered.
    pub(in super::super) kind: Kind,
    /// Whether there is no form without it.
    pub(in super::super) needed: bool,
    /// When it is asked at all; `None`: always. What was answered before is kept all the same.
    pub(in super::super) when: Option<When>,
    /// The answer with which something new begins.
    pub(in super::super) default: &'static str,
    /// What it asks instead, as the answers before it call for it.
    pub(in super::super) called: Option<Called>,
    /// What stands there when it is left empty, as the other answers say.
    pub(in super::super) given: Option<Given>,
    /// How many rows the API takes, of a question that has rows.
    pub(in super::super) most: usize,
}

/// Whether a question is asked, as the answers before it and the law stand.
pub(in super::super) type When = fn(&Typed, &Snapshot) -> bool;

/// What a question or a title says instead of its own label and reason, as the answers before it stand.
pub(in super::super) type Called = fn(&Typed) -> Option<(&'static str, &'static str)>;

/// An answer that follows from others.
pub(in super::super) type Given = fn(&Typed, &Snapshot, Day) -> Option<String>;

/// What there is to say of the answers so far.
pub(in super::super) type Telling = fn(&Typed, &Snapshot, Day) -> Told;

/// How a question is answered.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A calendar day.
    Day,
    /// A whole number.
    Number,
    /// Yes, or nothing.
    Yes,
    /// Yes or no: what is not ticked is said to be so.
    Switch,
    /// Yes, no, or not said.
    Stated,
    /// One of several.
    One(Choices),
    /// One of several numbers, each with its words.
    NumberOf(Choices),
    /// Any of several, each with a box.
    Many(Choices),
    /// Countries on one line, by code or English name.
    Countries,
    /// Codes or names on one line, with commas.
    Items,
    /// Texts, each on a line of its own.
    Lines,
    /// Rows of fields; the fields' names are those within a row.
    Rows(&'static [Field]),
    /// No question: what follows is asked on a page of its own, under this title.
    Step,
    /// No question: what follows belongs together, under this title.
    Part,
    /// No question: something is said of the answers so far, under this title.
    Told(Telling),
    /// No question: with the effect it is said what comes of the answers themselves, under this title.
    Outlook(Telling),
}

/// Among what a field's answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Choices {
    /// These: what is sent, and its words.
    These(&'static [(&'static str, &'static str)]),
    /// The countries.
    Countries,
    /// The countries, and the areas that a vendor may name instead.
    Places,
    /// Where data can go: the countries, the areas, and international organisations by slug.
    Destinations,
    /// Groups, by slug.
    Groups,
    /// Every organisation, by slug.
    Organisations,
    /// Organisations that are no group's company, by slug.
    ThirdParties,
    /// Transfer tools of the law pack.
    Tools,
    /// Frameworks in which an organisation can be certified.
    Frameworks,
    /// Kinds of personal data.
    DataCategories,
    /// Recorded mechanisms, by id.
    Mechanisms,
    /// Registered flows, by id.
    Flows,
    /// Adequacy decisions that hold or will, by id.
    Decisions,
}

impl Field {
    /// A question that may stay unanswered.
    pub(in super::super) const fn asked(
        name: &'static str,
        label: &'static str,
        kind: Kind,
        why: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            why,
            kind,
            needed: false,
            when: None,
            default: "",
            called: None,
            given: None,
            most: usize::MAX,
        }
    }

    /// The title of a step, with why it is taken. A form that has steps begins with one.
    pub(in super::super) const fn step(title: &'static str, why: &'static str) -> Self {
        Self::asked("", title, Kind::Step, why)
    }

    /// The title of what follows within a page.
    pub(in super::super) const fn part(title: &'static str, why: &'static str) -> Self {
        Self::asked("", title, Kind::Part, why)
    }

    /// Something that is said of the answers so far.
    pub(in super::super) const fn told(title: &'static str, tell: Telling) -> Self {
        Self::asked("", title, Kind::Told(tell), "")
    }

    /// What comes of the answers themselves, said before what they do to everything else.
    pub(in super::super) const fn outlook(title: &'static str, tell: Telling) -> Self {
        Self::asked("", title, Kind::Outlook(tell), "")
    }

    /// The same; left empty, it is what other answers say, and can be changed.
    pub(in super::super) const fn or(self, given: Given) -> Self {
        Self {
            given: Some(given),
            ..self
        }
    }

    /// The same, answered so at first when something new is made.
    pub(in super::super) const fn at_first(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The same, asked in other words when the answers before it call for them.
    pub(in super::super) const fn called(self, called: Called) -> Self {
        Self {
            called: Some(called),
            ..self
        }
    }

    /// The same, with so many rows at most.
    pub(in super::super) const fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The same, asked only when the answers before it call for it.
    pub(in super::super) const fn when(self, when: When) -> Self {
        Self {
            when: Some(when),
            ..self
        }
    }

    /// A question that must be answered.
    pub(in super::super) const fn needed(
        name: &'static str,
        label: &'static str,
        kind: Kind,
        why: &'static str,
    ) -> Self {
        Self {
            needed: true,
            ..Self::asked(name, label, kind, why)
        }
    }
}
