//! Who is the same person as whom, as far as the ledger's names tell.

use std::collections::BTreeSet;

/// Those who give keys to others for a living: what they issued is not theirs.
const OPERATORS: [&str; 2] = ["bootstrap", "operator"];

/// How many issuers are followed: nobody issues tokens by tokens that far, and a circle ends.
const LONGEST: usize = 100;

/// Whether two actors count as one person: one of them stands behind the other, or somebody other than
/// the operator stands behind both. `issuer` tells who issued a token, by the name that the ledger has for it.
///
/// Two tokens that the operator issued are two persons: who they are for, only the operator knows.
#[must_use]
pub fn are_one<'s>(issuer: impl Fn(&str) -> Option<&'s str>, one: &str, other: &str) -> bool {
    let behind = |actor: &str| {
        let mut chain = BTreeSet::from([actor.to_owned()]);
        let mut last = actor.to_owned();
        for _ in 0..LONGEST {
            match issuer(&last) {
                Some(next) if chain.insert(next.to_owned()) => next.clone_into(&mut last),
                _ => break,
            }
        }
        chain
    };
    let (behind_one, behind_other) = (behind(one), behind(other));
    let is_person = |actor: &String| !OPERATORS.contains(&actor.as_str());
    behind_one.contains(other)
        || behind_other.contains(one)
        || behind_one.intersection(&behind_other).any(is_person)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(actor: &str) -> Option<&'static str> {
        match actor {
            "token:first" | "token:second" | "token:T" => Some("bootstrap"),
            "token:by first" => Some("token:first"),
            "token:by its own" => Some("token:by first"),
            "token:of the desk" => Some("operator"),
            "token:alice 1" | "token:alice 2" => Some("user:alice"),
            "token:by alice 1" => Some("token:alice 1"),
            "token:of T 1" | "token:of T 2" => Some("token:T"),
            "token:by nobody here 1" | "token:by nobody here 2" => Some("issuer:mia"),
            "token:bob" => Some("user:bob"),
            "token:circle" => Some("token:round"),
            "token:round" => Some("token:circle"),
            _ => None,
        }
    }

    fn one(one: &str, other: &str) -> bool {
        let both = are_one(issuer, one, other);
        assert_eq!(both, are_one(issuer, other, one), "{one}, {other}");
        both
    }

    #[test]
    fn whoever_stands_behind_the_other_is_the_same_person() {
        for (a, b) in [
            ("token:first", "token:first"),
            ("token:first", "bootstrap"),
            ("token:by first", "token:first"),
            ("token:by its own", "token:first"),
            ("token:by its own", "bootstrap"),
            ("token:alice 1", "user:alice"),
            ("token:by alice 1", "user:alice"),
            ("token:circle", "token:round"),
        ] {
            assert!(one(a, b), "{a}, {b}");
        }
    }

    #[test]
    fn two_tokens_of_one_user_are_one_person() {
        assert!(one("token:alice 1", "token:alice 2"));
        assert!(one("token:by alice 1", "token:alice 2"));
        assert!(
            one("token:of T 1", "token:of T 2"),
            "of one token that issues"
        );
        assert!(one("token:by nobody here 1", "token:by nobody here 2"));
        assert!(!one("token:alice 1", "token:bob"));
        assert!(!one("user:alice", "token:bob"));
    }

    #[test]
    fn two_tokens_of_the_operator_are_two_persons() {
        assert!(!one("token:first", "token:second"));
        assert!(!one("token:by first", "token:second"));
        assert!(!one("token:first", "token:of the desk"));
        assert!(!one("bootstrap", "operator"));
        assert!(!one("token:alice 1", "bootstrap"));
        assert!(!one("token:unknown", "token:first"));
    }
}
