//! From rows as written to the core's types.

mod adequacy;
mod tools;

use std::{collections::BTreeMap, sync::Arc};

use transfer_decision::{
    citation::Publication,
    law::{Basis, FrameworkRow, Membership, Provisions},
    span::Day,
    vocabulary::{Country, MembershipStatus, Regime},
};

use super::{
    AdequacyRecord, FrameworkRecord, MembershipBasis, MembershipRecord, PACK,
    fields::Fields,
    publication::Numbers,
    rows,
    tables::{OfRegime, Place, Placed, Tables},
};
use crate::Fault;
pub(super) use tools::{AS_THE_EU_TOOL, AS_THE_MODULE};

/// What the rows say, in the core's types.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) date: Option<Day>,
    pub(super) provisions: Provisions,
    pub(super) adequacy: Vec<AdequacyRecord>,
    pub(super) memberships: Vec<MembershipRecord>,
    pub(super) frameworks: Vec<FrameworkRecord>,
}

/// A membership basis without its days.
struct NamedBasis {
    title: String,
    citation: String,
    publication: Publication,
}

/// Reads every row; what cannot be used is a fault and left out.
pub(super) fn read(tables: &Tables, faults: &mut Vec<Fault>) -> Terms {
    let mut terms = Terms::default();
    if let Some(pack) = &tables.pack {
        let place = Place {
            file: PACK.to_owned(),
            row: String::new(),
            amendments: Vec::new(),
        };
        let mut fields = Fields::new(&place, faults);
        fields.says_something("about", &pack.about);
        terms.date = fields.day("date", &pack.date);
    }
    for Placed { place, row } in &tables.adequacy {
        if let Some((instrument, mut record)) = adequacy::read(row, &mut Fields::new(place, faults))
        {
            record.amendments.clone_from(&place.amendments);
            terms.provisions.adequacy.push(instrument);
            terms.adequacy.push(record);
        }
    }
    for Placed { place, row } in &tables.tools {
        let read = tools::read(row, &mut Fields::new(place, faults));
        terms.provisions.tools.extend(read);
    }
    let bases = membership_bases(tables, faults);
    for Placed { place, row } in &tables.memberships {
        if let Some(membership) = membership(row, &bases, &mut Fields::new(place, faults)) {
            let record = membership_record(&membership, &row.row.reason, &place.amendments);
            terms.memberships.push(record);
            terms.provisions.memberships.push(membership);
        }
    }
    for Placed { place, row } in &tables.frameworks {
        if let Some(framework) = framework(row, &mut Fields::new(place, faults)) {
            terms
                .frameworks
                .push(FrameworkRecord::new(&framework, &row.note));
            terms.provisions.frameworks.push(framework);
        }
    }
    for Placed { place, row } in &tables.no_transfer {
        let read = no_transfer(row, &mut Fields::new(place, faults));
        terms.provisions.no_transfer.extend(read);
    }
    terms
}

/// The bases by id; one that cannot be used stays known, so that only it is a fault and not every
/// membership that names it.
fn membership_bases<'a>(
    tables: &'a Tables,
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'a str, Option<NamedBasis>> {
    let unreadable = tables.unreadable.iter().map(|id| (id.as_str(), None));
    let mut bases: BTreeMap<_, _> = unreadable.collect();
    for Placed { place, row } in &tables.membership_bases {
        let mut fields = Fields::new(place, faults);
        let named = named_basis(row, &mut fields);
        if bases.insert(row.id.as_str(), named).is_some() {
            fields.fault("id", "the id stands twice");
        }
    }
    bases
}

fn named_basis(row: &rows::MembershipBasisRow, fields: &mut Fields<'_>) -> Option<NamedBasis> {
    let rows::MembershipBasisRow {
        id,
        title,
        citation,
        celex,
        fedlex,
        uk,
    } = row;
    fields.says_something("id", id);
    let title = fields.says_something("title", title);
    let citation = fields.says_something("citation", citation);
    let publication = Numbers {
        celex: celex.as_deref(),
        fedlex: fedlex.as_deref(),
        uk: uk.as_deref(),
        fdpic: None,
    }
    .publication(fields);
    Some(NamedBasis {
        title: title?.to_owned(),
        citation: citation?.to_owned(),
        publication: publication?,
    })
}

