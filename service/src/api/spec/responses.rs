//! The errors that each operation can answer with, by what kind of operation it is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{operations_mut, writing::IF_MATCH};
use crate::{
    api::{problem::MEDIA_TYPE, write::REASON},
    refusal::ProblemCode,
};

/// Declares every error, and the headers that every answer has.
pub(super) fn declare(document: &mut Value) {
    for (path, method, operation) in operations_mut(document) {
        if path.starts_with(PROPOSALS) || is_one_of(operation, DIRECT) {
            undeclare_proposal(operation);
        }
        let kind = Kind::of(path, method, operation);
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let mut errors: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
        for code in ProblemCode::ALL.iter().filter(|code| kind.may(**code)) {
            errors
                .entry(code.status().as_u16())
                .or_default()
                .push(*code);
        }
        for (status, codes) in errors {
            responses.insert(status.to_string(), error(&codes));
        }
        for response in responses.values_mut() {
            request_id(response);
        }
        if responses.contains_key("304") {
            if_none_match(operation);
        }
    }
}

/// The operations on proposals, none of which is itself proposed.
const PROPOSALS: &str = "/v1/proposals";

/// The writes that never need approval: they write nothing that does, and what is made anew takes
/// nothing away.
const DIRECT: &[&str] = &[
    "createFlow",
    "createGroup",
    "createProcessingActivity",
    "createSubprocessor",
    "createToken",
    "readParticipantList",
    "revokeToken",
];

/// Nobody approves by this but another person.
const DECIDING: &[&str] = &["approveProposal", "refuseProposal"];

/// What makes the request of a proposal again.
const AGAIN: &[&str] = &["approveProposal", "getProposalImpact", "replaceProposal"];

fn is_one_of(operation: &Value, ids: &[&str]) -> bool {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.is_some_and(|id| ids.contains(&id))
}

/// Takes back that an operation may be answered with a proposal.
fn undeclare_proposal(operation: &mut Value) {
    let responses = operation.get_mut("responses");
    if let Some(responses) = responses.and_then(Value::as_object_mut) {
        responses.remove("202");
    }
}

/// The operation that takes files of rows.
const IMPORT: &str = "createImport";

/// The operations about one object that have no parameter for it in their path.
const NEWEST: &[&str] = &[
    "getLedgerCheckpoint",
    "listParticipantDifferences",
    "listParticipants",
];

/// The operation that publishes a group's list.
const PUBLISHING: &str = "createPublication";

/// The operation that takes a list of participants.
const READING: &str = "readParticipantList";

/// What kind of operation it is, on which depends how it can fail.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
struct Kind {
    /// Whether it takes a body.
    body: bool,
    /// Whether the body is JSON.
    json: bool,
    /// Whether the body is a list of participants.
    list: bool,
    /// Whether it asks for one object, which may not be there.
    one: bool,
    /// Whether it changes the register.
    write: bool,
    /// Whether the change is made to a version of an object.
    guarded: bool,
    /// Whether its body says after which publication it is made.
    publishes: bool,
    /// Whether it creates something.
    creates: bool,
    /// Whether it creates something, or moves it on in its life.
    post: bool,
    /// Whether it takes files of rows.
    import: bool,
    /// Whether it may become a proposal.
    proposes: bool,
    /// Whether another person than who proposed it must ask.
    decides: bool,
    /// Whether it makes the request of a proposal again.
    again: bool,
}

