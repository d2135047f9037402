//! The law pack: every rule as a dated, cited row in a text file that a lawyer can correct.
//!
//! `law/README.md` explains the files to their authors. Reading goes in two passes, so that a
//! correction is checked as a whole: every row on its own first (nothing unknown, days strict,
//! links built from official numbers), then the rows against each other.

mod fields;
mod files;
mod publication;
mod record;
mod rows;
mod tables;
mod terms;

use std::sync::{Arc, LazyLock};

use sha2::{Digest, Sha256};
use transfer_decision::law::Law;

pub use files::FILES;
pub use record::AdequacyRecord;

use crate::{Fault, SeedError};

/// The name of the file that dates the pack.
const PACK: &str = "pack.toml";

/// How many hexadecimal digits of the hash a version shows.
const VERSION_DIGITS: usize = 12;

/// One text file of a law pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackFile<'a> {
    /// Its path inside the pack, with `/` between folders.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// A law pack that has been read and checked.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The rules, ready to decide with.
    pub law: Arc<Law>,
    /// The adequacy rows with everything that their authors wrote, in the order of their ids.
    pub adequacy: Vec<AdequacyRecord>,
    /// SHA-256 over all files, in hexadecimal.
    pub hash: String,
}

static SHIPPED: LazyLock<Result<Pack, SeedError>> = LazyLock::new(|| parse(FILES));

/// The pack that is built into the program.
pub fn shipped_pack() -> Result<&'static Pack, SeedError> {
    SHIPPED.as_ref().map_err(Clone::clone)
}

/// The rules that are built into the program.
pub fn shipped() -> Result<Arc<Law>, SeedError> {
    shipped_pack().map(|pack| Arc::clone(&pack.law))
}

/// The adequacy rows that are built into the program, in the order of their ids.
pub fn adequacy_records() -> Result<&'static [AdequacyRecord], SeedError> {
    shipped_pack().map(|pack| pack.adequacy.as_slice())
}

/// Reads and checks a law pack. The order of the files does not matter.
pub fn parse(files: &[PackFile<'_>]) -> Result<Pack, SeedError> {
    let mut files = files.to_vec();
    files.sort_unstable();
    let mut faults = Vec::new();
    for pair in files.windows(2) {
        if let [one, other] = pair
            && one.path == other.path
        {
            faults.push(Fault::of_file(one.path, "the file stands twice"));
        }
    }
    let tables = tables::read(&files, &mut faults);
    let terms = terms::read(&tables, &mut faults);
    let (Some(date), []) = (terms.date, faults.as_slice()) else {
        return Err(SeedError { faults });
    };

    let hash = hash(&files);
    let shown = hash.get(..VERSION_DIGITS).unwrap_or(&hash);
    let law = Law::new(&format!("{date}+sha256:{shown}"), terms.provisions).map_err(|faults| {
        let faults = faults.into_iter().map(|fault| Fault {
            file: tables.file_of(&fault.row).unwrap_or(PACK).to_owned(),
            row: fault.row,
            field: String::new(),
            what: fault.fault,
        });
        SeedError {
            faults: faults.collect(),
        }
    })?;
    let mut adequacy = terms.records;
    adequacy.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(Pack {
        law: Arc::new(law),
        adequacy,
        hash,
    })
}

/// Hashes paths and texts in the order of the paths; each is preceded by its length, so that no
/// two packs look alike to the hash.
fn hash(sorted: &[PackFile<'_>]) -> String {
    let mut hasher = Sha256::new();
    for part in sorted.iter().flat_map(|file| [file.path, file.text]) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}
