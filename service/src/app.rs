//! The service put together.

use std::{io, net::SocketAddr, sync::Arc};

use poem::{Endpoint, EndpointExt, Response, Route};
use tokio::{sync::watch, task::JoinHandle};
use transfer_registry_core::{
    ChangeError, CheckpointError, Context, DemoError, OpenError, Registry, checks::Recorder,
    tokens::Uses,
};

use crate::{
    api::{self, access::Access, v1::imports::Imports},
    callers::{Keys, Known},
    config::{Config, RecordChecks, Token},
    edge::{
        Edge,
        attempts::Attempts,
        listening::{Bound, Door, GRACE},
        ops,
        rates::Shares,
        surface::Surface,
        turns::{PublicTurns, Turns},
    },
    exchange::Scratch,
    inward::{Inside, Own, Sent},
    jobs::{self, participants::RegisterDesk},
    pages,
};

/// The service, built and not yet listening.
pub struct App {
    config: Config,
    registry: Registry,
    keys: Keys,
    turns: Turns,
    public_turns: PublicTurns,
    recorder: Recorder,
    imports: Imports,
    attempts: Attempts,
    made: Option<String>,
}

/// Why the service cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The registry cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The demo register cannot be loaded.
    #[error(transparent)]
    Demo(DemoError),
    /// The demo was asked for, and the database holds something else.
    #[error(
        "TRANSFER_REGISTRY_DATABASE_URL: the database holds other data, so the demo register is not loaded into it"
    )]
    OtherData,
    /// The law pack cannot be adopted.
    #[error("the law pack cannot be adopted: {0}")]
    Law(ChangeError),
    /// No token could be made.
    #[error("no randomness for a token: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("{setting}: cannot listen on {address}: {source}")]
    Listen {
        /// The setting that names it.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The first checkpoint cannot be written.
    #[error("the first checkpoint cannot be written: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl App {
    /// Opens the registry, and loads the demo register if asked to.
    ///
    /// # Errors
    /// When the database, the law pack or the demo register cannot be used.
    pub async fn build(config: Config) -> Result<Self, BuildError> {
        let registry = Registry::open(config.registry()).await?;
        let mut keys = Keys {
            bootstrap: config.bootstrap_token.clone(),
            uses: Uses::default(),
            issuer: config.issuer.clone(),
        };
        let mut made = None;
        if config.demo {
            load_demo(&registry).await?;
            if keys.bootstrap.is_none() {
                let (token, text) = Token::fresh()?;
                keys.bootstrap = Some(token);
                made = Some(text);
            }
        }
        // After the demo, which adopts it in its own revision.
        adopt_law_pack(&registry).await?;
        let recorder = match config.record_checks {
            RecordChecks::All => Recorder::with_room(&registry, config.checks_waiting_mib),
            RecordChecks::None => Recorder::none(),
        };
        let turns = Turns::of_this_machine();
        let scratch = Scratch::in_folder(&config.data_dir);
        let imports = Imports::new(config.clock.clone(), scratch);
        Ok(Self {
            attempts: Attempts::a_minute(config.sign_in.tries_a_minute),
            config,
            imports,
            registry,
            recorder,
            keys,
            public_turns: PublicTurns::beside(&turns),
            turns,
            made,
        })
    }

    /// The token that was made because none was given; to be shown once.
    #[must_use]
    pub fn made_token(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// Whether anybody can use the API at all.
    #[must_use]
    pub fn has_token(&self) -> bool {
        let now = self.registry.clock().now();
        let snapshot = self.registry.snapshot();
        self.keys.bootstrap.is_some() || snapshot.tokens().iter().any(|token| token.is_good(now))
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The turns at long work.
    #[cfg(test)]
    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// The same service with other turns at long work.
    #[cfg(test)]
    pub(crate) fn with_turns(self, turns: Turns) -> Self {
        Self { turns, ..self }
    }

    /// The whole service as one endpoint, without a listener.
    #[must_use]
    pub fn endpoint(&self) -> impl Endpoint<Output = poem::Response> + use<> {
        let paths = routes();
        let access = Access::of_the_table();
        let inside = Route::new().nest_no_strip("/v1", api::service());
        let inside = Inside::new(self.furnished(inside, &access).boxed());
        let own = Route::new().nest_no_strip("/v1", api::service());
        let own = self.furnished(own, &access).data(inside.clone());
        let own = Own::new(Inside::new(own.boxed()));
        let routes = Route::new()
            .nest_no_strip("/v1", api::service())
            .nest_no_strip("/", pages::routes(api::spec::document()));
        let routes = self
            .furnished(routes, &access)
            .data(inside)
            .data(own)
            .around(|routes, mut request| async move {
                request.set_data(Sent::default());
                routes.call(request).await
            })
            // On the heap: what all of it keeps while it waits is large.
            .boxed();
        let known = Known {
            keys: self.keys.clone(),
            registry: self.registry.clone(),
        };
        let shares = Shares::new(self.config.limits.rates, Arc::new(known));
        Edge::new(routes, Surface::new(paths), self.config.clock.clone()).sharing(shares)
    }

    /// Routes, with everything that their handlers ask for.
    fn furnished(
        &self,
        routes: Route,
        access: &Access,
    ) -> impl Endpoint<Output = Response> + use<> {
        routes
            .data(self.registry.clone())
            .data(self.keys.clone())
            .data(self.config.sign_in.clone())
            .data(self.attempts.clone())
            .data(access.clone())
            .data(self.turns.clone())
            .data(self.public_turns.clone())
            .data(self.imports.clone())
            .data(self.recorder.clone())
            .data(self.config.participants.clone())
            .data(self.config.approval_required.clone())
    }

    /// On what terms a listener takes connections.
    fn door(&self) -> Door {
        let (limits, proxies) = (&self.config.limits, self.config.proxies.clone());
        Door::new(limits, proxies, self.config.clock.clone())
    }

    /// Writes the first checkpoint and begins to listen.
    ///
    /// # Errors
    /// When an address is taken, or the checkpoint cannot be written.
    pub async fn start(self) -> Result<Running, StartError> {
        self.registry.write_checkpoint().await?;
        let bound = bind("TRANSFER_REGISTRY_LISTEN", self.config.listen)?;
        let ops_bound = bind("TRANSFER_REGISTRY_OPS_LISTEN", self.config.ops_listen)?;
        let (tell, stop) = watch::channel(false);
        let ops_endpoint = Edge::quiet(
            ops::endpoint(stop.clone(), self.registry.clone()),
            Surface::new(ops::paths()),
            self.config.clock.clone(),
        );
        let (address, ops_address) = (bound.address, ops_bound.address);
        let servers = vec![
            bound.serve(self.endpoint(), self.door(), stop.clone()),
            ops_bound.serve(ops_endpoint, self.door(), stop.clone()),
        ];
        let mut jobs = vec![
            jobs::checkpoints::run(self.registry.clone(), stop.clone()),
            jobs::following::run(self.registry.clone(), stop.clone()),
            jobs::purging::run(
                self.registry.clone(),
                self.config.checks_kept_days,
                stop.clone(),
            ),
        ];
        let uses = self.keys.uses.clone();
        jobs.push(jobs::token_uses::run(
            self.registry.clone(),
            uses,
            stop.clone(),
        ));
        let participants = self.config.participants;
        let desk = RegisterDesk::new(self.registry.clone(), participants.lapses);
        jobs.extend(jobs::participants::run(participants, desk, stop));
        Ok(Running {
            address,
            ops_address,
            registry: self.registry,
            turns: self.turns,
            imports: self.imports,
            recorder: self.recorder,
            tell,
            servers,
            jobs,
        })
    }
}

/// Every path that the service answers, each with its methods; `{…}` stands for one segment.
#[must_use]
pub fn routes() -> Vec<(String, Vec<String>)> {
    let mut paths = api::paths();
    paths.extend(pages::paths());
    paths
}

/// What the ledger keeps of a change that the program makes when it starts.
fn at_the_start(reason: &str) -> Context {
    Context {
        actor: "system".to_owned(),
        reason: Some(reason.to_owned()),
        request_id: "serve".to_owned(),
    }
}

async fn adopt_law_pack(registry: &Registry) -> Result<(), BuildError> {
    let context = at_the_start("the law pack built into the program");
    let adopted = registry.adopt_law_pack(&context).await;
    adopted.map_err(BuildError::Law)
}

async fn load_demo(registry: &Registry) -> Result<(), BuildError> {
    let context = at_the_start("the demo register, loaded at the start");
    match registry.load_demo(&context).await {
        Ok(_) => Ok(()),
        Err(DemoError::OtherData) => Err(BuildError::OtherData),
        Err(error) => Err(BuildError::Demo(error)),
    }
}

fn bind(setting: &'static str, address: SocketAddr) -> Result<Bound, StartError> {
    Bound::to(address).map_err(|source| StartError::Listen {
        setting,
        address,
        source,
    })
}

/// The service, listening.
pub struct Running {
    address: SocketAddr,
    ops_address: SocketAddr,
    registry: Registry,
    turns: Turns,
    imports: Imports,
    recorder: Recorder,
    tell: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
    jobs: Vec<JoinHandle<()>>,
}

impl Running {
    /// Where the service answers, with its real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the operators' listener answers, with its real port.
    #[must_use]
    pub fn ops_address(&self) -> SocketAddr {
        self.ops_address
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Stops accepting, lets the requests under way finish, and ends. Batches get half of the time
    /// for that: what then remains of them is refused while there is somebody to be told.
    pub async fn stop(self) {
        let (turns, imports) = (self.turns.clone(), self.imports.clone());
        let cut = tokio::spawn(async move {
            tokio::time::sleep(GRACE / 2).await;
            turns.end();
            imports.end();
        });
        // Nobody listening any more is as good as stopped.
        let _ = self.tell.send(true);
        for server in self.servers {
            if server.await.is_err() {
                tracing::error!("a listener ended in a panic");
            }
        }
        cut.abort();
        self.turns.end();
        self.imports.stop(GRACE).await;
        // Nobody asks any more; what was answered last is still to be recorded.
        self.recorder.stop(GRACE).await;
        for job in self.jobs {
            match tokio::time::timeout(GRACE, job).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => tracing::error!("a job beside the requests ended in a panic"),
                Err(_) => tracing::error!("a job was not done in time, and is left unfinished"),
            }
        }
    }
}
