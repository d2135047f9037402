//! A form's questions as a page shows them: with what was typed, and what is wrong with it.

use std::{collections::HashMap, sync::Arc};

use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use super::{
    choices::{self, Choice},
    field::{Choices, Field, Kind},
    told::Told,
    typed::{Typed, items},
};
use crate::refusal::{Violation, ViolationCode};

/// How many empty rows a form offers at first.
pub(super) const EMPTY_ROWS: usize = 1;

/// What can be said of what is either so or not.
const STATED: Choices = Choices::These(&[("true", "yes"), ("false", "no")]);

/// A question, as a page shows it.
#[derive(Debug)]
pub(in super::super) struct ShownField {
    /// The name under which it is sent, and the id of its control.
    pub(in super::super) name: String,
    pub(in super::super) label: &'static str,
    pub(in super::super) why: &'static str,
    pub(in super::super) needed: bool,
    pub(in super::super) control: Control,
    /// What is wrong with it.
    pub(in super::super) wrong: Vec<String>,
}

/// The control with which it is answered.
#[derive(Debug)]
pub(in super::super) enum Control {
    /// An input of a type.
    Input { kind: &'static str, value: String },
    /// Several lines.
    Text { value: String, rows: u8 },
    /// One of several.
    One {
        chosen: String,
        choices: Arc<[Choice]>,
    },
    /// Any of several: each with whether it is chosen.
    Many(Vec<(Choice, bool)>),
    /// Yes or nothing.
    Yes(bool),
    /// Rows of fields, and how many there can be.
    Rows {
        rows: Vec<Vec<ShownField>>,
        most: usize,
    },
    /// The title of what follows.
    Part,
    /// What is said of the answers so far.
    Told(Told),
    /// Nothing that is asked here; what was answered before goes along.
    Carried(Vec<(String, String)>),
}

/// What is wrong with a form, above it: each with the way to its question.
#[derive(Debug, Default)]
pub(in super::super) struct Errors {
    /// What is wrong that is no question's.
    pub(in super::super) sentences: Vec<String>,
    /// The questions that are answered wrongly: name, label, what is wrong.
    pub(in super::super) fields: Vec<(String, &'static str, Vec<String>)>,
}

impl Errors {
    /// What is wrong with the questions, beside other sentences.
    pub(in super::super) fn of(fields: &[ShownField], sentences: Vec<String>) -> Self {
        let mut errors = Self {
            sentences,
            fields: Vec::new(),
        };
        errors.take(fields);
        errors
    }

    /// Whether nothing is.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.sentences.is_empty() && self.fields.is_empty()
    }

