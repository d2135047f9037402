//! The regime's own area: who is inside it, and which regimes a question falls under.

use std::collections::BTreeSet;

use super::{Destination, Held, Keeps, Leg, Standing, ends_soon, standing_of};
use crate::{
    law::{Law, Membership},
    span::Day,
    vocabulary::{
        Area, Confidence, Country, MembershipStatus, Outcome, Place, Regime, RegimeCause,
    },
};

/// Membership of the Union.
const EU_MEMBER: &str = "EU-MEMBER";
/// Membership of the EEA by an EFTA State.
const EEA_MEMBER: &str = "EEA-MEMBER";

/// A destination inside the regime's own area is not restricted. Says what else the membership
/// row leaves to tell.
pub(crate) fn collect<'a, K: Keeps<'a>>(
    law: &'a Law,
    leg: &Leg<'_, '_>,
    candidates: &mut K,
) -> Standing {
    let row = match leg.destination {
        // An international organisation is a recipient wherever it sits: GDPR Art. 44.
        Destination::Organisation(_) => return Standing::default(),
        Destination::Place(Place::Country(country)) => {
            law.membership_on(leg.regime, country, leg.day)
        }
        Destination::Place(Place::Area(area)) if leg.regime == Regime::Eu => {
            representative(law, area, leg.day)
        }
        Destination::Place(Place::Area(_)) => None,
    };
    let Some(row) = row else {
        return Standing::default();
    };
    if let Some(basis) = row
        .basis
        .as_ref()
        .filter(|_| row.status == MembershipStatus::Inside)
    {
        candidates.hold(Held {
            outcome: Outcome::NotRestricted,
            basis,
            mechanism: None,
            ends: row.span.last(),
            warnings: if K::TOLD {
                ends_soon(leg.day, row.span.last(), &basis.title)
                    .filter(|_| !continues(law, row))
                    .into_iter()
                    .collect()
            } else {
                Vec::new()
            },
        });
    }
    standing_of(row.status, row.confidence)
}

/// Whether the territory stays inside when the row ends.
fn continues(law: &Law, row: &Membership) -> bool {
    row.span.until().is_some_and(|day| {
        law.membership_on(row.regime, row.country, day)
            .is_some_and(|next| next.status == MembershipStatus::Inside)
    })
}

/// The states for which an area stands on a day, in the order of their codes.
pub(crate) fn members(law: &Law, area: Area, day: Day) -> Vec<&Membership> {
    let mut rows: Vec<&Membership> = law
        .provisions()
        .memberships
        .iter()
        .filter(|row| row.regime == Regime::Eu && row.span.contains(day))
        .filter(|row| match row.basis.as_ref().map(|b| b.id.as_str()) {
            Some(EU_MEMBER) => true,
            Some(EEA_MEMBER) => area == Area::Eea,
            _ => false,
        })
        .collect();
    rows.sort_by_key(|row| row.country);
    rows
}

/// The row that an area's finding names: `EU-MEMBER` or `EEA-MEMBER` as the area is named, of the
/// longest-standing member.
fn representative(law: &Law, area: Area, day: Day) -> Option<&Membership> {
    let wanted = match area {
        Area::Eea => EEA_MEMBER,
        Area::Eu => EU_MEMBER,
    };
    let rows = members(law, area, day);
    let named = |id: &str| {
        rows.iter()
            .filter(|row| row.basis.as_ref().is_some_and(|b| b.id == id))
            .min_by_key(|row| (row.span.first(), row.country))
            .copied()
    };
    // Before the EFTA States joined, the EEA stands for the Union alone.
    named(wanted).or_else(|| named(EU_MEMBER))
}

/// A regime that applies to a question, and why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applicable {
    pub(crate) regime: Regime,
    because: [Option<RegimeCause>; 2],
    /// It applies by a territory under review.
    pub(crate) review: bool,
    /// It applies by an uncertain row of the law pack.
    pub(crate) uncertain: bool,
}

impl Applicable {
    /// Why it applies, in the vocabulary's order.
    pub(crate) fn because(self) -> Vec<RegimeCause> {
        self.because.into_iter().flatten().collect()
    }

    fn by(&mut self, row: &Membership) {
        self.review |= row.status == MembershipStatus::ReviewRequired;
        self.uncertain |= row.confidence == Confidence::Uncertain;
    }
}

/// The regimes of the data subjects' countries and of the first exporter's (GDPR Art. 3(1), UK
/// GDPR Art. 3, for `ch` the seat), in the vocabulary's order.
pub(crate) fn regimes(
    law: &Law,
    data_subjects: &BTreeSet<Country>,
    exporter: Option<Place>,
    day: Day,
) -> Vec<Applicable> {
    let mut found = Vec::new();
    for regime in Regime::ALL {
        let mut applies = Applicable {
            regime: *regime,
            because: [None; 2],
            review: false,
            uncertain: false,
        };
        for row in data_subjects
            .iter()
            .filter_map(|country| law.own_area_on(*regime, *country, day))
        {
            applies.because[0] = Some(RegimeCause::DataSubject);
            applies.by(row);
        }
        match exporter {
            Some(Place::Country(country)) => {
                if let Some(row) = law.own_area_on(*regime, country, day) {
                    applies.because[1] = Some(RegimeCause::Exporter);
                    applies.by(row);
                }
            }
            Some(Place::Area(_)) if *regime == Regime::Eu => {
                applies.because[1] = Some(RegimeCause::Exporter);
            }
            Some(Place::Area(_)) | None => {}
        }
        if applies.because.iter().any(Option::is_some) {
            found.push(applies);
        }
    }
    found
}
