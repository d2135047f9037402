//! Whom an organisation may be.

use transfer_decision::vocabulary::{Country, Framework, OrganisationKind, Place};

use super::{compared, confirmed, held, list, listing, only, participant, third_party};
use crate::participants::{
    Correction, Difference, DifferenceKind, Participant, ParticipantList, Status, if_confirmed,
    wanted,
};

fn eu(id: &str, legal_name: &str) -> Participant {
    participant(id, legal_name, &[listing(Framework::EuUsDpf)])
}

fn proposed(list: &ParticipantList, legal_name: &str) -> Vec<Difference> {
    compared(list, &third_party(legal_name))
}

#[test]
fn a_participant_of_the_same_name_is_proposed_with_its_score_and_reason() {
    let list = list(vec![eu("7", "Acme, Inc."), eu("8", "Zeta, Inc.")]);
    let found = proposed(&list, "Acme");
    let one = only(&found, DifferenceKind::MatchProposed);
    let matched = one.proposed.as_ref().unwrap();
    assert_eq!((matched.score, matched.name.as_str()), (95, "Acme, Inc."));
    assert!(
        matched.why.contains("legal name is equal"),
        "{}",
        matched.why
    );
    assert_eq!(
        one.correction,
        Some(Correction::ConfirmParticipant {
            participant: "7".to_owned()
        })
    );
    assert!(one.list_says.contains("active"), "{}", one.list_says);
}

#[test]
fn a_participant_whose_display_name_is_the_brand_is_proposed() {
    let entry = Participant {
        display_name: "Brevo".to_owned(),
        ..eu("7", "Seninblue, Inc.")
    };
    let found = proposed(&list(vec![entry]), "Brevo");
    let matched = only(&found, DifferenceKind::MatchProposed)
        .proposed
        .as_ref()
        .unwrap();
    assert_eq!(matched.score, 98);
    assert!(matched.why.contains("display name"));
}

#[test]
fn a_covered_entity_is_proposed_through_its_parent() {
    let entry = Participant {
        covered_entities: vec!["Acme Logs, LLC".to_owned()],
        ..eu("7", "Parent, Inc.")
    };
    let found = proposed(&list(vec![entry]), "Acme Logs LLC");
    let one = only(&found, DifferenceKind::CoveredEntity);
    assert_eq!(one.participant.as_deref(), Some("7"));
    assert!(
        one.list_says.contains("covers “Acme Logs, LLC”"),
        "{}",
        one.list_says
    );
}

#[test]
fn nobody_is_proposed_across_clearly_different_names() {
    let list = list(vec![
        eu("7", "Stripe Payments Company"),
        eu("8", "Stripes, Inc."),
        eu("9", "Strip, Inc."),
    ]);
    assert_eq!(proposed(&list, "Stripe"), []);
}

#[test]
fn a_misspelt_name_is_proposed_only_while_the_right_one_is_not_there() {
    let right = eu("7", "Cloudflare, Inc.");
    let misspelt = proposed(&list(vec![right.clone()]), "Clouflare");
    let one = only(&misspelt, DifferenceKind::MatchProposed);
    assert!(one.proposed.as_ref().unwrap().score <= 70);
    let both = proposed(&list(vec![right, eu("8", "Clouflare, Inc.")]), "Clouflare");
    let one = only(&both, DifferenceKind::MatchProposed);
    assert_eq!(one.participant.as_deref(), Some("8"));
}

#[test]
fn of_two_participants_of_one_name_the_active_one_comes_first() {
    let mut inactive = eu("7", "Acme, Inc.");
    inactive.frameworks[0].status = Status::Inactive { since: None };
    let found = proposed(&list(vec![inactive, eu("8", "Acme, Inc.")]), "Acme, Inc.");
    let ids: Vec<_> = found.iter().map(|one| one.participant.as_deref()).collect();
    assert_eq!(ids, [Some("8"), Some("7")]);
}

#[test]
fn nobody_is_looked_for_where_no_certification_could_matter() {
    let list = list(vec![eu("7", "Acme, Inc.")]);
    let mut known = third_party("Acme, Inc.");
    let germany: Country = "DE".parse().unwrap();
    known.seat = Some(Place::Country(germany));
    assert_eq!(compared(&list, &known), []);
    known.seat = None;
    assert_eq!(compared(&list, &known), []);
    known.certifications = vec![held(10, Framework::SwissUsPrivacyShield)];
    assert_eq!(compared(&list, &known), []);

    known.certification_wanted = true;
    assert_eq!(compared(&list, &known).len(), 1);
    known.certification_wanted = false;
    known.certifications = vec![held(10, Framework::SwissUsDpf)];
    assert_eq!(compared(&list, &known).len(), 1);
    known.kind = OrganisationKind::InternationalOrganisation;
    assert_eq!(compared(&list, &known), []);
}

#[test]
fn a_confirmed_participant_is_not_proposed_again() {
    let list = list(vec![eu("7", "Acme, Inc."), eu("8", "Acme, Inc.")]);
    let found = compared(&list, &confirmed());
    assert!(found.iter().all(|one| one.proposed.is_none()), "{found:#?}");
}

#[test]
fn a_proposal_keeps_its_key_when_only_the_certification_moves() {
    let before = proposed(&list(vec![eu("7", "Acme, Inc.")]), "Acme");
    let mut moved = eu("7", "Acme, Inc.");
    moved.frameworks[0].status = Status::UnderReview;
    let after = proposed(&list(vec![moved]), "Acme");
    assert_eq!(before[0].key, after[0].key);
    let other = proposed(&list(vec![eu("8", "Acme, Inc.")]), "Acme");
    assert_ne!(before[0].key, other[0].key);
}

#[test]
fn the_consequences_of_a_proposal_are_known_before_it_is_confirmed() {
    let mut known = confirmed();
    known.participant = None;
    let list = list(vec![eu("7", "Acme, Inc.")]);
    let then = if_confirmed(&list, &known, "7", super::TODAY);
    only(&then, DifferenceKind::Confirmed);
}

#[test]
fn particulars_are_wanted_of_confirmed_and_proposed_participants_only() {
    let list = list(vec![
        eu("7", "Acme, Inc."),
        eu("8", "Zeta, Inc."),
        eu("9", "Other, Inc."),
    ]);
    let organisations = [confirmed(), third_party("Zeta")];
    let ids: Vec<_> = wanted(&list, &organisations).into_iter().collect();
    assert_eq!(ids, ["7", "8"]);
}

#[test]
fn a_certification_that_nobody_of_the_name_holds_is_for_a_person_and_no_lapse() {
    let list = list(vec![eu("8", "Zeta, Inc.")]);
    let mut known = third_party("Acme, Inc.");
    known.certifications = vec![
        held(10, Framework::EuUsDpf),
        held(11, Framework::EuUsPrivacyShield),
    ];
    let found = compared(&list, &known);
    let one = only(&found, DifferenceKind::NoParticipant);
    assert_eq!((one.participant.as_deref(), &one.correction), (None, &None));
    let says = &one.register_says;
    assert!(says.contains("EU-US Data Privacy Framework"), "{says}");
    assert!(!says.to_lowercase().contains("shield"), "{says}");
    // What ended before is no claim any more, and one of that name is a proposal instead.
    known.certifications[0].valid_to = super::TODAY.pred_opt();
    assert_eq!(compared(&list, &known), []);
    known.certifications[0].valid_to = None;
    known.legal_name = "Zeta".to_owned();
    only(&compared(&list, &known), DifferenceKind::MatchProposed);
}
