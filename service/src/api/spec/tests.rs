//! The document is clean, and the committed one is this one.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

/// The API's document, and that of a resource with writes of every kind.
fn documents() -> [Value; 2] {
    [
        DOCUMENT.clone(),
        crate::api::write::tests::document::document(),
    ]
}

/// Calls `look` with every object of the document and its place.
fn each_object(part: &Value, place: &str, look: &mut impl FnMut(&str, &Map<String, Value>)) {
    match part {
        Value::Object(fields) => {
            look(place, fields);
            for (name, field) in fields {
                if name != "example" {
                    each_object(field, &format!("{place}/{name}"), look);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                each_object(item, &format!("{place}/{at}"), look);
            }
        }
        _ => {}
    }
}

#[test]
fn the_committed_document_is_the_running_codes() {
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    let committed = std::fs::read_to_string(committed).unwrap();
    assert!(
        committed == document(),
        "openapi/openapi.json differs: cargo run -- openapi > openapi/openapi.json"
    );
}

#[test]
fn every_format_is_a_standard_one() {
    let standard = [
        "uuid",
        "date",
        "date-time",
        "int32",
        "int64",
        "uri",
        "binary",
    ];
    for document in documents() {
        each_object(&document, "", &mut |place, fields| {
            if let Some(format) = fields.get("format").and_then(Value::as_str) {
                assert!(standard.contains(&format), "{place}: {format}");
            }
        });
    }
}

#[test]
fn media_types_have_no_parameters_and_references_no_wrappers() {
    for document in documents() {
        // The one choice: what a change answers, or its dry run.
        let choice = |place: &str| {
            let name = place.strip_prefix("/components/schemas/");
            name.is_some_and(|name| name.contains("Or") && !name.contains('/'))
        };
        each_object(&document, "", &mut |place, fields| {
            for wrapper in ["allOf", "anyOf", "oneOf"] {
                let known = wrapper == "oneOf" && choice(place);
                assert!(known || !fields.contains_key(wrapper), "{place}: {wrapper}");
            }
            if let Some(content) = fields.get("content").and_then(Value::as_object) {
                for media_type in content.keys() {
                    assert!(!media_type.contains(';'), "{place}: {media_type}");
                }
            }
        });
    }
}

#[test]
fn only_valid_until_and_what_a_patch_clears_may_be_null() {
    for document in documents() {
        each_object(&document, "", &mut |place, fields| {
            if fields.contains_key("nullable") {
                let place = place.strip_prefix("/components/schemas/").unwrap();
                let (component, _) = place.split_once('/').unwrap_or((place, ""));
                let cleared = component.ends_with("Patch") || component.ends_with("OrNull");
                assert!(
                    cleared || place == "TransferCheck/properties/valid_until",
                    "{place}"
                );
            }
        });
    }
    let required = &DOCUMENT["components"]["schemas"]["TransferCheck"]["required"];
    assert!(required.as_array().unwrap().contains(&"valid_until".into()));
}

#[test]
fn every_operation_has_its_own_id_and_says_what_it_does() {
    let mut ids = BTreeSet::new();
    for operation in operations(&DOCUMENT) {
        let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
        let id = text("operationId");
        assert!(
            id.chars()
                .next()
                .is_some_and(|first| first.is_ascii_lowercase()),
            "{id}"
        );
        assert!(id.chars().all(|c| c.is_ascii_alphabetic()), "{id}");
        assert!(ids.insert(id.clone()), "{id} stands twice");
        assert!(
            text("summary").len() > 5 && text("description").len() > 10,
            "{id}"
        );
        assert!(operation["security"].is_array(), "{id} asks for no token");
        for status in ["200", "401", "405", "422", "500"] {
            let response = &operation["responses"][status];
            assert!(
                response["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{id} {status}"
            );
            let media_type = if status == "200" {
                "application/json"
            } else {
                "application/problem+json"
            };
            assert!(response["content"][media_type].is_object(), "{id} {status}");
        }
    }
    assert!(ids.contains("checkTransfer") && ids.contains("checkTransfers"));
}

#[test]
fn whoever_asks_may_be_told_to_ask_again_and_of_one_object_that_it_has_not_changed() {
    for operation in operations(&DOCUMENT) {
        // Whether the register is the newest may not be known for a while.
        let unavailable = &operation["responses"]["503"];
        assert!(
            unavailable["headers"]["retry-after"].is_object(),
            "{operation}"
        );
    }
    let newest = &DOCUMENT["paths"]["/v1/ledger/checkpoint"]["get"]["responses"];
    assert!(newest["404"].is_object());
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        let Some(get) = methods.get("get") else {
            continue;
        };
        let asked = get["parameters"].as_array().into_iter().flatten();
        let listed = asked.clone().any(|one| one["name"] == "limit");
        let one = path.contains('{') && !listed;
        assert_eq!(get["responses"]["304"].is_object(), one, "{path}");
        assert_eq!(
            asked.filter(|one| one["name"] == "if-none-match").count(),
            usize::from(one),
            "{path}"
        );
    }
    let attributes = &DOCUMENT["components"]["schemas"]["Organisation"]["properties"]["attributes"];
    assert_eq!(
        attributes["$ref"],
        "#/components/schemas/OrganisationAttributes"
    );
}

#[test]
fn every_field_and_parameter_is_described() {
    for document in documents() {
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (name, schema) in schemas {
            assert!(schema["description"].is_string(), "{name}");
            for (field, property) in schema["properties"].as_object().into_iter().flatten() {
                let described = property["description"].is_string() || property["$ref"].is_string();
                assert!(described, "{name}.{field}");
            }
        }
        for operation in operations(&document) {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{parameter}");
            }
        }
    }
}

#[test]
fn requests_are_closed_and_answers_open() {
    let inputs = inputs(&DOCUMENT);
    assert!(inputs.contains("TransferCheckInput") && inputs.contains("TransferCheckBatchInput"));
    for document in documents() {
        let inputs = super::inputs(&document);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let closed = schema["additionalProperties"] == false;
            // A map from names to values says itself what it takes.
            let object = schema["type"] == "object" && !schema["additionalProperties"].is_object();
            assert_eq!(closed, object && inputs.contains(name), "{name}");
        }
    }
}

#[test]
fn vocabularies_stand_in_the_document_as_the_core_has_them() {
    use transfer_decision::vocabulary::{ReasonCode, Regime};
    let schemas = &DOCUMENT["components"]["schemas"];
    let regimes: Vec<&str> = Regime::ALL.iter().map(|regime| regime.code()).collect();
    assert_eq!(schemas["Regime"]["enum"], serde_json::json!(regimes));
    for (name, codes) in codes::growing() {
        assert_eq!(schemas[name]["x-extensible-enum"], serde_json::json!(codes));
        assert!(schemas[name].get("enum").is_none(), "{name} may grow");
    }
    for growing in ["DataCategory", "AdequacyConditionKind"] {
        assert!(
            schemas[growing]["x-extensible-enum"].is_array(),
            "{growing}"
        );
    }
    let reasons: Vec<&str> = ReasonCode::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(
        schemas["ReasonCode"]["x-extensible-enum"],
        serde_json::json!(reasons)
    );
}
