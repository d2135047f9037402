//! What is refused by the use-cases, with every reason at once.

use transfer_decision::vocabulary::{Activity, Module, OrganisationKind, Tool};

use super::support::{
    context, day, new_activity, new_assessment, new_certification, new_company, new_flow,
    new_group, new_mechanism, new_subprocessor, new_third_party, on_each_database, one_of_each,
};
use crate::{
    ChangeError, Context, Scope, certifications, flows, groups, impact_assessments,
    locations::Location, mechanisms, organisations, processing_activities, store::Recorded,
    subprocessors,
};

/// Where and why, in order.
fn violations(result: Result<Recorded, ChangeError>) -> Vec<(String, &'static str)> {
    match result {
        Err(ChangeError::Invalid(violations)) => violations
            .into_iter()
            .map(|violation| (violation.pointer, violation.code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn at(expected: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    expected
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), *code))
        .collect()
}

#[tokio::test]
async fn every_violation_of_a_party_is_named_at_once_and_nothing_changes() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let (context, all, before) = (&context(), &Scope::All, registry.snapshot().revision());

        let new = groups::NewGroup {
            notice_days: None,
            objection_days: None,
            slug: "Not-A-Slug".to_owned(),
            name: " ".to_owned(),
            notice_note: Some("a\0b".to_owned()),
            source: String::new(),
            checked_on: Some(day("0001-01-01")),
        };
        assert_eq!(
            violations(groups::create(context, all, &registry, new).await),
            at(&[
                ("/slug", "malformed_slug"),
                ("/name", "blank"),
                ("/notice_note", "control_character"),
                ("/source", "blank"),
                ("/checked_on", "day_out_of_range"),
            ])
        );
        let new = organisations::NewOrganisation {
            legal_name: "x".repeat(301),
            kind: OrganisationKind::GroupCompany,
            ..new_third_party("cloud")
        };
        assert_eq!(
            violations(organisations::create(context, all, &registry, new).await),
            at(&[
                ("/slug", "taken"),
                ("/group", "group_missing"),
                ("/legal_name", "too_long")
            ])
        );
        let new = organisations::NewOrganisation {
            kind: OrganisationKind::ThirdParty,
            ..new_company("other", "alpha")
        };
        assert_eq!(
            violations(organisations::create(context, all, &registry, new).await),
            at(&[("/group", "group_not_allowed")])
        );
        let new = certifications::NewCertification {
            valid_to: Some(day("2023-08-31")),
            recertification_due: Some(day("2023-08-31")),
            ..new_certification("nobody", "2023-09-01")
        };
        assert_eq!(
            violations(certifications::record(context, all, &registry, new).await),
            at(&[
                ("/organisation", "unknown_organisation"),
                ("/valid_to", "days_reversed"),
                ("/recertification_due", "days_reversed"),
            ])
        );
        let new = new_certification("cloud", "2025-01-01");
        assert_eq!(
            violations(certifications::record(context, all, &registry, new).await),
            at(&[("/valid_from", "overlapping_certification")])
        );
        assert_eq!(registry.snapshot().revision(), before);
        assert_eq!(site.reopen(registry).await.snapshot().revision(), before);
    })
    .await;
}

#[tokio::test]
async fn every_violation_of_a_relationship_is_named_at_once_and_nothing_changes() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (_, flow) = one_of_each(&registry).await;
        let (context, all, before) = (&context(), &Scope::All, registry.snapshot().revision());

        let new = subprocessors::NewSubprocessor {
            purpose: Some("Not a code".to_owned()),
            ended_on: Some(day("2019-05-31")),
            locations: vec![Location {
                place: None,
                activity: Activity::Seat,
                operated_by: Some("nobody".to_owned()),
                from: None,
                until: None,
            }],
            ..new_subprocessor("alpha", "alpha-ltd")
        };
        assert_eq!(
            violations(subprocessors::record_existing(context, all, &registry, new).await),
            at(&[
                ("/purpose", "malformed_code"),
                ("/ended_on", "days_reversed"),
                ("/locations/0/activity", "seat_is_no_location"),
                ("/organisation", "own_company"),
                ("/locations/0/operated_by", "unknown_organisation"),
            ])
        );
        let new = flows::NewFlow {
            valid_to: Some(day("2019-05-31")),
            continues: Some(flow),
            ..new_flow("alpha", "alpha-ltd", "alpha-ltd")
        };
        assert_eq!(
            violations(flows::record_existing(context, all, &registry, new).await),
            at(&[
                ("/valid_to", "days_reversed"),
                ("/continues", "not_continued"),
                ("/importer", "same_organisation"),
            ])
        );
        assert_eq!(registry.snapshot().revision(), before);
        assert_eq!(site.reopen(registry).await.snapshot().revision(), before);
    })
    .await;
}

