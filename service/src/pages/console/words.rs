//! The console's words for the codes of the register and the law.

use serde_json::Value;
use transfer_decision::{
    law::{ModuleScope, ToolRow},
    span::Day,
    vocabulary::{
        Activity, Area, Country, DataCategory, Framework, Module, Outcome, Place, Regime,
    },
};
use transfer_registry_core::{Snapshot, mechanisms::Mechanism};

use crate::inward::Asked;

/// A body of law.
pub(super) const fn regime(regime: Regime) -> &'static str {
    match regime {
        Regime::Eu => "EU (GDPR)",
        Regime::Ch => "Switzerland (FADP)",
        Regime::Uk => "United Kingdom (UK GDPR)",
    }
}

/// Under which law something is found, as the head of what follows.
pub(super) fn under(code: Option<&str>) -> &'static str {
    match code.and_then(|code| code.parse().ok()) {
        Some(Regime::Eu) => "Under the GDPR (EU/EEA)",
        Some(Regime::Ch) => "Under the Swiss FADP",
        Some(Regime::Uk) => "Under the UK GDPR",
        None => "Under any regime",
    }
}

/// The law of a regime, within a sentence.
pub(super) const fn law(regime: Option<Regime>) -> &'static str {
    match regime {
        Some(Regime::Eu) => "the GDPR",
        Some(Regime::Ch) => "the FADP",
        Some(Regime::Uk) => "the UK GDPR",
        None => "any regime",
    }
}

/// The area of a regime, within a sentence.
pub(super) const fn area(regime: Option<Regime>) -> &'static str {
    match regime {
        Some(Regime::Eu) => "the EEA",
        Some(Regime::Ch) => "Switzerland",
        Some(Regime::Uk) => "the United Kingdom",
        None => "the area of a regime",
    }
}

/// The area of a regime, as the head of what is said about it.
pub(super) const fn short_area(regime: Option<Regime>) -> &'static str {
    match regime {
        Some(Regime::Eu) => "EU/EEA",
        Some(Regime::Ch) => "Switzerland",
        Some(Regime::Uk) => "UK",
        None => "Under any regime",
    }
}

/// Several things, within a sentence.
pub(super) fn all_of<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// What is done with the data at a place.
pub(super) const fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Seat => "seat",
        Activity::Storage => "storage",
        Activity::Processing => "processing",
        Activity::RemoteAccess => "remote access",
    }
}

/// An activity by its code.
pub(super) fn activity_of(code: &str) -> String {
    code.parse()
        .map_or_else(|_| plain(code), |found| activity(found).to_owned())
}

/// How a finding came out.
pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotRestricted => "no restricted transfer",
        Outcome::Adequacy => "an adequacy decision",
        Outcome::Safeguard => "a safeguard",
        Outcome::Derogation => "a derogation",
        Outcome::Denied => "no transfer basis recorded",
    }
}

/// An outcome by its code.
pub(super) fn outcome_of(code: &str) -> String {
    code.parse()
        .map_or_else(|_| plain(code), |found| outcome(found).to_owned())
}

/// A framework of certifications.
pub(super) const fn framework(framework: Framework) -> &'static str {
    match framework {
        Framework::EuUsSafeHarbor => "EU-US Safe Harbor",
        Framework::SwissUsSafeHarbor => "US-Swiss Safe Harbor",
        Framework::EuUsPrivacyShield => "EU-US Privacy Shield",
        Framework::SwissUsPrivacyShield => "Swiss-US Privacy Shield",
        Framework::EuUsDpf => "EU-US Data Privacy Framework",
        Framework::UkExtension => "UK Extension to the EU-US Data Privacy Framework",
        Framework::SwissUsDpf => "Swiss-US Data Privacy Framework",
    }
}

/// A framework by its code.
pub(super) fn framework_of(code: &str) -> String {
    code.parse()
        .map_or_else(|_| plain(code), |found| framework(found).to_owned())
}

