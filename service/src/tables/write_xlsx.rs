//! Writing a workbook.
//!
//! The same rows give the same bytes: no moment and no place goes into the file.

use std::io::Write;

use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};
use transfer_decision::span::{Day, day};

use super::{
    Kind, Sheet, WriteError,
    cell::Cell,
    text::harmless,
    write::{Rows, cells, numbered},
};

/// The first day from which on spreadsheets agree with the calendar: to them 1900 was a leap year.
const FIRST_DATE: Day = day(1900, 3, 1);

/// Writes a sheet for each table. Rows go to a temporary file, not to memory.
pub(super) fn write<'r>(
    out: impl Write + Send,
    tables: impl IntoIterator<Item = (Sheet, Rows<'r>)>,
) -> Result<(), WriteError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let formats = Formats::new();
    for (sheet, rows) in tables {
        let worksheet = workbook.add_worksheet_with_constant_memory()?;
        worksheet.set_name(sheet.name)?;
        header(worksheet, sheet, &formats)?;
        for (row, value) in numbered(sheet, rows) {
            let row = row?;
            for (column, cell) in (0..).zip(cells(sheet, row, &value)?) {
                if let Some(cell) = cell {
                    write_cell(worksheet, (row - 1, column), cell, &formats)?;
                }
            }
        }
    }
    workbook.save_to_writer(out)?;
    Ok(())
}

struct Formats {
    header: Format,
    text: Format,
    day: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            header: Format::new().set_bold(),
            // As text also when somebody edits the cell: no number, no date, no formula.
            text: Format::new()
                .set_num_format("@")
                .set_align(FormatAlign::Top),
            day: Format::new()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Top),
        }
    }
}

/// The columns' names, which stay in sight, and how wide and of what format the columns are.
fn header(worksheet: &mut Worksheet, sheet: Sheet, formats: &Formats) -> Result<(), XlsxError> {
    worksheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0 as ColNum..).zip(sheet.columns) {
        let (width, format) = match column.kind {
            Kind::Text | Kind::Json => (40, Some(&formats.text)),
            Kind::Code | Kind::List | Kind::Flags => (24, Some(&formats.text)),
            Kind::Day => (12, Some(&formats.day)),
            Kind::Bool | Kind::Integer => (10, None),
        };
        worksheet.set_column_width(at, width)?;
        if let Some(format) = format {
            worksheet.set_column_format(at, format)?;
        }
        worksheet.write_string_with_format(0, at, column.name, &formats.header)?;
    }
    Ok(())
}

fn write_cell(
    worksheet: &mut Worksheet,
    (row, column): (u32, ColNum),
    cell: Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => {
            let text = harmless(&text);
            worksheet.write_string_with_format(row, column, text, &formats.text)?;
        }
        Cell::Number(number) => {
            worksheet.write_number(row, column, number)?;
        }
        Cell::Bool(truth) => {
            worksheet.write_boolean(row, column, truth)?;
        }
        Cell::Day(day) if day >= FIRST_DATE => {
            let date = ExcelDateTime::parse_from_str(&day.to_string())?;
            worksheet.write_datetime_with_format(row, column, &date, &formats.day)?;
        }
        Cell::Day(day) => {
            worksheet.write_string_with_format(row, column, day.to_string(), &formats.text)?;
        }
    }
    Ok(())
}
