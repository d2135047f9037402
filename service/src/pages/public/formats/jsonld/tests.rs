//! What a reader of linked data finds.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use transfer_decision::vocabulary::{Country, DataCategory};
use transfer_registry_seed::law::{adequacy_records, shipped_pack};

use super::{
    super::sample::{HOSTILE, day as of_day, entry, found, list},
    *,
};

const HERE: &str = "/group/subprocessors.jsonld";

/// Every term of the vocabulary, as it was published.
fn vocabulary() -> BTreeSet<&'static str> {
    let lines = include_str!("dpv-2.3.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
}

/// The terms of the vocabulary that a document uses, as keys, types or references.
fn terms(value: &Value, found: &mut BTreeSet<String>) {
    let mut take = |text: &str| {
        let ours = terms::NAMESPACES.iter();
        let mut ours = ours.filter(|(_, namespace)| namespace.starts_with("https://w3id.org/dpv"));
        if ours.any(|(prefix, _)| {
            text.strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(':'))
        }) {
            found.insert(text.to_owned());
        }
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                take(name);
                if let ("@id" | "@type", Value::String(text)) = (name.as_str(), value) {
                    take(text);
                }
                if let ("@type", Value::Array(kinds)) = (name.as_str(), value) {
                    kinds.iter().filter_map(Value::as_str).for_each(&mut take);
                }
            }
            for value in fields.values() {
                self::terms(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| self::terms(item, found)),
        _ => {}
    }
}

/// Whether every prefix that is used is one that the context explains.
fn explained(value: &Value, context: &Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some((prefix, _)) = name.split_once(':') {
                    assert!(context.contains_key(prefix), "{name}");
                } else {
                    assert!(name.starts_with('@'), "{name} means nothing");
                }
                explained(value, context);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| explained(item, context)),
        _ => {}
    }
}

/// The nodes of a type.
fn nodes<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    let graph = document["@graph"].as_array().unwrap().iter();
    graph
        .filter(|node| match &node["@type"] {
            Value::String(one) => one == kind,
            Value::Array(several) => several.iter().any(|one| one == kind),
            _ => false,
        })
        .collect()
}

fn of_entries(entries: Vec<Entry>) -> Value {
    of(&list(entries, Vec::new()), HERE, &Address::default())
}

