//! The plain reading is held to the collected cases before it judges the core.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use serde_json::{Map, Value};
use transfer_decision::{
    decide::Settings,
    facts::{
        Assessment, Certification, Mechanism, Organisation, Party, Question, Relationship, Sender,
        Stage, Terms,
    },
    law::{Law, UK_REGIME_FROM},
    span::{Day, FIRST_DAY, Span},
    vocabulary::{
        Activity, Module, OrganisationKind, Outcome, PartySide, ReasonCode, RelationshipKind,
        UncheckedFacts,
    },
};

use crate::{
    chain::{World, answer},
    pools::country,
    threads::law,
};

type Object = Map<String, Value>;

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("no object: {other}"),
    }
}

/// Takes a field out of an object; what is left at the end was not understood.
fn take<T: serde::de::DeserializeOwned>(from: &mut Object, field: &str) -> Option<T> {
    let value = from.remove(field).filter(|value| !value.is_null())?;
    Some(serde_json::from_value(value).unwrap_or_else(|fault| panic!("{field}: {fault}")))
}

fn need<T: serde::de::DeserializeOwned>(from: &mut Object, field: &str) -> T {
    take(from, field).unwrap_or_else(|| panic!("no {field}"))
}

fn finished(object: &Object) {
    assert!(object.is_empty(), "not understood: {object:?}");
}

fn organisation(slug: &str, certifications: Vec<Certification>) -> Organisation {
    Organisation {
        id: format!("id-{slug}").into(),
        slug: slug.into(),
        group: None,
        kind: OrganisationKind::ThirdParty,
        seat: None,
        attributes: std::collections::BTreeMap::new(),
        certifications,
    }
}

fn certification(value: Value) -> Certification {
    let mut from = object(value);
    let first: Day = need(&mut from, "valid_from");
    let held = Certification {
        id: "certification".into(),
        framework: need(&mut from, "framework"),
        span: Span::inclusive(first, take(&mut from, "valid_to")).unwrap_or(Span::starting(first)),
        recertification_due: None,
        covers_hr: take(&mut from, "covers_hr").unwrap_or_default(),
        checked: true,
    };
    finished(&from);
    held
}

fn mechanism(at: usize, value: Value) -> Mechanism {
    let mut from = object(value);
    let mut terms = Terms::of(need(&mut from, "tool"));
    terms.module = take(&mut from, "module").and_then(Module::from_number);
    terms.signed_on = take(&mut from, "signed_on");
    terms.processing_changed_on = take(&mut from, "processing_changed_on");
    terms.approved_on = take(&mut from, "approved_on");
    terms.approved_by = take(&mut from, "approved_by");
    terms.authorised_on = take(&mut from, "authorised_on");
    terms.combined_with_eu_data = take(&mut from, "combined_with_eu_data").unwrap_or(true);
    let concluded_on = take(&mut from, "tia_concluded_on");
    let assessments = take(&mut from, "tia").map(|conclusion| Assessment {
        destination: None,
        conclusion,
        concluded_on,
        next_review: None,
    });
    let bound = |named: Option<bool>| named.unwrap_or(true).then(|| Span::starting(FIRST_DAY));
    let exporter = bound(take(&mut from, "exporter_bound"));
    // A case states outright whether the importer is bound; on clauses it need not.
    let importer = match take::<bool>(&mut from, "importer_bound") {
        None if terms.tool.code().contains("bcr") => None,
        named => bound(named),
    };
    from.remove("scheme");
    terms.statements = serde_json::from_value(Value::Object(from))
        .unwrap_or_else(|fault| panic!("statements: {fault}"));
    let party = |slug: &str, side, span| Party {
        organisation: slug.into(),
        side,
        span,
    };
    Mechanism {
        id: format!("m{at}").into(),
        group: None,
        parties: vec![
            party("exporter", PartySide::Exporter, exporter),
            party("importer", PartySide::Importer, importer),
        ],
        terms,
        ends_on: None,
        assessments: assessments.into_iter().collect(),
        checked: true,
    }
}

fn importer(mut from: Object) -> (Organisation, Object) {
    let held: Vec<Value> = take(&mut from, "certifications").unwrap_or_default();
    let mut importer = organisation("importer", held.into_iter().map(certification).collect());
    importer.seat = take(&mut from, "country");
    if let Some(slug) = take::<String>(&mut from, "organisation") {
        importer.kind = OrganisationKind::InternationalOrganisation;
        importer.slug = slug.into();
    }
    let said: Object = take(&mut from, "attributes").unwrap_or_default();
    for (name, value) in said {
        if let (Ok(attribute), Some(value)) = (name.parse(), value.as_bool()) {
            importer.attributes.insert(attribute, value);
        }
    }
    from.remove("name");
    (importer, from)
}

