//! Facts that fulfil a row of the law, before chance bends them.

use std::sync::Arc;

use transfer_decision::{
    facts::{Assessment, Certification, Mechanism, Party, Slug, Statements, Terms},
    law::{ModuleScope, ToolRow},
    span::{Day, FIRST_DAY, Span},
    vocabulary::{Conclusion, Framework, Module, PartySide, Requirement, Role, Tool},
};

use crate::{
    dice::{Dice, shifted},
    pools::country,
};

/// Between whom, and where to, a mechanism is to work.
pub(crate) struct Need<'a> {
    pub(crate) day: Day,
    pub(crate) exporter: &'a Slug,
    pub(crate) importer: &'a Slug,
    pub(crate) roles: (Role, Role),
    pub(crate) destinations: &'a [String],
}

/// A span that contains the day, often with an edge on it.
pub(crate) fn covering(dice: &mut Dice, day: Day) -> Span {
    let first = dice.until(day);
    let last = dice.since(day);
    let last = dice.maybe(45, last);
    Span::inclusive(first, last).unwrap_or(Span::starting(first))
}

/// A span near the day, which may miss it.
pub(crate) fn beside(dice: &mut Dice, day: Day) -> Span {
    let first = dice.near(day);
    let last = dice.since(first);
    let last = dice.maybe(70, last);
    Span::inclusive(first, last).unwrap_or(Span::starting(first))
}

/// The days of a location, which may miss the day; mostly it has none of its own.
pub(crate) fn days_of_location(dice: &mut Dice, day: Day) -> (Option<Day>, Option<Day>) {
    if dice.chance(65) {
        return (None, None);
    }
    let span = if dice.chance(40) {
        covering(dice, day)
    } else {
        beside(dice, day)
    };
    (dice.maybe(70, span.first()), span.last())
}

pub(crate) fn certification(
    dice: &mut Dice,
    id: String,
    framework: Framework,
    day: Day,
) -> Certification {
    let span = if dice.chance(82) {
        covering(dice, day)
    } else {
        beside(dice, day)
    };
    let due = dice.near(day);
    Certification {
        id: id.into(),
        framework,
        span,
        recertification_due: dice.maybe(30, due),
        covers_hr: dice.chance(60),
        checked: dice.chance(85),
    }
}

/// A mechanism that fulfils a row for a need.
pub(crate) fn mechanism(dice: &mut Dice, id: String, row: &ToolRow, need: &Need<'_>) -> Mechanism {
    let fitting = Module::for_roles(need.roles.0, need.roles.1);
    let tool = *dice.pick(&row.tools);
    let signed = signing_day(dice, row, need.day);
    let mut terms = Terms::of(tool);
    terms.module = match row.module {
        ModuleScope::One(module) => Some(module),
        ModuleScope::All => Some(fitting),
        ModuleScope::None => (tool == Tool::UkAddendum && dice.chance(80)).then_some(fitting),
    };
    terms.signed_on = Some(signed).filter(|_| needs(row, Requirement::Signed) || dice.chance(50));
    terms.approved_on = Some(dice.until(need.day)).filter(|_| needs(row, Requirement::Approved));
    terms.authorised_on =
        Some(dice.until(need.day)).filter(|_| needs(row, Requirement::Authorised));
    if needs(row, Requirement::Approved) && dice.chance(40) {
        terms.approved_by = Some(country(
            dice.one(&["DE", "IE", "GB", "FR", "NO", "CH", "HR"]),
        ));
    }
    terms.combined_with_eu_data = dice.chance(60);
    terms.statements = statements(dice, row);
    let since = terms.signed_on.unwrap_or_else(|| dice.until(need.day));
    let end = dice.since(need.day);
    Mechanism {
        id: id.into(),
        group: None,
        // A processor that only sends back to its controller mostly needs none.
        assessments: if terms.module == Some(Module::Four) && dice.chance(50) {
            Vec::new()
        } else {
            assessments(dice, row, need)
        },
        parties: parties(dice, need, since),
        terms,
        ends_on: dice.maybe(15, end),
        checked: dice.chance(85),
    }
}

