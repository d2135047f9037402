//! What the operations on lists of participants are asked with.

use transfer_registry_core::participants::DifferenceKind;

use crate::api::query::{CURSOR, KNOWN_AT, Kind, LIMIT, Parameter, Parameters};

/// What a workbook is read with.
#[derive(Debug)]
pub(crate) struct ReadingQuery;

impl Parameters for ReadingQuery {
    const OPERATION: &'static str = "readParticipantList";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new(
        "day",
        "The list's day, as the page shows it where the workbook was taken from: the workbook \
         itself does not say it.",
        Kind::AsOf,
    )
    .required()];
}

/// What the readings are asked with.
pub(crate) struct ReadingFilters;

impl Parameters for ReadingFilters {
    const OPERATION: &'static str = "listParticipantLists";
    const PARAMETERS: &'static [Parameter] = &[LIMIT, CURSOR, KNOWN_AT];
}

/// What one reading is asked with.
pub(crate) struct ReadingLookup;

impl Parameters for ReadingLookup {
    const OPERATION: &'static str = "getParticipantList";
    const PARAMETERS: &'static [Parameter] = &[KNOWN_AT];
}

/// What narrows the differences.
pub(crate) struct DifferenceFilters;

impl Parameters for DifferenceFilters {
    const OPERATION: &'static str = "listParticipantDifferences";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        Parameter::new(
            "as_of",
            "The day for which they are compared: what runs then, and what is due soon; today if \
             left out.",
            Kind::AsOf,
        ),
        KNOWN_AT,
        Parameter::new(
            "organisation",
            "Only differences about this organisation, by slug or id.",
            Kind::Name,
        ),
        Parameter::new(
            "kind",
            "Only differences of this kind.",
            Kind::code::<DifferenceKind>(),
        ),
    ];
}

/// What entries of the newest list are looked up with.
pub(crate) struct ParticipantFilters;

impl Parameters for ParticipantFilters {
    const OPERATION: &'static str = "listParticipants";
    const PARAMETERS: &'static [Parameter] = &[
        LIMIT,
        CURSOR,
        KNOWN_AT,
        Parameter::new(
            "q",
            "A participant's id, or a part of its legal name, of the name under which it is \
             shown, or of the name of an entity that it covers; upper and lower case are one.",
            Kind::Name,
        )
        .required(),
    ];
}
