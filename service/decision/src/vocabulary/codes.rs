//! Regimes, roles, outcomes and the other words of a question and its verdict.

use super::vocabulary;

vocabulary! {
    /// A body of law that protects the data. Each is judged apart, and all that apply must permit.
    Regime, "regime", {
        /// GDPR (before 2018-05-25: Directive 95/46/EC) in the EEA.
        Eu = "eu",
        /// The Swiss FADP.
        Ch = "ch",
        /// The UK GDPR, from 2021-01-01; a `uk` question about an earlier day is judged under `eu`.
        Uk = "uk",
    }
}

vocabulary! {
    /// What one organisation is to the data within one hop (GDPR Art. 4(7) and (8)). Joint
    /// controllers are controllers here.
    Role, "role", {
        /// Determines purposes and means.
        Controller = "controller",
        /// Processes on a controller's behalf.
        Processor = "processor",
    }
}

vocabulary! {
    /// How a finding comes out, from the firmest basis to none. The order is the order of the
    /// legal gate: a smaller outcome is the stronger one.
    Outcome, "outcome", {
        /// No restricted transfer, or a destination inside the regime's own area.
        NotRestricted = "not_restricted",
        /// An adequacy instrument in force covers the importer (GDPR Art. 45, FADP Art. 16(1)).
        Adequacy = "adequacy",
        /// An appropriate safeguard is in place (GDPR Art. 46, FADP Art. 16(2)).
        Safeguard = "safeguard",
        /// A derogation for a specific situation applies (GDPR Art. 49, FADP Art. 17).
        Derogation = "derogation",
        /// Nothing recorded permits it.
        Denied = "denied",
    }
}

vocabulary! {
    /// The answer to a transfer check. There is no third value: what is not allowed is denied.
    Decision, "decision", {
        /// Complete evidence: a passed relationship and a basis for every finding.
        Allow = "allow",
        /// Everything else.
        Deny = "deny",
    }
}

vocabulary! {
    /// Where the importer touches the data. The seat counts as a destination of its own.
    Activity, "activity", {
        /// The country in which the importer is established.
        Seat = "seat",
        /// Data at rest.
        Storage = "storage",
        /// Data in use.
        Processing = "processing",
        /// The data is only read from there.
        RemoteAccess = "remote_access",
    }
}

vocabulary! {
    /// How well a fact of the law pack is established.
    Confidence, "confidence", {
        /// Read in the official text or register.
        Sourced = "sourced",
        /// Established knowledge of the field.
        Known = "known",
        /// Applied as written; every verdict that rests on it warns `uncertain_law`.
        Uncertain = "uncertain",
    }
}

vocabulary! {
    /// How an adequacy instrument ended.
    EndKind, "end kind", {
        /// Struck down by a court; the judgment's day is already uncovered, and it reaches back.
        Invalidated = "invalidated",
        /// Taken back by its authority.
        Withdrawn = "withdrawn",
        /// Reached its own last day.
        Expired = "expired",
        /// Continued by another row without a gap.
        Replaced = "replaced",
        /// The territory joined the regime's own area.
        Accession = "accession",
    }
}

vocabulary! {
    /// What a territory is to a regime on a day.
    MembershipStatus, "membership status", {
        /// Inside the regime's own area.
        Inside = "inside",
        /// A third country.
        ThirdCountry = "third_country",
        /// Judged as a third country until a person has looked.
        ReviewRequired = "review_required",
    }
}

vocabulary! {
    /// Why a regime applies to a question.
    RegimeCause, "regime cause", {
        /// A data subject's country is inside the regime's own area.
        DataSubject = "data_subject",
        /// The first exporter is established there (GDPR Art. 3(1)).
        Exporter = "exporter",
    }
}

vocabulary! {
    /// What kind of legal entity an organisation is to the register.
    OrganisationKind, "organisation kind", {
        /// A company of a group that keeps a register.
        GroupCompany = "group_company",
        /// Any other legal entity; shared by all groups.
        ThirdParty = "third_party",
        /// An international organisation: a Chapter V recipient wherever it sits (GDPR Art. 44).
        InternationalOrganisation = "international_organisation",
    }
}

vocabulary! {
    /// What lets an importer receive data from an exporter at all.
    RelationshipKind, "relationship kind", {
        /// Two companies of one group, or one legal entity with itself.
        SameGroup = "same_group",
        /// A group's engagement of a subprocessor.
        Engagement = "engagement",
        /// A registered data flow.
        Flow = "flow",
        /// Nothing is registered.
        None = "none",
    }
}

vocabulary! {
    /// The outcome of the relationship gate.
    RelationshipOutcome, "relationship outcome", {
        /// The hop may be considered by the law.
        Permitted = "permitted",
        /// The hop is not registered, not yet begun, ended, or not for this data.
        Denied = "denied",
    }
}

vocabulary! {
    /// What a change of the law or of the register does to an active engagement or flow. The order
    /// is the order of a list of them.
    Effect, "effect", {
        /// It was permitted and is denied.
        Denied = "denied",
        /// It stays denied, but other findings are.
        StillDenied = "still_denied",
        /// It stays permitted, but rests on something else or leads elsewhere.
        OtherBasis = "other_basis",
        /// It was denied and is permitted.
        Permitted = "permitted",
        /// It was not active and is.
        New = "new",
        /// It was active and is not.
        Gone = "gone",
    }
}

