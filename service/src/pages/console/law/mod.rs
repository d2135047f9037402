//! The law as the console shows it: which instrument covered what when, and what rests on it.

pub(super) mod amendments;
mod decision;
mod resting;
#[cfg(test)]
mod tests;
mod timeline;
mod tools;
mod words;

use std::collections::BTreeSet;

use askama::Template;
use poem::{Request, Response, Result, handler, http::StatusCode};
use transfer_decision::span::Day;

use self::{
    decision::{Decision, Rests},
    resting::Resting,
    timeline::{Axis, Territory, Wanted},
    tools::Part,
};
use super::{
    day_bar,
    desk::{Desk, at_desk},
    frame::Frame,
    map::readers,
    page,
};
use crate::{edge::turns::Turns, refusal::Refusal};

/// Where the law is.
const PATH: &str = "/console/law";
/// Where the transfer tools are.
const TOOLS: &str = "/console/law/tools";
/// The longest text that is looked for.
const LONGEST_SEARCH: usize = 100;

#[derive(Template)]
#[template(path = "console/law.html")]
struct LawPage {
    frame: Frame,
    day: String,
    summary: String,
    tools: String,
    all: String,
    choices: Vec<Choice>,
    /// What the search keeps of the address.
    kept: Vec<(&'static str, String)>,
    q: String,
    first_year: i32,
    years: Vec<Year>,
    /// Where the shown day lies.
    line: String,
    territories: Vec<Territory>,
    law_pack: String,
}

/// Which rows are shown.
struct Choice {
    label: &'static str,
    href: String,
    current: bool,
}

/// A year of the axis, with the way to it.
struct Year {
    year: i32,
    x: String,
    href: Option<String>,
}

/// The timeline.
#[handler]
pub(super) async fn show(request: &Request) -> Result<Response> {
    at_desk(request, timeline_of).await
}

async fn timeline_of(desk: Desk<'_>) -> Result<Response, Refusal> {
    readers(&desk)?;
    let pairs = desk
        .request
        .params::<Vec<(String, String)>>()
        .map_err(|_| Refusal::Unreadable)?;
    let value = |name: &str| {
        let mut named = pairs.iter().filter(|(pair, _)| pair == name);
        let value = named.next().map(|(_, value)| value.trim());
        let value = value.unwrap_or_default().chars().take(LONGEST_SEARCH);
        value.collect::<String>()
    };
    let (q, all) = (value("q"), value("show") == "all");
    let snapshot = desk.snapshot().await?;
    let day = desk.day.day();
    let wanted = if !q.is_empty() {
        Wanted::Search(q.clone())
    } else if all {
        Wanted::All
    } else {
        Wanted::Ours(timeline::ours(&snapshot))
    };
    let axis = Axis::of(desk.day.today(), day);
    let mut territories = timeline::of(snapshot.pack(), axis, day, &wanted);
    for bar in territories
        .iter_mut()
        .flat_map(|territory| &mut territory.lanes)
        .flat_map(|lane| &mut lane.bars)
    {
        bar.href = bar.id.as_ref().map(|id| desk.link(&format!("{PATH}/{id}")));
    }
    let choice = |label, path: &str, current| Choice {
        label,
        href: desk.link(path),
        current,
    };
    let known_at = desk.day.known_at_text();
    let as_of = desk.day.as_of().map(|day| day.to_string());
    let moment = [("as_of", as_of), ("known_at", known_at.clone())];
    let years: Vec<Year> = axis
        .years()
        .into_iter()
        .map(|year| Year {
            year: year.year,
            x: year.x,
            href: year.day.map(|day| {
                let mut asked = vec![("as_of", day)];
                asked.extend(known_at.clone().map(|known_at| ("known_at", known_at)));
                asked.extend((!q.is_empty()).then(|| ("q", q.clone())));
                asked.extend(all.then(|| ("show", "all".to_owned())));
                day_bar::with(PATH, &asked)
            }),
        })
        .collect();
    page(
        StatusCode::OK,
        &LawPage {
            frame: desk.frame(PATH),
            day: words::day(day),
            summary: summary(&territories, &words::day(day)),
            tools: desk.link(TOOLS),
            all: desk.link(&format!("{PATH}?show=all")),
            choices: vec![
                choice("Where our data goes", PATH, q.is_empty() && !all),
                choice(
                    "Every territory",
                    &format!("{PATH}?show=all"),
                    q.is_empty() && all,
                ),
            ],
            kept: moment
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
            q,
            first_year: timeline::FIRST_YEAR,
            years,
            line: axis.x(day),
            territories,
            law_pack: snapshot.law().version().to_string(),
        },
    )
}

/// What the chart shows, in a sentence.
fn summary(territories: &[Territory], day: &str) -> String {
    let covered: BTreeSet<&str> = territories
        .iter()
        .filter(|territory| {
            let mut bars = territory.lanes.iter().flat_map(|lane| &lane.bars);
            bars.any(|bar| bar.in_force && bar.kind == timeline::Kind::Decision)
        })
        .map(|territory| territory.code.as_str())
        .collect();
    let decision = "adequacy decision in force under";
    match (territories.len(), covered.len()) {
        (1, 0) => format!("What is shown had no {decision} any regime on {day}."),
        (1, _) => format!("What is shown had an {decision} some regime on {day}."),
        (all, covered) => format!(
            "Of {all} territories and organisations shown, {covered} had an {decision} some regime on {day}."
        ),
    }
}

#[derive(Template)]
#[template(path = "console/law_decision.html")]
struct DecisionPage {
    frame: Frame,
    back: String,
    decision: Decision,
    /// Where its end is supposed; absent when it has ended.
    what_if: Option<String>,
    resting: String,
    rests: Vec<Rests>,
    more: usize,
    law_pack: String,
}

/// One adequacy decision.
#[handler]
pub(super) async fn show_decision(request: &Request) -> Result<Response> {
    at_desk(request, decision_of).await
}

async fn decision_of(desk: Desk<'_>) -> Result<Response, Refusal> {
    readers(&desk)?;
    let id: String = desk.request.path_params().map_err(|_| Refusal::NotFound)?;
    let snapshot = desk.snapshot().await?;
    let turns = desk.request.data::<Turns>().ok_or(Refusal::Internal)?;
    let (bar, day) = (desk.day, desk.day.day());
    let made = turns.run(move |wanted| {
        let record = decision::find(&snapshot, &id).ok_or(Refusal::NotFound)?;
        let link = |path: &str| bar.link(path);
        let every = resting::on(&snapshot, day, &|| wanted.still())?;
        let resting = every.get(record.id.as_str());
        let (rests, more) = decision::rests(&snapshot, resting, &link);
        // What is not in force on the shown day cannot be supposed to end on it.
        let ended = |last| last < bar.today().max(day);
        let open = record.valid_from < day && !record.valid_to.is_some_and(ended);
        let what_if = day_bar::with("/console/what-if", &[("end", record.id.clone())]);
        let what_if = bar.link(&what_if);
        Ok(Judged {
            decision: Decision::of(&snapshot, record, day, &link),
            what_if: open.then_some(what_if),
            resting: resting_on(day, resting),
            rests,
            more,
            law_pack: snapshot.law().version().to_string(),
        })
    });
    let Judged {
        decision,
        what_if,
        resting,
        rests,
        more,
        law_pack,
    } = Box::pin(made).await?;
    page(
        StatusCode::OK,
        &DecisionPage {
            frame: desk.frame(PATH),
            back: desk.link(PATH),
            decision,
            what_if,
            resting,
            rests,
            more,
            law_pack,
        },
    )
}

/// How much rests on a decision, in a sentence.
fn resting_on(day: Day, resting: Option<&Resting<'_>>) -> String {
    let number = resting.map_or_else(|| "nothing".to_owned(), Resting::number);
    let several = resting.is_some_and(|resting| resting.what.len() > 1);
    let rests = if several { "rest" } else { "rests" };
    format!(
        "On {}, {number} in the register {rests} on this decision.",
        words::day(day)
    )
}

/// What a decision's page shows of the register.
struct Judged {
    decision: Decision,
    what_if: Option<String>,
    resting: String,
    rests: Vec<Rests>,
    more: usize,
    law_pack: String,
}

#[derive(Template)]
#[template(path = "console/law_tools.html")]
struct ToolsPage {
    frame: Frame,
    back: String,
    day: String,
    parts: Vec<Part>,
    law_pack: String,
}

/// The transfer tools.
#[handler]
pub(super) async fn show_tools(request: &Request) -> Result<Response> {
    at_desk(request, tools_of).await
}

async fn tools_of(desk: Desk<'_>) -> Result<Response, Refusal> {
    readers(&desk)?;
    let snapshot = desk.snapshot().await?;
    let turns = desk.request.data::<Turns>().ok_or(Refusal::Internal)?;
    let day = desk.day.day();
    let law_pack = snapshot.law().version().to_string();
    let parts = turns.run(move |wanted| {
        let rests = resting::on(&snapshot, day, &|| wanted.still())?;
        Ok(tools::on(&snapshot, day, &rests))
    });
    let parts = Box::pin(parts).await?;
    page(
        StatusCode::OK,
        &ToolsPage {
            frame: desk.frame(PATH),
            back: desk.link(PATH),
            day: words::day(day),
            parts,
            law_pack,
        },
    )
}
