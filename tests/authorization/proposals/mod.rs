//! Four eyes: what needs approval is proposed by one person and made by another's approval.

mod deciding;
mod guarded;
mod outdated;
mod refused;
mod seen;

use serde_json::{Value, json};
use transfer_registry::config::Config;
use transfer_registry_core::proposals::ApprovalSubject;

use super::tokens::issued;
use crate::fixture::{Answer, Database, Service, on_configured, text};

/// The framework of 2023.
const DPF: &str = "EU-ADQ-US-DPF-2023-1795";

/// Runs a test against a service that asks for approval of everything that can need it.
async fn asking<F>(kind: Database, test: impl FnOnce(Service) -> F + 'static)
where
    F: Future<Output = ()> + 'static,
{
    let everything = |config: &mut Config| {
        config.approval_required = ApprovalSubject::ALL.iter().copied().collect();
    };
    on_configured(kind, everything, test).await;
}

macro_rules! where_approval_is_required {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::super::asking($crate::fixture::Database::Sqlite, super::$name).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::super::asking($crate::fixture::Database::Postgres, super::$name).await;
            }
        }
    )+};
}
use where_approval_is_required;

/// Somebody with a token.
#[derive(Clone)]
struct Person {
    service: Service,
    token: String,
}

impl Person {
    /// Somebody to whom the operator issued a token.
    async fn of(service: &Service, name: &str, role: &str, groups: Option<&[&str]>) -> Self {
        let (_, token) = issued(service, name, role, groups).await;
        Self {
            service: service.clone(),
            token,
        }
    }

    /// The operator.
    fn operator(service: &Service) -> Self {
        Self {
            service: service.clone(),
            token: Service::TOKEN.to_owned(),
        }
    }

    async fn send(&self, method: &str, path: &str, more: &[(&str, &str)], body: &Value) -> Answer {
        let credential = format!("Bearer {}", self.token);
        let media_type = (!body.is_null()).then_some("application/json");
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let body = body.as_bytes();
        self.service
            .request(Some(&credential), method, path, media_type, more, body)
            .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &Value::Null).await
    }

    /// Sends a write that becomes a proposal; the proposal's path.
    async fn proposes(&self, method: &str, path: &str, tag: &str, body: &Value) -> String {
        let headers = [
            ("if-match", tag),
            ("x-change-reason", "because § 5 says so"),
        ];
        proposed(&self.send(method, path, &headers, body).await)
    }

    /// Takes a step in a proposal's life.
    async fn step(&self, proposal: &str, step: &str, tag: &str) -> Answer {
        let headers = [("if-match", tag), ("x-change-reason", "seen")];
        let path = format!("{proposal}/{step}");
        self.send("POST", &path, &headers, &Value::Null).await
    }

    async fn approves(&self, proposal: &str) -> Answer {
        let tag = self.get(proposal).await.tag().to_owned();
        self.step(proposal, "approve", &tag).await
    }
}

/// The path of a proposal, once it is answered as every new one is.
fn proposed(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text());
    let made = answer.json();
    assert_eq!(made["state"], "open", "{made:#}");
    let path = format!("/v1/proposals/{}", text(&made, "id"));
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert!(answer.tag().starts_with(&format!("\"{}.", made["version"])));
    path
}

/// The end of the framework of 2023, as the operation takes it.
fn fall() -> Value {
    json!({"on": "2026-12-01", "end_kind": "invalidated", "source": "the judgment"})
}

/// Somebody proposes that the framework of 2023 ends.
async fn falls(person: &Person) -> String {
    let path = format!("/v1/adequacy-decisions/{DPF}");
    let tag = person.get(&path).await.tag().to_owned();
    let end = format!("{path}/end");
    person.proposes("POST", &end, &tag, &fall()).await
}

/// What a check that rests on the framework decides once it has fallen.
async fn decided(service: &Service) -> String {
    let question = json!({
        "exporter": "botsify", "importer": "stripe", "data_subjects": ["DE"],
        "as_of": "2026-12-01",
    });
    text(&service.check(&question).await.ok(), "decision").to_owned()
}

/// The entries of the ledger that a revision made.
async fn entries_of(service: &Service, revision: u64) -> Vec<Value> {
    service
        .every(&format!("/v1/ledger?revision={revision}"), 50)
        .await
}
