//! The committed document is the contract: the service serves it to the byte and keeps it.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};

use crate::fixture::{Answer, Service, on_both_databases, program, text};

on_both_databases![
    the_service_serves_the_committed_document,
    every_documented_operation_answers_as_documented,
];

pub(crate) fn committed() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    std::fs::read(path).expect("openapi/openapi.json is committed")
}

/// One operation of the document.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// Every operation of the document.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, body) in item.as_object().expect("a path's operations") {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                found.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    body: body.clone(),
                });
            }
        }
    }
    assert!(found.len() >= 8, "only {} operations", found.len());
    found
}

async fn the_service_serves_the_committed_document(service: Service) {
    let served = service.get_publicly("/openapi.json").await;
    assert_eq!(served.status, 200);
    assert_eq!(served.media_type(), "application/json");
    assert!(
        served.body == committed(),
        "openapi/openapi.json differs from what is served: write it anew with `transfer-registry openapi`"
    );
}

#[test]
fn the_program_prints_the_committed_document() {
    let output = std::process::Command::new(program())
        .arg("openapi")
        .output()
        .expect("the binary runs");
    assert!(output.status.success());
    assert!(
        output.stdout == committed(),
        "openapi/openapi.json differs from what `transfer-registry openapi` prints"
    );
}

#[test]
fn operation_ids_are_explicit_camel_case_and_unique() {
    let document: Value = serde_json::from_slice(&committed()).expect("JSON");
    assert!(
        text(&document, "openapi").starts_with("3.0."),
        "{}",
        document["openapi"]
    );
    let verbs = [
        "activate",
        "analyse",
        "announce",
        "approve",
        "challenge",
        "check",
        "confirm",
        "create",
        "delete",
        "disable",
        "dock",
        "enable",
        "end",
        "export",
        "extend",
        "get",
        "list",
        "read",
        "refuse",
        "replace",
        "replay",
        "revoke",
        "suspend",
        "update",
        "use",
        "withdraw",
    ];
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let id = text(&operation.body, "operationId").to_owned();
        let about = format!("{} {}: {id:?}", operation.method, operation.path);
        let verb: String = id.chars().take_while(char::is_ascii_lowercase).collect();
        assert!(verbs.contains(&verb.as_str()), "verb first: {about}");
        assert!(
            id.len() > verb.len() && id.chars().all(|c| c.is_ascii_alphanumeric()),
            "then a noun: {about}"
        );
        assert!(ids.insert(id), "twice: {about}");
        assert_eq!(
            operation.body["tags"].as_array().map(Vec::len),
            Some(1),
            "one tag: {about}"
        );
        assert!(
            !text(&operation.body, "summary").is_empty(),
            "a summary: {about}"
        );
    }
}

#[test]
fn inputs_are_closed_and_days_are_dates() {
    let document: Value = serde_json::from_slice(&committed()).expect("JSON");
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    let mut inputs = 0;
    for operation in operations(&document) {
        let content = &operation.body["requestBody"]["content"];
        // A workbook is bytes, and so is a file of rows in any of its forms.
        let file = content.get("text/csv").is_some() || content.get("application/json").is_none();
        if content.is_object() && file {
            continue;
        }
        let schema = &content["application/json"]["schema"];
        let Some(name) = text(schema, "$ref")
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
        else {
            assert!(
                operation.body.get("requestBody").is_none(),
                "a body without a named schema: {}",
                operation.path
            );
            continue;
        };
        inputs += 1;
        assert_eq!(
            schemas[name]["additionalProperties"], false,
            "{name} takes anything"
        );
    }
    assert!(inputs >= 2, "{inputs} inputs");
    let whole = String::from_utf8(committed()).expect("UTF-8");
    for wrong in ["naive-date", "uint32", "uint64", "charset=", "param0"] {
        assert!(!whole.contains(wrong), "{wrong} in the document");
    }
}

