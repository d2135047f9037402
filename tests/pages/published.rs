//! The public list is what was published, judged by what is recorded.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    nothing_shows_before_it_is_published,
    a_group_that_never_published_has_no_list,
    nobody_outside_can_tell_that_a_group_is_there_before_it_publishes,
    what_falls_shows_at_once,
    what_was_not_published_by_then_was_not_there,
];

const PATHS: [&str; 3] = [
    "/botsify/subprocessors",
    "/botsify/subprocessors.json",
    "/botsify/subprocessors.json?as_of=2026-12-15",
];

async fn shown(service: &Service) -> Vec<Answer> {
    let mut all = Vec::new();
    for path in PATHS {
        let answer = service.get_publicly(path).await;
        assert_eq!(answer.status, 200, "{path}");
        all.push(answer);
    }
    all
}

async fn amend(service: &Service, path: &str, change: Value) {
    let tag = service.get(path).await.tag().to_owned();
    service.patch(path, &tag, &change).await.ok();
}

/// Bases of a list, by slug.
fn bases(list: &Value) -> Vec<(String, Value)> {
    let entries = list["subprocessors"].as_array().expect("subprocessors");
    let of = |one: &Value| (text(one, "slug").to_owned(), one["transfer_basis"].clone());
    entries.iter().map(of).collect()
}

async fn nothing_shows_before_it_is_published(service: Service) {
    let before = shown(&service).await;
    // Words that stand nowhere else; a country that nothing else is in; categories that change
    // what an outcome is.
    let path = "/v1/subprocessors?group=botsify&organisation=stripe";
    let stripe = text(&service.every(path, 50).await[0], "id").to_owned();
    amend(
        &service,
        &format!("/v1/subprocessors/{stripe}"),
        json!({"service": "draft-canary", "note": "draft-canary", "condition": "draft-canary",
            "data_categories": ["employment"],
            "locations": [{"place": "CN", "activity": "storage"}]}),
    )
    .await;
    amend(
        &service,
        "/v1/organisations/stripe",
        json!({"legal_name": "draft-canary, Inc.", "seat": "IN", "seat_note": "draft-canary"}),
    )
    .await;
    let name = json!({"name": "draft-canary", "notice_note": "draft-canary"});
    amend(&service, "/v1/groups/botsify", name).await;
    for (slug, listed) in [("draft-canary-gmbh", true), ("draft-canary-ag", false)] {
        let company = json!({"slug": slug, "kind": "group_company", "group": "botsify",
            "legal_name": "draft-canary", "seat": "DE", "on_public_list": listed, "source": "a test"});
        service.create("/v1/organisations", &company).await;
    }
    let vendor = json!({"slug": "draft-canary-vendor", "kind": "third_party", "seat": "DE",
        "legal_name": "draft-canary", "source": "a test"});
    service.create("/v1/organisations", &vendor).await;
    let engagement = json!({"group": "botsify", "organisation": "draft-canary-vendor",
        "service": "draft-canary", "effective_from": "2026-12-01", "source": "a test"});
    let proposed = service
        .create("/v1/subprocessors", &engagement)
        .await
        .json();

    let drafted = shown(&service).await;
    for (path, (before, now)) in PATHS.iter().zip(before.iter().zip(&drafted)) {
        let (was, is) = (before.revision().to_string(), now.revision().to_string());
        assert!(
            !now.text().contains("draft-canary"),
            "{path}: {}",
            now.text()
        );
        assert!(
            !now.text().contains("China") && !now.text().contains("\"CN\""),
            "{path}"
        );
        // But for the revision that it is made from, nothing is other than it was.
        let revision = |text: String, of: &str| {
            let words = [("revision\":", of), ("revision ", of)];
            words.iter().fold(text, |text, (word, of)| {
                text.replace(&format!("{word}{of}"), word)
            })
        };
        assert_eq!(
            revision(now.text(), &is),
            revision(before.text(), &was),
            "{path}"
        );
    }

    // All of it but the proposal and who is on no list is there once it is published.
    service.publish("botsify").await;
    let list = service.get_publicly(PATHS[1]).await.ok();
    let said = list.to_string();
    assert!(
        said.contains("draft-canary, Inc.") && said.contains("\"CN\""),
        "{said}"
    );
    assert!(said.contains("draft-canary-gmbh"), "{said}");
    for never in ["draft-canary-ag", "draft-canary-vendor"] {
        assert!(!said.contains(never), "{said}");
    }
    assert_ne!(bases(&list), bases(&before[1].json()));
    // Nor is the proposal there before it is announced and published.
    let step = format!("/v1/subprocessors/{}/announce", text(&proposed, "id"));
    service.step(&step, "*", &Value::Null).await.ok();
    let list = service.get_publicly(PATHS[1]).await.ok();
    assert_eq!(list["upcoming"], json!([]));
    service.publish("botsify").await;
    let list = service.get_publicly(PATHS[1]).await.ok();
    assert_eq!(list["upcoming"][0]["slug"], "draft-canary-vendor");
}

