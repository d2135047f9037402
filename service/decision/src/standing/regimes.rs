//! Which regimes apply to many relationships on one day, without saying why.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::{
    law::Law,
    span::Day,
    vocabulary::{Country, Place, Regime},
};

/// The data subjects of a relationship of which nobody recorded any: somebody under each regime.
static ANYWHERE: LazyLock<BTreeSet<Country>> = LazyLock::new(|| {
    ["DE", "CH", "GB"]
        .iter()
        .flat_map(|code| code.parse())
        .collect()
});

/// The data subjects as recorded, else somebody under each regime.
pub(super) fn subjects(recorded: Option<&BTreeSet<Country>>) -> &BTreeSet<Country> {
    recorded
        .filter(|countries| !countries.is_empty())
        .unwrap_or(&ANYWHERE)
}

/// A set of regimes; each has the bit of its place in the vocabulary.
type Mask = u8;

const fn bit(regime: Regime) -> Mask {
    1 << regime as u8
}

/// The regimes of a set, in the vocabulary's order.
fn members(mask: Mask) -> &'static [Regime] {
    use Regime::{Ch, Eu, Uk};
    const EU: Mask = bit(Eu);
    const CH: Mask = bit(Ch);
    const UK: Mask = bit(Uk);
    const EU_CH: Mask = EU | CH;
    const EU_UK: Mask = EU | UK;
    const CH_UK: Mask = CH | UK;
    match mask {
        0 => &[],
        EU => &[Eu],
        CH => &[Ch],
        UK => &[Uk],
        EU_CH => &[Eu, Ch],
        EU_UK => &[Eu, Uk],
        CH_UK => &[Ch, Uk],
        _ => Regime::ALL,
    }
}

/// The regimes that each country gives on one day, looked up once.
#[derive(Debug)]
pub(super) struct OwnAreas {
    by_country: Vec<Mask>,
}

impl OwnAreas {
    pub(super) fn on(law: &Law, day: Day) -> Self {
        let mut by_country = vec![0; 1000];
        for country in Country::all() {
            if let Some(mask) = by_country.get_mut(country.index() as usize) {
                *mask = given_by(law, country, day);
            }
        }
        Self { by_country }
    }

    fn of(&self, country: Country) -> Mask {
        let at = country.index() as usize;
        self.by_country.get(at).copied().unwrap_or_default()
    }

    /// The regimes of the data subjects' countries and of the first exporter's.
    pub(super) fn regimes(
        &self,
        subjects: &BTreeSet<Country>,
        exporter: Option<Place>,
    ) -> &'static [Regime] {
        applying(|country| self.of(country), subjects, exporter)
    }
}

/// The same for a day about which only little is asked.
pub(super) fn regimes_on(
    law: &Law,
    day: Day,
    subjects: &BTreeSet<Country>,
    exporter: Option<Place>,
) -> &'static [Regime] {
    applying(|country| given_by(law, country, day), subjects, exporter)
}

fn given_by(law: &Law, country: Country, day: Day) -> Mask {
    let gives = |regime: &&Regime| law.own_area_on(**regime, country, day).is_some();
    let all = Regime::ALL.iter().filter(gives);
    all.fold(0, |mask, regime| mask | bit(*regime))
}

fn applying(
    given_by: impl Fn(Country) -> Mask,
    subjects: &BTreeSet<Country>,
    exporter: Option<Place>,
) -> &'static [Regime] {
    let by_exporter = match exporter {
        Some(Place::Country(country)) => given_by(country),
        Some(Place::Area(_)) => bit(Regime::Eu),
        None => 0,
    };
    let by_subjects = subjects.iter().map(|country| given_by(*country));
    members(by_subjects.fold(by_exporter, |mask, given| mask | given))
}
