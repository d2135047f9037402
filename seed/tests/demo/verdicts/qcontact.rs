//! `QContact`, from 2019-06-01: a Privacy Shield claim, a British exporter, Gibraltar, New Zealand.

use std::collections::BTreeSet;

use transfer_decision::vocabulary::{
    Activity, DataCategory, Decision, Outcome, ReasonCode, Regime, WarningCode,
};

use super::{
    BRITISH, Demonstration, EU, SWISS, allowed, outcome, reasons, regimes, related, under,
    unrelated, warns,
};

const SHIELD: &str = "EU-ADQ-US-PS-2016-1250";
const SWISS_SHIELD: &str = "CH-FDPIC-US-PS";

#[test]
fn to_qcontact_inc_european_data_goes_until_the_privacy_shield_falls() {
    let demo = Demonstration::new();
    let ask = |on| demo.ask("qcontact-ltd", "qcontact-inc", EU, on);
    // A certification that has not begun is none; being in one group is no basis.
    let before = ask("2019-05-31");
    assert!(related(&before));
    assert!(reasons(&before, Regime::Eu).contains(&ReasonCode::CertificationMissing));
    for on in ["2019-06-01", "2019-06-02", "2020-07-14", "2020-07-15"] {
        let verdict = ask(on);
        assert_eq!(
            outcome(&verdict, Regime::Eu),
            allowed(Outcome::Adequacy, SHIELD),
            "{on}"
        );
        assert!(
            warns(
                &verdict,
                Regime::Eu,
                WarningCode::InstrumentLaterInvalidated
            ),
            "{on}"
        );
        assert!(
            warns(&verdict, Regime::Eu, WarningCode::EvidenceUnchecked),
            "{on}"
        );
        assert_eq!(verdict.decision(), Decision::Allow, "{on}");
        let until = verdict.valid_until().map(|day| day.to_string());
        assert_eq!(until.as_deref(), Some("2020-07-15"), "{on}");
    }
    for on in ["2020-07-16", "2020-07-17", "2023-07-10", "2026-11-21"] {
        let verdict = ask(on);
        assert!(
            reasons(&verdict, Regime::Eu).contains(&ReasonCode::InstrumentInvalidated),
            "{on}"
        );
        assert_eq!(verdict.decision(), Decision::Deny, "{on}");
    }
}

#[test]
fn to_qcontact_inc_swiss_data_is_adequate_longer_but_the_british_exporter_brings_in_the_eu() {
    let demo = Demonstration::new();
    let ask = |on| demo.ask("qcontact-ltd", "qcontact-inc", SWISS, on);
    let before = ask("2019-05-31");
    assert!(reasons(&before, Regime::Ch).contains(&ReasonCode::CertificationMissing));
    for on in [
        "2019-06-01",
        "2019-06-02",
        "2020-07-15",
        "2020-07-16",
        "2020-09-06",
        "2020-09-07",
    ] {
        let verdict = ask(on);
        assert_eq!(regimes(&verdict), [Regime::Eu, Regime::Ch].into(), "{on}");
        let swiss = outcome(&verdict, Regime::Ch);
        assert_eq!(swiss, allowed(Outcome::Adequacy, SWISS_SHIELD), "{on}");
        let expected = if on < "2020-07-16" {
            Decision::Allow
        } else {
            Decision::Deny
        };
        assert_eq!(verdict.decision(), expected, "{on}");
    }
    for on in ["2020-09-08", "2020-09-09", "2024-09-15"] {
        let verdict = ask(on);
        assert!(
            reasons(&verdict, Regime::Ch).contains(&ReasonCode::NoMechanism),
            "{on}"
        );
        assert_eq!(verdict.decision(), Decision::Deny, "{on}");
    }
}

#[test]
fn to_qcontact_inc_british_data_is_european_until_2020_and_denied_after() {
    let demo = Demonstration::new();
    let ask = |on| demo.ask("qcontact-ltd", "qcontact-inc", BRITISH, on);
    assert!(reasons(&ask("2019-05-31"), Regime::Eu).contains(&ReasonCode::CertificationMissing));
    for on in ["2019-06-01", "2020-07-15"] {
        let verdict = ask(on);
        assert_eq!(regimes(&verdict), [Regime::Eu].into(), "{on}");
        assert_eq!(
            outcome(&verdict, Regime::Eu),
            allowed(Outcome::Adequacy, SHIELD),
            "{on}"
        );
        assert_eq!(verdict.decision(), Decision::Allow, "{on}");
    }
    for on in ["2020-07-16", "2020-12-31"] {
        assert!(
            reasons(&ask(on), Regime::Eu).contains(&ReasonCode::InstrumentInvalidated),
            "{on}"
        );
    }
    for on in ["2021-01-01", "2023-10-11", "2023-10-12", "2026-11-21"] {
        let verdict = ask(on);
        assert_eq!(regimes(&verdict), [Regime::Uk].into(), "{on}");
        assert!(
            reasons(&verdict, Regime::Uk).contains(&ReasonCode::NoMechanism),
            "{on}"
        );
    }
}

