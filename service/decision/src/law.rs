//! The law as dated, cited rows, checked and indexed.
//!
//! A [`Law`] is immutable. It is made from [`Provisions`] by [`Law::new`], which refuses rows that
//! contradict each other; what no row models is denied by the rules, never guessed here.

mod checks;

use std::sync::Arc;

use serde::Serialize;

use crate::{
    citation::Publication,
    span::{Day, FIRST_DAY, Span, day},
    vocabulary::{
        Attribute, Confidence, Country, DataCategory, EndKind, Framework, MembershipStatus, Module,
        Regime, Requirement, Role, Tool,
    },
};

pub use checks::LawFault;

/// The first day of the UK regime; a `uk` question about an earlier day is judged under `eu`.
pub const UK_REGIME_FROM: Day = day(2021, 1, 1);
/// The first day from which Swiss law is recorded without gaps.
pub const CH_RECORDED_FROM: Day = day(2018, 5, 25);
/// The judgment C-311/18 (Schrems II): from this day on a safeguard asks for an assessment.
pub const ASSESSMENT_FROM: Day = day(2020, 7, 16);
/// Basis id: the data subject hands the data over directly, on their own initiative.
pub const NO_TRANSFER_DIRECT_COLLECTION: &str = "NO-TRANSFER-DIRECT-COLLECTION";
/// Basis id: within one legal entity.
pub const NO_TRANSFER_SAME_ENTITY: &str = "NO-TRANSFER-SAME-ENTITY";

/// What a finding rests on, with its citation and link. Days are inclusive, as the edges of the
/// system show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The row's stable id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The official citation.
    pub citation: String,
    /// The link to the official text.
    pub url: String,
    /// The first day on which it applies.
    pub valid_from: Day,
    /// The last day on which it applies; absent when open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// How well the row is established.
    #[serde(skip)]
    pub confidence: Confidence,
}

/// Whom an adequacy instrument covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Territory {
    /// Importers in a country or territory.
    Country(Country),
    /// One international organisation, by its slug.
    Organisation(Arc<str>),
}

/// One scope condition of an adequacy instrument. All conditions of a row must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// An active certification of the importer under the framework on the day.
    RequiresCertification(Framework),
    /// HR data needs every required certification to cover HR.
    HrDataRequiresHrCoverage,
    /// At least one attribute is true of the importer.
    RequiresRecipientAttribute(Vec<Attribute>),
    /// No attribute is true of the importer.
    ExcludesRecipient(Vec<Attribute>),
    /// The purpose is none of these codes.
    ExcludesPurpose(Vec<String>),
    /// The data is of this category.
    RequiresDataCategory(DataCategory),
    /// The data is of none of these categories.
    ExcludesData(Vec<DataCategory>),
}

/// One adequacy instrument for one territory or organisation under one regime.
#[derive(Debug, Clone)]
pub struct AdequacyInstrument {
    /// What it is and when it applies.
    pub basis: Arc<Basis>,
    /// The act of which this row is one phase; its phases never overlap.
    pub instrument: String,
    /// The regime under which it counts.
    pub regime: Regime,
    /// Whom it covers.
    pub territory: Territory,
    /// The days on which it applies.
    pub span: Span,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// How it ended, when it has.
    pub end_kind: Option<EndKind>,
    /// The court that struck it down kept its effects to its last day.
    pub effects_preserved: bool,
    /// A pending challenge in court, when there is one.
    pub challenge: Option<String>,
}

/// A span of days in which a territory stands in one relation to a regime's own area.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The regime whose area is meant.
    pub regime: Regime,
    /// The territory.
    pub country: Country,
    /// The days.
    pub span: Span,
    /// Inside, third country, or under review.
    pub status: MembershipStatus,
    /// What a finding rests on; present exactly when inside.
    pub basis: Option<Arc<Basis>>,
    /// Whether people and exporters there fall under the regime. Rows that only make the
    /// territory a free destination (the TCA bridge) or whose review concerns a framework alone
    /// do not.
    pub gives_regime: bool,
    /// How well the row is established.
    pub confidence: Confidence,
    /// The row's own name in findings of faults and warnings: `regime/country/first day`.
    pub id: String,
}

/// Which modules of the EU clauses a tool row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleScope {
    /// The tool has no modules.
    None,
    /// The row is about this module only.
    One(Module),
    /// The row is about every module.
    All,
}

