//! What is published, on a day and before the law.

use std::collections::BTreeSet;

use transfer_decision::{
    facts::Question,
    vocabulary::{DataCategory, Outcome, Regime},
};
use transfer_registry_entity::vocabulary::PublishedField;

use super::{
    publications::{amend, amend_organisation, create, publish, storage},
    support::{context, day, new_company, on_each_database, one_of_each},
};
use crate::{
    Expected, Scope, certifications,
    locations::Location,
    publications::{Change, Difference},
};

#[tokio::test]
async fn what_is_published_is_judged_as_published_by_what_is_recorded() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        amend(&registry, |new| new.locations = vec![storage("US")]).await;
        let published = publish(&registry, "alpha", 0).await.unwrap();
        let question = Question {
            exporter: "alpha-ltd".to_owned(),
            importer: "cloud".to_owned(),
            onward: Vec::new(),
            data_subjects: BTreeSet::from(["DE".parse().unwrap()]),
            data_categories: None,
            hr_data: None,
            purpose: None,
            exporter_role: None,
            importer_role: None,
            as_of: day("2026-11-21"),
        };
        let outcomes = || {
            let snapshot = registry.snapshot();
            let judge = snapshot.as_published(&published.content).unwrap();
            assert_eq!(judge.companies().collect::<Vec<_>>(), ["alpha-ltd"]);
            let weakest = |verdict: transfer_decision::verdict::Verdict| {
                let findings = verdict.findings().iter();
                let eu = findings.filter(|one| one.regime == Some(Regime::Eu));
                eu.map(|one| one.outcome).max().unwrap()
            };
            (
                weakest(judge.decide(&question)),
                weakest(snapshot.decide(&question)),
            )
        };
        assert_eq!(
            outcomes(),
            (Outcome::Adequacy, Outcome::Adequacy),
            "page and check agree"
        );
        // What is drafted makes no difference to what is published.
        amend(&registry, |new| {
            new.locations = vec![storage("CN")];
            new.data_categories = Some(BTreeSet::from([DataCategory::Journalistic]));
        })
        .await;
        amend_organisation(&registry, "cloud", |new| {
            new.seat = Some("CN".parse().unwrap());
        })
        .await;
        create(&registry, new_company("alpha-cn", "alpha")).await;
        assert_eq!(outcomes().0, Outcome::Adequacy);
        // What falls shows at once.
        let cloud = registry.snapshot();
        let held = cloud.organisation("cloud").unwrap().certifications[0].id;
        registry
            .change(&context(), &Scope::All, None, |draft| {
                certifications::end_in(draft, held, &Expected::Any, day("2026-11-20"))
            })
            .await
            .unwrap();
        assert_eq!(outcomes().0, Outcome::Denied);
    })
    .await;
}

#[tokio::test]
async fn the_content_of_a_day_is_what_is_in_effect_on_it() {
    on_each_database(async |site| {
        let registry = site.open().await;
        one_of_each(&registry).await;
        amend(&registry, |new| {
            new.ended_on = Some(day("2027-12-31"));
            new.locations = vec![
                Location {
                    until: Some(day("2026-12-14")),
                    ..storage("US")
                },
                Location {
                    from: Some(day("2026-12-15")),
                    ..storage("CN")
                },
            ];
        })
        .await;
        let published = publish(&registry, "alpha", 0).await.unwrap();
        let content = &published.content;
        let places = |on: &str| -> Vec<String> {
            let of_the_day = content.on(day(on));
            let engagements = of_the_day.engagements.values();
            let locations = engagements.flat_map(|one| one.locations.clone());
            locations
                .map(|at| at.place.unwrap().code().to_owned())
                .collect()
        };
        assert!(content.on(day("2019-05-31")).engagements.is_empty());
        assert_eq!(places("2019-06-01"), ["US"]);
        assert_eq!(places("2026-12-14"), ["US"]);
        assert_eq!(places("2026-12-15"), ["CN"]);
        assert_eq!(places("2027-12-31"), ["CN"]);
        assert!(content.on(day("2028-01-01")).engagements.is_empty());

        let days = |after: &str| -> Vec<_> {
            let upcoming = content.upcoming(day(after));
            upcoming.into_iter().map(|(day, ..)| day).collect()
        };
        let both = [day("2019-06-01"), day("2026-12-15")];
        assert_eq!(days("2019-05-31"), both);
        assert_eq!(days("2019-06-01"), both[1..]);
        assert!(days("2026-12-15").is_empty());

        let between = Difference::between(
            Some(&content.on(day("2026-12-14"))),
            &content.on(day("2026-12-15")),
        );
        let Change::Altered(fields) = &between.engagements[0].change else {
            panic!("{between:?}");
        };
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].field, PublishedField::Locations);
        let since = Difference::between(
            Some(&content.on(day("2019-05-31"))),
            &content.on(day("2019-06-01")),
        );
        assert_eq!(since.engagements[0].change, Change::Added);
    })
    .await;
}