#[test]
fn a_company_under_the_gdpr_is_not_helped_by_the_clauses_of_2021() {
    let demo = crate::facts::demo();
    let inc = crate::organisation(&demo, "qcontact-inc");
    assert_eq!(inc.attributes.values().copied().collect::<Vec<_>>(), [true]);
    let verdict = Demonstration::new().ask("qcontact-ltd", "qcontact-inc", EU, "2026-11-21");
    for finding in under(&verdict, Regime::Eu) {
        let remedies: BTreeSet<_> = finding.remedies.iter().map(|r| r.code.code()).collect();
        assert!(!remedies.contains("sign_scc"), "{remedies:?}");
    }
}

#[test]
fn to_castillo_european_data_is_not_restricted_until_2020_and_denied_after() {
    let demo = Demonstration::new();
    let ask = |on| demo.ask("qcontact-ltd", "castillo-ltd", EU, on);
    for (on, basis) in [
        ("2019-06-01", "EU-TERRITORY-355"),
        ("2020-01-31", "EU-TERRITORY-355"),
        ("2020-02-01", "EU-TRANSITION-WA127"),
        ("2020-12-30", "EU-TRANSITION-WA127"),
        ("2020-12-31", "EU-TRANSITION-WA127"),
    ] {
        let verdict = ask(on);
        let european = outcome(&verdict, Regime::Eu);
        assert_eq!(european, allowed(Outcome::NotRestricted, basis), "{on}");
        assert_eq!(verdict.decision(), Decision::Allow, "{on}");
    }
    for on in [
        "2021-01-01",
        "2021-01-02",
        "2021-06-27",
        "2021-06-28",
        "2026-07-14",
    ] {
        let verdict = ask(on);
        let denied = reasons(&verdict, Regime::Eu);
        assert!(denied.contains(&ReasonCode::NoMechanism), "{on}");
        assert!(!denied.contains(&ReasonCode::ReviewRequired), "{on}");
        assert_eq!(verdict.decision(), Decision::Deny, "{on}");
    }
    for on in ["2026-07-15", "2026-07-16"] {
        let denied = reasons(&ask(on), Regime::Eu);
        assert!(denied.contains(&ReasonCode::NoMechanism), "{on}");
        assert!(denied.contains(&ReasonCode::ReviewRequired), "{on}");
    }
}

#[test]
fn to_castillo_swiss_data_is_adequate_throughout_and_uncertain_until_august_2023() {
    let demo = Demonstration::new();
    for (on, basis, uncertain) in [
        ("2019-05-31", "CH-FDPIC-GI", true),
        ("2019-06-01", "CH-FDPIC-GI", true),
        ("2020-12-31", "CH-FDPIC-GI", true),
        ("2021-01-01", "CH-FDPIC-GI", true),
        ("2023-08-30", "CH-FDPIC-GI", true),
        ("2023-08-31", "CH-FDPIC-GI", true),
        ("2023-09-01", "CH-DPO-A1-GI", false),
        ("2023-09-02", "CH-DPO-A1-GI", false),
        ("2026-11-21", "CH-DPO-A1-GI", false),
    ] {
        let verdict = demo.ask("qcontact-ltd", "castillo-ltd", SWISS, on);
        assert_eq!(
            outcome(&verdict, Regime::Ch),
            allowed(Outcome::Adequacy, basis),
            "{on}"
        );
        assert_eq!(
            warns(&verdict, Regime::Ch, WarningCode::UncertainLaw),
            uncertain,
            "{on}"
        );
        assert_eq!(verdict.decision(), Decision::Allow, "{on}");
    }
}

#[test]
fn to_castillo_british_data_is_adequate_from_2021() {
    let demo = Demonstration::new();
    let ask = |on| demo.ask("qcontact-ltd", "castillo-ltd", BRITISH, on);
    let before = ask("2020-12-31");
    assert_eq!(regimes(&before), [Regime::Eu].into());
    assert_eq!(outcome(&before, Regime::Eu).0, Outcome::NotRestricted);
    for on in ["2021-01-01", "2021-01-02", "2026-11-21"] {
        let verdict = ask(on);
        assert_eq!(regimes(&verdict), [Regime::Uk].into(), "{on}");
        assert_eq!(
            outcome(&verdict, Regime::Uk),
            allowed(Outcome::Adequacy, "UK-SCH21-GI"),
            "{on}"
        );
        assert_eq!(verdict.decision(), Decision::Allow, "{on}");
    }
}

