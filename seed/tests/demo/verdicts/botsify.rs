//! Botsify, from 2018-05-01: "GDPR compliant" is a claim and no mechanism.

use transfer_decision::vocabulary::{
    Decision, Outcome, ReasonCode, Regime, UncheckedFacts, WarningCode,
};

use super::{
    BRITISH, Demonstration, EU, SWISS, allowed, outcome, reasons, regimes, related, unrelated,
    warns,
};

const CERTIFIED: [&str; 3] = ["amazon-web-services", "digitalocean", "stripe"];

#[test]
fn a_vendor_that_calls_itself_compliant_is_denied_in_2018() {
    let demo = Demonstration::new();
    for vendor in [&CERTIFIED[..], &["meta-platforms"]].concat() {
        for (subject, regime) in [(EU, Regime::Eu), (SWISS, Regime::Ch), (BRITISH, Regime::Eu)] {
            let early = demo.ask("botsify", vendor, subject, "2018-04-30");
            assert_eq!(unrelated(&early), [ReasonCode::NotYetEffective], "{vendor}");
            for on in ["2018-05-01", "2018-05-25", "2018-12-31"] {
                let verdict = demo.ask("botsify", vendor, subject, on);
                assert!(related(&verdict), "{vendor} {on}");
                let denied = reasons(&verdict, regime);
                assert!(
                    denied.contains(&ReasonCode::NoMechanism),
                    "{vendor} {subject} {on}"
                );
                assert_eq!(
                    verdict.decision(),
                    Decision::Deny,
                    "{vendor} {subject} {on}"
                );
            }
        }
    }
}

#[test]
fn certifications_let_european_data_go_from_september_2023() {
    let demo = Demonstration::new();
    for vendor in CERTIFIED {
        for on in ["2023-07-10", "2023-08-31"] {
            let denied = reasons(&demo.ask("botsify", vendor, EU, on), Regime::Eu);
            assert!(
                denied.contains(&ReasonCode::CertificationMissing),
                "{vendor} {on}"
            );
        }
        for on in ["2023-09-01", "2023-09-02", "2026-11-21"] {
            let verdict = demo.ask("botsify", vendor, EU, on);
            let basis = allowed(Outcome::Adequacy, "EU-ADQ-US-DPF-2023-1795");
            assert_eq!(outcome(&verdict, Regime::Eu), basis, "{vendor} {on}");
            assert!(warns(&verdict, Regime::Eu, WarningCode::EvidenceUnchecked));
            assert!(warns(
                &verdict,
                Regime::Eu,
                WarningCode::InstrumentUnderChallenge
            ));
            assert_eq!(verdict.decision(), Decision::Allow, "{vendor} {on}");
        }
    }
}

#[test]
fn certifications_let_swiss_data_go_from_september_2024() {
    let demo = Demonstration::new();
    for vendor in CERTIFIED {
        for on in ["2023-09-01", "2024-09-13", "2024-09-14"] {
            let denied = reasons(&demo.ask("botsify", vendor, SWISS, on), Regime::Ch);
            assert!(
                denied.contains(&ReasonCode::InstrumentNotYetInForce),
                "{vendor} {on}"
            );
        }
        for on in ["2024-09-15", "2024-09-16", "2026-11-21"] {
            let verdict = demo.ask("botsify", vendor, SWISS, on);
            assert_eq!(regimes(&verdict), [Regime::Ch].into());
            let basis = allowed(Outcome::Adequacy, "CH-DPO-A1-US");
            assert_eq!(outcome(&verdict, Regime::Ch), basis, "{vendor} {on}");
            assert!(warns(&verdict, Regime::Ch, WarningCode::EvidenceUnchecked));
            assert_eq!(verdict.decision(), Decision::Allow, "{vendor} {on}");
        }
    }
}

#[test]
fn certifications_let_british_data_go_from_october_2023() {
    let demo = Demonstration::new();
    for vendor in CERTIFIED {
        for on in ["2023-09-01", "2023-10-10", "2023-10-11"] {
            let denied = reasons(&demo.ask("botsify", vendor, BRITISH, on), Regime::Uk);
            assert!(
                denied.contains(&ReasonCode::InstrumentNotYetInForce),
                "{vendor} {on}"
            );
        }
        for on in ["2023-10-12", "2023-10-13", "2026-11-21"] {
            let verdict = demo.ask("botsify", vendor, BRITISH, on);
            let basis = allowed(Outcome::Adequacy, "UK-SI-2023-1028-US");
            assert_eq!(outcome(&verdict, Regime::Uk), basis, "{vendor} {on}");
            assert_eq!(verdict.decision(), Decision::Allow, "{vendor} {on}");
        }
    }
}

#[test]
fn where_none_is_recorded_nothing_goes_today() {
    let demo = Demonstration::new();
    for (subject, regime) in [(EU, Regime::Eu), (SWISS, Regime::Ch), (BRITISH, Regime::Uk)] {
        let verdict = demo.ask("botsify", "meta-platforms", subject, "2026-11-21");
        assert!(related(&verdict));
        assert!(reasons(&verdict, regime).contains(&ReasonCode::CertificationMissing));
        assert_eq!(verdict.decision(), Decision::Deny);
    }
}

#[test]
fn what_nobody_has_checked_is_denied_where_the_operator_says_so() {
    let mut demo = Demonstration::new();
    demo.unchecked_facts = UncheckedFacts::Deny;
    let verdict = demo.ask("botsify", "stripe", EU, "2026-11-21");
    assert!(reasons(&verdict, Regime::Eu).contains(&ReasonCode::EvidenceUnchecked));
    assert_eq!(verdict.decision(), Decision::Deny);
}
