//! Stopping waits for the requests that are there, and not for those that are half there.

use std::time::{Duration, Instant};

use super::Caller;
use crate::fixture::{Database, Home, Service, start, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_request_does_not_hold_up_the_end() {
    let home = Home::new(Database::Sqlite).await;
    let running = start(&home, |_| ()).await;
    let address = running.address();
    let mut callers = Vec::new();
    for _ in 0..3 {
        callers.push(Caller::at(address).await);
    }
    let [resting, headed, sending] = &mut callers[..] else {
        panic!("three callers");
    };
    resting
        .send(b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    assert_eq!(resting.answer().await.status, 200);
    headed
        .send(b"GET /openapi.json HTTP/1.1\r\nhost: a\r\nx-half: ")
        .await;
    let half = format!(
        "POST /v1/transfer-checks HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
        Service::TOKEN
    );
    sending.send(half.as_bytes()).await;
    // So that the service has all of it.
    tokio::time::sleep(Duration::from_millis(300)).await;

    let begun = Instant::now();
    running.stop().await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "stopping took {took:?}");
    assert_eq!(resting.rest().await.as_deref(), Some(b"".as_slice()));
    for half in [headed, sending] {
        let answer = half.last_answer().await;
        assert_eq!(text(&answer.problem(503), "code"), "unavailable");
    }
    home.remove().await;
}
