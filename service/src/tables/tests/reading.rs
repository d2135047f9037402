//! What is taken, and what is wrong with the rest, by its cell.

use rust_xlsxwriter::{ExcelDateTime, Format as Look, Formula, Workbook};

use super::*;

/// The faults of a CSV file that has the two columns that must be there.
fn faults_of(row: &str) -> Vec<(u32, String, String, &'static str)> {
    faults(format!(
        "slug,name,since,listed,rank,codes,attributes,locations\n{row}\n"
    ))
}

fn fault(
    row: u32,
    column: &str,
    letters: &str,
    code: &'static str,
) -> (u32, String, String, &'static str) {
    (row, column.to_owned(), letters.to_owned(), code)
}

/// A workbook of one sheet, as somebody makes it by hand.
fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.save_to_buffer().unwrap()
}

fn columns(sheet: &mut rust_xlsxwriter::Worksheet, names: &[&str]) {
    for (at, name) in (0..).zip(names) {
        sheet.write_string(0, at, *name).unwrap();
    }
}

#[test]
fn unknown_missing_and_doubled_columns_are_named_all_at_once() {
    let found = faults("slug,nmae,slug,rank\nacme,Acme,x,1\n");
    assert_eq!(
        found,
        [
            fault(1, "nmae", "B", "unknown_column"),
            fault(1, "slug", "C", "repeated_column"),
            fault(1, "name", "", "missing_column"),
        ]
    );
    let made = workbook(|sheet| columns(sheet, &["slug", "nmae"]));
    let faults = read(made).unwrap_err();
    assert_eq!(
        faults.listed()[0].to_string(),
        "sheet Sheet1 row 1 column nmae (B): nmae is not a column of vendors"
    );
    assert_eq!(faults.listed()[1].code, "missing_column");
}

#[test]
fn each_wrong_cell_is_named_by_row_column_and_letters() {
    for (row, expected) in [
        ("a,A,2024-02-30,,,,,", fault(2, "since", "C", "bad_day")),
        ("a,A,31.12.2024,,,,,", fault(2, "since", "C", "bad_day")),
        ("a,A,,yes,,,,", fault(2, "listed", "D", "wrong_type")),
        ("a,A,,,1.5,,,", fault(2, "rank", "E", "wrong_type")),
        ("a,A,,,,x;;y,,", fault(2, "codes", "F", "malformed_list")),
        ("a,A,,,,x\\y,,", fault(2, "codes", "F", "malformed_list")),
        (
            "a,A,,,,,big,",
            fault(2, "attributes", "G", "malformed_list"),
        ),
        (
            "a,A,,,,,big=true; big=false,",
            fault(2, "attributes", "G", "duplicate_key"),
        ),
        ("a,A,,,,,,[", fault(2, "locations", "H", "malformed_json")),
        (
            "a,A,,,,,,\"{\"\"x\"\":1,\"\"x\"\":2}\"",
            fault(2, "locations", "H", "duplicate_key"),
        ),
        ("',A,,,,,,", fault(2, "slug", "A", "bad_value")),
        ("a,A,,,,,", fault(2, "", "", "wrong_width")),
        ("a,A,,,,,,,x", fault(2, "", "I", "unknown_column")),
    ] {
        assert_eq!(faults_of(row), [expected], "{row}");
    }
    let several = faults_of("a,A,never,yes,,,,\nb,B,,,,,,\nc,C,,,x,,,");
    let codes: Vec<_> = several.iter().map(|found| (found.0, found.3)).collect();
    assert_eq!(
        codes,
        [(2, "bad_day"), (2, "wrong_type"), (4, "wrong_type")]
    );
    let long = "x".repeat(LONGEST_CELL + 1);
    assert_eq!(
        faults_of(&format!("a,{long},,,,,,")),
        [fault(2, "name", "B", "too_long")]
    );
    let fits = format!("slug,name\na,{}\n", "😀".repeat(LONGEST_CELL / 2));
    assert!(read(fits).is_ok());
}

#[test]
fn faults_are_listed_up_to_a_hundred_and_counted_beyond() {
    let rows: String = (0..250).map(|_| "a,A,never\n").collect();
    let faults = read(format!("slug,name,since\n{rows}")).unwrap_err();
    assert_eq!((faults.listed().len(), faults.further()), (100, 150));
}

