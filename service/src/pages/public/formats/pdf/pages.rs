//! Which part of a document stands where, and what it is to somebody who does not see it.

use super::{
    structure::{Block, Document, Source, Table},
    typeset::{Line, Style, Typesetter},
};
use crate::{edge::turns::Wanted, refusal::Refusal};

/// A4, lying.
pub(super) const PAGE: (f32, f32) = (841.89, 595.28);
/// What stays free at the left and right.
pub(super) const MARGIN: f32 = 40.0;
/// Where the text of a page begins, and where it ends.
const TOP: f32 = 54.0;
const BOTTOM: f32 = PAGE.1 - 56.0;
/// The width of the text.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// What stays free inside of a cell.
const PADDING: f32 = 4.0;
/// What stays free between blocks.
const GAP: f32 = 10.0;

const TITLE: Style = Style {
    size: 17.0,
    bold: true,
};
const HEADING: Style = Style {
    size: 11.5,
    bold: true,
};
const TEXT: Style = Style {
    size: 9.0,
    bold: false,
};
const CELL: Style = Style {
    size: 7.5,
    bold: false,
};
pub(super) const SMALL: Style = Style {
    size: 7.0,
    bold: false,
};

/// What somebody who does not see it is told that a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The title of a level.
    Heading(u16),
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    Head,
    Rows,
    Row,
    ColumnHeader,
    RowHeader,
    Data,
    /// A link to an address.
    Link,
}

/// The parts of a document in the order in which they are read.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) part: Part,
    pub(super) title: Option<String>,
    pub(super) inside: Vec<Branch>,
}

/// What is inside of a part.
#[derive(Debug)]
pub(super) enum Branch {
    Tree(Tree),
    /// Lines, by their number.
    Lines(usize),
}

/// Something on a page.
#[derive(Debug)]
pub(super) enum Placed {
    /// A line whose top left corner is there. Without a number it is only decoration.
    Line {
        x: f32,
        y: f32,
        line: Line,
        number: Option<usize>,
        link: Option<usize>,
    },
    /// A ruler from one side to the other.
    Rule { x: f32, y: f32, width: f32 },
}

/// A document on its pages.
pub(super) struct Pages {
    pub(super) pages: Vec<Vec<Placed>>,
    pub(super) trees: Vec<Tree>,
    /// The addresses that lines link to.
    pub(super) links: Vec<String>,
    /// Where headings stand: text, page and height.
    pub(super) outline: Vec<(String, usize, f32)>,
    /// How many numbers of lines there are.
    pub(super) numbers: usize,
}

/// Puts a document on its pages.
///
/// # Errors
/// When nobody wants it any more.
pub(super) fn of(
    document: &Document,
    typesetter: &mut Typesetter,
    wanted: &Wanted,
) -> Result<Pages, Refusal> {
    let mut setter = Setter {
        typesetter,
        pages: Pages {
            pages: vec![Vec::new()],
            trees: Vec::new(),
            links: Vec::new(),
            outline: Vec::new(),
            numbers: 0,
        },
        y: TOP,
    };
    setter.heading(&document.title, TITLE, 1);
    for block in &document.blocks {
        match block {
            Block::Heading(text) => setter.heading(text, HEADING, 2),
            Block::Text(text) => setter.text(text),
            Block::Facts(facts) => setter.facts(facts),
            Block::Table(table) => setter.table(table, wanted)?,
            Block::Sources(sources) => setter.sources(sources),
        }
    }
    if setter.typesetter.replaced {
        setter.text(&document.letters_replaced);
    }
    Ok(setter.pages)
}

struct Setter<'t> {
    typesetter: &'t mut Typesetter,
    pages: Pages,
    /// How far the last page is filled.
    y: f32,
}

