//! The whole register and law in memory: immutable, swapped whole.

mod facts;
mod views;

use std::{collections::HashMap, sync::Arc};

use transfer_decision::{
    decide::{Settings, decide},
    facts::{Question, Register, RegisterFault},
    law::Law,
    verdict::Verdict,
};
use uuid::Uuid;

use crate::{
    flows::Flow, groups::Group, mechanisms::Mechanism, organisations::Organisation,
    processing_activities::ProcessingActivity, store::rows::Rows, subprocessors::Subprocessor,
};

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
    /// The facts contradict each other.
    #[error("the facts contradict each other")]
    Facts(#[from] RegisterFault),
}

/// The register and the law at one revision. Every list is ordered by id, hence by creation.
#[derive(Debug)]
pub struct Snapshot {
    revision: u64,
    demo: bool,
    law: Arc<Law>,
    register: Register,
    settings: Settings,
    views: views::Views,
    groups_by_key: HashMap<String, usize>,
    organisations_by_key: HashMap<String, usize>,
}

impl Snapshot {
    /// The snapshot that the rows of one moment make.
    pub(crate) fn new(law: Arc<Law>, settings: Settings, rows: Rows) -> Result<Self, LoadError> {
        let revision = u64::try_from(rows.revision).unwrap_or_default();
        let demo = rows.demo;
        let views = views::of(rows)?;
        let register = facts::of(&views)?;
        let groups_by_key = keys(views.groups.iter().map(|group| (group.id, &group.slug)));
        let organisations_by_key = keys(
            views
                .organisations
                .iter()
                .map(|organisation| (organisation.id, &organisation.slug)),
        );
        Ok(Self {
            revision,
            demo,
            law,
            register,
            settings,
            views,
            groups_by_key,
            organisations_by_key,
        })
    }

    /// The register's revision: how many transactions had changed it.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the register is the demo's, made from published notices and nobody's own.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// The law.
    #[must_use]
    pub const fn law(&self) -> &Arc<Law> {
        &self.law
    }

    /// The facts in the form in which they are decided upon.
    #[must_use]
    pub const fn register(&self) -> &Register {
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
        decide(&self.law, &self.register, question, self.settings)
    }

    /// Every group.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.views.groups
    }

    /// Every organisation.
    #[must_use]
    pub fn organisations(&self) -> &[Organisation] {
        &self.views.organisations
    }

    /// Every engagement.
    #[must_use]
    pub fn subprocessors(&self) -> &[Subprocessor] {
        &self.views.subprocessors
    }

    /// Every mechanism.
    #[must_use]
    pub fn mechanisms(&self) -> &[Mechanism] {
        &self.views.mechanisms
    }

    /// Every flow.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.views.flows
    }

    /// Every processing activity.
    #[must_use]
    pub fn processing_activities(&self) -> &[ProcessingActivity] {
        &self.views.processing_activities
    }

    /// The group with this slug or id.
    #[must_use]
    pub fn group(&self, slug_or_id: &str) -> Option<&Group> {
        let at = self.groups_by_key.get(slug_or_id)?;
        self.views.groups.get(*at)
    }

    /// The organisation with this slug or id.
    #[must_use]
    pub fn organisation(&self, slug_or_id: &str) -> Option<&Organisation> {
        let at = self.organisations_by_key.get(slug_or_id)?;
        self.views.organisations.get(*at)
    }
}

fn keys<'a>(of: impl Iterator<Item = (Uuid, &'a String)>) -> HashMap<String, usize> {
    let mut keys = HashMap::new();
    for (at, (id, slug)) in of.enumerate() {
        keys.insert(id.to_string(), at);
        keys.insert(slug.clone(), at);
    }
    keys
}
