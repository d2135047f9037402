//! The names and values of a form, found by name: a form has thousands of them, and each is looked up.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

/// Names with their values. Rows are numbered from 0 without gaps: their order is what the numbers of
/// a form say, and nothing else.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs(BTreeMap<String, Under>);

/// What stands under a name.
#[derive(Debug, Clone)]
struct Under {
    /// Where the name came for the first time, among the others.
    place: usize,
    values: Vec<String>,
}

/// A name within a row: before the row's number, the number, and after it.
fn in_row(name: &str) -> Option<(&str, usize, &str)> {
    for (dot, _) in name.match_indices('.') {
        let (before, rest) = (name.get(..dot)?, name.get(dot + 1..)?);
        if let Some((row, after)) = rest.split_once('.')
            && let Ok(row) = row.parse()
        {
            return Some((before, row, after));
        }
    }
    None
}

impl Pairs {
    /// The pairs of a form. Rows may have been taken out of it: those that are left close up.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        let mut numbers: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
        for (before, row, _) in pairs.iter().filter_map(|(name, _)| in_row(name)) {
            let rows = numbers.entry(before.to_owned()).or_default();
            rows.insert(row, row);
        }
        for rows in numbers.values_mut() {
            for (number, row) in rows.values_mut().enumerate() {
                *row = number;
            }
        }
        let mut closed = Self::default();
        for (name, value) in pairs {
            let number = in_row(&name).and_then(|(before, row, after)| {
                let number = numbers.get(before)?.get(&row)?;
                Some(format!("{before}.{number}.{after}"))
            });
            closed.add(number.unwrap_or(name), value);
        }
        closed
    }

    /// The first value under a name; empty when there is none.
    pub(super) fn first(&self, name: &str) -> &str {
        let values = self.0.get(name).map(|under| under.values.as_slice());
        values
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// Every value under a name.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let under = self.0.get(name).into_iter();
        under
            .flat_map(|under| under.values.iter().map(String::as_str))
            .collect()
    }

    /// Adds a value under a name.
    pub(super) fn add(&mut self, name: String, value: String) {
        let place = self.0.len();
        let under = self.0.entry(name).or_insert_with(|| Under {
            place,
            values: Vec::new(),
        });
        under.values.push(value);
    }

    /// Puts a value under a name, in place of what stood there.
    pub(super) fn put(&mut self, name: String, value: String) {
        if let Some(under) = self.0.get_mut(&name) {
            under.values.clear();
        }
        self.add(name, value);
    }

    /// Puts others' values in place of what stood under their names.
    pub(super) fn put_all(&mut self, others: Self) {
        for (name, Under { values, .. }) in others.0 {
            if let Some(under) = self.0.get_mut(&name) {
                under.values = values;
            } else {
                let place = self.0.len();
                self.0.insert(name, Under { place, values });
            }
        }
    }

    /// Everything, in the order in which the names came.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut found: Vec<_> = self.0.iter().collect();
        found.sort_by_key(|(_, under)| under.place);
        found.into_iter().flat_map(|(name, under)| {
            let values = under.values.iter();
            values.map(move |value| (name.as_str(), value.as_str()))
        })
    }

    /// What stands under names that begin so, in the order of the names.
    pub(super) fn within<'p>(
        &'p self,
        prefix: &'p str,
    ) -> impl Iterator<Item = (&'p str, &'p str)> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let from = self.0.range::<str, _>(from);
        from.take_while(move |(name, _)| name.starts_with(prefix))
            .flat_map(|(name, under)| {
                let values = under.values.iter();
                values.map(move |value| (name.as_str(), value.as_str()))
            })
    }

    /// How many rows there are under a name.
    pub(super) fn rows(&self, name: &str) -> usize {
        let prefix = format!("{name}.");
        let numbers = self.within(&prefix).filter_map(|(typed, _)| {
            let (row, _) = typed.strip_prefix(&prefix)?.split_once('.')?;
            row.parse::<usize>().ok()
        });
        let numbers: BTreeSet<usize> = numbers.collect();
        numbers.len()
    }

    /// Takes a row out.
    pub(super) fn without_row(&mut self, name: &str, row: usize) {
        let left = self.iter().filter(|(typed, _)| {
            !in_row(typed).is_some_and(|(before, at, _)| before == name && at == row)
        });
        let left = left.map(|(name, value)| (name.to_owned(), value.to_owned()));
        *self = Self::of(left.collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Pairs {
        let of = of.iter();
        Pairs::of(
            of.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn rows_with_gaps_close_up_in_the_order_of_their_numbers() {
        let pairs = pairs(&[
            ("steps.measures.12.kind", "c"),
            ("steps.measures.3.kind", "a"),
            ("steps.measures.3.description", "A"),
            ("steps.measures.4.kind", "b"),
            ("steps.measures.99999999999.kind", "d"),
            ("steps.transfer", "t"),
        ]);
        assert_eq!(pairs.rows("steps.measures"), 4);
        assert_eq!(pairs.rows("steps"), 0);
        let kinds = ["a", "b", "c", "d"];
        for (row, kind) in kinds.into_iter().enumerate() {
            assert_eq!(pairs.first(&format!("steps.measures.{row}.kind")), kind);
        }
        assert_eq!(pairs.first("steps.measures.0.description"), "A");
        assert_eq!(pairs.first("steps.transfer"), "t");
    }

    #[test]
    fn what_is_put_takes_the_place_of_every_value() {
        let mut all = pairs(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(all.all("b"), ["1", "3"]);
        all.put("b".to_owned(), "4".to_owned());
        all.put_all(pairs(&[("c", "5"), ("a", "6"), ("a", "7")]));
        let said: Vec<_> = all.iter().collect();
        assert_eq!(said, [("b", "4"), ("a", "6"), ("a", "7"), ("c", "5")]);
    }
}
