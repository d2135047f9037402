//! The README's own questions get the answers that are printed beside them.

use std::path::Path;

use serde_json::Value;

use crate::fixture::{Service, on_both_databases};

on_both_databases![the_answers_in_the_readme_are_the_services];

/// What stands in the README between `<!-- kind: name -->` and the end of the code block after it.
fn blocks(readme: &str, kind: &str) -> Vec<(String, String)> {
    let mark = format!("<!-- {kind}: ");
    readme
        .split(&mark)
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once(" -->").expect("a closed comment");
            let (_, rest) = rest.split_once("```").expect("a code block");
            let (_, rest) = rest.split_once('\n').expect("its first line");
            let (block, _) = rest.split_once("```").expect("its end");
            (name.to_owned(), block.to_owned())
        })
        .collect()
}

/// The JSON of a block: all of it, or for a command the part that `curl` sends.
fn json_in(block: &str) -> Value {
    let (from, to) = (block.find('{'), block.rfind('}'));
    let (Some(from), Some(to)) = (from, to) else {
        panic!("no JSON in {block}")
    };
    serde_json::from_str(&block[from..=to]).unwrap_or_else(|error| panic!("{error} in {block}"))
}

/// Without what differs from one answer to the next.
fn masked(mut answer: Value) -> Value {
    for key in ["id", "known_at", "revision", "law_pack"] {
        if let Some(value) = answer.get_mut(key) {
            *value = Value::Null;
        }
    }
    if let Some(id) = answer.pointer_mut("/relationship/id") {
        *id = Value::Null;
    }
    answer
}

async fn the_answers_in_the_readme_are_the_services(service: Service) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(path).expect("README.md");
    let questions = blocks(&readme, "question");
    let answers = blocks(&readme, "answer");
    assert!(
        questions.len() >= 2,
        "the README asks on 1 June 2019 and on 16 July 2020"
    );
    for (name, question) in &questions {
        let printed = answers.iter().find(|(answer, _)| answer == name);
        let (_, printed) = printed.unwrap_or_else(|| panic!("no answer to {name}"));
        let answer = service.check(&json_in(question)).await.ok();
        assert_eq!(masked(answer), masked(json_in(printed)), "{name}");
    }
    for day in ["2019-06-01", "2020-07-16"] {
        assert!(
            questions.iter().any(|(_, question)| question.contains(day)),
            "no question on {day}"
        );
    }
}
