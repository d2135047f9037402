//! The pages that explain a code.

mod marked;
mod texts;

use askama::Template;
use poem::{Response, Result, handler, http::StatusCode, web::Path};
use transfer_decision::vocabulary::{ReasonCode, RemedyCode, WarningCode};

use self::marked::{Block, Piece};
use super::page;
use crate::refusal::{ProblemCode, Refusal};

/// One thing that a code can mean.
struct Meaning {
    kind: &'static str,
    sentence: &'static str,
    /// What the documentation says of it.
    text: Vec<Block>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    code: String,
    meanings: Vec<Meaning>,
}

/// A reason, warning or remedy; some words are two of them.
#[handler]
pub(super) fn reason(Path(code): Path<String>) -> Result<Response> {
    let reason = code.parse().ok().map(|reason: ReasonCode| Meaning {
        kind: "As a reason, why a transfer is denied or a candidate basis fails",
        sentence: reason.message(),
        text: marked::after_title(texts::reason(&code)),
    });
    let warning = code.parse().ok().map(|warning: WarningCode| Meaning {
        kind: "As a warning, what to know besides the outcome",
        sentence: warning.message(),
        text: marked::after_title(texts::warning(&code)),
    });
    let remedy = code.parse().ok().map(|remedy: RemedyCode| Meaning {
        kind: "As a remedy, what would make a denied transfer permitted",
        sentence: remedy.message(),
        text: marked::section(texts::remedy(&code)),
    });
    explained(
        code,
        [reason, warning, remedy].into_iter().flatten().collect(),
    )
}

/// A problem that the API reports.
#[handler]
pub(super) fn problem(Path(code): Path<String>) -> Result<Response> {
    let meanings = ProblemCode::ALL
        .iter()
        .filter(|problem| problem.code() == code)
        .map(|problem| Meaning {
            kind: "As the code of a problem document",
            sentence: problem.message(),
            text: marked::after_title(texts::problem(&code)),
        })
        .collect();
    explained(code, meanings)
}

fn explained(code: String, meanings: Vec<Meaning>) -> Result<Response> {
    if meanings.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    Ok(page(StatusCode::OK, &CodePage { code, meanings })?)
}
