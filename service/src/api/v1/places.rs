//! Where something is wrong, in the caller's words: an operation may take under one name what the
//! registry looks at under another.

use transfer_registry_core::ChangeError;

use crate::refusal::Refusal;

/// A refusal of the registry, with its places as the caller gave them. Each pair is the registry's
/// place and the caller's; the first that fits counts, also for what is inside of it.
pub(crate) fn placed(error: ChangeError, places: &[(&str, &str)]) -> Refusal {
    let ChangeError::Invalid(mut violations) = error else {
        return error.into();
    };
    for violation in &mut violations {
        let given = places.iter().find_map(|(ours, given)| {
            let inside = violation.pointer.strip_prefix(ours)?;
            (inside.is_empty() || inside.starts_with('/')).then(|| format!("{given}{inside}"))
        });
        violation.pointer = given.unwrap_or_else(|| violation.pointer.clone());
    }
    ChangeError::Invalid(violations).into()
}

#[cfg(test)]
mod tests {
    use transfer_registry_core::Violation;

    use super::*;

    #[test]
    fn a_place_is_told_as_it_was_given_and_others_stay() {
        let wrong = |pointer: &str| Violation {
            pointer: pointer.to_owned(),
            code: "blank",
            message: "must not be blank".to_owned(),
        };
        let places = [("/amendment/last_day", "/on"), ("/amendment", "")];
        for (ours, given) in [
            ("/amendment/last_day", "/on"),
            ("/amendment/last_days", "/last_days"),
            ("/amendment/conditions/0", "/conditions/0"),
            ("/amendment", ""),
            ("/source", "/source"),
        ] {
            let refusal = placed(ChangeError::Invalid(vec![wrong(ours)]), &places);
            let told: Vec<_> = refusal
                .violations()
                .iter()
                .map(|v| v.pointer.as_str())
                .collect();
            assert_eq!(told, [given], "{ours}");
        }
        assert_eq!(placed(ChangeError::NotFound, &places), Refusal::NotFound);
    }
}
