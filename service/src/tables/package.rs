//! What a workbook really holds, before anything interprets it.
//!
//! A workbook is a ZIP archive of XML files. Its directory says how large each is; what matters is
//! how large it becomes. Every entry is therefore inflated once, and thrown away.

use std::io::{Read, Seek};

use zip::{ZipArchive, read::ZipFile, result::ZipError};

use super::{Fault, FaultCode};

/// The largest entry, inflated.
const LARGEST_ENTRY: u64 = 512 << 20;

/// All entries together, inflated.
const LARGEST_PACKAGE: u64 = 768 << 20;

/// By how much an entry may be larger than in the archive. Real sheets reach a tenth of it.
const GREATEST_RATIO: u64 = 200;

/// The size up to which the ratio says nothing.
const SMALL_ENTRY: u64 = 1 << 20;

/// The most entries: a workbook has some for each sheet.
const MOST_ENTRIES: usize = 10_000;

/// The largest list of cell styles. Whoever reads it keeps each style with a copy of its font, so
/// that it becomes larger by far in memory.
const LARGEST_STYLES: u64 = 4 << 20;

/// The longest tag in a list of cell styles, in bytes.
const LONGEST_STYLE: usize = 4096;

/// Looks at every entry of a workbook.
///
/// # Errors
/// That it is no archive, or holds more than can be taken in.
pub(super) fn inspect(content: impl Read + Seek) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(content).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_ENTRIES {
        return Err(too_large("the workbook has too many parts"));
    }
    let mut left = LARGEST_PACKAGE;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| damaged(&error))?;
        if entry.size() > LARGEST_ENTRY.min(left) {
            return Err(bomb());
        }
        left -= inspect_entry(entry, left)?;
    }
    Ok(())
}

fn inspect_entry<R: Read>(mut entry: ZipFile<'_, R>, left: u64) -> Result<u64, Fault> {
    let name = entry
        .name()
        .map_err(|error| damaged(&error))?
        .to_ascii_lowercase();
    let limit = if name.ends_with("styles.xml") {
        LARGEST_STYLES
    } else {
        LARGEST_ENTRY.min(left)
    };
    let packed = entry.compressed_size();
    let mut signs = Signs::of(&name);
    let mut inflated = 0_u64;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = match entry.read(&mut buffer) {
            Ok(0) => return Ok(inflated),
            Ok(count) => count,
            Err(error) => return Err(damaged(&ZipError::Io(error))),
        };
        inflated += u64::try_from(count).unwrap_or(u64::MAX);
        let ratio = inflated / packed.max(1);
        if inflated > limit || (inflated > SMALL_ENTRY && ratio > GREATEST_RATIO) {
            return Err(bomb());
        }
        for byte in buffer.get(..count).unwrap_or_default() {
            signs.see(*byte)?;
        }
    }
}

fn bomb() -> Fault {
    too_large("the workbook holds more than a workbook of its size can")
}

fn too_large(message: &str) -> Fault {
    Fault::of_file(FaultCode::TooLarge, message)
}

fn damaged(error: &ZipError) -> Fault {
    let message = format!("the workbook is damaged: {error}");
    Fault::of_file(FaultCode::UnreadableFile, message)
}

/// What in a part's XML would cost its reader more than its size.
enum Signs {
    /// Nothing.
    Indifferent,
    /// A workbook may name any number of sheets, each of which is looked up by itself.
    Sheets {
        /// How much of a tag's name was as it would be for a sheet; nothing outside of a name.
        matched: Option<usize>,
        count: usize,
    },
    /// The shared texts say how many they are, and room is made for so many at once.
    Count {
        matched: usize,
        digits: Option<usize>,
    },
    /// A style's tag may be long, and is copied.
    Tag { length: usize },
}

/// The most sheets of a workbook, of which at most a handful are tables.
pub(super) const MOST_SHEETS: usize = 256;

/// The name of the tag that names a sheet.
const SHEET: &[u8] = b"sheet";

/// The attribute that says how many shared texts there are.
const COUNT: &[u8] = b"uniqueCount";

/// How many digits the count of shared texts may have.
const MOST_DIGITS: usize = 7;

impl Signs {
    fn of(name: &str) -> Self {
        if name.ends_with("sharedstrings.xml") {
            Self::Count {
                matched: 0,
                digits: None,
            }
        } else if name.ends_with("styles.xml") {
            Self::Tag { length: 0 }
        } else if name.contains("worksheets/") {
            Self::Indifferent
        } else {
            let (matched, count) = (None, 0);
            Self::Sheets { matched, count }
        }
    }

    fn see(&mut self, byte: u8) -> Result<(), Fault> {
        match self {
            Self::Indifferent => Ok(()),
            Self::Sheets { matched, count } => {
                *count += usize::from(seen_sheet(byte, matched));
                if *count > MOST_SHEETS {
                    return Err(too_many_sheets());
                }
                Ok(())
            }
            // In another encoding than UTF-8 the signs would be written otherwise.
            Self::Count { .. } | Self::Tag { .. } if matches!(byte, 0..=8 | 14..=31) => {
                let message = "the workbook's parts must be UTF-8";
                Err(Fault::of_file(FaultCode::NotUtf8, message))
            }
            Self::Count { matched, digits } => {
                if let Some(seen) = digits {
                    match byte {
                        b'0'..=b'9' => *seen += 1,
                        b'>' => *digits = None,
                        _ if *seen > 0 => *digits = None,
                        _ => {}
                    }
                    if digits.is_some_and(|seen| seen > MOST_DIGITS) {
                        return Err(bomb());
                    }
                }
                *matched = match COUNT.get(*matched) {
                    Some(expected) if *expected == byte => *matched + 1,
                    _ => usize::from(COUNT.first() == Some(&byte)),
                };
                if *matched == COUNT.len() {
                    *digits = Some(0);
                }
                Ok(())
            }
            Self::Tag { length } => {
                *length = if byte == b'<' { 0 } else { *length + 1 };
                if *length > LONGEST_STYLE {
                    return Err(bomb());
                }
                Ok(())
            }
        }
    }
}

/// Whether the name of a tag that names a sheet ends with this byte; goes on with it.
fn seen_sheet(byte: u8, matched: &mut Option<usize>) -> bool {
    let before = *matched;
    *matched = match (byte, before) {
        (b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>', _) => None,
        // A name begins, or its prefix ended.
        (b'<', _) | (b':', Some(_)) => Some(0),
        (_, Some(seen)) if SHEET.get(seen) == Some(&byte) => Some(seen + 1),
        (_, Some(_)) => Some(SHEET.len() + 1),
        (_, None) => None,
    };
    matched.is_none() && before == Some(SHEET.len())
}

/// A workbook with more sheets than any needs.
pub(super) fn too_many_sheets() -> Fault {
    too_large(&format!("the workbook has more than {MOST_SHEETS} sheets"))
}
