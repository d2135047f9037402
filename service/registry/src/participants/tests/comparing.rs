//! Where the register differs from the list.

use transfer_decision::{span::day, vocabulary::Framework};

use super::{
    DUE, FROM, HASH, LIST_DAY, TODAY, compared, confirmed, held, list, list_with, listing, only,
    participant,
};
use crate::participants::{
    Amendment, Correction, Difference, DifferenceKind, Evidence, Known, LIST, LastDay, Listing,
    ParticipantList, Status, differences,
};

const EU: Framework = Framework::EuUsDpf;

fn evidence(status: &str) -> Evidence {
    Evidence {
        list: LIST.to_owned(),
        participant: "7".to_owned(),
        day: LIST_DAY,
        sha256: HASH.to_owned(),
        status: status.to_owned(),
    }
}

fn amendment(difference: &Difference) -> &Amendment {
    match &difference.correction {
        Some(Correction::AmendCertification {
            certification,
            amendment,
        }) => {
            assert_eq!(Some(*certification), difference.certification);
            amendment
        }
        other => panic!("no amendment: {other:?}"),
    }
}

fn inactive(since: Option<transfer_decision::span::Day>) -> Listing {
    Listing {
        status: Status::Inactive { since },
        ..listing(EU)
    }
}

#[test]
fn a_recorded_certification_that_the_list_bears_out_is_checked_against_it() {
    let found = compared(&list_with(listing(EU)), &confirmed());
    let one = only(&found, DifferenceKind::Confirmed);
    assert_eq!(
        *amendment(one),
        Amendment {
            recertification_due: Some(DUE),
            checked_on: Some(LIST_DAY),
            evidence: Some(evidence("Active")),
            ..Amendment::default()
        }
    );
    assert_eq!(one.list.day, LIST_DAY);
    assert_eq!(one.list.sha256, HASH);
}

#[test]
fn a_certification_already_checked_against_the_list_is_not_written_again() {
    let mut known = confirmed();
    known.certifications[0].checked_on = Some(LIST_DAY);
    known.certifications[0].recertification_due = Some(DUE);
    let found = compared(&list_with(listing(EU)), &known);
    assert_eq!(only(&found, DifferenceKind::Confirmed).correction, None);
}

#[test]
fn re_certification_under_review_is_still_active() {
    let under_review = Listing {
        status: Status::UnderReview,
        ..listing(EU)
    };
    let found = compared(&list_with(under_review), &confirmed());
    let one = only(&found, DifferenceKind::Confirmed);
    assert_eq!(
        amendment(one).evidence,
        Some(evidence("Active - Re-certification under Review"))
    );
}

#[test]
fn other_days_are_corrected_to_those_of_the_list() {
    let first = day(2024, 2, 23);
    let moved = Listing {
        first_day: Some(first),
        ..listing(EU)
    };
    let found = compared(&list_with(moved), &confirmed());
    let one = only(&found, DifferenceKind::DaysDiffer);
    assert_eq!(
        *amendment(one),
        Amendment {
            valid_from: Some(first),
            recertification_due: Some(DUE),
            checked_on: Some(LIST_DAY),
            evidence: Some(evidence("Active")),
            ..Amendment::default()
        }
    );
    assert!(
        one.register_says.contains("2023-09-01"),
        "{}",
        one.register_says
    );
    assert!(one.list_says.contains("2024-02-23"), "{}", one.list_says);
}

#[test]
fn a_first_day_carried_over_from_the_privacy_shield_means_the_frameworks_opening() {
    let carried = Listing {
        first_day: Some(day(2016, 9, 22)),
        ..listing(EU)
    };
    let found = compared(&list_with(carried), &confirmed());
    let one = only(&found, DifferenceKind::DaysDiffer);
    assert_eq!(amendment(one).valid_from, Some(day(2023, 7, 10)));
    let mut known = confirmed();
    known.certifications[0].valid_from = day(2023, 7, 10);
    only(
        &compared(&list_with(carried), &known),
        DifferenceKind::Confirmed,
    );
}

