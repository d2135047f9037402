//! Two groups with ids that lie between each other's: whatever a token of the one asks for, nothing
//! of the other is in the answer.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::tokens::issued;
use crate::{
    contract::operations,
    fixture::{Answer, Service, on_both_databases, proposal, text},
};

on_both_databases![
    nothing_of_another_group_is_in_any_answer,
    a_check_knows_nobody_of_another_group,
    whoever_is_limited_writes_nothing_that_all_groups_share,
    what_a_limited_token_asked_is_decided_again_alike,
];

/// What can be had as a file.
const EXPORTED: [&str; 9] = [
    "register",
    "groups",
    "organisations",
    "certifications",
    "subprocessors",
    "mechanisms",
    "impact_assessments",
    "flows",
    "processing_activities",
];

/// What no answer to a token of another group may hold.
const CANARY: &str = "canary-7f3a";

/// One group's objects, by what the paths call their ids.
pub(super) struct Own {
    slug: String,
    ids: BTreeMap<&'static str, String>,
}

impl Own {
    /// A path with ids of this group's objects; `None`: what it names is nobody's alone.
    pub(super) fn path(&self, path: &str) -> Option<String> {
        let id = |kind: &str| self.ids.get(kind).map(String::as_str);
        let (collection, rest) = path.strip_prefix("/v1/")?.split_once("/{")?;
        let (_, step) = rest.split_once('}')?;
        if collection == "organisations" && step.starts_with("/certifications/{") {
            let (_, step) = step.split_once('}')?;
            let (holder, held) = (id("organisations")?, id("certifications")?);
            return Some(format!(
                "/v1/organisations/{holder}/certifications/{held}{step}"
            ));
        }
        Some(format!("/v1/{collection}/{}{step}", id(collection)?))
    }

    /// A path with what all groups share in the place of its parameters.
    pub(super) fn shared(&self, path: &str) -> String {
        let path = path
            .replace(
                "/adequacy-decisions/{id}",
                "/adequacy-decisions/EU-ADQ-US-DPF-2023-1795",
            )
            .replace("/territories/{code}", "/territories/US")
            .replace("/exports/{resource}", "/exports/organisations");
        let Some((before, rest)) = path.split_once("/{") else {
            return path;
        };
        // Of the rest there is none, or nobody's.
        let step = rest.split_once('}').map_or("", |(_, step)| step);
        let named = self.ids.get(before.trim_start_matches("/v1/"));
        let named = named.map_or("01900000-0000-7000-8000-000000000000", String::as_str);
        format!("{before}/{named}{step}")
    }
}

/// Two groups, each with one object of each kind, made in turn.
pub(super) async fn two_groups(service: &Service) -> (Own, Own) {
    let mut both = ["own", "others"].map(|slug| Own {
        slug: slug.to_owned(),
        ids: BTreeMap::new(),
    });
    for slug in ["own-vendor", "others-vendor"] {
        let vendor = json!({"slug": slug, "kind": "third_party", "seat": "US",
            "legal_name": "A vendor of all", "source": "a test"});
        service.create("/v1/organisations", &vendor).await;
    }
    for step in 0..9 {
        for own in &mut both {
            make(service, own, step).await;
        }
    }
    let [mut own, others] = both;
    let (token, _) = issued(service, "of nobody in particular", "reader", None).await;
    own.ids.insert("tokens", token);
    let user = super::people::made(service, "of-nobody-in-particular", "reader", &[]).await;
    own.ids.insert("users", user);
    let mut both = [own, others];
    for own in &mut both {
        proposes(service, own).await;
    }
    let [own, others] = both;
    (own, others)
}

/// Somebody for whom only a group exists proposes something about its activity.
async fn proposes(service: &Service, own: &mut Own) {
    let name = format!("proposer of {}", own.slug);
    issued(service, &name, "editor", Some(&[&own.slug])).await;
    let activity = own.ids.get("processing-activities").cloned();
    let path = format!("/v1/processing-activities/{}", activity.unwrap_or_default());
    let actor = format!("token:{name}");
    let id = proposal::propose(service, &actor, Some(&own.slug), &path).await;
    own.ids.insert("proposals", id.to_string());
}

