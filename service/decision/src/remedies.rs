//! What to sign, finish or correct so that a denied finding becomes permitted.
//!
//! Every alternative is tried against the rules themselves before it is offered, so that none is
//! named that would not work. An assessment helps only if it comes out favourable; the remedy says
//! so.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    facts::{Assessment, Certification, Question, Relationship, Terms},
    law::{ASSESSMENT_FROM, AdequacyInstrument, Condition, Law},
    relationship::Between,
    rules::{Candidates, Destination, Firmest, Keeps, Leg, Offered, adequacy, safeguards},
    span::Span,
    verdict::{Reason, Remedy},
    vocabulary::{
        Attribute, Conclusion, Framework, Module, Place, ReasonCode, Regime, RemedyCode, Tool,
    },
};

/// The standard clauses in the order in which one would sign them today.
const CLAUSES: [Tool; 5] = [
    Tool::Scc2021914,
    Tool::Scc201087,
    Tool::Scc2004915,
    Tool::Scc2001497,
    Tool::Scc200216,
];

/// The remedies of a closed relationship gate.
pub(crate) fn of_relationship(
    question: &Question,
    between: &Between<'_>,
    exporter: &Arc<str>,
    importer: &Arc<str>,
) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let has = |code: ReasonCode| between.reasons.iter().any(|reason| reason.code == code);
    let day = question.as_of;
    // What is registered and runs from now on needs no second record.
    let idle = between
        .failing
        .iter()
        .filter(|relationship| !relationship.span.ended_by(day) && !relationship.runs_on(day));
    // A suspension that is over, or whose end is known, is not taken back by activating anything.
    let passing = |relationship: &Relationship| {
        let mut gaps = relationship.suspensions.iter();
        gaps.any(|gap| gap.contains(day) && gap.until().is_some())
    };
    let (passes, waits): (Vec<&Relationship>, Vec<_>) = idle
        .copied()
        .partition(|relationship| passing(relationship));
    let remedy = if !waits.is_empty() {
        Some(RemedyCode::ActivateRelationship)
    } else if !passes.is_empty() {
        None
    } else if has(ReasonCode::RelationshipUnregistered) || has(ReasonCode::Ended) {
        Some(RemedyCode::RegisterRelationship)
    } else {
        None
    };
    remedies.extend(remedy.map(|code| Remedy {
        parties: vec![Arc::clone(exporter), Arc::clone(importer)],
        ..Remedy::plain(code, 1)
    }));
    if has(ReasonCode::DataCategoryNotRegistered) {
        remedies.push(Remedy {
            parties: vec![Arc::clone(exporter), Arc::clone(importer)],
            data_categories: question.data_categories.iter().flatten().copied().collect(),
            ..Remedy::plain(RemedyCode::RegisterDataCategory, 1)
        });
    }
    remedies
}

/// The remedy for a party that is not in the register.
pub(crate) fn register_organisation(name: &Arc<str>) -> Remedy {
    Remedy {
        parties: vec![Arc::clone(name)],
        ..Remedy::plain(RemedyCode::RegisterOrganisation, 1)
    }
}

/// The remedies of a place that is recorded as unknown.
pub(crate) fn of_unknown_place(importer: &Arc<str>) -> Vec<Remedy> {
    vec![Remedy {
        parties: vec![Arc::clone(importer)],
        ..Remedy::plain(RemedyCode::RecordCountry, 1)
    }]
}

/// The remedies of a denied leg, alternative by alternative.
pub(crate) fn of_leg(
    law: &Law,
    leg: &Leg<'_, '_>,
    exporter: &Arc<str>,
    importer: &Arc<str>,
) -> Vec<Remedy> {
    let mut ways = Ways {
        law,
        leg,
        parties: [Arc::clone(exporter), Arc::clone(importer)],
        remedies: Vec::new(),
        alternative: 0,
        clauses_mended: false,
    };
    ways.certify();
    ways.mend();
    ways.sign();
    ways.remedies
}

struct Ways<'a> {
    law: &'a Law,
    leg: &'a Leg<'a, 'a>,
    parties: [Arc<str>; 2],
    remedies: Vec<Remedy>,
    alternative: u8,
    clauses_mended: bool,
}

