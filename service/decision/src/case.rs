//! One line of a case file against a law.
//!
//! A case carries its facts inline: no register, no relationship gate; facts count as checked.
//! An unknown field is an error and never ignored.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Deserializer};

use crate::{
    facts::{Assessment, Certification, Statements, Terms},
    law::{Law, UK_REGIME_FROM},
    rules::{Destination, Judged, Leg, Offered, judge},
    span::{Day, FIRST_DAY, Span, SpanReversed, parse_day},
    vocabulary::{
        Attribute, Conclusion, Country, DataCategory, Framework, Module, Outcome, Place,
        ReasonCode, Regime, Role, Tool, UncheckedFacts,
    },
};

/// A case: a question with its facts, and what must come out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Why it is worth asking.
    pub why: String,
    question: CaseQuestion,
    expect: Expectation,
    /// How sure its author is.
    pub confidence: crate::vocabulary::Confidence,
}

/// What a case came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOutcome {
    /// The outcome.
    pub outcome: Outcome,
    /// The id of the row that it rests on.
    pub basis: Option<String>,
    /// The reasons found.
    pub reasons: Vec<ReasonCode>,
}

/// A case that cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// It is not a case.
    #[error("not a case: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Its day is before the first day that the law covers.
    #[error("question.as_of: {0} is before {FIRST_DAY}")]
    TooEarly(Day),
    /// The last day of a certification is before its first.
    #[error("certifications: {0}")]
    Certification(#[from] SpanReversed),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    outcome: Outcome,
    basis: Option<String>,
    reason: Option<ReasonCode>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseQuestion {
    #[serde(deserialize_with = "strict_day")]
    as_of: Day,
    regime: Regime,
    #[serde(default)]
    exporter: CaseExporter,
    importer: CaseImporter,
    #[serde(default)]
    data: CaseData,
    #[serde(default)]
    mechanisms: Vec<CaseMechanism>,
    purpose: Option<String>,
    /// The importer only reads; its country is the destination all the same.
    #[serde(default, rename = "remote_access")]
    _remote_access: bool,
    storage_country: Option<Place>,
    #[serde(default)]
    collected_from_data_subject: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseExporter {
    #[serde(rename = "country")]
    _country: Option<Place>,
    role: Option<Role>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseImporter {
    country: Option<Place>,
    organisation: Option<String>,
    role: Option<Role>,
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(default)]
    same_legal_entity: bool,
    #[serde(default)]
    attributes: BTreeMap<String, bool>,
    #[serde(default)]
    certifications: Vec<CaseCertification>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseCertification {
    framework: Framework,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    valid_from: Option<Day>,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    valid_to: Option<Day>,
    #[serde(default)]
    covers_hr: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseData {
    hr: Option<bool>,
    kind: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fixed form of a case file, one field a statement"
)]
struct CaseMechanism {
    tool: Tool,
    #[serde(default, deserialize_with = "module_number")]
    module: Option<Module>,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    signed_on: Option<Day>,
    tia: Option<Conclusion>,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    tia_concluded_on: Option<Day>,
    #[serde(default = "yes")]
    combined_with_eu_data: bool,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    processing_changed_on: Option<Day>,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    approved_on: Option<Day>,
    approved_by: Option<Country>,
    #[serde(default, deserialize_with = "strict_day_or_none")]
    authorised_on: Option<Day>,
    #[serde(default)]
    importer_bound: bool,
    #[serde(default = "yes")]
    exporter_bound: bool,
    #[serde(rename = "scheme")]
    _scheme: Option<String>,
    #[serde(default = "yes")]
    party_exporter: bool,
    #[serde(default = "yes")]
    party_importer: bool,
    #[serde(default)]
    swiss_addendum: bool,
    #[serde(default)]
    notified_to_fdpic: bool,
    #[serde(default)]
    binding_commitments: bool,
    #[serde(default)]
    public_bodies: bool,
    #[serde(default)]
    explicit: bool,
    #[serde(default)]
    informed_of_risks: bool,
    #[serde(default)]
    necessary: bool,
    #[serde(default)]
    occasional: bool,
    repetitive: Option<bool>,
    #[serde(default)]
    limited_subjects: bool,
    #[serde(default)]
    supervisory_authority_informed: bool,
    #[serde(default)]
    data_subjects_informed: bool,
    #[serde(default)]
    documented_in_record: bool,
    #[serde(default)]
    public_authority_powers: bool,
    #[serde(default)]
    law_reference: bool,
    #[serde(default)]
    vital_interest: bool,
    #[serde(default)]
    incapable_of_consent: bool,
    #[serde(default)]
    public_register: bool,
    #[serde(default)]
    not_the_whole_register: bool,
    #[serde(default)]
    public_interest_or_legal_claims: bool,
    #[serde(default)]
    made_public_by_data_subject: bool,
    #[serde(default)]
    processing_not_prohibited: bool,
}

const fn yes() -> bool {
    true
}

fn strict_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_day(&text)
        .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no day YYYY-MM-DD")))
}

fn strict_day_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    Option::<String>::deserialize(deserializer)?
        .map(|text| {
            parse_day(&text)
                .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no day YYYY-MM-DD")))
        })
        .transpose()
}

fn module_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Module>, D::Error> {
    Option::<u8>::deserialize(deserializer)?
        .map(|number| {
            Module::from_number(number)
                .ok_or_else(|| serde::de::Error::custom(format!("no module {number}")))
        })
        .transpose()
}

impl CaseMechanism {
    fn terms(&self) -> Terms {
        Terms {
            tool: self.tool,
            module: self.module,
            signed_on: self.signed_on,
            processing_changed_on: self.processing_changed_on,
            approved_on: self.approved_on,
            approved_by: self.approved_by,
            authorised_on: self.authorised_on,
            combined_with_eu_data: self.combined_with_eu_data,
            statements: Statements {
                swiss_addendum: self.swiss_addendum,
                notified_to_fdpic: self.notified_to_fdpic,
                binding_commitments: self.binding_commitments,
                public_bodies: self.public_bodies,
                explicit: self.explicit,
                informed_of_risks: self.informed_of_risks,
                necessary: self.necessary,
                occasional: self.occasional,
                repetitive: self.repetitive,
                limited_subjects: self.limited_subjects,
                supervisory_authority_informed: self.supervisory_authority_informed,
                data_subjects_informed: self.data_subjects_informed,
                documented_in_record: self.documented_in_record,
                public_authority_powers: self.public_authority_powers,
                law_reference: self.law_reference,
                vital_interest: self.vital_interest,
                incapable_of_consent: self.incapable_of_consent,
                public_register: self.public_register,
                not_the_whole_register: self.not_the_whole_register,
                public_interest_or_legal_claims: self.public_interest_or_legal_claims,
                made_public_by_data_subject: self.made_public_by_data_subject,
                processing_not_prohibited: self.processing_not_prohibited,
            },
        }
    }

    fn assessments(&self) -> Vec<Assessment> {
        self.tia
            .map(|conclusion| Assessment {
                destination: None,
                conclusion,
                concluded_on: self.tia_concluded_on,
                next_review: None,
            })
            .into_iter()
            .collect()
    }
}

impl Case {
    /// Reads one line of a case file.
    ///
    /// # Errors
    /// When the line is no case: unknown or repeated field, unknown code, loose day.
    pub fn parse(line: &str) -> Result<Self, CaseError> {
        Ok(serde_json::from_str(line)?)
    }

    /// Judges the case against a law.
    ///
    /// # Errors
    /// When the day is before [`FIRST_DAY`] or a certification's days are reversed.
    pub fn judge(&self, law: &Law) -> Result<CaseOutcome, CaseError> {
        let question = &self.question;
        if question.as_of < FIRST_DAY {
            return Err(CaseError::TooEarly(question.as_of));
        }
        let facts = Facts::of(question)?;
        let offered = facts.offered();
        let judge_at = |destination| judge(law, &facts.leg(question, destination, &offered));

        let importer = &question.importer;
        let judged = if let Some(slug) = &facts.organisation {
            no_transfer(law, question).unwrap_or_else(|| judge_at(Destination::Organisation(slug)))
        } else {
            let at = |place: Option<Place>| match place {
                None => Judged::unknown_place(Some(regime(question)), question.as_of),
                Some(place) => no_transfer(law, question)
                    .unwrap_or_else(|| judge_at(Destination::Place(place))),
            };
            let here = at(importer.country);
            match question.storage_country.map(|place| at(Some(place))) {
                Some(there) if there.outcome > here.outcome => there,
                _ => here,
            }
        };
        Ok(CaseOutcome {
            outcome: judged.outcome,
            basis: judged.ground.map(|ground| ground.basis.id.clone()),
            reasons: judged.reasons.iter().map(|reason| reason.code).collect(),
        })
    }

    /// What differs from the expectation; `None`: the case holds.
    #[must_use]
    pub fn mismatch(&self, outcome: &CaseOutcome) -> Option<String> {
        let expected = &self.expect;
        let basis_differs = expected.basis.is_some() && expected.basis != outcome.basis;
        let reason_absent = expected
            .reason
            .is_some_and(|reason| !outcome.reasons.contains(&reason));
        if expected.outcome == outcome.outcome && !basis_differs && !reason_absent {
            return None;
        }
        let reasons: Vec<&str> = outcome.reasons.iter().map(|code| code.code()).collect();
        Some(format!(
            "{}: expected {}{}{}, found {} {} [{}] ({})",
            self.id,
            expected.outcome,
            part(" on ", expected.basis.as_deref()),
            part(" for ", expected.reason.map(ReasonCode::code)),
            outcome.outcome,
            part("on ", outcome.basis.as_deref()),
            reasons.join(", "),
            self.why,
        ))
    }
}

fn part(before: &str, text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!("{before}{text}"))
}

