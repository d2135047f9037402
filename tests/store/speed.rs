//! How fast the real program verifies a long ledger.

use std::time::Instant;

use transfer_decision::vocabulary::{OrganisationKind, UncheckedFacts};
use transfer_registry_core::{
    Clock, Context, Registry, RegistryConfig, Scope,
    organisations::{self, NewOrganisation},
};

use super::long;
use crate::fixture::{Database, Home, Program};

/// How many entries the ledger has.
fn entries() -> usize {
    if long() { 100_000 } else { 2_000 }
}

/// How many of them one change records.
const AT_ONCE: usize = 10_000;

fn new_third_party(at: usize) -> NewOrganisation {
    let slug = format!("vendor-{at}");
    NewOrganisation {
        legal_name: format!("Vendor {at}, Inc."),
        slug,
        kind: OrganisationKind::ThirdParty,
        group: None,
        seat: "US".parse().ok(),
        seat_note: None,
        registration: Some("Delaware".to_owned()),
        representative: None,
        attributes: std::collections::BTreeMap::default(),
        on_public_list: true,
        contacts: Vec::new(),
        dpf_participant: None,
        source: "a list of vendors".to_owned(),
        checked_on: None,
    }
}

/// A ledger so long, and a checkpoint of it.
async fn fill(home: &Home) {
    let registry = Registry::open(RegistryConfig {
        database_url: home.url.clone(),
        data_dir: home.folder.path().to_owned(),
        unchecked_facts: UncheckedFacts::Warn,
        clock: Clock::system(),
    });
    let registry = registry.await.expect("a registry");
    let context = Context {
        actor: "anna".to_owned(),
        reason: None,
        request_id: "a long list".to_owned(),
    };
    for first in (0..entries()).step_by(AT_ONCE) {
        let last = (first + AT_ONCE).min(entries());
        let make = move |draft: &mut transfer_registry_core::Draft| {
            let mut id = uuid::Uuid::nil();
            for at in first..last {
                id = organisations::create_in(draft, new_third_party(at))?;
            }
            Ok(id)
        };
        let filled = registry.change_at_length(&context, &Scope::All, None, &|_| (), make);
        filled.await.expect("recorded");
    }
    registry.write_checkpoint().await.expect("a checkpoint");
}

async fn a_long_ledger_is_verified(kind: Database) {
    let home = Home::new(kind).await;
    fill(&home).await;
    let folder = home.folder.path();
    let verify = Program::new(folder, &["audit", "verify"])
        .setting("DATABASE_URL", &home.url)
        .setting("DATA_DIR", &folder.display().to_string());
    let since = Instant::now();
    let verified = verify.run().await;
    let took = since.elapsed();
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let number = entries().to_string();
    assert!(verified.out.contains(&number), "{verified:?}");
    let a_second = f64::from(u32::try_from(entries()).expect("a number")) / took.as_secs_f64();
    println!("audit verify on {kind:?}: {number} entries in {took:.2?}, {a_second:.0} a second");
    home.remove().await;
}

mod a_long_ledger_is_verified_by_the_program {
    use super::*;

    #[tokio::test]
    async fn sqlite() {
        a_long_ledger_is_verified(Database::Sqlite).await;
    }

    #[tokio::test]
    async fn postgres() {
        a_long_ledger_is_verified(Database::Postgres).await;
    }
}