impl Ways<'_> {
    fn offer(&mut self, together: Vec<Remedy>) {
        self.alternative = self.alternative.saturating_add(1);
        let alternative = self.alternative;
        self.remedies
            .extend(together.into_iter().map(|remedy| Remedy {
                alternative,
                ..remedy
            }));
    }

    fn plain(code: RemedyCode) -> Remedy {
        Remedy::plain(code, 1)
    }

    fn complete_tia(&self, code: RemedyCode, mechanism: Option<&Arc<str>>) -> Remedy {
        Remedy {
            destination: Some(self.leg.destination.to_code()),
            mechanism: mechanism.cloned(),
            ..Self::plain(code)
        }
    }

    /// An adequacy row in force that only misses certifications or an attribute nobody stated.
    fn certify(&mut self) {
        let Destination::Place(Place::Country(country)) = self.leg.destination else {
            return;
        };
        let law = self.law;
        for row in law.adequacy_for(self.leg.regime, country) {
            if !row.span.contains(self.leg.day) {
                continue;
            }
            let (together, certifications, attributes) = self.fulfil(row);
            let leg = Leg {
                certifications: &certifications,
                attributes: &attributes,
                ..self.leg.clone()
            };
            if !together.is_empty() && adequacy::holds(law, &leg, row) {
                self.offer(together);
            }
        }
    }

    /// The facts under which a row would hold, and what it takes to have them.
    fn fulfil(
        &self,
        row: &AdequacyInstrument,
    ) -> (Vec<Remedy>, Vec<Certification>, BTreeMap<Attribute, bool>) {
        let mut together = Vec::new();
        let mut certifications = self.leg.certifications.to_vec();
        let mut attributes = self.leg.attributes.clone();
        for condition in &row.conditions {
            match condition {
                Condition::RequiresCertification(framework)
                    if !adequacy::certified(self.law, self.leg, row, *framework) =>
                {
                    certifications.push(imagined(*framework));
                    together.push(Remedy {
                        framework: Some(*framework),
                        parties: vec![Arc::clone(&self.parties[1])],
                        ..Self::plain(RemedyCode::VerifyCertification)
                    });
                }
                Condition::RequiresRecipientAttribute(any) => {
                    let stated = any.iter().any(|a| attributes.contains_key(a));
                    if let Some(first) = any.first().filter(|_| !stated) {
                        attributes.insert(*first, true);
                        together.push(Remedy {
                            attributes: any.clone(),
                            parties: vec![Arc::clone(&self.parties[1])],
                            ..Self::plain(RemedyCode::ConfirmRecipient)
                        });
                    }
                }
                _ => {}
            }
        }
        (together, certifications, attributes)
    }

    /// A recorded mechanism that only misses what can still be done.
    fn mend(&mut self) {
        let law = self.law;
        for offered in self.leg.mechanisms {
            let mut failed = Candidates::default();
            let alone = [offered.clone()];
            let leg = Leg {
                mechanisms: &alone,
                ..self.leg.clone()
            };
            safeguards::collect(law, &leg, &mut failed);
            if let Some(together) = self.mended(offered, &failed.reasons) {
                self.clauses_mended |= CLAUSES.contains(&offered.terms.tool);
                self.offer(together);
            }
        }
    }

    fn mended(&self, offered: &Offered<'_>, reasons: &[Reason]) -> Option<Vec<Remedy>> {
        if reasons.is_empty() {
            return None;
        }
        let mut together = Vec::new();
        let mut terms = offered.terms.clone();
        let mut mended = Offered {
            id: offered.id,
            terms: offered.terms,
            ends_on: offered.ends_on,
            assessments: offered.assessments,
            ..*offered
        };
        let favourable = [favourable()];
        for reason in reasons {
            let remedy = match reason.code {
                ReasonCode::TiaMissing | ReasonCode::TiaOverdue | ReasonCode::TiaUnfavourable => {
                    mended.assessments = &favourable;
                    let code = if reason.code == ReasonCode::TiaMissing {
                        RemedyCode::CompleteTia
                    } else {
                        RemedyCode::ReviewTia
                    };
                    self.complete_tia(code, offered.id)
                }
                ReasonCode::SwissAddendumMissing => {
                    terms.statements.swiss_addendum = true;
                    Self::plain(RemedyCode::AddSwissAddendum)
                }
                ReasonCode::PartyMissing | ReasonCode::ImporterNotBound => {
                    mended.party_exporter = true;
                    mended.party_importer = true;
                    mended.exporter_bound = true;
                    mended.importer_bound = true;
                    Remedy {
                        parties: self.absent(offered, reason.code),
                        ..Self::plain(RemedyCode::AddParty)
                    }
                }
                ReasonCode::NotificationMissing => {
                    terms.statements.notified_to_fdpic = true;
                    Self::plain(RemedyCode::NotifyFdpic)
                }
                ReasonCode::ApprovalMissing => {
                    terms.approved_on = Some(self.leg.day);
                    terms.approved_by = None;
                    Self::plain(RemedyCode::ObtainApproval)
                }
                ReasonCode::AuthorisationMissing => {
                    terms.authorised_on = Some(self.leg.day);
                    Self::plain(RemedyCode::ObtainApproval)
                }
                ReasonCode::NotSignedYet => {
                    terms.signed_on = Some(self.leg.day);
                    Self::plain(RemedyCode::RecordSignature)
                }
                ReasonCode::EvidenceUnchecked => {
                    mended.checked = true;
                    Self::plain(RemedyCode::VerifyMechanism)
                }
                _ => return None,
            };
            let remedy = Remedy {
                mechanism: offered.id.cloned(),
                ..remedy
            };
            if !together.contains(&remedy) {
                together.push(remedy);
            }
        }
        mended.terms = &terms;
        self.holds(mended).then_some(together)
    }

    fn absent(&self, offered: &Offered<'_>, code: ReasonCode) -> Vec<Arc<str>> {
        let present = if code == ReasonCode::ImporterNotBound {
            [offered.exporter_bound, offered.importer_bound]
        } else {
            [offered.party_exporter, offered.party_importer]
        };
        self.parties
            .iter()
            .zip(present)
            .filter(|(_, present)| !present)
            .map(|(party, _)| Arc::clone(party))
            .collect()
    }

    /// A new mechanism that the parties could sign.
    fn sign(&mut self) {
        let module = Module::for_roles(self.leg.exporter_role, self.leg.importer_role);
        let mut signed = self.clauses_mended;
        if self.leg.regime == Regime::Uk {
            let clauses = |o: &Offered<'_>| o.terms.tool == Tool::Scc2021914;
            if self.leg.mechanisms.iter().any(clauses) {
                signed |= self.sign_one(Tool::UkAddendum, Some(module), RemedyCode::AddUkAddendum);
            }
            signed |= self.sign_one(Tool::UkIdta, None, RemedyCode::SignIdta);
        }
        // For the UK the EU's older clauses could be signed until 2022-09-21.
        let mut sets = CLAUSES.into_iter();
        while !signed && let Some(tool) = sets.next() {
            let module = (tool == Tool::Scc2021914).then_some(module);
            signed = self.sign_one(tool, module, RemedyCode::SignScc);
        }
    }

    fn sign_one(&mut self, tool: Tool, module: Option<Module>, code: RemedyCode) -> bool {
        let mut terms = Terms::of(tool);
        terms.module = module;
        terms.signed_on = Some(self.leg.day);
        terms.statements.swiss_addendum = true;
        let assessments = [favourable()];
        let signed = Offered {
            id: None,
            terms: &terms,
            ends_on: None,
            party_exporter: true,
            party_importer: true,
            exporter_bound: true,
            importer_bound: true,
            named_both: true,
            assessments: &assessments,
            checked: true,
        };
        let unassessed = self.holds(Offered {
            assessments: &[],
            ..signed.clone()
        });
        let unadapted = {
            let mut terms = terms.clone();
            terms.statements.swiss_addendum = false;
            self.holds(Offered {
                terms: &terms,
                ..signed.clone()
            })
        };
        if !self.holds(signed) {
            return false;
        }
        let mut together = vec![Remedy {
            tool: Some(tool),
            module,
            parties: self.parties.to_vec(),
            ..Self::plain(code)
        }];
        if !unadapted {
            together.push(Self::plain(RemedyCode::AddSwissAddendum));
        }
        if !unassessed && self.leg.day >= ASSESSMENT_FROM {
            together.push(self.complete_tia(RemedyCode::CompleteTia, None));
        }
        self.offer(together);
        true
    }

    /// Whether a mechanism as imagined would carry the leg as a safeguard or derogation.
    fn holds(&self, offered: Offered<'_>) -> bool {
        let alone = [offered];
        let leg = Leg {
            mechanisms: &alone,
            ..self.leg.clone()
        };
        let mut firmest = Firmest::default();
        safeguards::collect(self.law, &leg, &mut firmest);
        firmest.firmest().0.is_some()
    }
}

fn favourable() -> Assessment {
    Assessment {
        destination: None,
        conclusion: Conclusion::Favourable,
        concluded_on: None,
        next_review: None,
    }
}

fn imagined(framework: Framework) -> Certification {
    Certification {
        id: Arc::from(""),
        framework,
        span: Span::starting(crate::span::FIRST_DAY),
        recertification_due: None,
        covers_hr: true,
        checked: true,
    }
}
