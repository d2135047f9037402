//! Among what the answer to a question is, as the register and the law stand.

use transfer_decision::{
    span::Day,
    vocabulary::{Area, Country, DataCategory, Framework, OrganisationKind, Tool},
};
use transfer_registry_core::{Snapshot, organisations::Organisation};

use super::field::Choices;
use crate::pages::console::{bases, words};

/// One answer: what is sent, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Choice {
    pub(in super::super) value: String,
    pub(in super::super) label: String,
}

impl Choice {
    /// What is sent, and its words.
    pub(in super::super) fn of(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// The answers that there are on a day.
pub(in super::super) fn of(choices: Choices, snapshot: &Snapshot, day: Day) -> Vec<Choice> {
    match choices {
        Choices::These(these) => these
            .iter()
            .map(|(value, label)| Choice::of(*value, *label))
            .collect(),
        Choices::Countries => countries(),
        Choices::Places => areas().into_iter().chain(countries()).collect(),
        Choices::Destinations => {
            let international =
                |one: &Organisation| one.kind == OrganisationKind::InternationalOrganisation;
            let places = areas().into_iter().chain(countries());
            places
                .chain(organisations(snapshot, international))
                .collect()
        }
        Choices::Groups => {
            let groups = snapshot.groups().iter();
            sorted(groups.map(|group| Choice::of(&group.slug, &group.name)))
        }
        Choices::Organisations => organisations(snapshot, |_| true),
        Choices::ThirdParties => {
            organisations(snapshot, |one| one.kind != OrganisationKind::GroupCompany)
        }
        Choices::Tools => tools(snapshot),
        Choices::Frameworks => Framework::ALL
            .iter()
            .map(|one| Choice::of(one.code(), words::framework(*one)))
            .collect(),
        Choices::DataCategories => DataCategory::ALL
            .iter()
            .map(|one| Choice::of(one.code(), words::data_category(*one)))
            .collect(),
        Choices::Mechanisms => sorted(snapshot.mechanisms().iter().map(|mechanism| {
            Choice::of(
                mechanism.id.to_string(),
                words::mechanism(snapshot, mechanism),
            )
        })),
        Choices::Flows => sorted(snapshot.flows().iter().map(|flow| {
            let name = |slug: &str| words::organisation(snapshot, slug);
            let from = name(&flow.exporter);
            Choice::of(
                flow.id.to_string(),
                format!("{from} → {}", name(&flow.importer)),
            )
        })),
        Choices::Decisions => decisions(snapshot, day),
    }
}

fn sorted(choices: impl Iterator<Item = Choice>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = choices.collect();
    choices.sort_by_cached_key(|choice| choice.label.to_lowercase());
    choices
}

fn countries() -> Vec<Choice> {
    sorted(Country::all().map(|country| Choice::of(country.code(), country.name())))
}

fn areas() -> Vec<Choice> {
    vec![
        Choice::of(
            Area::Eea.code(),
            "European Economic Area (not said more exactly)",
        ),
        Choice::of(Area::Eu.code(), "European Union (not said more exactly)"),
    ]
}

fn organisations(snapshot: &Snapshot, which: impl Fn(&Organisation) -> bool) -> Vec<Choice> {
    let found = snapshot.organisations().iter().filter(|one| which(one));
    sorted(found.map(|one| Choice::of(&one.slug, &one.legal_name)))
}

fn tools(snapshot: &Snapshot) -> Vec<Choice> {
    let tools = Tool::ALL.iter();
    sorted(tools.map(|tool| Choice::of(tool.code(), words::tool(snapshot, tool.code()))))
}

fn decisions(snapshot: &Snapshot, day: Day) -> Vec<Choice> {
    let rows = snapshot.pack().adequacy.iter();
    let mut good: Vec<_> = rows
        .filter(|row| row.valid_to.is_none_or(|last| last >= day))
        .map(|row| {
            let named = bases::of_row(snapshot, row);
            (row.regime, named.to_lowercase(), named, row.id.as_str())
        })
        .collect();
    good.sort();
    good.into_iter()
        .map(|(regime, _, named, id)| Choice::of(id, format!("{named}; {}", words::regime(regime))))
        .collect()
}
