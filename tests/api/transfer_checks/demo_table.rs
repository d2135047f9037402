//! The demo register's answers through time, as data: for each pair and regime the spans of days
//! between two boundaries, and what comes out in each.
//!
//! The boundaries are the law's and the register's own, so every row can be checked against the
//! Official Journal, the Annex to the Swiss DPO, or a notice, without reading the program.

/// The same outcome from a day to the day before the next span.
pub(super) struct Era {
    pub(super) from: &'static str,
    pub(super) outcome: &'static str,
    /// The basis, or for a denial a reason that must be among those given.
    pub(super) because: &'static str,
}

const fn free(from: &'static str, basis: &'static str) -> Era {
    era(from, "not_restricted", basis)
}

const fn adequate(from: &'static str, basis: &'static str) -> Era {
    era(from, "adequacy", basis)
}

const fn denied(from: &'static str, reason: &'static str) -> Era {
    era(from, "denied", reason)
}

const fn era(from: &'static str, outcome: &'static str, because: &'static str) -> Era {
    Era {
        from,
        outcome,
        because,
    }
}

/// One pair, one regime, and the destination that its findings have; no destination: unknown.
pub(super) struct Strand {
    pub(super) exporter: &'static str,
    pub(super) importers: &'static [&'static str],
    /// A data subject's country that brings the regime.
    pub(super) subject: &'static str,
    pub(super) regime: &'static str,
    pub(super) destination: Option<&'static str>,
    pub(super) eras: &'static [Era],
}

/// An American importer under `eu` that claims the Privacy Shield from 2019-06-01, and no more.
const US_SHIELD_EU: &[Era] = &[
    denied("2016-07-12", "certification_missing"),
    adequate("2019-06-01", "EU-ADQ-US-PS-2016-1250"),
    denied("2020-07-16", "instrument_invalidated"),
    denied("2023-07-10", "certification_missing"),
];

/// The same under `ch`: the Swiss Shield fell 54 days later.
const US_SHIELD_CH: &[Era] = &[
    denied("2017-01-11", "certification_missing"),
    adequate("2019-06-01", "CH-FDPIC-US-PS"),
    denied("2020-09-08", "instrument_withdrawn"),
    denied("2024-09-15", "certification_missing"),
];

/// An American importer with nothing at all.
const US_BARE_EU: &[Era] = &[
    denied("2018-05-01", "certification_missing"),
    denied("2020-07-16", "instrument_invalidated"),
    denied("2023-07-10", "certification_missing"),
];

const US_BARE_CH: &[Era] = &[
    denied("2018-05-25", "certification_missing"),
    denied("2020-09-08", "instrument_withdrawn"),
    denied("2024-09-15", "certification_missing"),
];

const US_BARE_UK: &[Era] = &[
    denied("2021-01-01", "instrument_not_yet_in_force"),
    denied("2023-10-12", "certification_missing"),
];

/// An American importer with the demo's three certifications, from 2023-09-01.
const US_DPF_EU: &[Era] = &[
    denied("2018-05-01", "certification_missing"),
    denied("2020-07-16", "instrument_invalidated"),
    denied("2023-07-10", "certification_missing"),
    adequate("2023-09-01", "EU-ADQ-US-DPF-2023-1795"),
];

/// The Swiss one exists from 2023-09-01 as well, and carries nothing before 2024-09-15.
const US_DPF_CH: &[Era] = &[
    denied("2018-05-25", "certification_missing"),
    denied("2020-09-08", "instrument_withdrawn"),
    denied("2023-09-01", "instrument_not_yet_in_force"),
    adequate("2024-09-15", "CH-DPO-A1-US"),
];

const US_DPF_UK: &[Era] = &[
    denied("2021-01-01", "instrument_not_yet_in_force"),
    adequate("2023-10-12", "UK-SI-2023-1028-US"),
];

