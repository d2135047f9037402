//! What needs approval becomes a proposal and changes nothing; the rest is made at once.

use serde_json::{Value, json};

use super::{DPF, Person, decided, entries_of, proposed, where_approval_is_required};
use crate::fixture::{Service, on_both_databases, text};

where_approval_is_required![
    every_guarded_write_becomes_a_proposal_and_changes_nothing,
    what_needs_no_approval_is_made_at_once,
    what_would_be_refused_is_refused_before_it_is_proposed,
    a_request_under_one_key_is_one_proposal,
    a_file_that_needs_approval_is_refused,
];
on_both_databases![where_nothing_is_asked_for_nothing_is_proposed];

/// The path of the first item of a list that is as it must be.
async fn first(service: &Service, list: &str, fits: impl Fn(&Value) -> bool) -> (String, Value) {
    let found = service.every(list, 200).await;
    let item = found.into_iter().find(|item| fits(item));
    let item = item.unwrap_or_else(|| panic!("nothing fits in {list}"));
    let list = list.split('?').next().unwrap_or(list);
    (format!("{list}/{}", text(&item, "id")), item)
}

fn clauses() -> Value {
    json!({"group": "qcontact", "tool": "scc-2021-914", "module": 1, "signed_on": "2026-01-10",
        "parties": [{"organisation": "qcontact-ltd", "side": "exporter"},
            {"organisation": "stripe", "side": "importer"}],
        "source": "a test", "checked_on": Service::TODAY})
}

/// The end of the framework of 2023, as the law pack would say it.
fn amendment() -> Value {
    json!({"source": "a test", "amendment": {"kind": "end_adequacy_decision", "decision": DPF,
        "last_day": "2026-11-30", "end_kind": "invalidated"}})
}

/// An adequacy decision that nobody has taken.
fn kenya() -> Value {
    json!({"id": "EU-ADQ-KE-2027-100", "regime": "eu", "territory": "KE", "title": "Kenya",
        "citation": "(EU) 2027/100", "celex": "32027D0100", "valid_from": "2027-02-01",
        "valid_to": "2031-01-31", "end_kind": "expired", "confidence": "sourced",
        "source": "the Official Journal"})
}

fn certification() -> Value {
    json!({"framework": "eu-us-dpf", "valid_from": "2025-02-01", "source": "the official list"})
}