#[test]
fn the_day_for_re_certification_is_not_an_end() {
    // Somebody recorded it as the last day.
    let mut known = confirmed();
    known.certifications[0].valid_to = Some(DUE);
    let found = compared(&list_with(listing(EU)), &known);
    let one = only(&found, DifferenceKind::DaysDiffer);
    assert_eq!(amendment(one).valid_to, Some(LastDay::Open));
    assert_eq!(amendment(one).recertification_due, Some(DUE));
}

#[test]
fn a_renewed_certification_has_a_later_day_for_the_next_renewal() {
    let mut known = confirmed();
    known.certifications[0].recertification_due = Some(day(2026, 8, 30));
    let found = compared(&list_with(listing(EU)), &known);
    let one = only(&found, DifferenceKind::DaysDiffer);
    assert_eq!(amendment(one).recertification_due, Some(DUE));
    assert_eq!(amendment(one).valid_from, None);
}

#[test]
fn other_hr_coverage_is_corrected_in_either_direction() {
    for (recorded, listed) in [(true, false), (false, true)] {
        let mut known = confirmed();
        known.certifications[0].covers_hr = recorded;
        let other = Listing {
            covers_hr: Some(listed),
            ..listing(EU)
        };
        let found = compared(&list_with(other), &known);
        let one = only(&found, DifferenceKind::HrCoverageDiffers);
        assert_eq!(amendment(one).covers_hr, Some(listed));
        assert_eq!(amendment(one).checked_on, Some(LIST_DAY));
    }
}

#[test]
fn a_certification_is_not_checked_by_a_correction_that_leaves_another_difference() {
    let other = Listing {
        first_day: Some(day(2024, 2, 23)),
        covers_hr: Some(true),
        ..listing(EU)
    };
    let found = compared(&list_with(other), &confirmed());
    let kinds: Vec<_> = found.iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds,
        [
            DifferenceKind::DaysDiffer,
            DifferenceKind::HrCoverageDiffers
        ]
    );
    for one in &found {
        assert_eq!(amendment(one).checked_on, None);
        assert_eq!(amendment(one).evidence, None);
    }
    // Both written, the next look confirms.
    let mut known = confirmed();
    let held = &mut known.certifications[0];
    held.valid_from = amendment(&found[0]).valid_from.unwrap();
    held.recertification_due = amendment(&found[0]).recertification_due;
    held.covers_hr = amendment(&found[1]).covers_hr.unwrap();
    let found = compared(&list_with(other), &known);
    only(&found, DifferenceKind::Confirmed);
}

#[test]
fn what_the_list_leaves_out_is_compared_with_nothing_and_checks_nothing() {
    let whole = Listing {
        recertification_due: None,
        ..listing(EU)
    };
    let without_hr = Listing {
        covers_hr: None,
        ..whole
    };
    let without_day = Listing {
        first_day: None,
        ..whole
    };
    let mut known = confirmed();
    known.certifications[0].valid_from = day(2023, 8, 1);
    let found = compared(&list_with(without_day), &known);
    assert_eq!(only(&found, DifferenceKind::Confirmed).correction, None);
    known = confirmed();
    known.certifications[0].covers_hr = true;
    let found = compared(&list_with(without_hr), &known);
    assert_eq!(only(&found, DifferenceKind::Confirmed).correction, None);
}

#[test]
fn a_lapsed_certification_ends_on_the_day_before_it_became_inactive() {
    let found = compared(&list_with(inactive(Some(day(2026, 11, 3)))), &confirmed());
    let one = only(&found, DifferenceKind::Lapsed);
    assert_eq!(
        *amendment(one),
        Amendment {
            valid_to: Some(LastDay::On(day(2026, 11, 2))),
            checked_on: Some(LIST_DAY),
            evidence: Some(evidence("Inactive")),
            ..Amendment::default()
        }
    );
    assert!(one.list_says.contains("inactive since 2026-11-03"));
    assert_eq!(one.on, Some(day(2026, 11, 3)));
}

#[test]
fn a_lapse_without_its_day_ends_before_the_lists_day() {
    let found = compared(&list_with(inactive(None)), &confirmed());
    let one = only(&found, DifferenceKind::Lapsed);
    assert_eq!(
        amendment(one).valid_to,
        Some(LastDay::On(day(2026, 11, 17)))
    );
    assert_eq!(one.on, None, "the list's day is not the lapse's");
}

