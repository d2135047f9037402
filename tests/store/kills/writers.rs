//! Writers over HTTP who remember what they were told.

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::fixture::{Answer, text};

/// So many objects one writer makes at most, if nobody stops it.
const MOST_STORIES: usize = 200;

/// So many vendors one import brings.
const IMPORTED: usize = 10;

/// A write that may be sent again.
#[derive(Debug, Clone)]
pub(super) struct Change {
    method: &'static str,
    path: String,
    body: Value,
    /// The version that it is made to.
    tag: Option<String>,
    pub(super) key: Option<String>,
    /// Its reason, which no other change has.
    pub(super) mark: String,
    /// How many objects it writes.
    pub(super) objects: usize,
}

/// A write that the program said it made.
#[derive(Debug)]
pub(super) struct Acknowledged {
    pub(super) change: Change,
    /// Where the object is.
    place: String,
    pub(super) id: String,
    /// None of what is no object: an import.
    pub(super) version: Option<i64>,
    pub(super) revision: u64,
    /// Whether it was made before, under the same key.
    pub(super) repeated: bool,
    tag: String,
}

/// What became of a write.
#[derive(Debug)]
pub(super) enum Written {
    Acknowledged(Acknowledged),
    /// Nobody knows: the program ended before it answered.
    Cut(Change),
}

/// A client of one run of the program.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    address: String,
    token: &'static str,
}

impl Client {
    pub(super) fn new(address: String, token: &'static str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(std::time::Duration::from_mins(1))
            .build();
        Self {
            http: http.expect("a client"),
            address,
            token,
        }
    }

    /// Sends a write; gives no answer if the program ended before.
    async fn send(&self, change: &Change) -> Option<Answer> {
        let method = change.method.parse().expect("a method");
        let url = format!("{}{}", self.address, change.path);
        let mut request = self
            .http
            .request(method, url)
            .bearer_auth(self.token)
            .header("x-change-reason", &change.mark)
            .header(CONTENT_TYPE, "application/json")
            .body(change.body.to_string());
        if let Some(key) = &change.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(tag) = &change.tag {
            request = request.header("if-match", tag);
        }
        Answer::unless_cut(request.send().await.ok()?).await
    }

    /// Makes a change, which must be acceptable.
    pub(super) async fn write(&self, change: &Change) -> Written {
        let change = change.clone();
        let Some(answer) = self.send(&change).await else {
            return Written::Cut(change);
        };
        let made = change.tag.is_none();
        assert_eq!(
            answer.status,
            if made { 201 } else { 200 },
            "{change:?}: {}",
            answer.text()
        );
        let shown = answer.json();
        let place = match answer.header("location") {
            Some(place) => place.to_owned(),
            None => change.path.trim_end_matches("/end").to_owned(),
        };
        Written::Acknowledged(Acknowledged {
            place,
            id: text(&shown, "id").to_owned(),
            version: shown["version"].as_i64(),
            // An import that is shown again says which revision it made.
            revision: shown["revision"]
                .as_u64()
                .unwrap_or_else(|| answer.revision()),
            repeated: answer.header("idempotency-replayed") == Some("true"),
            tag: answer.tag().to_owned(),
            change,
        })
    }

    async fn read(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.address);
        let request = self.http.get(url).bearer_auth(self.token).send();
        Answer::of(request.await.expect("an answer")).await.ok()
    }

    /// A group with one company, from which the vendors are engaged.
    pub(super) async fn lay_the_ground(&self) {
        for (path, body) in [
            (
                "/v1/groups",
                json!({"slug": "acme", "name": "Acme", "source": "a test"}),
            ),
            (
                "/v1/organisations",
                json!({"slug": "acme-gmbh", "kind": "group_company", "group": "acme",
                    "legal_name": "Acme GmbH", "seat": "DE", "source": "a test"}),
            ),
        ] {
            let change = Change {
                method: "POST",
                path: path.to_owned(),
                body,
                tag: None,
                key: None,
                mark: "the ground".to_owned(),
                objects: 1,
            };
            let written = self.write(&change).await;
            assert!(matches!(written, Written::Acknowledged(_)), "{written:?}");
        }
    }

    /// Each object is shown in the last version that was acknowledged.
    pub(super) async fn shows(&self, acknowledged: &[Acknowledged]) {
        let mut newest = std::collections::BTreeMap::new();
        for write in acknowledged {
            newest.insert(&write.place, write);
        }
        for write in newest.into_values() {
            let Some(version) = write.version else {
                continue;
            };
            let shown = self.read(&write.place).await;
            assert_eq!(text(&shown, "id"), write.id);
            // What was in flight after it may have been made as well.
            let now = shown["version"].as_i64();
            assert!(now == Some(version) || now == Some(version + 1), "{shown}");
        }
    }
}

/// The changes of one writer, one after the other until one is cut short.
struct Pen {
    client: Client,
    name: String,
    number: usize,
    acknowledged: Vec<Acknowledged>,
}

/// What a writer is to do when a write was cut short: nothing more.
struct CutShort(Change);

impl Pen {
    /// Makes a change under a reason of its own, and, if it makes an object, every other time under
    /// a key of its own.
    async fn change(
        &mut self,
        method: &'static str,
        path: String,
        tag: Option<&str>,
        body: Value,
    ) -> Result<(String, String), CutShort> {
        self.changes(method, path, tag, body, 1).await
    }

