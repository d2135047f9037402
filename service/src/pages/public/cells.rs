//! What stands in the cells of a row: an entry of the list in the words of a language.

use transfer_decision::{law::Basis, vocabulary::Outcome};
use transfer_registry_core::publications::PublishedField;

use super::{
    bases::RegimeBasis,
    frame::Here,
    list::{Entry, Location},
    query::Asked,
    reading::Reading,
    words::{Article, Citation, Language, Marked, Wording},
};

/// An entry as a row.
pub(super) struct Row {
    /// By which a link leads to it.
    pub(super) id: String,
    /// Whose it is, as a link to its page.
    pub(super) name: Marked,
    /// What stands beside it.
    pub(super) cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its column.
    pub(super) label: &'static str,
    /// What stands in it.
    pub(super) shown: Marked,
}

/// Puts entries into words.
pub(super) struct Telling<'a> {
    w: Wording,
    demo: bool,
    group: &'a str,
    /// What a link to another page takes along.
    kept: Asked,
}

impl<'a> Telling<'a> {
    /// In the language of a page.
    pub(super) fn of(reading: &'a Reading) -> Self {
        Self {
            w: reading.wording,
            demo: reading.snapshot.is_demo(),
            group: &reading.group,
            kept: reading.asked.of_a_day(),
        }
    }

    /// The columns of the list.
    pub(super) fn columns(&self) -> [&'static str; 7] {
        let list = &self.w.words().list;
        [
            &list.does,
            &list.data,
            &list.places,
            self.w.field(PublishedField::Seat),
            &list.basis,
            self.w.field(PublishedField::Condition),
            &list.since,
        ]
    }

    /// An entry as a row.
    pub(super) fn row(&self, entry: &Entry) -> Row {
        let id = if entry.changes {
            format!("engagement-{}-{}", entry.id, entry.since)
        } else {
            format!("engagement-{}", entry.id)
        };
        let shown = [
            self.does(entry),
            self.data(entry),
            self.places(&entry.locations),
            self.seat(entry),
            self.bases(entry),
            self.condition(entry),
            self.since(entry),
        ];
        let cells = self.columns().into_iter().zip(shown);
        Row {
            id,
            name: self.name(&entry.slug, &entry.legal_name),
            cells: cells.map(|(label, shown)| Cell { label, shown }).collect(),
        }
    }

    /// A name that leads to the subprocessor's page.
    pub(super) fn name(&self, slug: &str, legal_name: &str) -> Marked {
        let page = Here::Subprocessor(slug.to_owned()).path(self.group);
        Marked::link(&self.kept.at(&page), &Marked::name(legal_name))
    }

    fn does(&self, entry: &Entry) -> Marked {
        let more = match (&entry.description, &entry.purpose) {
            (Some(description), _) => Some(Marked::typed(description)),
            (None, Some(purpose)) => Some(self.w.purpose(purpose)),
            (None, None) => None,
        };
        let more = more.map(|more| more.within("span", "more"));
        let note = entry.note.as_deref().map(small);
        lines([Some(Marked::typed(&entry.service)), more, note])
    }

    fn data(&self, entry: &Entry) -> Marked {
        let categories = entry.data_categories.as_ref();
        let categories = categories.map(|all| Marked::text(&self.w.categories(all)));
        let people = entry.data_subjects.as_deref().map(|people| {
            let people = Marked::typed(people);
            Marked::said(&self.w.list.people, &[("people", &people)]).within("span", "more")
        });
        lines([
            Some(categories.unwrap_or_else(|| missing(&self.w.shared.not_recorded))),
            people,
        ])
    }

    /// Where it touches the data.
    pub(super) fn places(&self, locations: &[Location]) -> Marked {
        if locations.is_empty() {
            return missing(&self.w.list.undisclosed);
        }
        let mut merged: Vec<(&str, Vec<&str>)> = Vec::new();
        for location in locations {
            let (place, activity) = (
                self.w.place(location.place),
                self.w.activity(location.activity),
            );
            match merged.iter_mut().find(|(known, _)| *known == place) {
                Some((_, activities)) if activities.contains(&activity) => {}
                Some((_, activities)) => activities.push(activity),
                None => merged.push((place, vec![activity])),
            }
        }
        let places = merged.into_iter();
        Marked::listed(places.map(|(place, activities)| {
            Marked::text(&format!("{place} ({})", activities.join(", ")))
        }))
    }

    fn seat(&self, entry: &Entry) -> Marked {
        let seat = match entry.seat {
            Some(_) => Marked::text(self.w.place(entry.seat)),
            None => missing(&self.w.list.unknown_place),
        };
        lines([Some(seat), entry.seat_note.as_deref().map(small)])
    }

    fn condition(&self, entry: &Entry) -> Marked {
        match &entry.condition {
            Some(condition) => Marked::typed(condition),
            None => missing(&self.w.list.no_condition),
        }
    }

    fn since(&self, entry: &Entry) -> Marked {
        let moves = entry
            .changes
            .then(|| Marked::text(&self.w.list.other_place));
        let until = entry.until.map(|until| {
            let day = self.w.day(until);
            Marked::said(&self.w.list.until, &[("day", &day)])
        });
        lines([Some(self.w.day(entry.since)), moves, until])
    }

