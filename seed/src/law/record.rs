//! Rows with everything that their authors wrote, for people who read the law. Days are inclusive.

mod territory;
mod tool;

use serde::Serialize;
use transfer_decision::{
    law::Condition,
    span::Day,
    vocabulary::{Confidence, Country, EndKind, Regime},
};

pub(super) use territory::territories;
pub use territory::{AreaMember, MembershipBasis, MembershipRecord, TerritoryRecord};
pub use tool::{FrameworkRecord, ToolRecord};

/// One adequacy instrument for one territory or organisation under one regime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdequacyRecord {
    /// The row's stable id.
    pub id: String,
    /// The act of which this row is one phase; the row's own id when it is an act of its own.
    pub instrument: String,
    /// The regime under which it counts.
    pub regime: Regime,
    /// The territory; absent for an organisation.
    pub territory: Option<Country>,
    /// The international organisation's slug; absent for a territory.
    pub organisation: Option<String>,
    /// What it is called.
    pub title: String,
    /// The official citation.
    pub citation: String,
    /// The link to the official text.
    pub url: String,
    /// CELEX numbers of the acts that made this phase of it.
    pub amended_by: Vec<String>,
    /// The first day on which it applies.
    pub valid_from: Day,
    /// The last day on which it applies; absent when open.
    pub valid_to: Option<Day>,
    /// Its scope conditions as `key=value`, alternatives separated by `|`; all must hold.
    pub conditions: Vec<String>,
    /// How it ended, or ends on a last day that is already known.
    pub end_kind: Option<EndKind>,
    /// What ended it.
    pub ended_by: Option<String>,
    /// The link to what ended it.
    pub ending_act_url: Option<String>,
    /// Whether the court that struck it down kept its effects to its last day.
    pub effects_preserved: bool,
    /// A pending challenge in court.
    pub challenge: Option<String>,
    /// How well the row is established.
    pub confidence: Confidence,
    /// What a reader should know besides.
    pub notes: Option<String>,
    /// Which of the pack's amendments made or changed the row, by their positions in
    /// [`super::Pack::amendments`]; empty for a row that is as shipped.
    pub amendments: Vec<usize>,
}

impl AdequacyRecord {
    /// Whether the row differs from the pack's text, or is not in it.
    #[must_use]
    pub fn is_amended(&self) -> bool {
        !self.amendments.is_empty()
    }
}

/// A condition as a reader sees it.
pub(super) fn readable(condition: &Condition) -> String {
    let list = |codes: &mut dyn Iterator<Item = &str>| codes.collect::<Vec<_>>().join("|");
    match condition {
        Condition::RequiresCertification(framework) => {
            format!("requires_certification={framework}")
        }
        Condition::HrDataRequiresHrCoverage => "hr_data_requires=hr_coverage".to_owned(),
        Condition::RequiresRecipientAttribute(any) => format!(
            "requires_recipient_attribute={}",
            list(&mut any.iter().map(|attribute| attribute.code()))
        ),
        Condition::ExcludesRecipient(none) => format!(
            "excludes_recipient={}",
            list(&mut none.iter().map(|attribute| attribute.code()))
        ),
        Condition::ExcludesPurpose(none) => format!("excludes_purpose={}", none.join("|")),
        Condition::RequiresDataCategory(category) => format!("requires_data_category={category}"),
        Condition::ExcludesData(none) => format!(
            "excludes_data={}",
            list(&mut none.iter().map(|category| category.code()))
        ),
    }
}
