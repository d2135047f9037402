//! What a row keeps inside one JSON column.

use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use transfer_decision::span::Day;

use crate::vocabulary::{ContactKind, MeasureKind};

/// Whom to ask at an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// For what.
    pub kind: ContactKind,
    /// A person's or an office's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What a certification was last checked against: an entry of an official list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Which list, as a link or a file's name.
    pub list: String,
    /// The list's day.
    pub day: Day,
    /// SHA-256 of the list, in hex.
    pub sha256: String,
    /// The entry's id on the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<String>,
    /// The entry's status in the list's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// One use of a mechanism that may be used a limited number of times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// The use's own id.
    pub id: Uuid,
    /// The day.
    pub on: Day,
    /// What was transferred, and why it was necessary.
    pub note: String,
}

/// Days on which a flow carried nothing although they are within its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The first day without effect.
    pub from: Day,
    /// The last day without effect; absent: it still is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Suspension {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The six steps of an assessment (EDPB Recommendations 01/2020, version 2.0), each in the
/// exporter's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// Step 1: know your transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// Step 2: the transfer tool relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Step 3: law and practice of the destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_law: Option<String>,
    /// Step 4: supplementary measures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplementary_measures: Vec<Measure>,
    /// Step 5: formal procedural steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedural_steps: Option<String>,
    /// Step 6: when and why it is evaluated again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub re_evaluation: Option<String>,
}

/// A supplementary measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Of what kind.
    pub kind: MeasureKind,
    /// What it is.
    pub description: String,
}