/// A kind of personal data.
pub(super) const fn data_category(category: DataCategory) -> &'static str {
    match category {
        DataCategory::Contact => "contact details",
        DataCategory::Account => "account data",
        DataCategory::Billing => "billing data",
        DataCategory::Usage => "usage data",
        DataCategory::Device => "device data",
        DataCategory::Location => "location data",
        DataCategory::Communication => "communications",
        DataCategory::Content => "content",
        DataCategory::Crm => "customer records",
        DataCategory::Marketing => "marketing data",
        DataCategory::Support => "support requests",
        DataCategory::Employment => "employment (HR) data",
        DataCategory::Special => "special categories (Art. 9 GDPR)",
        DataCategory::Pnr => "passenger name records",
        DataCategory::Journalistic => "journalistic material",
    }
}

/// A kind of data by its code.
pub(super) fn data_category_of(code: &str) -> String {
    code.parse()
        .map_or_else(|_| plain(code), |found| data_category(found).to_owned())
}

/// A place.
pub(super) fn place(place: Option<Place>) -> &'static str {
    match place {
        Some(Place::Country(country)) => country.name(),
        Some(Place::Area(Area::Eea)) => "the European Economic Area",
        Some(Place::Area(Area::Eu)) => "the European Union",
        None => "an unknown country",
    }
}

/// A place by its code; what is no place stays as it is.
pub(super) fn place_of(code: Option<&str>) -> String {
    match code {
        None => place(None).to_owned(),
        Some("EEA") => place(Some(Place::Area(Area::Eea))).to_owned(),
        Some("EU") => place(Some(Place::Area(Area::Eu))).to_owned(),
        Some(code) => code
            .parse::<Country>()
            .map_or_else(|_| code.to_owned(), |country| country.name().to_owned()),
    }
}

/// Who acted, as people are called: a user by name alone, a program as the ledger writes it.
pub(super) fn person(actor: &str) -> &str {
    actor.strip_prefix("user:").unwrap_or(actor)
}

/// An organisation by its slug: its legal name, as far as it is there.
pub(super) fn organisation(snapshot: &Snapshot, slug: &str) -> String {
    snapshot
        .organisation(slug)
        .map_or_else(|| slug.to_owned(), |one| one.legal_name.clone())
}

/// A group by its slug.
pub(super) fn group(snapshot: &Snapshot, slug: &str) -> String {
    snapshot
        .group(slug)
        .map_or_else(|| slug.to_owned(), |one| one.name.clone())
}

/// A mechanism in a line: what it is, between whom, since when.
pub(super) fn mechanism(snapshot: &Snapshot, mechanism: &Mechanism) -> String {
    let parties = mechanism.parties.iter();
    let parties = distinct(parties.map(|party| organisation(snapshot, &party.organisation)));
    let what = mechanism.title.clone();
    let what = what.unwrap_or_else(|| tool_in(snapshot, mechanism.tool.code(), mechanism.module));
    let since = mechanism.signed_on.map(day);
    let since = since.map_or_else(String::new, |day| format!(", signed {day}"));
    format!("{what}: {}{since}", parties.join(" and "))
}

/// A transfer tool by its code: the title that the law pack gives it, under the first regime that
/// knows it. Where that regime has a row for each module, none of them is meant.
pub(super) fn tool(snapshot: &Snapshot, code: &str) -> String {
    tool_in(snapshot, code, None)
}

/// The same in a module, where the tool has any.
pub(super) fn tool_in(snapshot: &Snapshot, code: &str, module: Option<Module>) -> String {
    named_tool(&snapshot.law().provisions().tools, code, module)
}

fn named_tool(rows: &[ToolRow], code: &str, module: Option<Module>) -> String {
    let named = rows
        .iter()
        .filter(|row| row.tools.iter().any(|tool| tool.code() == code));
    // The module's own row is the first of those that fit.
    let fits = |row: &&ToolRow| match row.module {
        ModuleScope::One(one) => module.is_none_or(|module| module == one),
        ModuleScope::None | ModuleScope::All => true,
    };
    let Some(row) = named.filter(fits).min_by_key(|row| row.regime) else {
        return plain(code);
    };
    let title = &row.basis.title;
    match (row.module, module) {
        (ModuleScope::One(_), None) => title
            .split_once(", Module ")
            .map_or(title.as_str(), |(whole, _)| whole)
            .to_owned(),
        _ => title.clone(),
    }
}

