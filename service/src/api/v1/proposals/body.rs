//! The body of a request that was proposed.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::values::named;

/// A body as the operation takes it: which fields it has, the operation says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ProposedBody(pub(super) Map<String, Value>);

named!(
    ProposedBody,
    "ProposedBody",
    MetaSchema {
        description: Some("A request's body, in the form in which the operation takes it."),
        additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
        ..MetaSchema::new("object")
    }
);
