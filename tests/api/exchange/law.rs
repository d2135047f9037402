//! Amendments of the law in files: with their ids, withdrawn ones too, and as a whole.

use serde_json::{Value, json};

use super::{
    CSV, JSON, exported, import, imported,
    unusual::{id, law_amendments},
};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    the_law_as_amended_moves_with_its_verdicts_and_withdrawn_errors,
    an_amendment_is_withdrawn_by_a_file_and_never_changed,
    what_contradicts_the_law_is_named_by_row_and_column,
];

const QUERY: &str = "?resource=law_amendments";

async fn decision(service: &Service) -> String {
    let question = json!({"exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"],
        "as_of": "2026-12-01"});
    let verdict = service.check(&question).await.ok();
    text(&verdict, "decision").to_owned()
}

async fn the_law_as_amended_moves_with_its_verdicts_and_withdrawn_errors(service: Service) {
    assert_eq!(decision(&service).await, "allow");
    let before = service.head().await;
    let file = law_amendments().to_string();
    let dry = format!("{QUERY}&dry_run=true");
    let tried = imported(&service, &dry, JSON, file.as_bytes()).await;
    let all = law_amendments().as_array().map_or(0, Vec::len);
    assert_eq!(tried["counts"]["created"], all);
    let newly = tried["impact"]["counts"]["denied"].as_u64();
    assert!(newly > Some(0), "{tried:#}");
    assert_eq!(service.head().await, before);

    imported(&service, QUERY, JSON, file.as_bytes()).await;
    assert_eq!(decision(&service).await, "deny");
    let again = imported(&service, QUERY, JSON, file.as_bytes()).await;
    let counts = json!({"created": 0, "changed": 0, "unchanged": all});
    assert_eq!(again["counts"], counts);
    let withdrawn = service.every("/v1/law-amendments?withdrawn=true", 10).await;
    let ids: Vec<&str> = withdrawn.iter().map(|one| text(one, "id")).collect();
    assert_eq!(ids, [id(60)]);
    let whole = exported(&service, "register").await.json();
    let rows = whole["law_amendments"].as_array().expect("a table");
    let listed = service.every("/v1/law-amendments", 100).await;
    assert_eq!((rows.len(), listed.len()), (all, all));
    for (row, shown) in rows.iter().zip(&listed) {
        assert_eq!(
            (&row["id"], &row["amendment"]),
            (&shown["id"], &shown["amendment"])
        );
    }
}

async fn an_amendment_is_withdrawn_by_a_file_and_never_changed(service: Service) {
    let row = |withdrawn: Option<bool>, day: &str| {
        let mut row = json!({"id": id(44), "source": "a test", "amendment":
            {"kind": "end_adequacy_decision", "decision": "EU-ADQ-US-DPF-2023-1795",
                "last_day": day, "end_kind": "invalidated"}});
        if let Some(withdrawn) = withdrawn {
            row["withdrawn"] = json!(withdrawn);
        }
        json!([row]).to_string()
    };
    imported(&service, QUERY, JSON, row(None, "2026-11-30").as_bytes()).await;
    let refused = async |file: String| {
        let answer = import(&service, QUERY, JSON, file.as_bytes()).await;
        answer.violations()
    };
    let one = |place: &str, code: &str| vec![(place.to_owned(), code.to_owned())];
    let fixed = "immutable_field";
    assert_eq!(
        refused(row(None, "2026-12-31")).await,
        one("/law_amendments/1/amendment~1kind", fixed)
    );
    let made = imported(
        &service,
        QUERY,
        JSON,
        row(Some(true), "2026-11-30").as_bytes(),
    )
    .await;
    let fields = json!([{"column": "withdrawn", "after": "true"}]);
    assert_eq!(made["differences"][0]["fields"], fields, "{made:#}");
    assert_eq!(decision(&service).await, "allow");
    assert_eq!(
        refused(row(None, "2026-11-30")).await,
        one("/law_amendments/1/withdrawn", fixed)
    );
    let ledger = service
        .get("/v1/ledger?object_type=law_amendment")
        .await
        .ok();
    let done = ledger["items"].as_array().expect("entries").iter();
    let done: Vec<&str> = done.map(|entry| text(entry, "action")).collect();
    assert_eq!(done, ["import", "withdraw"]);
}

async fn what_contradicts_the_law_is_named_by_row_and_column(service: Service) {
    let before = service.head().await;
    let file = "amendment/kind,amendment/decision,amendment/last_day,amendment/end_kind,amendment/reason,source\n\
        end_adequacy_decision,EU-ADQ-US-DPF-2023-1795,2026-11-30,invalidated,,a test\n\
        end_adequacy_decision,EU-ADQ-JP-2019-419,2010-01-01,invalidated,,a test\n\
        end_adequacy_decision,EU-ADQ-XX,2026-11-30,invalidated,,a test\n";
    let answer = import(&service, QUERY, CSV, file.as_bytes()).await;
    let at = |place: &str, code: &str| (format!("/law_amendments/{place}"), code.to_owned());
    let expected = [
        at("3/amendment~1last_day", "law_contradicted"),
        at("4/amendment~1decision", "law_contradicted"),
    ];
    assert_eq!(answer.violations(), expected);
    let file = "amendment/kind,amendment/decision,amendment/last_day,amendment/reason,source\n\
        end_adequacy_decision,EU-ADQ-JP-2019-419,2026-11-30,why not,a test\n";
    let answer = import(&service, QUERY, CSV, file.as_bytes()).await;
    let expected = [
        at("2/amendment~1end_kind", "missing_field"),
        at("2/amendment~1reason", "unknown_field"),
    ];
    assert_eq!(answer.violations(), expected);
    assert_eq!(service.head().await, before);
    assert_eq!(decision(&service).await, "allow");
    let none: Vec<Value> = service.every("/v1/law-amendments", 10).await;
    assert!(none.is_empty(), "{none:?}");
}
