//! Who is in the register, and who deals with whom.

use std::collections::BTreeSet;

use transfer_decision::vocabulary::{OrganisationKind, Role};
use transfer_registry_seed::register::Demo;

use crate::{NOTICES, facts::demo};

fn engaged_by<'a>(demo: &'a Demo, group: &str) -> BTreeSet<&'a str> {
    let of_group = demo.subprocessors.iter().filter(|s| s.group == group);
    of_group.map(|s| s.organisation.as_str()).collect()
}

#[test]
fn the_five_groups_have_their_fixed_slugs() {
    let demo = demo();
    let slugs: Vec<_> = demo.groups.iter().map(|g| g.slug.as_str()).collect();
    assert_eq!(slugs, NOTICES.map(|(slug, ..)| slug));
    let names: Vec<_> = demo.groups.iter().map(|g| g.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "QContact",
            "Botsify",
            "QuickBots",
            "Qiscus",
            "InstantChatbots AI"
        ]
    );
}

#[test]
fn every_organisation_has_its_fixed_slug_and_seat() {
    let expected: BTreeSet<(&str, &str)> = [
        ("amazon-web-services", "US"),
        ("botsify", "unknown"),
        ("castillo-ltd", "GI"),
        ("cloudflare", "US"),
        ("digitalocean", "US"),
        ("google", "US"),
        ("instantchatbots-ai", "unknown"),
        ("instantchatbots-customers", "unknown"),
        ("instantchatbots-service-providers", "unknown"),
        ("linkedin", "US"),
        ("meta-platforms", "US"),
        ("netcode", "MA"),
        ("netcode-analytics", "unknown"),
        ("netcode-email-delivery", "unknown"),
        ("netcode-hosting", "unknown"),
        ("netcode-payment", "unknown"),
        ("qcontact-accounting", "unknown"),
        ("qcontact-advisers", "unknown"),
        ("qcontact-analytics", "unknown"),
        ("qcontact-banking", "unknown"),
        ("qcontact-billing", "NZ"),
        ("qcontact-consultants", "unknown"),
        ("qcontact-customers", "unknown"),
        ("qcontact-datacentre", "EU"),
        ("qcontact-inc", "US"),
        ("qcontact-insurers", "unknown"),
        ("qcontact-ltd", "GB"),
        ("qcontact-payment", "unknown"),
        ("qiscus-customers", "unknown"),
        ("qiscus-pte-ltd", "SG"),
        ("quickbots-customers", "unknown"),
        ("stripe", "US"),
    ]
    .into();
    let demo = demo();
    let found: BTreeSet<_> = demo
        .organisations
        .iter()
        .map(|o| {
            (
                o.slug.as_str(),
                o.seat.map_or("unknown", |seat| seat.code()),
            )
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(demo.organisations.len(), expected.len());
}

#[test]
fn each_group_has_its_companies_and_engagements() {
    let demo = demo();
    let companies: Vec<_> = demo
        .organisations
        .iter()
        .filter(|o| o.kind == OrganisationKind::GroupCompany)
        .map(|o| (o.group.as_deref(), o.slug.as_str()))
        .collect();
    assert_eq!(
        companies,
        [
            (Some("qcontact"), "qcontact-inc"),
            (Some("qcontact"), "qcontact-ltd"),
            (Some("qcontact"), "castillo-ltd"),
            (Some("botsify"), "botsify"),
            (Some("netcode"), "netcode"),
            (Some("qiscus"), "qiscus-pte-ltd"),
            (Some("instantchatbots"), "instantchatbots-ai"),
        ]
    );
    let qcontact = [
        "cloudflare",
        "google",
        "linkedin",
        "qcontact-accounting",
        "qcontact-advisers",
        "qcontact-analytics",
        "qcontact-banking",
        "qcontact-billing",
        "qcontact-consultants",
        "qcontact-datacentre",
        "qcontact-insurers",
        "qcontact-payment",
    ];
    let netcode = [
        "meta-platforms",
        "netcode-analytics",
        "netcode-email-delivery",
        "netcode-hosting",
        "netcode-payment",
    ];
    let botsify = [
        "amazon-web-services",
        "digitalocean",
        "meta-platforms",
        "stripe",
    ];
    assert_eq!(engaged_by(&demo, "qcontact"), qcontact.into());
    assert_eq!(engaged_by(&demo, "botsify"), botsify.into());
    assert_eq!(engaged_by(&demo, "netcode"), netcode.into());
    assert_eq!(engaged_by(&demo, "qiscus"), ["google"].into());
    let unnamed = ["instantchatbots-service-providers"];
    assert_eq!(engaged_by(&demo, "instantchatbots"), unnamed.into());
    assert_eq!(demo.subprocessors.len(), 12 + 4 + 5 + 1 + 1);
}

#[test]
fn the_customers_of_four_groups_send_as_controllers_to_a_processor() {
    let demo = demo();
    let flows: BTreeSet<_> = demo
        .flows
        .iter()
        .map(|f| {
            (
                f.exporter.as_str(),
                f.importer.as_str(),
                f.exporter_role,
                f.importer_role,
            )
        })
        .collect();
    let hop = |from, to| (from, to, Some(Role::Controller), Some(Role::Processor));
    let expected = [
        hop("qcontact-customers", "qcontact-ltd"),
        hop("quickbots-customers", "netcode"),
        hop("qiscus-customers", "qiscus-pte-ltd"),
        hop("instantchatbots-customers", "instantchatbots-ai"),
    ];
    assert_eq!(flows, expected.into());
    assert!(demo.flows.iter().all(|f| !f.collected_from_data_subject));
}

#[test]
fn no_customers_are_on_a_public_list_and_everybody_else_is() {
    for organisation in demo().organisations {
        let customers = organisation.slug.ends_with("-customers");
        assert_eq!(
            organisation.on_public_list, !customers,
            "{}",
            organisation.slug
        );
        if customers {
            assert_eq!(organisation.kind, OrganisationKind::ThirdParty);
        }
    }
}
