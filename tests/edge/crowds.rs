//! How many connections there may be.

use std::time::{Duration, Instant};

use tokio::time::sleep;
use transfer_registry::config::Config;

use super::{Caller, PATIENCE, with_settings};
use crate::fixture::{Service, parsed, text};

with_settings![few_from_one_address => nobody_takes_all_connections_from_one_address];
with_settings![few_in_all => a_full_service_turns_away_and_takes_in_again];

fn few_from_one_address(config: &mut Config) {
    config.limits.connections_per_address = 3;
}

fn few_in_all(config: &mut Config) {
    config.limits.connections = 3;
}

async fn nobody_takes_all_connections_from_one_address(service: Service) {
    no_fourth(service).await;
}

async fn a_full_service_turns_away_and_takes_in_again(service: Service) {
    no_fourth(service).await;
}

async fn no_fourth(service: Service) {
    let asking = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut caller = Caller::at(service.address()).await;
        caller.send(asking.as_bytes()).await;
        assert_eq!(caller.answer().await.status, 200);
        held.push(caller);
    }
    let mut fourth = Caller::at(service.address()).await;
    let refused = fourth.rest().await.expect("an answer");
    let refused = parsed(&refused);
    assert_eq!(text(&refused.problem(503), "code"), "unavailable");
    assert!(refused.header("retry-after").is_some());
    assert!(refused.header("content-security-policy").is_some());
    // Operators have a listener of their own.
    let mut probe = Caller::at(service.ops_address()).await;
    probe
        .send(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    assert_eq!(probe.answer().await.status, 200);

    held.pop();
    let begun = Instant::now();
    loop {
        let mut next = Caller::at(service.address()).await;
        // It may be turned away before it has said anything.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut next.0, asking.as_bytes()).await;
        let mut byte = [0; 12];
        let read = tokio::io::AsyncReadExt::read_exact(&mut next.0, &mut byte).await;
        if read.is_ok() && &byte == b"HTTP/1.1 200" {
            break;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "a place that is left stays taken"
        );
        sleep(Duration::from_millis(20)).await;
    }
}
