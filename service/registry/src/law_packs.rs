//! Law packs that the register is decided upon. Each is kept whole, so that an old decision can be
//! made again under the law that the registry knew.

use transfer_registry_entity::law_packs;
use transfer_registry_seed::law::{Pack, PackDocument, amendment_index, shipped_pack};
use uuid::Uuid;

use crate::{ChangeError, Context, Draft, Registry, Scope, law_amendments, snapshot::LoadError};

impl Registry {
    /// Adopts the law pack that is built into the program, unless it, or a later one, was adopted
    /// before. From then on every verdict rests on it; the ledger says since when.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn adopt_law_pack(&self, context: &Context) -> Result<(), ChangeError> {
        if !due(self.snapshot().packs()) {
            return Ok(());
        }
        match self.change(context, &Scope::All, None, adopt_in).await {
            Ok(_) | Err(ChangeError::Nothing) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Adopts the built-in law pack as part of a change, if it is due.
///
/// # Errors
/// When nothing is due, or the pack cannot be read.
pub(crate) fn adopt_in(draft: &mut Draft) -> Result<Uuid, ChangeError> {
    if !due(draft.base().packs()) {
        return Err(ChangeError::Nothing);
    }
    let pack = shipped_pack().map_err(LoadError::from)?;
    let PackDocument {
        files,
        amendments: _,
    } = pack.document();
    let id = draft.new_id();
    draft.put(
        "adopt",
        law_packs::Model {
            id,
            pack: pack.law.version().to_string(),
            sha256: pack.text_hash().to_owned(),
            files: files.into(),
            version: 1,
        },
    );
    withdraw_overtaken(draft, pack)?;
    Ok(id)
}

/// Withdraws the amendments that no longer fit because the new pack says the same, or otherwise.
fn withdraw_overtaken(draft: &mut Draft, pack: &Pack) -> Result<(), ChangeError> {
    let recorded = draft.base().law_amendments().iter();
    let mut standing: Vec<_> = recorded
        .filter(|amendment| !amendment.withdrawn)
        .map(|amendment| (amendment.id, amendment.amendment.clone()))
        .collect();
    while !standing.is_empty() {
        let all: Vec<_> = standing.iter().map(|(_, one)| one.clone()).collect();
        let Err(refused) = pack.amended(&all) else {
            return Ok(());
        };
        // A fault that names no amendment cannot come of one; the last is as good as any.
        let at = refused.faults.iter().find_map(amendment_index);
        let at = at
            .filter(|at| *at < standing.len())
            .unwrap_or(standing.len() - 1);
        let (id, _) = standing.remove(at);
        law_amendments::withdraw_unchecked_in(draft, id)?;
    }
    Ok(())
}

/// A pack that was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptedPack {
    /// Its id.
    pub id: Uuid,
    /// Its version: a day and the beginning of its hash.
    pub pack: String,
    /// SHA-256 over its files, in hex.
    pub sha256: String,
}

/// Whether the built-in pack is to be adopted: it was never, and none of a later day was. An older
/// program beside a newer one must not take the law back.
fn due(adopted: &[AdoptedPack]) -> bool {
    let Ok(shipped) = shipped_pack() else {
        return false;
    };
    let day = |version: &str| version.split('+').next().unwrap_or_default().to_owned();
    let ours = day(shipped.law.version());
    adopted
        .iter()
        .all(|pack| pack.sha256 != shipped.text_hash())
        && adopted
            .last()
            .is_none_or(|newest| day(&newest.pack) <= ours)
}
