//! The law of a snapshot: the newest pack that was adopted, with what was amended of it.

use std::{collections::BTreeMap, sync::Arc};

use transfer_decision::law::Law;
use transfer_registry_entity::{law_amendments, law_packs};
use transfer_registry_seed::law::{Amendment, Pack, PackDocument, shipped_pack};
use uuid::Uuid;

use super::LoadError;
use crate::store::rows::Rows;

/// The law in use.
#[derive(Debug, Clone)]
pub(crate) struct Legal {
    /// The pack as it was adopted.
    text: Arc<Pack>,
    /// Every amendment that counts, by id, hence in the order of recording.
    amendments: BTreeMap<Uuid, Amendment>,
    /// The pack with its amendments.
    pack: Arc<Pack>,
}

impl Legal {
    /// The law of the rows of one moment. Before any pack was adopted it is the one that is built
    /// into the program.
    pub(crate) fn of(rows: &Rows) -> Result<Self, LoadError> {
        let text = Arc::new(shipped_pack()?.clone());
        let nothing = Self {
            pack: Arc::clone(&text),
            text,
            amendments: BTreeMap::new(),
        };
        nothing.with(rows)
    }

    /// The law after the rows that one change wrote.
    pub(crate) fn with(&self, rows: &Rows) -> Result<Self, LoadError> {
        if rows.law_packs.is_empty() && rows.law_amendments.is_empty() {
            return Ok(self.clone());
        }
        let text = match rows.law_packs.last() {
            Some(row) if row.sha256 != self.text.text_hash() => Arc::new(kept(row)?),
            _ => Arc::clone(&self.text),
        };
        let mut amendments = self.amendments.clone();
        for row in &rows.law_amendments {
            amendments.remove(&row.id);
            if !row.withdrawn {
                amendments.insert(row.id, amendment(row)?);
            }
        }
        let all: Vec<Amendment> = amendments.values().cloned().collect();
        let pack = if all.is_empty() {
            Arc::clone(&text)
        } else {
            Arc::new(text.amended(&all)?)
        };
        Ok(Self {
            text,
            amendments,
            pack,
        })
    }

    /// The law.
    pub(crate) fn law(&self) -> &Arc<Law> {
        &self.pack.law
    }

    /// The law as its authors wrote it.
    pub(crate) const fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }
}

/// Reads a pack that was kept whole.
fn kept(row: &law_packs::Model) -> Result<Pack, LoadError> {
    let shipped = shipped_pack()?;
    if row.sha256 == shipped.text_hash() {
        return Ok(shipped.clone());
    }
    let pack = Pack::from_document(&PackDocument {
        files: row.files.0.clone(),
        amendments: Vec::new(),
    })?;
    if pack.text_hash() == row.sha256 {
        Ok(pack)
    } else {
        Err(LoadError::Meaningless {
            of: "law pack",
            id: row.id,
            what: "its text is not what its hash says".to_owned(),
        })
    }
}

/// What an amendment says.
pub(super) fn amendment(row: &law_amendments::Model) -> Result<Amendment, LoadError> {
    serde_json::from_value(row.body.0.clone()).map_err(|error| LoadError::Meaningless {
        of: "law amendment",
        id: row.id,
        what: error.to_string(),
    })
}