/// Makes one object of a group; everything that it says of itself is a canary.
async fn make(service: &Service, own: &mut Own, step: usize) {
    let slug = own.slug.clone();
    let said = format!("{CANARY} of {slug}");
    let (company, vendor) = (format!("{slug}-company"), format!("{slug}-vendor"));
    let id = |kind: &str| own.ids.get(kind).cloned().unwrap_or_default();
    let (collection, kind, body) = match step {
        0 => (
            "/v1/groups".to_owned(),
            "groups",
            json!({"slug": slug, "name": said, "notice_note": said, "source": said}),
        ),
        1 => (
            "/v1/organisations".to_owned(),
            "organisations",
            json!({"slug": company, "kind": "group_company", "group": slug, "seat": "DE",
                "legal_name": said, "registration": said, "source": said,
                "contacts": [{"kind": "legal", "name": said}]}),
        ),
        2 => (
            format!("/v1/organisations/{company}/certifications"),
            "certifications",
            json!({"framework": "eu-us-dpf", "valid_from": "2024-01-01", "covers_hr": false,
                "source": said, "checked_on": "2026-11-02"}),
        ),
        3 => (
            "/v1/mechanisms".to_owned(),
            "mechanisms",
            json!({"group": slug, "tool": "scc-2021-914", "module": 2, "title": said,
                "signed_on": "2026-11-01", "note": said, "source": said,
                "checked_on": "2026-11-02", "parties": [
                    {"organisation": company, "side": "exporter"},
                    {"organisation": vendor, "side": "importer"}]}),
        ),
        4 => (
            "/v1/impact-assessments".to_owned(),
            "impact-assessments",
            json!({"mechanism": id("mechanisms"), "destination": "US", "source": said,
                "conclusion": "favourable", "concluded_on": "2026-11-02",
                "steps": {"transfer": said}}),
        ),
        5 => (
            "/v1/flows".to_owned(),
            "flows",
            json!({"group": slug, "exporter": company, "importer": vendor, "owner": said,
                "data_subjects": ["DE"], "data_categories": ["contact"], "note": said,
                "exporter_role": "controller", "importer_role": "processor",
                "valid_from": "2026-11-10", "source": said, "record_existing": true}),
        ),
        6 => (
            "/v1/subprocessors".to_owned(),
            "subprocessors",
            json!({"group": slug, "organisation": vendor, "service": said, "purpose": "support",
                "data_categories": ["support"], "data_subject_countries": ["DE"],
                "exporter_role": "controller", "importer_role": "processor",
                "effective_from": "2026-01-01", "note": said, "source": said,
                "record_existing": true}),
        ),
        7 => (
            "/v1/processing-activities".to_owned(),
            "processing-activities",
            json!({"group": slug, "name": said, "purpose": "marketing", "source": said,
                "data_categories": ["contact"], "retention": said}),
        ),
        _ => (
            format!("/v1/groups/{slug}/publications"),
            "publications",
            json!({"after": 0, "note": said}),
        ),
    };
    let made = service.create(&collection, &body).await.json();
    own.ids.insert(kind, text(&made, "id").to_owned());
    if step == 5 {
        let question = json!({"exporter": company, "importer": vendor, "data_subjects": ["DE"]});
        let check = service.check(&question).await.ok();
        own.ids
            .insert("transfer-checks", text(&check, "id").to_owned());
        let entries = service
            .every(&format!("/v1/ledger?object_id={company}"), 10)
            .await;
        own.ids.insert("ledger", entries[0]["seq"].to_string());
    }
}

/// What no group keeps and names a company of one is as much that group's: a flow, what continues it,
/// a mechanism that came to name it, and its assessment.
async fn kept_by_nobody(service: &Service, others: &Own) {
    let said = format!("{CANARY} of {}", others.slug);
    let (company, vendor) = (
        format!("{}-company", others.slug),
        format!("{}-vendor", others.slug),
    );
    let flow = |from: &str, to: &str| {
        json!({"exporter": from, "importer": to, "owner": said, "note": said,
            "data_subjects": ["DE"], "data_categories": ["contact"],
            "exporter_role": "controller", "importer_role": "processor",
            "valid_from": "2026-11-10", "source": said, "record_existing": true})
    };
    let first = service.create("/v1/flows", &flow(&company, &vendor)).await;
    let mut next = flow(&vendor, "cloudflare");
    next["continues"] = first.json()["id"].clone();
    service.create("/v1/flows", &next).await;
    let parties = |exporter: &str| {
        json!([{"organisation": exporter, "side": "exporter"},
            {"organisation": vendor, "side": "importer"}])
    };
    let mechanism = json!({"tool": "scc-2021-914", "module": 2, "title": said, "source": said,
        "signed_on": "2026-11-01", "parties": parties(&company)});
    let made = service.create("/v1/mechanisms", &mechanism).await.json();
    let assessment = json!({"mechanism": text(&made, "id"), "destination": "US", "source": said,
        "conclusion": "favourable", "concluded_on": "2026-11-02"});
    service.create("/v1/impact-assessments", &assessment).await;
    // What names nobody of the group any more did so before.
    let made = service.create("/v1/mechanisms", &mechanism).await.json();
    let path = format!("/v1/mechanisms/{}", text(&made, "id"));
    let change = json!({"parties": parties("stripe"), "title": "no longer theirs", "source": "it"});
    service.patch(&path, "*", &change).await.ok();
}

