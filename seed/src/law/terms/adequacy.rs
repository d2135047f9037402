//! Adequacy instruments and their scope conditions.

use toml::Value;
use transfer_decision::{
    citation::Publication,
    law::{AdequacyInstrument, Basis, Condition, Territory},
    vocabulary::{Country, EndKind},
};

use crate::law::{
    AdequacyRecord,
    fields::Fields,
    publication::{self, Numbers},
    record,
    rows::{AdequacyRow, ConditionRow, EndingAct},
    tables::OfRegime,
};

/// One row, for the rules and for readers.
pub(super) fn read(
    OfRegime { regime, row }: &OfRegime<AdequacyRow>,
    fields: &mut Fields<'_>,
) -> Option<(AdequacyInstrument, AdequacyRecord)> {
    let id = fields.says_something("id", &row.id);
    if id.is_some_and(|id| !is_id(id)) {
        fields.fault("id", "is written in letters, digits and hyphens");
    }
    let title = fields.says_something("title", &row.title);
    let citation = fields.says_something("citation", &row.citation);
    let instrument = fields.may_say("instrument", row.instrument.as_deref());
    let territory = territory(row, fields);
    let span = fields.span(
        ("valid_from", &row.valid_from),
        ("valid_to", row.valid_to.as_deref()),
    );
    let conditions: Vec<_> = row
        .conditions
        .iter()
        .map(|condition| read_condition(condition, fields))
        .collect();
    let end_kind = fields.may_code::<EndKind>("end_kind", row.end_kind.as_deref());
    let ended_by = fields.may_say("ended_by", row.ended_by.as_deref());
    if ended_by.is_some() && row.valid_to.is_none() {
        fields.fault("ended_by", "the row has no last day");
    }
    if row.ending_act.is_some() && row.valid_to.is_none() {
        fields.fault("ending_act", "the row has no last day");
    }
    let ending_act = row.ending_act.as_ref().and_then(|act| ended(act, fields));
    if row.effects_preserved && row.end_kind.as_deref() != Some(EndKind::Invalidated.code()) {
        fields.fault(
            "effects_preserved",
            "only a court that struck the row down says so",
        );
    }
    let challenge = fields.may_say("challenge", row.challenge.as_deref());
    let confidence = fields.code("confidence", &row.confidence);
    let notes = fields.may_say("notes", row.notes.as_deref());
    let publication = numbers(row).publication(fields);
    for number in &row.amended_by {
        publication::celex("amended_by", number, fields);
    }

    let basis = Basis::new(id?, title?, citation?, &publication?, span?, confidence?);
    let instrument = AdequacyInstrument {
        // A row that is no phase of a longer act is an instrument of its own.
        instrument: instrument.unwrap_or(&basis.id).to_owned(),
        regime: *regime,
        territory: territory?,
        span: span?,
        conditions: conditions.into_iter().collect::<Option<_>>()?,
        end_kind: end_kind?,
        effects_preserved: row.effects_preserved,
        challenge: challenge.map(str::to_owned),
        basis,
    };
    let record = AdequacyRecord {
        id: instrument.basis.id.clone(),
        instrument: instrument.instrument.clone(),
        regime: *regime,
        territory: match &instrument.territory {
            Territory::Country(country) => Some(*country),
            Territory::Organisation(_) => None,
        },
        organisation: match &instrument.territory {
            Territory::Country(_) => None,
            Territory::Organisation(slug) => Some(slug.to_string()),
        },
        title: instrument.basis.title.clone(),
        citation: instrument.basis.citation.clone(),
        url: instrument.basis.url.clone(),
        amended_by: row.amended_by.clone(),
        valid_from: instrument.span.first(),
        valid_to: instrument.span.last(),
        conditions: instrument.conditions.iter().map(record::readable).collect(),
        end_kind: instrument.end_kind,
        ended_by: ended_by.map(str::to_owned),
        ending_act_url: ending_act.map(|act| act.url()),
        effects_preserved: instrument.effects_preserved,
        challenge: instrument.challenge.clone(),
        confidence: confidence?,
        notes: notes.map(str::to_owned),
        amendments: Vec::new(),
    };
    Some((instrument, record))
}

fn numbers(row: &AdequacyRow) -> Numbers<'_> {
    Numbers {
        celex: row.celex.as_deref(),
        fedlex: row.fedlex.as_deref(),
        uk: row.uk.as_deref(),
        fdpic: row.fdpic,
    }
}

/// Where the act stands that ended a decision.
fn ended(act: &EndingAct, fields: &mut Fields<'_>) -> Option<Publication> {
    const FIELD: &str = "ending_act";
    let EndingAct { celex, fedlex, uk } = act;
    Numbers {
        celex: celex.as_deref(),
        fedlex: fedlex.as_deref(),
        uk: uk.as_deref(),
        fdpic: None,
    }
    .publication_in(FIELD, fields)
}

fn territory(row: &AdequacyRow, fields: &mut Fields<'_>) -> Option<Territory> {
    match (row.territory.as_deref(), row.organisation.as_deref()) {
        (Some(code), None) => fields
            .code::<Country>("territory", code)
            .map(Territory::Country),
        (None, Some(slug)) if is_slug(slug, b'-') => Some(Territory::Organisation(slug.into())),
        (None, Some(slug)) => {
            fields.fault(
                "organisation",
                format!("`{slug}` is no slug (lower-case letters, digits and hyphens)"),
            );
            None
        }
        (Some(_), Some(_)) | (None, None) => {
            fields.fault(
                "territory",
                "a row gives either a `territory` or an `organisation`",
            );
            None
        }
    }
}

fn read_condition(value: &Value, fields: &mut Fields<'_>) -> Option<Condition> {
    const FIELD: &str = "conditions";
    let row = value
        .clone()
        .try_into()
        .map_err(|error| fields.fault(FIELD, error.to_string().trim()))
        .ok()?;
    match row {
        ConditionRow::RequiresCertification(framework) => fields
            .code(FIELD, &framework)
            .map(Condition::RequiresCertification),
        ConditionRow::HrDataRequires(what) if what == "hr_coverage" => {
            Some(Condition::HrDataRequiresHrCoverage)
        }
        ConditionRow::HrDataRequires(what) => {
            fields.fault(
                FIELD,
                format!("hr_data_requires is `hr_coverage`, not `{what}`"),
            );
            None
        }
        ConditionRow::RequiresRecipientAttribute(any) => fields
            .codes(FIELD, &any)
            .map(Condition::RequiresRecipientAttribute),
        ConditionRow::ExcludesRecipient(none) => {
            fields.codes(FIELD, &none).map(Condition::ExcludesRecipient)
        }
        ConditionRow::ExcludesPurpose(none) => {
            for code in none.iter().filter(|code| !is_slug(code, b'_')) {
                fields.fault(
                    FIELD,
                    format!("`{code}` is no purpose code (lower-case words joined by `_`)"),
                );
            }
            none.iter()
                .all(|code| is_slug(code, b'_'))
                .then_some(Condition::ExcludesPurpose(none))
        }
        ConditionRow::RequiresDataCategory(category) => fields
            .code(FIELD, &category)
            .map(Condition::RequiresDataCategory),
        ConditionRow::ExcludesData(none) => fields.codes(FIELD, &none).map(Condition::ExcludesData),
    }
}

/// What can stand in a path: letters and digits in words joined by hyphens.
fn is_id(text: &str) -> bool {
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Lower-case letters and digits in words joined by one joiner each.
fn is_slug(text: &str, joiner: u8) -> bool {
    text.split(char::from(joiner)).all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
