//! What the types promise, the database holds as well: nobody writes nonsense past the registry.

use super::{execute, unguard_the_ledger};
use crate::fixture::{Service, on_both_databases};

on_both_databases![
    a_row_that_breaks_a_promise_is_refused,
    the_ledger_takes_entries_at_its_end_only,
];

/// What is wrong, and the statement that would do it. Every one names a row that is there.
const BROKEN: &[(&str, &str)] = &[
    (
        "a slug twice",
        "UPDATE organisations SET slug = 'netcode' WHERE slug = 'qiscus-pte-ltd'",
    ),
    (
        "a group's slug twice",
        "UPDATE groups SET slug = 'netcode' WHERE slug = 'qiscus'",
    ),
    (
        "a slug in upper case",
        "UPDATE organisations SET slug = 'Netcode' WHERE slug = 'netcode'",
    ),
    (
        "an empty slug",
        "UPDATE organisations SET slug = '' WHERE slug = 'netcode'",
    ),
    (
        "an unknown kind",
        "UPDATE organisations SET kind = 'friend' WHERE slug = 'netcode'",
    ),
    (
        "a company without its group",
        "UPDATE organisations SET group_id = NULL WHERE slug = 'netcode'",
    ),
    (
        "a third party of a group",
        "UPDATE organisations SET group_id = (SELECT id FROM groups WHERE slug = 'netcode') WHERE slug = 'google'",
    ),
    (
        "a group that is not there",
        "UPDATE organisations SET group_id = id WHERE slug = 'netcode'",
    ),
    (
        "a seat in lower case",
        "UPDATE organisations SET seat = 'us' WHERE slug = 'google'",
    ),
    (
        "no source",
        "UPDATE organisations SET source = NULL WHERE slug = 'google'",
    ),
    (
        "an empty source",
        "UPDATE organisations SET source = '' WHERE slug = 'google'",
    ),
    (
        "a version of nothing",
        "UPDATE organisations SET version = 0 WHERE slug = 'google'",
    ),
    (
        "an organisation with engagements, deleted",
        "DELETE FROM organisations WHERE slug = 'google'",
    ),
    (
        "a group with companies, deleted",
        "DELETE FROM groups WHERE slug = 'qcontact'",
    ),
    (
        "a certification that ends before it begins",
        "UPDATE certifications SET valid_to = '2001-01-01'",
    ),
    (
        "a certification twice",
        "UPDATE certifications SET framework = 'eu-us-dpf', organisation_id = (SELECT id FROM organisations WHERE slug = 'stripe'), valid_from = '2023-09-01'",
    ),
    (
        "an engagement that ends before it begins",
        "UPDATE subprocessors SET ended_on = '2001-01-01'",
    ),
    (
        "an ended engagement without a last day",
        "UPDATE subprocessors SET status = 'ended'",
    ),
    (
        "an engagement in no stage",
        "UPDATE subprocessors SET status = 'maybe'",
    ),
    (
        "an engagement of nobody",
        "UPDATE subprocessors SET organisation_id = group_id",
    ),
    (
        "a role that is none",
        "UPDATE subprocessors SET importer_role = 'owner'",
    ),
    (
        "a flow to itself",
        "UPDATE flows SET importer_id = exporter_id",
    ),
    (
        "a flow that continues itself",
        "UPDATE flows SET continues = id",
    ),
    (
        "a flow that ends before it begins",
        "UPDATE flows SET valid_to = '2001-01-01'",
    ),
    (
        "a day that is none",
        "UPDATE flows SET valid_from = '2023-02-30'",
    ),
    ("a loose day", "UPDATE flows SET valid_from = '2023-2-3x'"),
    (
        "no JSON for a list",
        "UPDATE flows SET data_subjects = 'DE'",
    ),
    ("a second head", "UPDATE head SET id = 2"),
    (
        "a revision before the first",
        "UPDATE head SET revision = -1",
    ),
    (
        "more revisions than entries",
        "UPDATE head SET revision = ledger_seq + 1",
    ),
    ("a hash that is none", "UPDATE head SET ledger_hash = 'x'"),
];

async fn a_row_that_breaks_a_promise_is_refused(service: Service) {
    let db = service.database().await;
    let head = service.head().await;
    for (what, statement) in BROKEN {
        let refused = execute(&db, statement).await;
        assert!(refused.is_err(), "{what} was taken: {statement}");
    }
    assert_eq!(service.head().await, head);
    // The statements are refused for what they say, not because they are no statements.
    execute(
        &db,
        "UPDATE organisations SET seat = 'US' WHERE slug = 'google'",
    )
    .await
    .expect("a good row is taken");
}

async fn the_ledger_takes_entries_at_its_end_only(service: Service) {
    let db = service.database().await;
    let last = "(SELECT max(seq) FROM ledger)";
    let copy = |seq: &str| {
        format!(
            "INSERT INTO ledger SELECT {seq}, revision, recorded_at, actor, action, object_type, object_id, reason, request_id, state, prev_hash, hash \
             FROM ledger WHERE seq = {last}"
        )
    };
    let refused = [
        "UPDATE ledger SET actor = 'somebody else'".to_owned(),
        "UPDATE ledger SET seq = seq + 1".to_owned(),
        format!("UPDATE ledger SET reason = NULL WHERE seq = {last}"),
        "DELETE FROM ledger".to_owned(),
        format!("DELETE FROM ledger WHERE seq = {last}"),
        copy("1"),
        copy(last),
        copy(&format!("{last} + 2")),
        copy("0"),
    ];
    for statement in &refused {
        assert!(execute(&db, statement).await.is_err(), "taken: {statement}");
    }
    let cunning = if service.is_on_postgres() {
        "TRUNCATE ledger".to_owned()
    } else {
        copy("1").replacen("INSERT", "INSERT OR REPLACE", 1)
    };
    assert!(execute(&db, &cunning).await.is_err(), "taken: {cunning}");
    // Only the guards stand between these statements and the ledger.
    unguard_the_ledger(&db).await;
    execute(&db, &refused[0])
        .await
        .expect("without the guards it would be taken");
}