vocabulary! {
    /// A certification scheme (`frameworks` of the law pack).
    Framework, "framework", {
        /// EU-US Safe Harbor.
        EuUsSafeHarbor = "eu-us-safe-harbor",
        /// US-Swiss Safe Harbor.
        SwissUsSafeHarbor = "swiss-us-safe-harbor",
        /// EU-US Privacy Shield.
        EuUsPrivacyShield = "eu-us-privacy-shield",
        /// Swiss-US Privacy Shield.
        SwissUsPrivacyShield = "swiss-us-privacy-shield",
        /// EU-US Data Privacy Framework.
        EuUsDpf = "eu-us-dpf",
        /// The UK Extension to the EU-US DPF.
        UkExtension = "uk-extension",
        /// Swiss-US Data Privacy Framework.
        SwissUsDpf = "swiss-us-dpf",
    }
}

vocabulary! {
    /// An attribute of an importer that a scope condition of the law names.
    Attribute, "attribute", {
        /// A commercial organisation under PIPEDA (Canada).
        SubjectToPipeda = "subject_to_pipeda",
        /// Under a provincial law that Switzerland treats as equivalent (Canada).
        SubjectToCaEquivalentProvincialLaw = "subject_to_ca_equivalent_provincial_law",
        /// US Customs and Border Protection.
        UsCbp = "us_cbp",
        /// Canada Border Services Agency.
        CaCbsa = "ca_cbsa",
        /// The data is processed by automated means (Israel).
        AutomatedProcessing = "automated_processing",
        /// A business operator under the APPI (Japan).
        AppiBusinessOperator = "appi_business_operator",
        /// A religious organisation's missionary activity (Korea).
        ReligiousMissionary = "religious_missionary",
        /// A political party's nomination of candidates (Korea).
        PoliticalPartyNomination = "political_party_nomination",
        /// Credit information by a controller overseen by the FSC (Korea).
        CreditInformationUnderFsc = "credit_information_under_fsc",
        /// The importer is itself subject to the GDPR under Art. 3(2).
        SubjectToGdpr = "subject_to_gdpr",
    }
}

vocabulary! {
    /// A category of personal data. The list is closed and grows only with the core.
    DataCategory, "data category", {
        /// Names, addresses, telephone numbers.
        Contact = "contact",
        /// User accounts and their credentials.
        Account = "account",
        /// Billing and payment data.
        Billing = "billing",
        /// How a service or website is used.
        Usage = "usage",
        /// Device, browser and network identifiers.
        Device = "device",
        /// Geographic location.
        Location = "location",
        /// Messages and calls, and their metadata.
        Communication = "communication",
        /// Content that people upload or create.
        Content = "content",
        /// Records about customers of customers.
        Crm = "crm",
        /// Marketing preferences and campaigns.
        Marketing = "marketing",
        /// Requests for help and their handling.
        Support = "support",
        /// Data on employees: HR data in the sense of the certification frameworks.
        Employment = "employment",
        /// Special categories and criminal convictions (GDPR Art. 9 and 10).
        Special = "special",
        /// Passenger name records.
        Pnr = "pnr",
        /// Data gathered for journalistic purposes.
        Journalistic = "journalistic",
    }
}

impl DataCategory {
    /// The Data Privacy Vocabulary's term (DPV-PD 2.3), where it has one.
    #[must_use]
    pub const fn dpv_pd(self) -> Option<&'static str> {
        match self {
            Self::Contact => Some("https://w3id.org/dpv/pd#Contact"),
            Self::Account => Some("https://w3id.org/dpv/pd#Username"),
            Self::Billing => Some("https://w3id.org/dpv/pd#FinancialAccount"),
            Self::Usage => Some("https://w3id.org/dpv/pd#Tracking"),
            Self::Device => Some("https://w3id.org/dpv/pd#DeviceBased"),
            Self::Location => Some("https://w3id.org/dpv/pd#Location"),
            Self::Communication => Some("https://w3id.org/dpv/pd#Communication"),
            Self::Crm => Some("https://w3id.org/dpv/pd#Profile"),
            Self::Employment => Some("https://w3id.org/dpv/pd#Professional"),
            Self::Content
            | Self::Marketing
            | Self::Support
            | Self::Special
            | Self::Pnr
            | Self::Journalistic => None,
        }
    }
}

vocabulary! {
    /// What an assessment came to.
    Conclusion, "conclusion", {
        /// The level of protection is essentially equivalent, with the measures recorded.
        Favourable = "favourable",
        /// It is not; the transfer must not take place on this mechanism.
        Unfavourable = "unfavourable",
    }
}

vocabulary! {
    /// On which side an organisation stands in a mechanism.
    PartySide, "party side", {
        /// It sends.
        Exporter = "exporter",
        /// It receives.
        Importer = "importer",
        /// It does either, as the members of a group bound by BCR do.
        Both = "both",
    }
}

vocabulary! {
    /// What a certification or mechanism that nobody has checked does to a verdict.
    UncheckedFacts, "setting for unchecked facts", {
        /// It does not carry: `evidence_unchecked` is a reason.
        Deny = "deny",
        /// It carries with the warning `evidence_unchecked`.
        Warn = "warn",
    }
}
