//! A transfer check, asked by a form whose address can be sent to somebody else, and answered as the
//! API answers it.

mod answered;
mod asked;
mod recorded;

pub(super) use self::{
    asked::show,
    recorded::{detail, index, replay},
};

/// Its place in the navigation.
const AT: &str = "/console/check";
