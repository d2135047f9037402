//! The files of the pack that is built into the program.

use super::PackFile;

macro_rules! pack {
    ($($path:literal),+ $(,)?) => {
        &[$(PackFile {
            path: $path,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/law/", $path)),
        }),+]
    };
}

/// Every file of the pack, as it was when the program was built.
pub const FILES: &[PackFile<'static>] = pack![
    "bases.toml",
    "ch/adequacy-annex-1.toml",
    "ch/adequacy-fdpic-list.toml",
    "ch/membership.toml",
    "ch/tools.toml",
    "eu/adequacy.toml",
    "eu/membership.toml",
    "eu/tools.toml",
    "frameworks.toml",
    "pack.toml",
    "uk/adequacy.toml",
    "uk/membership.toml",
    "uk/tools.toml",
];
