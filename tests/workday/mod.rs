//! A year in the life of a privacy counsel, task by task, as a person does it: over HTTP, in as few
//! decisions as the task deserves.
//!
//! A *decision* is a request that writes, with everything that a person decides at once in it.
//! Looking something up, and being shown the effect of something before it is done, is none.

mod changes;
mod law;
mod onboarding;
mod proof;

use std::cell::Cell;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::fixture::{Answer, Service, text};

/// A counsel at work, and how many decisions were taken.
struct Counsel {
    service: Service,
    decisions: Cell<u32>,
}

impl Counsel {
    /// Of a group with one German company and one vendor in the United States.
    async fn of_acme(service: Service) -> Self {
        let group = json!({"slug": "acme", "name": "Acme", "notice_days": 30,
            "objection_days": 14, "source": "the articles"});
        service.create("/v1/groups", &group).await;
        for company in [
            json!({"slug": "acme-gmbh", "kind": "group_company", "group": "acme",
                "legal_name": "Acme GmbH", "seat": "DE", "source": "the register of companies"}),
            json!({"slug": "cloudbase", "kind": "third_party", "legal_name": "Cloudbase, Inc.",
                "seat": "US", "source": "its website"}),
        ] {
            service.create("/v1/organisations", &company).await;
        }
        Self {
            service,
            decisions: Cell::new(0),
        }
    }

    /// Decides something new.
    async fn decide(&self, collection: &str, body: &Value) -> Answer {
        self.decisions.set(self.decisions.get() + 1);
        self.service.create(collection, body).await
    }

    /// Decides about something that is there, as it was last seen.
    async fn decide_about(&self, method: &str, path: &str, step: &str, body: &Value) -> Answer {
        self.decisions.set(self.decisions.get() + 1);
        let tag = self.service.get(path).await.tag().to_owned();
        let path = format!("{path}{step}");
        let headers = [("if-match", tag.as_str())];
        let answer = self.service.write(method, &path, &headers, body);
        let answer = answer.await;
        assert!(answer.status < 300, "{}", answer.text());
        answer
    }

    /// Is shown what a decision would do before it is taken.
    async fn foresee(&self, method: &str, path: &str, step: &str, body: &Value) -> Value {
        let tag = self.service.get(path).await.tag().to_owned();
        let path = format!("{path}{step}?dry_run=true");
        let headers = [("if-match", tag.as_str())];
        let answer = self.service.write(method, &path, &headers, body);
        answer.await.ok()
    }

    /// What the endpoint answers a service that is about to send German customers' data.
    async fn verdict(&self, importer: &str, as_of: &str) -> Value {
        let question = json!({"exporter": "acme-gmbh", "importer": importer,
            "data_subjects": ["DE"], "data_categories": ["contact"], "as_of": as_of});
        self.service.check(&question).await.ok()
    }

    async fn may_send(&self, importer: &str, as_of: &str) -> bool {
        self.verdict(importer, as_of).await["decision"] == "allow"
    }

    /// The work list's items of a kind.
    async fn attention(&self, kind: &str) -> Vec<Value> {
        let list = format!("/v1/attention?kind={kind}&group=acme");
        self.service.every(&list, 50).await
    }

    /// The contract that lets a vendor in the United States receive, and its assessment.
    async fn clauses_with(&self, vendor: &str) -> (String, String) {
        let clauses = json!({"group": "acme", "tool": "scc-2021-914", "module": 2,
            "signed_on": "2026-11-01", "title": format!("DPA with {vendor}"),
            "parties": [{"organisation": "acme-gmbh", "side": "exporter"},
                {"organisation": vendor, "side": "importer"}],
            "document": "contracts/dpa.pdf", "document_sha256": "a1".repeat(32),
            "source": "the signed contract", "checked_on": "2026-11-02"});
        let clauses = self.decide("/v1/mechanisms", &clauses).await.created();
        let assessment = json!({"mechanism": clauses["id"], "destination": "US",
            "conclusion": "favourable", "concluded_on": "2026-11-03", "next_review": "2027-11-03",
            "steps": {"transfer": "customers' contact data",
                "destination_law": "FISA 702 does not reach this service",
                "supplementary_measures": [{"kind": "technical", "description": "encryption"}]},
            "source": "the file of the assessment"});
        let assessment = self.decide("/v1/impact-assessments", &assessment).await;
        let id = |object: &Value| text(object, "id").to_owned();
        (id(&clauses), id(&assessment.created()))
    }

    /// An engagement that already runs.
    async fn runs_with(&self, vendor: &str, locations: Value) -> String {
        let engagement = json!({"group": "acme", "organisation": vendor, "service": "hosting",
            "data_categories": ["contact"], "data_subject_countries": ["DE"],
            "exporter_role": "controller", "importer_role": "processor", "locations": locations,
            "effective_from": "2026-11-05", "record_existing": true, "source": "the contract"});
        let made = self.decide("/v1/subprocessors", &engagement).await;
        text(&made.created(), "id").to_owned()
    }

    /// Time passes.
    fn later(&self, by: TimeDelta) {
        self.service.registry().clock().advance(by);
    }

    /// Ends a task, which must not have taken more decisions than it deserves.
    fn took_at_most(&self, decisions: u32) {
        let taken = self.decisions.get();
        assert!(
            taken <= decisions,
            "{taken} decisions instead of {decisions}"
        );
    }
}

fn codes<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let list = list.as_array().expect("a list");
    list.iter().map(|item| text(item, key)).collect()
}
