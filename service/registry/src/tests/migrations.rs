//! Up, down, and up again.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use serde_json::{Map, Value};
use transfer_registry_migration::{Migrator, MigratorTrait};

use super::support::{context, on_each_database, one_of_each};
use crate::{
    Registry, Scope, Verification,
    flows::{self, NewFlow},
    store::Expected,
};

/// The demo register as the release before the register could be written left it in its database,
/// after migration 5: every table with its columns and rows.
const BEFORE: &str = include_str!("before/register-5.json");

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

#[tokio::test]
async fn a_register_of_an_earlier_release_is_taken_over_whole() {
    on_each_database(async |site| {
        let db = site.empty().await;
        Migrator::up(&db, Some(5)).await.unwrap();
        put_back(&db).await;
        db.close().await.unwrap();

        let registry = site.open().await;
        assert_eq!(registry.snapshot().revision(), 1);
        registry.write_checkpoint().await.unwrap();
        let verified = site.verify().await;
        assert!(
            matches!(verified, Verification::Whole { entries: 120, .. }),
            "{verified:?}"
        );
        // What was written then can be amended now, and looked back at.
        let before = registry.snapshot();
        let flow = before.flows().iter().next().unwrap();
        let mut new = NewFlow::of(flow);
        new.note = Some("taken over".to_owned());
        let amended = registry
            .change(&context(), &Scope::All, None, |draft| {
                flows::amend_in(draft, flow.id, &Expected::Any, new)
            })
            .await
            .unwrap();
        assert_eq!(amended.revision, 2);
        let then = registry.at_revision(1).await.unwrap();
        assert_eq!(then.flows().get(flow.id).unwrap().note, None);
        assert_eq!(then.flows().len(), before.flows().len());
        registry.write_checkpoint().await.unwrap();
        let verified = site.verify().await;
        assert!(matches!(verified, Verification::Whole { entries: 121, .. }));
    })
    .await;
}

/// Writes the rows of the earlier release, each value in the form of its column.
async fn put_back(db: &DatabaseConnection) {
    let tables: Map<String, Value> = serde_json::from_str(BEFORE).unwrap();
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    for table in [
        "groups",
        "organisations",
        "certifications",
        "subprocessors",
        "subprocessor_locations",
        "flows",
        "flow_locations",
        "processing_activities",
        "ledger",
        "head",
    ] {
        let columns: Vec<String> =
            serde_json::from_value(tables[table]["columns"].clone()).unwrap();
        for row in tables[table]["rows"].as_array().unwrap() {
            let values = columns.iter().zip(row.as_array().unwrap());
            let values: Vec<String> = values
                .map(|(column, value)| literal(postgres, column, value))
                .collect();
            let insert = format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                columns.join(", "),
                values.join(", ")
            );
            db.execute_unprepared(&insert).await.unwrap();
        }
    }
}

fn literal(postgres: bool, column: &str, value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Number(number) => {
            let flag = ["covers_hr", "on_public_list", "collected_from_data_subject"];
            if postgres && flag.contains(&column) {
                (number.as_i64() == Some(1)).to_string()
            } else {
                number.to_string()
            }
        }
        Value::String(text) if !postgres && text.parse::<uuid::Uuid>().is_ok() => {
            format!("X'{}'", text.replace('-', ""))
        }
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => panic!("{column}: {other}"),
    }
}
