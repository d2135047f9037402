//! Reading is strict: each fault names file, row and field, and all are found at once.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot read its own data must stop"
)]

use transfer_decision::vocabulary::Place;

use super::read::demo;
use crate::Fault;

const SHARED: &str = r#"
[[third_party]]
slug = "carrier"
legal_name = "Carrier"
seat = "US"
on_public_list = true
source = "001_a.txt §1, 2019-06-01: “Carrier”"

[[third_party.certification]]
framework = "eu-us-dpf"
valid_from = "2023-09-01"
covers_hr = false
source = "demo, fictitious"
"#;

const GROUP: &str = r#"
[notice]
file = "001_a.txt"
date = "2019-06-01"
facts_from = "2019-06-01"

[group]
slug = "acme"
name = "Acme"
source = "001_a.txt §1, 2019-06-01"

[[company]]
slug = "acme-ltd"
legal_name = "Acme Ltd"
seat = "GB"
attributes = { subject_to_gdpr = true }
source = "001_a.txt §1, 2019-06-01"

[[third_party]]
slug = "acme-customers"
legal_name = "Customers of Acme"
seat = "unknown"
on_public_list = false
source = "001_a.txt §2, 2019-06-01"

[[subprocessor]]
organisation = "carrier"
service = "Carriage"
purpose = "website_analytics"
data_categories = ["contact", "usage"]
source = "001_a.txt §3, 2019-06-01"

[[subprocessor.location]]
place = "EU"
activity = "storage"

[[flow]]
exporter = "acme-customers"
importer = "acme-ltd"
exporter_role = "controller"
source = "001_a.txt §2, 2019-06-01"

[[processing_activity]]
name = "Marketing"
purpose = "marketing"
legal_bases = ["consent: where you opted in"]
source = "001_a.txt §4, 2019-06-01"
"#;

/// The faults of the group's file with one text in place of another.
fn faults_with(from: &str, to: &str) -> Vec<Fault> {
    assert!(GROUP.contains(from), "`{from}` is not in the file");
    let group = GROUP.replace(from, to);
    let files = [
        ("register/third-parties.toml", SHARED),
        ("register/acme.toml", group.as_str()),
    ];
    demo(&files).expect_err("a fault").faults
}

/// The one fault of the group's file, as row and field, with what is wrong.
fn fault_with(from: &str, to: &str) -> (String, String, String) {
    let mut faults = faults_with(from, to);
    assert_eq!(faults.len(), 1, "{faults:?}");
    let fault = faults.pop().unwrap();
    assert_eq!(fault.file, "register/acme.toml");
    (fault.row, fault.field, fault.what)
}

fn shown(row: &str, field: &str, what: &str) -> (String, String, String) {
    (row.to_owned(), field.to_owned(), what.to_owned())
}

#[test]
fn files_without_a_fault_are_read_whole() {
    let files = [
        ("register/third-parties.toml", SHARED),
        ("register/acme.toml", GROUP),
    ];
    let demo = demo(&files).unwrap();
    let slugs: Vec<_> = demo.organisations.iter().map(|o| o.slug.as_str()).collect();
    assert_eq!(slugs, ["carrier", "acme-ltd", "acme-customers"]);
    let seats: Vec<_> = demo
        .organisations
        .iter()
        .map(|o| o.seat.map(Place::code))
        .collect();
    assert_eq!(seats, [Some("US"), Some("GB"), None]);
    let engagement = demo.subprocessors.first().unwrap();
    assert_eq!(engagement.effective_from.to_string(), "2019-06-01");
    assert_eq!(engagement.locations.len(), 1);
    assert_eq!(demo.flows.len(), 1);
    assert_eq!(demo.processing_activities.len(), 1);
}

