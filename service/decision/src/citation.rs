//! Where a legal fact stands, and the link a reader can follow.

use serde::{Deserialize, Serialize};

/// An official publication, from whose numbers a link is built. The law pack keeps the numbers;
/// nobody types a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Publication {
    /// EUR-Lex, by CELEX number.
    Celex(String),
    /// Fedlex, by the year and page of the official compilation (`2022/568`).
    Fedlex(String),
    /// legislation.gov.uk, by its path (`uksi/2023/1028`).
    UkLegislation(String),
    /// The FDPIC's indicative list of states under the old FADP; it has no number.
    Fdpic,
}

impl Publication {
    /// The link to the official text.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Celex(number) => {
                format!("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{number}")
            }
            Self::Fedlex(number) => format!("https://www.fedlex.admin.ch/eli/cc/{number}/en"),
            Self::UkLegislation(path) => format!("https://www.legislation.gov.uk/{path}"),
            Self::Fdpic => {
                "https://www.edoeb.admin.ch/en/disclosure-of-personal-data-abroad".to_owned()
            }
        }
    }
}
