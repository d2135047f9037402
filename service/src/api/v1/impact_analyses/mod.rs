//! What would happen if: changes that are supposed, over everything that is active.

mod answer;
mod supposed;
#[cfg(test)]
mod tests;

use poem::{Result, web::Data};
use poem_openapi::OpenApi;
use transfer_registry_core::{Registry, impact_analyses::Supposing};

pub(crate) use answer::ImpactAnalysis;
pub(crate) use supposed::ImpactAnalysisInput;

use super::Tag;
use crate::{
    api::{
        answer::Answer,
        auth::Caller,
        query::{Parameter, Parameters, Query},
        strict::StrictJson,
    },
    edge::turns::Turns,
    refusal::Refusal,
};

/// Impact analyses.
pub(crate) struct ImpactAnalyses;

/// An analysis takes no query.
pub(crate) struct NoQuery;

impl Parameters for NoQuery {
    const OPERATION: &'static str = "analyseImpact";
    const PARAMETERS: &'static [Parameter] = &[];
}

#[OpenApi(prefix_path = "/v1/impact-analyses", tag = "Tag::ImpactAnalyses")]
impl ImpactAnalyses {
    /// Analyse the impact of changes
    ///
    /// Answers which active engagements and flows would stand otherwise if all of these changes
    /// were made, with what would carry each of them, or what would make it permitted. What is
    /// active and begins later is judged on its own first day. Nothing is stored. "The framework
    /// falls on 1 December" is one change. At busy times it is refused with 503.
    #[oai(path = "/", method = "post", operation_id = "analyseImpact")]
    async fn analyse(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        turns: Data<&Turns>,
        _query: Query<NoQuery>,
        input: StrictJson<ImpactAnalysisInput>,
    ) -> Result<Answer<ImpactAnalysis>, Refusal> {
        let changes = input.0.hypotheses()?;
        let as_of = input.0.as_of(&changes, registry.clock().today())?;
        let supposing = Supposing::over(&registry, caller.scope()).await?;
        // Everything that is recorded is looked at: that would keep other requests waiting here.
        turns
            .run(move |wanted| {
                let rehearsal = supposing.rehearsal(&changes, &|| wanted.still())?;
                let stop = || wanted.still().is_err();
                let analysis = ImpactAnalysis::on(&rehearsal, as_of, 1, &stop)?;
                Answer::of(rehearsal.before.revision(), &analysis)
            })
            .await
    }
}
