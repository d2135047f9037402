//! Where somebody who has signed in works: who it is, which day the console shows, and the API in
//! that person's name.

use std::sync::Arc;

use askama::Template;
use poem::{Request, Response, Result, http::Method};
use serde::de::DeserializeOwned;
use serde_json::Value;
use transfer_registry_core::{Registry, Snapshot, tokens::Role};

use super::{SignedIn, day_bar::DayBar, first, frame::Frame, page, private};
use crate::{
    callers::Principal,
    edge::headers::RequestId,
    inward::{Asked, Own, Replied},
    moments,
    refusal::Refusal,
};

/// Which of the console's two clocks an operation of the API takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clocks {
    /// The day and the instant.
    Both,
    /// The instant only.
    Known,
    /// Neither.
    None,
}

/// Somebody's desk, for one request.
pub(super) struct Desk<'r> {
    /// The request.
    pub(super) request: &'r Request,
    /// Who has signed in, from which browser.
    pub(super) signed_in: SignedIn,
    /// The day and the instant that the console shows.
    pub(super) day: DayBar,
    registry: &'r Registry,
    own: &'r Own,
    under: String,
}

/// A page for whoever has signed in, made at their desk; who has not is sent there first. A refusal is
/// shown as a page.
///
/// # Errors
/// A fault of ours.
pub(super) async fn at_desk<'r, W>(request: &'r Request, work: W) -> Result<Response>
where
    W: AsyncFnOnce(Desk<'r>) -> Result<Response, Refusal>,
{
    let answered = match Desk::of(request).await {
        Ok(Ok(desk)) => {
            let frame = desk.frame("");
            // On the heap: what a page asks is large.
            match Box::pin(work(desk)).await {
                Err(refusal) => turned_away(frame, &refusal),
                answered => answered,
            }
        }
        Ok(Err(elsewhere)) => Ok(elsewhere),
        Err(refusal) => Err(refusal),
    };
    private(answered)
}

#[derive(Template)]
#[template(path = "console/turned_away.html")]
struct TurnedAway {
    frame: Frame,
    title: &'static str,
    said: Vec<String>,
}

/// A refusal, shown to somebody who has signed in: what it is, whether it is the role or the day, and
/// where to go from there.
fn turned_away(frame: Frame, refusal: &Refusal) -> Result<Response, Refusal> {
    let (title, sentence) = match refusal {
        Refusal::Forbidden if frame.past => (
            "This is not done while another moment than now is shown",
            "The past is read only, and so is the future. Go back to now to change something."
                .to_owned(),
        ),
        Refusal::Forbidden => (
            "Your role does not open this page",
            format!(
                "You are signed in as {} with the role {}, which may not see or do this. Nothing was \
                 changed. Whoever looks after the users here can give you another role.",
                frame.name, frame.role
            ),
        ),
        Refusal::NotFound => (
            "There is no such page",
            "Nothing that exists for you stands under this address.".to_owned(),
        ),
        // Its sentence, its head and what is wrong are those of everybody.
        _ => return Err(refusal.clone()),
    };
    page(
        refusal.code().status(),
        &TurnedAway {
            frame,
            title,
            said: vec![sentence],
        },
    )
}

/// A page of a list, as the API answers it.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Listed<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// Where the next page begins.
    pub(super) next_cursor: Option<String>,
}

impl<'r> Desk<'r> {
    /// The desk of whoever asks; of nobody, the way to sign in.
    ///
    /// # Errors
    /// When it cannot be known who asks, or the day is none.
    pub(super) async fn of(request: &'r Request) -> Result<Result<Self, Response>, Refusal> {
        let Some(signed_in) = SignedIn::of(request).await? else {
            return Ok(Err(first(request)));
        };
        let registry = request.data::<Registry>().ok_or(Refusal::Internal)?;
        let own = request.data::<Own>().ok_or(Refusal::Internal)?;
        let day = DayBar::of(request, registry.clock())?;
        let under = request.data::<RequestId>();
        Ok(Ok(Self {
            request,
            signed_in,
            day,
            registry,
            own,
            under: under.map(|id| id.0.clone()).unwrap_or_default(),
        }))
    }