async fn a_group_that_never_published_has_no_list(service: Service) {
    let group = json!({"slug": "acme", "name": "Acme", "source": "a test"});
    service.create("/v1/groups", &group).await;
    for path in ["/acme/subprocessors", "/acme/subprocessors.json"] {
        assert_eq!(service.get_publicly(path).await.status, 404, "{path}");
    }
    service.publish("acme").await;
    let list = service.get_publicly("/acme/subprocessors.json").await.ok();
    assert_eq!(list["subprocessors"], json!([]));
}

async fn nobody_outside_can_tell_that_a_group_is_there_before_it_publishes(service: Service) {
    let group = json!({"slug": "quiet", "name": "Quiet", "source": "a test"});
    let made = service.create("/v1/groups", &group).await.json();
    let id = text(&made, "id").to_owned();
    for rest in [
        "",
        ".json",
        ".csv",
        ".jsonld",
        ".atom",
        ".pdf",
        "/upcoming",
        "/upcoming.ics",
        "/changes",
        "/compare",
        "/as-of/2026-01-01",
        "/as-of/never",
        "/stripe",
    ] {
        for query in [
            "",
            "?zz=1",
            "?as_of=never",
            "?known_at=2026-11-21T12:00:00Z",
            "?q=x&q=y",
        ] {
            let ask = async |group: &str| {
                let path = format!("/{group}/subprocessors{rest}{query}");
                let answer = service.get_publicly(&path).await;
                let told = answer.text();
                // Each answer has an id of its own, and says what was asked.
                let told = match serde_json::from_str::<Value>(&told) {
                    Ok(mut problem) => {
                        problem["request_id"] = Value::Null;
                        problem.to_string()
                    }
                    Err(_) => told,
                };
                (answer.status, told.replace(group, "GROUP"))
            };
            let nobody = ask("nobody").await;
            assert_eq!(nobody.0, 404, "{rest}{query}");
            assert_eq!(ask("quiet").await, nobody, "{rest}{query}");
            assert_eq!(ask(&id).await, nobody, "{rest}{query}");
        }
    }
}

async fn what_falls_shows_at_once(service: Service) {
    let before = bases(&service.get_publicly(PATHS[2]).await.ok());
    let dpf = "/v1/adequacy-decisions/EU-ADQ-US-DPF-2023-1795";
    let tag = service.get(dpf).await.tag().to_owned();
    let fall = json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"});
    service.step(&format!("{dpf}/end"), &tag, &fall).await.ok();
    let after = bases(&service.get_publicly(PATHS[2]).await.ok());
    assert_ne!(before, after);
    // And the check says the same of what was not changed since.
    let stripe = after
        .iter()
        .find(|(slug, _)| slug == "stripe")
        .expect("stripe");
    for (regime, home) in [("eu", "DE"), ("ch", "CH"), ("uk", "GB")] {
        let question = json!({"exporter": "botsify", "importer": "stripe",
            "data_subjects": [home], "as_of": "2026-12-15"});
        let verdict = service.check(&question).await.ok();
        let findings = verdict["findings"].as_array().expect("findings").iter();
        let own: Vec<_> = findings.filter(|one| one["regime"] == regime).collect();
        let listed = stripe.1.as_array().expect("bases").iter();
        let listed = listed
            .clone()
            .find(|one| one["regime"] == regime)
            .expect(regime);
        assert!(!own.is_empty());
        assert!(
            own.iter().any(|one| one["outcome"] == listed["outcome"]),
            "{regime}: {verdict:#}"
        );
    }
}

async fn what_was_not_published_by_then_was_not_there(service: Service) {
    service.registry().clock().advance(TimeDelta::seconds(1));
    let group = json!({"slug": "acme", "name": "Acme", "source": "a test"});
    service.create("/v1/groups", &group).await;
    let created = service.registry().clock().now();
    service.registry().clock().advance(TimeDelta::seconds(1));
    service.publish("acme").await;
    let published = service.registry().clock().now();
    service.registry().clock().advance(TimeDelta::seconds(1));
    let renamed = json!({"name": "Acme renamed"});
    amend(&service, "/v1/groups/acme", renamed).await;
    service.publish("acme").await;
    let at = |then: chrono::DateTime<chrono::Utc>| {
        let then = then.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        format!("/acme/subprocessors?known_at={then}")
    };
    for before in [created - TimeDelta::milliseconds(500), created] {
        let answer = service.get_publicly(&at(before)).await;
        assert_eq!(answer.status, 404, "{}", at(before));
        let said = answer.text();
        assert!(said.contains("had published no list"), "{said}");
        assert!(said.contains("The first was published on"), "{said}");
    }
    let then = service.get_publicly(&at(published)).await;
    assert_eq!(then.status, 200);
    assert!(!then.text().contains("Acme renamed"));
    let now = service.get_publicly("/acme/subprocessors").await.text();
    assert!(now.contains("Acme renamed"));
}
