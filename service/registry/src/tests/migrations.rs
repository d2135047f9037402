//! Up, down, and up again.

use transfer_registry_migration::{Migrator, MigratorTrait};

use super::support::{on_each_database, one_of_each};
use crate::Registry;

#[tokio::test]
async fn every_migration_can_be_taken_back_and_made_again() {
    on_each_database(async |site| {
        one_of_each(&site.open().await).await;
        let db = site.raw().await;
        for back in 1..=u32::try_from(Migrator::migrations().len()).unwrap() {
            Migrator::down(&db, Some(back)).await.unwrap();
            Migrator::up(&db, None).await.unwrap();
        }
        db.close().await.unwrap();
        one_of_each(&site.open().await).await;
    })
    .await;
}

#[tokio::test]
async fn processes_that_start_together_migrate_once() {
    on_each_database(async |site| {
        // SQLite has no lock that outlasts a transaction, and one process owns the file.
        if site.config.database_url.starts_with("sqlite") {
            return;
        }
        let starts = (0..4).map(|_| Registry::migrate(&site.config));
        for start in futures_util::future::join_all(starts).await {
            start.unwrap();
        }
    })
    .await;
}
