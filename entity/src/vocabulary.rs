//! The closed vocabularies that only the register knows; the others are the core's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use transfer_decision::vocabulary::UnknownCode;

/// Defines a closed vocabulary with the same shape as the core's.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $label:literal, { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every member, in the vocabulary's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }

        impl FromStr for $name {
            type Err = UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(UnknownCode { vocabulary: $label, code: code.to_owned() }),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = String::deserialize(deserializer)?;
                code.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

vocabulary! {
    /// In which stage of its life an engagement is. Only active days pass the gate.
    SubprocessorStatus, "subprocessor status", {
        /// Under consideration; nobody outside has heard of it.
        Proposed = "proposed",
        /// Announced to the customers; it takes effect on its day unless they object.
        Announced = "announced",
        /// In effect from its day.
        Active = "active",
        /// Ended; it was in effect to its last day.
        Ended = "ended",
    }
}

vocabulary! {
    /// In which stage of its life a flow is.
    FlowStatus, "flow status", {
        /// Being written; it carries nothing yet.
        Draft = "draft",
        /// In effect on its days.
        Active = "active",
        /// It carries nothing until resumed.
        Suspended = "suspended",
        /// Ended; it was in effect to its last day.
        Ended = "ended",
    }
}

vocabulary! {
    /// What kind of object a ledger entry is about.
    ObjectType, "object type", {
        /// A group.
        Group = "group",
        /// An organisation.
        Organisation = "organisation",
        /// An organisation's certification.
        Certification = "certification",
        /// A subprocessor engagement with its locations.
        Subprocessor = "subprocessor",
        /// A transfer mechanism with its parties.
        Mechanism = "mechanism",
        /// A transfer impact assessment.
        ImpactAssessment = "impact_assessment",
        /// A flow with its locations.
        Flow = "flow",
        /// A processing activity.
        ProcessingActivity = "processing_activity",
        /// An amendment of the law pack.
        LawAmendment = "law_amendment",
    }
}

vocabulary! {
    /// What a database holds.
    RegisterKind, "register kind", {
        /// The operator's own register, or nothing yet.
        Own = "own",
        /// The demo register.
        Demo = "demo",
    }
}
