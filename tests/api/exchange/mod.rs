//! The register in and out over HTTP.

mod rows;

use std::{fmt::Write as _, time::Duration};

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    importing_what_was_exported_changes_nothing_in_any_format,
    an_import_gives_objects_anew_and_makes_new_ones_in_one_change,
    a_dry_run_tells_the_difference_row_by_row_and_stores_nothing,
    what_a_spreadsheet_would_compute_is_harmless_and_comes_back_as_it_was,
    a_long_import_tells_how_far_it_is,
    the_same_import_under_one_key_counts_once,
    an_export_is_narrowed_and_known_by_its_tag,
];

const CSV: &str = "text/csv";
const JSON: &str = "application/json";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const RESOURCES: [&str; 8] = [
    "groups",
    "organisations",
    "certifications",
    "subprocessors",
    "mechanisms",
    "impact_assessments",
    "flows",
    "processing_activities",
];

/// Everything that the demo register does not have, under ids of its own.
fn unusual() -> Value {
    let id = |at: u32| format!("01930000-0000-7000-8000-0000000000{at:02}");
    json!({
        "flows": [
            {"id": id(2), "exporter": "qcontact-inc", "importer": "stripe", "valid_from": "2026-02-01",
                "continues": id(1), "status": "draft", "source": "a test", "data_categories": []},
            {"id": id(1), "group": "qcontact", "exporter": "qcontact-ltd", "importer": "qcontact-inc",
                "valid_from": "2026-01-01", "data_subjects": ["DE", "CH"], "status": "suspended",
                "collected_from_data_subject": true, "owner": "Anna; of legal", "note": " two\nlines ",
                "locations": [
                    {"place": "US", "activity": "storage", "operated_by": "unusual-org", "until": "2026-02-28"},
                    {"place": "FR", "activity": "storage", "from": "2026-03-01", "until": "2026-12-31"}],
                "source": "a test"},
        ],
        "mechanisms": [
            {"id": id(3), "group": "qcontact", "tool": "derogation-49-1-a", "source": "a test",
                "parties": [{"organisation": "qcontact-ltd", "side": "exporter"},
                    {"organisation": "stripe", "side": "importer", "acceded_on": "2026-01-02"}],
                "signed_on": "2026-01-01",
                "statements": {"explicit": true, "repetitive": false}, "uses_limit": 5,
                "uses": [{"id": id(4), "on": "2026-03-01", "note": "a refund"}],
                "title": "-Consent", "document_sha256": "ab".repeat(32)},
        ],
        "impact_assessments": [
            {"id": id(5), "mechanism": id(3), "destination": "US", "conclusion": "favourable",
                "concluded_on": "2026-01-01", "source": "a test",
                "steps": {"transfer": "refunds", "supplementary_measures":
                    [{"kind": "technical", "description": "encryption"}]}},
        ],
        "subprocessors": [
            {"id": id(6), "group": "qcontact", "organisation": "stripe", "service": "=1+1",
                "status": "ended", "effective_from": "2020-01-01", "ended_on": "2020-12-31",
                "data_categories": ["billing"], "data_subject_countries": ["FR"], "source": "@test",
                "locations": [{"activity": "remote_access", "from": "2020-02-29"}]},
            {"id": id(7), "group": "qcontact", "organisation": "stripe", "service": "more",
                "effective_from": "2027-01-01", "source": "a test"},
        ],
        "organisations": [
            {"id": id(8), "slug": "unusual-org", "kind": "third_party", "legal_name": "'Tis",
                "attributes": {"subject_to_pipeda": false, "subject_to_gdpr": true}, "on_public_list": false,
                "contacts": [{"kind": "data_protection", "email": "privacy@unusual.example"}],
                "source": "a test"},
        ],
        "certifications": [
            {"id": id(9), "organisation": "unusual-org", "framework": "eu-us-dpf",
                "valid_from": "2024-01-01", "covers_hr": true, "source": "a test",
                "evidence": {"list": "list.xlsx", "day": "2026-11-01", "sha256": "cd".repeat(32)}},
        ],
    })
}

async fn import(service: &Service, query: &str, media_type: &str, body: &[u8]) -> Answer {
    let path = format!("/v1/imports{query}");
    service.send_file(&path, media_type, &[], body).await
}

