//! JSON text as a value, with every duplicate key found.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::refusal::{MOST_VIOLATIONS, Violation, ViolationCode, step};

/// Where a value stands, as a list back to the root. It becomes a pointer only when something is
/// wrong there: a long name above many values must cost nothing.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// The whole body.
    Root,
    /// A field of an object.
    Field(&'p Path<'p>, &'p str),
    /// An item of an array.
    Item(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The JSON pointer.
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Field(of, name) => step(&of.pointer(), name),
            Self::Item(of, at) => step(&of.pointer(), at),
        }
    }
}

/// Reads a value.
///
/// # Errors
/// That it is no JSON, or its duplicate keys, as many as an answer lists.
pub(super) fn read(bytes: &[u8]) -> Result<Value, Vec<Violation>> {
    let duplicates = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = Place {
        path: &Path::Root,
        duplicates: &duplicates,
    };
    let value = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| {
            let at = format!("line {}, column {}", error.line(), error.column());
            vec![Violation::detailed("", ViolationCode::MalformedJson, at)]
        })?;
    let duplicates = duplicates.into_inner();
    if duplicates.is_empty() {
        Ok(value)
    } else {
        Err(duplicates)
    }
}

/// Reads the value at one place.
struct Place<'p, 'd> {
    path: &'p Path<'p>,
    duplicates: &'d RefCell<Vec<Violation>>,
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_> {
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
        loop {
            let seed = Place {
                path: &Path::Item(self.path, read.len()),
                duplicates: self.duplicates,
            };
            match items.next_element_seed(seed)? {
                Some(item) => read.push(item),
                None => return Ok(read.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let path = Path::Field(self.path, &name);
            let field = fields.next_value_seed(Place {
                path: &path,
                duplicates: self.duplicates,
            })?;
            let mut duplicates = self.duplicates.borrow_mut();
            if read.contains_key(&name) && duplicates.len() < MOST_VIOLATIONS {
                duplicates.push(Violation::plain(
                    path.pointer(),
                    ViolationCode::DuplicateKey,
                ));
            }
            drop(duplicates);
            read.insert(name, field);
        }
        Ok(read.into())
    }
}
