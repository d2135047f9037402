//! What is recorded is amended, ended and looked back at, never overwritten unseen.

use std::sync::Arc;

use transfer_decision::vocabulary::PartySide;
use uuid::Uuid;

use super::support::{
    Site, context, day, new_company, new_flow, new_group, new_mechanism, new_subprocessor,
    new_third_party, on_each_database, one_of_each,
};
use crate::{
    ChangeError, Draft, Expected, Key, Registry, Scope, Snapshot,
    certifications::{self, NewCertification},
    flows::{self, FlowStatus, NewFlow},
    groups::{self, NewGroup},
    impact_assessments::{self, NewImpactAssessment},
    mechanisms::{self, NewMechanism, Party},
    organisations, processing_activities,
    subprocessors::{self, Announcement, NewSubprocessor, SubprocessorStatus},
};

/// What is put into a draft.
type Make = Box<dyn FnOnce(&mut Draft) -> Result<Uuid, ChangeError>>;

/// Makes a change.
async fn change(
    registry: &Registry,
    make: impl FnOnce(&mut Draft) -> Result<Uuid, ChangeError>,
) -> Result<Uuid, ChangeError> {
    let recorded = registry.change(&context(), &Scope::All, None, make).await?;
    Ok(recorded.id)
}

/// What another process would read from the database.
async fn read_again(site: &Site) -> Arc<Snapshot> {
    let reader = Registry::open_to_read(site.config.clone()).await.unwrap();
    reader.snapshot()
}

fn seen(version: i64) -> Expected {
    Expected::Versions(vec![version])
}

#[tokio::test]
async fn an_amendment_of_what_was_not_seen_is_refused_and_changes_nothing() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let group = registry.snapshot().groups().first().unwrap().clone();
        let renamed = || NewGroup {
            name: "Alpha Group".to_owned(),
            ..new_group("alpha")
        };
        change(&registry, |draft| {
            groups::amend_in(draft, group.id, &seen(1), renamed())
        })
        .await
        .unwrap();
        let revision = registry.snapshot().revision();
        let stale = change(&registry, |draft| {
            groups::amend_in(draft, group.id, &seen(1), new_group("alpha"))
        });
        assert!(matches!(
            stale.await,
            Err(ChangeError::Stale { version: 2 })
        ));
        let missing = change(&registry, |draft| {
            groups::amend_in(draft, Uuid::nil(), &Expected::Any, renamed())
        });
        assert!(matches!(missing.await, Err(ChangeError::NotFound)));
        let snapshot = registry.snapshot();
        assert_eq!(snapshot.revision(), revision);
        let now = snapshot.group("alpha").unwrap();
        assert_eq!((now.name.as_str(), now.version), ("Alpha Group", 2));
    })
    .await;
}

#[tokio::test]
async fn what_an_object_keeps_for_its_life_is_named_when_it_would_change() {
    let site = Site::sqlite();
    let registry = site.open().await;
    one_of_each(&registry).await;
    let snapshot = registry.snapshot();
    let company = snapshot.organisation("alpha-ltd").unwrap().clone();
    let mut new = new_third_party("other");
    new.kind = transfer_decision::vocabulary::OrganisationKind::ThirdParty;
    let refused = change(&registry, |draft| {
        organisations::amend_in(draft, company.id, &Expected::Any, new)
    })
    .await;
    let Err(ChangeError::Invalid(violations)) = refused else {
        panic!("{refused:?}");
    };
    let found: Vec<_> = violations
        .iter()
        .map(|violation| (violation.pointer.as_str(), violation.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/slug", "immutable_field"),
            ("/kind", "immutable_field"),
            ("/group", "immutable_field"),
        ]
    );
}

