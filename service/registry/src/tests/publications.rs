//! What is published stays as it was published, whatever is recorded afterwards.

use std::collections::BTreeSet;

use transfer_decision::vocabulary::{Activity, DataCategory};
use transfer_registry_entity::vocabulary::PublishedField;
use uuid::Uuid;

use super::support::{
    context, day, new_company, new_group, new_subprocessor, new_third_party, on_each_database,
    one_of_each,
};
use crate::{
    ChangeError, Expected, Registry, Scope, groups,
    groups::NewGroup,
    locations::Location,
    organisations::{self, NewOrganisation},
    publications::{self, Change, Content, Difference, FieldValue, NewPublication, Publication},
    subprocessors::{self, NewSubprocessor},
};

async fn publish_in_scope(
    registry: &Registry,
    scope: &Scope,
    group: &str,
    new: NewPublication,
) -> Result<Publication, ChangeError> {
    let id = registry.snapshot().group(group).unwrap().id;
    let made = registry
        .change(&context(), scope, None, |draft| {
            publications::publish_in(draft, "anna", id, new)
        })
        .await?;
    Ok(registry
        .snapshot()
        .publications()
        .get(made.id)
        .unwrap()
        .clone())
}

pub(super) async fn publish(
    registry: &Registry,
    group: &str,
    after: i64,
) -> Result<Publication, ChangeError> {
    let new = NewPublication {
        note: Some(format!("after {after}")),
        after,
        content_sha256: None,
    };
    publish_in_scope(registry, &Scope::All, group, new).await
}

/// Gives the first engagement anew.
pub(super) async fn amend(registry: &Registry, change: impl FnOnce(&mut NewSubprocessor)) -> Uuid {
    let snapshot = registry.snapshot();
    let view = snapshot.subprocessors().first().unwrap();
    let mut new = NewSubprocessor::of(view);
    change(&mut new);
    let amended = registry
        .change(&context(), &Scope::All, None, |draft| {
            subprocessors::amend_in(draft, view.id, &Expected::Any, new)
        })
        .await;
    amended.unwrap().id
}

pub(super) async fn amend_organisation(
    registry: &Registry,
    slug: &str,
    change: impl FnOnce(&mut NewOrganisation),
) {
    let snapshot = registry.snapshot();
    let view = snapshot.organisation(slug).unwrap();
    let mut new = NewOrganisation::of(view);
    change(&mut new);
    let amended = registry
        .change(&context(), &Scope::All, None, |draft| {
            organisations::amend_in(draft, view.id, &Expected::Any, new)
        })
        .await;
    amended.unwrap();
}

pub(super) async fn create(registry: &Registry, new: NewOrganisation) {
    organisations::create(&context(), &Scope::All, registry, new)
        .await
        .unwrap();
}

pub(super) fn storage(place: &str) -> Location {
    Location {
        place: Some(place.parse().unwrap()),
        activity: Activity::Storage,
        operated_by: None,
        from: None,
        until: None,
    }
}

