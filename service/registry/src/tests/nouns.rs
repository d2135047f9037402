//! Every noun is created and read back, also after a restart.

use transfer_decision::{
    facts::{Sender, Stage},
    span::Span,
    vocabulary::{Module, PartySide, RelationshipKind, Tool},
};

use super::support::{
    context, day, new_assessment, new_certification, new_company, new_flow, new_group,
    new_mechanism, new_subprocessor, new_third_party, on_each_database, one_of_each,
};
use uuid::Uuid;

use crate::{
    Scope, Snapshot, certifications, flows, flows::FlowStatus, groups, impact_assessments,
    mechanisms, organisations, subprocessors, subprocessors::SubprocessorStatus,
};

#[tokio::test]
async fn every_noun_is_read_back_as_it_was_written() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (mechanism, flow) = one_of_each(&registry).await;
        let snapshot = registry.snapshot();
        assert_eq!(snapshot.revision(), 9);

        parties_are_as_written(&snapshot);
        engagements_are_as_written(&snapshot);
        mechanisms_are_as_written(&snapshot, mechanism);
        flows_are_as_written(&snapshot, flow);
        activities_are_as_written(&snapshot);

        let again = site.reopen(registry).await;
        assert_eq!(again.snapshot().revision(), 9);
        assert_eq!(again.snapshot().organisations(), snapshot.organisations());
        assert_eq!(again.snapshot().subprocessors(), snapshot.subprocessors());
        assert_eq!(again.snapshot().mechanisms(), snapshot.mechanisms());
        assert_eq!(again.snapshot().flows(), snapshot.flows());
        assert_eq!(again.snapshot().groups(), snapshot.groups());
        assert_eq!(
            again.snapshot().processing_activities(),
            snapshot.processing_activities()
        );
    })
    .await;
}

fn parties_are_as_written(snapshot: &Snapshot) {
    let group = snapshot.group("alpha").unwrap();
    let new = new_group("alpha");
    assert_eq!(
        (&group.name, &group.notice_note),
        (&new.name, &new.notice_note)
    );
    assert_eq!(
        (&group.source, group.checked_on, group.version),
        (&new.source, new.checked_on, 1)
    );

    let cloud = snapshot.organisation("cloud").unwrap();
    let new = new_third_party("cloud");
    assert_eq!(
        (cloud.kind, &cloud.group, &cloud.legal_name),
        (new.kind, &None, &new.legal_name)
    );
    assert_eq!((cloud.seat, &cloud.seat_note), (new.seat, &new.seat_note));
    assert_eq!(
        (&cloud.registration, &cloud.representative),
        (&new.registration, &new.representative)
    );
    assert_eq!(
        (&cloud.attributes, cloud.on_public_list),
        (&new.attributes, true)
    );
    let new = new_certification("cloud", "2023-09-01");
    let held = &cloud.certifications[0];
    assert_eq!(
        (held.framework, held.valid_from, held.valid_to),
        (new.framework, new.valid_from, None)
    );
    assert_eq!(
        (held.recertification_due, held.covers_hr),
        (new.recertification_due, true)
    );
    assert_eq!(held.checked_on, new.checked_on);
    let company = snapshot.organisation("alpha-ltd").unwrap();
    assert_eq!(
        (company.group.as_deref(), company.seat),
        (Some("alpha"), None)
    );
}

fn engagements_are_as_written(snapshot: &Snapshot) {
    let engagement = snapshot.subprocessors().first().unwrap();
    let new = new_subprocessor("alpha", "cloud");
    assert_eq!(
        (engagement.group.as_str(), engagement.organisation.as_str()),
        ("alpha", "cloud")
    );
    assert_eq!(
        (&engagement.service, &engagement.purpose),
        (&new.service, &new.purpose)
    );
    assert_eq!(
        (&engagement.description, &engagement.note),
        (&new.description, &new.note)
    );
    assert_eq!(engagement.data_categories, new.data_categories);
    assert_eq!(
        (&engagement.data_subjects, &engagement.condition),
        (&new.data_subjects, &new.condition)
    );
    assert_eq!(engagement.status, SubprocessorStatus::Active);
    assert_eq!(
        (engagement.effective_from, engagement.ended_on),
        (new.effective_from, None)
    );
    assert_eq!(
        (engagement.exporter_role, engagement.importer_role),
        (new.exporter_role, new.importer_role)
    );
    assert_eq!(engagement.locations, new.locations);
}