/// Writes that need approval: how each is sent, and for what it needs it.
async fn guarded(service: &Service) -> Vec<(String, String, Value, &'static str)> {
    let one = Person::of(service, "who prepares", "editor", None).await;
    let other = Person::of(service, "who approves", "approver", None).await;
    let path = one
        .proposes("POST", "/v1/mechanisms", "*", &clauses())
        .await;
    other.approves(&path).await.ok();
    let (mechanism, shown) = first(service, "/v1/mechanisms", |_| true).await;
    let assessment = json!({"mechanism": shown["id"], "destination": "US", "source": "a test",
        "conclusion": "favourable", "concluded_on": "2026-01-05"});
    let new = "/v1/impact-assessments";
    let path = one.proposes("POST", new, "*", &assessment).await;
    other.approves(&path).await.ok();
    let (assessed, _) = first(service, new, |_| true).await;
    let held = "/v1/organisations/linkedin/certifications";
    let of_stripe = "/v1/organisations/stripe/certifications";
    let (certified, _) = first(service, of_stripe, |one| one["framework"] == "eu-us-dpf").await;
    let active = |one: &Value| {
        let open = one.get("ended_on").is_none() && one.get("valid_to").is_none();
        one["status"] == "active" && open
    };
    let categories = |one: &Value| {
        one["data_categories"]
            .as_array()
            .is_some_and(|all| all.len() > 1)
    };
    let (engaged, _) = first(service, "/v1/subprocessors", active).await;
    let both = |one: &Value| active(one) && categories(one);
    let (narrowed, of_it) = first(service, "/v1/subprocessors", both).await;
    let fewer = json!({"data_categories": [of_it["data_categories"][0]]});
    let (flow, _) = first(service, "/v1/flows", active).await;
    let (activity, _) = first(service, "/v1/processing-activities", categories).await;
    let group =
        json!({"slug": "noticed", "name": "Noticed", "notice_days": 30, "source": "a test"});
    service.create("/v1/groups", &group).await;
    let group = "/v1/groups/noticed".to_owned();
    let dpf = format!("/v1/adequacy-decisions/{DPF}");
    let post = |path: String, body: Value, subject| ("POST".to_owned(), path, body, subject);
    let amend = |path: String, body: Value, subject| ("PATCH".to_owned(), path, body, subject);
    let last = json!({"last_day": "2026-12-31"});
    let (law, signed, held_by, scope) = (
        "adequacy_decisions",
        "mechanisms",
        "certifications",
        "scope_removals",
    );
    vec![
        post(format!("{dpf}/end"), super::fall(), law),
        post(
            format!("{dpf}/challenge"),
            json!({"challenge": "Case T-1/28", "source": "the court's register"}),
            law,
        ),
        amend(
            dpf,
            json!({"title": "The framework of 2023", "source": "a test"}),
            law,
        ),
        post("/v1/adequacy-decisions".to_owned(), kenya(), law),
        post("/v1/law-amendments".to_owned(), amendment(), law),
        post("/v1/mechanisms".to_owned(), clauses(), signed),
        amend(mechanism.clone(), json!({"title": "Clauses"}), signed),
        post(format!("{mechanism}/end"), last.clone(), signed),
        post(
            format!("{mechanism}/parties"),
            json!({"organisation": "castillo-ltd", "side": "importer", "acceded_on": "2026-06-01"}),
            signed,
        ),
        post(new.to_owned(), assessment, signed),
        amend(assessed, json!({"conclusion": "unfavourable"}), signed),
        post(held.to_owned(), certification(), held_by),
        amend(certified.clone(), json!({"covers_hr": true}), held_by),
        post(format!("{certified}/end"), last.clone(), held_by),
        amend(
            "/v1/organisations/linkedin".to_owned(),
            json!({"dpf_participant": "7"}),
            held_by,
        ),
        post(format!("{engaged}/end"), last.clone(), scope),
        amend(narrowed, fewer, scope),
        post(format!("{flow}/end"), last, scope),
        post(format!("{flow}/suspend"), Value::Null, scope),
        amend(flow, json!({"valid_to": "2027-12-31"}), scope),
        amend(activity, json!({"data_categories": []}), scope),
        post(
            format!("{group}/publications"),
            json!({"after": 0}),
            "publications",
        ),
        amend(group, json!({"notice_days": 1}), scope),
        amend(
            "/v1/organisations/stripe".to_owned(),
            json!({"seat": "CA"}),
            scope,
        ),
    ]
}

async fn every_guarded_write_becomes_a_proposal_and_changes_nothing(service: Service) {
    let writes = guarded(&service).await;
    let editor = Person::of(&service, "editor", "editor", None).await;
    let before = decided(&service).await;
    for (method, path, body, subject) in writes {
        // Of a step in an object's life, and of what is created, the ledger tells enough.
        let about = format!("{method} {path}");
        let shown = service.get(&path).await;
        let headers = [("if-match", "*"), ("x-change-reason", "a reason")];
        let answer = editor.send(&method, &path, &headers, &body).await;
        let proposal = proposed(&answer);
        let entries = entries_of(&service, answer.revision()).await;
        let [entry] = entries.as_slice() else {
            panic!("{about}: {entries:#?}");
        };
        assert_eq!(entry["object_type"], "proposal", "{about}");
        assert_eq!(entry["action"], "propose", "{about}");
        assert_eq!(entry["actor"], "token:editor", "{about}");
        let kept = service.get(&proposal).await.ok();
        assert_eq!(kept, answer.json(), "{about}");
        let subjects = kept["subjects"].as_array().expect("subjects");
        assert!(subjects.contains(&json!(subject)), "{about}: {subjects:?}");
        assert_eq!(kept["method"], *method, "{about}");
        assert_eq!(kept["path"], *path, "{about}");
        assert_eq!(kept.get("body").unwrap_or(&Value::Null), &body, "{about}");
        assert_eq!(kept["if_match"], "*", "{about}");
        assert_eq!(kept["reason"], "a reason", "{about}");
        assert_eq!(kept["proposed_by"], "token:editor", "{about}");
        if shown.status == 200 {
            assert_eq!(service.get(&path).await.json(), shown.json(), "{about}");
        }
        // The impact is what a dry run says.
        let impact = service.get(&format!("{proposal}/impact")).await.ok();
        let dry = editor
            .send(&method, &format!("{path}?dry_run=true"), &headers, &body)
            .await;
        assert_eq!(impact, dry.ok(), "{about}");
    }
    assert_eq!(decided(&service).await, before);
}

