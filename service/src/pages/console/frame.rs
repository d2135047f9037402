//! What stands around every page of the console: where one is, who one is, which day it shows.

use super::{
    day_bar::{self, DayBar},
    desk::Desk,
    words,
};

/// Under which name an address says what became of what was done last.
pub(super) const SAID: &str = "said";

/// What became of what was done last, in a sentence.
fn became(said: &str) -> Option<&'static str> {
    match said {
        "saved" => Some("Saved, and in force for every answer from now on."),
        "proposed" => Some("Proposed. It is made when another person approves it."),
        "approved" => Some("Approved, and made: it is in force for every answer from now on."),
        "refused" => Some("Refused. Nothing was changed."),
        "withdrawn" => Some("Withdrawn. Nothing was changed."),
        "revoked" => Some("Revoked. It is refused from the next request on."),
        _ => None,
    }
}

/// A place in the navigation.
pub(super) struct Place {
    /// Where it is.
    pub(super) path: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// For whom it is there.
    roles: Roles,
}

/// For whom a place is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Roles {
    /// Everybody.
    All,
    /// Whoever may read the register.
    Readers,
    /// Administrators.
    Admins,
}

/// A group of places.
pub(super) struct Part {
    /// Its name.
    pub(super) name: &'static str,
    /// Its places.
    pub(super) places: &'static [Place],
}

const fn place(path: &'static str, name: &'static str, roles: Roles) -> Place {
    Place { path, name, roles }
}

/// The console, in the order in which a lawyer looks at it.
const PARTS: &[Part] = &[
    Part {
        name: "Today",
        places: &[
            place("/", "Attention", Roles::Readers),
            place("/console/check", "Check a transfer", Roles::All),
            place("/console/what-if", "What if", Roles::Readers),
            place("/console/map", "Transfer map", Roles::Readers),
        ],
    },
    Part {
        name: "Register",
        places: &[
            place("/console/subprocessors", "Subprocessors", Roles::Readers),
            place("/console/flows", "Flows", Roles::Readers),
            place("/console/organisations", "Companies", Roles::Readers),
            place("/console/mechanisms", "Mechanisms", Roles::Readers),
            place("/console/assessments", "Impact assessments", Roles::Readers),
            place("/console/activities", "Processing", Roles::Readers),
            place("/console/groups", "Groups", Roles::Readers),
        ],
    },
    Part {
        name: "Law and record",
        places: &[
            place("/console/law", "Law", Roles::Readers),
            place("/console/publishing", "Publishing", Roles::Readers),
            place("/console/proposals", "Proposals", Roles::Readers),
            place("/console/ledger", "Ledger", Roles::Readers),
            place("/console/tokens", "Tokens", Roles::Admins),
            place("/console/users", "Users", Roles::Admins),
        ],
    },
];

/// What stands around a page.
pub(super) struct Frame {
    /// Who has signed in.
    pub(super) name: String,
    /// What they may do.
    pub(super) role: &'static str,
    /// What a form of the page must carry.
    pub(super) form_token: String,
    /// The navigation, with the way to each place on the shown day.
    pub(super) parts: Vec<ShownPart>,
    /// The page's own path, for the day bar.
    pub(super) path: String,
    /// What else the page's address says, for the day bar.
    pub(super) others: Vec<(String, String)>,
    /// The day that is shown.
    pub(super) day: String,
    /// The same, written out.
    pub(super) written_day: String,
    /// The instant that is shown, as its field writes it.
    pub(super) known_at: String,
    /// The same exactly, for the bar to carry along.
    pub(super) known_exactly: Option<String>,
    /// Whether another moment than now is shown.
    pub(super) past: bool,
    /// Whether the register is the demo's.
    pub(super) demo: bool,
    /// What became of what was done last.
    pub(super) said: Option<&'static str>,
    /// The way back to now.
    pub(super) now: String,
    bar: DayBar,
}

/// A group of places, as it is shown.
pub(super) struct ShownPart {
    pub(super) name: &'static str,
    pub(super) places: Vec<ShownPlace>,
}

/// A place, as it is shown.
pub(super) struct ShownPlace {
    pub(super) href: String,
    pub(super) name: &'static str,
    pub(super) current: bool,
}

impl Frame {
    /// What a person is called who has signed in.
    pub(super) fn person(&self) -> &str {
        words::person(&self.name)
    }

    /// The frame around a page at a place of the navigation.
    pub(super) fn of(desk: &Desk<'_>, at: &str, demo: bool) -> Self {
        use transfer_registry_core::tokens::Role;
        let role = desk.person().role;
        let there_for = |roles| match roles {
            Roles::All => true,
            Roles::Readers => role != Role::Checker,
            Roles::Admins => role == Role::Admin,
        };
        let parts = PARTS.iter().map(|part| ShownPart {
            name: part.name,
            places: part
                .places
                .iter()
                .filter(|place| there_for(place.roles))
                .map(|place| ShownPlace {
                    href: desk.link(place.path),
                    name: place.name,
                    current: place.path == at,
                })
                .collect(),
        });
        let uri = desk.request.original_uri();
        let others = desk.request.params::<Vec<(String, String)>>();
        let mut others = others.unwrap_or_default();
        let said = others.iter().find(|(name, _)| name == SAID);
        let said = said.and_then(|(_, said)| became(said));
        // A page's own place in a list is none in the list of another day.
        others.retain(|(name, _)| !["as_of", "known_at", "cursor", SAID].contains(&name.as_str()));
        let pairs: Vec<(&str, String)> = others
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        Self {
            name: desk.person().name.to_string(),
            role: role.code(),
            form_token: desk.signed_in.secret.form_token(),
            parts: parts.filter(|part| !part.places.is_empty()).collect(),
            now: day_bar::with(uri.path(), &pairs),
            path: uri.path().to_owned(),
            others,
            day: desk.day.day().to_string(),
            written_day: words::day(desk.day.day()),
            known_at: desk.day.known_at_field(),
            known_exactly: desk.day.known_at_text(),
            past: desk.day.is_past(),
            demo,
            said,
            bar: desk.day,
        }
    }

    /// A path of the console that shows the same day.
    pub(super) fn link(&self, path: &str) -> String {
        self.bar.link(path)
    }
}
