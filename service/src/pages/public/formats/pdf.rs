//! The list on paper: a document that can be printed and filed, PDF/A-2a and PDF/UA-1.
//!
//! It is made by `content` as a `structure`, put on `pages` in lines that are `typeset`, and drawn.
//! No text of the register is ever read as markup, and nothing in the file depends on when it was
//! made: the same list is the same file.

mod content;
mod draw;
mod pages;
mod structure;
#[cfg(test)]
mod tests;
mod typeset;
mod wording;

use super::super::{list::List, words::Wording};
use crate::{edge::turns::Wanted, refusal::Refusal};
use typeset::Typesetter;

pub(super) const MEDIA_TYPE: &str = "application/pdf";

/// The most engagements of which a document is made; a longer list is a file for a machine.
const MOST: usize = 2_000;

/// The document, made on a thread of its own: setting type takes its time.
///
/// # Errors
/// When the list is too long for one, nobody wants it any more, or it cannot be written.
pub(super) fn of(
    list: &List,
    page: &str,
    w: &Wording,
    wanted: &Wanted,
) -> Result<Vec<u8>, Refusal> {
    if list.entries.len() + list.upcoming.len() > MOST {
        return Err(Refusal::TooLarge { limit: MOST });
    }
    let printed = wording::of(w.language)?;
    let document = content::of(list, page, printed, w);
    wanted.still()?;
    let mut typesetter = Typesetter::new();
    let pages = pages::of(&document, &mut typesetter, wanted)?;
    wanted.still()?;
    draw::of(&document, &pages, &mut typesetter)
}
