//! `check`: one transfer check from the command line.

use clap::Args;
use serde_json::{Map, Value, json};
use transfer_decision::{
    verdict::{Finding, Verdict},
    vocabulary::{Decision, Outcome, RelationshipOutcome},
};
use transfer_registry_core::{Context, Registry, RegistryConfig};

use super::{Ended, Settings, block_on, say};
use crate::{
    api::{
        strict,
        v1::transfer_checks::{TransferCheck, TransferCheckInput, given},
    },
    config::Config,
};

/// The answer is no.
const DENIED: u8 = 1;
/// The question is malformed.
const MALFORMED: u8 = 2;

/// Ask one transfer check.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Who sends, by slug or id.
    #[arg(long)]
    exporter: String,
    /// Who receives, by slug or id.
    #[arg(long)]
    importer: String,
    /// A further importer, receiving from the one before; may be repeated.
    #[arg(long, value_delimiter = ',')]
    onward: Vec<String>,
    /// The countries of the people whose data it is, such as DE,CH.
    #[arg(long, required = true, value_delimiter = ',')]
    data_subjects: Vec<String>,
    /// The categories of the data, such as contact,billing.
    #[arg(long, value_delimiter = ',')]
    data_categories: Vec<String>,
    /// Whether HR data is among it.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    hr_data: Option<bool>,
    /// What for, as a code such as `customer_support`.
    #[arg(long)]
    purpose: Option<String>,
    /// What the exporter is to the data.
    #[arg(long, value_name = "controller|processor")]
    exporter_role: Option<String>,
    /// What the importer is to the data.
    #[arg(long, value_name = "controller|processor")]
    importer_role: Option<String>,
    /// The day asked about, such as 2020-07-16; left out: today.
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Print the answer as the API gives it.
    #[arg(long)]
    json: bool,
    /// Ask the demo register, in memory, instead of the configured database.
    #[arg(long)]
    demo: bool,
}

impl Check {
    pub(super) fn run(self, settings: &Settings) -> Result<u8, Ended> {
        let input = self.input()?;
        let config = settings.read(self.demo)?;
        let registry = block_on(open(&config, self.demo))?;
        let snapshot = registry.snapshot();
        let verdict = snapshot.decide(&input.question(registry.clock().today()));
        if self.json {
            let given = given(snapshot.revision(), registry.clock());
            let answer = serde_json::to_string_pretty(&TransferCheck::of(&verdict, given));
            say(answer.map_err(|error| Ended::failed(&error))?)?;
        } else {
            say(in_words(&verdict))?;
        }
        Ok(if verdict.decision() == Decision::Allow {
            0
        } else {
            DENIED
        })
    }

    /// The options as the API's question, held to the same rules.
    fn input(&self) -> Result<TransferCheckInput, Ended> {
        let mut question = Map::new();
        let mut put = |name: &str, value: Value| {
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !empty {
                question.insert(name.to_owned(), value);
            }
        };
        put("exporter", json!(self.exporter));
        put("importer", json!(self.importer));
        put("onward", json!(self.onward));
        put("data_subjects", json!(self.data_subjects));
        put("data_categories", json!(self.data_categories));
        put("hr_data", json!(self.hr_data));
        put("purpose", json!(self.purpose));
        put("exporter_role", json!(self.exporter_role));
        put("importer_role", json!(self.importer_role));
        put("as_of", json!(self.as_of));
        strict::parse(Value::Object(question).to_string().as_bytes()).map_err(|refusal| {
            let wrong = refusal.violations().iter().map(|violation| {
                let option = violation.pointer.trim_start_matches('/').replace('_', "-");
                format!("--{option} {}", violation.message)
            });
            Ended::with(MALFORMED, wrong.collect::<Vec<_>>().join("; "))
        })
    }
}

