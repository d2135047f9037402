//! Reading JSON, item by item.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::{
    Fault, FaultCode, Sheet,
    fault::shortened,
    file::BYTE_ORDER_MARK,
    items::Unreadable,
    records::{Layout, Step},
};

/// A JSON value in which no object names a field twice.
struct Unambiguous(Value);

/// Marks the one error that is about the meaning and not the form.
const DOUBLED: &str = "names a field more than once: ";

/// Reads a JSON text.
///
/// # Errors
/// That it is none, or that an object in it names a field twice.
pub(super) fn parse(text: &[u8]) -> Result<Value, Unreadable> {
    let read: Result<Unambiguous, _> = serde_json::from_slice(text);
    read.map(|read| read.0)
        .map_err(|error| explained(&error, ""))
}

/// What is wrong with a JSON text, as a code and for a person.
fn explained(error: &serde_json::Error, place: &str) -> Unreadable {
    let message = error.to_string();
    match message.split_once(DOUBLED) {
        Some((_, field)) => {
            let field = field.split(" at line ").next().unwrap_or(field);
            let message = format!("{DOUBLED}{}{place}", shortened(field));
            (FaultCode::DuplicateKey, message)
        }
        None => (FaultCode::MalformedJson, format!("is no valid JSON{place}")),
    }
}

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading).map(Self)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element::<Unambiguous>()? {
            read.push(item.0);
        }
        Ok(read.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if read.contains_key(&name) {
                return Err(A::Error::custom(format!("{DOUBLED}{name}")));
            }
            let field: Unambiguous = fields.next_value()?;
            read.insert(name, field.0);
        }
        Ok(read.into())
    }
}

/// A JSON file: its bytes, and where in them the tables begin.
pub(super) struct JsonFile {
    bytes: Vec<u8>,
    tables: Vec<Table>,
}

struct Table {
    name: Option<String>,
    /// Behind the opening bracket.
    begin: usize,
}

impl JsonFile {
    /// Looks for the tables.
    ///
    /// # Errors
    /// That the file is no JSON, or neither an array nor an object of arrays.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mark = bytes.starts_with(BYTE_ORDER_MARK);
        let at = if mark { BYTE_ORDER_MARK.len() } else { 0 };
        let mut place = Place::new(&bytes, at);
        let mut tables = Vec::new();
        match place.solid() {
            Some(b'[') => tables.push(Table {
                name: None,
                begin: place.at + 1,
            }),
            Some(b'{') => tables = by_name(&mut place)?,
            _ => {
                let message = "the file must hold an array of objects, or an object of such arrays";
                return Err(Fault::of_file(FaultCode::WrongType, message));
            }
        }
        Ok(Self { bytes, tables })
    }

    /// The tables' names.
    pub(super) fn sheets(&self) -> Vec<String> {
        let names = self.tables.iter().filter_map(|table| table.name.clone());
        names.collect()
    }

    /// The items of a resource, and the table's name.
    ///
    /// # Errors
    /// That there are none.
    pub(super) fn items(&self, sheet: Sheet) -> Result<(Items<'_>, Option<&str>), Fault> {
        let fits = |table: &&Table| table.name.as_deref().is_none_or(|name| name == sheet.name);
        let Some(table) = self.tables.iter().find(fits) else {
            let message = format!("the file has nothing under the key {}", sheet.name);
            return Err(Fault::of_file(FaultCode::MissingSheet, message));
        };
        let place = Place::new(&self.bytes, table.begin);
        let items = Items {
            place,
            layout: Layout::without_columns(sheet),
            alone: table.name.is_none(),
            count: 0,
        };
        Ok((items, table.name.as_deref()))
    }
}

/// The tables of an object, each behind its key.
fn by_name(place: &mut Place<'_>) -> Result<Vec<Table>, Fault> {
    let mut tables: Vec<Table> = Vec::new();
    place.at += 1;
    if place.solid() != Some(b'}') {
        loop {
            place.solid();
            let name: String = place.value().map_err(|_| place.malformed())?;
            place.pass(b':')?;
            let taken = tables
                .iter()
                .any(|table| table.name.as_ref() == Some(&name));
            if place.solid() != Some(b'[') || taken {
                let (code, message) = if taken {
                    (FaultCode::DuplicateKey, "stands more than once in the file")
                } else {
                    (FaultCode::WrongType, "must be an array of objects")
                };
                return Err(Fault::of_file(code, message).in_sheet(&name));
            }
            let begin = place.at + 1;
            let name = Some(name);
            tables.push(Table { name, begin });
            let _: IgnoredAny = place.value().map_err(|_| place.malformed())?;
            if place.solid() != Some(b',') {
                break;
            }
            place.at += 1;
        }
    }
    place.pass(b'}')?;
    place.end()?;
    Ok(tables)
}

