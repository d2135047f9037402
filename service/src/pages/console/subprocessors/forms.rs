//! The forms about an engagement.

use super::AT;
use crate::pages::console::forms::{Choices, EDITORS, Field, Form, Kind, Way};

/// The stages of an engagement's life, each with its form; and what it is.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/subprocessors/existing",
        at: AT,
        title: "Which subprocessor is engaged already?",
        intro: "Only for what already runs in reality: it becomes active at once, whatever the law \
                says, and is listed as denied if it is. What is still to come is proposed instead, so \
                that customers are told and the legal gate is asked first.",
        save: "Record it as it runs",
        way: Way::Create,
        api: "/v1/subprocessors",
        object: "",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: EXISTING,
    },
    Form {
        path: "/console/subprocessors/:id/edit",
        at: AT,
        title: "What changed about this engagement?",
        intro: "The group and the organisation stay. Days in the past are corrections of what was \
                recorded; a change that takes effect later is a new engagement or a location with its \
                own days.",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/subprocessors/{id}",
        object: "/v1/subprocessors/{id}",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: FACTS,
    },
    Form {
        path: "/console/subprocessors/:id/announce",
        at: AT,
        title: "When are the customers told, and when does it take effect?",
        intro: "The public list shows it under upcoming changes, and customers can object \
                (GDPR Art. 28(2)). It takes effect by itself on its day: not before the group’s days \
                of notice are over, nor while customers can still object.",
        save: "Announce it",
        way: Way::Step,
        api: "/v1/subprocessors/{id}/announce",
        object: "/v1/subprocessors/{id}",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: ANNOUNCEMENT,
    },
    Form {
        path: "/console/subprocessors/:id/activate",
        at: AT,
        title: "From which day does it carry data?",
        intro: "The legal gate is asked about that day, or about today when it is past; if it denies, \
                nothing is activated, and what would make it permitted is shown.",
        save: "Activate it",
        way: Way::Step,
        api: "/v1/subprocessors/{id}/activate",
        object: "/v1/subprocessors/{id}",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: &[Field::asked(
            "effective_from",
            "First day in effect",
            Kind::Day,
            "Left empty: the day that was proposed or announced.",
        )],
    },
    Form {
        path: "/console/subprocessors/:id/withdraw",
        at: AT,
        title: "Is the announcement taken back?",
        intro: "For example after an objection. It is proposed again, no longer takes effect on its \
                day, and can be announced anew.",
        save: "Withdraw the announcement",
        way: Way::Step,
        api: "/v1/subprocessors/{id}/withdraw",
        object: "/v1/subprocessors/{id}",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: &[],
    },
    Form {
        path: "/console/subprocessors/:id/end",
        at: AT,
        title: "On which day does it end?",
        intro: "From the day after it carries nothing. It stays in the archive of the public list. A \
                day that is past corrects what was recorded, and counts at once.",
        save: "End it",
        way: Way::Step,
        api: "/v1/subprocessors/{id}/end",
        object: "/v1/subprocessors/{id}",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: &[Field::needed(
            "last_day",
            "Last day",
            Kind::Day,
            "The last day on which data goes there.",
        )],
    },
];

const ANNOUNCEMENT: &[Field] = &[
    Field::asked(
        "announced_on",
        "Customers are told on",
        Kind::Day,
        "Left empty: today.",
    ),
    Field::asked(
        "objection_until",
        "Customers can object until",
        Kind::Day,
        "Left empty: as the group’s days to object say.",
    ),
    Field::asked(
        "effective_from",
        "First day in effect",
        Kind::Day,
        "Left empty: the day that was proposed.",
    ),
];

