//! The documentation's marks as far as the pages of the codes use them: paragraphs, lists, emphasis,
//! code and links. What else there is stays as it is written.

use super::texts;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// A list.
    Items(Vec<Vec<Piece>>),
}

/// A piece of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it is.
    Plain(String),
    /// Emphasised.
    Strong(String),
    /// Code.
    Code(String),
    /// A link: where to, and its words.
    Link(String, String),
}

/// A text without its title and its first sentence, which the page says already, and without its
/// example, which is for programs.
pub(super) fn after_title(text: &str) -> Vec<Block> {
    let blocks = text.split("\n\n").map(str::trim);
    let said = blocks.skip_while(|block| !block.starts_with("**"));
    until_example(said)
}

/// A section without the request that performs it, which is for programs.
pub(super) fn section(text: &str) -> Vec<Block> {
    until_example(text.split("\n\n").map(str::trim))
}

fn until_example<'t>(blocks: impl Iterator<Item = &'t str>) -> Vec<Block> {
    let ends = ["**Example.**", "**Request.**", "```"];
    blocks
        .take_while(|block| !ends.iter().any(|end| block.starts_with(end)))
        // Tables are for programs too.
        .filter(|block| !block.is_empty() && !block.starts_with(['|', '#']))
        .map(block)
        .collect()
}

fn block(text: &str) -> Block {
    if let Some(items) = text.strip_prefix("- ") {
        return Block::Items(items.split("\n- ").map(pieces).collect());
    }
    Block::Paragraph(pieces(text))
}

/// Finds the marks of a paragraph. A mark without its end is a letter like others.
fn pieces(text: &str) -> Vec<Piece> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        let marked = between(rest, "**", "**")
            .map(|(inner, after)| (Piece::Strong(inner.to_owned()), after))
            .or_else(|| {
                between(rest, "`", "`").map(|(inner, after)| (Piece::Code(inner.to_owned()), after))
            })
            .or_else(|| link(rest));
        if let Some((piece, after)) = marked {
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(piece);
            rest = after;
        } else {
            plain.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

/// What stands between two marks at the beginning of a text, and what comes after.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<(&'t str, &'t str)> {
    text.strip_prefix(from)?.split_once(to)
}

fn link(text: &str) -> Option<(Piece, &str)> {
    let (words, after) = between(text, "[", "](")?;
    let (target, after) = after.split_once(')')?;
    let words = words.replace('`', "");
    let piece = match address(target) {
        Some(address) => Piece::Link(address, words),
        None => Piece::Plain(words),
    };
    Some((piece, after))
}

/// Where a link of the documentation leads here; nothing: to a page that is not served.
fn address(target: &str) -> Option<String> {
    if target.starts_with("https://") {
        return Some(target.to_owned());
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = file.trim_start_matches("../");
    if file == "remedies.md" || file.is_empty() {
        return Some(anchor)
            .filter(|anchor| !anchor.is_empty() && !anchor.contains('-'))
            .map(|code| format!("/reasons/{code}"));
    }
    let path = file.strip_suffix(".md")?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_problem = !texts::problem(name).is_empty();
    let is_reason = !texts::reason(name).is_empty() || !texts::warning(name).is_empty();
    match folder {
        "" if is_reason => Some(format!("/reasons/{name}")),
        "" if is_problem => Some(format!("/problems/{name}")),
        // A warning stands beside the reason of the same name.
        "reasons" | "warnings" => Some(format!("/reasons/{name}")),
        "problems" => Some(format!("/problems/{name}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_shown_without_what_is_for_programs() {
        let text = "# tia_missing\n\nNone.\n\n**Meaning.** There\nis `none`.\n\n**What to do.** \
                    [complete_tia](../remedies.md#complete_tia), as [others](../access.md) do.\n\n\
                    **Example.** A case line:\n\n```json\n{}\n```";
        let strong = |text: &str| Piece::Strong(text.to_owned());
        let plain = |text: &str| Piece::Plain(text.to_owned());
        assert_eq!(
            after_title(text),
            [
                Block::Paragraph(vec![
                    strong("Meaning."),
                    plain(" There is "),
                    Piece::Code("none".to_owned()),
                    plain("."),
                ]),
                Block::Paragraph(vec![
                    strong("What to do."),
                    plain(" "),
                    Piece::Link(
                        "/reasons/complete_tia".to_owned(),
                        "complete_tia".to_owned()
                    ),
                    plain(", as "),
                    plain("others"),
                    plain(" do."),
                ]),
            ]
        );
    }

    #[test]
    fn a_mark_without_its_end_is_a_letter() {
        assert_eq!(
            section("2 * [3 and `4"),
            [Block::Paragraph(vec![Piece::Plain(
                "2 * [3 and `4".to_owned()
            )])]
        );
    }
}
