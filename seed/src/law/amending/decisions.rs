//! What amendments do to an adequacy row.

use transfer_decision::{
    span::{Day, parse_day},
    vocabulary::{EndKind, Regime},
};

use super::{Refused, joined, refused};
use crate::law::{
    amendment::{
        AdequacyDecisionTerms, ChallengeAdequacyDecision, EndAdequacyDecision,
        ExtendAdequacyDecision,
    },
    rows::AdequacyRow,
};

/// Whom a row covers, as written.
pub(super) fn whom(row: &AdequacyRow) -> &str {
    let whom = row.territory.as_deref().or(row.organisation.as_deref());
    whom.unwrap_or_default()
}

/// A row from its terms.
pub(super) fn row(terms: &AdequacyDecisionTerms) -> Result<AdequacyRow, Refused> {
    let AdequacyDecisionTerms {
        id,
        regime: _,
        territory,
        organisation,
        instrument,
        title,
        citation,
        celex,
        fedlex,
        uk,
        fdpic,
        amended_by,
        valid_from,
        valid_to,
        conditions,
        end_kind,
        ended_by,
        ending_act,
        effects_preserved,
        challenge,
        confidence,
        notes,
    } = terms.clone();
    let conditions: Result<_, _> = conditions.iter().map(toml::Value::try_from).collect();
    Ok(AdequacyRow {
        id,
        instrument,
        territory: territory.map(|country| country.to_string()),
        organisation,
        title,
        citation,
        celex,
        fedlex,
        uk,
        fdpic,
        amended_by,
        valid_from: valid_from.to_string(),
        valid_to: valid_to.map(|day| day.to_string()),
        conditions: conditions.or_else(|error| refused("conditions", error.to_string()))?,
        end_kind: end_kind.map(|kind| kind.to_string()),
        ended_by,
        ending_act,
        effects_preserved,
        challenge,
        confidence: confidence.to_string(),
        notes,
    })
}

/// The terms in which a row would be given anew; `None` when a text in it means nothing.
pub(super) fn terms(regime: Regime, row: &AdequacyRow) -> Option<AdequacyDecisionTerms> {
    let AdequacyRow {
        id,
        instrument,
        territory,
        organisation,
        title,
        citation,
        celex,
        fedlex,
        uk,
        fdpic,
        amended_by,
        valid_from,
        valid_to,
        conditions,
        end_kind,
        ended_by,
        ending_act,
        effects_preserved,
        challenge,
        confidence,
        notes,
    } = row.clone();
    let conditions = conditions.into_iter().map(toml::Value::try_into);
    Some(AdequacyDecisionTerms {
        id,
        regime,
        territory: territory.map(|code| code.parse()).transpose().ok()?,
        organisation,
        instrument,
        title,
        citation,
        celex,
        fedlex,
        uk,
        fdpic,
        amended_by,
        valid_from: parse_day(&valid_from)?,
        valid_to: valid_to
            .map(|day| parse_day(&day).ok_or(()))
            .transpose()
            .ok()?,
        conditions: conditions.collect::<Result<_, _>>().ok()?,
        end_kind: end_kind.map(|code| code.parse()).transpose().ok()?,
        ended_by,
        ending_act,
        effects_preserved,
        challenge,
        confidence: confidence.parse().ok()?,
        notes,
    })
}

/// Ends a decision.
pub(super) fn end(row: &mut AdequacyRow, change: &EndAdequacyDecision) -> Result<(), Refused> {
    let EndAdequacyDecision {
        decision: _,
        last_day,
        end_kind,
        effects_preserved,
        ended_by,
        ending_act,
        note,
    } = change;
    if let Some(ends) = last_day_of(row).filter(|ends| ends < last_day) {
        return refused(
            "last_day",
            format!(
                "it ends on {ends} already; a later last day needs \
                 `extend_adequacy_decision` or `revise_adequacy_decision`"
            ),
        );
    }
    row.valid_to = Some(last_day.to_string());
    row.end_kind = Some(end_kind.to_string());
    row.effects_preserved = *effects_preserved;
    row.ended_by.clone_from(ended_by);
    row.ending_act.clone_from(ending_act);
    if *end_kind == EndKind::Invalidated {
        // The court has decided.
        row.challenge = None;
    }
    annotate(row, note.as_deref());
    Ok(())
}

/// Sets or clears the pending challenge of a decision.
pub(super) fn challenge(
    row: &mut AdequacyRow,
    change: &ChallengeAdequacyDecision,
) -> Result<(), Refused> {
    let ChallengeAdequacyDecision {
        decision: _,
        challenge,
        note,
    } = change;
    if challenge.is_none() && row.challenge.is_none() {
        return refused("challenge", "is left out, but no challenge is pending");
    }
    row.challenge.clone_from(challenge);
    annotate(row, note.as_deref());
    Ok(())
}

/// Moves the last day of a decision that would expire, or takes it away.
pub(super) fn extend(
    row: &mut AdequacyRow,
    change: &ExtendAdequacyDecision,
) -> Result<(), Refused> {
    let ExtendAdequacyDecision {
        decision: _,
        last_day,
        amended_by,
        note,
    } = change;
    let Some(ends) = last_day_of(row) else {
        return refused("decision", "it has no last day that could be moved");
    };
    if let Some(kind) = row.end_kind.as_deref()
        && kind != EndKind::Expired.code()
    {
        return refused(
            "decision",
            format!("it does not expire but is `{kind}` on its last day, and cannot be extended"),
        );
    }
    if let Some(day) = last_day.filter(|day| *day <= ends) {
        return refused(
            "last_day",
            format!("{day} is not later than the last day that it has, {ends}"),
        );
    }
    row.valid_to = last_day.map(|day| day.to_string());
    if last_day.is_none() {
        row.end_kind = None;
    }
    // It told of the day that no longer holds.
    row.ended_by = None;
    row.ending_act = None;
    row.amended_by.extend_from_slice(amended_by);
    annotate(row, note.as_deref());
    Ok(())
}

fn last_day_of(row: &AdequacyRow) -> Option<Day> {
    row.valid_to.as_deref().and_then(parse_day)
}

fn annotate(row: &mut AdequacyRow, note: Option<&str>) {
    if note.is_some() {
        row.notes = Some(joined(row.notes.as_deref().unwrap_or_default(), note));
    }
}