    /// Who works here.
    pub(super) fn person(&self) -> &Principal {
        &self.signed_in.person
    }

    /// The registry.
    pub(super) fn registry(&self) -> &'r Registry {
        self.registry
    }

    /// Whether the person has one of these roles and the console shows today: the past is read only.
    pub(super) fn may(&self, roles: &[Role]) -> bool {
        !self.day.is_past() && roles.contains(&self.person().role)
    }

    /// Holds for whoever may read the register: a page that asks nothing of the API asks this.
    ///
    /// # Errors
    /// Of who may only check.
    pub(super) fn must_read(&self) -> Result<(), Refusal> {
        if self.person().role == Role::Checker {
            return Err(Refusal::Forbidden);
        }
        Ok(())
    }

    /// Whether a page opens for the person: who may do what is the administrators' business.
    pub(super) fn opens(&self, page: &str) -> bool {
        let administers = ["/console/users", "/console/tokens"];
        let theirs = administers.iter().any(|place| page.starts_with(place));
        !theirs || self.person().role == Role::Admin
    }

    /// Whether the person may change the register here.
    pub(super) fn may_write(&self) -> bool {
        self.may(&[Role::Admin, Role::Editor])
    }

    /// The frame around a page; `at` is the page's place in the navigation.
    pub(super) fn frame(&self, at: &'static str) -> Frame {
        let snapshot = self.registry.snapshot();
        Frame::of(self, at, snapshot.is_demo())
    }

    /// The register that the console shows, as far as it exists for the person.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) async fn snapshot(&self) -> Result<Arc<Snapshot>, Refusal> {
        let scope = &self.person().scope;
        let known_at = self.day.known_at();
        let shown = moments::snapshot(self.registry, scope, known_at, "/known_at");
        Box::pin(shown).await
    }

    /// A path of the console that shows the same day.
    pub(super) fn link(&self, path: &str) -> String {
        self.day.link(path)
    }

    /// Reads from the API.
    ///
    /// # Errors
    /// What the API refuses.
    pub(super) async fn read(&self, mut asked: Asked, clocks: Clocks) -> Result<Replied, Refusal> {
        if clocks == Clocks::Both
            && let Some(as_of) = self.day.as_of()
        {
            asked = asked.with("as_of", as_of.to_string());
        }
        if clocks != Clocks::None
            && let Some(known_at) = self.day.known_at_text()
        {
            asked = asked.with("known_at", known_at);
        }
        self.own.ask(self.person(), asked, &self.under).await
    }

    /// Reads from the API, into what the page needs of it.
    ///
    /// # Errors
    /// What the API refuses.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        asked: Asked,
        clocks: Clocks,
    ) -> Result<T, Refusal> {
        let replied = self.read(asked, clocks).await?;
        typed(replied.body)
    }

    /// Has the API do something. In the past nothing is done.
    ///
    /// # Errors
    /// What the API refuses.
    pub(super) async fn act(&self, asked: Asked) -> Result<Replied, Refusal> {
        let reads = asked.method == Method::GET || asked.dry_run;
        if self.day.is_past() && !reads {
            return Err(Refusal::Forbidden);
        }
        self.own.ask(self.person(), asked, &self.under).await
    }

    /// Asks the API, and passes the answer on as it comes.
    ///
    /// # Errors
    /// What the API refuses.
    pub(super) async fn passed_on(&self, asked: Asked) -> Result<Response, Refusal> {
        self.own.raw(self.person(), asked, &self.under).await
    }
}

/// What a page needs of an answer.
///
/// # Errors
/// A fault of ours, when the answer has another shape.
pub(super) fn typed<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|error| {
        tracing::error!(%error, "an answer of the API has not the shape that a page expects");
        Refusal::Internal
    })
}