fn membership(
    OfRegime { regime, row }: &OfRegime<rows::MembershipRow>,
    bases: &BTreeMap<&str, Option<NamedBasis>>,
    fields: &mut Fields<'_>,
) -> Option<Membership> {
    let rows::MembershipRow {
        territory,
        valid_from,
        valid_to,
        status,
        basis,
        gives_regime,
        reason,
        confidence,
    } = row;
    let country = fields.code::<Country>("territory", territory);
    let span = fields.span(
        ("valid_from", valid_from),
        ("valid_to", valid_to.as_deref()),
    );
    let status = fields.code("status", status);
    let gives_regime = status.and_then(|status| gives(status, *gives_regime, fields));
    let confidence = fields.code("confidence", confidence);
    fields.says_something("reason", reason);
    let named = match basis.as_deref().map(|id| (id, bases.get(id))) {
        None => None,
        Some((id, None)) => {
            fields.fault(
                "basis",
                format!("`{id}` is no membership basis of the pack"),
            );
            return None;
        }
        Some((id, Some(named))) => Some((id, named.as_ref()?)),
    };
    let (country, span, confidence) = (country?, span?, confidence?);
    Some(Membership {
        regime: *regime,
        country,
        span,
        status: status?,
        basis: named.map(|(id, named)| {
            let NamedBasis {
                title,
                citation,
                publication,
            } = named;
            Basis::new(id, title, citation, publication, span, confidence)
        }),
        gives_regime: gives_regime?,
        confidence,
        id: format!("{regime}/{country}/{}", span.first()),
    })
}

fn membership_record(row: &Membership, reason: &str, amendments: &[usize]) -> MembershipRecord {
    MembershipRecord {
        id: row.id.clone(),
        regime: row.regime,
        territory: row.country,
        valid_from: row.span.first(),
        valid_to: row.span.last(),
        status: row.status,
        basis: row.basis.as_deref().map(MembershipBasis::from),
        gives_regime: row.gives_regime,
        reason: reason.to_owned(),
        confidence: row.confidence,
        amendments: amendments.to_vec(),
    }
}

/// Whether people and exporters there fall under the regime. Whoever writes a row must say so
/// where it can matter, and cannot say so of a third country.
fn gives(status: MembershipStatus, said: Option<bool>, fields: &mut Fields<'_>) -> Option<bool> {
    match (status, said) {
        (MembershipStatus::ThirdCountry, None) => Some(false),
        (MembershipStatus::ThirdCountry, Some(_)) => {
            fields.fault("gives_regime", "a third country gives no regime");
            None
        }
        (MembershipStatus::Inside | MembershipStatus::ReviewRequired, Some(said)) => Some(said),
        (MembershipStatus::Inside | MembershipStatus::ReviewRequired, None) => {
            fields.fault(
                "gives_regime",
                "must say whether people and exporters there fall under the regime",
            );
            None
        }
    }
}

fn framework(row: &rows::FrameworkRow, fields: &mut Fields<'_>) -> Option<FrameworkRow> {
    let rows::FrameworkRow {
        framework,
        regimes,
        first_certification_day,
        instrument_ids,
        note,
    } = row;
    let framework = fields.code("framework", framework);
    let regimes = fields.codes::<Regime>("regimes", regimes);
    let first = fields.day("first_certification_day", first_certification_day);
    fields.says_something("note", note);
    if regimes.as_ref().is_some_and(Vec::is_empty) {
        fields.fault("regimes", "names nothing");
    }
    if instrument_ids.is_empty() {
        fields.fault("instrument_ids", "names nothing");
    }
    Some(FrameworkRow {
        framework: framework?,
        regimes: regimes?,
        first_certification_day: first?,
        instrument_ids: instrument_ids.clone(),
    })
}

fn no_transfer(row: &rows::NoTransferRow, fields: &mut Fields<'_>) -> Option<Arc<Basis>> {
    let rows::NoTransferRow {
        id,
        title,
        citation,
        celex,
        fedlex,
        uk,
        valid_from,
        valid_to,
        confidence,
    } = row;
    let id = fields.says_something("id", id);
    let title = fields.says_something("title", title);
    let citation = fields.says_something("citation", citation);
    let span = fields.span(
        ("valid_from", valid_from),
        ("valid_to", valid_to.as_deref()),
    );
    let confidence = fields.code("confidence", confidence);
    let publication = Numbers {
        celex: celex.as_deref(),
        fedlex: fedlex.as_deref(),
        uk: uk.as_deref(),
        fdpic: None,
    }
    .publication(fields);
    Some(Basis::new(
        id?,
        title?,
        citation?,
        &publication?,
        span?,
        confidence?,
    ))
}
