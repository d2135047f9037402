//! Chance bends the facts of a world: each bend touches one thing that a rule asks for.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::{Assessment, Mechanism, Party, Statements},
    law::ToolRow,
    span::{Day, Span, next},
    vocabulary::{Conclusion, Module, PartySide, Role, Tool},
};

use crate::{
    chain::World,
    dice::{Dice, shifted},
    pools::Pools,
    supply,
};

/// Bends one fact of the world.
pub(crate) fn bend(dice: &mut Dice, pools: &Pools<'_>, world: &mut World) {
    match dice.below(22) {
        0..=10 => mechanism(dice, pools, world),
        18 => twin(dice, world),
        19 => chain(dice, world),
        11..=13 => certification(dice, world),
        14 | 15 => relationship(dice, world),
        16 => organisation(dice, pools, world),
        17 => question(dice, pools, world),
        _ => boundary(dice, world),
    }
}

fn any<'a, T>(dice: &mut Dice, list: &'a mut [T]) -> Option<&'a mut T> {
    let at = dice.below(list.len());
    list.get_mut(at)
}

fn mechanism(dice: &mut Dice, pools: &Pools<'_>, world: &mut World) {
    let day = world.question.as_of;
    let group = world.organisations.iter().find_map(|one| one.group.clone());
    let Some(mechanism) = any(dice, &mut world.mechanisms) else {
        return;
    };
    match dice.below(18) {
        0..=2 => signing(dice, pools, mechanism, day),
        3 | 4 => party(dice, mechanism, day),
        5..=7 => assessment(dice, mechanism, day),
        8 => mechanism.ends_on = Some(shifted(day, dice.one(&[-40, -1, 0, 1, 40]))),
        9 => mechanism.checked = false,
        10 => {
            mechanism.terms.module = match dice.below(5) {
                0 => None,
                at => Module::ALL.get(at - 1).copied(),
            };
        }
        11 => approval(dice, mechanism, day),
        12 => unsay(dice, &mut mechanism.terms.statements),
        13 => {
            mechanism.terms.statements.public_authority_powers = dice.chance(60);
            mechanism.terms.statements.repetitive = dice.one(&[None, Some(true), Some(false)]);
        }
        14..=16 => {
            mechanism.group = group;
            if dice.chance(70) && !mechanism.parties.is_empty() {
                let at = dice.below(mechanism.parties.len());
                mechanism.parties.remove(at);
            }
        }
        _ => mechanism.terms.tool = dice.one(Tool::ALL),
    }
}

fn signing(dice: &mut Dice, pools: &Pools<'_>, mechanism: &mut Mechanism, day: Day) {
    let rows: Vec<&ToolRow> = pools
        .law
        .provisions()
        .tools
        .iter()
        .filter(|row| row.tools.contains(&mechanism.terms.tool))
        .collect();
    let mut edges = vec![day];
    for row in rows {
        edges.extend(row.first_signing_day);
        edges.extend(row.last_signing_day);
    }
    let edge = dice.one(&edges);
    let drawn = shifted(edge, dice.one(&[-1, 0, 1, 1]));
    match dice.below(5) {
        0 => mechanism.terms.signed_on = None,
        1 | 2 => mechanism.terms.processing_changed_on = Some(drawn),
        _ => mechanism.terms.signed_on = Some(drawn),
    }
}

fn party(dice: &mut Dice, mechanism: &mut Mechanism, day: Day) {
    let span = supply::beside(dice, day);
    let Some(party) = any(dice, &mut mechanism.parties) else {
        return;
    };
    match dice.below(5) {
        0 => party.span = None,
        1 => party.side = dice.one(PartySide::ALL),
        2 => party.span = Some(Span::starting(shifted(day, 1))),
        3 => {
            // Left, and perhaps acceded again.
            let again = Party {
                span: Some(supply::beside(dice, day)),
                ..party.clone()
            };
            party.span = Some(span);
            mechanism.parties.push(again);
        }
        _ => party.span = Some(span),
    }
}

