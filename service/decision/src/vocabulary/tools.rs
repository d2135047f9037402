//! Transfer tools, their modules, and what each asks for.

use super::{Role, vocabulary};

vocabulary! {
    /// A safeguard or derogation by the name that a mechanism records. One tool can be known to
    /// several regimes under different conditions.
    Tool, "transfer tool", {
        /// Standard contractual clauses of Implementing Decision (EU) 2021/914.
        Scc2021914 = "scc-2021-914",
        /// Clauses of Decision 2001/497/EC (Set I).
        Scc2001497 = "scc-2001-497",
        /// Clauses of Decision 2004/915/EC (Set II).
        Scc2004915 = "scc-2004-915",
        /// Clauses of Decision 2010/87/EU.
        Scc201087 = "scc-2010-87",
        /// Clauses of Decision 2002/16/EC.
        Scc200216 = "scc-2002-16",
        /// Binding corporate rules for controllers.
        BcrC = "bcr-c",
        /// Binding corporate rules for processors.
        BcrP = "bcr-p",
        /// Legally binding instrument between public bodies, GDPR Art. 46(2)(a).
        PublicBodyInstrument = "public-body-instrument",
        /// Approved code of conduct, GDPR Art. 46(2)(e).
        CodeOfConduct = "code-of-conduct-46-2-e",
        /// Approved certification mechanism, GDPR Art. 46(2)(f).
        Certification462f = "certification-46-2-f",
        /// Clauses authorised by a supervisory authority, GDPR Art. 46(3)(a).
        AdHocClauses = "ad-hoc-clauses",
        /// Administrative arrangement between public bodies, GDPR Art. 46(3)(b).
        AdministrativeArrangement = "administrative-arrangement",
        /// Explicit consent, Art. 49(1)(a).
        Derogation491a = "derogation-49-1-a",
        /// Contract with the data subject, Art. 49(1)(b).
        Derogation491b = "derogation-49-1-b",
        /// Contract in the data subject's interest, Art. 49(1)(c).
        Derogation491c = "derogation-49-1-c",
        /// Important reasons of public interest, Art. 49(1)(d).
        Derogation491d = "derogation-49-1-d",
        /// Legal claims, Art. 49(1)(e).
        Derogation491e = "derogation-49-1-e",
        /// Vital interests, Art. 49(1)(f).
        Derogation491f = "derogation-49-1-f",
        /// Public register, Art. 49(1)(g).
        Derogation491g = "derogation-49-1-g",
        /// Compelling legitimate interests, Art. 49(1) second subparagraph.
        Derogation491Sub2 = "derogation-49-1-sub2",
        /// Unambiguous consent, Directive 95/46 Art. 26(1)(a).
        Derogation261a = "derogation-26-1-a",
        /// Contract with the data subject, Directive 95/46 Art. 26(1)(b).
        Derogation261b = "derogation-26-1-b",
        /// Contract in the data subject's interest, Directive 95/46 Art. 26(1)(c).
        Derogation261c = "derogation-26-1-c",
        /// Public interest or legal claims, Directive 95/46 Art. 26(1)(d).
        Derogation261d = "derogation-26-1-d",
        /// Vital interests, Directive 95/46 Art. 26(1)(e).
        Derogation261e = "derogation-26-1-e",
        /// Public register, Directive 95/46 Art. 26(1)(f).
        Derogation261f = "derogation-26-1-f",
        /// Clauses notified to the FDPIC, FADP Art. 16(2)(b).
        ChNotifiedClauses = "ch-notified-clauses",
        /// Consent, FADP Art. 17(1)(a).
        ChDerogation171a = "ch-derogation-17-1-a",
        /// Contract, FADP Art. 17(1)(b).
        ChDerogation171b = "ch-derogation-17-1-b",
        /// Public interest or legal claims, FADP Art. 17(1)(c).
        ChDerogation171c = "ch-derogation-17-1-c",
        /// Life or physical integrity, FADP Art. 17(1)(d).
        ChDerogation171d = "ch-derogation-17-1-d",
        /// Made generally accessible, FADP Art. 17(1)(e).
        ChDerogation171e = "ch-derogation-17-1-e",
        /// Public register, FADP Art. 17(1)(f).
        ChDerogation171f = "ch-derogation-17-1-f",
        /// Consent in the specific case, old FADP Art. 6(2)(b).
        ChDerogation62b = "ch-derogation-6-2-b",
        /// Contract, old FADP Art. 6(2)(c).
        ChDerogation62c = "ch-derogation-6-2-c",
        /// Public interest or legal claims, old FADP Art. 6(2)(d).
        ChDerogation62d = "ch-derogation-6-2-d",
        /// Life or physical integrity, old FADP Art. 6(2)(e).
        ChDerogation62e = "ch-derogation-6-2-e",
        /// Made generally accessible, old FADP Art. 6(2)(f).
        ChDerogation62f = "ch-derogation-6-2-f",
        /// The UK International Data Transfer Agreement.
        UkIdta = "uk-idta",
        /// The UK Addendum to the EU clauses.
        UkAddendum = "uk-addendum",
        /// EU clauses as saved in UK law, when the set is not recorded.
        UkLegacyScc = "uk-legacy-scc",
        /// Binding corporate rules approved in the UK.
        UkBcr = "uk-bcr",
        /// A treaty, FADP Art. 16(2)(a).
        Treaty = "treaty",
        /// Guarantees drawn up by a federal body, FADP Art. 16(2)(c).
        FederalBodyGuarantees = "federal-body-guarantees",
    }
}

