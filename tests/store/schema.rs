//! The migrations, forth and back.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DatabaseBackend, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait as _;
use transfer_registry_migration::Migrator;

use crate::fixture::{Database, Home};

/// Every table, index and trigger of the registry's own, by name.
async fn objects(db: &DatabaseConnection) -> BTreeSet<String> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' \
             UNION SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal \
             UNION SELECT proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",
    };
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db
        .query_all_raw(statement)
        .await
        .expect("the schema's names");
    let names = rows
        .iter()
        .map(|row| row.try_get("", "name").expect("a name"));
    names
        .filter(|name: &String| !name.starts_with("seaql_migrations"))
        .collect()
}

async fn up_down_up(kind: Database) {
    let home = Home::new(kind).await;
    let db = home.connect().await;
    assert!(objects(&db).await.is_empty());
    Migrator::up(&db, None).await.expect("up");
    let built = objects(&db).await;
    assert!(built.len() > 14, "{built:?}");
    // One step back and forth, then all the way.
    for _ in 0..Migrator::migrations().len() {
        Migrator::down(&db, Some(1)).await.expect("one down");
    }
    assert_eq!(
        objects(&db).await,
        BTreeSet::new(),
        "nothing is left behind"
    );
    Migrator::up(&db, None).await.expect("up again");
    assert_eq!(objects(&db).await, built);
    Migrator::up(&db, None).await.expect("nothing to do");
    assert_eq!(objects(&db).await, built);
    Migrator::down(&db, None).await.expect("all down");
    assert_eq!(objects(&db).await, BTreeSet::new());
    db.close().await.expect("closed");
    home.remove().await;
}

mod migrations_go_up_and_down_and_up_again {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        up_down_up(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        up_down_up(Database::Postgres).await;
    }
}