fn world(mut case: Object) -> World {
    let (mut to, mut rest) = importer(need(&mut case, "importer"));
    // The law pack names organisations in lower case, as slugs are.
    to.slug = to.slug.to_lowercase().into();
    let same: bool = take(&mut rest, "same_legal_entity").unwrap_or_default();
    let as_of: Day = need(&mut case, "as_of");
    let regime: String = need(&mut case, "regime");
    let subject = match regime.as_str() {
        "ch" => "CH",
        "uk" if as_of >= UK_REGIME_FROM => "GB",
        _ => "DE",
    };
    let mut exporter: Object = need(&mut case, "exporter");
    let mut data: Object = take(&mut case, "data").unwrap_or_default();
    let kind = take(&mut data, "kind").map(|kind| BTreeSet::from([kind]));
    let mut mechanisms: Vec<Mechanism> = take::<Vec<Value>>(&mut case, "mechanisms")
        .unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(|(at, value)| mechanism(at, value))
        .collect();
    for party in mechanisms.iter_mut().flat_map(|one| &mut one.parties) {
        if &*party.organisation == "importer" {
            party.organisation = Arc::clone(&to.slug);
        }
    }
    let question = Question {
        exporter: if same {
            to.slug.to_string()
        } else {
            "exporter".to_owned()
        },
        importer: to.slug.to_string(),
        onward: Vec::new(),
        data_subjects: BTreeSet::from([country(subject)]),
        data_categories: kind,
        hr_data: take(&mut data, "hr"),
        purpose: take(&mut case, "purpose"),
        exporter_role: take(&mut exporter, "role"),
        importer_role: take(&mut rest, "role"),
        as_of,
    };
    let relationship = Relationship {
        id: "flow".into(),
        kind: RelationshipKind::Flow,
        sender: Sender::Organisation("exporter".into()),
        importer: Arc::clone(&to.slug),
        stage: Stage::Active,
        span: Span::starting(FIRST_DAY),
        purpose: None,
        data_categories: question.data_categories.clone(),
        exporter_role: None,
        importer_role: None,
        locations: Vec::new(),
        continues: None,
        data_subjects: None,
        collected_from_data_subject: take(&mut case, "collected_from_data_subject")
            .unwrap_or_default(),
        suspensions: Vec::new(),
    };
    exporter.remove("country");
    case.remove("remote_access");
    for left in [&case, &exporter, &rest, &data] {
        finished(left);
    }
    World {
        organisations: vec![organisation("exporter", Vec::new()), to],
        relationships: vec![relationship],
        mechanisms,
        question,
        settings: Settings {
            unchecked_facts: UncheckedFacts::Deny,
        },
    }
}

fn fault(law: &Law, mut case: Object) -> Option<String> {
    let mut expect: Object = need(&mut case, "expect");
    let world = world(need(&mut case, "question"));
    let answer = answer(law, &world);
    let seats: Vec<_> = answer
        .findings
        .iter()
        .filter(|((.., activity), _)| *activity == Activity::Seat)
        .map(|(_, found)| found)
        .collect();
    let [found] = seats.as_slice() else {
        return Some(format!("{} findings", seats.len()));
    };
    let outcome: Outcome = need(&mut expect, "outcome");
    let basis: Option<String> = take(&mut expect, "basis");
    let reason: Option<ReasonCode> = take(&mut expect, "reason");
    let rests = found.basis.as_ref().map(|(id, _)| id.clone());
    let holds = found.outcome == outcome
        && basis.is_none_or(|basis| rests.as_ref() == Some(&basis))
        && reason.is_none_or(|reason| found.reasons.contains(&reason));
    (!holds).then(|| format!("{found:?}"))
}

#[test]
fn the_plain_reading_holds_the_collected_cases() {
    let law = law();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/transfer-cases.jsonl");
    let text = std::fs::read_to_string(file).unwrap_or_else(|fault| panic!("{fault}"));
    let mut count = 0;
    let mut faults = Vec::new();
    for line in text.lines() {
        let case: Object = serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}"));
        let (id, expect) = (case["id"].clone(), case["expect"].clone());
        faults.extend(fault(&law, case).map(|found| format!("{id}: {expect}, but {found}")));
        count += 1;
    }
    assert!(count >= 178, "only {count} cases");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
