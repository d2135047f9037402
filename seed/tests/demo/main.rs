//! The demo register: what it says, where each fact comes from, and what comes out of it.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read the register has failed"
)]

mod content;
mod facts;
mod organisations;
mod sources;
mod verdicts;

use transfer_registry_seed::register::{Demo, Organisation, Subprocessor};

/// Each group, its notice, how sources state the notice's date, and the first day of its facts.
const NOTICES: [(&str, &str, &str, &str); 5] = [
    (
        "qcontact",
        "004_40f29a6aed8dff0b.txt",
        "2019-06-01",
        "2019-06-01",
    ),
    (
        "botsify",
        "003_5b2547a01cf0362f.txt",
        "undated",
        "2018-05-01",
    ),
    (
        "netcode",
        "000_1c34501db4526e58.txt",
        "2024-08-19",
        "2024-08-19",
    ),
    (
        "qiscus",
        "002_49552914a4ffe1b5.txt",
        "undated",
        "2018-05-01",
    ),
    (
        "instantchatbots",
        "001_f7b0ad0e779147be.txt",
        "undated",
        "2018-05-01",
    ),
];

pub(crate) fn organisation<'a>(demo: &'a Demo, slug: &str) -> &'a Organisation {
    let mut all = demo.organisations.iter();
    all.find(|o| o.slug == slug).expect("an organisation")
}

pub(crate) fn engagement<'a>(demo: &'a Demo, group: &str, organisation: &str) -> &'a Subprocessor {
    let mut all = demo.subprocessors.iter();
    all.find(|s| s.group == group && s.organisation == organisation)
        .expect("an engagement")
}
