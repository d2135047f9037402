//! An impact assessment as it is shown and as a caller gives it.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::vocabulary::Conclusion;
use transfer_registry_core::impact_assessments;
use uuid::Uuid;

use crate::api::{codes::Code, strict::Input, values::Day};

/// A transfer impact assessment: the exporter's assessment for a mechanism and a destination.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ImpactAssessment {
    /// Its id.
    id: Uuid,
    /// The mechanism that it is made for.
    mechanism: Uuid,
    /// A country's or area's code, or an organisation's slug.
    destination: String,
    /// What it came to.
    conclusion: Code<Conclusion>,
    /// The day on which it was concluded.
    concluded_on: Day,
    /// The day of its next review; overdue from the day after.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_review: Option<Day>,
    /// The supplementary measures, summed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<String>,
    /// The six steps.
    steps: AssessmentSteps,
    /// Where the fact comes from.
    source: String,
    /// How often it was written, from 1.
    version: i64,
}

/// An impact assessment to be recorded.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewImpactAssessment")]
pub(crate) struct ImpactAssessmentInput {
    /// The mechanism that it is made for.
    mechanism: Uuid,
    /// A country's or area's code, or the slug of an international organisation.
    #[oai(validator(min_length = 1, max_length = 200))]
    destination: String,
    /// What it came to.
    conclusion: Code<Conclusion>,
    /// The day on which it was concluded.
    concluded_on: Day,
    /// The day of its next review; overdue from the day after.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_review: Option<Day>,
    /// The supplementary measures, summed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<String>,
    /// The six steps.
    #[serde(default)]
    #[oai(default)]
    steps: AssessmentSteps,
    /// Where the fact comes from.
    source: String,
}

impl Input for ImpactAssessmentInput {
    const FIXED: &'static [&'static str] = &["mechanism", "destination"];
}

/// The six steps of an assessment (EDPB Recommendations 01/2020), each in the exporter's words.
#[derive(Debug, Clone, Default, PartialEq, Object, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AssessmentSteps {
    /// Step 1: know your transfers.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<String>,
    /// Step 2: the transfer tool relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    /// Step 3: law and practice of the destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_law: Option<String>,
    /// Step 4: supplementary measures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[oai(default, skip_serializing_if_is_empty)]
    supplementary_measures: Vec<SupplementaryMeasure>,
    /// Step 5: formal procedural steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    procedural_steps: Option<String>,
    /// Step 6: when and why it is evaluated again.
    #[serde(skip_serializing_if = "Option::is_none")]
    re_evaluation: Option<String>,
}

/// A supplementary measure.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SupplementaryMeasure {
    /// Of what kind.
    kind: Code<impact_assessments::MeasureKind>,
    /// What it is.
    description: String,
}

impl From<&impact_assessments::Steps> for AssessmentSteps {
    fn from(steps: &impact_assessments::Steps) -> Self {
        let impact_assessments::Steps {
            transfer,
            tool,
            destination_law,
            supplementary_measures,
            procedural_steps,
            re_evaluation,
        } = steps.clone();
        Self {
            transfer,
            tool,
            destination_law,
            supplementary_measures: supplementary_measures
                .into_iter()
                .map(|measure| SupplementaryMeasure {
                    kind: Code(measure.kind),
                    description: measure.description,
                })
                .collect(),
            procedural_steps,
            re_evaluation,
        }
    }
}

impl ImpactAssessment {
    /// What is shown of an assessment for a mechanism.
    pub(crate) fn of(mechanism: Uuid, made: &impact_assessments::ImpactAssessment) -> Self {
        let impact_assessments::ImpactAssessment {
            id,
            destination,
            conclusion,
            concluded_on,
            next_review,
            measures,
            steps,
            source,
            version,
        } = made;
        Self {
            id: *id,
            mechanism,
            destination: destination.clone(),
            conclusion: Code(*conclusion),
            concluded_on: Day(*concluded_on),
            next_review: next_review.map(Day),
            measures: measures.clone(),
            steps: steps.into(),
            source: source.clone(),
            version: *version,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;
    use transfer_registry_core::impact_assessments::NewImpactAssessment;

    use super::*;
    use crate::api::{strict::parse, v1::bridge::bridged};

    #[test]
    fn an_assessment_with_all_that_it_may_have_crosses_to_the_registry_and_back() {
        let whole = json!({
            "mechanism": "01900000-0000-7000-8000-000000000001",
            "destination": "US",
            "conclusion": "favourable",
            "concluded_on": "2026-03-01",
            "next_review": "2027-03-01",
            "measures": "encryption, with the keys in the EU",
            "steps": {
                "transfer": "support tickets",
                "tool": "clauses, module 2",
                "destination_law": "section 702",
                "supplementary_measures": [
                    {"kind": "technical", "description": "encryption"},
                    {"kind": "contractual", "description": "notice of requests"},
                ],
                "procedural_steps": "none",
                "re_evaluation": "each year",
            },
            "source": "file 9",
        });
        let given: ImpactAssessmentInput = parse(whole.to_string().as_bytes()).unwrap();
        let new: NewImpactAssessment = bridged(&given).unwrap();
        assert_eq!(serde_json::to_value(&new).unwrap(), whole);
        let back: ImpactAssessmentInput = bridged(&new).unwrap();
        assert_eq!(back, given);
    }
}
