//! What could carry the hops of a world: certifications and mechanisms, one for each regime.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::{Organisation, Slug},
    law::ToolRow,
    vocabulary::{Framework, Regime, Role},
};

use crate::{
    chain::regimes,
    supply::{self, Need},
    worlds::{Drawing, Theme},
};

impl<'a> Drawing<'a> {
    /// Certifications and mechanisms that could carry every hop under every regime.
    pub(crate) fn supply(&mut self) {
        let find = |key: &str| {
            self.world
                .organisations
                .iter()
                .find(|one| *one.slug == *key || *one.id == *key)
        };
        let exporter = find(&self.world.question.exporter);
        let regimes = regimes(self.pools.law, &self.world.question, exporter);
        let regimes: Vec<Regime> = regimes.into_keys().collect();
        let chain = self.chain();
        for (hop, pair) in chain.windows(2).enumerate() {
            self.supply_hop(&regimes, &pair[0], &pair[1], hop == 0);
            let operators: BTreeSet<Slug> = self
                .world
                .relationships
                .iter()
                .filter(|one| one.importer == pair[1].slug)
                .flat_map(|one| &one.locations)
                .filter_map(|one| one.operated_by.clone())
                .filter(|slug| *slug != pair[1].slug)
                .collect();
            for slug in operators {
                let operator = self.world.organisations.iter().find(|one| one.slug == slug);
                if let Some(operator) = operator.cloned() {
                    self.supply_hop(&regimes, &pair[1], &operator, false);
                }
            }
        }
        for at in 0..self.world.organisations.len() {
            self.certify(at);
        }
    }

    fn certify(&mut self, at: usize) {
        let wanted = match &self.theme {
            Theme::Scope(_) => 70,
            _ => 15,
        };
        for row in &self.pools.law.provisions().frameworks {
            let near = row.first_certification_day <= self.day;
            if near && self.dice.chance(wanted) {
                let framework: Framework = row.framework;
                let id = self.id("c");
                let held = supply::certification(&mut self.dice, id, framework, self.day);
                self.world.organisations[at].certifications.push(held);
                if self.dice.chance(15) {
                    let id = self.id("c");
                    let again = supply::certification(&mut self.dice, id, framework, self.day);
                    self.world.organisations[at].certifications.push(again);
                }
            }
        }
    }

    fn supply_hop(
        &mut self,
        regimes: &[Regime],
        exporter: &Organisation,
        importer: &Organisation,
        first: bool,
    ) {
        let mut destinations = vec![importer.slug.to_string()];
        destinations.extend(importer.seat.map(|seat| seat.code().to_owned()));
        for one in &self.world.relationships {
            for location in &one.locations {
                destinations.extend(location.place.map(|place| place.code().to_owned()));
            }
        }
        for regime in regimes {
            let theme = match &self.theme {
                Theme::Tool(row) if row.regime == *regime => Some(*row),
                _ => None,
            };
            let row = match theme {
                Some(row) if first || self.dice.chance(50) => row,
                _ => self.row(*regime),
            };
            if self.dice.chance(20) {
                continue;
            }
            self.agreed(row, exporter, importer, first, &destinations);
        }
        if self.dice.chance(15) {
            let row = self.dice.pick(&self.pools.law.provisions().tools);
            self.agreed(row, exporter, importer, first, &destinations);
        }
    }

    /// A mechanism of a row between the two.
    fn agreed(
        &mut self,
        row: &ToolRow,
        exporter: &Organisation,
        importer: &Organisation,
        first: bool,
        destinations: &[String],
    ) {
        let need = Need {
            day: self.day,
            exporter: &exporter.slug,
            importer: &importer.slug,
            roles: self.roles(&importer.slug, first),
            destinations,
        };
        let id = self.id("m");
        let mechanism = supply::mechanism(&mut self.dice, id, row, &need);
        self.world.mechanisms.push(mechanism);
    }

    /// A row of the regime that can carry a transfer on the day, usually.
    fn row(&mut self, regime: Regime) -> &'a ToolRow {
        let rows: Vec<&'a ToolRow> = self
            .pools
            .law
            .provisions()
            .tools
            .iter()
            .filter(|row| row.regime == regime)
            .collect();
        let usable: Vec<&'a ToolRow> = rows
            .iter()
            .copied()
            .filter(|row| row.usable_from <= self.day)
            .filter(|row| row.last_day_of_effect.is_none_or(|last| self.day <= last))
            .collect();
        let usable = if usable.is_empty() || self.dice.chance(8) {
            rows
        } else {
            usable
        };
        self.dice.one(&usable)
    }

    /// The roles that the first hop will have, near enough.
    fn roles(&self, importer: &Slug, first: bool) -> (Role, Role) {
        let recorded = self
            .world
            .relationships
            .iter()
            .find(|one| one.importer == *importer);
        let question = &self.world.question;
        let exporter = question
            .exporter_role
            .filter(|_| first)
            .or(recorded.and_then(|one| one.exporter_role));
        let taken = question
            .importer_role
            .filter(|_| first)
            .or(recorded.and_then(|one| one.importer_role));
        (
            exporter.unwrap_or(Role::Controller),
            taken.unwrap_or(Role::Processor),
        )
    }
}
