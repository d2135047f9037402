//! The days of the locations of engagements and flows.

use transfer_decision::{span::Day, vocabulary::Activity};
use transfer_registry_migration::{Migrator, MigratorTrait};
use uuid::Uuid;

use super::support::{
    Site, context, day, new_company, new_flow, new_group, new_subprocessor, new_third_party,
    on_each_database, one_of_each,
};
use crate::{
    ChangeError, Draft, Expected, Registry, Scope, Snapshot, Verification,
    flows::{self, NewFlow},
    groups,
    impact_analyses::{Addition, Hypothesis, Move, Supposing},
    locations::Location,
    organisations,
    subprocessors::{self, Announcement, NewSubprocessor},
};

/// Something somewhere, from a day to a day; `-`: open.
fn location(place: &str, activity: Activity, from: &str, until: &str) -> Location {
    let day = |text: &str| (text != "-").then(|| day(text));
    Location {
        place: Some(place.parse().unwrap()),
        activity,
        operated_by: None,
        from: day(from),
        until: day(until),
    }
}

fn storage(place: &str, from: &str, until: &str) -> Location {
    location(place, Activity::Storage, from, until)
}

/// A group with a company, and an engagement of a vendor from 2019-06-01 with these locations.
async fn engaged(registry: &Registry, locations: Vec<Location>) -> Uuid {
    let (context, all) = (&context(), &Scope::All);
    groups::create(context, all, registry, new_group("alpha"))
        .await
        .unwrap();
    for new in [new_company("alpha-ltd", "alpha"), new_third_party("cloud")] {
        organisations::create(context, all, registry, new)
            .await
            .unwrap();
    }
    let new = NewSubprocessor {
        locations,
        ..new_subprocessor("alpha", "cloud")
    };
    change(registry, |draft| {
        subprocessors::record_existing_in(draft, new)
    })
    .await
    .unwrap()
}

async fn change(
    registry: &Registry,
    make: impl FnOnce(&mut Draft) -> Result<Uuid, ChangeError>,
) -> Result<Uuid, ChangeError> {
    let recorded = registry.change(&context(), &Scope::All, None, make).await?;
    Ok(recorded.id)
}

async fn relocate(
    registry: &Registry,
    id: Uuid,
    locations: Vec<Location>,
) -> Result<Uuid, ChangeError> {
    change(registry, |draft| {
        let mut new = NewSubprocessor::of(draft.base().subprocessors().get(id).unwrap());
        new.locations = locations;
        subprocessors::amend_in(draft, id, &Expected::Any, new)
    })
    .await
}

fn locations_of(snapshot: &Snapshot, id: Uuid) -> Vec<Location> {
    let engagement = snapshot.subprocessors().get(id);
    let of_flow = || snapshot.flows().get(id).map(|flow| &flow.locations);
    let locations = engagement.map(|one| &one.locations).or_else(of_flow);
    locations.unwrap().clone()
}

/// The destinations that count on a day.
fn reached(snapshot: &Snapshot, id: Uuid, on: &str) -> Vec<String> {
    let standing = snapshot.standing(id, day(on)).unwrap();
    let found = standing.findings().map(|f| (f.activity, &f.destination));
    let mut codes: Vec<String> = found
        .filter(|(activity, _)| *activity != Activity::Seat)
        .filter_map(|(_, destination)| destination.as_deref().map(str::to_owned))
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

fn violations<T: std::fmt::Debug>(result: Result<T, ChangeError>) -> Vec<(String, &'static str)> {
    let Err(ChangeError::Invalid(violations)) = result else {
        panic!("{result:?}");
    };
    let told = violations.into_iter().map(|one| (one.pointer, one.code));
    told.collect()
}

async fn read_again(site: &Site) -> std::sync::Arc<Snapshot> {
    let reader = Registry::open_to_read(site.config.clone()).await.unwrap();
    reader.snapshot()
}

#[tokio::test]
async fn a_location_counts_on_its_own_days_and_is_kept_with_them() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let id = engaged(&registry, vec![storage("DE", "-", "-")]).await;
        let locations = vec![
            storage("DE", "-", "2026-03-03"),
            storage("FR", "2026-03-04", "-"),
            location("IN", Activity::RemoteAccess, "2026-06-01", "2026-06-30"),
        ];
        relocate(&registry, id, locations.clone()).await.unwrap();
        let snapshot = registry.snapshot();
        assert!(snapshot.shows_the_same(read_again(site).await.as_ref()));
        assert_eq!(locations_of(&snapshot, id), locations);
        for (on, expected) in [
            ("2026-03-03", vec!["DE"]),
            ("2026-03-04", vec!["FR"]),
            ("2026-06-01", vec!["FR", "IN"]),
            ("2026-06-30", vec!["FR", "IN"]),
            ("2026-07-01", vec!["FR"]),
        ] {
            assert_eq!(reached(&snapshot, id, on), expected, "{on}");
        }
        registry.write_checkpoint().await.unwrap();
        let whole = site.verify().await;
        assert!(matches!(whole, Verification::Whole { .. }), "{whole:?}");
    })
    .await;
}