/// An object of the register as the API shows it: what it is called.
pub(super) fn object(snapshot: &Snapshot, object: &Value) -> Option<String> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let party = |name: &str| text(name).map(|slug| organisation(snapshot, slug));
    if let (Some(exporter), Some(importer)) = (party("exporter"), party("importer")) {
        return Some(format!("{exporter} → {importer}"));
    }
    if let (Some(destination), Some(id)) = (text("destination"), text("mechanism")) {
        let id = id.parse().ok()?;
        let made_for = snapshot.mechanisms().get(id);
        let made_for = made_for.map(|found| mechanism(snapshot, found));
        let place = destination_of(snapshot, destination);
        return Some(match made_for {
            Some(made_for) => format!("{place}, under {made_for}"),
            None => place,
        });
    }
    if let (Some(service), Some(party)) = (text("service"), party("organisation")) {
        return Some(format!("{party}: {service}"));
    }
    let named = ["legal_name", "name", "title"].into_iter().find_map(text);
    named
        .map(str::to_owned)
        .or_else(|| text("framework").map(framework_of))
        .or_else(|| {
            let module = object.get("module").and_then(Value::as_u64);
            let module = module.and_then(|number| u8::try_from(number).ok());
            let module = module.and_then(Module::from_number);
            text("tool").map(|code| tool_in(snapshot, code, module))
        })
}

/// Where data goes: a country, an area, or an international organisation.
pub(super) fn destination_of(snapshot: &Snapshot, code: &str) -> String {
    let organisation = snapshot.organisation(code);
    organisation.map_or_else(|| place_of(Some(code)), |one| one.legal_name.clone())
}

/// A day, written out.
pub(super) fn day(day: Day) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A day as a request writes it, written out; anything else stays as it is.
pub(super) fn day_of(text: &str) -> String {
    transfer_decision::span::parse_day(text).map_or_else(|| text.to_owned(), day)
}

/// An instant as a request writes it, for people.
pub(super) fn instant_of(text: &str) -> String {
    let parsed = chrono::DateTime::parse_from_rfc3339(text);
    parsed.map_or_else(
        |_| text.to_owned(),
        |instant| instant.format("%-d %B %Y, %H:%M:%S UTC").to_string(),
    )
}

/// A code as words.
pub(super) fn plain(code: &str) -> String {
    code.replace(['_', '-'], " ")
}

/// What is said, each once, in the order in which it came.
pub(super) fn distinct(said: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for one in said {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

/// A text that begins a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.into_iter().chain([letters.collect()]).collect()
}

/// A text within a sentence.
pub(super) fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    first.into_iter().chain([letters.collect()]).collect()
}

/// How many there are of something, with the word that fits.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    }
}

/// A value as the API or the ledger keeps it, for people.
pub(super) fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "—".to_owned(),
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.is_empty() => "—".to_owned(),
        Some(Value::Array(items)) if items.iter().all(|item| !item.is_object()) => {
            let items = items.iter().map(|item| self::value(Some(item)));
            items.collect::<Vec<_>>().join(", ")
        }
        Some(Value::Array(items)) => {
            let items = items.iter().map(|item| self::value(Some(item)));
            items.collect::<Vec<_>>().join("; ")
        }
        Some(Value::Object(fields)) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let fields = fields
                .map(|(name, value)| format!("{}: {}", plain(name), self::value(Some(value))));
            fields.collect::<Vec<_>>().join(", ")
        }
        Some(Value::Number(number)) => number.to_string(),
    }
}

/// A list of what was recorded, narrowed to whole days (UTC), each of which may be left empty.
pub(super) fn within_days(mut asked: Asked, from: &str, to: &str) -> Asked {
    if !from.is_empty() {
        asked = asked.with("recorded_from", format!("{from}T00:00:00Z"));
    }
    if !to.is_empty() {
        asked = asked.with("recorded_to", format!("{to}T23:59:59.999999Z"));
    }
    asked
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_registry_seed::law::shipped;

    use super::*;

    #[test]
    fn clauses_are_named_with_their_own_module() {
        let law = shipped().unwrap();
        let rows = &law.provisions().tools;
        let named = |module| named_tool(rows, "scc-2021-914", module);
        assert_eq!(named(None), "Standard contractual clauses (EU) 2021/914");
        assert_eq!(
            named(Some(Module::Two)),
            "Standard contractual clauses (EU) 2021/914, Module Two"
        );
        assert_eq!(
            named_tool(rows, "bcr-c", None),
            "Binding corporate rules for controllers"
        );
        assert_eq!(named_tool(rows, "no-tool", None), "no tool");
    }
}
