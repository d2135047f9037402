//! Every alternative that a denied finding offers makes it permitted when it is done.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use transfer_decision::{
    decide::{Settings, decide},
    facts::{Assessment, Certification, Mechanism, Organisation, Party, Question, Register, Terms},
    law::Law,
    span::{Day, FIRST_DAY, Span, day},
    verdict::{Finding, Remedy, Verdict},
    vocabulary::{
        Attribute, Conclusion, Country, Framework, Module, OrganisationKind, Outcome, PartySide,
        Place, RemedyCode, Role, Tool, UncheckedFacts,
    },
};

/// A group of two companies: sender and receiver, so that the relationship gate is open.
#[derive(Clone)]
struct World {
    importer: Organisation,
    mechanisms: Vec<Mechanism>,
    roles: (Role, Role),
    as_of: Day,
    exporter_seat: Place,
    hr_data: bool,
}

fn company(slug: &str, seat: Place) -> Organisation {
    Organisation {
        id: format!("id-{slug}").into(),
        slug: slug.into(),
        group: Some("group".into()),
        kind: OrganisationKind::GroupCompany,
        seat: Some(seat),
        attributes: BTreeMap::new(),
        certifications: Vec::new(),
    }
}

fn parties(from: Day) -> Vec<Party> {
    let party = |slug: &str, side| Party {
        organisation: slug.into(),
        side,
        span: Some(Span::starting(from)),
    };
    vec![
        party("exporter", PartySide::Exporter),
        party("importer", PartySide::Importer),
    ]
}

fn mechanism(id: &str, terms: Terms) -> Mechanism {
    Mechanism {
        id: id.into(),
        group: Some("group".into()),
        terms,
        ends_on: None,
        parties: parties(FIRST_DAY),
        assessments: Vec::new(),
        checked: true,
    }
}

impl World {
    fn verdict(&self, law: &Law) -> Verdict {
        let exporter = company("exporter", self.exporter_seat);
        let register = Register::new(
            vec![exporter, self.importer.clone()],
            Vec::new(),
            self.mechanisms.clone(),
        )
        .unwrap();
        let question = Question {
            exporter: "exporter".into(),
            importer: "importer".into(),
            onward: Vec::new(),
            data_subjects: BTreeSet::from(["US".parse().unwrap()]),
            data_categories: None,
            hr_data: Some(self.hr_data),
            purpose: None,
            exporter_role: Some(self.roles.0),
            importer_role: Some(self.roles.1),
            as_of: self.as_of,
        };
        let settings = Settings {
            unchecked_facts: UncheckedFacts::Deny,
        };
        decide(law, &register, &question, settings)
    }

    fn mechanism_mut(&mut self, id: Option<&str>) -> &mut Mechanism {
        // A remedy without a mechanism of its own belongs to the one just signed.
        let at = self.mechanisms.iter().position(|m| Some(&*m.id) == id);
        let last = self.mechanisms.len() - 1;
        self.mechanisms.get_mut(at.unwrap_or(last)).unwrap()
    }

    fn sign(&mut self, tool: Tool, module: Option<Module>) {
        let mut terms = Terms::of(tool);
        terms.module = module;
        terms.signed_on = Some(self.as_of);
        let id = format!("signed-{}", self.mechanisms.len());
        self.mechanisms.push(mechanism(&id, terms));
    }

    /// Does what a remedy says and nothing else.
    fn follow(&mut self, remedy: &Remedy) {
        let as_of = self.as_of;
        let on = remedy.mechanism.as_deref();
        match remedy.code {
            RemedyCode::VerifyCertification => {
                let framework = remedy.framework.unwrap();
                self.importer.certifications.push(Certification {
                    id: format!("verified-{framework}").into(),
                    framework,
                    span: Span::starting(FIRST_DAY),
                    recertification_due: None,
                    covers_hr: true,
                    checked: true,
                });
            }
            RemedyCode::ConfirmRecipient => {
                let first = remedy.attributes.first().unwrap();
                self.importer.attributes.insert(*first, true);
            }
            RemedyCode::SignScc => self.sign(remedy.tool.unwrap(), remedy.module),
            RemedyCode::SignIdta => self.sign(Tool::UkIdta, None),
            RemedyCode::AddUkAddendum => self.sign(Tool::UkAddendum, remedy.module),
            RemedyCode::AddSwissAddendum => {
                self.mechanism_mut(on).terms.statements.swiss_addendum = true;
            }
            RemedyCode::CompleteTia | RemedyCode::ReviewTia => {
                self.mechanism_mut(on).assessments.push(Assessment {
                    destination: remedy.destination.clone(),
                    conclusion: Conclusion::Favourable,
                    concluded_on: Some(as_of),
                    next_review: None,
                });
            }
            RemedyCode::AddParty => {
                for named in &remedy.parties {
                    let side = if &**named == "exporter" {
                        PartySide::Exporter
                    } else {
                        PartySide::Importer
                    };
                    self.mechanism_mut(on).parties.push(Party {
                        organisation: named.clone(),
                        side,
                        span: Some(Span::starting(as_of)),
                    });
                }
            }
            RemedyCode::ObtainApproval => {
                let terms = &mut self.mechanism_mut(on).terms;
                terms.approved_on = Some(as_of);
                terms.approved_by = None;
                terms.authorised_on = Some(as_of);
            }
            RemedyCode::NotifyFdpic => {
                self.mechanism_mut(on).terms.statements.notified_to_fdpic = true;
            }
            RemedyCode::RecordSignature => self.mechanism_mut(on).terms.signed_on = Some(as_of),
            RemedyCode::VerifyMechanism => self.mechanism_mut(on).checked = true,
            other => unreachable!("{other} is no remedy of a finding with a known place"),
        }
    }
}

