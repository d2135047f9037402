//! A resource as resources are to be written. What it keeps is a group of the registry: its note
//! holds the vessel, its notice says whether it was launched.

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::{Deserialize, Serialize};
use transfer_decision::{
    span::parse_day,
    verdict::{Finding, Remedy},
    vocabulary::{Activity, DataCategory, Outcome, RemedyCode, Role},
};
use transfer_registry_core::{
    Registry, Rehearsal, Snapshot,
    groups::{self, Group, NewGroup},
    lifecycle::Denial,
};
use uuid::Uuid;

use crate::{
    api::{
        answer::One,
        auth::Caller,
        codes::Code,
        etag::IfMatch,
        patch::Patch,
        strict::{Input, StrictJson},
        values::{CountryCode, Day},
        write::{Changed, Created, Writing, Written},
    },
    edge::turns::Wanted,
    refusal::Refusal,
};

/// A vessel to be entered.
#[derive(Debug, Clone, Default, PartialEq, Object, Serialize, Deserialize)]
pub(crate) struct NewVessel {
    /// Its short name.
    pub(crate) slug: String,
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub(crate) name: String,
    /// Where it is registered.
    pub(crate) country: Option<CountryCode>,
    /// What it is to its cargo.
    pub(crate) role: Option<Code<Role>>,
    /// What it carries.
    pub(crate) category: Option<Code<DataCategory>>,
    /// When it was first at sea.
    pub(crate) launched_on: Option<Day>,
    /// How many are on board.
    pub(crate) crew: Option<u32>,
    /// Where it calls.
    #[oai(validator(max_items = 3))]
    pub(crate) ports: Option<Vec<Port>>,
    /// Who commands it.
    pub(crate) captain: Option<Captain>,
}

/// A port of call.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
pub(crate) struct Port {
    /// Its name.
    pub(crate) name: String,
    /// What to know of it.
    pub(crate) note: Option<String>,
}

/// A captain.
#[derive(Debug, Clone, PartialEq, Object, Serialize, Deserialize)]
pub(crate) struct Captain {
    /// The name.
    pub(crate) name: String,
    /// The rank.
    pub(crate) rank: Option<String>,
}

impl Input for NewVessel {
    const FIXED: &'static [&'static str] = &["slug"];
}

/// A vessel.
#[derive(Debug, Clone, Object, Serialize)]
pub(crate) struct Vessel {
    /// Its short name.
    slug: String,
    /// Its name.
    name: String,
    /// How many are on board.
    #[serde(skip_serializing_if = "Option::is_none")]
    crew: Option<u32>,
    /// How often it was written.
    version: i64,
}

/// What a write would do.
#[derive(Debug, Object, Serialize)]
pub(crate) struct VesselImpact {
    /// How many vessels there would be.
    vessels: usize,
}

impl VesselImpact {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the preview of a resource may be refused"
    )]
    fn of(tried: &Rehearsal, _: &Wanted) -> Result<Self, Refusal> {
        Ok(Self {
            vessels: tried.after.groups().len(),
        })
    }
}

impl From<NewVessel> for NewGroup {
    fn from(new: NewVessel) -> Self {
        Self {
            slug: new.slug.clone(),
            name: new.name.clone(),
            notice_note: serde_json::to_string(&new).ok(),
            notice_days: None,
            objection_days: None,
            source: "test".to_owned(),
            checked_on: None,
        }
    }
}

