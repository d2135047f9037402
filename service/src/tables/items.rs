//! Lists and flags in one cell; the rule stands in the module's description.

use serde_json::{Map, Value};

use super::fault::FaultCode;

/// What a cell with an empty list holds.
const NO_ITEMS: &str = "[]";

/// What a cell without any flag holds.
const NO_FLAGS: &str = "{}";

/// Why a cell cannot be taken apart.
pub(super) type Unreadable = (FaultCode, String);

/// A list as a cell's text; nothing when an item is no text.
pub(super) fn join(items: &[Value]) -> Option<String> {
    if items.is_empty() {
        return Some(NO_ITEMS.to_owned());
    }
    let items: Option<Vec<String>> = items
        .iter()
        .map(|item| item.as_str().map(|item| escaped(item, &['\\', ';'])))
        .collect();
    let joined = items?.join("; ");
    Some(if joined == NO_ITEMS {
        format!("\\{NO_ITEMS}")
    } else {
        joined
    })
}

/// A cell's text as a list.
pub(super) fn split(cell: &str) -> Result<Vec<Value>, Unreadable> {
    if cell.trim() == NO_ITEMS {
        return Ok(Vec::new());
    }
    Parts::of(cell, ';')?
        .into_iter()
        .map(|item| item.text().map(Value::String))
        .collect()
}

/// Flags as a cell's text, without those that are not set; nothing when one is no truth value.
pub(super) fn join_flags(flags: &Map<String, Value>) -> Option<String> {
    let mut set = flags.iter().filter(|(_, flag)| !flag.is_null()).peekable();
    if set.peek().is_none() {
        return Some(NO_FLAGS.to_owned());
    }
    let flags: Option<Vec<String>> = set
        .map(|(name, flag)| {
            let name = escaped(name, &['\\', ';', '=']);
            Some(format!("{name}={}", flag.as_bool()?))
        })
        .collect();
    Some(flags?.join("; "))
}

/// A cell's text as flags.
pub(super) fn split_flags(cell: &str) -> Result<Map<String, Value>, Unreadable> {
    let mut flags = Map::new();
    if cell.trim() == NO_FLAGS {
        return Ok(flags);
    }
    for part in Parts::of(cell, ';')? {
        let Some((name, flag)) = part.around('=') else {
            return Err(malformed("each part must be name=true or name=false"));
        };
        let name = name.text()?;
        let flag = truth(&flag.text()?)
            .ok_or_else(|| malformed("each part must be name=true or name=false"))?;
        if flags.contains_key(&name) {
            let message = format!("names {} more than once", super::fault::shortened(&name));
            return Err((FaultCode::DuplicateKey, message));
        }
        flags.insert(name, Value::Bool(flag));
    }
    Ok(flags)
}

/// A truth value as people and spreadsheets write it.
pub(super) fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn malformed(message: &str) -> Unreadable {
    (FaultCode::MalformedList, message.to_owned())
}

/// One item, so that neither a separator nor space inside of it is taken for what it is not.
fn escaped(item: &str, marks: &[char]) -> String {
    if item.is_empty() {
        return "\\e".to_owned();
    }
    let last = item.chars().count() - 1;
    let mut written = String::with_capacity(item.len());
    for (at, character) in item.chars().enumerate() {
        let edge = (at == 0 || at == last) && character.is_whitespace();
        if edge || marks.contains(&character) {
            written.push('\\');
        }
        written.push(character);
    }
    written
}

/// A piece of a cell with what the backslashes said of each character.
#[derive(Debug, Default)]
struct Parts {
    characters: Vec<Character>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Character {
    /// With whatever meaning it has.
    Bare(char),
    /// Only itself.
    Literal(char),
    /// `\e`: the item is there, and has no character.
    Nothing,
}

impl Parts {
    /// Takes a cell apart at a separator.
    fn of(cell: &str, separator: char) -> Result<Vec<Self>, Unreadable> {
        let mut parts = vec![Self::default()];
        let mut characters = cell.chars();
        while let Some(character) = characters.next() {
            let read = match character {
                '\\' => literal(characters.next())?,
                bare if bare == separator => {
                    parts.push(Self::default());
                    continue;
                }
                bare => Character::Bare(bare),
            };
            if let Some(part) = parts.last_mut() {
                part.characters.push(read);
            }
        }
        Ok(parts)
    }

    /// What stands before and after the first bare occurrence of a character.
    fn around(mut self, middle: char) -> Option<(Self, Self)> {
        let at = self
            .characters
            .iter()
            .position(|character| *character == Character::Bare(middle))?;
        let characters = self.characters.split_off(at).into_iter().skip(1).collect();
        Some((self, Self { characters }))
    }

    /// The text, without bare space around it.
    fn text(&self) -> Result<String, Unreadable> {
        let solid = |character: &Character| !matches!(character, Character::Bare(bare) if bare.is_whitespace());
        let first = self.characters.iter().position(solid);
        let last = self.characters.iter().rposition(solid);
        let (Some(first), Some(last)) = (first, last) else {
            return Err(malformed(
                "has an item without any character; write \\e if that is meant",
            ));
        };
        let kept = self.characters.get(first..=last).unwrap_or_default();
        if kept.len() > 1 && kept.contains(&Character::Nothing) {
            return Err(malformed("\\e stands for an item without any character"));
        }
        Ok(kept
            .iter()
            .filter_map(|character| match character {
                Character::Bare(kept) | Character::Literal(kept) => Some(*kept),
                Character::Nothing => None,
            })
            .collect())
    }
}

/// What a backslash and the character after it stand for.
fn literal(character: Option<char>) -> Result<Character, Unreadable> {
    match character {
        Some('e') => Ok(Character::Nothing),
        Some(itself @ ('\\' | ';' | '=' | '[')) => Ok(Character::Literal(itself)),
        Some(space) if space.is_whitespace() => Ok(Character::Literal(space)),
        _ => Err(malformed(
            "a backslash must stand before a backslash, a semicolon, an equals sign, a bracket, a space, or e",
        )),
    }
}
