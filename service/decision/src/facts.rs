//! What the register knows, in the form in which it is decided upon.
//!
//! Facts are plain values. [`Register`] indexes them once and is immutable afterwards.

mod register;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    span::{Day, Span},
    vocabulary::{
        Activity, Attribute, Conclusion, Country, DataCategory, Framework, Module,
        OrganisationKind, PartySide, Place, RelationshipKind, Role, Tool,
    },
};

pub use register::{Register, RegisterFault};

/// The short, stable name of an organisation or group.
pub type Slug = Arc<str>;

/// A legal entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id; questions may use it in place of the slug.
    pub id: Arc<str>,
    /// Its slug; verdicts show it.
    pub slug: Slug,
    /// The group of which it is a company.
    pub group: Option<Slug>,
    /// Group company, third party, or international organisation.
    pub kind: OrganisationKind,
    /// Where it is established; `None`: recorded as unknown.
    pub seat: Option<Place>,
    /// Attributes that somebody stated, either way.
    pub attributes: BTreeMap<Attribute, bool>,
    /// Its certifications.
    pub certifications: Vec<Certification>,
}

/// An organisation's place in a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// Its id in the register.
    pub id: Arc<str>,
    /// The framework.
    pub framework: Framework,
    /// The days on which it is active, as its list states them.
    pub span: Span,
    /// The day by which it must be renewed, inclusive.
    pub recertification_due: Option<Day>,
    /// Whether it covers HR data.
    pub covers_hr: bool,
    /// Whether somebody has checked it against the official list.
    pub checked: bool,
}

/// Where the importer touches the data, on which days. Days inclusive; they are meant within the
/// relationship's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// A country or area; `None`: recorded as unknown.
    pub place: Option<Place>,
    /// What happens there.
    pub activity: Activity,
    /// Another legal entity that runs the location; it is then a hop of its own.
    pub operated_by: Option<Slug>,
    /// The first day, inclusive; `None`: the relationship's own.
    pub first_day: Option<Day>,
    /// The last day, inclusive; `None`: the relationship's own.
    pub last_day: Option<Day>,
}

impl Location {
    /// Whether the data is touched there on a day on which the relationship carries any.
    #[must_use]
    pub fn in_effect_on(&self, day: Day) -> bool {
        self.first_day.is_none_or(|first| first <= day)
            && self.last_day.is_none_or(|last| day <= last)
    }
}

/// Who sends under a relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Every company of the group: an engagement.
    Group(Slug),
    /// One organisation: a flow.
    Organisation(Slug),
}

/// In which stage of its life a relationship is, apart from its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Proposed or drafted; it carries nothing yet.
    Pending,
    /// It carries the hop on the days of its span, but for its suspensions.
    Active,
}

/// An engagement or a flow: what lets an importer receive data from an exporter at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// Its id in the register.
    pub id: Arc<str>,
    /// Engagement or flow.
    pub kind: RelationshipKind,
    /// Who sends.
    pub sender: Sender,
    /// Who receives.
    pub importer: Slug,
    /// Its stage.
    pub stage: Stage,
    /// Its days.
    pub span: Span,
    /// The flow that it continues, by its id in the register: an onward transfer.
    pub continues: Option<Arc<str>>,
    /// The countries of the data subjects; `None`: nobody recorded them.
    pub data_subjects: Option<BTreeSet<Country>>,
    /// The purpose's code, where recorded.
    pub purpose: Option<String>,
    /// The data categories that it names; `None`: nobody recorded any.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// The exporter's role, where recorded.
    pub exporter_role: Option<Role>,
    /// The importer's role, where recorded.
    pub importer_role: Option<Role>,
    /// Where the importer touches the data; empty: nobody recorded it.
    pub locations: Vec<Location>,
    /// The data subjects hand the data to the importer directly, on their own initiative.
    pub collected_from_data_subject: bool,
    /// The days within its own on which it was suspended, and carried nothing.
    pub suspensions: Vec<Span>,
}

impl Relationship {
    /// Whether it is in effect on a day: active, within its days (inclusive), and not suspended.
    #[must_use]
    pub fn runs_on(&self, day: Day) -> bool {
        self.stage == Stage::Active && self.span.contains(day) && !self.suspended_on(day)
    }

    /// The first day on which it is in effect, from a day on: that day, or a later one while it has
    /// not begun or is suspended until a day that is known. `None`: it carries nothing from then on
    /// unless somebody acts.
    #[must_use]
    pub fn runs_first_from(&self, day: Day) -> Option<Day> {
        let mut day = day.max(self.span.first());
        while let Some(gap) = self.suspensions.iter().find(|gap| gap.contains(day)) {
            day = gap.until()?;
        }
        self.runs_on(day).then_some(day)
    }

    /// Whether it was suspended on a day (inclusive).
    #[must_use]
    pub fn suspended_on(&self, day: Day) -> bool {
        self.suspensions.iter().any(|span| span.contains(day))
    }
}

