//! Morocco, Singapore, and a country that nobody knows.

use transfer_decision::{
    facts::{Assessment, Mechanism, Party, Terms},
    span::Span,
    vocabulary::{
        Activity, Conclusion, Decision, Module, Outcome, PartySide, ReasonCode, Regime, Tool,
    },
};

use super::{
    BRITISH, Demonstration, EU, SWISS, allowed, outcome, reasons, regimes, related, under,
    unrelated,
};
use crate::facts::day;

const TODAY: &str = "2026-11-21";

#[test]
fn to_morocco_nothing_goes_remote_access_included() {
    let demo = Demonstration::new();
    for (subject, regime) in [(EU, Regime::Eu), (SWISS, Regime::Ch), (BRITISH, Regime::Uk)] {
        let ask = |on| demo.ask("quickbots-customers", "netcode", subject, on);
        assert_eq!(unrelated(&ask("2024-08-18")), [ReasonCode::NotYetEffective]);
        for on in ["2024-08-19", "2024-08-20", TODAY] {
            let verdict = ask(on);
            assert!(related(&verdict), "{subject} {on}");
            let touched: Vec<_> = under(&verdict, regime)
                .iter()
                .map(|f| (f.destination.as_deref(), f.activity))
                .collect();
            let morocco = |activity| (Some("MA"), activity);
            let both = [morocco(Activity::Seat), morocco(Activity::RemoteAccess)];
            assert_eq!(touched, both, "{subject} {on}");
            assert_eq!(reasons(&verdict, regime), [ReasonCode::NoMechanism].into());
            assert_eq!(verdict.decision(), Decision::Deny, "{subject} {on}");
        }
    }
}

#[test]
fn netcodes_providers_are_denied_too() {
    let demo = Demonstration::new();
    for (subject, regime) in [(EU, Regime::Eu), (SWISS, Regime::Ch), (BRITISH, Regime::Uk)] {
        let whatsapp = demo.ask("netcode", "meta-platforms", subject, TODAY);
        assert!(related(&whatsapp));
        assert!(reasons(&whatsapp, regime).contains(&ReasonCode::CertificationMissing));
        for kind in ["hosting", "payment", "email-delivery", "analytics"] {
            let verdict = demo.ask("netcode", &format!("netcode-{kind}"), subject, TODAY);
            assert!(related(&verdict), "{kind}");
            assert!(
                reasons(&verdict, regime).contains(&ReasonCode::CountryUnknown),
                "{kind}"
            );
            assert_eq!(verdict.decision(), Decision::Deny, "{kind}");
        }
    }
}

/// Clauses between two organisations, with a favourable assessment.
fn clauses(exporter: &str, importer: &str, module: Module) -> Mechanism {
    let signed_on = day("2022-01-10");
    let party = |slug: &str, side| Party {
        organisation: slug.into(),
        side,
        span: Some(Span::starting(signed_on)),
    };
    let mut terms = Terms::of(Tool::Scc2021914);
    terms.module = Some(module);
    terms.signed_on = Some(signed_on);
    Mechanism {
        id: "clauses".into(),
        group: Some("qiscus".into()),
        terms,
        ends_on: None,
        parties: vec![
            party(exporter, PartySide::Exporter),
            party(importer, PartySide::Importer),
        ],
        assessments: vec![Assessment {
            destination: None,
            conclusion: Conclusion::Favourable,
            concluded_on: Some(signed_on),
            next_review: None,
        }],
        checked: true,
    }
}

const QISCUS: [(&str, &str); 2] = [
    ("qiscus-customers", "qiscus-pte-ltd"),
    ("qiscus-pte-ltd", "google"),
];

#[test]
fn to_qiscus_and_on_to_google_nothing_goes_as_the_notice_leaves_it() {
    let demo = Demonstration::new();
    for (exporter, importer) in QISCUS {
        for subject in [EU, SWISS, BRITISH] {
            let early = demo.ask(exporter, importer, subject, "2018-04-30");
            assert_eq!(unrelated(&early), [ReasonCode::NotYetEffective]);
            for on in ["2018-05-01", "2018-05-02", TODAY] {
                let verdict = demo.ask(exporter, importer, subject, on);
                assert!(related(&verdict), "{importer}");
                assert!(!regimes(&verdict).is_empty());
                for regime in regimes(&verdict) {
                    assert!(reasons(&verdict, regime).contains(&ReasonCode::NoMechanism));
                }
                assert_eq!(
                    verdict.decision(),
                    Decision::Deny,
                    "{importer} {subject} {on}"
                );
            }
        }
    }
}

