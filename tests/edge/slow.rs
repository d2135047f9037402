//! Whoever takes too long is closed, and nobody else waits for it.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::{
    io::AsyncWriteExt as _,
    net::TcpSocket,
    task::JoinHandle,
    time::{sleep, timeout},
};
use transfer_registry::config::{Config, Rates};

use super::{Caller, PATIENCE, with_settings};
use crate::fixture::{Service, parsed, text};

with_settings![short_deadlines =>
    slow_callers_are_closed_and_a_healthy_one_is_answered_all_along,
    a_connection_that_says_nothing_is_closed,
    a_body_that_keeps_its_pace_is_waited_for,
];

const DEADLINE: Duration = Duration::from_secs(2);

fn short_deadlines(config: &mut Config) {
    let limits = &mut config.limits;
    limits.deadlines.header = DEADLINE;
    limits.deadlines.body = DEADLINE;
    limits.deadlines.answer = DEADLINE;
    limits.deadlines.idle = DEADLINE;
    limits.deadlines.least = 1 << 10;
    limits.connections_per_address = limits.connections;
    limits.rates = Rates::OFF;
}

/// Sends a beginning at once and then a byte at a time, until it is closed; for how long that
/// took, and with which status.
async fn dripping(service: Service, beginning: String) -> (Duration, u16, String) {
    let caller = Caller::at(service.address()).await;
    let (mut reader, mut writer) = caller.0.into_split();
    let begun = Instant::now();
    writer
        .write_all(beginning.as_bytes())
        .await
        .expect("it is sent");
    let drip = tokio::spawn(async move {
        for _ in 0..1000 {
            sleep(Duration::from_millis(200)).await;
            if writer.write_all(b"1").await.is_err() {
                break;
            }
        }
    });
    let mut all = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut all);
    let read = timeout(PATIENCE, read).await.expect("it is closed in time");
    let took = begun.elapsed();
    drip.abort();
    read.expect("it is closed without a broken connection");
    let answer = parsed(&all);
    let code = text(&answer.problem(408), "code").to_owned();
    (took, answer.status, code)
}

/// Asks for much and takes nothing of it, until it is closed.
async fn not_reading(service: Service) -> (Duration, u16, String) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let stream = socket.connect(service.address()).await;
    let mut caller = Caller(stream.expect("a connection"));
    let asking = format!(
        "GET /openapi.json HTTP/1.1\r\nhost: {}\r\n\r\n",
        service.address()
    );
    let begun = Instant::now();
    caller.send(asking.repeat(2).as_bytes()).await;
    // Its own deadline begins when the first bytes are not taken.
    while begun.elapsed() < PATIENCE {
        sleep(Duration::from_millis(50)).await;
        let error = caller.0.take_error().expect("the connection's state");
        if error.is_some() {
            return (begun.elapsed(), 0, String::new());
        }
    }
    panic!("a caller that takes nothing is not closed");
}

type Slow = JoinHandle<(Duration, u16, String)>;

fn slow_ones(service: &Service) -> Vec<(&'static str, Slow)> {
    let long = std::env::var_os("TEST_LONG").is_some();
    let address = service.address();
    let head = format!("GET /openapi.json HTTP/1.1\r\nhost: {address}\r\nx-slow: ");
    let body = format!(
        "POST /v1/transfer-checks HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 10000\r\n\r\n{{",
        Service::TOKEN
    );
    (0..if long { 2000 } else { 200 })
        .map(|at| {
            // They come one after the other: what is measured is what they hold up by being slow.
            let turn = sleep(Duration::from_millis(3 * at));
            let (service, head, body) = (service.clone(), head.clone(), body.clone());
            let kind = ["headers", "bodies", "answers"][usize::try_from(at % 3).expect("small")];
            let slow = tokio::spawn(async move {
                turn.await;
                match kind {
                    "headers" => dripping(service, head).await,
                    "bodies" => dripping(service, body).await,
                    _ => not_reading(service).await,
                }
            });
            (kind, slow)
        })
        .collect()
}

async fn slow_callers_are_closed_and_a_healthy_one_is_answered_all_along(service: Service) {
    let mut alone = Vec::new();
    for _ in 0..200 {
        alone.push(asking_took(&service).await);
    }
    let slow = slow_ones(&service);
    let count = slow.len();
    let mut times = Vec::new();
    while times.len() < 500 || slow.iter().any(|(_, slow)| !slow.is_finished()) {
        times.push(asking_took(&service).await);
    }
    let mut longest = Duration::ZERO;
    for (kind, one) in slow {
        let (took, status, code) = one.await.expect("a slow caller that is closed");
        longest = longest.max(took);
        if kind != "answers" {
            assert_eq!((status, code.as_str()), (408, "request_timeout"), "{kind}");
            assert!(
                took >= DEADLINE,
                "{kind} had less time than it may take: {took:?}"
            );
        }
    }
    println!(
        "{count} slow callers, each closed within {longest:?} (deadline {DEADLINE:?}); p99 of a \
         healthy one's {} requests {:?}, without them {:?}",
        times.len(),
        p99(&mut times),
        p99(&mut alone)
    );
}

/// How long a healthy caller waits for an answer. It asks again after a pause.
async fn asking_took(service: &Service) -> Duration {
    let question =
        json!({"exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"]});
    let begun = Instant::now();
    service.check(&question).await.ok();
    let took = begun.elapsed();
    sleep(Duration::from_millis(5)).await;
    took
}

fn p99(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

async fn a_connection_that_says_nothing_is_closed(service: Service) {
    let asking = format!(
        "GET /qcontact/subprocessors HTTP/1.1\r\nhost: {}\r\n\r\n",
        service.address()
    );
    let mut silent = Caller::at(service.address()).await;
    let mut resting = Caller::at(service.address()).await;
    resting.send(asking.as_bytes()).await;
    assert_eq!(resting.answer().await.status, 200);
    let begun = Instant::now();
    assert_eq!(silent.rest().await.as_deref(), Some(b"".as_slice()));
    assert_eq!(resting.rest().await.as_deref(), Some(b"".as_slice()));
    assert!(begun.elapsed() < 4 * DEADLINE, "{:?}", begun.elapsed());
}

async fn a_body_that_keeps_its_pace_is_waited_for(service: Service) {
    let question =
        json!({"exporter": "qcontact-ltd", "importer": "qcontact-inc", "data_subjects": ["DE"]});
    let body = format!("{}{}", " ".repeat(10_000), question);
    let head = format!(
        "POST /v1/transfer-checks HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        service.address(),
        Service::TOKEN,
        body.len()
    );
    let mut caller = Caller::at(service.address()).await;
    caller.send(head.as_bytes()).await;
    let begun = Instant::now();
    // Two and a half thousand bytes a second, where a thousand are asked for.
    for part in body.as_bytes().chunks(1250) {
        sleep(Duration::from_millis(500)).await;
        caller.send(part).await;
    }
    assert!(begun.elapsed() > 2 * DEADLINE, "it was no test of the pace");
    caller.last_answer().await.ok();
}
