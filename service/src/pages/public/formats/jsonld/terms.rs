//! Which term of the Data Privacy Vocabulary says what the registry's own words say.

use serde_json::{Value, json};
use transfer_decision::{span::Day, vocabulary::DataCategory};

/// The prefixes of the document and what they stand for.
pub(super) const NAMESPACES: &[(&str, &str)] = &[
    ("dpv", "https://w3id.org/dpv#"),
    ("pd", PD),
    ("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"),
    ("legal-eu", "https://w3id.org/dpv/legal/eu#"),
    ("loc", "https://w3id.org/dpv/loc#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

const PD: &str = "https://w3id.org/dpv/pd#";

/// The day from which the GDPR applies (its Art. 99(2)); before it, none of its articles is a basis.
const GDPR: Option<Day> = Day::from_ymd_opt(2018, 5, 25);

/// The countries of whose adequacy decisions the vocabulary knows.
const ADEQUATE: &[&str] = &[
    "AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "NZ", "UY",
];

/// A category of data: a kind of the vocabulary's where it has one, and the registry's code.
pub(super) fn data(category: DataCategory) -> Value {
    let term = category.dpv_pd().and_then(|term| term.strip_prefix(PD));
    let kind = term.map_or("dpv:PersonalData".to_owned(), |term| format!("pd:{term}"));
    json!({"@type": kind, "dct:identifier": category.code()})
}

/// A purpose: a kind of the vocabulary's where one says the same, and the code.
pub(super) fn purpose(code: &str) -> Value {
    let kind = match code {
        "access_control" => "dpv:EnforceAccessControl",
        "account_management" => "dpv:AccountManagement",
        "advertising" => "dpv:Advertising",
        "billing" | "payment" => "dpv:PaymentManagement",
        "contract_performance" => "dpv:FulfilmentOfContractualObligation",
        "customer_communication" => "dpv:CommunicationManagement",
        "customer_support" => "dpv:CustomerCare",
        "hosting" => "dpv:TechnicalServiceProvision",
        "legal_obligation" => "dpv:LegalCompliance",
        "marketing" => "dpv:Marketing",
        "personalisation" => "dpv:Personalisation",
        "product_analytics" | "usage_metering" | "website_analytics" => "dpv:ServiceUsageAnalytics",
        "risk_management" => "dpv:OrganisationRiskManagement",
        "security" => "dpv:EnforceSecurity",
        "service_provision" => "dpv:ServiceProvision",
        _ => "dpv:Purpose",
    };
    json!({"@type": kind, "dct:identifier": code})
}

/// The kinds of legal basis that a row of the law pack is on a day. The vocabulary knows the GDPR's
/// alone; anything else is a basis for a transfer, and its citation says which.
pub(super) fn legal_basis(id: &str, day: Day) -> Vec<String> {
    let mut kinds = vec!["dpv:DataTransferLegalBasis".to_owned()];
    if GDPR.is_some_and(|first| first <= day) {
        kinds.extend(article(id).map(|article| format!("eu-gdpr:{article}")));
    }
    kinds
}

/// The article under which a row of the law pack permits.
fn article(id: &str) -> Option<&'static str> {
    let rest = id.strip_prefix("EU-")?;
    if rest.starts_with("ADQ-") {
        return Some("A45-3");
    }
    if rest.starts_with("BCR-") {
        return Some("A46-2-b");
    }
    // Those that the Commission adopted under the Directive stay in force by Art. 46(5).
    if rest.starts_with("SCC-") {
        return Some("A46-2-c");
    }
    Some(match rest {
        "ART46-2-a" => "A46-2-a",
        "ART46-2-e" => "A46-2-e",
        "ART46-2-f" => "A46-2-f",
        "ART46-3-a" => "A46-3-a",
        "ART46-3-b" => "A46-3-b",
        "ART49-1-a" => "A49-1-a",
        "ART49-1-b" => "A49-1-b",
        "ART49-1-c" => "A49-1-c",
        "ART49-1-d" => "A49-1-d",
        "ART49-1-e" => "A49-1-e",
        "ART49-1-f" => "A49-1-f",
        "ART49-1-g" => "A49-1-g",
        // So the vocabulary numbers the second subparagraph of Art. 49(1).
        "ART49-1-SUB2" => "A49-2",
        _ => return None,
    })
}

/// The vocabulary's own name of the adequacy decision of which a row tells, where it has one.
pub(super) fn decision(id: &str) -> Option<String> {
    let rest = id.strip_prefix("EU-ADQ-")?;
    let (country, number) = rest.split_once('-')?;
    // Of Canada it knows the decision on commercial organisations, and not the one on the border
    // agency's passenger records.
    let known = ADEQUATE.contains(&country) && !number.starts_with("CBSA");
    known.then(|| format!("legal-eu:Adequacy-EU-{country}"))
}

/// The instrument that a legal basis is carried out with, where the vocabulary has a term for it.
pub(super) fn measure(id: &str) -> Option<&'static str> {
    let rest = id.strip_prefix("EU-")?;
    Some(match rest {
        "ART46-2-e" => "eu-gdpr:CodesOfConductForDataTransfers",
        "ART46-2-f" => "eu-gdpr:CertificationMechanismsForDataTransfers",
        "ART46-3-a" => "eu-gdpr:AdHocContractualClauses",
        _ if rest.starts_with("SCC-") => "eu-gdpr:SCCByCommission",
        _ if rest.starts_with("BCR-") => "eu-gdpr:BindingCorporateRules",
        _ => return None,
    })
}
