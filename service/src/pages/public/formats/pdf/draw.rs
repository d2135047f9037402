//! A document on its pages as a file: PDF/A-2a for archives, PDF/UA-1 for those who do not see it.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::{
    Document as File, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Accessibility, Archival, Configuration, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::{Page, PageSettings},
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag,
        TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
    },
};

use super::{
    pages::{Branch, MARGIN, PAGE, Pages, Part, Placed, SMALL, Tree, WIDTH},
    structure::Document,
    typeset::{Line, Typesetter},
};
use crate::refusal::Refusal;

/// Writes a document.
///
/// # Errors
/// A fault of ours, when it cannot be written.
pub(super) fn of(
    document: &Document,
    pages: &Pages,
    typesetter: &mut Typesetter,
) -> Result<Vec<u8>, Refusal> {
    let strict = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish();
    let strict = strict.map_err(|error| {
        tracing::error!(?error, "the standards of a document exclude each other");
        Refusal::Internal
    })?;
    match written(document, pages, typesetter, strict) {
        Ok(bytes) => Ok(bytes),
        // Somebody's letters are no reason to have no document; it then claims less.
        Err(KrillaError::Validation(errors)) => {
            tracing::warn!(?errors, "a document does not meet its standards");
            let plain = Configuration::default();
            written(document, pages, typesetter, plain).map_err(fault)
        }
        Err(error) => Err(fault(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn fault(error: KrillaError) -> Refusal {
    tracing::error!(?error, "a document could not be written");
    Refusal::Internal
}

fn written(
    document: &Document,
    pages: &Pages,
    typesetter: &mut Typesetter,
    configuration: Configuration,
) -> Result<Vec<u8>, KrillaError> {
    let mut file = File::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut found: Vec<Vec<Identifier>> = Vec::new();
    found.resize_with(pages.numbers, Vec::new);
    let count = pages.pages.len();
    for (at, placed) in pages.pages.iter().enumerate() {
        let Some(settings) = PageSettings::from_wh(PAGE.0, PAGE.1) else {
            continue;
        };
        let mut page = file.start_page_with(settings);
        let mut surface = page.surface();
        surface.set_fill(Some(ink(0.0)));
        surface.set_stroke(None);
        for one in placed {
            place(&mut surface, one, &mut found);
        }
        around(&mut surface, document, typesetter, (at + 1, count));
        surface.finish();
        link(&mut page, placed, pages, &mut found);
        page.finish();
    }
    file.set_tag_tree(tree(document, pages, &mut found));
    file.set_outline(outline(pages));
    file.set_metadata(metadata(document));
    file.finish()
}

fn ink(lightness: f32) -> Fill {
    let tone = (lightness * 255.0).round().clamp(0.0, 255.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 255"
    )]
    let tone = tone as u8;
    Fill {
        paint: rgb::Color::new(tone, tone, tone).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }
}

fn place(surface: &mut Surface<'_>, placed: &Placed, found: &mut [Vec<Identifier>]) {
    match placed {
        Placed::Line {
            x,
            y,
            line,
            number: Some(number),
            ..
        } => {
            let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            draw(surface, (*x, *y), line);
            surface.end_tagged();
            if let Some(lines) = found.get_mut(*number) {
                lines.push(identifier);
            }
        }
        Placed::Line { x, y, line, .. } => {
            artifact(surface, ArtifactType::PaginationOther);
            draw(surface, (*x, *y), line);
            surface.end_tagged();
        }
        Placed::Rule { x, y, width } => rule(surface, (*x, *y), *width),
    }
}

/// What a reader who does not see it is not told.
fn artifact(surface: &mut Surface<'_>, kind: ArtifactType) {
    // Its number is that of nothing.
    let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
}

fn draw(surface: &mut Surface<'_>, (x, y): (f32, f32), line: &Line) {
    for run in &line.runs {
        surface.draw_glyphs(
            Point::from_xy(x + run.x, y + line.ascent),
            &run.glyphs,
            run.font.clone(),
            &run.text,
            run.size,
            false,
        );
    }
}

fn rule(surface: &mut Surface<'_>, (x, y): (f32, f32), width: f32) {
    let mut path = PathBuilder::new();
    path.move_to(x, y);
    path.line_to(x + width, y);
    let Some(path) = path.finish() else { return };
    artifact(surface, ArtifactType::Layout);
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: ink(0.55).paint,
        width: 0.4,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.set_fill(Some(ink(0.0)));
    surface.end_tagged();
}

/// What stands above and below the text of each page.
fn around(
    surface: &mut Surface<'_>,
    document: &Document,
    typesetter: &mut Typesetter,
    (page, pages): (usize, usize),
) {
    surface.set_fill(Some(ink(0.25)));
    let mut line = |text: &str, y: f32, right: bool, kind: ArtifactType| {
        let width = if right { WIDTH } else { WIDTH - 90.0 };
        let lines = typesetter.lines(text, SMALL, width);
        // More than a line would run into what is below.
        if let Some(line) = lines.first() {
            let x = if right {
                MARGIN + WIDTH - line.width
            } else {
                MARGIN
            };
            artifact(surface, kind);
            draw(surface, (x, y), line);
            surface.end_tagged();
        }
    };
    line(&document.header, 28.0, false, ArtifactType::Header);
    let mut y = PAGE.1 - 44.0;
    for said in &document.footer {
        line(said, y, false, ArtifactType::Footer);
        y += SMALL.size * 1.35;
    }
    let number = document.page_of.replace("{pages}", &pages.to_string());
    let number = number.replace("{page}", &page.to_string());
    line(&number, PAGE.1 - 44.0, true, ArtifactType::PageNumber);
}

/// Makes the lines of a page that are an address lead there.
fn link(page: &mut Page<'_>, placed: &[Placed], pages: &Pages, found: &mut [Vec<Identifier>]) {
    for one in placed {
        let Placed::Line {
            x,
            y,
            line,
            number: Some(number),
            link: Some(link),
        } = one
        else {
            continue;
        };
        let Some(url) = pages.links.get(*link) else {
            continue;
        };
        let (right, bottom) = (x + line.width.max(1.0), y + line.height);
        let Some(area) = Rect::from_ltrb(*x, *y, right, bottom) else {
            continue;
        };
        let action = Action::Link(LinkAction::new(url.clone()));
        let annotation = LinkAnnotation::new(area, Target::Action(action));
        let annotation = Annotation::new_link(annotation, Some(url.clone()));
        let identifier = page.add_tagged_annotation(annotation);
        if let Some(lines) = found.get_mut(*number) {
            lines.push(identifier);
        }
    }
}

fn tree(document: &Document, pages: &Pages, found: &mut [Vec<Identifier>]) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(document.language.to_owned()));
    for part in &pages.trees {
        tree.push(node(part, found));
    }
    tree
}

fn node(tree: &Tree, found: &mut [Vec<Identifier>]) -> Node {
    let mut group = TagGroup::new(tag(tree));
    for branch in &tree.inside {
        match branch {
            Branch::Tree(inside) => group.push(node(inside, found)),
            Branch::Lines(number) => {
                let lines = found.get_mut(*number).map(std::mem::take);
                for identifier in lines.unwrap_or_default() {
                    group.push(identifier);
                }
            }
        }
    }
    Node::Group(group)
}

fn tag(tree: &Tree) -> TagKind {
    match tree.part {
        Part::Heading(level) => {
            let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, tree.title.clone()).into()
        }
        Part::Paragraph => Tag::P.into(),
        Part::List => Tag::L(ListNumbering::None).into(),
        Part::Item => Tag::LI.into(),
        Part::Label => Tag::Lbl.into(),
        Part::Body => Tag::LBody.into(),
        Part::Table => Tag::Table.into(),
        Part::Head => Tag::THead.into(),
        Part::Rows => Tag::TBody.into(),
        Part::Row => Tag::TR.into(),
        Part::ColumnHeader => Tag::TH(TableHeaderScope::Column).into(),
        Part::RowHeader => Tag::TH(TableHeaderScope::Row).into(),
        Part::Data => Tag::TD.into(),
        Part::Link => Tag::Link.into(),
    }
}

fn outline(pages: &Pages) -> Outline {
    let mut outline = Outline::new();
    for (title, page, y) in &pages.outline {
        let there = XyzDestination::new(*page, Point::from_xy(MARGIN, *y));
        outline.push_child(OutlineNode::new(title.clone(), there));
    }
    outline
}

fn metadata(document: &Document) -> Metadata {
    let at = document.issued;
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(document.title.clone())
        .authors(vec![document.publisher.clone()])
        .language(document.language.to_owned())
        .creator("Transfer Registry".to_owned())
        .creation_date(date)
        .document_id(document.identity.clone())
}