/// The United Kingdom, which was never uncovered for `eu`.
const GB_EU: &[Era] = &[
    free("2000-01-01", "EU-MEMBER"),
    free("2020-02-01", "EU-TRANSITION-WA127"),
    free("2021-01-01", "EU-TCA-782"),
    adequate("2021-06-28", "EU-ADQ-GB-2021-1772-p1"),
    adequate("2025-06-28", "EU-ADQ-GB-2021-1772-p2"),
    adequate("2025-12-19", "EU-ADQ-GB-2021-1772-p3"),
    denied("2031-12-28", "adequacy_expired"),
];

const GB_CH: &[Era] = &[
    denied("2000-01-01", "law_not_recorded"),
    adequate("2018-05-25", "CH-FDPIC-GB"),
    adequate("2023-09-01", "CH-DPO-A1-GB"),
];

const GB_UK: &[Era] = &[free("2021-01-01", "UK-DOMESTIC")];

const GI_EU: &[Era] = &[
    free("2000-01-01", "EU-TERRITORY-355"),
    free("2020-02-01", "EU-TRANSITION-WA127"),
    denied("2021-01-01", "no_mechanism"),
    denied("2026-07-15", "review_required"),
];

const GI_CH: &[Era] = &[
    denied("2000-01-01", "law_not_recorded"),
    adequate("2018-05-25", "CH-FDPIC-GI"),
    adequate("2023-09-01", "CH-DPO-A1-GI"),
];

const GI_UK: &[Era] = &[adequate("2021-01-01", "UK-SCH21-GI")];

const NZ_EU: &[Era] = &[
    denied("2000-01-01", "instrument_not_yet_in_force"),
    adequate("2012-12-19", "EU-ADQ-NZ-2013-65"),
];

const NZ_CH: &[Era] = &[
    denied("2000-01-01", "law_not_recorded"),
    adequate("2018-05-25", "CH-FDPIC-NZ"),
    adequate("2023-09-01", "CH-DPO-A1-NZ"),
];

const NZ_UK: &[Era] = &[adequate("2021-01-01", "UK-SCH21-NZ")];

/// The area EU: a member state's own row for `eu`, every member's adequacy for the others, named
/// by the first of those that end first.
const AREA_EU: &[Era] = &[free("2000-01-01", "EU-MEMBER")];

const AREA_CH: &[Era] = &[
    adequate("2018-05-25", "CH-FDPIC-AT"),
    adequate("2023-09-01", "CH-DPO-A1-AT"),
];

const AREA_UK: &[Era] = &[adequate("2021-01-01", "UK-SCH21-AT")];

/// A third country of which the law pack knows no instrument.
const NOTHING_EU: &[Era] = &[denied("2000-01-01", "no_mechanism")];

const NOTHING_CH: &[Era] = &[
    denied("2000-01-01", "law_not_recorded"),
    denied("2018-05-25", "no_mechanism"),
];

const NOTHING_UK: &[Era] = &[denied("2021-01-01", "no_mechanism")];

const UNKNOWN: &[Era] = &[denied("2018-05-25", "country_unknown")];

const UNKNOWN_UK: &[Era] = &[denied("2021-01-01", "country_unknown")];

/// The three regimes of one pair: the subject that brings each.
macro_rules! strands {
    ($($exporter:literal => [$($importer:literal),+] in $destination:expr; $eu:ident $ch:ident $uk:ident)+) => {
        &[$(
            strand!($exporter, [$($importer),+], "DE", "eu", $destination, $eu),
            strand!($exporter, [$($importer),+], "CH", "ch", $destination, $ch),
            strand!($exporter, [$($importer),+], "GB", "uk", $destination, $uk),
        )+]
    };
}

macro_rules! strand {
    ($exporter:literal, [$($importer:literal),+], $subject:literal, $regime:literal, $destination:expr, $eras:ident) => {
        Strand {
            exporter: $exporter,
            importers: &[$($importer),+],
            subject: $subject,
            regime: $regime,
            destination: $destination,
            eras: $eras,
        }
    };
}

