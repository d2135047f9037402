//! Where every territory lies on the map, and its outline.

use std::{collections::BTreeMap, sync::LazyLock};

use transfer_decision::vocabulary::{Area, Place};

/// Made by `static/world/world.mjs`.
const SHAPES: &str = include_str!("../../static/world/world.txt");

/// Land that has no code of its own.
const NOBODYS: &str = "--";

/// A point of the map, in tenths of its unit: whole numbers are compared and written exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// A territory on the map.
#[derive(Debug)]
pub(super) struct Shape {
    /// Where it is marked.
    pub(super) at: Point,
    /// Its outline as an SVG path; empty when it is too small to be seen.
    pub(super) outline: &'static str,
}

/// The map of the world.
#[derive(Debug, Default)]
pub(super) struct World {
    /// Its width, in its unit.
    pub(super) width: i32,
    /// Its height.
    pub(super) height: i32,
    shapes: BTreeMap<&'static str, Shape>,
    /// The outline of what has no code.
    nobodys: &'static str,
}

/// The map, read once.
pub(super) static WORLD: LazyLock<World> = LazyLock::new(|| World::read(SHAPES));

impl World {
    fn read(text: &'static str) -> Self {
        let mut world = Self::default();
        for line in text.lines() {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            match (next(), next(), next(), next()) {
                (comment, ..) if comment.starts_with('#') => {}
                ("size", width, height, _) => {
                    world.width = width.parse().unwrap_or_default();
                    world.height = height.parse().unwrap_or_default();
                }
                (NOBODYS, _, _, outline) => world.nobodys = outline,
                (code, x, y, outline) => {
                    if let (Some(x), Some(y)) = (tenths(x), tenths(y)) {
                        let at = Point { x, y };
                        world.shapes.insert(code, Shape { at, outline });
                    }
                }
            }
        }
        world
    }

    /// A territory, by its code.
    pub(super) fn shape(&self, code: &str) -> Option<&Shape> {
        self.shapes.get(code)
    }

    /// Where a place is marked. An area is marked where its institutions sit.
    pub(super) fn point(&self, place: Place) -> Option<Point> {
        let code = match place {
            Place::Country(country) => country.code(),
            Place::Area(Area::Eea | Area::Eu) => "BE",
        };
        self.shape(code).map(|shape| shape.at)
    }

    /// One outline of all land but that of the territories named: fewer bytes, and nothing to be
    /// reached by the keyboard that leads nowhere.
    pub(super) fn land_without(&self, drawn: impl Fn(&str) -> bool) -> String {
        let rest = self.shapes.iter().filter(|(code, _)| !drawn(code));
        let rest = rest.map(|(_, shape)| shape.outline);
        rest.chain([self.nobodys]).collect()
    }
}

/// A decimal with at most one digit behind its point, in tenths.
fn tenths(number: &str) -> Option<i32> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u16 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let part: u16 = (part.len() == 1).then(|| part.parse().ok())??;
    Some(i32::from(whole) * 10 + i32::from(part))
}

/// Tenths as a decimal.
pub(super) fn decimal(tenths: i32) -> String {
    let (whole, part) = (tenths / 10, (tenths % 10).abs());
    let sign = if tenths < 0 && whole == 0 { "-" } else { "" };
    if part == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use transfer_decision::vocabulary::Country;

    use super::*;

    fn at(code: &str) -> Point {
        WORLD.shape(code).unwrap().at
    }

    #[test]
    fn every_territory_that_the_register_can_name_is_drawn_or_has_a_point() {
        // Nobody sends data to the ice; it would take a fifth of the height.
        let missing: Vec<_> = Country::all()
            .filter(|country| WORLD.shape(country.code()).is_none())
            .map(Country::code)
            .collect();
        assert_eq!(missing, ["AQ"]);
        for area in Area::ALL {
            assert!(WORLD.point(Place::Area(*area)).is_some());
        }
    }

    #[test]
    fn everything_lies_on_the_map() {
        assert_eq!(WORLD.width, 1000);
        assert!((400..520).contains(&WORLD.height), "{}", WORLD.height);
        for (code, shape) in &WORLD.shapes {
            let Point { x, y } = shape.at;
            assert!((0..=WORLD.width * 10).contains(&x), "{code} {x}");
            assert!((0..=WORLD.height * 10).contains(&y), "{code} {y}");
        }
    }

    #[test]
    fn who_lies_west_or_north_is_drawn_there() {
        for (west, east) in [
            ("US", "GB"),
            ("CA", "FR"),
            ("PT", "ES"),
            ("IE", "GB"),
            ("DE", "PL"),
            ("MA", "EG"),
            ("IN", "SG"),
            ("CN", "JP"),
            ("AU", "NZ"),
        ] {
            assert!(at(west).x < at(east).x, "{west} {east}");
        }
        for (north, south) in [
            ("NO", "DE"),
            ("DE", "CH"),
            ("CH", "IT"),
            ("ES", "GI"),
            ("MX", "BR"),
            ("CN", "SG"),
            ("SG", "AU"),
        ] {
            assert!(at(north).y < at(south).y, "{north} {south}");
        }
    }

    #[test]
    fn who_is_large_has_an_outline_and_who_is_tiny_a_point() {
        for code in ["US", "RU", "AU", "CH", "LU", "GL", "GF"] {
            let outline = WORLD.shape(code).unwrap().outline;
            assert!(outline.starts_with('M') && outline.ends_with('z'), "{code}");
        }
        for code in ["SG", "GI", "MC", "LI", "AD", "JE", "GG", "IM", "FO", "HK"] {
            assert_eq!(WORLD.shape(code).unwrap().outline, "", "{code}");
        }
    }

    #[test]
    fn outlines_are_nothing_but_geometry_and_light() {
        let bytes: usize = WORLD.shapes.values().map(|shape| shape.outline.len()).sum();
        assert!(bytes < 100_000, "{bytes}");
        for (code, shape) in &WORLD.shapes {
            let plain = |c: char| c.is_ascii_digit() || "Mlz .-".contains(c);
            assert!(shape.outline.chars().all(plain), "{code}");
        }
        assert!(!WORLD.nobodys.is_empty());
    }

    #[test]
    fn land_is_drawn_once() {
        let all = WORLD.land_without(|_| false);
        let rest = WORLD.land_without(|code| code == "US");
        let states = WORLD.shape("US").unwrap().outline;
        assert!(all.contains(states) && !rest.contains(states));
        assert_eq!(all.len(), rest.len() + states.len());
    }

    #[test]
    fn decimals_are_read_and_written_alike() {
        for (text, number) in [("12.3", 123), ("7", 70), ("0.5", 5), (".5", 5)] {
            assert_eq!(tenths(text), Some(number), "{text}");
        }
        for text in ["1.23", "-1", "x", "1."] {
            assert_eq!(tenths(text), None, "{text}");
        }
        for (number, text) in [(123, "12.3"), (70, "7"), (-5, "-0.5"), (-123, "-12.3")] {
            assert_eq!(decimal(number), text);
        }
    }
}