/// Everything of an answer, its headers included, as text.
fn told(answer: &Answer) -> String {
    format!("{:?}\n{}", answer.headers(), answer.text())
}

async fn nothing_of_another_group_is_in_any_answer(service: Service) {
    let (own, others) = two_groups(&service).await;
    // Everybody's own canaries are the same word: what is told of one's own is counted apart.
    let foreign = format!("{CANARY} of {}", others.slug);
    kept_by_nobody(&service, &others).await;
    let entries = service.every("/v1/ledger", 200).await;
    let of_others = entries
        .iter()
        .filter(|entry| entry.to_string().contains(&foreign));
    let history: Vec<String> = of_others.map(|entry| entry["seq"].to_string()).collect();
    assert!(history.len() > 12, "{history:?}");
    let roles = ["admin", "editor", "approver", "reader"];
    let mut tokens = Vec::new();
    for role in roles {
        let name = format!("{role} of own");
        tokens.push(issued(&service, &name, role, Some(&["own"])).await.1);
    }
    let document: Value = service.get_publicly("/openapi.json").await.ok();
    let mut asked = 0;
    for (token, role) in tokens.iter().zip(roles) {
        let credential = format!("Bearer {token}");
        let ask = async |method: &str, path: &str, body: &str| {
            let headers = [("if-match", "*")];
            let media_type = (!body.is_empty()).then_some("application/json");
            let answer = service
                .request(
                    Some(&credential),
                    method,
                    path,
                    media_type,
                    &headers,
                    body.as_bytes(),
                )
                .await;
            let told = told(&answer);
            assert!(!told.contains(&foreign), "{role}: {method} {path}: {told}");
            assert!(
                !told.contains(&others.ids["flows"]),
                "{role}: {method} {path}: {told}"
            );
            answer
        };
        for operation in operations(&document) {
            let listed = operation.method == "GET";
            for whose in [&own, &others] {
                let path = whose.path(&operation.path);
                let path = path.unwrap_or_else(|| whose.shared(&operation.path));
                let known = path.contains(&others.ids["flows"]);
                if !known {
                    ask(&operation.method, &path, "").await;
                }
                if listed && !operation.path.contains('{') {
                    for filter in [
                        "limit=200".to_owned(),
                        format!("group={}", others.slug),
                        format!("organisation={}-company", others.slug),
                        format!("exporter={}-company", others.slug),
                        format!("mechanism={}", others.ids["mechanisms"]),
                        format!("object_id={}-company", others.slug),
                        "verdict=deny".to_owned(),
                        "newest_first=true&limit=200".to_owned(),
                    ] {
                        ask("GET", &format!("{path}?{filter}"), "").await;
                    }
                }
                asked += 1;
            }
        }
        for resource in EXPORTED {
            for format in ["csv", "json"] {
                let path = format!("/v1/exports/{resource}?format={format}");
                ask("GET", &path, "").await;
            }
        }
        for change in [
            json!({"kind": "end_adequacy_decision", "id": "EU-ADQ-US-DPF-2023-1795",
                "on": "2026-12-01"}),
            json!({"kind": "end_mechanism", "id": own.ids["mechanisms"], "on": "2026-12-01"}),
        ] {
            let body = json!({ "changes": [change] }).to_string();
            ask("POST", "/v1/impact-analyses", &body).await.ok();
        }
        for seq in &history {
            let entry = ask("GET", &format!("/v1/ledger/{seq}"), "").await;
            assert_eq!(entry.status, 404, "{role}: {seq}");
        }
        // A cursor that was made for somebody who sees everything.
        let page = service.get("/v1/flows?limit=1").await.ok();
        let cursor = text(&page, "next_cursor");
        ask("GET", &format!("/v1/flows?limit=200&cursor={cursor}"), "").await;
    }
    assert!(asked > 4 * 80, "{asked}");
}

