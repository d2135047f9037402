//! The key that signs checkpoints. It is made at first use and never leaves its file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The name of the key in signature lines and key files.
const NAME: &str = "transfer-registry";
/// The signature type "Ed25519" of signed notes.
const ED25519: u8 = 1;

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("{path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds no key.
    #[error("{0} holds no key")]
    Malformed(PathBuf),
    /// The system gives no randomness.
    #[error("the system gives no randomness for a new key")]
    Randomness,
    /// The public key beside the key is another's.
    #[error("{0} is not the public key of the key beside it")]
    Foreign(PathBuf),
}

/// Signs checkpoints.
pub(crate) struct CheckpointKey(SigningKey);

/// Verifies checkpoints.
#[derive(Debug, Clone)]
pub(crate) struct PublicKey(VerifyingKey);

impl CheckpointKey {
    /// The key of a data folder; made, with its public key beside it, when there is none.
    pub(crate) fn of(data_dir: &Path) -> Result<Self, KeyError> {
        let path = data_dir.join("checkpoint.key");
        let key = match read(&path) {
            Ok(text) => {
                let seed = decode(&text, "PRIVATE+KEY+").ok_or(KeyError::Malformed(path))?;
                Self(SigningKey::from_bytes(&seed))
            }
            Err(KeyError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed).map_err(|_| KeyError::Randomness)?;
                let key = Self(SigningKey::from_bytes(&seed));
                let text = encode("PRIVATE+KEY+", &key.public(), &seed);
                write_new(&path, &text, 0o600)?;
                key
            }
            Err(error) => return Err(error),
        };
        let beside = data_dir.join("checkpoint.pub");
        if !beside.exists() {
            let public = key.public();
            let text = encode("", &public, public.0.as_bytes());
            write_new(&beside, &text, 0o644)?;
        }
        if PublicKey::of(data_dir)?.0 != key.public().0 {
            return Err(KeyError::Foreign(beside));
        }
        Ok(key)
    }

    /// The public half.
    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature line over a text.
    pub(crate) fn line(&self, text: &str) -> String {
        let mut bytes = self.public().hash().to_vec();
        bytes.extend(self.0.sign(text.as_bytes()).to_bytes());
        format!("— {NAME} {}\n", STANDARD.encode(bytes))
    }
}

impl PublicKey {
    /// The public key of a data folder.
    pub(crate) fn of(data_dir: &Path) -> Result<Self, KeyError> {
        let path = data_dir.join("checkpoint.pub");
        let bytes = decode(&read(&path)?, "").ok_or_else(|| KeyError::Malformed(path.clone()))?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed(path))?;
        Ok(Self(key))
    }

    /// Whether a signature line is this key's over the text; `None`: it is another key's.
    pub(crate) fn verifies(&self, text: &str, line: &str) -> Option<bool> {
        let rest = line
            .strip_prefix("— ")?
            .strip_prefix(NAME)?
            .strip_prefix(' ')?;
        let bytes = STANDARD.decode(rest).ok()?;
        let (hash, signature) = bytes.split_at_checked(4)?;
        if hash != self.hash() {
            return None;
        }
        let signature = Signature::from_slice(signature).ok()?;
        Some(self.0.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    /// The four bytes by which signature lines name the key.
    fn hash(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(NAME);
        hasher.update([b'\n', ED25519]);
        hasher.update(self.0.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let [a, b, c, d, ..] = digest;
        [a, b, c, d]
    }
}

/// `name+hash+base64(type || 32 bytes)`, as signed notes write keys.
fn encode(prefix: &str, public: &PublicKey, bytes: &[u8; 32]) -> String {
    let typed: Vec<u8> = [&[ED25519], bytes.as_slice()].concat();
    let hash = hex::encode(public.hash());
    format!("{prefix}{NAME}+{hash}+{}\n", STANDARD.encode(typed))
}

fn decode(text: &str, prefix: &str) -> Option<[u8; 32]> {
    let rest = text
        .trim_end()
        .strip_prefix(prefix)?
        .strip_prefix(NAME)?
        .strip_prefix('+')?;
    let (hash, key) = rest.split_once('+')?;
    let typed = STANDARD.decode(key).ok()?;
    let (kind, bytes) = typed.split_first()?;
    let bytes: [u8; 32] = bytes.try_into().ok()?;
    let public = if prefix.is_empty() {
        PublicKey(VerifyingKey::from_bytes(&bytes).ok()?)
    } else {
        PublicKey(SigningKey::from_bytes(&bytes).verifying_key())
    };
    (*kind == ED25519 && hash == hex::encode(public.hash())).then_some(bytes)
}

fn read(path: &Path) -> Result<String, KeyError> {
    fs::read_to_string(path).map_err(|source| KeyError::File {
        path: path.to_owned(),
        source,
    })
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| sync_folder(path))
        .map_err(|source| KeyError::File {
            path: path.to_owned(),
            source,
        })
}

/// Makes a new name in a folder survive a power cut.
pub(crate) fn sync_folder(of: &Path) -> io::Result<()> {
    match of.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
