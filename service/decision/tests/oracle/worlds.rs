//! Draws worlds that lead somewhere: a row of the law is chosen first, then facts that fulfil it,
//! then chance bends some of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use transfer_decision::{
    decide::Settings,
    facts::{Location, Organisation, Question, Relationship, Sender, Slug, Stage},
    law::{AdequacyInstrument, Condition, Territory, ToolRow},
    span::{Day, FIRST_DAY, next},
    vocabulary::{
        Activity, Area, Country, DataCategory, OrganisationKind, Place, Regime, RelationshipKind,
        Role, UncheckedFacts,
    },
};

use crate::{
    bends,
    chain::World,
    dice::Dice,
    pools::{Pools, attributes, beside, country, day_of, subject},
    supply,
};

/// The row of the law that a world is about.
pub(crate) enum Theme<'a> {
    Tool(&'a ToolRow),
    Scope(&'a AdequacyInstrument),
    Place,
}

/// A world that is being drawn.
pub(crate) struct Drawing<'a> {
    pub(crate) dice: Dice,
    pub(crate) pools: &'a Pools<'a>,
    pub(crate) theme: Theme<'a>,
    regime: Regime,
    pub(crate) day: Day,
    pub(crate) world: World,
    ids: usize,
}

/// Draws the world of a seed.
pub(crate) fn world(pools: &Pools<'_>, seed: u64) -> World {
    let mut dice = Dice::new(seed);
    let rows = pools.law.provisions();
    let theme = match dice.below(100) {
        0..=54 => Theme::Tool(dice.pick(&rows.tools)),
        55..=79 => Theme::Scope(dice.one(&pools.conditional)),
        _ => Theme::Place,
    };
    let (regime, day) = match &theme {
        Theme::Tool(row) => (row.regime, day_of(&mut dice, row)),
        Theme::Scope(row) => (row.regime, day_of_scope(&mut dice, pools, row)),
        Theme::Place => {
            let regime = dice.one(Regime::ALL);
            (regime, pools.any_day(&mut dice, regime))
        }
    };
    let unchecked_facts = dice.one(UncheckedFacts::ALL);
    let mut drawing = Drawing {
        pools,
        theme,
        regime,
        day: day.max(FIRST_DAY),
        world: World {
            organisations: Vec::new(),
            relationships: Vec::new(),
            mechanisms: Vec::new(),
            question: empty_question(day.max(FIRST_DAY)),
            settings: Settings { unchecked_facts },
        },
        dice,
        ids: 0,
    };
    drawing.parties();
    drawing.relationships();
    drawing.ask();
    drawing.supply();
    let Drawing {
        mut dice,
        mut world,
        ..
    } = drawing;
    for _ in 0..dice.one(&[0, 0, 0, 1, 1, 2, 4]) {
        bends::bend(&mut dice, pools, &mut world);
    }
    world
}

fn empty_question(as_of: Day) -> Question {
    Question {
        exporter: String::new(),
        importer: String::new(),
        onward: Vec::new(),
        data_subjects: BTreeSet::new(),
        data_categories: None,
        hr_data: None,
        purpose: None,
        exporter_role: None,
        importer_role: None,
        as_of,
    }
}

fn day_of_scope(dice: &mut Dice, pools: &Pools<'_>, row: &AdequacyInstrument) -> Day {
    let mut edges = vec![row.span.first()];
    edges.extend(row.span.last().map(next));
    for framework in &pools.law.provisions().frameworks {
        if framework.instrument_ids.contains(&row.basis.id) {
            edges.push(framework.first_certification_day);
        }
    }
    let edge = dice.one(&edges);
    if dice.chance(50) {
        return beside(dice, edge);
    }
    let last = row
        .span
        .last()
        .unwrap_or(transfer_decision::span::day(2027, 1, 1));
    let length = usize::try_from((last - row.span.first()).num_days()).unwrap_or(1);
    let away = i64::try_from(dice.below(length)).unwrap_or_default();
    crate::dice::shifted(row.span.first(), away)
}

