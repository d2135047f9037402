//! Whom an organisation passes data on to, and whom they do: one graph, in which everybody stands
//! once, however many pass data on to them.

use std::collections::{BTreeSet, HashMap, HashSet};

use poem::{Result, web::Data};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use transfer_decision::{
    span,
    vocabulary::{DataCategory, OrganisationKind, RelationshipKind},
};
use transfer_registry_core::{
    Registry, Snapshot,
    flows::{Flow, FlowStatus},
    locations, organisations,
    subprocessors::Subprocessor,
};
use uuid::Uuid;

use super::{find, shown::Contact};
use crate::{
    api::{
        answer::One,
        auth::Caller,
        codes::Code,
        query::{KNOWN_AT, Kind, Parameter, Parameters, Query},
        v1::{Tag, locations::Location},
        values::{Day, PlaceCode},
    },
    days::engaged_on,
    refusal::Refusal,
};

/// How many steps away from the organisation the graph goes.
const DEEPEST: u32 = 20;
/// How many edges one answer shows.
const MOST_EDGES: usize = 2_000;

/// Graphs of whom organisations pass data on to.
pub(crate) struct UpstreamGraphs;

/// Whom an organisation passes data on to on a day, directly and through others.
#[derive(Debug, Object, Serialize)]
pub(crate) struct UpstreamGraph {
    /// The organisation, by slug.
    organisation: String,
    /// The day on which everything that is shown is in effect.
    as_of: Day,
    /// Everybody who receives data, and the organisation itself, each once; those nearer first,
    /// then by slug.
    nodes: Vec<UpstreamNode>,
    /// Every engagement and flow between them, those of nearer exporters first; at most 2000.
    edges: Vec<UpstreamEdge>,
    /// Whether data goes on further than is shown: more than 20 steps, or over more edges.
    truncated: bool,
}

/// Somebody in the graph.
#[derive(Debug, Object, Serialize)]
pub(crate) struct UpstreamNode {
    /// The organisation, by slug.
    organisation: String,
    /// What it is to the register.
    kind: Code<OrganisationKind>,
    /// Its legal name.
    legal_name: String,
    /// Where it is established; absent when recorded as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<PlaceCode>,
    /// Whom to ask there.
    contacts: Vec<Contact>,
    /// How many steps it is away, by the shortest way; 0: the organisation itself.
    depth: u32,
}

/// An engagement or a flow by which data goes on.
#[derive(Debug, Object, Serialize)]
pub(crate) struct UpstreamEdge {
    /// Its id.
    id: Uuid,
    /// Engagement or flow.
    kind: Code<RelationshipKind>,
    /// The group that keeps it, by slug; absent when all groups share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Who sends, by slug.
    exporter: String,
    /// Who receives, by slug.
    importer: String,
    /// Whether the importer receives because it runs locations of the exporter's; the id is then
    /// that of the engagement or flow that records the locations.
    operates_locations: bool,
    /// What for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// The purpose's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// The data categories; absent when nobody recorded any.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_categories: Option<Vec<Code<DataCategory>>>,
    /// Where the importer touches the data; empty when nobody recorded it.
    locations: Vec<Location>,
}

/// What the graph is asked with.
pub(crate) struct UpstreamQuery;

impl Parameters for UpstreamQuery {
    const OPERATION: &'static str = "getUpstreamGraph";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::new(
            "as_of",
            "Only engagements and flows that are in effect on this day; left out: today.",
            Kind::AsOf,
        ),
        KNOWN_AT,
    ];
}

#[OpenApi(prefix_path = "/v1/organisations", tag = "Tag::Organisations")]
impl UpstreamGraphs {
    /// Get the graph of whom an organisation passes data on to
    ///
    /// Everybody to whom data goes on from an organisation, directly and through others, each once:
    /// by the flows of which it is the exporter, of a group's company by the engagements of its
    /// group, and to those who run the locations of either. Of flows that a group keeps only those of the organisation's own group count;
    /// for an organisation without a group, all do.
    #[oai(
        path = "/:id/upstream",
        method = "get",
        operation_id = "getUpstreamGraph"
    )]
    async fn get(
        &self,
        caller: Caller,
        registry: Data<&Registry>,
        query: Query<UpstreamQuery>,
        /// The organisation's slug or id.
        id: Path<String>,
    ) -> Result<One<UpstreamGraph>, Refusal> {
        let snapshot = query.snapshot(&registry, &caller).await?;
        let start = find(&snapshot, &id)?;
        let as_of = query.as_of().unwrap_or_else(|| registry.clock().today());
        One::of(
            snapshot.revision(),
            &UpstreamGraph::from(&snapshot, start, as_of),
        )
    }
}

