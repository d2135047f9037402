//! What is written is read back the same.

use super::*;

/// Pieces of text that some layer of some format could take for something else.
const PIECES: [&str; 50] = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "'",
    "''",
    "\"",
    "\"\"",
    " ",
    "  ",
    "\u{a0}",
    ";",
    "; ",
    ",",
    "\\",
    "\\e",
    "e",
    "[]",
    "[",
    "{}",
    "true",
    "TRUE",
    "_",
    "x",
    "_x0041_",
    "_x000D_",
    "_x005F_",
    "&",
    "&amp;",
    "<",
    ">",
    "]]>",
    "é",
    "日本",
    "😀",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "＝",
    "1",
    "2020-01-01",
    "0x1F",
];

fn text(dice: &mut Dice) -> String {
    let pieces = dice.below(6);
    (0..pieces).map(|_| dice.one(&PIECES)).collect()
}

fn list(dice: &mut Dice) -> Value {
    let items = dice.below(4);
    (0..items).map(|_| text(dice)).collect()
}

fn any(dice: &mut Dice) -> Value {
    match dice.below(6) {
        0 => json!(text(dice)),
        1 => json!(-7),
        2 => json!(dice.below(2) == 0),
        3 => list(dice),
        4 => json!([]),
        _ => json!([{ "place": text(dice), "parts": { text(dice): list(dice) }, "none": null }]),
    }
}

fn day(dice: &mut Dice) -> &'static str {
    dice.one(&[
        "0000-01-01",
        "1899-12-31",
        "1900-01-01",
        "1900-02-28",
        "1900-03-01",
        "1904-01-01",
        "2000-02-29",
        "2024-12-31",
        "2026-11-22",
        "9999-12-31",
    ])
}

fn integer(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!(dice.one(&[0, 1, -1, i64::from(i32::MIN), i64::from(i32::MAX) + 1])),
        1 => json!(dice.one(&[i64::MIN, i64::MAX, (1 << 53) + 1])),
        _ => json!(u64::MAX),
    }
}

/// A row with any of its fields.
fn row(dice: &mut Dice) -> Value {
    let mut row = json!({ "slug": format!("s{}", text(dice)).trim(), "steps": {} });
    for field in [
        "name",
        "since",
        "listed",
        "rank",
        "codes",
        "attributes",
        "locations",
    ] {
        if dice.below(4) == 0 {
            continue;
        }
        row[field] = match field {
            "name" => json!(text(dice)),
            "since" => json!(day(dice)),
            "listed" => json!(dice.below(2) == 0),
            "rank" => integer(dice),
            "codes" => list(dice),
            "attributes" => {
                let flags = dice.below(3);
                (0..flags)
                    .map(|_| (text(dice), dice.below(2) == 0))
                    .collect()
            }
            _ => any(dice),
        };
    }
    if dice.below(2) == 0 {
        row["steps"]["first"] = json!(text(dice));
    }
    if dice.below(2) == 0 {
        row["steps"]["second"] = list(dice);
    }
    if row["steps"] == json!({}) {
        row.as_object_mut().unwrap().remove("steps");
    }
    row
}

#[test]
fn whatever_a_row_holds_it_is_read_back_the_same_from_each_format() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let rows: Vec<Value> = (0..=dice.below(4)).map(|_| row(&mut dice)).collect();
        for format in FORMATS {
            let bytes = written(format, &rows);
            let read = read(bytes).unwrap_or_else(|faults| {
                panic!(
                    "seed {seed}, {format:?}: {:?} of {rows:#?}",
                    faults.listed()
                )
            });
            assert_eq!(values(read), rows, "seed {seed}, {format:?}");
        }
    }
}

#[test]
fn a_file_with_semicolons_and_bare_line_feeds_reads_the_same() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let rows: Vec<Value> = (0..=dice.below(4)).map(|_| row(&mut dice)).collect();
        let bytes = written(Format::Csv, &rows);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(&bytes[3..]);
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .from_writer(Vec::new());
        for record in reader.byte_records() {
            writer.write_byte_record(&record.unwrap()).unwrap();
        }
        let read = read(writer.into_inner().unwrap()).unwrap();
        assert_eq!(values(read), rows, "seed {seed}");
    }
}

