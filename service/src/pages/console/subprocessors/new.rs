//! Taking on a subprocessor: one guided path, a step a page, from who it is to the day on which it
//! takes effect. It ends in a proposal; the verdict that it will have is shown on the way.

use serde_json::{Value, json};
use transfer_decision::{
    span::{Day, parse_day},
    standing,
    vocabulary::Outcome,
};
use transfer_registry_core::{Snapshot, subprocessors::NewSubprocessor};

use super::{
    AT,
    forms::{
        CATEGORIES, CHECKED, CONDITION, DESCRIPTION, EFFECTIVE, EXPORTER_ROLE, GROUP,
        IMPORTER_ROLE, LOCATIONS, NOTE, PURPOSE, SERVICE, SOURCE, SUBJECT_COUNTRIES, SUBJECTS,
    },
    one::Promise,
};
use crate::pages::console::{
    explain::State,
    forms::{Choices, EDITORS, Field, Form, Kind, Told, Typed, Way},
    standing::{Standing, Tense, shown},
    words,
};

/// The path, and the form for a company that is not recorded yet.
pub(in super::super) const FORMS: &[Form] = &[
    Form {
        path: "/console/subprocessors/new",
        at: AT,
        title: "Who is to be taken on as a subprocessor?",
        intro: "You are led from who it is to the day on which it takes effect. Nothing is saved before \
                the end; then it is proposed, and carries nothing until it was announced and its day \
                has come.",
        save: "Propose it",
        way: Way::Create,
        api: "/v1/subprocessors",
        object: "",
        then: "/console/subprocessors/{id}",
        roles: EDITORS,
        fields: FIELDS,
    },
    Form {
        path: "/console/subprocessors/new/company",
        at: AT,
        title: "Which company is it?",
        intro: "The legal entity that signs the contract. It is saved on its own, so that it is there \
                whatever becomes of the engagement; then you are led on with it.",
        save: "Save the company and go on",
        way: Way::Create,
        api: "/v1/organisations",
        object: "",
        then: "/console/subprocessors/new?organisation={slug}",
        roles: EDITORS,
        fields: COMPANY,
    },
];

const COMPANY: &[Field] = &[
    Field::needed(
        "legal_name",
        "Legal name",
        Kind::Line,
        "As it stands in the contract and in the register of companies.",
    ),
    Field::asked(
        "slug",
        "Short name",
        Kind::Line,
        "Small letters, digits and hyphens; it stands in addresses and never changes. Left empty, it \
         is made from the legal name and shown before you save.",
    )
    .or(short_name),
    Field::needed(
        "kind",
        "What it is",
        Kind::One(Choices::These(&[
            ("third_party", "Another company"),
            (
                "international_organisation",
                "An international organisation",
            ),
        ])),
        "",
    )
    .at_first("third_party"),
    Field::asked(
        "seat",
        "Seat",
        Kind::One(Choices::Places),
        "The country in which it is established. Nothing chosen: unknown, and then nothing is permitted.",
    ),
    Field::asked(
        "seat_note",
        "About the seat",
        Kind::Line,
        "What is assumed of it.",
    ),
    Field::asked(
        "registration",
        "Registration number",
        Kind::Line,
        "With the register that gives it.",
    ),
    SOURCE,
    CHECKED,
];

