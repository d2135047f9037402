//! Countries, territories and areas: what each is to the three regimes, and since when.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{
    span,
    vocabulary::{Confidence, MembershipStatus, Place, Regime},
};
use transfer_registry_core::{Registry, Snapshot, law_amendments::Amendment};
use transfer_registry_seed::law::{
    AdequacyRecord, AreaMember, MembershipBasis, MembershipRecord, TerritoryRecord,
};
use uuid::Uuid;

use super::{Tag, law_amendments};
use crate::{
    api::{
        answer::{Answer, One},
        auth::Caller,
        codes::Code,
        paging::page,
        query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters, Query},
        values::{CountryCode, Day, PlaceCode},
    },
    refusal::Refusal,
};

/// Territories.
pub(crate) struct Territories;

/// A country, territory or area. On a day without a membership it is an ordinary third country.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Territory {
    /// Its code.
    code: PlaceCode,
    /// A short English name as used today.
    name: String,
    /// What it is to the regimes, by regime and first day; of an area, none.
    memberships: Vec<TerritoryMembership>,
    /// The states for which an area stands, by code and first day; of a country, none.
    members: Vec<TerritoryMember>,
    /// The adequacy decisions about it, by id.
    adequacy: Vec<TerritoryAdequacy>,
    /// How often its memberships were written: by the pack, by each amendment of one that was
    /// recorded or withdrawn, and by each later pack.
    version: i64,
}

/// A span of days in which a territory stands in one relation to a regime's own area; days
/// inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TerritoryMembership {
    /// The row's name, by which amendments speak of it: `regime/territory/first day`.
    id: String,
    /// The regime whose area is meant.
    regime: Code<Regime>,
    /// The first day.
    valid_from: Day,
    /// The last day; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// Inside, third country, or under review.
    status: Code<MembershipStatus>,
    /// What it rests on; exactly when inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<TerritoryBasis>,
    /// Whether people and exporters there fall under the regime.
    gives_regime: bool,
    /// Why.
    reason: String,
    /// How well the row is established.
    confidence: Code<Confidence>,
    /// Whether it differs from the law pack, or is not in it.
    amended: bool,
    /// The amendments that made it what it is, by id, in the order of recording.
    amendments: Vec<Uuid>,
}

/// What being inside a regime's own area rests on.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TerritoryBasis {
    /// Its id, which verdicts name.
    id: String,
    /// What it is called.
    title: String,
    /// The official citation.
    citation: String,
    /// The official text.
    url: String,
}

/// A state for as long as it belongs to an area; days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TerritoryMember {
    /// The state.
    territory: CountryCode,
    /// The first day.
    valid_from: Day,
    /// The last day; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
}

/// An adequacy decision about a territory, in short; days inclusive.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TerritoryAdequacy {
    /// The row's id.
    id: String,
    /// The regime under which it counts.
    regime: Code<Regime>,
    /// What it is called.
    title: String,
    /// The first day on which it applies.
    valid_from: Day,
    /// The last day on which it applies; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Day>,
    /// Whether it differs from the law pack, or is not in it.
    amended: bool,
}

/// A page of territories.
#[derive(Debug, Object, Serialize)]
pub(crate) struct TerritoryPage {
    /// The territories, by code.
    items: Vec<Territory>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The day on which a territory is looked at.
const AS_OF: Parameter = Parameter::new(
    "as_of",
    "Only the memberships, members and adequacy decisions that apply on this day.",
    Kind::AsOf,
);

/// What narrows the list.
pub(crate) struct TerritoryFilters;

impl Parameters for TerritoryFilters {
    const OPERATION: &'static str = "listTerritories";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        AS_OF,
        KNOWN_AT,
        Parameter::new(
            "regime",
            "Only territories with a membership of this regime; with `status`, of that status.",
            Kind::code::<Regime>(),
        ),
        Parameter::new(
            "status",
            "Only territories with a membership of this status; with `regime`, of that regime.",
            Kind::code::<MembershipStatus>(),
        ),
        Parameter::new(
            "amended",
            "Only territories of which a membership differs from the law pack or is not in it, or \
             only the others.",
            Kind::Flag,
        ),
    ];
}

/// What one territory is asked with.
pub(crate) struct TerritoryQuery;

impl Parameters for TerritoryQuery {
    const OPERATION: &'static str = "getTerritory";
    const PARAMETERS: &'static [Parameter] = &[AS_OF, KNOWN_AT];
}

