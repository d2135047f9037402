//! A recorded decision, decided again from what was recorded by then.

use std::collections::BTreeSet;

use poem_openapi::Object;
use serde::Serialize;
use serde_json::{Map, Value};
use transfer_decision::decide::{Settings, decide};
use transfer_registry_core::{Registry, checks::Check};

use super::{
    Given, TransferCheck, TransferCheckInput,
    deciding::written,
    recorded::{kept_as_json, parsed},
};
use crate::{
    api::values::Instant,
    moments,
    refusal::{Refusal, step},
};

/// How many differences are named.
const MOST_DIFFERENCES: usize = 1_000;

kept_as_json! {
    /// An answer as it was recorded or is given again.
    Answered like TransferCheck
}

/// A recorded decision beside the same question decided again: from the register at the revision,
/// with the law and the settings of then.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "TransferCheckReplay")]
pub(crate) struct Replay {
    /// Whether the two are the same in every field.
    identical: bool,
    /// Where they differ; empty when they are identical.
    differences: Vec<Difference>,
    /// The answer as it was given.
    recorded: Answered,
    /// The answer as it is given again; id and `known_at` are those of the recorded one.
    replayed: Answered,
}

/// A field in which two answers differ.
#[derive(Debug, PartialEq, Object, Serialize)]
#[oai(rename = "TransferCheckDifference")]
pub(crate) struct Difference {
    /// A JSON pointer to the field.
    pointer: String,
    /// What it was; absent when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded: Option<Value>,
    /// What it is now; absent when it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<Value>,
}

/// Decides again what was recorded.
///
/// # Errors
/// When the register of then cannot be had, or the record cannot be read.
pub(super) async fn replay(registry: &Registry, check: &Check) -> Result<Replay, Refusal> {
    let record = &check.record;
    let whole = registry.at_revision(record.revision).await?;
    let snapshot = moments::seen(registry, &whole, &record.scope)?;
    let input: TransferCheckInput = parsed(&record.question)?;
    let settings = Settings {
        unchecked_facts: record.unchecked_facts,
    };
    let question = input.question(record.as_of);
    let verdict = decide(snapshot.law(), snapshot.register(), &question, settings);
    let given = Given {
        id: record.id,
        known_at: Instant(record.known_at),
        revision: snapshot.revision(),
    };
    let replayed = written(&TransferCheck::of(&verdict, given))?;
    let recorded: Value = parsed(&check.answer)?;
    let replayed: Value = serde_json::from_slice(&replayed).map_err(|_| Refusal::Internal)?;
    let mut differences = Vec::new();
    compare(Some(&recorded), Some(&replayed), "", &mut differences);
    Ok(Replay {
        identical: differences.is_empty(),
        differences,
        recorded: Answered(recorded),
        replayed: Answered(replayed),
    })
}

/// Collects the innermost fields in which two values differ.
fn compare(
    recorded: Option<&Value>,
    replayed: Option<&Value>,
    pointer: &str,
    found: &mut Vec<Difference>,
) {
    if recorded == replayed || found.len() >= MOST_DIFFERENCES {
        return;
    }
    match (recorded, replayed) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            let of = |fields: &'_ Map<String, Value>, name: &str| fields.get(name).cloned();
            for name in names {
                let (before, after) = (of(before, name), of(after, name));
                compare(before.as_ref(), after.as_ref(), &step(pointer, name), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for at in 0..before.len().max(after.len()) {
                compare(before.get(at), after.get(at), &step(pointer, at), found);
            }
        }
        _ => found.push(Difference {
            pointer: pointer.to_owned(),
            recorded: recorded.cloned(),
            replayed: replayed.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_that_differs_is_named_at_its_innermost_place() {
        let recorded = json!({"a": 1, "b": {"c": [1, 2], "d": null}, "e": "same", "f/g": true});
        let replayed = json!({"a": 2, "b": {"c": [1, 3, 4]}, "e": "same", "f/g": false});
        let mut found = Vec::new();
        compare(Some(&recorded), Some(&replayed), "", &mut found);
        let told = serde_json::to_value(found).unwrap_or_default();
        let expected = json!([
            {"pointer": "/a", "recorded": 1, "replayed": 2},
            {"pointer": "/b/c/1", "recorded": 2, "replayed": 3},
            {"pointer": "/b/c/2", "replayed": 4},
            {"pointer": "/b/d", "recorded": null},
            {"pointer": "/f~1g", "recorded": true, "replayed": false},
        ]);
        assert_eq!(told, expected);
    }

    #[test]
    fn two_that_are_the_same_differ_nowhere() {
        let value = json!({"a": [{"b": null}]});
        let mut found = Vec::new();
        compare(Some(&value), Some(&value.clone()), "", &mut found);
        assert_eq!(found, []);
    }
}
