//! The transfer tools: who may use them, from when to when, and what they ask for.

use transfer_decision::{
    span::Day,
    vocabulary::{Confidence, Regime, Role},
};
use transfer_registry_core::Snapshot;
use transfer_registry_seed::law::ToolRecord;

use super::{resting::Rests, words};

/// The tools of one regime.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) regime: Regime,
    pub(super) name: &'static str,
    pub(super) tools: Vec<Tool>,
}

/// A row of the law pack.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) kind: &'static str,
    pub(super) citation: String,
    pub(super) url: String,
    pub(super) uncertain: bool,
    pub(super) on_the_day: &'static str,
    pub(super) signing: String,
    pub(super) carrying: String,
    pub(super) roles: String,
    pub(super) requires: Vec<&'static str>,
    pub(super) resting: String,
}

/// Every tool on a day, with what rests on it.
pub(super) fn on(snapshot: &Snapshot, day: Day, rests: &Rests<'_>) -> Vec<Part> {
    let mut records = snapshot.pack().tools();
    records.sort_by_key(|one| (one.derogation, one.usable_from, one.title.clone()));
    let part = |regime: &Regime| Part {
        regime: *regime,
        name: words::regime(*regime),
        tools: records
            .iter()
            .filter(|one| one.regime == *regime)
            .map(|one| Tool::of(one, day, rests))
            .collect(),
    };
    Regime::ALL.iter().map(part).collect()
}

impl Tool {
    fn of(record: &ToolRecord, day: Day, rests: &Rests<'_>) -> Self {
        let resting = rests.get(record.id.as_str());
        Self {
            id: record.id.clone(),
            title: record.title.clone(),
            kind: if record.derogation {
                "derogation"
            } else {
                "safeguard"
            },
            citation: record.citation.clone(),
            url: record.url.clone(),
            uncertain: record.confidence == Confidence::Uncertain,
            on_the_day: on_the_day(record, day),
            signing: match (record.first_signing_day, record.last_signing_day) {
                (None, None) => "whenever it carries transfers".to_owned(),
                (None, Some(last)) => format!("to {}", words::day(last)),
                (Some(first), last) => words::days(first, last),
            },
            carrying: words::days(record.usable_from, record.last_day_of_effect),
            roles: roles(record),
            requires: record
                .requires
                .iter()
                .map(|one| words::requirement(*one))
                .collect(),
            resting: resting.map_or_else(|| "nothing".to_owned(), super::resting::Resting::number),
        }
    }
}

/// What can be done with it on a day.
fn on_the_day(record: &ToolRecord, day: Day) -> &'static str {
    let past = |last: Option<Day>| last.is_some_and(|last| last < day);
    if day < record.usable_from {
        if record.first_signing_day.is_some_and(|first| first <= day) {
            "can be signed, carries nothing yet"
        } else {
            "not yet there"
        }
    } else if past(record.last_day_of_effect) {
        "carries nothing any more"
    } else if past(record.last_signing_day) {
        "can no longer be signed; what was signed before goes on"
    } else {
        "can be used"
    }
}

fn roles(record: &ToolRecord) -> String {
    let modules: Vec<String> = record.modules.iter().map(u8::to_string).collect();
    let modules = match modules.as_slice() {
        [] => None,
        [one] => Some(format!("module {one}")),
        several => Some(format!("modules {}", several.join(", "))),
    };
    let role = |role: Option<Role>| role.map_or("anybody", Role::code);
    let ends = match (record.roles, record.exporter_role, record.importer_role) {
        (Some(said), ..) => format!("roles {said}"),
        (None, None, None) => "anybody".to_owned(),
        (None, exporter, importer) => format!("{} to {}", role(exporter), role(importer)),
    };
    modules.map_or_else(|| ends.clone(), |modules| format!("{modules}; {ends}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::span::parse_day;
    use transfer_registry_seed::law::shipped_pack;

    use super::*;

    #[test]
    fn a_tool_is_signed_and_used_within_its_days() {
        let tools = shipped_pack().unwrap().tools();
        let legacy = tools.iter().find(|one| one.id == "CH-SCC-LEGACY").unwrap();
        for (day, expected) in [
            ("2000-01-01", "not yet there"),
            ("2021-09-26", "can be used"),
            (
                "2021-09-27",
                "can no longer be signed; what was signed before goes on",
            ),
            ("2023-01-01", "carries nothing any more"),
        ] {
            let day = parse_day(day).unwrap();
            assert_eq!(on_the_day(legacy, day), expected, "{day}");
        }
        let new = tools
            .iter()
            .find(|one| one.id == "CH-SCC-2021-914")
            .unwrap();
        let day = parse_day("2021-07-01").unwrap();
        assert_eq!(on_the_day(new, day), "can be signed, carries nothing yet");
        assert_eq!(roles(new), "modules 1, 2, 3, 4; roles as the module");
    }
}
