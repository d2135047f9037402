//! Every row of the demo table on the day before, of and after each boundary.

use serde_json::{Value, json};

use super::{
    ask, codes,
    demo_table::{CONNECTIONS, Era, QCONTACT, REGIMES, Strand, THE_OTHERS},
    findings_under, list, question,
};
use crate::{
    days::{after, before},
    fixture::{Service, on_both_databases, text},
};

on_both_databases![
    qcontact_comes_out_as_its_notice_and_the_law_of_the_day_say,
    the_other_groups_come_out_as_their_notices_and_the_law_of_the_day_say,
    a_relationship_counts_from_its_first_day,
    regimes_follow_the_data_subject_and_the_exporter,
    a_decision_is_announced_until_the_day_before_it_changes,
    what_the_law_and_the_register_are_unsure_of_is_said,
    without_a_day_the_question_is_about_today,
];

async fn qcontact_comes_out_as_its_notice_and_the_law_of_the_day_say(service: Service) {
    follow(&service, QCONTACT).await;
}

async fn the_other_groups_come_out_as_their_notices_and_the_law_of_the_day_say(service: Service) {
    follow(&service, THE_OTHERS).await;
}

/// Asks each pair of each strand around each of its boundaries.
async fn follow(service: &Service, strands: &[Strand]) {
    for strand in strands {
        for importer in strand.importers {
            let mut previous: Option<&Era> = None;
            for era in strand.eras {
                if let Some(previous) = previous {
                    expect_era(service, strand, importer, &before(era.from), previous).await;
                }
                expect_era(service, strand, importer, era.from, era).await;
                expect_era(service, strand, importer, &after(era.from), era).await;
                previous = Some(era);
            }
        }
    }
}

async fn expect_era(service: &Service, strand: &Strand, importer: &str, day: &str, era: &Era) {
    let verdict = ask(
        service,
        &question(strand.exporter, importer, strand.subject, day),
    )
    .await;
    let about = format!(
        "{} -> {importer}, {} on {day}: expected {} ({}), got {verdict:#}",
        strand.exporter, strand.regime, era.outcome, era.because
    );
    let findings = findings_under(&verdict, strand.regime);
    assert!(!findings.is_empty(), "no finding. {about}");
    for finding in findings {
        assert_eq!(
            finding["destination"].as_str(),
            strand.destination,
            "{about}"
        );
        assert_eq!(text(finding, "outcome"), era.outcome, "{about}");
        if era.outcome == "denied" {
            let reasons = codes(finding, "reasons");
            assert!(reasons.contains(&era.because), "{about}");
            assert!(reasons.contains(&"no_mechanism"), "{about}");
            assert!(finding.get("basis").is_none(), "{about}");
            assert_eq!(text(&verdict, "decision"), "deny", "{about}");
        } else {
            assert_eq!(text(&finding["basis"], "id"), era.because, "{about}");
            assert!(codes(finding, "remedies").is_empty(), "{about}");
        }
    }
    let denied = list(&verdict, "findings")
        .iter()
        .any(|f| text(f, "outcome") == "denied");
    let related = text(&verdict["relationship"], "outcome") == "permitted";
    let expected = if related && !denied { "allow" } else { "deny" };
    assert_eq!(text(&verdict, "decision"), expected, "{about}");
}

async fn a_relationship_counts_from_its_first_day(service: Service) {
    for connection in CONNECTIONS {
        for importer in connection.importers {
            let days = match connection.from {
                Some(from) => vec![
                    (before(from), false),
                    (from.to_owned(), true),
                    (after(from), true),
                ],
                None => vec![
                    ("2000-01-01".to_owned(), true),
                    ("2026-11-21".to_owned(), true),
                ],
            };
            for (day, begun) in days {
                let asked = question(connection.exporter, importer, "DE", &day);
                let verdict = ask(&service, &asked).await;
                let relationship = &verdict["relationship"];
                let about = format!(
                    "{} -> {importer} on {day}: {verdict:#}",
                    connection.exporter
                );
                assert_eq!(text(relationship, "kind"), connection.kind, "{about}");
                if begun {
                    assert_eq!(text(relationship, "outcome"), "permitted", "{about}");
                    assert!(codes(relationship, "reasons").is_empty(), "{about}");
                } else {
                    assert_eq!(text(relationship, "outcome"), "denied", "{about}");
                    assert_eq!(
                        codes(relationship, "reasons"),
                        ["not_yet_effective"],
                        "{about}"
                    );
                    assert_eq!(text(&verdict, "decision"), "deny", "{about}");
                    assert!(
                        !list(&verdict, "findings").is_empty(),
                        "both gates answer. {about}"
                    );
                }
            }
        }
    }
}

