//! The forms in which it is recorded what happens to the law, and what was recorded of it.

use poem::{Request, Response, Result, handler};
use serde::Deserialize;
use serde_json::Value;

use crate::pages::console::{
    desk::{Clocks, Desk, Listed, at_desk},
    forms::{Choice, Choices, EDITORS, Field, Form, Kind, Way},
    objects,
    table::{self, Asking, Cell, List, Table},
    words,
};
use crate::refusal::Refusal;

/// Its place in the navigation.
const AT: &str = "/console/law";
const OBJECT: &str = "/v1/adequacy-decisions/{id}";
const THEN: &str = "/console/law/{id}";

const SOURCE: Field = Field::needed(
    "source",
    "Source",
    Kind::Line,
    "Where this is known from: the judgment or act, its date, where it was published.",
);
const NOTE: Field = Field::asked(
    "note",
    "Note",
    Kind::Text,
    "What a reader of the decision should know; it is added to the notes.",
);
const ENDS: Choices = Choices::These(&[
    ("invalidated", "a court struck it down"),
    ("withdrawn", "who adopted it repealed it"),
    ("expired", "its time ran out"),
    ("replaced", "another decision took its place"),
    ("accession", "the country acceded"),
]);

/// The forms about the law.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/law/:id/end",
        at: AT,
        title: "When and how did this decision end?",
        intro: "From that day on it carries nothing. What rests on it falls, or is carried by something else: the next step shows it.",
        save: "Record that it ended",
        way: Way::Step,
        api: "/v1/adequacy-decisions/{id}/end",
        object: OBJECT,
        then: THEN,
        roles: EDITORS,
        fields: &[
            Field::needed(
                "on",
                "First day on which it no longer applies",
                Kind::Day,
                "Of a decision that a court strikes down, the day of the judgment.",
            ),
            Field::needed("end_kind", "How it ended", Kind::One(ENDS), ""),
            Field::asked(
                "ended_by",
                "What ended it",
                Kind::Line,
                "As a lawyer cites it: court, case number, date.",
            ),
            Field::asked(
                "ending_act.celex",
                "CELEX number of what ended it",
                Kind::Line,
                "One of the three numbers, where there is one.",
            ),
            Field::asked(
                "ending_act.fedlex",
                "Its number in the official compilation of Swiss law",
                Kind::Line,
                "",
            ),
            Field::asked(
                "ending_act.uk",
                "Its path on legislation.gov.uk",
                Kind::Line,
                "",
            ),
            Field::asked(
                "effects_preserved",
                "The court kept its effects to its last day",
                Kind::Yes,
                "Otherwise invalidity reaches back, and earlier answers are warned about.",
            ),
            NOTE,
            SOURCE,
        ],
    },
    Form {
        path: "/console/law/:id/extend",
        at: AT,
        title: "Until when does this decision apply now?",
        intro: "",
        save: "Record the new last day",
        way: Way::Step,
        api: "/v1/adequacy-decisions/{id}/extend",
        object: OBJECT,
        then: THEN,
        roles: EDITORS,
        fields: &[
            Field::asked(
                "last_day",
                "New last day",
                Kind::Day,
                "Left empty: it no longer expires.",
            ),
            Field::asked(
                "amended_by",
                "CELEX numbers of the acts that extend it",
                Kind::Items,
                "",
            ),
            NOTE,
            SOURCE,
        ],
    },
    Form {
        path: "/console/law/:id/challenge",
        at: AT,
        title: "Is this decision challenged in court?",
        intro: "A challenge changes no verdict. It is told as a warning with each that rests on the decision.",
        save: "Record it",
        way: Way::Step,
        api: "/v1/adequacy-decisions/{id}/challenge",
        object: OBJECT,
        then: THEN,
        roles: EDITORS,
        fields: &[
            Field::asked(
                "challenge",
                "The pending challenge",
                Kind::Line,
                "As a lawyer cites it. Left empty: none is pending any longer.",
            ),
            NOTE,
            SOURCE,
        ],
    },
    Form {
        path: "/console/law/amendments/:id/withdraw",
        at: AT,
        title: "Was this amendment recorded in error?",
        intro: "A withdrawn amendment counts no more, and does not come back. It stays in the ledger.",
        save: "Withdraw it",
        way: Way::Step,
        api: "/v1/law-amendments/{id}/withdraw",
        object: "/v1/law-amendments/{id}",
        then: "/console/law/amendments",
        roles: EDITORS,
        fields: &[],
    },
];