/// Which roles a tool row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRule {
    /// Fixed roles; an open side fits both.
    Fixed {
        /// The exporter's role.
        exporter: Option<Role>,
        /// The importer's role.
        importer: Option<Role>,
    },
    /// The roles of the mechanism's module; without a module nothing is checked.
    AsModule,
    /// The roles for which the EU adopted the set of clauses.
    AsEuTool,
}

/// A safeguard or derogation under one regime: who may use it, from when, and what it requires.
#[derive(Debug, Clone)]
pub struct ToolRow {
    /// What it is and when it carries transfers.
    pub basis: Arc<Basis>,
    /// The regime under which it counts.
    pub regime: Regime,
    /// The tools that a mechanism may record for it.
    pub tools: Vec<Tool>,
    /// The modules it is about.
    pub module: ModuleScope,
    /// The roles it is for.
    pub roles: RoleRule,
    /// The first day on which it can be signed, inclusive.
    pub first_signing_day: Option<Day>,
    /// The first day on which it carries transfers, inclusive.
    pub usable_from: Day,
    /// The last day on which it can be signed, inclusive.
    pub last_signing_day: Option<Day>,
    /// The last day on which it carries transfers, inclusive.
    pub last_day_of_effect: Option<Day>,
    /// All must be met.
    pub requires: Vec<Requirement>,
}

impl ToolRow {
    /// Whether every tool of the row is a derogation. Rows never mix.
    #[must_use]
    pub fn is_derogation(&self) -> bool {
        self.tools.iter().any(|tool| tool.is_derogation())
    }

    /// Whether the row asks for an impact assessment.
    #[must_use]
    pub fn asks_for_assessment(&self) -> bool {
        self.requires
            .iter()
            .any(|r| matches!(r, Requirement::Tia | Requirement::TiaIfCombinedWithEuData))
    }
}

/// A certification scheme.
#[derive(Debug, Clone)]
pub struct FrameworkRow {
    /// The scheme.
    pub framework: Framework,
    /// The regimes that it serves.
    pub regimes: Vec<Regime>,
    /// The first day on which a certification can exist, inclusive.
    pub first_certification_day: Day,
    /// The adequacy rows that ask for it.
    pub instrument_ids: Vec<String>,
}

/// The rows from which a [`Law`] is made.
#[derive(Debug, Clone, Default)]
pub struct Provisions {
    /// Adequacy instruments.
    pub adequacy: Vec<AdequacyInstrument>,
    /// Memberships.
    pub memberships: Vec<Membership>,
    /// Tools.
    pub tools: Vec<ToolRow>,
    /// Frameworks.
    pub frameworks: Vec<FrameworkRow>,
    /// Why something is no transfer at all, by the ids above.
    pub no_transfer: Vec<Arc<Basis>>,
}

/// A law pack, checked and indexed.
#[derive(Debug, Clone)]
pub struct Law {
    version: Arc<str>,
    provisions: Provisions,
    adequacy_by_country: Vec<Vec<u32>>,
    membership_by_country: Vec<Vec<u32>>,
    adequacy_by_organisation: Vec<(Regime, Arc<str>, u32)>,
    direct_collection: Arc<Basis>,
    same_entity: Arc<Basis>,
}

const COUNTRIES: usize = 1000;

fn slot(regime: Regime, country: Country) -> usize {
    regime as usize * COUNTRIES + country.index() as usize
}

