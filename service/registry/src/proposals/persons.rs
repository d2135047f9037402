//! Who is the same person as whom, as far as the ledger's names tell.

use std::collections::BTreeSet;

/// Those who give keys to others for a living: what they issued is not theirs.
const OPERATORS: [&str; 2] = ["bootstrap", "operator"];

/// How many issuers are followed: nobody issues tokens by tokens that far, and a circle ends.
const LONGEST: usize = 100;

/// What the register tells of who is behind an actor, by the names of the ledger.
pub(super) trait Known {
    /// Who issued a token.
    fn issuer<'s>(&'s self, actor: &str) -> Option<&'s str>;
    /// Who else can come in as a user, because they gave the password.
    fn known_to<'s>(&'s self, actor: &str) -> Vec<&'s str>;
}

/// Whether two actors count as one person: one of them stands behind the other, or somebody other than
/// the operator does who is the other or stands behind both.
///
/// Behind a token stands who issued it; behind a user, who gave the user a password. Whoever issued
/// two tokens is both of them. Two users to whom one admin gave their passwords are two persons, though
/// not the admin and one of them; and two tokens that the operator issued are two: who they are for,
/// only the operator knows.
pub(super) fn are_one(known: &impl Known, one: &str, other: &str) -> bool {
    let (behind_one, behind_other) = (behind(known, one), behind(known, other));
    let (within_one, within_other) = (within(known, one), within(known, other));
    let is_person = |actor: &&str| !OPERATORS.contains(actor);
    within_one.contains(other)
        || within_other.contains(one)
        || behind_one.intersection(&within_other).any(is_person)
        || behind_other.intersection(&within_one).any(is_person)
}

/// An actor, and whoever issued the token, and so on: all of them one person.
fn behind<'s>(known: &'s impl Known, actor: &'s str) -> BTreeSet<&'s str> {
    let mut chain = BTreeSet::from([actor]);
    let mut last = actor;
    for _ in 0..LONGEST {
        match known.issuer(last) {
            Some(next) if chain.insert(next) => last = next,
            _ => break,
        }
    }
    chain
}

/// An actor, and everybody who can act under that name.
fn within<'s>(known: &'s impl Known, actor: &'s str) -> BTreeSet<&'s str> {
    let mut all = BTreeSet::from([actor]);
    let mut asked = vec![actor];
    while let Some(last) = asked.pop() {
        let more = known.issuer(last).into_iter().chain(known.known_to(last));
        for next in more {
            if all.len() < LONGEST && all.insert(next) {
                asked.push(next);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anna made alice and bob and gave mia a password; the operator made anna, and bob made rob.
    struct Register;

    impl Known for Register {
        fn issuer<'s>(&'s self, actor: &str) -> Option<&'s str> {
            issuer(actor)
        }

        fn known_to<'s>(&'s self, actor: &str) -> Vec<&'s str> {
            match actor {
                "user:alice" | "user:bob" => vec!["user:anna"],
                "user:mia" => vec!["operator", "token:anna"],
                "user:anna" => vec!["bootstrap"],
                "user:rob" => vec!["user:bob"],
                _ => vec![],
            }
        }
    }

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
            "token:anna" => Some("user:anna"),
            "token:circle" => Some("token:round"),
            "token:round" => Some("token:circle"),
            _ => None,
        }
    }

    fn one(one: &str, other: &str) -> bool {
        let both = are_one(&Register, one, other);
        assert_eq!(both, are_one(&Register, other, one), "{one}, {other}");
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
    fn whoever_gave_a_user_the_password_is_no_other_person() {
        for (a, b) in [
            ("user:anna", "user:alice"),
            ("token:anna", "user:alice"),
            ("user:anna", "token:alice 1"),
            ("token:anna", "token:by alice 1"),
            ("user:mia", "user:anna"),
            ("user:mia", "token:anna"),
            ("user:anna", "bootstrap"),
            ("user:rob", "user:bob"),
            ("user:rob", "user:anna"),
        ] {
            assert!(one(a, b), "{a}, {b}");
        }
    }

    #[test]
    fn two_users_of_one_admin_are_two_persons() {
        for (a, b) in [
            ("user:alice", "user:bob"),
            ("token:alice 1", "token:bob"),
            ("user:alice", "user:mia"),
            ("user:alice", "user:rob"),
            ("user:anna", "token:first"),
        ] {
            assert!(!one(a, b), "{a}, {b}");
        }
    }

    #[test]
    fn two_tokens_of_the_operator_are_two_persons() {
        assert!(!one("token:first", "token:second"));
        assert!(!one("token:by first", "token:second"));
        assert!(!one("token:first", "token:of the desk"));
        assert!(!one("bootstrap", "operator"));
        assert!(!one("token:of mia", "bootstrap"));
        assert!(!one("token:unknown", "token:first"));
    }
}
