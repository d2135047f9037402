//! Modules by their numbers.
#![expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde says how it calls a module"
)]

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use transfer_decision::vocabulary::Module;

pub(super) fn serialize<S: Serializer>(
    module: &Option<Module>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    module.map(Module::number).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Module>, D::Error> {
    let Some(number) = Option::<u8>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let module = Module::from_number(number);
    module
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("there is no module {number}")))
}
