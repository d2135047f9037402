//! Signed statements, outside the database, of how far the ledger had come and with which hash.
//!
//! Each is a signed note in the form of the C2SP checkpoint: origin, size, root hash, extension
//! lines, an empty line, signatures. The root hash is the chain's hash at that size.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, EntityTrait};
use transfer_registry_entity::ledger;
use uuid::Uuid;

use super::{
    comparison, entry,
    key::{CheckpointKey, KeyError, PublicKey},
};
use crate::store::{begin_read, rows::read_head};

/// How old the newest checkpoint may be: the schedule's day, and an hour for what delays it.
pub const LONGEST_INTERVAL: TimeDelta = TimeDelta::hours(25);

/// Where in the data folder they are.
pub(crate) const FOLDER: &str = "checkpoints";

/// What the origin line begins with; the database's id follows.
const ORIGIN: &str = "transfer-registry/ledger/";

/// How far a ledger had come at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The database's id.
    pub database: Uuid,
    /// How many entries the ledger had.
    pub size: u64,
    /// The hash of the last of them, in hex.
    pub hash: String,
    /// The register's revision.
    pub revision: u64,
    /// When it was written.
    pub instant: DateTime<Utc>,
}

/// Why no checkpoint was written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The database cannot be read.
    #[error("the ledger cannot be read")]
    Database(#[from] DbErr),
    /// The key cannot be used.
    #[error("the checkpoint key cannot be used")]
    Key(#[from] KeyError),
    /// The file cannot be written.
    #[error("the checkpoint cannot be written")]
    File(#[from] io::Error),
    /// The data folder holds the proof of another database's ledger. Going on would hide that this
    /// database took its place.
    #[error(
        "the checkpoint {} is of another database, {database}: a data folder belongs to one database. \
         If that database was replaced on purpose, move its checkpoints away; if it is still in use, \
         give this one a data folder of its own",
        path.display()
    )]
    OtherLedger {
        /// The checkpoint's file.
        path: PathBuf,
        /// The other database's id.
        database: Uuid,
    },
    /// The ledger is not what an earlier checkpoint or its own head says; signing it would hide
    /// that.
    #[error("the ledger is broken at entry {sequence}: {what}")]
    Broken {
        /// The first entry that is wrong or missing.
        sequence: u64,
        /// What is wrong.
        what: String,
    },
}

impl Checkpoint {
    /// The signed text: everything before the empty line.
    fn text(&self) -> String {
        let hash = hex::decode(&self.hash).unwrap_or_default();
        format!(
            "{ORIGIN}{}\n{}\n{}\nrevision {}\ninstant {}\n",
            self.database,
            self.size,
            STANDARD.encode(hash),
            self.revision,
            self.instant.to_rfc3339_opts(SecondsFormat::Micros, true),
        )
    }

    /// The checkpoint that a text says, if it says one in exactly the form above.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let checkpoint = Self {
            database: lines.next()?.strip_prefix(ORIGIN)?.parse().ok()?,
            size: lines.next()?.parse().ok()?,
            hash: hex::encode(STANDARD.decode(lines.next()?).ok()?),
            revision: lines.next()?.strip_prefix("revision ")?.parse().ok()?,
            instant: lines.next()?.strip_prefix("instant ")?.parse().ok()?,
        };
        (checkpoint.text() == text).then_some(checkpoint)
    }

    /// The checkpoint of a signed note, if the key signed it.
    pub(crate) fn verified(note: &str, key: &PublicKey) -> Result<Self, &'static str> {
        let at = note.find("\n\n").ok_or("it is not signed")?;
        let (text, rest) = note.split_at(at + 1);
        let checkpoint = Self::parse(text).ok_or("it cannot be understood")?;
        let signatures = rest
            .strip_prefix('\n')
            .filter(|signatures| signatures.ends_with('\n'));
        let signatures = signatures.ok_or("it is not signed")?;
        match signatures.lines().find_map(|line| key.verifies(text, line)) {
            Some(true) => Ok(checkpoint),
            Some(false) => Err("its signature is not valid"),
            None => Err("it is not signed with the key of this data folder"),
        }
    }
}

/// The checkpoints of a data folder.
///
/// They are read before the ledger is: one that is written meanwhile may know of entries that the
/// reader of the ledger does not see yet.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Those that are properly signed, each with its file, by size.
    pub(crate) signed: Vec<(PathBuf, Checkpoint)>,
    /// Files that prove nothing, each with why.
    pub(crate) worthless: Vec<(PathBuf, String)>,
}