#[test]
fn new_zealand_is_adequate_for_all_three() {
    let demo = Demonstration::new();
    for (subject, regime, on, basis) in [
        (EU, Regime::Eu, "2019-06-01", "EU-ADQ-NZ-2013-65"),
        (EU, Regime::Eu, "2019-06-02", "EU-ADQ-NZ-2013-65"),
        (EU, Regime::Eu, "2026-11-21", "EU-ADQ-NZ-2013-65"),
        (SWISS, Regime::Ch, "2019-06-01", "CH-FDPIC-NZ"),
        (SWISS, Regime::Ch, "2023-08-31", "CH-FDPIC-NZ"),
        (SWISS, Regime::Ch, "2023-09-01", "CH-DPO-A1-NZ"),
        (SWISS, Regime::Ch, "2026-11-21", "CH-DPO-A1-NZ"),
        (BRITISH, Regime::Eu, "2020-12-31", "EU-ADQ-NZ-2013-65"),
        (BRITISH, Regime::Uk, "2021-01-01", "UK-SCH21-NZ"),
        (BRITISH, Regime::Uk, "2026-11-21", "UK-SCH21-NZ"),
    ] {
        let verdict = demo.ask("qcontact-ltd", "qcontact-billing", subject, on);
        assert_eq!(
            outcome(&verdict, regime),
            allowed(Outcome::Adequacy, basis),
            "{subject} {on}"
        );
        assert_eq!(verdict.decision(), Decision::Allow, "{subject} {on}");
    }
    for subject in [EU, SWISS, BRITISH] {
        let early = demo.ask("qcontact-ltd", "qcontact-billing", subject, "2019-05-31");
        assert_eq!(unrelated(&early), [ReasonCode::NotYetEffective]);
        assert_eq!(early.decision(), Decision::Deny);
    }
}

#[test]
fn the_united_kingdom_is_never_uncovered_for_european_data() {
    let demo = Demonstration::new();
    for (on, expected, basis) in [
        ("2019-06-01", Outcome::NotRestricted, "EU-MEMBER"),
        ("2020-01-31", Outcome::NotRestricted, "EU-MEMBER"),
        ("2020-02-01", Outcome::NotRestricted, "EU-TRANSITION-WA127"),
        ("2020-12-31", Outcome::NotRestricted, "EU-TRANSITION-WA127"),
        ("2021-01-01", Outcome::NotRestricted, "EU-TCA-782"),
        ("2021-06-27", Outcome::NotRestricted, "EU-TCA-782"),
        ("2021-06-28", Outcome::Adequacy, "EU-ADQ-GB-2021-1772-p1"),
        ("2025-06-27", Outcome::Adequacy, "EU-ADQ-GB-2021-1772-p1"),
        ("2025-06-28", Outcome::Adequacy, "EU-ADQ-GB-2021-1772-p2"),
        ("2025-12-18", Outcome::Adequacy, "EU-ADQ-GB-2021-1772-p2"),
        ("2025-12-19", Outcome::Adequacy, "EU-ADQ-GB-2021-1772-p3"),
        ("2026-11-21", Outcome::Adequacy, "EU-ADQ-GB-2021-1772-p3"),
    ] {
        for exporter in ["qcontact-inc", "qcontact-customers"] {
            let verdict = demo.ask(exporter, "qcontact-ltd", EU, on);
            assert_eq!(
                outcome(&verdict, Regime::Eu),
                allowed(expected, basis),
                "{exporter} {on}"
            );
            assert_eq!(verdict.decision(), Decision::Allow, "{exporter} {on}");
        }
    }
}

#[test]
fn customers_data_reaches_qcontact_ltd_under_all_three_regimes() {
    let demo = Demonstration::new();
    let on = "2026-11-21";
    for subject in [EU, SWISS, BRITISH] {
        let ask = |on| demo.ask("qcontact-customers", "qcontact-ltd", subject, on);
        assert_eq!(unrelated(&ask("2019-05-31")), [ReasonCode::NotYetEffective]);
        let verdict = ask(on);
        assert_eq!(verdict.decision(), Decision::Allow, "{subject}");
        let mut warnings = verdict.warnings().iter();
        assert!(warnings.any(|w| w.code == WarningCode::ExporterCountryUnknown));
        let mut warnings = verdict.warnings().iter();
        assert!(!warnings.any(|w| w.code == WarningCode::RolesAssumed));
    }
}

