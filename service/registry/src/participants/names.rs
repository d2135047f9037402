//! Names of legal entities: what two spellings of one name have in common.

/// What a legal form may be written as, and the form it is. The longer spellings come first, so that
/// `co ltd` is not read as `ltd` after a name that ends in `co`.
const FORMS: &[(&[&str], &str)] = &[
    (&["limited", "liability", "company"], "llc"),
    (&["limited", "liability", "partnership"], "llp"),
    (&["public", "benefit", "corporation"], "pbc"),
    (&["public", "limited", "company"], "plc"),
    (&["limited", "partnership"], "lp"),
    (&["pte", "ltd"], "ltd"),
    (&["pty", "ltd"], "ltd"),
    (&["pvt", "ltd"], "ltd"),
    (&["co", "ltd"], "ltd"),
    (&["l", "l", "c"], "llc"),
    (&["l", "p"], "lp"),
    (&["s", "a"], "sa"),
    (&["inc"], "inc"),
    (&["incorporated"], "inc"),
    (&["corp"], "corp"),
    (&["corporation"], "corp"),
    (&["llc"], "llc"),
    (&["llp"], "llp"),
    (&["pllc"], "pllc"),
    (&["lp"], "lp"),
    (&["pbc"], "pbc"),
    (&["pc"], "pc"),
    (&["plc"], "plc"),
    (&["ltd"], "ltd"),
    (&["limited"], "ltd"),
    (&["company"], "co"),
    (&["co"], "co"),
    (&["gmbh"], "gmbh"),
    (&["ag"], "ag"),
    (&["kg"], "kg"),
    (&["se"], "se"),
    (&["sa"], "sa"),
    (&["sas"], "sas"),
    (&["sarl"], "sarl"),
    (&["bv"], "bv"),
    (&["nv"], "nv"),
    (&["ab"], "ab"),
    (&["aps"], "aps"),
    (&["oy"], "oy"),
    (&["srl"], "srl"),
    (&["spa"], "spa"),
];

/// Between a legal name and another name of the same entity.
const ALIASES: &[&str] = &[
    " doing business as ",
    " formerly known as ",
    " also known as ",
    " d/b/a ",
    " f/k/a ",
    " a/k/a ",
    " dba ",
    " fka ",
    " aka ",
];

/// Below this length two names that are nearly equal may well be two names.
const NEAR_FROM: usize = 8;
/// From this length on, two slips of the pen are still one name.
const TWO_SLIPS_FROM: usize = 16;
/// A word shorter than this is another word when one letter of it is another: `US` and `UK`.
const WORD_FROM: usize = 5;

/// A name in the form in which names are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Its words without the legal form.
    words: Vec<String>,
    /// Its words run together: `DigitalOcean` is `Digital Ocean`.
    pub(super) run: String,
    /// Its legal form, if it says one.
    form: Option<&'static str>,
}

/// How near two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// A slip of the pen apart.
    NearlyEqual,
    /// The same name with another legal form: often another entity of the same group.
    OtherForm,
    /// The same name, where one of the two says no legal form.
    FormUnsaid,
    /// The same name with the same legal form.
    Equal,
}

impl Name {
    /// The forms of one name, of which there are several when it holds another name, as in
    /// `Plus Five Five, Inc. dba Resend` or `Resend (Plus Five Five, Inc.)`.
    pub(super) fn all(text: &str) -> Vec<Self> {
        let lower = text.to_lowercase();
        let mut parts = vec![lower.as_str()];
        for alias in ALIASES {
            parts = parts
                .into_iter()
                .flat_map(|part| part.split(alias))
                .collect();
        }
        let mut names = Vec::new();
        for part in parts {
            match in_parentheses(part) {
                // Only a name with a legal form is another name of the entity: `Foo (Ireland) Ltd`
                // is not `Foo Ltd`.
                Some((around, inside)) if Self::of(inside).form.is_some() => {
                    names.push(Self::of(&around));
                    names.push(Self::of(inside));
                }
                _ => names.push(Self::of(part)),
            }
        }
        names.retain(|name| !name.run.is_empty());
        names.dedup();
        names
    }

    fn of(text: &str) -> Self {
        let mut words = words(text);
        if words.len() > 1 && words.first().is_some_and(|word| word == "the") {
            words.remove(0);
        }
        let mut form = None;
        while let Some((length, found)) = form_at_end(&words) {
            // A name can be nothing but such a word.
            if length == words.len() {
                break;
            }
            words.truncate(words.len() - length);
            // The last one is the entity's own, as in `Foo Company, Inc.`.
            form.get_or_insert(found);
        }
        // `Foo & Co.` leaves `foo and`.
        if words.len() > 1 && words.last().is_some_and(|word| word == "and") {
            words.pop();
        }
        let run = words.concat();
        Self { words, run, form }
    }