#[test]
fn rows_are_counted_as_a_spreadsheet_shows_them() {
    for end in ["\n", "\r\n"] {
        let lines = [
            "slug,name",
            "a,A",
            "",
            "b,\"two",
            "lines\"",
            ",",
            "",
            "",
            "c,C",
            "",
        ];
        for text in [lines.join(end), lines[..9].join(end)] {
            let records = read(text).unwrap();
            let rows: Vec<u32> = records.iter().map(|record| record.row).collect();
            assert_eq!(rows, [2, 4, 8], "{end:?}");
        }
    }
    let made = workbook(|sheet| {
        columns(sheet, &["slug", "name"]);
        for row in [3, 9] {
            sheet.write_string(row, 0, "a").unwrap();
        }
    });
    let rows: Vec<u32> = read(made)
        .unwrap()
        .iter()
        .map(|record| record.row)
        .collect();
    assert_eq!(rows, [4, 10]);
}

#[test]
fn separators_marks_and_nameless_columns_are_taken_as_spreadsheets_write_them() {
    for text in [
        "\u{feff}slug,name\na,A\n",
        "slug;name\r\na;A\r\n",
        "\"slug\";\"name\"\r\na;A",
        " slug ,name,,\na,A,,\n",
        "name,slug\rA,a\r",
    ] {
        let read = values(read(text).unwrap());
        assert_eq!(read, [json!({ "slug": "a", "name": "A" })], "{text:?}");
    }
    assert_eq!(
        faults("slug,name,\na,A,x\n"),
        [fault(2, "", "C", "unknown_column")]
    );
}

#[test]
fn text_that_is_no_whole_utf8_csv_is_refused() {
    for (bytes, code) in [
        (b"".as_slice(), "empty_file"),
        (b"\nslug,name\na,A\n", "missing_header"),
        (b"slug,name\na,\"A\n", "unclosed_quote"),
        (b"slug,name\na,\"A", "unclosed_quote"),
        (b"slug,name\na,A\"\"\"\n", "unclosed_quote"),
        (b"slug,\"name\na,A\n", "unclosed_quote"),
        (b"slug,name\na,M\xFCller\n", "not_utf8"),
        (b"sl\xFCg,name\n", "not_utf8"),
        (b"\xFF\xFEs\0l\0u\0g\0", "not_utf8"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "unreadable_file"),
    ] {
        let found = read(bytes).unwrap_err();
        assert_eq!(found.listed()[0].code, code, "{bytes:?}");
    }
}

#[test]
fn a_workbooks_own_dates_numbers_and_truths_are_taken_as_well_as_text() {
    let made = workbook(|sheet| {
        columns(
            sheet,
            &[
                "slug",
                "name",
                "since",
                "listed",
                "rank",
                "codes",
                "locations",
            ],
        );
        let date = Look::new().set_num_format("dd.mm.yyyy");
        let day = ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
        sheet.write_number(1, 0, 42).unwrap();
        sheet.write_number(1, 1, 4.5).unwrap();
        sheet.write_datetime_with_format(1, 2, &day, &date).unwrap();
        sheet.write_boolean(1, 3, false).unwrap();
        sheet.write_number(1, 4, 7).unwrap();
        sheet.write_number(1, 5, 9).unwrap();
        sheet.write_number(1, 6, -1).unwrap();
        sheet.write_string(2, 0, "b").unwrap();
        sheet
            .write_formula(2, 1, Formula::new("=\"B\"").set_result("B"))
            .unwrap();
        sheet.write_string(2, 2, "2024-03-01").unwrap();
        sheet.write_string(2, 3, "TRUE").unwrap();
        sheet.write_string(2, 4, "-8").unwrap();
        sheet.write_datetime_with_format(3, 1, &day, &date).unwrap();
    });
    assert_eq!(
        values(read(made).unwrap()),
        [
            json!({ "slug": "42", "name": "4.5", "since": "2024-02-29", "listed": false,
                "rank": 7, "codes": ["9"], "locations": -1 }),
            json!({ "slug": "b", "name": "B", "since": "2024-03-01", "listed": true, "rank": -8 }),
            json!({ "name": "2024-02-29" }),
        ]
    );
}

