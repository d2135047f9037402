//! Pages of lists, and the cursors between them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::query::{Parameters, Query};

/// How many items a page has when nobody says.
pub(crate) const USUAL: usize = 50;
/// How many it has at most.
pub(crate) const GREATEST: usize = 200;
/// What every cursor matches.
pub(crate) const CURSOR_PATTERN: &str = "^[A-Za-z0-9_-]{13,400}$";

/// How many bytes of the hash a cursor carries: a multiple of three, so that they are whole in it.
const SEAL: usize = 9;

/// Where a page begins: the key of the item before it, sealed together with the list and its
/// filters, so that a changed cursor, or one of another list, is noticed. The seal keeps no secret:
/// whoever recomputes it reads only what the list shows anyway.
pub(crate) struct Cursor;

impl Cursor {
    /// The cursor of the page after an item.
    pub(crate) fn seal(operation: &str, filters: &str, key: &str) -> String {
        let mut bytes = digest(operation, filters, key).to_vec();
        bytes.extend_from_slice(key.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The key in a cursor, if this list with these filters gave it out.
    pub(crate) fn open(operation: &str, filters: &str, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (seal, key) = bytes.split_at_checked(SEAL)?;
        let key = std::str::from_utf8(key).ok()?;
        (digest(operation, filters, key) == seal).then(|| key.to_owned())
    }
}

fn digest(operation: &str, filters: &str, key: &str) -> [u8; SEAL] {
    let whole = Sha256::new()
        .chain_update(operation)
        .chain_update([0])
        .chain_update(filters)
        .chain_update([0])
        .chain_update(key)
        .finalize();
    let mut seal = [0; SEAL];
    for (to, from) in seal.iter_mut().zip(whole) {
        *to = from;
    }
    seal
}

/// One page of items that come in the order of their keys, and the cursor of the next.
pub(crate) fn page<'a, T, P: Parameters>(
    items: impl Iterator<Item = &'a T>,
    query: &Query<P>,
    key: impl Fn(&T) -> String,
) -> (Vec<&'a T>, Option<String>) {
    let limit = query.limit();
    let mut page: Vec<_> = items
        .filter(|item| query.after().is_none_or(|after| key(item).as_str() > after))
        .take(limit + 1)
        .collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page
        .last()
        .filter(|_| more)
        .map(|last| query.cursor_after(&key(last)));
    (page, next)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
mod tests {
    use super::*;
    use crate::{
        api::query::{CURSOR, KNOWN_AT, LIMIT, Parameter},
        refusal::{Refusal, ViolationCode},
    };

    #[derive(Debug)]
    struct Words;

    impl Parameters for Words {
        const OPERATION: &'static str = "listWords";
        const PARAMETERS: &'static [Parameter] = &[
            LIMIT,
            CURSOR,
            KNOWN_AT,
            Parameter::new("group", "", crate::api::query::Kind::Name),
        ];
    }

    fn query(text: &[(&str, &str)]) -> Result<Query<Words>, Refusal> {
        Query::of(
            text.iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
        )
    }

    fn codes(refusal: &Refusal) -> Vec<(&str, ViolationCode)> {
        refusal
            .violations()
            .iter()
            .map(|v| (v.pointer.as_str(), v.code))
            .collect()
    }

    #[test]
    fn following_the_cursors_shows_every_item_once() {
        let words: Vec<String> = (100..125).map(|n| n.to_string()).collect();
        let mut seen = Vec::new();
        let mut cursor = None::<String>;
        for _ in 0..10 {
            let mut asked = vec![("limit", "10")];
            if let Some(cursor) = &cursor {
                asked.push(("cursor", cursor));
            }
            let query = query(&asked).unwrap();
            let (page, next) = page(words.iter(), &query, String::clone);
            seen.extend(page.into_iter().cloned());
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, words);
        assert!(cursor.is_none());
    }

    #[test]
    fn a_last_page_that_is_just_full_has_no_next() {
        let words: Vec<String> = (10..20).map(|n| n.to_string()).collect();
        let query = query(&[("limit", "10")]).unwrap();
        assert!(page(words.iter(), &query, String::clone).1.is_none());
    }

    #[test]
    fn a_changed_cursor_is_refused_wherever_it_was_changed() {
        let cursor = Cursor::seal("listWords", "", "0190-key");
        assert!(query(&[("cursor", &cursor)]).is_ok());
        for at in 0..cursor.len() {
            let mut bytes = cursor.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let refusal = query(&[("cursor", &changed)]).unwrap_err();
            assert_eq!(codes(&refusal), [("/cursor", ViolationCode::BadCursor)]);
        }
        for wrong in ["", "x", "%00", &cursor[1..], &format!("{cursor}A")] {
            assert!(query(&[("cursor", wrong)]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cursor_holds_only_for_its_list_and_filters() {
        let other_list = Cursor::seal("listOther", "", "key");
        assert!(query(&[("cursor", &other_list)]).is_err());
        let filtered = Cursor::seal("listWords", "group=a\n", "key");
        assert!(query(&[("cursor", &filtered)]).is_err());
        assert!(query(&[("cursor", &filtered), ("group", "a")]).is_ok());
        assert!(query(&[("cursor", &filtered), ("group", "b")]).is_err());
    }

    #[test]
    fn everything_wrong_with_a_query_is_said_at_once() {
        let refusal = query(&[
            ("limit", "0"),
            ("group", "a"),
            ("group", "b"),
            ("grup", "a"),
            ("known_at", "2026-01-01T00:00:00+00:00"),
        ])
        .unwrap_err();
        assert_eq!(
            codes(&refusal),
            [
                ("/group", ViolationCode::RepeatedParameter),
                ("/grup", ViolationCode::UnknownParameter),
                ("/known_at", ViolationCode::BadInstant),
                ("/limit", ViolationCode::OutOfRange),
            ]
        );
        for (limit, code) in [
            ("201", ViolationCode::OutOfRange),
            ("ten", ViolationCode::WrongType),
            ("-1", ViolationCode::WrongType),
            ("1.0", ViolationCode::WrongType),
        ] {
            let refusal = query(&[("limit", limit)]).unwrap_err();
            assert_eq!(codes(&refusal), [("/limit", code)]);
        }
    }
}
