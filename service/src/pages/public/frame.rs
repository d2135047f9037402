//! What stands around every public page: its title, its languages, and the way to the others.

use transfer_decision::span::Day;

use super::{
    query::Asked,
    reading::Reading,
    words::{Language, Wording},
};

/// Around a page.
pub(super) struct Frame {
    /// The words of its language.
    pub(super) w: Wording,
    /// What the browser calls it.
    pub(super) title: String,
    /// The group's name.
    pub(super) name: String,
    /// Whether the register is the demo's.
    pub(super) demo: bool,
    /// The same page in each language.
    pub(super) languages: Vec<Tongue>,
    /// The pages of the list.
    pub(super) pages: Vec<Way>,
    /// The same in other formats.
    pub(super) formats: Vec<Format>,
}

/// The page in a language.
pub(super) struct Tongue {
    /// The language.
    pub(super) language: Language,
    /// Where it is.
    pub(super) href: String,
    /// Whether it is the one that is shown.
    pub(super) current: bool,
}

/// A way to another page.
pub(super) struct Way {
    /// What it is called.
    pub(super) label: &'static str,
    /// Where it is.
    pub(super) href: String,
    /// Whether it is the one that is shown.
    pub(super) current: bool,
}

/// The list in another format.
pub(super) struct Format {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// What it is called.
    pub(super) label: &'static str,
    /// Where it is.
    pub(super) href: String,
}

/// Which page it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Here {
    /// The list of today, or of the day in the query.
    List,
    /// The list of a day, at its own address.
    Archived(Day),
    /// What is to come.
    Upcoming,
    /// What was published.
    Changes,
    /// Two days side by side.
    Comparison,
    /// One subprocessor, by slug.
    Subprocessor(String),
}

impl Here {
    /// Its path.
    pub(super) fn path(&self, group: &str) -> String {
        let list = format!("/{group}/subprocessors");
        match self {
            Self::List => list,
            Self::Archived(day) => format!("{list}/as-of/{day}"),
            Self::Upcoming => format!("{list}/upcoming"),
            Self::Changes => format!("{list}/changes"),
            Self::Comparison => format!("{list}/compare"),
            Self::Subprocessor(slug) => format!("{list}/{slug}"),
        }
    }
}

impl Frame {
    /// Around a page of a group.
    pub(super) fn of(reading: &Reading, here: &Here, name: &str, title: String) -> Self {
        let w = reading.wording;
        let group = reading.group.as_str();
        // The day of an archived page is in its path.
        let mut asked = reading.asked.clone();
        if matches!(here, Here::Archived(_)) {
            asked.as_of = None;
        }
        let path = here.path(group);
        let languages = Language::ALL.into_iter().map(|language| Tongue {
            language,
            href: asked.in_language(language).at(&path),
            current: language == w.language,
        });
        let any = reading.asked.of_any();
        let words = w.words();
        let pages = [
            (words.shared.current.as_str(), Here::List),
            (words.upcoming.heading.as_str(), Here::Upcoming),
            (words.changes.heading.as_str(), Here::Changes),
            (words.compare.heading.as_str(), Here::Comparison),
        ];
        let pages = pages.into_iter().map(|(label, page)| Way {
            label,
            href: any.at(&page.path(group)),
            current: page == *here && (page != Here::List || reading.asked.as_of.is_none()),
        });
        let formats = match here {
            Here::List | Here::Archived(_) => formats(group, &reading.asked),
            _ => formats(group, &reading.asked.of_a_day()),
        };
        Self {
            w,
            title,
            name: name.to_owned(),
            demo: reading.snapshot.is_demo(),
            languages: languages.collect(),
            pages: pages.collect(),
            formats,
        }
    }
}

/// The formats of a list. All but the document are the same in every language.
fn formats(group: &str, asked: &Asked) -> Vec<Format> {
    let everywhere = Asked {
        lang: None,
        ..asked.clone()
    };
    let known = [
        ("application/json", "JSON", "json"),
        ("text/csv", "CSV", "csv"),
        ("application/ld+json", "JSON-LD", "jsonld"),
        ("application/pdf", "PDF", "pdf"),
    ];
    let mut formats: Vec<_> = known
        .into_iter()
        .map(|(media_type, label, ending)| Format {
            media_type,
            label,
            href: if ending == "pdf" { asked } else { &everywhere }
                .at(&format!("/{group}/subprocessors.{ending}")),
        })
        .collect();
    formats.push(Format {
        media_type: "application/atom+xml",
        label: "Atom",
        href: format!("/{group}/subprocessors.atom"),
    });
    formats.push(Format {
        media_type: "text/calendar",
        label: "ICS",
        href: format!("/{group}/subprocessors/upcoming.ics"),
    });
    formats
}

impl Frame {
    /// The `link` header: the same in other formats and languages (RFC 8288).
    pub(super) fn links(&self) -> String {
        let formats = self.formats.iter().map(|format| {
            let Format {
                media_type, href, ..
            } = format;
            format!("<{href}>; rel=\"alternate\"; type=\"{media_type}\"")
        });
        let languages = self.languages.iter().map(|tongue| {
            let Tongue { language, href, .. } = tongue;
            format!(
                "<{href}>; rel=\"alternate\"; hreflang=\"{}\"",
                language.code()
            )
        });
        formats.chain(languages).collect::<Vec<_>>().join(", ")
    }
}