impl Law {
    /// Checks the rows and indexes them.
    ///
    /// # Errors
    /// Every fault found, not only the first.
    pub fn new(version: &str, mut provisions: Provisions) -> Result<Self, Vec<LawFault>> {
        let faults = checks::faults(&provisions);
        if !faults.is_empty() {
            return Err(faults);
        }
        // The rows' order must not matter: from here on it is the ids' order.
        provisions
            .adequacy
            .sort_by(|a, b| a.basis.id.cmp(&b.basis.id));
        provisions.memberships.sort_by(|a, b| a.id.cmp(&b.id));
        provisions.tools.sort_by(|a, b| a.basis.id.cmp(&b.basis.id));
        provisions.frameworks.sort_by_key(|row| row.framework);

        let mut adequacy_by_country = vec![Vec::new(); 3 * COUNTRIES];
        let mut membership_by_country = vec![Vec::new(); 3 * COUNTRIES];
        let mut adequacy_by_organisation = Vec::new();
        for (at, row) in (0_u32..).zip(&provisions.adequacy) {
            match &row.territory {
                Territory::Country(country) => {
                    if let Some(rows) = adequacy_by_country.get_mut(slot(row.regime, *country)) {
                        rows.push(at);
                    }
                }
                Territory::Organisation(slug) => {
                    adequacy_by_organisation.push((row.regime, Arc::clone(slug), at));
                }
            }
        }
        for (at, row) in (0_u32..).zip(&provisions.memberships) {
            if let Some(rows) = membership_by_country.get_mut(slot(row.regime, row.country)) {
                rows.push(at);
            }
        }
        let named = |id: &'static str| {
            provisions
                .no_transfer
                .iter()
                .find(|basis| basis.id == id)
                .cloned()
                .ok_or_else(|| vec![LawFault::missing(id)])
        };
        Ok(Self {
            version: version.into(),
            direct_collection: named(NO_TRANSFER_DIRECT_COLLECTION)?,
            same_entity: named(NO_TRANSFER_SAME_ENTITY)?,
            provisions,
            adequacy_by_country,
            membership_by_country,
            adequacy_by_organisation,
        })
    }

    /// The pack's version; every verdict names it.
    #[must_use]
    pub fn version(&self) -> &Arc<str> {
        &self.version
    }

    /// The rows, in the order of their ids.
    #[must_use]
    pub const fn provisions(&self) -> &Provisions {
        &self.provisions
    }

    /// The adequacy rows for importers in a country, in the order of their ids.
    pub fn adequacy_for(
        &self,
        regime: Regime,
        country: Country,
    ) -> impl Iterator<Item = &AdequacyInstrument> {
        self.adequacy_by_country
            .get(slot(regime, country))
            .into_iter()
            .flatten()
            .filter_map(|at| self.provisions.adequacy.get(*at as usize))
    }

    /// The adequacy rows for an international organisation, in the order of their ids.
    pub fn adequacy_for_organisation<'a>(
        &'a self,
        regime: Regime,
        slug: &'a str,
    ) -> impl Iterator<Item = &'a AdequacyInstrument> {
        self.adequacy_by_organisation
            .iter()
            .filter(move |(of, named, _)| *of == regime && &**named == slug)
            .filter_map(|(_, _, at)| self.provisions.adequacy.get(*at as usize))
    }

    /// The membership rows of a country, in the order of their first days.
    pub fn memberships_of(
        &self,
        regime: Regime,
        country: Country,
    ) -> impl Iterator<Item = &Membership> {
        self.membership_by_country
            .get(slot(regime, country))
            .into_iter()
            .flatten()
            .filter_map(|at| self.provisions.memberships.get(*at as usize))
    }

    /// What a country is to a regime on a day; `None`: an ordinary third country.
    #[must_use]
    pub fn membership_on(&self, regime: Regime, country: Country, day: Day) -> Option<&Membership> {
        self.memberships_of(regime, country)
            .find(|row| row.span.contains(day))
    }

    /// The row by which people and exporters in a country fall under a regime on a day.
    #[must_use]
    pub fn own_area_on(&self, regime: Regime, country: Country, day: Day) -> Option<&Membership> {
        self.membership_on(regime, country, day)
            .filter(|row| row.gives_regime && row.status != MembershipStatus::ThirdCountry)
    }

    /// The tool rows of a regime that a tool can stand for, in the order of their ids.
    pub fn tool_rows(&self, regime: Regime, tool: Tool) -> impl Iterator<Item = &ToolRow> {
        self.provisions
            .tools
            .iter()
            .filter(move |row| row.regime == regime && row.tools.contains(&tool))
    }

    /// A framework's row.
    #[must_use]
    pub fn framework(&self, framework: Framework) -> Option<&FrameworkRow> {
        self.provisions
            .frameworks
            .iter()
            .find(|row| row.framework == framework)
    }

    /// Why direct collection is no transfer.
    #[must_use]
    pub const fn direct_collection(&self) -> &Arc<Basis> {
        &self.direct_collection
    }

    /// Why one legal entity's own access is no transfer.
    #[must_use]
    pub const fn same_entity(&self) -> &Arc<Basis> {
        &self.same_entity
    }
}

impl Basis {
    /// A basis from its parts; days inclusive.
    #[must_use]
    pub fn new(
        id: &str,
        title: &str,
        citation: &str,
        publication: &Publication,
        span: Span,
        confidence: Confidence,
    ) -> Arc<Self> {
        Arc::new(Self {
            id: id.to_owned(),
            title: title.to_owned(),
            citation: citation.to_owned(),
            url: publication.url(),
            valid_from: span.first().max(FIRST_DAY),
            valid_to: span.last(),
            confidence,
        })
    }
}