/// The configured register, or the demo's in memory, of which nothing is kept.
async fn open(config: &Config, demo: bool) -> Result<Registry, Ended> {
    let mut of = config.registry();
    if demo {
        of = RegistryConfig {
            database_url: "sqlite::memory:".to_owned(),
            // It exists, so that no folder is made for what is never written.
            data_dir: std::env::temp_dir(),
            ..of
        };
    }
    let registry = Registry::open(of)
        .await
        .map_err(|error| Ended::failed(&error))?;
    if demo {
        let context = Context {
            actor: "system".to_owned(),
            reason: Some("the demo register in memory, for one check".to_owned()),
            request_id: "check".to_owned(),
        };
        let loaded = registry.load_demo(&context).await;
        loaded.map_err(|error| Ended::failed(&error))?;
    }
    Ok(registry)
}

/// The verdict as a person reads it: the sentence first, then the findings, then what would change
/// it.
fn in_words(verdict: &Verdict) -> String {
    let mut lines = vec![headline(verdict)];
    let relationship = verdict.relationship();
    let word = match relationship.outcome {
        RelationshipOutcome::Permitted => "registered",
        RelationshipOutcome::Denied => "not registered for this",
    };
    lines.push(format!("\nRelationship: {word} ({})", relationship.kind));
    lines.extend(
        relationship
            .reasons
            .iter()
            .map(|reason| format!("  - {}", reason.message())),
    );
    lines.extend(
        relationship
            .remedies
            .iter()
            .map(|remedy| format!("  > {}", remedy.code.message())),
    );
    lines.extend(verdict.findings().iter().flat_map(finding_in_words));
    if !verdict.warnings().is_empty() {
        lines.push("\nTo know besides:".to_owned());
        lines.extend(
            verdict
                .warnings()
                .iter()
                .map(|warning| format!("  ! {}", warning.message())),
        );
    }
    lines.push(format!("\nLaw pack {}.", verdict.law_pack()));
    lines.join("\n")
}

fn headline(verdict: &Verdict) -> String {
    let decision = match verdict.decision() {
        Decision::Allow => "ALLOWED",
        Decision::Deny => "DENIED",
    };
    let until = verdict.valid_until().map_or_else(
        || "; nothing that is recorded changes this".to_owned(),
        |day| format!("; unchanged until {day} if nothing is recorded"),
    );
    format!("{decision} on {}{until}.", verdict.as_of())
}

fn finding_in_words(finding: &Finding) -> Vec<String> {
    let regime = finding.regime.map_or("no regime", |regime| match regime {
        transfer_decision::vocabulary::Regime::Eu => "EU data (GDPR)",
        transfer_decision::vocabulary::Regime::Ch => "Swiss data (FADP)",
        transfer_decision::vocabulary::Regime::Uk => "UK data (UK GDPR)",
    });
    let destination = finding
        .destination
        .as_deref()
        .unwrap_or("an unknown country");
    let mut lines = vec![format!(
        "\n{regime}: {} to {} ({destination}, {}): {}",
        finding.exporter,
        finding.importer,
        finding.activity,
        outcome_in_words(finding.outcome),
    )];
    if let Some(ground) = &finding.ground {
        let basis = &ground.basis;
        let last = basis
            .valid_to
            .map(|day| format!(" to {day}"))
            .unwrap_or_default();
        lines.push(format!(
            "  = {} ({}), from {}{last}",
            basis.title, basis.citation, basis.valid_from
        ));
        lines.push(format!("    {}", basis.url));
    }
    for ground in &finding.fallbacks {
        lines.push(format!(
            "  + also: {} ({})",
            ground.basis.title, ground.basis.citation
        ));
    }
    lines.extend(
        finding
            .reasons
            .iter()
            .map(|reason| format!("  - {}", reason.message())),
    );
    for remedy in &finding.remedies {
        let module = remedy
            .module
            .map(|module| format!(", Module {}", module.number()))
            .unwrap_or_default();
        lines.push(format!(
            "  > way {}: {}{module}",
            remedy.alternative,
            remedy.code.message()
        ));
    }
    lines.extend(
        finding
            .warnings
            .iter()
            .map(|warning| format!("  ! {}", warning.message())),
    );
    lines
}

const fn outcome_in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotRestricted => "no restricted transfer",
        Outcome::Adequacy => "covered by an adequacy decision",
        Outcome::Safeguard => "covered by a safeguard",
        Outcome::Derogation => "covered by a derogation",
        Outcome::Denied => "no transfer basis recorded",
    }
}
