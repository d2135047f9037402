//! The filters of a list as links, each with how many it would show; a filter that has only one
//! value is not offered.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    filters::{self, Applies, At, Filters, Rests},
    list::Entry,
    query::Asked,
    words::{Marked, Wording},
};

/// One thing by which a list can be narrowed.
pub(super) struct Facet {
    /// What it is called.
    pub(super) label: &'static str,
    /// Its values; the first is that it is left open.
    pub(super) choices: Vec<Choice>,
}

/// One value.
pub(super) struct Choice {
    /// What it is called.
    pub(super) label: Marked,
    /// Where it leads.
    pub(super) href: String,
    /// How many entries it shows.
    pub(super) count: usize,
    /// Whether it is chosen.
    pub(super) current: bool,
}

/// Makes the links.
struct Links<'a> {
    w: Wording,
    entries: &'a [Entry],
    asked: &'a Asked,
    path: &'a str,
}

/// The filters of a whole list, at the path of its page.
pub(super) fn of(w: Wording, entries: &[Entry], asked: &Asked, path: &str) -> Vec<Facet> {
    let links = Links {
        w,
        entries,
        asked,
        path,
    };
    let words = &w.words().filter;
    let facets = [
        links.regions(&words.region),
        links.products(&words.product),
        links.data(&words.data),
        links.countries(&words.country),
        links.mechanisms(&words.mechanism),
        links.conditions(&words.condition),
    ];
    facets.into_iter().flatten().collect()
}

/// The one filter that is on or off; `None`: it would leave out nothing, or everything.
pub(super) fn outside(w: Wording, entries: &[Entry], asked: &Asked, path: &str) -> Option<Choice> {
    let outside = entries.iter().filter(|entry| entry.outside).count();
    let current = asked.filters.outside;
    let links = Links {
        w,
        entries,
        asked,
        path,
    };
    let label = Marked::text(&w.filter.outside);
    let set = |filters: &mut Filters| filters.outside = !current;
    let choice = links.choice(label, current, set);
    ((outside > 0 && outside < entries.len()) || current).then_some(choice)
}

impl Links<'_> {
    fn choice(&self, label: Marked, current: bool, set: impl FnOnce(&mut Filters)) -> Choice {
        let mut asked = self.asked.clone();
        set(&mut asked.filters);
        let kept = self
            .entries
            .iter()
            .filter(|entry| asked.filters.keeps(entry));
        Choice {
            label,
            href: asked.at(self.path),
            count: kept.count(),
            current,
        }
    }

    /// A filter with these values, if there are several, or one is chosen.
    fn facet<V: Ord + Clone>(
        &self,
        label: &'static str,
        values: Vec<(V, Marked)>,
        chosen: Option<&V>,
        set: impl Fn(&mut Filters, Option<V>),
    ) -> Option<Facet> {
        if values.len() < 2 && chosen.is_none() {
            return None;
        }
        let every = Marked::text(&self.w.filter.every);
        let every = self.choice(every, chosen.is_none(), |filters| set(filters, None));
        let values = values.into_iter().map(|(value, label)| {
            let current = chosen == Some(&value);
            self.choice(label, current, |filters| set(filters, Some(value)))
        });
        // What the other filters leave nobody of leads nowhere.
        let values = values.filter(|choice| choice.count > 0 || choice.current);
        Some(Facet {
            label,
            choices: std::iter::once(every).chain(values).collect(),
        })
    }

    fn regions(&self, label: &'static str) -> Option<Facet> {
        let bases = self.entries.iter().flat_map(|entry| &entry.bases);
        let regimes: BTreeSet<_> = bases.map(|basis| basis.regime).collect();
        let values = regimes.into_iter();
        let values = values.map(|regime| (regime, Marked::text(self.w.regime(regime))));
        let chosen = self.asked.filters.region.as_ref();
        self.facet(label, values.collect(), chosen, |filters, region| {
            filters.region = region;
        })
    }

    fn products(&self, label: &'static str) -> Option<Facet> {
        let mut services = BTreeMap::new();
        for entry in self.entries {
            let key = filters::product(entry);
            services
                .entry(key)
                .or_insert_with(|| Marked::typed(&entry.service));
        }
        let chosen = self.asked.filters.product.as_ref();
        let values = services.into_iter().collect();
        self.facet(label, values, chosen, |filters, product| {
            filters.product = product;
        })
    }

    fn data(&self, label: &'static str) -> Option<Facet> {
        let categories = self
            .entries
            .iter()
            .filter_map(|one| one.data_categories.as_ref());
        let categories: BTreeSet<_> = categories.flatten().copied().collect();
        let values = categories.into_iter();
        let values = values.map(|one| (one, Marked::text(self.w.category(one))));
        let chosen = self.asked.filters.data.as_ref();
        self.facet(label, values.collect(), chosen, |filters, data| {
            filters.data = data;
        })
    }

    fn countries(&self, label: &'static str) -> Option<Facet> {
        let places: BTreeSet<At> = self
            .entries
            .iter()
            .flat_map(filters::destinations)
            .collect();
        let mut values: Vec<_> = places
            .into_iter()
            .map(|at| (at, self.w.place(at.place())))
            .collect();
        values.sort_by_key(|(at, name)| (*at == At::Unknown, *name));
        let values = values
            .into_iter()
            .map(|(at, name)| (at, Marked::text(name)));
        let chosen = self.asked.filters.country.as_ref();
        self.facet(label, values.collect(), chosen, |filters, country| {
            filters.country = country;
        })
    }

    fn mechanisms(&self, label: &'static str) -> Option<Facet> {
        let bases = self.entries.iter().flat_map(|entry| &entry.bases);
        let of_region = bases.filter(|basis| {
            let region = self.asked.filters.region;
            region.is_none_or(|region| region == basis.regime)
        });
        let rests = of_region.flat_map(|basis| {
            let tool = basis.tool().map(Rests::With);
            [Some(Rests::On(basis.outcome)), tool]
        });
        let rests: BTreeSet<_> = rests.flatten().collect();
        let values = rests.into_iter().map(|rests| {
            let words = match rests {
                Rests::On(outcome) => self.w.any_outcome(outcome),
                Rests::With(tool) => self.w.tool(tool),
            };
            (rests, Marked::text(words))
        });
        let chosen = self.asked.filters.mechanism.as_ref();
        self.facet(label, values.collect(), chosen, |filters, rests| {
            filters.mechanism = rests;
        })
    }

    fn conditions(&self, label: &'static str) -> Option<Facet> {
        let found: BTreeSet<_> = self.entries.iter().map(filters::applies).collect();
        let words = &self.w.filter;
        let values = found.into_iter().map(|applies| {
            let words = match applies {
                Applies::Always => &words.always,
                Applies::Conditionally => &words.conditional,
            };
            (applies, Marked::text(words))
        });
        let chosen = self.asked.filters.condition.as_ref();
        self.facet(label, values.collect(), chosen, |filters, condition| {
            filters.condition = condition;
        })
    }
}
