//! The rows of one table, as the input form's objects.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    Fault, FaultCode, Faults, Kind, MOST_ROWS, Sheet,
    cell::{self, Raw},
    fault::shortened,
    read_csv::CsvRows,
    read_json::Items,
    read_xlsx::SheetRows,
};

/// The most text of all cells of a file together, in bytes. A workbook's cells share their texts, so
/// that a small file can name a large one any number of times.
const MOST_TEXT: usize = 256 << 20;

/// One row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The row as a spreadsheet shows it, the header being row 1; in a JSON file the item's place,
    /// counted from 1.
    pub(crate) row: u32,
    /// The resource's input form: always an object, without the fields whose cells are empty.
    pub(crate) value: Value,
    layout: Arc<Layout>,
}

impl Record {
    /// What is wrong with the row, at a JSON pointer into its value.
    pub(crate) fn fault(&self, pointer: &str, code: &'static str, message: &str) -> Fault {
        self.layout.fault(self.row, pointer, code, message)
    }
}

/// Where a table's columns stand in a file.
#[derive(Debug)]
pub(super) struct Layout {
    sheet: Sheet,
    /// For each of the file's columns the resource's.
    columns: Vec<Option<usize>>,
}

impl Layout {
    /// The layout of a file that has no columns: each item is an object already.
    pub(super) fn without_columns(sheet: Sheet) -> Arc<Self> {
        let columns = Vec::new();
        Arc::new(Self { sheet, columns })
    }

    /// Reads the header.
    ///
    /// # Errors
    /// Every column that is unknown, missing or doubled.
    pub(super) fn of_header(sheet: Sheet, header: &[String]) -> Result<Arc<Self>, Faults> {
        let mut columns = Vec::with_capacity(header.len());
        let mut faults = Faults::default();
        for (position, name) in header.iter().map(|name| name.trim()).enumerate() {
            let column = sheet.columns.iter().position(|column| column.name == name);
            let code = match column {
                None if name.is_empty() => None,
                None => Some((FaultCode::UnknownColumn, "is not a column of")),
                Some(_) if columns.contains(&column) => {
                    Some((FaultCode::RepeatedColumn, "stands more than once in"))
                }
                Some(_) => None,
            };
            if let Some((code, message)) = code {
                let message = format!("{} {message} {}", shortened(name), sheet.name);
                let fault = Fault::of_file(code, message).in_row(1);
                faults.push(fault.in_column(Some(name), Some(position)));
            }
            columns.push(column);
        }
        for (at, column) in sheet.columns.iter().enumerate() {
            if !column.optional && !columns.contains(&Some(at)) {
                let message = format!("the column {} is missing", column.name);
                let fault = Fault::of_file(FaultCode::MissingColumn, message).in_row(1);
                faults.push(fault.in_column(Some(column.name), None));
            }
        }
        if faults.is_empty() {
            Ok(Arc::new(Self { sheet, columns }))
        } else {
            Err(faults)
        }
    }

    /// How many cells a row must have at the least: up to the last column with a name.
    pub(super) fn width(&self) -> usize {
        let last = self.columns.iter().rposition(Option::is_some);
        last.map_or(0, |last| last + 1)
    }

    /// What is wrong at a place of a row's value.
    pub(super) fn fault(
        &self,
        row: u32,
        pointer: &str,
        code: &'static str,
        message: &str,
    ) -> Fault {
        let column = self.sheet.column_of(pointer);
        let name = column
            .and_then(|at| self.sheet.columns.get(at))
            .map(|column| column.name)
            .or_else(|| pointer.strip_prefix('/'));
        let position = self
            .columns
            .iter()
            .position(|held| held.is_some() && *held == column);
        // Where in the cell, when it holds more than one value.
        let inside = pointer
            .get(1..)
            .and_then(|place| place.strip_prefix(name.unwrap_or_default()))
            .filter(|inside| !inside.is_empty());
        let fault = Fault {
            code,
            message: inside.map_or_else(
                || message.to_owned(),
                |inside| format!("{message} (at {inside})"),
            ),
            ..Fault::default()
        };
        fault.in_row(row).in_column(name, position)
    }

