//! Every link of every page, followed by everybody: nothing breaks, nothing is dead, nothing leaves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use scraper::{Html, Selector};

use crate::{
    authorization::people::{PASSWORD, made},
    fixture::{Answer, Browser, Service, on_both_databases},
};

on_both_databases![
    whoever_has_not_signed_in_reaches_every_public_page,
    an_admin_reaches_every_page,
    an_editor_reaches_every_page,
    an_editor_of_one_group_reaches_every_page,
    an_approver_reaches_every_page,
    a_reader_reaches_every_page,
    a_checker_reaches_every_page,
];

/// How many pages of one kind are opened: a list of a thousand rows links a thousand of the same.
const OF_A_KIND: usize = 2;

/// More pages than the demo register has; a crawl that finds more goes round in circles.
const MOST: usize = 2500;

const GROUPS: [&str; 5] = [
    "qcontact",
    "botsify",
    "netcode",
    "qiscus",
    "instantchatbots",
];

async fn whoever_has_not_signed_in_reaches_every_public_page(service: Service) {
    let opened = crawled(Browser::of(&service)).await;
    for language in ["en", "de", "fr", "it"] {
        let wanted = format!("lang={language}");
        let pages = opened.iter().filter(|page| page.contains(&wanted)).count();
        assert!(pages >= 10, "{language}: {pages} pages of {}", opened.len());
    }
}

async fn an_admin_reaches_every_page(service: Service) {
    signed_in(&service, "admin", &[], 150).await;
}

async fn an_editor_reaches_every_page(service: Service) {
    signed_in(&service, "editor", &[], 150).await;
}

async fn an_editor_of_one_group_reaches_every_page(service: Service) {
    signed_in(&service, "editor", &["qcontact"], 100).await;
}

async fn an_approver_reaches_every_page(service: Service) {
    signed_in(&service, "approver", &[], 100).await;
}

async fn a_reader_reaches_every_page(service: Service) {
    signed_in(&service, "reader", &[], 100).await;
}

async fn a_checker_reaches_every_page(service: Service) {
    signed_in(&service, "checker", &[], 5).await;
}

/// Crawls as somebody of a role.
async fn signed_in(service: &Service, role: &str, groups: &[&str], least: usize) {
    made(service, "crawler", role, groups).await;
    let mut browser = Browser::of(service);
    assert_eq!(browser.sign_in("crawler", PASSWORD).await.status, 303);
    let opened = crawled(browser).await;
    let console = opened.iter().filter(|path| !is_public(path)).count();
    assert!(console >= least, "{role}: only {console} pages: {opened:?}");
}

fn is_public(path: &str) -> bool {
    let mut steps = path.split(['/', '?']).skip(1);
    steps.next().is_some_and(|first| GROUPS.contains(&first))
}

/// Opens every page that can be reached by links and by the forms that only ask; gives their
/// addresses.
async fn crawled(mut browser: Browser) -> BTreeSet<String> {
    let mut queue: VecDeque<(String, String)> = VecDeque::new();
    let starts = ["/".to_owned(), "/sign-in".to_owned()];
    let lists = GROUPS.map(|group| format!("/{group}/subprocessors"));
    for start in starts.into_iter().chain(lists) {
        queue.push_back((start, "the address bar".to_owned()));
    }
    let mut opened = BTreeSet::new();
    let mut of_a_kind: BTreeMap<String, usize> = BTreeMap::new();
    let mut faults = Vec::new();
    while let Some((path, from)) = queue.pop_front() {
        if opened.contains(&path) {
            continue;
        }
        let seen = of_a_kind.entry(kind(&path)).or_default();
        if *seen >= OF_A_KIND {
            continue;
        }
        *seen += 1;
        assert!(opened.len() < MOST, "there is no end of pages: {path}");
        opened.insert(path.clone());
        let answer = browser.open(&path).await;
        let found = looked_at(&path, &from, &answer, browser.origin());
        faults.extend(found.faults);
        for next in found.links {
            queue.push_back((next, path.clone()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    opened
}

/// What a page is like: its path without ids, and the names of what its address asks.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let step = |step: &str| {
        let id = step.len() == 36 && step.matches('-').count() == 4;
        let number = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        // An adequacy decision's.
        let of_the_law =
            step.contains('-') && step.starts_with(|first: char| first.is_ascii_uppercase());
        if id || number || of_the_law {
            "{id}".to_owned()
        } else {
            step.to_owned()
        }
    };
    let steps: Vec<String> = path.split('/').map(step).collect();
    let mut names: Vec<&str> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            // Each language is a page of its own.
            Some(("lang", _)) | None => pair,
            Some((name, _)) => name,
        })
        .collect();
    names.sort_unstable();
    let mut steps = steps;
    if is_public(path) {
        // What one group's list is asked, any list can be asked.
        if let Some(group) = steps.get_mut(1) {
            "{group}".clone_into(group);
        }
        // Filters can be combined at will, and with every day: each one is a kind, and several are.
        let (language, asked): (Vec<&str>, Vec<&str>) =
            names.into_iter().partition(|name| name.contains('='));
        let day = |name: &&str| ["as_of", "known_at"].contains(name);
        let (_, filters): (Vec<&str>, Vec<&str>) = asked.into_iter().partition(day);
        let filters = match filters.as_slice() {
            [] => "",
            [one] => one,
            _ => "several",
        };
        return format!("{}?{}{filters}", steps.join("/"), language.join("&"));
    }
    format!("{}?{}", steps.join("/"), names.join("&"))
}