#[tokio::test]
async fn every_violation_of_a_mechanism_or_activity_is_named_at_once_and_nothing_changes() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (mechanism, _) = one_of_each(&registry).await;
        let (context, all, before) = (&context(), &Scope::All, registry.snapshot().revision());

        let new = mechanisms::NewMechanism {
            module: None,
            ends_on: Some(day("2022-02-28")),
            ..new_mechanism("alpha", "alpha-ltd", "nobody")
        };
        assert_eq!(
            violations(mechanisms::record(context, all, &registry, new).await),
            at(&[
                ("/module", "module_missing"),
                ("/ends_on", "days_reversed"),
                ("/parties/1/organisation", "unknown_organisation"),
            ])
        );
        let new = mechanisms::NewMechanism {
            tool: Tool::BcrC,
            parties: Vec::new(),
            ..new_mechanism("alpha", "alpha-ltd", "cloud")
        };
        assert_eq!(
            violations(mechanisms::record(context, all, &registry, new).await),
            at(&[
                ("/module", "module_not_allowed"),
                ("/parties", "parties_missing")
            ])
        );
        let new = impact_assessments::NewImpactAssessment {
            next_review: Some(day("2022-03-01")),
            ..new_assessment(mechanism, "us")
        };
        assert_eq!(
            violations(impact_assessments::record(context, all, &registry, new).await),
            at(&[
                ("/destination", "unknown_organisation"),
                ("/next_review", "days_reversed")
            ])
        );
        let new = processing_activities::NewProcessingActivity {
            legal_bases: vec!["consent".to_owned(), String::new()],
            ..new_activity("nobody")
        };
        assert_eq!(
            violations(processing_activities::record(context, all, &registry, new).await),
            at(&[("/group", "unknown_group"), ("/legal_bases/1", "blank")])
        );
        assert_eq!(registry.snapshot().revision(), before);
        assert_eq!(site.reopen(registry).await.snapshot().revision(), before);
    })
    .await;
}