/// A question that several forms ask in the same words.
pub(super) const GROUP: Field = Field::needed(
    "group",
    "Group",
    Kind::One(Choices::Groups),
    "Whose subprocessor it is. It binds every company of the group.",
);
pub(super) const SERVICE: Field = Field::needed(
    "service",
    "Service",
    Kind::Line,
    "What the subprocessor does, as the public list says it.",
);
pub(super) const PURPOSE: Field = Field::asked(
    "purpose",
    "Purpose code",
    Kind::Line,
    "A short code such as customer_support; a mechanism can be limited to purposes.",
);
pub(super) const DESCRIPTION: Field = Field::asked(
    "description",
    "More about it",
    Kind::Text,
    "In plain words.",
);
pub(super) const CONDITION: Field = Field::asked(
    "condition",
    "Condition",
    Kind::Text,
    "When it applies at all, such as “only if the chat is switched on”.",
);
pub(super) const EXPORTER_ROLE: Field = Field::asked(
    "exporter_role",
    "The group’s role",
    Kind::One(Choices::These(ROLES)),
    "It says which module of the standard contractual clauses fits.",
);
pub(super) const IMPORTER_ROLE: Field = Field::asked(
    "importer_role",
    "The subprocessor’s role",
    Kind::One(Choices::These(ROLES)),
    "A subprocessor is a processor, unless it decides itself what the data is for.",
);
pub(super) const CATEGORIES: Field = Field::asked(
    "data_categories",
    "Data",
    Kind::Many(Choices::DataCategories),
    "A check that asks for data that is not ticked here is denied. HR data needs a certification that covers it.",
);
pub(super) const SUBJECTS: Field = Field::asked(
    "data_subjects",
    "Whose data",
    Kind::Line,
    "In words: customers, visitors of the website, employees.",
);
pub(super) const SUBJECT_COUNTRIES: Field = Field::asked(
    "data_subject_countries",
    "Where these people are",
    Kind::Countries,
    "Codes or names with commas. They decide which law protects the data; left empty, every regime is asked.",
);
pub(super) const EFFECTIVE: Field = Field::needed(
    "effective_from",
    "First day in effect",
    Kind::Day,
    "From this day on data goes there.",
);
pub(super) const LOCATIONS: Field = Field::asked(
    "locations",
    "Where the data is touched",
    Kind::Rows(LOCATION),
    "Each place where the data is stored, processed or accessed from. Without any, the seat is judged.",
)
.at_most(100);
pub(super) const NOTE: Field = Field::asked(
    "note",
    "Note",
    Kind::Text,
    "What else a reader must know; the public list shows it.",
);
pub(super) const SOURCE: Field = Field::needed(
    "source",
    "Source",
    Kind::Line,
    "Where this is known from: a contract, a date, a section.",
);
pub(super) const CHECKED: Field = Field::asked(
    "checked_on",
    "Checked on",
    Kind::Day,
    "The day on which somebody last compared this with its source.",
);
const ORGANISATION: Field = Field::needed(
    "organisation",
    "Organisation",
    Kind::One(Choices::ThirdParties),
    "The legal entity that is engaged. One that is missing is added under Companies.",
);
const ANNOUNCED: Field = Field::asked(
    "announced_on",
    "Customers were told on",
    Kind::Day,
    "Left empty: not recorded.",
);
const OBJECTION: Field = Field::asked(
    "objection_until",
    "Customers could object until",
    Kind::Day,
    "",
);
const ENDED: Field = Field::asked(
    "ended_on",
    "Last day in effect",
    Kind::Day,
    "Left empty: it goes on.",
);
const RUNS: Field = Field::asked(
    "record_existing",
    "It runs already",
    Kind::Yes,
    "Data goes there today. Without the tick it is only proposed.",
);

pub(in super::super) const ROLES: &[(&str, &str)] =
    &[("controller", "Controller"), ("processor", "Processor")];

/// A place, as engagements and flows ask it.
pub(in super::super) const LOCATION: &[Field] = &[
    Field::needed(
        "activity",
        "What happens there",
        Kind::One(Choices::These(&[
            ("storage", "Storage"),
            ("processing", "Processing"),
            ("remote_access", "Remote access"),
        ])),
        "",
    ),
    Field::asked(
        "place",
        "Where",
        Kind::One(Choices::Places),
        "Nothing chosen: unknown, and then denied.",
    ),
    Field::asked(
        "operated_by",
        "Run by another company",
        Kind::One(Choices::Organisations),
        "It is then a hop of its own.",
    ),
    Field::asked("from", "From", Kind::Day, "Nothing: from its first day."),
    Field::asked("until", "Until", Kind::Day, "Nothing: to its last day."),
];

const FACTS: &[Field] = &[
    SERVICE,
    PURPOSE,
    DESCRIPTION,
    CONDITION,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    CATEGORIES,
    SUBJECTS,
    SUBJECT_COUNTRIES,
    LOCATIONS,
    ANNOUNCED,
    OBJECTION,
    EFFECTIVE,
    ENDED,
    NOTE,
    SOURCE,
    CHECKED,
];

const EXISTING: &[Field] = &[
    RUNS,
    GROUP,
    ORGANISATION,
    SERVICE,
    PURPOSE,
    DESCRIPTION,
    CONDITION,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    CATEGORIES,
    SUBJECTS,
    SUBJECT_COUNTRIES,
    LOCATIONS,
    ANNOUNCED,
    OBJECTION,
    EFFECTIVE,
    ENDED,
    NOTE,
    SOURCE,
    CHECKED,
];
