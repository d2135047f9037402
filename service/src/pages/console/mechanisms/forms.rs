//! The forms about mechanisms. They ask in the order in which a contract is read, and only what
//! matters for the tool.

use transfer_decision::vocabulary::Requirement;

use super::{
    AT,
    asked::{asks, begun, derogates, derogation, modular},
};
use crate::pages::console::forms::{Choices, EDITORS, Field, Form, Kind, Way};

/// The forms.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/mechanisms/new",
        at: AT,
        title: "What was agreed, and between whom?",
        intro: "A mechanism is the instrument that a transfer rests on where no adequacy decision carries it: clauses, binding corporate rules, a derogation.",
        save: "Record the mechanism",
        way: Way::Create,
        api: "/v1/mechanisms",
        object: "",
        then: "/console/mechanisms/{id}",
        roles: EDITORS,
        fields: NEW,
    },
    Form {
        path: "/console/mechanisms/:id/edit",
        at: AT,
        title: "What changed about this mechanism?",
        intro: "Its tool and the group that keeps it stay: other clauses are another mechanism.",
        save: "Save the changes",
        way: Way::Change,
        api: "/v1/mechanisms/{id}",
        object: "/v1/mechanisms/{id}",
        then: "/console/mechanisms/{id}",
        roles: EDITORS,
        fields: EDIT,
    },
    Form {
        path: "/console/mechanisms/:id/end",
        at: AT,
        title: "On which day did this mechanism end?",
        intro: "From the day after it carries nothing. What rests on it is shown before you save.",
        save: "End the mechanism",
        way: Way::Step,
        api: "/v1/mechanisms/{id}/end",
        object: "/v1/mechanisms/{id}",
        then: "/console/mechanisms/{id}",
        roles: EDITORS,
        fields: &[Field::needed(
            "last_day",
            "Last day",
            Kind::Day,
            "The last day on which it carries transfers. A day that is past is a correction.",
        )],
    },
    Form {
        path: "/console/mechanisms/:id/parties/new",
        at: AT,
        title: "Who accedes to this mechanism?",
        intro: "With the docking clause another party joins with the agreement of those that are there (clause 7 of (EU) 2021/914).",
        save: "Record the accession",
        way: Way::Create,
        api: "/v1/mechanisms/{id}/parties",
        object: "/v1/mechanisms/{id}",
        then: "/console/mechanisms/{id}",
        roles: EDITORS,
        fields: &[
            ORGANISATION,
            SIDE,
            Field::needed(
                "acceded_on",
                "Acceded on",
                Kind::Day,
                "It is bound from this day.",
            ),
        ],
    },
    Form {
        path: "/console/mechanisms/:id/uses/new",
        at: AT,
        title: "When was it used, and why was that necessary?",
        intro: "A derogation is for exceptions: each transfer under it is recorded, so that its limits can be shown (Art. 49(6) GDPR for the second subparagraph of Art. 49(1)).",
        save: "Record the use",
        way: Way::Create,
        api: "/v1/mechanisms/{id}/uses",
        object: "/v1/mechanisms/{id}",
        then: "/console/mechanisms/{id}",
        roles: EDITORS,
        fields: &[
            Field::needed("on", "Used on", Kind::Day, ""),
            Field::needed(
                "note",
                "What was transferred, and why",
                Kind::Text,
                "Why nothing else would have done.",
            ),
        ],
    },
];

const ORGANISATION: Field = Field::needed(
    "organisation",
    "Organisation",
    Kind::One(Choices::Organisations),
    "",
);
const SIDE: Field = Field::needed(
    "side",
    "Side",
    Kind::One(Choices::These(SIDES)),
    "Who sends, and who receives.",
);
/// On which sides a party is.
pub(super) const SIDES: &[(&str, &str)] = &[
    ("exporter", "exporter: it sends"),
    ("importer", "importer: it receives"),
    ("both", "both"),
];
/// The modules of the clauses.
pub(super) const MODULES: &[(&str, &str)] = &[
    ("1", "Module 1: controller to controller"),
    ("2", "Module 2: controller to processor"),
    ("3", "Module 3: processor to processor"),
    ("4", "Module 4: processor to controller"),
];

/// A title that asks of a derogation in other words: nobody is bound by it, and it names no law.
macro_rules! of_derogations {
    ($title:literal, $why:literal) => {
        |typed| derogation(typed).then_some(($title, $why))
    };
}

/// A statement that is asked when the law asks it of the tool; what was stated stays to be seen.
macro_rules! stated {
    ($name:literal, $label:literal, $why:literal, $($requirement:ident)|+) => {
        stated!(Kind::Yes, $name, $label, $why, $($requirement)|+)
    };
    ($kind:expr, $name:literal, $label:literal, $why:literal, $($requirement:ident)|+) => {
        Field::asked($name, $label, $kind, $why).when(|typed, snapshot| {
            typed.first($name) == "true" || asks(typed, snapshot, &[$(Requirement::$requirement),+])
        })
    };
}

