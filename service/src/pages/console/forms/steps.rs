//! A form that asks in steps, one page each, and at its end shows all the answers with what they do.
//!
//! Whatever was answered on other pages goes along with each: nothing is kept here, and nobody loses
//! anything by going back.

use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use super::{
    Control, Field, Kind, ShownField,
    field::Called,
    names::{AT, FAR},
    shown::{elsewhere, pointer_of, shown_fields},
    typed::Typed,
};
use crate::{
    pages::console::words,
    refusal::{Violation, ViolationCode},
};

/// A step of a form.
#[derive(Debug, Clone, Copy)]
struct Step {
    title: &'static str,
    why: &'static str,
    /// What it is called instead, as the answers before it call for it.
    called: Option<Called>,
    fields: &'static [Field],
}

impl Step {
    /// The same, under the title that the answers call for.
    fn called(self, typed: &Typed) -> Self {
        let other = self.called.and_then(|called| called(typed));
        let (title, why) = other.unwrap_or((self.title, self.why));
        Self { title, why, ..self }
    }
}

/// The steps of a form; none: it is one page.
fn steps(fields: &'static [Field]) -> Vec<Step> {
    let pages = fields.split_inclusive(|field| matches!(field.kind, Kind::Step));
    // Each piece ends with the title of the next.
    let mut steps: Vec<Step> = Vec::new();
    for piece in pages {
        let (title, asked) = match piece.split_last() {
            Some((last, asked)) if matches!(last.kind, Kind::Step) => (Some(last), asked),
            _ => (None, piece),
        };
        if let Some(step) = steps.last_mut() {
            step.fields = asked;
        }
        steps.extend(title.map(|title| Step {
            title: title.label,
            why: title.why,
            called: title.called,
            fields: &[],
        }));
    }
    steps
}

/// Where somebody turns to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// To the page after this one, when this one is answered well.
    On,
    /// To another page, however this one is answered.
    To(usize),
}

/// What somebody who is filling in a form in steps asked for, if it is another page.
pub(super) fn turn(fields: &'static [Field], typed: &Typed, asked: &str) -> Option<Turn> {
    let count = steps(fields).len();
    let at = at(typed, count);
    match asked {
        // The last step leads to the summary, as does a look at the effect.
        "on" if at + 1 < count => Some(Turn::On),
        "back" => Some(Turn::To(at.saturating_sub(1))),
        other => {
            let page: usize = other.strip_prefix("to:")?.parse().ok()?;
            Some(Turn::To(page.min(count.saturating_sub(1))))
        }
    }
}

/// Turns to a page.
pub(super) fn turn_to(typed: &mut Typed, page: usize) {
    let far: usize = typed.first(FAR).parse().unwrap_or_default();
    typed.put(AT, page.to_string());
    typed.put(FAR, far.max(page).to_string());
}

/// Turns to the page after this one.
pub(super) fn turn_on(fields: &'static [Field], typed: &mut Typed) {
    let count = steps(fields).len();
    let next = at(typed, count) + 1;
    turn_to(typed, next);
}

/// Turns to the summary.
pub(super) fn turn_to_summary(fields: &'static [Field], typed: &mut Typed) {
    turn_to(typed, steps(fields).len());
}

/// Says that every page was reached: what is changed was answered once already.
pub(super) fn all_reached(fields: &'static [Field], typed: &mut Typed) {
    typed.put(FAR, steps(fields).len().to_string());
}

fn at(typed: &Typed, count: usize) -> usize {
    let at: usize = typed.first(AT).parse().unwrap_or_default();
    at.min(count)
}

/// What is wrong with the pages up to the one that is open. What is yet to be asked is not wrong.
pub(super) fn so_far(
    fields: &'static [Field],
    typed: &Typed,
    violations: Vec<Violation>,
) -> Vec<Violation> {
    let steps = steps(fields);
    let reached = at(typed, steps.len()) + 1;
    let asked = || steps.iter().take(reached).flat_map(|step| step.fields);
    let mut violations = violations;
    violations.retain(|violation| asked().any(|field| is_at(violation, field)));
    violations
}

/// What must be answered on the page that is open and is not. The API says so too, but of some
/// questions only when all the others are answered.
pub(super) fn unanswered(
    fields: &'static [Field],
    typed: &Typed,
    snapshot: &Snapshot,
) -> Vec<Violation> {
    let steps = steps(fields);
    let open = steps.get(at(typed, steps.len()));
    let asked = open.into_iter().flat_map(|step| step.fields);
    asked
        .filter(|field| field.needed && field.when.is_none_or(|when| when(typed, snapshot)))
        .filter(|field| typed.value(field, "").is_none())
        .map(|field| Violation::plain(pointer_of(field.name), ViolationCode::MissingField))
        .collect()
}