/// Mechanisms that miss something, one way each.
fn unfinished() -> Vec<Option<Mechanism>> {
    let clauses = |module, signed_on: Option<Day>| {
        let mut terms = Terms::of(Tool::Scc2021914);
        terms.module = Some(module);
        terms.signed_on = signed_on;
        mechanism("clauses", terms)
    };
    let mut all = vec![None];
    for module in Module::ALL {
        let signed = clauses(*module, Some(day(2021, 7, 1)));
        all.push(Some(signed.clone()));
        all.push(Some(clauses(*module, None)));
        all.push(Some(Mechanism {
            checked: false,
            ..signed.clone()
        }));
        all.push(Some(Mechanism {
            parties: parties(FIRST_DAY).into_iter().take(1).collect(),
            ..signed.clone()
        }));
        let mut overdue = signed;
        overdue.terms.statements.swiss_addendum = true;
        overdue.assessments.push(Assessment {
            destination: None,
            conclusion: Conclusion::Favourable,
            concluded_on: Some(day(2021, 7, 1)),
            next_review: Some(day(2021, 8, 1)),
        });
        all.push(Some(overdue));
    }
    for tool in [
        Tool::BcrC,
        Tool::BcrP,
        Tool::UkBcr,
        Tool::AdHocClauses,
        Tool::ChNotifiedClauses,
        Tool::CodeOfConduct,
        Tool::UkAddendum,
    ] {
        all.push(Some(mechanism("other", Terms::of(tool))));
    }
    all
}

/// Follows every alternative of every denied finding; says how many there were.
fn follow_all(law: &Law, world: &World) -> usize {
    let verdict = world.verdict(law);
    let denied = |finding: &&Finding| finding.outcome == Outcome::Denied;
    let mut followed = 0;
    for finding in verdict.findings().iter().filter(denied) {
        let last = finding.remedies.iter().map(|r| r.alternative).max();
        for alternative in 1..=last.unwrap_or(0) {
            let mut healed = world.clone();
            for remedy in finding
                .remedies
                .iter()
                .filter(|r| r.alternative == alternative)
            {
                healed.follow(remedy);
            }
            let after = healed.verdict(law);
            let same = after.findings().iter().find(|f| f.key() == finding.key());
            assert_ne!(
                same.unwrap().outcome,
                Outcome::Denied,
                "alternative {alternative} of {finding:#?} leaves {same:#?}"
            );
            followed += 1;
        }
    }
    followed
}

#[test]
fn every_alternative_makes_its_finding_permitted() {
    let law = transfer_registry_seed::law::shipped().unwrap();
    let days = [
        day(2004, 1, 1),
        day(2012, 1, 1),
        day(2020, 7, 16),
        day(2021, 3, 1),
        day(2022, 5, 1),
        day(2026, 11, 21),
    ];
    let seats: Vec<Place> = Country::all()
        .map(Place::from)
        .chain(["EEA".parse().unwrap(), "EU".parse().unwrap()])
        .collect();
    let mut followed = 0;
    for seat in &seats {
        let thorough = ["US", "SG", "CA", "JP", "GI", "EEA"].contains(&seat.code());
        for exporter_seat in ["DE", "CH", "GB"] {
            for as_of in days {
                for module in Module::ALL {
                    for unfinished in unfinished().into_iter().take(if thorough { 99 } else { 1 }) {
                        let world = World {
                            importer: company("importer", *seat),
                            mechanisms: unfinished.into_iter().collect(),
                            roles: module.roles(),
                            as_of,
                            exporter_seat: exporter_seat.parse().unwrap(),
                            hr_data: true,
                        };
                        followed += follow_all(&law, &world);
                    }
                }
            }
        }
    }
    assert!(followed > 15_000, "{followed}");
}

#[test]
fn clauses_are_not_offered_to_an_importer_that_is_itself_subject_to_the_gdpr() {
    let law = transfer_registry_seed::law::shipped().unwrap();
    let mut importer = company("importer", "US".parse().unwrap());
    importer.attributes.insert(Attribute::SubjectToGdpr, true);
    let world = World {
        importer,
        mechanisms: Vec::new(),
        roles: Module::Two.roles(),
        as_of: day(2026, 11, 21),
        exporter_seat: "DE".parse().unwrap(),
        hr_data: false,
    };
    let verdict = world.verdict(&law);
    let remedies = &verdict.findings().first().unwrap().remedies;
    let codes: Vec<RemedyCode> = remedies.iter().map(|remedy| remedy.code).collect();
    assert_eq!(codes, [RemedyCode::VerifyCertification]);
    assert_eq!(
        remedies.first().unwrap().framework,
        Some(Framework::EuUsDpf)
    );
}
