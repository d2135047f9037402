//! What nobody outside can say.

use serde_json::Value;

use super::{Person, falls, where_approval_is_required};
use crate::fixture::{Service, text};

where_approval_is_required![
    nobody_outside_asks_as_the_service_asks_itself,
    whoever_may_only_approve_proposes_nothing_and_the_other_way_round,
];

async fn nobody_outside_asks_as_the_service_asks_itself(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let path = falls(&editor).await;
    let before = service.head().await;
    for credential in ["Bearer inside", "Bearer Inside", "Bearer token:editor"] {
        for headers in [
            &[("if-match", "*"), ("x-on-behalf-of", "token:editor")][..],
            &[("if-match", "*"), ("x-actor", "token:editor")],
        ] {
            let approve = format!("{path}/approve");
            let answer = service
                .request(Some(credential), "POST", &approve, None, headers, b"")
                .await;
            answer.problem(401);
        }
    }
    assert_eq!(service.head().await, before);
}

async fn whoever_may_only_approve_proposes_nothing_and_the_other_way_round(service: Service) {
    let editor = Person::of(&service, "editor", "editor", None).await;
    let other = Person::of(&service, "other", "editor", None).await;
    let approver = Person::of(&service, "approver", "approver", None).await;
    let reader = Person::of(&service, "reader", "reader", None).await;
    let path = falls(&editor).await;
    let before = service.head().await;
    for (person, step) in [
        (&other, "approve"),
        (&other, "refuse"),
        (&reader, "approve"),
    ] {
        let problem = person.step(&path, step, "*").await.problem(403);
        assert_eq!(text(&problem, "code"), "forbidden");
    }
    let end = format!("/v1/adequacy-decisions/{}/end", super::DPF);
    let any = [("if-match", "*")];
    let proposed = approver.send("POST", &end, &any, &super::fall()).await;
    proposed.problem(403);
    let edit = serde_json::json!({"body": super::fall()});
    approver.send("PUT", &path, &any, &edit).await.problem(403);
    let approve = format!("{path}/approve");
    let bare = approver.send("POST", &approve, &[], &Value::Null).await;
    bare.problem(428);
    assert_eq!(service.head().await, before);
}
