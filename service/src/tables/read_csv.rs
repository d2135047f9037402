//! Reading CSV, row by row.

use std::{
    io::{self, Cursor, Read},
    sync::Arc,
};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::{
    Fault, FaultCode, Faults, Sheet, Source,
    cell::Raw,
    file::{BYTE_ORDER_MARK, unreadable},
    records::{Layout, Step},
};

/// How much of a file is looked at to tell by what its cells are separated.
const HEAD: u64 = 64 << 10;

/// The rows of a CSV file.
pub(super) struct CsvRows<'f> {
    reader: Reader<Watched<'f>>,
    record: ByteRecord,
    layout: Arc<Layout>,
    row: u32,
}

impl<'f> CsvRows<'f> {
    /// Reads the header.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn begin(source: &'f Source, sheet: Sheet) -> Result<Self, Faults> {
        let mut content = source.read()?;
        let mut head = Vec::new();
        content
            .by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(|e| unreadable(&e))?;
        if head.starts_with(BYTE_ORDER_MARK) {
            head.drain(..BYTE_ORDER_MARK.len());
        }
        let blank = head
            .first()
            .is_none_or(|byte| matches!(byte, b'\r' | b'\n'));
        if blank {
            let message = "row 1 must hold the columns' names";
            return Err(Fault::of_file(FaultCode::MissingHeader, message).into());
        }
        let (delimiter, line_end) = punctuation(&head);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Watched {
                content: Box::new(Cursor::new(head).chain(content)),
                line_end,
                last: line_end,
                open: false,
                ended: false,
            });
        let mut record = ByteRecord::new();
        read(&mut reader, &mut record, 1)?;
        let layout = Layout::of_header(sheet, &header(&record)?)?;
        let row = 1;
        Ok(Self {
            reader,
            record,
            layout,
            row,
        })
    }

    /// The next row.
    pub(super) fn step(&mut self) -> Step {
        let before = self.reader.position().line();
        if !read(&mut self.reader, &mut self.record, self.row + 1)? {
            return Ok(None);
        }
        // The parser passes over empty lines, which a spreadsheet shows as rows. A row takes the
        // line end of its own or of the row before, and those inside of its cells.
        let lines = self.reader.position().line() - before;
        let bytes = self.record.as_slice();
        let own = bytes.split(|byte| *byte == b'\n').count();
        let own = u64::try_from(own).unwrap_or(u64::MAX);
        let empty = u32::try_from(lines.saturating_sub(own)).unwrap_or(u32::MAX);
        self.row = self.row.saturating_add(1).saturating_add(empty);

        let blank = self.record.iter().all(<[u8]>::is_empty);
        let read = if blank {
            None
        } else if self.record.len() < self.layout.width() {
            let message = format!(
                "the row has {} cells, and the header {}",
                self.record.len(),
                self.layout.width()
            );
            let fault = Fault::of_file(FaultCode::WrongWidth, message).in_row(self.row);
            Some(Err(vec![fault]))
        } else {
            let cells = self.record.iter().map(raw).enumerate();
            self.layout.record(self.row, cells)
        };
        Ok(Some((self.row, bytes.len(), read)))
    }
}

/// Reads a row into the record; whether there was one.
fn read(
    reader: &mut Reader<Watched<'_>>,
    record: &mut ByteRecord,
    row: u32,
) -> Result<bool, Fault> {
    let found = reader.read_byte_record(record).map_err(|error| {
        let message = format!("the file cannot be read: {error}");
        Fault::of_file(FaultCode::UnreadableFile, message)
    })?;
    if reader.get_ref().is_cut() {
        let message = "a quotation mark opens a cell that is never closed";
        return Err(Fault::of_file(FaultCode::UnclosedQuote, message).in_row(row));
    }
    Ok(found)
}

fn header(record: &ByteRecord) -> Result<Vec<String>, Fault> {
    let name = |(position, name): (usize, &[u8])| {
        String::from_utf8(name.to_vec()).map_err(|_| {
            let fault = Fault::of_file(FaultCode::NotUtf8, NOT_UTF8).in_row(1);
            fault.in_column(None, Some(position))
        })
    };
    record.iter().enumerate().map(name).collect()
}

const NOT_UTF8: &str = "is not UTF-8; save the file as CSV UTF-8";

fn raw(cell: &[u8]) -> Raw<'_> {
    match std::str::from_utf8(cell) {
        Ok("") => Raw::Empty,
        Ok(text) => Raw::Text(text.into()),
        Err(_) => Raw::Unreadable(FaultCode::NotUtf8, NOT_UTF8.to_owned()),
    }
}

/// What separates the header's cells: the more frequent of the two, which no column's name holds.
/// And with what the header's line ends, or begins to end.
fn punctuation(head: &[u8]) -> (u8, u8) {
    let (mut commas, mut semicolons, mut quoted) = (0_usize, 0_usize, false);
    let mut line_end = b'\n';
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => {
                line_end = *byte;
                break;
            }
            b',' if !quoted => commas += 1,
            b';' if !quoted => semicolons += 1,
            _ => {}
        }
    }
    let delimiter = if semicolons > commas { b';' } else { b',' };
    (delimiter, line_end)
}

/// A file's bytes on their way to the parser, which by itself takes a file that ends inside of a
/// quoted cell for a whole one. In a whole one quotation marks come in pairs (RFC 4180).
struct Watched<'f> {
    content: Box<dyn Read + 'f>,
    line_end: u8,
    last: u8,
    open: bool,
    ended: bool,
}

impl Watched<'_> {
    /// Whether the file ended inside of a quoted cell.
    fn is_cut(&self) -> bool {
        self.ended && self.open
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        for byte in read {
            self.open ^= *byte == b'"';
        }
        if let Some(last) = read.last() {
            self.last = *last;
        } else {
            self.ended = true;
            // The last row ends as the others do, so that lines can be counted.
            let whole = matches!(self.last, b'\r' | b'\n');
            if let (false, Some(first)) = (whole, buffer.first_mut()) {
                self.last = self.line_end;
                *first = self.line_end;
                return Ok(1);
            }
        }
        Ok(count)
    }
}
