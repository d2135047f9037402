//! What worlds are drawn from: the law's own days, rows, places and codes.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::Slug,
    law::{
        ASSESSMENT_FROM, AdequacyInstrument, CH_RECORDED_FROM, Condition, Law, Territory, ToolRow,
        UK_REGIME_FROM,
    },
    span::{Day, FIRST_DAY, Span, day, next},
    vocabulary::{Attribute, Country, Regime},
};

use crate::dice::{Dice, shifted};

/// The law, and what stands in it.
pub(crate) struct Pools<'a> {
    pub(crate) law: &'a Law,
    /// Every day on which something in the law is no longer as it was the day before.
    pub(crate) boundaries: Vec<Day>,
    pub(crate) conditional: Vec<&'a AdequacyInstrument>,
    pub(crate) purposes: Vec<String>,
    pub(crate) listed_organisations: Vec<Slug>,
    /// Countries of which the law says something.
    pub(crate) known: Vec<Country>,
    /// Countries that are adequate for nobody, at least most of the time.
    pub(crate) third: Vec<Country>,
    pub(crate) review: Vec<Country>,
}

pub(crate) fn country(code: &str) -> Country {
    code.parse().unwrap_or_else(|_| panic!("no country {code}"))
}

fn countries(codes: &str) -> Vec<Country> {
    codes.split(' ').map(country).collect()
}

fn ends(span: Span) -> impl Iterator<Item = Day> {
    [Some(span.first()), span.until()].into_iter().flatten()
}

impl<'a> Pools<'a> {
    pub(crate) fn of(law: &'a Law) -> Self {
        let rows = law.provisions();
        let mut boundaries = BTreeSet::from([ASSESSMENT_FROM, CH_RECORDED_FROM, UK_REGIME_FROM]);
        boundaries.extend(rows.adequacy.iter().flat_map(|row| ends(row.span)));
        boundaries.extend(rows.memberships.iter().flat_map(|row| ends(row.span)));
        boundaries.extend(
            rows.frameworks
                .iter()
                .map(|row| row.first_certification_day),
        );
        for row in &rows.tools {
            boundaries.insert(row.usable_from);
            boundaries.extend(row.first_signing_day);
            boundaries.extend(row.last_signing_day.map(next));
            boundaries.extend(row.last_day_of_effect.map(next));
        }
        let mut purposes = BTreeSet::from(["customer_support".to_owned()]);
        let mut listed_organisations = Vec::new();
        let mut known = BTreeSet::new();
        for row in &rows.adequacy {
            for condition in &row.conditions {
                if let Condition::ExcludesPurpose(codes) = condition {
                    purposes.extend(codes.iter().cloned());
                }
            }
            match &row.territory {
                Territory::Country(country) => {
                    known.insert(*country);
                }
                Territory::Organisation(slug) => listed_organisations.push(slug.clone()),
            }
        }
        known.extend(rows.memberships.iter().map(|row| row.country));
        Self {
            law,
            boundaries: boundaries.into_iter().collect(),
            conditional: rows
                .adequacy
                .iter()
                .filter(|row| !row.conditions.is_empty())
                .collect(),
            purposes: purposes.into_iter().collect(),
            listed_organisations,
            known: known.into_iter().collect(),
            third: countries("IN SG MA CN US US ZA BR JP GL GI IO SM HK"),
            review: countries("GI BL PM NC PF WF TF SJ PR GU VI AS MP"),
        }
    }

    /// A day on which the law of a regime is recorded.
    pub(crate) fn any_day(&self, dice: &mut Dice, regime: Regime) -> Day {
        let first = match regime {
            Regime::Eu => FIRST_DAY,
            Regime::Ch => CH_RECORDED_FROM,
            Regime::Uk => UK_REGIME_FROM,
        };
        if dice.chance(75) {
            let drawn = dice.one(&self.boundaries);
            let drawn = beside(dice, drawn);
            if drawn >= first || dice.chance(10) {
                return drawn;
            }
        }
        let length = (day(2027, 1, 1) - first).num_days();
        let away = dice.below(usize::try_from(length).unwrap_or(1));
        shifted(first, i64::try_from(away).unwrap_or_default())
    }

    /// Any country, those that the law speaks of first.
    pub(crate) fn any_country(&self, dice: &mut Dice) -> Country {
        match dice.below(10) {
            0..=4 => dice.one(&self.known),
            5..=7 => dice.one(&self.third),
            8 => dice.one(&self.review),
            _ => country("US"),
        }
    }
}

/// A day within so many of a day, never before the first that can be asked about.
pub(crate) fn beside(dice: &mut Dice, boundary: Day) -> Day {
    let away = dice.one(&[-1, -1, 0, 0, 0, 1]);
    shifted(boundary, away).max(FIRST_DAY)
}

/// A country whose people fall under a regime, usually.
pub(crate) fn subject(dice: &mut Dice, regime: Regime) -> Country {
    let codes: &[&str] = match regime {
        Regime::Eu => &["DE", "FR", "IE", "NO", "AX", "DE", "HR", "LI", "RE", "GI"],
        Regime::Ch => &["CH"],
        Regime::Uk => &["GB"],
    };
    country(dice.one(codes))
}

/// The attributes that bring an importer in a country into some instrument's scope, and those
/// that take it out.
pub(crate) fn attributes(dice: &mut Dice) -> Vec<(Attribute, bool)> {
    let mut said = Vec::new();
    for attribute in Attribute::ALL {
        let includes = matches!(
            attribute,
            Attribute::SubjectToPipeda
                | Attribute::SubjectToCaEquivalentProvincialLaw
                | Attribute::UsCbp
                | Attribute::CaCbsa
                | Attribute::AutomatedProcessing
                | Attribute::AppiBusinessOperator
        );
        if dice.chance(if includes { 60 } else { 25 }) {
            let yes = dice.chance(if includes { 85 } else { 20 });
            said.push((*attribute, yes));
        }
    }
    said
}

/// A day on which a tool's row matters.
pub(crate) fn day_of(dice: &mut Dice, row: &ToolRow) -> Day {
    let mut edges = vec![row.usable_from];
    edges.extend(row.last_day_of_effect.map(next));
    if row.asks_for_assessment() && row.usable_from < ASSESSMENT_FROM {
        edges.push(ASSESSMENT_FROM);
    }
    edges.extend(row.last_signing_day.map(next));
    if dice.chance(45) {
        let edge = dice.one(&edges);
        return beside(dice, edge);
    }
    let last = row.last_day_of_effect.unwrap_or(day(2027, 1, 1));
    let length = usize::try_from((last - row.usable_from).num_days()).unwrap_or(1);
    let away = dice.below(length);
    shifted(row.usable_from, i64::try_from(away).unwrap_or_default())
}
