//! The transfer map: where data goes on a day, and on what transfer basis.

mod drawn;
pub(super) mod named;
mod query;
mod reach;
mod shown;
mod state;
#[cfg(test)]
mod tests;
mod words;
mod world;

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use transfer_decision::{span::Day, vocabulary::Regime};
use transfer_registry_core::{Snapshot, tokens::Role};

use self::{
    drawn::Drawn,
    query::{Filter, filters},
    reach::{Narrowed, Reach},
    shown::Row,
    state::{State, counted},
};
use super::{
    desk::{Desk, at_desk},
    frame::Frame,
    page, words as console_words,
};
use crate::{edge::turns::Turns, refusal::Refusal};

#[derive(Template)]
#[template(path = "console/map.html")]
struct MapPage {
    frame: Frame,
    day: String,
    summary: String,
    filters: Vec<Filter>,
    /// Whether less than everything is asked for.
    narrowed: bool,
    /// Where everything is shown.
    all: String,
    subprocessors: String,
    drawn: Drawn,
    rows: Vec<Row>,
    columns: Vec<&'static str>,
    legend: [State; 4],
}

/// What the page shows of the register.
struct Seen {
    summary: String,
    drawn: Drawn,
    rows: Vec<Row>,
}

/// The map.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, shown).await
}

async fn shown(desk: Desk<'_>) -> Result<Response, Refusal> {
    readers(&desk)?;
    let request = desk.request;
    let asked = query::asked(request)?;
    let snapshot = desk.snapshot().await?;
    let turns = request.data::<Turns>().ok_or(Refusal::Internal)?;
    let (bar, day) = (desk.day, desk.day.day());
    let link = |path: &str| bar.link(path);
    let filters = filters(&snapshot, &asked, &link);
    let narrowed = asked != Narrowed::default();
    let regimes = columns(asked.regime);
    let seen = turns.run({
        let regimes = regimes.clone();
        move |wanted| {
            let reach = reach::of(&snapshot, day, &asked, &|| wanted.still())?;
            Ok(Seen::of(&snapshot, &reach, day, &regimes, &|path| {
                bar.link(path)
            }))
        }
    });
    let Seen {
        summary,
        drawn,
        rows,
    } = Box::pin(seen).await?;
    page(
        StatusCode::OK,
        &MapPage {
            frame: desk.frame(query::PATH),
            day: console_words::day(day),
            summary,
            filters,
            narrowed,
            all: link(query::PATH),
            subprocessors: link("/console/subprocessors"),
            drawn,
            rows,
            columns: regimes.iter().map(|regime| named::data(*regime)).collect(),
            legend: State::ALL,
        },
    )
}

/// Refuses who may ask for checks alone.
///
/// # Errors
/// When the person may not read the register.
pub(super) fn readers(desk: &Desk<'_>) -> Result<(), Refusal> {
    if desk.person().role == Role::Checker {
        return Err(Refusal::Forbidden);
    }
    Ok(())
}

/// The regimes that have a column.
fn columns(asked: Option<Regime>) -> Vec<Regime> {
    asked.map_or_else(|| Regime::ALL.to_vec(), |one| vec![one])
}

impl Seen {
    fn of(
        snapshot: &Snapshot,
        reach: &Reach<'_>,
        day: Day,
        regimes: &[Regime],
        link: &dyn Fn(&str) -> String,
    ) -> Self {
        let rows = reach.iter();
        let rows = rows.map(|(to, reached)| Row::of(snapshot, to, reached, regimes, link));
        let mut rows: Vec<Row> = rows.collect();
        let worst_first = |one: State, other: State| other.cmp(&one);
        rows.sort_by(|one, other| {
            worst_first(one.state, other.state).then_with(|| one.name.cmp(&other.name))
        });
        let mut drawn = drawn::of(snapshot, reach);
        // One steps through the map in the order of the table.
        let place = |code: &str| rows.iter().position(|row| row.code == code);
        drawn.places.sort_by_key(|marked| place(&marked.row));
        Self {
            summary: summary(reach, day),
            drawn,
            rows,
        }
    }
}

/// What the map shows, in a sentence.
fn summary(reach: &Reach<'_>, day: Day) -> String {
    if reach.is_empty() {
        return format!("Nothing is shown for {}.", console_words::day(day));
    }
    let destinations = counted(reach.len(), "destination", "destinations");
    let states = drawn::by_state(reach);
    let states = states
        .iter()
        .map(|(state, number)| format!("{number} {}", state.0.in_a_sentence()));
    let states: Vec<String> = states.collect();
    format!(
        "On {} data goes to {destinations}: {}. A destination stands as the worst of what goes there.",
        console_words::day(day),
        states.join(", ")
    )
}