/// A path with something that exists for each parameter.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|step| match step {
            "{group}" => "qcontact",
            "{organisation}" => "qcontact-inc",
            "{seq}" => "1",
            "{key}" => "match-proposed-0",
            step if step.starts_with('{') && path.starts_with("/v1/groups") => "qcontact",
            step if step.starts_with('{') && path.starts_with("/v1/organisations") => {
                "qcontact-inc"
            }
            step => step,
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Something that the operation takes.
pub(crate) fn body_for(operation: &Operation) -> Option<Value> {
    let check =
        json!({ "exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"] });
    if operation.method != "POST" {
        return None;
    }
    match operation.path.as_str() {
        "/v1/transfer-checks" => Some(check),
        "/v1/impact-analyses" => Some(json!({ "changes": [
            { "kind": "end_adequacy_decision", "id": "EU-ADQ-US-DPF-2023-1795", "on": "2027-01-01" },
        ] })),
        "/v1/transfer-checks/batch" => Some(json!({ "checks": [check] })),
        _ => None,
    }
}

/// The path of what an organisation of many may have.
const CERTIFICATION: &str = "/v1/organisations/{id}/certifications/{certification_id}";

/// A good id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-000000000000";

/// An operation's path with ids of things that exist in the place of its parameters.
pub(crate) async fn path_of(service: &Service, operation: &Operation) -> String {
    if let Some(step) = operation.path.strip_prefix(CERTIFICATION) {
        let holder = service.get("/v1/organisations/stripe").await.ok();
        let id = text(&holder["certifications"][0], "id");
        return format!("/v1/organisations/stripe/certifications/{id}{step}");
    }
    if operation.path == "/v1/publications/{id}" {
        let page = service.get("/v1/groups/qcontact/publications").await.ok();
        return format!("/v1/publications/{}", text(&page["items"][0], "id"));
    }
    if operation.path == "/v1/exports/{resource}" {
        return "/v1/exports/groups".to_owned();
    }
    let mut path = filled(&operation.path);
    if let Some((list, rest)) = operation
        .path
        .split_once("/{")
        .filter(|_| path.contains('{'))
    {
        // Of what the demo has none, or what has no list, an id that nothing has: who may not ask
        // is not told.
        let page = service.get(&format!("{list}?limit=1")).await;
        let page = if page.status == 200 {
            page.json()
        } else {
            Value::Null
        };
        let id = match text(&page["items"][0], "id") {
            "" => NOTHING,
            id => id,
        };
        let step = rest.split_once('/').map_or("", |(_, step)| step);
        let whole = format!("{list}/{id}/{step}");
        whole.trim_end_matches('/').clone_into(&mut path);
    }
    path
}

/// Holds an answer against what the document says of it.
fn expect_documented(document: &Value, operation: &Operation, answer: &Answer) {
    let about = format!("{} {}", operation.method, operation.path);
    let response = &operation.body["responses"][answer.status.to_string()];
    assert!(
        response.is_object(),
        "{about}: {} is not documented: {}",
        answer.status,
        answer.text()
    );
    let response = match text(response, "$ref") {
        "" => response,
        reference => document.pointer(&reference[1..]).expect("a response"),
    };
    let schema = &response["content"][answer.media_type()]["schema"];
    assert!(
        schema.is_object(),
        "{about}: {} as {} is not documented",
        answer.status,
        answer.media_type()
    );
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    nullable_as_json_schema_has_it(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let value = answer.json();
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{about}: {faults:?}\n{value:#}");
}

/// OpenAPI 3.0's `nullable` is no word of JSON Schema.
fn nullable_as_json_schema_has_it(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.remove("nullable") == Some(Value::Bool(true))
                && let Some(kind) = fields.get("type").cloned()
            {
                fields.insert("type".to_owned(), json!([kind, "null"]));
            }
            fields.values_mut().for_each(nullable_as_json_schema_has_it);
        }
        Value::Array(items) => items.iter_mut().for_each(nullable_as_json_schema_has_it),
        _ => {}
    }
}