/// The fields of a mechanism, after those that never change.
macro_rules! mechanism {
    ($($fixed:expr),*) => {
        &[
            Field::step(
                "What was agreed",
                "The tool decides what the law asks: each step that follows asks only what matters for it.",
            ),
            $($fixed,)*
            Field::asked(
                "title",
                "What the parties call it",
                Kind::Line,
                "Such as “Data Processing Addendum of 1 March 2026”.",
            ),
            Field::step(
                "Who is bound",
                "Only a hop between an exporter and an importer who are parties on that day rests on it.",
            )
            .called(of_derogations!(
                "From whom to whom",
                "A derogation carries a transfer between these only: who sends is the exporter, who receives the importer."
            )),
            Field::needed(
                "module",
                "Module",
                Kind::NumberOf(Choices::These(MODULES)),
                "The module must fit the roles of both sides, or it carries nothing.",
            )
            .when(modular),
            Field::needed(
                "parties",
                "Parties",
                Kind::Rows(&[
                    ORGANISATION,
                    SIDE,
                    Field::asked(
                        "acceded_on",
                        "Acceded on",
                        Kind::Day,
                        "Only who joined later than the mechanism began.",
                    ),
                    Field::asked("left_on", "Left on", Kind::Day, "Its last day as a party."),
                ]),
                "",
            )
            .at_most(1_000),
            Field::step(
                "Since when, and under which law",
                "It carries nothing before its first day, and nothing after its last.",
            )
            .called(of_derogations!(
                "Since when",
                "It carries nothing before its first day, and nothing after its last."
            )),
            Field::asked(
                "signed_on",
                "Signed on",
                Kind::Day,
                "The day of the last signature. Clauses count only when they could be signed on that day.",
            )
            .called(begun),
            Field::asked(
                "approved_on",
                "Approved on",
                Kind::Day,
                "The day of the authority's approval (Art. 47 GDPR for binding corporate rules).",
            )
            .when(|typed, snapshot| {
                !typed.first("approved_on").is_empty()
                    || asks(typed, snapshot, &[Requirement::Approved])
            }),
            Field::asked(
                "approved_by",
                "Approved by the authority of",
                Kind::One(Choices::Countries),
                "Empty: an authority in the EEA. British approvals ceased to count for the EU with the end of the transition period.",
            )
            .when(|typed, snapshot| {
                !typed.first("approved_by").is_empty()
                    || asks(typed, snapshot, &[Requirement::ApprovedByEeaAuthority])
            }),
            Field::asked(
                "authorised_on",
                "Authorised on",
                Kind::Day,
                "The day of the supervisory authority's authorisation (Art. 46(3) GDPR).",
            )
            .when(|typed, snapshot| {
                !typed.first("authorised_on").is_empty()
                    || asks(typed, snapshot, &[Requirement::Authorised])
            }),
            Field::asked(
                "processing_changed_on",
                "The processing changed on",
                Kind::Day,
                "Old clauses carried only the processing they were signed for (Art. 4(4) of (EU) 2021/914). Empty: it did not change.",
            )
            .when(|typed, snapshot| {
                !typed.first("processing_changed_on").is_empty()
                    || asks(typed, snapshot, &[Requirement::ProcessingUnchanged])
            }),
            Field::asked(
                "ends_on",
                "Last day",
                Kind::Day,
                "Only when it is agreed already.",
            ),
            Field::asked(
                "governing_law",
                "Governing law",
                Kind::Line,
                "As the clauses name it: for modules 1 to 3 that of a member state that knows third-party beneficiaries (clause 17).",
            )
            .when(|typed, _| {
                !typed.first("governing_law").is_empty()
                    || !derogation(typed)
            }),
            Field::step(
                "What it states",
                "What the law asks of this tool beyond its signature. What nobody ticks counts as not met.",
            ),
            stated!(
                "statements.swiss_addendum",
                "It has the Swiss adaptations",
                "Without the adaptations that the FDPIC asks for (27 August 2021) the clauses carry no Swiss data (Art. 16(2)(d) FADP).",
                SwissAddendum
            ),
            Field::asked(
                "combined_with_eu_data",
                "The processor combines the data with data that it collected in the EU",
                Kind::Switch,
                "Only then clause 14 binds under module 4, and an assessment is asked for.",
            )
            .at_first("true")
            .when(|typed, _| typed.first("module") == "4"),
            stated!(
                "statements.notified_to_fdpic",
                "The FDPIC was notified beforehand",
                "Art. 16(2)(b) and (c) FADP.",
                NotifiedToFdpic
            ),
            stated!(
                "statements.binding_commitments",
                "The importer made binding and enforceable commitments",
                "Art. 46(2)(e) and (f) GDPR.",
                BindingCommitments
            ),
            stated!(
                "statements.public_bodies",
                "Both sides are public bodies",
                "Art. 46(2)(a) and (3)(b) GDPR.",
                PublicBodies
            ),
            stated!(
                "statements.explicit",
                "Consent is explicit",
                "Art. 49(1)(a) GDPR, Art. 17(1)(a) FADP.",
                Explicit
            ),
            stated!(
                "statements.informed_of_risks",
                "The data subjects were told of the risks before they consented",
                "Art. 49(1)(a) GDPR.",
                InformedOfRisks
            ),
            stated!(
                "statements.necessary",
                "The transfer is necessary for it",
                "Necessary, and not only useful: say why in the note.",
                Necessary
            ),
            stated!(
                "statements.occasional",
                "The transfer is occasional",
                "Recital 111 GDPR.",
                Occasional
            ),
            stated!(
                Kind::Stated,
                "statements.repetitive",
                "The transfer is repetitive",
                "Art. 49(1), second subparagraph, GDPR. Unsaid counts as repetitive.",
                NotRepetitive
            ),
            stated!(
                "statements.limited_subjects",
                "It concerns a limited number of data subjects",
                "Art. 49(1), second subparagraph, GDPR.",
                LimitedSubjects
            ),
            stated!(
                "statements.supervisory_authority_informed",
                "The supervisory authority was informed",
                "Art. 49(1), second subparagraph, GDPR.",
                SupervisoryAuthorityInformed
            ),
            stated!(
                "statements.data_subjects_informed",
                "The data subjects were informed",
                "Of the transfer and of the compelling interests (Art. 49(1), second subparagraph, GDPR).",
                DataSubjectsInformed
            ),
            stated!(
                "statements.documented_in_record",
                "The assessment stands in the record of processing",
                "Art. 49(6) GDPR.",
                DocumentedInRecord
            ),
            stated!(
                "statements.public_authority_powers",
                "The exporter acts in the exercise of public powers",
                "Then this derogation is not for it (Art. 49(3) GDPR).",
                NoPublicAuthorityPowers
            ),
            stated!(
                "statements.law_reference",
                "The law or the treaty is named",
                "Name it in the note (Art. 49(4) GDPR, Art. 16(2)(a) FADP).",
                LawReference
            ),
            stated!(
                "statements.vital_interest",
                "Vital interests are at stake",
                "Art. 49(1)(f) GDPR, Art. 17(1)(d) FADP.",
                VitalInterest
            ),
            stated!(
                "statements.incapable_of_consent",
                "The data subject cannot consent",
                "Art. 49(1)(f) GDPR.",
                IncapableOfConsent
            ),
            stated!(
                "statements.public_register",
                "The data come from a public register",
                "Art. 49(1)(g) GDPR, Art. 17(1)(f) FADP.",
                PublicRegister
            ),
            stated!(
                "statements.not_the_whole_register",
                "And not the whole of it",
                "Art. 49(2) GDPR.",
                NotTheWholeRegister
            ),
            stated!(
                "statements.public_interest_or_legal_claims",
                "It serves an overriding public interest, or legal claims",
                "Art. 17(1)(c) FADP.",
                PublicInterestOrLegalClaims
            ),
            stated!(
                "statements.made_public_by_data_subject",
                "The data subject made the data generally accessible",
                "Art. 17(1)(e) FADP.",
                MadePublicByDataSubject
            ),
            stated!(
                "statements.processing_not_prohibited",
                "And did not expressly prohibit the processing",
                "Art. 17(1)(e) FADP.",
                ProcessingNotProhibited
            ),
            Field::asked(
                "uses_limit",
                "How often it may be used",
                Kind::Number,
                "From the day of the last use it carries nothing more. Empty: as often as the law lets it.",
            )
            .when(derogates),
            Field::asked(
                "note",
                "Note",
                Kind::Text,
                "What else a reader must know, such as why a derogation is necessary.",
            ),
            Field::step(
                "The document",
                "So that whoever asks in a year finds what was signed, and can show that it is the same.",
            ),
            Field::asked(
                "document",
                "Where the document is",
                Kind::Line,
                "An address or a file mark.",
            ),
            Field::asked(
                "document_sha256",
                "SHA-256 of the document",
                Kind::Line,
                "64 hexadecimal digits: they prove that the document is still the one that was recorded.",
            ),
            Field::needed(
                "source",
                "Source",
                Kind::Text,
                "Where this is known from: a document, a date, a section.",
            ),
            Field::asked(
                "checked_on",
                "Checked on",
                Kind::Day,
                "The day on which somebody last compared this with the document. Unless the service is set otherwise, what nobody checked carries nothing.",
            ),
        ]
    };
}

const NEW: &[Field] = mechanism!(
    Field::needed(
        "tool",
        "Tool",
        Kind::One(Choices::Tools),
        "The clauses, the rules or the derogation, by the name of the act that knows it.",
    ),
    Field::asked(
        "group",
        "Kept by",
        Kind::One(Choices::Groups),
        "The group whose register it belongs to. Empty: all groups share it.",
    )
);
// The tool stays, and decides what is asked.
const EDIT: &[Field] =
    mechanism!(Field::asked("tool", "Tool", Kind::One(Choices::Tools), "").when(|_, _| false));

/// What a statement says, by its code.
pub(super) fn statement_of(code: &str) -> String {
    let name = format!("statements.{code}");
    let mut asked = EDIT.iter().filter(|field| field.name == name);
    let asked = asked.next().map(|field| field.label.to_owned());
    asked.unwrap_or_else(|| crate::pages::console::words::plain(code))
}
