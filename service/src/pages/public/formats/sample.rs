//! A list that is as unpleasant as the register lets one be, and more.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, sync::Arc};

use transfer_decision::{
    law::Basis,
    span::{Day, parse_day},
    vocabulary::{Activity, Confidence, Country, DataCategory, Outcome, Place, Regime, Role},
};
use uuid::Uuid;

use super::super::{
    bases::RegimeBasis,
    list::{Company, Entry, List, Location, Published},
};

/// Names that something could take for more than a name.
pub(super) const HOSTILE: &[&str] = &[
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "]]> <![CDATA[ --> {{ 7*7 }}",
    "Acme\nBEGIN:VEVENT\r\nSUMMARY:x",
    "Acme \u{202e}cnI ,live",
    "\\, ; : \" ' \u{fffe}\u{1}",
    "שלום עולם Ltd مرحبا",
    "株式会社 例 ไทย हिन्दी 🌍",
];

pub(in crate::pages::public) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn place(code: &str) -> Place {
    Place::Country(code.parse::<Country>().unwrap())
}

fn basis(id: &str) -> Arc<Basis> {
    Arc::new(Basis {
        id: id.to_owned(),
        title: format!("{id} by its title"),
        citation: format!("{id} as it is cited"),
        url: format!("https://example.org/{id}"),
        valid_from: day("2023-07-10"),
        valid_to: None,
        confidence: Confidence::Known,
    })
}

pub(super) fn found(regime: Regime, outcome: Outcome, id: Option<&str>) -> RegimeBasis {
    RegimeBasis {
        regime,
        outcome,
        at: BTreeSet::new(),
        basis: id.map(basis),
        country_unknown: false,
        agreement: None,
        warnings: Vec::new(),
    }
}

/// An engagement of somebody with a name.
pub(in crate::pages::public) fn entry(name: &str) -> Entry {
    Entry {
        id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
        slug: "acme".to_owned(),
        legal_name: name.to_owned(),
        service: "content delivery".to_owned(),
        purpose: Some("hosting".to_owned()),
        description: Some(name.to_owned()),
        data_categories: Some(BTreeSet::from([DataCategory::Contact, DataCategory::Usage])),
        data_subjects: Some("customers".to_owned()),
        locations: vec![
            Location {
                place: Some(place("US")),
                activity: Activity::Storage,
            },
            Location {
                place: None,
                activity: Activity::RemoteAccess,
            },
        ],
        operators: Vec::new(),
        seat: Some(place("US")),
        seat_note: None,
        outside: true,
        bases: vec![
            found(Regime::Eu, Outcome::Safeguard, Some("EU-SCC-2021-914-M3")),
            found(Regime::Ch, Outcome::Adequacy, Some("CH-DPO-A1-US")),
            found(Regime::Uk, Outcome::Denied, None),
        ],
        condition: Some("only if feature X is on".to_owned()),
        note: None,
        announced_on: None,
        on: day("2026-11-21"),
        since: day("2024-01-01"),
        until: None,
        objection_until: Some(day("2026-12-15")),
        exporter_role: Some(Role::Processor),
        importer_role: Some(Role::Processor),
        changes: false,
    }
}

/// A list with these engagements in effect, and these to come.
pub(in crate::pages::public) fn list(entries: Vec<Entry>, upcoming: Vec<Entry>) -> List {
    List {
        slug: "group".to_owned(),
        name: "Group & Söhne".to_owned(),
        demo: false,
        notice_note: None,
        as_of: day("2026-11-21"),
        is_today: true,
        known_at: None,
        revision: 7,
        law_pack: "2026-11-21".to_owned(),
        publication: Published {
            number: 3,
            published_at: "2026-11-20T09:30:00.123456Z".parse().unwrap(),
            content_sha256: "0".repeat(64),
        },
        entries,
        companies: vec![Company {
            slug: "group-ag".to_owned(),
            legal_name: "Group AG".to_owned(),
            seat: Some(place("CH")),
            seat_note: None,
            registration: Some("CHE-123.456.789".to_owned()),
            representative: None,
        }],
        upcoming,
    }
}