#[test]
fn each_text_has_one_written_form_that_no_spreadsheet_takes_for_a_formula() {
    for (text, cell) in [
        ("", "'"),
        ("'", "''"),
        ("=1", "'=1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("  @a", "'  @a"),
        ("-", "'-"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'tis", "'tis"),
        ("' a", "' a"),
        ("a=1", "a=1"),
        (";=1", ";'=1"),
        (";'=1", ";''=1"),
        ("a; =1;b", "a;' =1;b"),
        ("a;\"\"+1", "a;'\"\"+1"),
        ("a\t@x\r\n-y", "a\t'@x\r\n'-y"),
        ("=1;＝2", "'=1;'＝2"),
        ("a; b;'c;", "a; b;'c;"),
        (";", ";"),
    ] {
        assert_eq!(text::harmless(text), cell, "{text:?}");
        assert_eq!(text::plain(cell), text, "{cell:?}");
    }
    for seed in 0..2000 {
        let text = text(&mut Dice(seed));
        let cell = text::harmless(&text);
        assert_eq!(text::plain(&cell), text, "seed {seed}");
        let first = cell.trim_start_matches([' ', '\u{a0}']).chars().next();
        let formula = first.is_some_and(|first| "=+-@\t\r\n＝".contains(first));
        assert!(!formula && !cell.is_empty(), "seed {seed}: {cell:?}");
        // However a spreadsheet takes it apart, no part is a formula.
        for part in cell.split([';', '\t', '\r', '\n']).skip(1) {
            let part = part.trim_start_matches([' ', '\u{a0}', '"']);
            assert!(
                !part.starts_with(['=', '+', '-', '@', '＝']),
                "seed {seed}: {cell:?}"
            );
        }
        // And a cell that somebody else wrote is read, and written again, as the same text.
        let plain = text::plain(&text);
        assert_eq!(text::plain(&text::harmless(&plain)), plain, "seed {seed}");
    }
}

#[test]
fn several_tables_in_one_file_are_read_by_their_names() {
    let tables = || -> Vec<(Sheet, Rows<'static>)> {
        let notes = [json!({ "text": "=1" }), json!({ "text": "two" })];
        vec![
            (NOTES, Box::new(notes.into_iter())),
            (VENDORS, Box::new(std::iter::once(vendor()))),
        ]
    };
    for format in [Format::Xlsx, Format::Json] {
        let mut out = Vec::new();
        write_tables(format, &mut out, tables()).unwrap();
        let mut file = open(out).unwrap();
        assert_eq!(file.format(), format);
        assert_eq!(file.sheets(), ["notes", "vendors"]);
        let vendors = read_sheet(&mut file, &VENDORS).unwrap();
        assert_eq!(values(vendors), [vendor()]);
        let notes = values(read_sheet(&mut file, &NOTES).unwrap());
        assert_eq!(notes, [json!({ "text": "=1" }), json!({ "text": "two" })]);
        let other = Sheet::new("others", NOTES.columns);
        let missing = read_sheet(&mut file, &other).unwrap_err();
        assert_eq!(missing.listed()[0].code, "missing_sheet");
    }
    let csv = write_tables(Format::Csv, Vec::new(), tables());
    assert!(matches!(csv, Err(WriteError::SeveralTables)));
}

#[test]
fn a_file_on_disk_reads_as_one_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let path = folder.path().join("vendors");
        std::fs::write(&path, written(format, &[vendor()])).unwrap();
        let mut file = TableFile::open(Source::File(path), None).unwrap();
        assert_eq!(values(read_sheet(&mut file, &VENDORS).unwrap()), [vendor()]);
    }
    let absent = Source::File(folder.path().join("nothing"));
    let fault = TableFile::open(absent, None).err().unwrap();
    assert_eq!(fault.code, "unreadable_file");
}
