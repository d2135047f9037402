//! The public list for machines and on paper.

use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::fixture::{Answer, Service, on_both_databases, text};

on_both_databases![
    every_format_is_public_and_can_be_kept,
    what_has_not_changed_is_not_sent_again,
    scripts_of_other_sites_may_read_what_is_for_machines,
    every_format_shows_what_the_json_shows,
    a_hostile_name_is_text_in_every_format,
    the_feed_tells_of_each_publication,
    what_is_to_come_is_in_the_calendar,
    a_format_refuses_what_the_json_refuses,
];

/// The formats: path, media type, and whether it is for machines.
const FORMATS: [(&str, &str, bool); 7] = [
    ("subprocessors", "text/html", false),
    ("subprocessors.json", "application/json", true),
    ("subprocessors.csv", "text/csv", true),
    ("subprocessors.jsonld", "application/ld+json", true),
    ("subprocessors.atom", "application/atom+xml", true),
    ("subprocessors.pdf", "application/pdf", true),
    ("subprocessors/upcoming.ics", "text/calendar", true),
];

async fn format(service: &Service, format: &str) -> Answer {
    let answer = service.get_publicly(&format!("/qcontact/{format}")).await;
    assert_eq!(answer.status, 200, "{format}: {}", answer.text());
    answer
}

/// Asks with headers, as anybody.
async fn ask(service: &Service, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    service
        .request(None, method, path, None, headers, b"")
        .await
}

async fn every_format_is_public_and_can_be_kept(service: Service) {
    for (path, media_type, _) in FORMATS {
        let answer = format(&service, path).await;
        assert_eq!(answer.media_type(), media_type, "{path}");
        let keep = answer.header("cache-control").unwrap_or_default();
        assert_eq!(keep, "public, max-age=0, must-revalidate", "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        let tag = answer.header("etag").unwrap_or_default();
        assert!(tag.starts_with('"') && tag.len() == 66, "{path}: {tag}");
        let again = format(&service, path).await;
        assert_eq!(
            again.header("etag"),
            Some(tag),
            "{path} is the same each time"
        );
        assert!(again.body == answer.body, "{path}");
        let head = ask(&service, "HEAD", &format!("/qcontact/{path}"), &[]).await;
        assert_eq!(head.status, 200, "{path}");
        assert_eq!(head.header("etag"), Some(tag), "{path}");
        assert!(head.body.is_empty(), "{path}");
    }
    for (path, name) in [
        ("subprocessors.csv", "qcontact-subprocessors-2026-11-21.csv"),
        ("subprocessors.pdf", "qcontact-subprocessors-2026-11-21.pdf"),
    ] {
        let answer = format(&service, path).await;
        let disposition = answer.header("content-disposition").unwrap_or_default();
        assert!(disposition.contains(name), "{path}: {disposition}");
    }
}

async fn what_has_not_changed_is_not_sent_again(service: Service) {
    for (path, _, _) in FORMATS {
        let first = format(&service, path).await;
        let tag = first.header("etag").unwrap_or_default().to_owned();
        let path = format!("/qcontact/{path}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            let again = ask(&service, "GET", &path, &[("if-none-match", &known)]).await;
            assert_eq!(again.status, 304, "{path} {known}");
            assert!(again.body.is_empty(), "{path}");
            assert_eq!(again.header("etag"), Some(tag.as_str()), "{path}");
            // A browser takes them for those of the page that it has kept.
            for name in [
                "content-security-policy",
                "referrer-policy",
                "cache-control",
            ] {
                assert_eq!(again.header(name), first.header(name), "{path}: {name}");
            }
        }
        let other = ask(&service, "GET", &path, &[("if-none-match", "\"x\"")]).await;
        assert_eq!(other.status, 200, "{path}");
    }
    // A day on which something else is listed has another tag.
    for (path, _, _) in FORMATS.iter().filter(|(path, ..)| !path.contains("atom")) {
        let today = format(&service, path).await;
        let then = format(&service, &format!("{path}?as_of=2020-07-16")).await;
        let same = today.header("etag") == then.header("etag");
        assert_eq!(same, path.contains(".ics"), "{path}");
    }
}

async fn scripts_of_other_sites_may_read_what_is_for_machines(service: Service) {
    let origin = [("origin", "https://elsewhere.example")];
    for (path, _, machine) in FORMATS {
        let answer = ask(&service, "GET", &format!("/qcontact/{path}"), &origin).await;
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, machine.then_some("*"), "{path}");
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials, None, "{path}");
    }
    for path in [
        "/v1/groups",
        "/sign-in",
        "/account",
        "/openapi.json",
        "/reasons/ended",
    ] {
        let answer = ask(&service, "GET", path, &origin).await;
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, None, "{path}");
    }
}