fn mechanisms_are_as_written(snapshot: &Snapshot, mechanism: Uuid) {
    let agreement = snapshot.mechanisms().first().unwrap();
    let new = new_mechanism("alpha", "alpha-ltd", "cloud");
    assert_eq!(
        (agreement.id, agreement.group.as_deref()),
        (mechanism, Some("alpha"))
    );
    assert_eq!(
        (agreement.tool, agreement.module),
        (Tool::Scc2021914, Some(Module::Two))
    );
    assert_eq!(
        (agreement.signed_on, agreement.processing_changed_on),
        (new.signed_on, new.processing_changed_on)
    );
    assert_eq!(
        (
            agreement.approved_on,
            agreement.approved_by,
            agreement.authorised_on
        ),
        (None, new.approved_by, None)
    );
    assert_eq!(
        (agreement.combined_with_eu_data, agreement.ends_on),
        (false, new.ends_on)
    );
    assert_eq!(
        (&agreement.statements, &agreement.parties),
        (&new.statements, &new.parties)
    );
    assert_eq!(
        (&agreement.document, agreement.checked_on),
        (&new.document, new.checked_on)
    );
    let new = new_assessment(mechanism, "US");
    let made = &agreement.assessments[0];
    assert_eq!(
        (&made.destination, made.conclusion),
        (&new.destination, new.conclusion)
    );
    assert_eq!(
        (made.concluded_on, made.next_review, &made.measures),
        (new.concluded_on, new.next_review, &new.measures)
    );
}

fn flows_are_as_written(snapshot: &Snapshot, flow: Uuid) {
    let recorded = snapshot.flows().first().unwrap();
    let new = new_flow("alpha", "alpha-ltd", "cloud");
    assert_eq!(
        (recorded.id, recorded.group.as_deref()),
        (flow, Some("alpha"))
    );
    assert_eq!(
        (recorded.exporter.as_str(), recorded.importer.as_str()),
        ("alpha-ltd", "cloud")
    );
    assert_eq!(
        (recorded.exporter_role, recorded.importer_role),
        (new.exporter_role, new.importer_role)
    );
    assert_eq!(
        recorded.data_subjects,
        new.data_subjects.into_iter().collect::<Vec<_>>()
    );
    assert_eq!(
        (&recorded.data_categories, &recorded.purpose),
        (&None, &new.purpose)
    );
    assert_eq!(
        (recorded.status, recorded.continues),
        (FlowStatus::Active, None)
    );
    assert_eq!(
        (recorded.valid_from, recorded.valid_to),
        (new.valid_from, new.valid_to)
    );
    assert!(recorded.collected_from_data_subject);
    assert_eq!(recorded.locations, new.locations);
}

fn activities_are_as_written(snapshot: &Snapshot) {
    let activity = snapshot.processing_activities().first().unwrap();
    assert_eq!(
        (activity.group.as_str(), activity.name.as_str()),
        ("alpha", "Newsletters")
    );
    assert_eq!(
        activity.legal_bases,
        ["consent", "legitimate interests: ours"]
    );
    assert_eq!(activity.retention.as_deref(), Some("until you unsubscribe"));
}

#[tokio::test]
async fn facts_are_decided_upon_with_their_days_and_stages() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let (context, all) = (&context(), &Scope::All);
        let ended = subprocessors::NewSubprocessor {
            ended_on: Some(day("2020-01-31")),
            ..new_subprocessor("alpha", "cloud")
        };
        subprocessors::record_existing(context, all, &registry, ended)
            .await
            .unwrap();
        let snapshot = registry.snapshot();
        let facts = snapshot.register();

        let relationships = facts.relationships();
        let [active, ended, flow] = relationships else {
            panic!("{relationships:?}")
        };
        assert_eq!(active.sender, Sender::Group("alpha".into()));
        assert_eq!(active.span, Span::starting(day("2019-06-01")));
        assert_eq!(
            (ended.kind, ended.stage),
            (RelationshipKind::Engagement, Stage::Active)
        );
        assert_eq!(ended.span.until(), Some(day("2020-02-01")));
        assert_eq!(
            (flow.kind, flow.stage),
            (RelationshipKind::Flow, Stage::Active)
        );
        assert_eq!(flow.sender, Sender::Organisation("alpha-ltd".into()));
        assert_eq!(flow.span.until(), Some(day("2031-01-01")));
        assert!(flow.collected_from_data_subject);

        let cloud = facts.organisation("cloud").unwrap();
        assert!(cloud.certifications[0].checked);
        assert!(facts.organisation(&cloud.id).is_some());
        let mechanism = facts.mechanisms_naming("cloud").next().unwrap();
        assert_eq!(mechanism.ends_on, Some(day("2028-02-29")));
        assert_eq!(mechanism.assessments[0].destination.as_deref(), Some("US"));
        // Without a day of its own a party is one from signature on.
        let [sends, receives] = &mechanism.parties[..] else {
            panic!("two parties")
        };
        assert_eq!(sends.span, Some(Span::starting(day("2022-03-01"))));
        assert_eq!(receives.side, PartySide::Importer);
        assert_eq!(receives.span.unwrap().first(), day("2023-01-01"));
        assert_eq!(receives.span.unwrap().until(), Some(day("2024-01-01")));
    })
    .await;
}

