//! Reason, warning and remedy codes: stable, ordered, one documented page each.

use super::vocabulary;

vocabulary! {
    /// Why a candidate failed or a gate is closed. The order is the order in which reasons are
    /// listed.
    ReasonCode, "reason code", {
        /// The exporter is not in the register.
        ExporterUnknown = "exporter_unknown",
        /// The importer is not in the register.
        ImporterUnknown = "importer_unknown",
        /// No engagement or flow connects the two.
        RelationshipUnregistered = "relationship_unregistered",
        /// The engagement or flow has not begun on the day.
        NotYetEffective = "not_yet_effective",
        /// The engagement or flow has ended or is suspended on the day.
        Ended = "ended",
        /// The engagement or flow does not name a category asked for.
        DataCategoryNotRegistered = "data_category_not_registered",
        /// A country is recorded as unknown.
        CountryUnknown = "country_unknown",
        /// The membership of the destination is under review.
        ReviewRequired = "review_required",
        /// The instrument does not apply yet on the day.
        InstrumentNotYetInForce = "instrument_not_yet_in_force",
        /// The instrument was struck down.
        InstrumentInvalidated = "instrument_invalidated",
        /// The instrument was withdrawn.
        InstrumentWithdrawn = "instrument_withdrawn",
        /// The adequacy decision reached its last day.
        AdequacyExpired = "adequacy_expired",
        /// The importer never held the required certification by the day.
        CertificationMissing = "certification_missing",
        /// It holds one that serves another regime.
        CertificationWrongFramework = "certification_wrong_framework",
        /// The required certification has ended.
        CertificationLapsed = "certification_lapsed",
        /// The certification does not cover HR data.
        HrDataNotCovered = "hr_data_not_covered",
        /// The importer is outside the instrument's scope.
        RecipientOutOfScope = "recipient_out_of_scope",
        /// The purpose is outside the instrument's scope.
        PurposeOutOfScope = "purpose_out_of_scope",
        /// The data is outside the instrument's scope.
        DataOutOfScope = "data_out_of_scope",
        /// The module or the clauses do not fit the roles of this hop.
        ModuleRoleMismatch = "module_role_mismatch",
        /// Not signed by the day.
        NotSignedYet = "not_signed_yet",
        /// The FDPIC has not recognised the tool by the day.
        NotYetRecognised = "not_yet_recognised",
        /// Signed after the last signing day.
        InstrumentRepealed = "instrument_repealed",
        /// After the last day of effect.
        GrandfatheringEnded = "grandfathering_ended",
        /// The processing changed after the last signing day.
        GrandfatheringLost = "grandfathering_lost",
        /// The mechanism itself ended before the day.
        MechanismEnded = "mechanism_ended",
        /// An assessment is missing.
        TiaMissing = "tia_missing",
        /// The assessment is unfavourable.
        TiaUnfavourable = "tia_unfavourable",
        /// The assessment's next review has passed.
        TiaOverdue = "tia_overdue",
        /// A party of this hop is not named in the mechanism by the day.
        PartyMissing = "party_missing",
        /// The importer is itself subject to the GDPR.
        ImporterSubjectToGdpr = "importer_subject_to_gdpr",
        /// The exporter or importer is not bound by the rules.
        ImporterNotBound = "importer_not_bound",
        /// An approval is missing.
        ApprovalMissing = "approval_missing",
        /// An authorisation is missing.
        AuthorisationMissing = "authorisation_missing",
        /// The Swiss adaptations are missing.
        SwissAddendumMissing = "swiss_addendum_missing",
        /// The UK Addendum is missing.
        UkAddendumMissing = "uk_addendum_missing",
        /// The notification to the FDPIC is missing.
        NotificationMissing = "notification_missing",
        /// The importer's binding commitments are missing.
        CommitmentsMissing = "commitments_missing",
        /// The derogation is only for occasional transfers.
        DerogationNotOccasional = "derogation_not_occasional",
        /// Another condition of the derogation is not met.
        DerogationConditionUnmet = "derogation_condition_unmet",
        /// Nobody has checked the certification or mechanism.
        EvidenceUnchecked = "evidence_unchecked",
        /// The law of the day is not recorded.
        LawNotRecorded = "law_not_recorded",
        /// No transfer basis holds.
        NoMechanism = "no_mechanism",
    }
}

