//! The body of a step that is said by its path alone.

use poem::{Request, RequestBody, Result};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::read;
use crate::refusal::{Refusal, Violation, ViolationCode};

/// How much is read of a body that is not taken.
const LIMIT: usize = 4 << 10;

/// No body, or what some clients send for none: an empty object, or `null`. Anything else is
/// refused: who gives a day or a reason here would believe that it counts.
#[derive(Debug)]
pub(crate) struct NoBody;

impl<'a> ApiExtractor<'a> for NoBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let bytes = match read(request, body.take()?, LIMIT).await {
            Err(Refusal::TooLarge { .. }) => return Err(unexpected().into()),
            read => read?,
        };
        match bytes.trim_ascii() {
            b"" | b"{}" | b"null" => Ok(Self),
            _ => Err(unexpected().into()),
        }
    }
}

fn unexpected() -> Refusal {
    Refusal::invalid(vec![Violation::plain("", ViolationCode::UnexpectedBody)])
}
