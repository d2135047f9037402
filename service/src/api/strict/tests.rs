//! What is taken, what is refused, and that both ways of reading agree.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::{Value, json};
use transfer_decision::vocabulary::DataCategory;

use super::*;
use crate::api::{
    codes::Code,
    v1::transfer_checks::{TransferCheckBatchInput, TransferCheckInput},
    values::{CountryCode, Day, PlaceCode, Purpose},
};

fn good() -> Value {
    json!({
        "exporter": "a", "importer": "b", "onward": ["c"], "data_subjects": ["DE", "CH"],
        "data_categories": ["contact"], "hr_data": false, "purpose": "customer_support",
        "exporter_role": "controller", "importer_role": "processor", "as_of": "2019-06-01",
        "at_least_revision": 3,
    })
}

fn with(field: &str, value: Value) -> String {
    let mut question = good();
    question[field] = value;
    question.to_string()
}

fn refusal(body: &str) -> Refusal {
    parse::<TransferCheckInput>(body.as_bytes()).unwrap_err()
}

fn value_of(body: &str) -> Value {
    super::value(body.as_bytes()).unwrap()
}

fn found(refusal: &Refusal) -> Vec<(&str, ViolationCode)> {
    refusal
        .violations()
        .iter()
        .map(|violation| (violation.pointer.as_str(), violation.code))
        .collect()
}

#[test]
fn a_good_question_is_taken_whole_or_with_its_required_fields_alone() {
    assert!(parse::<TransferCheckInput>(good().to_string().as_bytes()).is_ok());
    assert!(parse::<TransferCheckInput>(with("data_categories", json!([])).as_bytes()).is_ok());
    let short = r#"{"exporter": "a", "importer": "b", "data_subjects": ["DE"]}"#;
    assert!(parse::<TransferCheckInput>(short.as_bytes()).is_ok());
}

