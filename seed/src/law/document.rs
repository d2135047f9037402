//! A pack as one document: its whole text and its amendments, by which it can be kept and read
//! again, and the hashes that name it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use transfer_decision::span::Day;

use super::{Amendment, Pack, PackFile, parse};
use crate::SeedError;

/// How many hexadecimal digits of a hash a version shows.
const VERSION_DIGITS: usize = 12;

/// A law pack as a whole, to be kept by its hash and read again years later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackDocument {
    /// The text of every file, by its path inside the pack.
    pub files: BTreeMap<String, String>,
    /// What was amended, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
}

impl Pack {
    /// The pack as one document. [`Pack::from_document`] gives the same pack again.
    #[must_use]
    pub fn document(&self) -> PackDocument {
        PackDocument {
            files: self.text.files.clone(),
            amendments: self.amendments.clone(),
        }
    }

    /// Reads and checks a pack that was kept.
    pub fn from_document(document: &PackDocument) -> Result<Self, SeedError> {
        let PackDocument { files, amendments } = document;
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| PackFile { path, text })
            .collect();
        parse(&files)?.amended(amendments)
    }
}

/// The files of a pack.
#[derive(Debug)]
pub(super) struct Text {
    files: BTreeMap<String, String>,
    hash: String,
}

/// How a pack is named.
pub(super) struct Identity {
    /// For people and verdicts: the date and the beginning of each hash.
    pub(super) version: String,
    /// The whole hash, over everything.
    pub(super) hash: String,
}

impl Text {
    /// Files in the order of their paths.
    pub(super) fn of(sorted: &[PackFile<'_>]) -> Self {
        Self {
            files: sorted
                .iter()
                .map(|file| (file.path.to_owned(), file.text.to_owned()))
                .collect(),
            hash: hash(sorted.iter().flat_map(|file| [file.path, file.text])),
        }
    }

    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// The names of this text with these amendments.
    pub(super) fn identity(&self, date: Day, amendments: &[Amendment]) -> Identity {
        let version = format!("{date}+sha256:{}", shown(&self.hash));
        if amendments.is_empty() {
            return Identity {
                version,
                hash: self.hash.clone(),
            };
        }
        // The same amendments are always written alike: fields in the order of their definition,
        // without those that are left out.
        let written: Vec<String> = amendments
            .iter()
            .map(|amendment| serde_json::to_string(amendment).unwrap_or_default())
            .collect();
        let own = hash(written.iter().map(String::as_str));
        let count = amendments.len();
        let plural = if count == 1 { "" } else { "s" };
        Identity {
            version: format!("{version}+{count}-amendment{plural}:{}", shown(&own)),
            hash: hash([self.hash.as_str(), own.as_str()].into_iter()),
        }
    }
}

fn shown(hash: &str) -> &str {
    hash.get(..VERSION_DIGITS).unwrap_or(hash)
}

/// Hashes parts in their order; each is preceded by its length, so that no two lists of parts
/// look alike to the hash.
fn hash<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}
