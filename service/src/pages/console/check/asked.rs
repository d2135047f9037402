//! The form, and what it asks.

use askama::Template;
use poem::{
    Request, Response, Result, handler,
    http::{Method, StatusCode},
};
use serde_json::Value;
use transfer_registry_core::{Snapshot, tokens::Role};

use super::{
    AT,
    answered::{Answer, Answered},
};
use crate::{
    inward::Asked,
    pages::console::{
        day_bar,
        desk::{Clocks, Desk, at_desk},
        forms::{
            Choices, Control, Errors, Field, Kind, ShownField, Typed, elsewhere, names::STEP,
            shown_fields,
        },
        frame::Frame,
        page,
    },
    refusal::{Refusal, Violation},
};

const WHO: &str = "The company that sends.";
const TO: &str = "The company that receives first.";
const ROLES: Choices = Choices::These(&[("controller", "controller"), ("processor", "processor")]);

const ONWARD: &[Field] = &[Field::asked(
    "importer",
    "Then to",
    Kind::One(Choices::Organisations),
    "",
)];
/// The same, for who may not read the register.
const ONWARD_TYPED: &[Field] = &[Field::asked("importer", "Then to", Kind::Line, "")];

const EXPORTER: Field = Field::needed(
    "exporter",
    "Who sends",
    Kind::One(Choices::Organisations),
    WHO,
);
const IMPORTER: Field = Field::needed(
    "importer",
    "Who receives",
    Kind::One(Choices::Organisations),
    TO,
);
const SUBJECTS: Field = Field::needed(
    "data_subjects",
    "In which countries the people are whose data it is",
    Kind::Countries,
    "Codes or English names, with commas. They say which law protects the data.",
);
const CHAIN: &str = "Each receives from the one before. Leave it empty where the data stays.";
const CATEGORIES: Field = Field::asked(
    "data_categories",
    "Which data",
    Kind::Many(Choices::DataCategories),
    "Left empty, those of the engagement or flow count.",
);
const HR: Field = Field::asked(
    "hr_data",
    "HR data is among it",
    Kind::One(Choices::These(&[("true", "yes"), ("false", "no")])),
    "Some certifications do not cover it. Left empty, the kinds of data say it.",
);
const EXPORTER_ROLE: Field = Field::asked(
    "exporter_role",
    "Who sends is",
    Kind::One(ROLES),
    "Left empty, as the engagement or flow says.",
);
const IMPORTER_ROLE: Field = Field::asked("importer_role", "Who receives is", Kind::One(ROLES), "");
const PURPOSE: Field = Field::asked(
    "purpose",
    "What for",
    Kind::Line,
    "A code such as customer_support.",
);

const FIELDS: &[Field] = &[
    EXPORTER,
    IMPORTER,
    SUBJECTS,
    Field::asked("onward", "Onward", Kind::Rows(ONWARD), CHAIN).at_most(20),
    CATEGORIES,
    HR,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    PURPOSE,
];

/// The same questions for who may not read who is registered: the names are typed.
const TYPED: &[Field] = &[
    Field::needed(
        "exporter",
        "Who sends",
        Kind::Line,
        "The short name under which the register keeps it.",
    ),
    Field::needed(
        "importer",
        "Who receives",
        Kind::Line,
        "The short name under which the register keeps it.",
    ),
    SUBJECTS,
    Field::asked("onward", "Onward", Kind::Rows(ONWARD_TYPED), CHAIN).at_most(20),
    CATEGORIES,
    HR,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    PURPOSE,
];

