//! The question of a transfer check.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use transfer_decision::{
    facts::Question,
    span::{self, FIRST_DAY, parse_day},
    vocabulary::{Country, DataCategory, Role},
};

use crate::{
    api::{
        codes::Code,
        strict::{Inbound, present},
        values::{CountryCode, Day, Instant, Party, Purpose, Revision},
    },
    refusal::{Violation, ViolationCode, step},
};

/// The greatest number of further importers in one chain.
const MOST_ONWARD: usize = 20;
/// More than there are countries.
const MOST_COUNTRIES: usize = 300;
/// More than there are categories.
const MOST_CATEGORIES: usize = 50;
/// The greatest number of checks in a batch.
const MOST_CHECKS: usize = 1000;
/// The greatest number of importers in all chains of a batch together: each is a hop to decide.
const MOST_IMPORTERS: usize = 5000;
/// The greatest number of different instants that the checks of a batch may look back to: for each
/// the register of then is made.
const MOST_MOMENTS: usize = 50;

/// May this data go from the exporter to the importer on this day?
#[derive(Debug, Clone, Object, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "TransferCheckInput")]
pub(crate) struct TransferCheckInput {
    /// Who sends, by slug or id.
    exporter: Party,
    /// Who receives, by slug or id.
    importer: Party,
    /// Further importers, each receiving from the one before.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[oai(validator(max_items = 20))]
    onward: Option<Vec<Party>>,
    /// The countries of the people whose data it is.
    #[oai(validator(min_items = 1, max_items = 300))]
    data_subjects: Vec<CountryCode>,
    /// The categories of the data; left out: those of the engagement or flow; empty: none is asked
    /// about.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[oai(validator(max_items = 50))]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// Whether HR data is among it; left out: as the categories say.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    hr_data: Option<bool>,
    /// What for, as a code such as `customer_support`.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    purpose: Option<Purpose>,
    /// What the exporter is to the data; left out: as the engagement or flow says.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    exporter_role: Option<Code<Role>>,
    /// What the first importer is to the data; left out: as the engagement or flow says.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    importer_role: Option<Code<Role>>,
    /// The day asked about, from 2000-01-01 on; left out: today in Brussels.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    as_of: Option<Day>,
    /// The instant whose knowledge is asked about, not in the future; left out: now.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    known_at: Option<Instant>,
    /// The revision that the register must at least have reached; 409 while it has not. Without
    /// `known_at` the answer is read from that revision or a later one.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    at_least_revision: Option<Revision>,
}

impl TransferCheckInput {
    /// The revision that the answer must at least be read from.
    pub(crate) fn at_least_revision(&self) -> Option<u64> {
        self.at_least_revision.map(|revision| revision.0)
    }

    /// The instant whose knowledge is asked about.
    pub(crate) fn known_at(&self) -> Option<DateTime<Utc>> {
        self.known_at.map(|instant| instant.0)
    }

    /// The same question with what it left to the moment filled in, so that it means the same at
    /// any other.
    pub(crate) fn resolved(&self, today: span::Day, now: DateTime<Utc>) -> Self {
        Self {
            as_of: self.as_of.or(Some(Day(today))),
            known_at: self.known_at.or(Some(Instant(now))),
            ..self.clone()
        }
    }

    /// The question for the core.
    pub(crate) fn question(self, today: span::Day) -> Question {
        let Self {
            exporter,
            importer,
            onward,
            data_subjects,
            data_categories,
            hr_data,
            purpose,
            exporter_role,
            importer_role,
            as_of,
            known_at: _,
            at_least_revision: _,
        } = self;
        Question {
            exporter: exporter.0,
            importer: importer.0,
            onward: onward
                .unwrap_or_default()
                .into_iter()
                .map(|party| party.0)
                .collect(),
            data_subjects: data_subjects.into_iter().map(|country| country.0).collect(),
            data_categories: data_categories.map(|categories| {
                categories
                    .into_iter()
                    .map(|code| code.0)
                    .collect::<BTreeSet<_>>()
            }),
            hr_data,
            purpose: purpose.map(|purpose| purpose.0),
            exporter_role: exporter_role.map(|code| code.0),
            importer_role: importer_role.map(|code| code.0),
            as_of: as_of.map_or(today, |day| day.0),
        }
    }
}

impl Inbound for TransferCheckInput {
    const LIMIT: usize = 64 << 10;

