//! The list as a document.

use transfer_decision::vocabulary::Outcome;
use transfer_registry_core::clock::day_of;

use super::{
    super::super::{
        bases::RegimeBasis,
        cells::is_plain,
        list::{Company, Entry, List},
        words::{Article, Citation, Language, Wording},
    },
    structure::{Block, Cell, Document, Source, Table, Words},
    wording::Printed,
};

/// The document, of a list whose page has an address.
pub(super) fn of(list: &List, page: &str, wording: &Printed, w: &Wording) -> Document {
    let mut writer = Writer {
        list,
        wording,
        w,
        sources: Vec::new(),
    };
    let blocks = writer.blocks(page);
    let day = w.date(list.as_of);
    let title = wording.title.replace("{group}", &list.name);
    let law_pack = wording.law_pack.replace("{pack}", &list.law_pack);
    let publication = &list.publication;
    Document {
        header: format!("{title} · {} {day}", wording.in_force),
        publisher: list.name.clone(),
        language: w.language.code(),
        issued: publication.published_at,
        identity: format!(
            "{} {} {} {page}",
            publication.content_sha256, list.revision, list.law_pack
        ),
        footer: vec![
            law_pack.replace("{revision}", &list.revision.to_string()),
            wording.hash.replace("{hash}", &publication.content_sha256),
        ],
        page_of: wording.page_of.clone(),
        letters_replaced: wording.letters_replaced.clone(),
        blocks,
        title,
    }
}

struct Writer<'a> {
    list: &'a List,
    wording: &'a Printed,
    w: &'a Wording,
    /// What was referred to so far.
    sources: Vec<Source>,
}