/// A `uk` question before the UK regime is judged under `eu`.
fn regime(question: &CaseQuestion) -> Regime {
    if question.regime == Regime::Uk && question.as_of < UK_REGIME_FROM {
        Regime::Eu
    } else {
        question.regime
    }
}

fn no_transfer(law: &Law, question: &CaseQuestion) -> Option<Judged> {
    if question.collected_from_data_subject {
        Some(Judged::no_transfer(law.direct_collection()))
    } else if question.importer.same_legal_entity {
        Some(Judged::no_transfer(law.same_entity()))
    } else {
        None
    }
}

/// A case's facts in the form in which the rules read them.
struct Facts {
    organisation: Option<Arc<str>>,
    attributes: BTreeMap<Attribute, bool>,
    certifications: Vec<Certification>,
    data_categories: Option<BTreeSet<DataCategory>>,
    mechanisms: Vec<(CaseMechanism, Terms, Vec<Assessment>)>,
}

impl Facts {
    fn of(question: &CaseQuestion) -> Result<Self, SpanReversed> {
        let importer = &question.importer;
        let certifications = importer
            .certifications
            .iter()
            .enumerate()
            .map(|(at, c)| {
                Ok(Certification {
                    id: at.to_string().into(),
                    framework: c.framework,
                    span: Span::inclusive(c.valid_from.unwrap_or(FIRST_DAY), c.valid_to)?,
                    recertification_due: None,
                    covers_hr: c.covers_hr,
                    checked: true,
                })
            })
            .collect::<Result<_, SpanReversed>>()?;
        Ok(Self {
            organisation: importer
                .organisation
                .as_ref()
                .map(|code| code.to_ascii_lowercase().into()),
            // The map is open: a name that no condition of the law knows has no effect.
            attributes: importer
                .attributes
                .iter()
                .filter_map(|(name, is)| Some((name.parse().ok()?, *is)))
                .collect(),
            certifications,
            // A kind that no condition knows still says that the data is nothing else.
            data_categories: question
                .data
                .kind
                .as_ref()
                .map(|kind| kind.parse().into_iter().collect()),
            mechanisms: question
                .mechanisms
                .iter()
                .map(|m| (m.clone(), m.terms(), m.assessments()))
                .collect(),
        })
    }

