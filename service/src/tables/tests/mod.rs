//! What is written is read back the same, what is wrong is named by its cell, and what is hostile
//! costs no more than its size.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod hostile;
mod measured;
mod reading;
mod round_trips;
mod writing;

use std::io::{Cursor, Read, Write};

use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;

/// A made-up resource with a column of each kind, two of them inside of an object.
pub(super) const VENDORS: Sheet = Sheet::new(
    "vendors",
    &[
        Column::new("slug", Kind::Code),
        Column::new("name", Kind::Text),
        Column::new("since", Kind::Day).optional(),
        Column::new("listed", Kind::Bool).optional(),
        Column::new("rank", Kind::Integer).optional(),
        Column::new("codes", Kind::List).optional(),
        Column::new("attributes", Kind::Flags).optional(),
        Column::new("steps/first", Kind::Text).optional(),
        Column::new("steps/second", Kind::List).optional(),
        Column::new("locations", Kind::Json).optional(),
    ],
);

/// Another one, for files of several.
pub(super) const NOTES: Sheet = Sheet::new("notes", &[Column::new("text", Kind::Text)]);

const FORMATS: [Format; 3] = [Format::Csv, Format::Xlsx, Format::Json];

fn vendor() -> Value {
    json!({
        "slug": "acme", "name": "Acme", "since": "2024-02-29", "listed": true, "rank": -3,
        "codes": ["a", "b"], "attributes": {"big": true, "old": false},
        "steps": {"first": "one", "second": ["x"]}, "locations": [{"place": "DE"}],
    })
}

fn written(format: Format, rows: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    write_table(format, &mut out, &VENDORS, rows.iter().cloned()).unwrap();
    out
}

fn open(bytes: impl Into<Vec<u8>>) -> Result<TableFile, Fault> {
    TableFile::open(Source::Bytes(bytes.into()), None)
}

/// The rows of a file, or all that is wrong with it.
fn read(bytes: impl Into<Vec<u8>>) -> Result<Vec<Record>, Faults> {
    read_sheet(&mut open(bytes)?, &VENDORS)
}

fn read_sheet(file: &mut TableFile, sheet: &Sheet) -> Result<Vec<Record>, Faults> {
    let mut faults = Faults::default();
    let mut records = Vec::new();
    for record in file.records(sheet)? {
        match record {
            Ok(record) => records.push(record),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        Ok(records)
    } else {
        Err(faults)
    }
}

fn values(records: Vec<Record>) -> Vec<Value> {
    records.into_iter().map(|record| record.value).collect()
}

/// The faults of a file, each as row, column, letters and code.
fn faults(bytes: impl Into<Vec<u8>>) -> Vec<(u32, String, String, &'static str)> {
    let faults = read(bytes).unwrap_err();
    let short = |fault: &Fault| {
        (
            fault.row.unwrap_or_default(),
            fault.column.clone().unwrap_or_default(),
            fault.letters.clone().unwrap_or_default(),
            fault.code,
        )
    };
    faults.listed().iter().map(short).collect()
}

/// A workbook whose parts went through a change.
fn repacked(workbook: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        to.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        to.write_all(change(&name, content).as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// Deterministic chance: the same seed always draws the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % bound
    }

    fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}