#[tokio::test]
async fn the_snapshot_after_any_change_is_what_the_database_holds() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (mechanism, flow) = one_of_each(&registry).await;
        let at_first = registry.snapshot();
        let held = at_first
            .organisation("cloud")
            .unwrap()
            .certifications
            .first()
            .unwrap()
            .clone();
        let engagement = at_first.subprocessors().first().unwrap().clone();
        let assessment = at_first
            .mechanisms()
            .first()
            .unwrap()
            .assessments
            .first()
            .unwrap()
            .clone();
        let activity = at_first.processing_activities().first().unwrap().clone();
        let makes: Vec<Make> = vec![
            Box::new(|draft| organisations::create_in(draft, new_third_party("dock"))),
            Box::new(move |draft| {
                let mut new = NewCertification::of(&held, "cloud".to_owned());
                new.covers_hr = false;
                certifications::amend_in(draft, held.id, &seen(1), new)
            }),
            Box::new(move |draft| {
                certifications::end_in(
                    draft,
                    draft.base().organisation("cloud").unwrap().certifications[0].id,
                    &seen(2),
                    day("2026-12-31"),
                )
            }),
            Box::new(move |draft| {
                let mut new = NewSubprocessor::of(&engagement);
                new.locations.truncate(1);
                subprocessors::amend_in(draft, engagement.id, &seen(1), new)
            }),
            Box::new(move |draft| {
                let party = Party {
                    organisation: "dock".to_owned(),
                    side: PartySide::Importer,
                    acceded_on: Some(day("2026-11-01")),
                    left_on: None,
                };
                mechanisms::dock_in(draft, mechanism, &seen(1), party)
            }),
            Box::new(move |draft| {
                mechanisms::use_in(
                    draft,
                    mechanism,
                    &seen(2),
                    day("2026-11-20"),
                    "one claim".to_owned(),
                )
            }),
            Box::new(move |draft| {
                let mut new = NewImpactAssessment::of(&assessment, mechanism);
                new.concluded_on = day("2026-11-20");
                impact_assessments::amend_in(draft, assessment.id, &seen(1), new)
            }),
            Box::new(move |draft| flows::suspend_in(draft, flow, &seen(1))),
            Box::new(move |draft| flows::end_in(draft, flow, &seen(2), day("2026-11-20"))),
            Box::new(move |draft| {
                let mut new = super::support::new_activity("alpha");
                new.retention = Some("for a year".to_owned());
                processing_activities::amend_in(draft, activity.id, &seen(1), new)
            }),
        ];
        for make in makes {
            let before = registry.snapshot();
            change(&registry, make).await.unwrap();
            let after = registry.snapshot();
            assert_eq!(after.revision(), before.revision() + 1);
            assert!(after.shows_the_same(read_again(site).await.as_ref()));
        }
        let after = registry.snapshot();
        assert_eq!(after.flows().get(flow).unwrap().status, FlowStatus::Ended);
        assert_eq!(after.mechanisms().get(mechanism).unwrap().uses.len(), 1);
        assert_eq!(after.mechanisms().get(mechanism).unwrap().parties.len(), 3);
        registry.write_checkpoint().await.unwrap();
        assert!(matches!(
            site.verify().await,
            crate::Verification::Whole { .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn a_key_has_one_effect_and_belongs_to_one_request() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let key = |fingerprint: &str| Key {
            key: "k1".to_owned(),
            fingerprint: fingerprint.repeat(32),
        };
        let create = async |key: &Key, slug: &str| {
            registry
                .change(&context(), &Scope::All, Some(key), |draft| {
                    groups::create_in(draft, new_group(slug))
                })
                .await
        };
        let first = create(&key("ab"), "alpha").await.unwrap();
        let again = create(&key("ab"), "alpha").await.unwrap();
        assert_eq!(
            (first.id, first.revision, first.repeated),
            (again.id, again.revision, false)
        );
        assert!(again.repeated);
        let other = create(&key("cd"), "beta").await;
        assert!(matches!(other, Err(ChangeError::KeyReused)), "{other:?}");
        assert_eq!(registry.snapshot().groups().len(), 1);
        assert_eq!(registry.snapshot().revision(), first.revision);
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_shows_the_register_as_it_would_be_and_stores_nothing() {
    let site = Site::sqlite();
    let registry = site.open().await;
    one_of_each(&registry).await;
    let before = registry.snapshot().revision();
    let rehearsal = registry
        .rehearse(&context(), &Scope::All, |draft| {
            let group = draft.base().group("alpha").unwrap().id;
            let new = NewGroup {
                name: "Other".to_owned(),
                ..new_group("alpha")
            };
            groups::amend_in(draft, group, &Expected::Any, new)
        })
        .await
        .unwrap();
    assert_eq!(rehearsal.before.group("alpha").unwrap().name, "Group alpha");
    assert_eq!(rehearsal.after.group("alpha").unwrap().name, "Other");
    assert_eq!(registry.snapshot().revision(), before);
    assert!(
        registry
            .snapshot()
            .shows_the_same(read_again(&site).await.as_ref())
    );
}

#[tokio::test]
async fn an_engagement_goes_through_its_stages_and_no_others() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        change(&registry, |draft| {
            organisations::create_in(draft, new_third_party("mail"))
        })
        .await
        .unwrap();
        let proposed = NewSubprocessor {
            effective_from: day("2027-02-01"),
            announced_on: None,
            objection_until: None,
            ..new_subprocessor("alpha", "mail")
        };
        let id = change(&registry, |draft| {
            subprocessors::propose_in(draft, proposed)
        })
        .await
        .unwrap();
        let stage = || registry.snapshot().subprocessors().get(id).unwrap().status;
        assert_eq!(stage(), SubprocessorStatus::Proposed);
        let ended = change(&registry, |draft| {
            subprocessors::end_in(draft, id, &Expected::Any, day("2027-03-01"))
        })
        .await;
        assert!(
            matches!(
                ended,
                Err(ChangeError::WrongStage {
                    what: "end",
                    stage: "proposed"
                })
            ),
            "{ended:?}"
        );
        let told = |effective_from: Option<&str>| Announcement {
            announced_on: None,
            objection_until: None,
            effective_from: effective_from.map(day),
        };
        // The group promises 30 days of notice.
        let early = change(&registry, |draft| {
            subprocessors::announce_in(draft, id, &Expected::Any, &told(Some("2026-12-20")))
        })
        .await;
        let Err(ChangeError::Invalid(violations)) = early else {
            panic!("{early:?}");
        };
        assert_eq!(violations[0].code, "notice_too_short");
        change(&registry, |draft| {
            subprocessors::announce_in(draft, id, &Expected::Any, &told(None))
        })
        .await
        .unwrap();
        let snapshot = registry.snapshot();
        let announced = snapshot.subprocessors().get(id).unwrap();
        assert_eq!(announced.status, SubprocessorStatus::Announced);
        assert_eq!(announced.announced_on, Some(day("2026-11-21")));
        assert_eq!(announced.objection_until, Some(day("2026-12-05")));
        change(&registry, |draft| {
            subprocessors::withdraw_in(draft, id, &Expected::Any)
        })
        .await
        .unwrap();
        assert_eq!(stage(), SubprocessorStatus::Proposed);
    })
    .await;
}