async fn a_check_knows_nobody_of_another_group(service: Service) {
    two_groups(&service).await;
    let (_, token) = issued(&service, "shop", "checker", Some(&["own"])).await;
    let credential = format!("Bearer {token}");
    let check = async |exporter: &str, importer: &str| {
        let question = json!({"exporter": exporter, "importer": importer,
            "data_subjects": ["DE"], "data_categories": ["contact"]});
        let body = question.to_string();
        let answer = service
            .send_as(
                Some(&credential),
                "POST",
                "/v1/transfer-checks",
                body.as_bytes(),
            )
            .await;
        answer.ok()
    };
    let own = check("own-company", "own-vendor").await;
    assert_eq!(own["decision"], "allow", "{own:#}");
    let known = check("nobody-at-all", "others-vendor").await;
    let mut foreign = check("others-company", "others-vendor").await;
    assert_eq!(foreign["decision"], "deny");
    let reasons = &foreign["relationship"]["reasons"];
    assert_eq!(reasons[0]["code"], "exporter_unknown", "{foreign:#}");
    // But for its name, the answer is that for nobody.
    let text = foreign
        .to_string()
        .replace("others-company", "nobody-at-all");
    foreign = serde_json::from_str(&text).expect("JSON");
    for field in [
        "decision",
        "relationship",
        "findings",
        "warnings",
        "valid_until",
    ] {
        assert_eq!(foreign[field], known[field], "{field}");
    }
}

async fn whoever_is_limited_writes_nothing_that_all_groups_share(service: Service) {
    let (own, _) = two_groups(&service).await;
    let (_, token) = issued(&service, "editor of own", "editor", Some(&["own"])).await;
    let (_, admin) = issued(&service, "admin of own", "admin", Some(&["own"])).await;
    let before = service.head().await;
    let send = async |token: &str, method: &str, path: &str, body: Value| {
        let credential = format!("Bearer {token}");
        let media_type = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        service
            .request(
                Some(&credential),
                method,
                path,
                Some(media_type),
                &[("if-match", "*")],
                body.to_string().as_bytes(),
            )
            .await
    };
    let vendor = json!({"slug": "new-vendor", "kind": "third_party", "seat": "US",
        "legal_name": "New", "source": "a test"});
    let end = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "a test"});
    for (method, path, body) in [
        ("POST", "/v1/organisations", vendor),
        (
            "PATCH",
            "/v1/organisations/stripe",
            json!({"legal_name": "Changed"}),
        ),
        (
            "POST",
            "/v1/groups",
            json!({"slug": "new", "name": "New", "source": "a test"}),
        ),
        (
            "POST",
            "/v1/adequacy-decisions/EU-ADQ-US-DPF-2023-1795/end",
            end,
        ),
    ] {
        let answer = send(&token, method, path, body).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
    }
    let new = json!({"name": "more", "role": "admin"});
    assert_eq!(send(&admin, "POST", "/v1/tokens", new).await.status, 403);
    let tokens = send(&admin, "GET", "/v1/tokens", Value::Null).await;
    assert_eq!(tokens.ok()["items"], json!([]));
    assert_eq!(service.head().await, before);
    let flow = format!("/v1/flows/{}", own.ids["flows"]);
    let amended = send(&token, "PATCH", &flow, json!({"owner": "anna"})).await;
    assert_eq!(amended.ok()["owner"], "anna", "its own it may");
}

async fn what_a_limited_token_asked_is_decided_again_alike(service: Service) {
    two_groups(&service).await;
    let (_, token) = issued(&service, "reader of own", "reader", Some(&["own"])).await;
    let (_, other) = issued(&service, "reader of others", "reader", Some(&["others"])).await;
    let send = async |token: &str, method: &str, path: &str, body: &str| {
        let credential = format!("Bearer {token}");
        service
            .send_as(Some(&credential), method, path, body.as_bytes())
            .await
    };
    let question = json!({"exporter": "others-company", "importer": "others-vendor",
        "data_subjects": ["DE"]});
    let asked = send(&token, "POST", "/v1/transfer-checks", &question.to_string()).await;
    let asked = asked.ok();
    assert_eq!(asked["decision"], "deny");
    // Recorded a moment after it was answered.
    let path = format!("/v1/transfer-checks/{}", text(&asked, "id"));
    for _ in 0..100 {
        if send(&token, "GET", &path, "").await.status == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for reader in [Some(&token), None] {
        let token = reader.map_or(Service::TOKEN, String::as_str);
        let replay = send(token, "POST", &format!("{path}/replay"), "")
            .await
            .ok();
        assert_eq!(replay["identical"], true, "{replay:#}");
    }
    send(&other, "GET", &path, "").await.problem(404);
}