    /// Reads a row's cells, each with its position; nothing when none holds anything.
    pub(super) fn record<'c>(
        self: &Arc<Self>,
        row: u32,
        cells: impl IntoIterator<Item = (usize, Raw<'c>)>,
    ) -> Option<Result<Record, Vec<Fault>>> {
        let mut fields = Map::new();
        let mut faults = Vec::new();
        let mut blank = true;
        for (position, raw) in cells {
            blank &= raw == Raw::Empty;
            let column = self.columns.get(position).copied().flatten();
            let Some(column) = column.and_then(|at| self.sheet.columns.get(at)) else {
                if raw != Raw::Empty {
                    let message = "holds something in a column without a name";
                    let fault = Fault::of_file(FaultCode::UnknownColumn, message).in_row(row);
                    faults.push(fault.in_column(None, Some(position)));
                }
                continue;
            };
            match cell::read(column.kind, &raw) {
                Ok(Some(value)) => place(&mut fields, column.name, value),
                Ok(None) => {}
                Err((code, message)) => {
                    let fault = Fault::of_file(code, message).in_row(row);
                    faults.push(fault.in_column(Some(column.name), Some(position)));
                }
            }
        }
        if blank {
            return None;
        }
        Some(if faults.is_empty() {
            Ok(self.item(row, Value::Object(fields)))
        } else {
            Err(faults)
        })
    }

    /// Takes the flags that are not set out of a row that is an object already, as a cell has none
    /// of them.
    pub(super) fn unset(&self, value: &mut Value) {
        let columns = self.sheet.columns.iter();
        for column in columns.filter(|column| column.kind == Kind::Flags) {
            if let Some(Value::Object(flags)) = column.at_mut(value) {
                flags.retain(|_, flag| !flag.is_null());
            }
        }
    }

    /// A row that is an object already.
    pub(super) fn item(self: &Arc<Self>, row: u32, value: Value) -> Record {
        let layout = Arc::clone(self);
        Record { row, value, layout }
    }
}

/// Puts a value at its place, making the objects around it.
fn place(fields: &mut Map<String, Value>, name: &str, value: Value) {
    let Some((outer, inner)) = name.split_once('/') else {
        fields.insert(name.to_owned(), value);
        return;
    };
    let around = fields
        .entry(outer)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(around) = around {
        place(around, inner, value);
    }
}

/// The rows of one table in their order; for one that is wrong, all that is wrong with it. When the
/// file cannot be read any further, the last item says so.
pub(crate) struct Records<'f> {
    rows: TableRows<'f>,
    sheet: Option<&'f str>,
    /// How much text the file's other tables had, and this one has so far.
    text: (usize, &'f mut usize),
    ended: bool,
}

/// The rows as each format reads them.
pub(super) enum TableRows<'f> {
    Csv(Box<CsvRows<'f>>),
    Sheet(Box<SheetRows<'f>>),
    Json(Items<'f>),
}

/// One row, or what is wrong with it; nothing for a row without content.
pub(super) type RowRead = Option<Result<Record, Vec<Fault>>>;

/// A row and how much text it was, or why there cannot be a further one.
pub(super) type Step = Result<Option<(u32, usize, RowRead)>, Fault>;

impl<'f> Records<'f> {
    /// The rows of a table, which may have a name in its file.
    pub(super) fn new(
        rows: TableRows<'f>,
        sheet: Option<&'f str>,
        text: (usize, &'f mut usize),
    ) -> Self {
        let ended = false;
        Self {
            rows,
            sheet,
            text,
            ended,
        }
    }

    /// The next row with content.
    fn advance(&mut self) -> Result<Option<Result<Record, Vec<Fault>>>, Fault> {
        loop {
            let step = match &mut self.rows {
                TableRows::Csv(rows) => rows.step(),
                TableRows::Sheet(rows) => rows.step(),
                TableRows::Json(items) => items.step(),
            };
            let Some((row, text, read)) = step? else {
                return Ok(None);
            };
            let header = u32::from(!matches!(self.rows, TableRows::Json(_)));
            if row > MOST_ROWS.saturating_add(header) {
                let message = format!("a table takes up to {MOST_ROWS} rows");
                return Err(Fault::of_file(FaultCode::TooManyRows, message).in_row(row));
            }
            let (others, own) = &mut self.text;
            **own = own.saturating_add(text);
            if others.saturating_add(**own) > MOST_TEXT {
                let message = format!(
                    "the file's cells hold more than {} MiB of text; divide it",
                    MOST_TEXT >> 20
                );
                return Err(Fault::of_file(FaultCode::TooLarge, message).in_row(row));
            }
            if read.is_some() {
                return Ok(read);
            }
        }
    }

    fn named(&self, fault: Fault) -> Fault {
        match self.sheet {
            Some(sheet) => fault.in_sheet(sheet),
            None => fault,
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Vec<Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.advance().unwrap_or_else(|fault| {
            self.ended = true;
            Some(Err(vec![fault]))
        });
        self.ended |= row.is_none();
        row.map(|row| {
            row.map_err(|faults| faults.into_iter().map(|fault| self.named(fault)).collect())
        })
    }
}
