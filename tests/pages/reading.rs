//! How a page is read by a test: as a document, by selectors and words.

use scraper::{ElementRef, Html, Node, Selector};

use crate::fixture::{Answer, Service};

/// Every page of a group's list that is there without a change to the demo.
pub(super) const PAGES: [&str; 6] = [
    "",
    "?as_of=2020-07-16",
    "/as-of/2023-09-01",
    "/upcoming",
    "/changes",
    "/compare?from=2023-08-31&to=2023-09-01",
];

/// A page that must be there.
pub(super) async fn page_at(service: &Service, path: &str) -> (Answer, Html) {
    let answer = service.get_publicly(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let html = Html::parse_document(&answer.text());
    (answer, html)
}

/// What a selector finds.
pub(super) fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of the test's own");
    html.select(&selector).collect()
}

/// What a selector finds within an element.
pub(super) fn within<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of the test's own");
    element.select(&selector).collect()
}

/// The words of an element.
pub(super) fn words(element: &ElementRef<'_>) -> String {
    spaced(&element.text().collect::<Vec<_>>().join(" "))
}

/// The words of a page that are its own: nothing that was typed, and nothing in another language.
pub(super) fn own_words(html: &Html) -> String {
    fn into(element: ElementRef<'_>, text: &mut String) {
        for child in element.children() {
            match child.value() {
                Node::Text(words) => {
                    text.push(' ');
                    text.push_str(words);
                }
                Node::Element(inner) => {
                    let foreign = inner.name() == "bdi" || inner.attr("lang").is_some();
                    let quoted = ["code", "title"].contains(&inner.name());
                    if let Some(inner) = ElementRef::wrap(child).filter(|_| !foreign && !quoted) {
                        into(inner, text);
                    }
                }
                _ => {}
            }
        }
    }
    let mut text = String::new();
    into(html.root_element(), &mut text);
    spaced(&text)
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a page's links lead.
pub(super) fn links(html: &Html) -> Vec<String> {
    let links = all(html, "a[href]").into_iter();
    links
        .map(|link| link.value().attr("href").unwrap_or_default().to_owned())
        .collect()
}
