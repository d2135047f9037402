//! What stands before the service: slow callers, crowds, and requests that are none.
//!
//! The register plays no part in it, so one database is enough.

mod crowds;
mod improper;
mod rates;
mod slow;
mod stopping;

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::fixture::{Answer, parsed};

/// How long anything may take, so that a test ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes, of each async test function named, one test on a service with settings.
macro_rules! with_settings {
    ($configure:ident => $($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let kind = $crate::fixture::Database::Sqlite;
                $crate::fixture::on_configured(kind, super::$configure, super::$name).await;
            }
        }
    )+};
}
use with_settings;

/// A connection on which every byte is the test's.
struct Caller(TcpStream);

impl Caller {
    async fn at(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("it is sent");
    }

    /// Everything that comes until the other side closes. `None`: it breaks off.
    async fn rest(&mut self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        let read = timeout(PATIENCE, self.0.read_to_end(&mut all)).await;
        read.expect("the other side closes in time").ok()?;
        Some(all)
    }

    /// The one answer that comes before the other side closes.
    async fn last_answer(&mut self) -> Answer {
        parsed(&self.rest().await.expect("an answer"))
    }

    /// The next answer, after which the other side leaves the connection open.
    async fn answer(&mut self) -> Answer {
        let mut all = Vec::new();
        let whole = async {
            loop {
                let byte = self.0.read_u8().await.expect("a byte of an answer");
                all.push(byte);
                if all.ends_with(b"\r\n\r\n") {
                    break;
                }
            }
            let head = parsed(&all);
            let length = head.header("content-length").expect("a length");
            let mut body = vec![0; length.parse().expect("a length")];
            self.0.read_exact(&mut body).await.expect("a body");
            all.extend(body);
        };
        timeout(PATIENCE, whole).await.expect("an answer in time");
        parsed(&all)
    }
}
