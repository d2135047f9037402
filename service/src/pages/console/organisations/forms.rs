//! The forms about organisations and their certifications.

use super::AT;
use crate::pages::console::forms::{Choices, EDITORS, Field, Form, Kind, Way};

/// The forms.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/organisations/new",
        at: AT,
        title: "Which organisation is it?",
        intro: "Its seat, and not its brand, is what the law asks for. Leave out what nobody knows: an unknown seat is recorded as unknown, and never permits anything.",
        save: "Add the organisation",
        way: Way::Create,
        api: "/v1/organisations",
        object: "",
        then: "/console/organisations/{id}",
        roles: EDITORS,
        fields: NEW,
    },
    Form {
        path: "/console/organisations/:id/edit",
        at: AT,
        title: "What changed about this organisation?",
        intro: "Its short name, its kind and its group stay: another company is another organisation.",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/organisations/{id}",
        object: "/v1/organisations/{id}",
        then: "/console/organisations/{id}",
        roles: EDITORS,
        fields: EDIT,
    },
    Form {
        path: "/console/organisations/:id/certifications/new",
        at: AT,
        title: "In which framework is it certified?",
        intro: "A certification covers who is named on the framework's own list, on the days that the list says, and HR data only where the list says so.",
        save: "Record the certification",
        way: Way::Create,
        api: "/v1/organisations/{id}/certifications",
        object: "/v1/organisations/{id}",
        then: "/console/organisations/{id}",
        roles: EDITORS,
        fields: NEW_CERTIFICATION,
    },
    Form {
        path: "/console/organisations/:id/certifications/:part/edit",
        at: AT,
        title: "What changed about this certification?",
        intro: "",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/organisations/{id}/certifications/{part}",
        object: "/v1/organisations/{id}/certifications/{part}",
        then: "/console/organisations/{id}",
        roles: EDITORS,
        fields: CERTIFICATION,
    },
    Form {
        path: "/console/organisations/:id/certifications/:part/end",
        at: AT,
        title: "On which day did this certification end?",
        intro: "From the day after it carries nothing. What rests on it is shown before you save.",
        save: "End the certification",
        way: Way::Step,
        api: "/v1/organisations/{id}/certifications/{part}/end",
        object: "/v1/organisations/{id}/certifications/{part}",
        then: "/console/organisations/{id}",
        roles: EDITORS,
        fields: &[Field::needed(
            "last_day",
            "Last day",
            Kind::Day,
            "The last day on which the list shows it as active. A day that is past is a correction.",
        )],
    },
];

/// What kinds of organisations there are.
pub(super) const KINDS: &[(&str, &str)] = &[
    (
        "group_company",
        "company of a group that keeps its register here",
    ),
    ("third_party", "third party"),
    ("international_organisation", "international organisation"),
];

const KIND: Field = Field::needed(
    "kind",
    "Kind",
    Kind::One(Choices::These(KINDS)),
    "Companies of one group may pass data on to each other as far as the law lets them; a third party needs an engagement or a flow.",
);
const GROUP: Field = Field::asked(
    "group",
    "Group",
    Kind::One(Choices::Groups),
    "Only for a company of a group: whose register it belongs to.",
);
const SLUG: Field = Field::needed(
    "slug",
    "Short name",
    Kind::Line,
    "Small letters, digits and hyphens. It stands in addresses and answers, and does not change.",
);
const LEGAL_NAME: Field = Field::needed(
    "legal_name",
    "Legal name",
    Kind::Line,
    "As the company register has it, with the legal form.",
);
const SEAT: Field = Field::asked(
    "seat",
    "Seat",
    Kind::One(Choices::Places),
    "Where it is established. An area only when it discloses no country. Not known: leave it empty.",
);
const SEAT_NOTE: Field = Field::asked(
    "seat_note",
    "What is assumed about the seat",
    Kind::Line,
    "Say so when the seat is an assumption, and on what it rests.",
);
const REGISTRATION: Field = Field::asked(
    "registration",
    "Registration",
    Kind::Line,
    "The company register and the number, with the registered office.",
);
const REPRESENTATIVE: Field = Field::asked(
    "representative",
    "Representative",
    Kind::Line,
    "In the EU (Art. 27 GDPR), Switzerland (Art. 14 FADP) or the United Kingdom, where it has to name one.",
);
/// The fields of an organisation, after those that never change.
macro_rules! organisation {
    ($($fixed:expr),*) => {
        &[
            $($fixed,)*
            LEGAL_NAME,
            SEAT,
            SEAT_NOTE,
            REGISTRATION,
            REPRESENTATIVE,
            Field::part(
            "What the law asks about it",
            "Some adequacy decisions cover only organisations of which one of these is so. Tick what is known to be so.",
            ),
            Field::asked(
            "attributes.subject_to_gdpr",
            "It is itself subject to the GDPR",
            Kind::Yes,
            "Art. 3(2) GDPR. The clauses of (EU) 2021/914 are not made for such an importer (recital 7).",
            ),
            Field::asked(
            "attributes.subject_to_pipeda",
            "Canada: subject to PIPEDA",
            Kind::Yes,
            "Decision 2002/2/EC covers commercial organisations under PIPEDA only.",
            ),
            Field::asked(
            "attributes.subject_to_ca_equivalent_provincial_law",
            "Canada: subject to an equivalent provincial law",
            Kind::Yes,
            "Switzerland treats some provincial laws as equivalent (Annex 1 DPO).",
            ),
            Field::asked(
            "attributes.automated_processing",
            "Israel: the data is processed by automated means",
            Kind::Yes,
            "Decision 2011/61/EU covers automated processing only.",
            ),
            Field::asked(
            "attributes.appi_business_operator",
            "Japan: a business operator under the APPI",
            Kind::Yes,
            "Decision (EU) 2019/419 covers business operators only.",
            ),
            Field::asked(
            "attributes.religious_missionary",
            "Korea: a religious organisation's missionary activity",
            Kind::Yes,
            "Outside Decision (EU) 2022/254.",
            ),
            Field::asked(
            "attributes.political_party_nomination",
            "Korea: a political party's nomination of candidates",
            Kind::Yes,
            "Outside Decision (EU) 2022/254.",
            ),
            Field::asked(
            "attributes.credit_information_under_fsc",
            "Korea: credit information overseen by the Financial Services Commission",
            Kind::Yes,
            "Outside Decision (EU) 2022/254.",
            ),
            Field::asked(
            "attributes.us_cbp",
            "United States: Customs and Border Protection",
            Kind::Yes,
            "The decisions on passenger name records covered this authority only.",
            ),
            Field::asked(
            "attributes.ca_cbsa",
            "Canada: the Border Services Agency",
            Kind::Yes,
            "The decision on passenger name records covered this authority only.",
            ),
            Field::part("Contacts, publicity and source", ""),
            CONTACTS,
            ON_PUBLIC_LIST,
            SOURCE,
            CHECKED_ON,
        ]
    };
}

