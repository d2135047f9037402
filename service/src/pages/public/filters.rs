//! What of a list is shown: filters that can be combined, each a plain link.

use transfer_decision::vocabulary::{DataCategory, Outcome, Place, Regime, Tool};

use super::{
    list::{Entry, List},
    words::{Language, Wording},
};
use crate::refusal::ViolationCode;

/// The longest text that can be looked for.
const LONGEST: usize = 200;

/// What is to be shown; everything, where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filters {
    /// Whose data: the answers of this regime, and who touches data of its people.
    pub(super) region: Option<Regime>,
    /// The service, by its [`key`].
    pub(super) product: Option<String>,
    /// Who touches this category of data.
    pub(super) data: Option<DataCategory>,
    /// Who is established there, touches data there, or has a location run from there.
    pub(super) country: Option<At>,
    /// What the transfer rests on.
    pub(super) mechanism: Option<Rests>,
    /// Whether it applies only under a condition.
    pub(super) condition: Option<Applies>,
    /// Only who is, or may be, outside of the EEA and Switzerland.
    pub(super) outside: bool,
    /// A text that must stand in it.
    pub(super) text: Option<String>,
}

/// A destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    /// A country or area.
    Known(Place),
    /// One that is recorded as unknown.
    Unknown,
}

/// What a transfer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rests {
    /// A kind of basis.
    On(Outcome),
    /// One tool.
    With(Tool),
}

/// Whether an engagement applies always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Applies {
    /// No condition is recorded.
    Always,
    /// It applies only under its condition.
    Conditionally,
}

impl At {
    fn of(place: Option<Place>) -> Self {
        place.map_or(Self::Unknown, Self::Known)
    }

    /// The place, if it is known.
    pub(super) const fn place(self) -> Option<Place> {
        match self {
            Self::Known(place) => Some(place),
            Self::Unknown => None,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Known(Place::Area(area)) => area.code(),
            Self::Known(Place::Country(_)) | Self::Unknown => "unknown",
        }
    }
}

impl Filters {
    /// Takes one parameter.
    ///
    /// # Errors
    /// When it has no such value.
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<(), ViolationCode> {
        let unknown = ViolationCode::UnknownCode;
        let text = || {
            let short = value.chars().count() <= LONGEST;
            short
                .then(|| value.to_owned())
                .ok_or(ViolationCode::TooLong)
        };
        match name {
            "region" => self.region = Some(value.parse().map_err(|_| unknown)?),
            "product" => self.product = Some(text()?),
            "data" => self.data = Some(value.parse().map_err(|_| unknown)?),
            "country" if value == "unknown" => self.country = Some(At::Unknown),
            "country" => self.country = Some(At::Known(value.parse().map_err(|_| unknown)?)),
            "mechanism" => {
                let outcome = value.parse().ok().map(Rests::On);
                let tool = || value.parse().ok().map(Rests::With);
                self.mechanism = Some(outcome.or_else(tool).ok_or(unknown)?);
            }
            "condition" if value == "always" => self.condition = Some(Applies::Always),
            "condition" if value == "conditional" => self.condition = Some(Applies::Conditionally),
            "outside" if value == "1" => self.outside = true,
            "q" => self.text = Some(text()?),
            _ => return Err(unknown),
        }
        Ok(())
    }