pub(super) const QCONTACT: &[Strand] = strands! {
    "qcontact-ltd" => ["qcontact-inc"] in Some("US"); US_SHIELD_EU US_SHIELD_CH US_BARE_UK
    "qcontact-ltd" => ["castillo-ltd"] in Some("GI"); GI_EU GI_CH GI_UK
    "qcontact-inc" => ["castillo-ltd"] in Some("GI"); GI_EU GI_CH GI_UK
    "qcontact-inc" => ["qcontact-ltd"] in Some("GB"); GB_EU GB_CH GB_UK
    "castillo-ltd" => ["qcontact-ltd"] in Some("GB"); GB_EU GB_CH GB_UK
    "qcontact-customers" => ["qcontact-ltd"] in Some("GB"); GB_EU GB_CH GB_UK
    "qcontact-ltd" => ["qcontact-billing"] in Some("NZ"); NZ_EU NZ_CH NZ_UK
    "qcontact-ltd" => ["qcontact-datacentre"] in Some("EU"); AREA_EU AREA_CH AREA_UK
    "qcontact-inc" => ["cloudflare"] in Some("US"); US_DPF_EU US_DPF_CH US_DPF_UK
    "qcontact-ltd" => ["google", "linkedin"] in Some("US"); US_BARE_EU US_BARE_CH US_BARE_UK
    "qcontact-ltd" => [
        "qcontact-insurers", "qcontact-advisers", "qcontact-banking", "qcontact-payment",
        "qcontact-accounting", "qcontact-analytics", "qcontact-consultants"
    ] in None; UNKNOWN UNKNOWN UNKNOWN_UK
};

pub(super) const THE_OTHERS: &[Strand] = strands! {
    "botsify" => ["amazon-web-services", "digitalocean", "stripe"] in Some("US"); US_DPF_EU US_DPF_CH US_DPF_UK
    "botsify" => ["meta-platforms"] in Some("US"); US_BARE_EU US_BARE_CH US_BARE_UK
    "quickbots-customers" => ["netcode"] in Some("MA"); NOTHING_EU NOTHING_CH NOTHING_UK
    "netcode" => ["meta-platforms"] in Some("US"); US_BARE_EU US_BARE_CH US_BARE_UK
    "netcode" => ["netcode-hosting", "netcode-payment", "netcode-email-delivery", "netcode-analytics"] in None; UNKNOWN UNKNOWN UNKNOWN_UK
    "qiscus-customers" => ["qiscus-pte-ltd"] in Some("SG"); NOTHING_EU NOTHING_CH NOTHING_UK
    "qiscus-pte-ltd" => ["google"] in Some("US"); US_BARE_EU US_BARE_CH US_BARE_UK
    "instantchatbots-customers" => ["instantchatbots-ai"] in None; UNKNOWN UNKNOWN UNKNOWN_UK
    "instantchatbots-ai" => ["instantchatbots-service-providers"] in None; UNKNOWN UNKNOWN UNKNOWN_UK
};

/// A registered relationship: the pairs, its kind, and its first day (none: every day).
pub(super) struct Connection {
    pub(super) exporter: &'static str,
    pub(super) importers: &'static [&'static str],
    pub(super) kind: &'static str,
    pub(super) from: Option<&'static str>,
}

const fn connection(
    exporter: &'static str,
    importers: &'static [&'static str],
    kind: &'static str,
    from: Option<&'static str>,
) -> Connection {
    Connection {
        exporter,
        importers,
        kind,
        from,
    }
}

