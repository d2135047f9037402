//! `import`: files of rows into the configured register, all of them or nothing.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use tokio::time::interval;
use transfer_registry_core::{
    ChangeError, Context, OpenError, Registry, Scope, proposals::Approvals,
};
use uuid::Uuid;

use super::{
    Ended, FAILED, Settings, block_on, complain,
    export::{format_of, option, unknown_resource},
    say,
};
use crate::{
    api::v1::impact_analyses::ImpactAnalysis,
    config::Config,
    exchange::{
        Carried, Made, Offer, Options, Order, Phase, Progress, Resource, Unmade, Wanted, Wrong,
        carry_out,
    },
    tables::Format,
};

/// How often standard error tells how far a long import is.
const TOLD_EVERY: Duration = Duration::from_secs(2);

/// Who the ledger says it was.
const ACTOR: &str = "operator";

/// Bring rows into the register: all files in one change, or nothing.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// CSV, XLSX or JSON files as `export` writes them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The resource whose rows the files hold; left out: tables are taken by their names, and a
    /// file of one table by the file's name, such as `subprocessors.csv`.
    #[arg(long)]
    resource: Option<String>,
    /// The files' format; left out: as each file's name ends, or what it holds.
    #[arg(long, value_name = "csv|xlsx|json")]
    format: Option<String>,
    /// Say what the files would do, and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// The engagements and flows run in reality already: what a row makes active is taken whatever
    /// the law says, as is a new one whose row names no status. Needs a reason.
    #[arg(long)]
    record_existing: bool,
    /// Why, for the ledger; must be said with --record-existing.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Import {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let offers = self.offers()?;
        if self.record_existing && self.reason.is_none() {
            let why = "is required with --record-existing: the gate is not asked";
            return Err(option("--reason", why));
        }
        let config = settings.read(false)?;
        let order = Order {
            id: Uuid::nil(),
            context: Context {
                actor: ACTOR.to_owned(),
                reason: self.reason.clone(),
                request_id: "import".to_owned(),
            },
            scope: Scope::All,
            key: None,
            dry_run: self.dry_run,
            options: Options {
                record_existing: self.record_existing,
            },
            // Whoever runs the command has the database.
            approvals: Approvals::new(),
        };
        block_on(async {
            let registry = open(&config, self.dry_run).await?;
            let carried = carried(&registry, &order, offers).await;
            match carried {
                Ok(carried) => told(&carried, self.dry_run),
                Err(Unmade::Wrong(wrong)) => refused(&wrong, &self.files),
                Err(Unmade::Cut) => Err(Ended::with(FAILED, "the import was cut short")),
                Err(Unmade::Change(ChangeError::Invalid(violations))) => {
                    let wrong = violations.iter();
                    let wrong = wrong.map(|found| format!("{} {}", found.pointer, found.message));
                    let wrong: Vec<_> = wrong.collect();
                    Err(Ended::with(FAILED, wrong.join("; ")))
                }
                Err(Unmade::Change(error)) => Err(Ended::database(FAILED, &error, &config)),
            }
        })
    }

    fn offers(&self) -> Result<Vec<Offer>, Ended> {
        let named = |name: &String| Resource::named(name).ok_or_else(|| unknown_resource(name));
        let said = self.resource.as_ref().map(named).transpose()?;
        let format = self.format.as_deref().map(format_of).transpose()?;
        let offers = self.files.iter().map(|path| {
            if !path.is_file() {
                return Err(option(&path.display().to_string(), "is no file"));
            }
            let format = format.or_else(|| Format::of_name(path));
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            // Only of a CSV file nobody else says what it holds.
            let stem = stem.filter(|_| format == Some(Format::Csv));
            let by_name = stem.and_then(|stem| Resource::named(&stem.replace('-', "_")));
            Ok(Offer {
                path: path.clone(),
                format,
                resource: said.or(by_name),
            })
        });
        offers.collect()
    }
}