const NEW: &[Field] = organisation!(KIND, GROUP, SLUG);
const EDIT: &[Field] = organisation!();

const CONTACTS: Field = Field::asked(
    "contacts",
    "Whom to ask there",
    Kind::Rows(&[
        Field::needed(
            "kind",
            "For what",
            Kind::One(Choices::These(&[
                ("data_protection", "data protection"),
                ("representative", "as representative"),
                ("legal", "legal"),
                ("security", "security"),
                ("general", "anything else"),
            ])),
            "",
        ),
        Field::asked("name", "Name", Kind::Line, ""),
        Field::asked("email", "E-mail", Kind::Line, ""),
        Field::asked("phone", "Telephone", Kind::Line, ""),
        Field::asked("address", "Address", Kind::Line, ""),
    ]),
    "",
)
.at_most(50);
const ON_PUBLIC_LIST: Field = Field::asked(
    "on_public_list",
    "It may stand on a public list",
    Kind::Switch,
    "Take the tick away for customers and others who are nobody's business.",
)
.at_first("true");
const SOURCE: Field = Field::needed(
    "source",
    "Source",
    Kind::Text,
    "Where this is known from: a document, a date, a section.",
);
const CHECKED_ON: Field = Field::asked(
    "checked_on",
    "Checked on",
    Kind::Day,
    "The day on which somebody last compared this with its source.",
);

/// The fields of a certification, after those that never change.
macro_rules! certification {
    ($($fixed:expr),*) => {
        &[
            $($fixed,)*
            Field::needed(
                "valid_from",
                "Active since",
                Kind::Day,
                "The first day on which the list shows it as active.",
            ),
            Field::asked(
                "valid_to",
                "Active until",
                Kind::Day,
                "The last day, when it is known already.",
            ),
            Field::asked(
                "recertification_due",
                "To be renewed by",
                Kind::Day,
                "The list names the day. You are reminded before it.",
            ),
            Field::asked(
                "covers_hr",
                "It covers HR data",
                Kind::Switch,
                "Only when the list names HR data: without it, data of employees is not covered.",
            ),
            SOURCE,
            CHECKED_ON,
            Field::part(
                "Evidence",
                "What the certification was compared with, so that somebody else can do it again.",
            ),
            Field::asked("evidence.list", "The list", Kind::Line, "Its address or its name."),
            Field::asked(
                "evidence.day",
                "As of",
                Kind::Day,
                "The day of which the list's copy is.",
            ),
            Field::asked(
                "evidence.sha256",
                "SHA-256 of the copy",
                Kind::Line,
                "64 hexadecimal digits.",
            ),
            Field::asked(
                "evidence.participant",
                "Participant",
                Kind::Line,
                "Its number on the list.",
            ),
            Field::asked("evidence.status", "Status on the list", Kind::Line, ""),
        ]
    };
}

const CERTIFICATION: &[Field] = certification!();
const NEW_CERTIFICATION: &[Field] = certification!(Field::needed(
    "framework",
    "Framework",
    Kind::One(Choices::Frameworks),
    "",
));

/// What an attribute says, by its code.
pub(super) fn attribute_of(code: &str) -> String {
    let name = format!("attributes.{code}");
    let mut asked = EDIT.iter().filter(|field| field.name == name);
    let asked = asked.next().map(|field| field.label.to_owned());
    asked.unwrap_or_else(|| crate::pages::console::words::plain(code))
}
