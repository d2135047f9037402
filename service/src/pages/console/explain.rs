//! A verdict as a lawyer reads it: a sentence, then the findings, then what would change it.

use serde::Deserialize;
use transfer_registry_core::Snapshot;

pub(super) use super::state::State;
use super::{bases, remedies::Remedy, words};

/// A basis, as the API names it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Basis {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) url: String,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
}

/// What carries a finding.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Ground {
    pub(super) basis: Basis,
    pub(super) mechanism: Option<String>,
    pub(super) outcome: String,
}

impl Ground {
    /// In a sentence.
    pub(super) fn sentence(&self, snapshot: &Snapshot) -> String {
        words::capital(&bases::phrase(snapshot, &self.outcome, &self.basis))
    }
}

/// A reason, a remedy or a warning.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Said {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) citation: Option<String>,
    pub(super) basis_id: Option<String>,
}

/// A finding, as the API answers it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Finding {
    pub(super) activity: String,
    pub(super) basis: Option<Basis>,
    pub(super) destination: Option<String>,
    pub(super) exporter: String,
    pub(super) fallbacks: Vec<Ground>,
    pub(super) importer: String,
    pub(super) mechanism: Option<String>,
    pub(super) outcome: String,
    pub(super) reasons: Vec<Said>,
    pub(super) regime: Option<String>,
    pub(super) regime_because: Vec<String>,
    pub(super) remedies: Vec<Remedy>,
    pub(super) warnings: Vec<Said>,
}

impl Finding {
    /// How it stands.
    pub(super) fn state(&self) -> State {
        let reasons = self.reasons.iter().map(|said| said.code.as_str());
        State::of(&self.outcome, !self.warnings.is_empty(), reasons)
    }
}

/// A finding, as a page shows it.
#[derive(Debug)]
pub(super) struct ShownFinding {
    pub(super) state: State,
    /// Whose data goes where.
    pub(super) heading: String,
    /// What it rests on, in a sentence.
    pub(super) sentence: String,
    /// Why the regime applies.
    pub(super) because: String,
    /// What it rests on: title, citation, address, days, its page.
    pub(super) basis: Option<ShownBasis>,
    /// The mechanism's page.
    pub(super) mechanism: Option<String>,
    pub(super) fallbacks: Vec<String>,
    /// Why each candidate failed: a sentence, its citation, and the page of its code.
    pub(super) reasons: Vec<ShownReason>,
    pub(super) warnings: Vec<ShownReason>,
}

/// A basis, as a page shows it.
#[derive(Debug)]
pub(super) struct ShownBasis {
    pub(super) title: String,
    pub(super) citation: String,
    pub(super) url: String,
    pub(super) days: String,
}

/// A reason or a warning, as a page shows it.
#[derive(Debug)]
pub(super) struct ShownReason {
    pub(super) sentence: String,
    pub(super) citation: Option<String>,
    pub(super) href: String,
}

/// Findings, as a page shows them.
pub(super) fn findings(snapshot: &Snapshot, found: &[Finding]) -> Vec<ShownFinding> {
    found
        .iter()
        .map(|finding| shown(snapshot, finding))
        .collect()
}

fn shown(snapshot: &Snapshot, finding: &Finding) -> ShownFinding {
    let activity = words::activity_of(&finding.activity);
    let operated = finding.destination.as_deref();
    let place = operated.map_or_else(
        || words::place_of(None),
        |code| words::destination_of(snapshot, code),
    );
    let name = |slug: &str| words::organisation(snapshot, slug);
    let heading = format!(
        "{}, from {} to {} ({place}, {activity})",
        words::under(finding.regime.as_deref()),
        name(&finding.exporter),
        name(&finding.importer),
    );
    ShownFinding {
        state: finding.state(),
        heading,
        sentence: sentence(snapshot, finding),
        because: because(finding),
        basis: finding.basis.as_ref().map(shown_basis),
        mechanism: finding
            .mechanism
            .as_ref()
            .map(|id| format!("/console/mechanisms/{id}")),
        fallbacks: finding
            .fallbacks
            .iter()
            .map(|ground| ground.sentence(snapshot))
            .collect(),
        reasons: finding.reasons.iter().map(reason).collect(),
        warnings: finding.warnings.iter().map(reason).collect(),
    }
}

fn sentence(snapshot: &Snapshot, finding: &Finding) -> String {
    let Some(basis) = &finding.basis else {
        return match finding.outcome.as_str() {
            "denied" => "Denied, because no transfer basis recorded here holds.".to_owned(),
            _ => "Allowed, because this is no restricted transfer.".to_owned(),
        };
    };
    let until = basis.valid_to.as_deref().map(words::day_of);
    let until = until.map_or_else(String::new, |day| format!(" until {day}"));
    if finding.outcome == "denied" {
        let named = bases::titled(&basis.title, &basis.citation);
        return format!("Denied: {named} does not hold.");
    }
    let clause = bases::clause(snapshot, &finding.outcome, basis);
    format!("Allowed{until}, because {clause}.")
}

fn because(finding: &Finding) -> String {
    let Some(regime) = &finding.regime else {
        return "No regime applies.".to_owned();
    };
    let regime = regime.parse().ok();
    let area = words::area(regime);
    let causes = finding.regime_because.iter();
    let causes: Vec<String> = causes
        .map(|cause| match cause.as_str() {
            "data_subject" => format!("the data subjects are in {area}"),
            "exporter" => format!("the exporter is established in {area}"),
            _ => "it is asked for".to_owned(),
        })
        .collect();
    format!(
        "{} applies because {}.",
        words::capital(words::law(regime)),
        causes.join(" and ")
    )
}

fn shown_basis(basis: &Basis) -> ShownBasis {
    let from = words::day_of(&basis.valid_from);
    let to = basis.valid_to.as_deref().map(words::day_of);
    ShownBasis {
        title: basis.title.clone(),
        citation: basis.citation.clone(),
        url: basis.url.clone(),
        days: to.map_or_else(
            || format!("in force since {from}"),
            |to| format!("in force from {from} to {to}"),
        ),
    }
}

/// A reason, with the page that explains its code.
pub(super) fn reason(said: &Said) -> ShownReason {
    let about = said.basis_id.as_ref();
    let about = about.map_or_else(String::new, |id| format!(" ({id})"));
    ShownReason {
        sentence: format!(
            "{}{about}.",
            words::capital(said.message.trim_end_matches('.'))
        ),
        citation: said.citation.clone(),
        href: format!("/reasons/{}", said.code),
    }
}
