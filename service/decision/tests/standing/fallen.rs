//! What a change of the law does to what runs, and to what begins later.

use super::*;

/// The law in which the EU-US DPF decision ended the day before.
fn fallen(law: &Law) -> Law {
    let mut rows = law.provisions().clone();
    let row = rows
        .adequacy
        .iter_mut()
        .find(|row| row.basis.id == "EU-ADQ-US-DPF-2023-1795")
        .expect("the decision");
    let last = TODAY.pred_opt();
    row.span = Span::inclusive(row.span.first(), last).expect("a span");
    row.end_kind = Some(EndKind::Invalidated);
    row.basis = Arc::new(Basis {
        valid_to: last,
        ..(*row.basis).clone()
    });
    Law::new("fallen", rows).expect("a law")
}

#[test]
fn when_the_dpf_falls_what_has_clauses_is_carried_by_them_and_the_rest_is_denied() {
    let facts = register(
        vec![
            organisation("bank", "DE", None),
            certified("hosting"),
            certified("support"),
            organisation("printer", "IE", None),
        ],
        vec![
            flow("1-hosting", "bank", "hosting"),
            flow("2-support", "bank", "support"),
            flow("3-printer", "bank", "printer"),
            Relationship {
                suspensions: vec![Span::starting(day(2020, 1, 1))],
                ..flow("4-suspended", "bank", "support")
            },
        ],
        vec![clauses("bank", "hosting")],
    );
    let (law, fallen) = (law(), fallen(&law()));
    let side = |law| Side {
        law,
        register: &facts,
    };
    let comparison = Comparison {
        as_of: TODAY,
        settings: SETTINGS,
        threads: 1,
        wanted: &|_| true,
        stop: &|| false,
    };
    let changes = compare(side(&law), side(&fallen), &comparison).unwrap();
    let told: Vec<(&str, Effect)> = changes.iter().map(|c| (&**c.id, c.effect)).collect();
    assert_eq!(
        told,
        [
            ("2-support", Effect::Denied),
            ("1-hosting", Effect::OtherBasis)
        ]
    );
    let carried = changes.last().and_then(|c| c.after.as_ref()).unwrap();
    let leg = carried.outcomes.legs.first().unwrap();
    assert_eq!(leg.outcome, Outcome::Safeguard);
    assert_eq!(leg.mechanism.map(|id| &**id), Some("clauses-bank-hosting"));
    assert!(
        compare(side(&law), side(&law), &comparison)
            .unwrap()
            .is_empty()
    );

    let ahead = standing::LegalGate::on(&fallen, &facts, day(2026, 11, 10), SETTINGS);
    let hosting = facts.relationship("1-hosting").unwrap();
    let support = facts.relationship("2-support").unwrap();
    assert_eq!(ahead.changes_within(support, 90), Some(TODAY));
    assert_eq!(ahead.changes_within(support, 10), None);
    // Carried by something weaker is another outcome.
    assert_eq!(ahead.changes_within(hosting, 90), Some(TODAY));
}

/// Something that is active and begins after the decision fell.
fn ahead() -> Register {
    register(
        vec![
            organisation("bank", "DE", None),
            certified("hosting"),
            certified("support"),
        ],
        vec![
            Relationship {
                span: Span::starting(day(2026, 12, 31)),
                ..flow("1-hosting", "bank", "hosting")
            },
            flow("2-support", "bank", "support"),
            Relationship {
                stage: Stage::Pending,
                span: Span::starting(day(2026, 12, 31)),
                ..flow("3-draft", "bank", "support")
            },
            Relationship {
                suspensions: vec![Span::inclusive(TODAY, Some(day(2026, 12, 24))).unwrap()],
                ..flow("4-resumed", "bank", "support")
            },
        ],
        Vec::new(),
    )
}

#[test]
fn what_is_active_and_begins_later_is_compared_on_its_own_first_day() {
    let (law, fallen, facts) = (law(), fallen(&law()), ahead());
    let side = |law| Side {
        law,
        register: &facts,
    };
    let comparison = Comparison {
        as_of: TODAY,
        settings: SETTINGS,
        threads: 1,
        wanted: &|_| true,
        stop: &|| false,
    };
    let changes = compare(side(&law), side(&fallen), &comparison).unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|change| {
            let after = change.after.as_ref().unwrap();
            (&**change.id, change.effect, after.as_of)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1-hosting", Effect::Denied, day(2026, 12, 31)),
            ("2-support", Effect::Denied, TODAY),
            ("4-resumed", Effect::Denied, day(2026, 12, 25)),
        ]
    );
}

#[test]
fn a_denial_has_the_day_since_which_it_is_one() {
    let (law, fallen, facts) = (law(), fallen(&law()), ahead());
    let support = facts.relationship("2-support").unwrap();
    let since =
        |law, day| standing::LegalGate::on(law, &facts, day, SETTINGS).denied_since(support);
    assert_eq!(since(&law, TODAY), None);
    assert_eq!(since(&fallen, TODAY), Some(TODAY));
    assert_eq!(since(&fallen, day(2027, 3, 1)), Some(TODAY));
    assert_eq!(since(&fallen, day(2026, 11, 20)), None);

    // Never permitted: since its own first day.
    let nothing = register(
        vec![
            organisation("bank", "DE", None),
            organisation("support", "US", None),
        ],
        vec![flow("1-support", "bank", "support")],
        Vec::new(),
    );
    let flow = nothing.relationship("1-support").unwrap();
    let gate = standing::LegalGate::on(&law, &nothing, TODAY, SETTINGS);
    assert_eq!(gate.denied_since(flow), Some(day(2024, 1, 1)));
}
