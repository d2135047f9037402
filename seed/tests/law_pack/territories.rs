//! Which territories are covered, and from which day to which.

use transfer_decision::{
    law::{Law, Membership},
    span::{Day, day, next},
    vocabulary::{Confidence, Country, EndKind, MembershipStatus, Regime},
};
use transfer_registry_seed::law;

use super::{instrument, shipped};

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn adequate(law: &Law, regime: Regime, code: &str, on: Day) -> Vec<String> {
    law.adequacy_for(regime, country(code))
        .filter(|row| row.span.contains(on))
        .map(|row| row.basis.id.clone())
        .collect()
}

fn inside(law: &Law, regime: Regime, code: &str, on: Day) -> Option<String> {
    let row = law.membership_on(regime, country(code), on)?;
    row.basis.as_ref().map(|basis| basis.id.clone())
}

fn days(first: Day, last: Day) -> impl Iterator<Item = Day> {
    std::iter::successors(Some(first), |day| Some(next(*day))).take_while(move |day| *day <= last)
}

#[test]
fn the_united_kingdom_was_never_uncovered_for_the_eu() {
    let law = shipped();
    for on in days(day(2000, 1, 1), day(2031, 12, 27)) {
        let covered = inside(&law, Regime::Eu, "GB", on).is_some()
            || !adequate(&law, Regime::Eu, "GB", on).is_empty();
        assert!(covered, "GB is uncovered on {on}");
    }
    let after = day(2031, 12, 28);
    assert_eq!(inside(&law, Regime::Eu, "GB", after), None);
    assert!(adequate(&law, Regime::Eu, "GB", after).is_empty());
}

#[test]
fn the_uk_decision_runs_in_three_phases_of_one_instrument() {
    let law = shipped();
    let phases: Vec<_> = law.adequacy_for(Regime::Eu, country("GB")).collect();
    let ends: Vec<_> = phases
        .iter()
        .map(|row| (row.span.first(), row.span.last(), row.end_kind))
        .collect();
    assert_eq!(
        ends,
        [
            (
                day(2021, 6, 28),
                Some(day(2025, 6, 27)),
                Some(EndKind::Replaced)
            ),
            (
                day(2025, 6, 28),
                Some(day(2025, 12, 18)),
                Some(EndKind::Replaced)
            ),
            (
                day(2025, 12, 19),
                Some(day(2031, 12, 27)),
                Some(EndKind::Expired)
            ),
        ]
    );
    for row in &phases {
        assert_eq!(row.instrument, "EU-ADQ-GB-2021-1772");
        assert!(row.basis.url.ends_with("CELEX:32021D1772"), "{row:?}");
    }
    let amendments: Vec<_> = law::adequacy_records()
        .unwrap()
        .iter()
        .filter(|record| record.id.starts_with("EU-ADQ-GB"))
        .map(|record| record.amended_by.join(","))
        .collect();
    assert_eq!(amendments, ["", "32025D1226", "32025D2574"]);
}

#[test]
fn gibraltar_is_not_the_united_kingdom() {
    let law = shipped();
    let eu = |on| inside(&law, Regime::Eu, "GI", on);
    assert_eq!(eu(day(2020, 1, 31)).unwrap(), "EU-TERRITORY-355");
    assert_eq!(eu(day(2020, 12, 31)).unwrap(), "EU-TRANSITION-WA127");
    for on in days(day(2021, 1, 1), day(2027, 1, 1)) {
        assert_eq!(eu(on), None, "the bridge does not reach Gibraltar");
        assert!(adequate(&law, Regime::Eu, "GI", on).is_empty());
    }
    let on = |on| {
        law.membership_on(Regime::Eu, country("GI"), on)
            .unwrap()
            .status
    };
    assert_eq!(on(day(2026, 7, 14)), MembershipStatus::ThirdCountry);
    assert_eq!(on(day(2026, 7, 15)), MembershipStatus::ReviewRequired);

    for on in days(day(2018, 5, 25), day(2027, 1, 1)) {
        assert_eq!(adequate(&law, Regime::Ch, "GI", on).len(), 1, "{on}");
    }
    let listed = instrument(&law, "CH-FDPIC-GI");
    assert_eq!(listed.basis.confidence, Confidence::Uncertain);
    assert_eq!(listed.span.last(), Some(day(2023, 8, 31)));
    let annex = instrument(&law, "CH-DPO-A1-GI");
    assert_eq!(annex.basis.confidence, Confidence::Sourced);
    assert_eq!(
        adequate(&law, Regime::Uk, "GI", day(2021, 1, 1)),
        ["UK-SCH21-GI"]
    );
}

#[test]
fn instruments_begin_and_end_on_their_own_days() {
    let law = shipped();
    let first = |id| instrument(&law, id).span.first();
    let last = |id| instrument(&law, id).span.last();
    // The year in a decision's number is not its year of effect.
    assert_eq!(first("EU-ADQ-NZ-2013-65"), day(2012, 12, 19));
    assert_eq!(first("EU-ADQ-KR-2022-254"), day(2021, 12, 17));
    // The day of a judgment is already uncovered.
    assert_eq!(last("EU-ADQ-US-SH-2000-520"), Some(day(2015, 10, 5)));
    assert_eq!(last("EU-ADQ-US-PS-2016-1250"), Some(day(2020, 7, 15)));
    assert_eq!(last("CH-FDPIC-US-PS"), Some(day(2020, 9, 7)));
    assert_eq!(first("CH-DPO-A1-US"), day(2024, 9, 15));
    assert_eq!(first("UK-SI-2023-1028-US"), day(2023, 10, 12));
    assert_eq!(first("EU-ADQ-JE-2008-393"), day(2008, 5, 8));
    assert_eq!(first("EU-ADQ-BR-2026-179"), day(2026, 1, 26));
}

