//! Countries, areas and the places that a fact can name.

use std::{fmt, str::FromStr};

use isocountry::CountryCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{UnknownCode, deserialize_code, vocabulary};

/// A country or territory with a code of its own in ISO 3166-1 (alpha-2, upper case). `GB` and
/// `GR`, never `UK` or `EL`; Jersey, Gibraltar, Réunion and the like are territories of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country(CountryCode);

impl Country {
    /// The alpha-2 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.alpha2()
    }

    /// A short English name as used today.
    #[must_use]
    pub fn name(self) -> &'static str {
        // The list behind the codes is of about 2018 and prints some names of its own.
        match self.0 {
            CountryCode::GBR => "United Kingdom",
            CountryCode::USA => "United States",
            CountryCode::SWZ => "Eswatini",
            CountryCode::TUR => "Türkiye",
            CountryCode::MKD => "North Macedonia",
            CountryCode::KOR => "South Korea",
            CountryCode::CZE => "Czechia",
            code => code.name(),
        }
    }

    /// Every country and territory.
    pub fn all() -> impl Iterator<Item = Self> {
        CountryCode::iter().map(|code| Self(*code))
    }

    /// A dense index below 1000 (the ISO numeric code), for tables by country.
    #[must_use]
    pub fn index(self) -> u32 {
        self.0.numeric_id()
    }
}

impl PartialOrd for Country {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Country {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Country {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        CountryCode::for_alpha2(code)
            .map(Self)
            .map_err(|_| UnknownCode {
                vocabulary: "country",
                code: code.to_owned(),
            })
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_code(deserializer)
    }
}

vocabulary! {
    /// An area that a vendor names when it discloses no country: every state that is a member on
    /// the day.
    Area, "area", {
        /// The European Economic Area: rows `EU-MEMBER` and `EEA-MEMBER`.
        Eea = "EEA",
        /// The European Union: rows `EU-MEMBER`.
        Eu = "EU",
    }
}

/// A place as a fact records it: a country or an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// One country or territory.
    Country(Country),
    /// An area of several states.
    Area(Area),
}

impl Place {
    /// The country's or area's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Country(country) => country.code(),
            Self::Area(area) => area.code(),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl From<Country> for Place {
    fn from(country: Country) -> Self {
        Self::Country(country)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Place {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        if let Ok(area) = code.parse() {
            return Ok(Self::Area(area));
        }
        code.parse().map(Self::Country)
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_code(deserializer)
    }
}