/// An engagement or a flow.
#[derive(Debug, Clone, Copy)]
enum Carrier<'s> {
    Engagement(&'s Subprocessor),
    Flow(&'s Flow),
}

/// What passes data on, by who sends.
struct Passing<'s> {
    flows: HashMap<&'s str, Vec<Carrier<'s>>>,
    engagements: HashMap<&'s str, Vec<Carrier<'s>>>,
}

impl<'s> Passing<'s> {
    /// What is in effect on a day, as far as it concerns the data of a group.
    fn on(snapshot: &'s Snapshot, group: Option<&str>, day: span::Day) -> Self {
        let mut passing = Self {
            flows: HashMap::new(),
            engagements: HashMap::new(),
        };
        for flow in snapshot.flows().iter().filter(|flow| runs_on(flow, day)) {
            // What another group keeps is about that group's data.
            let kept = flow.group.as_deref();
            if group.is_none() || kept.is_none() || kept == group {
                let from = passing.flows.entry(&flow.exporter).or_default();
                from.push(Carrier::Flow(flow));
            }
        }
        for engagement in snapshot.subprocessors() {
            if engaged_on(engagement, day) {
                let from = passing.engagements.entry(&engagement.group).or_default();
                from.push(Carrier::Engagement(engagement));
            }
        }
        passing
    }

    /// What passes data on from an organisation: its group's engagements, which bind each company
    /// as exporter, and its own flows.
    fn from(
        &self,
        organisation: &organisations::Organisation,
    ) -> impl Iterator<Item = Carrier<'s>> {
        let group = organisation.group.as_deref();
        let engagements = group.and_then(|group| self.engagements.get(group));
        let flows = self.flows.get(organisation.slug.as_str());
        let all = engagements.into_iter().chain(flows);
        all.flatten().copied()
    }
}

/// Whether a flow carries data on a day; a draft and a suspended one carry none.
fn runs_on(flow: &Flow, day: span::Day) -> bool {
    flow.stage_on(day) == FlowStatus::Active && flow.valid_from <= day
}

impl UpstreamGraph {
    /// The graph from an organisation on a day.
    fn from(snapshot: &Snapshot, start: &organisations::Organisation, as_of: span::Day) -> Self {
        let passing = Passing::on(snapshot, start.group.as_deref(), as_of);
        let mut walk = Walk {
            graph: Self {
                organisation: start.slug.clone(),
                as_of: Day(as_of),
                nodes: Vec::new(),
                edges: Vec::new(),
                truncated: false,
            },
            seen: HashSet::new(),
            ahead: [vec![start.slug.as_str()], Vec::new()],
        };
        for depth in 0..=DEEPEST {
            for from in walk.arrive(snapshot, depth) {
                for carrier in passing.from(from) {
                    walk.pass_on(carrier, &from.slug, depth);
                }
            }
        }
        walk.graph
    }
}

/// The way through the graph, step by step.
struct Walk<'s> {
    graph: UpstreamGraph,
    /// Who has a place among the nodes.
    seen: HashSet<&'s str>,
    /// Who is reached with the next step, and with the one after it.
    ahead: [Vec<&'s str>; 2],
}

