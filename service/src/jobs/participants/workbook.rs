//! The list as the official workbook: one row for each participant and framework.

use std::{collections::HashMap, io::Cursor};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use sha2::{Digest, Sha256};
use transfer_decision::span::Day;
use transfer_registry_core::participants::{
    Listing, Participant, ParticipantList, Refusal, Source, covered_entities, name_key,
};

use super::{
    asking::Asking,
    entries,
    values::{self, at},
};

/// Where the address gives the workbook, and what it is asked for by.
const DOWNLOAD: &str = "downloadfile";
const DOWNLOAD_QUESTION: &str = r#"{"FileName":"DataPrivacyFrameworkParticipantsList.xlsx","FileSizeKB":3600,"FileType":"xlsx","Id":0,"Guid":"DataPrivacyFrameworkParticipantsList.xlsx"}"#;

/// The heading must stand within so many rows.
const HEADING_WITHIN: u32 = 30;
/// A sheet with more is none of a few thousand participants.
const MOST_ROWS: u32 = 200_000;
/// What the workbook may unpack to: a small file can unpack to more than there is memory.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

const DAMAGED: &str = "the workbook cannot be opened; it may have arrived incomplete";

/// Declares the columns once: what is read of them, their headings, and whether they may be missing.
macro_rules! columns {
    ($($name:ident = $heading:literal $optional:literal,)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        enum Column { $($name),+ }

        const COLUMNS: &[(Column, &str, bool)] = &[$((Column::$name, $heading, $optional)),+];
    };
}

columns! {
    DisplayName = "Public Display Name" false,
    LegalName = "Legal Name" false,
    FirstDay = "Install Date" false,
    Due = "Usage End Date" false,
    InactiveSince = "Inactive Start Date" false,
    Framework = "Framework" false,
    Status = "Status" false,
    Hr = "HR Data" false,
    NonHr = "Non-HR Data" false,
    CoveredEntities = "Covered Entities" false,
    Link = "Public Link" true,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Text(String),
    Day(Option<Day>),
    Number(f64),
    Error,
}

/// One row's cells by column.
#[derive(Default)]
struct Row([Option<Cell>; COLUMNS.len()]);

impl Row {
    fn put(&mut self, column: Column, value: Cell) {
        if let Some(cell) = self.0.get_mut(column as usize) {
            *cell = Some(value);
        }
    }

    fn get(&self, column: Column) -> Option<&Cell> {
        self.0.get(column as usize)?.as_ref()
    }
}

/// Asks the configured address for the workbook and its day.
pub(super) async fn ask(asking: &Asking) -> Result<ParticipantList, Refusal> {
    let day = entries::day(asking, &mut Sha256::new()).await?;
    let answer = asking.post(DOWNLOAD, DOWNLOAD_QUESTION).await?;
    if answer.media_type.starts_with("text/") || answer.media_type.ends_with("json") {
        return Err(Refusal::not_a_list(format!(
            "it is “{}” and no workbook",
            values::short(&answer.media_type)
        )));
    }
    let source = Source::Http(asking.address());
    // Unpacking and reading takes a processor for a while.
    tokio::task::spawn_blocking(move || read(&answer.body, day, source))
        .await
        .map_err(|_| Refusal::not_a_list("reading the workbook failed"))?
}