#[test]
fn a_lapse_before_the_certification_began_is_for_a_person() {
    let found = compared(&list_with(inactive(Some(FROM))), &confirmed());
    assert_eq!(only(&found, DifferenceKind::Lapsed).correction, None);
}

#[test]
fn a_recorded_lapse_is_borne_out_and_a_wrong_last_day_is_not() {
    let list = list_with(inactive(Some(day(2026, 11, 3))));
    let mut known = confirmed();
    known.certifications[0].valid_to = Some(day(2026, 11, 2));
    let found = compared(&list, &known);
    assert_eq!(
        amendment(only(&found, DifferenceKind::Confirmed)).valid_to,
        None
    );
    known.certifications[0].valid_to = Some(day(2026, 10, 1));
    let found = compared(&list, &known);
    let one = only(&found, DifferenceKind::DaysDiffer);
    assert_eq!(amendment(one).valid_to, Some(LastDay::On(day(2026, 11, 2))));
}

#[test]
fn an_inactive_framework_that_was_never_recorded_is_no_difference() {
    let known = Known {
        certifications: Vec::new(),
        ..confirmed()
    };
    assert_eq!(compared(&list_with(inactive(Some(FROM))), &known), []);
}

#[test]
fn a_participant_that_is_not_on_the_list_is_for_a_person_and_no_lapse() {
    let list = list(vec![participant("8", "Zeta, Inc.", &[listing(EU)])]);
    let found = compared(&list, &confirmed());
    let one = only(&found, DifferenceKind::NotOnList);
    assert_eq!((one.certification, &one.correction), (None, &None));
}

#[test]
fn a_framework_that_is_not_on_the_list_is_for_a_person_and_no_lapse() {
    let mut known = confirmed();
    known.certifications.push(held(11, Framework::UkExtension));
    let found = compared(&list_with(listing(EU)), &known);
    let missing: Vec<_> = found
        .iter()
        .filter(|one| one.kind == DifferenceKind::NotOnList)
        .collect();
    assert_eq!(missing.len(), 1, "{found:#?}");
    assert_eq!(missing[0].certification, Some(super::id(11)));
    assert_eq!(missing[0].correction, None);
}

#[test]
fn an_active_framework_that_is_not_recorded_can_be_recorded_as_the_list_has_it() {
    let known = Known {
        certifications: Vec::new(),
        ..confirmed()
    };
    let found = compared(&list_with(listing(EU)), &known);
    let one = only(&found, DifferenceKind::NotRecorded);
    let Some(Correction::RecordCertification {
        framework,
        valid_from,
        recertification_due,
        covers_hr,
        checked_on,
        evidence: recorded,
        source,
    }) = &one.correction
    else {
        panic!("nothing to record: {one:#?}");
    };
    assert_eq!((*framework, *valid_from), (EU, FROM));
    assert_eq!((*recertification_due, *covers_hr), (Some(DUE), false));
    assert_eq!((*checked_on, recorded), (LIST_DAY, &evidence("Active")));
    assert!(
        source.contains("2026-11-18") && source.contains('7'),
        "{source}"
    );
}

#[test]
fn a_certification_whose_hr_coverage_is_unsaid_is_recorded_by_a_person() {
    let known = Known {
        certifications: Vec::new(),
        ..confirmed()
    };
    let unsaid = Listing {
        covers_hr: None,
        ..listing(EU)
    };
    let found = compared(&list_with(unsaid), &known);
    assert_eq!(only(&found, DifferenceKind::NotRecorded).correction, None);
}

#[test]
fn a_certification_after_a_recorded_lapse_is_a_new_one() {
    let again = Listing {
        first_day: Some(day(2026, 5, 1)),
        ..listing(EU)
    };
    let mut known = confirmed();
    known.certifications[0].valid_to = Some(day(2026, 2, 1));
    let found = compared(&list_with(again), &known);
    let one = only(&found, DifferenceKind::NotRecorded);
    assert_eq!(one.certification, None);
    // But one that never lapsed, and was recorded as lapsed, runs on.
    let found = compared(&list_with(listing(EU)), &known);
    let one = only(&found, DifferenceKind::DaysDiffer);
    assert_eq!(amendment(one).valid_to, Some(LastDay::Open));
}

