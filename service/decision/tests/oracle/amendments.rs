//! Laws that a person could make by amending rows: the rules must follow the rows, whatever these
//! say.

use std::sync::Arc;

use transfer_decision::{
    law::{AdequacyInstrument, Basis, Condition, Law, Provisions, RoleRule, ToolRow},
    span::{Day, Span},
    vocabulary::{Confidence, EndKind, MembershipStatus, Requirement, Role},
};

use crate::{dice::Dice, supply};

/// The law with some rows amended and some added.
pub(crate) fn amended(law: &Law, dice: &mut Dice) -> Law {
    let mut rows = law.provisions().clone();
    for at in 0..6 {
        adequacy(dice, &mut rows, at);
        tool(dice, &mut rows, at);
    }
    for _ in 0..3 {
        ended(dice, &mut rows);
        membership(dice, &mut rows);
        framework(dice, &mut rows);
    }
    Law::new(law.version(), rows).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A basis under another id, for another span.
fn basis(of: &Basis, at: usize, span: Span, dice: &mut Dice) -> Arc<Basis> {
    // Before or after the ids of the shipped rows, so that ties fall both ways.
    let place = if dice.chance(50) { "A" } else { "Z" };
    Arc::new(Basis {
        id: format!("{place}{at}-{}", of.id),
        valid_from: span.first(),
        valid_to: span.last(),
        confidence: dice.one(Confidence::ALL),
        ..of.clone()
    })
}

/// Another instrument beside the ones of a territory, often with the same end.
fn adequacy(dice: &mut Dice, rows: &mut Provisions, at: usize) {
    let model = dice.pick(&rows.adequacy).clone();
    let donor = dice.pick(&rows.adequacy).clone();
    let span = match dice.below(3) {
        0 => model.span,
        1 => donor.span,
        _ => supply::beside(dice, model.span.first()),
    };
    let ended = dice.one(&[EndKind::Invalidated, EndKind::Withdrawn, EndKind::Expired]);
    let mut conditions = model.conditions.clone();
    if dice.chance(50) {
        conditions.extend(donor.conditions.iter().cloned());
    }
    if dice.chance(30) && !conditions.is_empty() {
        let without = dice.below(conditions.len());
        conditions.remove(without);
    }
    if dice.chance(15) {
        conditions.push(Condition::HrDataRequiresHrCoverage);
    }
    rows.adequacy.push(AdequacyInstrument {
        basis: basis(&model.basis, at, span, dice),
        instrument: format!("amendment {at}"),
        regime: model.regime,
        territory: if dice.chance(60) {
            model.territory
        } else {
            donor.territory
        },
        span,
        conditions,
        end_kind: span.last().map(|_| ended),
        effects_preserved: dice.chance(20),
        challenge: None,
    });
}

/// A state of the EEA, or any other territory, is no longer adequate.
fn ended(dice: &mut Dice, rows: &mut Provisions) {
    let eea = dice.chance(60);
    let mut open: Vec<_> = rows
        .adequacy
        .iter_mut()
        .filter(|row| row.span.last().is_none())
        .filter(|row| {
            !eea || ["IS", "LI", "NO", "AT"]
                .iter()
                .any(|code| row.basis.id.ends_with(code))
        })
        .collect();
    let at = dice.below(open.len());
    let Some(row) = open.get_mut(at) else { return };
    let last = dice.since(row.span.first());
    row.span = Span::inclusive(row.span.first(), Some(last)).unwrap_or(row.span);
    row.end_kind = row.span.last().map(|_| EndKind::Expired);
    row.basis = Arc::new(Basis {
        valid_to: row.span.last(),
        ..(*row.basis).clone()
    });
}

/// Another row for a tool, with other days, roles and requirements.
fn tool(dice: &mut Dice, rows: &mut Provisions, at: usize) {
    let model = dice.pick(&rows.tools).clone();
    let usable_from = dice.near(model.usable_from);
    let last = dice.since(usable_from);
    let last_day_of_effect = dice.maybe(30, last);
    let window = |day: Day| last_day_of_effect.map_or(day, |last| day.min(last));
    let first_signing_day = dice.maybe(40, usable_from);
    let last_signing_day = first_signing_day
        .map(|first| window(dice.since(first)))
        .filter(|last| first_signing_day.is_some_and(|first| first <= *last))
        .filter(|_| dice.chance(50));
    let span =
        Span::inclusive(usable_from, last_day_of_effect).unwrap_or(Span::starting(usable_from));
    let mut requires = model.requires.clone();
    if !requires.is_empty() && dice.chance(60) {
        let without = dice.below(requires.len());
        requires.remove(without);
    }
    // No assessment is ever asked for a derogation.
    let more = dice.one(Requirement::ALL);
    let assessed = matches!(
        more,
        Requirement::Tia | Requirement::TiaIfCombinedWithEuData
    );
    let fits = !(requires.contains(&more) || (assessed && model.is_derogation()));
    if fits && dice.chance(40) {
        requires.push(more);
    }
    let roles = if dice.chance(25) {
        let (exporter, importer) = (dice.one(Role::ALL), dice.one(Role::ALL));
        RoleRule::Fixed {
            exporter: dice.maybe(50, exporter),
            importer: dice.maybe(50, importer),
        }
    } else {
        model.roles
    };
    rows.tools.push(ToolRow {
        basis: basis(&model.basis, at, span, dice),
        first_signing_day,
        usable_from,
        last_signing_day,
        last_day_of_effect,
        requires,
        roles,
        ..model
    });
}

/// A territory comes under review, or leaves it.
fn membership(dice: &mut Dice, rows: &mut Provisions) {
    let at = dice.below(rows.memberships.len());
    let row = &mut rows.memberships[at];
    row.gives_regime = dice.chance(50);
    row.status = match row.status {
        MembershipStatus::Inside => MembershipStatus::Inside,
        MembershipStatus::ThirdCountry => MembershipStatus::ReviewRequired,
        MembershipStatus::ReviewRequired => MembershipStatus::ThirdCountry,
    };
}

fn framework(dice: &mut Dice, rows: &mut Provisions) {
    let at = dice.below(rows.frameworks.len());
    let row = &mut rows.frameworks[at];
    row.first_certification_day = dice.near(row.first_certification_day);
}
