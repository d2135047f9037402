//! Which rows an import takes, and how it says what is wrong with the others.

use std::fmt::Write as _;

use serde_json::json;

use super::{CSV, JSON, XLSX, import, imported, with_the_unusual};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    one_bad_row_changes_nothing_and_is_named_by_table_row_and_column,
    what_is_no_import_is_refused_before_anything_is_read,
    a_flow_may_continue_one_further_down,
];

async fn one_bad_row_changes_nothing_and_is_named_by_table_row_and_column(service: Service) {
    let before = service.head().await;
    let file = "group,organisation,service,effective_from,data_categories,source\n\
                qcontact,stripe,fine,2027-01-01,contact,a test\n\
                qcontact,stripe,fine,2027-1-1,contact,a test\n\
                qcontact,stripe,,2027-01-01,contact; hats,a test\n";
    let answer = import(&service, "?resource=subprocessors", CSV, file.as_bytes()).await;
    let problem = answer.problem(422);
    assert_eq!(text(&problem, "code"), "import_refused");
    let expected = [
        ("/subprocessors/3/effective_from", "bad_day"),
        ("/subprocessors/4/data_categories", "unknown_code"),
        ("/subprocessors/4/service", "missing_field"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(answer.violations(), expected);

    // What only the register knows is found as well, and what follows from it is not told.
    let file = json!({
        "organisations": [
            {"slug": "bad-one", "kind": "group_company", "legal_name": "Bad", "source": "a test"},
            {"slug": "good-one", "kind": "third_party", "legal_name": "Good", "source": "a test"},
        ],
        "subprocessors": [
            {"group": "qcontact", "organisation": "bad-one", "service": "x",
                "effective_from": "2027-01-01", "source": "a test"},
            {"group": "qcontact", "organisation": "good-one", "service": "x", "status": "ended",
                "effective_from": "2027-01-01", "source": "a test"},
        ],
    });
    let answer = import(&service, "", JSON, file.to_string().as_bytes()).await;
    let expected = [
        ("/organisations/1/group", "group_missing"),
        ("/subprocessors/2/ended_on", "last_day_missing"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(answer.violations(), expected);

    // Rows whose cells can be read are held against the register beside others that cannot.
    let file = "group,organisation,service,effective_from,source\n\
                qcontact,stripe,fine,2027-1-1,a test\n\
                qcontact,stripe,,2027-01-01,a test\n\
                qcontact,stripe,fine,2027-01-01,a test\n\
                qcontact,nope,fine,2027-01-01,a test\n\
                nobody,stripe,fine,2027-01-01,a test\n";
    let answer = import(&service, "?resource=subprocessors", CSV, file.as_bytes()).await;
    let expected = [
        ("/subprocessors/2/effective_from", "bad_day"),
        ("/subprocessors/3/service", "missing_field"),
        ("/subprocessors/5/organisation", "unknown_organisation"),
        ("/subprocessors/6/group", "unknown_group"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(answer.violations(), expected);

    // A hundred are listed, and all are counted.
    let mut file = "slug,kind,legal_name,source\n".to_owned();
    for at in 0..250 {
        let _ = writeln!(file, "slug-{at},robot,Robot {at},a test");
    }
    let answer = import(
        &service,
        "?resource=organisations&dry_run=true",
        CSV,
        file.as_bytes(),
    );
    let answer = answer.await;
    assert_eq!(answer.violations().len(), 100);
    assert!(
        text(&answer.json(), "detail").starts_with("250 "),
        "{}",
        answer.text()
    );
    assert_eq!(service.head().await, before);
}

async fn what_is_no_import_is_refused_before_anything_is_read(service: Service) {
    let file = b"slug,kind,legal_name,source\n";
    import(&service, "?resource=groups", "text/plain", file)
        .await
        .problem(415);
    import(
        &service,
        "?resource=groups",
        "text/csv; charset=utf-16",
        file,
    )
    .await
    .problem(415);
    let wrong = import(&service, "?resource=hats&dry_run=maybe&more=1", CSV, file).await;
    wrong.problem(422);
    assert_eq!(wrong.pointers(), ["/dry_run", "/more", "/resource"]);
    let other = import(&service, "?resource=groups&format=xlsx", CSV, file).await;
    other.problem(422);
    assert_eq!(other.pointers(), ["/format"]);
    for (query, media_type, body, code) in [
        ("", CSV, &file[..], "missing_sheet"),
        ("?resource=groups", XLSX, &file[..], "unreadable_file"),
        ("?resource=groups", JSON, b"{\"hats\": []}", "missing_sheet"),
        ("", JSON, b"{\"hats\": []}", "unknown_sheet"),
        ("?resource=groups", JSON, b"[{", "malformed_json"),
        ("?resource=groups", CSV, b"slug,hats\n", "unknown_column"),
        ("?resource=groups", CSV, b"", "empty_file"),
    ] {
        let answer = import(&service, query, media_type, body).await;
        let found = answer.violations();
        let codes: Vec<_> = found.iter().map(|(_, code)| code.as_str()).collect();
        assert!(codes.contains(&code), "{query} {code}: {found:?}");
    }
    service
        .get("/v1/imports/01930000-0000-7000-8000-000000000001")
        .await
        .problem(404);
    service.get("/v1/imports/hats").await.problem(404);
}

async fn a_flow_may_continue_one_further_down(service: Service) {
    with_the_unusual(&service).await;
    let flow = |at: u32, continues: Option<u32>| {
        let id = |at: u32| format!("01930000-0000-7000-8000-0000000001{at:02}");
        let (exporter, importer) = if at == 0 {
            ("qcontact-ltd", "qcontact-inc")
        } else {
            ("qcontact-inc", "qcontact-inc")
        };
        let importer = if at == 0 { importer } else { "stripe" };
        let mut flow = json!({"id": id(at), "exporter": exporter, "importer": importer,
            "valid_from": "2026-01-01", "source": "a test"});
        if let Some(other) = continues {
            flow["continues"] = json!(id(other));
        }
        flow
    };
    let before = service.head().await;
    // Two that wait for each other, and one that waits for nobody.
    let circle = json!([flow(1, Some(2)), flow(2, Some(1)), flow(3, Some(9))]).to_string();
    let answer = import(&service, "?resource=flows", JSON, circle.as_bytes()).await;
    let of_each = [1, 2, 3].map(|row| format!("/flows/{row}/continues"));
    assert_eq!(answer.pointers(), of_each);
    // Who waits for one that is wrong only follows.
    let chain = json!([flow(1, Some(2)), flow(2, Some(9))]).to_string();
    let answer = import(&service, "?resource=flows", JSON, chain.as_bytes()).await;
    assert_eq!(answer.pointers(), ["/flows/2/continues"]);
    assert_eq!(service.head().await, before);
    let file = json!([flow(1, Some(0)), flow(2, Some(0)), flow(0, None)]).to_string();
    let made = imported(&service, "?resource=flows", JSON, file.as_bytes()).await;
    assert_eq!(made["counts"]["created"], 3);
}
