//! The whole register and law in memory: immutable, swapped whole.

mod facts;
mod legal;
mod list;
mod names;
mod narrowed;
mod published;
mod views;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use transfer_decision::{
    decide::{Settings, decide},
    facts::{Question, Register, RegisterFault, Relationship},
    impact::{self, Side},
    law::Law,
    span::Day,
    standing::{self, Standing},
    verdict::Verdict,
};
use transfer_registry_seed::{SeedError, law::Pack};
use uuid::Uuid;

use crate::{
    Scope,
    certifications::Certification,
    flows::{Flow, NewFlow},
    groups::Group,
    impact_assessments::ImpactAssessment,
    law_amendments::LawAmendment,
    law_packs::AdoptedPack,
    mechanisms::Mechanism,
    organisations::Organisation,
    processing_activities::ProcessingActivity,
    proposals::Proposal,
    publications::Publication,
    store::rows::Rows,
    subprocessors::{NewSubprocessor, Subprocessor},
    tokens::{Fingerprint, Token},
    users::User,
};

pub(crate) use legal::Legal;
pub use list::{Iter, List};
pub use published::AsPublished;

/// Rows that make no register. The database's constraints and the use-cases prevent them.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A row refers to one that is not there.
    #[error("{of} {id} refers to {to} {missing}, which is not in the register")]
    Dangling {
        /// The table of the row.
        of: &'static str,
        /// The row.
        id: Uuid,
        /// What it refers to.
        to: &'static str,
        /// The id that is missing.
        missing: Uuid,
    },
    /// A row says something that the field does not know.
    #[error("{of} {id}: {what}")]
    Meaningless {
        /// The table of the row.
        of: &'static str,
        /// The row.
        id: Uuid,
        /// What is wrong with it.
        what: String,
    },
    /// The law, with its amendments, contradicts itself.
    #[error("the law cannot be used: {0}")]
    Law(#[from] SeedError),
    /// The facts contradict each other.
    #[error("the facts contradict each other")]
    Facts(#[from] RegisterFault),
}

/// The register and the law at one revision. Every list is ordered by id, hence by creation.
#[derive(Debug)]
pub struct Snapshot {
    revision: u64,
    demo: bool,
    /// For whom it is whole.
    scope: Scope,
    legal: Legal,
    register: Arc<Register>,
    settings: Settings,
    views: views::Views,
    groups_by_slug: Arc<names::Slugs>,
    organisations_by_slug: Arc<names::Slugs>,
    /// Who holds each certification, and for which mechanism each assessment is made; gathered when
    /// it is first asked for.
    nested: Arc<OnceLock<HashMap<Uuid, Uuid>>>,
    /// The tokens by what they are known by; gathered when one is first asked for.
    fingerprints: OnceLock<HashMap<String, Uuid>>,
}

#[cfg(test)]
thread_local! {
    /// How often the facts of everything that is recorded were made on this thread.
    pub(crate) static MADE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl Snapshot {
    /// The snapshot that the rows of one moment make.
    pub(crate) fn new(settings: Settings, rows: Rows) -> Result<Self, LoadError> {
        let (revision, demo) = (rows.revision, rows.demo);
        let legal = Legal::of(&rows)?;
        let views = views::Views::default().with(rows)?;
        Self::over(revision, demo, legal, settings, views)
    }

    /// The snapshot after the rows that one change wrote over this one.
    pub(crate) fn with(&self, rows: Rows) -> Result<Self, LoadError> {
        let (revision, demo) = (rows.revision, rows.demo);
        let legal = self.legal.with(&rows)?;
        let views = self.views.with(rows)?;
        Self::over(revision, demo, legal, self.settings, views)
    }

    fn over(
        revision: i64,
        demo: bool,
        legal: Legal,
        settings: Settings,
        views: views::Views,
    ) -> Result<Self, LoadError> {
        #[cfg(test)]
        MADE.set(MADE.get() + 1);
        Ok(Self {
            revision: u64::try_from(revision).unwrap_or_default(),
            demo,
            scope: Scope::All,
            legal,
            register: Arc::new(facts::of(&views)?),
            settings,
            groups_by_slug: Arc::new(names::slugs(views.groups.iter().map(|group| &group.slug))),
            organisations_by_slug: Arc::new(names::slugs(
                views.organisations.iter().map(|o| &o.slug),
            )),
            views,
            nested: Arc::default(),
            fingerprints: OnceLock::new(),
        })
    }

    /// What readers see after rows that make nothing new, over facts that are still those of this
    /// one: enough for the next step of a supposition, at a small part of the cost.
    pub(crate) fn showing(&self, rows: Rows) -> Result<Self, LoadError> {
        Ok(Self {
            revision: self.revision,
            demo: self.demo,
            scope: self.scope.clone(),
            legal: self.legal.with(&rows)?,
            register: Arc::clone(&self.register),
            settings: self.settings,
            views: self.views.with(rows)?,
            groups_by_slug: Arc::clone(&self.groups_by_slug),
            organisations_by_slug: Arc::clone(&self.organisations_by_slug),
            nested: Arc::clone(&self.nested),
            fingerprints: OnceLock::new(),
        })
    }

    fn side(&self) -> Side<'_> {
        Side {
            law: self.law(),
            register: &self.register,
        }
    }

    /// The first day, from today on, on which what differs in a later snapshot can make a
    /// difference to any answer.
    pub(crate) fn differs_from(&self, later: &Self, today: Day) -> Option<Day> {
        let (before, after) = (self.side(), later.side());
        impact::first_day(before, after, today)
    }

    /// The organisation or mechanism to which a certification or an assessment belongs.
    fn around(&self, id: Uuid) -> Option<Uuid> {
        let nested = self.nested.get_or_init(|| {
            let held = self.views.organisations.iter().flat_map(|holder| {
                let held = holder.certifications.iter();
                held.map(|held| (held.id, holder.id))
            });
            let made = self.views.mechanisms.iter().flat_map(|mechanism| {
                let made = mechanism.assessments.iter();
                made.map(|made| (made.id, mechanism.id))
            });
            held.chain(made).collect()
        });
        nested.get(&id).copied()
    }

    /// Whether two snapshots show the same register under the same law.
    #[cfg(test)]
    pub(crate) fn shows_the_same(&self, other: &Self) -> bool {
        self.revision == other.revision
            && self.demo == other.demo
            && self.law().version() == other.law().version()
            && self.views == other.views
    }

    /// The register's revision: how many transactions had changed it.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Whose data it holds; what belongs to others is not in it.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether the register is the demo's, made from published notices and nobody's own.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// The law, as amended.
    #[must_use]
    pub fn law(&self) -> &Arc<Law> {
        self.legal.law()
    }

    /// The law as its authors wrote it, as amended.
    #[must_use]
    pub const fn pack(&self) -> &Arc<Pack> {
        self.legal.pack()
    }

    /// What was amended of the law pack, by id.
    #[must_use]
    pub const fn law_amendments(&self) -> &List<LawAmendment> {
        &self.views.law_amendments
    }

    /// The law packs that were adopted, the newest last.
    #[must_use]
    pub fn packs(&self) -> &[AdoptedPack] {
        &self.views.law_packs
    }

    /// What a draft needs to know of the law.
    pub(crate) const fn legal(&self) -> &Legal {
        &self.legal
    }

    /// The facts in the form in which they are decided upon.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// What the operator decided about deciding.
    #[must_use]
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// Answers a question from this law and this register.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Verdict {
        decide(self.law(), &self.register, question, self.settings)
    }

    /// Whether any object has an id.
    pub(crate) fn knows(&self, id: Uuid) -> bool {
        self.views.groups.get(id).is_some()
            || self.views.organisations.get(id).is_some()
            || self.views.subprocessors.get(id).is_some()
            || self.views.mechanisms.get(id).is_some()
            || self.views.flows.get(id).is_some()
            || self.views.processing_activities.get(id).is_some()
            || self.views.law_amendments.get(id).is_some()
            || self.views.tokens.get(id).is_some()
            || self.views.users.get(id).is_some()
            || self.views.proposals.get(id).is_some()
            || self.views.publications.get(id).is_some()
            || self.around(id).is_some()
    }

    /// How an engagement or a flow stands before the legal gate on a day, as if it were active.
    #[must_use]
    pub fn standing(&self, id: Uuid, as_of: Day) -> Option<Standing> {
        let found = self.register.relationship(&id.to_string())?;
        Some(standing::of(
            self.law(),
            &self.register,
            found,
            as_of,
            self.settings,
        ))
    }

    /// How an engagement that nobody recorded yet would stand before the legal gate on a day, as if it
    /// were active. Nothing: its days are no span.
    #[must_use]
    pub fn standing_if_engaged(&self, new: &NewSubprocessor, as_of: Day) -> Option<Standing> {
        Some(self.standing_if(&facts::supposed(new).ok()?, as_of))
    }

    /// The same of a flow that nobody recorded yet.
    #[must_use]
    pub fn standing_if_flowing(&self, new: &NewFlow, as_of: Day) -> Option<Standing> {
        Some(self.standing_if(&facts::supposed_flow(new).ok()?, as_of))
    }

    fn standing_if(&self, supposed: &Relationship, as_of: Day) -> Standing {
        let (law, register) = (self.law(), &self.register);
        standing::of(law, register, supposed, as_of, self.settings)
    }

    /// About how many objects it holds: what making the next one takes grows with that.
    pub(crate) const fn size(&self) -> usize {
        self.views.groups.len()
            + self.views.organisations.len()
            + self.views.subprocessors.len()
            + self.views.mechanisms.len()
            + self.views.flows.len()
            + self.views.processing_activities.len()
    }

    /// Whether nothing was recorded yet, apart from the law.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.views.groups.is_empty() && self.views.organisations.is_empty()
    }

    /// The assessment with this id, and the mechanism that it is made for.
    #[must_use]
    pub fn impact_assessment(&self, id: Uuid) -> Option<(&Mechanism, &ImpactAssessment)> {
        let mechanism = self.views.mechanisms.get(self.around(id)?)?;
        let made = mechanism.assessments.iter().find(|made| made.id == id)?;
        Some((mechanism, made))
    }

    /// The certification with this id, and the organisation that holds it.
    #[must_use]
    pub fn certification(&self, id: Uuid) -> Option<(&Organisation, &Certification)> {
        let organisation = self.views.organisations.get(self.around(id)?)?;
        let mut held = organisation.certifications.iter();
        let held = held.find(|held| held.id == id)?;
        Some((organisation, held))
    }

    /// Every group.
    #[must_use]
    pub const fn groups(&self) -> &List<Group> {
        &self.views.groups
    }

    /// Every organisation.
    #[must_use]
    pub const fn organisations(&self) -> &List<Organisation> {
        &self.views.organisations
    }

    /// Every engagement.
    #[must_use]
    pub const fn subprocessors(&self) -> &List<Subprocessor> {
        &self.views.subprocessors
    }

    /// Every mechanism.
    #[must_use]
    pub const fn mechanisms(&self) -> &List<Mechanism> {
        &self.views.mechanisms
    }

    /// Every flow.
    #[must_use]
    pub const fn flows(&self) -> &List<Flow> {
        &self.views.flows
    }

    /// Every processing activity.
    #[must_use]
    pub const fn processing_activities(&self) -> &List<ProcessingActivity> {
        &self.views.processing_activities
    }

    /// Every token, also those that are no longer good.
    #[must_use]
    pub const fn tokens(&self) -> &List<Token> {
        &self.views.tokens
    }

    /// Every user, also those who are refused.
    #[must_use]
    pub const fn users(&self) -> &List<User> {
        &self.views.users
    }

    /// Every proposal, also those that were decided about.
    #[must_use]
    pub const fn proposals(&self) -> &List<Proposal> {
        &self.views.proposals
    }

    /// Every publication of every group.
    #[must_use]
    pub const fn publications(&self) -> &List<Publication> {
        &self.views.publications
    }

    /// The token that is known by a fingerprint.
    pub(crate) fn token_of(&self, fingerprint: &Fingerprint) -> Option<&Token> {
        let known = self.fingerprints.get_or_init(|| {
            let tokens = self.views.tokens.iter();
            let known = tokens.map(|token| (token.fingerprint.clone(), token.id));
            known.collect()
        });
        self.views.tokens.get(*known.get(&fingerprint.to_string())?)
    }

    /// The group with this slug or id.
    #[must_use]
    pub fn group(&self, slug_or_id: &str) -> Option<&Group> {
        names::named(&self.views.groups, &self.groups_by_slug, slug_or_id)
    }

    /// The organisation with this slug or id.
    #[must_use]
    pub fn organisation(&self, slug_or_id: &str) -> Option<&Organisation> {
        names::named(
            &self.views.organisations,
            &self.organisations_by_slug,
            slug_or_id,
        )
    }
}
