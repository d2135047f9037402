//! A value against its component of the API's own document.

use std::{collections::BTreeMap, sync::LazyLock};

use jsonschema::{
    Draft, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Value, json};
use transfer_decision::span::parse_day;

use crate::{
    api::{spec, values::Instant},
    refusal::{MOST_VIOLATIONS, Violation, ViolationCode, step},
};

/// The components that bodies are held against, by name.
static INPUTS: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let document = spec::document_value();
    let components = document.get("components").cloned().unwrap_or_default();
    spec::inputs(&document)
        .into_iter()
        .filter_map(|name| {
            let schema = json!({
                "$ref": format!("#/components/schemas/{name}"),
                "components": components,
            });
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .with_format("date", |text| parse_day(text).is_some())
                .with_format("date-time", |text| Instant::parse(text).is_some())
                .build(&schema);
            validator.ok().map(|validator| (name, validator))
        })
        .collect()
});

/// Everything in which a value differs from a component.
pub(super) fn violations(component: &str, value: &Value) -> Vec<Violation> {
    INPUTS.get(component).map_or_else(Vec::new, |validator| {
        validator
            .iter_errors(value)
            .flat_map(|error| told(&error))
            .take(MOST_VIOLATIONS)
            .collect()
    })
}

/// What one of the validator's errors says to a caller; it never repeats the value.
fn told(error: &ValidationError<'_>) -> Vec<Violation> {
    let at = error.instance_path().as_str();
    let one = |code| vec![Violation::plain(at, code)];
    let more = |code, detail: String| vec![Violation::detailed(at, code, detail)];
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Violation::plain(
                step(at, name),
                ViolationCode::MissingField,
            )]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .take(MOST_VIOLATIONS)
            .map(|name| Violation::plain(step(at, name), ViolationCode::UnknownField))
            .collect(),
        ValidationErrorKind::Type {
            kind: TypeKind::Single(kind),
        } => more(ViolationCode::WrongType, format!("must be of type {kind}")),
        ValidationErrorKind::Type { .. } => one(ViolationCode::WrongType),
        ValidationErrorKind::Enum { options } => {
            let codes = options.as_array().map_or_else(String::new, |options| {
                let codes: Vec<_> = options.iter().filter_map(Value::as_str).collect();
                codes.join(", ")
            });
            more(ViolationCode::UnknownCode, format!("one of {codes}"))
        }
        ValidationErrorKind::Format { format } if format == "date" => one(ViolationCode::BadDay),
        ValidationErrorKind::Format { format } if format == "date-time" => {
            one(ViolationCode::BadInstant)
        }
        ValidationErrorKind::MinLength { limit } => more(
            ViolationCode::TooShort,
            format!("at least {limit} characters"),
        ),
        ValidationErrorKind::MaxLength { limit } => more(
            ViolationCode::TooLong,
            format!("at most {limit} characters"),
        ),
        ValidationErrorKind::MinItems { limit } => {
            more(ViolationCode::TooFewItems, format!("at least {limit}"))
        }
        ValidationErrorKind::MaxItems { limit } => {
            more(ViolationCode::TooManyItems, format!("at most {limit}"))
        }
        ValidationErrorKind::Minimum { limit } => {
            more(ViolationCode::OutOfRange, format!("at least {limit}"))
        }
        ValidationErrorKind::Maximum { limit } => {
            more(ViolationCode::OutOfRange, format!("at most {limit}"))
        }
        ValidationErrorKind::Pattern { pattern } => {
            more(ViolationCode::BadValue, format!("must match {pattern}"))
        }
        _ => one(ViolationCode::BadValue),
    }
}
