//! The demo register: five groups, each from one published notice, as plain records.
//!
//! The files in `register/` say what each notice says and nothing more; `register/README.md` tells
//! how they are written. [`demo`] reads the embedded files strictly. What the records leave out is
//! left out on purpose, because it is the same for every one of them:
//!
//! * everything runs in reality already, so every engagement and flow is entered with
//!   `record_existing`, active and without an end;
//! * nobody has checked anything, so there is no `checked_on` (a file that has one is refused);
//! * no notice concludes a safeguard or derogation, so there are no mechanisms.

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    span::Day,
    vocabulary::{
        Activity, Attribute, Country, DataCategory, Framework, OrganisationKind, Place, Role,
    },
};

use crate::SeedError;

mod file;
mod read;
#[cfg(test)]
mod tests;

/// Third parties that more than one notice could name, then one file for each group.
const FILES: [(&str, &str); 6] = [
    (
        "register/third-parties.toml",
        include_str!("../register/third-parties.toml"),
    ),
    (
        "register/qcontact.toml",
        include_str!("../register/qcontact.toml"),
    ),
    (
        "register/botsify.toml",
        include_str!("../register/botsify.toml"),
    ),
    (
        "register/netcode.toml",
        include_str!("../register/netcode.toml"),
    ),
    (
        "register/qiscus.toml",
        include_str!("../register/qiscus.toml"),
    ),
    (
        "register/instantchatbots.toml",
        include_str!("../register/instantchatbots.toml"),
    ),
];

/// The demo register. References are slugs, and every one of them resolves within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// The groups, each with its notice.
    pub groups: Vec<Group>,
    /// Group companies and third parties; certifications stand with their holder.
    pub organisations: Vec<Organisation>,
    /// The engagements.
    pub subprocessors: Vec<Subprocessor>,
    /// The flows.
    pub flows: Vec<Flow>,
    /// What the notices say on purposes, legal bases and retention.
    pub processing_activities: Vec<ProcessingActivity>,
}

/// A corporate group that keeps a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its slug.
    pub slug: String,
    /// The name under which it publishes.
    pub name: String,
    /// What a reader must know about the notice itself.
    pub notice_note: Option<String>,
    /// Where this comes from.
    pub source: String,
}

/// A legal entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its slug.
    pub slug: String,
    /// Group company or third party.
    pub kind: OrganisationKind,
    /// The slug of the group of which it is a company.
    pub group: Option<String>,
    /// Its name as the notice gives it.
    pub legal_name: String,
    /// Where it is established; `None`: recorded as unknown.
    pub seat: Option<Place>,
    /// How the seat is known; an assumption says so.
    pub seat_note: Option<String>,
    /// Its registration and registered office.
    pub registration: Option<String>,
    /// Its representative (GDPR Art. 27).
    pub representative: Option<String>,
    /// Attributes that the notice supports.
    pub attributes: BTreeMap<Attribute, bool>,
    /// Whether a public page may show it.
    pub on_public_list: bool,
    /// Its certifications.
    pub certifications: Vec<Certification>,
    /// Where this comes from.
    pub source: String,
}

/// An organisation's place in a framework. Days are inclusive; no last day is known for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// The framework.
    pub framework: Framework,
    /// Its first day.
    pub valid_from: Day,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// Where this comes from.
    pub source: String,
}

/// Where the importer touches the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// A country or area; `None`: recorded as unknown.
    pub place: Option<Place>,
    /// What happens there.
    pub activity: Activity,
    /// The slug of another legal entity that runs it.
    pub operated_by: Option<String>,
}

/// An engagement of a third party by a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subprocessor {
    /// The group's slug.
    pub group: String,
    /// The third party's slug.
    pub organisation: String,
    /// The service, in a few words.
    pub service: String,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// What it does, in the notice's sense.
    pub description: Option<String>,
    /// The data categories that the notice connects with it; `None`: it connects none.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// Under which condition it is engaged at all.
    pub condition: Option<String>,
    /// The first day.
    pub effective_from: Day,
    /// The exporter's role, where the notice says it.
    pub exporter_role: Option<Role>,
    /// The importer's role, where the notice says it.
    pub importer_role: Option<Role>,
    /// Where it touches the data; empty: the notice does not say.
    pub locations: Vec<Location>,
    /// What a reader must know besides.
    pub note: Option<String>,
    /// Where this comes from.
    pub source: String,
}

/// A data flow between two organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The slug of the group that keeps it.
    pub group: String,
    /// The exporter's slug.
    pub exporter: String,
    /// The importer's slug.
    pub importer: String,
    /// The exporter's role, where known.
    pub exporter_role: Option<Role>,
    /// The importer's role, where known.
    pub importer_role: Option<Role>,
    /// The data subjects' countries; empty: the notice does not say.
    pub data_subjects: BTreeSet<Country>,
    /// The data categories; `None`: the notice does not say.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// The purpose's code.
    pub purpose: Option<String>,
    /// The first day.
    pub valid_from: Day,
    /// The data subjects hand the data to the importer directly.
    pub collected_from_data_subject: bool,
    /// Where the importer touches the data; empty: the notice does not say.
    pub locations: Vec<Location>,
    /// Where this comes from.
    pub source: String,
}

/// One purpose for which a group processes personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessingActivity {
    /// The group's slug.
    pub group: String,
    /// The activity, in the notice's words.
    pub name: String,
    /// The group's role in it, where the notice says it.
    pub role: Option<Role>,
    /// The purpose's code.
    pub purpose: String,
    /// The data categories; empty: the notice connects none with this purpose.
    pub data_categories: BTreeSet<DataCategory>,
    /// The data in the notice's words.
    pub data_described: Option<String>,
    /// Whose data, in words.
    pub data_subjects: Option<String>,
    /// The legal bases that the notice names, each as `basis` or `basis: how the notice words it`.
    pub legal_bases: Vec<String>,
    /// The retention period or criterion that the notice gives.
    pub retention: Option<String>,
    /// Where this comes from.
    pub source: String,
}

/// Reads the embedded demo register.
///
/// # Errors
/// When a file is not understood or a reference points at nothing: every fault at once.
pub fn demo() -> Result<Demo, SeedError> {
    read::demo(&FILES)
}
