//! The demo register on the map.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use transfer_decision::{span::parse_day, vocabulary::Place};
use transfer_registry_core::{Context, Registry, RegistryConfig};

use super::{reach::Destination, *};
use crate::config::Config;

const TODAY: &str = "2026-11-21";

async fn demo() -> (Arc<Snapshot>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        data_dir: folder.path().to_owned(),
        ..Config::defaults(true).registry()
    });
    let registry = registry.await.unwrap();
    let context = Context {
        actor: "test".to_owned(),
        reason: None,
        request_id: "test".to_owned(),
    };
    registry.load_demo(&context).await.unwrap();
    (registry.snapshot(), folder)
}

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn reach<'s>(snapshot: &'s Snapshot, on: &str, narrowed: &Narrowed) -> Reach<'s> {
    reach::of(snapshot, day(on), narrowed, &|| Ok(())).unwrap()
}

fn to(code: &str) -> Destination {
    Destination::Place(code.parse::<Place>().unwrap())
}

#[tokio::test]
async fn a_destination_stands_as_the_worst_of_what_goes_there() {
    let (snapshot, _folder) = demo().await;
    let reach = reach(&snapshot, TODAY, &Narrowed::default());
    let states = &reach[&to("US")];
    assert_eq!(states.tally.state(), State::Denied);
    assert_eq!(
        states.tally.standing(),
        "5 denied, 4 allowed with a warning"
    );
    let sentence = words::of_place("United States", states);
    assert!(
        sentence.starts_with("United States: 9 engagements, 5 denied, 4 allowed with a warning."),
        "{sentence}"
    );
    assert!(
        sentence.contains("EU-US Data Privacy Framework; no transfer basis recorded for 5 of 9."),
        "{sentence}"
    );
    let zealand = &reach[&to("NZ")];
    assert_eq!(zealand.tally.state(), State::Warned);
    assert_eq!(reach[&to("MA")].tally.standing(), "denied");
}

#[tokio::test]
async fn an_unknown_country_has_a_row_and_no_place_on_the_map() {
    let (snapshot, _folder) = demo().await;
    let reach = reach(&snapshot, TODAY, &Narrowed::default());
    let unknown = &reach[&Destination::Unknown];
    assert_eq!(unknown.tally.state(), State::NotAssessable);
    let seen = Seen::of(&snapshot, &reach, day(TODAY), Regime::ALL, &str::to_owned);
    assert!(seen.rows.iter().any(|row| row.code == "unknown"));
    let drawn = seen.drawn;
    assert!(drawn.places.iter().all(|place| place.row != "unknown"));
    assert!(drawn.arcs.iter().all(|arc| arc.row != "unknown"));
    // Whoever sits nowhere known sends from nowhere on the map.
    let morocco = &reach[&to("MA")];
    assert_eq!(morocco.from.keys().collect::<Vec<_>>(), [&None]);
    assert!(drawn.arcs.iter().all(|arc| arc.row != "MA"));
}

#[tokio::test]
async fn the_table_says_what_the_map_says() {
    let (snapshot, _folder) = demo().await;
    let reach = reach(&snapshot, TODAY, &Narrowed::default());
    let seen = Seen::of(&snapshot, &reach, day(TODAY), Regime::ALL, &str::to_owned);
    for place in &seen.drawn.places {
        let row = seen.rows.iter().find(|row| row.code == place.row).unwrap();
        assert_eq!(row.state, place.state);
        let begins = format!("{}: {}, {}.", row.name, row.number, row.standing);
        assert!(place.sentence.starts_with(&begins), "{}", place.sentence);
    }
    for arc in &seen.drawn.arcs {
        let row = seen.rows.iter().find(|row| row.code == arc.row).unwrap();
        let from = arc.sentence.strip_prefix("From ").unwrap();
        let named = row.from.iter().any(|one| {
            let name = one.rsplit_once(" (").unwrap().0;
            from.starts_with(name)
        });
        assert!(named, "{} / {:?}", arc.sentence, row.from);
    }
    let states: Vec<State> = seen.rows.iter().map(|row| row.state).collect();
    assert!(states.is_sorted_by(|one, other| one >= other), "{states:?}");
    assert!(
        seen.summary
            .contains("7 destinations: 3 denied, 1 not assessable, 3 allowed")
    );
}

#[tokio::test]
async fn a_state_shows_only_what_stands_so() {
    let (snapshot, _folder) = demo().await;
    let narrowed = Narrowed {
        state: Some(State::Warned),
        ..Narrowed::default()
    };
    let reach = reach(&snapshot, TODAY, &narrowed);
    assert_eq!(reach[&to("US")].tally.standing(), "allowed with a warning");
    assert_eq!(reach[&to("US")].tally.total(), 4);
    assert!(!reach.contains_key(&Destination::Unknown) && !reach.contains_key(&to("MA")));
}

#[tokio::test]
async fn a_group_and_a_regime_show_what_is_theirs() {
    let (snapshot, _folder) = demo().await;
    let narrowed = Narrowed {
        group: Some("botsify".to_owned()),
        regime: Some(Regime::Ch),
        state: None,
    };
    let botsify = reach(&snapshot, TODAY, &narrowed);
    let states = &botsify[&to("US")];
    assert_eq!(
        (botsify.len(), states.tally.number()),
        (1, "4 engagements".to_owned())
    );
    assert_eq!(
        states.regimes.keys().collect::<Vec<_>>(),
        [&Some(Regime::Ch)]
    );
    let narrowed = Narrowed {
        group: Some("netcode".to_owned()),
        ..Narrowed::default()
    };
    let netcode = reach(&snapshot, TODAY, &narrowed);
    assert_eq!(
        netcode[&to("MA")].tally.number(),
        "1 flow",
        "a flow has its group as well"
    );
    let nobodys = Narrowed {
        group: Some("nobody".to_owned()),
        ..Narrowed::default()
    };
    assert!(reach(&snapshot, TODAY, &nobodys).is_empty());
}

#[tokio::test]
async fn the_map_is_that_of_its_day() {
    let (snapshot, _folder) = demo().await;
    let on = |day: &str| reach(&snapshot, day, &Narrowed::default());
    assert!(on("2017-01-01").is_empty());
    let botsify = Narrowed {
        group: Some("botsify".to_owned()),
        ..Narrowed::default()
    };
    let before = reach(&snapshot, "2018-06-01", &botsify);
    let states = &before[&to("US")];
    assert_eq!(states.tally.standing(), "denied");
    let until = states.until.unwrap();
    assert!(until >= day("2018-06-01"), "{until}");
    assert_eq!(
        summary(&Reach::new(), day("2017-01-01")),
        "Nothing is shown for 1 January 2017."
    );
}

#[tokio::test]
async fn who_no_longer_waits_is_not_worked_for() {
    let (snapshot, _folder) = demo().await;
    let stopped = reach::of(&snapshot, day(TODAY), &Narrowed::default(), &|| {
        Err(Refusal::Unavailable)
    });
    assert_eq!(stopped.unwrap_err(), Refusal::Unavailable);
}
