//! The demo register's four certified third parties, before a list that bears out one of them.

use transfer_decision::{span::day, vocabulary::Framework};
use uuid::Uuid;

use super::{LIST_DAY, TODAY, list, listing, participant};
use crate::participants::{
    Correction, Difference, DifferenceKind, FRAMEWORKS, Known, KnownCertification, Listing,
    Participant, ParticipantList, Status, differences,
};

/// The demo's third parties as the comparison knows them.
fn demo() -> Vec<Known> {
    let demo = transfer_registry_seed::register::demo().unwrap();
    let mut number = 0;
    let mut id = || {
        number += 1;
        Uuid::from_u128(number)
    };
    demo.organisations
        .into_iter()
        .map(|one| Known {
            organisation: id(),
            slug: one.slug,
            kind: one.kind,
            legal_name: one.legal_name,
            seat: one.seat,
            participant: None,
            certification_wanted: false,
            certifications: one
                .certifications
                .into_iter()
                .map(|held| KnownCertification {
                    id: id(),
                    framework: held.framework,
                    valid_from: held.valid_from,
                    valid_to: None,
                    recertification_due: None,
                    covers_hr: held.covers_hr,
                    checked_on: None,
                })
                .collect(),
        })
        .collect()
}

fn entry(id: &str, legal_name: &str, change: impl Fn(&mut Listing)) -> Participant {
    let listings = FRAMEWORKS.map(|framework| {
        let mut listing = listing(framework);
        change(&mut listing);
        listing
    });
    participant(id, legal_name, &listings)
}

/// A list of more than the four, with names as such lists write them.
fn published() -> ParticipantList {
    list(vec![
        entry("1", "Amazon Web Services, Inc.", |_| {}),
        entry("2", "DigitalOcean, LLC", |listing| {
            listing.first_day = Some(day(2023, 10, 2));
        }),
        entry("3", "Stripe, LLC", |listing| {
            listing.covers_hr = Some(true);
        }),
        entry("4", "Cloudflare, Inc.", |listing| {
            if listing.framework == Framework::SwissUsDpf {
                listing.status = Status::Inactive {
                    since: Some(day(2026, 11, 3)),
                };
            }
        }),
        entry("5", "Stripes Technologies, Inc.", |_| {}),
        entry("6", "Ocean Digital, Inc.", |_| {}),
        entry("7", "Acme, Inc.", |_| {}),
    ])
}

fn of<'a>(found: &'a [Difference], slug: &str) -> Vec<&'a Difference> {
    found.iter().filter(|one| one.slug == slug).collect()
}

#[test]
fn each_of_the_four_is_proposed_its_participant_and_no_other_organisation_is() {
    let found = differences(&published(), &demo(), None, TODAY);
    let proposed: Vec<_> = found
        .iter()
        .map(|one| (one.slug.as_str(), one.kind, one.participant.as_deref()))
        .collect();
    let kind = DifferenceKind::MatchProposed;
    let mut expected = [
        ("amazon-web-services", kind, Some("1")),
        ("digitalocean", kind, Some("2")),
        ("stripe", kind, Some("3")),
        ("cloudflare", kind, Some("4")),
    ];
    expected.sort_unstable();
    let mut proposed = proposed;
    proposed.sort_unstable();
    assert_eq!(proposed, expected);
}

#[test]
fn once_confirmed_each_of_the_four_is_borne_out_corrected_or_flagged() {
    let list = published();
    let mut organisations = demo();
    for one in differences(&list, &organisations, None, TODAY) {
        let Some(Correction::ConfirmParticipant { participant }) = one.correction else {
            panic!("nothing to confirm: {one:#?}");
        };
        let known = organisations
            .iter_mut()
            .find(|known| known.organisation == one.organisation)
            .unwrap();
        known.participant = Some(participant);
    }
    let found = differences(&list, &organisations, None, TODAY);
    let kinds = |slug| -> Vec<_> { of(&found, slug).iter().map(|one| one.kind).collect() };
    assert_eq!(kinds("amazon-web-services"), [DifferenceKind::Confirmed; 3]);
    assert_eq!(kinds("digitalocean"), [DifferenceKind::DaysDiffer; 3]);
    assert_eq!(kinds("stripe"), [DifferenceKind::HrCoverageDiffers; 3]);
    assert_eq!(
        kinds("cloudflare"),
        [
            DifferenceKind::Confirmed,
            DifferenceKind::Confirmed,
            DifferenceKind::Lapsed
        ]
    );
    assert_eq!(found.len(), 12);
    assert!(found.iter().all(|one| one.list.day == LIST_DAY));
}
