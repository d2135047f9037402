//! The columns of each resource: its input form. A test holds them against it.

use crate::tables::{Column, Kind, Sheet};

/// A column that every file must have.
const fn must(name: &'static str, kind: Kind) -> Column {
    Column::new(name, kind)
}

/// A column that a file may be without.
const fn may(name: &'static str, kind: Kind) -> Column {
    Column::new(name, kind).optional()
}

/// The object's id.
const ID: Column = may("id", Kind::Code);
/// Where the fact comes from.
const SOURCE: Column = must("source", Kind::Text);
/// When somebody last checked it.
const CHECKED_ON: Column = may("checked_on", Kind::Day);
/// What else a reader must know.
const NOTE: Column = may("note", Kind::Text);

pub(super) const GROUPS: Sheet = Sheet::new(
    "groups",
    &[
        ID,
        must("slug", Kind::Code),
        must("name", Kind::Text),
        may("notice_note", Kind::Text),
        may("notice_days", Kind::Integer),
        may("objection_days", Kind::Integer),
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const ORGANISATIONS: Sheet = Sheet::new(
    "organisations",
    &[
        ID,
        must("slug", Kind::Code),
        must("kind", Kind::Code),
        may("group", Kind::Code),
        must("legal_name", Kind::Text),
        may("seat", Kind::Code),
        may("seat_note", Kind::Text),
        may("registration", Kind::Text),
        may("representative", Kind::Text),
        may("attributes", Kind::Flags),
        may("on_public_list", Kind::Bool),
        may("contacts", Kind::Json),
        may("dpf_participant", Kind::Text),
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const CERTIFICATIONS: Sheet = Sheet::new(
    "certifications",
    &[
        ID,
        must("organisation", Kind::Code),
        must("framework", Kind::Code),
        must("valid_from", Kind::Day),
        may("valid_to", Kind::Day),
        may("recertification_due", Kind::Day),
        may("covers_hr", Kind::Bool),
        may("evidence/list", Kind::Text),
        may("evidence/day", Kind::Day),
        may("evidence/sha256", Kind::Code),
        may("evidence/participant", Kind::Text),
        may("evidence/status", Kind::Text),
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const SUBPROCESSORS: Sheet = Sheet::new(
    "subprocessors",
    &[
        ID,
        may("status", Kind::Code),
        must("group", Kind::Code),
        must("organisation", Kind::Code),
        must("service", Kind::Text),
        may("purpose", Kind::Code),
        may("description", Kind::Text),
        may("data_categories", Kind::List),
        may("data_subjects", Kind::Text),
        may("data_subject_countries", Kind::List),
        may("condition", Kind::Text),
        may("announced_on", Kind::Day),
        may("objection_until", Kind::Day),
        must("effective_from", Kind::Day),
        may("ended_on", Kind::Day),
        may("exporter_role", Kind::Code),
        may("importer_role", Kind::Code),
        may("locations", Kind::Json),
        NOTE,
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const MECHANISMS: Sheet = Sheet::new(
    "mechanisms",
    &[
        ID,
        may("group", Kind::Code),
        must("tool", Kind::Code),
        may("module", Kind::Integer),
        may("title", Kind::Text),
        must("parties", Kind::Json),
        may("signed_on", Kind::Day),
        may("approved_on", Kind::Day),
        may("approved_by", Kind::Code),
        may("authorised_on", Kind::Day),
        may("processing_changed_on", Kind::Day),
        may("ends_on", Kind::Day),
        may("combined_with_eu_data", Kind::Bool),
        may("statements", Kind::Flags),
        may("uses_limit", Kind::Integer),
        may("uses", Kind::Json),
        may("governing_law", Kind::Text),
        may("document", Kind::Text),
        may("document_sha256", Kind::Code),
        NOTE,
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const IMPACT_ASSESSMENTS: Sheet = Sheet::new(
    "impact_assessments",
    &[
        ID,
        must("mechanism", Kind::Code),
        must("destination", Kind::Code),
        must("conclusion", Kind::Code),
        must("concluded_on", Kind::Day),
        may("next_review", Kind::Day),
        may("measures", Kind::Text),
        may("steps/transfer", Kind::Text),
        may("steps/tool", Kind::Text),
        may("steps/destination_law", Kind::Text),
        may("steps/supplementary_measures", Kind::Json),
        may("steps/procedural_steps", Kind::Text),
        may("steps/re_evaluation", Kind::Text),
        SOURCE,
    ],
);

pub(super) const FLOWS: Sheet = Sheet::new(
    "flows",
    &[
        ID,
        may("status", Kind::Code),
        may("group", Kind::Code),
        must("exporter", Kind::Code),
        must("importer", Kind::Code),
        may("exporter_role", Kind::Code),
        may("importer_role", Kind::Code),
        may("data_subjects", Kind::List),
        may("data_categories", Kind::List),
        may("purpose", Kind::Code),
        must("valid_from", Kind::Day),
        may("valid_to", Kind::Day),
        may("continues", Kind::Code),
        may("collected_from_data_subject", Kind::Bool),
        may("suspensions", Kind::Json),
        may("locations", Kind::Json),
        may("owner", Kind::Text),
        NOTE,
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const PROCESSING_ACTIVITIES: Sheet = Sheet::new(
    "processing_activities",
    &[
        ID,
        must("group", Kind::Code),
        must("name", Kind::Text),
        may("role", Kind::Code),
        must("purpose", Kind::Code),
        may("data_categories", Kind::List),
        may("data_described", Kind::Text),
        may("data_subjects", Kind::Text),
        may("legal_bases", Kind::List),
        may("retention", Kind::Text),
        SOURCE,
        CHECKED_ON,
    ],
);

pub(super) const LAW_AMENDMENTS: Sheet = Sheet::new(
    "law_amendments",
    &[
        ID,
        may("withdrawn", Kind::Bool),
        must("amendment/kind", Kind::Code),
        may("amendment/decision", Kind::Code),
        may("amendment/membership", Kind::Code),
        may("amendment/last_day", Kind::Day),
        may("amendment/note", Kind::Text),
        may("amendment/id", Kind::Text),
        may("amendment/regime", Kind::Code),
        may("amendment/territory", Kind::Code),
        may("amendment/organisation", Kind::Text),
        may("amendment/instrument", Kind::Text),
        may("amendment/title", Kind::Text),
        may("amendment/citation", Kind::Text),
        may("amendment/celex", Kind::Text),
        may("amendment/fedlex", Kind::Text),
        may("amendment/uk", Kind::Text),
        may("amendment/fdpic", Kind::Bool),
        may("amendment/amended_by", Kind::List),
        may("amendment/valid_from", Kind::Day),
        may("amendment/valid_to", Kind::Day),
        may("amendment/conditions", Kind::Json),
        may("amendment/end_kind", Kind::Code),
        may("amendment/ended_by", Kind::Text),
        may("amendment/ending_act/celex", Kind::Text),
        may("amendment/ending_act/fedlex", Kind::Text),
        may("amendment/ending_act/uk", Kind::Text),
        may("amendment/effects_preserved", Kind::Bool),
        may("amendment/challenge", Kind::Text),
        may("amendment/notes", Kind::Text),
        may("amendment/status", Kind::Code),
        may("amendment/basis", Kind::Code),
        may("amendment/gives_regime", Kind::Bool),
        may("amendment/reason", Kind::Text),
        may("amendment/confidence", Kind::Code),
        SOURCE,
    ],
);
