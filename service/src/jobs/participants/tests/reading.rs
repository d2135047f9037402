//! The official workbook, as it is and as it is not.

use std::time::Instant;

use rust_xlsxwriter::{ExcelDateTime, Workbook};
use transfer_decision::{span::day, vocabulary::Framework};
use transfer_registry_core::participants::{
    Limits, Listing, Participant, ParticipantList, Refusal, Source, Status,
};

use super::{EU, HEADINGS, LIST_DAY, SWISS, TODAY, UK, date, fill, last, row, with, workbook};
use crate::jobs::participants::read_workbook;

fn read(bytes: &[u8]) -> Result<ParticipantList, Refusal> {
    read_workbook(bytes, LIST_DAY, None, TODAY, Limits::default())
}

/// The one participant of a workbook of one row.
fn only(row: Vec<(&'static str, String)>) -> Participant {
    let mut list = read(&workbook(&HEADINGS, &[row])).unwrap();
    assert_eq!(list.entries.len(), 1);
    list.entries.remove(0)
}

fn reshaped(rows: &[Vec<(&'static str, String)>], said: &str) {
    let refusal = read(&workbook(&HEADINGS, rows)).unwrap_err();
    assert_eq!(refusal.code(), "list_reshaped", "{refusal}");
    assert!(refusal.to_string().contains(said), "{refusal}");
}

#[test]
fn a_participant_is_read_once_with_all_its_frameworks() {
    let covered = ("Covered Entities", "Acme Logs, LLC, Acme Mail, Inc.");
    let list = read(&workbook(
        &HEADINGS,
        &[
            with(row(7, "Acme, Inc.", EU), &[covered, ("HR Data", "Yes")]),
            row(7, "Acme, Inc.", UK),
            with(
                row(7, "Acme, Inc.", SWISS),
                &[("Status", "Inactive"), ("Inactive Start Date", "11/3/2026")],
            ),
            row(12, "Zeta, LLC", EU),
        ],
    ))
    .unwrap();
    assert_eq!((list.day, &list.source), (LIST_DAY, &Source::Workbook));
    assert_eq!(list.sha256.len(), 64);
    let ids: Vec<_> = list.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["12", "7"]);
    let active = Listing {
        framework: Framework::EuUsDpf,
        status: Status::Active,
        first_day: Some(day(2023, 9, 1)),
        recertification_due: Some(day(2027, 8, 30)),
        covers_hr: Some(true),
        covers_non_hr: Some(true),
    };
    assert_eq!(
        list.participant("7"),
        Some(&Participant {
            id: "7".to_owned(),
            display_name: "Acme, Inc.".to_owned(),
            legal_name: "Acme, Inc.".to_owned(),
            frameworks: vec![
                active,
                Listing {
                    framework: Framework::UkExtension,
                    covers_hr: Some(false),
                    ..active
                },
                Listing {
                    framework: Framework::SwissUsDpf,
                    status: Status::Inactive {
                        since: Some(day(2026, 11, 3))
                    },
                    covers_hr: Some(false),
                    ..active
                },
            ],
            covered_entities: vec!["Acme Logs, LLC".to_owned(), "Acme Mail, Inc.".to_owned()],
            link: Some("https://www.dataprivacyframework.gov/participant/7".to_owned()),
        })
    );
}

#[test]
fn the_same_bytes_have_the_same_hash_and_other_bytes_another() {
    let one = workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    let other = workbook(&HEADINGS, &[row(8, "Acme, Inc.", EU)]);
    assert_eq!(read(&one).unwrap().sha256, read(&one).unwrap().sha256);
    assert_ne!(read(&one).unwrap().sha256, read(&other).unwrap().sha256);
}

#[test]
fn days_are_read_from_date_cells_from_texts_and_from_bare_numbers() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(
        sheet,
        0,
        &HEADINGS,
        &[with(
            row(7, "Acme, Inc.", EU),
            &[("Inactive Start Date", "-")],
        )],
    );
    let first = ExcelDateTime::from_ymd(2024, 2, 23).unwrap();
    sheet.write_with_format(1, 2, &first, &date()).unwrap();
    // A date whose form was lost: 27 February 2026.
    sheet.write(1, 3, 46_080).unwrap();
    let list = read(&book.save_to_buffer().unwrap()).unwrap();
    let listing = list.entries[0].frameworks[0];
    assert_eq!(listing.first_day, Some(day(2024, 2, 23)));
    assert_eq!(listing.recertification_due, Some(day(2026, 2, 27)));
    assert_eq!(listing.status, Status::Active);
}

#[test]
fn columns_are_found_by_their_headings_wherever_they_stand() {
    let mut headings = HEADINGS;
    headings.reverse();
    let mut more: Vec<&str> = vec!["A new column"];
    more.extend(headings);
    let rows = [row(7, "Acme, Inc.", EU)];
    let list = read(&workbook(&more, &rows)).unwrap();
    let usual = read(&workbook(&HEADINGS, &rows)).unwrap();
    assert_eq!(list.entries, usual.entries);
}

#[test]
fn a_title_above_the_headings_and_another_sheet_before_them_are_passed_over() {
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 0, "Read me first").unwrap();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Data Privacy Framework List").unwrap();
    fill(sheet, 3, &HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    let list = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(list.entries[0].id, "7");
}

#[test]
fn a_missing_column_refuses_the_list_and_is_named() {
    for missing in HEADINGS.iter().filter(|h| {
        ![
            "Street",
            "City",
            "State",
            "Postal Code",
            "Industries",
            "Privacy Policies",
            "Public Link",
        ]
        .contains(h)
    }) {
        let headings: Vec<_> = HEADINGS.into_iter().filter(|h| h != missing).collect();
        let refusal = read(&workbook(&headings, &[row(7, "Acme, Inc.", EU)])).unwrap_err();
        assert_eq!(refusal.code(), "list_reshaped");
        assert!(refusal.to_string().contains(missing), "{refusal}");
    }
}

#[test]
fn a_column_that_stands_there_twice_refuses_the_list() {
    let mut headings = HEADINGS.to_vec();
    headings.push("Status");
    let refusal = read(&workbook(&headings, &[row(7, "Acme, Inc.", EU)])).unwrap_err();
    assert!(refusal.to_string().contains("“Status”"), "{refusal}");
}

#[test]
fn columns_that_nothing_is_read_from_may_be_missing() {
    let headings: Vec<_> = HEADINGS
        .into_iter()
        .filter(|h| !["Street", "Industries", "Privacy Policies"].contains(h))
        .collect();
    assert!(read(&workbook(&headings, &[row(7, "Acme, Inc.", EU)])).is_ok());
}

#[test]
fn without_a_link_the_legal_name_is_the_key() {
    let unlinked = with(row(7, "Acme, Inc.", EU), &[("Public Link", "")]);
    assert_eq!(only(unlinked).id, "name:acme-inc");
    let headings: Vec<_> = HEADINGS
        .into_iter()
        .filter(|h| *h != "Public Link")
        .collect();
    let list = read(&workbook(&headings, &[row(7, "Acme, Inc.", EU)])).unwrap();
    assert_eq!(list.entries[0].id, "name:acme-inc");
}

#[test]
fn re_certification_under_review_is_read_as_active() {
    let entry = only(with(
        row(7, "Acme, Inc.", EU),
        &[("Status", "Active - Re-certification under Review")],
    ));
    assert_eq!(entry.frameworks[0].status, Status::UnderReview);
}

#[test]
fn an_earlier_inactive_row_does_not_hide_the_active_one() {
    let inactive = with(
        row(7, "Acme, Inc.", EU),
        &[
            ("Status", "Inactive"),
            ("Install Date", "8/1/2023"),
            ("Inactive Start Date", "8/1/2024"),
        ],
    );
    let active = row(7, "Acme, Inc.", EU);
    for rows in [[inactive.clone(), active.clone()], [active, inactive]] {
        let list = read(&workbook(&HEADINGS, &rows)).unwrap();
        assert_eq!(list.entries[0].frameworks.len(), 1);
        assert_eq!(list.entries[0].frameworks[0].status, Status::Active);
    }
}

#[test]
fn what_is_not_understood_refuses_the_list_and_names_its_row() {
    let good = row(7, "Acme, Inc.", EU);
    for (heading, value) in [
        ("Status", "Active - Pending Removal"),
        ("Status", ""),
        ("Framework", ""),
        ("Install Date", "23/02/2024"),
        ("Usage End Date", "next year"),
        ("HR Data", "perhaps"),
    ] {
        let bad = with(row(8, "Zeta, LLC", EU), &[(heading, value)]);
        reshaped(&[good.clone(), bad], "row 3");
    }
    let nameless = with(
        row(8, "Zeta, LLC", EU),
        &[("Legal Name", ""), ("Public Display Name", "")],
    );
    reshaped(&[good, nameless], "row 3");
}

#[test]
fn another_framework_is_passed_over_until_it_is_most_of_the_list() {
    let other = row(8, "Zeta, LLC", "Global CBPR");
    let list = read(&workbook(
        &HEADINGS,
        &[row(7, "Acme, Inc.", EU), other.clone()],
    ));
    assert_eq!(list.unwrap().entries.len(), 1);
    reshaped(
        &[row(7, "Acme, Inc.", EU), other.clone(), other],
        "other frameworks",
    );
}

#[test]
fn a_workbook_with_headings_and_nobody_is_empty() {
    assert_eq!(read(&workbook(&HEADINGS, &[])), Err(Refusal::Empty));
}

#[test]
fn a_workbook_half_as_long_as_the_last_list_is_no_list() {
    let five: Vec<_> = (1..=5)
        .map(|id| row(id, &format!("Acme {id}, Inc."), EU))
        .collect();
    let bytes = workbook(&HEADINGS, &five);
    assert!(read(&bytes).is_ok());
    let judged = read_workbook(&bytes, LIST_DAY, Some(&last()), TODAY, Limits::default());
    assert_eq!(judged.unwrap_err().code(), "list_shrunken");
}

#[test]
fn what_is_no_workbook_or_not_the_list_is_no_list() {
    let whole = workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    let other = workbook(&["Name", "Price"], &[]);
    for bytes in [
        &b""[..],
        b"<!doctype html><html></html>",
        b"Public Display Name,Legal Name\n",
        b"PK\x03\x04 and nothing more",
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 30],
        &other,
    ] {
        let refusal = read(bytes).unwrap_err();
        assert_eq!(refusal.code(), "not_a_list", "{refusal}");
    }
}

