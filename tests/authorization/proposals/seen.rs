//! Whoever is limited to groups sees the proposals of those for whom no others exist.

use serde_json::json;

use super::{Person, falls, where_approval_is_required};
use crate::fixture::{Service, text};

where_approval_is_required![
    whoever_is_limited_knows_of_no_other_proposals,
    a_proposal_is_made_within_what_existed_for_who_made_it,
];

/// The entries about proposals that somebody finds in the ledger.
async fn told(person: &Person) -> usize {
    let page = person.get("/v1/ledger?object_type=proposal&limit=50").await;
    page.ok()["items"].as_array().map_or(0, Vec::len)
}

async fn whoever_is_limited_knows_of_no_other_proposals(service: Service) {
    let whole = Person::of(&service, "whole", "editor", None).await;
    let own = Person::of(&service, "own", "editor", Some(&["qcontact"])).await;
    let peer = Person::of(&service, "peer", "approver", Some(&["qcontact"])).await;
    let wider = Person::of(&service, "wider", "approver", Some(&["qcontact", "qiscus"])).await;
    let other = Person::of(&service, "other", "admin", Some(&["qiscus"])).await;
    let shared = falls(&whole).await;
    let flows = service.every("/v1/subprocessors?group=qcontact", 50).await;
    let open = flows
        .iter()
        .find(|one| one["status"] == "active" && one.get("ended_on").is_none());
    let engaged = format!("/v1/subprocessors/{}", text(open.expect("one"), "id"));
    let last = json!({"last_day": "2026-12-31"});
    let end = format!("{engaged}/end");
    let theirs = own.proposes("POST", &end, "*", &last).await;

    for (person, path, there) in [
        (&whole, &shared, true),
        (&whole, &theirs, true),
        (&own, &shared, false),
        (&own, &theirs, true),
        (&peer, &theirs, true),
        (&peer, &shared, false),
        (&wider, &theirs, true),
        (&wider, &shared, false),
        (&other, &theirs, false),
        (&other, &shared, false),
    ] {
        let expected = if there { 200 } else { 404 };
        assert_eq!(person.get(path).await.status, expected, "{path}");
        let impact = person.get(&format!("{path}/impact")).await;
        assert_eq!(impact.status, expected, "{path}: {}", impact.text());
    }
    for (person, number) in [(&whole, 2), (&own, 1), (&peer, 1), (&wider, 1), (&other, 0)] {
        let page = person.get("/v1/proposals").await.ok();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(number));
        assert_eq!(told(person).await, number);
    }
    let before = service.head().await;
    for step in ["approve", "refuse"] {
        other.step(&theirs, step, "*").await.problem(404);
        peer.step(&shared, step, "*").await.problem(404);
    }
    own.step(&shared, "withdraw", "*").await.problem(404);
    assert_eq!(service.head().await, before);
    peer.approves(&theirs).await.ok();
    assert_eq!(service.get(&engaged).await.ok()["ended_on"], "2026-12-31");
}

async fn a_proposal_is_made_within_what_existed_for_who_made_it(service: Service) {
    let own = Person::of(&service, "own", "editor", Some(&["qcontact"])).await;
    let whole = Person::of(&service, "whole", "approver", None).await;
    let clauses = json!({"group": "qcontact", "tool": "scc-2021-914", "module": 1,
        "signed_on": "2026-01-10", "source": "a test", "checked_on": Service::TODAY,
        "parties": [{"organisation": "qcontact-ltd", "side": "exporter"},
            {"organisation": "stripe", "side": "importer"}]});
    let path = own.proposes("POST", "/v1/mechanisms", "*", &clauses).await;
    let mut foreign = clauses;
    foreign["group"] = json!("qiscus");
    let headers = [("if-match", "*")];
    let edit = json!({ "body": foreign });
    let refused = own.send("PUT", &path, &headers, &edit).await;
    let problem = refused.problem(409);
    assert_eq!(text(&problem, "code"), "proposal_outdated");
    assert_eq!(refused.pointers(), ["/group"]);
    whole.approves(&path).await.ok();
    let made = service.every("/v1/mechanisms", 50).await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["group"], "qcontact");
}
