//! A list that is read, and every fault that it can have.

mod faults;
mod over_http;
mod reading;
mod schedule;

use std::time::Duration;

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::{Value, json};
use transfer_decision::{
    span::{Day, day},
    vocabulary::{Country, Framework, OrganisationKind, Place},
};
use transfer_registry_core::participants::{Accepted, Known, KnownCertification};
use uuid::Uuid;
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{body_partial_json, method, path},
};

use crate::config::{Address, Form, Participants};

pub(super) const TODAY: Day = day(2026, 11, 20);
pub(super) const LIST_DAY: Day = day(2026, 11, 19);
/// The list's day as its address says it.
pub(super) const SAID_DAY: &str = "Thursday, November 19, 2026 6:00 AM EST";

pub(super) const HEADINGS: [&str; 17] = [
    "Public Display Name",
    "Legal Name",
    "Install Date",
    "Usage End Date",
    "Inactive Start Date",
    "Framework",
    "Status",
    "HR Data",
    "Non-HR Data",
    "Street",
    "City",
    "State",
    "Postal Code",
    "Covered Entities",
    "Industries",
    "Privacy Policies",
    "Public Link",
];

pub(super) const EU: &str = "EU-U.S. Data Privacy Framework";
pub(super) const UK: &str = "UK Extension to the EU-U.S. Data Privacy Framework";
pub(super) const SWISS: &str = "Swiss-U.S. Data Privacy Framework";

/// A row of the official workbook, by heading.
pub(super) fn row(id: u32, legal_name: &str, framework: &str) -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    vec![
        ("Public Display Name", text(legal_name)),
        ("Legal Name", text(legal_name)),
        ("Install Date", text("9/1/2023")),
        ("Usage End Date", text("8/30/2027")),
        ("Framework", text(framework)),
        ("Status", text("Active")),
        ("HR Data", text("No")),
        ("Non-HR Data", text("Yes")),
        ("Street", text("1 Main St")),
        ("City", text("Springfield")),
        ("State", text("IL")),
        ("Postal Code", text("62701")),
        (
            "Industries",
            text("Information and Communications Technology"),
        ),
        (
            "Public Link",
            format!("https://www.dataprivacyframework.gov/participant/{id}"),
        ),
    ]
}

