//! One connection: HTTP/1.1 by hyper, with deadlines that hyper does not know.

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::{
    body::{Body as _, Bytes, Incoming},
    server::conn::http1,
    service::Service,
};
use hyper_util::rt::TokioIo;
use poem::{
    Body, Endpoint, Request, Response,
    http::{HeaderValue, StatusCode, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, Sleep, sleep, sleep_until, timeout},
};
use transfer_registry_core::Clock;

use super::{
    arrival::{Answer, Arrival, Coming},
    bare,
    client::ClientAddress,
    listening::Stop,
    progress::{Late, Progress},
    proper,
    wire::Wire,
};
use crate::{
    config::{Deadlines, Proxies},
    refusal::Refusal,
};

/// How many bytes the line and the headers of a request may have together.
pub(super) const LARGEST_HEAD: usize = 16 << 10;
/// How many headers it may have.
const MOST_HEADERS: usize = 64;
/// For how long the rest of a body is waited for once the service stops.
const HALF_SENT: Duration = Duration::from_secs(1);
/// How many bytes of answers the system may keep for a caller that does not take them.
pub(super) const SEND_BUFFER: u32 = 256 << 10;
/// For how long, and up to how many bytes, is read what a caller still sends after a refusal, so
/// that it gets the refusal and not a broken connection.
const LINGER: Duration = Duration::from_secs(1);
const LINGERED: usize = 4 << 20;

/// What all connections of a listener have in common.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) deadlines: Deadlines,
    pub(super) proxies: Proxies,
    pub(super) clock: Clock,
}

/// Answers the requests of a connection until it ends.
pub(super) async fn serve<E>(
    stream: TcpStream,
    (peer, local): (SocketAddr, SocketAddr),
    endpoint: Arc<E>,
    terms: Arc<Terms>,
    mut stop: Stop,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let progress = Arc::new(Progress::new(terms.deadlines));
    let wire = Wire::new(stream, Arc::clone(&progress));
    let requests = Requests {
        endpoint,
        peer,
        local,
        terms: Arc::clone(&terms),
        progress: Arc::clone(&progress),
    };
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_headers(MOST_HEADERS)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(wire), requests);
    let mut alarm = Box::pin(sleep_until(Instant::now() + terms.deadlines.idle));
    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| {
                let done = connection.poll_without_shutdown(cx);
                step(done, &progress, alarm.as_mut(), cx)
            }) => break ended,
            _ = stop.wait_for(|stop| *stop), if !stopping => {}
        }
        stopping = true;
        Pin::new(&mut connection).graceful_shutdown();
        progress.stops(Instant::now() + HALF_SENT);
        if !progress.is_busy() {
            break Ended::Stopped;
        }
    };
    let stream = connection.into_parts().io.into_inner().into_stream();
    end(stream, ended, &progress, &terms, stop).await;
}

/// Why a connection ends.
enum Ended {
    /// Either side is done with it, or what came is no HTTP.
    Done(hyper::Result<()>),
    /// Somebody was waited for too long.
    Late(Late),
    /// The service stops.
    Stopped,
}

/// Looks at the clock each time that something moved, or the alarm went off.
fn step(
    done: Poll<hyper::Result<()>>,
    progress: &Progress,
    mut alarm: Pin<&mut Sleep>,
    cx: &mut Context<'_>,
) -> Poll<Ended> {
    if let Poll::Ready(done) = done {
        return Poll::Ready(Ended::Done(done));
    }
    let Some((until, late)) = progress.until() else {
        return Poll::Pending;
    };
    if alarm.deadline() != until {
        alarm.as_mut().reset(until);
    }
    alarm.poll(cx).map(|()| Ended::Late(late))
}

