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

        impl From<$name> for &'static str {
            fn from(word: $name) -> Self {
                word.code()
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
        /// A law pack that is decided upon.
        LawPack = "law_pack",
        /// An amendment of the law pack.
        LawAmendment = "law_amendment",
        /// A token by which a caller is known.
        Token = "token",
        /// A person who signs in.
        User = "user",
        /// A change that needs another person's approval.
        Proposal = "proposal",
        /// What a group published as its subprocessor list.
        Publication = "publication",
    }
}

vocabulary! {
    /// What a caller may do.
    Role, "role", {
        /// Everything, tokens and users among it.
        Admin = "admin",
        /// The legal team: reads and writes the register.
        Editor = "editor",
        /// Reads the register, and approves what others propose.
        Approver = "approver",
        /// Reads the register.
        Reader = "reader",
        /// Asks transfer checks, and nothing else.
        Checker = "checker",
    }
}

vocabulary! {
    /// What needs another person's approval, where the operator asks for it.
    ApprovalSubject, "approval subject", {
        /// Adequacy decisions and every other amendment of the law.
        AdequacyDecisions = "adequacy_decisions",
        /// Mechanisms and their impact assessments.
        Mechanisms = "mechanisms",
        /// Certifications.
        Certifications = "certifications",
        /// What takes something away from what the register covers.
        ScopeRemovals = "scope_removals",
        /// Publishing a group's subprocessor list.
        Publications = "publications",
    }
}

vocabulary! {
    /// What became of a proposal.
    ProposalState, "proposal state", {
        /// Nobody has decided about it.
        Open = "open",
        /// Another person approved it, and it was made.
        Approved = "approved",
        /// Another person refused it.
        Refused = "refused",
        /// Who proposed it took it back.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// What happened to something between two publications.
    PublicationChange, "publication change", {
        /// It is there only after.
        Added = "added",
        /// It is there only before.
        Removed = "removed",
        /// It is in both, and differs.
        Altered = "altered",
    }
}

vocabulary! {
    /// What differs between two publications.
    PublishedField, "published field", {
        /// A name: the group's, or the legal name of an organisation.
        Name = "name",
        /// What a reader must know of the group's notice.
        NoticeNote = "notice_note",
        /// How many days ahead customers are told of a change.
        NoticeDays = "notice_days",
        /// How many days they have to object.
        ObjectionDays = "objection_days",
        /// Where the organisation is established.
        Seat = "seat",
        /// What is assumed or noted about the seat.
        SeatNote = "seat_note",
        /// The organisation's registration number.
        Registration = "registration",
        /// Its representative in the EU, Switzerland or the United Kingdom.
        Representative = "representative",
        /// What it is engaged for.
        Service = "service",
        /// The purpose's code.
        Purpose = "purpose",
        /// More about the purpose, in words.
        Description = "description",
        /// The data categories.
        DataCategories = "data_categories",
        /// Whose data, in words.
        DataSubjects = "data_subjects",
        /// Where it touches the data, and on which days.
        Locations = "locations",
        /// When it applies at all.
        Condition = "condition",
        /// What else a reader must know.
        Note = "note",
        /// The group's role.
        ExporterRole = "exporter_role",
        /// The subprocessor's role.
        ImporterRole = "importer_role",
        /// The day on which customers were told.
        AnnouncedOn = "announced_on",
        /// The last day on which they can object.
        ObjectionUntil = "objection_until",
        /// The first day in effect.
        EffectiveFrom = "effective_from",
        /// The last day in effect.
        EndedOn = "ended_on",
    }
}

vocabulary! {
    /// For what an organisation's contact is asked.
    ContactKind, "contact kind", {
        /// Data protection officer.
        DataProtection = "data_protection",
        /// Representative in the EU, Switzerland or the United Kingdom.
        Representative = "representative",
        /// Legal questions.
        Legal = "legal",
        /// Security incidents.
        Security = "security",
        /// Anything else.
        General = "general",
    }
}

vocabulary! {
    /// Of what kind a supplementary measure is (EDPB Recommendations 01/2020, Annex 2).
    MeasureKind, "measure kind", {
        /// Encryption, pseudonymisation, splitting.
        Technical = "technical",
        /// Obligations beyond those of the tool.
        Contractual = "contractual",
        /// Policies, training, transparency reports.
        Organisational = "organisational",
    }
}

vocabulary! {
    /// What somebody should look at. The order is that of equally urgent items.
    AttentionKind, "attention kind", {
        /// An active engagement or flow that the legal gate denies today.
        Denied = "denied",
        /// One that is denied from a later day on, which may be its first.
        WillBeDenied = "will_be_denied",
        /// One that rests on something else from a day on.
        WillFallBack = "will_fall_back",
        /// An adequacy decision whose last day is near.
        DecisionEnds = "decision_ends",
        /// A certification whose last day is near.
        CertificationEnds = "certification_ends",
        /// A certification that must be renewed by a day.
        RecertificationDue = "recertification_due",
        /// A mechanism whose last day is near.
        MechanismEnds = "mechanism_ends",
        /// An impact assessment that is to be reviewed by a day.
        ReviewDue = "review_due",
        /// The official list says otherwise than the register.
        ListDiffers = "list_differs",
        /// The official list could not be had, or is not believed.
        ListRefused = "list_refused",
        /// What is recorded for the public list is not what is published.
        UnpublishedChanges = "unpublished_changes",
        /// A country that nobody recorded.
        UnknownCountry = "unknown_country",
        /// A certification or mechanism that nobody has checked.
        Unchecked = "unchecked",
        /// A row of the law that is under review or challenged in court.
        UnderReview = "under_review",
    }
}

vocabulary! {
    /// What to do next about an item of the work list.
    NextStep, "next step", {
        /// Do what the remedies say, suspend it or end it.
        HealOrEnd = "heal_or_end",
        /// Look at what carries it then.
        LookAtFallback = "look_at_fallback",
        /// Conclude what carries transfers when it is gone.
        PrepareFallback = "prepare_fallback",
        /// Check the certification against the official list.
        VerifyCertification = "verify_certification",
        /// Sign or approve it anew.
        RenewMechanism = "renew_mechanism",
        /// Check the mechanism against its document.
        CheckDocument = "check_document",
        /// Review the assessment.
        ReviewAssessment = "review_assessment",
        /// Decide about the difference.
        DecideDifference = "decide_difference",
        /// See why the official list is not believed, or hand in its workbook.
        CheckListSource = "check_list_source",
        /// Look at what would be published, and publish it.
        Publish = "publish",
        /// Find out the country and record it.
        RecordCountry = "record_country",
        /// Watch the law there.
        WatchLaw = "watch_law",
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
