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

/// Exporter, importer, data subjects, day; the decision, and the last day on which it stays so.
/// The British exporter brings the GDPR with it, so Swiss data alone is denied from 2020-07-16 too.
/// A relationship that begins where the law denies anyway changes nothing and is not announced.
const ANNOUNCED: &str = "
    qcontact-ltd        qcontact-inc        DE       2019-05-31  deny   2019-05-31
    qcontact-ltd        qcontact-inc        DE       2019-06-01  allow  2020-07-15
    qcontact-ltd        qcontact-inc        DE,CH    2019-06-01  allow  2020-07-15
    qcontact-ltd        qcontact-inc        CH       2020-07-15  allow  2020-07-15
    qcontact-ltd        qcontact-inc        CH       2020-07-16  deny   2020-09-07
    qcontact-ltd        qcontact-inc        DE       2020-07-16  deny   2020-12-31
    qcontact-ltd        qcontact-inc        DE       2021-01-01  deny   -
    qcontact-ltd        castillo-ltd        DE       2020-12-31  allow  2020-12-31
    qcontact-ltd        castillo-ltd        GB       2021-01-01  allow  -
    qcontact-inc        qcontact-ltd        DE       2026-11-21  allow  2031-12-27
    qcontact-inc        qcontact-ltd        DE       2020-02-01  allow  2021-06-27
    qcontact-ltd        qcontact-billing    DE,CH,GB 2021-01-01  allow  -
    qcontact-ltd        qcontact-datacentre DE,CH,GB 2023-08-31  allow  -
    qcontact-ltd        cloudflare          DE,CH    2023-10-12  deny   2024-09-14
    qcontact-ltd        cloudflare          DE,CH    2024-09-15  allow  -
    botsify             stripe              DE       2023-08-31  deny   2023-08-31
    botsify             stripe              DE       2023-09-01  allow  -
    botsify             stripe              CH       2024-09-14  deny   2024-09-14
    quickbots-customers netcode             DE,CH    2024-08-18  deny   -
    quickbots-customers netcode             DE,CH    2024-08-19  deny   -
    qiscus-customers    qiscus-pte-ltd      DE       2026-11-21  deny   -
";

async fn a_decision_is_announced_until_the_day_before_it_changes(service: Service) {
    for row in rows::<6>(ANNOUNCED) {
        let [exporter, importer, subjects, day, decision, until] = row;
        let subjects: Vec<&str> = subjects.split(',').collect();
        let mut asked = question(exporter, importer, "DE", day);
        asked["data_subjects"] = json!(subjects);
        let verdict = ask(&service, &asked).await;
        let about = format!("{row:?}: {verdict:#}");
        assert_eq!(text(&verdict, "decision"), decision, "{about}");
        let expected = match until {
            "-" => Value::Null,
            day => json!(day),
        };
        assert_eq!(verdict.get("valid_until"), Some(&expected), "{about}");
    }
}

/// Exporter, importer, data subject, day, and the warning that a finding has or has not.
const AT_A_FINDING: &str = "
    qcontact-ltd        castillo-ltd    CH  2023-08-31  with     uncertain_law
    qcontact-ltd        castillo-ltd    CH  2023-09-01  without  uncertain_law
    botsify             stripe          DE  2023-09-01  with     evidence_unchecked
    botsify             stripe          DE  2023-09-01  with     instrument_under_challenge
    botsify             stripe          DE  2023-09-01  with     locations_undisclosed
    qcontact-ltd        qcontact-inc    DE  2019-06-01  with     instrument_later_invalidated
    qcontact-ltd        qcontact-inc    DE  2020-04-17  with     ends_soon
    qcontact-ltd        qcontact-inc    DE  2020-04-15  without  ends_soon
    qcontact-inc        qcontact-ltd    DE  2025-12-18  with     scope_unconfirmed
    qcontact-inc        qcontact-ltd    DE  2025-12-19  without  scope_unconfirmed
    castillo-ltd        qcontact-ltd    US  2026-07-15  with     review_required
";

/// The same for warnings about the question as a whole.
const AT_THE_VERDICT: &str = "
    botsify             stripe          DE  2024-01-01  with     exporter_country_unknown
    qcontact-ltd        stripe          DE  2024-01-01  without  exporter_country_unknown
    qcontact-ltd        qcontact-inc    DE  2024-01-01  with     roles_assumed
    quickbots-customers netcode         DE  2024-08-19  without  roles_assumed
";

/// The lines of a table of test data, each in its words.
fn rows<const N: usize>(table: &str) -> Vec<[&str; N]> {
    let lines = table.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words
                .try_into()
                .unwrap_or_else(|_| panic!("a row of {N} words: {line}"))
        })
        .collect()
}

async fn what_the_law_and_the_register_are_unsure_of_is_said(service: Service) {
    for (table, at_a_finding) in [(AT_A_FINDING, true), (AT_THE_VERDICT, false)] {
        for row in rows::<6>(table) {
            let [exporter, importer, subject, day, expected, warning] = row;
            let verdict = ask(&service, &question(exporter, importer, subject, day)).await;
            let warned = |value: &Value| codes(value, "warnings").contains(&warning);
            let there = if at_a_finding {
                list(&verdict, "findings").iter().any(warned)
            } else {
                warned(&verdict)
            };
            assert_eq!(there, expected == "with", "{row:?}: {verdict:#}");
        }
    }
}

async fn without_a_day_the_question_is_about_today(service: Service) {
    for importer in ["amazon-web-services", "digitalocean", "stripe"] {
        let asked =
            json!({ "exporter": "botsify", "importer": importer, "data_subjects": ["DE", "CH"] });
        let verdict = ask(&service, &asked).await;
        assert_eq!(text(&verdict, "as_of"), Service::TODAY, "{verdict:#}");
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
