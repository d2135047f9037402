//! The ledger alone tells what the tables hold.

use std::collections::BTreeMap;

use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder as _};
use serde_json::{Value, json};
use transfer_registry_entity::{
    certifications, flow_locations, flows, groups, head, impact_assessments, ledger,
    mechanism_parties, mechanisms, organisations, processing_activities, subprocessor_locations,
    subprocessors,
};
use uuid::Uuid;

use crate::fixture::{Service, on_both_databases};

on_both_databases![
    replaying_the_ledger_gives_the_tables,
    every_change_is_in_the_ledger_with_who_and_why,
];

/// The states of all objects, by kind and id.
type States = BTreeMap<(String, Uuid), Value>;

async fn replayed(db: &DatabaseConnection) -> States {
    let entries = ledger::Entity::find()
        .order_by_asc(ledger::Column::Seq)
        .all(db)
        .await;
    let entries = entries.expect("the ledger");
    assert!(entries.len() > 50, "{} entries", entries.len());
    let mut states = States::new();
    for entry in entries {
        let state = serde_json::from_str(&entry.state).expect("a state is JSON");
        states.insert((entry.object_type.0.to_string(), entry.object_id), state);
    }
    states
}

/// Every row of a table as JSON.
async fn rows<E>(db: &DatabaseConnection) -> Vec<Value>
where
    E: EntityTrait,
    E::Model: serde::Serialize + Send + Sync,
{
    let rows = E::find().all(db).await.expect("the table's rows");
    rows.iter()
        .map(|row| serde_json::to_value(row).expect("a row is JSON"))
        .collect()
}

fn id(row: &Value, key: &str) -> Uuid {
    row[key]
        .as_str()
        .and_then(|id| id.parse().ok())
        .unwrap_or_else(|| panic!("no {key} in {row}"))
}

async fn kept(db: &DatabaseConnection) -> States {
    let mut states = States::new();
    for (kind, rows) in [
        ("group", rows::<groups::Entity>(db).await),
        ("organisation", rows::<organisations::Entity>(db).await),
        ("certification", rows::<certifications::Entity>(db).await),
        ("subprocessor", rows::<subprocessors::Entity>(db).await),
        ("flow", rows::<flows::Entity>(db).await),
        ("mechanism", rows::<mechanisms::Entity>(db).await),
        (
            "impact_assessment",
            rows::<impact_assessments::Entity>(db).await,
        ),
        (
            "processing_activity",
            rows::<processing_activities::Entity>(db).await,
        ),
    ] {
        states.extend(
            rows.into_iter()
                .map(|row| ((kind.to_owned(), id(&row, "id")), row)),
        );
    }
    for (kind, owner, list, mut parts) in [
        (
            "subprocessor",
            "subprocessor_id",
            "locations",
            rows::<subprocessor_locations::Entity>(db).await,
        ),
        (
            "flow",
            "flow_id",
            "locations",
            rows::<flow_locations::Entity>(db).await,
        ),
        (
            "mechanism",
            "mechanism_id",
            "parties",
            rows::<mechanism_parties::Entity>(db).await,
        ),
    ] {
        for ((of, _), state) in &mut states {
            if of == kind {
                state[list] = json!([]);
            }
        }
        parts.sort_by_key(|part| part["position"].as_i64());
        for part in parts {
            let state = states
                .get_mut(&(kind.to_owned(), id(&part, owner)))
                .expect("the part's owner");
            state[list].as_array_mut().unwrap().push(part);
        }
    }
    states
}

async fn replaying_the_ledger_gives_the_tables(service: Service) {
    let db = service.database().await;
    let (replayed, kept) = (replayed(&db).await, kept(&db).await);
    let named = |states: &States| states.keys().cloned().collect::<Vec<_>>();
    assert_eq!(named(&replayed), named(&kept));
    for (key, state) in &kept {
        assert_eq!(replayed.get(key), Some(state), "{key:?}");
    }
    // A table changed behind the ledger's back is no longer what the ledger tells.
    super::execute(
        &db,
        "UPDATE organisations SET seat = 'DE' WHERE slug = 'google'",
    )
    .await
    .expect("changed");
    assert_ne!(self::replayed(&db).await, self::kept(&db).await);
}

async fn every_change_is_in_the_ledger_with_who_and_why(service: Service) {
    let db = service.database().await;
    let entries = ledger::Entity::find()
        .order_by_asc(ledger::Column::Seq)
        .all(&db)
        .await;
    let entries = entries.expect("the ledger");
    let head = head::Entity::find()
        .one(&db)
        .await
        .expect("the head")
        .expect("one head");
    for (at, entry) in (1_i64..).zip(&entries) {
        assert_eq!(entry.seq, at, "contiguous from 1");
        assert!(
            !entry.actor.is_empty() && !entry.action.is_empty() && !entry.request_id.is_empty(),
            "{entry:?}"
        );
        assert!(
            entry.revision >= 1 && entry.revision <= head.revision,
            "{entry:?}"
        );
    }
    for pair in entries.windows(2) {
        assert_eq!(pair[1].prev_hash, pair[0].hash, "entry {}", pair[1].seq);
        assert!(pair[0].revision <= pair[1].revision && pair[0].recorded_at <= pair[1].recorded_at);
    }
    let last = entries.last().expect("entries");
    assert_eq!((head.ledger_seq, &head.ledger_hash), (last.seq, &last.hash));
    assert_eq!(head.revision, last.revision);
}