#[derive(Template)]
#[template(path = "console/check.html")]
struct CheckPage {
    frame: Frame,
    kept: Vec<(&'static str, String)>,
    asked: Vec<ShownField>,
    errors: Errors,
    answered: Option<Answered>,
    /// The question's own address.
    link: String,
    /// The question, as the API takes it.
    question: String,
    curl: String,
    /// Whether the recorded decisions may be read.
    reads: bool,
}

/// A transfer check.
#[handler]
pub(in super::super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    let pairs = desk.request.params::<Vec<(String, String)>>();
    let pairs = pairs.map_err(|_| Refusal::Unreadable)?;
    let filled = pairs
        .iter()
        .any(|(name, value)| !["as_of", "known_at"].contains(&name.as_str()) && !value.is_empty());
    let mut typed = Typed::of(pairs);
    let step = typed.first(STEP).to_owned();
    let snapshot = desk.snapshot().await?;
    let asks = filled && step.is_empty();
    let fields = if desk.person().role == Role::Checker {
        TYPED
    } else {
        FIELDS
    };
    typed.stepped(fields, &step);
    let question = question(&desk, fields, &typed);
    let answered = if asks {
        let asked = Asked::done(Method::POST, "/v1/transfer-checks", Some(question.clone()));
        // Nothing is written but that it was asked, as whoever asks over the API.
        Some(desk.get::<Answer>(asked, Clocks::None).await)
    } else {
        None
    };
    answer(&desk, &snapshot, fields, &typed, &question, answered)
}

fn answer(
    desk: &Desk<'_>,
    snapshot: &Snapshot,
    fields: &'static [Field],
    typed: &Typed,
    question: &Value,
    answered: Option<Result<Answer, Refusal>>,
) -> Result<Response, Refusal> {
    let mut violations = Vec::new();
    let mut status = StatusCode::OK;
    let answered = match answered {
        None => None,
        Some(Ok(answer)) => Some(Answered::of(desk, snapshot, answer)),
        Some(Err(refusal @ (Refusal::Invalid(_) | Refusal::Malformed(_)))) => {
            status = refusal.code().status();
            violations = refusal.violations().iter().map(in_a_row).collect();
            None
        }
        Some(Err(refusal)) => return Err(refusal),
    };
    let (asked, left) = shown_fields(fields, typed, &violations, snapshot, desk.day.day());
    let text = serde_json::to_string_pretty(question).map_err(|_| Refusal::Internal)?;
    page(
        status,
        &CheckPage {
            frame: desk.frame(AT),
            kept: desk.day.pairs(),
            errors: Errors::of(&asked, elsewhere(&left)),
            asked,
            answered,
            link: link(desk, fields, typed),
            curl: curl(&desk.signed_in.site.origin, &text),
            question: text,
            reads: desk.person().role != Role::Checker,
        },
    )
}

/// The question as the API takes it: importers of a chain by name, and the day of the bar.
fn question(desk: &Desk<'_>, fields: &[Field], typed: &Typed) -> Value {
    let mut body = typed.body(fields);
    let Some(map) = body.as_object_mut() else {
        return body;
    };
    if let Some(Value::Array(rows)) = map.get_mut("onward") {
        for row in rows.iter_mut() {
            *row = row.get("importer").cloned().unwrap_or_default();
        }
    }
    if let Some(hr) = map.get_mut("hr_data") {
        // What is neither goes on as it is, so that the API says what is wrong with it.
        *hr = match hr.as_str() {
            Some("true") => Value::Bool(true),
            Some("false") => Value::Bool(false),
            _ => hr.take(),
        };
    }
    for (name, value) in desk.day.pairs() {
        map.insert(name.to_owned(), Value::from(value));
    }
    body
}

/// What is wrong with an importer of the chain, at the field of its row.
fn in_a_row(violation: &Violation) -> Violation {
    let mut violation = violation.clone();
    if violation.pointer.starts_with("/onward/") {
        violation.pointer.push_str("/importer");
    }
    violation
}

/// The question's own address, with its day and without what was left empty.
fn link(desk: &Desk<'_>, fields: &[Field], typed: &Typed) -> String {
    let pairs = typed.pairs().filter(|(name, value)| {
        let of =
            |field: &Field| *name == field.name || name.starts_with(&format!("{}.", field.name));
        !value.trim().is_empty() && fields.iter().any(of)
    });
    let mut pairs: Vec<(&str, String)> = pairs
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
    // Whoever follows it tomorrow asks the same.
    pairs.push(("as_of", desk.day.day().to_string()));
    pairs.extend(desk.day.known_at_text().map(|text| ("known_at", text)));
    day_bar::with(AT, &pairs)
}

/// The question as an engineer asks it.
fn curl(origin: &str, question: &str) -> String {
    // A quote ends the shell's text, stands for itself, and begins another.
    let quoted = question.replace('\'', r"'\''");
    format!(
        "curl --fail-with-body {origin}/v1/transfer-checks \\\n  --header \"authorization: Bearer $TOKEN\" \\\n  \
         --header 'content-type: application/json' \\\n  --data '{quoted}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_question_does_not_end_the_shells_text() {
        let told = curl("https://registry.example", r#"{"purpose": "it's"}"#);
        assert!(
            told.ends_with(r#"--data '{"purpose": "it'\''s"}'"#),
            "{told}"
        );
    }
}
