//! The official workbook as the body of a request.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef},
};
use sha2::{Digest, Sha256};

use crate::api::strict::body_of;

/// XLSX's media type.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How many bytes a workbook may have. The official one has some 1.4 MB.
const LIMIT: usize = 64 << 20;

/// A workbook as it was sent.
#[derive(Debug)]
pub(crate) struct WorkbookBody(pub(super) Vec<u8>);

impl WorkbookBody {
    /// Its SHA-256.
    pub(super) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl<'a> ApiExtractor<'a> for WorkbookBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let schema = MetaSchema {
            description: Some("The list's official workbook, as it was downloaded."),
            ..MetaSchema::new_with_format("string", "binary")
        };
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: XLSX,
                schema: MetaSchemaRef::Inline(Box::new(schema)),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        Ok(Self(body_of(request, body, &[XLSX], LIMIT).await?))
    }
}