    /// The same of a change that writes several objects.
    async fn changes(
        &mut self,
        method: &'static str,
        path: String,
        tag: Option<&str>,
        body: Value,
        objects: usize,
    ) -> Result<(String, String), CutShort> {
        self.number += 1;
        let mark = format!("change {} of writer {}", self.number, self.name);
        let keyed = tag.is_none() && !self.number.is_multiple_of(3);
        let change = Change {
            method,
            path,
            body,
            tag: tag.map(str::to_owned),
            key: keyed.then(|| mark.clone()),
            mark,
            objects,
        };
        match self.client.write(&change).await {
            Written::Cut(change) => Err(CutShort(change)),
            Written::Acknowledged(write) => {
                let found = (write.place.clone(), write.tag.clone());
                self.acknowledged.push(write);
                Ok(found)
            }
        }
    }

    async fn create(&mut self, path: &str, body: Value) -> Result<(String, String), CutShort> {
        self.change("POST", path.to_owned(), None, body).await
    }

    /// Vendors and their certifications, all in one change.
    async fn import(&mut self, name: &str) -> Result<(), CutShort> {
        let vendors = (0..IMPORTED).map(|at| format!("{name}-{at}"));
        let organisations: Vec<_> = vendors
            .clone()
            .map(|slug| {
                json!({"slug": slug, "kind": "third_party", "legal_name": "A vendor",
                    "source": "a list"})
            })
            .collect();
        let certifications: Vec<_> = vendors
            .map(|slug| {
                json!({"organisation": slug, "framework": "eu-us-dpf",
                    "valid_from": "2024-01-01", "covers_hr": true, "source": "a list"})
            })
            .collect();
        let file = json!({"organisations": organisations, "certifications": certifications});
        let path = "/v1/imports".to_owned();
        self.changes("POST", path, None, file, 2 * IMPORTED).await?;
        Ok(())
    }

    /// A vendor: entered, corrected, certified, engaged, its clauses signed, and all of it ended.
    async fn story(&mut self, vendor: &str) -> Result<(), CutShort> {
        let organisation = json!({"slug": vendor, "kind": "third_party",
            "legal_name": format!("{vendor}, Inc."), "seat": "US", "source": "a test"});
        let (place, tag) = self.create("/v1/organisations", organisation).await?;
        let note = json!({"seat_note": format!("as {vendor} says"), "seat": "CA"});
        self.change("PATCH", place, Some(&tag), note).await?;

        self.import(&format!("{vendor}-import")).await?;

        let held = format!("/v1/organisations/{vendor}/certifications");
        let certification = json!({"framework": "eu-us-dpf", "valid_from": "2024-01-01",
            "covers_hr": false, "source": "a test", "checked_on": "2025-01-01"});
        let (certified, of_certification) = self.create(&held, certification).await?;

        let engagement = json!({"group": "acme", "organisation": vendor, "service": "newsletters",
            "record_existing": true, "effective_from": "2024-02-01", "source": "a test",
            "data_subject_countries": ["DE"], "exporter_role": "controller",
            "importer_role": "processor", "locations": [
                {"place": "US", "activity": "storage"}, {"place": "IE", "activity": "remote_access"}]});
        let (engaged, tag) = self.create("/v1/subprocessors", engagement).await?;
        let places = json!({"locations": [{"place": "FR", "activity": "processing"},
            {"place": "IE", "activity": "remote_access"}, {"place": "US", "activity": "storage"}]});
        let (_, tag) = self
            .change("PATCH", engaged.clone(), Some(&tag), places)
            .await?;

        let clauses = json!({"group": "acme", "tool": "scc-2021-914", "module": 2,
            "signed_on": "2024-01-10", "parties": [
                {"organisation": "acme-gmbh", "side": "exporter"},
                {"organisation": vendor, "side": "importer"}],
            "source": "the signed clauses", "checked_on": "2025-01-01"});
        let (signed, of_clauses) = self.create("/v1/mechanisms", clauses).await?;
        let mechanism = signed.rsplit('/').next().expect("an id");
        let assessment = json!({"mechanism": mechanism, "destination": "US",
            "conclusion": "favourable", "concluded_on": "2024-01-05", "source": "the file"});
        self.create("/v1/impact-assessments", assessment).await?;

        let last_day = json!({"last_day": "2025-06-30"});
        for (path, tag) in [
            (engaged, tag),
            (certified, of_certification),
            (signed, of_clauses),
        ] {
            let end = format!("{path}/end");
            self.change("POST", end, Some(&tag), last_day.clone())
                .await?;
        }
        Ok(())
    }
}

/// Writes until the program is gone; what was acknowledged, and what was in flight.
pub(super) async fn write(client: Client, name: String) -> (Vec<Acknowledged>, Option<Change>) {
    let mut pen = Pen {
        client,
        name: name.clone(),
        number: 0,
        acknowledged: Vec::new(),
    };
    for story in 0..MOST_STORIES {
        if let Err(CutShort(change)) = pen.story(&format!("vendor-{name}-{story}")).await {
            return (pen.acknowledged, Some(change));
        }
    }
    (pen.acknowledged, None)
}