/// An import that is made, or tried, in time.
async fn imported(service: &Service, query: &str, media_type: &str, body: &[u8]) -> Value {
    let answer = import(service, query, media_type, body).await;
    let expected = if query.contains("dry_run=true") {
        200
    } else {
        201
    };
    assert_eq!(answer.status, expected, "{query}: {}", answer.text());
    let import = answer.json();
    assert_eq!(text(&import, "state"), "done", "{import:#}");
    import
}

async fn with_the_unusual(service: &Service) {
    let file = unusual().to_string();
    let made = imported(service, "", JSON, file.as_bytes()).await;
    assert_eq!(
        made["counts"],
        json!({"created": 8, "changed": 0, "unchanged": 0})
    );
}

async fn exported(service: &Service, path: &str) -> Answer {
    let answer = service.get(&format!("/v1/exports/{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer
}

async fn importing_what_was_exported_changes_nothing_in_any_format(service: Service) {
    with_the_unusual(&service).await;
    let before = service.head().await;
    for (format, media_type) in [("csv", CSV), ("xlsx", XLSX), ("json", JSON)] {
        for resource in RESOURCES {
            let file = exported(&service, &format!("{resource}?format={format}")).await;
            assert_eq!(file.media_type(), media_type);
            let name = format!("{}.{format}\"", resource.replace('_', "-"));
            let named = file.header("content-disposition").unwrap_or_default();
            assert!(
                named.starts_with("attachment") && named.ends_with(&name),
                "{named}"
            );
            let query = format!("?resource={resource}");
            let made = imported(&service, &query, media_type, &file.body).await;
            let listed = service.get(&format!("/v1/exports/{resource}")).await.json();
            let rows = listed.as_array().expect("rows").len();
            assert!(rows > 0, "{resource} has no rows, so nothing is shown");
            let counts = json!({"created": 0, "changed": 0, "unchanged": rows});
            assert_eq!(made["counts"], counts, "{resource} as {format}: {made:#}");
        }
        if format != "csv" {
            let whole = exported(&service, &format!("register?format={format}")).await;
            let made = imported(&service, "", media_type, &whole.body).await;
            assert_eq!(made["counts"]["created"], 0, "{made:#}");
            assert_eq!(made["counts"]["changed"], 0, "{made:#}");
        }
    }
    assert_eq!(service.head().await, before);
}

async fn an_import_gives_objects_anew_and_makes_new_ones_in_one_change(service: Service) {
    let before = service.head().await;
    let file = "slug;kind;legal_name;seat;source\r\n\
                new-one;third_party;New One;NO;a test\r\n\
                other-one;third_party;Other One;;a test\r\n";
    let headers = [("x-change-reason", "first load")];
    let path = "/v1/imports?resource=organisations";
    let answer = service
        .send_file(path, CSV, &headers, file.as_bytes())
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = answer.json();
    let location = answer.header("location").unwrap_or_default();
    assert_eq!(location, format!("/v1/imports/{}", text(&made, "id")));
    assert_eq!(service.get(location).await.ok(), made);
    let revision = made["revision"].as_u64().expect("a revision");
    assert_eq!(answer.revision(), revision);
    assert_eq!(
        made["rows"],
        json!({"read": 2, "checked": 2, "written": 2, "total": 2})
    );

    // An object that is there is given anew, whole.
    let file = "slug,kind,legal_name,source\nnew-one,third_party,New One Inc,a test\n";
    let again = imported(&service, "?resource=organisations", CSV, file.as_bytes()).await;
    assert_eq!(
        again["counts"],
        json!({"created": 0, "changed": 1, "unchanged": 0})
    );
    let fields = json!([
        {"column": "legal_name", "before": "New One", "after": "New One Inc"},
        {"column": "seat", "before": "NO"},
    ]);
    assert_eq!(again["differences"][0]["fields"], fields, "{again:#}");
    let shown = service.get("/v1/organisations/new-one").await.ok();
    assert_eq!(
        (text(&shown, "legal_name"), shown.get("seat")),
        ("New One Inc", None)
    );

    let changes = service
        .every(&format!("/v1/ledger?revision={revision}"), 50)
        .await;
    assert_eq!(changes.len(), 2);
    for change in &changes {
        assert_eq!(text(change, "reason"), "first load");
    }
    assert_ne!(service.head().await, before);
}

async fn a_dry_run_tells_the_difference_row_by_row_and_stores_nothing(service: Service) {
    let before = service.head().await;
    let mut rows = exported(&service, "organisations").await.json();
    let rows = rows.as_array_mut().expect("rows");
    let stripe = rows.iter().position(|row| text(row, "slug") == "stripe");
    let stripe = stripe.expect("a third party of the demo register");
    rows[stripe]["seat"] = json!("CN");
    rows.push(json!({
        "slug": "new-one", "kind": "third_party", "legal_name": "New One", "source": "a test",
    }));
    let last = rows.len();
    let file = json!(rows).to_string();
    let query = "?resource=organisations&dry_run=true";
    let tried = imported(&service, query, JSON, file.as_bytes()).await;
    let differences = tried["differences"].as_array().expect("differences");
    let told: Vec<_> = differences
        .iter()
        .map(|one| (one["row"].as_u64(), text(one, "action"), text(one, "slug")))
        .collect();
    let (changed, created) = (Some(stripe as u64 + 1), Some(last as u64));
    assert_eq!(
        told,
        [
            (changed, "change", "stripe"),
            (created, "create", "new-one")
        ]
    );
    assert_eq!(differences[0]["fields"][0]["column"], "seat", "{tried:#}");
    assert_eq!(differences[0]["fields"][0]["after"], "CN");
    assert!(tried["impact"]["counts"]["denied"].is_u64(), "{tried:#}");
    assert_eq!(service.head().await, before);
    assert_eq!(service.get("/v1/organisations/new-one").await.status, 404);
}

async fn what_a_spreadsheet_would_compute_is_harmless_and_comes_back_as_it_was(service: Service) {
    let names = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "'=quoted",
        "'tis plain",
    ];
    let mut rows = Vec::new();
    for (at, name) in names.iter().enumerate() {
        rows.push(json!({
            "slug": format!("harmless-{at}"), "kind": "third_party", "legal_name": name,
            "source": "a test",
        }));
    }
    let file = json!(rows).to_string();
    imported(&service, "?resource=organisations", JSON, file.as_bytes()).await;
    let csv = exported(&service, "organisations?format=csv").await;
    let csv_text = csv.text();
    for written in [
        "'=cmd|' /C calc'!A0",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "''=quoted",
        "'tis plain",
    ] {
        assert!(csv_text.contains(&format!(",{written},")), "{written}");
    }
    for (format, media_type) in [("csv", CSV), ("xlsx", XLSX)] {
        let file = exported(&service, &format!("organisations?format={format}")).await;
        let made = imported(&service, "?resource=organisations", media_type, &file.body).await;
        assert_eq!(made["counts"]["changed"], 0, "{made:#}");
    }
}

/// How many rows a long import has.
fn many() -> usize {
    if std::env::var_os("TEST_LONG").is_some() {
        100_000
    } else {
        5_000
    }
}

async fn a_long_import_tells_how_far_it_is(service: Service) {
    let mut file =
        "group,organisation,service,description,data_categories,effective_from,locations,source\n"
            .to_owned();
    for at in 0..many() {
        let _ = writeln!(
            file,
            "qcontact,stripe,Service number {at},Described at some length for the {at}th time,contact; billing,2025-01-01,\
             \"[{{\"\"activity\"\":\"\"storage\"\",\"\"place\"\":\"\"US\"\"}}]\",https://vendor-{at}.example/list"
        );
    }
    let path = "/v1/imports?resource=subprocessors&record_existing=true";
    let headers = [("prefer", "respond-async")];
    let begun = Instant::now();
    let answer = service
        .send_file(path, CSV, &headers, file.as_bytes())
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let location = answer.header("location").expect("its path").to_owned();
    let (mut states, mut last) = (Vec::new(), 0);
    let ended = loop {
        let import = service.get(&location).await.ok();
        let state = text(&import, "state").to_owned();
        let rows = |name: &str| import["rows"][name].as_u64().expect("a count");
        let done = rows("read") + rows("checked") + rows("written");
        assert!(done >= last, "it goes back: {import:#}");
        last = done;
        if states.last() != Some(&state) {
            states.push(state.clone());
        }
        if !["waiting", "reading", "checking", "writing"].contains(&&*state) {
            break import;
        }
        assert!(begun.elapsed() < Duration::from_mins(10), "{import:#}");
        sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(text(&ended, "state"), "done", "{ended:#}");
    assert_eq!(ended["counts"]["created"], many());
    assert_eq!(ended["rows"]["written"], many());
    assert_eq!(
        (
            ended["differences"].as_array().map(Vec::len),
            &ended["truncated"]
        ),
        (Some(1000), &json!(true))
    );
    assert!(states.len() >= 3, "only {states:?} were seen");
    let page = "/v1/subprocessors?group=qcontact&organisation=stripe&limit=1";
    let one = service.get(page).await.ok();
    assert_eq!(text(&one["items"][0], "status"), "active", "{one:#}");
    println!("{} rows in {:.1?}: {states:?}", many(), begun.elapsed());
}

async fn the_same_import_under_one_key_counts_once(service: Service) {
    let before = service.head().await;
    let file = "slug,kind,legal_name,source\nnew-one,third_party,New One,a test\n";
    let headers = [("idempotency-key", "load-1")];
    let path = "/v1/imports?resource=organisations";
    let send = |file: &'static str| service.send_file(path, CSV, &headers, file.as_bytes());
    let first = send(file).await;
    let again = send(file).await;
    assert_eq!((first.status, again.status), (201, 201), "{}", again.text());
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.json(), again.json());
    let other = send("slug,kind,legal_name,source\nnew-two,third_party,New Two,a test\n").await;
    assert_eq!(text(&other.problem(422), "code"), "idempotency_key_reused");
    // What was refused did nothing, and may be tried again.
    let headers = [("idempotency-key", "load-2")];
    for _ in 0..2 {
        let wrong = "slug,kind,legal_name,source\nnew-two,robot,New Two,a test\n";
        let refused = service
            .send_file(path, CSV, &headers, wrong.as_bytes())
            .await;
        assert_eq!(text(&refused.problem(422), "code"), "import_refused");
    }
    let right = "slug,kind,legal_name,source\nnew-two,third_party,New Two,a test\n";
    let made = service
        .send_file(path, CSV, &headers, right.as_bytes())
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_ne!(service.head().await, before);
}

async fn an_export_is_narrowed_and_known_by_its_tag(service: Service) {
    with_the_unusual(&service).await;
    let count = async |path: &str| {
        let rows = exported(&service, path).await.json();
        rows.as_array().map_or(0, Vec::len)
    };
    let all = count("subprocessors").await;
    let on = count("subprocessors?as_of=2020-06-01").await;
    assert!(on > 0 && on < all, "{on} of {all}");
    let groups = exported(&service, "groups").await.json();
    let other = groups.as_array().into_iter().flatten();
    let other = other
        .map(|group| text(group, "slug"))
        .find(|slug| *slug != "qcontact");
    let other = other.expect("a second group").to_owned();
    let whole = exported(&service, &format!("register?group={other}"))
        .await
        .json();
    for (resource, key) in [
        ("groups", "slug"),
        ("subprocessors", "group"),
        ("flows", "group"),
    ] {
        for row in whole[resource].as_array().expect("a table") {
            let group = text(row, key);
            assert!(group.is_empty() || group == other, "{resource}: {row}");
        }
    }
    let known = count(&format!("organisations?known_at={}", Service::NOW)).await;
    assert_eq!(known, count("organisations").await);

    let file = exported(&service, "subprocessors?format=csv&as_of=2020-06-01").await;
    let named = file.header("content-disposition");
    assert_eq!(
        named,
        Some("attachment; filename=\"subprocessors-2020-06-01.csv\"")
    );
    let path = "/v1/exports/subprocessors?format=csv&as_of=2020-06-01";
    let headers = [("if-none-match", file.tag())];
    let same = service.write("GET", path, &headers, &Value::Null).await;
    assert_eq!((same.status, same.body.len()), (304, 0));

    service.get("/v1/exports/hats").await.problem(404);
    for (query, pointer) in [
        ("register?format=csv", "/format"),
        ("groups?format=pdf", "/format"),
        ("groups?group=nobody", "/group"),
    ] {
        let answer = service.get(&format!("/v1/exports/{query}")).await;
        answer.problem(422);
        assert_eq!(answer.pointers(), [pointer], "{query}");
    }
}
