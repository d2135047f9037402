//! `export`: the register, or one resource of it, as a file.

use std::{
    fs::Permissions,
    io::{self, BufWriter, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::Args;
use tempfile::Builder;
use transfer_registry_core::{HistoryError, Registry, Snapshot};

use super::{Ended, FAILED, Settings, block_on};
use crate::{
    config::Config,
    exchange::{Export as Wanted, Whole},
    refusal::ViolationCode,
    scalars,
    tables::Format,
};

/// Write the register, or one resource of it, as a file that `import` takes.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The resource, such as `subprocessors`; left out: all of them.
    #[arg(long)]
    resource: Option<String>,
    /// The file's format; left out: as the file's name ends, else json.
    #[arg(long, value_name = "csv|xlsx|json")]
    format: Option<String>,
    /// Only what is in force on this day, such as 2026-11-21.
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// The instant whose knowledge is asked about, such as 2026-11-21T12:00:00Z; left out: now.
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<String>,
    /// Only what this group keeps, by slug or id, and what all groups share.
    #[arg(long)]
    group: Option<String>,
    /// The file; left out: standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let mut wanted = self.wanted()?;
        let known_at = self.known_at.as_deref().map(|text| {
            scalars::instant(text).map_err(|code| option("--known-at", code.message()))
        });
        let known_at = known_at.transpose()?;
        let config = settings.read(false)?;
        let snapshot = block_on(async {
            let registry = open(&config).await?;
            let Some(instant) = known_at else {
                return Ok(registry.snapshot());
            };
            let known = registry.known_at(instant).await;
            known.map_err(|error| match error {
                HistoryError::Future => {
                    option("--known-at", ViolationCode::KnownAtInFuture.message())
                }
                error => Ended::database(FAILED, &error, &config),
            })
        })?;
        if let Some(key) = &self.group {
            let group = snapshot.group(key);
            let group = group.ok_or_else(|| option("--group", "names no group"))?;
            wanted.group = Some(group.slug.clone());
        }
        match &self.output {
            None => write(&wanted, &snapshot, &mut io::stdout())?,
            Some(path) => write_file(&wanted, &snapshot, path)?,
        }
        Ok(0)
    }

    /// What the options ask for; the group is known only with the register.
    fn wanted(&self) -> Result<Wanted, Ended> {
        let what = match &self.resource {
            None => Whole::Register,
            Some(name) => Whole::named(name).ok_or_else(|| unknown_resource(name))?,
        };
        let named = || Format::of_name(self.output.as_deref()?);
        let format = match &self.format {
            None => named().unwrap_or(Format::Json),
            Some(code) => format_of(code)?,
        };
        if format == Format::Csv && what == Whole::Register {
            let why = "csv holds one table: say which --resource, or take xlsx or json";
            return Err(option("--format", why));
        }
        let as_of = self.as_of.as_deref().map(scalars::day).transpose();
        Ok(Wanted {
            what,
            format,
            as_of: as_of.map_err(|code| option("--as-of", code.message()))?,
            group: None,
        })
    }
}

/// An option that cannot be taken.
pub(super) fn option(name: &str, why: &str) -> Ended {
    Ended::with(FAILED, format_args!("{name} {why}"))
}

/// A resource that does not exist.
pub(super) fn unknown_resource(name: &str) -> Ended {
    let known: Vec<_> = crate::exchange::Resource::ALL
        .iter()
        .map(|known| known.code())
        .collect();
    let one_of = known.join(", ");
    option("--resource", &format!("{name} is none of {one_of}"))
}

/// The format of a name.
pub(super) fn format_of(code: &str) -> Result<Format, Ended> {
    let mut all = Format::ALL.iter().copied();
    let known = all.find(|known| known.code() == code);
    known.ok_or_else(|| option("--format", "must be csv, xlsx or json"))
}

/// The configured register as it is, also beside a service that writes it.
async fn open(config: &Config) -> Result<Registry, Ended> {
    let opened = Registry::open_to_read(config.registry()).await;
    opened.map_err(|error| Ended::database(FAILED, &error, config))
}

fn write(wanted: &Wanted, snapshot: &Snapshot, out: &mut (impl Write + Send)) -> Result<(), Ended> {
    let mut out = BufWriter::new(out);
    let written = wanted.write(snapshot, &mut out);
    written.map_err(|error| Ended::failed(&error))?;
    out.flush()?;
    Ok(())
}

/// Writes a file whole, or leaves the one that is there.
fn write_file(wanted: &Wanted, snapshot: &Snapshot, path: &Path) -> Result<(), Ended> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = Builder::new()
        // As any other new file: what the process is allowed to give.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    write(wanted, snapshot, file.as_file_mut())?;
    file.persist(path).map_err(|error| Ended::failed(&error))?;
    Ok(())
}