    fn take(&mut self, fields: &[ShownField]) {
        for field in fields {
            if !field.wrong.is_empty() {
                let entry = (field.name.clone(), field.label, field.wrong.clone());
                self.fields.push(entry);
            }
            if let Control::Rows { rows, .. } = &field.control {
                for row in rows {
                    self.take(row);
                }
            }
        }
    }
}

/// A form's questions, with what was typed and what is wrong. What is wrong at no question of the form
/// comes back.
pub(in super::super) fn shown_fields(
    fields: &'static [Field],
    typed: &Typed,
    violations: &[Violation],
    snapshot: &Snapshot,
    day: Day,
) -> (Vec<ShownField>, Vec<Violation>) {
    let violations: Vec<Violation> = violations
        .iter()
        .map(|one| at_its_question(fields, typed, one))
        .collect();
    let mut left: Vec<&Violation> = violations.iter().collect();
    let mut offered = Offered {
        snapshot,
        day,
        kept: HashMap::new(),
    };
    let shown = within(fields, "", typed, &mut left, &mut offered);
    (shown, left.into_iter().cloned().collect())
}

/// Where in the operation's body the answer under a name stands.
pub(super) fn pointer_of(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// What is wrong with an object of which the form asks the fields is wrong with one of these: the one
/// whose answer it names, or else the first that is answered.
fn at_its_question(fields: &[Field], typed: &Typed, violation: &Violation) -> Violation {
    let pointer = &violation.pointer;
    let within = |whole: &str, part: &str| {
        part.strip_prefix(whole)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let asked = fields.iter().filter(|field| !field.name.is_empty());
    if pointer.is_empty()
        || asked
            .clone()
            .any(|field| within(&pointer_of(field.name), pointer))
    {
        return violation.clone();
    }
    let parts = || {
        let parts = asked.clone();
        parts.filter(|field| within(pointer, &pointer_of(field.name)))
    };
    let answer = |field: &Field| typed.first(field.name).trim().to_owned();
    let named = parts().find(|field| {
        let answer = answer(field);
        !answer.is_empty() && violation.message.contains(&format!("`{answer}`"))
    });
    let answered = || parts().find(|field| !answer(field).is_empty());
    let found = named.or_else(answered).or_else(|| parts().next());
    Violation {
        pointer: found.map_or_else(|| pointer.clone(), |field| pointer_of(field.name)),
        ..violation.clone()
    }
}

/// What is wrong with an answer, as a sentence at it.
fn said(message: &str) -> String {
    if message.starts_with(['`', '“']) {
        format!("{message}.")
    } else {
        format!("This {message}.")
    }
}

/// What is wrong at no question of a form, in sentences.
pub(in super::super) fn elsewhere(left: &[Violation]) -> Vec<String> {
    let left = left.iter().map(|violation| {
        let name = violation.pointer.trim_start_matches('/').replace('/', ", ");
        if name.is_empty() {
            format!("{}.", violation.message)
        } else {
            format!("“{name}” {}.", violation.message)
        }
    });
    left.collect()
}

/// The answers that questions offer: each row of a form offers the same.
struct Offered<'s> {
    snapshot: &'s Snapshot,
    day: Day,
    kept: HashMap<Choices, Arc<[Choice]>>,
}

impl Offered<'_> {
    fn of(&mut self, among: Choices) -> Arc<[Choice]> {
        let (snapshot, day) = (self.snapshot, self.day);
        let kept = self.kept.entry(among);
        Arc::clone(kept.or_insert_with(|| choices::of(among, snapshot, day).into()))
    }
}

/// What comes of the answers themselves, as far as a form says that.
pub(super) fn outlooks(
    fields: &'static [Field],
    typed: &Typed,
    snapshot: &Snapshot,
    day: Day,
) -> Vec<ShownField> {
    let said = fields.iter().filter_map(|field| {
        let Kind::Outlook(tell) = field.kind else {
            return None;
        };
        let told = tell(typed, snapshot, day);
        Some(plain(field, String::new(), typed, Control::Told(told)))
    });
    said.collect()
}

fn within(
    fields: &'static [Field],
    prefix: &str,
    typed: &Typed,
    left: &mut Vec<&Violation>,
    offered: &mut Offered<'_>,
) -> Vec<ShownField> {
    let (snapshot, day) = (offered.snapshot, offered.day);
    let mut all = Vec::new();
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        if field.when.is_some_and(|when| !when(typed, snapshot)) {
            let carried = Control::Carried(typed.of_field(field));
            all.push(plain(field, name, typed, carried));
            continue;
        }
        // It is said with the effect.
        if matches!(field.kind, Kind::Outlook(_)) {
            continue;
        }
        if let Kind::Told(tell) = field.kind {
            let told = Control::Told(tell(typed, snapshot, day));
            all.push(plain(field, name, typed, told));
            continue;
        }
        if matches!(field.kind, Kind::Step | Kind::Part) {
            all.push(plain(field, name, typed, Control::Part));
            continue;
        }
        let control = match field.kind {
            Kind::Rows(within_row) => {
                let rows = typed.rows(&name).max(EMPTY_ROWS);
                let row = |row| {
                    let prefix = format!("{name}.{row}.");
                    within(within_row, &prefix, typed, left, offered)
                };
                Control::Rows {
                    rows: (0..rows).map(row).collect(),
                    most: field.most,
                }
            }
            kind => control(kind, &name, typed, offered),
        };
        let pointer = pointer_of(&name);
        let mine = |violation: &&Violation| {
            violation.pointer == pointer || violation.pointer.starts_with(&format!("{pointer}/"))
        };
        let wrong = left.iter().filter(|one| mine(one));
        let wrong = wrong
            .map(|one| complaint(field, &name, typed, one))
            .collect();
        left.retain(|one| !mine(one));
        all.push(ShownField {
            wrong,
            ..plain(field, name, typed, control)
        });
    }
    all
}

