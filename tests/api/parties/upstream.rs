//! The graph of whom an organisation passes data on to.

use chrono::TimeDelta;
use serde_json::{Value, json};
use transfer_registry_core::{Draft, Scope, flows, subprocessors};

use crate::{
    api::known_at::{context, later},
    fixture::{Service, on_both_databases, text},
};

on_both_databases![
    everybody_stands_once_in_the_graph_of_whom_data_goes_on_to,
    the_graph_shows_what_is_in_effect_on_its_day,
];

/// Records that data goes on, as a flow or an engagement of the registry's own form.
async fn record(service: &Service, kind: &str, new: Value) {
    let registry = service.registry();
    let put = |draft: &mut Draft| match kind {
        "flow" => flows::record_existing_in(draft, serde_json::from_value(new).expect("a flow")),
        _ => subprocessors::record_existing_in(
            draft,
            serde_json::from_value(new).expect("an engagement"),
        ),
    };
    let recorded = registry.change(&context(), &Scope::All, None, put).await;
    recorded.expect("recorded");
}

fn flow(exporter: &str, importer: &str, first: &str, group: Option<&str>) -> Value {
    let mut flow = json!({
        "exporter": exporter, "importer": importer, "valid_from": first, "source": "a test",
        "purpose": "hosting", "data_categories": ["contact"],
    });
    if let Some(group) = group {
        flow["group"] = json!(group);
    }
    flow
}

/// Two groups and two vendors that share one host; the first vendor's data centre is run by
/// somebody else, and the host has a support desk that reports back to the vendor.
async fn chain(service: &Service) {
    for group in ["acme", "umbrella"] {
        let new = json!({"slug": group, "name": group, "source": "a test"});
        service.create("/v1/groups", &new).await;
        let company = json!({
            "slug": format!("{group}-gmbh"), "kind": "group_company", "group": group,
            "legal_name": format!("{group} GmbH"), "seat": "DE", "source": "a test",
        });
        service.create("/v1/organisations", &company).await;
    }
    for slug in ["vendor-a", "vendor-b", "host", "desk", "centre", "secret"] {
        let new = json!({
            "slug": slug, "kind": "third_party", "legal_name": format!("{slug} Inc."),
            "seat": "US", "source": "a test",
            "contacts": [{"kind": "general", "email": format!("{slug}@example.org")}],
        });
        service.create("/v1/organisations", &new).await;
    }
    for vendor in ["vendor-a", "vendor-b"] {
        let engagement = json!({
            "group": "acme", "organisation": vendor, "service": "Newsletters",
            "purpose": "marketing", "effective_from": "2025-01-01", "source": "a test",
            "locations": [{"place": "US", "activity": "storage", "operated_by": "centre"},
                {"place": "IN", "activity": "remote_access"}],
        });
        record(service, "engagement", engagement).await;
        record(service, "flow", flow(vendor, "host", "2025-01-01", None)).await;
    }
    record(service, "flow", flow("host", "desk", "2026-01-01", None)).await;
    record(
        service,
        "flow",
        flow("desk", "vendor-a", "2026-01-01", None),
    )
    .await;
    let of_another = flow("vendor-a", "secret", "2025-01-01", Some("umbrella"));
    record(service, "flow", of_another).await;
}

/// Who is in a graph, how far away.
fn nodes(graph: &Value) -> Vec<(&str, u64)> {
    let nodes = graph["nodes"].as_array().expect("nodes").iter();
    nodes
        .map(|node| {
            let depth = node["depth"].as_u64().expect("a depth");
            (text(node, "organisation"), depth)
        })
        .collect()
}

/// From whom to whom data goes in a graph, and how.
fn edges(graph: &Value) -> Vec<(&str, &str, &str)> {
    let edges = graph["edges"].as_array().expect("edges").iter();
    let mut edges: Vec<_> = edges
        .map(|edge| {
            let how = if edge["operates_locations"] == true {
                "operates"
            } else {
                text(edge, "kind")
            };
            (text(edge, "exporter"), text(edge, "importer"), how)
        })
        .collect();
    edges.sort_unstable();
    edges
}

