//! Where files are while they come or go.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tempfile::{Builder, NamedTempFile};

use crate::refusal::Refusal;

/// How the files' names begin.
const PREFIX: &str = "exchange-";
/// After this time a file was left behind by a process that was killed.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// A folder for files that nobody keeps.
#[derive(Debug, Clone)]
pub(crate) struct Scratch(Arc<Path>);

impl Scratch {
    /// A folder inside of the data folder. What an earlier process left behind there goes.
    pub(crate) fn in_folder(data: &Path) -> Self {
        let folder: PathBuf = data.join("exchange");
        let scratch = Self(folder.into());
        if let Err(error) = scratch.sweep() {
            tracing::warn!(%error, "files that were left behind could not be removed");
        }
        scratch
    }

    /// A new file, which goes when its value does.
    ///
    /// # Errors
    /// When there is no room.
    pub(crate) fn file(&self) -> Result<NamedTempFile, Refusal> {
        let made = fs::create_dir_all(&self.0);
        let made = made.and_then(|()| Builder::new().prefix(PREFIX).tempfile_in(&self.0));
        made.map_err(|error| {
            tracing::error!(%error, "there is no room for a file");
            Refusal::Internal
        })
    }

    fn sweep(&self) -> io::Result<()> {
        if !self.0.exists() {
            return Ok(());
        }
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
            let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            if ours && age > LEFT_BEHIND {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}
