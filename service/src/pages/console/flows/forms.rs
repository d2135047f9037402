//! The forms about a flow.

use super::{AT, outlook};
use crate::pages::console::{
    forms::{Choices, EDITORS, Field, Form, Kind, Way},
    subprocessors::{LOCATION, ROLES},
};

/// A flow's forms.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/flows/new",
        at: AT,
        title: "Who sends data to whom?",
        intro: "A flow begins as a draft, and carries nothing until it is activated: the legal gate is \
                asked then. Only what already runs in reality is recorded as it is.",
        save: "Register the flow",
        way: Way::Create,
        api: "/v1/flows",
        object: "",
        then: "/console/flows/{id}",
        roles: EDITORS,
        fields: NEW,
    },
    Form {
        path: "/console/flows/:id/edit",
        at: AT,
        title: "What changed about this flow?",
        intro: "Who keeps it, who sends and who receives stay. What comes into effect by a change \
                passes the legal gate first.",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/flows/{id}",
        object: "/v1/flows/{id}",
        then: "/console/flows/{id}",
        roles: EDITORS,
        fields: FACTS,
    },
    Form {
        path: "/console/flows/:id/activate",
        at: AT,
        title: "Is this flow to carry data?",
        intro: "A draft takes effect on its first day, a suspended flow again today. The legal gate is \
                asked first; if it denies, nothing is activated, and what would make it permitted is \
                shown.",
        save: "Activate it",
        way: Way::Step,
        api: "/v1/flows/{id}/activate",
        object: "/v1/flows/{id}",
        then: "/console/flows/{id}",
        roles: EDITORS,
        fields: &[],
    },
    Form {
        path: "/console/flows/:id/suspend",
        at: AT,
        title: "Is this flow to carry nothing for now?",
        intro: "From today on every check that rests on it is denied, until it is activated again.",
        save: "Suspend it",
        way: Way::Step,
        api: "/v1/flows/{id}/suspend",
        object: "/v1/flows/{id}",
        then: "/console/flows/{id}",
        roles: EDITORS,
        fields: &[],
    },
    Form {
        path: "/console/flows/:id/end",
        at: AT,
        title: "On which day does this flow end?",
        intro: "From the day after it carries nothing. A day that is past corrects what was recorded, \
                and counts at once.",
        save: "End it",
        way: Way::Step,
        api: "/v1/flows/{id}/end",
        object: "/v1/flows/{id}",
        then: "/console/flows/{id}",
        roles: EDITORS,
        fields: &[Field::needed(
            "last_day",
            "Last day",
            Kind::Day,
            "The last day on which data goes there.",
        )],
    },
];

/// What a new flow is asked.
pub(super) const NEW: &[Field] = &[
    Field::needed(
        "exporter",
        "From",
        Kind::One(Choices::Organisations),
        "The legal entity that sends the data.",
    ),
    Field::needed(
        "importer",
        "To",
        Kind::One(Choices::Organisations),
        "The legal entity that receives it.",
    ),
    Field::asked(
        "group",
        "Kept by",
        Kind::One(Choices::Groups),
        "The group in whose register it stands. Nothing chosen: it is shared by all.",
    ),
    CONTINUES,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    CATEGORIES,
    SUBJECTS,
    PURPOSE,
    LOCATIONS,
    COLLECTED,
    FIRST,
    LAST,
    Field::asked(
        "record_existing",
        "It runs already",
        Kind::Yes,
        "Only if data goes there today. It becomes active at once, whatever the law says, and is \
         listed as denied if it is. A draft is asked about at the legal gate instead.",
    ),
    OWNER,
    NOTE,
    SOURCE,
    CHECKED,
    Field::outlook("This flow", outlook::of),
];

const FACTS: &[Field] = &[
    CONTINUES,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    CATEGORIES,
    SUBJECTS,
    PURPOSE,
    LOCATIONS,
    COLLECTED,
    FIRST,
    LAST,
    OWNER,
    NOTE,
    SOURCE,
    CHECKED,
];

const CONTINUES: Field = Field::asked(
    "continues",
    "Continues the flow",
    Kind::One(Choices::Flows),
    "For an onward transfer: the flow by which the exporter got the data. The whole chain is judged.",
);
const EXPORTER_ROLE: Field = Field::asked(
    "exporter_role",
    "The exporter’s role",
    Kind::One(Choices::These(ROLES)),
    "It says which module of the standard contractual clauses fits.",
);
const IMPORTER_ROLE: Field = Field::asked(
    "importer_role",
    "The importer’s role",
    Kind::One(Choices::These(ROLES)),
    "",
);
const CATEGORIES: Field = Field::asked(
    "data_categories",
    "Data",
    Kind::Many(Choices::DataCategories),
    "A check that asks for data that is not ticked here is denied. HR data needs a certification that covers it.",
);
const SUBJECTS: Field = Field::asked(
    "data_subjects",
    "Where the people are",
    Kind::Countries,
    "Codes or names with commas. They decide which law protects the data; left empty, every regime is asked.",
);
const PURPOSE: Field = Field::asked(
    "purpose",
    "Purpose code",
    Kind::Line,
    "A short code such as customer_support; a mechanism can be limited to purposes.",
);
const LOCATIONS: Field = Field::asked(
    "locations",
    "Where the importer touches the data",
    Kind::Rows(LOCATION),
    "Each place where the data is stored, processed or accessed from. Without any, the seat is judged.",
)
.at_most(100);
const COLLECTED: Field = Field::asked(
    "collected_from_data_subject",
    "The people hand the data to the importer directly",
    Kind::Yes,
    "On their own initiative: then there is no exporter, and no transfer in the sense of Chapter V.",
);
const FIRST: Field = Field::needed(
    "valid_from",
    "First day",
    Kind::Day,
    "From this day on data goes there.",
);
const LAST: Field = Field::asked("valid_to", "Last day", Kind::Day, "Left empty: it goes on.");
const OWNER: Field = Field::asked(
    "owner",
    "Answered for by",
    Kind::Line,
    "The person or team to ask.",
);
const NOTE: Field = Field::asked("note", "Note", Kind::Text, "What else a reader must know.");
const SOURCE: Field = Field::needed(
    "source",
    "Source",
    Kind::Line,
    "Where this is known from: a contract, a date, a section.",
);
const CHECKED: Field = Field::asked(
    "checked_on",
    "Checked on",
    Kind::Day,
    "The day on which somebody last compared this with its source.",
);
