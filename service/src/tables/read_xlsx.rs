//! Reading a workbook, row by row.
//!
//! Cells are taken one after the other and never as a rectangle: two cells in opposite corners of a
//! sheet would make one of seventeen thousand million.

use std::{
    borrow::Cow,
    collections::HashSet,
    io::{Seek, SeekFrom},
    sync::Arc,
};

use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxCellReader, XlsxError};

use super::{
    Fault, FaultCode, Faults, LONGEST_HEADER, Sheet,
    cell::Raw,
    fault::shortened,
    file::{Content, unreadable},
    guard::unwound,
    package::{self, MOST_SHEETS, too_many_sheets},
    records::{Layout, Step},
};

/// The columns that a spreadsheet has.
const MOST_COLUMNS: u32 = 16_384;

/// A workbook, opened.
pub(super) struct Workbook {
    inner: Xlsx<Content>,
    sheets: Vec<String>,
}

impl Workbook {
    /// Opens a workbook.
    ///
    /// # Errors
    /// That it is damaged, too large inside, or none.
    pub(super) fn open(mut content: Content) -> Result<Self, Fault> {
        package::inspect(&mut content)?;
        content
            .seek(SeekFrom::Start(0))
            .map_err(|e| unreadable(&e))?;
        let inner = guarded(|| Xlsx::new(content))?;
        let metadata = inner.sheets_metadata();
        // Its list may have been written so that it was not known as one.
        if metadata.len() > MOST_SHEETS {
            return Err(too_many_sheets());
        }
        let mut names = HashSet::new();
        if let Some(sheet) = metadata.iter().find(|sheet| !names.insert(&sheet.name)) {
            let message = "stands more than once in the workbook";
            return Err(Fault::of_file(FaultCode::DuplicateKey, message).in_sheet(&sheet.name));
        }
        let sheets = metadata
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| sheet.name.clone())
            .collect();
        Ok(Self { inner, sheets })
    }

    /// The sheets' names in their order.
    pub(super) fn sheets(&self) -> Vec<String> {
        self.sheets.clone()
    }

    /// The rows of a resource and their sheet's name: of the sheet of its name, or of the only one.
    ///
    /// # Errors
    /// That there is no such sheet, or all that is wrong with its header.
    pub(super) fn rows(&mut self, sheet: Sheet) -> Result<(SheetRows<'_>, &str), Faults> {
        let name = match self.sheets.as_slice() {
            [only] => only,
            several => several
                .iter()
                .find(|name| *name == sheet.name)
                .ok_or_else(|| {
                    let message = format!("the workbook has no sheet {}", sheet.name);
                    Fault::of_file(FaultCode::MissingSheet, message)
                })?,
        };
        let inner = &mut self.inner;
        let cells = guarded(|| inner.worksheet_cells_reader(name))?;
        match SheetRows::begin(cells, sheet) {
            Ok(rows) => Ok((rows, name)),
            Err(faults) => {
                let mut named = Faults::default();
                named.extend(
                    faults
                        .listed()
                        .iter()
                        .map(|fault| fault.clone().in_sheet(name)),
                );
                Err(named)
            }
        }
    }
}

/// Runs the reader of workbooks; what goes wrong is the workbook's fault.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Fault> {
    let why = match unwound(read) {
        Ok(Ok(read)) => return Ok(read),
        Ok(Err(error)) => shortened(&error.to_string()),
        Err(_) => "a number in it is out of range".to_owned(),
    };
    let message = format!("the workbook is damaged: {why}");
    Err(Fault::of_file(FaultCode::UnreadableFile, message))
}

/// One cell that holds something, and where: row and column, from zero.
struct Placed<'f> {
    row: u32,
    column: u32,
    raw: Raw<'f>,
}

/// A row's number as a spreadsheet shows it, and its cells that hold something by their position.
type SheetRow<'f> = (u32, Vec<(usize, Raw<'f>)>);

/// The rows of one sheet.
pub(super) struct SheetRows<'f> {
    cells: XlsxCellReader<'f, Content>,
    ahead: Option<Placed<'f>>,
    /// The place of the last cell that held something.
    last: Option<(u32, u32)>,
    layout: Arc<Layout>,
}

impl<'f> SheetRows<'f> {
    fn begin(cells: XlsxCellReader<'f, Content>, sheet: Sheet) -> Result<Self, Faults> {
        let mut rows = Self {
            cells,
            ahead: None,
            last: None,
            layout: Layout::without_columns(sheet),
        };
        rows.ahead = rows.cell()?;
        let mut header = Vec::new();
        if rows.ahead.as_ref().is_some_and(|first| first.row == 0) {
            let cells = rows.row()?.map(|(_, cells)| cells).unwrap_or_default();
            // Many cells may share one long text.
            let length: usize = cells.iter().map(|(_, raw)| text_of(raw)).sum();
            if length > LONGEST_HEADER {
                let message = format!("the row is longer than {} KiB", LONGEST_HEADER >> 10);
                return Err(Fault::of_file(FaultCode::TooLarge, message)
                    .in_row(1)
                    .into());
            }
            for (position, raw) in cells {
                if header.len() <= position {
                    header.resize(position + 1, String::new());
                }
                if let (Raw::Text(name), Some(place)) = (raw, header.get_mut(position)) {
                    *place = name.into_owned();
                }
            }
        }
        if header.is_empty() {
            let message = "row 1 must hold the columns' names";
            return Err(Fault::of_file(FaultCode::MissingHeader, message).into());
        }
        rows.layout = Layout::of_header(sheet, &header)?;
        Ok(rows)
    }