    /// What leads to this, in one order.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let country = |at: At| match at {
            At::Known(place) => place.code().to_owned(),
            At::Unknown => at.code().to_owned(),
        };
        let rests = |rests: Rests| match rests {
            Rests::On(outcome) => outcome.code().to_owned(),
            Rests::With(tool) => tool.code().to_owned(),
        };
        let applies = |applies: Applies| match applies {
            Applies::Always => "always".to_owned(),
            Applies::Conditionally => "conditional".to_owned(),
        };
        let pairs = [
            ("region", self.region.map(|regime| regime.code().to_owned())),
            ("product", self.product.clone()),
            ("data", self.data.map(|category| category.code().to_owned())),
            ("country", self.country.map(country)),
            ("mechanism", self.mechanism.map(rests)),
            ("condition", self.condition.map(applies)),
            ("outside", self.outside.then(|| "1".to_owned())),
            ("q", self.text.clone()),
        ];
        let given = pairs.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// Whether anything is left out at all.
    pub(super) fn narrow_anything(&self) -> bool {
        *self != Self::default()
    }

    /// Leaves out of a list what is not to be shown.
    pub(super) fn narrow(&self, list: &mut List) {
        list.entries.retain(|entry| self.keeps(entry));
        list.upcoming.retain(|entry| self.keeps(entry));
        if let Some(region) = self.region {
            for entry in list.entries.iter_mut().chain(&mut list.upcoming) {
                entry.bases.retain(|basis| basis.regime == region);
            }
        }
    }

    /// Whether an entry is shown.
    pub(super) fn keeps(&self, entry: &Entry) -> bool {
        let of_region = |region: &Regime| entry.bases.iter().any(|basis| basis.regime == *region);
        let in_region =
            |outcome: &&super::bases::RegimeBasis| self.region.is_none_or(|r| r == outcome.regime);
        let rests = |rests: &Rests| {
            let mut bases = entry.bases.iter().filter(in_region);
            bases.any(|basis| match rests {
                Rests::On(outcome) => basis.outcome == *outcome,
                Rests::With(tool) => basis.tool() == Some(*tool),
            })
        };
        self.region.as_ref().is_none_or(of_region)
            && self
                .product
                .as_ref()
                .is_none_or(|key| *key == product(entry))
            && self.data.is_none_or(|category| {
                let categories = entry.data_categories.as_ref();
                categories.is_some_and(|categories| categories.contains(&category))
            })
            && self
                .country
                .is_none_or(|at| destinations(entry).contains(&at))
            && self.mechanism.as_ref().is_none_or(rests)
            && self
                .condition
                .is_none_or(|condition| condition == applies(entry))
            && (!self.outside || entry.outside)
            && self.text.as_ref().is_none_or(|text| says(entry, text))
    }
}

/// A service as an address names it.
pub(super) fn product(entry: &Entry) -> String {
    let mut key = String::new();
    for character in entry.service.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            key.push(character);
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    let key = key.trim_end_matches('-');
    key.chars().take(LONGEST).collect()
}

/// Where it is established, where it touches the data, and where who runs a location is established.
pub(super) fn destinations(entry: &Entry) -> Vec<At> {
    let places = entry.locations.iter().map(|location| location.place);
    let mut found: Vec<_> = places.chain([entry.seat]).map(At::of).collect();
    found.extend(entry.operators.iter().copied().map(At::of));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether it applies always.
pub(super) const fn applies(entry: &Entry) -> Applies {
    match entry.condition {
        Some(_) => Applies::Conditionally,
        None => Applies::Always,
    }
}

/// Whether a text stands in an entry, in whichever language a country is named.
fn says(entry: &Entry, text: &str) -> bool {
    let wanted = text.to_lowercase();
    let typed = [
        Some(&entry.legal_name),
        Some(&entry.service),
        entry.purpose.as_ref(),
        entry.description.as_ref(),
        entry.data_subjects.as_ref(),
        entry.condition.as_ref(),
        entry.note.as_ref(),
        entry.seat_note.as_ref(),
    ];
    let mut typed = typed.into_iter().flatten();
    let languages = Language::ALL.into_iter();
    let mut wordings = languages.filter_map(|language| Wording::of(language).ok());
    typed.any(|typed| typed.to_lowercase().contains(&wanted))
        || wordings.any(|wording| {
            let places = destinations(entry).into_iter();
            let places = places.map(|at| wording.place(at.place()).to_lowercase());
            let categories = entry.data_categories.iter().flatten();
            let categories = categories.map(|one| wording.category(*one).to_lowercase());
            places.chain(categories).any(|word| word.contains(&wanted))
        })
}