#[tokio::test]
async fn every_violation_of_a_locations_days_is_named_at_once() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let id = engaged(&registry, Vec::new()).await;
        let operated = |by: &str, from| Location {
            operated_by: Some(by.to_owned()),
            ..storage("FR", from, "-")
        };
        let refused = relocate(
            &registry,
            id,
            vec![
                storage("DE", "2019-05-31", "-"),
                storage("IT", "2026-02-01", "2026-01-31"),
                storage("ES", "-", "2026-01-31"),
                storage("ES", "2026-01-31", "-"),
                operated("cloud", "-"),
                operated("alpha-ltd", "-"),
                operated("cloud", "2026-01-01"),
            ],
        );
        let found = [
            ("/locations/0/from", "outside_of_days"),
            ("/locations/1/until", "days_reversed"),
            ("/locations/3", "overlapping_location"),
            ("/locations/6", "overlapping_location"),
        ];
        let found = found.map(|(pointer, code)| (pointer.to_owned(), code));
        assert_eq!(violations(refused.await), found);

        let new = NewFlow {
            locations: vec![
                storage("DE", "-", "2030-12-31"),
                storage("IT", "2031-01-01", "-"),
                storage("FR", "2019-05-30", "2019-05-31"),
            ],
            ..new_flow("alpha", "alpha-ltd", "cloud")
        };
        let found = [
            "/locations/1/from",
            "/locations/2/from",
            "/locations/2/until",
        ];
        let found = found.map(|pointer| (pointer.to_owned(), "outside_of_days"));
        let refused = change(&registry, |draft| flows::record_existing_in(draft, new));
        assert_eq!(violations(refused.await), found);
        // One after the other is no overlap.
        let after = vec![
            storage("ES", "-", "2026-01-31"),
            storage("ES", "2026-02-01", "-"),
        ];
        relocate(&registry, id, after).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_step_that_moves_the_days_leaves_the_locations_as_they_were_said() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let id = engaged(
            &registry,
            vec![
                storage("DE", "-", "2027-06-30"),
                storage("FR", "2027-07-01", "-"),
            ],
        )
        .await;
        let last = day("2026-12-31");
        change(&registry, |draft| {
            subprocessors::end_in(draft, id, &Expected::Any, last)
        })
        .await
        .unwrap();
        let kept = [
            storage("DE", "-", "2027-06-30"),
            storage("FR", "2027-07-01", "-"),
        ];
        assert_eq!(locations_of(&registry.snapshot(), id), kept);

        let new = NewSubprocessor {
            effective_from: day("2027-01-15"),
            announced_on: None,
            objection_until: None,
            locations: vec![
                storage("DE", "2027-01-15", "2027-01-31"),
                storage("FR", "2027-02-01", "-"),
            ],
            ..new_subprocessor("alpha", "cloud")
        };
        let later = change(&registry, |draft| subprocessors::propose_in(draft, new));
        let later = later.await.unwrap();
        let announcement = Announcement {
            announced_on: None,
            objection_until: None,
            effective_from: Some(day("2027-03-01")),
        };
        change(&registry, |draft| {
            subprocessors::announce_in(draft, later, &Expected::Any, &announcement)
        })
        .await
        .unwrap();
        let kept = [
            storage("DE", "2027-01-15", "2027-01-31"),
            storage("FR", "2027-02-01", "-"),
        ];
        assert_eq!(locations_of(&registry.snapshot(), later), kept);
    })
    .await;
}