#[test]
fn an_unknown_country_is_a_fault_and_never_unknown() {
    assert_eq!(
        fault_with(r#"seat = "GB""#, r#"seat = "UK""#),
        shown("acme-ltd", "company.seat", "unknown country `UK`")
    );
    assert_eq!(
        fault_with(r#"place = "EU""#, r#"place = "eu""#),
        shown(
            "carrier",
            "subprocessor.location.place",
            "unknown country `eu`"
        )
    );
}

#[test]
fn a_seat_left_out_is_a_fault() {
    let (row, field, what) = fault_with("seat = \"GB\"\n", "");
    assert_eq!((row.as_str(), field.as_str()), ("acme-ltd", "company"));
    assert!(what.contains("missing field `seat`"), "{what}");
}

#[test]
fn a_loose_day_is_a_fault() {
    assert_eq!(
        fault_with(r#"facts_from = "2019-06-01""#, r#"facts_from = "2019-6-1""#),
        shown(
            "001_a.txt",
            "notice.facts_from",
            "`2019-6-1` is not a day of the form YYYY-MM-DD"
        )
    );
}

#[test]
fn a_slug_that_nobody_has_is_a_fault() {
    assert_eq!(
        fault_with(r#"organisation = "carrier""#, r#"organisation = "courier""#),
        shown(
            "courier",
            "subprocessor.organisation",
            "`courier` is no organisation of the register"
        )
    );
    assert_eq!(
        fault_with(r#"importer = "acme-ltd""#, r#"importer = "acme""#),
        shown(
            "acme-customers",
            "flow.importer",
            "`acme` is no organisation of the register"
        )
    );
    assert_eq!(
        fault_with(
            r#"activity = "storage""#,
            "activity = \"storage\"\noperated_by = \"nobody\""
        ),
        shown(
            "carrier",
            "subprocessor.location.operated_by",
            "`nobody` is no organisation of the register"
        )
    );
}

#[test]
fn a_group_company_is_not_engaged_as_a_subprocessor() {
    let (_, field, what) = fault_with(
        r#"organisation = "carrier""#,
        r#"organisation = "acme-ltd""#,
    );
    assert_eq!(field, "subprocessor.organisation");
    assert_eq!(
        what,
        "`acme-ltd` is a company of a group, not a third party"
    );
}

#[test]
fn a_slug_that_stands_twice_is_a_fault() {
    assert_eq!(
        fault_with(
            "[[subprocessor]]",
            r#"[[third_party]]
slug = "carrier"
legal_name = "Another"
seat = "US"
on_public_list = true
source = "demo, a second one"

[[subprocessor]]"#
        ),
        shown(
            "carrier",
            "third_party.slug",
            "stands in register/third-parties.toml already"
        )
    );
}

#[test]
fn an_unknown_code_is_a_fault_whatever_its_vocabulary() {
    let codes = [
        (
            "\"usage\"",
            "\"usages\"",
            "carrier",
            "subprocessor.data_categories",
        ),
        (
            "\"usage\"",
            "\"contact\"",
            "carrier",
            "subprocessor.data_categories",
        ),
        (
            "\"storage\"",
            "\"stored\"",
            "carrier",
            "subprocessor.location.activity",
        ),
        (
            "\"controller\"",
            "\"Controller\"",
            "acme-customers",
            "flow.exporter_role",
        ),
        (
            "subject_to_gdpr",
            "under_gdpr",
            "acme-ltd",
            "company.attributes",
        ),
        (
            "\"website_analytics\"",
            "\"Web analytics\"",
            "carrier",
            "subprocessor.purpose",
        ),
        (
            "\"consent: where",
            "\"habit: where",
            "Marketing",
            "processing_activity.legal_bases",
        ),
        (
            "slug = \"acme-ltd\"",
            "slug = \"acme_ltd\"",
            "acme_ltd",
            "company.slug",
        ),
    ];
    for (from, to, row, field) in codes {
        let faults = faults_with(from, to);
        let first = faults.first().unwrap();
        assert_eq!((first.row.as_str(), first.field.as_str()), (row, field));
    }
}

#[test]
fn an_empty_name_is_a_fault() {
    assert_eq!(
        fault_with(r#"legal_name = "Acme Ltd""#, r#"legal_name = " ""#),
        shown("acme-ltd", "company.legal_name", "is empty")
    );
}

#[test]
fn a_fact_that_claims_to_be_checked_is_refused() {
    let (row, field, what) = fault_with(
        "service = \"Carriage\"",
        "service = \"Carriage\"\nchecked_on = \"2019-06-01\"",
    );
    assert_eq!((row.as_str(), field.as_str()), ("carrier", "subprocessor"));
    assert!(what.contains("unknown field `checked_on`"), "{what}");
}

#[test]
fn a_source_names_its_notice_and_its_date() {
    let bad = [
        (
            "",
            "begins neither with `demo, ` nor with the notice's file name",
        ),
        (
            "the notice",
            "begins neither with `demo, ` nor with the notice's file name",
        ),
        (
            "002_b.txt §3, 2019-06-01",
            "begins neither with `demo, ` nor with the notice's file name",
        ),
        (
            "001_a.txt §3, undated",
            "does not say `2019-06-01`, the notice's date",
        ),
        (
            "001_a.txt §3",
            "does not say `2019-06-01`, the notice's date",
        ),
        (
            "demo, ",
            "begins neither with `demo, ` nor with the notice's file name",
        ),
    ];
    for (source, wrong) in bad {
        let (row, field, what) = fault_with("001_a.txt §3, 2019-06-01", source);
        assert_eq!(
            (row.as_str(), field.as_str()),
            ("carrier", "subprocessor.source")
        );
        assert_eq!(what, format!("`{source}` {wrong}"));
    }
}

#[test]
fn every_fault_is_reported_at_once() {
    let group = GROUP
        .replace("\"GB\"", "\"UK\"")
        .replace("\"usage\"", "\"usages\"")
        .replace("importer = \"acme-ltd\"", "importer = \"nobody\"");
    let shared = SHARED
        .replace("\"2023-09-01\"", "\"2023-9-1\"")
        .replace("\"eu-us-dpf\"", "\"dpf\"");
    let files = [
        ("register/third-parties.toml", shared.as_str()),
        ("register/acme.toml", group.as_str()),
        ("register/broken.toml", "[notice"),
    ];
    let error = demo(&files).unwrap_err();
    let found: Vec<_> = error
        .faults
        .iter()
        .map(|f| (f.file.as_str(), f.row.as_str(), f.field.as_str()))
        .collect();
    let (shared, group) = ("register/third-parties.toml", "register/acme.toml");
    assert_eq!(
        found,
        [
            ("register/broken.toml", "", ""),
            (shared, "carrier", "third_party.certification.framework"),
            (shared, "carrier", "third_party.certification.valid_from"),
            (group, "acme-ltd", "company.seat"),
            (group, "carrier", "subprocessor.data_categories"),
            (group, "acme-customers", "flow.importer"),
        ]
    );
}