fn needs(row: &ToolRow, entry: Requirement) -> bool {
    row.requires.contains(&entry)
}

fn signing_day(dice: &mut Dice, row: &ToolRow, day: Day) -> Day {
    let first = row.first_signing_day.unwrap_or(FIRST_DAY);
    let last = row.last_signing_day.map_or(day, |last| last.min(day));
    if last < first {
        return first;
    }
    let length = usize::try_from((last - first).num_days() + 1).unwrap_or(1);
    let away = dice.below(length);
    let between = shifted(first, i64::try_from(away).unwrap_or_default());
    dice.one(&[first, last, between, between])
}

fn parties(dice: &mut Dice, need: &Need<'_>, since: Day) -> Vec<Party> {
    [
        (need.exporter, PartySide::Exporter),
        (need.importer, PartySide::Importer),
    ]
    .into_iter()
    .map(|(who, side)| Party {
        organisation: Arc::clone(who),
        side: if dice.chance(15) {
            PartySide::Both
        } else {
            side
        },
        span: Some(if dice.chance(75) {
            Span::starting(since.min(need.day))
        } else {
            covering(dice, need.day)
        }),
    })
    .collect()
}

fn assessments(dice: &mut Dice, row: &ToolRow, need: &Need<'_>) -> Vec<Assessment> {
    if !row.asks_for_assessment() {
        return Vec::new();
    }
    let mut codes: Vec<Option<&String>> = vec![None];
    if dice.chance(60) {
        codes = need.destinations.iter().map(Some).collect();
    }
    codes
        .into_iter()
        .map(|code| Assessment {
            destination: code.map(|code| code.as_str().into()),
            ..assessment(dice, need.day)
        })
        .collect()
}

/// A favourable assessment that counts on the day, for every destination.
pub(crate) fn assessment(dice: &mut Dice, day: Day) -> Assessment {
    let concluded = dice.until(day);
    let review = dice.since(day);
    Assessment {
        destination: None,
        conclusion: Conclusion::Favourable,
        concluded_on: dice.maybe(75, concluded),
        next_review: dice.maybe(40, review),
    }
}

/// The statements that a row asks for, among others.
fn statements(dice: &mut Dice, row: &ToolRow) -> Statements {
    use Requirement as R;
    let repetitive = dice.one(&[Some(false), Some(false), Some(false), Some(true), None]);
    let powers = dice.chance(5);
    let mut say = |entry: R| row.requires.contains(&entry) || dice.chance(20);
    Statements {
        swiss_addendum: say(R::SwissAddendum),
        notified_to_fdpic: say(R::NotifiedToFdpic),
        binding_commitments: say(R::BindingCommitments),
        public_bodies: say(R::PublicBodies),
        explicit: say(R::Explicit),
        informed_of_risks: say(R::InformedOfRisks),
        necessary: say(R::Necessary),
        occasional: say(R::Occasional),
        repetitive: repetitive.filter(|_| say(R::NotRepetitive)),
        limited_subjects: say(R::LimitedSubjects),
        supervisory_authority_informed: say(R::SupervisoryAuthorityInformed),
        data_subjects_informed: say(R::DataSubjectsInformed),
        documented_in_record: say(R::DocumentedInRecord),
        public_authority_powers: powers,
        law_reference: say(R::LawReference),
        vital_interest: say(R::VitalInterest),
        incapable_of_consent: say(R::IncapableOfConsent),
        public_register: say(R::PublicRegister),
        not_the_whole_register: say(R::NotTheWholeRegister),
        public_interest_or_legal_claims: say(R::PublicInterestOrLegalClaims),
        made_public_by_data_subject: say(R::MadePublicByDataSubject),
        processing_not_prohibited: say(R::ProcessingNotProhibited),
    }
}