/// Says why, where somebody still listens, and closes.
async fn end(
    mut stream: TcpStream,
    ended: Ended,
    progress: &Progress,
    terms: &Terms,
    mut stop: Stop,
) {
    let refusal = match ended {
        Ended::Late(Late::Answer) => {
            // What is not taken must not stay in the system's memory either.
            let _ = stream.set_zero_linger();
            return;
        }
        Ended::Late(Late::Head) => Some(Refusal::TooSlow),
        Ended::Stopped if progress.is_half_headed() => Some(Refusal::Unavailable),
        Ended::Late(Late::Idle) | Ended::Stopped => None,
        Ended::Done(done) => match (progress.refused(), done) {
            (Some(StatusCode::BAD_REQUEST), _) => Some(Refusal::Unreadable),
            (Some(_), _) => Some(Refusal::HeadersTooLarge),
            (None, Err(error)) if error.is_parse() => Some(Refusal::Unreadable),
            (None, _) => None,
        },
    };
    let long = if refusal.is_some() {
        LINGER
    } else {
        taken_within(terms.deadlines)
    };
    let over = async {
        let told = timeout(long, stop.wait_for(|stop| *stop)).await.is_ok();
        if told {
            sleep(LINGER).await;
        }
    };
    let closed = tokio::select! {
        closed = close(&mut stream, refusal, &terms.clock) => closed.is_ok(),
        () = over => false,
    };
    if !closed {
        let _ = stream.set_zero_linger();
    }
}

/// For how long a caller that takes an answer at its pace still takes what the system keeps of it.
fn taken_within(deadlines: Deadlines) -> Duration {
    let kept = 2 * SEND_BUFFER / deadlines.least.max(1);
    deadlines.answer + Duration::from_secs(u64::from(kept))
}

/// Says why, and waits until the other side closes too.
async fn close(stream: &mut TcpStream, refusal: Option<Refusal>, clock: &Clock) -> io::Result<()> {
    if let Some(refusal) = refusal {
        let answer = bare::answer(&refusal, clock).await;
        stream.write_all(&answer).await?;
    }
    stream.shutdown().await?;
    let mut sink = vec![0; 16 << 10];
    let mut read = 0;
    while read < LINGERED {
        match stream.read(&mut sink).await? {
            0 => return Ok(()),
            bytes => read += bytes,
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// What answers the requests of a connection.
struct Requests<E> {
    endpoint: Arc<E>,
    peer: SocketAddr,
    local: SocketAddr,
    terms: Arc<Terms>,
    progress: Arc<Progress>,
}

type Answering = Pin<Box<dyn Future<Output = Result<hyper::Response<Answer>, Infallible>> + Send>>;

impl<E: Endpoint<Output = Response> + 'static> Service<hyper::Request<Incoming>> for Requests<E> {
    type Response = hyper::Response<Answer>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, incoming: hyper::Request<Incoming>) -> Answering {
        let progress = Arc::clone(&self.progress);
        let endpoint = Arc::clone(&self.endpoint);
        let (request, arrival) = self.request(incoming);
        Box::pin(async move {
            let last = request.headers().contains_key(header::TRANSFER_ENCODING)
                || request.data::<proper::Improper>().is_some();
            let mut response = endpoint.get_response(request).await;
            // Where the next request begins is then not certain.
            if last || arrival.refusal().is_some() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            progress.answers();
            let response: hyper::Response<BoxBody<Bytes, io::Error>> = response.into();
            Ok(response.map(|body| Answer::new(body, progress)))
        })
    }
}

impl<E> Requests<E> {
    /// A request as the endpoint takes it, with what is known of its coming.
    fn request(&self, incoming: hyper::Request<Incoming>) -> (Request, Arrival) {
        let head = self.progress.headed();
        let arrival = Arrival::default();
        let proper = proper::check(incoming.version(), incoming.headers(), &head);
        let client = ClientAddress::of(self.peer.ip(), incoming.headers(), &self.terms.proxies);
        let whole = incoming.body().is_end_stream();
        let (local, remote) = (LocalAddr(self.local.into()), RemoteAddr(self.peer.into()));
        let mut request = Request::from((incoming, local, remote, Scheme::HTTP));
        if !whole {
            let body: BoxBody<Bytes, io::Error> = request.take_body().into();
            let coming = Coming::new(body, Arc::clone(&self.progress), arrival.clone());
            request.set_body(Body::from(coming.boxed()));
        }
        request.set_data(client);
        request.set_data(arrival.clone());
        if let Err(improper) = proper {
            request.set_data(improper);
        }
        (request, arrival)
    }
}