async fn every_format_shows_what_the_json_shows(service: Service) {
    for query in ["", "?as_of=2020-07-16", "?outside=1"] {
        let path = format!("subprocessors.json{query}");
        let json = format(&service, &path).await.ok();
        let listed = json["subprocessors"].as_array().unwrap();
        assert!(!listed.is_empty(), "{query}");
        let csv = format(&service, &format!("subprocessors.csv{query}"))
            .await
            .text();
        assert_eq!(csv.lines().count(), listed.len() + 1, "{query}: {csv}");
        let linked = format(&service, &format!("subprocessors.jsonld{query}"))
            .await
            .json();
        let graph = linked["@graph"].as_array().unwrap().iter();
        let processes = graph.filter(|node| node["@type"] == "dpv:Process").count();
        assert_eq!(processes, listed.len(), "{query}");
        for entry in listed {
            let name = text(entry, "legal_name");
            assert!(csv.contains(name), "{query}: {name}");
            assert!(linked.to_string().contains(name), "{query}: {name}");
        }
        let pdf = format(&service, &format!("subprocessors.pdf{query}")).await;
        assert!(pdf.body.starts_with(b"%PDF-1.7"), "{query}");
    }
}

/// What could be taken for more than a name by something that reads it.
const HOSTILE: [&str; 5] = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "]]> --> {{ 7*7 }} &amp; \"'",
    "\\, ; BEGIN:VEVENT",
    "株式会社 שלום 🌍",
];

/// Engages somebody with a name for the group, from a day to come.
async fn engage(service: &Service, slug: &str, name: &str) {
    let organisation = json!({"slug": slug, "kind": "third_party", "legal_name": name, "seat": "NZ",
        "on_public_list": true, "source": "a test"});
    service.create("/v1/organisations", &organisation).await;
    let engagement = json!({"group": "qcontact", "organisation": slug, "service": name,
        "record_existing": true, "description": format!("{name}\nsecond line"),
        "data_categories": ["contact"], "effective_from": "2027-01-15",
        "announced_on": "2026-11-20", "objection_until": "2026-12-05", "source": "a test"});
    service.create("/v1/subprocessors", &engagement).await;
}

