//! What the register keeps of an object: its row, and the rows that belong to no other.

use sea_orm::{EntityTrait, QueryOrder, prelude::Uuid};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use transfer_registry_entity::{
    certifications, flow_locations, flows, groups, impact_assessments, law_amendments, law_packs,
    mechanism_parties, mechanisms, organisations, processing_activities, proposals, publications,
    subprocessor_locations, subprocessors, tokens, users, vocabulary::ObjectType,
};

use super::rows::Rows;
use crate::ledger::canonical;

/// The whole state of one object, as a ledger entry keeps it.
pub(crate) trait Object: Serialize + DeserializeOwned + PartialEq + Send {
    /// What kind of object it is.
    const TYPE: ObjectType;

    /// Its id.
    fn id(&self) -> Uuid;
}

macro_rules! row_objects {
    ($($table:ident => $kind:ident),+ $(,)?) => { $(
        impl Object for $table::Model {
            const TYPE: ObjectType = ObjectType::$kind;

            fn id(&self) -> Uuid {
                self.id
            }
        }
    )+ };
}

row_objects! {
    groups => Group,
    organisations => Organisation,
    certifications => Certification,
    impact_assessments => ImpactAssessment,
    processing_activities => ProcessingActivity,
    law_packs => LawPack,
    law_amendments => LawAmendment,
    tokens => Token,
    users => User,
    proposals => Proposal,
    publications => Publication,
}

/// An object of one row and the rows that belong to it.
pub(crate) trait Compound: Object {
    /// The table of the object's own row.
    type Row: EntityTrait<Model: Send + Sync>;
    /// The table of the rows that belong to it.
    type Part: EntityTrait<Model: Send + Sync>;

    /// The column that names the object in a row that belongs to it.
    const OWNER: <Self::Part as EntityTrait>::Column;
    /// The column that orders the rows that belong to it.
    const ORDER: <Self::Part as EntityTrait>::Column;

    /// The object's id in its own row.
    fn id_of(row: &<Self::Row as EntityTrait>::Model) -> Uuid;

    /// The object's id in a row that belongs to it.
    fn owner_of(part: &<Self::Part as EntityTrait>::Model) -> Uuid;

    /// The object from its rows.
    fn assemble(
        row: <Self::Row as EntityTrait>::Model,
        parts: Vec<<Self::Part as EntityTrait>::Model>,
    ) -> Self;

    /// The object's own row.
    fn row(&self) -> &<Self::Row as EntityTrait>::Model;

    /// The object's own row, and the rows that belong to it.
    fn apart(
        self,
    ) -> (
        <Self::Row as EntityTrait>::Model,
        Vec<<Self::Part as EntityTrait>::Model>,
    );

    /// Reads the parts of all objects, in order.
    fn parts() -> sea_orm::Select<Self::Part> {
        Self::Part::find()
            .order_by_asc(Self::OWNER)
            .order_by_asc(Self::ORDER)
    }
}

macro_rules! compounds {
    ($($(#[$meta:meta])* $name:ident($kind:ident): $row:ident with $field:ident from $part:ident by $column:ident . $owner:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) struct $name {
            /// Its own row.
            #[serde(flatten)]
            pub(crate) row: $row::Model,
            /// The rows that belong to it, in their order.
            pub(crate) $field: Vec<$part::Model>,
        }

        impl Object for $name {
            const TYPE: ObjectType = ObjectType::$kind;

            fn id(&self) -> Uuid {
                self.row.id
            }
        }

        impl Compound for $name {
            type Row = $row::Entity;
            type Part = $part::Entity;

            const OWNER: $part::Column = $part::Column::$column;
            const ORDER: $part::Column = $part::Column::Position;

            fn id_of(row: &$row::Model) -> Uuid {
                row.id
            }

            fn owner_of(part: &$part::Model) -> Uuid {
                part.$owner
            }

            fn assemble(row: $row::Model, parts: Vec<$part::Model>) -> Self {
                Self { row, $field: parts }
            }

            fn row(&self) -> &$row::Model {
                &self.row
            }

            fn apart(self) -> ($row::Model, Vec<$part::Model>) {
                (self.row, self.$field)
            }
        }
    )+ };
}

compounds! {
    /// An engagement with its locations.
    Engagement(Subprocessor): subprocessors with locations from subprocessor_locations by SubprocessorId.subprocessor_id,
    /// A flow with its locations.
    LocatedFlow(Flow): flows with locations from flow_locations by FlowId.flow_id,
    /// A mechanism with its parties.
    Agreement(Mechanism): mechanisms with parties from mechanism_parties by MechanismId.mechanism_id,
}

/// One object of any kind, as a change writes it.
macro_rules! kept {
    ($($kind:ident($ty:ty) => $list:ident),+ $(,)?) => {
        /// One object of any kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) enum Kept { $(
            #[doc = concat!("Of the kind `", stringify!($kind), "`.")]
            $kind(Box<$ty>)
        ),+ }

        $(
            impl From<$ty> for Kept {
                fn from(object: $ty) -> Self {
                    Self::$kind(Box::new(object))
                }
            }
        )+

        impl Kept {
            /// Its id.
            pub(crate) fn id(&self) -> Uuid {
                match self { $(Self::$kind(object) => object.id()),+ }
            }

            /// What kind of object it is.
            pub(crate) const fn kind(&self) -> ObjectType {
                match self { $(Self::$kind(_) => <$ty as Object>::TYPE),+ }
            }

            /// Its whole state, as a ledger entry keeps it.
            pub(crate) fn state(&self) -> Result<String, serde_json::Error> {
                match self { $(Self::$kind(object) => canonical::text(object.as_ref())),+ }
            }

            /// The object of a kind from its state in a ledger entry.
            pub(crate) fn read(kind: ObjectType, state: &str) -> Result<Self, serde_json::Error> {
                match kind { $(
                    <$ty as Object>::TYPE => serde_json::from_str::<$ty>(state).map(Self::from)
                ),+ }
            }

            /// Puts it to the others of its kind.
            pub(crate) fn put_into(self, rows: &mut Rows) {
                match self { $(Self::$kind(object) => rows.$list.push(*object)),+ }
            }
        }
    };
}

kept! {
    Group(groups::Model) => groups,
    Organisation(organisations::Model) => organisations,
    Certification(certifications::Model) => certifications,
    Subprocessor(Engagement) => subprocessors,
    Mechanism(Agreement) => mechanisms,
    ImpactAssessment(impact_assessments::Model) => impact_assessments,
    Flow(LocatedFlow) => flows,
    ProcessingActivity(processing_activities::Model) => processing_activities,
    LawPack(law_packs::Model) => law_packs,
    LawAmendment(law_amendments::Model) => law_amendments,
    Token(tokens::Model) => tokens,
    User(users::Model) => users,
    Proposal(proposals::Model) => proposals,
    Publication(publications::Model) => publications,
}