#[tokio::test]
async fn a_mechanism_used_as_often_as_it_may_be_carries_nothing_more() {
    let site = Site::sqlite();
    let registry = site.open().await;
    let (mechanism, _) = one_of_each(&registry).await;
    for on in ["2026-11-03", "2026-11-01", "2026-11-02"] {
        change(&registry, |draft| {
            mechanisms::use_in(
                draft,
                mechanism,
                &Expected::Any,
                day(on),
                "a claim".to_owned(),
            )
        })
        .await
        .unwrap();
    }
    let snapshot = registry.snapshot();
    let used = snapshot.mechanisms().get(mechanism).unwrap();
    assert_eq!(used.exhausted_from(), Some(day("2026-11-03")));
    let decided = snapshot.register().mechanisms().first().unwrap();
    assert_eq!(decided.ends_on, Some(day("2026-11-02")));
    let again = change(&registry, |draft| {
        mechanisms::use_in(
            draft,
            mechanism,
            &Expected::Any,
            day("2026-11-04"),
            "more".to_owned(),
        )
    })
    .await;
    let Err(ChangeError::Invalid(violations)) = again else {
        panic!("{again:?}");
    };
    assert_eq!(violations[0].code, "uses_exhausted");
}

#[tokio::test]
async fn a_flow_never_continues_itself() {
    let site = Site::sqlite();
    let registry = site.open().await;
    let (_, flow) = one_of_each(&registry).await;
    let snapshot = registry.snapshot();
    let mut new = NewFlow::of(snapshot.flows().get(flow).unwrap());
    new.continues = Some(flow);
    let refused = change(&registry, |draft| {
        flows::amend_in(draft, flow, &Expected::Any, new)
    })
    .await;
    assert!(
        matches!(refused, Err(ChangeError::Invalid(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn another_groups_objects_cannot_be_changed_and_are_not_there() {
    let site = Site::sqlite();
    let registry = site.open().await;
    let (mechanism, flow) = one_of_each(&registry).await;
    for (group, company) in [("beta", "beta-ltd")] {
        change(&registry, |draft| {
            groups::create_in(draft, new_group(group))
        })
        .await
        .unwrap();
        change(&registry, |draft| {
            organisations::create_in(draft, new_company(company, group))
        })
        .await
        .unwrap();
    }
    let snapshot = registry.snapshot();
    let beta = Scope::Groups([snapshot.group("beta").unwrap().id].into());
    let engagement = snapshot.subprocessors().first().unwrap().id;
    let company = snapshot.organisation("alpha-ltd").unwrap().id;
    let try_it = async |make: Make| {
        registry
            .change(&context(), &beta, None, make)
            .await
            .map(|_| ())
    };
    for make in [
        Box::new(move |draft: &mut Draft| flows::suspend_in(draft, flow, &Expected::Any)) as Make,
        Box::new(move |draft: &mut Draft| {
            mechanisms::end_in(draft, mechanism, &Expected::Any, day("2027-01-01"))
        }),
        Box::new(move |draft: &mut Draft| {
            subprocessors::end_in(draft, engagement, &Expected::Any, day("2027-01-01"))
        }),
        Box::new(move |draft: &mut Draft| {
            let new = new_company("alpha-ltd", "alpha");
            organisations::amend_in(draft, company, &Expected::Any, new)
        }),
        Box::new(move |draft: &mut Draft| {
            let new = NewMechanism {
                ..new_mechanism("alpha", "alpha-ltd", "cloud")
            };
            mechanisms::amend_in(draft, mechanism, &Expected::Any, new)
        }),
    ] {
        let refused = try_it(make).await;
        assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
    }
    let foreign = try_it(Box::new(|draft| {
        flows::draft_in(draft, new_flow("alpha", "alpha-ltd", "cloud"))
    }))
    .await;
    assert!(
        matches!(foreign, Err(ChangeError::Invalid(_))),
        "{foreign:?}"
    );
}