const FIELDS: &[Field] = &[
    Field::step(
        "Who",
        "The legal entity that is engaged, for it is the importer of every transfer.",
    ),
    Field::needed(
        "organisation",
        "Organisation",
        Kind::One(Choices::ThirdParties),
        "Companies of other groups and organisations that somebody recorded before.",
    ),
    Field::told("Not on the list?", missing),
    Field::step(
        "What for",
        "Customers are told what a subprocessor does for them (GDPR Art. 28(2)).",
    ),
    GROUP,
    SERVICE,
    PURPOSE,
    DESCRIPTION,
    CONDITION,
    EXPORTER_ROLE,
    IMPORTER_ROLE,
    Field::step(
        "Which data",
        "The people decide which law applies; the kinds of data, which conditions it makes.",
    ),
    CATEGORIES,
    SUBJECTS,
    SUBJECT_COUNTRIES,
    Field::step(
        "Where",
        "Seat, place of processing and place of access are three different facts, and each is judged.",
    ),
    LOCATIONS,
    Field::step(
        "Mechanism",
        "What carries the transfer, or what it still needs (GDPR Art. 44; FADP Art. 16).",
    ),
    Field::told("How it would stand", carried),
    Field::step(
        "Impact assessment",
        "Whether the law and practice of the destination must be assessed (Case C-311/18; Clause 14 \
         of the standard contractual clauses).",
    ),
    Field::told("Is an assessment needed?", assessed),
    Field::step(
        "Notice",
        "When the customers are told, and from when on data goes there.",
    ),
    Field::told("What was promised to customers", noticed),
    Field {
        why: "Filled in with the earliest day, if it is announced today. Until then every check is denied.",
        ..EFFECTIVE
    }
    .or(earliest),
    NOTE,
    SOURCE,
    CHECKED,
];

/// The way to a company that is not recorded yet.
fn missing(_: &Typed, _: &Snapshot, _: Day) -> Told {
    Told {
        links: vec![(
            "/console/subprocessors/new/company".to_owned(),
            "Enter a company that is not recorded yet",
        )],
        ..Told::default()
    }
}

/// A short name from a legal name.
fn short_name(typed: &Typed, _: &Snapshot, _: Day) -> Option<String> {
    shortened(typed.first("legal_name"))
}

fn shortened(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let mut short = String::new();
    for letter in name.chars() {
        match plain(letter) {
            Some(letters) => short.push_str(letters),
            None if letter.is_ascii_alphanumeric() => short.push(letter),
            // One hyphen for everything between two words.
            None if !short.is_empty() && !short.ends_with('-') => short.push('-'),
            None => {}
        }
    }
    short.truncate(63);
    let short = short.trim_end_matches('-').to_owned();
    (!short.is_empty()).then_some(short)
}

/// A letter of the Latin alphabets in those that an address takes; nothing is said of a full stop or
/// an apostrophe.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'ř' => "r",
        'ś' | 'š' => "s",
        'ù' | 'ú' | 'û' | 'ů' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '.' | ',' | '\'' | '’' => "",
        _ => return None,
    })
}

/// The engagement as far as it is answered, and the day on which it is judged: its first, as far as
/// that is yet to come.
fn engaged(typed: &Typed, day: Day) -> Option<(NewSubprocessor, Day)> {
    let mut body = typed.body(FIELDS);
    let first = parse_day(typed.first("effective_from").trim());
    let first = first.map_or(day, |first| first.max(day));
    let answers = body.as_object_mut()?;
    answers.insert("effective_from".to_owned(), json!(first.to_string()));
    // What is asked later has no part in the verdict.
    for name in ["service", "source"] {
        answers
            .entry(name)
            .or_insert_with(|| Value::from("to be said"));
    }
    let new = serde_json::from_value(body).ok()?;
    Some((new, first))
}

/// How it would stand on its first day.
fn standing(typed: &Typed, snapshot: &Snapshot, day: Day) -> Option<(standing::Standing, Day)> {
    let (new, first) = engaged(typed, day)?;
    snapshot.group(&new.group)?;
    snapshot.organisation(&new.organisation)?;
    Some((snapshot.standing_if_engaged(&new, first)?, first))
}

/// What is said while too little is answered.
fn too_early() -> Told {
    Told::saying(
        "This is judged once the organisation, the group and the places are answered in a form that \
         can be read: go back to them.",
    )
}

/// What carries the transfer, or what would.
fn carried(typed: &Typed, snapshot: &Snapshot, day: Day) -> Told {
    let Some((standing, _)) = standing(typed, snapshot, day) else {
        return too_early();
    };
    let judged = shown(snapshot, Tense::WouldBe, &Standing::from(&standing), None);
    let mut told = Told::saying(judged.sentence);
    told.state = Some(judged.state);
    let findings = judged.parts.into_iter().flat_map(|part| part.findings);
    for finding in findings {
        let line = (finding.state, finding.heading, finding.sentence);
        if !told.findings.contains(&line) {
            told.findings.push(line);
        }
    }
    if judged.state.is_denied() {
        told.sentences.push(
            "It can be proposed and announced all the same, while what it needs is being signed; but it \
             takes effect only once it is permitted."
                .to_owned(),
        );
    }
    told.healing = judged.remedies;
    told
}

