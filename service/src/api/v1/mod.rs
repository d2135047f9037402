//! Version 1 of the API: one folder or file per resource.

pub(crate) mod adequacy_decisions;
pub(crate) mod groups;
pub(crate) mod mechanisms;
pub(crate) mod organisations;
pub(crate) mod subprocessors;
pub(crate) mod transfer_checks;

use poem_openapi::Tags;

/// One tag per resource.
#[derive(Tags)]
pub(crate) enum Tag {
    /// May this data go there, on this day, and why?
    #[oai(rename = "TransferChecks")]
    TransferChecks,
    /// Corporate groups that keep a register.
    #[oai(rename = "Groups")]
    Groups,
    /// Legal entities: group companies, third parties, international organisations.
    #[oai(rename = "Organisations")]
    Organisations,
    /// Engagements of third parties by groups.
    #[oai(rename = "Subprocessors")]
    Subprocessors,
    /// The instruments that transfers rest on.
    #[oai(rename = "Mechanisms")]
    Mechanisms,
    /// Adequacy decisions of the law pack.
    #[oai(rename = "AdequacyDecisions")]
    AdequacyDecisions,
}
