//! The days on which an answer can change although nothing is recorded.
//!
//! Collected generously: a day too many costs one more look, a day too few would let a caller keep
//! an allow too long.

use std::collections::BTreeSet;

use crate::{
    facts::{Mechanism, Organisation, Question, Register, Relationship},
    law::{ASSESSMENT_FROM, Law},
    relationship,
    rules::onward,
    span::{Day, Span, next},
    vocabulary::{Country, OrganisationKind, Place, Regime},
};

/// The boundary days after a day, in their order.
pub(crate) fn after(
    law: &Law,
    register: &Register,
    question: &Question,
    day: Day,
) -> impl Iterator<Item = Day> {
    let mut found = Boundaries {
        law,
        after: day,
        days: Vec::new(),
        countries: BTreeSet::new(),
        areas: false,
    };
    found.day(ASSESSMENT_FROM);
    found.countries.extend(&question.data_subjects);
    let ends = onward::chain(register, question);
    if let Some(seat) = ends
        .first()
        .and_then(|e| e.organisation)
        .and_then(|o| o.seat)
    {
        found.place(seat);
    }
    for (exporter, importer) in ends.iter().zip(ends.iter().skip(1)) {
        if let Some(importer) = importer.organisation {
            found.importer(importer);
            if let Some(exporter) = exporter.organisation {
                found.hop(register, exporter, importer);
            }
        }
    }
    found.territories();
    found.days.sort_unstable();
    found.days.dedup();
    found.days.into_iter()
}

struct Boundaries<'a> {
    law: &'a Law,
    after: Day,
    days: Vec<Day>,
    countries: BTreeSet<Country>,
    areas: bool,
}

impl Boundaries<'_> {
    fn day(&mut self, day: Day) {
        if day > self.after {
            self.days.push(day);
        }
    }

    /// Something counts from this day on.
    fn from(&mut self, day: Option<Day>) {
        if let Some(day) = day {
            self.day(day);
        }
    }

    /// Something counts to the end of this day.
    fn to(&mut self, last: Option<Day>) {
        self.from(last.map(next));
    }

    fn span(&mut self, span: Span) {
        self.day(span.first());
        self.from(span.until());
    }

    fn place(&mut self, place: Place) {
        match place {
            Place::Country(country) => {
                self.countries.insert(country);
            }
            Place::Area(_) => self.areas = true,
        }
    }

    fn importer(&mut self, importer: &Organisation) {
        if let Some(seat) = importer.seat {
            self.place(seat);
        }
        if importer.kind == OrganisationKind::InternationalOrganisation {
            let law = self.law;
            for regime in Regime::ALL {
                let rows = law.adequacy_for_organisation(*regime, &importer.slug);
                rows.for_each(|row| self.span(row.span));
            }
        }
        for certification in &importer.certifications {
            self.span(certification.span);
            let framework = self.law.framework(certification.framework);
            self.from(framework.map(|row| row.first_certification_day));
        }
    }

    fn hop(&mut self, register: &Register, exporter: &Organisation, importer: &Organisation) {
        for mechanism in onward::mechanisms_between(register, exporter, importer) {
            self.mechanism(mechanism);
        }
        for relationship in relationship::candidates(register, exporter, importer) {
            self.relationship(register, relationship, importer);
        }
    }

    fn relationship(
        &mut self,
        register: &Register,
        relationship: &Relationship,
        importer: &Organisation,
    ) {
        self.span(relationship.span);
        for place in relationship.locations.iter().filter_map(|l| l.place) {
            self.place(place);
        }
        for slug in onward::operated(relationship, importer).into_keys() {
            let Some(operator) = register.organisation(slug) else {
                continue;
            };
            self.importer(operator);
            for mechanism in onward::mechanisms_between(register, importer, operator) {
                self.mechanism(mechanism);
            }
        }
    }

    fn mechanism(&mut self, mechanism: &Mechanism) {
        let terms = &mechanism.terms;
        for day in [
            terms.signed_on,
            terms.approved_on,
            terms.authorised_on,
            terms.processing_changed_on,
        ] {
            self.from(day);
        }
        self.to(mechanism.ends_on);
        self.countries.extend(terms.approved_by);
        for span in mechanism.parties.iter().filter_map(|party| party.span) {
            self.span(span);
        }
        for assessment in &mechanism.assessments {
            self.from(assessment.concluded_on);
            self.to(assessment.next_review);
        }
        let law = self.law;
        for regime in Regime::ALL {
            for row in law.tool_rows(*regime, terms.tool) {
                self.day(row.usable_from);
                self.to(row.last_day_of_effect);
            }
        }
    }

    /// The edges of every law row about the territories met.
    fn territories(&mut self) {
        let law = self.law;
        if self.areas {
            let states = law.provisions().memberships.iter();
            self.countries.extend(states.map(|row| row.country));
        }
        for country in std::mem::take(&mut self.countries) {
            for regime in Regime::ALL {
                law.memberships_of(*regime, country)
                    .for_each(|row| self.span(row.span));
                law.adequacy_for(*regime, country)
                    .for_each(|row| self.span(row.span));
            }
        }
    }
}
