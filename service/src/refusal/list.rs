//! Why a list of participants is not believed, as the caller is told.

use transfer_registry_core::participants::Refusal as List;

use super::{Refusal, Violation, ViolationCode};

impl From<List> for Refusal {
    fn from(refusal: List) -> Self {
        Self::ListRefused(vec![Violation::from(refusal)])
    }
}

impl From<List> for Violation {
    fn from(refusal: List) -> Self {
        // A workbook does not say its own day: that stands beside it.
        let pointer = match refusal {
            List::Stale { .. } | List::TooOld { .. } | List::FutureDay { .. } => "/day",
            _ => "",
        };
        Self {
            pointer: pointer.to_owned(),
            code: code(&refusal),
            message: refusal.to_string(),
        }
    }
}

/// The documented code of a refusal.
pub(crate) const fn code(refusal: &List) -> ViolationCode {
    match refusal {
        List::Unreachable { .. } => ViolationCode::ListUnreachable,
        List::Failed { .. } => ViolationCode::ListFailed,
        List::TooSlow { .. } => ViolationCode::ListTooSlow,
        List::Elsewhere { .. } | List::PassedOn { .. } => ViolationCode::ListElsewhere,
        List::TooLarge { .. } => ViolationCode::ListTooLarge,
        List::NotAList { .. } => ViolationCode::NotAList,
        List::Reshaped { .. } => ViolationCode::ListReshaped,
        List::Incomplete { .. } => ViolationCode::ListIncomplete,
        List::Empty => ViolationCode::ListEmpty,
        List::Stale { .. } => ViolationCode::ListStale,
        List::TooOld { .. } => ViolationCode::ListTooOld,
        List::FutureDay { .. } => ViolationCode::ListOfAFutureDay,
        List::Shrunken { .. } => ViolationCode::ListShrunken,
    }
}

#[cfg(test)]
mod tests {
    use transfer_decision::span::day;

    use super::*;

    #[test]
    fn every_reason_not_to_believe_a_list_has_the_same_code_here_and_there() {
        let (text, of) = (String::new, day(2026, 11, 19));
        for refusal in [
            List::Unreachable {
                address: text(),
                what: text(),
            },
            List::Failed {
                address: text(),
                status: 500,
            },
            List::TooSlow { seconds: 1 },
            List::Elsewhere { to: text() },
            List::PassedOn {
                to: text(),
                most: 0,
            },
            List::TooLarge { mebibytes: 1 },
            List::not_a_list(""),
            List::reshaped(""),
            List::Incomplete {
                stated: 2,
                found: 1,
            },
            List::Empty,
            List::Stale { day: of, last: of },
            List::TooOld {
                day: of,
                days: 30,
                today: of,
            },
            List::FutureDay { day: of, today: of },
            List::Shrunken {
                active: 1,
                before: 2,
                last: of,
            },
        ] {
            assert_eq!(code(&refusal).code(), refusal.code());
        }
    }

    #[test]
    fn a_refused_list_is_told_in_the_words_of_whoever_refused_it() {
        let told = Violation::from(List::FutureDay {
            day: day(2026, 12, 1),
            today: day(2026, 11, 21),
        });
        assert_eq!(told.pointer, "/day");
        assert!(told.message.contains("2026-12-01"), "{}", told.message);
    }
}