impl Kind {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let takes = |header: &str| {
            let parameters = operation.get("parameters").and_then(Value::as_array);
            let mut parameters = parameters.into_iter().flatten();
            parameters.any(|parameter| parameter.get("name") == Some(&header.into()))
        };
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = id.unwrap_or_default();
        Self {
            body: operation.get("requestBody").is_some(),
            json: operation
                .pointer("/requestBody/content/application~1json")
                .is_some(),
            list: id == READING,
            one: path.contains('{') || NEWEST.contains(&id),
            write: takes(REASON),
            guarded: takes(IF_MATCH),
            publishes: id == PUBLISHING,
            creates: operation.pointer("/responses/201").is_some(),
            post: method == "post",
            import: id == IMPORT,
            proposes: id != IMPORT && operation.pointer("/responses/202").is_some(),
            decides: is_one_of(operation, DECIDING),
            again: is_one_of(operation, AGAIN),
        }
    }

    /// Whether the operation can fail so.
    fn may(&self, code: ProblemCode) -> bool {
        match code {
            ProblemCode::Unauthenticated
            | ProblemCode::Forbidden
            | ProblemCode::MethodNotAllowed
            | ProblemCode::InvalidRequest
            | ProblemCode::Unavailable
            | ProblemCode::RateLimited
            | ProblemCode::Internal => true,
            ProblemCode::MalformedJson => self.json && !self.import,
            ProblemCode::ListRefused => self.list,
            ProblemCode::ImportRefused | ProblemCode::ApprovalRequired => self.import,
            ProblemCode::PayloadTooLarge
            | ProblemCode::UnsupportedMediaType
            | ProblemCode::RequestTimeout => self.body,
            ProblemCode::RevisionNotReached => self.body && !self.write,
            ProblemCode::NotFound => self.one,
            ProblemCode::WrongStage => self.write || self.again,
            ProblemCode::Busy | ProblemCode::OutcomeUnknown => self.write,
            ProblemCode::GateDenied => self.again || (self.write && self.post && !self.import),
            ProblemCode::OwnProposal => self.decides,
            ProblemCode::ProposalOutdated | ProblemCode::ProposerNotAllowed => self.again,
            ProblemCode::TooManyProposals => self.proposes,
            ProblemCode::PreconditionFailed => self.guarded || self.publishes,
            ProblemCode::PreconditionRequired => self.guarded,
            ProblemCode::IdempotencyKeyReused => self.creates,
            ProblemCode::BadRequest | ProblemCode::HeadersTooLarge => false,
        }
    }
}

/// The header that comes with an error, and what it says.
fn header_of(code: ProblemCode) -> Option<(&'static str, &'static str)> {
    match code {
        ProblemCode::Unauthenticated => Some(("www-authenticate", "`Bearer`.")),
        ProblemCode::MethodNotAllowed => Some(("allow", "The methods that the path answers.")),
        ProblemCode::PreconditionFailed => Some((
            "etag",
            "An entity tag of the object as it is now, for `if-match`.",
        )),
        ProblemCode::Unavailable
        | ProblemCode::Busy
        | ProblemCode::OutcomeUnknown
        | ProblemCode::RateLimited => Some(("retry-after", "After how many seconds to ask again.")),
        _ => None,
    }
}

/// The answer of all errors of one status.
fn error(codes: &[ProblemCode]) -> Value {
    let mut headers = Map::new();
    for (name, about) in codes.iter().filter_map(|code| header_of(*code)) {
        let always = codes
            .iter()
            .all(|code| header_of(*code).is_some_and(|(header, _)| header == name));
        let schema = json!({"type": "string"});
        headers.insert(
            name.to_owned(),
            json!({"description": about, "required": always, "schema": schema}),
        );
    }
    let mut content = Map::new();
    content.insert(
        MEDIA_TYPE.to_owned(),
        json!({"schema": {"$ref": "#/components/schemas/Problem"}}),
    );
    let sentences: Vec<_> = codes.iter().map(|code| sentence(*code)).collect();
    json!({"description": sentences.join(" "), "headers": headers, "content": content})
}

fn sentence(code: ProblemCode) -> String {
    let mut sentence = code.message().to_owned();
    if let Some(first) = sentence.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    format!("{sentence} (`{code}`).")
}

/// The header with which an operation is asked for nothing that the caller has already.
fn if_none_match(operation: &mut Value) {
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.push(json!({
            "name": "if-none-match",
            "in": "header",
            "description": "The entity tag of an answer that the caller has; 304 while it is the same.",
            "required": false,
            "schema": {"type": "string"},
        }));
    }
}

fn request_id(response: &mut Value) {
    let Some(response) = response.as_object_mut() else {
        return;
    };
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    if let Some(headers) = headers.as_object_mut() {
        headers.insert(
            "x-request-id".to_owned(),
            json!({
                "description": "The request's id: the caller's own, or a new one.",
                "required": true,
                "schema": {"type": "string"},
            }),
        );
    }
}
