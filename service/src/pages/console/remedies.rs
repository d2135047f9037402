//! What would make something permitted, as a page says it: what to do, for whom, and where it is
//! recorded. What several findings need alike is said once, with everybody for whom it is.

use serde::Deserialize;
use transfer_decision::{
    verdict,
    vocabulary::{Framework, Module, Regime},
};
use transfer_registry_core::Snapshot;

use super::{day_bar, desk::Desk, explain::Finding, words};

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
    pub(super) framework: Option<String>,
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
            framework: remedy.framework.map(|one| one.code().to_owned()),
            mechanism: remedy.mechanism.as_ref().map(ToString::to_string),
            destination: remedy.destination.as_ref().map(ToString::to_string),
        }
    }
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

/// What would make something permitted.
#[derive(Debug)]
pub(super) struct Healing {
    /// What is denied without it.
    pub(super) of: String,
    /// The alternatives, each with all its steps.
    pub(super) ways: Vec<Vec<ShownRemedy>>,
}

/// What would heal the denied among findings; what several of them need is said once.
pub(super) fn healing(snapshot: &Snapshot, findings: &[&Finding]) -> Vec<Healing> {
    let mut alike: Vec<(Vec<Vec<String>>, Vec<&Finding>)> = Vec::new();
    for finding in findings.iter().filter(|one| !one.remedies.is_empty()) {
        let told = told(snapshot, finding);
        match alike.iter_mut().find(|(known, _)| *known == told) {
            Some((_, same)) => same.push(finding),
            None => alike.push((told, vec![finding])),
        }
    }
    let blocks = alike.iter().flat_map(|(_, same)| blocks(same));
    blocks
        .filter_map(|block| Some(of_block(snapshot, &block, block.first()?)))
        .collect()
}

/// What tells the remedies of findings apart: all of it but who sends.
fn told(snapshot: &Snapshot, finding: &Finding) -> Vec<Vec<String>> {
    let regime = regime(finding);
    let one = |remedy: &Remedy| {
        let mut told = vec![
            finding.importer.clone(),
            remedy.alternative.to_string(),
            sentence(snapshot, regime, remedy),
        ];
        let parties = remedy.parties.iter();
        told.extend(parties.filter(|slug| **slug != finding.exporter).cloned());
        told.extend(remedy.mechanism.clone());
        told.extend(remedy.destination.clone());
        told
    };
    finding.remedies.iter().map(one).collect()
}

/// The findings of equal remedies in blocks, each for all of its exporters under all of its regimes.
fn blocks<'f>(same: &[&'f Finding]) -> Vec<Vec<&'f Finding>> {
    let senders = |regime: Option<Regime>| {
        let of = same.iter().filter(|one| self::regime(one) == regime);
        let mut senders: Vec<&str> = of.map(|one| one.exporter.as_str()).collect();
        senders.sort_unstable();
        senders.dedup();
        senders
    };
    let mut blocks: Vec<(Vec<&str>, Vec<&'f Finding>)> = Vec::new();
    for finding in same {
        let senders = senders(regime(finding));
        match blocks.iter_mut().find(|(known, _)| *known == senders) {
            Some((_, block)) => block.push(finding),
            None => blocks.push((senders, vec![finding])),
        }
    }
    blocks.into_iter().map(|(_, block)| block).collect()
}

fn of_block(snapshot: &Snapshot, block: &[&Finding], first: &Finding) -> Healing {
    let mut exporters: Vec<&str> = Vec::new();
    let (mut places, mut regimes): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for finding in block {
        once(&mut exporters, finding.exporter.as_str());
        let place = finding.destination.as_deref();
        let place = place.map_or_else(
            || words::place_of(None),
            |code| words::destination_of(snapshot, code),
        );
        once(&mut places, place);
        once(&mut regimes, words::law(regime(finding)));
    }
    let names = exporters.iter();
    let names: Vec<String> = names
        .map(|slug| words::organisation(snapshot, slug))
        .collect();
    // What one of them signs, all of them sign.
    let together = first.remedies.iter().map(|remedy| {
        let mut parties = Vec::new();
        for slug in &remedy.parties {
            if *slug == first.exporter {
                parties.extend(exporters.iter().map(|slug| (*slug).to_owned()));
            } else {
                parties.push(slug.clone());
            }
        }
        Remedy {
            parties,
            ..remedy.clone()
        }
    });
    let together: Vec<Remedy> = together.collect();
    Healing {
        of: format!(
            "To {} ({}), for {}; under {}",
            words::organisation(snapshot, &first.importer),
            words::all_of(&places),
            words::all_of(&names),
            words::all_of(&regimes),
        ),
        ways: alternatives(snapshot, regime(first), &together),
    }
}

fn once<T: PartialEq>(known: &mut Vec<T>, one: T) {
    if !known.contains(&one) {
        known.push(one);
    }
}

fn regime(finding: &Finding) -> Option<Regime> {
    finding.regime.as_deref()?.parse().ok()
}

