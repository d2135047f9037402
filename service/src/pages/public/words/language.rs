//! The languages in which the public pages can be read, and which one somebody prefers.

/// A language of the public pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    English,
    German,
    French,
    Italian,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub(crate) const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Italian];

    /// Its code (ISO 639-1).
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Italian => "it",
        }
    }

    /// What its speakers call it.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Italian => "Italiano",
        }
    }

    /// The language with a code.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The one that an `accept-language` header likes best (RFC 9110, 12.5.4); English for
    /// everybody else. Of equals the first, as browsers list them.
    pub(crate) fn preferred(accepted: &str) -> Self {
        let ranges = accepted.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next()?;
            let primary = tag.split('-').next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight = weight.map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?;
            let language = if primary == "*" {
                Some(Self::English)
            } else {
                Self::of_code(&primary)
            };
            Some((language?, weight))
        });
        let mut best = (Self::English, 0.0);
        for (language, weight) in ranges {
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_given_the_language_that_it_likes_best() {
        for (accepted, expected) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-CH, de;q=0.9, en;q=0.8", Language::German),
            ("en;q=0.5, fr;q=0.7", Language::French),
            ("fr;q=0.7, it;q=0.7", Language::French),
            ("ja, it;q=0.1", Language::Italian),
            ("ja, *;q=0.5", Language::English),
            ("de;q=0", Language::English),
            ("DE-de", Language::German),
            ("de;q=x, fr;q=0.2", Language::French),
            (";;,,;q=", Language::English),
        ] {
            assert_eq!(Language::preferred(accepted), expected, "{accepted}");
        }
    }
}
