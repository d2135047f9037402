//! The HTTP API: `/v1`, and the document that describes it.

pub(crate) mod access;
pub(crate) mod answer;
pub(crate) mod auth;
pub(crate) mod codes;
pub(crate) mod etag;
pub(crate) mod paging;
pub(crate) mod patch;
pub(crate) mod problem;
pub(crate) mod query;
pub mod spec;
pub(crate) mod strict;
#[expect(
    clippy::unused_async,
    reason = "an operation is async to poem-openapi, whether it waits or not"
)]
pub(crate) mod v1;
pub(crate) mod values;
pub(crate) mod write;

use poem_openapi::{OpenApi, OpenApiService};

use v1::{
    adequacy_decisions::AdequacyDecisions,
    attention::Attention,
    exports::Exports,
    flows::Flows,
    groups::Groups,
    impact_analyses::ImpactAnalyses,
    impact_assessments::ImpactAssessments,
    imports::ImportResource,
    law_amendments::LawAmendments,
    ledger::Ledger,
    mechanisms::Mechanisms,
    organisations::{Certifications, Organisations, UpstreamGraphs},
    participant_lists::ParticipantLists,
    processing_activities::ProcessingActivities,
    proposals::Proposals,
    publications::Publications,
    subprocessors::Subprocessors,
    territories::Territories,
    tokens::Tokens,
    transfer_checks::TransferChecks,
    users::Users,
};

/// Every resource of the API.
type Resources = (
    TransferChecks,
    Groups,
    Organisations,
    Certifications,
    UpstreamGraphs,
    ProcessingActivities,
    Subprocessors,
    Flows,
    (Mechanisms, ImpactAssessments),
    (AdequacyDecisions, LawAmendments, Territories),
    Attention,
    ParticipantLists,
    ImpactAnalyses,
    (Ledger, Tokens, (Users, Proposals, Publications)),
    (ImportResource, Exports),
);

/// The API as an endpoint, and as the source of its document.
pub(crate) fn service() -> OpenApiService<Resources, ()> {
    let resources = (
        TransferChecks,
        Groups,
        Organisations,
        Certifications,
        UpstreamGraphs,
        ProcessingActivities,
        Subprocessors,
        Flows,
        (Mechanisms, ImpactAssessments),
        (AdequacyDecisions, LawAmendments, Territories),
        Attention,
        ParticipantLists,
        ImpactAnalyses,
        (Ledger, Tokens, (Users, Proposals, Publications)),
        (ImportResource, Exports),
    );
    OpenApiService::new(resources, "Transfer Registry", env!("CARGO_PKG_VERSION"))
}

/// The API's paths, each with its methods; `{…}` stands for one segment.
pub(crate) fn paths() -> Vec<(String, Vec<String>)> {
    Resources::meta()
        .into_iter()
        .flat_map(|api| api.paths)
        .map(|path| {
            let methods = path
                .operations
                .iter()
                .map(|operation| operation.method.to_string());
            (path.path, methods.collect())
        })
        .collect()
}
