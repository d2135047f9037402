//! The program on one SQLite file, and what it left in it.

use std::{collections::BTreeMap, path::PathBuf};

use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, DatabaseConnection, EntityTrait as _,
    PaginatorTrait as _, QueryOrder as _, Statement,
};
use serde::Deserialize;
use transfer_decision::vocabulary::UncheckedFacts;
use transfer_registry_core::{Clock, Registry, RegistryConfig, Verification};
use transfer_registry_entity::ledger;

use super::writers::Client;
use crate::fixture::{self, Database, Finished, Home, Program, agreement};

const TOKEN: &str = "the-operators-own-token-for-these-tests";

/// An entry of the ledger, as far as a writer is told of it.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) object: String,
    pub(super) version: i64,
    pub(super) revision: u64,
}

/// An object's state, as far as every kind has the same.
#[derive(Deserialize)]
struct State {
    version: i64,
}

/// Where the program finds everything again.
pub(super) struct Ground {
    url: String,
    data_dir: PathBuf,
    folder: PathBuf,
}

/// The program, listening.
pub(super) struct Serving {
    pub(super) client: Client,
    process: fixture::Running,
}

impl Ground {
    pub(super) fn of(home: &Home) -> Self {
        assert_eq!(home.kind, Database::Sqlite);
        let folder = home.folder.path().to_owned();
        Self {
            url: home.url.clone(),
            data_dir: folder.join("data"),
            folder,
        }
    }

    /// The program with its settings.
    pub(super) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(&self.folder, arguments)
            .setting("DATABASE_URL", &self.url)
            .setting("DATA_DIR", &self.data_dir.display().to_string())
            .setting("BOOTSTRAP_TOKEN", TOKEN)
            .on_free_ports()
    }

    pub(super) async fn start(&self) -> Serving {
        self.start_with(&["serve"]).await
    }

    /// Starts the program and waits until it listens.
    pub(super) async fn start_with(&self, arguments: &[&str]) -> Serving {
        let mut process = self.program(arguments).start();
        while let Some(line) = process.line().await {
            if let Some(address) = line.strip_prefix("listening on ") {
                let client = Client::new(address.to_owned(), TOKEN);
                return Serving { client, process };
            }
        }
        panic!("it ended before it listened: {:?}", process.end().await);
    }

    async fn database(&self) -> DatabaseConnection {
        let mut options = sea_orm::ConnectOptions::new(&self.url);
        options.max_connections(1).sqlx_logging(false);
        let db = sea_orm::Database::connect(options).await;
        db.expect("the program's database")
    }

    /// How long the ledger is, if there is one.
    pub(super) async fn entries(&self) -> Option<u64> {
        let db = self.database().await;
        let entries = ledger::Entity::find().count(&db).await.ok();
        db.close().await.expect("closed");
        entries
    }

    /// What was recorded for each reason; a writer gives each change its own.
    pub(super) async fn recorded(&self) -> BTreeMap<String, Vec<Recorded>> {
        let db = self.database().await;
        let entries = ledger::Entity::find()
            .order_by_asc(ledger::Column::Seq)
            .all(&db)
            .await
            .expect("the ledger");
        db.close().await.expect("closed");
        let mut recorded = BTreeMap::<_, Vec<_>>::new();
        for entry in entries {
            let state: State = serde_json::from_str(&entry.state).expect("a state");
            let found = Recorded {
                object: entry.object_id.to_string(),
                version: state.version,
                revision: entry.revision.unsigned_abs(),
            };
            let reason = entry.reason.unwrap_or_default();
            recorded.entry(reason).or_default().push(found);
        }
        recorded
    }

    /// The file, the chain, and the tables are whole, and say the same.
    pub(super) async fn is_sound(&self) {
        let db = self.database().await;
        assert_eq!(pragma(&db, "integrity_check").await, ["ok"]);
        assert_eq!(pragma(&db, "foreign_key_check").await, [""; 0]);
        agreement::of_ledger_and_tables(&db).await;
        db.close().await.expect("closed");
        let config = RegistryConfig {
            database_url: self.url.clone(),
            data_dir: self.data_dir.clone(),
            unchecked_facts: UncheckedFacts::Warn,
            clock: Clock::system(),
        };
        let verified = Registry::verify_ledger(&config).await.expect("verified");
        assert!(
            matches!(verified, Verification::Whole { .. }),
            "{verified:?}"
        );
    }
}

/// What SQLite itself finds.
async fn pragma(db: &DatabaseConnection, name: &str) -> Vec<String> {
    let statement = Statement::from_string(DatabaseBackend::Sqlite, format!("PRAGMA {name}"));
    let rows = db.query_all_raw(statement).await.expect("a check");
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("what it found"))
        .collect()
}

impl Serving {
    pub(super) async fn kill(self) {
        self.process.kill().await;
    }

    pub(super) async fn terminate(self) -> Finished {
        self.process.terminate().await
    }
}
