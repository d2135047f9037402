//! Texts as lines of glyphs.

use std::{borrow::Cow, collections::HashMap, ops::Range, sync::Arc};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::{
    Alignment, AlignmentOptions, FontContext, Layout, LayoutContext, OverflowWrap,
    fontique::{Blob, Collection, CollectionOptions, SourceCache},
    style::{FontFamily, FontFamilyName, FontWeight, LineHeight, StyleProperty},
};
use transfer_registry_core::validation::turns_text;

/// The one typeface: Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and more.
const FAMILY: &str = "DejaVu Sans";
/// The height of a line, in times the size of its letters.
const LEADING: f32 = 1.3;

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// The size of its letters, in points.
    pub(super) size: f32,
    /// Whether it is set in bold.
    pub(super) bold: bool,
}

/// One line, at the left edge of its block.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its height, in points.
    pub(super) height: f32,
    /// From its top to its baseline.
    pub(super) ascent: f32,
    /// From its left edge to the end of its last letter.
    pub(super) width: f32,
    pub(super) runs: Vec<Run>,
}

/// Letters of one font.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// From the line's left edge.
    pub(super) x: f32,
    pub(super) size: f32,
    pub(super) font: Font,
    pub(super) text: Arc<str>,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

/// Sets texts in type.
pub(super) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    /// The fonts as the writer takes them, by the reader's number of their data.
    known: HashMap<u64, Font>,
    /// Whether a letter was replaced by its number.
    pub(super) replaced: bool,
}

impl Typesetter {
    pub(super) fn new() -> Self {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        for font in [dejavu::sans::regular(), dejavu::sans::bold()] {
            collection.register_fonts(Blob::new(Arc::new(font)), None);
        }
        Self {
            fonts: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            known: HashMap::new(),
            replaced: false,
        }
    }

    /// A text in lines of a width at most. Each of its own lines begins a new one.
    pub(super) fn lines(&mut self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let paragraphs = text.split('\n');
        paragraphs
            .flat_map(|paragraph| self.paragraph(paragraph, style, width))
            .collect()
    }

    /// The width of a text in one line.
    pub(super) fn width(&mut self, text: &str, style: Style) -> f32 {
        let lines = self.lines(text, style, f32::MAX);
        lines.iter().map(|line| line.width).fold(0.0, f32::max)
    }

    fn paragraph(&mut self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let text = self.legible(text, style);
        let layout = self.layout(&text, style, width);
        let text: Arc<str> = text.into();
        let lines = layout.lines().map(|line| {
            let metrics = line.metrics();
            let mut x = metrics.offset;
            let runs = line
                .runs()
                .filter_map(|run| {
                    let begin = x;
                    let glyphs = glyphs(&run, &mut x);
                    let font = self.known(run.font())?;
                    (!glyphs.is_empty()).then(|| Run {
                        x: begin,
                        size: run.font_size(),
                        font,
                        text: Arc::clone(&text),
                        glyphs,
                    })
                })
                .collect();
            let height = style.size * LEADING;
            Line {
                height,
                // The letters in the middle of their line.
                ascent: style.size.mul_add(0.75, (height - style.size) / 2.0),
                width: x,
                runs,
            }
        });
        lines.collect()
    }

    fn layout(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.fonts, text, 1.0, false);
        let family = FontFamilyName::Named(Cow::Borrowed(FAMILY));
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(
            vec![family],
        ))));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(
            LEADING,
        )));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout: Layout<()> = builder.build(text);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        layout
    }

    fn known(&mut self, font: &parley::FontData) -> Option<Font> {
        let id = font.data.id();
        if let Some(known) = self.known.get(&id) {
            return Some(known.clone());
        }
        let loaded = Font::new(font.data.as_ref().to_vec().into(), font.index)?;
        self.known.insert(id, loaded.clone());
        Some(loaded)
    }

    /// A text of which every letter is seen: what the typeface lacks, and what changes the letters
    /// around it, stands there by its number.
    fn legible(&mut self, text: &str, style: Style) -> String {
        let plain: String = text
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        let hidden = |letter: char| turns_text(letter) || is_private(letter);
        let shown = self.numbered(&plain, |_, letter| hidden(letter));
        let missing = missing(&self.layout(&shown, style, f32::MAX));
        if missing.is_empty() {
            return shown;
        }
        let lacks = |at: usize| missing.iter().any(|range| range.contains(&at));
        self.numbered(&shown, |at, _| lacks(at))
    }

    /// A text with some of its letters as their numbers.
    fn numbered(&mut self, text: &str, which: impl Fn(usize, char) -> bool) -> String {
        let mut shown = String::with_capacity(text.len());
        for (at, letter) in text.char_indices() {
            if which(at, letter) {
                self.replaced = true;
                let number = format!("[U+{:04X}]", u32::from(letter));
                shown.push_str(&number);
            } else {
                shown.push(letter);
            }
        }
        shown
    }
}

/// Whether a letter means whatever its sender says.
const fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Where a text has letters that no font has.
fn missing(layout: &Layout<()>) -> Vec<Range<usize>> {
    let runs = layout.lines().flat_map(|line| line.runs());
    let clusters = runs.flat_map(|run| run.clusters().collect::<Vec<_>>());
    clusters
        .filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))
        .map(|cluster| cluster.text_range())
        .collect()
}

/// The glyphs of a run in the order in which they stand, from `x` on.
fn glyphs(run: &parley::layout::Run<'_, ()>, x: &mut f32) -> Vec<KrillaGlyph> {
    let size = run.font_size();
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    for cluster in run.visual_clusters() {
        if cluster.is_ligature_continuation() {
            // It has no glyph of its own; its text is that of the glyph before it.
            if let Some(last) = glyphs.last_mut() {
                let range = cluster.text_range();
                last.text_range.start = last.text_range.start.min(range.start);
                last.text_range.end = last.text_range.end.max(range.end);
            }
            continue;
        }
        for glyph in cluster.glyphs() {
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(glyph.id),
                glyph.advance / size,
                glyph.x / size,
                glyph.y / size,
                0.0,
                cluster.text_range(),
                None,
            ));
            *x += glyph.advance;
        }
    }
    glyphs
}
