//! Text that a spreadsheet must not take for a formula; the rule stands in the module's description.

use std::borrow::Cow;

/// Where a spreadsheet may take a text apart.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// With what a formula begins.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The text as a cell holds it.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("'");
    }
    changed(text, |piece, marked| {
        marked.push('\'');
        marked.push_str(piece);
    })
}

/// The text that a cell holds.
pub(super) fn plain(cell: &str) -> Cow<'_, str> {
    // Most cells have none, and every cell of a long file is asked.
    if !cell.as_bytes().contains(&b'\'') {
        return Cow::Borrowed(cell);
    }
    changed(cell, |piece, plain| {
        plain.push_str(piece.strip_prefix('\'').unwrap_or(piece));
    })
}

/// The text with a change in each piece that needs a quote; whether it needs one does not depend on
/// how many there are.
fn changed(text: &str, change: impl Fn(&str, &mut String)) -> Cow<'_, str> {
    if !pieces(text).any(|(piece, first)| needs_quote(piece, first)) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 8);
    for (piece, first) in pieces(text) {
        if needs_quote(piece, first) {
            change(piece, &mut written);
        } else {
            written.push_str(piece);
        }
    }
    Cow::Owned(written)
}

/// What a spreadsheet may take for cells, each with what ends it, and whether it is the first.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let firsts = std::iter::once(true).chain(std::iter::repeat(false));
    text.split_inclusive(SEPARATORS).zip(firsts)
}

/// Whether a spreadsheet could take a piece for a formula, or the first for no cell at all, were it
/// not for the single quotes at its beginning.
fn needs_quote(piece: &str, first: bool) -> bool {
    let rest = piece.trim_start_matches('\'');
    if !first {
        return rest
            .trim_start_matches([' ', '\u{a0}', '"'])
            .starts_with(FORMULA);
    }
    let solid = rest.trim_start_matches([' ', '\u{a0}']);
    rest.is_empty() || solid.starts_with(FORMULA) || solid.starts_with(['\t', '\r', '\n'])
}