fn of(group: &Group) -> NewVessel {
    serde_json::from_str(group.notice_note.as_deref().unwrap()).unwrap()
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s Group, Refusal> {
    snapshot.group(id).ok_or(Refusal::NotFound)
}

fn shown(snapshot: &Snapshot, id: Uuid) -> Result<One<Vessel>, Refusal> {
    let group = find(snapshot, &id.to_string())?;
    let body = Vessel {
        slug: group.slug.clone(),
        name: group.name.clone(),
        crew: of(group).crew,
        version: group.version,
    };
    One::versioned(snapshot.revision(), group.version, &body)
}

/// Vessels.
pub(crate) struct Vessels;

#[OpenApi(prefix_path = "/v1/vessels")]
impl Vessels {
    /// Create a vessel
    ///
    /// Enters a vessel.
    #[oai(path = "/", method = "post", operation_id = "createVessel")]
    async fn create(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        input: StrictJson<NewVessel>,
    ) -> Result<Written<Created<Vessel>, VesselImpact>, Refusal> {
        let made = writing.create(&registry, input.digest(), |draft| {
            Ok(groups::create_in(draft, input.0.into())?)
        });
        made.await?
            .created("/v1/vessels", shown, VesselImpact::of)
            .await
    }

    /// Get a vessel
    ///
    /// One vessel.
    #[oai(path = "/:id", method = "get", operation_id = "getVessel")]
    async fn get(
        &self,
        _caller: Caller,
        registry: Data<&Registry>,
        /// Its slug or id.
        id: Path<String>,
    ) -> Result<One<Vessel>, Refusal> {
        let snapshot = registry.snapshot();
        shown(&snapshot, find(&snapshot, &id)?.id)
    }

    /// Amend a vessel
    ///
    /// Amends a vessel.
    #[oai(path = "/:id", method = "patch", operation_id = "updateVessel")]
    async fn update(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// Its slug or id.
        id: Path<String>,
        if_match: IfMatch,
        patch: Patch<NewVessel>,
    ) -> Result<Written<Changed<Vessel>, VesselImpact>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&shown(&base, current.id)?)?;
            let new = patch.apply(&of(current))?.into();
            Ok(groups::amend_in(draft, current.id, expected, new)?)
        });
        made.await?.changed(shown, VesselImpact::of).await
    }

    /// Launch a vessel
    ///
    /// Launches a vessel.
    #[oai(path = "/:id/launch", method = "post", operation_id = "launchVessel")]
    async fn launch(
        &self,
        writing: Writing,
        registry: Data<&Registry>,
        /// Its slug or id.
        id: Path<String>,
        if_match: IfMatch,
    ) -> Result<Written<Changed<Vessel>, VesselImpact>, Refusal> {
        let made = writing.change(&registry, |draft| {
            let base = draft.seen()?;
            let current = find(&base, &id)?;
            let expected = if_match.holds(&shown(&base, current.id)?)?;
            let launched = launched(current)?;
            Ok(groups::amend_in(draft, current.id, expected, launched)?)
        });
        made.await?.changed(shown, VesselImpact::of).await
    }
}

/// The vessel at sea: once, and of no country only.
fn launched(current: &Group) -> Result<NewGroup, Refusal> {
    if current.notice_days.is_some() {
        let again = "launching is not possible while it is at sea";
        return Err(Refusal::WrongStage(again.to_owned()));
    }
    if of(current).country.is_some() {
        return Err(Refusal::GateDenied(Box::new(denied())));
    }
    Ok(NewGroup {
        notice_days: Some(1),
        ..of(current).into()
    })
}

fn denied() -> Denial {
    let remedy = Remedy {
        code: RemedyCode::RecordCountry,
        alternative: 1,
        module: None,
        parties: Vec::new(),
        framework: None,
        mechanism: None,
        destination: None,
        data_categories: Vec::new(),
        tool: None,
        attributes: Vec::new(),
    };
    let finding = Finding {
        hop: 0,
        exporter: "harbour".into(),
        importer: "argo".into(),
        regime: None,
        regime_because: Vec::new(),
        destination: None,
        activity: Activity::Seat,
        outcome: Outcome::Denied,
        ground: None,
        fallbacks: Vec::new(),
        reasons: Vec::new(),
        remedies: vec![remedy],
        warnings: Vec::new(),
    };
    Denial {
        as_of: parse_day("2026-12-01").unwrap(),
        findings: vec![finding.clone(), finding],
    }
}

/// A vessel with all that one may have.
pub(crate) fn whole() -> NewVessel {
    NewVessel {
        slug: "argo".to_owned(),
        name: "Argo".to_owned(),
        country: "GR".parse().ok().map(CountryCode),
        role: Some(Code(Role::Processor)),
        category: Some(Code(DataCategory::Contact)),
        launched_on: parse_day("2020-01-31").map(Day),
        crew: Some(50),
        ports: Some(vec![Port {
            name: "Iolkos".to_owned(),
            note: Some("home".to_owned()),
        }]),
        captain: Some(Captain {
            name: "Jason".to_owned(),
            rank: Some("hero".to_owned()),
        }),
    }
}