impl Relationship {
    /// Where the importer touches the data on a day; none: nobody recorded it for that day.
    pub fn locations_on(&self, day: Day) -> impl Iterator<Item = &Location> {
        let in_effect = move |location: &&Location| location.in_effect_on(day);
        self.locations.iter().filter(in_effect)
    }
}

/// A transfer mechanism: a safeguard or derogation concluded between parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mechanism {
    /// Its id in the register.
    pub id: Arc<str>,
    /// The group that keeps it.
    pub group: Option<Slug>,
    /// What it is and what is known of it.
    pub terms: Terms,
    /// The last day on which it carries transfers, inclusive; `None`: open.
    pub ends_on: Option<Day>,
    /// Who is party to it, or bound by it.
    pub parties: Vec<Party>,
    /// The impact assessments made for it.
    pub assessments: Vec<Assessment>,
    /// Whether somebody has checked it against its document.
    pub checked: bool,
}

/// An organisation's part in a mechanism.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub organisation: Slug,
    /// On which side.
    pub side: PartySide,
    /// The days of its accession: from signature or docking to its leaving.
    pub span: Option<Span>,
}

/// A transfer impact assessment of a mechanism for one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The destination's code (country, area, or organisation's slug); `None`: every one.
    pub destination: Option<Arc<str>>,
    /// What it came to.
    pub conclusion: Conclusion,
    /// The day on which it was concluded; `None`: it counts on every day.
    pub concluded_on: Option<Day>,
    /// The day of its next review, inclusive; overdue from the day after.
    pub next_review: Option<Day>,
}

/// What a mechanism is and what is known of it. A statement that nobody made is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The tool.
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
    /// Whether a processor combined the data with data that it collected in the EU (Module Four).
    pub combined_with_eu_data: bool,
    /// The statements made about it.
    pub statements: Statements,
}

impl Terms {
    /// A mechanism of which nothing is known but its tool.
    #[must_use]
    pub fn of(tool: Tool) -> Self {
        Self {
            tool,
            module: None,
            signed_on: None,
            processing_changed_on: None,
            approved_on: None,
            approved_by: None,
            authorised_on: None,
            combined_with_eu_data: true,
            statements: Statements::default(),
        }
    }
}

/// Statements about a mechanism, each under the name of the requirement that it meets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one statement of the law's own list, and they are independent"
)]
pub struct Statements {
    /// The adaptations that the FDPIC asks for are agreed.
    pub swiss_addendum: bool,
    /// The FDPIC was notified beforehand.
    pub notified_to_fdpic: bool,
    /// The importer made binding and enforceable commitments.
    pub binding_commitments: bool,
    /// Both parties are public bodies.
    pub public_bodies: bool,
    /// Consent is explicit.
    pub explicit: bool,
    /// The data subject was told of the risks.
    pub informed_of_risks: bool,
    /// The transfer is necessary.
    pub necessary: bool,
    /// It is occasional.
    pub occasional: bool,
    /// It is repetitive; unstated counts as repetitive.
    pub repetitive: Option<bool>,
    /// It concerns a limited number of data subjects.
    pub limited_subjects: bool,
    /// The supervisory authority was informed.
    pub supervisory_authority_informed: bool,
    /// The data subjects were informed.
    pub data_subjects_informed: bool,
    /// The assessment stands in the record of processing.
    pub documented_in_record: bool,
    /// The exporter acts in the exercise of public powers.
    pub public_authority_powers: bool,
    /// The law or treaty is named.
    pub law_reference: bool,
    /// Vital interests are at stake.
    pub vital_interest: bool,
    /// The data subject cannot consent.
    pub incapable_of_consent: bool,
    /// The data come from a public register.
    pub public_register: bool,
    /// And not the whole of it.
    pub not_the_whole_register: bool,
    /// Overriding public interest or legal claims.
    pub public_interest_or_legal_claims: bool,
    /// The data subject made the data generally accessible.
    pub made_public_by_data_subject: bool,
    /// And did not expressly prohibit the processing.
    pub processing_not_prohibited: bool,
}

/// A question about one chain of hops on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The first exporter, by slug or id.
    pub exporter: String,
    /// The first importer, by slug or id.
    pub importer: String,
    /// Further importers, each receiving from the one before.
    pub onward: Vec<String>,
    /// The data subjects' countries; at least one.
    pub data_subjects: BTreeSet<Country>,
    /// The data categories, where the caller names them.
    pub data_categories: Option<BTreeSet<DataCategory>>,
    /// Whether HR data is included, where the caller says so.
    pub hr_data: Option<bool>,
    /// The purpose's code, where the caller names one.
    pub purpose: Option<String>,
    /// The first exporter's role, where the caller names it.
    pub exporter_role: Option<Role>,
    /// The first importer's role, where the caller names it.
    pub importer_role: Option<Role>,
    /// The day asked about.
    pub as_of: Day,
}
