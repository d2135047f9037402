//! What is one name, and what is two.

use crate::participants::{
    covered_entities, name_key,
    names::{Name, Nearness},
};

fn nearness(a: &str, b: &str) -> Option<Nearness> {
    let (a, b) = (Name::all(a), Name::all(b));
    a.iter()
        .flat_map(|a| b.iter().map(|b| a.nearness(b)))
        .max()
        .flatten()
}

#[test]
fn spelling_a_legal_name_otherwise_is_still_the_name() {
    for (a, b) in [
        ("Cloudflare, Inc.", "CLOUDFLARE INC"),
        ("Cloudflare, Inc.", "Cloudflare Incorporated"),
        ("DigitalOcean, LLC", "Digital Ocean L.L.C."),
        ("The Trade Desk, Inc.", "Trade Desk Inc."),
        ("Johnson & Johnson Co., Ltd.", "Johnson and Johnson Co. Ltd"),
        ("Plus Five Five, Inc. dba Resend", "Plus Five Five Inc"),
        ("Resend (Plus Five Five, Inc.)", "Plus Five Five, Inc."),
        ("L’Oréal S.A.", "L'Oreal SA"),
        ("Müller GmbH", "Mueller GmbH"),
    ] {
        assert_eq!(nearness(a, b), Some(Nearness::Equal), "{a} / {b}");
    }
}

#[test]
fn a_brand_without_its_legal_form_is_the_name_less_surely() {
    for (a, b) in [
        ("Stripe", "Stripe, LLC"),
        ("Amazon Web Services", "Amazon Web Services, Inc."),
        ("LinkedIn", "LinkedIn Corporation"),
        ("Resend", "Plus Five Five, Inc. d/b/a Resend"),
    ] {
        assert!(
            matches!(nearness(a, b), Some(Nearness::FormUnsaid | Nearness::Equal)),
            "{a} / {b}"
        );
    }
    assert_eq!(
        nearness("Stripe, Inc.", "Stripe, LLC"),
        Some(Nearness::OtherForm)
    );
}

#[test]
fn a_slip_of_the_pen_in_a_long_name_is_nearly_the_name() {
    assert_eq!(
        nearness("Clouflare, Inc.", "Cloudflare, Inc."),
        Some(Nearness::NearlyEqual)
    );
    assert_eq!(
        nearness("Amazon Web Servcies", "Amazon Web Services, Inc."),
        Some(Nearness::NearlyEqual)
    );
}

#[test]
fn clearly_different_names_are_never_near() {
    for (a, b) in [
        ("Stripe", "Stripes, Inc."),
        ("Meta Platforms", "Beta Platforms, Inc."),
        ("Northwind Data", "Southwind Data, Inc."),
        ("Fastlane Data", "Eastlane Data, Inc."),
        ("Northwind Data US", "Northwind Data UK, Inc."),
        ("Channel 4 Partners", "Channel 5 Partners, Inc."),
        ("Stripe", "Stripe Payments Company"),
        ("Google", "Google Ireland Limited"),
        ("Foo Holdings (Ireland) Limited", "Foo Holdings Limited"),
        ("Clouflare, LLC", "Cloudflare, Inc."),
        ("Amazon", "Amazon Web Services, Inc."),
        ("Box", "Fox, Inc."),
        ("Limited", "Company"),
        ("", "Inc."),
    ] {
        assert_eq!(nearness(a, b), None, "{a} / {b}");
    }
}

#[test]
fn a_comma_before_a_legal_form_does_not_part_covered_entities() {
    for (cell, entities) in [
        (
            "Foo, Inc., Bar LLC, Baz, L.L.C.",
            vec!["Foo, Inc.", "Bar LLC", "Baz, L.L.C."],
        ),
        ("Foo, Inc.; Bar, LLC", vec!["Foo, Inc.", "Bar, LLC"]),
        (
            "Foo, Co., Ltd.\nBar, Inc.",
            vec!["Foo, Co., Ltd.", "Bar, Inc."],
        ),
        ("Foo LLC,...", vec!["Foo LLC"]),
        (" , ; ", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(covered_entities(cell), entities, "{cell}");
    }
}

#[test]
fn the_key_of_a_name_outlives_its_punctuation_and_no_other_change() {
    assert_eq!(name_key("Acme, Inc."), name_key("ACME INC"));
    assert_ne!(name_key("Acme, Inc."), name_key("Acme, LLC"));
}
