//! A verdict as a lawyer reads it: a sentence, then the findings, then what would change it.

use serde::Deserialize;
use transfer_decision::{verdict, vocabulary::Module};
use transfer_registry_core::Snapshot;

pub(super) use super::state::State;
use super::{desk::Desk, words};

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
    pub(super) fn sentence(&self) -> String {
        let on = words::outcome_of(&self.outcome);
        let Basis {
            title, citation, ..
        } = &self.basis;
        words::capital(&format!("{on}: {title} ({citation})"))
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

/// A remedy, as the API answers it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Remedy {
    pub(super) alternative: u32,
    pub(super) code: String,
    pub(super) message: String,
    #[serde(default)]
    pub(super) parties: Vec<String>,
    pub(super) module: Option<u8>,
    pub(super) tool: Option<String>,
    pub(super) mechanism: Option<String>,
    pub(super) destination: Option<String>,
}

impl From<&verdict::Remedy> for Remedy {
    fn from(remedy: &verdict::Remedy) -> Self {
        Self {
            alternative: remedy.alternative.into(),
            code: remedy.code.code().to_owned(),
            message: remedy.code.message().to_owned(),
            parties: remedy.parties.iter().map(ToString::to_string).collect(),
            module: remedy.module.map(Module::number),
            tool: remedy.tool.map(|tool| tool.code().to_owned()),
            mechanism: remedy.mechanism.as_ref().map(ToString::to_string),
            destination: remedy.destination.as_ref().map(ToString::to_string),
        }
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
    /// What would make it permitted: alternatives, each with all its steps.
    pub(super) remedies: Vec<Vec<ShownRemedy>>,
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

/// A step of a remedy, with where it is done.
#[derive(Debug)]
pub(super) struct ShownRemedy {
    pub(super) sentence: String,
    /// Who concludes it.
    pub(super) parties: Vec<String>,
    /// The form in which it is recorded.
    pub(super) href: Option<String>,
}

/// Findings, as a page shows them.
pub(super) fn findings(snapshot: &Snapshot, found: &[Finding]) -> Vec<ShownFinding> {
    found
        .iter()
        .map(|finding| shown(snapshot, finding))
        .collect()
}

fn shown(snapshot: &Snapshot, finding: &Finding) -> ShownFinding {
    let regime = finding.regime.as_deref();
    let activity = words::activity_of(&finding.activity);
    let operated = finding.destination.as_deref();
    let place = operated
        .and_then(|slug| snapshot.organisation(slug))
        .map_or_else(|| words::place_of(operated), |one| one.legal_name.clone());
    let name = |slug: &str| words::organisation(snapshot, slug);
    let heading = format!(
        "{}, from {} to {} ({place}, {activity})",
        regime.map_or("For any data", words::whose_data),
        name(&finding.exporter),
        name(&finding.importer),
    );
    ShownFinding {
        state: finding.state(),
        heading,
        sentence: sentence(finding),
        because: because(finding),
        basis: finding.basis.as_ref().map(shown_basis),
        mechanism: finding
            .mechanism
            .as_ref()
            .map(|id| format!("/console/mechanisms/{id}")),
        fallbacks: finding.fallbacks.iter().map(Ground::sentence).collect(),
        reasons: finding.reasons.iter().map(reason).collect(),
        warnings: finding.warnings.iter().map(reason).collect(),
        remedies: alternatives(snapshot, &finding.remedies),
    }
}

fn sentence(finding: &Finding) -> String {
    let on = words::outcome_of(&finding.outcome);
    let Some(basis) = &finding.basis else {
        return match finding.outcome.as_str() {
            "denied" => "Denied, because no transfer basis recorded here holds.".to_owned(),
            _ => "Allowed, because this is no restricted transfer.".to_owned(),
        };
    };
    let until = basis.valid_to.as_deref().map(words::day_of);
    let until = until.map_or_else(String::new, |day| format!(" until {day}"));
    let Basis {
        title, citation, ..
    } = basis;
    match finding.outcome.as_str() {
        "denied" => format!("Denied: {title} ({citation}) does not hold."),
        "not_restricted" => format!("Allowed{until}, because this is {on}: {title} ({citation})."),
        _ => format!("Allowed{until}, because of {on}: {title} ({citation})."),
    }
}

fn because(finding: &Finding) -> String {
    let Some(regime) = &finding.regime else {
        return "No regime applies.".to_owned();
    };
    let causes = finding.regime_because.iter();
    let causes: Vec<&str> = causes
        .map(|cause| match cause.as_str() {
            "data_subject" => "the people whose data it is are there",
            "exporter" => "the exporter is established there",
            _ => "it is asked for",
        })
        .collect();
    format!(
        "{} applies because {}.",
        words::regime_of(regime),
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

/// The alternatives among remedies, each with all its steps.
pub(super) fn alternatives(snapshot: &Snapshot, remedies: &[Remedy]) -> Vec<Vec<ShownRemedy>> {
    let mut found: Vec<(u32, Vec<ShownRemedy>)> = Vec::new();
    for remedy in remedies {
        let step = ShownRemedy {
            sentence: format!("{}.", words::capital(remedy.message.trim_end_matches('.'))),
            parties: remedy
                .parties
                .iter()
                .map(|slug| words::organisation(snapshot, slug))
                .collect(),
            href: form_of(snapshot, remedy),
        };
        match found
            .iter_mut()
            .find(|(number, _)| *number == remedy.alternative)
        {
            Some((_, steps)) => steps.push(step),
            None => found.push((remedy.alternative, vec![step])),
        }
    }
    found.into_iter().map(|(_, steps)| steps).collect()
}

/// The form in which a remedy is recorded, filled as far as the remedy says.
fn form_of(snapshot: &Snapshot, remedy: &Remedy) -> Option<String> {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    let path = match remedy.code.as_str() {
        "sign_scc" | "sign_idta" => {
            pairs.extend(remedy.tool.iter().map(|tool| ("tool", tool.clone())));
            pairs.extend(remedy.module.map(|module| ("module", module.to_string())));
            let names = ["parties.0.organisation", "parties.1.organisation"];
            pairs.extend(names.into_iter().zip(remedy.parties.iter().cloned()));
            pairs.push(("parties.0.side", "exporter".to_owned()));
            pairs.push(("parties.1.side", "importer".to_owned()));
            "/console/mechanisms/new".to_owned()
        }
        "complete_tia" | "review_tia" => {
            pairs.extend(remedy.mechanism.iter().map(|id| ("mechanism", id.clone())));
            let destination = remedy.destination.iter();
            pairs.extend(destination.map(|at| ("destination", at.clone())));
            "/console/assessments/new".to_owned()
        }
        "verify_certification" | "confirm_recipient" => {
            let party = snapshot.organisation(remedy.parties.last()?)?;
            format!("/console/organisations/{}", party.id)
        }
        "record_country" => {
            let party = snapshot.organisation(remedy.parties.last()?)?;
            format!("/console/organisations/{}/edit", party.id)
        }
        "register_organisation" => "/console/organisations/new".to_owned(),
        "register_relationship" => "/console/subprocessors/new".to_owned(),
        // What is left is done to a mechanism that is there.
        _ => format!("/console/mechanisms/{}/edit", remedy.mechanism.as_ref()?),
    };
    Some(super::day_bar::with(&path, &pairs))
}

/// Who may not record a remedy now is not led to its form.
pub(super) fn unlinked(desk: &Desk<'_>, remedies: &mut [Vec<ShownRemedy>]) {
    if !desk.may_write() {
        for step in remedies.iter_mut().flatten() {
            step.href = None;
        }
    }
}
