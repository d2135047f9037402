//! `check`: one transfer check from the command line.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Map, Value, json};
use transfer_decision::{
    verdict::{Finding, Reason, Remedy, Verdict},
    vocabulary::{Decision, Outcome, Regime, RelationshipKind, RelationshipOutcome},
};
use transfer_registry_core::{Context, HistoryError, Registry, RegistryConfig, Snapshot};

use super::{Ended, Settings, block_on, say};
use crate::{
    api::{
        strict,
        v1::transfer_checks::{NOT_ASSESSED, TransferCheck, TransferCheckInput, given},
    },
    config::Config,
    refusal::ViolationCode,
};

/// The answer is no.
const DENIED: u8 = 1;
/// There is no answer: the question is malformed, or the register cannot be read.
const NOT_ASKED: u8 = 2;

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
    /// The instant whose knowledge is asked about, such as 2026-11-21T12:00:00Z; left out: now.
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<String>,
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
        // What went wrong after the question was understood must not look like a no.
        self.told(input, &config)
            .map_err(|ended| Ended::with(NOT_ASKED, ended.line))
    }

    /// Tells the answer; gives the exit status that it is told with.
    fn told(&self, input: TransferCheckInput, config: &Config) -> Result<u8, Ended> {
        let known_at = input.known_at();
        let (registry, snapshot) = block_on(async {
            let registry = open(config, self.demo).await?;
            let snapshot = known(&registry, known_at, config).await?;
            Ok((registry, snapshot))
        })?;
        let verdict = snapshot.decide(&input.question(registry.clock().today()));
        if self.json {
            let given = given(snapshot.revision(), registry.clock(), known_at);
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
        put("known_at", json!(self.known_at));
        strict::parse(Value::Object(question).to_string().as_bytes()).map_err(|refusal| {
            let wrong = refusal.violations().iter().map(|violation| {
                let option = violation.pointer.trim_start_matches('/').replace('_', "-");
                format!("--{option} {}", violation.message)
            });
            Ended::with(NOT_ASKED, wrong.collect::<Vec<_>>().join("; "))
        })
    }
}

/// The register as it was known at the instant asked about.
async fn known(
    registry: &Registry,
    known_at: Option<DateTime<Utc>>,
    config: &Config,
) -> Result<Arc<Snapshot>, Ended> {
    let Some(instant) = known_at else {
        return Ok(registry.snapshot());
    };
    registry
        .known_at(instant)
        .await
        .map_err(|error| match error {
            HistoryError::Future => {
                let future = ViolationCode::KnownAtInFuture.message();
                Ended::with(NOT_ASKED, format!("--known-at {future}"))
            }
            error => Ended::database(NOT_ASKED, &error, config),
        })
}

/// The configured register as it is, also beside a service that writes it; or the demo's in memory,
/// of which nothing is kept.
async fn open(config: &Config, demo: bool) -> Result<Registry, Ended> {
    if !demo {
        let opened = Registry::open_to_read(config.registry()).await;
        return opened.map_err(|error| Ended::database(NOT_ASKED, &error, config));
    }
    let registry = Registry::open(RegistryConfig {
        database_url: "sqlite::memory:".to_owned(),
        // It exists, so that no folder is made for what is never written.
        data_dir: std::env::temp_dir(),
        ..config.registry()
    });
    let registry = registry
        .await
        .map_err(|error| Ended::with(NOT_ASKED, error))?;
    let context = Context {
        actor: "system".to_owned(),
        reason: Some("the demo register in memory, for one check".to_owned()),
        request_id: "check".to_owned(),
    };
    let loaded = registry.load_demo(&context).await;
    loaded.map_err(|error| Ended::with(NOT_ASKED, error))?;
    Ok(registry)
}

/// The verdict as a person reads it: the sentence first, then the findings, then what would change
/// it.
fn in_words(verdict: &Verdict) -> String {
    let mut lines = vec![headline(verdict)];
    let relationship = verdict.relationship();
    let word = match relationship.outcome {
        RelationshipOutcome::Permitted => "passes",
        RelationshipOutcome::Denied => "does not pass",
    };
    let kind = match relationship.kind {
        RelationshipKind::SameGroup => "same group",
        RelationshipKind::Engagement => "engagement",
        RelationshipKind::Flow => "flow",
        RelationshipKind::None => "nothing connects the two",
    };
    lines.push(format!("\nRelationship: {word} ({kind})"));
    lines.extend(relationship.reasons.iter().map(reason_in_words));
    lines.extend(relationship.remedies.iter().map(remedy_in_words));
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
    lines.push(format!("\n{NOT_ASSESSED}"));
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
        Regime::Eu => "EU data (GDPR)",
        Regime::Ch => "Swiss data (FADP)",
        Regime::Uk => "UK data (UK GDPR)",
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
    lines.extend(finding.reasons.iter().map(reason_in_words));
    lines.extend(finding.remedies.iter().map(remedy_in_words));
    lines.extend(
        finding
            .warnings
            .iter()
            .map(|warning| format!("  ! {}", warning.message())),
    );
    lines
}

