//! The files as written: every field of every table, before its values are understood.
//!
//! Values stay texts here, so that one unknown code does not hide the next one.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Table;

/// A group's file. Rows are kept as tables and read one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    pub notice: Notice,
    pub group: Table,
    #[serde(default)]
    pub company: Vec<Table>,
    #[serde(default)]
    pub third_party: Vec<Table>,
    #[serde(default)]
    pub subprocessor: Vec<Table>,
    #[serde(default)]
    pub flow: Vec<Table>,
    #[serde(default)]
    pub processing_activity: Vec<Table>,
}

/// The file of third parties that belong to no single group.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThirdPartiesFile {
    pub third_party: Vec<Table>,
}

/// The notice from which a group's facts come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notice {
    /// Its file name.
    pub file: String,
    /// The day that it bears; absent: it is undated.
    pub date: Option<String>,
    /// The first day of every engagement and flow that it names.
    pub facts_from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub slug: String,
    pub name: String,
    pub notice_note: Option<String>,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Company {
    pub slug: String,
    pub legal_name: String,
    /// A country, an area, or `unknown`: never left out.
    pub seat: String,
    pub seat_note: Option<String>,
    pub registration: Option<String>,
    pub representative: Option<String>,
    #[serde(default)]
    pub attributes: BTreeMap<String, bool>,
    #[serde(default)]
    pub certification: Vec<Certification>,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThirdParty {
    pub slug: String,
    pub legal_name: String,
    /// A country, an area, or `unknown`: never left out.
    pub seat: String,
    pub seat_note: Option<String>,
    pub on_public_list: bool,
    #[serde(default)]
    pub certification: Vec<Certification>,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certification {
    pub framework: String,
    pub valid_from: String,
    pub covers_hr: bool,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Location {
    /// A country, an area, or `unknown`: never left out.
    pub place: String,
    pub activity: String,
    pub operated_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subprocessor {
    pub organisation: String,
    pub service: String,
    pub purpose: Option<String>,
    pub description: Option<String>,
    pub data_categories: Option<Vec<String>>,
    pub data_subjects: Option<String>,
    pub condition: Option<String>,
    pub exporter_role: Option<String>,
    pub importer_role: Option<String>,
    #[serde(default)]
    pub location: Vec<Location>,
    pub note: Option<String>,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flow {
    pub exporter: String,
    pub importer: String,
    pub exporter_role: Option<String>,
    pub importer_role: Option<String>,
    #[serde(default)]
    pub data_subjects: Vec<String>,
    pub data_categories: Option<Vec<String>>,
    pub purpose: Option<String>,
    #[serde(default)]
    pub collected_from_data_subject: bool,
    #[serde(default)]
    pub location: Vec<Location>,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProcessingActivity {
    pub name: String,
    pub role: Option<String>,
    pub purpose: String,
    #[serde(default)]
    pub data_categories: Vec<String>,
    pub data_described: Option<String>,
    pub data_subjects: Option<String>,
    #[serde(default)]
    pub legal_bases: Vec<String>,
    pub retention: Option<String>,
    pub source: String,
}
