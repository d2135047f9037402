//! The six steps of an assessment, as the EDPB's Recommendations 01/2020 take them.

use transfer_decision::span::Day;
use transfer_registry_core::Snapshot;

use super::AT;
use crate::pages::console::forms::{Choices, EDITORS, Field, Form, Kind, Told, Typed, Way};

/// The forms.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/assessments/new",
        at: AT,
        title: "Does this mechanism hold at the destination?",
        intro: "A transfer impact assessment in six steps, as the EDPB's Recommendations 01/2020 take them. A safeguard carries nothing from 16 July 2020 on unless a favourable assessment is recorded for where the data goes (Case C-311/18, Schrems II).",
        save: "Record the assessment",
        way: Way::Create,
        api: "/v1/impact-assessments",
        object: "",
        then: "/console/assessments/{id}",
        roles: EDITORS,
        fields: NEW,
    },
    Form {
        path: "/console/assessments/:id/edit",
        at: AT,
        title: "What does the re-evaluation come to?",
        intro: "The last answers are filled in. The mechanism and the destination stay: another destination is another assessment.",
        save: "Save the assessment",
        way: Way::Change,
        api: "/v1/impact-assessments/{id}",
        object: "/v1/impact-assessments/{id}",
        then: "/console/assessments/{id}",
        roles: EDITORS,
        fields: EDIT,
    },
];

/// What an assessment comes to.
pub(super) const CONCLUSIONS: &[(&str, &str)] = &[
    (
        "favourable",
        "favourable: the data is protected essentially as in the EU",
    ),
    ("unfavourable", "unfavourable: it is not, whatever is done"),
];

/// What kinds of supplementary measures there are.
pub(super) const MEASURES: &[(&str, &str)] = &[
    ("technical", "technical"),
    ("contractual", "contractual"),
    ("organisational", "organisational"),
];

const TRANSFER: Field = Field::asked(
    "steps.transfer",
    "The transfer",
    Kind::Text,
    "Which data of whom, for what, by which means, to whom and on to whom; whether it is stored there or only read.",
);
const TOOL: Field = Field::asked(
    "steps.tool",
    "The tool and how it fits",
    Kind::Text,
    "Which tool of Art. 46 it is, and why its module fits the roles of both sides.",
);
const LAW: Field = Field::asked(
    "steps.destination_law",
    "The law and the practice of the destination",
    Kind::Text,
    "Which laws let authorities reach the data, whether they apply to this importer and this data, what is known of how they are used, and the importer's own experience.",
);
const MEASURES_TAKEN: Field = Field::asked(
    "steps.supplementary_measures",
    "Supplementary measures",
    Kind::Rows(&[
        Field::needed("kind", "Kind", Kind::One(Choices::These(MEASURES)), ""),
        Field::needed("description", "What is done", Kind::Text, ""),
    ]),
    "Only those that were decided on, one by one. None, when the law and practice do not get in the tool's way.",
)
.at_most(100);
const MEASURES_NOTED: Field = Field::asked(
    "measures",
    "What they come to together",
    Kind::Text,
    "Why they close what step 3 found.",
);
const PROCEDURE: Field = Field::asked(
    "steps.procedural_steps",
    "The procedural steps",
    Kind::Text,
    "What was signed, added to the contract or asked of an authority so that the measures bind, and when.",
);
const RE_EVALUATION: Field = Field::asked(
    "steps.re_evaluation",
    "How it is re-evaluated",
    Kind::Text,
    "Who watches the law of the destination, and what would have them look again before the day below.",
);
const CONCLUSION: Field = Field::needed(
    "conclusion",
    "Conclusion",
    Kind::One(Choices::These(CONCLUSIONS)),
    "Only a favourable one lets the mechanism carry the transfer.",
);
const CONCLUDED_ON: Field = Field::needed(
    "concluded_on",
    "Concluded on",
    Kind::Day,
    "It counts from this day.",
);
const NEXT_REVIEW: Field = Field::asked(
    "next_review",
    "Next review",
    Kind::Day,
    "From the day after it is overdue, and then the mechanism carries nothing. You are reminded before it.",
);
const SOURCE: Field = Field::needed(
    "source",
    "Source",
    Kind::Text,
    "The signed assessment: where it is kept, its date and version.",
);

const UNDOCUMENTED: Field = Field::told("Is it documented?", undocumented).when(|typed, _| {
    let names = ["steps.transfer", "steps.tool", "steps.destination_law"];
    names.iter().all(|name| typed.first(name).trim().is_empty())
});

/// What is said where none of the first three steps is written down. It may be kept elsewhere, and be
/// named as the source.
pub(super) const NOTHING_DOCUMENTED: &str = "Nothing is documented: Clause 14(d) of the standard \
     contractual clauses (EU) 2021/914 asks for a documented assessment.";

fn undocumented(_: &Typed, _: &Snapshot, _: Day) -> Told {
    Told::warning(NOTHING_DOCUMENTED)
}

/// The steps, with what comes before those that are recorded in each.
macro_rules! six_steps {
    (transfer: [$($transfer:expr),*], tool: [$($tool:expr),*]) => {
        &[
            Field::step(
                "Know the transfer",
                "Nobody can protect what they do not know: onward transfers and remote access count (EDPB Recommendations 01/2020, section 2.1).",
            ),
            $($transfer,)*
            TRANSFER,
            Field::step(
                "The tool it relies on",
                "The assessment is made for one tool: an adequacy decision needs none, and a derogation has conditions of its own (Art. 46 GDPR; Recommendations 01/2020, section 2.2).",
            ),
            $($tool,)*
            TOOL,
            Field::step(
                "The law and the practice of the destination",
                "Whether anything there gets in the tool's way: both sides warrant that they have no reason to believe so (clause 14 of (EU) 2021/914; Recommendations 01/2020, section 2.3).",
            ),
            LAW,
            Field::step(
                "Supplementary measures",
                "What brings the protection up to the level of the EU where the tool alone does not (Recommendations 01/2020, section 2.4 and Annex 2).",
            ),
            MEASURES_TAKEN,
            MEASURES_NOTED,
            Field::step(
                "Procedural steps",
                "A measure counts when it binds: some need the supervisory authority (Recommendations 01/2020, section 2.5).",
            ),
            PROCEDURE,
            Field::step(
                "Re-evaluation and conclusion",
                "The level of protection is watched for as long as data goes there (Art. 5(2) GDPR; Recommendations 01/2020, section 2.6).",
            ),
            RE_EVALUATION,
            CONCLUSION,
            CONCLUDED_ON,
            NEXT_REVIEW,
            SOURCE,
            UNDOCUMENTED,
        ]
    };
}

const NEW: &[Field] = six_steps!(
    transfer: [Field::needed(
        "destination",
        "Destination",
        Kind::One(Choices::Destinations),
        "Where the importer is established, and each country where it stores, processes or reads the data: one assessment for each.",
    )],
    tool: [Field::needed(
        "mechanism",
        "Mechanism",
        Kind::One(Choices::Mechanisms),
        "The recorded mechanism that this is made for.",
    )]
);
const EDIT: &[Field] = six_steps!(transfer: [], tool: []);
