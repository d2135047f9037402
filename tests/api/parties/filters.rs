//! What narrows the lists of organisations and processing activities.

use serde_json::{Value, json};

use crate::fixture::{Service, on_both_databases, text};

on_both_databases![filters_give_what_matches_and_nothing_else];

/// Whether an item belongs into a filtered list.
type Matches = Box<dyn Fn(&Value) -> bool>;

async fn filters_give_what_matches_and_nothing_else(service: Service) {
    let unknown = json!({
        "slug": "somewhere", "kind": "third_party", "legal_name": "Über Alles Hosting",
        "source": "a test", "checked_on": "2026-11-20",
    });
    service.create("/v1/organisations", &unknown).await;
    let day = "2026-11-21";
    let certified = move |item: &Value| {
        let held = item["certifications"].as_array().expect("a list");
        held.iter().any(|held| {
            text(held, "framework") == "uk-extension"
                && text(held, "valid_from") <= day
                && held
                    .get("valid_to")
                    .is_none_or(|last| last.as_str() >= Some(day))
        })
    };
    let on_day = format!("framework=uk-extension&as_of={day}");
    let filters: [(&str, Matches); 8] = [
        ("framework=uk-extension", Box::new(certified)),
        (on_day.as_str(), Box::new(certified)),
        (
            "checked=false",
            Box::new(|item| item.get("checked_on").is_none()),
        ),
        (
            "checked=true",
            Box::new(|item| item.get("checked_on").is_some()),
        ),
        (
            "unknown_seat=true",
            Box::new(|item| item.get("seat").is_none()),
        ),
        (
            "unknown_seat=false",
            Box::new(|item| item.get("seat").is_some()),
        ),
        (
            "q=%C3%BCBER%20alles",
            Box::new(|item| text(item, "slug") == "somewhere"),
        ),
        (
            "q=qcontact-&kind=group_company",
            Box::new(|item| {
                text(item, "slug").contains("qcontact-") && text(item, "kind") == "group_company"
            }),
        ),
    ];
    let all = service.every("/v1/organisations", 200).await;
    expect_filtered(&service, "/v1/organisations", &all, &filters).await;

    let filters: [(&str, Matches); 5] = [
        (
            "group=qcontact",
            Box::new(|item| text(item, "group") == "qcontact"),
        ),
        (
            "role=controller",
            Box::new(|item| text(item, "role") == "controller"),
        ),
        (
            "purpose=service_provision",
            Box::new(|item| text(item, "purpose") == "service_provision"),
        ),
        (
            "data_category=usage",
            Box::new(|item| {
                let all = item["data_categories"].as_array().expect("a list");
                all.contains(&json!("usage"))
            }),
        ),
        ("as_of=2001-01-01", Box::new(|_| true)),
    ];
    let all = service.every("/v1/processing-activities", 200).await;
    expect_filtered(&service, "/v1/processing-activities", &all, &filters).await;
    for (path, pointer) in [
        ("/v1/organisations?checked=perhaps", "/checked"),
        ("/v1/organisations?framework=dpf", "/framework"),
        (
            "/v1/processing-activities?data_category=shoes",
            "/data_category",
        ),
    ] {
        let refused = service.get(path).await;
        assert_eq!(refused.violations()[0].0, pointer, "{path}");
    }
}

/// Holds a filtered list against the whole one; with `as_of` an item may be shown with less.
async fn expect_filtered(
    service: &Service,
    list: &str,
    all: &[Value],
    filters: &[(&str, Matches)],
) {
    for (filter, matches) in filters {
        let kept = service.every(&format!("{list}?{filter}"), 7).await;
        let kept: Vec<_> = kept.iter().map(|item| text(item, "id")).collect();
        let expected: Vec<_> = all.iter().filter(|item| matches(item)).collect();
        assert!(!expected.is_empty(), "{filter} matches nothing");
        let expected: Vec<_> = expected.iter().map(|item| text(item, "id")).collect();
        assert_eq!(kept, expected, "{list} {filter}");
    }
}
