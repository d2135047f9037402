//! The demo register, loaded whole or not at all.

use transfer_registry_seed::register;

use super::support::{context, new_group, on_each_database};
use crate::{
    DemoError, DemoOutcome, Scope, Verification, demo, groups, organisations::Organisation,
};

#[tokio::test]
async fn the_demo_register_is_loaded_once_in_one_revision() {
    on_each_database(async |site| {
        let registry = site.open().await;
        assert_eq!(
            registry.load_demo(&context()).await.unwrap(),
            DemoOutcome::Loaded
        );
        let snapshot = registry.snapshot();
        let records = register::demo().unwrap();
        assert_eq!((snapshot.revision(), snapshot.is_demo()), (1, true));
        let slugs: Vec<_> = snapshot.groups().iter().map(|group| &group.slug).collect();
        let expected: Vec<_> = records.groups.iter().map(|group| &group.slug).collect();
        assert_eq!(slugs, expected);
        let of = |organisation: &Organisation| {
            (organisation.slug.clone(), organisation.certifications.len())
        };
        let organisations: Vec<_> = snapshot.organisations().iter().map(of).collect();
        let of = |organisation: &register::Organisation| {
            (organisation.slug.clone(), organisation.certifications.len())
        };
        let expected: Vec<_> = records.organisations.iter().map(of).collect();
        assert_eq!(organisations, expected);
        assert_eq!(snapshot.subprocessors().len(), records.subprocessors.len());
        assert_eq!(snapshot.flows().len(), records.flows.len());
        assert_eq!(
            snapshot.processing_activities().len(),
            records.processing_activities.len()
        );

        let again = site.reopen(registry).await;
        assert_eq!(
            again.load_demo(&context()).await.unwrap(),
            DemoOutcome::AlreadyThere
        );
        assert_eq!(again.snapshot().revision(), 1);
        assert!(again.snapshot().is_demo());
        again.write_checkpoint().await.unwrap();
        assert!(matches!(site.verify().await, Verification::Whole { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_demo_load_that_fails_half_way_leaves_nothing_and_loads_again() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let mut records = register::demo().unwrap();
        records.processing_activities.last_mut().unwrap().group = "nobody".to_owned();
        let failed = demo::load_records(&registry, &context(), records).await;
        assert!(matches!(failed, Err(DemoError::Change(_))), "{failed:?}");
        assert!(registry.snapshot().organisations().is_empty());

        let again = site.reopen(registry).await;
        assert_eq!(again.snapshot().revision(), 0);
        assert!(!again.snapshot().is_demo());
        assert!(again.snapshot().groups().is_empty());
        assert_eq!(
            again.load_demo(&context()).await.unwrap(),
            DemoOutcome::Loaded
        );
    })
    .await;
}

#[tokio::test]
async fn a_database_with_other_data_is_left_alone() {
    on_each_database(async |site| {
        let registry = site.open().await;
        groups::create(&context(), &Scope::All, &registry, new_group("alpha"))
            .await
            .unwrap();
        let refused = registry.load_demo(&context()).await;
        assert!(matches!(refused, Err(DemoError::OtherData)), "{refused:?}");
        assert_eq!(registry.snapshot().revision(), 1);
        assert!(!registry.snapshot().is_demo());
    })
    .await;
}