#[test]
fn every_term_is_one_of_the_vocabulary_whatever_is_listed() {
    let adequacy = adequacy_records().unwrap().iter().map(|row| &row.id);
    let tools = shipped_pack().unwrap().tools();
    let ids: BTreeSet<&String> = adequacy.chain(tools.iter().map(|row| &row.id)).collect();
    assert!(ids.len() > 100);
    let mut used = BTreeSet::new();
    let mut entries = Vec::new();
    for (at, id) in ids.into_iter().enumerate() {
        for since in ["2010-01-01", "2026-01-01"] {
            let mut one = entry("Acme");
            one.on = of_day(since);
            one.bases = vec![found(Regime::Eu, Outcome::Safeguard, Some(id))];
            one.importer_role = [Some(Role::Controller), Some(Role::Processor), None][at % 3];
            entries.push(one);
        }
    }
    for country in Country::all() {
        let mut one = entry("Acme");
        one.seat = Some(Place::Country(country));
        one.data_categories = Some(DataCategory::ALL.iter().copied().collect());
        entries.push(one);
    }
    let document = of_entries(entries);
    terms(&document, &mut used);
    let known = vocabulary();
    let unknown: Vec<_> = used
        .iter()
        .filter(|term| !known.contains(term.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    for term in [
        "eu-gdpr:A45-3",
        "eu-gdpr:A46-2-c",
        "eu-gdpr:A49-2",
        "pd:Contact",
        "loc:US",
        "legal-eu:Adequacy-EU-NZ",
        "dpv:DataController",
    ] {
        assert!(used.contains(term), "{term}");
    }
}

#[test]
fn every_prefix_is_explained_in_the_document_itself() {
    let document = of(
        &list(vec![entry("Acme")], vec![entry("Acme")]),
        HERE,
        &Address(Some("https://registry.example".to_owned())),
    );
    let context = document["@context"].as_object().unwrap();
    assert_eq!(context["@base"], "https://registry.example/");
    explained(&document["@graph"], context);
}

#[test]
fn a_process_says_who_receives_what_where_and_on_which_basis_under_each_regime() {
    let document = of_entries(vec![entry("Acme")]);
    let process = nodes(&document, "dpv:Process").remove(0);
    assert_eq!(
        process["dpv:hasActivityStatus"]["@id"],
        "dpv:ActivityOngoing"
    );
    let recipient = &process["dpv:hasRecipient"];
    assert_eq!(recipient["dpv:hasName"], "Acme");
    assert_eq!(recipient["dpv:hasLocation"]["@id"], "loc:US");
    assert_eq!(recipient["@type"][2], "dpv:DataSubProcessor");
    assert_eq!(
        process["dpv:hasPurpose"]["@type"],
        "dpv:TechnicalServiceProvision"
    );
    assert_eq!(process["dpv:hasPersonalData"][0]["@type"], "pd:Contact");
    let places = &process["dpv:hasLocation"];
    assert_eq!(places[0]["@type"], "dpv:StorageLocation");
    assert_eq!(places[0]["dpv:hasCountry"]["@id"], "loc:US");
    assert_eq!(places[1].get("dpv:hasCountry"), None, "nobody knows it");
    let [eu, ch, uk] = &process["dpv:hasProcess"].as_array().unwrap()[..] else {
        unreachable!("three regimes")
    };
    assert_eq!(eu["dpv:hasJurisdiction"]["@id"], "loc:EU");
    let basis = &eu["dpv:hasLegalBasis"];
    assert_eq!(
        basis["@type"],
        json!(["dpv:DataTransferLegalBasis", "eu-gdpr:A46-2-c"])
    );
    assert_eq!(basis["dct:identifier"], "EU-SCC-2021-914-M3");
    assert_eq!(
        eu["dpv:hasOrganisationalMeasure"]["@type"],
        "eu-gdpr:SCCByCommission"
    );
    // The vocabulary knows no Swiss law, so nothing of the GDPR's is said instead.
    let basis = &ch["dpv:hasLegalBasis"];
    assert_eq!(basis["@type"], json!(["dpv:DataTransferLegalBasis"]));
    assert_eq!(
        basis["dct:bibliographicCitation"],
        "CH-DPO-A1-US as it is cited"
    );
    assert_eq!(uk.get("dpv:hasLegalBasis"), None, "none is recorded");
    assert_eq!(uk["dct:type"], "denied");
}

#[test]
fn no_article_of_the_gdpr_is_a_basis_before_it_applied() {
    for (since, kinds) in [("2018-05-24", 1), ("2018-05-25", 2)] {
        let mut one = entry("Acme");
        one.on = of_day(since);
        let document = of_entries(vec![one]);
        let process = nodes(&document, "dpv:Process").remove(0);
        let found = &process["dpv:hasProcess"][0]["dpv:hasLegalBasis"]["@type"];
        assert_eq!(found.as_array().unwrap().len(), kinds, "{since}");
    }
}

#[test]
fn what_is_no_restricted_transfer_has_no_basis_and_no_exporter() {
    let mut one = entry("Acme");
    one.bases = vec![found(Regime::Eu, Outcome::NotRestricted, Some("EU-MEMBER"))];
    let document = of_entries(vec![one]);
    let process = nodes(&document, "dpv:Process").remove(0);
    let regime = process["dpv:hasProcess"][0].as_object().unwrap();
    for field in [
        "dpv:hasLegalBasis",
        "dpv:hasDataExporter",
        "dpv:hasProcessing",
    ] {
        assert!(!regime.contains_key(field), "{field}");
    }
}

#[test]
fn a_name_is_a_name_and_nothing_else() {
    let long = "x".repeat(300);
    for name in HOSTILE.iter().copied().chain([long.as_str()]) {
        let text = of_entries(vec![entry(name)]).to_string();
        let read: Value = serde_json::from_str(&text).unwrap();
        let process = nodes(&read, "dpv:Process").remove(0);
        assert_eq!(process["dpv:hasRecipient"]["dpv:hasName"], name);
        assert_eq!(process["dct:description"], name);
    }
}
