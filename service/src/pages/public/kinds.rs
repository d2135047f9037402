//! The sections of a list: what kind of service it is, by the purpose's code.

use super::words::Wording;

/// A kind of service; what carries everything else comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Infrastructure,
    Product,
    Support,
    Business,
    Marketing,
    Other,
}

impl Kind {
    /// The kind that a purpose's code speaks of.
    pub(super) fn of(purpose: Option<&str>) -> Self {
        match purpose.unwrap_or_default() {
            "hosting" | "storage" | "backup" | "content_delivery" | "security" | "monitoring"
            | "access_control" | "troubleshooting" => Self::Infrastructure,
            "service_provision"
            | "messaging"
            | "email_delivery"
            | "artificial_intelligence"
            | "identity_verification"
            | "personalisation"
            | "usage_metering" => Self::Product,
            "customer_support"
            | "customer_communication"
            | "service_information"
            | "account_management" => Self::Support,
            "accounting"
            | "banking"
            | "billing"
            | "consulting"
            | "contract_performance"
            | "insurance"
            | "legal_claims"
            | "legal_obligation"
            | "payment"
            | "professional_advice"
            | "risk_management" => Self::Business,
            "advertising" | "analytics" | "marketing" | "website_analytics" => Self::Marketing,
            _ => Self::Other,
        }
    }

    /// What it is called.
    pub(super) fn name(self, w: Wording) -> &'static str {
        let kinds = &w.words().kind;
        match self {
            Self::Infrastructure => &kinds.infrastructure,
            Self::Product => &kinds.product,
            Self::Support => &kinds.support,
            Self::Business => &kinds.business,
            Self::Marketing => &kinds.marketing,
            Self::Other => &kinds.other,
        }
    }
}