fn assessment(dice: &mut Dice, mechanism: &mut Mechanism, day: Day) {
    if mechanism.assessments.is_empty() || dice.chance(35) {
        let mut more = supply::assessment(dice, day);
        more.destination = mechanism
            .assessments
            .first()
            .and_then(|one| one.destination.clone());
        if dice.chance(60) {
            more.conclusion = Conclusion::Unfavourable;
        }
        if dice.chance(40) {
            more.concluded_on = mechanism
                .assessments
                .first()
                .and_then(|one| one.concluded_on);
        }
        mechanism.assessments.push(more);
        return;
    }
    if dice.chance(15) {
        mechanism.assessments.pop();
        return;
    }
    let drawn = dice.near(day);
    let Some(assessment) = any(dice, &mut mechanism.assessments) else {
        return;
    };
    bend_assessment(dice, assessment, drawn);
}

fn bend_assessment(dice: &mut Dice, assessment: &mut Assessment, drawn: Day) {
    match dice.below(5) {
        0 => assessment.conclusion = Conclusion::Unfavourable,
        1 => assessment.concluded_on = Some(drawn),
        2 | 3 => assessment.next_review = Some(drawn),
        _ => assessment.destination = Some(dice.one(&["US", "IN", "EEA", "GI", "epo"]).into()),
    }
}

fn approval(dice: &mut Dice, mechanism: &mut Mechanism, day: Day) {
    let terms = &mut mechanism.terms;
    match dice.below(5) {
        0 => terms.approved_on = None,
        1 => terms.approved_on = Some(dice.near(day)),
        2 => {
            let codes = ["GB", "GI", "CH", "US", "HR", "BG", "IS", "NC"];
            terms.approved_by = Some(crate::pools::country(dice.one(&codes)));
        }
        3 => terms.authorised_on = None,
        _ => terms.authorised_on = Some(dice.near(day)),
    }
}

/// Takes one statement back.
fn unsay(dice: &mut Dice, said: &mut Statements) {
    let all = [
        &mut said.swiss_addendum,
        &mut said.notified_to_fdpic,
        &mut said.binding_commitments,
        &mut said.public_bodies,
        &mut said.explicit,
        &mut said.informed_of_risks,
        &mut said.necessary,
        &mut said.occasional,
        &mut said.limited_subjects,
        &mut said.supervisory_authority_informed,
        &mut said.data_subjects_informed,
        &mut said.documented_in_record,
        &mut said.law_reference,
        &mut said.vital_interest,
        &mut said.incapable_of_consent,
        &mut said.public_register,
        &mut said.not_the_whole_register,
        &mut said.public_interest_or_legal_claims,
        &mut said.made_public_by_data_subject,
        &mut said.processing_not_prohibited,
    ];
    let mut made: Vec<&mut bool> = all.into_iter().filter(|one| **one).collect();
    if let Some(one) = any(dice, &mut made) {
        **one = false;
    }
}

fn certification(dice: &mut Dice, world: &mut World) {
    let day = world.question.as_of;
    let span = supply::beside(dice, day);
    let held: Vec<_> = world
        .organisations
        .iter_mut()
        .filter(|one| !one.certifications.is_empty())
        .collect();
    let mut held = held;
    let Some(organisation) = any(dice, &mut held) else {
        return;
    };
    if dice.chance(20) {
        organisation.certifications.pop();
        return;
    }
    let again = organisation.certifications.first().cloned();
    if let Some(certification) = any(dice, &mut organisation.certifications) {
        match dice.below(4) {
            0 => certification.covers_hr = !certification.covers_hr,
            1 => certification.checked = false,
            _ => certification.span = span,
        }
    }
    if let Some(mut again) = again.filter(|_| dice.chance(25)) {
        again.id = format!("{}-again", again.id).into();
        again.covers_hr = dice.chance(50);
        again.checked = dice.chance(50);
        organisation.certifications.push(again);
    }
}

/// The same mechanism or relationship once more, under another id and with another end.
fn twin(dice: &mut Dice, world: &mut World) {
    let day = world.question.as_of;
    if dice.chance(60) && !world.mechanisms.is_empty() {
        let mut twin = dice.pick(&world.mechanisms).clone();
        twin.id = format!(
            "{}{}-{}",
            dice.one(&["a", "z"]),
            twin.id,
            world.mechanisms.len()
        )
        .into();
        let end = dice.since(day);
        twin.ends_on = dice.maybe(50, end);
        twin.checked = dice.chance(70);
        world.mechanisms.push(twin);
    } else if !world.relationships.is_empty() {
        let mut twin = dice.pick(&world.relationships).clone();
        twin.id = format!(
            "{}{}-{}",
            dice.one(&["a", "z"]),
            twin.id,
            world.relationships.len()
        )
        .into();
        twin.importer_role = dice.one(&[None, Some(Role::Controller), Some(Role::Processor)]);
        twin.locations.truncate(dice.below(3));
        if dice.chance(30) {
            twin.span = supply::beside(dice, day);
        }
        world.relationships.push(twin);
    }
}

