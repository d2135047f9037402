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
fn the_texts_of_all_tables_of_a_file_count_together_and_each_table_once() {
    let text = "x".repeat(LONGEST_CELL);
    let row = json!({ "slug": "a", "name": text });
    let rows = |count: usize| format!("[{}]", vec![row.to_string(); count].join(","));
    let note = json!({ "text": text }).to_string();
    let notes = format!("[{}]", vec![note; 900].join(","));
    let mut file = open(format!(
        "{{\"vendors\": {}, \"notes\": {notes}}}",
        rows(1000)
    ))
    .unwrap();
    let mut taken = |sheet: &Sheet| file.records(sheet).unwrap().flatten().count();
    // Some 60 MiB, over and over.
    for _ in 0..5 {
        assert_eq!(taken(&VENDORS), 1000);
        assert_eq!(taken(&NOTES), 900);
    }
    let shared = repacked(&two_sheets(&text), |name, part| match name {
        "xl/worksheets/sheet1.xml" | "xl/worksheets/sheet2.xml" => repeated(&part, 5000),
        _ => part,
    });
    let mut file = open(shared).unwrap();
    let mut last = |sheet: &Sheet| file.records(sheet).unwrap().last().unwrap();
    assert!(last(&VENDORS).is_ok());
    assert_eq!(last(&NOTES).unwrap_err()[0].code, "too_large");
}

/// A workbook of two tables that share a text.
fn two_sheets(text: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (table, columns) in [
        ("vendors", ["slug", "name"].as_slice()),
        ("notes", &["text"]),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(table).unwrap();
        for (column, name) in (0..).zip(columns) {
            sheet.write_string(0, column, *name).unwrap();
            sheet.write_string(1, column, text).unwrap();
        }
        if table == "vendors" {
            sheet.write_string(1, 0, "a").unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_row_has_no_more_cells_than_a_sheet_has_columns() {
    let doubled = repacked(&shared(&["x"]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => {
            // A cell without a place of its own stands behind the one before it.
            let cell = "<c t=\"s\"><v>1</v></c>";
            part.replacen(
                "</row></sheetData>",
                &format!("{}</row></sheetData>", cell.repeat(20_000)),
                1,
            )
        }
        _ => part,
    });
    assert_eq!(refusal(doubled), "wrong_width");
    // A header that reaches to a column far away would be as wide.
    let far = placed_at("A1", "MWLQKWU1");
    assert_eq!(refusal(far), "wrong_width");
}

/// A workbook of two rows in which a cell was put elsewhere.
fn placed_at(from: &str, to: &str) -> Vec<u8> {
    let (from, to) = (format!("r=\"{from}\""), format!("r=\"{to}\""));
    repacked(&shared(&["x", "y"]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => part.replace(&from, &to),
        _ => part,
    })
}

#[test]
fn a_cell_in_the_place_of_another_is_refused_and_neither_is_lost() {
    for (from, to) in [("A3", "A2"), ("B2", "A2"), ("A2", "C2"), ("B3", "B2")] {
        assert_eq!(refusal(placed_at(from, to)), "misplaced_row", "{from} {to}");
    }
    let rows_twice = repacked(&shared(&["x", "y"]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => part
            .replace("<row r=\"3\"", "<row r=\"2\"")
            .replace("r=\"A3\"", "r=\"A2\"")
            .replace("r=\"B3\"", "r=\"B2\""),
        _ => part,
    });
    assert_eq!(refusal(rows_twice), "misplaced_row");
}

#[test]
fn a_header_of_many_cells_that_share_a_long_text_is_not_copied_for_each() {
    let text = "x".repeat(LONGEST_CELL);
    let wide = repacked(&shared(&[&text]), |name, part| match name {
        "xl/worksheets/sheet1.xml" => {
            let shared = part.split("r=\"B2\"").nth(1).unwrap();
            let text = shared.split("<v>").nth(1).unwrap();
            let cell = format!("<c t=\"s\"><v>{}</v></c>", text.split('<').next().unwrap());
            let end = part.find("</row>").unwrap();
            format!("{}{}{}", &part[..end], cell.repeat(3), &part[end..])
        }
        _ => part,
    });
    assert_eq!(refusal(wide), "too_large");
}

#[test]
fn a_workbook_has_no_more_sheets_than_anybody_needs_and_each_name_once() {
    let book = |sheets: String| {
        repacked(&shared(&["x"]), |name, part| match name {
            "xl/workbook.xml" => {
                let at = part.find("<sheet ").unwrap();
                format!("{}{sheets}{}", &part[..at], &part[at..])
            }
            _ => part,
        })
    };
    let sheet = |at: usize| format!("<sheet name=\"s{at}\" sheetId=\"{at}\" r:id=\"rId1\"/>");
    assert!(open(book((2..257).map(sheet).collect())).is_ok());
    assert_eq!(refusal(book((2..258).map(sheet).collect())), "too_large");
    let prefixed = (2..258).map(|at| sheet(at).replace("<sheet ", "<x:sheet\n"));
    assert_eq!(refusal(book(prefixed.collect())), "too_large");
    // Hours, if each were compared with all others: the runner ends a test that takes that long.
    assert_eq!(
        refusal(book((2..200_000).map(sheet).collect())),
        "too_large"
    );
    assert_eq!(refusal(book(sheet(7) + &sheet(7))), "duplicate_key");
}

#[test]
fn a_csv_row_has_no_more_cells_and_bytes_than_any_table_needs() {
    let commas = ",".repeat(2_000_000);
    for text in [
        format!("slug,name{commas}\na,A\n"),
        format!("slug,name\na,A{commas}\n"),
        format!("slug,name\na,A{}", ",".repeat(999)),
    ] {
        assert_eq!(refusal(text.into_bytes()), "wrong_width");
    }
    let most = format!("slug,name{}\na,A{}\n", ",".repeat(998), ",".repeat(998));
    assert_eq!(read(most).unwrap().len(), 1);
    let long = "x".repeat(5 << 20);
    for text in [
        format!("slug,name,{long}\na,A\n"),
        format!("slug,name\na,{long}\nb,B\n"),
        format!("slug,name\na,\"{long}"),
    ] {
        assert_eq!(refusal(text.into_bytes()), "too_large");
    }
    let long = "x".repeat(3 << 20);
    assert_eq!(
        refusal(format!("slug,name\na,{long}\nb,B\n").into_bytes()),
        "too_long"
    );
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