#[tokio::test]
async fn exactly_the_tools_with_modules_are_recorded_with_one() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        for &tool in Tool::ALL {
            let modular = matches!(tool, Tool::Scc2021914 | Tool::UkAddendum);
            for module in [None, Some(Module::Three)] {
                let new = mechanisms::NewMechanism {
                    tool,
                    module,
                    ..new_mechanism("alpha", "alpha-ltd", "cloud")
                };
                let result = mechanisms::record(&context(), &Scope::All, &registry, new).await;
                match module {
                    None if modular => {
                        assert_eq!(violations(result), at(&[("/module", "module_missing")]));
                    }
                    Some(_) if !modular => {
                        assert_eq!(violations(result), at(&[("/module", "module_not_allowed")]));
                    }
                    _ => assert!(result.is_ok(), "{tool}: {result:?}"),
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_organisation_but_an_international_one_is_a_destination_by_itself() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (mechanism, _) = one_of_each(&registry).await;
        let (context, all) = (&context(), &Scope::All);
        let international = organisations::NewOrganisation {
            kind: OrganisationKind::InternationalOrganisation,
            ..new_third_party("postal-union")
        };
        let international = organisations::create(context, all, &registry, international).await;
        let id = international.unwrap().id.to_string();
        for destination in ["postal-union", &id, "US", "EU"] {
            let new = new_assessment(mechanism, destination);
            let result = impact_assessments::record(context, all, &registry, new).await;
            assert!(result.is_ok(), "{destination}: {result:?}");
        }
        let snapshot = registry.snapshot();
        let assessed = snapshot
            .mechanisms()
            .first()
            .unwrap()
            .assessments
            .iter()
            .skip(1);
        let assessed: Vec<&str> = assessed.map(|made| made.destination.as_str()).collect();
        assert_eq!(assessed, ["postal-union", "postal-union", "US", "EU"]);
        for (destination, code) in [
            ("cloud", "not_a_destination"),
            ("alpha-ltd", "not_a_destination"),
            ("nobody", "unknown_organisation"),
            ("ZZ", "unknown_organisation"),
        ] {
            let new = new_assessment(mechanism, destination);
            let result = impact_assessments::record(context, all, &registry, new).await;
            assert_eq!(violations(result), at(&[("/destination", code)]));
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_was_checked_in_the_future() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let (context, all) = (&context(), &Scope::All);
        for (checked_on, expected) in [
            ("2026-11-21", None),
            ("2026-11-22", Some(at(&[("/checked_on", "future_day")]))),
        ] {
            let checked_on = Some(day(checked_on));
            let results = [
                groups::create(
                    context,
                    all,
                    &registry,
                    groups::NewGroup {
                        checked_on,
                        ..new_group("beta")
                    },
                )
                .await,
                organisations::create(
                    context,
                    all,
                    &registry,
                    organisations::NewOrganisation {
                        checked_on,
                        ..new_third_party("other")
                    },
                )
                .await,
                certifications::record(
                    context,
                    all,
                    &registry,
                    certifications::NewCertification {
                        checked_on,
                        ..new_certification("alpha-ltd", "2024-01-01")
                    },
                )
                .await,
                subprocessors::record_existing(
                    context,
                    all,
                    &registry,
                    subprocessors::NewSubprocessor {
                        checked_on,
                        ..new_subprocessor("alpha", "cloud")
                    },
                )
                .await,
                mechanisms::record(
                    context,
                    all,
                    &registry,
                    mechanisms::NewMechanism {
                        checked_on,
                        ..new_mechanism("alpha", "alpha-ltd", "cloud")
                    },
                )
                .await,
                flows::record_existing(
                    context,
                    all,
                    &registry,
                    flows::NewFlow {
                        checked_on,
                        ..new_flow("alpha", "alpha-ltd", "cloud")
                    },
                )
                .await,
                processing_activities::record(
                    context,
                    all,
                    &registry,
                    processing_activities::NewProcessingActivity {
                        checked_on,
                        ..new_activity("alpha")
                    },
                )
                .await,
            ];
            for result in results {
                match &expected {
                    None => assert!(result.is_ok(), "{result:?}"),
                    Some(expected) => {
                        let found = violations(result);
                        assert!(found.contains(&expected[0]), "{found:?}");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_without_a_legible_who_and_why_is_refused() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let nameless = Context {
            actor: String::new(),
            reason: Some("a\0b".to_owned()),
            request_id: " ".to_owned(),
        };
        let result = groups::create(&nameless, &Scope::All, &registry, new_group("alpha")).await;
        assert_eq!(
            violations(result),
            at(&[
                ("/actor", "blank"),
                ("/reason", "control_character"),
                ("/request_id", "blank"),
            ])
        );
        assert_eq!(registry.snapshot().revision(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_slug_never_takes_the_place_of_a_path_or_an_id() {
    on_each_database(async |site| {
        let registry = site.open().await;
        for (slug, code) in [
            ("docs", "reserved"),
            ("v1", "reserved"),
            ("01933f6e-8c00-7000-8000-000000000000", "reserved"),
            ("a", "malformed_slug"),
            ("-ab", "malformed_slug"),
            ("ab-", "malformed_slug"),
            ("a--b", "malformed_slug"),
            ("a_b", "malformed_slug"),
            ("é1", "malformed_slug"),
        ] {
            let result = groups::create(&context(), &Scope::All, &registry, new_group(slug)).await;
            assert_eq!(violations(result), at(&[("/slug", code)]), "{slug}");
        }
    })
    .await;
}