async fn everybody_stands_once_in_the_graph_of_whom_data_goes_on_to(service: Service) {
    chain(&service).await;
    let path = "/v1/organisations/acme-gmbh/upstream?as_of=2026-06-01";
    let answer = service.get(path).await;
    let graph = answer.ok();
    assert_eq!(
        nodes(&graph),
        [
            ("acme-gmbh", 0),
            ("vendor-a", 1),
            ("vendor-b", 1),
            ("centre", 2),
            ("host", 2),
            ("desk", 3),
        ]
    );
    assert_eq!(
        edges(&graph),
        [
            ("acme-gmbh", "vendor-a", "engagement"),
            ("acme-gmbh", "vendor-b", "engagement"),
            ("desk", "vendor-a", "flow"),
            ("host", "desk", "flow"),
            ("vendor-a", "centre", "operates"),
            ("vendor-a", "host", "flow"),
            ("vendor-b", "centre", "operates"),
            ("vendor-b", "host", "flow"),
        ]
    );
    assert_eq!(graph["truncated"], json!(false));
    let host = &graph["nodes"][4];
    assert_eq!(text(host, "legal_name"), "host Inc.");
    assert_eq!(
        (text(host, "seat"), text(host, "kind")),
        ("US", "third_party")
    );
    assert_eq!(text(&host["contacts"][0], "email"), "host@example.org");
    let engagement = &graph["edges"][0];
    assert_eq!(text(engagement, "group"), "acme");
    assert_eq!(text(engagement, "service"), "Newsletters");
    assert_eq!(text(engagement, "purpose"), "marketing");
    let places = engagement["locations"]
        .as_array()
        .expect("locations")
        .iter();
    let places: Vec<_> = places.map(|location| text(location, "place")).collect();
    assert_eq!(places, ["US", "IN"]);
    assert!(answer.header("etag").is_some());

    // A vendor is asked about as such: then every group's data counts.
    let graph = service
        .get("/v1/organisations/vendor-a/upstream")
        .await
        .ok();
    let expected = [("vendor-a", 0), ("host", 1), ("secret", 1), ("desk", 2)];
    assert_eq!(nodes(&graph), expected);
    let graph = service.get("/v1/organisations/secret/upstream").await.ok();
    assert_eq!(
        (nodes(&graph), edges(&graph)),
        (vec![("secret", 0)], vec![])
    );
    let nobody = service.get("/v1/organisations/nobody/upstream").await;
    nobody.problem(404);
}

async fn the_graph_shows_what_is_in_effect_on_its_day(service: Service) {
    let before = service.registry().clock().now();
    later(&service, TimeDelta::seconds(1));
    chain(&service).await;
    let path = "/v1/organisations/vendor-b/upstream";
    let of = |day: &str| {
        let (service, path) = (service.clone(), format!("{path}?as_of={day}"));
        async move { service.get(&path).await.ok() }
    };
    assert_eq!(nodes(&of("2024-12-31").await), [("vendor-b", 0)]);
    let graph = of("2025-12-31").await;
    assert_eq!(nodes(&graph), [("vendor-b", 0), ("host", 1)]);
    let graph = of("2026-01-01").await;
    let whole = [("vendor-b", 0), ("host", 1), ("desk", 2), ("vendor-a", 3)];
    assert_eq!(nodes(&graph)[..4], whole);
    let today = service.get(path).await.ok();
    assert_eq!(text(&today, "as_of"), Service::TODAY);
    let then = before.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let then = service.get(&format!("{path}?known_at={then}")).await;
    then.problem(404);

    // Twenty steps are shown, and that there are more is said.
    for step in 0..23 {
        let new = json!({
            "slug": format!("link-{step}"), "kind": "third_party", "legal_name": "Link",
            "source": "a test",
        });
        service.create("/v1/organisations", &new).await;
    }
    for step in 0..22 {
        let (from, to) = (format!("link-{step}"), format!("link-{}", step + 1));
        record(&service, "flow", flow(&from, &to, "2025-01-01", None)).await;
    }
    for (from, deepest, more) in [("link-0", 20, true), ("link-2", 20, false)] {
        let graph = service
            .get(&format!("/v1/organisations/{from}/upstream"))
            .await
            .ok();
        assert_eq!(
            nodes(&graph).last().map(|node| node.1),
            Some(deepest),
            "{from}"
        );
        assert_eq!(graph["truncated"], json!(more), "{from}");
        assert_eq!(edges(&graph).len(), 20, "{from}");
    }
}