    /// The transfer basis for the people of each regime; regimes that say the same are one line.
    pub(super) fn bases(&self, entry: &Entry) -> Marked {
        let mut lines: Vec<(Vec<&str>, &RegimeBasis)> = Vec::new();
        for basis in &entry.bases {
            let whose = self.w.regime(basis.regime);
            let same = |other: &RegimeBasis| {
                basis.says_what(other) && self.kind(entry, basis) == self.kind(entry, other)
            };
            match lines.iter_mut().find(|(_, other)| same(other)) {
                Some((all, _)) => all.push(whose),
                None => lines.push((vec![whose], basis)),
            }
        }
        let lines = lines.into_iter().map(|(whose, basis)| {
            let whose = format!("{}{}", self.w.and(&whose), self.w.shared.colon);
            Marked::text(&whose)
                .within("span", "whose")
                .and(&mark(basis))
                .and(&Marked::text(&self.at(basis)))
                .and(&self.basis(entry, basis))
        });
        Marked::listed(lines)
    }

    /// The destinations that it is about, where it is not about all.
    fn at(&self, found: &RegimeBasis) -> String {
        if found.at.is_empty() {
            return String::new();
        }
        let names: Vec<&str> = found.at.iter().map(|place| self.w.place(*place)).collect();
        format!("{}{}", self.w.and(&names), self.w.shared.colon)
    }

    fn basis(&self, entry: &Entry, found: &RegimeBasis) -> Marked {
        let Some(basis) = &found.basis else {
            let shared = &self.w.shared;
            let none = if self.demo {
                &shared.demo_none
            } else {
                &shared.none_recorded
            };
            let unknown = found.country_unknown;
            let unknown = unknown.then(|| own_words(&self.w.list.country_unknown));
            return Marked::text(none).and(&unknown.unwrap_or_default());
        };
        let article = Article::of(found.regime, found.outcome, found.tool(), entry.on);
        let article = article.map(|article| self.w.article(article));
        let kind = self.kind(entry, found);
        let linked = |text: &Marked| Marked::link(&self.w.law_link(&basis.url), text);
        let mut line = match (article, self.cited(found.outcome, basis)) {
            (Some(article), None) => Marked::text(&format!("{kind} ("))
                .and(&linked(&Marked::text(&article)))
                .and(&Marked::text(")")),
            (article, cited) => {
                let article = article.map(|article| format!(" ({article})"));
                let article = article.unwrap_or_default();
                let cited = cited.unwrap_or_else(|| self.english(&basis.citation));
                Marked::text(&format!("{kind}{article}{}", self.w.shared.colon))
                    .and(&linked(&cited))
            }
        };
        for warning in &found.warnings {
            line = line.and(&own_words(self.w.warning(*warning)));
        }
        line
    }

    /// What kind of basis it is: of a safeguard or derogation the tool, else the outcome.
    fn kind(&self, entry: &Entry, found: &RegimeBasis) -> String {
        let Some(agreement) = found.agreement else {
            let row = found.basis.as_ref().map(|basis| basis.id.as_str());
            return self
                .w
                .outcome(found.regime, found.outcome, row, entry.on)
                .to_owned();
        };
        self.w.agreement(agreement.tool, agreement.module)
    }

    /// A row of the law pack as this language cites it; `None`: the article says it all.
    fn cited(&self, outcome: Outcome, basis: &Basis) -> Option<Marked> {
        let citation = match self.w.citation(&basis.citation) {
            Citation::Said(said) => Some(Marked::text(&said)),
            Citation::Article => None,
            Citation::English(text) => Some(self.english(text)),
        };
        let named = self.w.basis(&basis.id).map(Marked::text);
        let named = named.or_else(|| {
            let says_more = match outcome {
                Outcome::Adequacy => !is_plain(&basis.title),
                Outcome::NotRestricted => true,
                Outcome::Safeguard | Outcome::Derogation | Outcome::Denied => false,
            };
            says_more.then(|| self.english(&basis.title))
        });
        let known = self.w.basis(&basis.id).is_some();
        match (named, citation) {
            // What it is called says enough: its citation is a sentence.
            (Some(named), _) if known && outcome == Outcome::NotRestricted => Some(named),
            (named, citation) => {
                let pieces: Vec<_> = named.into_iter().chain(citation).collect();
                let comma = Marked::text(", ");
                (!pieces.is_empty()).then(|| Marked::joined(pieces, &comma))
            }
        }
    }

    /// Words of the law pack, which are English.
    fn english(&self, text: &str) -> Marked {
        if self.w.language == Language::English {
            Marked::text(text)
        } else {
            Marked::english(text)
        }
    }
}

/// Whether a title of the law pack says no more than that there is an adequacy decision, or list.
pub(super) fn is_plain(title: &str) -> bool {
    ["Adequacy decision", "DPO ", "FDPIC ", "DPA 2018 "]
        .iter()
        .any(|start| title.starts_with(start))
}

/// The state of an answer: a shape and a colour beside the words.
fn mark(basis: &RegimeBasis) -> Marked {
    let state = match (basis.outcome, basis.warnings.is_empty()) {
        (Outcome::Denied, _) if basis.country_unknown => "mark unassessable",
        (Outcome::Denied, _) => "mark none",
        (_, true) => "mark recorded",
        (_, false) => "mark warned",
    };
    Marked::hidden(state)
}

/// A note as somebody wrote it.
fn small(text: &str) -> Marked {
    Marked::typed(text).within("small", "note")
}

/// A sentence of the page's own, after a line.
fn own_words(text: &str) -> Marked {
    Marked::text(" ").and(&Marked::text(text).within("small", "note"))
}

/// One under the other.
pub(super) fn lines<const N: usize>(pieces: [Option<Marked>; N]) -> Marked {
    Marked::joined(pieces.into_iter().flatten(), &Marked::line())
}

/// What is said where nothing is recorded.
pub(super) fn missing(words: &str) -> Marked {
    Marked::text(words).within("span", "unknown")
}