/// The chain comes back to one that it has passed, or a location is run by one of its parties.
fn chain(dice: &mut Dice, world: &mut World) {
    let slugs: Vec<_> = world
        .organisations
        .iter()
        .map(|one| one.slug.clone())
        .collect();
    let slug = dice.pick(&slugs).clone();
    let mut locations: Vec<_> = world
        .relationships
        .iter_mut()
        .flat_map(|one| &mut one.locations)
        .collect();
    if dice.chance(50) {
        if let Some(location) = any(dice, &mut locations) {
            location.operated_by = Some(slug);
        }
    } else if let Some(last) = world.question.onward.last_mut() {
        *last = slug.to_string();
    } else {
        world.question.onward.push(slug.to_string());
    }
}

fn relationship(dice: &mut Dice, world: &mut World) {
    use transfer_decision::facts::Stage;
    let day = world.question.as_of;
    let span = supply::beside(dice, day);
    let Some(one) = any(dice, &mut world.relationships) else {
        return;
    };
    match dice.below(11) {
        9 | 10 => one.suspensions.push(span),
        0 => one.stage = Stage::Pending,
        7 | 8 => {
            if let Some(location) = any(dice, &mut one.locations) {
                let days = supply::days_of_location(dice, day);
                (location.first_day, location.last_day) = days;
            }
        }
        1 => one.suspensions = vec![one.span],
        2 => one.data_categories = dice.one(&[None, None, Some(())]).map(|()| BTreeSet::new()),
        3 => one.collected_from_data_subject = !one.collected_from_data_subject,
        _ => one.span = span,
    }
}

fn organisation(dice: &mut Dice, pools: &Pools<'_>, world: &mut World) {
    let seat = pools.any_country(dice);
    let Some(one) = any(dice, &mut world.organisations) else {
        return;
    };
    match dice.below(3) {
        0 => one.seat = None,
        1 => one.seat = Some(seat.into()),
        _ => one.attributes.clear(),
    }
}

fn question(dice: &mut Dice, pools: &Pools<'_>, world: &mut World) {
    let purpose = dice.pick(&pools.purposes).clone();
    let question = &mut world.question;
    let role = dice.one(Role::ALL);
    match dice.below(7) {
        0 => question.purpose = Some(purpose),
        1 => question.exporter_role = Some(role),
        2 => question.importer_role = Some(role),
        3 => question.hr_data = Some(dice.chance(60)),
        4 => {
            question.data_subjects.insert(pools.any_country(dice));
        }
        5 => "nobody".clone_into(&mut question.importer),
        _ => "nobody".clone_into(&mut question.exporter),
    }
}

/// Moves the day to one of the facts' own boundaries.
fn boundary(dice: &mut Dice, world: &mut World) {
    let edges = days(world);
    if !edges.is_empty() {
        let edge = dice.one(&edges);
        let moved = shifted(edge, dice.one(&[-1, 0, 0, 1]));
        world.question.as_of = moved.max(transfer_decision::span::FIRST_DAY);
    }
}

/// Every day that a fact of the world names, and the day after the last of a span.
pub(crate) fn days(world: &World) -> Vec<Day> {
    let ends = |span: Span| [Some(span.first()), span.until()].into_iter().flatten();
    let mut days = Vec::new();
    for one in &world.organisations {
        for held in &one.certifications {
            days.extend(ends(held.span));
        }
    }
    for one in &world.relationships {
        days.extend(ends(one.span));
        for location in &one.locations {
            days.extend(location.first_day);
            days.extend(location.last_day.map(next));
        }
    }
    for one in &world.mechanisms {
        let terms = &one.terms;
        days.extend(one.ends_on);
        days.extend(
            [
                terms.signed_on,
                terms.processing_changed_on,
                terms.approved_on,
                terms.authorised_on,
            ]
            .into_iter()
            .flatten(),
        );
        for party in &one.parties {
            days.extend(party.span.into_iter().flat_map(ends));
        }
        for assessment in &one.assessments {
            days.extend(assessment.concluded_on);
            days.extend(assessment.next_review);
        }
    }
    days
}