#[test]
fn a_workbook_that_unpacks_to_more_than_memory_is_not_unpacked() {
    let mut bytes = workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    let at = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    // The directory says of its first file that it has some 4 GB.
    bytes[at + 24..at + 28].fill(0xfe);
    assert_eq!(read(&bytes).unwrap_err().code(), "list_too_large");
}

#[test]
fn a_damaged_workbook_is_refused_and_brings_nothing_down() {
    let whole = workbook(&HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    // Every sixteenth byte in turn; what still reads as the list is the list.
    for at in (0..whole.len()).step_by(16) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        if let Ok(list) = read(&damaged) {
            assert_eq!(list.active(), 1, "byte {at}");
        }
        assert!(read(&whole[..at]).is_err(), "byte {at}");
    }
}

#[test]
fn a_cell_at_the_far_end_of_the_sheet_takes_no_memory_and_refuses_the_list() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &HEADINGS, &[row(7, "Acme, Inc.", EU)]);
    sheet.write(1_048_575, 16_383, "far away").unwrap();
    let refusal = read(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(refusal.code(), "list_reshaped", "{refusal}");
}

#[test]
fn a_workbook_of_four_thousand_participants_is_read_whole() {
    let mut rows = Vec::new();
    for id in 0..4000 {
        let name = format!("Participant Number {id}, Inc.");
        let covered = format!("Daughter {id}, LLC, Sister {id}, Inc.");
        for framework in [EU, UK, SWISS] {
            rows.push(with(
                row(id, &name, framework),
                &[("Covered Entities", &covered)],
            ));
        }
    }
    let bytes = workbook(&HEADINGS, &rows);
    let began = Instant::now();
    let list = read_workbook(&bytes, LIST_DAY, Some(&last()), TODAY, Limits::default()).unwrap();
    let took = began.elapsed();
    println!("{} rows in {took:.2?}", rows.len());
    assert_eq!(list.active(), 4000);
}
