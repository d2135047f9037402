//! Who asks for a change, why, and under which request.

/// Who, why and under which request; the ledger keeps all three with every change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who asks: a token's or person's name, or `system`.
    pub actor: String,
    /// Why, in the caller's words.
    pub reason: Option<String>,
    /// The request that asks for it.
    pub request_id: String,
}
