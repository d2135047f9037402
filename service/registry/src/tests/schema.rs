//! What the database itself refuses.

use sea_orm::{ConnectionTrait, DbBackend};

use super::support::{execute, on_each_database, one_of_each};

#[tokio::test]
async fn the_database_itself_refuses_what_the_types_exclude() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let db = site.raw().await;
        for statement in [
            "UPDATE organisations SET kind = 'third_party' WHERE slug = 'alpha-ltd'",
            "UPDATE organisations SET kind = 'group_company' WHERE slug = 'cloud'",
            "UPDATE organisations SET kind = 'bank' WHERE slug = 'cloud'",
            "UPDATE organisations SET slug = 'alpha-ltd' WHERE slug = 'cloud'",
            "UPDATE organisations SET slug = 'Cloud' WHERE slug = 'cloud'",
            "UPDATE organisations SET slug = 'c--d' WHERE slug = 'cloud'",
            "UPDATE organisations SET legal_name = '' WHERE slug = 'cloud'",
            "UPDATE organisations SET seat = 'us' WHERE slug = 'cloud'",
            "UPDATE organisations SET attributes = 'null' WHERE slug = 'cloud'",
            "UPDATE organisations SET attributes = '{' WHERE slug = 'cloud'",
            "UPDATE organisations SET version = 0",
            "UPDATE organisations SET source = NULL",
            "UPDATE certifications SET valid_to = '2023-08-31'",
            "UPDATE certifications SET valid_from = '2023-02-30'",
            "UPDATE certifications SET valid_from = 'soon'",
            "UPDATE subprocessors SET status = 'paused'",
            "UPDATE subprocessors SET status = 'ended'",
            "UPDATE subprocessors SET ended_on = '2019-05-31'",
            "UPDATE subprocessors SET exporter_role = 'owner'",
            "UPDATE subprocessor_locations SET activity = 'seat'",
            "UPDATE subprocessor_locations SET position = 0",
            "UPDATE subprocessor_locations SET first_day = '2026-03-04', last_day = '2026-03-03'",
            "UPDATE subprocessor_locations SET first_day = '2026-02-30'",
            "UPDATE flow_locations SET last_day = 'soon'",
            "UPDATE flow_locations SET first_day = '2026-03-04', last_day = '2026-03-03'",
            "UPDATE flows SET status = 'proposed'",
            "UPDATE flows SET valid_to = '2019-05-31'",
            "UPDATE flows SET status = 'ended', valid_to = NULL",
            "UPDATE flows SET exporter_id = importer_id",
            "UPDATE flows SET continues = id",
            "UPDATE mechanisms SET module = 5",
            "UPDATE mechanisms SET module = NULL",
            "UPDATE mechanisms SET tool = 'uk-addendum', module = NULL",
            "UPDATE mechanisms SET tool = 'uk-idta'",
            "UPDATE mechanisms SET tool = 'bcr-c'",
            "UPDATE mechanisms SET ends_on = '2022-02-28'",
            "UPDATE mechanism_parties SET left_on = '2022-12-31' WHERE position = 1",
            "UPDATE mechanism_parties SET side = 'witness'",
            "UPDATE impact_assessments SET conclusion = 'maybe'",
            "UPDATE impact_assessments SET next_review = '2022-03-01'",
            "DELETE FROM groups",
            "DELETE FROM organisations",
            "DELETE FROM mechanisms",
            "DELETE FROM flows",
            "UPDATE subprocessors SET organisation_id = group_id",
            "UPDATE head SET revision = -1",
            "UPDATE head SET kind = 'other'",
            "UPDATE head SET ledger_hash = 'none'",
            "INSERT INTO head SELECT 2, database_id, kind, revision, ledger_seq, ledger_hash FROM head",
            "UPDATE ledger SET actor = 'eve'",
            "UPDATE ledger SET actor = actor WHERE seq = 3",
            "DELETE FROM ledger",
            "DELETE FROM ledger WHERE seq = 9",
            "INSERT INTO ledger SELECT seq + 100, revision, recorded_at, actor, action, object_type, object_id, reason, request_id, state, prev_hash, hash FROM ledger WHERE seq = 9",
        ] {
            let refused = db.execute_unprepared(statement).await;
            assert!(refused.is_err(), "{statement}");
        }
        let one_backend = match db.get_database_backend() {
            DbBackend::Postgres => "TRUNCATE ledger",
            // Deletes the row that is in its way, and fires no trigger for that.
            _ => "INSERT OR REPLACE INTO ledger SELECT seq, revision, recorded_at, 'eve', action, object_type, object_id, reason, request_id, state, prev_hash, hash FROM ledger WHERE seq = 3",
        };
        assert!(db.execute_unprepared(one_backend).await.is_err());
        // The statements are well-formed: what differs from a refused one is allowed.
        execute(
            &db,
            &[
                "UPDATE organisations SET slug = 'cloud-2' WHERE slug = 'cloud'".to_owned(),
                "UPDATE subprocessors SET ended_on = '2019-06-01', status = 'ended'".to_owned(),
                "UPDATE mechanisms SET module = 4".to_owned(),
                "UPDATE mechanisms SET tool = 'uk-addendum'".to_owned(),
                "UPDATE mechanisms SET tool = 'uk-idta', module = NULL".to_owned(),
                "UPDATE flows SET status = 'ended'".to_owned(),
                "UPDATE flow_locations SET first_day = '2026-03-03', last_day = '2026-03-03'"
                    .to_owned(),
            ],
        )
        .await;
    })
    .await;
}
