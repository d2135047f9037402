//! A list as JSON, in the contract's shape.

use poem::{Response, http::header};
use serde::Serialize;
use transfer_decision::vocabulary::{Activity, Place};

use super::{
    bases::RegimeBasis,
    list::{Company, Entry, List},
    words::{Article, Language, Wording},
};
use crate::{edge::headers::REVISION, refusal::Refusal};

/// A list as JSON.
///
/// # Errors
/// A fault of ours.
pub(super) fn of(list: &List) -> Result<Response, Refusal> {
    let json =
        serde_json::to_vec(&Shown::of(list, Wording::of(Language::English)?)).map_err(|error| {
            tracing::error!(%error, "a list could not be serialised");
            Refusal::Internal
        })?;
    Ok(Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(REVISION, list.revision)
        .body(json))
}

/// The list in the contract's shape.
#[derive(Serialize)]
struct Shown<'a> {
    group: &'a str,
    as_of: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<&'a str>,
    revision: u64,
    law_pack: &'a str,
    subprocessors: Vec<ShownEntry<'a>>,
    group_companies: Vec<ShownCompany<'a>>,
    upcoming: Vec<ShownEntry<'a>>,
}

#[derive(Serialize)]
struct ShownEntry<'a> {
    slug: &'a str,
    legal_name: &'a str,
    service: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<&'a str>>,
    locations: Vec<ShownLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'static str>,
    transfer_basis: Vec<ShownBasis<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

#[derive(Serialize)]
struct ShownLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<&'static str>,
    activity: &'static str,
}

#[derive(Serialize)]
struct ShownBasis<'a> {
    regime: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'a str>,
    /// The article that it rests on, as lawyers cite it in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<String>,
    /// The basis as the law pack cites it.
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<&'a str>,
    /// The link to its official text.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// What a reader should know besides, by code.
    warnings: Vec<&'static str>,
    /// The destinations that it is about, where it is not about all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    destinations: Vec<&'static str>,
}

#[derive(Serialize)]
struct ShownCompany<'a> {
    slug: &'a str,
    legal_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<&'a str>,
}

impl<'a> Shown<'a> {
    fn of(list: &'a List, w: Wording) -> Self {
        let entries = |entries: &'a [Entry]| -> Vec<_> {
            let entries = entries.iter();
            entries.map(|entry| ShownEntry::of(entry, w)).collect()
        };
        Self {
            group: &list.slug,
            as_of: list.as_of.to_string(),
            known_at: list.known_at.as_deref(),
            revision: list.revision,
            law_pack: &list.law_pack,
            subprocessors: entries(&list.entries),
            group_companies: list.companies.iter().map(ShownCompany::from).collect(),
            upcoming: entries(&list.upcoming),
        }
    }
}

impl<'a> ShownEntry<'a> {
    fn of(entry: &'a Entry, w: Wording) -> Self {
        Self {
            slug: &entry.slug,
            legal_name: &entry.legal_name,
            service: &entry.service,
            purpose: entry.purpose.as_deref(),
            data_categories: entry
                .data_categories
                .as_ref()
                .map(|categories| categories.iter().map(|category| category.code()).collect()),
            locations: entry
                .locations
                .iter()
                .map(|at| shown_location(at.place, at.activity))
                .collect(),
            seat: entry.seat.map(Place::code),
            transfer_basis: entry
                .bases
                .iter()
                .map(|found| ShownBasis::of(entry, found, w))
                .collect(),
            condition: entry.condition.as_deref(),
            since: entry.since.to_string(),
            until: entry.until.map(|day| day.to_string()),
        }
    }
}

impl<'a> ShownBasis<'a> {
    fn of(entry: &Entry, found: &'a RegimeBasis, w: Wording) -> Self {
        let article = Article::of(found.regime, found.outcome, found.tool(), entry.on);
        let basis = found.basis.as_ref();
        Self {
            regime: found.regime.code(),
            outcome: found.outcome.code(),
            basis: basis.map(|basis| basis.id.as_str()),
            article: article.map(|article| w.article(article)),
            citation: basis.map(|basis| basis.citation.as_str()),
            url: basis.map(|basis| basis.url.as_str()),
            warnings: found.warnings.iter().map(|code| code.code()).collect(),
            destinations: found
                .at
                .iter()
                .map(|place| place.map_or("unknown", Place::code))
                .collect(),
        }
    }
}

impl<'a> From<&'a Company> for ShownCompany<'a> {
    fn from(company: &'a Company) -> Self {
        Self {
            slug: &company.slug,
            legal_name: &company.legal_name,
            seat: company.seat.map(Place::code),
            registration: company.registration.as_deref(),
        }
    }
}

fn shown_location(place: Option<Place>, activity: Activity) -> ShownLocation {
    let (country, area) = match place {
        Some(Place::Country(country)) => (Some(country.code()), None),
        Some(Place::Area(area)) => (None, Some(area.code())),
        None => (None, None),
    };
    ShownLocation {
        country,
        area,
        activity: activity.code(),
    }
}
