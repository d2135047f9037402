//! What a written file looks like, and what cannot be written.

use super::*;

fn failure(format: Format, row: Value) -> WriteError {
    write_table(format, Vec::new(), &VENDORS, std::iter::once(row)).unwrap_err()
}

/// One part of a workbook.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut content = String::new();
    let mut part = archive.by_name(name).unwrap();
    part.read_to_string(&mut content).unwrap();
    content
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let rows: Vec<Value> = (0..300)
        .map(|at| {
            let mut row = vendor();
            row["rank"] = json!(at);
            row
        })
        .collect();
    let first = FORMATS.map(|format| written(format, &rows));
    // Long enough for any moment that went into a file to be another one.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for (format, first) in FORMATS.into_iter().zip(first) {
        assert!(first == written(format, &rows), "{format:?}");
    }
}

#[test]
fn a_csv_file_is_what_spreadsheets_know_as_utf8() {
    let text = String::from_utf8(written(Format::Csv, &[vendor()])).unwrap();
    assert_eq!(
        text,
        "\u{feff}slug,name,since,listed,rank,codes,attributes,steps/first,steps/second,locations\r\n\
         acme,Acme,2024-02-29,true,'-3,a; b,big=true; old=false,one,x,\"[{\"\"place\"\":\"\"DE\"\"}]\"\r\n"
    );
}

#[test]
fn json_is_an_array_or_an_object_of_arrays_for_people_to_read() {
    let one = String::from_utf8(written(Format::Json, &[json!({ "slug": "=a" })])).unwrap();
    assert_eq!(one, "[\n  {\n    \"slug\": \"=a\"\n  }\n]\n");
    let mut out = Vec::new();
    let rows: Rows<'_> = Box::new(std::iter::once(json!({ "text": "a" })));
    write_tables(Format::Json, &mut out, [(NOTES, rows)]).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(
        text,
        "{\n  \"notes\": [\n    {\n      \"text\": \"a\"\n    }\n  ]\n}\n"
    );
}

#[test]
fn a_workbooks_header_is_bold_and_stays_and_its_text_is_text() {
    let mut row = vendor();
    row["name"] = json!("=cmd|' /C calc'!A0");
    let workbook = written(Format::Xlsx, &[row]);
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains(r#"<pane ySplit="1" topLeftCell="A2""#),
        "{sheet}"
    );
    assert!(sheet.contains(r#"t="inlineStr"><is><t>'=cmd"#), "{sheet}");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let header = sheet.split("<c r=\"A1\" s=\"").nth(1).unwrap();
    let style: usize = header.split('"').next().unwrap().parse().unwrap();
    let styles = part(&workbook, "xl/styles.xml");
    let formats = styles.split("<cellXfs").nth(1).unwrap();
    let format = formats.split("<xf ").nth(style + 1).unwrap();
    assert!(format.contains("fontId=\"1\""), "{styles}");
    let fonts = styles.split("<font>").nth(2).unwrap();
    assert!(fonts.starts_with("<b/>"), "{styles}");
    assert!(part(&workbook, "xl/workbook.xml").contains("name=\"vendors\""));
}

#[test]
fn a_day_is_a_date_where_spreadsheets_agree_on_it_and_text_where_they_do_not() {
    let day = |day| {
        let workbook = written(Format::Xlsx, &[json!({ "slug": "a", "since": day })]);
        part(&workbook, "xl/worksheets/sheet1.xml")
    };
    assert!(day("1900-02-28").contains("<t>1900-02-28</t>"));
    assert!(day("1900-03-01").contains("<v>61</v>"));
    assert!(day("9999-12-31").contains("<v>2958465</v>"));
}

#[test]
fn what_would_not_be_read_back_the_same_is_not_written() {
    for format in [Format::Csv, Format::Xlsx] {
        for (field, value, column) in [
            ("slug", json!(" a"), "slug"),
            ("slug", json!(""), "slug"),
            ("name", json!(7), "name"),
            ("since", json!("2024-2-1"), "since"),
            ("listed", json!("true"), "listed"),
            ("rank", json!(1.5), "rank"),
            ("codes", json!(["a", 1]), "codes"),
            ("attributes", json!({ "a": 1 }), "attributes"),
            ("steps", json!({ "first": [] }), "steps/first"),
        ] {
            let mut row = vendor();
            row[field] = value;
            match failure(format, row) {
                WriteError::Unfit {
                    row: 2,
                    column: found,
                    ..
                } => assert_eq!(found, column),
                other => panic!("{field}: {other:?}"),
            }
        }
        for (row, place) in [
            (json!({ "slug": "a", "secret": 1 }), "/secret"),
            (
                json!({ "slug": "a", "steps": { "third": "x" } }),
                "/steps/third",
            ),
            (json!({ "slug": "a", "steps": "x" }), "/steps"),
            (json!({ "slug": "a", "steps/first": "x" }), "/steps/first"),
        ] {
            match failure(format, row) {
                WriteError::NoColumn { pointer, .. } => assert_eq!(pointer, place),
                other => panic!("{place}: {other:?}"),
            }
        }
        let blank = failure(format, json!({ "name": null, "steps": {} }));
        assert!(matches!(blank, WriteError::Blank { row: 2, .. }));
        let long = failure(format, json!({ "name": "x".repeat(LONGEST_CELL + 1) }));
        assert!(matches!(long, WriteError::TooLong { column: "name", .. }));
        // With the quote before it, it would be one too long.
        let long = failure(format, json!({ "name": "=".repeat(LONGEST_CELL) }));
        assert!(matches!(long, WriteError::TooLong { column: "name", .. }));
    }
}
