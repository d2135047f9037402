//! What the notices say.

use std::collections::BTreeSet;

use transfer_decision::{
    span::Day,
    vocabulary::{Attribute, DataCategory, Framework, Place, Role},
};

use crate::{
    engagement,
    facts::{day, demo, facts_of},
    organisation,
};

#[test]
fn qcontact_inc_holds_what_its_notice_claims() {
    let demo = demo();
    let inc = organisation(&demo, "qcontact-inc");
    let held: Vec<(Framework, Day, bool)> = inc
        .certifications
        .iter()
        .map(|c| (c.framework, c.valid_from, c.covers_hr))
        .collect();
    let from = day("2019-06-01");
    assert_eq!(
        held,
        [
            (Framework::EuUsPrivacyShield, from, false),
            (Framework::SwissUsPrivacyShield, from, false),
        ]
    );
    assert!(
        inc.certifications
            .iter()
            .all(|c| c.source.contains(" §5, "))
    );
    assert_eq!(inc.attributes, [(Attribute::SubjectToGdpr, true)].into());
    let registration = inc.registration.as_deref().expect("a registration");
    assert!(registration.starts_with("Delaware 6898423"));
    assert!(
        inc.representative
            .as_deref()
            .is_some_and(|r| r.contains("QContact Ltd"))
    );
    let ltd = organisation(&demo, "qcontact-ltd").registration.as_deref();
    assert!(ltd.is_some_and(|registration| registration.contains("10927190")));
}

#[test]
fn four_vendors_hold_fictitious_certifications_and_nobody_else_holds_any() {
    let demo = demo();
    let certified = [
        "amazon-web-services",
        "digitalocean",
        "stripe",
        "cloudflare",
    ];
    for organisation in &demo.organisations {
        if organisation.slug == "qcontact-inc" {
            continue;
        }
        let held: Vec<_> = organisation
            .certifications
            .iter()
            .map(|c| c.framework)
            .collect();
        if !certified.contains(&organisation.slug.as_str()) {
            assert_eq!(held, [], "{}", organisation.slug);
            continue;
        }
        let all = [
            Framework::EuUsDpf,
            Framework::UkExtension,
            Framework::SwissUsDpf,
        ];
        assert_eq!(held, all, "{}", organisation.slug);
        for certification in &organisation.certifications {
            assert_eq!(certification.valid_from, day("2023-09-01"));
            assert!(!certification.covers_hr);
            let marked = "demo, fictitious start; verify on the DPF list";
            assert_eq!(certification.source, marked);
        }
    }
}

#[test]
fn the_datacentres_are_disclosed_by_area_only() {
    let demo = demo();
    let places: BTreeSet<_> = engagement(&demo, "qcontact", "qcontact-datacentre")
        .locations
        .iter()
        .map(|l| (l.activity.code(), l.place.map(Place::code)))
        .collect();
    assert_eq!(
        places,
        [("storage", Some("EU")), ("processing", Some("EU"))].into()
    );
}

#[test]
fn the_sentence_on_providers_in_the_eu_is_noted_beside_the_cookie_table() {
    let demo = demo();
    let sentence = "all our service providers are based in the EU except";
    let group = demo
        .groups
        .iter()
        .find(|g| g.slug == "qcontact")
        .expect("a group");
    assert!(
        group
            .notice_note
            .as_deref()
            .is_some_and(|note| note.contains(sentence))
    );
    for slug in ["cloudflare", "google", "linkedin"] {
        let note = engagement(&demo, "qcontact", slug).note.as_deref();
        assert!(
            note.is_some_and(|note| note.contains("own cookie table")),
            "{slug}"
        );
    }
}

#[test]
fn conditions_of_the_notices_are_recorded_where_they_belong() {
    let demo = demo();
    let whatsapp = engagement(&demo, "netcode", "meta-platforms");
    assert!(
        whatsapp
            .condition
            .as_deref()
            .is_some_and(|c| c.contains("connects WhatsApp"))
    );
    let messenger = engagement(&demo, "botsify", "meta-platforms")
        .note
        .as_deref();
    assert!(messenger.is_some_and(|note| note.contains("Messenger data come from there")));
    let qiscus = demo
        .groups
        .iter()
        .find(|g| g.slug == "qiscus")
        .expect("a group");
    assert!(
        qiscus
            .notice_note
            .as_deref()
            .is_some_and(|n| n.contains("For on-premise Services"))
    );
    let mut activities = demo.processing_activities.iter();
    let hosting = activities.find(|a| a.group == "qiscus" && a.purpose == "hosting");
    let described = hosting.and_then(|a| a.data_described.as_deref());
    assert!(described.is_some_and(|data| data.starts_with("Condition: ")));
}

#[test]
fn every_notices_purposes_are_registered() {
    let demo = demo();
    let of = |group: &str| {
        let all = demo.processing_activities.iter();
        all.filter(|a| a.group == group).collect::<Vec<_>>()
    };
    // Eight core purposes, four others, and the processing for customers.
    let qcontact = of("qcontact");
    assert_eq!(qcontact.len(), 13);
    assert!(
        qcontact
            .iter()
            .all(|a| a.role.is_some() && a.retention.is_some())
    );
    for activity in &qcontact {
        let controller = activity.role == Some(Role::Controller);
        assert_eq!(
            !activity.legal_bases.is_empty(),
            controller,
            "{}",
            activity.name
        );
    }
    let analysis = qcontact.first().expect("an activity");
    assert_eq!(analysis.retention.as_deref(), Some("Usage data: 1 year"));
    let usage = [
        DataCategory::Usage,
        DataCategory::Device,
        DataCategory::Location,
    ];
    assert_eq!(analysis.data_categories, usage.into());

    let retention: Vec<_> = of("instantchatbots")
        .iter()
        .filter_map(|a| a.retention.as_deref())
        .collect();
    for period in ["up to 24 months", "up to 12 months", "up to a year"] {
        assert!(
            retention.iter().any(|text| text.contains(period)),
            "{period}"
        );
    }
    assert!(
        of("netcode")
            .iter()
            .any(|a| a.legal_bases.iter().any(|b| b.starts_with("consent")))
    );
    assert!(of("botsify").iter().any(|a| a.retention.is_some()));
    assert!(!of("qiscus").is_empty());
}

#[test]
fn the_register_holds_together_as_facts() {
    let demo = demo();
    let facts = facts_of(&demo, Vec::new());
    assert_eq!(facts.organisations().len(), demo.organisations.len());
    assert_eq!(
        facts.relationships().len(),
        demo.subprocessors.len() + demo.flows.len()
    );
    assert!(facts.mechanisms().is_empty());
}
