//! What XML has no place for.

use super::legal;

#[test]
fn a_letter_that_xml_has_no_place_for_is_shown_as_missing() {
    for (text, shown) in [
        ("Acme\u{1}\u{fffe}", "Acme\u{fffd}\u{fffd}"),
        ("a\tb\nc", "a\tb\nc"),
        ("]]> 🌍 \u{202e}", "]]> 🌍 \u{202e}"),
    ] {
        assert_eq!(legal(text), shown);
    }
}
