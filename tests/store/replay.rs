//! The ledger alone tells what the tables hold.

use std::collections::BTreeSet;

use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::{Value, json};
use transfer_registry_entity::{head, ledger, vocabulary::ObjectType};

use crate::fixture::{
    Answer, Service,
    agreement::{kept, of_ledger_and_tables, replayed},
    on_both_databases, proposal, text,
};

on_both_databases![
    replaying_the_ledger_gives_the_tables,
    every_change_is_in_the_ledger_with_who_and_why,
];

/// The path of what was made.
fn place(made: &Answer) -> String {
    made.header("location").expect("a location").to_owned()
}

/// Makes something, and corrects it; gives its path and its newest tag.
async fn made(service: &Service, collection: &str, new: Value, change: Value) -> (String, String) {
    let made = service.create(collection, &new).await;
    let path = place(&made);
    let changed = service.patch(&path, made.tag(), &change).await;
    changed.ok();
    (path, changed.tag().to_owned())
}

/// A group, its company and a vendor with its certification.
async fn parties(service: &Service) -> (String, String) {
    let group = json!({"slug": "acme", "name": "Acme", "notice_days": 14, "source": "a test"});
    made(service, "/v1/groups", group, json!({"objection_days": 10})).await;
    let company = json!({"slug": "acme-gmbh", "kind": "group_company", "group": "acme",
        "legal_name": "Acme GmbH", "seat": "DE", "source": "a test"});
    let change = json!({"contacts": [{"kind": "legal", "email": "legal@acme.example"}]});
    made(service, "/v1/organisations", company, change).await;
    let vendor = json!({"slug": "mailer", "kind": "third_party", "legal_name": "Mailer, Inc.",
        "source": "a test"});
    let change = json!({"seat": "US", "attributes": {"subject_to_gdpr": true}});
    made(service, "/v1/organisations", vendor, change).await;
    let activity = json!({"group": "acme", "name": "Newsletters", "purpose": "marketing",
        "data_categories": ["contact"], "source": "a test"});
    let change = json!({"retention": "until withdrawn"});
    made(service, "/v1/processing-activities", activity, change).await;
    let certification = json!({"framework": "eu-us-dpf", "valid_from": "2024-01-01",
        "covers_hr": false, "source": "a test", "checked_on": "2026-11-02"});
    let held = "/v1/organisations/mailer/certifications";
    made(service, held, certification, json!({"covers_hr": true})).await
}

