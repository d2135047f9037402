//! How often a caller may ask, and who it is.

use transfer_registry::config::{Config, ForwardedHeader, Proxies, Rate, Rates};

use super::{Caller, with_settings};
use crate::fixture::{Answer, Service, text};

with_settings![few_requests =>
    whoever_asks_too_often_is_told_when_to_ask_again,
    a_caller_cannot_choose_by_whose_address_it_is_counted,
    guessing_tokens_is_limited_and_does_not_hold_up_who_has_one,
    health_is_never_limited,
];
with_settings![behind_a_proxy => a_trusted_proxy_says_whose_address_counts];

/// So few that no test waits until one comes back.
const FEW: Rate = Rate {
    per_second: 1,
    burst: 4,
};

fn few_requests(config: &mut Config) {
    config.limits.rates = Rates {
        checks: Some(FEW),
        requests: Some(FEW),
        pages: Some(FEW),
        guesses: Some(FEW),
    };
}

fn behind_a_proxy(config: &mut Config) {
    few_requests(config);
    let networks = vec!["127.0.0.0/8".parse().expect("a network")];
    config.proxies = Proxies::new(networks, ForwardedHeader::XForwardedFor);
}

const PAGE: &str = "/qcontact/subprocessors";

async fn as_from(service: &Service, credential: Option<&str>, path: &str, address: &str) -> Answer {
    let headers = [("x-forwarded-for", address), ("forwarded", address)];
    service
        .request(credential, "GET", path, None, &headers, b"")
        .await
}

/// What of a number of requests is answered before the first is refused. More than the burst can
/// be, where the machine is slow.
async fn answered(service: &Service, credential: Option<&str>, path: &str) -> usize {
    for at in 0..50 {
        let address = format!("198.51.100.{at}");
        let answer = as_from(service, credential, path, &address).await;
        if answer.status == 429 {
            return at;
        }
    }
    panic!("{path} is never refused");
}

fn is_refused(answer: &Answer, share: &str) {
    let problem = answer.problem(429);
    assert_eq!(text(&problem, "code"), "rate_limited");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(
        answer.header("ratelimit-policy"),
        Some(&*format!("\"{share}\";q=4;w=4"))
    );
    assert_eq!(
        answer.header("ratelimit"),
        Some(&*format!("\"{share}\";r=0;t=4"))
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.is_some_and(|policy| policy.contains("default-src 'none'")));
}

async fn whoever_asks_too_often_is_told_when_to_ask_again(service: Service) {
    let first = service.get("/v1/groups").await;
    first.ok();
    assert_eq!(first.header("ratelimit"), Some("\"requests\";r=3;t=1"));
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"requests\";q=4;w=4")
    );
    let known = format!("Bearer {}", Service::TOKEN);
    for (path, share) in [
        ("/v1/transfer-checks", "checks"),
        ("/v1/groups", "requests"),
        (PAGE, "pages"),
    ] {
        assert!(answered(&service, Some(&known), path).await >= 3, "{path}");
        let refused = service.get(path).await;
        is_refused(&refused, share);
        let kept = if share == "pages" {
            "no-cache"
        } else {
            "no-store"
        };
        assert_eq!(refused.header("cache-control"), Some(kept));
    }
}

async fn a_caller_cannot_choose_by_whose_address_it_is_counted(service: Service) {
    let taken = answered(&service, None, PAGE).await;
    assert!((4..20).contains(&taken), "{taken}");
}

async fn a_trusted_proxy_says_whose_address_counts(service: Service) {
    // Each of fifty addresses has a share of its own ...
    for at in 0..50 {
        let address = format!("198.51.100.{at}");
        assert_eq!(as_from(&service, None, PAGE, &address).await.status, 200);
    }
    // ... and who writes another before its own address has none the more.
    let mut refused = false;
    for at in 0..50 {
        let address = format!("203.0.113.{at}, 198.51.100.200");
        refused |= as_from(&service, None, PAGE, &address).await.status == 429;
    }
    assert!(refused, "what the caller wrote itself was believed");
}

async fn guessing_tokens_is_limited_and_does_not_hold_up_who_has_one(service: Service) {
    let guess = Some("Bearer a-guess-of-at-least-32-characters");
    let tried = answered(&service, guess, "/v1/groups").await;
    assert!((3..20).contains(&tried), "{tried}");
    let refused = as_from(&service, guess, "/v1/groups", "").await;
    is_refused(&refused, "guesses");
    service.get("/v1/groups").await.ok();
}

async fn health_is_never_limited(service: Service) {
    let mut probe = Caller::at(service.ops_address()).await;
    for _ in 0..50 {
        probe
            .send(b"GET /health/ready HTTP/1.1\r\nhost: a\r\n\r\n")
            .await;
        let answer = probe.answer().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit"), None);
    }
}
