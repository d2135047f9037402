//! Each fact has its source and its day, and an assumption says that it is one.

use std::collections::BTreeSet;

use transfer_registry_seed::register::Demo;

use crate::{
    NOTICES,
    facts::{day, demo},
    organisation,
};

/// Every source of the register, with what it is the source of and the group it belongs to.
fn sources(demo: &Demo) -> Vec<(String, Option<&str>, &str)> {
    let mut sources = Vec::new();
    for group in &demo.groups {
        let what = format!("group {}", group.slug);
        sources.push((what, Some(group.slug.as_str()), group.source.as_str()));
    }
    for organisation in &demo.organisations {
        let what = format!("organisation {}", organisation.slug);
        let group = organisation.group.as_deref();
        for certification in &organisation.certifications {
            let what = format!("{what}, {}", certification.framework);
            sources.push((what, group, certification.source.as_str()));
        }
        sources.push((what, group, organisation.source.as_str()));
    }
    for engagement in &demo.subprocessors {
        let what = format!(
            "engagement {} {}",
            engagement.group, engagement.organisation
        );
        sources.push((what, Some(&engagement.group), &engagement.source));
    }
    for flow in &demo.flows {
        let what = format!("flow {}", flow.exporter);
        sources.push((what, Some(&flow.group), &flow.source));
    }
    for activity in &demo.processing_activities {
        let what = format!("activity {}", activity.name);
        sources.push((what, Some(&activity.group), &activity.source));
    }
    sources
}

#[test]
fn every_fact_runs_from_its_notices_day() {
    let demo = demo();
    let first_day = |group: &str| {
        let mut notices = NOTICES.iter();
        let notice = notices.find(|(slug, ..)| *slug == group);
        notice.map(|(.., from)| day(from)).expect("a group")
    };
    for engagement in &demo.subprocessors {
        assert_eq!(engagement.effective_from, first_day(&engagement.group));
    }
    for flow in &demo.flows {
        assert_eq!(flow.valid_from, first_day(&flow.group));
    }
}

#[test]
fn every_fact_names_its_notice_and_date_or_says_demo() {
    let demo = demo();
    let sources = sources(&demo);
    assert!(sources.len() > 100, "{}", sources.len());
    for (what, group, source) in sources {
        if source.starts_with("demo, ") {
            continue;
        }
        let named = NOTICES
            .iter()
            .find(|(_, file, ..)| source.starts_with(file));
        let (slug, _, dated, _) = named.expect(&what);
        assert!(group.is_none_or(|group| group == *slug), "{what}: {source}");
        assert!(source.contains(&format!(", {dated}")), "{what}: {source}");
    }
}

#[test]
fn where_no_certification_is_recorded_the_pages_can_say_so() {
    let demo = demo();
    let phrase = "none recorded in this demo";
    let silent = ["google", "linkedin", "meta-platforms"];
    let engagements: Vec<_> = demo
        .subprocessors
        .iter()
        .filter(|s| silent.contains(&s.organisation.as_str()))
        .collect();
    assert_eq!(engagements.len(), 5);
    for engagement in engagements {
        let note = engagement.note.as_deref();
        assert!(
            note.is_some_and(|note| note.contains(phrase)),
            "{}",
            engagement.organisation
        );
    }
    for slug in silent {
        let note = organisation(&demo, slug).seat_note.as_deref();
        assert!(note.is_some_and(|note| note.contains(phrase)), "{slug}");
    }
}

#[test]
fn a_seat_that_no_notice_states_says_that_it_is_assumed() {
    let demo = demo();
    let assumed: BTreeSet<_> = demo
        .organisations
        .iter()
        .filter(|o| {
            o.seat_note
                .as_deref()
                .is_some_and(|n| n.starts_with("Assumption: "))
        })
        .map(|o| o.slug.as_str())
        .collect();
    let named = [
        "amazon-web-services",
        "cloudflare",
        "digitalocean",
        "google",
        "linkedin",
        "meta-platforms",
        "stripe",
    ];
    assert_eq!(assumed, named.into());
}