fn is_at(violation: &Violation, field: &Field) -> bool {
    let pointer = pointer_of(field.name);
    !field.name.is_empty()
        && violation
            .pointer
            .strip_prefix(&pointer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A form as a page shows it.
#[derive(Debug, Default)]
pub(super) struct LaidOut {
    /// What is asked on the page.
    pub(super) asked: Vec<ShownField>,
    /// What was answered on others.
    pub(super) carried: Vec<(String, String)>,
    /// What is wrong elsewhere.
    pub(super) wrong: Vec<String>,
    /// Where the page stands among others.
    pub(super) steps: Option<ShownSteps>,
}

/// Where a page stands among a form's steps.
#[derive(Debug)]
pub(super) struct ShownSteps {
    /// Its number, from 1; one more than there are: the summary.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    /// Its title.
    pub(super) title: &'static str,
    /// Why it is asked.
    pub(super) why: &'static str,
    /// Which page it is, as the form sends it.
    pub(super) at: usize,
    /// How far somebody came, as the form sends it.
    pub(super) far: usize,
    /// Every step.
    pub(super) all: Vec<ShownStep>,
    /// What the summary warns of.
    pub(super) warnings: Vec<String>,
    /// The answers, in the summary.
    pub(super) summary: Vec<Answered>,
}

/// A step among the others.
#[derive(Debug)]
pub(super) struct ShownStep {
    pub(super) title: &'static str,
    /// Whether one can turn to it.
    pub(super) reached: bool,
    pub(super) current: bool,
}

/// The answers of a step.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) title: &'static str,
    /// Each question with its answers.
    pub(super) answers: Vec<(&'static str, Vec<String>)>,
}

impl ShownSteps {
    /// Whether all the answers are shown.
    pub(super) const fn is_summary(&self) -> bool {
        self.number > self.of
    }

    /// Whether the summary comes next.
    pub(super) const fn is_last(&self) -> bool {
        self.number == self.of
    }

    /// Whether everything was reached before.
    pub(super) const fn may_skip(&self) -> bool {
        self.far >= self.of && !self.is_last()
    }
}

/// A form as its page shows it: what is wrong is shown first.
pub(super) fn laid_out(
    fields: &'static [Field],
    typed: &Typed,
    violations: &[Violation],
    snapshot: &Snapshot,
    day: Day,
) -> LaidOut {
    let steps: Vec<Step> = steps(fields)
        .into_iter()
        .map(|step| step.called(typed))
        .collect();
    if steps.is_empty() {
        let (asked, left) = shown_fields(fields, typed, violations, snapshot, day);
        return LaidOut {
            asked,
            wrong: elsewhere(&left),
            ..LaidOut::default()
        };
    }
    let mut left = violations.to_vec();
    let mut pages: Vec<Vec<ShownField>> = Vec::new();
    for step in &steps {
        let (shown, rest) = shown_fields(step.fields, typed, &left, snapshot, day);
        left = rest;
        pages.push(shown);
    }
    let bad = |shown: &Vec<ShownField>| shown.iter().any(is_wrong);
    let at = pages.iter().position(bad);
    let at = at.unwrap_or_else(|| self::at(typed, steps.len()));
    let far: usize = typed.first(FAR).parse().unwrap_or_default();
    let far = far.max(at).min(steps.len());
    let mut out = LaidOut {
        wrong: elsewhere(&left),
        ..LaidOut::default()
    };
    for (number, (step, shown)) in steps.iter().zip(&pages).enumerate() {
        if number != at {
            out.wrong.extend(wrong_on(number + 1, shown));
            let asked = step.fields.iter();
            out.carried
                .extend(asked.flat_map(|field| typed.of_field(field)));
        }
    }
    let all = steps.iter().enumerate().map(|(number, step)| ShownStep {
        title: step.title,
        reached: number <= far,
        current: number == at,
    });
    let current = steps.get(at);
    let (summary, warnings) = if current.is_none() {
        let both = steps.iter().zip(&pages);
        let answered = both.map(|(step, shown)| answered(step, shown)).collect();
        (answered, pages.iter().flatten().flat_map(warned).collect())
    } else {
        Default::default()
    };
    out.steps = Some(ShownSteps {
        number: at + 1,
        of: steps.len(),
        title: current.map_or("Your answers", |step| step.title),
        why: current.map_or("", |step| step.why),
        at,
        far,
        all: all.collect(),
        warnings,
        summary,
    });
    out.asked = pages.into_iter().nth(at).unwrap_or_default();
    out
}

fn is_wrong(field: &ShownField) -> bool {
    let within = match &field.control {
        Control::Rows { rows, .. } => rows.iter().flatten().any(is_wrong),
        _ => false,
    };
    within || !field.wrong.is_empty()
}

/// What is wrong on another page, each with where it is.
fn wrong_on(number: usize, shown: &[ShownField]) -> Vec<String> {
    let mut wrong = Vec::new();
    for field in shown {
        let said = field.wrong.iter();
        wrong.extend(said.map(|said| format!("Step {number}, {}: {said}", field.label)));
        if let Control::Rows { rows, .. } = &field.control {
            wrong.extend(rows.iter().flat_map(|row| wrong_on(number, row)));
        }
    }
    wrong
}

fn answered(step: &Step, shown: &[ShownField]) -> Answered {
    // A link to another form is no question, and a warning stands above the answers.
    let asked = shown.iter().filter(|field| match &field.control {
        Control::Part | Control::Carried(_) => false,
        Control::Told(told) => !told.warns && !told.sentences.is_empty(),
        _ => true,
    });
    Answered {
        title: step.title,
        answers: asked
            .map(|field| (field.label, answers(&field.control)))
            .collect(),
    }
}

/// What a question's page warns of.
fn warned(field: &ShownField) -> Vec<String> {
    match &field.control {
        Control::Told(told) if told.warns => told.sentences.clone(),
        _ => Vec::new(),
    }
}

/// What was answered, in words.
fn answers(control: &Control) -> Vec<String> {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    match control {
        Control::Input { kind, value } => {
            let words = match *kind {
                "date" => words::day_of(value),
                // A secret is shown to nobody.
                "password" => String::new(),
                _ => value.clone(),
            };
            filled(&words).into_iter().collect()
        }
        Control::Text { value, .. } => filled(value).into_iter().collect(),
        Control::One { chosen, choices } => {
            let mut named = choices.iter().filter(|choice| choice.value == *chosen);
            let named = named.next().map(|choice| choice.label.clone());
            named.or_else(|| filled(chosen)).into_iter().collect()
        }
        Control::Many(choices) => choices
            .iter()
            .filter(|(_, ticked)| *ticked)
            .map(|(choice, _)| choice.label.clone())
            .collect(),
        Control::Yes(ticked) => vec![if *ticked { "yes" } else { "no" }.to_owned()],
        Control::Rows { rows, .. } => {
            let row = |row: &Vec<ShownField>| {
                let answers = row.iter().flat_map(|field| answers(&field.control));
                filled(&answers.collect::<Vec<_>>().join(", "))
            };
            rows.iter().filter_map(row).collect()
        }
        Control::Told(told) => told.sentences.clone(),
        Control::Part | Control::Carried(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field::step("Who", "It is asked first."),
        Field::needed("name", "Name", Kind::Line, ""),
        Field::step("Where", ""),
        Field::needed("seat", "Seat", Kind::Line, ""),
        Field::part("More", ""),
        Field::asked("rows", "Rows", Kind::Rows(&[]), ""),
        Field::step("Why", ""),
        Field::asked("note", "Note", Kind::Text, ""),
    ];

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let pairs = pairs.iter();
        Typed::of(
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn fields_belong_to_the_step_before_them() {
        let steps = steps(FIELDS);
        let said: Vec<(&str, usize)> = steps
            .iter()
            .map(|step| (step.title, step.fields.len()))
            .collect();
        assert_eq!(said, [("Who", 1), ("Where", 3), ("Why", 1)]);
        assert!(
            super::steps(FIELDS.get(1..2).unwrap_or_default()).is_empty(),
            "one page"
        );
    }

    #[test]
    fn a_link_is_no_answer_and_a_warning_stands_above_them() {
        let shown = |told| ShownField {
            name: String::new(),
            label: "Told",
            why: "",
            needed: false,
            control: Control::Told(told),
            wrong: Vec::new(),
        };
        let link = super::super::Told {
            links: vec![("/console".to_owned(), "There")],
            ..super::super::Told::default()
        };
        let page = [
            shown(link),
            shown(super::super::Told::warning("Beware.")),
            shown(super::super::Told::saying("So it is.")),
        ];
        let step = Step {
            title: "",
            why: "",
            called: None,
            fields: &[],
        };
        let answers = answered(&step, &page).answers;
        assert_eq!(answers, [("Told", vec!["So it is.".to_owned()])]);
        let warnings: Vec<String> = page.iter().flat_map(warned).collect();
        assert_eq!(warnings, ["Beware."]);
    }

    #[test]
    fn the_last_step_leads_to_a_look_at_the_effect() {
        let turn = |at: &str, asked: &str| turn(FIELDS, &typed(&[(AT, at)]), asked);
        assert_eq!(turn("", "on"), Some(Turn::On));
        assert_eq!(turn("2", "on"), None);
        assert_eq!(turn("0", "back"), Some(Turn::To(0)));
        assert_eq!(turn("3", "back"), Some(Turn::To(2)));
        assert_eq!(turn("3", "to:9"), Some(Turn::To(2)));
        assert_eq!(turn("1", "look"), None);
        assert_eq!(turn("1", "save"), None);
    }

    #[test]
    fn what_is_yet_to_be_asked_is_not_wrong() {
        let all: Vec<Violation> = ["/name", "/seat", "/rows/0/place", "/note", "/named", ""]
            .map(|pointer| Violation::plain(pointer, ViolationCode::MissingField))
            .into();
        let wrong = |at: &str| -> Vec<String> {
            let wrong = so_far(FIELDS, &typed(&[(AT, at)]), all.clone());
            wrong.into_iter().map(|one| one.pointer).collect()
        };
        assert_eq!(wrong("0"), ["/name"]);
        assert_eq!(wrong("1"), ["/name", "/seat", "/rows/0/place"]);
    }
}