#[tokio::test]
async fn a_database_from_before_the_days_is_brought_up_to_date_whole() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let (_, flow) = one_of_each(&registry).await;
        let before = registry.snapshot();
        let standing = before.standing(flow, day("2026-03-03"));
        registry.write_checkpoint().await.unwrap();
        drop(registry);
        let db = site.raw().await;
        let since = Migrator::migrations().len() - 7;
        let since = u32::try_from(since).unwrap();
        Migrator::down(&db, Some(since)).await.unwrap();
        db.close().await.unwrap();

        let registry = site.open().await;
        let after = registry.snapshot();
        assert!(after.shows_the_same(&before));
        assert_eq!(after.standing(flow, day("2026-03-03")), standing);
        let whole = site.verify().await;
        assert!(matches!(whole, Verification::Whole { .. }), "{whole:?}");
        // What is amended from now on is whole beside it.
        let id = after.subprocessors().iter().next().unwrap().id;
        relocate(&registry, id, vec![storage("DE", "2026-03-04", "-")])
            .await
            .unwrap();
        let whole = site.verify().await;
        assert!(matches!(whole, Verification::Whole { .. }), "{whole:?}");
    })
    .await;
}

fn supposed(place: &str, to: &str, id: Uuid, on: Option<Day>) -> Hypothesis {
    Hypothesis::MoveLocation(Move {
        id,
        from: Some(place.parse().unwrap()),
        to: to.parse().unwrap(),
        activity: None,
        on,
    })
}

#[tokio::test]
async fn a_supposed_move_on_a_day_leaves_the_old_place_the_day_before() {
    let site = Site::sqlite();
    let registry = site.open().await;
    let given = vec![
        storage("DE", "-", "-"),
        location("DE", Activity::Processing, "2027-05-01", "-"),
        storage("IN", "2027-09-01", "-"),
    ];
    let id = engaged(&registry, given).await;
    let on = day("2027-03-01");
    let after = async |change| {
        let supposing = Supposing::over(&registry, &Scope::All).await?;
        let rehearsal = supposing.rehearsal(&[change], &|| Ok::<(), ChangeError>(()))?;
        Ok::<_, ChangeError>((rehearsal.as_of, locations_of(&rehearsal.after, id)))
    };
    let (as_of, moved) = after(supposed("DE", "IN", id, Some(on))).await.unwrap();
    assert_eq!(as_of, on);
    let expected = [
        storage("DE", "-", "2027-02-28"),
        location("IN", Activity::Processing, "2027-05-01", "-"),
        storage("IN", "2027-03-01", "-"),
    ];
    assert_eq!(
        moved, expected,
        "what begins later is never at the old place"
    );

    let (_, at_once) = after(supposed("DE", "FR", id, None)).await.unwrap();
    assert_eq!(at_once[0], storage("FR", "-", "-"));
    let long_ago = supposed("DE", "FR", id, Some(day("2001-01-01")));
    let (_, always) = after(long_ago).await.unwrap();
    assert_eq!(always[0], storage("FR", "-", "-"));

    let add = Addition {
        id,
        country: "US".parse().unwrap(),
        activity: Activity::Storage,
        on: Some(on),
    };
    let (as_of, added) = after(Hypothesis::AddCountry(add)).await.unwrap();
    assert_eq!(as_of, on);
    assert_eq!(added[3], storage("US", "2027-03-01", "-"));

    let nowhere = violations(after(supposed("MA", "FR", id, Some(on))).await);
    assert_eq!(
        nowhere,
        [("/changes/0/from".to_owned(), "unknown_location")]
    );
}