impl Drawing<'_> {
    pub(crate) fn id(&mut self, what: &str) -> String {
        self.ids += 1;
        let order = self.dice.below(10);
        format!("{what}{order}-{}", self.ids)
    }

    fn organisation(&mut self, slug: &str, seat: Option<Place>) -> Slug {
        let slug: Slug = slug.into();
        let groups: [Slug; 2] = ["north".into(), "south".into()];
        let group = self.dice.pick(&groups).clone();
        let group = self.dice.maybe(35, group);
        let attributes: BTreeMap<_, _> = attributes(&mut self.dice).into_iter().collect();
        self.world.organisations.push(Organisation {
            id: format!("id-{slug}").into(),
            slug: Arc::clone(&slug),
            kind: if group.is_some() {
                OrganisationKind::GroupCompany
            } else {
                OrganisationKind::ThirdParty
            },
            group,
            seat,
            attributes,
            certifications: Vec::new(),
        });
        slug
    }

    /// Where an importer may sit, so that the theme's row is asked.
    fn seat_of_importer(&mut self) -> Option<Place> {
        let place: Country = match &self.theme {
            Theme::Tool(_) if self.dice.chance(75) => self.dice.one(&self.pools.third),
            Theme::Scope(row) if self.dice.chance(85) => match row.territory {
                Territory::Country(country) => country,
                Territory::Organisation(_) => country("DE"),
            },
            _ => self.pools.any_country(&mut self.dice),
        };
        self.place(place)
    }

    /// The country, or now and then an area or nothing.
    fn place(&mut self, country: Country) -> Option<Place> {
        match self.dice.below(40) {
            0 => None,
            1 | 2 => Some(Place::Area(self.dice.one(Area::ALL))),
            _ => Some(country.into()),
        }
    }

    fn parties(&mut self) {
        let own = subject(&mut self.dice, self.regime);
        let other = self.pools.any_country(&mut self.dice);
        let seat = match self.dice.below(20) {
            0..=2 => None,
            3 => Some(Place::Area(self.dice.one(Area::ALL))),
            4..=7 => Some(other.into()),
            _ => Some(own.into()),
        };
        self.organisation("alpha", seat);
        let length = self.dice.one(&[1, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
        for slug in ["beta", "gamma", "delta"].into_iter().take(length) {
            let seat = self.seat_of_importer();
            self.organisation(slug, seat);
        }
        for slug in ["operator", "other-operator"] {
            let seat = self.seat_of_importer();
            self.organisation(slug, seat);
        }
        let organisation_wanted = match &self.theme {
            Theme::Scope(row) => matches!(row.territory, Territory::Organisation(_)),
            _ => self.dice.chance(5),
        };
        if organisation_wanted {
            self.international();
        }
        if self.dice.chance(12) {
            let group = self.world.organisations[0].group.clone();
            self.world.organisations[1].group = group;
        }
    }

    /// One of the importers is an international organisation.
    fn international(&mut self) {
        let mut slugs = self.pools.listed_organisations.clone();
        slugs.push("unlisted-organisation".into());
        let slug = self.dice.pick(&slugs).clone();
        let at = 1 + self.dice.below(self.world.organisations.len() - 1);
        let one = &mut self.world.organisations[at];
        one.kind = OrganisationKind::InternationalOrganisation;
        one.group = None;
        one.id = format!("id-{slug}").into();
        one.slug = slug;
    }

    /// The parties of the chain, in its order.
    pub(crate) fn chain(&self) -> Vec<Organisation> {
        let length = self.world.organisations.len() - 2;
        self.world.organisations[..length].to_vec()
    }

    fn relationships(&mut self) {
        let chain = self.chain();
        for pair in chain.windows(2) {
            let count = self
                .dice
                .one(&[0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3]);
            for _ in 0..count {
                self.relationship(&pair[0], &pair[1]);
            }
        }
    }

    fn relationship(&mut self, exporter: &Organisation, importer: &Organisation) {
        let engaged = exporter.group.clone().filter(|_| self.dice.chance(60));
        let (kind, sender) = match engaged {
            Some(group) => (RelationshipKind::Engagement, Sender::Group(group)),
            None => (
                RelationshipKind::Flow,
                Sender::Organisation(Arc::clone(&exporter.slug)),
            ),
        };
        let mut locations = Vec::new();
        for _ in 0..self.dice.one(&[0, 0, 0, 0, 1, 1, 2, 3]) {
            locations.push(self.location(importer));
        }
        let purpose = self.dice.pick(&self.pools.purposes).clone();
        let categories = self.categories();
        let (exporter_role, importer_role) = (self.role(0), self.role(1));
        let span = supply::covering(&mut self.dice, self.day);
        let relationship = Relationship {
            id: self.id("r").into(),
            kind,
            sender,
            importer: Arc::clone(&importer.slug),
            stage: Stage::Active,
            span,
            purpose: self.dice.maybe(25, purpose),
            data_categories: self.dice.maybe(70, categories),
            exporter_role: self.dice.maybe(60, exporter_role),
            importer_role: self.dice.maybe(60, importer_role),
            locations,
            continues: None,
            data_subjects: None,
            collected_from_data_subject: self.dice.chance(3),
            suspensions: Vec::new(),
        };
        self.world.relationships.push(relationship);
    }

    fn location(&mut self, importer: &Organisation) -> Location {
        let place = match importer.seat {
            Some(Place::Country(country)) if self.dice.chance(35) => country,
            _ if self.dice.chance(40) => subject(&mut self.dice, self.regime),
            _ => self.pools.any_country(&mut self.dice),
        };
        let operated_by = match self.dice.below(10) {
            0 | 1 => {
                let operators = &self.world.organisations[self.world.organisations.len() - 2..];
                Some(Arc::clone(&self.dice.pick(operators).slug))
            }
            2 => Some(Arc::clone(&importer.slug)),
            _ => None,
        };
        let (first_day, last_day) = supply::days_of_location(&mut self.dice, self.day);
        Location {
            place: self.place(place),
            activity: self.dice.one(&[
                Activity::Storage,
                Activity::Processing,
                Activity::RemoteAccess,
            ]),
            operated_by,
            first_day,
            last_day,
        }
    }

    fn categories(&mut self) -> BTreeSet<DataCategory> {
        use DataCategory as D;
        let mut drawn = BTreeSet::from([D::Contact]);
        for _ in 0..self.dice.below(3) {
            drawn.insert(self.dice.one(DataCategory::ALL));
        }
        if self.dice.chance(22) {
            drawn.insert(D::Employment);
        }
        let needs_pnr = match &self.theme {
            Theme::Scope(row) => row
                .conditions
                .iter()
                .any(|one| matches!(one, Condition::RequiresDataCategory(_))),
            _ => false,
        };
        if needs_pnr && self.dice.chance(85) {
            drawn.insert(D::Pnr);
        }
        if self.dice.chance(4) {
            drawn.insert(D::Journalistic);
        }
        drawn
    }

    /// A role for a side, the theme's own where it has one.
    fn role(&mut self, side: usize) -> Role {
        use transfer_decision::law::RoleRule;
        let wanted = match &self.theme {
            Theme::Tool(row) => match row.roles {
                RoleRule::Fixed { exporter, importer } => [exporter, importer][side],
                RoleRule::AsEuTool => {
                    let processor = self.dice.chance(50);
                    (side == 0)
                        .then_some(Role::Controller)
                        .or(Some(if processor {
                            Role::Processor
                        } else {
                            Role::Controller
                        }))
                }
                RoleRule::AsModule => None,
            },
            _ => None,
        };
        match wanted {
            Some(role) if self.dice.chance(85) => role,
            _ => self.dice.one(Role::ALL),
        }
    }

    fn key(&mut self, one: &Organisation) -> String {
        match self.dice.below(50) {
            0 => "nobody".to_owned(),
            1..=5 => one.id.to_string(),
            _ => one.slug.to_string(),
        }
    }

    fn ask(&mut self) {
        let chain = self.chain();
        let mut subjects = BTreeSet::new();
        if self.dice.chance(93) {
            subjects.insert(subject(&mut self.dice, self.regime));
        }
        if subjects.is_empty() || self.dice.chance(25) {
            let other = self.dice.one(Regime::ALL);
            let own = subject(&mut self.dice, other);
            let any = self.pools.any_country(&mut self.dice);
            subjects.insert(self.dice.one(&[own, own, any]));
        }
        let mut keys: Vec<String> = chain.iter().map(|one| self.key(one)).collect();
        if self.dice.chance(3) {
            let (first, second) = keys.split_at_mut(1);
            second[0].clone_from(&first[0]);
        }
        let recorded = self
            .world
            .relationships
            .first()
            .and_then(|one| one.data_categories.clone());
        let categories = match recorded {
            Some(recorded) if self.dice.chance(85) => recorded,
            _ => self.categories(),
        };
        let categories = if self.dice.chance(3) {
            BTreeSet::new()
        } else {
            categories
        };
        let purpose = self.dice.pick(&self.pools.purposes).clone();
        let (exporter_role, importer_role) = (self.role(0), self.role(1));
        self.world.question = Question {
            exporter: keys[0].clone(),
            importer: keys[1].clone(),
            onward: keys[2..].to_vec(),
            data_subjects: subjects,
            data_categories: self.dice.maybe(40, categories),
            hr_data: match self.dice.below(10) {
                0 => Some(true),
                1..=3 => Some(false),
                _ => None,
            },
            purpose: self.dice.maybe(30, purpose),
            exporter_role: self.dice.maybe(50, exporter_role),
            importer_role: self.dice.maybe(50, importer_role),
            as_of: self.day,
        };
    }
}