/// Whether an operation changes the register.
fn writes(operation: &Operation) -> bool {
    let parameters = operation.body["parameters"].as_array();
    let mut parameters = parameters.into_iter().flatten();
    parameters.any(|parameter| text(parameter, "name") == "x-change-reason")
}

/// Holds the refusals of a write against the document; what it does when it is not refused, the
/// tests of its resource show.
async fn expect_documented_refusals(service: &Service, document: &Value, operation: &Operation) {
    let path = path_of(service, operation).await;
    let before = service.head().await;
    let json = Some("application/json");
    for (media_type, body) in [(json, "{}"), (json, "{"), (Some("text/plain"), "{}")] {
        let method = &operation.method;
        let refused = service
            .send(method, &path, media_type, body.as_bytes())
            .await;
        refused.problem(refused.status);
        expect_documented(document, operation, &refused);
    }
    let blue = json!({ "colour": "blue" });
    let any = [("if-match", "*")];
    let refused = service.write(&operation.method, &path, &any, &blue).await;
    refused.problem(refused.status);
    expect_documented(document, operation, &refused);
    assert_eq!(
        service.head().await,
        before,
        "{} {path}: a refused write changed the register",
        operation.method
    );
}

async fn every_documented_operation_answers_as_documented(service: Service) {
    let document: Value = serde_json::from_slice(&committed()).expect("JSON");
    for operation in operations(&document) {
        if writes(&operation) {
            expect_documented_refusals(&service, &document, &operation).await;
            continue;
        }
        let empty = operation.path == "/v1/mechanisms/{mechanism}"
            || operation.path.starts_with("/v1/mechanisms/{");
        if operation.path.starts_with("/v1/participant-lists/") {
            // Nobody has read a list yet.
            let path = path_of(&service, &operation).await;
            let answer = service.get(&format!("{path}?q=a")).await;
            let answer = match answer.status {
                422 => service.get(&path).await,
                _ => answer,
            };
            assert_eq!(answer.status, 404, "{path}");
            expect_documented(&document, &operation, &answer);
            continue;
        }
        if empty {
            // The demo has none; that it is not there is documented as well.
            let answer = service
                .get("/v1/mechanisms/01900000-0000-7000-8000-000000000000")
                .await;
            assert_eq!(answer.status, 404);
            expect_documented(&document, &operation, &answer);
            continue;
        }
        let path = path_of(&service, &operation).await;
        let answer = match body_for(&operation) {
            Some(body) => service.post(&path, &body).await,
            None => service.send(&operation.method, &path, None, b"").await,
        };
        // Of some things the demo has none; that it is not there is documented as well.
        if answer.status == 404 && path.contains(NOTHING) {
            expect_documented(&document, &operation, &answer);
            continue;
        }
        assert_eq!(
            answer.status,
            200,
            "{} {path}: {}",
            operation.method,
            answer.text()
        );
        if answer.media_type() == "application/json" && operation.path != "/openapi.json" {
            expect_documented(&document, &operation, &answer);
        }
        if operation.method == "POST" {
            let refused = service
                .send("POST", &path, Some("application/json"), b"{}")
                .await;
            expect_documented(&document, &operation, &refused);
            let refused = service
                .send("POST", &path, Some("application/json"), b"{")
                .await;
            expect_documented(&document, &operation, &refused);
            let refused = service.send("POST", &path, Some("text/plain"), b"{}").await;
            expect_documented(&document, &operation, &refused);
        } else {
            let refused = service.get(&format!("{path}?colour=blue")).await;
            // What is no question of the register looks at no parameter.
            let looks = operation.path.starts_with("/v1/");
            assert_eq!(refused.status == 422, looks, "{path}: {}", refused.status);
            if looks {
                expect_documented(&document, &operation, &refused);
            }
        }
    }
}
