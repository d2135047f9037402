//! A value against the schema of its type: the same that the API's document shows.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, RwLock},
};

use jsonschema::{
    Draft, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use poem_openapi::types::Type;
use serde_json::{Value, json};
use transfer_decision::vocabulary::{Country, Place};

use super::value::Path;
use crate::{
    api::{
        spec,
        values::{COUNTRY_PATTERN, Instant, PLACE_PATTERN, printable},
    },
    refusal::{MOST_VIOLATIONS, Violation, ViolationCode, step},
    scalars,
};

/// The schema of a type, ready to hold bodies against.
struct Schema {
    validator: Validator,
    root: Value,
}

/// The schemas that were needed so far.
static SCHEMAS: LazyLock<RwLock<HashMap<TypeId, Arc<Schema>>>> = LazyLock::new(RwLock::default);

/// Everything in which a value differs from its type's schema.
pub(super) fn violations<T: Type + 'static>(value: &Value) -> Vec<Violation> {
    let Some(schema) = of::<T>() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    schema.beyond(&schema.root, value, &Path::Root, &mut found);
    let told = schema.validator.iter_errors(value);
    found.extend(told.flat_map(|error| told_of(&error)).take(MOST_VIOLATIONS));
    found
}

/// The schema of a type, made when it is asked for first.
fn of<T: Type + 'static>() -> Option<Arc<Schema>> {
    let id = TypeId::of::<T>();
    let known = SCHEMAS.read().ok()?.get(&id).cloned();
    if known.is_some() {
        return known;
    }
    let made = Arc::new(Schema::new(&T::name(), &spec::components::<T>())?);
    SCHEMAS.write().ok()?.insert(id, Arc::clone(&made));
    Some(made)
}

impl Schema {
    fn new(component: &str, components: &Value) -> Option<Self> {
        let root = json!({
            "$ref": format!("#/components/schemas/{component}"),
            "components": components,
        });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_format("date", |text| scalars::fact_day(text).is_ok())
            .with_format("date-time", |text| Instant::parse(text).is_some())
            .build(&root);
        let validator = validator.inspect_err(|error| {
            tracing::error!(component, %error, "no bodies can be held against this schema");
        });
        Some(Self {
            validator: validator.ok()?,
            root,
        })
    }

    /// What JSON Schema does not see, and serde refuses without saying where: codes of a vocabulary
    /// that may grow, countries that do not exist, whole numbers written with a point.
    fn beyond(&self, schema: &Value, value: &Value, path: &Path<'_>, found: &mut Vec<Violation>) {
        if found.len() >= MOST_VIOLATIONS {
            return;
        }
        let reference = schema.get("$ref").and_then(Value::as_str);
        let schema = reference
            .and_then(|place| self.root.pointer(place.trim_start_matches('#')))
            .unwrap_or(schema);
        match value {
            Value::Number(number)
                if number.is_f64() && schema.get("type") == Some(&"integer".into()) =>
            {
                found.push(Violation::plain(path.pointer(), ViolationCode::WrongType));
            }
            Value::String(text) => found.extend(unknown(schema, text, path)),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if let Some(schema) = schema.get("items") {
                        self.beyond(schema, item, &Path::Item(path, at), found);
                    }
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let known = schema.get("properties").and_then(|known| known.get(name));
                    if let Some(schema) = known.or_else(|| schema.get("additionalProperties")) {
                        self.beyond(schema, field, &Path::Field(path, name), found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A code that its vocabulary does not have, or a country that does not exist.
fn unknown(schema: &Value, text: &str, path: &Path<'_>) -> Option<Violation> {
    if let Some(codes) = schema.get("x-extensible-enum").and_then(Value::as_array) {
        let unknown = !codes.iter().any(|code| code == text);
        return unknown.then(|| unknown_code(path.pointer(), codes));
    }
    let exists = match schema.get("pattern").and_then(Value::as_str) {
        Some(COUNTRY_PATTERN) => text.parse::<Country>().is_ok(),
        Some(PLACE_PATTERN) => text.parse::<Place>().is_ok(),
        _ => true,
    };
    (!exists).then(|| Violation::plain(path.pointer(), ViolationCode::UnknownCountry))
}

fn unknown_code(pointer: String, codes: &[Value]) -> Violation {
    let codes: Vec<_> = codes.iter().filter_map(Value::as_str).collect();
    let one_of = format!("one of {}", codes.join(", "));
    Violation::detailed(pointer, ViolationCode::UnknownCode, one_of)
}

/// What one of the validator's errors says to a caller; it never repeats the value.
fn told_of(error: &ValidationError<'_>) -> Vec<Violation> {
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
            let codes = options.as_array().map(Vec::as_slice).unwrap_or_default();
            vec![unknown_code(at.to_owned(), codes)]
        }
        ValidationErrorKind::Format { format } if format == "date" => {
            let day = error.instance().as_str().map(scalars::fact_day);
            one(day.and_then(Result::err).unwrap_or(ViolationCode::BadDay))
        }
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
        ValidationErrorKind::Pattern { .. }
            if error
                .instance()
                .as_str()
                .is_some_and(|text| !printable(text)) =>
        {
            one(ViolationCode::ControlCharacter)
        }
        ValidationErrorKind::Pattern { pattern } => {
            more(ViolationCode::BadValue, format!("must match {pattern}"))
        }
        _ => one(ViolationCode::BadValue),
    }
}
