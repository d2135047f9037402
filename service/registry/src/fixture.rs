//! For tests: the demo register on a fresh database of each kind, and ways to change it.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use transfer_decision::{span::parse_day, vocabulary::UncheckedFacts};
use uuid::Uuid;

use crate::{
    Clock, Context, Expected, Registry, RegistryConfig, Scope, certifications, groups,
    groups::NewGroup,
};

/// A registry that holds the demo register, and where it lives.
pub(crate) struct Demo {
    pub(crate) registry: Registry,
    pub(crate) config: RegistryConfig,
    _folder: TempDir,
}

/// Runs a test on a fresh database of each kind.
pub(crate) async fn on_each_database(test: impl AsyncFn(&Demo)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/registry.db?mode=rwc", folder.path().display());
    test(&Demo::at(url, folder).await).await;

    let server = std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!(
            "TEST_POSTGRES_URL is not set: run ./tests/run, or \
             ./tests/run --with cargo nextest run -p transfer-registry-core FILTER"
        )
    });
    let folder = tempfile::tempdir().unwrap();
    // The folder's name is as random as the database's must be.
    let random = hex::encode(folder.path().file_name().unwrap().as_encoded_bytes());
    let name = format!("registry_{random}");
    let admin = Database::connect(&server).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    admin.execute_unprepared(&create).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    let demo = Demo::at(format!("{base}/{name}"), folder).await;
    test(&demo).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute_unprepared(&drop).await.unwrap();
}

impl Demo {
    async fn at(database_url: String, folder: TempDir) -> Self {
        let config = RegistryConfig {
            database_url,
            data_dir: folder.path().join("data"),
            unchecked_facts: UncheckedFacts::Warn,
            clock: Clock::fixed("2026-11-21T10:00:00Z".parse().unwrap()),
        };
        let registry = Registry::open(config.clone()).await.unwrap();
        registry.load_demo(&context()).await.unwrap();
        Self {
            registry,
            config,
            _folder: folder,
        }
    }

    /// The database, past the registry.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        Database::connect(&self.config.database_url).await.unwrap()
    }

    /// Lets some time pass.
    pub(crate) fn later(&self, by: TimeDelta) {
        self.config.clock.advance(by);
    }

    /// Records a group; the revision that it makes.
    pub(crate) async fn create_group(&self, slug: &str) -> u64 {
        let new = NewGroup {
            slug: slug.to_owned(),
            name: format!("Group {slug}"),
            notice_note: None,
            notice_days: None,
            objection_days: None,
            source: "a test".to_owned(),
            checked_on: None,
        };
        let created = groups::create(&context(), &Scope::All, &self.registry, new).await;
        created.unwrap().revision
    }

    /// Sets the last day of a certification; the revision that it makes.
    pub(crate) async fn end_certification(&self, id: Uuid, last_day: &str) -> u64 {
        let last_day = parse_day(last_day).unwrap();
        let context = context();
        let made = self.registry.change(&context, &Scope::All, None, |draft| {
            certifications::end_in(draft, id, &Expected::Any, last_day)
        });
        made.await.unwrap().revision
    }

    /// The first certification of an organisation.
    pub(crate) fn certification_of(&self, organisation: &str) -> Uuid {
        let snapshot = self.registry.snapshot();
        let organisation = snapshot.organisation(organisation).unwrap();
        organisation.certifications.first().unwrap().id
    }

    /// A scope of one group.
    pub(crate) fn scope_of(&self, group: &str) -> Scope {
        let snapshot = self.registry.snapshot();
        Scope::Groups([snapshot.group(group).unwrap().id].into())
    }
}

pub(crate) fn context() -> Context {
    Context {
        actor: "anna".to_owned(),
        reason: Some("a test".to_owned()),
        request_id: "request-1".to_owned(),
    }
}
