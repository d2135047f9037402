//! The list as the address gives it, entry by entry.
//!
//! Three questions: of which day the list is, who is active, who is inactive. Days and coverage are
//! on each participant's own page only, and are asked for where they matter.

use serde_json::Value;
use sha2::{Digest, Sha256};
use transfer_decision::{span::Day, vocabulary::Framework};
use transfer_registry_core::participants::{
    Known, Listing, Participant, ParticipantList, Refusal, Source, Status, covered_entities,
    name_key, wanted,
};

use super::{
    asking::{Answer, Asking},
    values::{self, at},
};

/// Where the list's day stands, below the address.
const DAY: &str = "participants/filemodified";
/// Where the list stands, and before an id a participant's own page.
const PARTICIPANTS: &str = "participants";
/// How many entries one answer is asked to have.
const ROWS: usize = 5000;
/// How many answers make up one list at most.
const MOST_PAGES: usize = 20;
/// How many participants' own pages are asked for at most.
const MOST_PARTICULARS: usize = 2000;

// What a value has been seen to be called, or is called in its neighbours.
const ID: &[&str] = &["OrganizationId", "ParticipantId", "Id"];
const DISPLAY_NAME: &[&str] = &["OrganizationPublicDisplayName", "PublicDisplayName"];
const LEGAL_NAME: &[&str] = &["LegalName", "OrganizationLegalName"];
const COVERED: &[&str] = &["CoveredEntities"];
const COVERED_NAME: &[&str] = &["Name", "EntityName", "CoveredEntityName"];
const STATUS: &[&str] = &["PublicStatus", "Status"];
const FIRST_DAY: &[&str] = &["InstallDate"];
const DUE: &[&str] = &["UsageEndDate"];
const INACTIVE_SINCE: &[&str] = &["InactiveStartDate", "InactiveDate"];
const HR: &[&str] = &["HRData", "HrData", "HR"];
const NON_HR: &[&str] = &["NonHRData", "NonHrData", "NonHR"];
const CERTIFICATIONS: &[(&str, Framework)] = &[
    ("EUCert", Framework::EuUsDpf),
    ("UKCert", Framework::UkExtension),
    ("SwissCert", Framework::SwissUsDpf),
];

/// A list that arrived and lacks the particulars.
pub(super) struct Received {
    list: ParticipantList,
    hash: Sha256,
}

/// Asks for the list: its day, then the active and the inactive participants.
pub(super) async fn ask(asking: &Asking) -> Result<Received, Refusal> {
    let mut hash = Sha256::new();
    let day = day(asking, &mut hash).await?;
    let mut entries: Vec<Participant> = Vec::new();
    for status in ["Active", "Inactive"] {
        entries.extend(pages(asking, status, &mut hash).await?);
    }
    let entries = merged(entries);
    let source = Source::Http(asking.address());
    Ok(Received {
        list: ParticipantList::new(day, hex::encode(hash.clone().finalize()), source, entries),
        hash,
    })
}

/// The day of the list as its address states it.
pub(super) async fn day(asking: &Asking, hash: &mut Sha256) -> Result<Day, Refusal> {
    let answer = asking.get(DAY).await?;
    hash.update(&answer.body);
    let text = std::str::from_utf8(&answer.body)
        .ok()
        .filter(|_| answer.media_type != "text/html")
        .ok_or_else(|| Refusal::not_a_list("where its day should stand, something else stands"))?;
    // A JSON text or the text itself.
    let text = serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned());
    values::day(&text)
        .map_err(at("the day of the list"))?
        .ok_or_else(|| Refusal::reshaped("the list does not say of which day it is"))
}

async fn pages(
    asking: &Asking,
    status: &str,
    hash: &mut Sha256,
) -> Result<Vec<Participant>, Refusal> {
    let mut found = Vec::new();
    let mut stated = 0;
    for page in 0..MOST_PAGES {
        let answer = asking.post(PARTICIPANTS, &question(status, page)).await?;
        hash.update(&answer.body);
        let json = json(&answer)?;
        let items = field(&json, &["Items"])
            .and_then(Value::as_array)
            .ok_or_else(|| Refusal::reshaped("it has no “Items”"))?;
        stated = field(&json, &["SumCount"])
            .or_else(|| field(&json, &["RecordCount"]))
            .and_then(Value::as_u64)
            .ok_or_else(|| Refusal::reshaped("it does not say how many entries it has"))?;
        for item in items {
            found.push(entry(item)?);
        }
        if items.is_empty() || count(found.len()) >= stated {
            break;
        }
    }
    if count(found.len()) < stated {
        return Err(Refusal::Incomplete {
            stated,
            found: count(found.len()),
        });
    }
    Ok(found)
}

fn question(status: &str, page: usize) -> String {
    serde_json::json!({
        "DataCovered": [],
        "Frameworks": [],
        "Industries": [],
        "PageNumber": page,
        "RecourseMechanisms": [],
        "StatutoryBody": [],
        "RowsPerPage": ROWS,
        "Search": "",
        "StartLetter": "",
        "Status": status,
        "States": [],
        "VerificationMethod": "",
    })
    .to_string()
}

impl Received {
    /// The list without the particulars.
    pub(super) const fn list(&self) -> &ParticipantList {
        &self.list
    }

    /// Asks for the particulars of the participants that matter to known organisations. If one of
    /// them cannot be had there is no list: half a list would look like a difference.
    pub(super) async fn complete(
        self,
        asking: &Asking,
        known: &[Known],
    ) -> Result<ParticipantList, Refusal> {
        let Self { mut list, mut hash } = self;
        let ids = wanted(&list, known);
        let askable = ids.iter().filter(|id| is_askable(id));
        for id in askable.take(MOST_PARTICULARS) {
            let answer = asking.get(&format!("{PARTICIPANTS}/{id}")).await?;
            hash.update(&answer.body);
            let particulars = entry(&json(&answer)?)?;
            if let Some(entry) = list.entries.iter_mut().find(|entry| entry.id == *id) {
                complete(entry, particulars)?;
            }
        }
        list.sha256 = hex::encode(hash.finalize());
        Ok(list)
    }
}