#[tokio::test]
async fn a_publication_holds_what_customers_were_told_of_listed_organisations() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        create(&registry, new_third_party("considered")).await;
        for (slug, group) in [("secret", None), ("alpha-shell", Some("alpha"))] {
            let new = group.map_or_else(|| new_third_party(slug), |of| new_company(slug, of));
            create(
                &registry,
                NewOrganisation {
                    on_public_list: false,
                    ..new
                },
            )
            .await;
        }
        let proposed = new_subprocessor("alpha", "considered");
        registry
            .change(&context(), &Scope::All, None, |draft| {
                subprocessors::propose_in(draft, proposed)
            })
            .await
            .unwrap();
        let hidden = new_subprocessor("alpha", "secret");
        subprocessors::record_existing(&context(), &Scope::All, &registry, hidden)
            .await
            .unwrap();
        amend(&registry, |new| {
            new.locations[1].operated_by = Some("secret".to_owned());
        })
        .await;
        let mut over = new_subprocessor("alpha", "cloud");
        over.ended_on = Some(day("2020-01-31"));
        subprocessors::record_existing(&context(), &Scope::All, &registry, over)
            .await
            .unwrap();

        let published = publish(&registry, "alpha", 0).await.unwrap();
        assert_eq!((published.number, published.version), (1, 1));
        assert_eq!(
            (&*published.group, &*published.published_by),
            ("alpha", "anna")
        );
        assert_eq!(published.note.as_deref(), Some("after 0"));
        let content = &published.content;
        let companies: Vec<_> = content.companies.values().map(|one| &*one.slug).collect();
        assert_eq!(companies, ["alpha-ltd"]);
        let engaged: Vec<_> = content
            .engagements
            .values()
            .map(|one| (&*one.organisation.slug, one.ended_on.is_some()))
            .collect();
        assert_eq!(engaged, [("cloud", false), ("cloud", true)]);
        let first = content.engagements.values().next().unwrap();
        let operator = first.locations[1].operated_by.as_ref().unwrap();
        assert_eq!((&*operator.slug, &operator.legal_name), ("secret", &None));
        let text = content.text().unwrap();
        assert!(
            !text.contains("secret, Inc.") && !text.contains("considered"),
            "{text}"
        );
        assert!(!text.contains("source") && !text.contains("dpo@"), "{text}");
        // It is read back the same, and its hash is that of the text that is kept.
        assert_eq!(Content::read(&text).unwrap(), **content);
        assert_eq!(content.sha256(), published.content_sha256);
        let again = site.reopen(registry).await;
        let snapshot = again.snapshot();
        assert_eq!(snapshot.published("alpha"), Some(&published));
        assert_eq!(snapshot.published("nobody"), None);
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_recorded_later_changes_what_is_published() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let first = publish(&registry, "alpha", 0).await.unwrap();
        let id = amend(&registry, |new| {
            new.locations = vec![storage("CN")];
            new.service = "Something else".to_owned();
            new.data_categories = Some(BTreeSet::from([DataCategory::Special]));
        })
        .await;
        amend_organisation(&registry, "cloud", |new| {
            new.legal_name = "Renamed, Inc.".to_owned();
            new.seat = Some("IN".parse().unwrap());
        })
        .await;
        let snapshot = registry.snapshot();
        assert_eq!(snapshot.published("alpha"), Some(&first));

        let second = publish(&registry, "alpha", 1).await.unwrap();
        assert_eq!(second.number, 2);
        assert_ne!(second.content_sha256, first.content_sha256);
        let snapshot = registry.snapshot();
        assert_eq!(snapshot.published("alpha"), Some(&second));
        assert_eq!(snapshot.published_before(&second), Some(&first));
        assert_eq!(snapshot.publications_of("alpha").count(), 2);

        let difference = Difference::between(Some(&first.content), &second.content);
        assert!(difference.group.is_empty() && difference.companies.is_empty());
        let [differing] = difference.engagements.as_slice() else {
            panic!("{difference:?}");
        };
        assert_eq!((differing.id, &*differing.slug), (id, "cloud"));
        assert_eq!(differing.legal_name, "Renamed, Inc.");
        assert_eq!(differing.service.as_deref(), Some("Something else"));
        let Change::Altered(fields) = &differing.change else {
            panic!("{differing:?}");
        };
        let names: Vec<_> = fields.iter().map(|one| one.field).collect();
        assert_eq!(
            names,
            [
                PublishedField::Name,
                PublishedField::Seat,
                PublishedField::Service,
                PublishedField::DataCategories,
                PublishedField::Locations,
            ]
        );
        let place = |code: &str| Some(FieldValue::Place(code.parse().unwrap()));
        assert_eq!(
            (&fields[1].before, &fields[1].after),
            (&place("US"), &place("IN"))
        );
        // Back where it was, nothing differs, and nothing is published.
        let refused = publish(&registry, "alpha", 2).await;
        assert!(matches!(refused, Err(ChangeError::Nothing)), "{refused:?}");
        assert!(Difference::between(Some(&second.content), &second.content).is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_has_not_seen_the_newest_publication_publishes_nothing() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let seen = Content::of(
            &registry.snapshot(),
            registry.snapshot().group("alpha").unwrap(),
        );
        let refused = publish(&registry, "alpha", 1).await;
        assert!(
            matches!(refused, Err(ChangeError::Stale { version: 0 })),
            "{refused:?}"
        );
        publish(&registry, "alpha", 0).await.unwrap();
        amend(&registry, |new| new.note = Some("another".to_owned())).await;
        for after in [0, 2] {
            let refused = publish(&registry, "alpha", after).await;
            assert!(
                matches!(refused, Err(ChangeError::Stale { version: 1 })),
                "{refused:?}"
            );
        }
        // Nor does who has seen another content than there is now.
        let mut new = NewPublication {
            note: None,
            after: 1,
            content_sha256: Some(seen.sha256()),
        };
        let refused = publish_in_scope(&registry, &Scope::All, "alpha", new.clone()).await;
        let Err(ChangeError::Invalid(violations)) = refused else {
            panic!("{refused:?}");
        };
        let told: Vec<_> = violations
            .iter()
            .map(|one| (&*one.pointer, one.code))
            .collect();
        assert_eq!(told, [("/content_sha256", "content_changed")]);
        let now = registry.snapshot();
        let now = Content::of(&now, now.group("alpha").unwrap());
        new.content_sha256 = Some(now.sha256());
        publish_in_scope(&registry, &Scope::All, "alpha", new)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn each_group_counts_its_own_publications_and_no_other_may_publish_them() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        groups::create(&context(), &Scope::All, &registry, new_group("beta"))
            .await
            .unwrap();
        publish(&registry, "alpha", 0).await.unwrap();
        let beta = registry.snapshot().group("beta").unwrap().id;
        let limited = Scope::Groups([beta].into());
        let new = NewPublication::default();
        let refused = publish_in_scope(&registry, &limited, "alpha", new.clone()).await;
        assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
        let own = publish_in_scope(&registry, &limited, "beta", new)
            .await
            .unwrap();
        assert_eq!(own.number, 1);
        let seen = registry.seen(&registry.snapshot(), &limited).unwrap();
        assert_eq!(
            (seen.published("alpha"), seen.published("beta")),
            (None, Some(&own))
        );

        // Of a list of which a part does not exist for somebody, nothing is left out by the way.
        let foreign = NewSubprocessor {
            locations: Vec::new(),
            ..new_subprocessor("beta", "alpha-ltd")
        };
        subprocessors::record_existing(&context(), &Scope::All, &registry, foreign)
            .await
            .unwrap();
        let new = NewPublication {
            after: 1,
            ..NewPublication::default()
        };
        let refused = publish_in_scope(&registry, &limited, "beta", new.clone()).await;
        assert!(
            matches!(refused, Err(ChangeError::OutOfScope)),
            "{refused:?}"
        );
        publish_in_scope(&registry, &Scope::All, "beta", new)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_renamed_group_and_a_company_that_left_the_list_differ() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let first = publish(&registry, "alpha", 0).await.unwrap();
        let group = registry.snapshot().group("alpha").unwrap().clone();
        let new = NewGroup {
            name: "Alpha Group".to_owned(),
            notice_note: None,
            notice_days: Some(45),
            ..NewGroup::of(&group)
        };
        registry
            .change(&context(), &Scope::All, None, |draft| {
                groups::amend_in(draft, group.id, &Expected::Any, new)
            })
            .await
            .unwrap();
        amend_organisation(&registry, "alpha-ltd", |new| new.on_public_list = false).await;
        create(&registry, new_company("alpha-gmbh", "alpha")).await;
        let second = publish(&registry, "alpha", 1).await.unwrap();
        let difference = Difference::between(Some(&first.content), &second.content);
        let named: Vec<_> = difference.group.iter().map(|one| one.field).collect();
        let expected = [
            PublishedField::Name,
            PublishedField::NoticeNote,
            PublishedField::NoticeDays,
        ];
        assert_eq!(named, expected);
        assert_eq!(difference.group[1].after, None);
        assert_eq!(difference.group[2].after, Some(FieldValue::Days(45)));
        let companies: Vec<_> = difference
            .companies
            .iter()
            .map(|one| (&*one.slug, one.change.clone()))
            .collect();
        let expected = [
            ("alpha-ltd", Change::Removed),
            ("alpha-gmbh", Change::Added),
        ];
        assert_eq!(companies, expected);
        // Who is on no public list exports all the same, and who is new does not yet.
        let judge = registry.snapshot();
        let judge = judge.as_published(&first.content).unwrap();
        assert_eq!(judge.companies().collect::<Vec<_>>(), ["alpha-ltd"]);
    })
    .await;
}
