//! The map's geometry: which territories are filled, where each is marked, and the arcs between.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::vocabulary::Place;
use transfer_registry_core::Snapshot;

use super::{
    reach::{Destination, Reach},
    state::{State, Tally},
    words,
    world::{Point, WORLD, World, decimal},
};
use crate::pages::console;

/// How many arcs are drawn: more than these nobody could tell apart.
const MOST_ARCS: usize = 120;

/// What is drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) width: i32,
    pub(super) height: i32,
    /// The outline of all land to which nothing goes.
    pub(super) land: String,
    pub(super) places: Vec<Marked>,
    pub(super) arcs: Vec<Arch>,
    /// Where exporters sit.
    pub(super) seats: Vec<Seat>,
    /// How many arcs there would be.
    pub(super) ways: usize,
}

/// A destination on the map.
#[derive(Debug)]
pub(super) struct Marked {
    /// The row that says the same.
    pub(super) row: String,
    pub(super) state: State,
    pub(super) outline: &'static str,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) sentence: String,
}

/// What goes from one place to another.
#[derive(Debug)]
pub(super) struct Arch {
    pub(super) row: String,
    pub(super) state: State,
    pub(super) path: String,
    /// Its width.
    pub(super) stroke: String,
    pub(super) sentence: String,
}

/// A place where an exporter sits.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) x: String,
    pub(super) y: String,
}

/// Draws what goes where.
pub(super) fn of(snapshot: &Snapshot, reach: &Reach<'_>) -> Drawn {
    let world: &World = &WORLD;
    let mut drawn = Drawn {
        width: world.width,
        height: world.height,
        land: String::new(),
        places: Vec::new(),
        arcs: Vec::new(),
        seats: Vec::new(),
        ways: 0,
    };
    let mut arcs: Vec<(Point, Point, &Destination, &Tally<'_>, String)> = Vec::new();
    let mut seats: BTreeSet<Place> = BTreeSet::new();
    let mut filled: BTreeSet<&str> = BTreeSet::new();
    for (destination, reached) in reach {
        let name = words::destination(snapshot, destination);
        let at = point(world, snapshot, destination);
        if let Some(at) = at {
            let outline = outline(world, destination);
            if !outline.is_empty() {
                filled.insert(destination.code());
            }
            drawn.places.push(Marked {
                row: destination.code().to_owned(),
                state: reached.tally.state(),
                outline,
                x: decimal(at.x),
                y: decimal(at.y),
                sentence: words::of_place(&name, reached),
            });
        }
        for (from, tally) in &reached.from {
            seats.extend(from);
            let start = from.and_then(|from| world.point(from));
            if let (Some(start), Some(at)) = (start, at)
                && start != at
            {
                let sentence = words::of_way(console::words::place(*from), &name, tally);
                arcs.push((start, at, destination, tally, sentence));
            }
        }
    }
    drawn.land = world.land_without(|code| filled.contains(code));
    drawn.seats = seats.into_iter().filter_map(|at| seat(world, at)).collect();
    drawn.ways = arcs.len();
    // The widest are drawn, the worst of them last and so above the others.
    arcs.sort_by_key(|(.., tally, _)| std::cmp::Reverse((tally.total(), tally.state())));
    arcs.truncate(MOST_ARCS);
    arcs.sort_by_key(|(.., tally, _)| (tally.state(), std::cmp::Reverse(tally.total())));
    let arcs = arcs.into_iter();
    drawn.arcs = arcs
        .map(|(start, end, destination, tally, sentence)| Arch {
            row: destination.code().to_owned(),
            state: tally.state(),
            path: arch(start, end),
            stroke: decimal(stroke(tally.total())),
            sentence,
        })
        .collect();
    drawn
}

fn seat(world: &World, at: Place) -> Option<Seat> {
    world.point(at).map(|point| Seat {
        x: decimal(point.x),
        y: decimal(point.y),
    })
}

/// Where a destination is marked; an international organisation at its seat.
fn point(world: &World, snapshot: &Snapshot, destination: &Destination) -> Option<Point> {
    match destination {
        Destination::Place(place) => world.point(*place),
        Destination::Organisation(slug) => {
            let seat = snapshot.organisation(slug)?.seat?;
            world.point(seat)
        }
        Destination::Unknown => None,
    }
}

fn outline(world: &World, destination: &Destination) -> &'static str {
    match destination {
        Destination::Place(Place::Country(country)) => world
            .shape(country.code())
            .map_or("", |shape| shape.outline),
        _ => "",
    }
}

/// A width in tenths: a step wider each time that the number doubles.
fn stroke(number: usize) -> i32 {
    let steps = i32::try_from(number.checked_ilog2().unwrap_or(0)).unwrap_or(0);
    (14 + 9 * steps).min(70)
}

/// A bow from one point to another, raised by a fifth of the way, so that there and back are two.
fn arch(start: Point, end: Point) -> String {
    let (dx, dy) = (end.x - start.x, end.y - start.y);
    let middle = Point {
        x: i32::midpoint(start.x, end.x) + dy / 5,
        // What bows out of the map cannot be seen.
        y: (i32::midpoint(start.y, end.y) - dx.abs() / 5).max(10),
    };
    let [start, middle, end] =
        [start, middle, end].map(|point| format!("{} {}", decimal(point.x), decimal(point.y)));
    format!("M{start}Q{middle} {end}")
}

/// How many destinations stand how; for the sentence above the map.
pub(super) fn by_state(reach: &Reach<'_>) -> BTreeMap<std::cmp::Reverse<State>, usize> {
    let mut counted = BTreeMap::new();
    for reached in reach.values() {
        let state = std::cmp::Reverse(reached.tally.state());
        *counted.entry(state).or_insert(0) += 1;
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_is_wider_the_more_goes_along_it_and_never_without_bound() {
        let widths: Vec<i32> = [0, 1, 2, 3, 4, 8, 1_000, usize::MAX].map(stroke).into();
        assert_eq!(widths, [14, 14, 23, 23, 32, 41, 70, 70]);
    }

    #[test]
    fn there_and_back_are_two_arcs_within_the_map() {
        let (one, other) = (Point { x: 1000, y: 50 }, Point { x: 6000, y: 90 });
        let (there, back) = (arch(one, other), arch(other, one));
        assert_eq!(there, "M100 5Q350.8 1 600 9");
        assert_eq!(back, "M600 9Q349.2 1 100 5");
    }
}
