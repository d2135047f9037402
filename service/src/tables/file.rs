//! A file, and what kind of file it is.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use super::{
    Fault, FaultCode, Faults, LARGEST_FILE, Records, Sheet, read_csv::CsvRows, read_json::JsonFile,
    read_xlsx::Workbook, records::TableRows,
};

/// The forms that a table file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma or semicolon separated values, UTF-8.
    Csv,
    /// An Office Open XML workbook.
    Xlsx,
    /// A JSON array of objects, or an object of such arrays by resource.
    Json,
}

impl Format {
    /// Every format.
    pub(crate) const ALL: &'static [Self] = &[Self::Csv, Self::Xlsx, Self::Json];

    /// Its name, which is that of its files' ending too.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }

    /// The format that a file's name tells.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        let mut all = Self::ALL.iter().copied();
        all.find(|known| extension.eq_ignore_ascii_case(known.code()))
    }

    /// The format that a file's content tells.
    fn of_content(head: &[u8]) -> Self {
        let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        if head.starts_with(b"PK\x03\x04") {
            return Self::Xlsx;
        }
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[' | b'{') => Self::Json,
            _ => Self::Csv,
        }
    }
}

/// The mark before UTF-8 text by which spreadsheets know that it is UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Where a file's content is.
#[derive(Debug)]
pub(crate) enum Source {
    /// In memory.
    #[cfg_attr(not(test), expect(dead_code, reason = "what comes is kept on disk"))]
    Bytes(Vec<u8>),
    /// On disk.
    File(PathBuf),
}

impl Source {
    /// The content from its beginning.
    pub(super) fn read(&self) -> Result<Box<dyn Read + '_>, Fault> {
        match self {
            Self::Bytes(bytes) => Ok(Box::new(bytes.as_slice())),
            Self::File(path) => Ok(Box::new(File::open(path).map_err(|e| unreadable(&e))?)),
        }
    }

    /// The content as bytes in memory.
    fn bytes(self) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::File(_) => {
                let mut bytes = Vec::new();
                let mut content = self.read()?.take(LARGEST_FILE + 1);
                content
                    .read_to_end(&mut bytes)
                    .map_err(|e| unreadable(&e))?;
                Ok(bytes)
            }
        }
    }

    /// The content as something with places to go to.
    fn seekable(self) -> Result<Content, Fault> {
        match self {
            Self::Bytes(bytes) => Ok(Content::Bytes(Cursor::new(bytes))),
            Self::File(path) => {
                let file = File::open(path).map_err(|e| unreadable(&e))?;
                Ok(Content::File(BufReader::new(file)))
            }
        }
    }

    fn size(&self) -> Result<u64, Fault> {
        match self {
            Self::Bytes(bytes) => Ok(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Self::File(path) => {
                let metadata = path.metadata().map_err(|e| unreadable(&e))?;
                Ok(metadata.len())
            }
        }
    }
}

/// A file that cannot be read at all.
pub(super) fn unreadable(error: &io::Error) -> Fault {
    Fault::of_file(
        FaultCode::UnreadableFile,
        format!("the file cannot be read: {error}"),
    )
}

/// Content with places to go to.
pub(super) enum Content {
    Bytes(Cursor<Vec<u8>>),
    File(BufReader<File>),
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bytes(bytes) => bytes.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Seek for Content {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => bytes.seek(to),
            Self::File(file) => file.seek(to),
        }
    }
}

/// A table file, opened.
pub(crate) struct TableFile {
    opened: Opened,
    /// How much text each table had that was read, by the resource's name.
    text: BTreeMap<&'static str, usize>,
}

enum Opened {
    Csv(Source),
    Workbook(Box<Workbook>),
    Json(JsonFile),
}

impl TableFile {
    /// Opens a file. A workbook is known by its content; whether text is CSV or JSON is said by the
    /// caller, or else by the content as well.
    ///
    /// # Errors
    /// That it is empty, too large, or cannot be read as what it is.
    pub(crate) fn open(source: Source, format: Option<Format>) -> Result<Self, Fault> {
        if source.size()? > LARGEST_FILE {
            let message = format!("the file is larger than {} MiB", LARGEST_FILE >> 20);
            return Err(Fault::of_file(FaultCode::TooLarge, message));
        }
        let mut head = Vec::new();
        let mut beginning = source.read()?.take(4096);
        beginning
            .read_to_end(&mut head)
            .map_err(|e| unreadable(&e))?;
        drop(beginning);
        if head.is_empty() {
            let message = "the file is empty";
            return Err(Fault::of_file(FaultCode::EmptyFile, message));
        }
        let opened = match recognised(&head, format)? {
            Format::Csv => Opened::Csv(source),
            Format::Xlsx => Opened::Workbook(Box::new(Workbook::open(source.seekable()?)?)),
            Format::Json => Opened::Json(JsonFile::open(source.bytes()?)?),
        };
        let text = BTreeMap::new();
        Ok(Self { opened, text })
    }

    /// What kind of file it is.
    #[cfg(test)]
    pub(crate) fn format(&self) -> Format {
        match &self.opened {
            Opened::Csv(_) => Format::Csv,
            Opened::Workbook(_) => Format::Xlsx,
            Opened::Json(_) => Format::Json,
        }
    }

    /// The names of the file's tables, in its order; none when it is one table without a name.
    pub(crate) fn sheets(&self) -> Vec<String> {
        match &self.opened {
            Opened::Csv(_) => Vec::new(),
            Opened::Workbook(workbook) => workbook.sheets(),
            Opened::Json(file) => file.sheets(),
        }
    }

    /// The rows of a resource: of the table of its name, or of the only one.
    ///
    /// # Errors
    /// That there is no such table, or all that is wrong with its columns.
    pub(crate) fn records<'f>(&'f mut self, sheet: &Sheet) -> Result<Records<'f>, Faults> {
        // A table that is read again does not count twice.
        self.text.insert(sheet.name, 0);
        let others = self.text.values().sum();
        let own = self.text.entry(sheet.name).or_default();
        let (rows, name) = match &mut self.opened {
            Opened::Csv(source) => {
                let rows = CsvRows::begin(source, *sheet)?;
                (TableRows::Csv(Box::new(rows)), None)
            }
            Opened::Workbook(workbook) => {
                let (rows, name) = workbook.rows(*sheet)?;
                (TableRows::Sheet(Box::new(rows)), Some(name))
            }
            Opened::Json(file) => {
                let (items, name) = file.items(*sheet)?;
                (TableRows::Json(items), name)
            }
        };
        Ok(Records::new(rows, name, (others, own)))
    }
}

/// The format to read by, from the beginning of the content and what was said of it.
fn recognised(head: &[u8], said: Option<Format>) -> Result<Format, Fault> {
    let found = Format::of_content(head);
    let wrong = |message| Err(Fault::of_file(FaultCode::UnreadableFile, message));
    if head.starts_with(b"\xD0\xCF\x11\xE0") {
        return wrong(
            "the file is an old or an encrypted workbook; save it as .xlsx without a password",
        );
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        let message = "the file is UTF-16 text; save it as CSV UTF-8";
        return Err(Fault::of_file(FaultCode::NotUtf8, message));
    }
    match (found, said) {
        (Format::Xlsx, _) => Ok(Format::Xlsx),
        (_, Some(Format::Xlsx)) => wrong("the file is no workbook"),
        (found, said) => Ok(said.unwrap_or(found)),
    }
}
