//! Sentences about lists that are kept, and what is written because of them.

use chrono::TimeDelta;
use transfer_decision::{
    span::{Day, day},
    vocabulary::Framework,
};

use super::*;
use crate::{
    Draft, Scope,
    certifications::Certification,
    fixture::{Demo, context, on_each_database},
    participants::{DifferenceKind, FRAMEWORKS, Listing, Participant, Status},
};

const LIST_DAY: Day = day(2026, 11, 19);

/// A hash that belongs to a number.
fn hash(number: u8) -> String {
    format!("{number:02x}").repeat(32)
}

fn listing(framework: Framework) -> Listing {
    Listing {
        framework,
        status: Status::Active,
        first_day: Some(day(2023, 9, 1)),
        recertification_due: Some(day(2027, 8, 30)),
        covers_hr: Some(false),
        covers_non_hr: Some(true),
    }
}

fn participant(id: &str, name: &str) -> Participant {
    Participant {
        id: id.to_owned(),
        display_name: name.to_owned(),
        legal_name: name.to_owned(),
        frameworks: FRAMEWORKS.map(listing).to_vec(),
        covered_entities: Vec::new(),
        link: None,
    }
}

/// Cloudflare and Stripe as the demo register has them, on a list with the hash of a number.
fn list(number: u8) -> ParticipantList {
    let entries = vec![
        participant("3", "Stripe, LLC"),
        participant("4", "Cloudflare, Inc."),
    ];
    ParticipantList::new(LIST_DAY, hash(number), Source::Workbook, entries)
}

/// The same, on which Cloudflare's EU-US certification lapsed.
fn lapsed(number: u8) -> ParticipantList {
    let mut list = list(number);
    list.entries[1].frameworks[0].status = Status::Inactive {
        since: Some(day(2026, 11, 3)),
    };
    list
}

impl Demo {
    async fn keep(&self, list: &ParticipantList) -> Lists {
        self.registry
            .keep_participant_list(list, None)
            .await
            .unwrap();
        self.registry.participant_lists().await.unwrap().unwrap()
    }

    fn open(&self, lists: &Lists, kind: DifferenceKind) -> Vec<String> {
        let today = self.registry.clock().today();
        let found = against(&self.registry.snapshot(), lists, today);
        let of_kind = found.into_iter().filter(|one| one.kind == kind);
        of_kind.map(|one| one.key).collect()
    }

    async fn confirm(&self, lists: &Lists, key: &str, at_once: bool) -> Result<Uuid, ChangeError> {
        let confirm = |draft: &mut Draft| confirm_in(draft, lists, key, at_once);
        let made = self
            .registry
            .change(&context(), &Scope::All, None, confirm)
            .await;
        made.map(|recorded| recorded.id)
    }

    fn cloudflare(&self) -> Vec<Certification> {
        let snapshot = self.registry.snapshot();
        snapshot
            .organisation("cloudflare")
            .unwrap()
            .certifications
            .clone()
    }

    async fn take_over(&self, lists: &Lists, at_once: bool) -> usize {
        let taken = self.registry.take_over(&context(), lists, at_once).await;
        taken.unwrap()
    }
}

#[tokio::test]
async fn the_same_list_read_again_is_the_same_reading() {
    on_each_database(async |demo| {
        let first = demo.keep(&list(1)).await;
        demo.later(TimeDelta::hours(1));
        let again = demo.keep(&list(1)).await;
        assert_eq!(again.id, first.id);
        assert!(again.read_at > first.read_at && again.before.is_none());
        let other = demo.keep(&list(2)).await;
        assert_ne!(other.id, first.id);
        let before = other.before.unwrap();
        assert_eq!((&*other.newest, &*before), (&list(2), &list(1)));
    })
    .await;
}

#[tokio::test]
async fn the_newest_thirty_lists_are_kept_and_the_oldest_of_them_is_compared_with() {
    on_each_database(async |demo| {
        for number in 1..=32 {
            demo.keep(&list(number)).await;
        }
        let readings = demo.registry.participant_readings().await.unwrap();
        assert_eq!(readings.len(), 30);
        assert_eq!(readings[0].sha256, hash(32));
        let lists = demo.registry.participant_lists().await.unwrap().unwrap();
        assert_eq!(lists.before.unwrap().sha256, hash(3));
    })
    .await;
}

