//! What a connection is doing, as its wire, its requests and its watch know it together.

use std::sync::{Mutex, MutexGuard, PoisonError};

use poem::http::StatusCode;
use tokio::time::Instant;

use super::pace::Pace;
use crate::config::Deadlines;

/// How much of a head is kept to look at; hyper itself refuses longer ones.
const MOST_KEPT: usize = 2 * super::connection::LARGEST_HEAD;

/// What a connection is doing. Everything that changes it runs in the connection's own task.
#[derive(Debug)]
pub(super) struct Progress {
    deadlines: Deadlines,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// The bytes since the last answer.
    head: Vec<u8>,
    writing: Pace,
    /// The status with which hyper refused what is no request.
    refused: Option<StatusCode>,
    /// When what is half sent is given up, once the service stops.
    stopping: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between requests, since then.
    Idle(Instant),
    /// Within the headers of one, since then.
    Head(Instant),
    /// From its last header to the last byte of its answer.
    Answering,
}

/// What was waited for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Late {
    /// A request at all.
    Idle,
    /// The rest of its headers.
    Head,
    /// Somebody to take the answer.
    Answer,
}

impl Progress {
    /// A connection that was just accepted.
    pub(super) fn new(deadlines: Deadlines) -> Self {
        let inner = Inner {
            phase: Phase::Idle(Instant::now()),
            head: Vec::new(),
            writing: Pace::new(deadlines.answer, deadlines.least),
            refused: None,
            stopping: None,
        };
        Self {
            deadlines,
            inner: Mutex::new(inner),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deadlines that hold for it.
    pub(super) fn deadlines(&self) -> Deadlines {
        self.deadlines
    }

    /// Bytes came.
    pub(super) fn came(&self, bytes: &[u8]) {
        let mut inner = self.inner();
        if bytes.is_empty() || inner.phase == Phase::Answering {
            return;
        }
        if matches!(inner.phase, Phase::Idle(_)) {
            inner.phase = Phase::Head(Instant::now());
        }
        let room = MOST_KEPT.saturating_sub(inner.head.len()).min(bytes.len());
        let kept = bytes.get(..room).unwrap_or_default();
        inner.head.extend_from_slice(kept);
    }

    /// A request's headers are there: the bytes that they came in, as far as they are known.
    pub(super) fn headed(&self) -> Vec<u8> {
        let mut inner = self.inner();
        inner.phase = Phase::Answering;
        std::mem::take(&mut inner.head)
    }

    /// There is an answer to be sent.
    pub(super) fn answers(&self) {
        let mut inner = self.inner();
        if !inner.writing.is_waiting() {
            inner.writing.again();
        }
    }

    /// An answer is with hyper, whole.
    pub(super) fn answered(&self) {
        let mut inner = self.inner();
        inner.phase = Phase::Idle(Instant::now());
        inner.head.clear();
    }

    /// Bytes were taken by the other side.
    pub(super) fn wrote(&self, bytes: usize) {
        let now = Instant::now();
        let mut inner = self.inner();
        inner.writing.went(bytes, now);
        if let Phase::Idle(_) = inner.phase {
            inner.phase = Phase::Idle(now);
        }
    }

    /// The other side takes no bytes for now.
    pub(super) fn cannot_write(&self) {
        self.inner().writing.waits(Instant::now());
    }

    /// How many of these bytes are part of an answer of ours. What comes after them is hyper's own
    /// answer to what is no request, which has none of the headers that every answer must have.
    pub(super) fn ours(&self, bytes: &[u8]) -> usize {
        let mut inner = self.inner();
        if inner.phase == Phase::Answering {
            return bytes.len();
        }
        let Some((at, status)) = automatic(bytes) else {
            return bytes.len();
        };
        if at == 0 {
            inner.refused = Some(status);
        }
        at
    }

    /// The status with which hyper refused what is no request.
    pub(super) fn refused(&self) -> Option<StatusCode> {
        self.inner().refused
    }

    /// The service stops: what is half sent by then is given up.
    pub(super) fn stops(&self, at: Instant) {
        self.inner().stopping = Some(at);
    }

    /// When what is half sent is given up, once the service stops.
    pub(super) fn stopping(&self) -> Option<Instant> {
        self.inner().stopping
    }

    /// Whether a request is under way, or an answer not yet taken.
    pub(super) fn is_busy(&self) -> bool {
        let inner = self.inner();
        inner.phase == Phase::Answering || inner.writing.is_waiting()
    }

    /// Whether a part of a head came.
    pub(super) fn is_half_headed(&self) -> bool {
        matches!(self.inner().phase, Phase::Head(_))
    }

    /// Until when the connection is waited for, and what for.
    pub(super) fn until(&self) -> Option<(Instant, Late)> {
        let inner = self.inner();
        if let Some(until) = inner.writing.until() {
            return Some((until, Late::Answer));
        }
        match inner.phase {
            Phase::Idle(since) => Some((since + self.deadlines.idle, Late::Idle)),
            Phase::Head(since) => Some((since + self.deadlines.header, Late::Head)),
            Phase::Answering => None,
        }
    }
}

/// Where hyper's own answer begins at the end of what it writes, and its status. It has no body,
/// and not the id that all of ours have.
fn automatic(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    const BEGINS: &[u8] = b"HTTP/1.";
    /// It is a status, a length of nothing, a date and the wish to close.
    const LONGEST: usize = 256;
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let from = bytes.len().saturating_sub(LONGEST);
    let end = bytes.get(from..)?;
    let at = end
        .windows(BEGINS.len())
        .rposition(|window| window == BEGINS)?;
    let head = std::str::from_utf8(end.get(at..)?).ok()?;
    let status = head.split(' ').nth(1)?.parse::<StatusCode>().ok()?;
    let alone = head.matches("\r\n\r\n").count() == 1
        && head.contains("\r\ncontent-length: 0\r\n")
        && !head.contains(super::headers::REQUEST_ID);
    (alone && status.is_client_error()).then_some((from + at, status))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::time::Duration;

    use super::*;

    const OWN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\
        date: Sun, 22 Nov 2026 09:00:00 GMT\r\n\r\n";

    #[test]
    fn the_library_s_own_answer_is_known_from_ours() {
        assert_eq!(automatic(OWN), Some((0, StatusCode::BAD_REQUEST)));
        let after = [b"{\"items\":[]}\n".as_slice(), OWN].concat();
        assert_eq!(automatic(&after), Some((13, StatusCode::BAD_REQUEST)));
        for ours in [
            "HTTP/1.1 404 Not Found\r\nx-request-id: a\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "{}",
        ] {
            assert_eq!(automatic(ours.as_bytes()), None, "{ours}");
        }
    }

    #[tokio::test]
    async fn each_part_of_a_request_has_its_own_deadline() {
        let deadlines = Deadlines::default();
        let progress = Progress::new(deadlines);
        let late = |progress: &Progress| progress.until().map(|(_, late)| late);
        assert_eq!(late(&progress), Some(Late::Idle));
        progress.came(b"GET / HT");
        assert_eq!(late(&progress), Some(Late::Head));
        let (until, _) = progress.until().unwrap();
        progress.came(b"TP/1.1\r\n");
        assert_eq!(progress.until(), Some((until, Late::Head)), "no byte helps");
        assert!(until <= Instant::now() + deadlines.header + Duration::from_secs(1));
        assert_eq!(progress.headed(), b"GET / HTTP/1.1\r\n");
        assert_eq!(late(&progress), None);
        progress.cannot_write();
        assert_eq!(late(&progress), Some(Late::Answer));
        progress.wrote(1);
        progress.answered();
        assert_eq!(late(&progress), Some(Late::Idle));
        assert!(!progress.is_busy());
    }
}
