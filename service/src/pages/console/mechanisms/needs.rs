//! What the law asks of a mechanism, what of that is missing on a day, and what would mend it: as the
//! core judges transfers between its parties, and never by rules of this page's own.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    facts::Question,
    law::{Law, ModuleScope, ToolRow},
    span::Day,
    vocabulary::{Country, MembershipStatus, PartySide, Regime, Requirement, Role},
};
use transfer_registry_core::{Snapshot, mechanisms::Mechanism};

use crate::pages::console::{
    detail::{Content, Part},
    remedies::{self, Remedy},
    table::{Cell, Table},
    words,
};

/// How many pairs of parties are judged.
const MOST_PAIRS: usize = 12;
/// How many sentences a row shows.
const MOST_SAID: usize = 8;

/// What came out for one row of the law: who may send to whom, and what is missing for whom.
#[derive(Default)]
struct Found {
    carries: BTreeSet<String>,
    missing: BTreeMap<String, BTreeSet<String>>,
}

/// What it needs, and what is missing.
pub(super) fn part(snapshot: &Snapshot, mechanism: &Mechanism, day: Day) -> Part {
    let rows = rows(snapshot.law(), mechanism);
    let pairs = pairs(mechanism, day);
    let judged = pairs.len().min(MOST_PAIRS);
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut remedies: Vec<Vec<remedies::ShownRemedy>> = Vec::new();
    for (exporter, importer) in pairs.iter().take(MOST_PAIRS) {
        let question = question(snapshot.law(), mechanism, &rows, exporter, importer, day);
        if question.data_subjects.is_empty() {
            continue;
        }
        judge(snapshot, mechanism, &question, &mut found, &mut remedies);
    }
    let shown = rows.iter().map(|row| {
        let needs = row.requires.iter();
        let needs = needs.map(|one| Cell::Text(requirement(*one).to_owned()));
        let found = found.get(&row.basis.id);
        let basis = format!("{}, {}", row.basis.title, row.basis.citation);
        vec![
            Cell::link(row.basis.url.clone(), basis),
            Cell::Text(words::regime(row.regime).to_owned()),
            Cell::Several(needs.collect()),
            found.map_or_else(
                || Cell::Quiet("no transfer between its parties asks for it".to_owned()),
                |found| Cell::Several(said(found)),
            ),
        ]
    });
    let table = Table {
        caption: format!(
            "What each rule asks, and how it stands on {}",
            words::day(day)
        ),
        heads: vec!["Rule", "Protects data under", "It needs", "How it stands"],
        rows: shown.collect(),
    };
    let mut contents = vec![Content::Table(
        table,
        "No rule of the law pack knows this tool in this module.",
    )];
    if pairs.is_empty() {
        let sentence = "On this day it has no exporter and importer who are both parties, so it carries nothing.";
        contents.push(Content::Said(sentence.to_owned()));
    }
    if judged < pairs.len() {
        contents.push(Content::Said(format!(
            "The first {judged} of {} pairs of parties are judged here.",
            pairs.len()
        )));
    }
    if !remedies.is_empty() {
        contents.push(Content::Said("What would mend it:".to_owned()));
        contents.push(Content::Remedies(remedies));
    }
    Part {
        anchor: "needs",
        title: "What does it need, and what is missing?".to_owned(),
        lead: String::new(),
        contents,
        acts: Vec::new(),
    }
}

/// The rows of the law that know the tool, in its module.
fn rows<'l>(law: &'l Law, mechanism: &Mechanism) -> Vec<&'l ToolRow> {
    let rows = law.provisions().tools.iter();
    let fits = |row: &&ToolRow| match row.module {
        ModuleScope::One(module) => mechanism.module == Some(module),
        ModuleScope::None | ModuleScope::All => true,
    };
    rows.filter(|row| row.tools.contains(&mechanism.tool))
        .filter(fits)
        .collect()
}

/// Who is exporter and who is importer on a day, in pairs.
fn pairs(mechanism: &Mechanism, day: Day) -> Vec<(String, String)> {
    let side = |wanted: PartySide| {
        let parties = mechanism.parties.iter().filter(move |party| {
            (party.side == wanted || party.side == PartySide::Both)
                && party.acceded_on.is_none_or(|first| first <= day)
                && party.left_on.is_none_or(|last| day <= last)
        });
        parties.map(|party| &party.organisation)
    };
    let mut pairs = Vec::new();
    for exporter in side(PartySide::Exporter) {
        for importer in side(PartySide::Importer) {
            if exporter != importer {
                pairs.push((exporter.clone(), importer.clone()));
            }
        }
    }
    pairs
}

/// May data of everybody whom these rules protect go from the one to the other?
fn question(
    law: &Law,
    mechanism: &Mechanism,
    rows: &[&ToolRow],
    exporter: &str,
    importer: &str,
    day: Day,
) -> Question {
    let regimes: BTreeSet<Regime> = rows.iter().map(|row| row.regime).collect();
    let subjects = regimes
        .into_iter()
        .filter_map(|regime| inside(law, regime, day));
    let roles: Option<(Role, Role)> = mechanism.module.map_or_else(
        || mechanism.tool.legacy_roles(),
        |module| Some(module.roles()),
    );
    Question {
        exporter: exporter.to_owned(),
        importer: importer.to_owned(),
        onward: Vec::new(),
        data_subjects: subjects.collect(),
        data_categories: None,
        hr_data: None,
        purpose: None,
        exporter_role: roles.map(|(exporter, _)| exporter),
        importer_role: roles.map(|(_, importer)| importer),
        as_of: day,
    }
}

/// A country whose people a regime protects on a day.
fn inside(law: &Law, regime: Regime, day: Day) -> Option<Country> {
    Country::all().find(|country| {
        let area = law.own_area_on(regime, *country, day);
        area.is_some_and(|row| row.status == MembershipStatus::Inside)
    })
}

