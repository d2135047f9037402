//! What is logged, to standard error.

use tracing_subscriber::EnvFilter;
use validator::ValidationError;

/// Faults, and one line a request; the operators' listener besides at `transfer_registry=debug`.
pub(super) const DEFAULT: &str = "warn,transfer_registry=info";

pub(super) fn check(text: &str) -> Result<(), ValidationError> {
    EnvFilter::try_new(text).map(|_| ()).map_err(|_| {
        super::fault("must be a list of filter directives, such as warn,transfer_registry=info")
    })
}