    /// The next row, read.
    pub(super) fn step(&mut self) -> Step {
        let Some((row, cells)) = self.row()? else {
            return Ok(None);
        };
        let text = cells.iter().map(|(_, raw)| text_of(raw)).sum();
        Ok(Some((row, text, self.layout.record(row, cells))))
    }

    /// The next row that holds anything.
    fn row(&mut self) -> Result<Option<SheetRow<'f>>, Fault> {
        let Some(first) = self.ahead.take() else {
            return Ok(None);
        };
        let row = first.row;
        let mut cells = vec![placed(first)];
        loop {
            match self.cell()? {
                Some(cell) if cell.row == row => cells.push(placed(cell)),
                ahead => {
                    self.ahead = ahead;
                    return Ok(Some((shown(row), cells)));
                }
            }
        }
    }

    /// The next cell that holds anything.
    fn cell(&mut self) -> Result<Option<Placed<'f>>, Fault> {
        loop {
            let Some(cell) = guarded(|| self.cells.next_cell())? else {
                return Ok(None);
            };
            let (row, column) = cell.get_position();
            let raw = raw(&cell);
            // Formats reach further down than content; only content is held against the limits.
            if raw == Raw::Empty {
                continue;
            }
            if column >= MOST_COLUMNS {
                let message =
                    "the workbook is damaged: the row has more cells than a sheet has columns";
                return Err(Fault::of_file(FaultCode::WrongWidth, message).in_row(shown(row)));
            }
            // One of two in the same place would be lost.
            if self.last.is_some_and(|last| (row, column) <= last) {
                let message =
                    "the workbook is damaged: a cell stands twice, or before one that it follows";
                let fault = Fault::of_file(FaultCode::MisplacedRow, message).in_row(shown(row));
                return Err(fault.in_column(None, usize::try_from(column).ok()));
            }
            self.last = Some((row, column));
            return Ok(Some(Placed { row, column, raw }));
        }
    }
}

/// A row's number as a spreadsheet shows it.
fn shown(row: u32) -> u32 {
    row.saturating_add(1)
}

fn placed(cell: Placed<'_>) -> (usize, Raw<'_>) {
    (usize::try_from(cell.column).unwrap_or(usize::MAX), cell.raw)
}

fn text_of(raw: &Raw<'_>) -> usize {
    match raw {
        Raw::Text(text) => text.len(),
        _ => 0,
    }
}

fn raw<'f>(cell: &Cell<DataRef<'f>>) -> Raw<'f> {
    match cell.get_value() {
        DataRef::Empty | DataRef::SharedString("") => Raw::Empty,
        DataRef::SharedString(text) => Raw::Text(Cow::Borrowed(text)),
        DataRef::String(text) if text.is_empty() => Raw::Empty,
        DataRef::String(text) => Raw::Text(Cow::Owned(text.clone())),
        DataRef::Int(number) => Raw::Text(Cow::Owned(number.to_string())),
        DataRef::Float(number) => Raw::Number(*number),
        DataRef::Bool(truth) => Raw::Bool(*truth),
        DataRef::DateTime(moment) => day_of(*moment),
        DataRef::DateTimeIso(moment) => iso_day(moment),
        DataRef::DurationIso(_) => not_a_day(),
        DataRef::Error(error) => Raw::Unreadable(
            FaultCode::BadValue,
            format!("holds a formula that failed ({error})"),
        ),
    }
}

fn not_a_day() -> Raw<'static> {
    let message = "holds a time; a day without a time is needed";
    Raw::Unreadable(FaultCode::BadDay, message.to_owned())
}

/// A date cell's day.
fn day_of(moment: ExcelDateTime) -> Raw<'static> {
    match moment.to_ymd_hms_milli() {
        (year, month, day, 0, 0, 0, 0) if moment.is_datetime() => {
            Raw::Day(format!("{year:04}-{month:02}-{day:02}"))
        }
        _ => not_a_day(),
    }
}

/// The day of a date cell that is kept as text.
fn iso_day(moment: &str) -> Raw<'static> {
    let (day, time) = moment.split_once('T').unwrap_or((moment, ""));
    let midnight = time
        .trim_end_matches('Z')
        .bytes()
        .all(|byte| matches!(byte, b'0' | b':' | b'.'));
    if midnight {
        Raw::Day(day.to_owned())
    } else {
        not_a_day()
    }
}
