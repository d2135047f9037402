//! The Transfer Registry: *may this data go there, on this day, and why?*
//!
//! The map of the house. A request comes in at the door (`edge`), is read and answered by the
//! API ([`api`]) or a page (`pages`), which ask the registry (`transfer-registry-core`) for its
//! snapshot and the core (`transfer-decision`) for the verdict, and goes out by the same door.
//!
//! | module | what it is |
//! |---|---|
//! | [`app`] | the service put together: [`App::build`], [`App::start`] |
//! | [`cli`] | one file per command |
//! | [`config`] | one file per section of the settings |
//! | `callers` | who calls, by token or as a user, and what they may |
//! | [`api`] | `/v1`, one file or folder per resource; the document that describes it |
//! | `pages` | the public lists, and the pages that explain codes |
//! | [`refusal`] | every way in which a request is refused |
//! | `days` | what the register's rows are on a day |
//! | `scalars` | days and instants as requests write them |
//! | `moments` | the register as it was known at the instant that a request names |
//! | [`issuer`] | the issuer that says who a person is: signing in there, and its tokens at the API |
//! | `exchange` | the whole register in and out, as API and command line take and give it |
//! | `tables` | any resource's rows as CSV, XLSX and JSON, read and written |
//! | `edge` | listening, turns at long work, headers, errors, the operators' listener |
//! | `jobs` | what runs beside the requests |
//!
//! Pages and API never call each other.
//!
//! Tests run the same thing as the program, in their own process and on free ports:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use transfer_registry::{App, config::{Config, Token}};
//!
//! let mut config = Config::defaults(true);
//! config.listen = "127.0.0.1:0".parse()?;
//! config.ops_listen = "127.0.0.1:0".parse()?;
//! config.bootstrap_token = Some(Token::given("a-token-of-at-least-32-characters"));
//! let running = App::build(config).await?.start().await?;
//! println!("http://{}", running.address());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

pub mod api;
pub mod app;
mod callers;
pub mod cli;
pub mod config;
mod days;
mod edge;
mod exchange;
mod inward;
pub mod issuer;
pub mod jobs;
mod moments;
pub(crate) mod pages;
pub mod refusal;
mod scalars;
mod tables;

pub use app::{App, Running, routes};
