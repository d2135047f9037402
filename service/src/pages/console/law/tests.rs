//! The shipped law pack as a chart.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use transfer_decision::{
    law::Condition,
    span::parse_day,
    vocabulary::{Attribute, EndKind, Regime, Requirement},
};
use transfer_registry_seed::law::{Pack, shipped_pack};

use super::{
    timeline::{Bar, Kind, Lane, of},
    *,
};

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn axis() -> Axis {
    Axis::of(day("2026-11-21"), day("2026-11-21"))
}

fn pack() -> &'static Pack {
    shipped_pack().unwrap()
}

fn lane(code: &str, regime: Regime, on: &str) -> Lane {
    let wanted = Wanted::Ours(BTreeSet::from([code.to_owned()]));
    let mut rows = of(pack(), axis(), day(on), &wanted);
    assert_eq!(rows.len(), 1, "{code}");
    let lanes = rows.remove(0).lanes.into_iter();
    lanes
        .into_iter()
        .find(|lane| lane.regime == regime)
        .unwrap()
}

fn bar<'l>(lane: &'l Lane, id: &str) -> &'l Bar {
    let mut bars = lane.bars.iter();
    bars.find(|bar| bar.id.as_deref() == Some(id)).unwrap()
}

#[test]
fn a_day_lies_where_it_should_on_the_axis() {
    let axis = axis();
    assert_eq!(axis.x(day("1995-01-01")), "0.00%");
    assert_eq!(
        axis.x(day("1990-01-01")),
        "0.00%",
        "what was before begins at the edge"
    );
    assert_eq!(
        axis.x(day("2012-01-01")),
        "49.99%",
        "17 of 34 years, a leap day apart"
    );
    assert_eq!(axis.x(day("2031-12-27")), "100.00%");
    let years = axis.years();
    assert_eq!(
        (years.first().unwrap().year, years.last().unwrap().year),
        (1996, 2028)
    );
    assert_eq!(
        years.first().unwrap().day,
        None,
        "nobody can ask about 1996"
    );
    assert_eq!(years.get(2).unwrap().day.as_deref(), Some("2000-01-01"));
    let later = Axis::of(day("2026-11-21"), day("2040-05-01"));
    assert!(
        later.years().iter().any(|year| year.year == 2040),
        "the shown day is on it"
    );
}

#[test]
fn every_row_of_the_pack_is_drawn_and_in_force_on_its_days() {
    for on in [
        "2001-01-01",
        "2016-01-01",
        "2020-07-15",
        "2020-07-16",
        "2026-11-21",
    ] {
        let rows = of(pack(), axis(), day(on), &Wanted::All);
        let bars: Vec<&Bar> = rows
            .iter()
            .flat_map(|row| &row.lanes)
            .flat_map(|lane| &lane.bars)
            .collect();
        let decisions = bars.iter().filter(|bar| bar.kind == Kind::Decision);
        assert_eq!(decisions.count(), pack().adequacy.len());
        for record in &pack().adequacy {
            let bar = bars
                .iter()
                .find(|bar| bar.id.as_ref() == Some(&record.id))
                .unwrap();
            let last = record.valid_to.unwrap_or(Day::MAX);
            let applies = (record.valid_from..=last).contains(&day(on));
            assert_eq!(bar.in_force, applies, "{} on {on}", record.id);
        }
    }
}

#[test]
fn bars_of_one_line_leave_each_other_room_and_what_fell_says_so() {
    let lane = lane("US", Regime::Eu, "2026-11-21");
    let shield = lane
        .bars
        .iter()
        .find(|bar| bar.title == "EU-US Privacy Shield")
        .unwrap();
    assert_eq!(shield.ended, Some(EndKind::Invalidated));
    assert_eq!(
        (shield.mark(), shield.end_word()),
        (Some("✕"), "struck down")
    );
    assert!(shield.partial && shield.sentence.contains("a court struck it down"));
    let framework = bar(&lane, "EU-ADQ-US-DPF-2023-1795");
    assert!(framework.challenged && framework.in_force && framework.mark().is_none());
    for row in of(pack(), axis(), day("2026-11-21"), &Wanted::All) {
        for lane in row.lanes {
            for (at, one) in lane.bars.iter().enumerate() {
                assert!(one.line < lane.depth);
                let after = lane.bars.iter().skip(at + 1);
                for other in after.filter(|other| other.line == one.line) {
                    let last = one.to.unwrap_or(Day::MAX);
                    assert!(
                        last < other.from,
                        "{}: {} and {}",
                        row.name,
                        one.title,
                        other.title
                    );
                }
            }
        }
    }
}