#[tokio::test]
async fn what_exists_is_recorded_as_ended_only_after_its_last_day() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let (context, all) = (&context(), &Scope::All);
        // The clock stands at 11 in Brussels, then at half past midnight of the next day.
        for (instant, last, ended) in [
            ("2026-11-21T10:00:00.123456Z", None, false),
            ("2026-11-21T10:00:00.123456Z", Some("2026-11-20"), true),
            ("2026-11-21T10:00:00.123456Z", Some("2026-11-21"), false),
            ("2026-11-21T10:00:00.123456Z", Some("2026-11-22"), false),
            ("2026-11-21T23:30:00Z", Some("2026-11-21"), true),
            ("2026-11-21T23:30:00Z", Some("2026-11-22"), false),
        ] {
            site.config.clock.set(instant.parse().unwrap());
            let engagement = subprocessors::NewSubprocessor {
                ended_on: last.map(day),
                ..new_subprocessor("alpha", "cloud")
            };
            subprocessors::record_existing(context, all, &registry, engagement)
                .await
                .unwrap();
            let flow = flows::NewFlow {
                valid_to: last.map(day),
                ..new_flow("alpha", "alpha-ltd", "cloud")
            };
            flows::record_existing(context, all, &registry, flow)
                .await
                .unwrap();
            let snapshot = registry.snapshot();
            let (engagement, flow) = (snapshot.subprocessors().last(), snapshot.flows().last());
            let expected = if ended {
                (SubprocessorStatus::Ended, FlowStatus::Ended)
            } else {
                (SubprocessorStatus::Active, FlowStatus::Active)
            };
            let statuses = (engagement.unwrap().status, flow.unwrap().status);
            assert_eq!(statuses, expected, "{last:?} at {instant}");
        }
    })
    .await;
}

#[tokio::test]
async fn lists_are_in_the_order_of_creation_even_when_the_clock_stands_still() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let slugs: Vec<String> = (0..50)
            .map(|at| format!("org-{}", (at * 37) % 50))
            .collect();
        for slug in &slugs {
            organisations::create(&context(), &Scope::All, &registry, new_third_party(slug))
                .await
                .unwrap();
        }
        let snapshot = registry.snapshot();
        let listed = snapshot
            .organisations()
            .iter()
            .map(|organisation| organisation.slug.clone());
        assert_eq!(listed.collect::<Vec<_>>(), slugs);
        let last = snapshot.organisations().last().unwrap();
        assert_eq!(last.id.get_version_num(), 7);
        assert_eq!(
            snapshot.organisation(&last.id.to_string()).unwrap().slug,
            last.slug
        );
    })
    .await;
}

#[tokio::test]
async fn references_are_accepted_as_slugs_and_as_ids() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (context, all) = (&context(), &Scope::All);
        let group = groups::create(context, all, &registry, new_group("alpha"))
            .await
            .unwrap();
        let company = new_company("alpha-ltd", &group.id.to_string());
        let company = organisations::create(context, all, &registry, company)
            .await
            .unwrap();
        let certification = new_certification(&company.id.to_string(), "2023-09-01");
        certifications::record(context, all, &registry, certification)
            .await
            .unwrap();
        let snapshot = registry.snapshot();
        let company = snapshot.organisation("alpha-ltd").unwrap();
        assert_eq!(company.group.as_deref(), Some("alpha"));
        assert_eq!(company.certifications.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_groups_objects_do_not_exist_for_a_limited_caller() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (mechanism, flow) = one_of_each(&registry).await;
        let context = &context();
        let own = groups::create(context, &Scope::All, &registry, new_group("beta"))
            .await
            .unwrap();
        let limited = &Scope::Groups([own.id].into());
        let before = registry.snapshot().revision();

        let codes = |error: crate::ChangeError| match error {
            crate::ChangeError::Invalid(violations) => violations
                .into_iter()
                .map(|violation| violation.code)
                .collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let foreign = subprocessors::record_existing(
            context,
            limited,
            &registry,
            new_subprocessor("alpha", "cloud"),
        )
        .await;
        assert_eq!(codes(foreign.unwrap_err()), ["unknown_group"]);
        let foreign = flows::NewFlow {
            continues: Some(flow),
            ..new_flow("beta", "alpha-ltd", "cloud")
        };
        let foreign = flows::record_existing(context, limited, &registry, foreign).await;
        assert_eq!(
            codes(foreign.unwrap_err()),
            ["unknown_organisation", "unknown_flow"]
        );
        let foreign = impact_assessments::record(
            context,
            limited,
            &registry,
            new_assessment(mechanism, "US"),
        )
        .await;
        assert_eq!(codes(foreign.unwrap_err()), ["unknown_mechanism"]);

        for shared in [
            organisations::create(context, limited, &registry, new_third_party("shared")).await,
            groups::create(context, limited, &registry, new_group("gamma")).await,
            certifications::record(
                context,
                limited,
                &registry,
                new_certification("cloud", "2020-01-01"),
            )
            .await,
            mechanisms::record(
                context,
                limited,
                &registry,
                mechanisms::NewMechanism {
                    group: None,
                    ..new_mechanism("beta", "cloud", "cloud")
                },
            )
            .await,
        ] {
            assert!(
                matches!(shared, Err(crate::ChangeError::OutOfScope)),
                "{shared:?}"
            );
        }
        assert_eq!(registry.snapshot().revision(), before);
        let engagement = new_subprocessor("beta", "cloud");
        subprocessors::record_existing(context, limited, &registry, engagement)
            .await
            .unwrap();
    })
    .await;
}
