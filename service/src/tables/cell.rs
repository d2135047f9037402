//! One cell: a field of the input form as a file holds it.

use std::borrow::Cow;

use serde_json::{Number, Value};
use transfer_decision::span::{Day, parse_day};

use super::{
    Kind, LONGEST_CELL,
    fault::FaultCode,
    items::{self, Unreadable},
    read_json::parse,
    text::plain,
};

/// What a file's cell holds. A CSV file knows text alone, a workbook all of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Raw<'f> {
    /// Nothing.
    Empty,
    /// Text, as it is written.
    Text(Cow<'f, str>),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A day, in the form of text days.
    Day(String),
    /// Something that no column takes.
    Unreadable(FaultCode, String),
}

/// A field as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Text, not yet made harmless.
    Text(String),
    /// A whole number that every spreadsheet keeps exactly.
    Number(i32),
    /// A truth value.
    Bool(bool),
    /// A day.
    Day(Day),
}

/// Reads a cell; nothing when it is absent.
pub(super) fn read(kind: Kind, raw: &Raw<'_>) -> Result<Option<Value>, Unreadable> {
    let text = match raw {
        Raw::Empty => return Ok(None),
        Raw::Unreadable(code, message) => return Err((*code, message.clone())),
        Raw::Number(number) => return read_number(kind, *number).map(Some),
        Raw::Bool(truth) if kind == Kind::Bool => return Ok(Some(Value::Bool(*truth))),
        Raw::Bool(truth) => Cow::Owned(truth.to_string()),
        Raw::Day(day) => Cow::Borrowed(day.as_str()),
        Raw::Text(text) => {
            if too_long(text) {
                let message = format!("is longer than {LONGEST_CELL} characters");
                return Err((FaultCode::TooLong, message));
            }
            let kept = match kind {
                Kind::Text => text,
                // Space at the end may belong to the last item.
                Kind::List | Kind::Flags => text.trim_start(),
                _ => text.trim(),
            };
            if kept.is_empty() {
                return Ok(None);
            }
            plain(kept)
        }
    };
    read_text(kind, &text).map(Some)
}

/// Whether a cell's text is longer than a spreadsheet's cell.
pub(super) fn too_long(text: &str) -> bool {
    text.len() > LONGEST_CELL && text.encode_utf16().count() > LONGEST_CELL
}

fn read_text(kind: Kind, text: &str) -> Result<Value, Unreadable> {
    match kind {
        Kind::Code if text.is_empty() => Err((
            FaultCode::BadValue,
            "must have at least one character".to_owned(),
        )),
        Kind::Text | Kind::Code => Ok(text.into()),
        Kind::Day => match parse_day(text) {
            Some(_) => Ok(text.into()),
            None => Err((
                FaultCode::BadDay,
                "must be a calendar day in exactly the form YYYY-MM-DD, or a date cell".to_owned(),
            )),
        },
        Kind::Bool => items::truth(text)
            .map(Value::Bool)
            .ok_or_else(|| (FaultCode::WrongType, "must be true or false".to_owned())),
        Kind::Integer => whole(text)
            .map(Value::Number)
            .ok_or_else(|| (FaultCode::WrongType, "must be a whole number".to_owned())),
        Kind::List => items::split(text).map(Value::Array),
        Kind::Flags => items::split_flags(text).map(Value::Object),
        Kind::Json => parse(text.as_bytes()),
    }
}

/// A number's cell: a number where one is wanted, its digits where text is.
fn read_number(kind: Kind, number: f64) -> Result<Value, Unreadable> {
    match kind {
        Kind::Day => Err((
            FaultCode::BadDay,
            "is a number; format the cell as a date, or write YYYY-MM-DD".to_owned(),
        )),
        Kind::Bool => Err((FaultCode::WrongType, "must be true or false".to_owned())),
        _ => read_text(kind, &number.to_string()),
    }
}

fn whole(text: &str) -> Option<Number> {
    let signed = text.parse::<i64>().map(Number::from);
    signed
        .or_else(|_| text.parse::<u64>().map(Number::from))
        .ok()
}

/// Writes a field that is there; nothing when the column cannot hold the value so that it is read
/// back the same.
pub(super) fn write(kind: Kind, value: &Value) -> Option<Cell> {
    match (kind, value) {
        (Kind::Text, Value::String(text)) => Some(Cell::Text(text.clone())),
        (Kind::Code, Value::String(code)) if !code.is_empty() && code.trim() == code => {
            Some(Cell::Text(code.clone()))
        }
        (Kind::Day, Value::String(day)) => parse_day(day).map(Cell::Day),
        (Kind::Bool, Value::Bool(truth)) => Some(Cell::Bool(*truth)),
        (Kind::Integer, Value::Number(number)) => write_number(number),
        (Kind::List, Value::Array(list)) => items::join(list).map(Cell::Text),
        (Kind::Flags, Value::Object(flags)) => items::join_flags(flags).map(Cell::Text),
        (Kind::Json, value) => Some(Cell::Text(value.to_string())),
        _ => None,
    }
}

fn write_number(number: &Number) -> Option<Cell> {
    if number.is_f64() {
        return None;
    }
    let small = number.as_i64().and_then(|whole| i32::try_from(whole).ok());
    Some(small.map_or_else(|| Cell::Text(number.to_string()), Cell::Number))
}
