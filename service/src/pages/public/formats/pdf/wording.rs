//! What a printed list says, in each language.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{pages::public::words::Language, refusal::Refusal};

/// The words of a language. A key that is missing or unknown makes its file unreadable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Printed {
    /// "Subprocessors of {group}".
    pub(super) title: String,
    pub(super) published_by: String,
    pub(super) in_force: String,
    pub(super) version: String,
    /// "No. {number} of {day}".
    pub(super) version_of: String,
    pub(super) known_at: String,
    pub(super) address: String,
    pub(super) note: String,
    pub(super) demo: String,
    pub(super) meaning: String,
    /// "In effect on {day}".
    pub(super) in_effect: String,
    pub(super) upcoming: String,
    pub(super) companies: String,
    pub(super) none: String,
    pub(super) sources: String,
    pub(super) entity: String,
    pub(super) does: String,
    pub(super) data: String,
    pub(super) places: String,
    pub(super) basis: String,
    pub(super) days: String,
    pub(super) company: String,
    pub(super) seat: String,
    pub(super) registration: String,
    pub(super) representative: String,
    /// "Since {day}", "from {day}", "until {day}".
    pub(super) since: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) objection: String,
    pub(super) applies: String,
    pub(super) subjects: String,
    pub(super) seat_in: String,
    pub(super) not_recorded: String,
    pub(super) undisclosed: String,
    /// "{page} of {pages}".
    pub(super) page_of: String,
    pub(super) law_pack: String,
    pub(super) hash: String,
    pub(super) letters_replaced: String,
}

/// The words of a language.
///
/// # Errors
/// A fault of ours, when its file cannot be read; a test reads all of them.
pub(super) fn of(language: Language) -> Result<&'static Printed, Refusal> {
    type Read = LazyLock<Result<Printed, toml::de::Error>>;
    static ENGLISH: Read = LazyLock::new(|| toml::from_str(include_str!("en.toml")));
    static GERMAN: Read = LazyLock::new(|| toml::from_str(include_str!("de.toml")));
    static FRENCH: Read = LazyLock::new(|| toml::from_str(include_str!("fr.toml")));
    static ITALIAN: Read = LazyLock::new(|| toml::from_str(include_str!("it.toml")));
    let read = match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Italian => &ITALIAN,
    };
    (**read).as_ref().map_err(|error| {
        tracing::error!(%error, ?language, "the words of a printed list are unreadable");
        Refusal::Internal
    })
}
