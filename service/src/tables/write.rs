//! Writing table files.

use std::{
    cell::RefCell,
    io::{self, BufWriter, Write},
};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap, SerializeSeq},
};
use serde_json::{Map, Value};

use super::{
    Format, LONGEST_CELL, MOST_ROWS, Sheet,
    cell::{self, Cell, too_long},
    file::BYTE_ORDER_MARK,
    text::harmless,
    write_xlsx,
};

/// A table's rows on their way out: objects in the resource's input form.
pub(crate) type Rows<'r> = Box<dyn Iterator<Item = Value> + 'r>;

/// Why a file was not written. What was written of it by then is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// A field has no column, so that it would be lost.
    #[error("{sheet} row {row}: no column holds {pointer}")]
    NoColumn {
        /// The table.
        sheet: &'static str,
        /// The row as a spreadsheet shows it.
        row: u32,
        /// The field's place in the object.
        pointer: String,
    },
    /// A value that its column cannot hold so that it is read back the same.
    #[error("{sheet} row {row}: the column {column} cannot hold its value")]
    Unfit {
        /// The table.
        sheet: &'static str,
        /// The row as a spreadsheet shows it.
        row: u32,
        /// The column.
        column: &'static str,
    },
    /// A longer cell than spreadsheets take.
    #[error(
        "{sheet} row {row}: the column {column} would hold more than {LONGEST_CELL} characters; JSON can"
    )]
    TooLong {
        /// The table.
        sheet: &'static str,
        /// The row as a spreadsheet shows it.
        row: u32,
        /// The column.
        column: &'static str,
    },
    /// A row without any cell, which would not be read back.
    #[error("{sheet} row {row}: nothing of it would stand in any column")]
    Blank {
        /// The table.
        sheet: &'static str,
        /// The row as a spreadsheet shows it.
        row: u32,
    },
    /// More rows than a table takes.
    #[error("{sheet}: a table takes up to {MOST_ROWS} rows")]
    TooManyRows {
        /// The table.
        sheet: &'static str,
    },
    /// A CSV file holds one table.
    #[error("a CSV file holds one table")]
    SeveralTables,
    /// The file could not be written.
    #[error("the file could not be written")]
    Io(#[from] io::Error),
    /// The workbook could not be written.
    #[error("the workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The JSON could not be written.
    #[error("the file could not be written")]
    Json(#[from] serde_json::Error),
}

/// Writes one table: as JSON an array.
///
/// # Errors
/// That a row does not fit the table, or writing failed.
pub(crate) fn write_table<'r>(
    format: Format,
    out: impl Write + Send,
    sheet: &Sheet,
    rows: impl Iterator<Item = Value> + 'r,
) -> Result<(), WriteError> {
    match format {
        Format::Csv => write_csv(out, *sheet, rows),
        Format::Xlsx => write_xlsx::write(out, [(*sheet, Box::new(rows) as Rows<'r>)]),
        Format::Json => write_json(out, &Array::of(rows)),
    }
}

/// Writes several tables: as XLSX a sheet for each, as JSON an object with an array for each.
///
/// # Errors
/// That a row does not fit its table, that the format is CSV, or that writing failed.
pub(crate) fn write_tables<'r>(
    format: Format,
    out: impl Write + Send,
    tables: impl IntoIterator<Item = (Sheet, Rows<'r>)>,
) -> Result<(), WriteError> {
    match format {
        Format::Csv => Err(WriteError::SeveralTables),
        Format::Xlsx => write_xlsx::write(out, tables),
        Format::Json => {
            let tables = RefCell::new(Some(tables.into_iter()));
            write_json(out, &Object(tables))
        }
    }
}

/// Writes a CSV file: UTF-8 with the mark by which spreadsheets know it, commas, and CRLF.
fn write_csv(
    mut out: impl Write,
    sheet: Sheet,
    rows: impl Iterator<Item = Value>,
) -> Result<(), WriteError> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(out);
    let io = |error: csv::Error| WriteError::Io(error.into());
    writer
        .write_record(sheet.columns.iter().map(|column| column.name))
        .map_err(io)?;
    for (row, value) in numbered(sheet, rows) {
        let cells = cells(sheet, row?, &value)?;
        let fields = cells
            .into_iter()
            .map(|cell| cell.map(written).unwrap_or_default());
        writer.write_record(fields).map_err(io)?;
    }
    writer.flush()?;
    Ok(())
}

/// A cell as a CSV file holds it.
fn written(cell: Cell) -> String {
    harmless(&text_of_cell(cell)).into_owned()
}

/// A cell as a reader sees it.
pub(super) fn text_of_cell(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => text,
        Cell::Number(number) => number.to_string(),
        Cell::Bool(truth) => truth.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}

/// The rows with the numbers that a spreadsheet shows, up to the last that a table takes.
pub(super) fn numbered(
    sheet: Sheet,
    rows: impl Iterator<Item = Value>,
) -> impl Iterator<Item = (Result<u32, WriteError>, Value)> {
    let numbers = (2..=MOST_ROWS.saturating_add(1)).map(Ok);
    let sheet = sheet.name;
    let beyond = std::iter::once_with(move || Err(WriteError::TooManyRows { sheet }));
    numbers.chain(beyond).zip(rows)
}

/// A row's cells, in the order of the columns.
///
/// # Errors
/// That the row would not be read back as it is.
pub(super) fn cells(
    sheet: Sheet,
    row: u32,
    value: &Value,
) -> Result<Vec<Option<Cell>>, WriteError> {
    let name = sheet.name;
    let fields = value.as_object();
    if let Some(pointer) = fields.and_then(|fields| without_column(sheet, "", fields)) {
        let sheet = name;
        return Err(WriteError::NoColumn {
            sheet,
            row,
            pointer,
        });
    }
    let cells = sheet
        .columns
        .iter()
        .map(|column| {
            let Some(value) = column.at(value) else {
                return Ok(None);
            };
            let (sheet, column, kind) = (name, column.name, column.kind);
            let Some(cell) = cell::write(kind, value) else {
                return Err(WriteError::Unfit { sheet, row, column });
            };
            match &cell {
                Cell::Text(text) if too_long(&harmless(text)) => {
                    Err(WriteError::TooLong { sheet, row, column })
                }
                _ => Ok(Some(cell)),
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    if cells.iter().all(Option::is_none) {
        let sheet = name;
        return Err(WriteError::Blank { sheet, row });
    }
    Ok(cells)
}

/// The place of the first field that has a value and no column.
fn without_column(sheet: Sheet, around: &str, fields: &Map<String, Value>) -> Option<String> {
    fields.iter().find_map(|(name, value)| {
        if value.is_null() {
            return None;
        }
        let place = format!("{around}{name}");
        // A slash in a field's name is none between two.
        if name.contains('/') {
            return Some(format!("/{place}"));
        }
        if sheet.columns.iter().any(|column| column.name == place) {
            return None;
        }
        let inside = format!("{place}/");
        let around_columns = sheet
            .columns
            .iter()
            .any(|column| column.name.starts_with(&inside));
        match value {
            Value::Object(inner) if around_columns => without_column(sheet, &inside, inner),
            _ => Some(format!("/{place}")),
        }
    })
}

fn write_json(out: impl Write, value: &impl Serialize) -> Result<(), WriteError> {
    let mut out = BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

/// Rows that are written one by one.
struct Array<I>(RefCell<Option<I>>);

impl<I> Array<I> {
    fn of(rows: I) -> Self {
        Self(RefCell::new(Some(rows)))
    }
}

impl<I: Iterator<Item = Value>> Serialize for Array<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        for row in taken(&self.0)? {
            array.serialize_element(&row)?;
        }
        array.end()
    }
}

/// Tables that are written one by one.
struct Object<I>(RefCell<Option<I>>);

impl<'r, I: Iterator<Item = (Sheet, Rows<'r>)>> Serialize for Object<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (sheet, rows) in taken(&self.0)? {
            object.serialize_entry(sheet.name, &Array::of(rows))?;
        }
        object.end()
    }
}

/// What can be written once only.
fn taken<T, E: Error>(once: &RefCell<Option<T>>) -> Result<T, E> {
    once.take().ok_or_else(|| E::custom("written already"))
}
