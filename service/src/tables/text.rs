//! Text that a spreadsheet must not take for a formula; the rule stands in the module's description.

use std::borrow::Cow;

/// The text as a cell holds it.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if needs_quote(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that a cell holds.
pub(super) fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_quote(cell) => rest,
        _ => cell,
    }
}

/// Whether a spreadsheet could take it for a formula, or for no cell at all, were it not for the
/// single quotes at its beginning.
fn needs_quote(text: &str) -> bool {
    let rest = text.trim_start_matches('\'');
    rest.is_empty()
        || rest
            .trim_start_matches([' ', '\u{a0}'])
            .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}
