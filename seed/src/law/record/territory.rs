//! What every territory and area is to each regime.

use serde::Serialize;
use transfer_decision::{
    law::Basis,
    span::Day,
    vocabulary::{Area, Confidence, Country, MembershipStatus, Place, Regime},
};

use super::AdequacyRecord;

/// The bases of membership by which a state belongs to an area.
const EU_MEMBER: &str = "EU-MEMBER";
const EEA_MEMBER: &str = "EEA-MEMBER";

/// A country, territory or area. Without a membership on a day it is an ordinary third country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TerritoryRecord {
    /// Its code.
    pub code: Place,
    /// A short English name as used today.
    pub name: &'static str,
    /// What it is to the regimes, by regime and first day; empty for an area.
    pub memberships: Vec<MembershipRecord>,
    /// The states for which an area stands, by code and first day; empty for a country.
    pub members: Vec<AreaMember>,
    /// The ids of the adequacy rows about it, in their order.
    pub adequacy: Vec<String>,
}

impl TerritoryRecord {
    /// Whether one of its memberships differs from the pack's text, or is not in it.
    #[must_use]
    pub fn is_amended(&self) -> bool {
        self.memberships.iter().any(MembershipRecord::is_amended)
    }
}

/// A span of days in which a territory stands in one relation to a regime's own area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MembershipRecord {
    /// The row's name: `regime/territory/first day`.
    pub id: String,
    /// The regime whose area is meant.
    pub regime: Regime,
    /// The territory.
    pub territory: Country,
    /// The first day.
    pub valid_from: Day,
    /// The last day; absent when open.
    pub valid_to: Option<Day>,
    /// Inside, third country, or under review.
    pub status: MembershipStatus,
    /// What it rests on; exactly when inside.
    pub basis: Option<MembershipBasis>,
    /// Whether people and exporters there fall under the regime.
    pub gives_regime: bool,
    /// Why.
    pub reason: String,
    /// How well the row is established.
    pub confidence: Confidence,
    /// Which of the pack's amendments made or changed the row, by their positions.
    pub amendments: Vec<usize>,
}

impl MembershipRecord {
    /// Whether the row differs from the pack's text, or is not in it.
    #[must_use]
    pub fn is_amended(&self) -> bool {
        !self.amendments.is_empty()
    }
}

/// What being inside rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MembershipBasis {
    /// Its id, which verdicts name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The official citation.
    pub citation: String,
    /// The link to the official text.
    pub url: String,
}

impl From<&Basis> for MembershipBasis {
    fn from(basis: &Basis) -> Self {
        Self {
            id: basis.id.clone(),
            title: basis.title.clone(),
            citation: basis.citation.clone(),
            url: basis.url.clone(),
        }
    }
}

/// A state for as long as it belongs to an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AreaMember {
    /// The state.
    pub territory: Country,
    /// The first day.
    pub valid_from: Day,
    /// The last day; absent when open.
    pub valid_to: Option<Day>,
}

/// Every territory and area, by code.
pub(in crate::law) fn territories(
    mut memberships: Vec<MembershipRecord>,
    adequacy: &[AdequacyRecord],
) -> Vec<TerritoryRecord> {
    memberships.sort_by_key(|row| (row.territory, row.regime, row.valid_from));
    let mut records: Vec<_> = Area::ALL
        .iter()
        .map(|area| TerritoryRecord {
            code: Place::Area(*area),
            name: area_name(*area),
            memberships: Vec::new(),
            members: members(*area, &memberships),
            adequacy: Vec::new(),
        })
        .collect();
    let mut countries: Vec<_> = Country::all().collect();
    countries.sort_unstable();
    let mut memberships = memberships.into_iter().peekable();
    records.extend(countries.into_iter().map(|country| {
        let own = |row: &MembershipRecord| row.territory == country;
        let about = adequacy.iter().filter(|row| row.territory == Some(country));
        TerritoryRecord {
            code: country.into(),
            name: country.name(),
            memberships: std::iter::from_fn(|| memberships.next_if(own)).collect(),
            members: Vec::new(),
            adequacy: about.map(|row| row.id.clone()).collect(),
        }
    }));
    records.sort_by_key(|record| record.code);
    records
}

fn members(area: Area, memberships: &[MembershipRecord]) -> Vec<AreaMember> {
    let belongs = |row: &&MembershipRecord| match (&row.basis, area) {
        (Some(basis), Area::Eu) => basis.id == EU_MEMBER,
        (Some(basis), Area::Eea) => [EU_MEMBER, EEA_MEMBER].contains(&basis.id.as_str()),
        (None, Area::Eu | Area::Eea) => false,
    };
    let members = memberships.iter().filter(belongs).map(|row| AreaMember {
        territory: row.territory,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    });
    members.collect()
}

const fn area_name(area: Area) -> &'static str {
    match area {
        Area::Eea => "European Economic Area",
        Area::Eu => "European Union",
    }
}
