//! The register as it is for somebody to whom only some groups exist: what is left out is not
//! there, neither to be read nor to be decided upon.
//!
//! What names a company of another group is left out whole: half of it would be another fact.

use std::collections::{BTreeSet, HashSet};

use uuid::Uuid;

use super::{LoadError, Snapshot, views::Views};
use crate::{Scope, locations::Location, mechanisms::Mechanism};

impl Snapshot {
    /// The register with these groups, what belongs to them, and what all groups share.
    pub(crate) fn narrowed(&self, groups: &BTreeSet<Uuid>) -> Result<Self, LoadError> {
        let views = Narrow::to(&self.views, groups).views(&self.views);
        let revision = i64::try_from(self.revision).unwrap_or(i64::MAX);
        let legal = self.legal.clone();
        Ok(Self {
            scope: Scope::Groups(groups.clone()),
            ..Self::over(revision, self.demo, legal, self.settings, views)?
        })
    }
}

/// Which names exist.
struct Narrow<'v> {
    ids: &'v BTreeSet<Uuid>,
    groups: HashSet<&'v str>,
    organisations: HashSet<&'v str>,
}

impl<'v> Narrow<'v> {
    fn to(views: &'v Views, ids: &'v BTreeSet<Uuid>) -> Self {
        let groups = views.groups.iter().filter(|group| ids.contains(&group.id));
        let groups: HashSet<&str> = groups.map(|group| group.slug.as_str()).collect();
        let there = views.organisations.iter().filter(|organisation| {
            let group = organisation.group.as_deref();
            group.is_none_or(|group| groups.contains(group))
        });
        Self {
            ids,
            organisations: there.map(|one| one.slug.as_str()).collect(),
            groups,
        }
    }

    fn keeps(&self, group: Option<&str>) -> bool {
        group.is_none_or(|group| self.groups.contains(group))
    }

    fn knows(&self, organisation: &str) -> bool {
        self.organisations.contains(organisation)
    }

    fn operated(&self, locations: &[Location]) -> bool {
        let operators = locations.iter().filter_map(|at| at.operated_by.as_deref());
        operators.into_iter().all(|operator| self.knows(operator))
    }

    fn concluded(&self, mechanism: &Mechanism) -> bool {
        let mut parties = mechanism.parties.iter();
        self.keeps(mechanism.group.as_deref())
            && parties.all(|party| self.knows(&party.organisation))
    }

    fn views(&self, all: &Views) -> Views {
        let mut flows = all.flows.only(|flow| {
            self.keeps(flow.group.as_deref())
                && self.knows(&flow.exporter)
                && self.knows(&flow.importer)
                && self.operated(&flow.locations)
        });
        // A flow continues one that was there before it, so each round leaves out the next link.
        loop {
            let continued = |id: Uuid| flows.get(id).is_some();
            let left = flows.only(|flow| flow.continues.is_none_or(continued));
            if left.len() == flows.len() {
                break;
            }
            flows = left;
        }
        Views {
            groups: all
                .groups
                .only(|group| self.groups.contains(group.slug.as_str())),
            organisations: all.organisations.only(|one| self.knows(&one.slug)),
            subprocessors: all.subprocessors.only(|one| {
                self.keeps(Some(&one.group))
                    && self.knows(&one.organisation)
                    && self.operated(&one.locations)
            }),
            mechanisms: all.mechanisms.only(|one| self.concluded(one)),
            flows,
            processing_activities: all
                .processing_activities
                .only(|one| self.keeps(Some(&one.group))),
            law_amendments: all.law_amendments.clone(),
            law_packs: all.law_packs.clone(),
            // Nobody who is limited looks after tokens and users.
            tokens: super::List::default(),
            users: super::List::default(),
            proposals: all.proposals.only(|one| one.is_within(self.ids)),
            // What anybody may read on the group's page is there whole.
            publications: all.publications.only(|one| self.keeps(Some(&one.group))),
        }
    }
}
