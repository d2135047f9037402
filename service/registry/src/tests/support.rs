//! A fresh database for each test, and facts to put into it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};
use tempfile::TempDir;
use transfer_decision::{
    facts::Statements,
    span::{Day, parse_day},
    vocabulary::{
        Activity, Attribute, Conclusion, DataCategory, Framework, Module, OrganisationKind,
        PartySide, Role, Tool, UncheckedFacts,
    },
};
use uuid::Uuid;

use crate::{
    Clock, Context, Registry, RegistryConfig, Scope, Verification,
    certifications::{self, Evidence, NewCertification},
    flows::{self, NewFlow},
    groups::{self, NewGroup},
    impact_assessments::{self, Measure, MeasureKind, NewImpactAssessment, Steps},
    locations::Location,
    mechanisms::{self, NewMechanism, Party},
    organisations::{self, Contact, ContactKind, NewOrganisation},
    processing_activities::{self, NewProcessingActivity},
    subprocessors::{self, NewSubprocessor},
};

/// Where one test's registry lives.
pub(super) struct Site {
    pub(super) config: RegistryConfig,
    folder: TempDir,
}

impl Site {
    /// A fresh SQLite file.
    pub(super) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!(
            "sqlite://{}/db/registry.db?mode=rwc",
            folder.path().display()
        );
        Self::at(url, folder)
    }

    /// A fresh database on a PostgreSQL server.
    async fn postgres(server: &str) -> Self {
        // The folder's name is as random as the database's must be.
        let folder = TempDir::new().unwrap();
        let random = hex::encode(folder.path().file_name().unwrap().as_encoded_bytes());
        let name = format!("registry_{random}");
        let admin = Database::connect(server).await.unwrap();
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        admin.close().await.unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        Self::at(format!("{base}/{name}"), folder)
    }

    fn at(database_url: String, folder: TempDir) -> Self {
        let config = RegistryConfig {
            database_url,
            data_dir: folder.path().join("data"),
            unchecked_facts: UncheckedFacts::Deny,
            clock: Clock::fixed("2026-11-21T10:00:00.123456Z".parse().unwrap()),
        };
        Self { config, folder }
    }

    /// The registry.
    pub(super) async fn open(&self) -> Registry {
        Registry::open(self.config.clone()).await.unwrap()
    }

    /// The registry after a restart: one process at a time has an SQLite database open.
    pub(super) async fn reopen(&self, registry: Registry) -> Registry {
        drop(registry);
        self.open().await
    }

    /// Takes the database away as whoever deletes its file does; the data folder stays.
    pub(super) async fn wipe(&self, registry: Registry) {
        registry.db().clone().close().await.unwrap();
        drop(registry);
        let file = self.folder.path().join("db");
        if file.exists() {
            return std::fs::remove_dir_all(file).unwrap();
        }
        let db = self.raw().await;
        for statement in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
            db.execute_unprepared(statement).await.unwrap();
        }
    }

    /// The database, past the registry.
    pub(super) async fn raw(&self) -> DatabaseConnection {
        Database::connect(&self.config.database_url).await.unwrap()
    }

    /// The same before there is one.
    pub(super) async fn empty(&self) -> DatabaseConnection {
        std::fs::create_dir_all(self.folder.path().join("db")).unwrap();
        self.raw().await
    }

    /// What `audit verify` says.
    pub(super) async fn verify(&self) -> Verification {
        Registry::verify_ledger(&self.config).await.unwrap()
    }

    /// Nothing is wrong with a ledger whose triggers were taken away, but that they are.
    pub(super) async fn whole_but_disarmed(&self) {
        match self.verify().await {
            Verification::Incomplete { why } => assert!(
                why.starts_with("the database does not keep the ledger append-only"),
                "{why}"
            ),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }

    /// The checkpoint files, by size.
    pub(super) fn checkpoint_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.data_dir().join("checkpoints"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        files
    }
}

/// Runs a test on a fresh database of each kind.
pub(super) async fn on_each_database(test: impl AsyncFn(&Site)) {
    test(&Site::sqlite()).await;
    on_postgres(test).await;
}

/// Runs a test on a fresh PostgreSQL database.
pub(super) async fn on_postgres(test: impl AsyncFn(&Site)) {
    let server = server(std::env::var("TEST_POSTGRES_URL").ok());
    let site = Site::postgres(&server).await;
    test(&site).await;
    let admin = Database::connect(&server).await.unwrap();
    let (_, name) = site.config.database_url.rsplit_once('/').unwrap();
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute_unprepared(&drop).await.unwrap();
    site.folder.close().unwrap();
}

/// Nothing is skipped where there is no PostgreSQL: a suite that passes has run on both.
fn server(given: Option<String>) -> String {
    given.unwrap_or_else(|| {
        panic!(
            "TEST_POSTGRES_URL is not set: run ./tests/run, or \
             ./tests/run --with cargo nextest run -p transfer-registry-core FILTER"
        )
    })
}