impl ReasonCode {
    /// One sentence for a person.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::ExporterUnknown => "the exporter is not in the register",
            Self::ImporterUnknown => "the importer is not in the register",
            Self::RelationshipUnregistered => {
                "no engagement or flow between the two is in the register"
            }
            Self::NotYetEffective => "the engagement or flow has not begun on this day",
            Self::Ended => "the engagement or flow has ended or is suspended on this day",
            Self::DataCategoryNotRegistered => {
                "the engagement or flow does not name a data category that was asked for"
            }
            Self::CountryUnknown => "a country is recorded as unknown, which never permits",
            Self::ReviewRequired => {
                "whether the destination is a third country needs a person's review"
            }
            Self::InstrumentNotYetInForce => "the instrument does not apply yet on this day",
            Self::InstrumentInvalidated => "a court struck the instrument down",
            Self::InstrumentWithdrawn => "its authority withdrew the instrument",
            Self::AdequacyExpired => "the adequacy decision reached its last day",
            Self::CertificationMissing => {
                "the importer did not hold the required certification by this day"
            }
            Self::CertificationWrongFramework => {
                "the importer holds a certification that serves another regime"
            }
            Self::CertificationLapsed => "the importer's required certification has ended",
            Self::HrDataNotCovered => "the importer's certification does not cover HR data",
            Self::RecipientOutOfScope => "the importer is outside the instrument's scope",
            Self::PurposeOutOfScope => "the purpose is outside the instrument's scope",
            Self::DataOutOfScope => "the data is outside the instrument's scope",
            Self::ModuleRoleMismatch => {
                "the clauses or their module do not fit the roles of exporter and importer"
            }
            Self::NotSignedYet => "the mechanism is not signed by this day",
            Self::NotYetRecognised => "the tool is not yet recognised in Switzerland on this day",
            Self::InstrumentRepealed => "signed after the last day on which it could be signed",
            Self::GrandfatheringEnded => "the tool's last day of effect has passed",
            Self::GrandfatheringLost => "the processing changed after the tool's last signing day",
            Self::MechanismEnded => "the mechanism ended before this day",
            Self::TiaMissing => {
                "no transfer impact assessment for this mechanism and destination by this day"
            }
            Self::TiaUnfavourable => "the transfer impact assessment is unfavourable",
            Self::TiaOverdue => "the transfer impact assessment's next review has passed",
            Self::PartyMissing => "a party of this hop is not named in the mechanism by this day",
            Self::ImporterSubjectToGdpr => {
                "the importer is itself subject to the GDPR, for which these clauses are not made"
            }
            Self::ImporterNotBound => "exporter and importer are not both bound by the rules",
            Self::ApprovalMissing => "an approval that counts on this day is missing",
            Self::AuthorisationMissing => "an authorisation by this day is missing",
            Self::SwissAddendumMissing => "the adaptations that the FDPIC asks for are missing",
            Self::UkAddendumMissing => "the UK Addendum to the EU clauses is missing",
            Self::NotificationMissing => "the notification to the FDPIC is missing",
            Self::CommitmentsMissing => "the importer's binding commitments are missing",
            Self::DerogationNotOccasional => "the derogation is for occasional transfers only",
            Self::DerogationConditionUnmet => "a condition of the derogation is not met",
            Self::EvidenceUnchecked => "nobody has checked this fact against its evidence",
            Self::LawNotRecorded => "the law of this day is not recorded for this regime",
            Self::NoMechanism => "no transfer basis is recorded that holds on this day",
        }
    }
}

vocabulary! {
    /// What a careful reader must know besides the outcome.
    WarningCode, "warning code", {
        /// A certification or mechanism relied on has not been checked.
        EvidenceUnchecked = "evidence_unchecked",
        /// The finding rests on an uncertain row of the law pack.
        UncertainLaw = "uncertain_law",
        /// The destination's or a person's territory is under review.
        ReviewRequired = "review_required",
        /// Nobody recorded where the importer touches the data.
        LocationsUndisclosed = "locations_undisclosed",
        /// The first exporter's country is unknown.
        ExporterCountryUnknown = "exporter_country_unknown",
        /// No regime applies.
        NoRegime = "no_regime",
        /// HR data was taken as absent.
        HrAssumedFalse = "hr_assumed_false",
        /// Roles were taken as controller to processor.
        RolesAssumed = "roles_assumed",
        /// An exclusion from scope could not be ruled out.
        ScopeUnconfirmed = "scope_unconfirmed",
        /// A derogation carries the hop.
        DerogationExceptional = "derogation_exceptional",
        /// Several hops: later adequacy does not discharge earlier duties.
        OnwardConditions = "onward_conditions",
        /// The instrument was later struck down, with effect for the past.
        InstrumentLaterInvalidated = "instrument_later_invalidated",
        /// The instrument is being challenged in court.
        InstrumentUnderChallenge = "instrument_under_challenge",
        /// Something the basis needs ends within 90 days.
        EndsSoon = "ends_soon",
        /// A certification that the basis needs is due for re-certification within 90 days.
        RecertificationDue = "recertification_due",
        /// Several engagements or flows cover the hop, and some of them are permitted.
        RelationshipAmbiguous = "relationship_ambiguous",
    }
}