impl Tool {
    /// Whether it is a derogation: every tool that says so in its name, and no other.
    #[must_use]
    pub fn is_derogation(self) -> bool {
        self.code().contains("derogation")
    }

    /// The roles for which the EU adopted a set of legacy clauses; `None` where the tool itself
    /// says nothing on roles.
    #[must_use]
    pub const fn legacy_roles(self) -> Option<(Role, Role)> {
        match self {
            Self::Scc2001497 | Self::Scc2004915 => Some((Role::Controller, Role::Controller)),
            Self::Scc201087 | Self::Scc200216 => Some((Role::Controller, Role::Processor)),
            _ => None,
        }
    }
}

/// A module of the clauses of (EU) 2021/914.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Module {
    /// Controller to controller.
    One,
    /// Controller to processor.
    Two,
    /// Processor to processor.
    Three,
    /// Processor to controller.
    Four,
}

impl Module {
    /// Every module.
    pub const ALL: &'static [Self] = &[Self::One, Self::Two, Self::Three, Self::Four];

    /// Its number, 1 to 4.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
        }
    }

    /// The module with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            4 => Some(Self::Four),
            _ => None,
        }
    }

    /// The roles of exporter and importer for which it is made.
    #[must_use]
    pub const fn roles(self) -> (Role, Role) {
        match self {
            Self::One => (Role::Controller, Role::Controller),
            Self::Two => (Role::Controller, Role::Processor),
            Self::Three => (Role::Processor, Role::Processor),
            Self::Four => (Role::Processor, Role::Controller),
        }
    }

    /// The module that fits a pair of roles.
    #[must_use]
    pub const fn for_roles(exporter: Role, importer: Role) -> Self {
        match (exporter, importer) {
            (Role::Controller, Role::Controller) => Self::One,
            (Role::Controller, Role::Processor) => Self::Two,
            (Role::Processor, Role::Processor) => Self::Three,
            (Role::Processor, Role::Controller) => Self::Four,
        }
    }
}

vocabulary! {
    /// One entry of a tool's `requires`.
    Requirement, "requirement", {
        /// A favourable impact assessment, from 2020-07-16 (C-311/18).
        Tia = "tia",
        /// The same, if the processor combined the data with data that it collected in the EU.
        TiaIfCombinedWithEuData = "tia_if_combined_with_eu_data",
        /// Signed on or before the day.
        Signed = "signed",
        /// The exporter of this hop is a party.
        PartyExporter = "party_exporter",
        /// The importer of this hop is a party.
        PartyImporter = "party_importer",
        /// Recital 7 of (EU) 2021/914.
        ImporterNotSubjectToGdpr = "importer_not_subject_to_gdpr",
        /// The processing did not change after the last signing day.
        ProcessingUnchanged = "processing_unchanged",
        /// Approved by the day.
        Approved = "approved",
        /// Approved by an authority inside the EEA on the day.
        ApprovedByEeaAuthority = "approved_by_eea_authority",
        /// The importer is bound.
        ImporterBound = "importer_bound",
        /// The exporter is bound.
        ExporterBound = "exporter_bound",
        /// Both are public bodies.
        PublicBodies = "public_bodies",
        /// Given general validity by the Commission.
        GeneralValidity = "general_validity",
        /// The importer's binding and enforceable commitments.
        BindingCommitments = "binding_commitments",
        /// Authorised by the day.
        Authorised = "authorised",
        /// The adaptations that the FDPIC asks for.
        SwissAddendum = "swiss_addendum",
        /// Notified to the FDPIC beforehand.
        NotifiedToFdpic = "notified_to_fdpic",
        /// Consent is explicit.
        Explicit = "explicit",
        /// The data subject was told of the risks.
        InformedOfRisks = "informed_of_risks",
        /// The exporter does not act in the exercise of public powers.
        NoPublicAuthorityPowers = "no_public_authority_powers",
        /// The transfer is necessary for the purpose.
        Necessary = "necessary",
        /// The transfer is occasional.
        Occasional = "occasional",
        /// The law that recognises the interest, or the treaty, is named.
        LawReference = "law_reference",
        /// Vital interests are at stake.
        VitalInterest = "vital_interest",
        /// The data subject cannot consent.
        IncapableOfConsent = "incapable_of_consent",
        /// The data come from a public register.
        PublicRegister = "public_register",
        /// And not the whole of it.
        NotTheWholeRegister = "not_the_whole_register",
        /// The transfer is not repetitive.
        NotRepetitive = "not_repetitive",
        /// It concerns a limited number of data subjects.
        LimitedSubjects = "limited_subjects",
        /// The supervisory authority was informed.
        SupervisoryAuthorityInformed = "supervisory_authority_informed",
        /// The data subjects were informed.
        DataSubjectsInformed = "data_subjects_informed",
        /// The assessment stands in the record of processing.
        DocumentedInRecord = "documented_in_record",
        /// The exporter is a controller.
        ExporterIsController = "exporter_is_controller",
        /// Overriding public interest or legal claims.
        PublicInterestOrLegalClaims = "public_interest_or_legal_claims",
        /// The data subject made the data generally accessible.
        MadePublicByDataSubject = "made_public_by_data_subject",
        /// And did not expressly prohibit the processing.
        ProcessingNotProhibited = "processing_not_prohibited",
    }
}