/// The items of one array.
pub(super) struct Items<'f> {
    place: Place<'f>,
    layout: Arc<Layout>,
    /// Whether the array is the whole file.
    alone: bool,
    count: u32,
}

impl Items<'_> {
    /// The next item.
    pub(super) fn step(&mut self) -> Step {
        match self.place.solid() {
            Some(b']') => {
                self.place.at += 1;
                if self.alone {
                    self.place.end()?;
                }
                return Ok(None);
            }
            Some(b',') if self.count > 0 => {
                self.place.at += 1;
                self.place.solid();
            }
            Some(_) if self.count == 0 => {}
            _ => return Err(self.place.malformed()),
        }
        let row = self.count.saturating_add(1);
        self.count = row;
        let begin = self.place.at;
        let read = match self.place.value::<Unambiguous>() {
            Ok(Unambiguous(mut value)) if value.is_object() => {
                self.layout.unset(&mut value);
                Ok(self.layout.item(row, value))
            }
            Ok(_) => {
                let fault = Fault::of_file(FaultCode::WrongType, "must be an object").in_row(row);
                Err(vec![fault])
            }
            Err(error) => {
                // The item is wrong; what comes after it can be read when it is JSON at all.
                let place = format!(" ({})", self.place.shown(Some(&error)));
                let (code, message) = explained(&error, &place);
                let fault = Fault::of_file(code, message).in_row(row);
                if self.place.value::<IgnoredAny>().is_err() {
                    return Err(fault);
                }
                Err(vec![fault])
            }
        };
        let text = self.place.at - begin;
        Ok(Some((row, text, Some(read))))
    }
}

/// A place in a JSON text.
struct Place<'f> {
    bytes: &'f [u8],
    at: usize,
    /// The line up to which lines are counted, from zero, and where it begins.
    line: (usize, usize),
}

impl<'f> Place<'f> {
    fn new(bytes: &'f [u8], at: usize) -> Self {
        let line = (0, 0);
        Self { bytes, at, line }
    }

    fn rest(&self) -> &'f [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Goes on to the next byte that is no space.
    fn solid(&mut self) -> Option<u8> {
        let space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.at += self.rest().iter().take_while(space).count();
        self.rest().first().copied()
    }

    /// Passes over a byte that must come next.
    fn pass(&mut self, expected: u8) -> Result<(), Fault> {
        if self.solid() == Some(expected) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.malformed())
        }
    }

    /// Nothing more may come.
    fn end(&mut self) -> Result<(), Fault> {
        match self.solid() {
            None => Ok(()),
            Some(_) => Err(self.malformed()),
        }
    }

    /// Reads the value that begins here; stays when there is none.
    fn value<T: DeserializeOwned>(&mut self) -> Result<T, serde_json::Error> {
        let mut values = serde_json::Deserializer::from_slice(self.rest()).into_iter::<T>();
        let value = values
            .next()
            .unwrap_or_else(|| Err(Error::custom("nothing")))?;
        self.at += values.byte_offset();
        Ok(value)
    }

    fn malformed(&mut self) -> Fault {
        let message = format!("the file is no valid JSON at {}", self.shown(None));
        Fault::of_file(FaultCode::MalformedJson, message)
    }

    /// The line and column, as an editor shows them. Lines are counted on from the last time, so
    /// that many errors cost no more than the file.
    fn shown(&mut self, error: Option<&serde_json::Error>) -> String {
        let (line, begin) = self.line;
        let since = self.bytes.get(begin..self.at).unwrap_or_default();
        let lines = since.split(|byte| *byte == b'\n').count() - 1;
        let last = since.iter().rposition(|byte| *byte == b'\n');
        self.line = (line + lines, last.map_or(begin, |at| begin + at + 1));
        let (line, begin) = self.line;
        let column = self.at - begin;
        match error {
            Some(error) if error.line() > 1 => {
                format!("line {}, column {}", line + error.line(), error.column())
            }
            Some(error) => format!("line {}, column {}", line + 1, column + error.column()),
            None => format!("line {}, column {}", line + 1, column + 1),
        }
    }
}