impl<'s> Walk<'s> {
    /// Takes the next step, and gives those who are reached with it for the first time.
    fn arrive(
        &mut self,
        snapshot: &'s Snapshot,
        depth: u32,
    ) -> Vec<&'s organisations::Organisation> {
        let [next, after] = std::mem::take(&mut self.ahead);
        self.ahead = [after, Vec::new()];
        let mut reached: Vec<_> = next
            .into_iter()
            .filter(|slug| self.seen.insert(slug))
            .filter_map(|slug| snapshot.organisation(slug))
            .collect();
        reached.sort_by(|a, b| a.slug.cmp(&b.slug));
        let nodes = reached
            .iter()
            .map(|reached| UpstreamNode::at(reached, depth));
        self.graph.nodes.extend(nodes);
        reached
    }

    /// Follows an engagement or flow to its importer, and on to those who run its locations.
    fn pass_on(&mut self, carrier: Carrier<'s>, exporter: &str, depth: u32) {
        // Nothing is made that would not be shown.
        if self.graph.edges.len() >= MOST_EDGES {
            self.graph.truncated = true;
            return;
        }
        let importer = carrier.importer();
        let edge = carrier.edge(exporter);
        if !self.follow(edge, importer, depth + 1) {
            return;
        }
        for operator in carrier.operators() {
            let edge = carrier.operated(operator);
            self.follow(edge, operator, depth + 2);
        }
    }

    /// Shows an edge, unless it leads on further than the graph goes.
    fn follow(&mut self, edge: UpstreamEdge, to: &'s str, depth: u32) -> bool {
        let operates = edge.operates_locations;
        let known = self.seen.contains(to);
        if self.graph.edges.len() >= MOST_EDGES || (depth > DEEPEST && !known) {
            self.graph.truncated = true;
            return false;
        }
        self.graph.edges.push(edge);
        if !known {
            let [next, after] = &mut self.ahead;
            if operates { after } else { next }.push(to);
        }
        true
    }
}

impl UpstreamNode {
    fn at(organisation: &organisations::Organisation, depth: u32) -> Self {
        Self {
            organisation: organisation.slug.clone(),
            kind: Code(organisation.kind),
            legal_name: organisation.legal_name.clone(),
            seat: organisation.seat.map(PlaceCode),
            contacts: organisation.contacts.iter().map(Contact::from).collect(),
            depth,
        }
    }
}

impl<'s> Carrier<'s> {
    fn importer(self) -> &'s str {
        match self {
            Self::Engagement(engagement) => &engagement.organisation,
            Self::Flow(flow) => &flow.importer,
        }
    }

    fn locations(self) -> &'s [locations::Location] {
        match self {
            Self::Engagement(engagement) => &engagement.locations,
            Self::Flow(flow) => &flow.locations,
        }
    }

    /// The other legal entities that run its locations: each is a hop of its own.
    fn operators(self) -> BTreeSet<&'s str> {
        let operators = self.locations().iter();
        operators
            .filter_map(|location| location.operated_by.as_deref())
            .filter(|operator| *operator != self.importer())
            .collect()
    }

    /// The edge from the exporter to the importer.
    fn edge(self, exporter: &str) -> UpstreamEdge {
        let categories = |all: Option<&BTreeSet<DataCategory>>| {
            all.map(|all| all.iter().copied().map(Code).collect())
        };
        let locations = self.locations().iter().map(Location::from).collect();
        let (exporter, importer) = (exporter.to_owned(), self.importer().to_owned());
        match self {
            Self::Engagement(engagement) => UpstreamEdge {
                id: engagement.id,
                kind: Code(RelationshipKind::Engagement),
                group: Some(engagement.group.clone()),
                exporter,
                importer,
                operates_locations: false,
                service: Some(engagement.service.clone()),
                purpose: engagement.purpose.clone(),
                data_categories: categories(engagement.data_categories.as_ref()),
                locations,
            },
            Self::Flow(flow) => UpstreamEdge {
                id: flow.id,
                kind: Code(RelationshipKind::Flow),
                group: flow.group.clone(),
                exporter,
                importer,
                operates_locations: false,
                service: flow.note.clone(),
                purpose: flow.purpose.clone(),
                data_categories: categories(flow.data_categories.as_ref()),
                locations,
            },
        }
    }

    /// The edge from the importer to somebody who runs some of its locations.
    fn operated(self, operator: &str) -> UpstreamEdge {
        let run =
            |location: &&locations::Location| location.operated_by.as_deref() == Some(operator);
        let locations = self.locations().iter().filter(run);
        UpstreamEdge {
            importer: operator.to_owned(),
            operates_locations: true,
            locations: locations.map(Location::from).collect(),
            ..self.edge(self.importer())
        }
    }
}
