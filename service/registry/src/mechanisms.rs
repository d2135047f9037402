//! Transfer mechanisms.

use transfer_decision::{
    facts::Statements,
    span::Day,
    vocabulary::{Country, Module, PartySide, Tool},
};
use transfer_registry_entity::{mechanism_parties, mechanisms};
use uuid::Uuid;

use crate::{
    Context, Registry, Scope,
    impact_assessments::ImpactAssessment,
    store::{Change, ChangeError, Recorded, objects::Agreement},
    validation::{Checks, PARAGRAPH},
};

/// A safeguard or derogation concluded between parties; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mechanism {
    /// Its id.
    pub id: Uuid,
    /// The group that keeps it, by slug.
    pub group: Option<String>,
    /// What it is.
    pub tool: Tool,
    /// The module of the EU clauses.
    pub module: Option<Module>,
    /// The day of signature.
    pub signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    pub processing_changed_on: Option<Day>,
    /// The day of approval.
    pub approved_on: Option<Day>,
    /// The country of the approving authority; `None`: one in the EEA.
    pub approved_by: Option<Country>,
    /// The day of authorisation.
    pub authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU.
    pub combined_with_eu_data: bool,
    /// The statements made about it.
    pub statements: Statements,
    /// The last day on which it carries transfers.
    pub ends_on: Option<Day>,
    /// Who is party to it, or bound by it.
    pub parties: Vec<Party>,
    /// The impact assessments made for it, by id.
    pub assessments: Vec<ImpactAssessment>,
    /// Where the document is.
    pub document: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
    /// How often it was written, from 1.
    pub version: i64,
}

/// An organisation's part in a mechanism; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Who, by slug.
    pub organisation: String,
    /// On which side.
    pub side: PartySide,
    /// The day of accession; `None`: the mechanism's own first day.
    pub acceded_on: Option<Day>,
    /// The last day as a party.
    pub left_on: Option<Day>,
}

/// The day from which the parties of a mechanism are bound, unless they acceded later: that of
/// signature, else of approval, else of authorisation.
#[must_use]
pub fn first_day(
    signed_on: Option<Day>,
    approved_on: Option<Day>,
    authorised_on: Option<Day>,
) -> Option<Day> {
    signed_on.or(approved_on).or(authorised_on)
}

impl Mechanism {
    /// The day from which its parties are bound, unless they acceded later; see [`first_day`].
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        first_day(self.signed_on, self.approved_on, self.authorised_on)
    }

    /// Whether it has begun by a day and has not ended before it. One without a first day is taken
    /// as begun.
    #[must_use]
    pub fn concluded_on(&self, day: Day) -> bool {
        let begun = self.first_day().is_none_or(|first| first <= day);
        begun && self.ends_on.is_none_or(|last| day <= last)
    }
}

/// A mechanism to be recorded; days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMechanism {
    /// The group that keeps it, by slug or id.
    pub group: Option<String>,
    /// What it is.
    pub tool: Tool,
    /// The module of the EU clauses.
    pub module: Option<Module>,
    /// The day of signature.
    pub signed_on: Option<Day>,
    /// The first day on which the processing was no longer what was signed for.
    pub processing_changed_on: Option<Day>,
    /// The day of approval.
    pub approved_on: Option<Day>,
    /// The country of the approving authority; `None`: one in the EEA.
    pub approved_by: Option<Country>,
    /// The day of authorisation.
    pub authorised_on: Option<Day>,
    /// Whether a processor combined the data with data that it collected in the EU.
    pub combined_with_eu_data: bool,
    /// The statements made about it.
    pub statements: Statements,
    /// The last day on which it carries transfers.
    pub ends_on: Option<Day>,
    /// Who is party to it, or bound by it; organisations by slug or id.
    pub parties: Vec<Party>,
    /// Where the document is.
    pub document: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// When somebody last checked it.
    pub checked_on: Option<Day>,
}

