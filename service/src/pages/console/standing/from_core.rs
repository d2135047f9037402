//! A standing in the core's own values, in the shape in which the API answers one: what nobody
//! recorded yet, and the rows of a list, are judged without asking for each.

use transfer_decision::{law, standing, verdict};

use super::{Question, Standing, Summary};
use crate::pages::console::{
    explain::{Basis, Finding, Ground, Said},
    remedies::Remedy,
};

impl From<&standing::Standing> for Standing {
    fn from(standing: &standing::Standing) -> Self {
        let mut carried_by: Vec<Ground> = Vec::new();
        for ground in standing.findings().filter_map(|one| one.ground.as_ref()) {
            let known = |one: &Ground| {
                let same = one.mechanism.as_deref() == ground.mechanism.as_deref();
                one.basis.id == ground.basis.id && same
            };
            if !carried_by.iter().any(known) {
                carried_by.push(ground.into());
            }
        }
        Self {
            standing: Summary {
                permitted: standing.permitted,
                as_of: standing.as_of.to_string(),
                valid_until: standing.valid_until.map(|day| day.to_string()),
                carried_by,
                carried_before: Vec::new(),
            },
            questions: standing.questions.iter().map(Question::from).collect(),
        }
    }
}

impl From<&standing::StandingQuestion> for Question {
    fn from(question: &standing::StandingQuestion) -> Self {
        Self {
            exporter: question.exporter.to_string(),
            along: question.along.iter().map(ToString::to_string).collect(),
            permitted: question.permitted,
            findings: question.findings.iter().map(Finding::from).collect(),
            warnings: question.warnings.iter().map(Said::from).collect(),
        }
    }
}

impl From<&verdict::Finding> for Finding {
    fn from(finding: &verdict::Finding) -> Self {
        let ground = finding.ground.as_ref();
        let causes = finding.regime_because.iter();
        Self {
            activity: finding.activity.code().to_owned(),
            basis: ground.map(|ground| (&*ground.basis).into()),
            destination: finding.destination.as_ref().map(ToString::to_string),
            exporter: finding.exporter.to_string(),
            fallbacks: finding.fallbacks.iter().map(Ground::from).collect(),
            importer: finding.importer.to_string(),
            mechanism: ground.and_then(|ground| Some(ground.mechanism.as_ref()?.to_string())),
            outcome: finding.outcome.code().to_owned(),
            reasons: finding.reasons.iter().map(Said::from).collect(),
            regime: finding.regime.map(|regime| regime.code().to_owned()),
            regime_because: causes.map(|cause| cause.code().to_owned()).collect(),
            remedies: finding.remedies.iter().map(Remedy::from).collect(),
            warnings: finding.warnings.iter().map(Said::from).collect(),
        }
    }
}

impl From<&verdict::Ground> for Ground {
    fn from(ground: &verdict::Ground) -> Self {
        Self {
            basis: (&*ground.basis).into(),
            mechanism: ground.mechanism.as_ref().map(ToString::to_string),
            outcome: ground.outcome.code().to_owned(),
        }
    }
}

impl From<&law::Basis> for Basis {
    fn from(basis: &law::Basis) -> Self {
        Self {
            id: basis.id.clone(),
            title: basis.title.clone(),
            citation: basis.citation.clone(),
            url: basis.url.clone(),
            valid_from: basis.valid_from.to_string(),
            valid_to: basis.valid_to.map(|day| day.to_string()),
        }
    }
}

impl From<&verdict::Reason> for Said {
    fn from(reason: &verdict::Reason) -> Self {
        let basis = reason.basis.as_ref();
        Self {
            code: reason.code.code().to_owned(),
            message: reason.message(),
            citation: basis.map(|basis| basis.citation.clone()),
            basis_id: basis.map(|basis| basis.id.clone()),
        }
    }
}

impl From<&verdict::Warning> for Said {
    fn from(warning: &verdict::Warning) -> Self {
        Self {
            code: warning.code.code().to_owned(),
            message: warning.message(),
            citation: None,
            basis_id: None,
        }
    }
}