#[test]
fn the_right_module_and_a_favourable_assessment_let_european_data_go() {
    for (exporter, importer) in QISCUS {
        let demo = Demonstration::with(vec![clauses(exporter, importer, Module::Two)]);
        let ask = |on| demo.ask(exporter, importer, EU, on);
        let early = reasons(&ask("2022-01-09"), Regime::Eu);
        assert!(early.contains(&ReasonCode::NotSignedYet));
        for on in ["2022-01-10", "2022-01-11", TODAY] {
            let verdict = ask(on);
            let (found, _) = outcome(&verdict, Regime::Eu);
            assert_eq!(found, Outcome::Safeguard, "{importer} {on}");
            assert_eq!(verdict.decision(), Decision::Allow, "{importer} {on}");
        }
        for module in [Module::One, Module::Three, Module::Four] {
            let demo = Demonstration::with(vec![clauses(exporter, importer, module)]);
            let denied = reasons(&demo.ask(exporter, importer, EU, TODAY), Regime::Eu);
            assert!(
                denied.contains(&ReasonCode::ModuleRoleMismatch),
                "{importer}"
            );
        }
        let mut unassessed = clauses(exporter, importer, Module::Two);
        unassessed.assessments.clear();
        let demo = Demonstration::with(vec![unassessed]);
        let denied = reasons(&demo.ask(exporter, importer, EU, TODAY), Regime::Eu);
        assert!(denied.contains(&ReasonCode::TiaMissing), "{importer}");
    }
}

#[test]
fn swiss_data_needs_the_swiss_adaptations_besides() {
    for (exporter, importer) in QISCUS {
        let plain = Demonstration::with(vec![clauses(exporter, importer, Module::Two)]);
        let denied = reasons(&plain.ask(exporter, importer, SWISS, TODAY), Regime::Ch);
        assert!(
            denied.contains(&ReasonCode::SwissAddendumMissing),
            "{importer}"
        );

        let mut adapted = clauses(exporter, importer, Module::Two);
        adapted.terms.statements.swiss_addendum = true;
        let adapted = Demonstration::with(vec![adapted]);
        let verdict = adapted.ask(exporter, importer, SWISS, TODAY);
        assert_eq!(
            outcome(&verdict, Regime::Ch).0,
            Outcome::Safeguard,
            "{importer}"
        );
        assert_eq!(verdict.decision(), Decision::Allow, "{importer}");
    }
}

#[test]
fn british_data_needs_the_addendum_and_not_the_clauses_alone() {
    let [(exporter, importer), _] = QISCUS;
    let plain = Demonstration::with(vec![clauses(exporter, importer, Module::Two)]);
    let denied = reasons(&plain.ask(exporter, importer, BRITISH, TODAY), Regime::Uk);
    assert!(denied.contains(&ReasonCode::UkAddendumMissing));

    let mut addendum = clauses(exporter, importer, Module::Two);
    addendum.terms.tool = Tool::UkAddendum;
    addendum.terms.signed_on = Some(day("2022-04-01"));
    let with = Demonstration::with(vec![addendum]);
    let verdict = with.ask(exporter, importer, BRITISH, TODAY);
    assert_eq!(
        outcome(&verdict, Regime::Uk),
        allowed(Outcome::Safeguard, "UK-ADDENDUM")
    );
}

#[test]
fn to_a_company_of_unknown_country_nothing_goes_under_any_regime() {
    let demo = Demonstration::new();
    for (exporter, importer) in [
        ("instantchatbots-customers", "instantchatbots-ai"),
        ("instantchatbots-ai", "instantchatbots-service-providers"),
    ] {
        for (subject, regime) in [(EU, Regime::Eu), (SWISS, Regime::Ch), (BRITISH, Regime::Uk)] {
            let early = demo.ask(exporter, importer, subject, "2018-04-30");
            assert_eq!(unrelated(&early), [ReasonCode::NotYetEffective]);
            let first = demo.ask(exporter, importer, subject, "2018-05-01");
            assert!(related(&first));
            assert_eq!(first.decision(), Decision::Deny);
            let verdict = demo.ask(exporter, importer, subject, TODAY);
            let found = under(&verdict, regime);
            assert!(found.iter().all(|finding| finding.destination.is_none()));
            assert!(reasons(&verdict, regime).contains(&ReasonCode::CountryUnknown));
            assert_eq!(verdict.decision(), Decision::Deny, "{importer} {subject}");
        }
        // Where no regime applies, an unknown country still does not permit.
        let verdict = demo.ask(exporter, importer, "BR", TODAY);
        assert!(regimes(&verdict).is_empty());
        let mut codes = verdict.findings().iter().flat_map(|f| &f.reasons);
        assert!(codes.any(|reason| reason.code == ReasonCode::CountryUnknown));
        assert_eq!(verdict.decision(), Decision::Deny, "{importer}");
    }
}
