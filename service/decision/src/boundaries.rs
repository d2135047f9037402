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
    let mut found = Boundaries::after(law, &question.data_subjects, day, None);
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
    found.settled().into_iter()
}

/// The boundary days of one relationship after a day, up to a last one, in their order: of what
/// each of its exporters sends, the first of each chain sitting somewhere.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one thing on which the days depend"
)]
pub(crate) fn of_relationship<'a>(
    law: &Law,
    register: &Register,
    relationship: &Relationship,
    data_subjects: &BTreeSet<Country>,
    exporters: impl Iterator<Item = (Option<&'a Organisation>, Option<Place>)>,
    importer: Option<&Organisation>,
    day: Day,
    last: Option<Day>,
) -> Vec<Day> {
    let mut found = Boundaries::after(law, data_subjects, day, last);
    let Some(importer) = importer else {
        return Vec::new();
    };
    found.importer(importer);
    found.relationship(register, relationship, importer);
    for (exporter, seat) in exporters {
        if let Some(seat) = seat {
            found.place(seat);
        }
        if let Some(exporter) = exporter {
            for mechanism in register.mechanisms_between(exporter, importer) {
                found.mechanism(mechanism);
            }
        }
    }
    found.settled()
}

struct Boundaries<'a> {
    law: &'a Law,
    after: Day,
    /// The last day that is asked about; `None`: every day is.
    last: Option<Day>,
    days: Vec<Day>,
    countries: BTreeSet<Country>,
    areas: bool,
}

impl<'a> Boundaries<'a> {
    fn after(
        law: &'a Law,
        data_subjects: &BTreeSet<Country>,
        after: Day,
        last: Option<Day>,
    ) -> Self {
        let mut found = Self {
            law,
            after,
            last,
            days: Vec::new(),
            countries: data_subjects.clone(),
            areas: false,
        };
        found.day(ASSESSMENT_FROM);
        found
    }

    fn day(&mut self, day: Day) {
        if day > self.after && self.last.is_none_or(|last| day <= last) {
            self.days.push(day);
        }
    }

    /// The days in their order, each once.
    fn settled(mut self) -> Vec<Day> {
        self.territories();
        self.days.sort_unstable();
        self.days.dedup();
        self.days
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
        for mechanism in register.mechanisms_between(exporter, importer) {
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
        for span in &relationship.suspensions {
            self.span(*span);
        }
        // A place that only begins to count makes its own days count from then on.
        for location in &relationship.locations {
            self.from(location.first_day);
            self.to(location.last_day);
            if let Some(place) = location.place {
                self.place(place);
            }
        }
        for slug in onward::operated(&relationship.locations, importer).into_keys() {
            let Some(operator) = register.organisation(slug) else {
                continue;
            };
            self.importer(operator);
            for mechanism in register.mechanisms_between(importer, operator) {
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