    /// How near another name is; `None`: another name.
    pub(super) fn nearness(&self, other: &Self) -> Option<Nearness> {
        if self.run == other.run {
            return Some(match (self.form, other.form) {
                (Some(a), Some(b)) if a != b => Nearness::OtherForm,
                (Some(_), None) | (None, Some(_)) => Nearness::FormUnsaid,
                _ => Nearness::Equal,
            });
        }
        let forms_clash = matches!((self.form, other.form), (Some(a), Some(b)) if a != b);
        (!forms_clash && nearly_equal(self, other)).then_some(Nearness::NearlyEqual)
    }
}

/// A key that a legal name keeps when its punctuation or capitals change; for a list that gives no
/// id.
#[must_use]
pub fn name_key(legal_name: &str) -> String {
    format!("name:{}", words(&legal_name.to_lowercase()).join("-"))
}

/// The covered entities of a cell: apart at line breaks or semicolons, else at commas, where a
/// comma before a legal form does not part anything (`Foo, Inc., Bar LLC`).
#[must_use]
pub fn covered_entities(cell: &str) -> Vec<String> {
    let strong = |c: char| matches!(c, ';' | '\n' | '\r' | '|');
    let mut entities: Vec<String> = Vec::new();
    if cell.contains(strong) {
        entities.extend(cell.split(strong).map(str::to_owned));
    } else {
        for piece in cell.split(',') {
            let pieces = words(&piece.to_lowercase());
            let only_form = form_at_end(&pieces).is_some_and(|(length, _)| length == pieces.len());
            match entities.last_mut() {
                Some(entity) if only_form => {
                    entity.push(',');
                    entity.push_str(piece);
                }
                _ => entities.push(piece.to_owned()),
            }
        }
    }
    entities
        .into_iter()
        .map(|entity| entity.trim().trim_end_matches(',').trim().to_owned())
        .filter(|entity| entity.chars().any(char::is_alphanumeric))
        .collect()
}

/// A text around its parentheses, and within.
fn in_parentheses(text: &str) -> Option<(String, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    Some((format!("{before} {after}"), inside))
}

/// The words of a lower-case text, without accents and punctuation.
fn words(text: &str) -> Vec<String> {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None if c.is_alphanumeric() => folded.push(c),
            None if matches!(c, '.' | '\'' | '’' | '`') => {}
            None if matches!(c, '&' | '+') => folded.push_str(" and "),
            None => folded.push(' '),
        }
    }
    folded.split_whitespace().map(str::to_owned).collect()
}

/// A letter without its accent.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'ş' | 'š' => "s",
        'ß' => "ss",
        'ţ' | 'ť' => "t",
        'ù' | 'ú' | 'û' | 'ű' | 'ů' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// The legal form at the end of a name, and of how many words it is.
fn form_at_end(words: &[String]) -> Option<(usize, &'static str)> {
    FORMS.iter().find_map(|(spelling, form)| {
        let at_end = words.len() >= spelling.len()
            && words
                .iter()
                .rev()
                .zip(spelling.iter().rev())
                .all(|(word, part)| word == part);
        at_end.then_some((spelling.len(), *form))
    })
}

fn nearly_equal(a: &Name, b: &Name) -> bool {
    let (run_a, run_b): (Vec<char>, Vec<char>) = (a.run.chars().collect(), b.run.chars().collect());
    let shorter = run_a.len().min(run_b.len());
    let digits = |run: &[char]| -> String { run.iter().filter(|c| c.is_numeric()).collect() };
    // Another first letter or another number is another name, not a slip.
    if shorter < NEAR_FROM || run_a.first() != run_b.first() || digits(&run_a) != digits(&run_b) {
        return false;
    }
    let slips = if shorter < TWO_SLIPS_FROM { 1 } else { 2 };
    if run_a.len().abs_diff(run_b.len()) > slips {
        return false;
    }
    let same_count = a.words.len() == b.words.len();
    let short_word_differs = a
        .words
        .iter()
        .zip(&b.words)
        .any(|(a, b)| a != b && a.chars().count().min(b.chars().count()) < WORD_FROM);
    !(same_count && short_word_differs) && distance(&run_a, &run_b) <= slips
}

/// The number of letters put in, left out, replaced, or swapped with the next.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut least = (at(&above, j) + usize::from(letter != other))
                .min(at(&above, j + 1) + 1)
                .min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && a.get(i - 1) == Some(other) && b.get(j - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    at(&above, b.len())
}
