//! What a finding rests on, as the law of its regime calls it.

use transfer_decision::{
    span::{Day, parse_day},
    vocabulary::Regime,
};
use transfer_registry_core::Snapshot;
use transfer_registry_seed::law::AdequacyRecord;

use super::{explain::Basis, words};

/// The first day of the revised Swiss law, under which the Federal Council determines who is adequate.
const REVISED_FADP: (i32, u32, u32) = (2023, 9, 1);

/// What carries it: "an adequacy decision: New Zealand (2013/65/EU)".
pub(super) fn phrase(snapshot: &Snapshot, outcome: &str, basis: &Basis) -> String {
    let regime = regime(snapshot, &basis.id);
    said(outcome, regime, basis)
}

/// The same as what follows "because".
pub(super) fn clause(snapshot: &Snapshot, outcome: &str, basis: &Basis) -> String {
    let regime = regime(snapshot, &basis.id);
    let said = said(outcome, regime, basis);
    match outcome {
        "not_restricted" => format!(
            "it is no restricted transfer ({}, {})",
            basis.title, basis.citation
        ),
        "adequacy" if is_transitional(regime, basis) => format!("it is {said}"),
        _ => format!("it rests on {said}"),
    }
}

/// The regime under which a row of the law counts.
fn regime(snapshot: &Snapshot, id: &str) -> Option<Regime> {
    let provisions = snapshot.law().provisions();
    let adequacy = provisions.adequacy.iter();
    let mut found = adequacy.filter(|row| row.basis.id == id);
    found.next().map(|row| row.regime)
}

/// Carried over from the law of the European Union, without regulations of the United Kingdom's own.
fn is_transitional(regime: Option<Regime>, basis: &Basis) -> bool {
    regime == Some(Regime::Uk) && basis.id.starts_with("UK-SCH21-")
}

fn said(outcome: &str, regime: Option<Regime>, basis: &Basis) -> String {
    let Basis {
        title, citation, ..
    } = basis;
    if outcome != "adequacy" {
        let on = words::outcome_of(outcome);
        return format!("{on}: {}", titled(title, citation));
    }
    match regime {
        Some(Regime::Eu) | None => {
            let title = title.strip_prefix("Adequacy decision ").unwrap_or(title);
            format!("an adequacy decision: {}", titled(title, citation))
        }
        Some(Regime::Ch) if listed(basis) => {
            match title.strip_prefix("FDPIC indicative list of ") {
                Some(rest) => format!("the FDPIC’s list of {rest}"),
                None => format!("the FDPIC’s list: {}", title.replace("FDPIC list ", "")),
            }
        }
        Some(Regime::Ch) => format!(
            "a determination of the Federal Council (Art. 16(1) FADP): {}",
            titled(title, citation)
        ),
        Some(Regime::Uk) if is_transitional(regime, basis) => {
            format!("treated as adequate under transitional provisions ({citation})")
        }
        Some(Regime::Uk) => format!("UK adequacy regulations: {}", titled(title, citation)),
    }
}

/// Whether it is of the time when the FDPIC kept a list.
fn listed(basis: &Basis) -> bool {
    let (year, month, day) = REVISED_FADP;
    let revised = Day::from_ymd_opt(year, month, day);
    parse_day(&basis.valid_from) < revised
}

/// A title with its citation, which is left out where the title says all of it.
pub(super) fn titled(title: &str, citation: &str) -> String {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let known = parts(title);
    if parts(citation).iter().all(|part| known.contains(part)) {
        return title.to_owned();
    }
    format!("{title} ({citation})")
}

/// A decision among others: its territory first, then what it is.
pub(super) fn of_row(snapshot: &Snapshot, row: &AdequacyRecord) -> String {
    let place = place(snapshot, row);
    let title = row.title.strip_prefix("Adequacy decision ");
    let title = title.map_or_else(
        || row.title.clone(),
        |rest| match rest.strip_prefix(place.as_str()) {
            Some(rest) => format!("Adequacy decision{rest}"),
            None => row.title.clone(),
        },
    );
    format!("{place}: {}", titled(&title, &row.citation))
}

/// Whom a decision covers.
pub(super) fn place(snapshot: &Snapshot, row: &AdequacyRecord) -> String {
    match (row.territory, row.organisation.as_deref()) {
        (Some(country), _) => country.name().to_owned(),
        (None, Some(slug)) => words::organisation(snapshot, slug),
        (None, None) => words::place(None).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(id: &str, title: &str, citation: &str, from: &str) -> Basis {
        Basis {
            id: id.to_owned(),
            title: title.to_owned(),
            citation: citation.to_owned(),
            url: String::new(),
            valid_from: from.to_owned(),
            valid_to: None,
        }
    }

    #[test]
    fn adequacy_is_called_what_its_regime_calls_it() {
        let said = |regime, id, title, citation, from| {
            said("adequacy", Some(regime), &basis(id, title, citation, from))
        };
        for (regime, id, title, citation, from, expected) in [
            (
                Regime::Eu,
                "EU-ADQ-NZ-2013-65",
                "Adequacy decision New Zealand",
                "2013/65/EU",
                "2012-12-19",
                "an adequacy decision: New Zealand (2013/65/EU)",
            ),
            (
                Regime::Ch,
                "CH-DPO-A1-NZ",
                "DPO (SR 235.11) Annex 1 list",
                "SR 235.11 Annex 1",
                "2023-09-01",
                "a determination of the Federal Council (Art. 16(1) FADP): DPO (SR 235.11) Annex 1 list",
            ),
            (
                Regime::Ch,
                "CH-FDPIC-NZ",
                "FDPIC indicative list of states (old FADP Art 6(1), OFADP Art 7)",
                "FDPIC list",
                "2018-05-25",
                "the FDPIC’s list of states (old FADP Art 6(1), OFADP Art 7)",
            ),
            (
                Regime::Uk,
                "UK-SCH21-NZ",
                "DPA 2018 Sch 21 para 5(1) - EU-adequate territories carried over",
                "DPA 2018 Sch 21 Pt 3 para 5",
                "2021-01-01",
                "treated as adequate under transitional provisions (DPA 2018 Sch 21 Pt 3 para 5)",
            ),
        ] {
            assert_eq!(said(regime, id, title, citation, from), expected);
        }
        assert!(
            said(
                Regime::Uk,
                "UK-SI-2022-1213-KR",
                "Regulations 2022",
                "SI 2022/1213",
                "2022-12-19"
            )
            .starts_with("UK adequacy regulations: ")
        );
    }
}
