//! The list as JSON-LD, in the words of the W3C's Data Privacy Vocabulary (DPV 2.3).
//!
//! The context stands in the document, so that nobody has to fetch anything to read it. What the
//! vocabulary has no term for (the Swiss and British instruments, the Data Privacy Framework, the
//! clauses' modules) is said by citation and link, and never by a term that only comes near it.

mod terms;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use transfer_decision::{
    span::Day,
    vocabulary::{Activity, Outcome, Place, Regime, Role},
};

use super::{
    super::{
        bases::RegimeBasis,
        list::{Company, Entry, List, Location},
    },
    Address,
};

pub(super) const MEDIA_TYPE: &str = "application/ld+json";

/// The list, its publisher and its companies, and a process for each engagement.
pub(super) fn of(list: &List, here: &str, address: &Address) -> Value {
    let exporters: Vec<Value> = list
        .companies
        .iter()
        .map(|company| reference(&company_id(list, company, address)))
        .collect();
    let now = list
        .entries
        .iter()
        .map(|entry| (entry, "dpv:ActivityOngoing"));
    let later = list
        .upcoming
        .iter()
        .map(|entry| (entry, "dpv:ActivityPlanned"));
    let processes: Vec<Value> = now
        .chain(later)
        .map(|(entry, status)| process(list, entry, status, &exporters, address))
        .collect();
    let parts: Vec<Value> = processes
        .iter()
        .filter_map(|process| process.get("@id").and_then(Value::as_str).map(reference))
        .collect();
    let document = set([
        ("@id", json!(address.at(here))),
        ("@type", json!("dct:Dataset")),
        (
            "dct:title",
            json!(format!("Subprocessors of {}", list.name)),
        ),
        ("dct:publisher", reference(&group_id(list, address))),
        ("dct:valid", day(list.as_of)),
        ("dct:issued", instant(list.publication.published_at)),
        ("dcat:version", json!(list.publication.number.to_string())),
        (
            "dct:identifier",
            json!(format!("sha256:{}", list.publication.content_sha256)),
        ),
        ("dct:description", json!(list.notice_note)),
        ("dct:hasPart", json!(parts)),
        ("dct:conformsTo", reference("https://w3id.org/dpv/2.3/dpv")),
        (
            "dct:provenance",
            json!(format!(
                "Made from revision {} of the register and law pack {}.",
                list.revision, list.law_pack
            )),
        ),
    ]);
    let group = set([
        ("@id", json!(group_id(list, address))),
        ("@type", json!("dpv:Organisation")),
        ("dpv:hasName", json!(list.name)),
        ("dpv:hasIdentifier", json!(list.slug)),
    ]);
    let companies = list.companies.iter().map(|one| company(list, one, address));
    let graph: Vec<Value> = [document, group]
        .into_iter()
        .chain(companies)
        .chain(processes)
        .collect();
    json!({"@context": context(address), "@graph": graph})
}

/// What the prefixes stand for; relative references are to the service, where its address is known.
fn context(address: &Address) -> Value {
    let mut context = Map::new();
    context.insert("@version".to_owned(), json!(1.1));
    if let Some(origin) = address.origin() {
        context.insert("@base".to_owned(), json!(format!("{origin}/")));
    }
    for (prefix, namespace) in terms::NAMESPACES {
        context.insert((*prefix).to_owned(), json!(namespace));
    }
    Value::Object(context)
}

fn company(list: &List, company: &Company, address: &Address) -> Value {
    set([
        ("@id", json!(company_id(list, company, address))),
        ("@type", json!(["dpv:LegalEntity", "dpv:DataExporter"])),
        ("dpv:hasName", json!(company.legal_name)),
        ("dpv:hasIdentifier", json!(company.slug)),
        ("dct:identifier", json!(company.registration)),
        ("dpv:hasLocation", place(company.seat)),
        ("dct:description", json!(company.seat_note)),
        (
            "dpv:isOrganisationalUnitOf",
            reference(&group_id(list, address)),
        ),
    ])
}

/// What the subprocessor does with which data, where, and for each regime on which basis.
fn process(
    list: &List,
    entry: &Entry,
    status: &str,
    exporters: &[Value],
    address: &Address,
) -> Value {
    // The same engagement stands once as it is, and once for each day on which it will differ.
    let id = if status == "dpv:ActivityOngoing" {
        format!("urn:uuid:{}", entry.id)
    } else {
        format!("urn:uuid:{}#{}", entry.id, entry.since)
    };
    let recipient = recipient(list, entry, address);
    let categories = entry.data_categories.as_ref();
    let data: Option<Vec<Value>> = categories.map(|categories| {
        categories
            .iter()
            .map(|category| terms::data(*category))
            .collect()
    });
    let subjects = entry.data_subjects.as_ref();
    let subjects =
        subjects.map(|words| json!({"@type": "dpv:DataSubject", "dct:description": words}));
    let locations: Vec<Value> = entry.locations.iter().map(location).collect();
    let regimes: Vec<Value> = entry
        .bases
        .iter()
        .map(|found| regime(entry, found, exporters))
        .collect();
    let duration = set([
        ("@type", json!("dct:PeriodOfTime")),
        ("dcat:startDate", day(entry.since)),
        ("dcat:endDate", entry.until.map_or(Value::Null, day)),
    ]);
    set([
        ("@id", json!(id)),
        ("@type", json!("dpv:Process")),
        ("dct:title", json!(entry.service)),
        ("dct:description", json!(entry.description)),
        ("dct:temporal", duration),
        ("dpv:hasActivityStatus", reference(status)),
        (
            "dpv:hasPurpose",
            entry.purpose.as_deref().map_or(Value::Null, terms::purpose),
        ),
        ("dpv:hasPersonalData", json!(data)),
        ("dpv:hasDataSubject", json!(subjects)),
        ("dpv:hasRecipient", recipient),
        ("dpv:hasLocation", json!(locations)),
        ("dpv:hasContext", condition(entry)),
        ("dpv:hasProcess", json!(regimes)),
        ("skos:note", json!(entry.note)),
    ])
}