/// Why something does not hold, with the citation of what it would have rested on.
fn reason_in_words(reason: &Reason) -> String {
    let citation = reason
        .basis
        .as_ref()
        .map(|basis| format!(" [{}]", basis.citation))
        .unwrap_or_default();
    format!("  - {}{citation}", reason.message())
}

/// What would heal a denial, and all that it needs.
fn remedy_in_words(remedy: &Remedy) -> String {
    let Remedy {
        code,
        alternative,
        tool,
        module,
        attributes,
        parties,
        framework,
        mechanism,
        destination,
        data_categories,
    } = remedy;
    let attributes: Vec<_> = attributes.iter().map(|one| one.code()).collect();
    let categories: Vec<_> = data_categories.iter().map(|one| one.code()).collect();
    let needs: Vec<_> = [
        tool.map(|tool| format!("tool {tool}")),
        module.map(|module| format!("Module {}", module.number())),
        framework.map(|framework| format!("framework {framework}")),
        (!attributes.is_empty()).then(|| format!("any of {}", attributes.join(", "))),
        (!parties.is_empty()).then(|| format!("between {}", parties.join(" and "))),
        mechanism.as_ref().map(|id| format!("mechanism {id}")),
        destination
            .as_ref()
            .map(|place| format!("destination {place}")),
        (!categories.is_empty()).then(|| format!("data {}", categories.join(", "))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let needs = if needs.is_empty() {
        String::new()
    } else {
        format!(" ({})", needs.join("; "))
    };
    format!("  > way {alternative}: {}{needs}", code.message())
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::{
        verdict::Remedy,
        vocabulary::{Attribute, DataCategory, Framework, Module, RemedyCode, Tool},
    };

    use super::*;

    /// What the demo register answers about the data of Germans, in words.
    fn told(exporter: &str, importer: &str, day: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let question = json!({
            "exporter": exporter, "importer": importer, "data_subjects": ["DE"], "as_of": day,
        });
        let input: TransferCheckInput = strict::parse(question.to_string().as_bytes()).unwrap();
        let mut config = Config::defaults(true);
        config.data_dir = folder.path().to_owned();
        let registry = block_on(open(&config, true)).unwrap();
        let today = registry.clock().today();
        in_words(&registry.snapshot().decide(&input.question(today)))
    }

    #[test]
    fn a_denial_says_how_it_was_asked_what_would_heal_it_and_what_it_says_nothing_about() {
        let denied = told("qcontact-ltd", "qcontact-inc", "2020-07-16");
        assert!(denied.starts_with("DENIED on 2020-07-16"), "{denied}");
        assert!(
            denied.contains("Relationship: passes (same group)"),
            "{denied}"
        );
        assert!(
            denied.contains("between qcontact-ltd and qcontact-inc"),
            "{denied}"
        );
        assert!(denied.contains(NOT_ASSESSED), "{denied}");
        let strangers = told("qcontact-ltd", "nobody", "2020-07-16");
        assert!(
            strangers.contains("Relationship: does not pass (nothing connects the two)"),
            "{strangers}"
        );
    }

    #[test]
    fn a_remedy_is_told_with_all_that_it_needs() {
        let remedy = Remedy {
            tool: Some(Tool::Scc2021914),
            module: Some(Module::Three),
            attributes: vec![Attribute::SubjectToGdpr],
            parties: vec!["a".into(), "b".into()],
            framework: Some(Framework::EuUsDpf),
            mechanism: Some("m-1".into()),
            destination: Some("US".into()),
            data_categories: vec![DataCategory::Contact],
            ..Remedy::plain(RemedyCode::SignScc, 2)
        };
        let told = remedy_in_words(&remedy);
        assert!(told.starts_with("  > way 2: "), "{told}");
        for need in [
            Tool::Scc2021914.code(),
            "Module 3",
            Attribute::SubjectToGdpr.code(),
            "between a and b",
            Framework::EuUsDpf.code(),
            "mechanism m-1",
            "destination US",
            DataCategory::Contact.code(),
        ] {
            assert!(told.contains(need), "{need}: {told}");
        }
        let plain = remedy_in_words(&Remedy::plain(RemedyCode::SignScc, 1));
        assert!(!plain.contains('('), "{plain}");
    }
}