async fn regimes_follow_the_data_subject_and_the_exporter(service: Service) {
    for (exporter, subject, day, expected) in REGIMES {
        // A company of its own group, or for the last exporter the engagement that it has.
        let importer = match *exporter {
            "qcontact-inc" => "qcontact-ltd",
            "botsify" => "stripe",
            _ => "qcontact-inc",
        };
        let verdict = ask(&service, &question(exporter, importer, subject, day)).await;
        let found: Vec<(&str, Vec<&str>)> = list(&verdict, "findings")
            .iter()
            .map(|finding| (text(finding, "regime"), causes(finding)))
            .collect();
        let expected: Vec<(&str, Vec<&str>)> = expected
            .iter()
            .map(|(regime, causes)| (*regime, causes.to_vec()))
            .collect();
        assert_eq!(
            found, expected,
            "{exporter} with {subject} on {day}: {verdict:#}"
        );
        let alone = expected.is_empty();
        assert_eq!(
            codes(&verdict, "warnings").contains(&"no_regime"),
            alone,
            "{verdict:#}"
        );
        if alone {
            assert_eq!(text(&verdict, "decision"), "allow", "{verdict:#}");
        }
    }
}

fn causes(finding: &Value) -> Vec<&str> {
    let causes = list(finding, "regime_because").iter();
    causes
        .map(|cause| cause.as_str().unwrap_or_default())
        .collect()
}

/// Exporter, importer, subjects, day; the decision and the last day on which it stays so.
type Announced = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
    Option<&'static str>,
);

const ANNOUNCED: &[Announced] = &[
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["DE"],
        "2019-05-31",
        "deny",
        Some("2019-05-31"),
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["DE"],
        "2019-06-01",
        "allow",
        Some("2020-07-15"),
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["DE", "CH"],
        "2019-06-01",
        "allow",
        Some("2020-07-15"),
    ),
    // The British exporter brings the GDPR with it, so the Swiss instrument does not help alone.
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["CH"],
        "2020-07-15",
        "allow",
        Some("2020-07-15"),
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["CH"],
        "2020-07-16",
        "deny",
        Some("2020-09-07"),
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["DE"],
        "2020-07-16",
        "deny",
        Some("2020-12-31"),
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        &["DE"],
        "2021-01-01",
        "deny",
        None,
    ),
    (
        "qcontact-ltd",
        "castillo-ltd",
        &["DE"],
        "2020-12-31",
        "allow",
        Some("2020-12-31"),
    ),
    (
        "qcontact-ltd",
        "castillo-ltd",
        &["GB"],
        "2021-01-01",
        "allow",
        None,
    ),
    (
        "qcontact-inc",
        "qcontact-ltd",
        &["DE"],
        "2026-11-21",
        "allow",
        Some("2031-12-27"),
    ),
    (
        "qcontact-inc",
        "qcontact-ltd",
        &["DE"],
        "2020-02-01",
        "allow",
        Some("2021-06-27"),
    ),
    (
        "qcontact-ltd",
        "qcontact-billing",
        &["DE", "CH", "GB"],
        "2021-01-01",
        "allow",
        None,
    ),
    (
        "qcontact-ltd",
        "qcontact-datacentre",
        &["DE", "CH", "GB"],
        "2023-08-31",
        "allow",
        None,
    ),
    (
        "qcontact-ltd",
        "cloudflare",
        &["DE", "CH"],
        "2023-10-12",
        "deny",
        Some("2024-09-14"),
    ),
    (
        "qcontact-ltd",
        "cloudflare",
        &["DE", "CH"],
        "2024-09-15",
        "allow",
        None,
    ),
    (
        "botsify",
        "stripe",
        &["DE"],
        "2023-08-31",
        "deny",
        Some("2023-08-31"),
    ),
    ("botsify", "stripe", &["DE"], "2023-09-01", "allow", None),
    (
        "botsify",
        "stripe",
        &["CH"],
        "2024-09-14",
        "deny",
        Some("2024-09-14"),
    ),
    (
        "quickbots-customers",
        "netcode",
        &["DE", "CH"],
        "2024-08-18",
        "deny",
        Some("2024-08-18"),
    ),
    (
        "quickbots-customers",
        "netcode",
        &["DE", "CH"],
        "2024-08-19",
        "deny",
        None,
    ),
    (
        "qiscus-customers",
        "qiscus-pte-ltd",
        &["DE"],
        "2026-11-21",
        "deny",
        None,
    ),
];

