//! How long a hundred thousand rows take, and how much memory.
//!
//! `cargo nextest run --release -p transfer-registry --run-ignored only --no-capture measured`

use std::{fs::File, io::BufWriter, time::Instant};

use super::*;

const ROWS: u32 = 100_000;

fn row(at: u32) -> Value {
    json!({
        "slug": format!("vendor-{at}"), "name": format!("Vendor {at} Société Anonyme, \"Übersee\""),
        "since": format!("2024-{:02}-{:02}", at % 12 + 1, at % 28 + 1), "listed": at.is_multiple_of(2), "rank": at,
        "codes": ["contact", "billing", "usage"], "attributes": { "listed_by_authority": true },
        "steps": { "first": format!("Described at some length for the {at}th time, as notices do."),
            "second": ["encryption", "pseudonymisation"] },
        "locations": [{ "place": "DE", "activity": "storage" }, { "place": "US", "activity": "remote_access" }],
    })
}

/// The most memory that the process ever had, in MiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

fn measure(format: Format) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vendors");
    let begin = Instant::now();
    let mut out = BufWriter::new(File::create(&path).unwrap());
    write_table(format, &mut out, &VENDORS, (0..ROWS).map(row)).unwrap();
    drop(out);
    let (wrote, after_writing) = (begin.elapsed(), peak());
    let size = path.metadata().unwrap().len() >> 10;
    let begin = Instant::now();
    let mut file = TableFile::open(Source::File(path), None).unwrap();
    let mut count = 0;
    for (at, record) in (0..).zip(file.records(&VENDORS).unwrap()) {
        assert_eq!(record.unwrap().value, row(at));
        count += 1;
    }
    assert_eq!(count, ROWS);
    let read = begin.elapsed();
    println!(
        "{format:?}: {ROWS} rows, {size} KiB; written in {wrote:.2?} (peak {after_writing:?} MiB), \
         read in {read:.2?} (peak {:?} MiB)",
        peak()
    );
}

#[test]
#[ignore = "a measurement"]
fn a_hundred_thousand_rows_of_csv() {
    measure(Format::Csv);
}

#[test]
#[ignore = "a measurement"]
fn a_hundred_thousand_rows_of_xlsx() {
    measure(Format::Xlsx);
}

#[test]
#[ignore = "a measurement"]
fn a_hundred_thousand_rows_of_json() {
    measure(Format::Json);
}