#[test]
fn a_duplicate_key_is_refused_by_its_place() {
    for (body, pointers) in [
        (r#"{"exporter": "a", "exporter": "b"}"#, vec!["/exporter"]),
        (
            r#"{"\u0065xporter": "a", "exporter": "b"}"#,
            vec!["/exporter"],
        ),
        (r#"{"x": {"y": 1, "y": 2}, "x": 1}"#, vec!["/x/y", "/x"]),
        (r#"[{"a": 1}, {"a/b": 1, "a/b": 1}]"#, vec!["/1/a~1b"]),
    ] {
        let refusal = refusal(body);
        assert!(matches!(refusal, Refusal::Malformed(_)), "{body}");
        let expected: Vec<_> = pointers
            .iter()
            .map(|at| (*at, ViolationCode::DuplicateKey))
            .collect();
        assert_eq!(found(&refusal), expected, "{body}");
    }
}

#[test]
fn what_is_no_json_is_malformed() {
    for body in [
        "",
        "{",
        "{} {}",
        "{'a': 1}",
        "[1,]",
        "NaN",
        "\"\\ud800\"",
        "1e999",
        "\u{feff}{}",
    ] {
        let refusal = refusal(body);
        assert!(
            matches!(refusal, Refusal::Malformed(_)),
            "{body}: {refusal:?}"
        );
    }
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert!(matches!(refusal(&deep), Refusal::Malformed(_)));
    let no_text = parse::<TransferCheckInput>(b"{\"exporter\": \"\xff\"}").unwrap_err();
    assert!(matches!(no_text, Refusal::Malformed(_)));
}

/// A field, its value, the place that is named, and what is wrong there.
const WRONG: &str = r#"
colour            | "blue"                      | /colour            | unknown_field
exporter          | 7                           | /exporter          | wrong_type
exporter          | true                        | /exporter          | wrong_type
exporter          | null                        | /exporter          | wrong_type
exporter          | ""                          | /exporter          | too_short
exporter          | "a\u0000b"                  | /exporter          | control_character
importer          | "a\u0085b"                  | /importer          | control_character
importer          | "a\u202eb"                  | /importer          | control_character
onward            | null                        | /onward            | wrong_type
onward            | ["a\n"]                     | /onward/0          | control_character
data_subjects     | []                          | /data_subjects     | too_few_items
data_subjects     | "DE"                        | /data_subjects     | wrong_type
data_subjects     | ["DE", "de"]                | /data_subjects/1   | unknown_country
data_subjects     | ["XX"]                      | /data_subjects/0   | unknown_country
data_subjects     | [276]                       | /data_subjects/0   | wrong_type
data_categories   | ["shoe_size"]               | /data_categories/0 | unknown_code
hr_data           | "false"                     | /hr_data           | wrong_type
hr_data           | 0                           | /hr_data           | wrong_type
purpose           | "Customer Support"          | /purpose           | bad_value
exporter_role     | "owner"                     | /exporter_role     | unknown_code
as_of             | "2023-2-3"                  | /as_of             | bad_day
as_of             | "+12023-02-03"              | /as_of             | bad_day
as_of             | "2023-02-29"                | /as_of             | bad_day
as_of             | "1999-12-31"                | /as_of             | day_too_early
as_of             | 20230203                    | /as_of             | wrong_type
known_at          | "2026-11-21T12:00:00+01:00" | /known_at          | bad_instant
known_at          | "2026-11-21"                | /known_at          | bad_instant
known_at          | "2026-06-30T23:59:60Z"      | /known_at          | bad_instant
at_least_revision | -1                          | /at_least_revision | out_of_range
at_least_revision | 1.5                         | /at_least_revision | wrong_type
at_least_revision | 3.0                         | /at_least_revision | wrong_type
at_least_revision | 18446744073709551615        | /at_least_revision | out_of_range
"#;

#[test]
fn every_wrong_field_is_refused_by_its_place_and_kind() {
    for row in WRONG.trim().lines() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [field, value, pointer, code] = cells[..] else {
            unreachable!("{row}")
        };
        let refusal = refusal(&with(field, serde_json::from_str(value).unwrap()));
        assert!(matches!(refusal, Refusal::Invalid(_)), "{row}");
        let found: Vec<_> = found(&refusal)
            .into_iter()
            .map(|(at, code)| (at, code.code()))
            .collect();
        assert_eq!(found, [(pointer, code)], "{row}");
    }
    for (field, value, code) in [
        ("exporter", json!("x".repeat(201)), ViolationCode::TooLong),
        ("onward", json!(vec!["a"; 21]), ViolationCode::TooManyItems),
    ] {
        let refusal = refusal(&with(field, value));
        assert_eq!(found(&refusal), [(format!("/{field}").as_str(), code)]);
    }
}

#[test]
fn everything_wrong_is_said_at_once_and_in_order() {
    use ViolationCode as Code;
    let body = json!({
        "exporter": 7, "data_subjects": ["DE", "xx", 3], "as_of": "2023-2-3", "x/y": 1, "onward": ["\u{0}"],
    });
    let refusal = refusal(&body.to_string());
    assert_eq!(
        found(&refusal),
        [
            ("/as_of", Code::BadDay),
            ("/data_subjects/1", Code::UnknownCountry),
            ("/data_subjects/2", Code::WrongType),
            ("/exporter", Code::WrongType),
            ("/importer", Code::MissingField),
            ("/onward/0", Code::ControlCharacter),
            ("/x~1y", Code::UnknownField),
        ]
    );
}

#[test]
fn a_batch_names_the_check_and_the_field() {
    let mut loose = good();
    loose["as_of"] = json!("2020-7-15");
    let body = json!({"checks": [good(), loose, {}]});
    let refusal = parse::<TransferCheckBatchInput>(body.to_string().as_bytes()).unwrap_err();
    let pointers: Vec<_> = found(&refusal).into_iter().map(|(at, _)| at).collect();
    assert_eq!(
        pointers,
        [
            "/checks/1/as_of",
            "/checks/2/data_subjects",
            "/checks/2/exporter",
            "/checks/2/importer"
        ]
    );
    for checks in [0, 1001] {
        let body = json!({"checks": vec![good(); checks]});
        let refusal = parse::<TransferCheckBatchInput>(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(found(&refusal)[0].0, "/checks", "{checks}");
    }
}

#[test]
fn a_refusal_never_repeats_what_was_sent() {
    for (field, value) in [
        ("exporter", json!("secret\u{0}")),
        ("as_of", json!("secret")),
        ("purpose", json!("secret SECRET")),
        ("exporter_role", json!("secret")),
        ("data_subjects", json!(["secret"])),
        ("hr_data", json!("secret")),
    ] {
        let said = format!("{:?}", refusal(&with(field, value)));
        assert!(!said.contains("secret"), "{said}");
    }
}

/// The fast way and the slow way must take and refuse the same: what the schema promises is held.
#[test]
fn both_ways_of_reading_agree_on_every_value_of_every_field() {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(7),
        json!(1e300),
        json!(""),
        json!("a"),
        json!("DE"),
        json!("de"),
        json!("EU"),
        json!("contact"),
        json!("controller"),
        json!("2019-06-01"),
        json!("2019-6-1"),
        json!("1999-12-31"),
        json!("2026-11-21T12:00:00Z"),
        json!("a\u{7f}"),
        json!("x".repeat(200)),
        json!("é".repeat(200)),
        json!("é".repeat(201)),
        json!([]),
        json!(["a"]),
        json!(["DE"]),
        json!(["DE", "DE"]),
        json!(["de"]),
        json!(["contact"]),
        json!([1]),
        json!([[]]),
        json!({}),
        json!({"a": 1}),
        json!(vec!["a"; 20]),
        json!(vec!["a"; 21]),
        json!(9_007_199_254_740_991_u64),
        json!(9_007_199_254_740_992_u64),
        json!(u64::MAX),
    ];
    let fields: Vec<String> = good()
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .chain(["known_at".to_owned(), "x".to_owned()])
        .collect();
    let mut taken = 0;
    for field in &fields {
        for value in &values {
            let body = with(field, value.clone());
            let fast =
                serde_json::from_str::<TransferCheckInput>(&body).is_ok_and(|read| read.fits());
            let slow = wrong::<TransferCheckInput>(&value_of(&body)).is_empty();
            assert_eq!(fast, slow, "{field}: {value}");
            taken += usize::from(fast);
        }
    }
    assert!(
        taken > 20,
        "the values reach what is taken as well: {taken}"
    );
}

/// A few dozen kilobytes that used to become an answer of hundreds of megabytes.
#[test]
fn what_is_wrong_with_a_body_is_said_in_a_bounded_answer() {
    let long = "k".repeat(30_000);
    let bad = |item: &str, times: usize| vec![item; times].join(",");
    for body in [
        format!(r#"{{"{long}": [{}]}}"#, bad(r#""\u0001""#, 3_800)),
        format!(r#"{{"{long}": {{{}}}}}"#, bad(r#""":0"#, 6_700)),
        format!(r#"{{"data_subjects": [{}]}}"#, bad(r#""""#, 20_000)),
        format!(r#"{{"data_categories": [{}]}}"#, bad("0", 20_000)),
        format!("{{{}}}", bad(r#""a":0"#, 10_000)),
    ] {
        let refusal = refusal(&body);
        let listed = refusal.violations();
        assert!(
            !listed.is_empty() && listed.len() <= 100,
            "{}",
            listed.len()
        );
        let said: usize = listed
            .iter()
            .map(|v| v.pointer.len() + v.message.len())
            .sum();
        assert!(said < 64 << 10, "{said}");
    }
    let checks = format!(r#"{{"checks": [{}]}}"#, bad("{}", 300_000));
    let refusal = parse::<TransferCheckBatchInput>(checks.as_bytes()).unwrap_err();
    let listed = found(&refusal);
    assert!(listed.contains(&("/checks", ViolationCode::TooManyItems)));
    assert!(listed.len() <= 100, "{}", listed.len());
}

/// What a write may give, with a rule of each kind.
#[derive(Debug, Clone, PartialEq, poem_openapi::Object, Serialize, Deserialize)]
struct NewThing {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 5))]
    name: String,
    /// What it is called in a code.
    purpose: Option<Purpose>,
    /// Where it is.
    place: Option<PlaceCode>,
    /// Where it comes from.
    country: Option<CountryCode>,
    /// What it is.
    category: Option<Code<DataCategory>>,
    /// Since when.
    since: Option<Day>,
    /// How many.
    count: Option<u32>,
    /// What it is made of.
    #[oai(validator(max_items = 2))]
    parts: Option<Vec<Part>>,
    /// What it refers to.
    refers_to: Option<uuid::Uuid>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, poem_openapi::Object, Serialize, Deserialize)]
struct Part {
    /// What it is.
    category: Code<DataCategory>,
}

impl Input for NewThing {}

/// Fields beside a good name, and what is wrong with them.
const WRONG_THINGS: &str = r#"
"colour": "blue"                            | /colour           | unknown_field
"name": "abcdef"                            | /name             | too_long
"name": ""                                  | /name             | too_short
"name": null                                | /name             | wrong_type
"name": 7                                   | /name             | wrong_type
"name": "a\u0000"                           | /name             | control_character
"name": "a\u2066b"                          | /name             | control_character
"purpose": "Not a code"                     | /purpose          | bad_value
"purpose": "a\n"                            | /purpose          | control_character
"purpose": null                             | /purpose          | wrong_type
"place": "XX"                               | /place            | unknown_country
"place": "xx"                               | /place            | unknown_country
"country": "EU"                             | /country          | unknown_country
"category": "shoe_size"                     | /category         | unknown_code
"category": 1                               | /category         | wrong_type
"since": "1999-02-29"                       | /since            | bad_day      
"since": "2020-2-3"                         | /since            | bad_day
"count": 3.0                                | /count            | wrong_type
"count": -1                                 | /count            | out_of_range
"count": "3"                                | /count            | wrong_type
"parts": [{"category": "contact"}, {}]      | /parts/1/category | missing_field
"parts": [{"category": "x"}]                | /parts/0/category | unknown_code
"parts": [{"category": "contact", "a/b": 1}] | /parts/0/a~1b    | unknown_field
"parts": [1]                                | /parts/0          | wrong_type
"parts": {}                                 | /parts            | wrong_type
"refers_to": "0190"                         | /refers_to        | bad_value
"#;

#[test]
fn the_schema_of_a_write_is_its_rule_without_another_line() {
    let read = |body: &str| parse::<NewThing>(body.as_bytes());
    for row in WRONG_THINGS.trim().lines() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [fields, pointer, code] = cells[..] else {
            unreachable!("{row}")
        };
        let name = if fields.contains("\"name\"") {
            ""
        } else {
            r#""name": "a", "#
        };
        let refusal = read(&format!("{{{name}{fields}}}")).unwrap_err();
        let found: Vec<_> = found(&refusal)
            .into_iter()
            .map(|(at, code)| (at, code.code()))
            .collect();
        assert_eq!(found, [(pointer, code)], "{row}");
    }
    let three = r#"{"name": "a", "parts": [{"category": "contact"}, {"category": "usage"}, {"category": "usage"}]}"#;
    let refusal = read(three).unwrap_err();
    assert_eq!(found(&refusal), [("/parts", ViolationCode::TooManyItems)]);
    assert!(matches!(
        read(r#"{"name": "a", "name": "b"}"#),
        Err(Refusal::Malformed(_))
    ));
    assert!(matches!(read("{"), Err(Refusal::Malformed(_))));
    assert_eq!(
        found(&read("[]").unwrap_err()),
        [("", ViolationCode::WrongType)]
    );
}

#[test]
fn what_a_write_gives_is_read_whole() {
    let body = r#"{"name": "a\n\tb", "place": "EEA", "country": "DE", "category": "contact",
        "since": "2000-01-01", "count": 0, "parts": [{"category": "usage"}],
        "refers_to": "01900000-0000-7000-8000-000000000000"}"#;
    let read = parse::<NewThing>(body.as_bytes()).unwrap();
    assert_eq!(read.name, "a\n\tb");
    assert_eq!(read.purpose, None);
    assert_eq!(read.parts.as_ref().map(Vec::len), Some(1));
    let written: Value = serde_json::to_value(&read).unwrap();
    assert_eq!(written["country"], "DE");
}

#[test]
fn bodies_are_held_against_what_the_document_shows() {
    let document: Value = serde_json::from_str(crate::api::spec::document()).unwrap();
    let mut held = crate::api::spec::components::<TransferCheckInput>();
    let batch = crate::api::spec::components::<TransferCheckBatchInput>();
    for (name, schema) in batch["schemas"].as_object().unwrap() {
        held["schemas"][name] = schema.clone();
    }
    let held = held["schemas"].as_object().unwrap();
    assert!(held.contains_key("TransferCheckBatchInput") && held.contains_key("Country"));
    for (name, schema) in held {
        assert_eq!(*schema, document["components"]["schemas"][name], "{name}");
    }
}