/// A row with other values under some headings.
pub(super) fn with(
    mut row: Vec<(&'static str, String)>,
    values: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    for (heading, value) in values {
        row.retain(|(held, _)| held != heading);
        row.push((heading, (*value).to_owned()));
    }
    row
}

/// A workbook with these headings and rows; what a row says under no heading is left out.
pub(super) fn workbook(headings: &[&str], rows: &[Vec<(&'static str, String)>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, 0, headings, rows);
    workbook.save_to_buffer().unwrap()
}

pub(super) fn fill(
    sheet: &mut Worksheet,
    first: u32,
    headings: &[&str],
    rows: &[Vec<(&'static str, String)>],
) {
    for (column, heading) in (0_u16..).zip(headings) {
        sheet.write(first, column, *heading).unwrap();
        for (at, row) in (first + 1..).zip(rows) {
            if let Some((_, value)) = row.iter().find(|(held, _)| held == heading) {
                sheet.write(at, column, value).unwrap();
            }
        }
    }
}

/// The form of a date cell.
pub(super) fn date() -> Format {
    Format::new().set_num_format("m/d/yyyy")
}

/// An entry as the address gives it.
pub(super) fn item(id: u32, name: &str) -> Value {
    json!({
        "OrganizationId": id,
        "OrganizationPublicDisplayName": name,
        "EUCert": {"PublicStatus": "Active"},
        "UKCert": {"PublicStatus": "Active"},
        "SwissCert": {"PublicStatus": null},
    })
}

/// A participant's own page as the address gives it.
pub(super) fn page(id: u32, name: &str) -> Value {
    let certification = json!({
        "PublicStatus": "Active",
        "InstallDate": "2023-09-01T00:00:00",
        "UsageEndDate": "2027-08-30T00:00:00",
        "HRData": false,
        "NonHRData": true,
    });
    json!({
        "OrganizationId": id,
        "LegalName": name,
        "PublicDisplayName": name,
        "EUCert": certification,
        "UKCert": certification,
        "SwissCert": null,
        "CoveredEntities": "Acme Logs, LLC, Acme Mail, Inc.",
    })
}

pub(super) fn answer(items: &[Value]) -> Value {
    json!({"RecordCount": items.len(), "SumCount": items.len(), "Items": items})
}

/// Ten active participants, of which Acme is one.
pub(super) fn ten() -> Vec<Value> {
    (1..=10)
        .map(|id| {
            if id == 7 {
                item(7, "Acme, Inc.")
            } else {
                item(id, &format!("Participant {id}, Inc."))
            }
        })
        .collect()
}

/// What plays the list's address.
pub(super) struct Stage {
    pub(super) server: MockServer,
}

impl Stage {
    /// Nothing answers yet but with 404.
    pub(super) async fn empty() -> Self {
        Self {
            server: MockServer::start().await,
        }
    }

    /// The list as it should be, without faults.
    pub(super) async fn whole() -> Self {
        let stage = Self::empty().await;
        stage.day(text(SAID_DAY)).await;
        stage.list("Active", json_of(&answer(&ten()))).await;
        stage.list("Inactive", json_of(&answer(&[]))).await;
        stage.page(7, json_of(&page(7, "Acme, Inc."))).await;
        stage
    }

    pub(super) async fn day(&self, answer: ResponseTemplate) {
        Mock::given(method("GET"))
            .and(path("/api/participants/filemodified"))
            .respond_with(answer)
            .named("the day")
            .mount(&self.server)
            .await;
    }

    pub(super) async fn list(&self, status: &str, answer: ResponseTemplate) {
        Mock::given(method("POST"))
            .and(path("/api/participants"))
            .and(body_partial_json(
                json!({"Status": status, "PageNumber": 0}),
            ))
            .respond_with(answer)
            .named("the list")
            .mount(&self.server)
            .await;
    }

    pub(super) async fn page(&self, id: u32, answer: ResponseTemplate) {
        Mock::given(method("GET"))
            .and(path(format!("/api/participants/{id}")))
            .respond_with(answer)
            .named("a participant's page")
            .mount(&self.server)
            .await;
    }

    pub(super) fn settings(&self) -> Participants {
        Participants {
            address: Some(format!("{}/api", self.server.uri()).parse().unwrap()),
            form: Form::Entries,
            timeout: Duration::from_secs(5),
            most_mib: 1,
            ..Participants::default()
        }
    }

    pub(super) async fn asked(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap()
    }
}

pub(super) fn address(settings: &Participants) -> &Address {
    settings.address.as_ref().unwrap()
}

pub(super) fn json_of(value: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(value)
}

pub(super) fn text(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(text)
}

/// The last accepted list had ten active participants.
pub(super) fn last() -> Accepted {
    Accepted {
        day: day(2026, 11, 18),
        sha256: "8c4f0a".to_owned(),
        active: 10,
    }
}

/// Acme in the United States, confirmed as participant 7, certified under the EU-US framework.
pub(super) fn acme() -> Known {
    let us: Country = "US".parse().unwrap();
    Known {
        organisation: Uuid::from_u128(1),
        slug: "acme".to_owned(),
        kind: OrganisationKind::ThirdParty,
        legal_name: "Acme".to_owned(),
        seat: Some(Place::Country(us)),
        participant: Some("7".to_owned()),
        certification_wanted: false,
        certifications: vec![KnownCertification {
            id: Uuid::from_u128(10),
            framework: Framework::EuUsDpf,
            valid_from: day(2023, 9, 1),
            valid_to: None,
            recertification_due: None,
            covers_hr: false,
            checked_on: None,
        }],
    }
}
