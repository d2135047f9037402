//! Suppositions: any number of them, over one register made anew.

use super::support::{Site, day, one_of_each};
use crate::{
    ChangeError, Scope,
    impact_analyses::{End, Hypothesis, MOST_CHANGES, Supposing},
    snapshot::MADE,
};

#[tokio::test]
async fn a_hundred_changes_of_one_object_are_made_one_after_the_other_and_the_facts_once() {
    let site = Site::sqlite();
    let registry = site.open().await;
    let (_, flow) = one_of_each(&registry).await;
    let stored = registry.snapshot().flows().get(flow).unwrap().clone();
    let mut changes = Vec::new();
    for at in 0..MOST_CHANGES {
        let on = day("2027-06-01") - chrono::TimeDelta::days(i64::try_from(at).unwrap());
        changes.push(Hypothesis::EndFlow(End { id: flow, on }));
    }
    let Some(Hypothesis::EndFlow(last)) = changes.last().cloned() else {
        panic!("an end is supposed");
    };
    let supposing = Supposing::over(&registry, &Scope::All).await.unwrap();
    let made = MADE.get();
    let still = || Ok::<(), ChangeError>(());
    let rehearsal = supposing.rehearsal(&changes, &still).unwrap();
    assert_eq!(MADE.get() - made, 1, "everything is looked at once");
    let ended = rehearsal.after.flows().get(flow).unwrap();
    assert_eq!(
        ended.valid_to.map(|day| day.succ_opt().unwrap()),
        Some(last.on)
    );
    let versions = i64::try_from(MOST_CHANGES).unwrap();
    assert_eq!(ended.version, stored.version + versions);
    let fact = rehearsal.after.register().relationship(&flow.to_string());
    assert_eq!(fact.unwrap().span.until(), Some(last.on));
    assert_eq!(registry.snapshot().flows().get(flow), Some(&stored));
    assert!(rehearsal.before.shows_the_same(&registry.snapshot()));
}

#[tokio::test]
async fn suppositions_that_nobody_waits_for_are_given_up() {
    let site = Site::sqlite();
    let registry = site.open().await;
    let (_, flow) = one_of_each(&registry).await;
    let end = Hypothesis::EndFlow(End {
        id: flow,
        on: day("2027-06-01"),
    });
    let supposing = Supposing::over(&registry, &Scope::All).await.unwrap();
    let made = MADE.get();
    let gone = || Err(ChangeError::Nothing);
    let given_up = supposing.rehearsal(&[end], &gone);
    assert!(matches!(given_up, Err(ChangeError::Nothing)));
    assert_eq!(MADE.get(), made);
}