/// An amendment, as far as the list shows it.
#[derive(Deserialize)]
struct Amendment {
    id: String,
    amendment: Value,
    recorded_at: String,
    row: String,
    source: String,
    withdrawn: bool,
}

/// What was recorded of the law beside the pack.
#[handler]
pub(in super::super) async fn index(request: &Request) -> Result<Response> {
    at_desk(request, listed).await
}

async fn listed(desk: Desk<'_>) -> Result<Response, Refusal> {
    let asking = Asking::of(&desk)?;
    let withdrawn = vec![
        Choice::of("false", "those that count"),
        Choice::of("true", "those withdrawn"),
    ];
    let filters = vec![
        asking.one_of("kind", "What it does", kinds()),
        asking.one_of("withdrawn", "Which", withdrawn),
    ];
    let asked = asking.narrowed("/v1/law-amendments", &filters);
    let found: Listed<Amendment> = asking.listed(&desk, asked, Clocks::Known).await?;
    let snapshot = desk.snapshot().await?;
    let may_write = desk.may_write();
    let rows = found.items.into_iter().map(|one| {
        let kind = one.amendment.get("kind").and_then(Value::as_str);
        let decision = objects::named(&snapshot, "adequacy_decision", &one.row);
        let row = match decision.page {
            Some(page) => Cell::link(desk.link(&page), decision.name),
            None => Cell::Text(one.row),
        };
        let counts = if one.withdrawn {
            Cell::Word {
                class: "unassessable",
                word: "Withdrawn".to_owned(),
            }
        } else {
            Cell::Word {
                class: "recorded",
                word: "Counts".to_owned(),
            }
        };
        let withdraw = if may_write && !one.withdrawn {
            let path = format!("/console/law/amendments/{}/withdraw", one.id);
            Cell::link(path, "Withdraw")
        } else {
            Cell::Nothing
        };
        vec![
            Cell::Text(words::instant_of(&one.recorded_at)),
            Cell::Text(what(kind.unwrap_or_default())),
            row,
            Cell::Text(one.source),
            counts,
            withdraw,
        ]
    });
    let table = Table {
        caption: "Amendments of the law, in the order in which they were recorded".to_owned(),
        heads: vec![
            "Recorded",
            "What it does",
            "To what",
            "Source",
            "Counts",
            "Withdraw",
        ],
        rows: rows.collect(),
    };
    let list = List {
        at: AT,
        title: "What was recorded of the law here?",
        lead: "The law pack comes with the service. What happens before the next one is recorded here, and counts at once.".to_owned(),
        filters,
        export: "law_amendments",
        empty: "Nothing was recorded beside the law pack. Open a decision to record its end, extension or a challenge.",
        ..List::default()
    };
    table::show(&desk, &asking, list, table, found.next_cursor.as_deref())
}

const KINDS: [(&str, &str); 8] = [
    ("end_adequacy_decision", "Ends a decision"),
    ("challenge_adequacy_decision", "Notes a challenge"),
    ("extend_adequacy_decision", "Extends a decision"),
    ("add_adequacy_decision", "Adds a decision"),
    ("revise_adequacy_decision", "Revises a decision"),
    ("add_membership", "Adds a membership"),
    ("revise_membership", "Revises a membership"),
    ("end_membership", "Ends a membership"),
];

fn kinds() -> Vec<Choice> {
    let kinds = KINDS
        .iter()
        .map(|(value, label)| Choice::of(*value, *label));
    kinds.collect()
}

/// What an amendment does, in words.
pub(super) fn what(kind: &str) -> String {
    let mut known = KINDS.iter().filter(|(code, _)| *code == kind);
    known.next().map_or_else(
        || words::capital(&words::plain(kind)),
        |(_, what)| (*what).to_owned(),
    )
}
