//! What the chosen tool has a mechanism's form ask, and in which words.

use transfer_decision::vocabulary::{Requirement, Tool};
use transfer_registry_core::Snapshot;

use crate::pages::console::forms::Typed;

/// The tool that was chosen.
fn tool(typed: &Typed) -> Option<Tool> {
    typed.first("tool").parse().ok()
}

/// Whether it is a derogation.
pub(super) fn derogation(typed: &Typed) -> bool {
    tool(typed).is_some_and(Tool::is_derogation)
}

/// Whether any row of the law asks this of the chosen tool.
pub(super) fn asks(typed: &Typed, snapshot: &Snapshot, of: &[Requirement]) -> bool {
    let Some(tool) = tool(typed) else {
        return false;
    };
    let rows = snapshot.law().provisions().tools.iter();
    let mut mine = rows.filter(|row| row.tools.contains(&tool));
    mine.any(|row| row.requires.iter().any(|one| of.contains(one)))
}

/// Whether the chosen tool has modules.
pub(super) fn modular(typed: &Typed, _: &Snapshot) -> bool {
    matches!(tool(typed), Some(Tool::Scc2021914 | Tool::UkAddendum))
        || !typed.first("module").is_empty()
}

pub(super) fn derogates(typed: &Typed, _: &Snapshot) -> bool {
    derogation(typed) || !typed.first("uses_limit").is_empty()
}

/// What the first day of a derogation is called.
pub(super) fn begun(typed: &Typed) -> Option<(&'static str, &'static str)> {
    let tool = tool(typed).filter(|tool| tool.is_derogation())?;
    let why = "Nothing rests on it before this day.";
    let consent = matches!(
        tool,
        Tool::Derogation491a
            | Tool::Derogation261a
            | Tool::ChDerogation171a
            | Tool::ChDerogation62b
    );
    Some((
        if consent {
            "Consent given on"
        } else {
            "Relied on since"
        },
        why,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derogation_is_asked_about_in_its_own_words() {
        for (tool, said) in [
            ("derogation-49-1-a", Some("Consent given on")),
            ("ch-derogation-17-1-a", Some("Consent given on")),
            ("derogation-49-1-e", Some("Relied on since")),
            ("scc-2021-914", None),
        ] {
            let typed = Typed::of(vec![("tool".to_owned(), tool.to_owned())]);
            assert_eq!(begun(&typed).map(|(label, _)| label), said, "{tool}");
            assert_eq!(derogation(&typed), said.is_some(), "{tool}");
        }
    }
}