/// What is on a page, and what is wrong with it.
#[derive(Default)]
struct Found {
    links: Vec<String>,
    faults: Vec<String>,
}

fn looked_at(path: &str, from: &str, answer: &Answer, origin: &str) -> Found {
    let mut found = Found::default();
    let mut fault = |what: String| found.faults.push(format!("{path} (from {from}): {what}"));
    match answer.status {
        200 => {}
        303 | 301 | 308 => {
            let to = answer.header("location").unwrap_or_default();
            match local(path, to, origin) {
                Some(to) => found.links.push(to),
                None => fault(format!("leads to {to}")),
            }
            return found;
        }
        status => {
            fault(format!("answers {status}"));
            return found;
        }
    }
    if answer.media_type() != "text/html" {
        return found;
    }
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let strict = policy.contains("default-src 'none'")
        && !policy.contains("unsafe-")
        && !policy.contains("http:")
        && !policy.contains("https:")
        && !policy.contains('*');
    if !strict {
        fault(format!("its policy is {policy}"));
    }
    let html = Html::parse_document(&answer.text());
    for error in html.errors.iter().take(3) {
        fault(format!("is no correct HTML: {error}"));
    }
    for forbidden in [
        "script", "style", "[style]", "iframe", "object", "embed", "base",
    ] {
        if select(&html, forbidden).next().is_some() {
            fault(format!("has {forbidden}"));
        }
    }
    for element in select(&html, "*") {
        for (name, _) in element.value().attrs() {
            if name.starts_with("on") {
                fault(format!("has {name}"));
            }
        }
    }
    for element in select(
        &html,
        "[src], [srcset], [poster], link[rel=stylesheet], link[rel=icon]",
    ) {
        for name in ["src", "srcset", "poster", "href"] {
            let to = element.value().attr(name);
            if to.is_some_and(|to| local(path, to, origin).is_none()) {
                fault(format!("loads {to:?}"));
            }
        }
    }
    let ids: Vec<&str> = select(&html, "[id]")
        .filter_map(|one| one.value().attr("id"))
        .collect();
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    if distinct.len() != ids.len() {
        fault("has two elements of one id".to_owned());
    }
    let mut links = Vec::new();
    for element in select(&html, "a[href], link[href], area[href]") {
        let to = element.value().attr("href").unwrap_or_default();
        if let Some(id) = to.strip_prefix('#') {
            if !id.is_empty() && !ids.contains(&id) {
                fault(format!("leads to #{id}, which is not on it"));
            }
            continue;
        }
        let scheme = to.split(':').next().unwrap_or_default();
        match local(path, to, origin) {
            Some(to) => links.push(to),
            // Citations lead to the law itself.
            None if matches!(scheme, "https" | "http" | "mailto" | "tel") => {}
            None => fault(format!("leads to {to}")),
        }
    }
    for form in select(&html, "form") {
        let action = form.value().attr("action").unwrap_or(path);
        let Some(action) = local(path, action, origin) else {
            fault(format!("sends to {action}"));
            continue;
        };
        if form
            .value()
            .attr("method")
            .unwrap_or("get")
            .eq_ignore_ascii_case("get")
        {
            links.push(action);
        }
    }
    found.links = links;
    found
}

fn select<'h>(
    html: &'h Html,
    selector: &str,
) -> impl Iterator<Item = scraper::ElementRef<'h>> + use<'h> {
    let selector = Selector::parse(selector).expect("a selector of the test's own");
    html.select(&selector).collect::<Vec<_>>().into_iter()
}

/// A link's address within the site, without its fragment; `None`: it leaves.
fn local(path: &str, to: &str, origin: &str) -> Option<String> {
    let to = to.split('#').next().unwrap_or_default();
    let base = reqwest::Url::parse(&format!("{origin}{path}")).expect("an address");
    let joined = base.join(to).ok()?;
    (joined.origin() == base.origin()).then(|| {
        let query = joined
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        format!("{}{query}", joined.path())
    })
}