/// Reads a workbook of a day.
pub(super) fn read(bytes: &[u8], day: Day, source: Source) -> Result<ParticipantList, Refusal> {
    unpacks_within(bytes)?;
    let damaged = |error: XlsxError| {
        tracing::debug!(%error, "a workbook that cannot be opened");
        Refusal::not_a_list(DAMAGED)
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut missing = None;
    for sheet in workbook.sheet_names() {
        match rows(&mut workbook, &sheet).map_err(damaged)? {
            Sheet::List(rows) => {
                let sha256 = hex::encode(Sha256::digest(bytes));
                return Ok(ParticipantList::new(
                    day,
                    sha256,
                    source,
                    participants(rows)?,
                ));
            }
            Sheet::Other(lacking) => {
                // The sheet that lacks the fewest is the one that was the list.
                if missing
                    .as_ref()
                    .is_none_or(|least: &Vec<_>| lacking.len() < least.len())
                {
                    missing = Some(lacking);
                }
            }
            Sheet::Endless => {
                return Err(Refusal::reshaped(format!(
                    "it has more than {MOST_ROWS} rows"
                )));
            }
        }
    }
    Err(lacks(&missing.unwrap_or_default()))
}

fn lacks(missing: &[&str]) -> Refusal {
    match missing {
        [] => Refusal::not_a_list("the workbook has no sheets"),
        all if all.len() + 1 >= COLUMNS.len() => {
            Refusal::not_a_list("no sheet of the workbook has the list's columns")
        }
        [one] => Refusal::reshaped(format!(
            "the column “{one}” is missing, or stands there twice"
        )),
        some => Refusal::reshaped(format!(
            "the columns “{}” are missing, or stand there twice",
            some.join("”, “")
        )),
    }
}

/// What a sheet is.
enum Sheet {
    /// The list: its rows with their numbers.
    List(Vec<(u32, Row)>),
    /// Another sheet, and which columns it lacks.
    Other(Vec<&'static str>),
    /// One with more rows than can be.
    Endless,
}

/// Reads a sheet cell by cell, so that a cell far away from the others takes no memory for the empty
/// ones between.
fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Sheet, XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let mut heading = Heading::default();
    let mut rows: Vec<(u32, Row)> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, at) = cell.get_position();
        if heading.is_sought() {
            if row >= HEADING_WITHIN {
                break;
            }
            if row == heading.row || !heading.understood() {
                heading.collect(row, at, read_cell(cell.get_value()));
                continue;
            }
        }
        if row >= MOST_ROWS {
            return Ok(Sheet::Endless);
        }
        let Some(column) = heading.column(at) else {
            continue;
        };
        let Some(value) = read_cell(cell.get_value()) else {
            continue;
        };
        if rows.last().is_none_or(|(last, _)| *last != row) {
            rows.push((row, Row::default()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.put(column, value);
        }
    }
    // A heading may be all that there is.
    if heading.is_sought() && !heading.understood() {
        return Ok(Sheet::Other(heading.lacking()));
    }
    Ok(Sheet::List(rows))
}

/// The search for the row of headings.
#[derive(Default)]
struct Heading {
    row: u32,
    cells: Vec<(u32, Cell)>,
    /// What each column of the sheet is; empty until the heading is found.
    columns: Vec<Option<Column>>,
    least: Option<Vec<&'static str>>,
}

impl Heading {
    /// Whether the row just ended was the heading.
    fn understood(&mut self) -> bool {
        let mut columns = Vec::new();
        let mut missing = Vec::new();
        for (column, heading, optional) in COLUMNS {
            let wanted = values::folded(heading);
            let at: Vec<usize> = self
                .cells
                .iter()
                .filter(
                    |(_, cell)| matches!(cell, Cell::Text(text) if values::folded(text) == wanted),
                )
                .filter_map(|(at, _)| usize::try_from(*at).ok())
                .collect();
            match at.as_slice() {
                [one] => {
                    if columns.len() <= *one {
                        columns.resize(*one + 1, None);
                    }
                    if let Some(place) = columns.get_mut(*one) {
                        *place = Some(*column);
                    }
                }
                [] if *optional => {}
                _ => missing.push(*heading),
            }
        }
        let understood = missing.is_empty();
        if understood {
            self.columns = columns;
        }
        if self
            .least
            .as_ref()
            .is_none_or(|least| missing.len() < least.len())
        {
            self.least = Some(missing);
        }
        understood
    }

    fn is_sought(&self) -> bool {
        self.columns.is_empty()
    }

    /// Takes a cell of the row that may be the heading; of another row than before, it begins anew.
    fn collect(&mut self, row: u32, at: u32, value: Option<Cell>) {
        if row != self.row {
            self.row = row;
            self.cells.clear();
        }
        self.cells.extend(value.map(|value| (at, value)));
    }

    fn column(&self, at: u32) -> Option<Column> {
        *self.columns.get(usize::try_from(at).ok()?)?
    }

    fn lacking(self) -> Vec<&'static str> {
        self.least.unwrap_or_default()
    }
}

/// A cell's value; `None` when it is empty.
fn read_cell(value: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
    };
    match value {
        DataRef::Empty => None,
        DataRef::SharedString(value) => text(value),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
            text(value)
        }
        DataRef::Bool(value) => text(if *value { "yes" } else { "no" }),
        DataRef::Int(value) => text(&value.to_string()),
        DataRef::Float(value) => Some(Cell::Number(*value)),
        DataRef::DateTime(value) => {
            let (year, month, day, ..) = value.to_ymd_hms_milli();
            let day = Day::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
            Some(Cell::Day(day.and_then(values::plausible)))
        }
        DataRef::Error(_) => Some(Cell::Error),
    }
}

fn participants(rows: Vec<(u32, Row)>) -> Result<Vec<Participant>, Refusal> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<Participant> = Vec::new();
    let (mut known, mut unknown) = (0_usize, 0_usize);
    for (number, row) in rows {
        // As the workbook counts its rows.
        let place = format!("row {}", number + 1);
        let entry = entry(&row).map_err(at(&place))?;
        let Some(listing) = listing(&row).map_err(at(&place))? else {
            unknown += 1;
            continue;
        };
        known += 1;
        let at = *places.entry(entry.id.clone()).or_insert(found.len());
        if at == found.len() {
            found.push(entry);
        } else if let Some(held) = found.get_mut(at) {
            for covered in entry.covered_entities {
                if !held.covered_entities.contains(&covered) {
                    held.covered_entities.push(covered);
                }
            }
        }
        if let Some(held) = found.get_mut(at) {
            held.add(listing);
        }
    }
    if unknown > known {
        return Err(Refusal::reshaped(
            "most of its rows are about other frameworks",
        ));
    }
    if found.is_empty() {
        return Err(Refusal::Empty);
    }
    Ok(found)
}

