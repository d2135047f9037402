//! The law pack: every rule as a dated, cited row in a text file that a lawyer can correct.
//!
//! `law/README.md` explains the files to their authors. Reading goes in two passes, so that a
//! correction is checked as a whole: every row on its own first (nothing unknown, days strict,
//! links built from official numbers), then the rows against each other. What a person amends at
//! run time passes the same checks ([`Pack::amended`]).

mod amending;
pub mod amendment;
mod document;
mod fields;
mod files;
mod publication;
mod record;
mod rows;
mod tables;
mod terms;

use std::sync::{Arc, LazyLock};

use transfer_decision::law::Law;

pub use amending::amendment_index;
pub use amendment::Amendment;
pub use document::PackDocument;
pub use files::FILES;
pub use record::{
    AdequacyRecord, AreaMember, FrameworkRecord, MembershipBasis, MembershipRecord,
    TerritoryRecord, ToolRecord,
};

use self::{document::Text, tables::Tables};
use crate::{Fault, SeedError};

/// The name of the file that dates the pack.
const PACK: &str = "pack.toml";

/// One text file of a law pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackFile<'a> {
    /// Its path inside the pack, with `/` between folders.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// A law pack that has been read and checked, with the amendments that were made to it.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The rules, ready to decide with.
    pub law: Arc<Law>,
    /// The adequacy rows with everything that their authors wrote, in the order of their ids.
    pub adequacy: Vec<AdequacyRecord>,
    /// Every country and area, by code, with what it is to each regime.
    pub territories: Vec<TerritoryRecord>,
    /// The certification schemes, in the order of the vocabulary.
    pub frameworks: Vec<FrameworkRecord>,
    /// SHA-256 over all files and amendments, in hexadecimal.
    pub hash: String,
    text: Arc<Text>,
    tables: Arc<Tables>,
    amendments: Vec<Amendment>,
}

impl Pack {
    /// The amendments that were made to the pack's text, in their order.
    #[must_use]
    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    /// SHA-256 over the files alone, in hexadecimal: the name of the text that was amended.
    #[must_use]
    pub fn text_hash(&self) -> &str {
        self.text.hash()
    }

    /// The safeguards and derogations, in the order of their ids.
    #[must_use]
    pub fn tools(&self) -> Vec<ToolRecord> {
        let tools = &self.law.provisions().tools;
        tools.iter().map(ToolRecord::from).collect()
    }
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
    let text = Text::of(&files);
    assemble(Arc::new(text), &Arc::new(tables), Vec::new(), faults)
}

/// From the rows of a text and of its amendments to a pack, or to everything that is wrong with
/// them.
fn assemble(
    text: Arc<Text>,
    tables: &Arc<Tables>,
    amendments: Vec<Amendment>,
    mut faults: Vec<Fault>,
) -> Result<Pack, SeedError> {
    let terms = terms::read(tables, &mut faults);
    let (Some(date), []) = (terms.date, faults.as_slice()) else {
        return Err(SeedError { faults });
    };
    let identity = text.identity(date, &amendments);
    let law = Law::new(&identity.version, terms.provisions).map_err(|faults| {
        let faults = faults.into_iter().map(|fault| Fault {
            file: tables.file_of(&fault.row).unwrap_or(PACK).to_owned(),
            row: fault.row,
            field: fault.field.to_owned(),
            what: fault.fault,
        });
        SeedError {
            faults: faults.collect(),
        }
    })?;
    let mut adequacy = terms.adequacy;
    adequacy.sort_by(|one, other| one.id.cmp(&other.id));
    let mut frameworks = terms.frameworks;
    frameworks.sort_by_key(|record| record.framework);
    Ok(Pack {
        law: Arc::new(law),
        territories: record::territories(terms.memberships, &adequacy),
        adequacy,
        frameworks,
        hash: identity.hash,
        text,
        tables: Arc::clone(tables),
        amendments,
    })
}