/// The subprocessor itself. Nobody is called what the engagement does not say it is.
fn recipient(list: &List, entry: &Entry, address: &Address) -> Value {
    let role = match (entry.exporter_role, entry.importer_role) {
        (_, Some(Role::Controller)) => Some("dpv:DataController"),
        (Some(Role::Processor), Some(Role::Processor)) => Some("dpv:DataSubProcessor"),
        (_, Some(Role::Processor)) => Some("dpv:DataProcessor"),
        (_, None) => None,
    };
    let kinds: Vec<&str> = ["dpv:LegalEntity", "dpv:Recipient"]
        .into_iter()
        .chain(role)
        .collect();
    set([
        ("@id", json!(recipient_id(list, entry, address))),
        ("@type", json!(kinds)),
        ("dpv:hasName", json!(entry.legal_name)),
        ("dpv:hasIdentifier", json!(entry.slug)),
        ("dpv:hasLocation", place(entry.seat)),
        ("dct:description", json!(entry.seat_note)),
    ])
}

/// What one regime says of it: whether there is a restricted transfer, and on what it rests.
fn regime(entry: &Entry, found: &RegimeBasis, exporters: &[Value]) -> Value {
    let restricted = found.outcome != Outcome::NotRestricted;
    let transfer = restricted.then(|| reference("dpv:CrossBorderTransfer"));
    let basis = found.basis.as_ref().filter(|_| restricted);
    let measure = basis.and_then(|basis| terms::measure(&basis.id));
    set([
        ("@type", json!("dpv:Process")),
        ("dct:type", json!(found.outcome.code())),
        ("dpv:hasJurisdiction", jurisdiction(found.regime)),
        ("dpv:hasProcessing", json!(transfer)),
        (
            "dpv:hasDataExporter",
            json!(restricted.then_some(exporters)),
        ),
        (
            "dpv:hasLegalBasis",
            basis.map_or(Value::Null, |basis| {
                set([
                    ("@type", json!(terms::legal_basis(&basis.id, entry.on))),
                    ("dct:identifier", json!(basis.id)),
                    ("dct:title", json!(basis.title)),
                    ("dct:bibliographicCitation", json!(basis.citation)),
                    ("dct:source", reference(&basis.url)),
                    (
                        "skos:closeMatch",
                        json!(terms::decision(&basis.id).map(|id| reference(&id))),
                    ),
                ])
            }),
        ),
        (
            "dpv:hasOrganisationalMeasure",
            json!(measure.map(|term| json!({"@type": term}))),
        ),
    ])
}

fn jurisdiction(regime: Regime) -> Value {
    let term = match regime {
        Regime::Eu => "loc:EU",
        Regime::Ch => "loc:CH",
        Regime::Uk => "loc:GB",
    };
    reference(term)
}

/// Where the subprocessor touches the data. One whose country nobody knows has none.
fn location(location: &Location) -> Value {
    let kinds = match location.activity {
        Activity::Storage => json!("dpv:StorageLocation"),
        Activity::RemoteAccess => json!(["dpv:ProcessingLocation", "dpv:RemoteLocation"]),
        Activity::Processing | Activity::Seat => json!("dpv:ProcessingLocation"),
    };
    let (country, area) = match location.place {
        Some(Place::Country(_)) => (place(location.place), Value::Null),
        Some(Place::Area(_)) | None => (Value::Null, place(location.place)),
    };
    set([
        ("@type", kinds),
        ("dpv:hasCountry", country),
        ("dpv:hasLocation", area),
        ("dct:type", json!(location.activity.code())),
    ])
}

fn condition(entry: &Entry) -> Value {
    let condition = entry.condition.as_ref();
    condition.map_or(
        Value::Null,
        |words| json!({"@type": "dpv:Context", "dct:description": words}),
    )
}

fn place(place: Option<Place>) -> Value {
    place.map_or(Value::Null, |place| {
        reference(&format!("loc:{}", place.code()))
    })
}

/// Who publishes; the group is no legal entity, and has a name on its own list only.
fn group_id(list: &List, address: &Address) -> String {
    address.at(&format!("/{}/subprocessors#publisher", list.slug))
}

fn company_id(list: &List, company: &Company, address: &Address) -> String {
    address.at(&format!("/{}/subprocessors#{}", list.slug, company.slug))
}

/// The subprocessor's own page.
fn recipient_id(list: &List, entry: &Entry, address: &Address) -> String {
    address.at(&format!("/{}/subprocessors/{}", list.slug, entry.slug))
}

fn day(day: Day) -> Value {
    json!({"@type": "xsd:date", "@value": day.to_string()})
}

fn instant(at: DateTime<Utc>) -> Value {
    let at = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    json!({"@type": "xsd:dateTime", "@value": at})
}

fn reference(id: &str) -> Value {
    json!({"@id": id})
}

/// A node of what is said; what is not said has no field.
fn set<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let said = fields.into_iter().filter(|(_, value)| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    });
    Value::Object(said.map(|(name, value)| (name.to_owned(), value)).collect())
}

#[cfg(test)]
mod tests;