impl WarningCode {
    /// One sentence for a person.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::EvidenceUnchecked => {
                "a certification or mechanism relied on has not been checked against its evidence"
            }
            Self::UncertainLaw => "rests on a row of the law pack that is marked uncertain",
            Self::ReviewRequired => "a territory involved needs a person's review",
            Self::LocationsUndisclosed => {
                "where the importer stores, processes or reads the data is not recorded; judged by its seat"
            }
            Self::ExporterCountryUnknown => {
                "the first exporter's country is unknown; its own regime may apply as well"
            }
            Self::NoRegime => "none of the three regimes applies to this question",
            Self::HrAssumedFalse => "nothing says whether HR data is included; taken as not",
            Self::RolesAssumed => "roles are not recorded; taken as controller to processor",
            Self::ScopeUnconfirmed => {
                "an exclusion from the instrument's scope could not be ruled out with what was given"
            }
            Self::DerogationExceptional => {
                "a derogation is for exceptional situations and seldom fits a systematic flow"
            }
            Self::OnwardConditions => {
                "an adequate later hop does not discharge the earlier one's duties on onward transfer"
            }
            Self::InstrumentLaterInvalidated => {
                "the instrument was later struck down, and the judgment reaches back to this day"
            }
            Self::InstrumentUnderChallenge => "the instrument is being challenged in court",
            Self::EndsSoon => "something that the basis needs ends within 90 days",
            Self::RecertificationDue => {
                "a certification that the basis needs is due for re-certification within 90 days, or overdue"
            }
            Self::RelationshipAmbiguous => {
                "several engagements or flows cover this hop and the strictest is shown; name the data categories to tell them apart"
            }
        }
    }
}

vocabulary! {
    /// What to sign, finish or correct so that a denied hop becomes permitted.
    RemedyCode, "remedy code", {
        /// Enter the organisation.
        RegisterOrganisation = "register_organisation",
        /// Enter the engagement or flow.
        RegisterRelationship = "register_relationship",
        /// Put the registered engagement or flow into effect.
        ActivateRelationship = "activate_relationship",
        /// Extend the engagement or flow to the data category.
        RegisterDataCategory = "register_data_category",
        /// Find out and record a country.
        RecordCountry = "record_country",
        /// Find the importer's certification on the official list and record it.
        VerifyCertification = "verify_certification",
        /// Check the mechanism against the signed document.
        VerifyMechanism = "verify_mechanism",
        /// Record an attribute that brings the importer into scope.
        ConfirmRecipient = "confirm_recipient",
        /// Sign standard contractual clauses with the module that fits the roles.
        SignScc = "sign_scc",
        /// Sign the UK International Data Transfer Agreement.
        SignIdta = "sign_idta",
        /// Add the adaptations that the FDPIC asks for.
        AddSwissAddendum = "add_swiss_addendum",
        /// Sign the UK Addendum to the EU clauses.
        AddUkAddendum = "add_uk_addendum",
        /// Let the missing party accede to the mechanism.
        AddParty = "add_party",
        /// Finish the transfer impact assessment.
        CompleteTia = "complete_tia",
        /// Assess the transfer again: the assessment is overdue or unfavourable.
        ReviewTia = "review_tia",
        /// Obtain the approval or authorisation, or record it.
        ObtainApproval = "obtain_approval",
        /// Notify the FDPIC, or record the notification.
        NotifyFdpic = "notify_fdpic",
        /// Record the signature.
        RecordSignature = "record_signature",
    }
}

impl RemedyCode {
    /// One sentence for a person.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::RegisterOrganisation => "enter the organisation in the register",
            Self::RegisterRelationship => {
                "register the engagement or flow between the two, with its first day"
            }
            Self::ActivateRelationship => {
                "activate the engagement or flow that is registered, with a first day no later than the day asked about"
            }
            Self::RegisterDataCategory => {
                "extend the engagement or flow to the data categories asked for"
            }
            Self::RecordCountry => "find out the country and record it with its source",
            Self::VerifyCertification => {
                "look the importer up on the framework's official list; record the certification if it is active"
            }
            Self::VerifyMechanism => "check the mechanism against its signed document",
            Self::ConfirmRecipient => {
                "confirm and record what brings the importer into the decision's scope"
            }
            Self::SignScc => {
                "sign the standard contractual clauses, in the set and module that fit the day and the roles"
            }
            Self::SignIdta => "sign the UK International Data Transfer Agreement",
            Self::AddSwissAddendum => {
                "agree the adaptations that the FDPIC asks for and record them on the clauses"
            }
            Self::AddUkAddendum => "sign the UK Addendum to the EU clauses",
            Self::AddParty => "let the missing party accede to the mechanism",
            Self::CompleteTia => {
                "complete a transfer impact assessment for this destination; it helps only if favourable"
            }
            Self::ReviewTia => {
                "assess the transfer again, with supplementary measures where needed; it helps only if favourable"
            }
            Self::ObtainApproval => {
                "obtain the authority's approval or authorisation, or record it"
            }
            Self::NotifyFdpic => "notify the FDPIC before disclosure, or record the notification",
            Self::RecordSignature => "record the day on which the mechanism was signed",
        }
    }
}
