//! A write whose query says more than whether it is only to be tried.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef, Registry as Types},
};
use transfer_registry_core::Registry;

use super::{Writing, pairs};
use crate::{
    api::{
        auth::Caller,
        query::{Parameters, Query},
    },
    refusal::Refusal,
};

/// A [`Writing`] with the parameters of `P` beside its own. `P` goes into the document like any
/// other operation's.
#[derive(Debug)]
pub(crate) struct WritingBeside<P> {
    /// What every write has.
    pub(crate) writing: Writing,
    /// What this one has besides.
    pub(crate) query: Query<P>,
}

impl<'a, P: Parameters> ApiExtractor<'a> for WritingBeside<P> {
    const TYPES: &'static [ApiExtractorType] = <Writing as ApiExtractor>::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(types: &mut Types) {
        <Writing as ApiExtractor>::register(types);
    }

    fn security_schemes() -> Vec<&'static str> {
        <Writing as ApiExtractor>::security_schemes()
    }

    fn param_in() -> Option<MetaParamIn> {
        <Writing as ApiExtractor>::param_in()
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        <Writing as ApiExtractor>::param_schema_ref()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let caller = Caller::from_request(request, body, options).await?;
        let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
        let own = |(name, _): &(String, String)| {
            P::PARAMETERS.iter().any(|parameter| parameter.name == name)
        };
        let (own, others) = pairs(request)?.into_iter().partition(own);
        // What is wrong with either is said at once.
        let query = Query::asked_at(own, registry.clock().now());
        let found = match &query {
            Ok(_) => Vec::new(),
            Err(refusal) => refusal.violations().to_vec(),
        };
        let writing = Writing::of(request, &caller, others, found)?;
        Ok(Self {
            writing,
            query: query?,
        })
    }
}