#[test]
fn a_renewal_is_due_from_ninety_days_before_its_day_and_stays_due_after_it() {
    let of = |due| Listing {
        recertification_due: Some(due),
        ..listing(EU)
    };
    for (due, expected) in [
        (day(2027, 2, 19), false),
        (day(2027, 2, 18), true),
        (TODAY, true),
        (day(2026, 3, 1), true),
    ] {
        let found = compared(&list_with(of(due)), &confirmed());
        let told = found
            .iter()
            .find(|one| one.kind == DifferenceKind::RecertificationDue);
        assert_eq!(
            told.map(|one| one.on),
            expected.then_some(Some(due)),
            "{due}"
        );
        // A day that has passed is not an end: what is recorded is still borne out.
        assert!(
            found
                .iter()
                .any(|one| one.kind == DifferenceKind::Confirmed)
        );
    }
}

fn with_names(legal: &str, display: &str, covered: &[&str]) -> ParticipantList {
    let mut entry = participant("7", legal, &[listing(EU)]);
    entry.display_name = display.to_owned();
    entry.covered_entities = covered.iter().map(|&name| name.to_owned()).collect();
    list(vec![entry])
}

fn against(before: &ParticipantList, after: &ParticipantList) -> Vec<DifferenceKind> {
    let found = differences(after, &[confirmed()], Some(before), TODAY);
    found.into_iter().map(|one| one.kind).collect()
}

#[test]
fn a_participant_of_the_same_id_and_another_name_is_renamed_and_still_itself() {
    let before = with_names("Acme, Inc.", "Acme", &[]);
    let after = with_names("Acme Cloud, Inc.", "Acme", &[]);
    assert_eq!(
        against(&before, &after),
        [DifferenceKind::Renamed, DifferenceKind::Confirmed]
    );
    let respelt = with_names("ACME Inc", "Acme", &[]);
    assert_eq!(against(&before, &respelt), [DifferenceKind::Confirmed]);
}

#[test]
fn an_organisation_that_its_parent_no_longer_covers_is_for_a_person() {
    let before = with_names("Parent, Inc.", "Parent", &["Acme, LLC"]);
    let after = with_names("Parent, Inc.", "Parent", &["Zeta, LLC"]);
    assert_eq!(
        against(&before, &after),
        [DifferenceKind::NotOnList, DifferenceKind::Confirmed]
    );
    // A brand that a person confirmed, and that the list never showed, is not missed.
    let never = with_names("Parent, Inc.", "Parent", &[]);
    assert_eq!(against(&never, &after), [DifferenceKind::Confirmed]);
}

#[test]
fn a_difference_keeps_its_key_on_the_next_list_and_loses_it_when_anything_moves() {
    let lapse = |since, day_of_list| {
        let mut list = list_with(inactive(Some(since)));
        list.day = day_of_list;
        list.sha256 = format!("hash of {day_of_list}");
        compared(&list, &confirmed()).remove(0).key
    };
    let key = lapse(day(2026, 11, 3), LIST_DAY);
    assert!(key.starts_with("lapsed-"), "{key}");
    assert_eq!(key, lapse(day(2026, 11, 3), TODAY));
    assert_ne!(key, lapse(day(2026, 11, 4), LIST_DAY));
    let mut amended = confirmed();
    amended.certifications[0].valid_from = day(2023, 9, 2);
    let list = list_with(inactive(Some(day(2026, 11, 3))));
    assert_ne!(key, compared(&list, &amended).remove(0).key);
}

#[test]
fn certifications_of_other_frameworks_are_left_alone() {
    let known = Known {
        certifications: vec![held(10, EU), held(11, Framework::EuUsPrivacyShield)],
        ..confirmed()
    };
    let found = compared(&list_with(listing(EU)), &known);
    only(&found, DifferenceKind::Confirmed);
}