fn entries<'a>(feed: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    let all = feed.root_element().children();
    all.filter(|node| node.has_tag_name("entry")).collect()
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Node<'a, 'a> {
    let mut children = node.children();
    let found = children.find(|child| child.tag_name().name() == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn said(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter_map(|one| one.text().filter(|_| one.is_text()))
        .collect()
}

/// A calendar's lines, unfolded.
fn lines(calendar: &str) -> Vec<String> {
    let unfolded = calendar.replace("\r\n ", "");
    unfolded
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

async fn a_hostile_name_is_text_in_every_format(service: Service) {
    let long = "x".repeat(300);
    let names: Vec<&str> = HOSTILE.into_iter().chain([long.as_str()]).collect();
    for (at, name) in names.iter().enumerate() {
        engage(&service, &format!("hostile-{at}"), name).await;
    }
    service.publish("qcontact").await;
    let linked = format(&service, "subprocessors.jsonld").await.json();
    let linked = linked.to_string();
    let csv = format(&service, "subprocessors.csv").await.text();
    assert!(!csv.contains(",=cmd"), "{csv}");
    assert!(csv.contains(",'=cmd|' /C calc'!A0,"), "{csv}");
    let feed = format(&service, "subprocessors.atom").await.text();
    let feed = Document::parse(&feed).expect("a feed is XML");
    let newest = said(child(entries(&feed)[0], "content"));
    let calendar = format(&service, "subprocessors/upcoming.ics").await.text();
    let events = lines(&calendar);
    let begun = events.iter().filter(|line| *line == "BEGIN:VEVENT").count();
    assert_eq!(begun, 2 * names.len(), "no name begins one of its own");
    for name in names {
        let quoted = Value::from(name).to_string();
        assert!(linked.contains(&quoted), "{name}");
        assert!(newest.contains(name), "{name}: {newest}");
        let escaped = name
            .replace('\\', "\\\\")
            .replace(',', "\\,")
            .replace(';', "\\;");
        let summary = format!("SUMMARY:QContact: {escaped} takes effect on 15 January 2027");
        assert!(events.contains(&summary), "{summary}: {calendar}");
    }
    let pdf = format(&service, "subprocessors.pdf").await;
    assert!(pdf.body.starts_with(b"%PDF-1.7"));
}

async fn the_feed_tells_of_each_publication(service: Service) {
    let first = format(&service, "subprocessors.atom").await;
    let body = first.text();
    let feed = Document::parse(&body).expect("a feed is XML");
    let root = feed.root_element();
    assert_eq!(
        root.tag_name().namespace(),
        Some("http://www.w3.org/2005/Atom")
    );
    for name in ["id", "title", "updated", "author", "link"] {
        assert!(!child(root, name).tag_name().name().is_empty());
    }
    let old = entries(&feed);
    assert_eq!(old.len(), 1, "the demo publishes once");
    let (old_id, old_day) = (said(child(old[0], "id")), said(child(old[0], "updated")));
    assert!(old_id.starts_with("urn:uuid:"), "{old_id}");
    assert_eq!(said(child(root, "updated")), old_day);
    assert!(said(child(old[0], "content")).contains("Added: the subprocessor Cloudflare"));

    engage(&service, "newcomer", "Newcomer Ltd").await;
    let same = format(&service, "subprocessors.atom").await;
    assert!(same.body == first.body, "nothing was published");
    service.publish("qcontact").await;
    let body = format(&service, "subprocessors.atom").await.text();
    let feed = Document::parse(&body).expect("a feed is XML");
    let both = entries(&feed);
    assert_eq!(both.len(), 2);
    assert_eq!(said(child(both[0], "title")), "Publication 2: 1 change");
    let told = said(child(both[0], "content"));
    assert!(
        told.contains("Added: the subprocessor Newcomer Ltd (Newcomer Ltd)"),
        "{told}"
    );
    assert_eq!(said(child(both[1], "id")), old_id, "an entry keeps its id");
    // Its link leads to the list as it was then.
    for entry in both {
        let link = child(entry, "link")
            .attribute("href")
            .unwrap_or_default()
            .to_owned();
        let page = service.get_publicly(&link).await;
        assert_eq!(page.status, 200, "{link}: {}", page.text());
    }
}

async fn what_is_to_come_is_in_the_calendar(service: Service) {
    let before = lines(&format(&service, "subprocessors/upcoming.ics").await.text());
    assert!(before.contains(&"BEGIN:VCALENDAR".to_owned()));
    assert!(!before.contains(&"BEGIN:VEVENT".to_owned()));
    engage(&service, "newcomer", "Newcomer Ltd").await;
    let draft = lines(&format(&service, "subprocessors/upcoming.ics").await.text());
    assert_eq!(draft, before, "nothing was published");
    service.publish("qcontact").await;
    let events = lines(&format(&service, "subprocessors/upcoming.ics").await.text());
    for line in [
        "DTSTART;VALUE=DATE:20270115",
        "DTEND;VALUE=DATE:20270116",
        "DTSTART;VALUE=DATE:20261205",
        "SEQUENCE:2",
    ] {
        assert!(events.contains(&line.to_owned()), "{line}: {events:#?}");
    }
    let german = format(&service, "subprocessors/upcoming.ics?lang=de")
        .await
        .text();
    assert!(
        lines(&german)
            .iter()
            .any(|line| line.contains("15. Januar 2027")),
        "{german}"
    );
}

async fn a_format_refuses_what_the_json_refuses(service: Service) {
    for (path, _, _) in FORMATS.into_iter().skip(1) {
        for (query, status) in [
            ("nothing=1", 422),
            ("known_at=2999-01-01T00:00:00Z", 422),
            ("known_at=2020-01-01T00:00:00Z", 404),
        ] {
            let refused = service
                .get_publicly(&format!("/qcontact/{path}?{query}"))
                .await;
            refused.problem(status);
        }
        let nobody = service.get_publicly(&format!("/nobody/{path}")).await;
        nobody.problem(404);
        let refused = service
            .send("POST", &format!("/qcontact/{path}"), None, b"")
            .await;
        assert_eq!(refused.status, 405, "{path}");
        assert_eq!(refused.header("allow"), Some("GET, HEAD"), "{path}");
    }
}