pub(super) const CONNECTIONS: &[Connection] = &[
    connection(
        "qcontact-ltd",
        &["qcontact-inc", "castillo-ltd"],
        "same_group",
        None,
    ),
    connection(
        "castillo-ltd",
        &["qcontact-inc", "qcontact-ltd"],
        "same_group",
        None,
    ),
    connection(
        "qcontact-customers",
        &["qcontact-ltd"],
        "flow",
        Some("2019-06-01"),
    ),
    connection(
        "qcontact-ltd",
        &[
            "qcontact-billing",
            "qcontact-datacentre",
            "cloudflare",
            "google",
            "linkedin",
        ],
        "engagement",
        Some("2019-06-01"),
    ),
    connection(
        "castillo-ltd",
        &["qcontact-insurers", "google"],
        "engagement",
        Some("2019-06-01"),
    ),
    connection(
        "botsify",
        &[
            "amazon-web-services",
            "digitalocean",
            "stripe",
            "meta-platforms",
        ],
        "engagement",
        Some("2018-05-01"),
    ),
    connection(
        "quickbots-customers",
        &["netcode"],
        "flow",
        Some("2024-08-19"),
    ),
    connection(
        "netcode",
        &[
            "meta-platforms",
            "netcode-hosting",
            "netcode-payment",
            "netcode-email-delivery",
            "netcode-analytics",
        ],
        "engagement",
        Some("2024-08-19"),
    ),
    connection(
        "qiscus-customers",
        &["qiscus-pte-ltd"],
        "flow",
        Some("2018-05-01"),
    ),
    connection(
        "qiscus-pte-ltd",
        &["google"],
        "engagement",
        Some("2018-05-01"),
    ),
    connection(
        "instantchatbots-customers",
        &["instantchatbots-ai"],
        "flow",
        Some("2018-05-01"),
    ),
    connection(
        "instantchatbots-ai",
        &["instantchatbots-service-providers"],
        "engagement",
        Some("2018-05-01"),
    ),
];

/// Which regimes apply, and why: exporter, subject, day, then regime and causes.
pub(super) type Applies = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
);

/// The exporter decides besides the data subject, and both change sides with Brexit.
pub(super) const REGIMES: &[Applies] = &[
    (
        "qcontact-ltd",
        "DE",
        "2020-12-31",
        &[("eu", &["data_subject", "exporter"])],
    ),
    (
        "qcontact-ltd",
        "DE",
        "2021-01-01",
        &[("eu", &["data_subject"]), ("uk", &["exporter"])],
    ),
    (
        "qcontact-ltd",
        "CH",
        "2020-12-31",
        &[("eu", &["exporter"]), ("ch", &["data_subject"])],
    ),
    (
        "qcontact-ltd",
        "CH",
        "2021-01-01",
        &[("ch", &["data_subject"]), ("uk", &["exporter"])],
    ),
    (
        "qcontact-ltd",
        "GB",
        "2020-12-31",
        &[("eu", &["data_subject", "exporter"])],
    ),
    (
        "qcontact-ltd",
        "GB",
        "2021-01-01",
        &[("uk", &["data_subject", "exporter"])],
    ),
    ("qcontact-ltd", "US", "2021-01-01", &[("uk", &["exporter"])]),
    ("castillo-ltd", "US", "2020-12-31", &[("eu", &["exporter"])]),
    ("castillo-ltd", "US", "2021-01-01", &[]),
    ("castillo-ltd", "US", "2026-07-14", &[]),
    ("castillo-ltd", "US", "2026-07-15", &[("eu", &["exporter"])]),
    (
        "qcontact-inc",
        "GB",
        "2020-12-31",
        &[("eu", &["data_subject"])],
    ),
    (
        "qcontact-inc",
        "GB",
        "2021-01-01",
        &[("uk", &["data_subject"])],
    ),
    (
        "qcontact-inc",
        "IS",
        "2024-01-01",
        &[("eu", &["data_subject"])],
    ),
    (
        "qcontact-inc",
        "LI",
        "2024-01-01",
        &[("eu", &["data_subject"])],
    ),
    ("qcontact-inc", "US", "2024-01-01", &[]),
    ("qcontact-inc", "PR", "2024-01-01", &[]),
    ("botsify", "CH", "2018-05-01", &[("ch", &["data_subject"])]),
];
