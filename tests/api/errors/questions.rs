//! Questions with something wrong in them.

use serde_json::{Value, json};

/// A good question, with one field replaced or added.
pub(super) fn with(field: &str, value: Value) -> Value {
    let mut question = json!({
        "exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"], "as_of": "2019-06-01",
    });
    question[field] = value;
    question
}

/// A good question without one field.
fn without(field: &str) -> Value {
    let mut question = with("hr_data", json!(false));
    question.as_object_mut().unwrap().remove(field);
    question
}

/// What is wrong, a question with it, and the field that must be named.
pub(super) type Malformed = (&'static str, Value, &'static str);

/// Everything that can be wrong with one field.
#[expect(clippy::too_many_lines, reason = "a table, one row for each fault")]
pub(super) fn malformed() -> Vec<Malformed> {
    vec![
        ("an unknown key", with("colour", json!("blue")), "/colour"),
        (
            "a key in another case",
            with("Exporter", json!("qcontact-ltd")),
            "/Exporter",
        ),
        ("a key with a slash", with("a/b~c", json!(1)), "/a~1b~0c"),
        ("no exporter", without("exporter"), "/exporter"),
        ("no importer", without("importer"), "/importer"),
        (
            "no data subjects",
            without("data_subjects"),
            "/data_subjects",
        ),
        (
            "an empty list of countries",
            with("data_subjects", json!([])),
            "/data_subjects",
        ),
        (
            "a number for a string",
            with("exporter", json!(7)),
            "/exporter",
        ),
        (
            "a truth for a string",
            with("importer", json!(true)),
            "/importer",
        ),
        (
            "null for a string",
            with("exporter", json!(null)),
            "/exporter",
        ),
        (
            "null for an optional day",
            with("as_of", json!(null)),
            "/as_of",
        ),
        (
            "null for an optional list",
            with("onward", json!(null)),
            "/onward",
        ),
        (
            "a string for a list",
            with("data_subjects", json!("DE")),
            "/data_subjects",
        ),
        (
            "a number in a list",
            with("data_subjects", json!(["DE", 276])),
            "/data_subjects/1",
        ),
        (
            "an object for a string",
            with("exporter", json!({"slug": "qcontact-ltd"})),
            "/exporter",
        ),
        (
            "a string for a truth",
            with("hr_data", json!("false")),
            "/hr_data",
        ),
        (
            "a number for a truth",
            with("hr_data", json!(0)),
            "/hr_data",
        ),
        (
            "a string for a number",
            with("at_least_revision", json!("1")),
            "/at_least_revision",
        ),
        (
            "a fraction for a number",
            with("at_least_revision", json!(1.5)),
            "/at_least_revision",
        ),
        (
            "a negative revision",
            with("at_least_revision", json!(-1)),
            "/at_least_revision",
        ),
        (
            "a lower-case country",
            with("data_subjects", json!(["de"])),
            "/data_subjects/0",
        ),
        (
            "an unknown country",
            with("data_subjects", json!(["DE", "XX"])),
            "/data_subjects/1",
        ),
        (
            "the union as a country",
            with("data_subjects", json!(["EU"])),
            "/data_subjects/0",
        ),
        (
            "UK for GB",
            with("data_subjects", json!(["UK"])),
            "/data_subjects/0",
        ),
        (
            "a country of three letters",
            with("data_subjects", json!(["DEU"])),
            "/data_subjects/0",
        ),
        (
            "an empty country",
            with("data_subjects", json!([""])),
            "/data_subjects/0",
        ),
        (
            "a country with a space",
            with("data_subjects", json!(["DE "])),
            "/data_subjects/0",
        ),
        ("a loose day", with("as_of", json!("2023-2-3")), "/as_of"),
        (
            "a day with a sign",
            with("as_of", json!("+12023-02-03")),
            "/as_of",
        ),
        (
            "a day that is none",
            with("as_of", json!("2023-02-29")),
            "/as_of",
        ),
        (
            "an instant for a day",
            with("as_of", json!("2023-02-03T00:00:00Z")),
            "/as_of",
        ),
        (
            "a day with a space",
            with("as_of", json!(" 2023-02-03")),
            "/as_of",
        ),
        (
            "a day as a number",
            with("as_of", json!(20_230_203)),
            "/as_of",
        ),
        (
            "a day in other digits",
            with("as_of", json!("２０２３-02-03")),
            "/as_of",
        ),
        (
            "a day for an instant",
            with("known_at", json!("2023-02-03")),
            "/known_at",
        ),
        (
            "an instant without a zone",
            with("known_at", json!("2023-02-03T00:00:00")),
            "/known_at",
        ),
        (
            "an unknown category",
            with("data_categories", json!(["shoe_size"])),
            "/data_categories/0",
        ),
        (
            "a category in another case",
            with("data_categories", json!(["Contact"])),
            "/data_categories/0",
        ),
        (
            "an unknown role",
            with("exporter_role", json!("owner")),
            "/exporter_role",
        ),
        (
            "a number for a role",
            with("importer_role", json!(1)),
            "/importer_role",
        ),
        (
            "NUL in a name",
            with("exporter", json!("qcontact\u{0}ltd")),
            "/exporter",
        ),
        (
            "NUL in a list",
            with("onward", json!(["castillo-ltd\u{0}"])),
            "/onward/0",
        ),
        (
            "NUL in a purpose",
            with("purpose", json!("\u{0}")),
            "/purpose",
        ),
        ("an empty name", with("exporter", json!("")), "/exporter"),
        (
            "a name without end",
            with("importer", json!("x".repeat(5_000))),
            "/importer",
        ),
    ]
}
