//! What the map is asked for, and the links that ask for something else.

use poem::Request;
use transfer_decision::vocabulary::Regime;
use transfer_registry_core::Snapshot;

use super::{named, reach::Narrowed, state::State};
use crate::refusal::{Refusal, Violation, ViolationCode};

/// Where the map is.
pub(super) const PATH: &str = "/console/map";

/// A filter with its choices.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// One choice of a filter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) current: bool,
}

/// What a request asks for. The day is read elsewhere.
///
/// # Errors
/// When it names a regime or a state that there is none of.
pub(super) fn asked(request: &Request) -> Result<Narrowed, Refusal> {
    let pairs = request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)?;
    of(&pairs)
}

fn of(pairs: &[(String, String)]) -> Result<Narrowed, Refusal> {
    let value = |name: &str| {
        let mut named = pairs.iter().filter(|(pair, _)| pair == name);
        let value = named.next().map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    };
    let mut found = Vec::new();
    let mut unknown = |pointer: &str| {
        found.push(Violation::plain(pointer, ViolationCode::UnknownCode));
    };
    let regime = value("regime").and_then(|code| {
        let regime: Option<Regime> = code.parse().ok();
        if regime.is_none() {
            unknown("/regime");
        }
        regime
    });
    let state = value("state").and_then(|code| {
        let state = State::ALL.into_iter().find(|state| state.class() == code);
        if state.is_none() {
            unknown("/state");
        }
        state
    });
    if found.is_empty() {
        Ok(Narrowed {
            group: value("group").map(str::to_owned),
            regime,
            state,
        })
    } else {
        Err(Refusal::invalid(found))
    }
}

/// The address that asks for something.
pub(super) fn path(narrowed: &Narrowed) -> String {
    let Narrowed {
        group,
        regime,
        state,
    } = narrowed;
    let pairs = [
        ("group", group.as_deref()),
        ("regime", regime.map(Regime::code)),
        ("state", state.map(State::class)),
    ];
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{PATH}?{query}"),
        _ => PATH.to_owned(),
    }
}

/// The filters, with what they would show.
pub(super) fn filters(
    snapshot: &Snapshot,
    asked: &Narrowed,
    link: &dyn Fn(&str) -> String,
) -> Vec<Filter> {
    let choice = |label: &str, to: Narrowed| Choice {
        label: label.to_owned(),
        href: link(&path(&to)),
        current: to == *asked,
    };
    let group = |group: Option<&str>| Narrowed {
        group: group.map(str::to_owned),
        ..asked.clone()
    };
    let regime = |regime| Narrowed {
        regime,
        ..asked.clone()
    };
    let state = |state| Narrowed {
        state,
        ..asked.clone()
    };
    let groups = snapshot.groups().iter();
    let groups = groups.map(|one| choice(&one.name, group(Some(&one.slug))));
    let regimes = Regime::ALL.iter();
    let regimes = regimes.map(|one| choice(named::data(*one), regime(Some(*one))));
    let states = State::ALL.into_iter();
    let states = states.map(|one| choice(one.word(), state(Some(one))));
    let filter = |name, all: &str, none, choices: &mut dyn Iterator<Item = Choice>| Filter {
        name,
        choices: std::iter::once(choice(all, none)).chain(choices).collect(),
    };
    let mut filters = vec![
        filter("Group", "All groups", group(None), &mut { groups }),
        filter("Regime", "All data", regime(None), &mut { regimes }),
        filter("State", "All states", state(None), &mut { states }),
    ];
    // One choice is none.
    filters.retain(|filter| filter.choices.len() > 2);
    filters
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn ask(pairs: &[(&str, &str)]) -> Result<Narrowed, Refusal> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        of(&pairs.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_asked_for_leads_back_to_itself() {
        let asked = ask(&[
            ("group", "a&b"),
            ("regime", "ch"),
            ("state", "denied"),
            ("as_of", "2020-01-01"),
        ]);
        let asked = asked.unwrap();
        assert_eq!(
            path(&asked),
            "/console/map?group=a%26b&regime=ch&state=denied"
        );
        assert_eq!(path(&ask(&[("group", "")]).unwrap()), "/console/map");
    }

    #[test]
    fn a_regime_and_a_state_are_what_there_is() {
        let refusal = ask(&[("regime", "us"), ("state", "lawful")]).unwrap_err();
        let said: Vec<_> = refusal
            .violations()
            .iter()
            .map(|one| one.pointer.as_str())
            .collect();
        assert_eq!(said, ["/regime", "/state"]);
    }
}
