//! One process at a time writes an SQLite database; whoever only reads is never in the way.

use std::fs;

use sea_orm::{ConnectionTrait, TransactionTrait};
use tokio::time::timeout;

use super::support::{Site, context, new_group, on_postgres, one_of_each};
use crate::{
    ChangeError, LockError, OpenError, Registry, RegistryConfig, Scope, Verification, groups,
    store::PATIENCE,
};

/// The lock is held, and the refusal names it.
fn held<T>(site: &Site, refused: Result<T, OpenError>) {
    let Err(error) = refused else {
        panic!("the lock was not held")
    };
    assert!(
        matches!(error, OpenError::Lock(LockError::Held(_))),
        "{error:?}"
    );
    let folder = site.data_dir().parent().unwrap();
    let file = fs::canonicalize(folder.join("db/registry.db.lock")).unwrap();
    assert!(
        error.to_string().contains(&file.display().to_string()),
        "{error}"
    );
}

#[tokio::test]
async fn a_second_writer_of_an_sqlite_database_is_refused_until_the_first_is_gone() {
    let site = &Site::sqlite();
    let registry = site.open().await;
    held(site, Registry::open(site.config.clone()).await);
    held(site, Registry::migrate(&site.config).await);

    // By another name it is the same database.
    let folder = site.data_dir().parent().unwrap();
    std::os::unix::fs::symlink(folder.join("db/registry.db"), folder.join("link.db")).unwrap();
    let linked = RegistryConfig {
        database_url: format!("sqlite:{}/link.db", folder.display()),
        ..site.config.clone()
    };
    held(site, Registry::open(linked).await);

    let clone = registry.clone();
    drop(registry);
    held(site, Registry::open(site.config.clone()).await);
    drop(clone);
    site.open().await;
    Registry::migrate(&site.config).await.unwrap();
}

#[tokio::test]
async fn who_only_reads_works_beside_the_writer_and_changes_nothing() {
    let site = &Site::sqlite();
    let registry = site.open().await;
    one_of_each(&registry).await;
    registry.write_checkpoint().await.unwrap();
    let reader = Registry::open_to_read(site.config.clone()).await.unwrap();
    assert_eq!(reader.snapshot().groups(), registry.snapshot().groups());
    assert!(matches!(site.verify().await, Verification::Whole { .. }));
    let refused = groups::create(&context(), &Scope::All, &reader, new_group("beta")).await;
    assert!(matches!(refused, Err(ChangeError::ReadOnly)), "{refused:?}");
    drop(registry);
    // The reader holds no lock.
    site.open().await;
}

#[tokio::test]
async fn opening_to_read_makes_no_database() {
    let site = &Site::sqlite();
    let opened = Registry::open_to_read(site.config.clone()).await;
    let refused = opened.map(|_| ());
    assert!(
        matches!(refused, Err(OpenError::Database(_))),
        "{refused:?}"
    );
    assert!(!site.data_dir().exists());
    assert!(!site.data_dir().parent().unwrap().join("db").exists());
}

#[tokio::test]
async fn databases_that_are_no_file_are_opened_as_often_as_wanted() {
    on_postgres(async |site| {
        let (_one, _two) = (site.open().await, site.open().await);
    })
    .await;
    let site = &Site::sqlite();
    let memory = RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        ..site.config.clone()
    };
    let one = Registry::open(memory.clone()).await.unwrap();
    let two = Registry::open(memory).await.unwrap();
    groups::create(&context(), &Scope::All, &one, new_group("alpha"))
        .await
        .unwrap();
    let revisions = (one.snapshot().revision(), two.snapshot().revision());
    assert_eq!(revisions, (1, 0));
}

#[tokio::test]
async fn whoever_waits_for_another_writer_in_vain_is_told_that_it_is_busy() {
    on_postgres(async |site| {
        let registry = site.open().await;
        // A writer of this process.
        let turn = registry.turn().await;
        let (context, all) = (context(), Scope::All);
        let waiting = groups::create(&context, &all, &registry, new_group("alpha"));
        let busy = timeout(2 * PATIENCE, waiting).await.unwrap();
        assert!(matches!(busy, Err(ChangeError::Busy(_))), "{busy:?}");
        drop(turn);
        // A writer of another one.
        let db = site.raw().await;
        let other = db.begin().await.unwrap();
        let lock = "SELECT * FROM head FOR UPDATE";
        other.execute_unprepared(lock).await.unwrap();
        let waiting = groups::create(&context, &all, &registry, new_group("alpha"));
        let busy = timeout(2 * PATIENCE, waiting).await.unwrap();
        assert!(matches!(busy, Err(ChangeError::Busy(_))), "{busy:?}");
        other.rollback().await.unwrap();
        let made = groups::create(&context, &all, &registry, new_group("alpha")).await;
        assert_eq!(made.unwrap().revision, 1);
    })
    .await;
}