async fn what_needs_no_approval_is_made_at_once(service: Service) {
    let group = json!({"slug": "acme", "name": "Acme", "source": "a test"});
    service.create("/v1/groups", &group).await;
    let company = json!({"slug": "acme-gmbh", "kind": "group_company", "group": "acme",
        "legal_name": "Acme GmbH", "seat": "DE", "source": "a test"});
    service.create("/v1/organisations", &company).await;
    let activity = json!({"group": "acme", "name": "Newsletter", "purpose": "marketing",
        "data_categories": ["contact"], "source": "a test"});
    let made = service.create("/v1/processing-activities", &activity).await;
    let path = format!("/v1/processing-activities/{}", text(&made.json(), "id"));
    let more = json!({"data_categories": ["contact", "support"]});
    let wider = service.patch(&path, made.tag(), &more).await;
    wider.ok();
    let note = json!({"retention": "two years"});
    service.patch(&path, wider.tag(), &note).await.ok();
    // What says what is there already changes nothing, and needs nobody.
    let stripe = service.get("/v1/organisations/stripe").await;
    let same = json!({"seat": stripe.ok()["seat"]});
    let answer = service.patch("/v1/organisations/stripe", stripe.tag(), &same);
    answer.await.ok();
    assert!(service.every("/v1/proposals", 50).await.is_empty());
}

async fn what_would_be_refused_is_refused_before_it_is_proposed(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let reader = Person::of(&service, "reader", "reader", None).await;
    let limited = Person::of(&service, "limited", "editor", Some(&["qcontact"])).await;
    let before = service.head().await;
    let end = format!("/v1/adequacy-decisions/{DPF}/end");
    let send = async |person: &Person, tag: &str, body: &Value| {
        let headers = [("if-match", tag)];
        person.send("POST", &end, &headers, body).await
    };
    send(&editor, "\"7\"", &super::fall()).await.problem(412);
    send(&editor, "*", &json!({"on": "soon"}))
        .await
        .problem(422);
    send(&reader, "*", &super::fall()).await.problem(403);
    send(&limited, "*", &super::fall()).await.problem(403);
    let unmatched = editor.send("POST", &end, &[], &super::fall()).await;
    unmatched.problem(428);
    assert_eq!(service.head().await, before);
}

async fn a_request_under_one_key_is_one_proposal(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let held = "/v1/organisations/linkedin/certifications";
    let key = [("idempotency-key", "once")];
    let first = editor.send("POST", held, &key, &certification()).await;
    let path = proposed(&first);
    let then = service.head().await;
    let again = editor.send("POST", held, &key, &certification()).await;
    assert_eq!(proposed(&again), path);
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(service.head().await, then);
    let mut other = certification();
    other["covers_hr"] = json!(true);
    let reused = editor.send("POST", held, &key, &other).await;
    assert_eq!(text(&reused.problem(422), "code"), "idempotency_key_reused");
    // Approved, it is still what the key stands for, and nothing is made a second time.
    approver.approves(&path).await.ok();
    let then = service.head().await;
    let again = editor.send("POST", held, &key, &certification()).await;
    assert_eq!(proposed(&again), path);
    assert_eq!(service.head().await, then);
}

async fn a_file_that_needs_approval_is_refused(service: Service) {
    let before = service.head().await;
    let certified = json!({"certifications": [{"organisation": "linkedin",
        "framework": "eu-us-dpf", "valid_from": "2025-02-01", "source": "a test"}]});
    let amended = json!({ "law_amendments": [amendment()] });
    for (file, subject) in [
        (certified, "certifications"),
        (amended, "adequacy_decisions"),
    ] {
        for query in ["", "?dry_run=true"] {
            let path = format!("/v1/imports{query}");
            let file = file.to_string();
            let sent = service.send_file(&path, "application/json", &[], file.as_bytes());
            let problem = sent.await.problem(409);
            assert_eq!(text(&problem, "code"), "approval_required", "{problem:#}");
            assert!(text(&problem, "detail").contains(subject), "{problem:#}");
        }
    }
    assert_eq!(service.head().await, before);
    let harmless = json!({"groups": [{"slug": "acme", "name": "Acme", "source": "a test"}]});
    let harmless = harmless.to_string();
    let sent = service.send_file("/v1/imports", "application/json", &[], harmless.as_bytes());
    let answer = sent.await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
}

async fn where_nothing_is_asked_for_nothing_is_proposed(service: Service) {
    let end = format!("/v1/adequacy-decisions/{DPF}/end");
    service.step(&end, "*", &super::fall()).await.ok();
    let held = "/v1/organisations/linkedin/certifications";
    service.create(held, &certification()).await;
    assert!(service.every("/v1/proposals", 50).await.is_empty());
    assert_eq!(decided(&service).await, "deny");
}
