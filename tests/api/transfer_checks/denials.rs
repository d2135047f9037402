//! A legal "no", an unknown party and an unregistered pair are answers, not errors.

use serde_json::json;

use super::{ask, codes, list, question};
use crate::fixture::{Service, on_both_databases, text};

on_both_databases![
    an_unknown_party_is_a_denial_that_names_the_side,
    an_unregistered_pair_is_a_denial_that_still_hears_the_law,
    a_category_that_the_engagement_does_not_name_is_a_denial,
    without_any_regime_only_the_relationship_decides,
];

async fn an_unknown_party_is_a_denial_that_names_the_side(service: Service) {
    for (exporter, importer, expected) in [
        ("nobody", "qcontact-inc", vec!["exporter_unknown"]),
        ("qcontact-ltd", "nobody", vec!["importer_unknown"]),
        (
            "nobody",
            "no-one",
            vec!["exporter_unknown", "importer_unknown"],
        ),
        // A slug is a name, not a pattern or a case-folded word.
        ("QContact-Ltd", "qcontact-inc", vec!["exporter_unknown"]),
        (
            "qcontact-ltd",
            "01900000-0000-7000-8000-000000000000",
            vec!["importer_unknown"],
        ),
    ] {
        let verdict = ask(&service, &question(exporter, importer, "DE", "2019-06-01")).await;
        let relationship = &verdict["relationship"];
        assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
        assert_eq!(text(relationship, "outcome"), "denied", "{verdict:#}");
        assert_eq!(text(relationship, "kind"), "none", "{verdict:#}");
        assert_eq!(codes(relationship, "reasons"), expected, "{verdict:#}");
    }
    let asked = json!({
        "exporter": "qcontact-ltd", "importer": "qcontact-inc", "onward": ["nobody"],
        "data_subjects": ["DE"], "as_of": "2019-06-01",
    });
    let verdict = ask(&service, &asked).await;
    assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
    assert_eq!(
        codes(&verdict["relationship"], "reasons"),
        ["importer_unknown"],
        "{verdict:#}"
    );
}

async fn an_unregistered_pair_is_a_denial_that_still_hears_the_law(service: Service) {
    // New Zealand is adequate, but netcode never engaged this company; nor does it run backwards.
    for (exporter, importer) in [
        ("netcode", "qcontact-billing"),
        ("stripe", "botsify"),
        ("netcode", "qcontact-ltd"),
    ] {
        let verdict = ask(&service, &question(exporter, importer, "DE", "2025-01-01")).await;
        let relationship = &verdict["relationship"];
        assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
        assert_eq!(text(relationship, "kind"), "none", "{verdict:#}");
        assert_eq!(
            codes(relationship, "reasons"),
            ["relationship_unregistered"],
            "{verdict:#}"
        );
        assert!(!list(&verdict, "findings").is_empty(), "{verdict:#}");
    }
    let verdict = ask(
        &service,
        &question("netcode", "qcontact-billing", "DE", "2025-01-01"),
    )
    .await;
    assert_eq!(
        text(&verdict["findings"][0], "outcome"),
        "adequacy",
        "{verdict:#}"
    );
}

async fn a_category_that_the_engagement_does_not_name_is_a_denial(service: Service) {
    let engagements = service.every("/v1/subprocessors", 100).await;
    let limited: Vec<_> = engagements
        .iter()
        .filter(|engagement| text(engagement, "group") == "qcontact")
        .filter_map(|engagement| Some((engagement, engagement["data_categories"].as_array()?)))
        .collect();
    assert!(
        !limited.is_empty(),
        "the notice connects some categories with a provider"
    );
    for (engagement, categories) in limited {
        let importer = text(engagement, "organisation");
        let mut asked = question("qcontact-ltd", importer, "DE", "2024-01-01");
        asked["data_categories"] = json!(categories);
        let verdict = ask(&service, &asked).await;
        assert_eq!(
            text(&verdict["relationship"], "outcome"),
            "permitted",
            "{verdict:#}"
        );
        asked["data_categories"] = json!([categories.as_slice(), &[json!("pnr")]].concat());
        let verdict = ask(&service, &asked).await;
        let reasons = codes(&verdict["relationship"], "reasons");
        assert_eq!(reasons, ["data_category_not_registered"], "{verdict:#}");
        assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
    }
}

async fn without_any_regime_only_the_relationship_decides(service: Service) {
    let verdict = ask(
        &service,
        &question("netcode", "meta-platforms", "US", "2025-01-01"),
    )
    .await;
    assert_eq!(text(&verdict, "decision"), "allow", "{verdict:#}");
    assert!(list(&verdict, "findings").is_empty(), "{verdict:#}");
    assert!(
        codes(&verdict, "warnings").contains(&"no_regime"),
        "{verdict:#}"
    );
    let verdict = ask(&service, &question("netcode", "stripe", "US", "2025-01-01")).await;
    assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
    // An importer whose country nobody knows never passes, even then.
    let verdict = ask(
        &service,
        &question("netcode", "netcode-hosting", "US", "2025-01-01"),
    )
    .await;
    assert_eq!(text(&verdict, "decision"), "deny", "{verdict:#}");
    let findings = list(&verdict, "findings");
    assert_eq!(findings.len(), 1, "{verdict:#}");
    assert!(findings[0].get("regime").is_none(), "{verdict:#}");
    assert!(
        codes(&findings[0], "reasons").contains(&"country_unknown"),
        "{verdict:#}"
    );
}
