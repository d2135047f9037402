//! What a merge patch does to an object, and what it must not.

use poem_openapi::types::Type;
use serde_json::{Value, json};

use super::{
    CHANGE, CREATE, argo, client, send,
    vessels::{NewVessel, whole},
};
use crate::{
    api::patch::Patch,
    refusal::{Refusal, ViolationCode},
};

fn patch(patch: &Value) -> Patch<NewVessel> {
    Patch::of(patch.to_string().as_bytes()).unwrap()
}

fn applied(change: &Value) -> Value {
    let patched = patch(change).apply(&whole()).unwrap();
    serde_json::to_value(patched).unwrap()
}

fn refused(change: &Value) -> Vec<(String, ViolationCode)> {
    let refusal = patch(change).apply(&whole()).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid(_)), "{refusal:?}");
    let violations = refusal.violations().iter();
    violations
        .map(|violation| (violation.pointer.clone(), violation.code))
        .collect()
}

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let before = serde_json::to_value(whole()).unwrap();
    assert_eq!(applied(&json!({})), before);
    assert_eq!(applied(&before), before);
    for (change, place, after) in [
        (json!({"name": "Argo II"}), "/name", json!("Argo II")),
        (json!({"crew": null}), "/crew", json!(null)),
        (
            json!({"captain": {"rank": "king"}}),
            "/captain/rank",
            json!("king"),
        ),
        (
            json!({"captain": {"rank": null}}),
            "/captain/rank",
            json!(null),
        ),
        (json!({"captain": null}), "/captain", json!(null)),
        (
            json!({"ports": [{"name": "Kyzikos"}]}),
            "/ports",
            json!([{"name": "Kyzikos", "note": null}]),
        ),
        (json!({"ports": []}), "/ports", json!([])),
        (json!({"slug": "argo", "crew": 7}), "/crew", json!(7)),
    ] {
        let mut expected = before.clone();
        *expected.pointer_mut(place).unwrap() = after;
        assert_eq!(applied(&change), expected, "{change}");
    }
    let anew = NewVessel {
        captain: None,
        ..whole()
    };
    let given = patch(&json!({"captain": {"name": "Idmon"}}))
        .apply(&anew)
        .unwrap();
    assert_eq!(given.captain.unwrap().name, "Idmon");
}

#[test]
fn what_would_be_wrong_with_the_patched_object_is_said_by_its_places() {
    use ViolationCode as Code;
    for (change, expected) in [
        (json!({"name": null}), ("/name", Code::MissingField)),
        (json!({"name": ""}), ("/name", Code::TooShort)),
        (json!({"country": "XX"}), ("/country", Code::UnknownCountry)),
        (
            json!({"category": "shoe_size"}),
            ("/category", Code::UnknownCode),
        ),
        (json!({"role": "owner"}), ("/role", Code::UnknownCode)),
        (
            json!({"launched_on": "2020-2-3"}),
            ("/launched_on", Code::BadDay),
        ),
        (json!({"crew": "many"}), ("/crew", Code::WrongType)),
        (json!({"colour": "blue"}), ("/colour", Code::UnknownField)),
        (json!({"colour": null}), ("/colour", Code::UnknownField)),
        (
            json!({"captain": {"age": null}}),
            ("/captain/age", Code::UnknownField),
        ),
        (
            json!({"captain": {"name": null}}),
            ("/captain/name", Code::MissingField),
        ),
        (json!({"captain": "Jason"}), ("/captain", Code::WrongType)),
        (
            json!({"ports": [{"note": "no name"}]}),
            ("/ports/0/name", Code::MissingField),
        ),
        (
            json!({"ports": [{"name": "a", "note": null}]}),
            ("/ports/0/note", Code::WrongType),
        ),
        (json!({"slug": "argo-2"}), ("/slug", Code::ImmutableField)),
        (json!({"slug": null}), ("/slug", Code::ImmutableField)),
        (json!({"slug": 7}), ("/slug", Code::ImmutableField)),
    ] {
        let (pointer, code) = expected;
        assert_eq!(refused(&change), [(pointer.to_owned(), code)], "{change}");
    }
    let much = json!({"slug": "b", "name": null, "crew": -1, "x": null, "ports": [1, 2, 3, 4]});
    let pointers: Vec<_> = refused(&much).into_iter().map(|(at, _)| at).collect();
    let expected = [
        "/crew", "/name", "/ports", "/ports/0", "/ports/1", "/ports/2", "/ports/3",
    ];
    assert_eq!(pointers[..7], expected);
    assert_eq!(pointers[7..], ["/slug", "/x"]);
}

#[test]
fn a_patch_is_an_object_without_duplicate_keys() {
    for body in ["[]", "null", "7", "\"x\""] {
        let refusal = Patch::<NewVessel>::of(body.as_bytes()).unwrap_err();
        assert_eq!(
            refusal.violations()[0].code,
            ViolationCode::WrongType,
            "{body}"
        );
    }
    for body in [
        "",
        "{",
        r#"{"crew": 1, "crew": 2}"#,
        r#"{"captain": {"rank": "a", "rank": null}}"#,
    ] {
        let refusal = Patch::<NewVessel>::of(body.as_bytes()).unwrap_err();
        assert!(matches!(refusal, Refusal::Malformed(_)), "{body}");
    }
    assert_eq!(NewVessel::name(), "NewVessel");
}

#[tokio::test]
async fn a_refused_patch_changes_nothing() {
    let (client, harbour) = client().await;
    send(&client, CREATE, &[], &argo()).await.expect(201);
    for (change, status) in [
        (json!({"crew": "many", "slug": "b"}), 422),
        (json!([]), 422),
    ] {
        let answered = send(&client, CHANGE, &[("if-match", "*")], &change).await;
        let refused = answered.expect(status);
        assert_eq!(refused.problem().0, "invalid_request");
    }
    assert_eq!(harbour.recorded().await.len(), 1);
    let nobody = (CHANGE.0.clone(), "/v1/vessels/nobody");
    let refused = send(&client, nobody, &[("if-match", "*")], &json!({})).await;
    assert_eq!(refused.expect(404).problem().0, "not_found");
}
