//! The scope conditions of adequacy decisions: as they are shown, and as a caller gives them.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use transfer_decision::{law::Condition, vocabulary::Attribute};
use transfer_registry_seed::law::amendment::ScopeCondition;

use crate::{
    api::codes::Code,
    refusal::{Refusal, Violation, ViolationCode},
};

/// A condition of an adequacy decision.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdequacyCondition {
    /// What is asked for.
    pub(super) kind: Code<ConditionKind>,
    /// The codes that it names; of certifications and categories that are required, and of what HR
    /// data requires, exactly one.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub(super) values: Vec<String>,
}

/// What a condition asks for, in the words of the law pack's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConditionKind {
    /// The importer is certified in a framework.
    RequiresCertification,
    /// For HR data the certification must cover it.
    HrDataRequires,
    /// The importer has one of the attributes.
    RequiresRecipientAttribute,
    /// The importer has none of the attributes.
    ExcludesRecipient,
    /// The purpose is none of these.
    ExcludesPurpose,
    /// The data is of this category.
    RequiresDataCategory,
    /// The data is of none of these categories.
    ExcludesData,
}

impl ConditionKind {
    /// Every kind.
    pub(crate) const ALL: &'static [Self] = &[
        Self::RequiresCertification,
        Self::HrDataRequires,
        Self::RequiresRecipientAttribute,
        Self::ExcludesRecipient,
        Self::ExcludesPurpose,
        Self::RequiresDataCategory,
        Self::ExcludesData,
    ];

    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::RequiresCertification => "requires_certification",
            Self::HrDataRequires => "hr_data_requires",
            Self::RequiresRecipientAttribute => "requires_recipient_attribute",
            Self::ExcludesRecipient => "excludes_recipient",
            Self::ExcludesPurpose => "excludes_purpose",
            Self::RequiresDataCategory => "requires_data_category",
            Self::ExcludesData => "excludes_data",
        }
    }
}

impl From<&Condition> for AdequacyCondition {
    fn from(condition: &Condition) -> Self {
        let attributes = |all: &[Attribute]| all.iter().map(|one| one.code().to_owned()).collect();
        let (kind, values) = match condition {
            Condition::RequiresCertification(framework) => (
                ConditionKind::RequiresCertification,
                vec![framework.code().to_owned()],
            ),
            Condition::HrDataRequiresHrCoverage => (
                ConditionKind::HrDataRequires,
                vec!["hr_coverage".to_owned()],
            ),
            Condition::RequiresRecipientAttribute(any) => {
                (ConditionKind::RequiresRecipientAttribute, attributes(any))
            }
            Condition::ExcludesRecipient(none) => {
                (ConditionKind::ExcludesRecipient, attributes(none))
            }
            Condition::ExcludesPurpose(none) => (ConditionKind::ExcludesPurpose, none.clone()),
            Condition::RequiresDataCategory(category) => (
                ConditionKind::RequiresDataCategory,
                vec![category.code().to_owned()],
            ),
            Condition::ExcludesData(none) => (
                ConditionKind::ExcludesData,
                none.iter().map(|one| one.code().to_owned()).collect(),
            ),
        };
        Self {
            kind: Code(kind),
            values,
        }
    }
}

impl AdequacyCondition {
    /// The condition as the law pack's authors write it.
    ///
    /// # Errors
    /// When it names several codes where the law takes one.
    fn row(&self, place: &str) -> Result<ScopeCondition, Violation> {
        let all = || self.values.clone();
        let one = || match self.values.as_slice() {
            [one] => Ok(one.clone()),
            several => {
                let code = if several.is_empty() {
                    ViolationCode::TooFewItems
                } else {
                    ViolationCode::TooManyItems
                };
                Err(Violation::detailed(
                    format!("{place}/values"),
                    code,
                    "exactly 1",
                ))
            }
        };
        Ok(match self.kind.0 {
            ConditionKind::RequiresCertification => ScopeCondition::RequiresCertification(one()?),
            ConditionKind::HrDataRequires => ScopeCondition::HrDataRequires(one()?),
            ConditionKind::RequiresRecipientAttribute => {
                ScopeCondition::RequiresRecipientAttribute(all())
            }
            ConditionKind::ExcludesRecipient => ScopeCondition::ExcludesRecipient(all()),
            ConditionKind::ExcludesPurpose => ScopeCondition::ExcludesPurpose(all()),
            ConditionKind::RequiresDataCategory => ScopeCondition::RequiresDataCategory(one()?),
            ConditionKind::ExcludesData => ScopeCondition::ExcludesData(all()),
        })
    }
}

impl From<&ScopeCondition> for AdequacyCondition {
    fn from(row: &ScopeCondition) -> Self {
        let one = |code: &String| vec![code.clone()];
        let (kind, values) = match row {
            ScopeCondition::RequiresCertification(code) => {
                (ConditionKind::RequiresCertification, one(code))
            }
            ScopeCondition::HrDataRequires(code) => (ConditionKind::HrDataRequires, one(code)),
            ScopeCondition::RequiresRecipientAttribute(all) => {
                (ConditionKind::RequiresRecipientAttribute, all.clone())
            }
            ScopeCondition::ExcludesRecipient(all) => {
                (ConditionKind::ExcludesRecipient, all.clone())
            }
            ScopeCondition::ExcludesPurpose(all) => (ConditionKind::ExcludesPurpose, all.clone()),
            ScopeCondition::RequiresDataCategory(code) => {
                (ConditionKind::RequiresDataCategory, one(code))
            }
            ScopeCondition::ExcludesData(all) => (ConditionKind::ExcludesData, all.clone()),
        };
        Self {
            kind: Code(kind),
            values,
        }
    }
}

/// Conditions as the law pack's authors write them.
///
/// # Errors
/// Every one that names several codes where the law takes one; `place` is where the list stands.
pub(crate) fn rows(
    conditions: &[AdequacyCondition],
    place: &str,
) -> Result<Vec<ScopeCondition>, Refusal> {
    let mut found = Vec::new();
    let mut rows = Vec::with_capacity(conditions.len());
    for (at, condition) in conditions.iter().enumerate() {
        match condition.row(&format!("{place}/{at}")) {
            Ok(row) => rows.push(row),
            Err(violation) => found.push(violation),
        }
    }
    if found.is_empty() {
        Ok(rows)
    } else {
        Err(Refusal::invalid(found))
    }
}
