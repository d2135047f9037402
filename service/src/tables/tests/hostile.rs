//! Files that are made to cost more than their size.

use rust_xlsxwriter::Workbook;

use super::*;

/// A workbook whose texts stand in the shared list.
fn shared(texts: &[&str]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["slug", "name"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (row, text) in (1..).zip(texts) {
        sheet.write_string(row, 0, "a").unwrap();
        sheet.write_string(row, 1, *text).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

fn archive_of(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file(name, SimpleFileOptions::default())
        .unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

fn refusal(bytes: Vec<u8>) -> &'static str {
    match read(bytes) {
        Ok(records) => panic!("{} records", records.len()),
        Err(faults) => faults.listed()[0].code,
    }
}

/// Sets the inflated size that the archive's directory declares for its first entry.
fn declaring(mut archive: Vec<u8>, size: u32) -> Vec<u8> {
    let entry = archive
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    archive[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
    archive
}

#[test]
fn an_entry_that_inflates_beyond_measure_is_refused() {
    let spaces = vec![b' '; 8 << 20];
    assert_eq!(
        refusal(archive_of("xl/worksheets/sheet1.xml", &spaces)),
        "too_large"
    );
}

#[test]
fn an_entry_that_declares_more_than_is_taken_is_refused_before_it_is_inflated() {
    let declared = declaring(archive_of("a.xml", b"<a/>"), 600 << 20);
    assert_eq!(refusal(declared), "too_large");
}

#[test]
fn an_entry_that_holds_more_than_it_declares_is_refused() {
    let spaces = vec![b' '; 8 << 20];
    let lying = declaring(archive_of("a.xml", &spaces), 10);
    assert!(["too_large", "unreadable_file"].contains(&refusal(lying)));
}

#[test]
fn a_count_of_shared_texts_is_not_believed() {
    let honest = shared(&["x"]);
    assert!(read(honest.clone()).is_ok());
    for lie in ["uniqueCount=\"99999999999\"", "uniqueCount = '\n 99999999'"] {
        let lying = repacked(&honest, |name, part| match name {
            "xl/sharedStrings.xml" => {
                let at = part.find("uniqueCount=").unwrap();
                let end = at + part[at..].find("\">").unwrap() + 1;
                format!("{}{lie}{}", &part[..at], &part[end..])
            }
            _ => part,
        });
        assert_eq!(refusal(lying), "too_large", "{lie}");
    }
    let utf16 = repacked(&honest, |name, part| match name {
        "xl/sharedStrings.xml" => part
            .chars()
            .flat_map(|character| [character, '\0'])
            .collect(),
        _ => part,
    });
    assert_eq!(refusal(utf16), "not_utf8");
}

#[test]
fn a_long_name_in_a_style_is_not_copied_for_each_style() {
    let fonts = repacked(&shared(&["x"]), |name, part| match name {
        "xl/styles.xml" => part.replacen("Calibri", &"Calibri ".repeat(1000), 1),
        _ => part,
    });
    assert_eq!(refusal(fonts), "too_large");
}

/// A sheet's last row, which is row 2, as often as asked for.
fn repeated(part: &str, times: usize) -> String {
    let begin = part.find("<row r=\"2\"").unwrap();
    let end = part.find("</sheetData>").unwrap();
    let row = |at: usize| {
        let row = part[begin..end].replace("r=\"2\"", &format!("r=\"{at}\""));
        row.replace("A2", &format!("A{at}"))
            .replace("B2", &format!("B{at}"))
    };
    let rows: String = (2..2 + times).map(row).collect();
    format!("{}{rows}{}", &part[..begin], &part[end..])
}

#[test]
fn a_text_that_many_cells_share_counts_for_each_of_them() {
    let text = "x".repeat(LONGEST_CELL);
    let workbook = repacked(&shared(&[&text]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => repeated(&part, 9000),
        _ => part,
    });
    assert!(workbook.len() < 1 << 20);
    let mut file = open(workbook).unwrap();
    let mut read = 0;
    let records = file.records(&VENDORS).unwrap();
    let last = records.inspect(|_| read += 1).last();
    assert_eq!(last.unwrap().unwrap_err()[0].code, "too_large");
    assert!((8000..8500).contains(&read), "{read}");
}

#[test]
fn a_row_has_no_more_cells_than_a_sheet_has_columns() {
    let doubled = repacked(&shared(&["x"]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => {
            let cell = "<c r=\"B2\" t=\"s\"><v>1</v></c>";
            part.replacen(
                "</row></sheetData>",
                &format!("{}</row></sheetData>", cell.repeat(20_000)),
                1,
            )
        }
        _ => part,
    });
    assert_eq!(refusal(doubled), "wrong_width");
}

#[test]
fn a_workbook_of_very_many_parts_or_styles_is_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..=10_000 {
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(format!("{at}.xml"), options).unwrap();
    }
    let parts = archive.finish().unwrap().into_inner();
    assert_eq!(refusal(parts), "too_large");
    let many = (0..220_000)
        .map(|at| format!("<xf fontId=\"{at}\"/>"))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(
        refusal(archive_of("xl/styles.xml", many.as_bytes())),
        "too_large"
    );
}

#[test]
fn the_far_corner_of_a_sheet_makes_no_rectangle() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["slug", "name"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    assert_eq!(refusal(workbook.save_to_buffer().unwrap()), "too_many_rows");
}

#[test]
fn a_place_out_of_every_range_is_the_workbooks_fault() {
    for reference in ["ZZZZZZZZZZZZ2", "A99999999999"] {
        let damaged = repacked(&shared(&["x"]), |name, part| match name {
            "xl/worksheets/sheet1.xml" => part.replace("r=\"A2\"", &format!("r=\"{reference}\"")),
            _ => part,
        });
        assert_eq!(refusal(damaged), "unreadable_file", "{reference}");
    }
}

#[test]
fn rows_out_of_order_are_refused() {
    let damaged = repacked(&shared(&["x", "y"]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => part.replace("r=\"A2\"", "r=\"A9\""),
        _ => part,
    });
    assert_eq!(refusal(damaged), "misplaced_row");
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let size = usize::try_from(LARGEST_FILE).unwrap() + 1;
    assert_eq!(refusal(vec![b'a'; size]), "too_large");
}

/// How many rows a file gives, and what is wrong with the last.
fn count_all(text: String) -> (usize, Option<Vec<Fault>>) {
    let mut file = open(text).unwrap();
    let records = file.records(&NOTES).unwrap();
    records.fold((0, None), |(count, _), record| (count + 1, record.err()))
}

#[test]
fn a_table_ends_at_its_last_row() {
    let rows = usize::try_from(MOST_ROWS).unwrap();
    let most = format!("text\n{}", "a\n".repeat(rows));
    assert_eq!(count_all(most.clone()), (rows, None));
    let (seen, fault) = count_all(format!("{most}a\n"));
    assert_eq!(seen, rows + 1);
    assert_eq!(fault.unwrap()[0].code, "too_many_rows");
    let items = |count| count_all(format!("[{}{{}}]", "{},".repeat(count - 1)));
    assert_eq!(items(rows), (rows, None));
    assert_eq!(items(rows + 1).1.unwrap()[0].code, "too_many_rows");
}

#[test]
fn a_damaged_workbook_is_an_answer_and_never_a_panic() {
    let whole = written(Format::Xlsx, &[vendor(), vendor()]);
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let struck = dice.below(12);
        let parts = std::cell::Cell::new(0);
        let dice = std::cell::RefCell::new(dice);
        let damaged = repacked(&whole, |_, part| {
            parts.set(parts.get() + 1);
            if parts.get() - 1 != struck {
                return part;
            }
            let mut dice = dice.borrow_mut();
            let mut bytes = part.into_bytes();
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                bytes[at] = dice.one(b"<>\"'&;/ =09AZaz\t");
            }
            String::from_utf8_lossy(&bytes).into_owned()
        });
        // Also cut and bent as an archive.
        let mut bent = damaged.clone();
        let at = dice.borrow_mut().below(bent.len());
        bent[at] ^= 0x41;
        let cut = damaged[..at].to_vec();
        for bytes in [damaged, bent, cut] {
            let _ = read(bytes);
        }
    }
}