/// Clauses that a third company docks to, and their assessment.
async fn grounds(service: &Service) -> (String, String) {
    let clauses = json!({"group": "acme", "tool": "scc-2021-914", "module": 2,
        "signed_on": "2026-11-01", "parties": [
            {"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "mailer", "side": "importer"}],
        "source": "the signed clauses"});
    let (path, _) = made(
        service,
        "/v1/mechanisms",
        clauses,
        json!({"note": "on paper"}),
    )
    .await;
    let docks = json!({"organisation": "stripe", "side": "importer", "acceded_on": "2026-11-05"});
    let docked = service.post(&format!("{path}/parties"), &docks).await;
    assert_eq!(docked.status, 201, "{}", docked.text());
    let mechanism = text(&docked.json(), "id").to_owned();
    let assessment = json!({"mechanism": mechanism, "destination": "US",
        "conclusion": "favourable", "concluded_on": "2026-11-02", "source": "the file"});
    let review = json!({"steps": {"re_evaluation": "nothing changed"}});
    made(service, "/v1/impact-assessments", assessment, review).await;
    let derogation = json!({"group": "acme", "tool": "derogation-49-1-e", "parties": [
            {"organisation": "acme-gmbh", "side": "exporter"},
            {"organisation": "mailer", "side": "importer"}],
        "uses_limit": 2, "source": "counsel's memorandum"});
    let derogation = service.create("/v1/mechanisms", &derogation).await;
    let uses = format!("{}/uses", place(&derogation));
    let filing = json!({"on": "2026-11-20", "note": "a filing"});
    assert_eq!(service.post(&uses, &filing).await.status, 201);
    (path, docked.tag().to_owned())
}

/// An engagement and a flow through their lives.
async fn relationships(service: &Service) {
    let locations = json!([{"place": "US", "activity": "storage"},
        {"place": "IE", "activity": "remote_access", "operated_by": "google",
            "from": "2026-12-20", "until": "2027-03-31"}]);
    let engagement = json!({"group": "acme", "organisation": "mailer", "service": "newsletters",
        "data_categories": ["contact"], "data_subject_countries": ["DE"],
        "exporter_role": "controller", "importer_role": "processor",
        "effective_from": "2026-12-15", "locations": locations, "source": "a test"});
    let flow = json!({"group": "acme", "exporter": "acme-gmbh", "importer": "mailer",
        "data_subjects": ["DE"], "data_categories": ["contact"], "exporter_role": "controller",
        "importer_role": "processor", "valid_from": "2026-11-10", "locations": locations,
        "source": "a test"});
    let moved = json!({"locations": [
        {"place": "US", "activity": "storage", "until": "2026-12-24"},
        {"place": "FR", "activity": "storage", "from": "2026-12-25"}]});
    for (collection, new, steps) in [
        (
            "/v1/subprocessors",
            engagement,
            ["announce", "withdraw", "announce", "activate"],
        ),
        (
            "/v1/flows",
            flow,
            ["activate", "suspend", "activate", "suspend"],
        ),
    ] {
        let (path, mut tag) = made(service, collection, new, moved.clone()).await;
        for step in steps {
            let taken = service
                .step(&format!("{path}/{step}"), &tag, &json!(null))
                .await;
            taken.ok();
            taken.tag().clone_into(&mut tag);
        }
        end(service, (path, tag), "2026-12-31").await;
    }
}

async fn end(service: &Service, (path, tag): (String, String), last_day: &str) {
    let last_day = json!({ "last_day": last_day });
    let ended = service.step(&format!("{path}/end"), &tag, &last_day).await;
    ended.ok();
}

/// A decision that falls, and the amendment taken back.
async fn law(service: &Service) {
    let path = "/v1/adequacy-decisions/EU-ADQ-US-DPF-2023-1795";
    let tag = service.get(path).await.tag().to_owned();
    let falls = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    service
        .step(&format!("{path}/end"), &tag, &falls)
        .await
        .ok();
    let amendments = service.every("/v1/law-amendments", 200).await;
    let [amendment] = amendments.as_slice() else {
        panic!("{amendments:?}");
    };
    let path = format!("/v1/law-amendments/{}", text(amendment, "id"));
    let tag = service.get(&path).await.tag().to_owned();
    let withdraw = format!("{path}/withdraw");
    service.step(&withdraw, &tag, &json!(null)).await.ok();
}

async fn replaying_the_ledger_gives_the_tables(service: Service) {
    let held = parties(&service).await;
    let signed = grounds(&service).await;
    relationships(&service).await;
    law(&service).await;
    end(&service, held, "2026-11-30").await;
    end(&service, signed, "2027-06-30").await;
    let token = json!({"name": "a test", "role": "reader"});
    let token = service.create("/v1/tokens", &token).await;
    let revoke = format!("{}/revoke", place(&token));
    service.step(&revoke, token.tag(), &Value::Null).await.ok();
    let user = json!({"name": "anna", "role": "reader"});
    let user = service.create("/v1/users", &user).await;
    let disable = format!("{}/disable", place(&user));
    service.step(&disable, user.tag(), &Value::Null).await.ok();
    let id = proposal::propose(&service, "bootstrap", None, "/v1/flows/x").await;
    proposal::withdraw(&service, "bootstrap", id).await;
    let renamed = json!({"name": "Botsify, renamed"});
    let botsify = "/v1/groups/botsify";
    service.patch(botsify, "*", &renamed).await.ok();
    service.publish("botsify").await;

    let db = service.database().await;
    of_ledger_and_tables(&db).await;
    let (replayed, kept) = (replayed(&db).await, kept(&db).await);
    let kinds: BTreeSet<_> = kept.keys().map(|(kind, _)| kind.as_str()).collect();
    let all = ObjectType::ALL.iter().map(|kind| kind.code());
    assert_eq!(kinds, all.collect(), "every kind of object is among them");
    let entries = ledger::Entity::find().all(&db).await.expect("the ledger");
    for kind in kinds {
        let of_kind = |entry: &&ledger::Model| entry.object_type.0.code() == kind;
        let number = entries.iter().filter(of_kind).count();
        let objects = kept.keys().filter(|(of, _)| of == kind).count();
        // A pack of law and a publication are never changed: another one follows.
        let once = ["law_pack", "publication"].contains(&kind);
        assert!(number > objects || once, "no {kind} was changed");
    }

    // A table changed behind the ledger's back is no longer what the ledger tells.
    let seat = async |seat: &str| {
        let sql = format!("UPDATE organisations SET seat = '{seat}' WHERE slug = 'google'");
        super::execute(&db, &sql).await.expect("changed");
    };
    seat("DE").await;
    assert_ne!(replayed, self::kept(&db).await);
    seat("US").await;
    assert_eq!(replayed, self::kept(&db).await);
}

async fn every_change_is_in_the_ledger_with_who_and_why(service: Service) {
    let db = service.database().await;
    let entries = ledger::Entity::find()
        .order_by_asc(ledger::Column::Seq)
        .all(&db)
        .await;
    let entries = entries.expect("the ledger");
    let head = head::Entity::find()
        .one(&db)
        .await
        .expect("the head")
        .expect("one head");
    for (at, entry) in (1_i64..).zip(&entries) {
        assert_eq!(entry.seq, at, "contiguous from 1");
        assert!(
            !entry.actor.is_empty() && !entry.action.is_empty() && !entry.request_id.is_empty(),
            "{entry:?}"
        );
        assert!(
            entry.revision >= 1 && entry.revision <= head.revision,
            "{entry:?}"
        );
    }
    for pair in entries.windows(2) {
        assert_eq!(pair[1].prev_hash, pair[0].hash, "entry {}", pair[1].seq);
        assert!(pair[0].revision <= pair[1].revision && pair[0].recorded_at <= pair[1].recorded_at);
    }
    let last = entries.last().expect("entries");
    assert_eq!((head.ledger_seq, &head.ledger_hash), (last.seq, &last.hash));
    assert_eq!(head.revision, last.revision);
}