#[test]
#[should_panic(expected = "run ./tests/run")]
fn without_postgres_nothing_is_skipped() {
    server(None);
}

/// Runs statements past the registry.
pub(super) async fn execute(db: &DatabaseConnection, statements: &[String]) {
    for statement in statements {
        db.execute_unprepared(statement).await.expect(statement);
    }
}

/// Takes away what the database itself does against changes of the ledger.
pub(super) async fn disarm(db: &DatabaseConnection) {
    for trigger in ["update", "delete", "gap"] {
        let on = match db.get_database_backend() {
            DbBackend::Postgres => " ON ledger",
            _ => "",
        };
        let drop = format!("DROP TRIGGER ledger_refuses_{trigger}{on}");
        db.execute_unprepared(&drop).await.unwrap();
    }
}

pub(super) fn context() -> Context {
    Context {
        actor: "anna".to_owned(),
        reason: Some("first entry".to_owned()),
        request_id: "request-1".to_owned(),
    }
}

pub(super) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn source() -> String {
    "notice of 2019, §4, 004.txt".to_owned()
}

pub(super) fn new_group(slug: &str) -> NewGroup {
    NewGroup {
        slug: slug.to_owned(),
        name: format!("Group {slug}"),
        notice_note: Some("undated".to_owned()),
        notice_days: Some(30),
        objection_days: Some(14),
        source: source(),
        checked_on: Some(day("2026-01-02")),
    }
}

pub(super) fn new_third_party(slug: &str) -> NewOrganisation {
    NewOrganisation {
        slug: slug.to_owned(),
        kind: OrganisationKind::ThirdParty,
        group: None,
        legal_name: format!("{slug}, Inc."),
        seat: Some("US".parse().unwrap()),
        seat_note: Some("assumed".to_owned()),
        registration: Some("Delaware 1".to_owned()),
        representative: Some("Rép GmbH".to_owned()),
        attributes: BTreeMap::from([(Attribute::SubjectToGdpr, true), (Attribute::UsCbp, false)]),
        on_public_list: true,
        contacts: vec![Contact {
            kind: ContactKind::DataProtection,
            name: Some("Ann É".to_owned()),
            email: Some("dpo@cloud.example".to_owned()),
            phone: None,
            address: None,
        }],
        dpf_participant: Some("a2zt".to_owned()),
        source: source(),
        checked_on: None,
    }
}

pub(super) fn new_company(slug: &str, group: &str) -> NewOrganisation {
    NewOrganisation {
        kind: OrganisationKind::GroupCompany,
        group: Some(group.to_owned()),
        seat: None,
        ..new_third_party(slug)
    }
}

pub(super) fn new_certification(organisation: &str, from: &str) -> NewCertification {
    NewCertification {
        organisation: organisation.to_owned(),
        framework: Framework::EuUsDpf,
        valid_from: day(from),
        valid_to: None,
        recertification_due: Some(day("2027-09-01")),
        covers_hr: true,
        evidence: Some(Evidence {
            list: "participants.xlsx".to_owned(),
            day: day("2026-01-01"),
            sha256: "ab".repeat(32),
            participant: Some("a2zt".to_owned()),
            status: Some("Active".to_owned()),
        }),
        source: source(),
        checked_on: Some(day("2026-01-02")),
    }
}

pub(super) fn new_subprocessor(group: &str, organisation: &str) -> NewSubprocessor {
    NewSubprocessor {
        group: group.to_owned(),
        organisation: organisation.to_owned(),
        service: "Hosting".to_owned(),
        purpose: Some("hosting".to_owned()),
        description: Some("Keeps the data".to_owned()),
        data_categories: Some(BTreeSet::from([DataCategory::Contact, DataCategory::Usage])),
        data_subjects: Some("customers".to_owned()),
        data_subject_countries: Some(BTreeSet::from(["DE".parse().unwrap()])),
        condition: Some("only on premise".to_owned()),
        announced_on: Some(day("2019-05-01")),
        objection_until: Some(day("2019-05-15")),
        effective_from: day("2019-06-01"),
        ended_on: None,
        exporter_role: Some(Role::Processor),
        importer_role: Some(Role::Processor),
        locations: vec![
            Location {
                place: Some("EU".parse().unwrap()),
                activity: Activity::Storage,
                operated_by: None,
                from: None,
                until: None,
            },
            Location {
                place: None,
                activity: Activity::RemoteAccess,
                operated_by: Some(organisation.to_owned()),
                from: None,
                until: None,
            },
        ],
        note: Some("see the cookie table".to_owned()),
        source: source(),
        checked_on: None,
    }
}