/// Whether the law and practice of the destination must be assessed, and why.
fn assessed(typed: &Typed, snapshot: &Snapshot, day: Day) -> Told {
    let Some((standing, _)) = standing(typed, snapshot, day) else {
        return too_early();
    };
    let rests_on = |outcome: Outcome| standing.findings().any(|one| one.outcome == outcome);
    let mut told = Told::default();
    if rests_on(Outcome::Safeguard) {
        told.sentences.push(
            "Yes, and it is recorded: it rests on a safeguard, and a safeguard carries a transfer only \
             where the exporter has assessed that the law and practice of the destination do not \
             defeat it (Case C-311/18; GDPR Art. 46)."
                .to_owned(),
        );
    }
    if rests_on(Outcome::Denied) {
        told.sentences.push(
            "Yes, if it is to rest on a safeguard such as standard contractual clauses: the exporter \
             assesses the law and practice of each destination before data goes there, and records \
             the measures that make up for what is missing. It is recorded under the mechanism, once \
             that is there."
                .to_owned(),
        );
        let mut wanted: Vec<String> = standing
            .findings()
            .flat_map(|finding| &finding.remedies)
            .filter(|remedy| remedy.code.code().ends_with("_tia"))
            .map(|remedy| {
                let place = remedy.destination.as_deref();
                format!(
                    "{} ({}).",
                    words::capital(remedy.code.message().trim_end_matches('.')),
                    words::place_of(place)
                )
            })
            .collect();
        wanted.dedup();
        told.sentences.extend(wanted);
    }
    if rests_on(Outcome::Adequacy) || rests_on(Outcome::NotRestricted) {
        told.sentences.push(
            "No, where it rests on an adequacy decision or is no restricted transfer: the decision has \
             done the assessment (GDPR Art. 45; FADP Art. 16(1))."
                .to_owned(),
        );
    }
    if rests_on(Outcome::Derogation) {
        told.sentences.push(
            "Not for a derogation; but it is for single cases, and its own conditions are documented \
             (GDPR Art. 49)."
                .to_owned(),
        );
    }
    if told.sentences.is_empty() {
        told.sentences
            .push("No: no regime that is recorded here applies to it.".to_owned());
    }
    told
}

/// What the group has promised its customers.
fn noticed(typed: &Typed, snapshot: &Snapshot, day: Day) -> Told {
    let group = typed.first("group");
    let Some(named) = snapshot.group(group) else {
        return too_early();
    };
    let promise = Promise::of(snapshot, group);
    let mut told = Told::saying(promise.sentence(&named.name, day));
    told.sentences.push(
        "It is saved as proposed. The next step is then to announce it, or to activate it where no \
         customer has to be told; until its first day every check that rests on it is denied."
            .to_owned(),
    );
    if let Some((standing, first)) = standing(typed, snapshot, day) {
        let judged = shown(snapshot, Tense::WouldBe, &Standing::from(&standing), None);
        told.sentences.push(judged.sentence);
        if judged.state > State::Warned {
            told.sentences.push(format!(
                "As it is recorded it would not take effect on {}.",
                words::day(first)
            ));
        }
    }
    told
}

/// The first day on which it can take effect if it is announced today.
fn earliest(typed: &Typed, snapshot: &Snapshot, day: Day) -> Option<String> {
    let group = typed.first("group");
    snapshot.group(group)?;
    let earliest = Promise::of(snapshot, group).earliest(day)?;
    Some(earliest.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_made_of_what_an_address_takes() {
        for (name, short) in [
            ("Zürcher Cloud AG", Some("zuercher-cloud-ag")),
            (
                "  Société d’Hébergement S.A. ",
                Some("societe-dhebergement-sa"),
            ),
            ("A & B — Holdings, Inc.", Some("a-b-holdings-inc")),
            ("株式会社", None),
            ("", None),
        ] {
            assert_eq!(shortened(name).as_deref(), short, "{name}");
        }
    }
}
