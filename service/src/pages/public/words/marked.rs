//! Text with marks in it, ready for a page: whatever was typed is escaped, and stands apart from the
//! page's own language and direction.

use std::fmt;

use askama::filters::HtmlSafe;

/// A piece of HTML in which every text was escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marked(String);

impl Marked {
    /// The page's own words, or a code.
    pub(crate) fn text(text: &str) -> Self {
        let mut marked = Self::default();
        marked.push(text);
        marked
    }

    /// A name as it was entered.
    pub(crate) fn name(name: &str) -> Self {
        Self(format!("<bdi>{}</bdi>", Self::text(name)))
    }

    /// A text as it was entered; nobody says in which language.
    pub(crate) fn typed(text: &str) -> Self {
        Self(format!("<bdi lang=\"\">{}</bdi>", Self::text(text)))
    }

    /// A link to a page of this site or to the law.
    pub(crate) fn link(href: &str, text: &Self) -> Self {
        Self(format!("<a href=\"{}\">{text}</a>", Self::text(href)))
    }

    /// Something that a machine reads as a day or instant.
    pub(crate) fn time(machine: &str, text: &str) -> Self {
        let (machine, text) = (Self::text(machine), Self::text(text));
        Self(format!("<time datetime=\"{machine}\">{text}</time>"))
    }

    /// English within a page of another language, such as the law pack's own titles.
    pub(crate) fn english(text: &str) -> Self {
        Self(format!("<span lang=\"en\">{}</span>", Self::text(text)))
    }

    /// The same in an element with a class of the style sheet.
    pub(crate) fn within(&self, element: &'static str, class: &'static str) -> Self {
        Self(format!("<{element} class=\"{class}\">{self}</{element}>"))
    }

    /// A shape that only eyes see; the words beside it say the same.
    pub(crate) fn hidden(class: &'static str) -> Self {
        Self(format!(
            "<span class=\"{class}\" aria-hidden=\"true\"></span> "
        ))
    }

    /// The end of a line.
    pub(crate) fn line() -> Self {
        Self("<br>".to_owned())
    }

    /// Several, with something between them.
    pub(crate) fn joined(pieces: impl IntoIterator<Item = Self>, between: &Self) -> Self {
        let mut whole = Self::default();
        for (at, piece) in pieces.into_iter().enumerate() {
            if at > 0 {
                whole.0.push_str(&between.0);
            }
            whole.0.push_str(&piece.0);
        }
        whole
    }

    /// Several as a list.
    pub(crate) fn listed(pieces: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self("<ul>".to_owned());
        for piece in pieces {
            whole.0.push_str("<li>");
            whole.0.push_str(&piece.0);
            whole.0.push_str("</li>");
        }
        whole.0.push_str("</ul>");
        whole
    }

    /// A sentence of the page's words with what fills its `{places}`. A place that nothing fills
    /// stays as it is, so that a test sees it.
    pub(crate) fn said(sentence: &str, filled: &[(&str, &Self)]) -> Self {
        let mut whole = Self::default();
        for piece in pieces(sentence) {
            let value = |name: &str| filled.iter().find(|(known, _)| *known == name);
            match piece {
                Piece::Words(words) => whole.push(words),
                Piece::Place(name) => match value(name) {
                    Some((_, value)) => whole.0.push_str(&value.0),
                    None => whole.push(&format!("{{{name}}}")),
                },
            }
        }
        whole
    }

    /// This and then that.
    pub(crate) fn and(mut self, next: &Self) -> Self {
        self.0.push_str(&next.0);
        self
    }

    fn push(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&#34;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
    }
}

/// What a sentence consists of.
enum Piece<'a> {
    Words(&'a str),
    Place(&'a str),
}

fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, next)) = after.split_once('}') else {
            break;
        };
        found.extend([Piece::Words(before), Piece::Place(name)]);
        rest = next;
    }
    found.push(Piece::Words(rest));
    found
}

/// The same without marks, such as a page's title.
pub(crate) fn filled(sentence: &str, values: &[(&str, &str)]) -> String {
    let value = |name: &str| values.iter().find(|(known, _)| *known == name);
    let pieces = pieces(sentence).into_iter().map(|piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Place(name) => {
            value(name).map_or_else(|| format!("{{{name}}}"), |(_, value)| (*value).to_owned())
        }
    });
    pieces.collect()
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Marked {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_typed_is_text_and_never_marks() {
        let hostile = "<b>\"&'</b>";
        let escaped = "&lt;b&gt;&#34;&amp;&#39;&lt;/b&gt;";
        assert_eq!(Marked::text(hostile).to_string(), escaped);
        assert_eq!(
            Marked::typed(hostile).to_string(),
            format!("<bdi lang=\"\">{escaped}</bdi>")
        );
        let link = Marked::link("/\"><script>", &Marked::name(hostile)).to_string();
        assert_eq!(
            link,
            format!("<a href=\"/&#34;&gt;&lt;script&gt;\"><bdi>{escaped}</bdi></a>")
        );
    }

    #[test]
    fn a_sentence_is_filled_and_what_fills_it_is_not_read_again() {
        let name = Marked::text("{day}");
        let day = Marked::time("2020-07-16", "16 July 2020");
        let said = Marked::said(
            "{name} from {day} & {missing}",
            &[("name", &name), ("day", &day)],
        );
        assert_eq!(
            said.to_string(),
            "{day} from <time datetime=\"2020-07-16\">16 July 2020</time> &amp; {missing}"
        );
    }
}