fn entry(row: &Row) -> Result<Participant, String> {
    let display_name = text(row, Column::DisplayName)?;
    let legal_name = text(row, Column::LegalName)?.or_else(|| display_name.clone());
    let legal_name = legal_name.ok_or_else(|| "there is no name".to_owned())?;
    let link = text(row, Column::Link)?;
    Ok(Participant {
        id: link
            .as_deref()
            .and_then(id_in)
            .unwrap_or_else(|| name_key(&legal_name)),
        display_name: display_name.unwrap_or_else(|| legal_name.clone()),
        frameworks: Vec::new(),
        covered_entities: text(row, Column::CoveredEntities)?
            .map(|cell| covered_entities(&cell))
            .unwrap_or_default(),
        link: link.filter(|link| link.starts_with("https://")),
        legal_name,
    })
}

/// A row's place in a framework; `None` for a framework other than the three.
fn listing(row: &Row) -> Result<Option<Listing>, String> {
    let framework = text(row, Column::Framework)?.ok_or("there is no framework")?;
    let status = text(row, Column::Status)?.ok_or("there is no status")?;
    let Some(framework) = values::framework(&framework) else {
        return Ok(None);
    };
    Ok(Some(Listing {
        framework,
        status: values::status(&status, day(row, Column::InactiveSince)?)?,
        first_day: day(row, Column::FirstDay)?,
        recertification_due: day(row, Column::Due)?,
        covers_hr: covers(row, Column::Hr)?,
        covers_non_hr: covers(row, Column::NonHr)?,
    }))
}

/// The id in the address of a participant's page: what follows `participant/`.
fn id_in(link: &str) -> Option<String> {
    let (_, after) = link.rsplit_once("participant/")?;
    let id: String = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    (!id.is_empty()).then_some(id)
}

fn text(row: &Row, column: Column) -> Result<Option<String>, String> {
    match row.get(column) {
        None => Ok(None),
        Some(Cell::Text(text)) => Ok(Some(text.clone())),
        Some(Cell::Number(number)) => Ok(Some(number.to_string())),
        Some(Cell::Day(Some(day))) => Ok(Some(day.to_string())),
        Some(Cell::Day(None) | Cell::Error) => Err(unreadable(column)),
    }
}

/// A day: a date, a text, or a date that lost its form and is a number of days.
fn day(row: &Row, column: Column) -> Result<Option<Day>, String> {
    match row.get(column) {
        None => Ok(None),
        Some(Cell::Text(text)) => {
            values::day(text).map_err(|what| format!("{}: {what}", heading(column)))
        }
        Some(Cell::Day(Some(day))) => Ok(Some(*day)),
        Some(Cell::Number(number)) => day_of(*number).map(Some).ok_or_else(|| unreadable(column)),
        Some(Cell::Day(None) | Cell::Error) => Err(unreadable(column)),
    }
}

/// The day that a workbook means by a number of days since the eve of 1900.
fn day_of(number: f64) -> Option<Day> {
    let epoch = Day::from_ymd_opt(1899, 12, 30)?;
    // The range holds every plausible day, so that the number is whole after it is cut.
    if !(30_000.0..80_000.0).contains(&number) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 30 000 and 80 000; the part of a day is cut off"
    )]
    let days = number as u64;
    epoch
        .checked_add_days(chrono::Days::new(days))
        .and_then(values::plausible)
}

fn covers(row: &Row, column: Column) -> Result<Option<bool>, String> {
    text(row, column)?.map_or(Ok(None), |text| {
        values::covers(&text).map_err(|what| format!("{}: {what}", heading(column)))
    })
}

fn heading(column: Column) -> &'static str {
    COLUMNS
        .iter()
        .find(|(known, ..)| *known == column)
        .map_or("", |(_, heading, _)| heading)
}

fn unreadable(column: Column) -> String {
    format!("“{}” cannot be read", heading(column))
}

/// Refuses what is no ZIP archive, and one that says that it unpacks to more than may be.
fn unpacks_within(bytes: &[u8]) -> Result<(), Refusal> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(Refusal::not_a_list("it is no XLSX workbook"));
    }
    let unpacked = unpacked(bytes).ok_or_else(|| Refusal::not_a_list(DAMAGED))?;
    if unpacked > MOST_UNPACKED {
        return Err(Refusal::TooLarge {
            mebibytes: MOST_UNPACKED / (1024 * 1024),
        });
    }
    Ok(())
}

/// What an archive's directory says that its files unpack to. The last record says where the
/// directory is; each of its entries has a head of 46 bytes and three parts of stated lengths.
fn unpacked(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize| -> Option<usize> {
        let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(four)).ok()
    };
    let length = |at: usize| -> Option<usize> {
        let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(usize::from(u16::from_le_bytes(two)))
    };
    let last = bytes.windows(4).rposition(|mark| mark == b"PK\x05\x06")?;
    let mut at = number(last + 16)?;
    let mut sum = 0_u64;
    for _ in 0..length(last + 10)? {
        sum += u64::try_from(number(at + 24)?).ok()?;
        at += 46 + length(at + 28)? + length(at + 30)? + length(at + 32)?;
    }
    Some(sum)
}
