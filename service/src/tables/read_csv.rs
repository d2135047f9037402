//! Reading CSV, row by row.

use std::{
    io::{self, BufRead, BufReader, Cursor, Read},
    iter,
    sync::Arc,
};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{
    Fault, FaultCode, Faults, LONGEST_HEADER, Sheet, Source,
    cell::Raw,
    file::{BYTE_ORDER_MARK, unreadable},
    records::{Layout, Step},
};

/// How much of a file is looked at to tell by what its cells are separated.
const HEAD: u64 = 64 << 10;

/// The longest row in bytes: forty cells of which each is as long as any may be.
const LONGEST_ROW: usize = 4 << 20;

/// The most cells of one row. No table has near as many columns; a spreadsheet may add empty ones.
const MOST_CELLS: usize = 1000;

/// The rows of a CSV file.
pub(super) struct CsvRows<'f> {
    parser: Parser<'f>,
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
        let watched = Watched {
            content: Box::new(Cursor::new(head).chain(content)),
            line_end,
            last: line_end,
            open: false,
            ended: false,
        };
        let mut parser = Parser::new(watched, delimiter);
        parser.advance(1, LONGEST_HEADER)?;
        let layout = Layout::of_header(sheet, &header(parser.cells())?)?;
        let row = 1;
        Ok(Self {
            parser,
            layout,
            row,
        })
    }

    /// The next row.
    pub(super) fn step(&mut self) -> Step {
        let before = self.parser.line();
        if !self.parser.advance(self.row + 1, LONGEST_ROW)? {
            return Ok(None);
        }
        // The parser passes over empty lines, which a spreadsheet shows as rows. A row takes the
        // line end of its own or of the row before, and those inside of its cells.
        let lines = self.parser.line() - before;
        let bytes = self.parser.text();
        let own = bytes.split(|byte| *byte == b'\n').count();
        let own = u64::try_from(own).unwrap_or(u64::MAX);
        let empty = u32::try_from(lines.saturating_sub(own)).unwrap_or(u32::MAX);
        self.row = self.row.saturating_add(1).saturating_add(empty);

        let (blank, count) = (bytes.is_empty(), self.parser.count);
        let read = if blank {
            None
        } else if count < self.layout.width() {
            let message = format!(
                "the row has {count} cells, and the header {}",
                self.layout.width()
            );
            let fault = Fault::of_file(FaultCode::WrongWidth, message).in_row(self.row);
            Some(Err(vec![fault]))
        } else {
            let cells = self.parser.cells().map(raw).enumerate();
            self.layout.record(self.row, cells)
        };
        Ok(Some((self.row, bytes.len(), read)))
    }
}

/// Takes rows apart one after the other, each in as much memory as a row may need and never more.
struct Parser<'f> {
    content: BufReader<Watched<'f>>,
    core: Reader,
    /// The last row's cells without anything between them, and what was left there by earlier rows.
    text: Vec<u8>,
    length: usize,
    /// Where each of the last row's cells ends in its text, and the same.
    ends: Vec<usize>,
    count: usize,
}

impl<'f> Parser<'f> {
    fn new(content: Watched<'f>, delimiter: u8) -> Self {
        Self {
            content: BufReader::new(content),
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 1024],
            length: 0,
            ends: vec![0; MOST_CELLS + 1],
            count: 0,
        }
    }

    /// Goes on to the next row; whether there is one.
    fn advance(&mut self, row: u32, longest: usize) -> Result<bool, Fault> {
        (self.length, self.count) = (0, 0);
        loop {
            let input = self.content.fill_buf().map_err(|e| unreadable(&e))?;
            let text = self.text.get_mut(self.length..).unwrap_or_default();
            let ends = self.ends.get_mut(self.count..).unwrap_or_default();
            let (result, read, written, ended) = self.core.read_record(input, text, ends);
            self.content.consume(read);
            self.length += written;
            self.count += ended;
            if self.count > MOST_CELLS {
                let message = format!("the row has more than {MOST_CELLS} cells");
                return Err(Fault::of_file(FaultCode::WrongWidth, message).in_row(row));
            }
            if self.length >= longest {
                let message = format!(
                    "the row is longer than {} KiB; a quotation mark may be missing",
                    longest >> 10
                );
                return Err(Fault::of_file(FaultCode::TooLarge, message).in_row(row));
            }
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputEndsFull => {}
                ReadRecordResult::OutputFull => {
                    let longer = self.text.len().saturating_mul(2).min(longest);
                    self.text.resize(longer, 0);
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    if self.content.get_ref().is_cut() {
                        let message = "a quotation mark opens a cell that is never closed";
                        let fault = Fault::of_file(FaultCode::UnclosedQuote, message);
                        return Err(fault.in_row(row));
                    }
                    return Ok(matches!(result, ReadRecordResult::Record));
                }
            }
        }
    }

    /// The number of the line that comes next, empty ones counted.
    fn line(&self) -> u64 {
        self.core.line()
    }

    /// The last row's cells without anything between them.
    fn text(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or_default()
    }

    /// The last row's cells.
    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.iter().take(self.count).copied();
        let begins = iter::once(0).chain(ends.clone());
        begins
            .zip(ends)
            .map(|(begin, end)| self.text.get(begin..end).unwrap_or_default())
    }
}

fn header<'c>(cells: impl Iterator<Item = &'c [u8]>) -> Result<Vec<String>, Fault> {
    let name = |(position, name): (usize, &[u8])| {
        String::from_utf8(name.to_vec()).map_err(|_| {
            let fault = Fault::of_file(FaultCode::NotUtf8, NOT_UTF8).in_row(1);
            fault.in_column(None, Some(position))
        })
    };
    cells.enumerate().map(name).collect()
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
