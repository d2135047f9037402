//! A form of the console as a browser holds it: filled in as its page says, changed, and sent.

use scraper::{ElementRef, Html, Selector};

use crate::fixture::{Answer, Browser};

/// A form that is filled in.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    action: String,
    fields: Vec<(String, String)>,
}

/// What a page shows under a selector.
pub(super) fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of the test's own");
    html.select(&selector).collect()
}

/// Its words.
pub(super) fn words(element: ElementRef<'_>) -> String {
    let words: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// What a page shows under a selector, each in words.
pub(super) fn said(html: &Html, selector: &str) -> Vec<String> {
    all(html, selector).into_iter().map(words).collect()
}

/// Opens a page that must be there.
pub(super) async fn page(browser: &mut Browser, path: &str) -> Html {
    let answer = browser.open(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    Html::parse_document(&answer.text())
}

impl Sheet {
    /// The form of a page.
    pub(super) async fn open(browser: &mut Browser, path: &str) -> Self {
        let html = page(browser, path).await;
        Self::of(&html)
    }

    /// The form on a page, with everything that a browser would send of it but its buttons.
    pub(super) fn of(html: &Html) -> Self {
        let forms = all(html, "form.sheet");
        let form = forms.first().expect("a form");
        let mut fields = Vec::new();
        let within = Selector::parse("input, select, textarea").expect("a selector");
        for control in form.select(&within) {
            let element = control.value();
            let name = element.attr("name").expect("a name").to_owned();
            let value = match element.name() {
                "select" => {
                    let chosen = Selector::parse("option[selected]").expect("a selector");
                    let chosen = control.select(&chosen).next();
                    let value = chosen.and_then(|option| option.value().attr("value"));
                    value.unwrap_or_default().to_owned()
                }
                "textarea" => control.text().collect(),
                _ if element.attr("type") == Some("checkbox")
                    && element.attr("checked").is_none() =>
                {
                    continue;
                }
                _ => element.attr("value").unwrap_or_default().to_owned(),
            };
            fields.push((name, value));
        }
        Self {
            action: form.value().attr("action").expect("an action").to_owned(),
            fields,
        }
    }

    /// What stands in a field.
    pub(super) fn value(&self, name: &str) -> &str {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        found.next().map_or("", |(_, value)| value.as_str())
    }

    /// Whether something is sent under a name.
    pub(super) fn asks(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Fills in a field; a box is ticked.
    pub(super) fn fill(&mut self, name: &str, value: &str) -> &mut Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Presses one of its buttons.
    pub(super) async fn press(&self, browser: &mut Browser, step: &str) -> Answer {
        let mut fields: Vec<(&str, &str)> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("form_step", step));
        browser.send(&self.action, &fields).await
    }

    /// Presses a button that leads to another state of the same form.
    pub(super) async fn goes_on(&self, browser: &mut Browser, step: &str) -> (Html, Self) {
        let answer = self.press(browser, step).await;
        assert_eq!(answer.status, 200, "{step}: {}", answer.text());
        let html = Html::parse_document(&answer.text());
        let sheet = Self::of(&html);
        (html, sheet)
    }

    /// Looks at the effect and saves; gives where it leads.
    pub(super) async fn saved(&self, browser: &mut Browser) -> String {
        let (html, seen) = self.goes_on(browser, "look").await;
        assert_eq!(
            all(&html, "section.effect").len(),
            1,
            "no effect is shown: {:?}",
            said(&html, "section.errors")
        );
        let answer = seen.press(browser, "save").await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let to = answer.header("location").expect("a way on");
        to.to_owned()
    }
}
