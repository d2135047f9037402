//! Amendments: a JSON merge patch (RFC 7396) of an object in the form in which it is created.
//!
//! What comes out of the merge is read as strictly as a new object, so that an amended object can
//! never be one that could not have been created.

use std::marker::PhantomData;

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry},
};
use serde_json::Value;

use super::strict::{self, Inbound, Input};
use crate::{
    inward::Sent,
    refusal::{Refusal, Violation, ViolationCode, step},
};

/// The media type of a merge patch; as plain JSON it is taken as well.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// A merge patch of a `T`.
#[derive(Debug)]
pub(crate) struct Patch<T> {
    patch: Value,
    of: PhantomData<fn() -> T>,
}

impl<T: Input> Patch<T> {
    /// Reads a patch; whether it fits is known when it is applied.
    ///
    /// # Errors
    /// That it is no JSON object, or that it names a field twice.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, Refusal> {
        let patch = strict::value(bytes)?;
        if !patch.is_object() {
            let no_object = Violation::plain("", ViolationCode::WrongType);
            return Err(Refusal::invalid(vec![no_object]));
        }
        Ok(Self {
            patch,
            of: PhantomData,
        })
    }

    /// The object as it is when the patch is applied to it.
    ///
    /// # Errors
    /// Everything that would be wrong with it, by its place in the object; a fault of ours, when
    /// the current object cannot be serialised.
    pub(crate) fn apply(&self, current: &T) -> Result<T, Refusal> {
        let mut current = serde_json::to_value(current).map_err(|error| {
            tracing::error!(%error, "an object to be amended could not be serialised");
            Refusal::Internal
        })?;
        bare(&mut current);
        // A null would take a field away before anybody saw that there is no such field.
        let mut found = strict::wrong::<T>(&merged(&current, &self.patch, Null::Stays));
        found.retain(|violation| violation.code == ViolationCode::UnknownField);
        let patched = merged(&current, &self.patch, Null::Removes);
        for field in T::FIXED {
            if patched.get(field) != current.get(field) {
                let pointer = step("", field);
                found.push(Violation::plain(pointer, ViolationCode::ImmutableField));
            }
        }
        strict::judge(patched, found)
    }
}

/// What a null in a patch does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Null {
    /// It takes the field away, as it should.
    Removes,
    /// It stands for the field, so that the field can be looked at.
    Stays,
}

fn merged(current: &Value, patch: &Value, null: Null) -> Value {
    let mut merged = current.clone();
    merge(&mut merged, patch, null);
    merged
}

/// RFC 7396, section 2.
fn merge(target: &mut Value, patch: &Value, null: Null) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(fields) = target.as_object_mut() else {
        return;
    };
    for (name, change) in changes {
        if change.is_null() && null == Null::Removes {
            fields.remove(name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), change, null);
        }
    }
}

/// Leaves out what has no value, as a new object does.
fn bare(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(bare);
        }
        Value::Array(items) => items.iter_mut().for_each(bare),
        _ => {}
    }
}

impl<'a, T: Input> ApiExtractor<'a> for Patch<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register::<T>(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let media = |content_type| MetaMediaType {
            content_type,
            schema: MetaSchemaRef::Reference(name::<T>()),
        };
        Some(MetaRequest {
            description: None,
            content: vec![media(strict::JSON), media(MERGE_PATCH)],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let taken = [strict::JSON, MERGE_PATCH];
        let bytes = strict::body_of(request, body, &taken, <T as Inbound>::LIMIT).await?;
        Sent::keep(request, &bytes);
        Ok(Self::of(&bytes)?)
    }
}

/// A patch's name in the document: `GroupPatch` for `NewGroup`.
fn name<T: Input>() -> String {
    let name = T::name();
    let object = name.strip_prefix("New").unwrap_or(&name);
    format!("{}Patch", object.strip_suffix("Input").unwrap_or(object))
}

/// Declares the patch's schema: all fields of `T`, none required, the optional ones nullable.
fn register<T: Input>(registry: &mut Registry) {
    registry.create_schema::<Patch<T>, _>(name::<T>(), |registry| {
        let whole = registry.create_fake_schema::<T>();
        let required = whole.required;
        let properties = whole.properties.into_iter().map(|(field, schema)| {
            let schema = if required.contains(&field) {
                schema
            } else {
                nullable(registry, schema)
            };
            (field, schema)
        });
        MetaSchema {
            title: Some(name::<T>()),
            description: Some(
                "What is to change (RFC 7396): a field that is left out stays as it is, a list is \
                 replaced whole, and `null` clears a field that may be absent.",
            ),
            properties: properties.collect(),
            required: Vec::new(),
            ..whole
        }
    });
}

/// The schema, with `null` besides.
fn nullable(registry: &mut Registry, schema: MetaSchemaRef) -> MetaSchemaRef {
    let inline = match schema {
        MetaSchemaRef::Reference(component) => return or_null(registry, &component),
        MetaSchemaRef::Inline(schema) => *schema,
    };
    // A reference with a description beside it.
    if let [MetaSchemaRef::Reference(component), ..] = inline.all_of.as_slice() {
        return or_null(registry, component);
    }
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        nullable: true,
        default: None,
        ..inline
    }))
}

/// Marks the components that exist for patches only.
struct OrNull;

/// A component, with `null` besides: OpenAPI 3.0 takes no `nullable` beside a reference.
fn or_null(registry: &mut Registry, component: &str) -> MetaSchemaRef {
    let name = format!("{component}OrNull");
    registry.create_schema::<OrNull, _>(name.clone(), |registry| {
        let whole = registry.schemas.get(component).cloned();
        let mut schema = whole.unwrap_or(MetaSchema::ANY);
        schema.nullable = true;
        if !schema.enum_items.is_empty() {
            schema.enum_items.push(Value::Null);
        }
        schema
    });
    MetaSchemaRef::Reference(name)
}