impl Setter<'_> {
    fn number(&mut self) -> usize {
        let number = self.pages.numbers;
        self.pages.numbers += 1;
        number
    }

    fn put(&mut self, placed: Placed) {
        if let Some(page) = self.pages.pages.last_mut() {
            page.push(placed);
        }
    }

    fn turn(&mut self) {
        self.pages.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a new page unless there is so much room.
    fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    /// Lines one below the other, over as many pages as it takes.
    fn lines(&mut self, x: f32, lines: Vec<Line>, number: usize, link: Option<usize>) {
        for line in lines {
            self.room(line.height);
            let (y, height) = (self.y, line.height);
            self.put(Placed::Line {
                x,
                y,
                line,
                number: Some(number),
                link,
            });
            self.y += height;
        }
    }

    fn heading(&mut self, text: &str, style: Style, level: u16) {
        let lines = self.typesetter.lines(text, style, WIDTH);
        let height: f32 = lines.iter().map(|line| line.height).sum();
        if self.y > TOP {
            self.y += GAP / 2.0;
        }
        // Not alone at the foot of a page, nor with the columns' titles alone.
        self.room(height + 100.0);
        let page = self.pages.pages.len().saturating_sub(1);
        self.pages.outline.push((text.to_owned(), page, self.y));
        let number = self.number();
        self.lines(MARGIN, lines, number, None);
        self.y += 4.0;
        self.tree(leaf(Part::Heading(level), Some(text), number));
    }

    fn text(&mut self, text: &str) {
        let lines = self.typesetter.lines(text, TEXT, WIDTH);
        let number = self.number();
        self.lines(MARGIN, lines, number, None);
        self.y += GAP / 2.0;
        self.tree(leaf(Part::Paragraph, None, number));
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let bold = Style { bold: true, ..TEXT };
        let names = facts
            .iter()
            .map(|(name, _)| self.typesetter.width(name, bold));
        let widest = names.fold(0.0, f32::max).min(WIDTH / 3.0);
        let mut rows = Vec::new();
        for (name, value) in facts {
            let label = self.typesetter.lines(name, bold, widest + 1.0);
            let left = MARGIN + widest + 12.0;
            let body = self.typesetter.lines(value, TEXT, MARGIN + WIDTH - left);
            let (label_number, body_number) = (self.number(), self.number());
            let height: f32 = label.iter().map(|line| line.height).sum();
            self.room(height);
            let top = self.y;
            self.lines(MARGIN, label, label_number, None);
            let below = self.y;
            // A name is a line or two; what it names may go on over pages.
            self.y = top;
            let page = self.pages.pages.len();
            self.lines(left, body, body_number, None);
            if self.pages.pages.len() == page {
                self.y = self.y.max(below);
            }
            self.y += 2.0;
            rows.push(Branch::Tree(Tree {
                part: Part::Item,
                title: None,
                inside: vec![
                    Branch::Tree(leaf(Part::Label, None, label_number)),
                    Branch::Tree(leaf(Part::Body, None, body_number)),
                ],
            }));
        }
        self.y += GAP / 2.0;
        self.tree(group(Part::List, rows));
    }

    fn sources(&mut self, sources: &[Source]) {
        let mut items = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            let citation = format!("[{}] {}", at + 1, source.citation);
            let citation = self.typesetter.lines(&citation, CELL, WIDTH);
            let url = self.typesetter.lines(&source.url, CELL, WIDTH - 16.0);
            let link = self.pages.links.len();
            self.pages.links.push(source.url.clone());
            let (said, linked) = (self.number(), self.number());
            self.lines(MARGIN, citation, said, None);
            self.lines(MARGIN + 16.0, url, linked, Some(link));
            self.y += 3.0;
            items.push(Branch::Tree(group(
                Part::Item,
                vec![Branch::Tree(group(
                    Part::Body,
                    vec![
                        Branch::Lines(said),
                        Branch::Tree(leaf(Part::Link, None, linked)),
                    ],
                ))],
            )));
        }
        self.tree(group(Part::List, items));
    }

    fn table(&mut self, table: &Table, wanted: &Wanted) -> Result<(), Refusal> {
        let shares: f32 = table.columns.iter().map(|(_, share)| share).sum();
        let widths = table
            .columns
            .iter()
            .map(|(_, share)| WIDTH * share / shares);
        let widths: Vec<f32> = widths.collect();
        let head: Vec<Vec<Line>> = table
            .columns
            .iter()
            .zip(&widths)
            .map(|((title, _), width)| {
                let bold = Style { bold: true, ..CELL };
                self.typesetter.lines(title, bold, width - 2.0 * PADDING)
            })
            .collect();
        let numbers: Vec<usize> = head.iter().map(|_| self.number()).collect();
        self.head(&head, &widths, Some(&numbers));
        let mut rows = Vec::new();
        for row in &table.rows {
            wanted.still()?;
            rows.push(Branch::Tree(self.row(row, &widths, &head)));
        }
        let titles = numbers.into_iter();
        let titles = titles.map(|number| Branch::Tree(leaf(Part::ColumnHeader, None, number)));
        let head = group(Part::Row, titles.collect());
        self.y += GAP;
        self.tree(group(
            Part::Table,
            vec![
                Branch::Tree(group(Part::Head, vec![Branch::Tree(head)])),
                Branch::Tree(group(Part::Rows, rows)),
            ],
        ));
        Ok(())
    }

    /// The columns' titles. On the pages after the first they are there for the eye alone.
    fn head(&mut self, head: &[Vec<Line>], widths: &[f32], numbers: Option<&[usize]>) {
        let height = height_of(head);
        self.rule();
        let mut x = MARGIN;
        for (at, (lines, width)) in head.iter().zip(widths).enumerate() {
            let number = numbers.and_then(|numbers| numbers.get(at).copied());
            let mut y = self.y + PADDING;
            for line in lines {
                self.put(Placed::Line {
                    x: x + PADDING,
                    y,
                    line: line.clone(),
                    number,
                    link: None,
                });
                y += line.height;
            }
            x += width;
        }
        self.y += height + 2.0 * PADDING;
        self.rule();
    }

    fn rule(&mut self) {
        let y = self.y;
        self.put(Placed::Rule {
            x: MARGIN,
            y,
            width: WIDTH,
        });
    }

    /// A row, which goes on over pages where it is too high for one.
    fn row(&mut self, row: &[super::structure::Cell], widths: &[f32], head: &[Vec<Line>]) -> Tree {
        let mut cells: Vec<Vec<(Line, usize)>> = Vec::new();
        let mut inside = Vec::new();
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            let mut lines = Vec::new();
            let mut paragraphs = Vec::new();
            for words in cell {
                let style = Style {
                    bold: words.bold,
                    ..CELL
                };
                let number = self.number();
                let set = self
                    .typesetter
                    .lines(&words.text, style, width - 2.0 * PADDING);
                lines.extend(set.into_iter().map(|line| (line, number)));
                paragraphs.push(Branch::Tree(leaf(Part::Paragraph, None, number)));
            }
            let part = if at == 0 { Part::RowHeader } else { Part::Data };
            inside.push(Branch::Tree(group(part, paragraphs)));
            cells.push(lines);
        }
        let heights = cells
            .iter()
            .map(|lines| lines.iter().map(|(line, _)| line.height).sum());
        let height: f32 = heights.fold(0.0, f32::max) + 2.0 * PADDING;
        // What fits on a page stays together, unless most of a page would stay empty.
        if self.y + height > BOTTOM && height < (BOTTOM - TOP) * 0.6 {
            self.turn();
            self.head(head, widths, None);
        }
        let mut cells: Vec<_> = cells
            .into_iter()
            .map(|lines| lines.into_iter().peekable())
            .collect();
        loop {
            let (top, mut bottom, mut left) = (self.y + PADDING, self.y + PADDING, false);
            let mut x = MARGIN;
            for (cell, width) in cells.iter_mut().zip(widths) {
                let mut y = top;
                while let Some((line, number)) =
                    cell.next_if(|(line, _)| y + line.height <= BOTTOM - PADDING)
                {
                    let height = line.height;
                    self.put(Placed::Line {
                        x: x + PADDING,
                        y,
                        line,
                        number: Some(number),
                        link: None,
                    });
                    y += height;
                }
                left |= cell.peek().is_some();
                bottom = bottom.max(y);
                x += width;
            }
            self.y = bottom + PADDING;
            self.rule();
            if !left {
                return group(Part::Row, inside);
            }
            self.turn();
            self.head(head, widths, None);
        }
    }

    fn tree(&mut self, tree: Tree) {
        self.pages.trees.push(tree);
    }
}

fn height_of(cells: &[Vec<Line>]) -> f32 {
    let heights = cells
        .iter()
        .map(|lines| lines.iter().map(|line| line.height).sum());
    heights.fold(0.0, f32::max)
}

fn leaf(part: Part, title: Option<&str>, number: usize) -> Tree {
    Tree {
        part,
        title: title.map(str::to_owned),
        inside: vec![Branch::Lines(number)],
    }
}

fn group(part: Part, inside: Vec<Branch>) -> Tree {
    Tree {
        part,
        title: None,
        inside,
    }
}
