//! The closed vocabularies of the field, each defined once.
//!
//! Every code is `snake_case` or the official name in kebab-case, is stable, and is the same word
//! in code, tables, API, pages and documents. An unknown code is an error and never a default.

mod codes;
mod reasons;
mod territory;
mod tools;

pub use codes::*;
pub use reasons::*;
pub use territory::*;
pub use tools::*;

/// A text that is no code of a closed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {vocabulary} `{code}`")]
pub struct UnknownCode {
    /// The vocabulary's name, in the field's words.
    pub vocabulary: &'static str,
    /// What was offered.
    pub code: String,
}

/// Defines a closed vocabulary: the enum, its codes both ways, its order, and serde by code.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $label:literal, { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every member, in the vocabulary's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::vocabulary::UnknownCode { vocabulary: $label, code: code.to_owned() }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::vocabulary::deserialize_code(deserializer)
            }
        }
    };
}
pub(crate) use vocabulary;

/// Reads a code from a text, and refuses every other type.
pub(crate) fn deserialize_code<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
