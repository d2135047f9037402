//! A JSON body that may be left out whole.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaRequest, Registry},
};

use crate::{
    api::strict::{Inbound, StrictJson},
    refusal::Refusal,
};

/// A body of type `T`; without one it is `T`'s default.
#[derive(Debug)]
pub(crate) struct Optionally<T>(pub(crate) T);

impl<'a, T: Inbound + Default> ApiExtractor<'a> for Optionally<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let whole = <StrictJson<T> as ApiExtractor>::request_meta()?;
        Some(MetaRequest {
            required: false,
            ..whole
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        if request.content_type().is_some() {
            let given = StrictJson::<T>::from_request(request, body, options).await?;
            return Ok(Self(given.0));
        }
        // Nothing says what a body would be, so there must be none.
        if body.take()?.is_empty() {
            Ok(Self(T::default()))
        } else {
            Err(Refusal::UnsupportedMediaType.into())
        }
    }
}