fn judge(
    snapshot: &Snapshot,
    mechanism: &Mechanism,
    question: &Question,
    found: &mut BTreeMap<String, Found>,
    remedies: &mut Vec<Vec<remedies::ShownRemedy>>,
) {
    let id = mechanism.id.to_string();
    let mine = |other: Option<&str>| other == Some(id.as_str());
    let verdict = snapshot.decide(question);
    for finding in verdict.findings() {
        let place = finding.destination.as_deref();
        let place = place.map_or_else(
            || words::place_of(None),
            |code| words::destination_of(snapshot, code),
        );
        let name = |slug: &str| words::organisation(snapshot, slug);
        let hop = format!(
            "{} → {} ({place})",
            name(&finding.exporter),
            name(&finding.importer)
        );
        let grounds = finding.ground.iter().chain(&finding.fallbacks);
        for ground in grounds.filter(|ground| mine(ground.mechanism.as_deref())) {
            let row = found.entry(ground.basis.id.clone()).or_default();
            row.carries.insert(hop.clone());
        }
        for reason in &finding.reasons {
            if let Some(basis) = &reason.basis
                && mine(reason.fact.as_deref())
            {
                let row = found.entry(basis.id.clone()).or_default();
                let said = reason.code.message().to_owned();
                row.missing.entry(said).or_default().insert(hop.clone());
            }
        }
        let ways: BTreeSet<u8> = finding
            .remedies
            .iter()
            .filter(|remedy| mine(remedy.mechanism.as_deref()))
            .map(|remedy| remedy.alternative)
            .collect();
        let steps = finding.remedies.iter();
        let steps: Vec<Remedy> = steps
            .filter(|remedy| ways.contains(&remedy.alternative))
            .map(Remedy::from)
            .collect();
        for way in remedies::alternatives(snapshot, finding.regime, &steps) {
            let same = |other: &Vec<remedies::ShownRemedy>| {
                other.len() == way.len()
                    && other
                        .iter()
                        .zip(&way)
                        .all(|(a, b)| a.sentence == b.sentence && a.href == b.href)
            };
            if !remedies.iter().any(same) {
                remedies.push(way);
            }
        }
    }
}

fn said(found: &Found) -> Vec<Cell> {
    let carries = found.carries.iter().map(|hop| Cell::Word {
        class: "allowed",
        word: format!("carries {hop}"),
    });
    let missing = found.missing.iter().map(|(why, hops)| {
        let hops: Vec<&str> = hops.iter().map(String::as_str).collect();
        Cell::Word {
            class: "denied",
            word: format!("{}: {}", words::capital(why), hops.join(", ")),
        }
    });
    let all: Vec<Cell> = carries.chain(missing).collect();
    let more = all.len().saturating_sub(MOST_SAID);
    let mut all: Vec<Cell> = all.into_iter().take(MOST_SAID).collect();
    if more > 0 {
        all.push(Cell::Quiet(format!("and {more} more")));
    }
    all
}

/// A requirement in words.
const fn requirement(one: Requirement) -> &'static str {
    match one {
        Requirement::Tia => "a favourable impact assessment for the destination, from 16 July 2020",
        Requirement::TiaIfCombinedWithEuData => {
            "the same, if the processor combined the data with data that it collected in the EU"
        }
        Requirement::Signed => "its day of signature",
        Requirement::PartyExporter => "the exporter as a party",
        Requirement::PartyImporter => "the importer as a party",
        Requirement::ImporterNotSubjectToGdpr => {
            "an importer that is not itself subject to the GDPR"
        }
        Requirement::ProcessingUnchanged => "processing that is still what was signed for",
        Requirement::Approved => "an authority's approval",
        Requirement::ApprovedByEeaAuthority => "the approval of an authority in the EEA",
        Requirement::ImporterBound => "an importer that is bound",
        Requirement::ExporterBound => "an exporter that is bound",
        Requirement::PublicBodies => "public bodies on both sides",
        Requirement::GeneralValidity => "general validity, given by the Commission",
        Requirement::BindingCommitments => "binding and enforceable commitments of the importer",
        Requirement::Authorised => "a supervisory authority's authorisation",
        Requirement::SwissAddendum => "the adaptations that the FDPIC asks for",
        Requirement::NotifiedToFdpic => "notification to the FDPIC beforehand",
        Requirement::Explicit => "explicit consent",
        Requirement::InformedOfRisks => "data subjects who were told of the risks",
        Requirement::NoPublicAuthorityPowers => "no exercise of public powers",
        Requirement::Necessary => "a transfer that is necessary for it",
        Requirement::Occasional => "a transfer that is occasional",
        Requirement::LawReference => "the name of the law or the treaty",
        Requirement::VitalInterest => "vital interests at stake",
        Requirement::IncapableOfConsent => "data subjects who cannot consent",
        Requirement::PublicRegister => "data from a public register",
        Requirement::NotTheWholeRegister => "and not the whole of it",
        Requirement::NotRepetitive => "a transfer that is not repetitive",
        Requirement::LimitedSubjects => "a limited number of data subjects",
        Requirement::SupervisoryAuthorityInformed => "the supervisory authority informed",
        Requirement::DataSubjectsInformed => "the data subjects informed",
        Requirement::DocumentedInRecord => "the assessment in the record of processing",
        Requirement::ExporterIsController => "an exporter that is a controller",
        Requirement::PublicInterestOrLegalClaims => {
            "an overriding public interest, or legal claims"
        }
        Requirement::MadePublicByDataSubject => {
            "data that the data subject made generally accessible"
        }
        Requirement::ProcessingNotProhibited => "and did not expressly prohibit",
    }
}