/// What is wrong with an answer, in a sentence.
fn complaint(field: &Field, name: &str, typed: &Typed, violation: &Violation) -> String {
    let at = violation.pointer.rsplit('/').next().unwrap_or_default();
    let item = match field.kind {
        Kind::Countries if violation.code == ViolationCode::UnknownCountry => at.parse().ok(),
        _ => None,
    };
    let item = item.and_then(|at: usize| items(typed.first(name)).nth(at));
    match item {
        Some(item) => format!("“{item}” is neither a country code nor an English country name."),
        None => said(&violation.message),
    }
}

/// A question with which nothing is wrong.
fn plain(field: &Field, name: String, typed: &Typed, control: Control) -> ShownField {
    let other = field.called.and_then(|called| called(typed));
    let (label, why) = other.unwrap_or((field.label, field.why));
    ShownField {
        name,
        label,
        why,
        needed: field.needed,
        control,
        wrong: Vec::new(),
    }
}

fn control(kind: Kind, name: &str, typed: &Typed, offered: &mut Offered<'_>) -> Control {
    let value = typed.first(name).to_owned();
    let input = |kind| Control::Input {
        kind,
        value: value.clone(),
    };
    match kind {
        Kind::Line | Kind::Countries | Kind::Items => input("text"),
        Kind::Day => input("date"),
        Kind::Number => Control::Input {
            kind: "number",
            value,
        },
        Kind::Text | Kind::Lines => Control::Text { value, rows: 4 },
        Kind::Yes | Kind::Switch => Control::Yes(value == "true"),
        Kind::Stated => Control::One {
            chosen: value,
            choices: offered.of(STATED),
        },
        Kind::One(among) | Kind::NumberOf(among) => {
            let mut choices = offered.of(among);
            // What is recorded stays to be chosen, also where it is no longer offered.
            if !value.is_empty() && !choices.iter().any(|choice| choice.value == value) {
                let recorded = Choice::of(&value, &value);
                choices = choices.iter().cloned().chain([recorded]).collect();
            }
            Control::One {
                chosen: value,
                choices,
            }
        }
        Kind::Many(among) => {
            let chosen = typed.all(name);
            let choices = offered.of(among);
            Control::Many(
                choices
                    .iter()
                    .map(|choice| {
                        let ticked = chosen.contains(&choice.value.as_str());
                        (choice.clone(), ticked)
                    })
                    .collect(),
            )
        }
        Kind::Rows(_) | Kind::Step | Kind::Part | Kind::Told(_) | Kind::Outlook(_) => Control::Part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::ViolationCode;

    const ACT: &[Field] = &[
        Field::asked("ending_act.celex", "CELEX number", Kind::Line, ""),
        Field::asked("ending_act.uk", "Path", Kind::Line, ""),
        Field::asked("source", "Source", Kind::Line, ""),
    ];

    #[test]
    fn what_is_wrong_within_an_object_stands_at_its_own_question() {
        let typed = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            Typed::of(
                pairs
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
            )
        };
        let wrong = Violation {
            message: "`x` is no CELEX number".to_owned(),
            ..Violation::plain("/ending_act", ViolationCode::MissingField)
        };
        let at = |pairs: &[(&str, &str)], wrong: &Violation| {
            at_its_question(ACT, &typed(pairs), wrong).pointer
        };
        let both = [
            ("ending_act.uk", "ukpga/2018/12"),
            ("ending_act.celex", "x"),
        ];
        assert_eq!(at(&both, &wrong), "/ending_act/celex");
        assert_eq!(at(&[("ending_act.uk", "y")], &wrong), "/ending_act/uk");
        assert_eq!(at(&[], &wrong), "/ending_act/celex");
        let elsewhere = Violation::plain("/row", ViolationCode::MissingField);
        assert_eq!(at(&both, &elsewhere), "/row");
        assert_eq!(said(&wrong.message), "`x` is no CELEX number.");
    }
}