/// The alternatives among remedies under a regime, each with all its steps.
pub(super) fn alternatives(
    snapshot: &Snapshot,
    regime: Option<Regime>,
    remedies: &[Remedy],
) -> Vec<Vec<ShownRemedy>> {
    let mut found: Vec<(u32, Vec<ShownRemedy>)> = Vec::new();
    for remedy in remedies {
        let step = ShownRemedy {
            sentence: sentence(snapshot, regime, remedy),
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

/// What to do, in a sentence that names it.
pub(super) fn sentence(snapshot: &Snapshot, regime: Option<Regime>, remedy: &Remedy) -> String {
    let place = remedy.destination.as_deref();
    let place = place.map(|code| words::destination_of(snapshot, code));
    let place = place.unwrap_or_else(|| "this destination".to_owned());
    let framework = remedy.framework.as_deref();
    let framework: Option<Framework> = framework.and_then(|code| code.parse().ok());
    match (remedy.code.as_str(), framework, &remedy.tool) {
        ("verify_certification", Some(framework), _) => format!(
            "Look the importer up on the list of the {}; record the certification if it is active.",
            words::framework(framework)
        ),
        ("sign_scc", _, Some(tool)) => {
            let module = remedy.module.and_then(Module::from_number);
            let named = words::tool_in(snapshot, tool, module);
            match named.strip_prefix('S') {
                Some(rest) => format!("Sign the s{rest}."),
                None => format!("Sign {named}."),
            }
        }
        // What the ICO calls it.
        ("complete_tia", ..) if regime == Some(Regime::Uk) => format!(
            "Complete a transfer risk assessment for {place}; it helps only if it is favourable."
        ),
        ("complete_tia", ..) => format!(
            "Complete a transfer impact assessment for {place}; it helps only if it is favourable."
        ),
        _ => format!("{}.", words::capital(remedy.message.trim_end_matches('.'))),
    }
}

/// The form in which a remedy is recorded, filled as far as the remedy says.
fn form_of(snapshot: &Snapshot, remedy: &Remedy) -> Option<String> {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    let path = match remedy.code.as_str() {
        "sign_scc" | "sign_idta" => return Some(signing(remedy)),
        "complete_tia" | "review_tia" => {
            pairs.extend(remedy.mechanism.iter().map(|id| ("mechanism", id.clone())));
            let destination = remedy.destination.iter();
            pairs.extend(destination.map(|at| ("destination", at.clone())));
            "/console/assessments/new".to_owned()
        }
        "verify_certification" => {
            let party = snapshot.organisation(remedy.parties.last()?)?;
            let framework = remedy.framework.iter();
            pairs.extend(framework.map(|code| ("framework", code.clone())));
            format!("/console/organisations/{}/certifications/new", party.id)
        }
        "confirm_recipient" => {
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
    Some(day_bar::with(&path, &pairs))
}

/// The form of what is signed: with its parties, of whom the last is the importer.
fn signing(remedy: &Remedy) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
    if let Some(tool) = &remedy.tool {
        put("tool", tool);
    }
    if let Some(module) = remedy.module {
        put("module", &module.to_string());
    }
    let last = remedy.parties.len().saturating_sub(1);
    for (at, slug) in remedy.parties.iter().enumerate() {
        let side = if at == last { "importer" } else { "exporter" };
        put(&format!("parties.{at}.organisation"), slug);
        put(&format!("parties.{at}.side"), side);
    }
    let pairs: Vec<(&str, String)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    day_bar::with("/console/mechanisms/new", &pairs)
}

/// Who may not record a remedy now is not led to its form.
pub(super) fn unlinked(desk: &Desk<'_>, remedies: &mut [Vec<ShownRemedy>]) {
    if !desk.may_write() {
        for step in remedies.iter_mut().flatten() {
            step.href = None;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn finding(exporter: &str, regime: &str) -> Finding {
        serde_json::from_value(json!({
            "activity": "storage", "destination": "US", "exporter": exporter, "fallbacks": [],
            "importer": "google", "outcome": "denied", "reasons": [], "regime": regime,
            "regime_because": [], "warnings": [], "remedies": [],
        }))
        .unwrap()
    }

    #[test]
    fn equal_remedies_stand_in_one_block_for_all_whom_they_serve_alike() {
        let [one, two, three] = [("a", "eu"), ("b", "eu"), ("a", "ch")].map(|(a, b)| finding(a, b));
        let four = finding("b", "ch");
        let said =
            |same: &[&Finding]| -> Vec<usize> { blocks(same).iter().map(Vec::len).collect() };
        assert_eq!(said(&[&one, &two, &three, &four]), [4]);
        // Nobody is named under a regime under which nothing is denied to them.
        assert_eq!(said(&[&one, &two, &three]), [2, 1]);
    }

    #[test]
    fn everybody_who_signs_is_filled_in() {
        let remedy: Remedy = serde_json::from_value(json!({
            "alternative": 1, "code": "sign_scc", "message": "", "tool": "scc-2021-914", "module": 2,
            "parties": ["a", "b", "google"],
        }))
        .unwrap();
        assert_eq!(
            signing(&remedy),
            "/console/mechanisms/new?tool=scc-2021-914&module=2&parties.0.organisation=a\
             &parties.0.side=exporter&parties.1.organisation=b&parties.1.side=exporter\
             &parties.2.organisation=google&parties.2.side=importer"
        );
    }
}
