//! What stands on the paper, and whether everybody can read it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use super::{
    super::sample::{HOSTILE, entry, list},
    *,
};
use crate::{edge::turns::Turns, pages::public::words::Language};

async fn made(list: List, language: Language) -> Vec<u8> {
    let turns = Turns::new(1, Duration::from_secs(5));
    let made = turns.run(move |wanted| {
        let w = Wording::of(language)?;
        of(
            &list,
            "https://registry.example/group/subprocessors",
            &w,
            wanted,
        )
    });
    made.await.unwrap()
}

/// Whether a file says of itself that it meets both standards.
fn claims(file: &[u8]) -> bool {
    let text = String::from_utf8_lossy(file);
    text.contains("<pdfuaid:part>1<")
        && text.contains("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A<")
}

/// How many pages a file says that it has.
fn pages(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file);
    let (_, after) = text.split_once("<xmpTPg:NPages>").unwrap();
    after.split_once('<').unwrap().0.parse().unwrap()
}

#[tokio::test]
async fn a_document_meets_the_standards_for_archives_and_readers_in_every_language() {
    for language in Language::ALL {
        let list = list(vec![entry("Acme")], vec![entry("Acme")]);
        let file = made(list, language).await;
        assert!(file.starts_with(b"%PDF-1.7"));
        assert!(claims(&file), "{language:?}");
        let text = String::from_utf8_lossy(&file);
        let said = format!("<rdf:li>{}</rdf:li>", language.code());
        assert!(text.contains(&said), "{language:?}");
    }
}

#[tokio::test]
async fn the_same_list_is_the_same_file() {
    let one = made(list(vec![entry("Acme")], Vec::new()), Language::English).await;
    let same = made(list(vec![entry("Acme")], Vec::new()), Language::English).await;
    let other = made(list(vec![entry("Acme!")], Vec::new()), Language::English).await;
    assert!(one == same);
    assert!(one != other);
}

#[tokio::test]
async fn no_name_keeps_a_document_from_being_made() {
    let long = "ABC".repeat(100);
    let names = HOSTILE.iter().copied().chain([long.as_str()]);
    let entries = names.map(entry).collect();
    let file = made(list(entries, Vec::new()), Language::English).await;
    assert!(claims(&file), "nothing in a name makes it claim less");
}

#[tokio::test]
async fn a_long_list_goes_on_over_pages_and_so_does_a_row_that_is_too_high_for_one() {
    let mut high = entry("Acme");
    high.note = Some("A word after the other. ".repeat(160));
    let mut entries = vec![high];
    entries.extend((0..40).map(|at| entry(&format!("Acme {at}"))));
    let file = made(list(entries, Vec::new()), Language::English).await;
    assert!(pages(&file) > 5, "{}", pages(&file));
}
