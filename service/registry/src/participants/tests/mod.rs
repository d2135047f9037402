//! Sentences about the list of participants.

mod believing;
mod comparing;
mod demo;
mod matching;
mod naming;

use transfer_decision::{
    span::{Day, day},
    vocabulary::{Country, Framework, OrganisationKind, Place},
};
use uuid::Uuid;

use super::{
    Difference, DifferenceKind, FRAMEWORKS, Known, KnownCertification, Listing, Participant,
    ParticipantList, Source, Status, differences, list::opening,
};

pub(super) const TODAY: Day = day(2026, 11, 20);
pub(super) const LIST_DAY: Day = day(2026, 11, 18);
pub(super) const FROM: Day = day(2023, 9, 1);
pub(super) const DUE: Day = day(2027, 8, 30);
pub(super) const HASH: &str = "8c4f0a";

pub(super) fn listing(framework: Framework) -> Listing {
    Listing {
        framework,
        status: Status::Active,
        first_day: Some(FROM),
        recertification_due: Some(DUE),
        covers_hr: Some(false),
        covers_non_hr: Some(true),
    }
}

pub(super) fn participant(id: &str, legal_name: &str, frameworks: &[Listing]) -> Participant {
    Participant {
        id: id.to_owned(),
        display_name: legal_name.to_owned(),
        legal_name: legal_name.to_owned(),
        frameworks: frameworks.to_vec(),
        covered_entities: Vec::new(),
        link: None,
    }
}

pub(super) fn list(entries: Vec<Participant>) -> ParticipantList {
    ParticipantList::new(LIST_DAY, HASH.to_owned(), Source::Workbook, entries)
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn held(number: u128, framework: Framework) -> KnownCertification {
    KnownCertification {
        id: id(number),
        framework,
        valid_from: FROM,
        valid_to: None,
        recertification_due: None,
        covers_hr: false,
        checked_on: None,
    }
}

/// A third party in the United States without certifications or a confirmed participant.
pub(super) fn third_party(legal_name: &str) -> Known {
    let us: Country = "US".parse().unwrap();
    Known {
        organisation: id(1),
        slug: "acme".to_owned(),
        kind: OrganisationKind::ThirdParty,
        legal_name: legal_name.to_owned(),
        seat: Some(Place::Country(us)),
        participant: None,
        certification_wanted: false,
        certifications: Vec::new(),
    }
}

/// Acme, confirmed as participant 7, with one recorded EU-US certification.
pub(super) fn confirmed() -> Known {
    Known {
        participant: Some("7".to_owned()),
        certifications: vec![held(10, Framework::EuUsDpf)],
        ..third_party("Acme")
    }
}

/// A list on which participant 7 has one place in a framework.
pub(super) fn list_with(listing: Listing) -> ParticipantList {
    list(vec![participant("7", "Acme, Inc.", &[listing])])
}

pub(super) fn compared(list: &ParticipantList, known: &Known) -> Vec<Difference> {
    differences(list, std::slice::from_ref(known), None, TODAY)
}

/// The one difference of a kind.
pub(super) fn only(found: &[Difference], kind: DifferenceKind) -> &Difference {
    let [one] = found else {
        panic!("not one difference: {found:#?}");
    };
    assert_eq!(one.kind, kind, "{found:#?}");
    one
}

#[test]
fn the_frameworks_open_on_the_days_of_the_law_pack() {
    let law = transfer_registry_seed::law::shipped().unwrap();
    for framework in FRAMEWORKS {
        let row = law.framework(framework).unwrap();
        assert_eq!(
            opening(framework),
            Some(row.first_certification_day),
            "{framework}"
        );
    }
}
