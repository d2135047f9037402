//! Version 1 of the API: one folder or file per resource.

pub(crate) mod adequacy_decisions;
pub(crate) mod attention;
pub(crate) mod bridge;
pub(crate) mod exports;
pub(crate) mod flows;
pub(crate) mod grounds;
pub(crate) mod groups;
pub(crate) mod impact_analyses;
pub(crate) mod impact_assessments;
pub(crate) mod imports;
pub(crate) mod law_amendments;
pub(crate) mod ledger;
pub(crate) mod locations;
pub(crate) mod mechanisms;
pub(crate) mod narrowing;
pub(crate) mod optional;
pub(crate) mod organisations;
pub(crate) mod participant_lists;
pub(crate) mod places;
pub(crate) mod processing_activities;
pub(crate) mod proposals;
pub(crate) mod publications;
pub(crate) mod standings;
pub(crate) mod subprocessors;
pub(crate) mod territories;
pub(crate) mod tokens;
pub(crate) mod transfer_checks;
pub(crate) mod users;

use poem_openapi::Tags;

/// One tag per resource.
#[derive(Tags)]
pub(crate) enum Tag {
    /// May this data go there, on this day, and why?
    #[oai(rename = "TransferChecks")]
    TransferChecks,
    /// Every change of the register: audit trail, history and change feed at once.
    #[oai(rename = "Ledger")]
    Ledger,
    /// Changes that wait for another person's approval.
    #[oai(rename = "Proposals")]
    Proposals,
    /// What groups have published as their subprocessor lists.
    #[oai(rename = "Publications")]
    Publications,
    /// Corporate groups that keep a register.
    #[oai(rename = "Groups")]
    Groups,
    /// Legal entities: group companies, third parties, international organisations.
    #[oai(rename = "Organisations")]
    Organisations,
    /// What groups do with data, as their notices say.
    #[oai(rename = "ProcessingActivities")]
    ProcessingActivities,
    /// Engagements of third parties by groups.
    #[oai(rename = "Subprocessors")]
    Subprocessors,
    /// Registered data flows between organisations.
    #[oai(rename = "Flows")]
    Flows,
    /// The instruments that transfers rest on.
    #[oai(rename = "Mechanisms")]
    Mechanisms,
    /// Transfer impact assessments, for a mechanism and a destination each.
    #[oai(rename = "ImpactAssessments")]
    ImpactAssessments,
    /// Files of rows on their way into the register.
    #[oai(rename = "Imports")]
    Imports,
    /// The register as files.
    #[oai(rename = "Exports")]
    Exports,
    /// What somebody should look at.
    #[oai(rename = "Attention")]
    Attention,
    /// The Data Privacy Framework's list of participants, beside the register.
    #[oai(rename = "ParticipantLists")]
    ParticipantLists,
    /// Who may do what, on whose data, until when.
    #[oai(rename = "Tokens")]
    Tokens,
    /// People who sign in.
    #[oai(rename = "Users")]
    Users,
    /// What would happen if.
    #[oai(rename = "ImpactAnalyses")]
    ImpactAnalyses,
    /// Adequacy decisions of the law.
    #[oai(rename = "AdequacyDecisions")]
    AdequacyDecisions,
    /// What was recorded of the law beside the pack.
    #[oai(rename = "LawAmendments")]
    LawAmendments,
    /// What countries, territories and areas are to the regimes.
    #[oai(rename = "Territories")]
    Territories,
}