#[tokio::test]
async fn a_list_counts_once_under_a_key_and_the_key_for_nothing_else() {
    on_each_database(async |demo| {
        let registry = &demo.registry;
        let key = Key {
            key: "monday".to_owned(),
            fingerprint: hash(9),
        };
        assert_eq!(
            registry.participant_list_of("anna", &key).await.unwrap(),
            None
        );
        let under = Some(("anna", &key));
        let first = registry
            .keep_participant_list(&list(1), under)
            .await
            .unwrap();
        let found = registry.participant_list_of("anna", &key).await.unwrap();
        assert_eq!(found.as_ref(), Some(&first.reading));
        assert_eq!(
            registry.participant_list_of("ben", &key).await.unwrap(),
            None
        );
        // Two at once: each looked before the other was there.
        let again = registry.keep_participant_list(&list(2), under).await;
        let again = again.unwrap();
        assert!(again.repeated && !first.repeated);
        assert_eq!(again.reading, first.reading);
        assert_eq!(registry.participant_readings().await.unwrap().len(), 1);
        let other = Key {
            fingerprint: hash(8),
            ..key
        };
        let refused = registry.participant_list_of("anna", &other).await;
        assert!(matches!(refused, Err(ChangeError::KeyReused)));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_remembered_until_a_list_is_kept() {
    on_each_database(async |demo| {
        demo.registry.participant_list_refused(Refusal::Empty);
        let refused = demo.registry.refused_participant_list().unwrap();
        assert_eq!(refused.refusal, Refusal::Empty);
        assert_eq!(refused.at, demo.registry.clock().now());
        demo.keep(&list(1)).await;
        assert_eq!(demo.registry.refused_participant_list(), None);
    })
    .await;
}

#[tokio::test]
async fn who_a_participant_is_is_confirmed_together_with_what_the_list_bears_out() {
    on_each_database(async |demo| {
        let lists = demo.keep(&lapsed(1)).await;
        assert_eq!(demo.take_over(&lists, true).await, 0, "nobody is confirmed");
        let before = demo.registry.snapshot().revision();
        let proposed = demo.open(&lists, DifferenceKind::MatchProposed);
        assert_eq!(proposed.len(), 2);
        for key in &proposed {
            demo.confirm(&lists, key, false).await.unwrap();
        }
        assert_eq!(demo.registry.snapshot().revision(), before + 2);
        let checked: Vec<_> = demo
            .cloudflare()
            .into_iter()
            .map(|held| (held.framework, held.checked_on, held.valid_to))
            .collect();
        assert_eq!(
            checked,
            [
                (Framework::EuUsDpf, None, None),
                (Framework::UkExtension, Some(LIST_DAY), None),
                (Framework::SwissUsDpf, Some(LIST_DAY), None),
            ]
        );
        let held = &demo.cloudflare()[1];
        let evidence = held.evidence.as_ref().unwrap();
        assert_eq!(evidence.sha256, hash(1));
        assert_eq!(evidence.participant.as_deref(), Some("4"));
        // The same key stands for nothing any more.
        let again = demo.confirm(&lists, &proposed[0], false).await;
        assert!(matches!(again, Err(ChangeError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_lapse_waits_for_a_person_unless_the_operator_wants_it_at_once() {
    on_each_database(async |demo| {
        let lists = demo.keep(&lapsed(1)).await;
        for key in demo.open(&lists, DifferenceKind::MatchProposed) {
            demo.confirm(&lists, &key, false).await.unwrap();
        }
        assert_eq!(demo.take_over(&lists, false).await, 0);
        assert_eq!(demo.cloudflare()[0].valid_to, None);
        let tried = demo
            .registry
            .rehearse_take_over(&context(), &lists, true)
            .await;
        let after = tried.unwrap().after;
        let held = &after.organisation("cloudflare").unwrap().certifications[0];
        assert_eq!(held.valid_to, Some(day(2026, 11, 2)));
        assert_eq!(demo.cloudflare()[0].valid_to, None);

        assert_eq!(demo.take_over(&lists, true).await, 1);
        let held = &demo.cloudflare()[0];
        assert_eq!(held.valid_to, Some(day(2026, 11, 2)));
        assert_eq!(held.checked_on, Some(LIST_DAY));
        assert_eq!(demo.take_over(&lists, true).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_match_that_is_confirmed_where_lapses_count_at_once_lapses_with_that() {
    on_each_database(async |demo| {
        let lists = demo.keep(&lapsed(1)).await;
        for key in demo.open(&lists, DifferenceKind::MatchProposed) {
            demo.confirm(&lists, &key, true).await.unwrap();
        }
        assert_eq!(demo.cloudflare()[0].valid_to, Some(day(2026, 11, 2)));
        assert_eq!(demo.open(&lists, DifferenceKind::Lapsed).len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_proposes_nothing_cannot_be_confirmed() {
    on_each_database(async |demo| {
        let lists = demo.keep(&list(1)).await;
        for key in demo.open(&lists, DifferenceKind::MatchProposed) {
            demo.confirm(&lists, &key, false).await.unwrap();
        }
        let mut without = list(2);
        without.entries.remove(1);
        let lists = demo.keep(&without).await;
        let missing = demo.open(&lists, DifferenceKind::NotOnList);
        assert_eq!(missing.len(), 1);
        let refused = demo.confirm(&lists, &missing[0], true).await;
        assert!(matches!(refused, Err(ChangeError::WrongStage { .. })));
        assert_eq!(demo.take_over(&lists, true).await, 0, "missing is no lapse");
        let unknown = demo.confirm(&lists, "lapsed-0", false).await;
        assert!(matches!(unknown, Err(ChangeError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_name_is_still_shown_when_the_list_was_read_once_more() {
    on_each_database(async |demo| {
        let lists = demo.keep(&list(1)).await;
        for key in demo.open(&lists, DifferenceKind::MatchProposed) {
            demo.confirm(&lists, &key, false).await.unwrap();
        }
        for number in 2..=3 {
            let mut renamed = list(number);
            renamed.entries[1].legal_name = "Cloudfront Holdings, Inc.".to_owned();
            let lists = demo.keep(&renamed).await;
            assert_eq!(demo.open(&lists, DifferenceKind::Renamed).len(), 1);
        }
    })
    .await;
}
