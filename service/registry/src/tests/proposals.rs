//! How many proposals there may be, and what a change takes away.

use std::collections::BTreeSet;

use transfer_registry_entity::proposals as rows;
use uuid::Uuid;

use super::support::{context, on_each_database, one_of_each};
use crate::{
    ChangeError, Draft, Expected, Registry, Scope,
    flows::{self, NewFlow},
    proposals::{self, ApprovalSubject, Approvals, MOST_OPEN, Request},
    subprocessors::{self, NewSubprocessor},
};

fn request(path: &str) -> Request {
    Request {
        operation: "endFlow".to_owned(),
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: None,
        body: Some(r#"{"last_day":"2026-12-31"}"#.to_owned()),
        if_match: None,
        reason: None,
    }
}

async fn propose(registry: &Registry, path: &str) -> Result<Uuid, ChangeError> {
    let made = registry
        .change(&context(), &Scope::All, None, |draft| {
            let subjects = BTreeSet::from([ApprovalSubject::ScopeRemovals]);
            proposals::propose_in(draft, "anna", request(path), subjects)
        })
        .await;
    made.map(|recorded| recorded.id)
}

#[tokio::test]
async fn no_more_proposals_are_open_than_there_may_be() {
    on_each_database(async |site| {
        let registry = site.open().await;
        let first = propose(&registry, "/v1/flows/0/end").await.unwrap();
        let shown = registry.snapshot().proposals().get(first).unwrap().clone();
        let many = registry
            .change(&context(), &Scope::All, None, |draft| {
                for number in 1..MOST_OPEN {
                    let one = proposals::Proposal {
                        id: draft.new_id(),
                        proposed_by: format!("somebody {number}"),
                        ..shown.clone()
                    };
                    draft.put("propose", rows::Model::from(one));
                }
                Ok(first)
            })
            .await;
        many.unwrap();
        let refused = propose(&registry, "/v1/flows/1/end").await;
        assert!(
            matches!(refused, Err(ChangeError::TooManyProposals(MOST_OPEN))),
            "{refused:?}"
        );
        let refuse =
            |draft: &mut Draft| proposals::refuse_in(draft, "berta", None, first, &Expected::Any);
        let refused = registry.change(&context(), &Scope::All, None, refuse).await;
        refused.unwrap();
        propose(&registry, "/v1/flows/1/end").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_uses_up_the_proposals_that_there_are_for_all() {
    on_each_database(async |site| {
        let registry = site.open().await;
        for number in 0..100 {
            let path = format!("/v1/flows/{number}/end");
            propose(&registry, &path).await.unwrap();
        }
        let refused = propose(&registry, "/v1/flows/x/end").await;
        assert!(
            matches!(refused, Err(ChangeError::TooManyProposals(100))),
            "{refused:?}"
        );
    })
    .await;
}

/// For what a change needs approval where everything is asked for.
async fn subjects(
    registry: &Registry,
    make: impl FnOnce(&mut Draft) -> Result<Uuid, ChangeError>,
) -> Vec<&'static str> {
    let asked: Approvals = ApprovalSubject::ALL.iter().copied().collect();
    let mut found = Approvals::new();
    let tried = registry
        .try_out(&context(), &Scope::All, |draft| {
            let id = make(draft)?;
            found = proposals::subjects::of(draft, &asked)?;
            Ok(id)
        })
        .await;
    assert!(tried.is_ok(), "{:?}", tried.err());
    found.into_iter().map(ApprovalSubject::code).collect()
}

#[tokio::test]
async fn only_what_takes_something_away_is_a_removal() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        let snapshot = registry.snapshot();
        let flow = snapshot.flows().first().unwrap();
        let amended = async |change: &dyn Fn(&mut NewFlow)| {
            let mut new = NewFlow::of(flow);
            change(&mut new);
            let make = |draft: &mut Draft| flows::amend_in(draft, flow.id, &Expected::Any, new);
            subjects(&registry, make).await
        };
        let nothing: [&str; 0] = [];
        assert_eq!(
            amended(&|new| new.note = Some("new".to_owned())).await,
            nothing
        );
        let wider = amended(&|new| {
            new.data_subjects.insert("FR".parse().unwrap());
            new.data_categories = None;
            new.valid_to = None;
        });
        let had_subjects = !flow.data_subjects.is_empty();
        assert_eq!(wider.await.is_empty(), had_subjects);
        let removal = ["scope_removals"];
        let sooner = amended(&|new| new.valid_to = "2030-01-01".parse().ok());
        assert_eq!(sooner.await, removal);
        let other = amended(&|new| new.data_categories = Some(BTreeSet::new()));
        assert_eq!(
            other.await.is_empty(),
            flow.data_categories == Some(BTreeSet::new())
        );
        let engaged = snapshot.subprocessors().first().unwrap();
        let mut new = NewSubprocessor::of(engaged);
        new.condition = Some("only if asked for".to_owned());
        let make =
            |draft: &mut Draft| subprocessors::amend_in(draft, engaged.id, &Expected::Any, new);
        assert_eq!(subjects(&registry, make).await, removal);
    })
    .await;
}
