//! What the comparison needs to know of the register.

use transfer_decision::{
    span::Day,
    vocabulary::{Framework, OrganisationKind, Place},
};
use uuid::Uuid;

/// An organisation as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub organisation: Uuid,
    /// Its slug.
    pub slug: String,
    /// Group company, third party, or international organisation.
    pub kind: OrganisationKind,
    /// Its legal name.
    pub legal_name: String,
    /// Where it is established; `None`: recorded as unknown.
    pub seat: Option<Place>,
    /// The list's participant that a person confirmed it to be, or to be covered by.
    pub participant: Option<String>,
    /// Whether a certification is wanted of it: a transfer to it waits for one.
    pub certification_wanted: bool,
    /// Its certifications, of any framework.
    pub certifications: Vec<KnownCertification>,
}

/// A certification as the register has it; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCertification {
    /// Its id.
    pub id: Uuid,
    /// The framework.
    pub framework: Framework,
    /// The first day.
    pub valid_from: Day,
    /// The last day; `None`: open.
    pub valid_to: Option<Day>,
    /// The day by which it must be renewed.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

impl KnownCertification {
    /// Whether it holds on a day or will hold later.
    pub(super) fn runs_at_or_after(&self, day: Day) -> bool {
        self.valid_to.is_none_or(|last| last >= day)
    }
}