/// The configured register: to be tried on as it is; to be written when nobody else does.
async fn open(config: &Config, dry_run: bool) -> Result<Registry, Ended> {
    let opened = if dry_run {
        Registry::open_to_read(config.registry()).await
    } else {
        Registry::open(config.registry()).await
    };
    opened.map_err(|error| match error {
        OpenError::Lock(error) => {
            let held = Ended::database(FAILED, &error, config);
            let way = "stop the service, or send the file to POST /v1/imports";
            Ended::with(FAILED, format_args!("{}; {way}", held.line))
        }
        error => Ended::database(FAILED, &error, config),
    })
}

/// Carries the import out, and tells how far it is when that takes long.
async fn carried(
    registry: &Registry,
    order: &Order,
    offers: Vec<Offer>,
) -> Result<Carried, Unmade> {
    let progress: Arc<Progress> = Arc::default();
    let wanted: Wanted = Arc::new(|| true);
    let begun = Instant::now();
    let mut due = interval(TOLD_EVERY);
    let mut carrying = std::pin::pin!(carry_out(registry, order, offers, &progress, &wanted));
    loop {
        tokio::select! {
            carried = &mut carrying => return carried,
            _ = due.tick() => {
                if begun.elapsed() >= TOLD_EVERY {
                    complain(at(&progress));
                }
            }
        }
    }
}

/// How far an import is, in words.
fn at(progress: &Progress) -> String {
    let total = progress.total().unwrap_or_default();
    match progress.phase() {
        Phase::Waiting => "waiting".to_owned(),
        Phase::Reading => format!("reading: {} rows", progress.read.get()),
        Phase::Checking => format!("checking: {} of {total} rows", progress.checked.get()),
        Phase::Writing => format!("writing: {} objects", progress.written.get()),
    }
}

/// Tells what was made, or of a dry run what would be.
fn told(carried: &Carried, dry_run: bool) -> Result<u8, Ended> {
    let Carried {
        made,
        revision,
        before: _,
        rehearsal,
    } = carried;
    if let (Some(made), true) = (made, dry_run) {
        differences(made)?;
    }
    if let Some(rehearsal) = rehearsal {
        let impact = ImpactAnalysis::by_many(rehearsal, &|| false);
        let impact = impact.map_err(|refusal| Ended::failed(&refusal))?;
        say(impact.in_words())?;
    }
    let counts = made.as_ref().map_or_else(String::new, |made| {
        format!(
            "{} created, {} changed, {} unchanged",
            made.created, made.changed, made.unchanged
        )
    });
    if dry_run {
        say(format_args!("{counts}; nothing was stored"))?;
    } else {
        say(format_args!(
            "{counts}; the register is at revision {revision}"
        ))?;
    }
    Ok(0)
}

fn differences(made: &Made) -> Result<(), Ended> {
    for difference in &made.differences.listed {
        let verb = if difference.creates {
            "create"
        } else {
            "change"
        };
        let name = difference.slug.clone();
        let name = name.unwrap_or_else(|| difference.id.to_string());
        let fields = difference.fields.iter().map(|field| {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            format!(
                "{}: {} → {}",
                field.column,
                side(&field.before),
                side(&field.after)
            )
        });
        let fields: Vec<_> = fields.collect();
        let line = format!(
            "{} row {}: {verb} {name} {}",
            difference.resource.code(),
            difference.row,
            fields.join("; ")
        );
        say(line.trim_end().replace('\n', " "))?;
    }
    if made.differences.truncated {
        say("… and further rows")?;
    }
    Ok(())
}

/// Tells what is wrong, a line each.
fn refused(wrong: &Wrong, files: &[PathBuf]) -> Result<u8, Ended> {
    for (file, fault) in &wrong.listed {
        let file = files.get(*file).map(|path| path.display().to_string());
        let line = format!("{}: {fault}", file.unwrap_or_default());
        say(line.replace('\n', " "))?;
    }
    if wrong.further > 0 {
        say(format_args!("… and {} further faults", wrong.further))?;
    }
    complain("nothing was imported");
    Ok(FAILED)
}