#[OpenApi(prefix_path = "/v1/territories", tag = "Tag::Territories")]
impl Territories {
    /// List territories
    ///
    /// Every country, territory and area that the filters leave, by code, with what it is to each
    /// regime as the law stands with all amendments. Memberships are amended as
    /// `/v1/law-amendments`.
    #[oai(path = "/", method = "get", operation_id = "listTerritories")]
    async fn list(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<TerritoryFilters>,
    ) -> Result<Answer<TerritoryPage>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let mut kept: Vec<&TerritoryRecord> = snapshot
            .pack()
            .territories
            .iter()
            .filter(|record| keeps(&query, record))
            .collect();
        kept.sort_by_key(|record| record.code.code());
        let key = |record: &&TerritoryRecord| record.code.code().to_owned();
        let (items, next_cursor) = page(kept.iter(), &query, key);
        let items = items
            .into_iter()
            .map(|record| Territory::of(&snapshot, record, query.as_of()))
            .collect();
        Answer::of(snapshot.revision(), &TerritoryPage { items, next_cursor })
    }

    /// Get a territory
    ///
    /// One country, territory or area, by its code.
    #[oai(path = "/:code", method = "get", operation_id = "getTerritory")]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<TerritoryQuery>,
        /// Its ISO 3166-1 alpha-2 code, or `EU` or `EEA`.
        code: Path<String>,
    ) -> Result<One<Territory>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let mut territories = snapshot.pack().territories.iter();
        let found = territories.find(|record| record.code.code() == code.0);
        let found = Territory::of(&snapshot, found.ok_or(Refusal::NotFound)?, query.as_of());
        One::versioned(snapshot.revision(), found.version, &found)
    }
}

impl Territory {
    fn of(snapshot: &Snapshot, record: &TerritoryRecord, as_of: Option<span::Day>) -> Self {
        let TerritoryRecord {
            code,
            name,
            memberships,
            members,
            adequacy,
        } = record;
        let counts = |from: span::Day, to: Option<span::Day>| {
            as_of.is_none_or(|day| from <= day && to.is_none_or(|last| day <= last))
        };
        let rows = &snapshot.pack().adequacy;
        let adequacy = adequacy
            .iter()
            .filter_map(|id| rows.iter().find(|row| row.id == *id));
        Self {
            code: PlaceCode(*code),
            name: (*name).to_owned(),
            memberships: memberships
                .iter()
                .filter(|row| counts(row.valid_from, row.valid_to))
                .map(|row| TerritoryMembership::of(snapshot, row))
                .collect(),
            members: members
                .iter()
                .filter(|member| counts(member.valid_from, member.valid_to))
                .map(TerritoryMember::from)
                .collect(),
            adequacy: adequacy
                .filter(|row| counts(row.valid_from, row.valid_to))
                .map(TerritoryAdequacy::from)
                .collect(),
            version: law_amendments::version(snapshot, |amendment| is_of(amendment, *code)),
        }
    }
}

/// Whether an amendment is about a membership of a territory.
fn is_of(amendment: &Amendment, territory: Place) -> bool {
    let of_a_membership = matches!(
        amendment,
        Amendment::AddMembership(_) | Amendment::ReviseMembership(_) | Amendment::EndMembership(_)
    );
    of_a_membership && amendment.row().split('/').nth(1) == Some(territory.code())
}

impl TerritoryMembership {
    fn of(snapshot: &Snapshot, row: &MembershipRecord) -> Self {
        let MembershipRecord {
            id,
            regime,
            territory: _,
            valid_from,
            valid_to,
            status,
            basis,
            gives_regime,
            reason,
            confidence,
            amendments,
        } = row;
        Self {
            id: id.clone(),
            regime: Code(*regime),
            valid_from: Day(*valid_from),
            valid_to: valid_to.map(Day),
            status: Code(*status),
            basis: basis.as_ref().map(TerritoryBasis::from),
            gives_regime: *gives_regime,
            reason: reason.clone(),
            confidence: Code(*confidence),
            amended: row.is_amended(),
            amendments: law_amendments::ids(snapshot, amendments),
        }
    }
}

impl From<&MembershipBasis> for TerritoryBasis {
    fn from(basis: &MembershipBasis) -> Self {
        let MembershipBasis {
            id,
            title,
            citation,
            url,
        } = basis.clone();
        Self {
            id,
            title,
            citation,
            url,
        }
    }
}

impl From<&AreaMember> for TerritoryMember {
    fn from(member: &AreaMember) -> Self {
        let AreaMember {
            territory,
            valid_from,
            valid_to,
        } = member;
        Self {
            territory: CountryCode(*territory),
            valid_from: Day(*valid_from),
            valid_to: valid_to.map(Day),
        }
    }
}

impl From<&AdequacyRecord> for TerritoryAdequacy {
    fn from(row: &AdequacyRecord) -> Self {
        Self {
            id: row.id.clone(),
            regime: Code(row.regime),
            title: row.title.clone(),
            valid_from: Day(row.valid_from),
            valid_to: row.valid_to.map(Day),
            amended: row.is_amended(),
        }
    }
}

fn keeps(query: &Query<TerritoryFilters>, record: &TerritoryRecord) -> bool {
    let regime: Option<Regime> = query.code("regime");
    let status: Option<MembershipStatus> = query.code("status");
    let on = |row: &MembershipRecord| {
        query
            .as_of()
            .is_none_or(|day| row.valid_from <= day && row.valid_to.is_none_or(|last| day <= last))
    };
    let mut memberships = record.memberships.iter();
    let related = regime.is_none() && status.is_none()
        || memberships.any(|row| {
            regime.is_none_or(|regime| regime == row.regime)
                && status.is_none_or(|status| status == row.status)
                && on(row)
        });
    related
        && query
            .flag("amended")
            .is_none_or(|amended| amended == record.is_amended())
}