#[test]
fn the_regimes_recognise_different_countries() {
    let law = shipped();
    let on = day(2026, 3, 1);
    for code in ["JP", "KR", "BR"] {
        assert_eq!(adequate(&law, Regime::Eu, code, on).len(), 1, "{code}");
        assert!(adequate(&law, Regime::Ch, code, on).is_empty(), "{code}");
    }
    assert!(adequate(&law, Regime::Eu, "MC", on).is_empty());
    assert_eq!(adequate(&law, Regime::Ch, "MC", on), ["CH-DPO-A1-MC"]);
    assert!(adequate(&law, Regime::Uk, "BR", on).is_empty());
    assert_eq!(adequate(&law, Regime::Uk, "KR", on), ["UK-SI-2022-1213-KR"]);
    for code in ["MA", "PS", "HK", "SM"] {
        for regime in Regime::ALL {
            assert!(adequate(&law, *regime, code, on).is_empty(), "{code}");
            assert_eq!(inside(&law, *regime, code, on), None, "{code}");
        }
    }
}

#[test]
fn territories_of_member_states_are_judged_by_their_own_codes() {
    let law = shipped();
    let on = day(2026, 3, 1);
    for code in ["RE", "GP", "MQ", "GF", "YT", "MF", "AX"] {
        assert_eq!(
            inside(&law, Regime::Eu, code, on).as_deref(),
            Some("EU-TERRITORY-355"),
            "{code}"
        );
        assert!(adequate(&law, Regime::Ch, code, on).is_empty());
        assert!(adequate(&law, Regime::Uk, code, on).is_empty());
    }
    for code in ["GL", "AW", "CW", "SX", "BQ"] {
        assert_eq!(inside(&law, Regime::Eu, code, on), None, "{code}");
    }
    for code in ["PM", "NC", "PF", "WF", "TF", "BL"] {
        let row = law.membership_on(Regime::Eu, country(code), on).unwrap();
        assert_eq!(row.status, MembershipStatus::ReviewRequired, "{code}");
        assert_eq!(row.confidence, Confidence::Uncertain, "{code}");
    }
    assert_eq!(inside(&law, Regime::Eu, "YT", day(2013, 12, 31)), None);
    assert!(inside(&law, Regime::Eu, "BL", day(2011, 12, 31)).is_some());
}

#[test]
fn accession_days_count_as_membership() {
    let law = shipped();
    for (code, last_day_before, first_day) in [
        ("PL", day(2004, 4, 30), day(2004, 5, 1)),
        ("BG", day(2006, 12, 31), day(2007, 1, 1)),
        ("HR", day(2013, 6, 30), day(2013, 7, 1)),
    ] {
        assert_eq!(inside(&law, Regime::Eu, code, last_day_before), None);
        assert_eq!(
            inside(&law, Regime::Eu, code, first_day).as_deref(),
            Some("EU-MEMBER")
        );
    }
    let norway = inside(&law, Regime::Eu, "NO", day(2000, 7, 1));
    assert_eq!(norway.as_deref(), Some("EEA-MEMBER"));
    assert_eq!(
        adequate(&law, Regime::Eu, "HU", day(2004, 4, 30)),
        ["EU-ADQ-HU-2000-519"]
    );
    assert!(adequate(&law, Regime::Eu, "HU", day(2004, 5, 1)).is_empty());
    // EEA states are inside for the EU alone.
    assert_eq!(inside(&law, Regime::Ch, "LI", day(2024, 1, 1)), None);
    assert_eq!(inside(&law, Regime::Uk, "DE", day(2024, 1, 1)), None);
}

#[test]
fn only_the_bridge_and_the_us_territories_give_no_regime() {
    let law = shipped();
    let without: Vec<&str> = law
        .provisions()
        .memberships
        .iter()
        .filter(|row| row.status != MembershipStatus::ThirdCountry && !row.gives_regime)
        .map(|row| row.id.as_str())
        .collect();
    assert_eq!(
        without,
        [
            "eu/AS/2000-01-01",
            "eu/GB/2021-01-01",
            "eu/GU/2000-01-01",
            "eu/MP/2000-01-01",
            "eu/PR/2000-01-01",
            "eu/VI/2000-01-01"
        ]
    );
    let bridge = law
        .membership_on(Regime::Eu, country("GB"), day(2021, 6, 27))
        .unwrap();
    assert_eq!(bridge.basis.as_ref().unwrap().id, "EU-TCA-782");
    let own = |on: Day| law.own_area_on(Regime::Eu, country("GB"), on).is_some();
    assert!(own(day(2020, 12, 31)));
    assert!(!own(day(2021, 1, 1)));
}

#[test]
fn a_membership_basis_has_the_days_of_its_membership() {
    let law = shipped();
    let of = |row: &Membership| (row.span.first(), row.span.last());
    for row in &law.provisions().memberships {
        let Some(basis) = &row.basis else { continue };
        assert_eq!((basis.valid_from, basis.valid_to), of(row), "{}", row.id);
        assert_eq!(basis.confidence, row.confidence, "{}", row.id);
    }
    let transition = law
        .membership_on(Regime::Eu, country("GB"), day(2020, 6, 1))
        .unwrap();
    assert_eq!(transition.id, "eu/GB/2020-02-01");
    assert_eq!(of(transition), (day(2020, 2, 1), Some(day(2020, 12, 31))));
}