    fn fits(&self) -> bool {
        self.onward
            .as_ref()
            .is_none_or(|onward| onward.len() <= MOST_ONWARD)
            && (1..=MOST_COUNTRIES).contains(&self.data_subjects.len())
            && self.as_of.is_none_or(|day| day.0 >= FIRST_DAY)
            && self
                .data_categories
                .as_ref()
                .is_none_or(|categories| categories.len() <= MOST_CATEGORIES)
    }

    fn examine(value: &Value, pointer: &str, found: &mut Vec<Violation>) {
        let mut wrong = |pointer: String, code| found.push(Violation::plain(pointer, code));
        let countries = value.get("data_subjects").and_then(Value::as_array);
        for (at, country) in countries.into_iter().flatten().enumerate() {
            if country
                .as_str()
                .is_some_and(|code| code.parse::<Country>().is_err())
            {
                let list = step(pointer, "data_subjects");
                wrong(step(&list, at), ViolationCode::UnknownCountry);
            }
        }
        // The document lists today's categories without closing the list.
        let categories = value.get("data_categories").and_then(Value::as_array);
        for (at, category) in categories.into_iter().flatten().enumerate() {
            if category
                .as_str()
                .is_some_and(|code| code.parse::<DataCategory>().is_err())
            {
                let list = step(pointer, "data_categories");
                wrong(step(&list, at), ViolationCode::UnknownCode);
            }
        }
        let day = value
            .get("as_of")
            .and_then(Value::as_str)
            .and_then(parse_day);
        if day.is_some_and(|day| day < FIRST_DAY) {
            wrong(step(pointer, "as_of"), ViolationCode::DayTooEarly);
        }
        // JSON Schema takes 3.0 for an integer; a revision is written without a point.
        let revision = value.get("at_least_revision");
        if revision.is_some_and(Value::is_f64) {
            wrong(step(pointer, "at_least_revision"), ViolationCode::WrongType);
        }
    }
}

/// Several transfer checks, all answered from one revision.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(rename = "TransferCheckBatchInput")]
pub(crate) struct TransferCheckBatchInput {
    /// The checks, answered in the same order; at most 5000 importers in all of them, those of
    /// `onward` counted.
    #[oai(validator(min_items = 1, max_items = 1000))]
    pub(crate) checks: Vec<TransferCheckInput>,
}

impl Inbound for TransferCheckBatchInput {
    const LIMIT: usize = 1 << 20;

    fn fits(&self) -> bool {
        let onward = |check: &TransferCheckInput| check.onward.as_ref().map_or(0, Vec::len);
        (1..=MOST_CHECKS).contains(&self.checks.len())
            && self.checks.iter().all(Inbound::fits)
            && self
                .checks
                .iter()
                .map(|check| 1 + onward(check))
                .sum::<usize>()
                <= MOST_IMPORTERS
            && moments(self.checks.iter().map(TransferCheckInput::known_at)) <= MOST_MOMENTS
    }

    fn examine(value: &Value, pointer: &str, found: &mut Vec<Violation>) {
        let list = step(pointer, "checks");
        let checks = value.get("checks").and_then(Value::as_array);
        for (at, check) in checks.into_iter().flatten().enumerate() {
            TransferCheckInput::examine(check, &step(&list, at), found);
        }
        let importers: usize = checks.map_or(0, |checks| {
            let onward = |check: &Value| check.get("onward")?.as_array().map(Vec::len);
            checks
                .iter()
                .map(|check| 1 + onward(check).unwrap_or(0))
                .sum()
        });
        if importers > MOST_IMPORTERS {
            let most = format!("at most {MOST_IMPORTERS} importers in all its checks");
            found.push(Violation::detailed(
                &*list,
                ViolationCode::TooManyItems,
                most,
            ));
        }
        let instants = checks.into_iter().flatten().map(|check| {
            let instant = check.get("known_at").and_then(Value::as_str);
            instant.and_then(Instant::parse).map(|instant| instant.0)
        });
        if moments(instants) > MOST_MOMENTS {
            let most = format!("at most {MOST_MOMENTS} different known_at in all its checks");
            found.push(Violation::detailed(list, ViolationCode::TooManyItems, most));
        }
    }
}

/// How many different instants are looked back to.
fn moments(asked: impl Iterator<Item = Option<DateTime<Utc>>>) -> usize {
    asked.flatten().collect::<HashSet<_>>().len()
}