pub(super) fn new_flow(group: &str, exporter: &str, importer: &str) -> NewFlow {
    NewFlow {
        group: Some(group.to_owned()),
        exporter: exporter.to_owned(),
        importer: importer.to_owned(),
        exporter_role: Some(Role::Controller),
        importer_role: Some(Role::Processor),
        data_subjects: BTreeSet::from(["DE".parse().unwrap(), "CH".parse().unwrap()]),
        data_categories: None,
        purpose: Some("customer_support".to_owned()),
        valid_from: day("2019-06-01"),
        valid_to: Some(day("2030-12-31")),
        continues: None,
        collected_from_data_subject: true,
        suspensions: Vec::new(),
        locations: vec![Location {
            place: Some("MA".parse().unwrap()),
            activity: Activity::Processing,
            operated_by: None,
            from: None,
            until: None,
        }],
        owner: Some("legal".to_owned()),
        note: Some("support tickets".to_owned()),
        source: source(),
        checked_on: None,
    }
}

pub(super) fn new_mechanism(group: &str, exporter: &str, importer: &str) -> NewMechanism {
    NewMechanism {
        group: Some(group.to_owned()),
        tool: Tool::Scc2021914,
        module: Some(Module::Two),
        signed_on: Some(day("2022-03-01")),
        processing_changed_on: Some(day("2024-03-01")),
        approved_on: None,
        approved_by: Some("FR".parse().unwrap()),
        authorised_on: None,
        combined_with_eu_data: false,
        statements: Statements {
            swiss_addendum: true,
            repetitive: Some(false),
            ..Statements::default()
        },
        ends_on: Some(day("2028-02-29")),
        parties: vec![
            Party {
                organisation: exporter.to_owned(),
                side: PartySide::Exporter,
                acceded_on: None,
                left_on: None,
            },
            Party {
                organisation: importer.to_owned(),
                side: PartySide::Importer,
                acceded_on: Some(day("2023-01-01")),
                left_on: Some(day("2023-12-31")),
            },
        ],
        title: Some("DPA of 2022".to_owned()),
        governing_law: Some("Irish law".to_owned()),
        document: Some("contracts/17".to_owned()),
        document_sha256: Some("cd".repeat(32)),
        note: Some("signed twice".to_owned()),
        uses_limit: Some(3),
        source: source(),
        checked_on: Some(day("2026-01-02")),
    }
}

pub(super) fn new_assessment(mechanism: Uuid, destination: &str) -> NewImpactAssessment {
    NewImpactAssessment {
        mechanism,
        destination: destination.to_owned(),
        conclusion: Conclusion::Favourable,
        concluded_on: day("2022-03-02"),
        next_review: Some(day("2027-03-02")),
        measures: Some("encryption".to_owned()),
        steps: Steps {
            transfer: Some("support tickets to the US".to_owned()),
            supplementary_measures: vec![Measure {
                kind: MeasureKind::Technical,
                description: "keys stay in the EEA".to_owned(),
            }],
            ..Steps::default()
        },
        source: source(),
    }
}

pub(super) fn new_activity(group: &str) -> NewProcessingActivity {
    NewProcessingActivity {
        group: group.to_owned(),
        name: "Newsletters".to_owned(),
        role: Some(Role::Controller),
        purpose: "marketing".to_owned(),
        data_categories: BTreeSet::from([DataCategory::Marketing]),
        data_described: Some("your e-mail address".to_owned()),
        data_subjects: Some("subscribers".to_owned()),
        legal_bases: vec![
            "consent".to_owned(),
            "legitimate interests: ours".to_owned(),
        ],
        retention: Some("until you unsubscribe".to_owned()),
        source: source(),
        checked_on: None,
    }
}

/// One object of each kind; the ids of mechanism and flow.
pub(super) async fn one_of_each(registry: &Registry) -> (Uuid, Uuid) {
    let (context, all) = (&context(), &Scope::All);
    groups::create(context, all, registry, new_group("alpha"))
        .await
        .unwrap();
    organisations::create(context, all, registry, new_company("alpha-ltd", "alpha"))
        .await
        .unwrap();
    organisations::create(context, all, registry, new_third_party("cloud"))
        .await
        .unwrap();
    certifications::record(
        context,
        all,
        registry,
        new_certification("cloud", "2023-09-01"),
    )
    .await
    .unwrap();
    subprocessors::record_existing(context, all, registry, new_subprocessor("alpha", "cloud"))
        .await
        .unwrap();
    let mechanism = mechanisms::record(
        context,
        all,
        registry,
        new_mechanism("alpha", "alpha-ltd", "cloud"),
    )
    .await
    .unwrap();
    impact_assessments::record(context, all, registry, new_assessment(mechanism.id, "US"))
        .await
        .unwrap();
    let flow = flows::record_existing(
        context,
        all,
        registry,
        new_flow("alpha", "alpha-ltd", "cloud"),
    )
    .await
    .unwrap();
    processing_activities::record(context, all, registry, new_activity("alpha"))
        .await
        .unwrap();
    (mechanism.id, flow.id)
}