async fn a_decision_is_announced_until_the_day_before_it_changes(service: Service) {
    for (exporter, importer, subjects, day, decision, until) in ANNOUNCED {
        let asked = json!({ "exporter": exporter, "importer": importer, "data_subjects": subjects, "as_of": day });
        let verdict = ask(&service, &asked).await;
        let about = format!("{exporter} -> {importer} for {subjects:?} on {day}: {verdict:#}");
        assert_eq!(text(&verdict, "decision"), *decision, "{about}");
        let key = verdict.get("valid_until");
        let found = key.unwrap_or_else(|| panic!("valid_until is always there. {about}"));
        assert_eq!(found.as_str(), *until, "{about}");
        assert_eq!(found.is_null(), until.is_none(), "{about}");
    }
}

/// Exporter, importer, subject, day, the warning, whether it is there.
type Unsure = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
);

const AT_A_FINDING: &[Unsure] = &[
    (
        "qcontact-ltd",
        "castillo-ltd",
        "CH",
        "2023-08-31",
        "uncertain_law",
        true,
    ),
    (
        "qcontact-ltd",
        "castillo-ltd",
        "CH",
        "2023-09-01",
        "uncertain_law",
        false,
    ),
    (
        "botsify",
        "stripe",
        "DE",
        "2023-09-01",
        "evidence_unchecked",
        true,
    ),
    (
        "botsify",
        "stripe",
        "DE",
        "2023-09-01",
        "instrument_under_challenge",
        true,
    ),
    (
        "botsify",
        "stripe",
        "DE",
        "2023-09-01",
        "locations_undisclosed",
        true,
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        "DE",
        "2019-06-01",
        "instrument_later_invalidated",
        true,
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        "DE",
        "2020-04-17",
        "ends_soon",
        true,
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        "DE",
        "2020-04-15",
        "ends_soon",
        false,
    ),
    (
        "qcontact-inc",
        "qcontact-ltd",
        "DE",
        "2025-12-18",
        "scope_unconfirmed",
        true,
    ),
    (
        "qcontact-inc",
        "qcontact-ltd",
        "DE",
        "2025-12-19",
        "scope_unconfirmed",
        false,
    ),
    (
        "castillo-ltd",
        "qcontact-ltd",
        "US",
        "2026-07-15",
        "review_required",
        true,
    ),
];

const AT_THE_VERDICT: &[Unsure] = &[
    (
        "botsify",
        "stripe",
        "DE",
        "2024-01-01",
        "exporter_country_unknown",
        true,
    ),
    (
        "qcontact-ltd",
        "stripe",
        "DE",
        "2024-01-01",
        "exporter_country_unknown",
        false,
    ),
    (
        "qcontact-ltd",
        "qcontact-inc",
        "DE",
        "2024-01-01",
        "roles_assumed",
        true,
    ),
    (
        "quickbots-customers",
        "netcode",
        "DE",
        "2024-08-19",
        "roles_assumed",
        false,
    ),
];

async fn what_the_law_and_the_register_are_unsure_of_is_said(service: Service) {
    for (exporter, importer, subject, day, warning, expected) in AT_A_FINDING {
        let verdict = ask(&service, &question(exporter, importer, subject, day)).await;
        let there = list(&verdict, "findings")
            .iter()
            .any(|f| codes(f, "warnings").contains(warning));
        assert_eq!(
            there, *expected,
            "{warning} for {subject} on {day}: {verdict:#}"
        );
    }
    for (exporter, importer, subject, day, warning, expected) in AT_THE_VERDICT {
        let verdict = ask(&service, &question(exporter, importer, subject, day)).await;
        let there = codes(&verdict, "warnings").contains(warning);
        assert_eq!(
            there, *expected,
            "{warning} for {subject} on {day}: {verdict:#}"
        );
    }
}

async fn without_a_day_the_question_is_about_today(service: Service) {
    for importer in ["amazon-web-services", "digitalocean", "stripe"] {
        let asked =
            json!({ "exporter": "botsify", "importer": importer, "data_subjects": ["DE", "CH"] });
        let verdict = ask(&service, &asked).await;
        assert_eq!(text(&verdict, "as_of"), service.today(), "{verdict:#}");
        assert_eq!(text(&verdict, "decision"), "allow", "{verdict:#}");
        let findings = list(&verdict, "findings");
        assert_eq!(findings.len(), 2, "{verdict:#}");
        for finding in findings {
            assert!(
                codes(finding, "warnings").contains(&"evidence_unchecked"),
                "{verdict:#}"
            );
        }
    }
}
