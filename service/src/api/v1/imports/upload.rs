//! What an import is sent with: headers, parameters, and a file that goes to disk as it comes.

use std::{pin::pin, time::Duration};

use super::Imports;
use crate::{
    api::{
        query::{Kind, Parameter, Parameters},
        strict::is_one_of,
        write::WritingBeside,
    },
    exchange::Resource,
    refusal::Refusal,
    tables::{Format, LARGEST_FILE},
};
use futures_util::StreamExt;
use poem::{Body, Request, RequestBody, Result, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef},
};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::{
    fs::File,
    io::AsyncWriteExt,
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout, timeout_at},
};

/// How much of a file over the limit is still read, so that a client that is busy sending gets the
/// answer and not a broken connection.
const DRAINED: u64 = 4 << 20;

/// How long a file may take to come.
const PATIENCE: Duration = Duration::from_mins(5);

/// In how long a time something of it must have come, and how much at the least.
const BREATH: Duration = Duration::from_secs(10);
const PROGRESS: u64 = 16 << 10;

/// What an import takes besides what every write does.
pub(crate) struct ImportParameters;

impl Parameters for ImportParameters {
    const OPERATION: &'static str = "createImport";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::new(
            "resource",
            "The resource whose rows the file holds; left out: every table is taken by its name.",
            Kind::code::<Resource>(),
        ),
        Parameter::new(
            "format",
            "The file's format, where a client wants to say it beside the media type.",
            Kind::code::<Format>(),
        ),
        Parameter::new(
            "record_existing",
            "Whether the engagements and flows of the file run in reality already: then a row that \
             makes one active is taken whatever the law says, as is a new one whose row names no \
             `status`, and `x-change-reason` must say why. Otherwise the gate is asked about each \
             that becomes active, and a new one without `status` is proposed or a draft.",
            Kind::Flag,
        ),
    ];
}

/// An import is asked for without any parameter.
pub(crate) struct ImportQuery;

impl Parameters for ImportQuery {
    const OPERATION: &'static str = "getImport";
    const PARAMETERS: &'static [Parameter] = &[];
}

/// An import, but for its file.
pub(crate) type Importing = WritingBeside<ImportParameters>;

/// A file that came.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Where it is; it goes when this does.
    pub(super) path: TempPath,
    /// Its format, as its media type says.
    pub(super) format: Format,
    /// How many bytes it has.
    pub(super) size: u64,
    /// Their SHA-256.
    pub(super) digest: [u8; 32],
    /// The place among the imports that are under way or wait.
    pub(super) place: OwnedSemaphorePermit,
}

impl<'a> ApiExtractor<'a> for Upload {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let content = Format::ALL.iter().map(|format| MetaMediaType {
            content_type: format.media_type(),
            schema: schema(*format),
        });
        Some(MetaRequest {
            description: Some("The file, up to 64 MiB."),
            content: content.collect(),
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let mut formats = Format::ALL.iter().copied();
        let format = formats.find(|format| is_one_of(request, &[format.media_type()]));
        let format = format.ok_or(Refusal::UnsupportedMediaType)?;
        let imports = request.data::<Imports>().ok_or(Refusal::Internal)?;
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > LARGEST_FILE + DRAINED) {
            return Err(too_large().into());
        }
        let arrival = imports.arrival()?;
        let file = imports.scratch().file()?;
        let kept = timeout(PATIENCE, keep(body.take()?, file, BREATH)).await;
        let (path, size, digest) = kept.map_err(|_| Refusal::TooSlow)??;
        let place = imports.place()?;
        drop(arrival);
        Ok(Self {
            path,
            format,
            size,
            digest,
            place,
        })
    }
}

/// What a file is, as the document says it: bytes, but for JSON, which may be anything.
pub(crate) fn schema(format: Format) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(match format {
        Format::Json => MetaSchema::ANY,
        Format::Csv => MetaSchema::new("string"),
        Format::Xlsx => MetaSchema::new_with_format("string", "binary"),
    }))
}

fn too_large() -> Refusal {
    let limit = usize::try_from(LARGEST_FILE).unwrap_or(usize::MAX);
    Refusal::TooLarge { limit }
}

/// Keeps a body as it comes, and as long as something of it comes within each breath.
async fn keep(
    body: Body,
    file: NamedTempFile,
    breath: Duration,
) -> Result<(TempPath, u64, [u8; 32]), Refusal> {
    let lost = |error| {
        tracing::error!(%error, "a file that came could not be kept");
        Refusal::Internal
    };
    let (file, path) = file.into_parts();
    let mut file = File::from_std(file);
    let mut chunks = pin!(body.into_bytes_stream());
    let mut digest = Sha256::new();
    let mut size = 0_u64;
    let (mut drawn, mut until) = (0, Instant::now() + breath);
    loop {
        let chunk = timeout_at(until, chunks.next()).await;
        let Some(chunk) = chunk.map_err(|_| Refusal::TooSlow)? else {
            break;
        };
        let chunk = chunk.map_err(|_| Refusal::Unreadable)?;
        size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if size - drawn >= PROGRESS {
            (drawn, until) = (size, Instant::now() + breath);
        }
        if size <= LARGEST_FILE {
            digest.update(&chunk);
            file.write_all(&chunk).await.map_err(lost)?;
        } else if size > LARGEST_FILE + DRAINED {
            break;
        }
    }
    if size > LARGEST_FILE {
        return Err(too_large());
    }
    file.flush().await.map_err(lost)?;
    Ok((path, size, digest.finalize().into()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::io;

    use futures_util::stream;

    use super::*;

    /// A body of pieces, each after a pause.
    fn slowly(pieces: usize, length: usize, pause: Duration) -> Body {
        Body::from_bytes_stream(stream::unfold(0, move |at| async move {
            tokio::time::sleep(pause).await;
            (at < pieces).then(|| (Ok::<_, io::Error>(vec![b'x'; length]), at + 1))
        }))
    }

    async fn kept(body: Body) -> Result<u64, Refusal> {
        let file = NamedTempFile::new().unwrap();
        let kept = keep(body, file, Duration::from_millis(200)).await;
        kept.map(|(_, size, _)| size)
    }

    #[tokio::test]
    async fn a_file_that_stops_coming_or_drips_is_not_waited_for() {
        let progress = usize::try_from(PROGRESS).unwrap();
        let pause = Duration::from_millis(50);
        let taken = kept(slowly(8, progress, pause)).await;
        assert_eq!(taken, Ok(8 * PROGRESS));
        let stalled = kept(slowly(2, progress, Duration::from_mins(1))).await;
        assert_eq!(stalled, Err(Refusal::TooSlow));
        let dripping = kept(slowly(1000, 1, pause)).await;
        assert_eq!(dripping, Err(Refusal::TooSlow));
    }
}