impl Kept {
    /// Reads every checkpoint of a data folder.
    pub(crate) fn read(data_dir: &Path, key: &PublicKey) -> io::Result<Self> {
        let mut kept = Self::default();
        let files = match fs::read_dir(folder(data_dir)) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(kept),
            Err(error) => return Err(error),
        };
        for file in files {
            let path = file?.path();
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let checkpoint = fs::read_to_string(&path)
                .map_err(|error| error.to_string())
                .and_then(|note| Checkpoint::verified(&note, key).map_err(str::to_owned));
            match checkpoint {
                Ok(checkpoint) => kept.signed.push((path, checkpoint)),
                Err(why) => kept.worthless.push((path, why)),
            }
        }
        kept.signed
            .sort_by_key(|(_, checkpoint)| (checkpoint.size, checkpoint.instant));
        kept.worthless.sort();
        Ok(kept)
    }

    /// Those of one ledger, by size.
    pub(crate) fn of_ledger(&self, database: Uuid) -> Vec<Checkpoint> {
        let checkpoints = self.signed.iter().map(|(_, checkpoint)| checkpoint);
        let of_ledger = |checkpoint: &&Checkpoint| checkpoint.database == database;
        checkpoints.filter(of_ledger).cloned().collect()
    }

    /// One that another ledger left, with its file. This ledger then stands where another stood,
    /// and is no proof of what that one recorded.
    pub(crate) fn of_another(&self, database: Uuid) -> Option<&(PathBuf, Checkpoint)> {
        let mut signed = self.signed.iter();
        signed.find(|(_, checkpoint)| checkpoint.database != database)
    }
}

/// Signs where the ledger is now. Refuses one that is not what it was when last signed, and a
/// register that is not what its ledger says.
pub(crate) async fn write(
    db: &DatabaseConnection,
    data_dir: &Path,
    now: DateTime<Utc>,
) -> Result<Checkpoint, CheckpointError> {
    let key = CheckpointKey::of(data_dir)?;
    let kept = Kept::read(data_dir, &key.public())?;
    let txn = begin_read(db).await?;
    let head = read_head(&txn)
        .await?
        .ok_or_else(|| broken(1, "the head is missing"))?;
    let size = u64::try_from(head.ledger_seq).unwrap_or_default();
    if hash_at(&txn, head.database_id, size).await?.as_ref() != Some(&head.ledger_hash) {
        return Err(broken(size.max(1), "the head does not fit the last entry"));
    }
    if let Some((path, other)) = kept.of_another(head.database_id) {
        return Err(CheckpointError::OtherLedger {
            path: path.clone(),
            database: other.database,
        });
    }
    for earlier in kept.of_ledger(head.database_id) {
        if earlier.size > size {
            return Err(broken(size + 1, "an earlier checkpoint knows more entries"));
        }
        if hash_at(&txn, head.database_id, earlier.size)
            .await?
            .as_ref()
            != Some(&earlier.hash)
        {
            return Err(broken(
                earlier.size.max(1),
                "it is not what an earlier checkpoint signed",
            ));
        }
    }
    // A signature says that the register is what its ledger says; one that is not is not served.
    if let Some(difference) = comparison::first_difference(&txn, head.ledger_seq).await? {
        let sequence = u64::try_from(difference.sequence).unwrap_or_default();
        return Err(broken(sequence, &difference.what));
    }
    txn.commit().await?;
    let checkpoint = Checkpoint {
        database: head.database_id,
        size,
        hash: head.ledger_hash,
        revision: u64::try_from(head.revision).unwrap_or_default(),
        instant: now,
    };
    let text = checkpoint.text();
    let note = format!("{text}\n{}", key.line(&text));
    store(data_dir, &checkpoint, &note)?;
    Ok(checkpoint)
}

fn broken(sequence: u64, what: &str) -> CheckpointError {
    CheckpointError::Broken {
        sequence,
        what: what.to_owned(),
    }
}

/// The chain's hash at a size; `None`: there is no such entry.
async fn hash_at(
    txn: &impl ConnectionTrait,
    database: Uuid,
    size: u64,
) -> Result<Option<String>, DbErr> {
    if size == 0 {
        return Ok(Some(entry::genesis(database)));
    }
    let seq = i64::try_from(size).unwrap_or(i64::MAX);
    let found = ledger::Entity::find_by_id(seq).one(txn).await?;
    Ok(found.map(|entry| entry.hash))
}

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join(FOLDER)
}

/// Puts the whole file there or none. Its name holds the database's id, so that it can only take
/// the place of the same ledger's checkpoint at the same size.
fn store(data_dir: &Path, checkpoint: &Checkpoint, note: &str) -> io::Result<()> {
    let folder = folder(data_dir);
    fs::create_dir_all(&folder)?;
    let name = format!("{}-{:012}", checkpoint.database, checkpoint.size);
    let path = folder.join(format!("{name}.txt"));
    let unfinished = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let mut file = File::create(&unfinished)?;
    file.write_all(note.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, &path)?;
    super::key::sync_folder(&path)
}