    fn offered(&self) -> Vec<Offered<'_>> {
        self.mechanisms
            .iter()
            .map(|(mechanism, terms, assessments)| Offered {
                id: None,
                terms,
                ends_on: None,
                party_exporter: mechanism.party_exporter,
                party_importer: mechanism.party_importer,
                exporter_bound: mechanism.exporter_bound,
                importer_bound: mechanism.importer_bound,
                named_both: true,
                assessments,
                checked: true,
            })
            .collect()
    }

    fn leg<'a>(
        &'a self,
        question: &'a CaseQuestion,
        destination: Destination<'a>,
        mechanisms: &'a [Offered<'a>],
    ) -> Leg<'a, 'a> {
        Leg {
            day: question.as_of,
            regime: regime(question),
            destination,
            attributes: &self.attributes,
            certifications: &self.certifications,
            exporter_role: question.exporter.role.unwrap_or(Role::Controller),
            importer_role: question.importer.role.unwrap_or(Role::Processor),
            hr_data: question
                .data
                .hr
                .unwrap_or(question.data.kind.as_deref() == Some(DataCategory::Employment.code())),
            data_categories: self.data_categories.as_ref(),
            purpose: question.purpose.as_deref(),
            recorded_purpose: None,
            mechanisms,
            unchecked_facts: UncheckedFacts::Warn,
        }
    }
}