#[test]
fn the_datacentres_in_the_eu_are_covered_as_an_area() {
    let demo = Demonstration::new();
    let ask = |subject, on| demo.ask("qcontact-ltd", "qcontact-datacentre", subject, on);
    for on in ["2019-06-01", "2020-12-31", "2021-01-01", "2026-11-21"] {
        let verdict = ask(EU, on);
        let european = outcome(&verdict, Regime::Eu);
        assert_eq!(
            european,
            allowed(Outcome::NotRestricted, "EU-MEMBER"),
            "{on}"
        );
        let touched: BTreeSet<_> = under(&verdict, Regime::Eu)
            .iter()
            .map(|f| f.activity)
            .collect();
        let all = [Activity::Seat, Activity::Storage, Activity::Processing];
        assert_eq!(touched, all.into(), "{on}");
        assert!(
            !warns(&verdict, Regime::Eu, WarningCode::LocationsUndisclosed),
            "{on}"
        );
    }
    for on in ["2023-09-01", "2026-11-21"] {
        assert_eq!(
            outcome(&ask(SWISS, on), Regime::Ch).0,
            Outcome::Adequacy,
            "{on}"
        );
        assert_eq!(
            outcome(&ask(BRITISH, on), Regime::Uk).0,
            Outcome::Adequacy,
            "{on}"
        );
    }
}

#[test]
fn of_the_cookie_table_only_the_certified_vendor_is_covered() {
    let demo = Demonstration::new();
    let ask = |vendor, subject, on| demo.ask("qcontact-inc", vendor, subject, on);
    for (subject, regime, last_denied, first_allowed) in [
        (EU, Regime::Eu, "2023-08-31", "2023-09-01"),
        (SWISS, Regime::Ch, "2024-09-14", "2024-09-15"),
        (BRITISH, Regime::Uk, "2023-10-11", "2023-10-12"),
    ] {
        let before = ask("cloudflare", subject, last_denied);
        assert!(
            reasons(&before, regime).contains(&ReasonCode::NoMechanism),
            "{subject}"
        );
        for on in [first_allowed, "2026-11-21"] {
            let verdict = ask("cloudflare", subject, on);
            assert_eq!(
                outcome(&verdict, regime).0,
                Outcome::Adequacy,
                "{subject} {on}"
            );
            assert!(
                warns(&verdict, regime, WarningCode::EvidenceUnchecked),
                "{subject} {on}"
            );
            assert_eq!(verdict.decision(), Decision::Allow, "{subject} {on}");
        }
        for vendor in ["google", "linkedin"] {
            for on in ["2019-06-01", "2020-07-15"] {
                let verdict = ask(vendor, SWISS, on);
                let denied = reasons(&verdict, Regime::Ch);
                assert!(
                    denied.contains(&ReasonCode::CertificationMissing),
                    "{vendor} {on}"
                );
            }
            let verdict = ask(vendor, subject, "2026-11-21");
            assert!(related(&verdict), "{vendor}");
            let denied = reasons(&verdict, regime);
            assert!(
                denied.contains(&ReasonCode::CertificationMissing),
                "{vendor} {subject}"
            );
        }
    }
}

#[test]
fn a_provider_whose_country_nobody_knows_is_denied() {
    let demo = Demonstration::new();
    let kinds = [
        "insurers",
        "advisers",
        "banking",
        "payment",
        "accounting",
        "analytics",
        "consultants",
    ];
    for kind in kinds {
        for subject in [EU, SWISS, BRITISH] {
            let importer = format!("qcontact-{kind}");
            for on in ["2019-06-01", "2026-11-21"] {
                let verdict = demo.ask("qcontact-ltd", &importer, subject, on);
                assert!(related(&verdict), "{kind}");
                for regime in regimes(&verdict) {
                    assert!(reasons(&verdict, regime).contains(&ReasonCode::CountryUnknown));
                }
                assert_eq!(verdict.decision(), Decision::Deny, "{kind} {subject} {on}");
            }
        }
    }
}

#[test]
fn the_gate_knows_the_categories_that_the_notice_connects_with_a_provider() {
    let demo = Demonstration::new();
    let ask = |importer, category| {
        let asked = Some([category].into());
        demo.ask_for("qcontact-ltd", importer, EU, "2026-11-21", asked)
    };
    assert_eq!(
        ask("qcontact-billing", DataCategory::Billing).decision(),
        Decision::Allow
    );
    assert_eq!(
        ask("qcontact-datacentre", DataCategory::Crm).decision(),
        Decision::Allow
    );
    for (importer, category) in [
        ("qcontact-billing", DataCategory::Crm),
        ("google", DataCategory::Contact),
        ("qcontact-insurers", DataCategory::Contact),
    ] {
        let refused = unrelated(&ask(importer, category));
        assert_eq!(
            refused,
            [ReasonCode::DataCategoryNotRegistered],
            "{importer}"
        );
    }
}
