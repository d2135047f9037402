//! Which lists are believed.

use transfer_decision::{span::day, vocabulary::Framework};

use super::{LIST_DAY, TODAY, list, listing, participant};
use crate::participants::{Accepted, Limits, ParticipantList, Refusal, Status, judge};

fn of_size(active: usize, inactive: usize) -> ParticipantList {
    let entries = (0..active + inactive).map(|at| {
        let status = if at < active {
            Status::Active
        } else {
            Status::Inactive { since: None }
        };
        let mut listing = listing(Framework::EuUsDpf);
        listing.status = status;
        participant(&format!("{at}"), "Acme, Inc.", &[listing])
    });
    list(entries.collect())
}

fn last() -> Accepted {
    Accepted::from(&of_size(100, 50))
}

#[test]
fn a_list_like_the_last_one_is_believed_and_so_is_the_same_one_again() {
    assert_eq!(
        judge(&of_size(100, 50), Some(&last()), TODAY, Limits::default()),
        Ok(())
    );
    assert_eq!(
        judge(&of_size(100, 50), None, TODAY, Limits::default()),
        Ok(())
    );
}

#[test]
fn a_list_on_which_nobody_is_active_is_empty_and_not_a_hundred_lapses() {
    for empty in [of_size(0, 0), of_size(0, 150)] {
        assert_eq!(
            judge(&empty, Some(&last()), TODAY, Limits::default()),
            Err(Refusal::Empty)
        );
    }
}

#[test]
fn a_list_with_a_fifth_fewer_active_participants_is_believed_and_with_one_less_it_is_not() {
    let judged = |active| judge(&of_size(active, 0), Some(&last()), TODAY, Limits::default());
    assert_eq!(judged(80), Ok(()));
    assert_eq!(
        judged(79),
        Err(Refusal::Shrunken {
            active: 79,
            before: 100,
            last: LIST_DAY
        })
    );
    let stricter = Limits {
        least_percent: 95,
        ..Limits::default()
    };
    assert!(judge(&of_size(80, 0), Some(&last()), TODAY, stricter).is_err());
}

#[test]
fn inactive_entries_do_not_hide_that_active_ones_are_gone() {
    assert!(matches!(
        judge(&of_size(50, 100), Some(&last()), TODAY, Limits::default()),
        Err(Refusal::Shrunken { .. })
    ));
}

#[test]
fn a_list_older_than_the_last_one_is_stale() {
    let older = ParticipantList {
        day: day(2026, 11, 17),
        ..of_size(100, 50)
    };
    assert_eq!(
        judge(&older, Some(&last()), TODAY, Limits::default()),
        Err(Refusal::Stale {
            day: day(2026, 11, 17),
            last: LIST_DAY
        })
    );
}

#[test]
fn a_list_of_thirty_days_is_believed_and_an_older_one_is_not() {
    let of = |day| ParticipantList {
        day,
        ..of_size(1, 0)
    };
    let judged = |day| judge(&of(day), None, TODAY, Limits::default());
    assert_eq!(judged(day(2026, 10, 21)), Ok(()));
    assert!(matches!(
        judged(day(2026, 10, 20)),
        Err(Refusal::TooOld { .. })
    ));
}

#[test]
fn a_list_of_tomorrow_is_not_believed() {
    let tomorrow = ParticipantList {
        day: day(2026, 11, 21),
        ..of_size(1, 0)
    };
    assert!(matches!(
        judge(&tomorrow, None, TODAY, Limits::default()),
        Err(Refusal::FutureDay { .. })
    ));
}

#[test]
fn the_words_of_a_refusal_name_days_and_numbers() {
    let refusal = judge(&of_size(50, 0), Some(&last()), TODAY, Limits::default()).unwrap_err();
    assert_eq!(refusal.code(), "list_shrunken");
    let words = refusal.to_string();
    for said in ["50", "100", "2026-11-18"] {
        assert!(words.contains(said), "{words}");
    }
}
