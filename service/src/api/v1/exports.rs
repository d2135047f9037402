//! The register out: files that an import takes.

use std::io::{self, Seek, SeekFrom, Write};

use poem::{
    Body, IntoResponse, Response, Result,
    http::{HeaderValue, header},
    web::Data,
};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::Path,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry as Types},
    types::Type,
};
use sha2::{Digest, Sha256};
use transfer_registry_core::{Registry, Snapshot};

use super::{
    Tag,
    imports::{Imports, schema},
};
use crate::{
    api::{
        answer::{REVISION, tag_header},
        auth::Caller,
        query::{AS_OF, KNOWN_AT, Kind, Parameter, Parameters, Query},
        values::Revision,
    },
    edge::turns::Turns,
    exchange::{Export, Scratch, Whole},
    refusal::{Refusal, Violation, ViolationCode},
    tables::{Format, WriteError},
};

/// Exports.
pub(crate) struct Exports;

/// What narrows an export.
pub(crate) struct ExportParameters;

impl Parameters for ExportParameters {
    const OPERATION: &'static str = "exportRegister";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::new(
            "format",
            "The file's format; left out: JSON. A CSV file holds one resource.",
            Kind::code::<Format>(),
        ),
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "group",
            "Only what this group keeps, by slug or id, and what all groups share.",
            Kind::Name,
        ),
    ];
}

#[OpenApi(prefix_path = "/v1/exports", tag = "Tag::Exports")]
impl Exports {
    /// Export rows
    ///
    /// A resource as a file, or with `register` every resource in one: exactly what an import takes.
    /// Rows are in the order in which the objects were made, so that the same register gives the
    /// same file to the byte.
    #[oai(path = "/:resource", method = "get", operation_id = "exportRegister")]
    async fn export(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        imports: Data<&Imports>,
        turns: Data<&Turns>,
        query: Query<ExportParameters>,
        /// `groups`, `organisations`, `certifications`, `subprocessors`, `mechanisms`,
        /// `impact_assessments`, `flows`, `processing_activities`, `law_amendments`, or `register`
        /// for all of them.
        resource: Path<String>,
    ) -> Result<ExportFile, Refusal> {
        let what = Whole::named(&resource.0).ok_or(Refusal::NotFound)?;
        let snapshot = query.snapshot(&registry, &caller).await?;
        let export = Export {
            what,
            format: query.code("format").unwrap_or(Format::Json),
            as_of: query.as_of(),
            group: query
                .text("group")
                .map(|key| group(&snapshot, key))
                .transpose()?,
        };
        let scratch = imports.scratch().clone();
        turns
            .run(move |_| ExportFile::write(&export, &snapshot, &scratch))
            .await
    }
}

/// The slug of the group that is asked for.
fn group(snapshot: &Snapshot, key: &str) -> Result<String, Refusal> {
    let unknown = || {
        Refusal::invalid(vec![Violation::plain(
            "/group",
            ViolationCode::UnknownGroup,
        )])
    };
    let group = snapshot.group(key).ok_or_else(unknown)?;
    Ok(group.slug.clone())
}

/// A file on its way out. It is written whole before it is sent, so that a client never has half of
/// one that could not be written.
#[derive(Debug)]
pub(crate) struct ExportFile {
    file: std::fs::File,
    format: Format,
    name: String,
    size: u64,
    tag: String,
    revision: u64,
}

impl ExportFile {
    fn write(export: &Export, snapshot: &Snapshot, scratch: &Scratch) -> Result<Self, Refusal> {
        let mut hashed = Hashed {
            out: io::BufWriter::new(scratch.file()?.into_file()),
            hash: Sha256::new(),
            size: 0,
        };
        export.write(snapshot, &mut hashed).map_err(unwritten)?;
        let lost = |error: io::Error| unwritten(error.into());
        hashed.flush().map_err(lost)?;
        let Hashed { out, hash, size } = hashed;
        let hash = hex::encode(hash.finalize());
        let mut file = out.into_inner().map_err(|error| lost(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(lost)?;
        Ok(Self {
            file,
            format: export.format,
            name: export.file_name(),
            size,
            tag: format!("\"{}\"", hash.get(..32).unwrap_or_default()),
            revision: snapshot.revision(),
        })
    }
}

/// Why a file cannot be had: the format does not hold it, or a fault of ours.
fn unwritten(error: WriteError) -> Refusal {
    match error {
        WriteError::TooLong { .. } | WriteError::TooManyRows { .. } | WriteError::SeveralTables => {
            let code = ViolationCode::BadValue;
            Refusal::invalid(vec![Violation::detailed("/format", code, error)])
        }
        error => {
            tracing::error!(%error, source = ?std::error::Error::source(&error), "an export could not be written");
            Refusal::Internal
        }
    }
}

/// Bytes on their way, with their hash.
struct Hashed<W> {
    out: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        self.size += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl IntoResponse for ExportFile {
    fn into_response(self) -> Response {
        let Self {
            file,
            format,
            name,
            size,
            tag,
            revision,
        } = self;
        let disposition = format!("attachment; filename=\"{name}\"");
        let file = tokio::fs::File::from_std(file);
        let mut response = Response::builder()
            .content_type(format.media_type())
            .header(REVISION, HeaderValue::from(revision))
            .body(Body::from_async_read(file));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
        for (name, value) in [
            (header::CONTENT_DISPOSITION, disposition),
            (header::ETAG, tag),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

impl ApiResponse for ExportFile {
    fn meta() -> MetaResponses {
        let header = |name: &str, about: &str, schema| MetaHeader {
            name: name.to_owned(),
            description: Some(about.to_owned()),
            required: true,
            deprecated: false,
            schema,
        };
        let content = Format::ALL.iter().map(|format| MetaMediaType {
            content_type: format.media_type(),
            schema: schema(*format),
        });
        MetaResponses {
            responses: vec![
                MetaResponse {
                    description: "The file, and the revision of the register that it was read from.",
                    status: Some(200),
                    status_range: None,
                    content: content.collect(),
                    headers: vec![
                        header(
                            REVISION,
                            "The revision of the register that the file was read from.",
                            Revision::schema_ref(),
                        ),
                        header(
                            "content-disposition",
                            "The file's name.",
                            String::schema_ref(),
                        ),
                        tag_header(),
                    ],
                },
                MetaResponse {
                    description: "The file is still the one whose tag `if-none-match` names.",
                    status: Some(304),
                    status_range: None,
                    content: vec![],
                    headers: vec![tag_header()],
                },
            ],
        }
    }

    fn register(_: &mut Types) {}
}