impl Writer<'_> {
    fn blocks(&mut self, page: &str) -> Vec<Block> {
        let wording = self.wording;
        let mut blocks = vec![Block::Facts(self.facts(page))];
        if self.list.demo {
            blocks.push(Block::Text(wording.demo.clone()));
        }
        blocks.push(Block::Text(wording.meaning.clone()));
        let (list, day) = (self.list, self.w.date(self.list.as_of));
        if !list.upcoming.is_empty() {
            blocks.push(Block::Heading(wording.upcoming.clone()));
            blocks.push(self.entries(&list.upcoming, true));
        }
        let in_effect = wording.in_effect.replace("{day}", &day);
        blocks.push(Block::Heading(in_effect));
        blocks.push(self.entries(&list.entries, false));
        blocks.push(Block::Heading(wording.companies.clone()));
        blocks.push(self.companies());
        if !self.sources.is_empty() {
            blocks.push(Block::Heading(wording.sources.clone()));
            blocks.push(Block::Sources(std::mem::take(&mut self.sources)));
        }
        blocks
    }

    fn facts(&self, page: &str) -> Vec<(String, String)> {
        let (list, wording, w) = (self.list, self.wording, self.w);
        let number = list.publication.number.to_string();
        let version = wording.version_of.replace("{number}", &number);
        let version = version.replace("{day}", &w.date(day_of(list.publication.published_at)));
        let mut facts = vec![
            (wording.published_by.clone(), list.name.clone()),
            (wording.in_force.clone(), w.date(list.as_of)),
            (wording.version.clone(), version),
        ];
        let known_at = list.known_at.as_ref();
        facts.extend(known_at.map(|instant| (wording.known_at.clone(), instant.clone())));
        facts.push((wording.address.clone(), page.to_owned()));
        let note = list.notice_note.as_ref();
        facts.extend(note.map(|note| (wording.note.clone(), note.clone())));
        facts
    }

    fn entries(&mut self, entries: &[Entry], planned: bool) -> Block {
        if entries.is_empty() {
            return Block::Text(self.wording.none.clone());
        }
        let wording = self.wording;
        let columns = [
            (&wording.entity, 15.0),
            (&wording.does, 18.0),
            (&wording.data, 14.0),
            (&wording.places, 15.0),
            (&wording.basis, 26.0),
            (&wording.days, 12.0),
        ];
        let rows = entries.iter().map(|entry| self.entry(entry, planned));
        Block::Table(Table {
            rows: rows.collect(),
            columns: columns
                .into_iter()
                .map(|(title, share)| (title.clone(), share))
                .collect(),
        })
    }

    fn entry(&mut self, entry: &Entry, planned: bool) -> Vec<Cell> {
        let (wording, w) = (self.wording, self.w);
        let mut who = vec![Words::bold(&entry.legal_name)];
        let seat = w.place(entry.seat);
        who.push(Words::plain(wording.seat_in.replace("{place}", seat)));
        who.extend(entry.seat_note.iter().map(Words::plain));
        let mut what = vec![Words::bold(&entry.service)];
        let purpose = entry.purpose.as_deref().map(|code| w.purpose_name(code));
        what.extend(purpose.map(Words::plain));
        what.extend(entry.description.iter().map(Words::plain));
        what.extend(entry.note.iter().map(Words::plain));
        vec![
            who,
            what,
            self.data(entry),
            self.places(entry),
            self.bases(entry),
            self.days(entry, planned),
        ]
    }

    fn data(&self, entry: &Entry) -> Cell {
        let (wording, w) = (self.wording, self.w);
        let categories = entry.data_categories.as_ref().map(|categories| {
            let names = categories.iter().map(|one| w.category(*one));
            names.collect::<Vec<_>>().join(", ")
        });
        let categories = categories.filter(|names| !names.is_empty());
        let mut data = vec![Words::plain(
            categories.unwrap_or_else(|| wording.not_recorded.clone()),
        )];
        let subjects = entry.data_subjects.iter();
        data.extend(subjects.map(|words| {
            let words = wording.subjects.replace("{subjects}", words);
            Words::plain(words)
        }));
        data
    }

    fn places(&self, entry: &Entry) -> Cell {
        if entry.locations.is_empty() {
            return vec![Words::plain(&self.wording.undisclosed)];
        }
        let places = entry.locations.iter().map(|at| {
            let (place, activity) = (self.w.place(at.place), self.w.activity(at.activity));
            Words::plain(format!("{place}{}{activity}", self.w.shared.colon))
        });
        places.collect()
    }

    fn bases(&mut self, entry: &Entry) -> Cell {
        let w = self.w;
        let mut cell = Vec::new();
        for found in &entry.bases {
            let row = found.basis.as_ref().map(|basis| basis.id.as_str());
            let outcome = if found.country_unknown {
                w.list.country_unknown.as_str()
            } else {
                w.outcome(found.regime, found.outcome, row, entry.on)
            };
            let article = Article::of(found.regime, found.outcome, found.tool(), entry.on);
            let article = article.map(|article| w.article(article));
            let regime = w.regime(found.regime);
            let cited = self.cited(found, article.as_deref());
            let article = article.map(|article| format!(" ({article})"));
            let article = article.unwrap_or_default();
            let at: Vec<&str> = found.at.iter().map(|place| w.place(*place)).collect();
            let at = match at.as_slice() {
                [] => String::new(),
                at => format!(" ({})", w.and(at)),
            };
            cell.push(Words::bold(format!(
                "{regime}{at}{}{outcome}{article}",
                w.shared.colon
            )));
            cell.extend(cited.map(Words::plain));
            let warnings = found.warnings.iter();
            cell.extend(warnings.map(|warning| Words::plain(w.warning(*warning))));
        }
        cell
    }

    /// What a basis is called and cited as, with the number of its address.
    fn cited(&mut self, found: &RegimeBasis, article: Option<&str>) -> Option<String> {
        let (basis, w) = (found.basis.as_ref()?, self.w);
        let agreement = found.agreement;
        let name = match (agreement, w.basis(&basis.id)) {
            (Some(agreement), _) => Some(w.agreement(agreement.tool, agreement.module)),
            (None, Some(name)) => Some(name.to_owned()),
            // A title that says no more than the outcome is left to the language of the pack.
            (None, None) if w.language != Language::English && is_plain(&basis.title) => None,
            (None, None) => Some(basis.title.clone()),
        };
        let named = found.outcome == Outcome::NotRestricted && w.basis(&basis.id).is_some();
        let citation = match w.citation(&basis.citation) {
            _ if named => None,
            Citation::Said(said) => Some(said),
            Citation::Article => None,
            Citation::English(text) => Some(text.to_owned()),
        };
        let pieces: Vec<String> = name.into_iter().chain(citation).collect();
        let shown = if pieces.is_empty() {
            basis.citation.clone()
        } else {
            pieces.join(", ")
        };
        // In the list of sources no article stands before it.
        let article = article.map(|article| format!(" ({article})"));
        let source = Source {
            citation: format!("{shown}{}", article.unwrap_or_default()),
            url: w.law_link(&basis.url),
        };
        let known = self.sources.iter().position(|known| *known == source);
        let at = known.unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        Some(format!("{shown} [{}]", at + 1))
    }

    fn days(&self, entry: &Entry, planned: bool) -> Cell {
        let (wording, w) = (self.wording, self.w);
        let dated = |words: &str, day| Words::plain(words.replace("{day}", &w.date(day)));
        let first = if planned {
            &wording.from
        } else {
            &wording.since
        };
        let mut days = vec![dated(first, entry.since)];
        days.extend(entry.until.map(|last| dated(&wording.until, last)));
        let objection = entry.objection_until.filter(|_| planned && !entry.changes);
        days.extend(objection.map(|last| dated(&wording.objection, last)));
        let condition = entry.condition.iter();
        days.extend(
            condition
                .map(|condition| Words::plain(wording.applies.replace("{condition}", condition))),
        );
        days
    }

    fn companies(&self) -> Block {
        let wording = self.wording;
        if self.list.companies.is_empty() {
            return Block::Text(wording.none.clone());
        }
        let columns = [
            (&wording.company, 24.0),
            (&wording.seat, 26.0),
            (&wording.registration, 26.0),
            (&wording.representative, 24.0),
        ];
        Block::Table(Table {
            columns: columns
                .into_iter()
                .map(|(title, share)| (title.clone(), share))
                .collect(),
            rows: self
                .list
                .companies
                .iter()
                .map(|one| self.company(one))
                .collect(),
        })
    }

    fn company(&self, company: &Company) -> Vec<Cell> {
        let said = |value: &Option<String>| {
            let words = value.as_ref().unwrap_or(&self.wording.not_recorded);
            vec![Words::plain(words)]
        };
        let mut seat = vec![Words::plain(self.w.place(company.seat))];
        seat.extend(company.seat_note.iter().map(Words::plain));
        vec![
            vec![Words::bold(&company.legal_name)],
            seat,
            said(&company.registration),
            said(&company.representative),
        ]
    }
}
