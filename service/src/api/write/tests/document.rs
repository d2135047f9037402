//! What the document says of writes.

use serde_json::{Value, json};

use super::service;
use crate::api::spec;

/// The document of the test's resource.
pub(in crate::api) fn document() -> Value {
    spec::build(&service().spec())
}

fn names<'a>(operation: &'a Value, place: &str) -> Vec<&'a str> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let named = parameters.filter(|parameter| parameter["in"] == place);
    named
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect()
}

#[test]
fn the_document_says_what_a_write_takes_and_answers() {
    let document = document();
    let create = &document["paths"]["/v1/vessels"]["post"];
    let change = &document["paths"]["/v1/vessels/{id}"]["patch"];
    let launch = &document["paths"]["/v1/vessels/{id}/launch"]["post"];
    assert_eq!(
        names(create, "header"),
        ["x-change-reason", "idempotency-key"]
    );
    for operation in [change, launch] {
        assert_eq!(names(operation, "header"), ["x-change-reason", "if-match"]);
    }
    for operation in [create, change, launch] {
        assert_eq!(names(operation, "query"), ["dry_run"]);
        assert_eq!(operation["security"], json!([{"bearer": []}]));
        for header in ["x-registry-revision", "x-request-id"] {
            assert!(operation["responses"]["200"]["headers"][header].is_object());
        }
    }
    let statuses = |operation: &Value| -> Vec<u16> {
        let responses = operation["responses"].as_object().unwrap();
        responses
            .keys()
            .map(|status| status.parse().unwrap())
            .collect()
    };
    let body = [400, 408, 413, 415];
    for (operation, expected) in [
        (
            create,
            vec![200, 201, 202, 401, 403, 405, 409, 422, 429, 500, 503],
        ),
        (
            change,
            vec![
                200, 202, 401, 403, 404, 405, 409, 412, 422, 428, 429, 500, 503,
            ],
        ),
        (
            launch,
            vec![
                200, 202, 401, 403, 404, 405, 409, 412, 422, 428, 429, 500, 503,
            ],
        ),
    ] {
        let mut expected = expected;
        if operation["requestBody"].is_object() {
            expected.extend(body);
            expected.sort_unstable();
        }
        assert_eq!(
            statuses(operation),
            expected,
            "{}",
            operation["operationId"]
        );
    }
    let created = &create["responses"]["201"];
    for header in [
        "location",
        "etag",
        "x-registry-revision",
        "idempotency-replayed",
    ] {
        assert!(created["headers"][header].is_object(), "{header}");
    }
    let schema = "/content/application~1json/schema/$ref";
    let component = |name: &str| Some(Value::from(format!("#/components/schemas/{name}")));
    assert_eq!(created.pointer(schema).cloned(), component("Vessel"));
    let tried = &create["responses"]["200"];
    assert_eq!(tried.pointer(schema).cloned(), component("VesselImpact"));
    let changed = &change["responses"]["200"];
    assert_eq!(
        changed.pointer(schema).cloned(),
        component("VesselOrVesselImpact")
    );
    let told = |operation: &Value, status: &str, code: &str| {
        let about = operation["responses"][status]["description"]
            .as_str()
            .unwrap();
        assert!(about.contains(&format!("(`{code}`)")), "{status}: {about}");
    };
    told(create, "422", "invalid_request");
    told(create, "422", "idempotency_key_reused");
    told(launch, "409", "gate_denied");
    told(change, "409", "too_many_proposals");
    let proposed = &change["responses"]["202"];
    assert_eq!(proposed.pointer(schema).cloned(), component("Proposal"));
    assert!(proposed["headers"]["location"].is_object());
    told(change, "409", "wrong_stage");
    told(change, "503", "outcome_unknown");
    assert!(change["responses"]["412"]["headers"]["etag"].is_object());
    assert_eq!(change["responses"]["304"], Value::Null);
}

#[test]
fn a_patch_has_a_schema_of_its_own_without_required_fields() {
    let document = document();
    let content = &document["paths"]["/v1/vessels/{id}"]["patch"]["requestBody"]["content"];
    let schemas = &document["components"]["schemas"];
    for media_type in ["application/json", "application/merge-patch+json"] {
        let schema = &content[media_type]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/VesselPatch", "{media_type}");
    }
    let patch = &schemas["VesselPatch"];
    assert_eq!(patch["required"], Value::Null);
    assert_eq!(patch["additionalProperties"], false);
    let whole = schemas["NewVessel"]["properties"].as_object().unwrap();
    let properties = patch["properties"].as_object().unwrap();
    assert!(whole.keys().eq(properties.keys()));
    assert_eq!(properties["slug"]["nullable"], Value::Null);
    assert_eq!(properties["crew"]["nullable"], true);
    let reference = |field: &str| properties[field]["$ref"].as_str().unwrap();
    assert_eq!(reference("country"), "#/components/schemas/CountryOrNull");
    assert_eq!(schemas["CountryOrNull"]["nullable"], true);
    assert_eq!(
        schemas["CountryOrNull"]["pattern"],
        schemas["Country"]["pattern"]
    );
    assert_eq!(reference("role"), "#/components/schemas/RoleOrNull");
    let roles = schemas["RoleOrNull"]["enum"].as_array().unwrap();
    assert!(roles.contains(&Value::Null) && roles.contains(&json!("controller")));
    assert_eq!(
        reference("category"),
        "#/components/schemas/DataCategoryOrNull"
    );
    let growing = &schemas["DataCategoryOrNull"]["x-extensible-enum"];
    assert_eq!(*growing, schemas["DataCategory"]["x-extensible-enum"]);
    assert!(growing.is_array());
}