/// Whether an id can stand in an address as it is; a key made of a name cannot be asked for.
fn is_askable(id: &str) -> bool {
    !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Puts a participant's own page beside its entry.
fn complete(entry: &mut Participant, particulars: Participant) -> Result<(), Refusal> {
    let place = format!("participant {}", entry.id);
    let contradiction = |what: &str| at(&place)(format!("the list and its own page name {what}"));
    // A page that gives no id has the key of its name.
    let named = !particulars.id.starts_with("name:");
    if named && particulars.id != entry.id {
        return Err(contradiction("different participants"));
    }
    for listing in particulars.frameworks {
        let Some(held) = entry
            .frameworks
            .iter_mut()
            .find(|held| held.framework == listing.framework)
        else {
            entry.add(listing);
            continue;
        };
        if held.status.is_active() != listing.status.is_active() {
            return Err(contradiction("different statuses"));
        }
        // What the page leaves out stays as the list has it, and the other way round.
        *held = Listing {
            framework: held.framework,
            status: since(held.status, listing.status),
            first_day: listing.first_day.or(held.first_day),
            recertification_due: listing.recertification_due.or(held.recertification_due),
            covers_hr: listing.covers_hr.or(held.covers_hr),
            covers_non_hr: listing.covers_non_hr.or(held.covers_non_hr),
        };
    }
    entry.legal_name = particulars.legal_name;
    if !particulars.covered_entities.is_empty() {
        entry.covered_entities = particulars.covered_entities;
    }
    Ok(())
}

fn since(listed: Status, page: Status) -> Status {
    match page {
        Status::Inactive { since: None } => listed,
        page => page,
    }
}

/// The participants, each once: whoever is active in one framework and inactive in another stands on
/// both halves of the list.
fn merged(entries: Vec<Participant>) -> Vec<Participant> {
    let mut places = std::collections::HashMap::new();
    let mut merged: Vec<Participant> = Vec::new();
    for entry in entries {
        let at = *places.entry(entry.id.clone()).or_insert(merged.len());
        match merged.get_mut(at) {
            Some(held) => {
                for listing in entry.frameworks {
                    held.add(listing);
                }
            }
            None => merged.push(entry),
        }
    }
    merged
}

fn json(answer: &Answer) -> Result<Value, Refusal> {
    let is_json = answer.media_type.ends_with("/json") || answer.media_type.ends_with("+json");
    if !is_json {
        return Err(Refusal::not_a_list(format!(
            "it is “{}” and not JSON",
            values::short(&answer.media_type)
        )));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|_| Refusal::not_a_list("it breaks off or is no valid JSON"))
}

/// One entry, or one participant's own page.
fn entry(item: &Value) -> Result<Participant, Refusal> {
    let display_name = text(item, DISPLAY_NAME);
    let legal_name = text(item, LEGAL_NAME).or_else(|| display_name.clone());
    let (Some(legal_name), id) = (legal_name, id(item)) else {
        return Err(Refusal::reshaped("an entry has no name"));
    };
    let place = format!("entry “{}”", values::short(&legal_name));
    let mut participant = Participant {
        id: id.unwrap_or_else(|| name_key(&legal_name)),
        display_name: display_name.unwrap_or_else(|| legal_name.clone()),
        frameworks: Vec::new(),
        covered_entities: covered(item),
        link: None,
        legal_name,
    };
    let mut known = false;
    for (name, framework) in CERTIFICATIONS {
        let Some(certification) = item.get(name) else {
            continue;
        };
        known = true;
        if let Some(listing) = listing(*framework, certification).map_err(at(&place))? {
            participant.add(listing);
        }
    }
    if known {
        Ok(participant)
    } else {
        Err(at(&place)("it names none of the frameworks".to_owned()))
    }
}

/// A place in a framework; `None` for a framework that the participant never joined.
fn listing(framework: Framework, certification: &Value) -> Result<Option<Listing>, String> {
    let Some(status) = text(certification, STATUS) else {
        return if certification.is_null() || certification.is_object() {
            Ok(None)
        } else {
            Err("a certification has another form".to_owned())
        };
    };
    let day = |names| text(certification, names).map_or(Ok(None), |text| values::day(&text));
    let covers = |names| text(certification, names).map_or(Ok(None), |text| values::covers(&text));
    Ok(Some(Listing {
        framework,
        status: values::status(&status, day(INACTIVE_SINCE)?)?,
        first_day: day(FIRST_DAY)?,
        recertification_due: day(DUE)?,
        covers_hr: covers(HR)?,
        covers_non_hr: covers(NON_HR)?,
    }))
}

fn covered(item: &Value) -> Vec<String> {
    match field(item, COVERED) {
        Some(Value::String(cell)) => covered_entities(cell),
        Some(Value::Array(entities)) => entities
            .iter()
            .filter_map(|entity| match entity {
                Value::String(name) => Some(name.trim().to_owned()),
                other => text(other, COVERED_NAME),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// An id that is a number or a text of few characters.
fn id(item: &Value) -> Option<String> {
    text(item, ID).filter(|id| is_askable(id) && id.len() <= 64)
}

fn field<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| value.get(name))
}

/// A text, number or flag as a text; nothing when it is empty.
fn text(value: &Value, names: &[&str]) -> Option<String> {
    let text = match field(value, names)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