/// Records a mechanism.
pub async fn record(
    context: &Context,
    scope: &Scope,
    registry: &Registry,
    new: NewMechanism,
) -> Result<Recorded, ChangeError> {
    let mut change = Change::begin(registry, context, scope).await?;
    let id = record_in(&mut change, new).await?;
    let revision = change.commit().await?;
    Ok(Recorded { id, revision })
}

/// Records a mechanism as part of a change.
pub(crate) async fn record_in(
    change: &mut Change<'_>,
    new: NewMechanism,
) -> Result<Uuid, ChangeError> {
    if new.group.is_none() {
        change.shared()?;
    }
    let mut checks = Checks::default();
    check(&mut checks, &new, change.today());
    let NewMechanism {
        group,
        tool,
        module,
        signed_on,
        processing_changed_on,
        approved_on,
        approved_by,
        authorised_on,
        combined_with_eu_data,
        statements,
        ends_on,
        parties,
        document,
        source,
        checked_on,
    } = new;
    let group = change
        .group_if_any(&mut checks, "/group", group.as_deref())
        .await?;
    let id = change.new_id();
    let mut rows = Vec::with_capacity(parties.len());
    for (at, party) in (0_i32..).zip(parties) {
        let Party {
            organisation,
            side,
            acceded_on,
            left_on,
        } = party;
        let pointer = format!("/parties/{at}/organisation");
        let organisation = change
            .organisation(&mut checks, &pointer, &organisation)
            .await?;
        rows.extend(organisation.map(|organisation| mechanism_parties::Model {
            mechanism_id: id,
            position: at,
            organisation_id: organisation.id,
            side: side.into(),
            acceded_on,
            left_on,
        }));
    }
    checks.finish()?;
    let agreement = Agreement {
        row: mechanisms::Model {
            id,
            group_id: group.map(|group| group.id),
            tool: tool.into(),
            module: module.map(|module| i16::from(module.number())),
            signed_on,
            processing_changed_on,
            approved_on,
            approved_by: approved_by.map(Into::into),
            authorised_on,
            combined_with_eu_data,
            statements: statements.into(),
            ends_on,
            document,
            source,
            checked_on,
            version: 1,
        },
        parties: rows,
    };
    change
        .insert::<mechanisms::Entity>([agreement.row.clone()])
        .await?;
    change
        .insert::<mechanism_parties::Entity>(agreement.parties.clone())
        .await?;
    change.append("record", &agreement).await?;
    Ok(id)
}

/// The tools whose obligations differ by module.
const MODULAR: &[Tool] = &[Tool::Scc2021914, Tool::UkAddendum];

/// What can be said without the register.
fn check(checks: &mut Checks, new: &NewMechanism, today: Day) {
    match new.module {
        None if MODULAR.contains(&new.tool) => {
            checks.add(
                "/module",
                "module_missing",
                "these clauses are signed in one of four modules",
            );
        }
        Some(_) if !MODULAR.contains(&new.tool) => {
            checks.add("/module", "module_not_allowed", "this tool has no modules");
        }
        _ => {}
    }
    for (pointer, day) in [
        ("/signed_on", new.signed_on),
        ("/processing_changed_on", new.processing_changed_on),
        ("/approved_on", new.approved_on),
        ("/authorised_on", new.authorised_on),
        ("/ends_on", new.ends_on),
    ] {
        checks.day_if_any(pointer, day);
    }
    let first = first_day(new.signed_on, new.approved_on, new.authorised_on);
    checks.ordered("/ends_on", first, new.ends_on);
    checks.text_if_any("/document", new.document.as_deref(), PARAGRAPH);
    checks.provenance(&new.source, new.checked_on, today);
    if new.parties.is_empty() {
        checks.add(
            "/parties",
            "parties_missing",
            "a mechanism binds at least one organisation",
        );
    }
    for (at, party) in new.parties.iter().enumerate() {
        checks.day_if_any(&format!("/parties/{at}/acceded_on"), party.acceded_on);
        let pointer = format!("/parties/{at}/left_on");
        checks.day_if_any(&pointer, party.left_on);
        checks.ordered(&pointer, party.acceded_on.or(first), party.left_on);
    }
}
