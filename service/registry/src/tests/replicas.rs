//! Replicas see what another process changed.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Database, DbBackend, TransactionTrait};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

use super::support::{
    Site, context, disarm, execute, new_group, on_each_database, on_postgres, one_of_each,
};
use crate::{
    ChangeError, Registry, Scope, Snapshot, follow::FOLLOW_EVERY, groups, store::PATIENCE,
};

/// Who writes, and another who sees it: on SQLite a reader, since there is one writer.
async fn pair(site: &Site) -> (Registry, Registry) {
    let writer = site.open().await;
    let replica = match writer.db().get_database_backend() {
        DbBackend::Postgres => site.open().await,
        _ => Registry::open_to_read(site.config.clone()).await.unwrap(),
    };
    (writer, replica)
}

async fn create(registry: &Registry, slug: &str) -> u64 {
    groups::create(&context(), &Scope::All, registry, new_group(slug))
        .await
        .unwrap()
        .revision
}

/// Waits until a group is seen, for as long as a few looks take.
async fn seen(replica: &Registry, slug: &str) {
    let look = async {
        while replica.snapshot().group(slug).is_none() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let seen = timeout(10 * FOLLOW_EVERY, look).await;
    assert!(seen.is_ok(), "{slug} is never seen");
}

#[tokio::test]
async fn a_replica_follows_what_another_process_changes_until_it_is_told_to_stop() {
    on_each_database(async |site| {
        let (writer, replica) = pair(site).await;
        let (tell, stop) = oneshot::channel::<()>();
        let following = tokio::spawn({
            let replica = replica.clone();
            async move { replica.follow(stop).await }
        });
        for slug in ["alpha", "beta"] {
            create(&writer, slug).await;
            seen(&replica, slug).await;
        }
        tell.send(()).unwrap();
        timeout(FOLLOW_EVERY, following).await.unwrap().unwrap();
        create(&writer, "gamma").await;
        sleep(2 * FOLLOW_EVERY).await;
        assert!(replica.snapshot().group("gamma").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_replica_follows_again_when_the_database_can_be_read_again() {
    on_each_database(async |site| {
        let (writer, replica) = pair(site).await;
        let db = site.raw().await;
        let following = replica.follow(std::future::pending::<()>());
        let broken = async {
            execute(&db, &["ALTER TABLE head RENAME TO elsewhere".to_owned()]).await;
            sleep(3 * FOLLOW_EVERY).await;
            execute(&db, &["ALTER TABLE elsewhere RENAME TO head".to_owned()]).await;
            create(&writer, "alpha").await;
            seen(&replica, "alpha").await;
        };
        tokio::select! {
            () = following => panic!("it gave up"),
            () = broken => {}
        }
    })
    .await;
}

#[tokio::test]
async fn a_later_revision_is_reached_when_the_database_has_it_and_not_before() {
    on_each_database(async |site| {
        let (writer, replica) = pair(site).await;
        assert!(replica.reach(0).await);
        assert!(!replica.reach(1).await);
        let revision = create(&writer, "alpha").await;
        assert_eq!(replica.snapshot().revision(), 0);
        assert!(replica.reach(revision).await);
        assert!(replica.snapshot().group("alpha").is_some());
        assert!(!replica.reach(revision + 1).await);
        assert!(!replica.reach(u64::MAX).await);
        assert!(writer.reach(revision).await);
    })
    .await;
}

#[tokio::test]
async fn a_commit_without_an_answer_is_of_unknown_outcome_even_if_nothing_can_be_read_after_it() {
    on_postgres(async |site| {
        let registry = site.open().await;
        let db = site.raw().await;
        // At the commit every connection to the database is cut, and none is let in again.
        let statements = [
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid(); \
             PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON groups DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION cut()",
        ];
        execute(&db, &statements.map(str::to_owned)).await;
        db.close().await.unwrap();
        let (server, name) = site.config.database_url.rsplit_once('/').unwrap();
        let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
        let closed = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        admin.execute_unprepared(&closed).await.unwrap();
        let new = new_group("alpha");
        let lost = groups::create(&context(), &Scope::All, &registry, new).await;
        assert!(matches!(lost, Err(ChangeError::OutcomeUnknown(_))), "{lost:?}");
    })
    .await;
}

/// Keeps everybody from reading the register's tables; head and ledger stay open.
async fn lock_tables(db: &sea_orm::DatabaseConnection) -> sea_orm::DatabaseTransaction {
    let lock = db.begin().await.unwrap();
    let tables = "LOCK TABLE groups, organisations, flows IN ACCESS EXCLUSIVE MODE";
    lock.execute_unprepared(tables).await.unwrap();
    lock
}

#[tokio::test]
async fn a_replica_reads_only_what_was_recorded_since() {
    on_postgres(async |site| {
        let (writer, replica) = pair(site).await;
        create(&writer, "first").await;
        assert!(replica.reach(1).await);
        one_of_each(&writer).await;
        let revision = create(&writer, "beta").await;
        let db = site.raw().await;
        let lock = lock_tables(&db).await;
        assert!(replica.reach(revision).await, "it reads the tables");
        lock.rollback().await.unwrap();
        let whole = site.open().await.snapshot();
        assert!(replica.snapshot().shows_the_same(&whole));
        assert!(!whole.flows().is_empty() && !whole.mechanisms().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_is_behind_reads_only_what_was_recorded_since() {
    on_postgres(async |site| {
        let (here, there) = pair(site).await;
        create(&here, "first").await;
        assert!(there.reach(1).await);
        one_of_each(&here).await;
        create(&there, "beta").await;
        let whole = site.open().await.snapshot();
        assert!(there.snapshot().shows_the_same(&whole));
        let db = site.raw().await;
        create(&here, "gamma").await;
        let lock = lock_tables(&db).await;
        assert!(there.newest().await.is_ok(), "it reads the tables");
        lock.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_register_that_takes_longer_to_be_read_than_anybody_waits_is_read_to_its_end() {
    on_postgres(async |site| {
        let (writer, replica) = pair(site).await;
        // An empty register has nothing to go on from: all of it is to be read.
        let revision = create(&writer, "alpha").await;
        assert_eq!(replica.behind_for(), None);
        let db = site.raw().await;
        let lock = lock_tables(&db).await;
        let waited = tokio::time::Instant::now();
        assert!(!replica.reach(revision).await);
        assert!(waited.elapsed() >= PATIENCE);
        assert!(replica.behind_for().unwrap() + Duration::from_secs(1) >= PATIENCE);
        lock.rollback().await.unwrap();
        // Nobody asks any more.
        seen(&replica, "alpha").await;
        assert_eq!(replica.behind_for(), None);
    })
    .await;
}

#[tokio::test]
async fn a_replica_whose_own_writer_waits_for_another_process_still_follows() {
    on_postgres(async |site| {
        let (writer, replica) = pair(site).await;
        let _own = replica.turn().await;
        let following = replica.follow(std::future::pending::<()>());
        let changing = async {
            create(&writer, "alpha").await;
            seen(&replica, "alpha").await;
        };
        tokio::select! {
            () = following => panic!("it gave up"),
            () = changing => {}
        }
    })
    .await;
}

#[tokio::test]
async fn when_too_much_was_recorded_since_the_register_is_read_as_a_whole() {
    on_each_database(async |site| {
        let (writer, replica) = pair(site).await;
        create(&writer, "alpha").await;
        assert!(replica.reach(1).await);
        let many = |draft: &mut crate::Draft| {
            let ids = (0..1_100).map(|at| groups::create_in(draft, new_group(&format!("g-{at}"))));
            ids.collect::<Result<Vec<_>, _>>().map(|ids| ids[0])
        };
        let made = writer.change(&context(), &Scope::All, None, many).await;
        assert!(replica.reach(made.unwrap().revision).await);
        let shown: &Snapshot = &replica.snapshot();
        assert!(shown.shows_the_same(&writer.snapshot()));
    })
    .await;
}

#[tokio::test]
async fn what_was_written_past_the_registry_is_not_believed() {
    on_each_database(async |site| {
        let (writer, replica) = pair(site).await;
        create(&writer, "alpha").await;
        replica.refresh().await.unwrap();
        create(&writer, "beta").await;
        let db = site.raw().await;
        disarm(&db).await;
        let state = |from: &str, to: &str| {
            format!("UPDATE ledger SET state = replace(state, '{from}', '{to}') WHERE seq = 2")
        };
        for (edit, back, because) in [
            (
                state("Group beta", "Group eve"),
                state("Group eve", "Group beta"),
                "ledger entry 2: it is not what was recorded",
            ),
            (
                "UPDATE head SET ledger_hash = (SELECT hash FROM ledger WHERE seq = 1)".to_owned(),
                "UPDATE head SET ledger_hash = (SELECT hash FROM ledger WHERE seq = 2)".to_owned(),
                "ledger entry 2: the head names another hash",
            ),
        ] {
            execute(&db, std::slice::from_ref(&edit)).await;
            let refused = replica.refresh().await.unwrap_err();
            let why = format!("{refused:?}");
            assert!(why.contains(because), "{edit}: {why}");
            assert!(replica.snapshot().group("beta").is_none(), "{edit}");
            execute(&db, &[back]).await;
        }
        replica.refresh().await.unwrap();
        assert_eq!(replica.snapshot().group("beta").unwrap().name, "Group beta");
    })
    .await;
}
