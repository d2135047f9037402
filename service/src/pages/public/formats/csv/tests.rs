//! What a spreadsheet reads.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use transfer_decision::vocabulary::WarningCode;

use super::{
    super::sample::{HOSTILE, entry, list},
    *,
};
use crate::tables::{Source, TableFile};

/// The rows as they are in the file, by column.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
    let mut reader = ::csv::Reader::from_reader(text);
    let rows = reader.deserialize();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_row_says_all_that_the_page_says_of_an_engagement() {
    let upcoming = Entry {
        since: "2027-01-01".parse().unwrap(),
        ..entry("Acme")
    };
    let mut running = entry("Acme");
    running.bases[1].warnings = vec![WarningCode::EndsSoon];
    let rows = rows(&of(&list(vec![running], vec![upcoming])).unwrap());
    assert_eq!(rows.len(), 2);
    for (column, value) in [
        ("group", "group"),
        ("as_of", "2026-11-21"),
        ("status", "in_effect"),
        ("legal_name", "Acme"),
        ("data_categories", "contact; usage"),
        ("locations", "storage: US; remote_access: unknown"),
        ("seat", "US"),
        ("transfer_basis/eu/outcome", "safeguard"),
        ("transfer_basis/eu/basis", "EU-SCC-2021-914-M3"),
        ("transfer_basis/uk/outcome", "denied"),
        ("transfer_basis/uk/basis", ""),
        ("transfer_basis/ch/article", "Art. 16(1) FADP"),
        ("transfer_basis/ch/citation", "CH-DPO-A1-US as it is cited"),
        ("transfer_basis/ch/url", "https://example.org/CH-DPO-A1-US"),
        ("transfer_basis/ch/warnings", "ends_soon"),
        ("transfer_basis/eu/warnings", ""),
        ("transfer_basis/uk/article", ""),
        ("since", "2024-01-01"),
        ("until", ""),
    ] {
        assert_eq!(rows[0][column], value, "{column}");
    }
    assert_eq!(rows[1]["status"], "upcoming");
    assert_eq!(rows[1]["since"], "2027-01-01");
}

#[test]
fn a_list_of_nothing_is_an_empty_cell() {
    let mut nowhere = entry("Acme");
    nowhere.locations.clear();
    let rows = rows(&of(&list(vec![nowhere], Vec::new())).unwrap());
    assert_eq!(rows[0]["locations"], "");
}

#[test]
fn no_name_is_a_formula_and_each_is_read_back_as_it_was() {
    let long = "=".repeat(300);
    let names: Vec<&str> = HOSTILE.iter().copied().chain([long.as_str()]).collect();
    let entries = names.iter().map(|name| entry(name)).collect();
    let bytes = of(&list(entries, Vec::new())).unwrap();
    for row in rows(&bytes) {
        for (column, cell) in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{column}: {cell}"
            );
        }
    }
    let mut file = TableFile::open(Source::Bytes(bytes), Some(Format::Csv)).unwrap();
    let records = file.records(&SHEET).unwrap();
    let read: Vec<Value> = records.map(|record| record.unwrap().value).collect();
    for (record, name) in read.iter().zip(&names) {
        assert_eq!(record["legal_name"], *name);
    }
    assert_eq!(read.len(), names.len());
}

#[test]
fn a_list_without_engagements_is_its_header() {
    let bytes = of(&list(Vec::new(), Vec::new())).unwrap();
    assert!(rows(&bytes).is_empty());
    assert!(bytes.ends_with(b",transfer_basis/uk/warnings\r\n"));
}
