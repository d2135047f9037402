//! Listening, until told to stop.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use poem::{Endpoint, Response};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use transfer_registry_core::Clock;

use super::{
    admission::Admission,
    bare,
    connection::{self, SEND_BUFFER, Terms},
};
use crate::{
    config::{Limits, Proxies},
    refusal::Refusal,
};

/// How long requests under way may take once the service is told to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// How long nothing is accepted after it could not be, at first and at the most. At once again
/// would only spin: most likely there are no file handles left.
const SHORT_PAUSE: Duration = Duration::from_millis(20);
const LONG_PAUSE: Duration = Duration::from_secs(1);

/// How many connections may wait to be accepted.
const WAITING: u32 = 1024;

/// Tells every part of the service to stop.
pub(crate) type Stop = watch::Receiver<bool>;

/// A listener that is bound, and where.
pub(crate) struct Bound {
    listener: TcpListener,
    /// The address, with its real port.
    pub(crate) address: SocketAddr,
}

/// On what terms a listener takes connections.
pub(crate) struct Door {
    admission: Admission,
    terms: Arc<Terms>,
}

impl Door {
    /// A door that lets in as many as the limits say, for each listener its own.
    pub(crate) fn new(limits: &Limits, proxies: Proxies, clock: Clock) -> Self {
        Self {
            admission: Admission::new(
                limits.connections,
                limits.connections_per_address,
                proxies.clone(),
            ),
            terms: Arc::new(Terms {
                deadlines: limits.deadlines,
                proxies,
                clock,
            }),
        }
    }
}

impl Bound {
    /// Binds an address; port 0 takes a free one.
    pub(crate) fn to(address: SocketAddr) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // As it is where a listener is bound without more ado.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        // Left to itself, the system takes megabytes of an answer that nobody reads.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        let listener = socket.listen(WAITING)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Answers with an endpoint until told to stop.
    pub(crate) fn serve(
        self,
        endpoint: impl Endpoint<Output = Response> + 'static,
        door: Door,
        stop: Stop,
    ) -> JoinHandle<()> {
        tokio::spawn(self.accept(Arc::new(endpoint), door, stop))
    }

    async fn accept<E>(self, endpoint: Arc<E>, door: Door, mut stop: Stop)
    where
        E: Endpoint<Output = Response> + 'static,
    {
        let mut connections = JoinSet::new();
        let mut pause = SHORT_PAUSE;
        let mut told = stop.clone();
        loop {
            let accepted = tokio::select! {
                biased;
                // An error means that whoever could tell is gone, which tells as much.
                _ = told.wait_for(|stop| *stop) => break,
                Some(ended) = connections.join_next() => {
                    if ended.is_err() {
                        tracing::error!("a connection ended in a panic");
                    }
                    continue;
                }
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    pause = SHORT_PAUSE;
                    let Some(place) = door.admission.place(peer.ip()) else {
                        turn_away(stream, &door.terms.clock).await;
                        continue;
                    };
                    // Small answers go out at once. What cannot be set is gone already.
                    let _ = stream.set_nodelay(true);
                    let (endpoint, terms) = (Arc::clone(&endpoint), Arc::clone(&door.terms));
                    let (ends, stop) = ((peer, self.address), stop.clone());
                    connections.spawn(async move {
                        connection::serve(stream, ends, endpoint, terms, stop).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    let _ = timeout(pause, stop.wait_for(|stop| *stop)).await;
                    pause = (pause * 2).min(LONG_PAUSE);
                }
            }
        }
        drop(self.listener);
        drain(connections).await;
    }
}

/// Waits for the connections that are left, and no longer than may be.
async fn drain(mut connections: JoinSet<()>) {
    let all = async { while connections.join_next().await.is_some() {} };
    let in_time = tokio::select! {
        () = all => true,
        () = sleep(GRACE) => false,
    };
    if !in_time {
        tracing::warn!(left = connections.len(), "requests under way are cut off");
    }
    connections.shutdown().await;
}

/// Tells a connection for which there is no place, if that costs no waiting, and closes it.
async fn turn_away(stream: TcpStream, clock: &Clock) {
    let answer = bare::answer(&Refusal::Unavailable, clock).await;
    if let Ok(mut stream) = stream.into_std() {
        // It does not wait: the stream stays one that does not block.
        let _ = stream.write(&answer);
    }
}