#[test]
fn a_workbooks_wrong_cells_are_named_by_their_letters() {
    let made = workbook(|sheet| {
        columns(sheet, &["slug", "name", "since", "rank"]);
        let moment = Look::new().set_num_format("yyyy-mm-dd hh:mm");
        let noon = ExcelDateTime::parse_from_str("2024-02-29T12:00:00").unwrap();
        sheet
            .write_datetime_with_format(1, 2, &noon, &moment)
            .unwrap();
        sheet.write_number(2, 2, 45_351).unwrap();
        sheet.write_number(3, 3, 1.5).unwrap();
        sheet
            .write_formula(4, 1, Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
        sheet.write_string(5, 27, "beyond").unwrap();
    });
    assert_eq!(
        faults(made),
        [
            fault(2, "since", "C", "bad_day"),
            fault(3, "since", "C", "bad_day"),
            fault(4, "rank", "D", "wrong_type"),
            fault(5, "name", "B", "bad_value"),
            fault(6, "", "AB", "unknown_column"),
        ]
    );
    let late = workbook(|sheet| {
        sheet.write_string(1, 0, "slug").unwrap();
    });
    assert_eq!(faults(late), [fault(0, "", "", "missing_header")]);
}

#[test]
fn json_is_read_item_by_item_and_its_wrong_items_are_named() {
    let good = r#" [ {"slug": "a"} , {"slug": "b", "none": null} ] "#;
    let read_back = read(good).unwrap();
    assert_eq!(
        read_back
            .iter()
            .map(|record| record.row)
            .collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(read_back[1].value, json!({ "slug": "b", "none": null }));
    assert!(read("[]").unwrap().is_empty());
    assert!(read("{\"vendors\": []}").unwrap().is_empty());

    let items = "[{\"a\": 1},\n 7, {\"x\": 1,\n \"x\": 2}, [], {\"b\": 1}]";
    let faults = read(items).unwrap_err();
    let found: Vec<_> = faults
        .listed()
        .iter()
        .map(|fault| (fault.row, fault.code))
        .collect();
    assert_eq!(
        found,
        [
            (Some(2), "wrong_type"),
            (Some(3), "duplicate_key"),
            (Some(4), "wrong_type")
        ]
    );
    let doubled = &faults.listed()[1].message;
    assert_eq!(
        doubled,
        "names a field more than once: x (line 3, column 4)"
    );
}

#[test]
fn what_is_no_json_is_refused_by_its_line() {
    for text in [
        "[",
        "[{}",
        "[{},",
        "[{},]",
        "[{} {}]",
        "[,{}]",
        "[{}] x",
        "{",
        "{\"vendors\"}",
        "{\"vendors\": []",
        "{\"vendors\": [},",
        "{\"vendors\": []} x",
        "{\"vendors\": [],}",
        "[{\"a\": tru}]",
    ] {
        let faults = read(text).unwrap_err();
        assert_eq!(faults.listed()[0].code, "malformed_json", "{text}");
    }
    let late = read("[{},\n{},\n{\"a\": tru}]").unwrap_err();
    assert_eq!(
        late.listed()[0].to_string(),
        "row 3: is no valid JSON (line 3, column 10)"
    );
    let wrong = read("{\"vendors\": {}}").unwrap_err();
    assert_eq!(wrong.listed()[0].code, "wrong_type");
    let twice = read("{\"vendors\": [], \"vendors\": []}").unwrap_err();
    assert_eq!(twice.listed()[0].code, "duplicate_key");
}

#[test]
fn a_place_in_a_rows_value_leads_back_to_its_cell() {
    let text = "slug,name,locations,steps/first\na,A,[{}],x\n";
    let records = read(text).unwrap();
    for (pointer, column, letters) in [
        ("/slug", "slug", Some("A")),
        ("/locations/0/place", "locations", Some("C")),
        ("/steps/first", "steps/first", Some("D")),
        ("/steps", "steps/first", Some("D")),
        ("/rank", "rank", None),
        ("/nothing", "nothing", None),
    ] {
        let fault = records[0].fault(pointer, "some_code", "is wrong");
        assert_eq!(fault.row, Some(2));
        assert_eq!(fault.column.as_deref(), Some(column), "{pointer}");
        assert_eq!(fault.letters.as_deref(), letters, "{pointer}");
    }
}

#[test]
fn what_the_caller_says_decides_between_csv_and_json_only() {
    let open = |bytes: &[u8], said| TableFile::open(Source::Bytes(bytes.to_vec()), said);
    let name = |name| Format::of_name(std::path::Path::new(name));
    assert_eq!(name("a.CSV"), Some(Format::Csv));
    assert_eq!(name("a.xlsx"), Some(Format::Xlsx));
    assert_eq!(name("a.b"), None);
    assert_eq!(
        open(b"[x],y\n", Some(Format::Csv)).unwrap().format(),
        Format::Csv
    );
    assert_eq!(
        open(b"a,b\n", Some(Format::Json)).err().unwrap().code,
        "wrong_type"
    );
    assert_eq!(
        open(b"a,b\n", Some(Format::Xlsx)).err().unwrap().code,
        "unreadable_file"
    );
    let workbook = written(Format::Xlsx, &[vendor()]);
    assert_eq!(
        open(&workbook, Some(Format::Csv)).unwrap().format(),
        Format::Xlsx
    );
}