#[test]
fn what_another_row_continues_is_no_end_to_be_told() {
    let lane = lane("NZ", Regime::Ch, "2026-11-21");
    let states: Vec<_> = lane
        .bars
        .iter()
        .map(|bar| (bar.line, bar.labelled, bar.in_force))
        .collect();
    assert_eq!(states, [(0, false, false), (0, false, true)]);
}

#[test]
fn who_has_nothing_is_shown_with_nothing_when_asked_for() {
    let wanted = Wanted::Ours(BTreeSet::from([
        "MA".to_owned(),
        "not-a-country".to_owned(),
    ]));
    let rows = of(pack(), axis(), day("2026-11-21"), &wanted);
    let names: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.lanes.len()))
        .collect();
    assert_eq!(names, [("Morocco", 0)]);
    for words in ["MA", "morocc"] {
        let found = of(
            pack(),
            axis(),
            day("2026-11-21"),
            &Wanted::Search(words.to_owned()),
        );
        assert!(found.iter().any(|row| row.code == "MA"), "{words}");
    }
    let shields = of(
        pack(),
        axis(),
        day("2026-11-21"),
        &Wanted::Search("privacy shield".to_owned()),
    );
    let codes: Vec<_> = shields.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(codes, ["US"]);
}

#[test]
fn an_international_organisation_has_a_row_by_its_name() {
    let rows = of(pack(), axis(), day("2026-11-21"), &Wanted::All);
    let last = rows.last().unwrap();
    assert_eq!((last.code.as_str(), last.lanes.len()), ("epo", 1));
    assert_eq!(last.name, "European Patent Organisation");
}

#[test]
fn an_end_that_is_yet_to_come_is_told_so() {
    for (on, word, why) in [
        ("2026-11-21", "expires", "when it reaches its own last day"),
        ("2032-01-01", "expired", "when it reached its own last day"),
    ] {
        let lane = lane("GB", Regime::Eu, on);
        let mut bars = lane.bars.iter();
        let last = bars.find(|bar| bar.to == Some(day("2031-12-27"))).unwrap();
        assert_eq!(last.end_word(), word, "{on}");
        assert!(last.sentence.contains(why), "{}", last.sentence);
    }
}

#[test]
fn no_working_note_of_the_law_pack_is_told() {
    let axis = axis();
    for row in of(pack(), axis, day("2026-11-21"), &Wanted::All) {
        for bar in row.lanes.iter().flat_map(|lane| &lane.bars) {
            for note in ["repo ", "DISPUTED", "conservative", "unverified", "["] {
                assert!(!bar.sentence.contains(note), "{}", bar.sentence);
            }
        }
    }
}

#[test]
fn every_condition_and_requirement_has_words_and_not_its_code() {
    let rows = &pack().law.provisions().adequacy;
    let conditions: Vec<String> = rows
        .iter()
        .flat_map(|row| &row.conditions)
        .map(words::condition)
        .collect();
    assert!(conditions.len() > 20);
    let requirements = Requirement::ALL
        .iter()
        .map(|one| words::requirement(*one).to_owned());
    let attributes = Attribute::ALL
        .iter()
        .map(|one| words::condition(&Condition::RequiresRecipientAttribute(vec![*one])));
    for said in conditions.into_iter().chain(requirements).chain(attributes) {
        assert!(!said.contains('_') && !said.is_empty(), "{said}");
    }
}
