//! The list as a table: a row for each engagement, those to come after those in effect.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use transfer_decision::{
    span::Day,
    vocabulary::{Place, Regime},
};

use super::super::{
    bases::RegimeBasis,
    list::{Entry, List, Location},
    words::{Article, Language, Wording},
};
use crate::{
    refusal::Refusal,
    tables::{Column, Format, Kind, Sheet, write_table},
};

pub(super) const MEDIA_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// The columns, named as the fields of the JSON where it has them.
const SHEET: Sheet = Sheet::new(
    "subprocessors",
    &[
        Column::new("group", Kind::Code),
        Column::new("as_of", Kind::Day),
        Column::new("status", Kind::Code),
        Column::new("id", Kind::Code),
        Column::new("slug", Kind::Code),
        Column::new("legal_name", Kind::Text),
        Column::new("service", Kind::Text),
        Column::new("purpose", Kind::Code),
        Column::new("description", Kind::Text),
        Column::new("data_categories", Kind::List),
        Column::new("data_subjects", Kind::Text),
        Column::new("locations", Kind::List),
        Column::new("seat", Kind::Code),
        Column::new("transfer_basis/eu/outcome", Kind::Code),
        Column::new("transfer_basis/eu/basis", Kind::Code),
        Column::new("transfer_basis/ch/outcome", Kind::Code),
        Column::new("transfer_basis/ch/basis", Kind::Code),
        Column::new("transfer_basis/uk/outcome", Kind::Code),
        Column::new("transfer_basis/uk/basis", Kind::Code),
        Column::new("condition", Kind::Text),
        Column::new("note", Kind::Text),
        Column::new("announced_on", Kind::Day),
        Column::new("objection_until", Kind::Day),
        Column::new("since", Kind::Day),
        Column::new("until", Kind::Day),
        // Behind the others, whose places programs may count on.
        Column::new("transfer_basis/eu/article", Kind::Text),
        Column::new("transfer_basis/eu/citation", Kind::Text),
        Column::new("transfer_basis/eu/url", Kind::Text),
        Column::new("transfer_basis/eu/warnings", Kind::List),
        Column::new("transfer_basis/ch/article", Kind::Text),
        Column::new("transfer_basis/ch/citation", Kind::Text),
        Column::new("transfer_basis/ch/url", Kind::Text),
        Column::new("transfer_basis/ch/warnings", Kind::List),
        Column::new("transfer_basis/uk/article", Kind::Text),
        Column::new("transfer_basis/uk/citation", Kind::Text),
        Column::new("transfer_basis/uk/url", Kind::Text),
        Column::new("transfer_basis/uk/warnings", Kind::List),
    ],
);

/// The table, as a spreadsheet reads it without taking any of it for a formula.
///
/// # Errors
/// A fault of ours, when a value does not fit its column.
pub(super) fn of(list: &List) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let w = Wording::of(Language::English)?;
    let now = list
        .entries
        .iter()
        .map(|entry| row(list, entry, "in_effect", w));
    let later = list
        .upcoming
        .iter()
        .map(|entry| row(list, entry, "upcoming", w));
    write_table(Format::Csv, &mut bytes, &SHEET, now.chain(later)).map_err(|error| {
        tracing::error!(%error, "a list could not be written as a table");
        Refusal::Internal
    })?;
    Ok(bytes)
}

fn row(list: &List, entry: &Entry, status: &str, w: Wording) -> Value {
    let categories = entry.data_categories.as_ref().map(|categories| {
        let codes = categories.iter().map(|category| category.code());
        codes.collect::<Vec<_>>()
    });
    json!({
        "group": list.slug,
        "as_of": day(list.as_of),
        "status": status,
        "id": entry.id.to_string(),
        "slug": entry.slug,
        "legal_name": entry.legal_name,
        "service": entry.service,
        "purpose": entry.purpose,
        "description": entry.description,
        "data_categories": categories,
        "data_subjects": entry.data_subjects,
        "locations": listed(entry.locations.iter().map(location)),
        "seat": entry.seat.map(Place::code),
        "transfer_basis": bases(entry, w),
        "condition": entry.condition,
        "note": entry.note,
        "announced_on": entry.announced_on.map(day),
        "objection_until": entry.objection_until.map(day),
        "since": day(entry.since),
        "until": entry.until.map(day),
    })
}

/// A list; of nothing an empty cell.
fn listed(items: impl Iterator<Item = String>) -> Option<Vec<String>> {
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then_some(items)
}

/// What happens where.
fn location(location: &Location) -> String {
    let place = location.place.map_or("unknown", Place::code);
    format!("{}: {place}", location.activity.code())
}

/// For each regime that the sheet has columns for: the outcome, what it rests on, and what to know
/// besides.
fn bases(entry: &Entry, w: Wording) -> Map<String, Value> {
    let mut columns = Map::new();
    for found in &entry.bases {
        let (Regime::Eu | Regime::Ch | Regime::Uk) = found.regime;
        // Where destinations rest on different things, each is named.
        let of_regime: Vec<&RegimeBasis> = entry
            .bases
            .iter()
            .filter(|one| one.regime == found.regime)
            .collect();
        let all = |said: &dyn Fn(&RegimeBasis) -> Option<String>| {
            let mut all: Vec<String> = Vec::new();
            for one in of_regime.iter().filter_map(|one| said(one)) {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
            (!all.is_empty()).then(|| all.join("; "))
        };
        let article = |one: &RegimeBasis| {
            let article = Article::of(one.regime, one.outcome, one.tool(), entry.on);
            Some(w.article(article?))
        };
        let warnings = of_regime.iter().flat_map(|one| &one.warnings);
        let warnings: BTreeSet<&str> = warnings.map(|code| code.code()).collect();
        let shown = json!({
            "outcome": found.outcome.code(),
            "basis": all(&|one| Some(one.basis.as_ref()?.id.clone())),
            "article": all(&article),
            "citation": all(&|one| Some(one.basis.as_ref()?.citation.clone())),
            "url": all(&|one| Some(one.basis.as_ref()?.url.clone())),
            "warnings": listed(warnings.into_iter().map(str::to_owned)),
        });
        columns.insert(found.regime.code().to_owned(), shown);
    }
    columns
}

fn day(day: Day) -> String {
    day.to_string()
}

#[cfg(test)]
mod tests;
