//! The body of a request as it comes, and no slower than it may; the body of an answer, and its
//! end.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::{pace::Pace, progress::Progress};
use crate::refusal::Refusal;

/// Why the rest of a body was not waited for, for whoever answers the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrival(Arc<Mutex<Option<Refusal>>>);

impl Arrival {
    /// Why the rest of the body was not waited for; `None` while it is.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        let given_up = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.clone()
    }

    fn give_up(&self, refusal: Refusal) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
    }
}

/// A request's body, which is given up when it comes too slowly or the service stops.
pub(super) struct Coming<B> {
    body: B,
    pace: Pace,
    alarm: Pin<Box<Sleep>>,
    progress: Arc<Progress>,
    arrival: Arrival,
}

impl<B> Coming<B> {
    pub(super) fn new(body: B, progress: Arc<Progress>, arrival: Arrival) -> Self {
        let deadlines = progress.deadlines();
        Self {
            body,
            pace: Pace::new(deadlines.body, deadlines.least),
            alarm: Box::pin(sleep_until(Instant::now())),
            progress,
            arrival,
        }
    }

    /// Until when the next bytes are waited for, and why no longer.
    fn until(&self) -> Option<(Instant, Refusal)> {
        let slow = self.pace.until().map(|until| (until, Refusal::TooSlow));
        let stop = self.progress.stopping();
        let stop = stop.map(|until| (until, Refusal::Unavailable));
        slow.into_iter().chain(stop).min_by_key(|(until, _)| *until)
    }
}

impl<B> Body for Coming<B>
where
    B: Body<Data = Bytes, Error = io::Error> + Unpin,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.arrival.refusal().is_some() {
            return Poll::Ready(None);
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        let now = Instant::now();
        if let Poll::Ready(frame) = frame {
            let came = frame.as_ref().and_then(|frame| frame.as_ref().ok());
            let bytes = came.and_then(Frame::data_ref).map_or(0, Bytes::len);
            self.pace.went(bytes, now);
            return Poll::Ready(frame);
        }
        self.pace.waits(now);
        let Some((until, why)) = self.until() else {
            return Poll::Pending;
        };
        if self.alarm.deadline() != until {
            self.alarm.as_mut().reset(until);
        }
        ready!(self.alarm.as_mut().poll(cx));
        self.arrival.give_up(why);
        let late = io::Error::new(io::ErrorKind::TimedOut, "the body did not come in time");
        Poll::Ready(Some(Err(late)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body; once it is dropped, hyper has it whole.
pub(super) struct Answer {
    body: BoxBody<Bytes, io::Error>,
    progress: Arc<Progress>,
}

impl Answer {
    pub(super) fn new(body: BoxBody<Bytes, io::Error>, progress: Arc<Progress>) -> Self {
        Self { body, progress }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.progress.answered();
    }
}
