//! What somebody typed, and the API's body that it makes.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use transfer_decision::{span::Day, vocabulary::Country};
use transfer_registry_core::Snapshot;

use super::{
    field::{Field, Kind},
    names::{GIVEN, LESS, MORE},
    pairs::Pairs,
    shown::EMPTY_ROWS,
};

/// What somebody typed.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Typed(Pairs);

impl Typed {
    /// The pairs of a form.
    pub(in super::super) fn of(pairs: Vec<(String, String)>) -> Self {
        let pairs = pairs.into_iter();
        Self(Pairs::of(
            pairs
                .map(|(name, value)| (name, value.replace("\r\n", "\n")))
                .collect(),
        ))
    }

    /// The first value under a name; empty when there is none.
    pub(in super::super) fn first(&self, name: &str) -> &str {
        self.0.first(name)
    }

    /// Every value under a name.
    pub(in super::super) fn all(&self, name: &str) -> Vec<&str> {
        self.0.all(name)
    }

    /// Everything that was typed, in the order in which it came.
    pub(in super::super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter()
    }

    /// Puts a value under a name.
    pub(in super::super) fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.put(name.into(), value.into());
    }

    /// Puts what others typed in place of what stood under their names.
    pub(super) fn put_all(&mut self, others: Self) {
        self.0.put_all(others.0);
    }

    /// Fills in what follows from other answers: where nothing was typed, and where what stands there
    /// was filled in by itself before and nobody has changed it.
    pub(super) fn fill(&mut self, fields: &[Field], snapshot: &Snapshot, day: Day) {
        for field in fields {
            let Some(given) = field.given else { continue };
            let before = format!("{GIVEN}{}", field.name);
            let empty = self.first(field.name).trim().is_empty();
            if !empty && self.first(field.name) != self.first(&before) {
                continue;
            }
            match given(self, snapshot, day) {
                Some(answer) => {
                    self.put(field.name, answer.clone());
                    self.put(before, answer);
                }
                // It follows from nothing any more.
                None if !empty => {
                    self.put(field.name, "");
                    self.put(before, "");
                }
                None => {}
            }
        }
    }

    /// What was filled in by itself, as the form carries it.
    pub(super) fn given(&self, fields: &[Field]) -> Vec<(String, String)> {
        let given = fields.iter().filter(|field| field.given.is_some());
        let given = given.map(|field| format!("{GIVEN}{}", field.name));
        given
            .map(|name| {
                let value = self.first(&name).to_owned();
                (name, value)
            })
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// What was typed for a field, within its rows too.
    pub(in super::super) fn of_field(&self, field: &Field) -> Vec<(String, String)> {
        let own = self.0.all(field.name).into_iter();
        let own = own.map(|value| (field.name, value));
        let within = format!("{}.", field.name);
        let rows = matches!(field.kind, Kind::Rows(_)).then(|| self.0.within(&within));
        own.chain(rows.into_iter().flatten())
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// How many rows there are under a name.
    pub(in super::super) fn rows(&self, name: &str) -> usize {
        self.0.rows(name)
    }

    /// Adds a row or takes one out, as a button of the form asks; whether it asks for that.
    pub(in super::super) fn stepped(&mut self, fields: &[Field], step: &str) -> bool {
        if let Some(name) = step.strip_prefix(MORE) {
            if let Some(field) = fields.iter().find(|field| field.name == name) {
                self.another_row(field);
            }
            return true;
        }
        let Some(row) = step.strip_prefix(LESS) else {
            return false;
        };
        if let Some((name, row)) = row.rsplit_once('.')
            && let Ok(row) = row.parse()
        {
            self.0.without_row(name, row);
        }
        true
    }

    /// Adds a row, unless there are as many as the API takes.
    fn another_row(&mut self, field: &Field) {
        let name = field.name;
        let rows = self.rows(name);
        // The page showed some that are empty; what was not sent of them is a row all the same.
        for row in rows..(rows.max(EMPTY_ROWS) + 1).min(field.most) {
            self.put(format!("{name}.{row}.new"), "");
        }
    }

    /// What an object as the API shows it would be, typed.
    pub(in super::super) fn from_object(fields: &[Field], object: &Value) -> Self {
        let mut typed = Self::default();
        typed.take(fields, object, "");
        typed
    }

    /// Takes over what an object says.
    pub(super) fn take(&mut self, fields: &[Field], object: &Value, prefix: &str) {
        for field in fields {
            if matches!(
                field.kind,
                Kind::Step | Kind::Part | Kind::Told(_) | Kind::Outlook(_)
            ) {
                continue;
            }
            let name = format!("{prefix}{}", field.name);
            let Some(value) = at(object, field.name) else {
                continue;
            };
            match (field.kind, value) {
                (Kind::Rows(within), Value::Array(rows)) => {
                    for (at, row) in rows.iter().enumerate() {
                        self.take(within, row, &format!("{name}.{at}."));
                    }
                }
                (Kind::Many(_), Value::Array(values)) => {
                    let texts = values.iter().map(text);
                    texts.for_each(|value| self.0.add(name.clone(), value));
                }
                (Kind::Lines, Value::Array(values)) => {
                    let texts: Vec<String> = values.iter().map(text).collect();
                    self.0.add(name, texts.join("\n"));
                }
                (_, Value::Array(values)) => {
                    let texts: Vec<String> = values.iter().map(text).collect();
                    self.0.add(name, texts.join(", "));
                }
                (_, value) => self.0.add(name, text(value)),
            }
        }
    }

    /// The body that a creation sends: what was left empty is not in it.
    pub(in super::super) fn body(&self, fields: &[Field]) -> Value {
        self.object(fields, "")
            .unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// The merge patch from an object as it was opened: what was typed otherwise, and nothing else.
    pub(in super::super) fn patch(&self, fields: &[Field], was: &Value) -> Value {
        let mut patch = Map::new();
        let before = Self::from_object(fields, was);
        for field in fields {
            let (old, new) = (before.value(field, ""), self.value(field, ""));
            if old != new {
                let emptied = match field.kind {
                    Kind::Yes => Value::Bool(false),
                    _ => Value::Null,
                };
                insert(&mut patch, field.name, new.unwrap_or(emptied));
            }
        }
        Value::Object(patch)
    }

    /// The value of a field; `None`: it was left empty.
    pub(in super::super) fn value(&self, field: &Field, prefix: &str) -> Option<Value> {
        let name = format!("{prefix}{}", field.name);
        let trimmed = self.first(&name).trim();
        let filled = || Some(trimmed).filter(|text| !text.is_empty());
        match field.kind {
            Kind::Step | Kind::Part | Kind::Told(_) | Kind::Outlook(_) => None,
            Kind::Line | Kind::Text | Kind::Day | Kind::One(_) => filled().map(Value::from),
            Kind::Number | Kind::NumberOf(_) => filled().map(|text| {
                text.parse::<i64>()
                    .map_or_else(|_| Value::from(text), Value::from)
            }),
            // What was recorded as not so is a box without its tick.
            Kind::Yes => filled().filter(|text| *text != "false").map(stated),
            Kind::Stated => filled().map(stated),
            Kind::Switch => Some(filled().map_or(Value::Bool(false), stated)),
            Kind::Many(_) => {
                let values = self.all(&name);
                (!values.is_empty()).then(|| Value::from(values))
            }
            Kind::Countries => filled().map(|text| list(text, country)),
            Kind::Items => filled().map(|text| list(text, str::to_owned)),
            Kind::Lines => filled().map(|text| {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                Value::Array(lines.map(Value::from).collect())
            }),
            Kind::Rows(within) => {
                let rows = (0..self.rows(&name))
                    .filter_map(|row| self.object(within, &format!("{name}.{row}.")));
                let rows: Vec<Value> = rows.collect();
                (!rows.is_empty()).then_some(Value::Array(rows))
            }
        }
    }

    /// An object of fields; `None`: all of them were left empty.
    fn object(&self, fields: &[Field], prefix: &str) -> Option<Value> {
        let mut object = Map::new();
        for field in fields {
            if let Some(value) = self.value(field, prefix) {
                insert(&mut object, field.name, value);
            }
        }
        (!object.is_empty()).then_some(Value::Object(object))
    }
}

/// What stands under a name of dots.
pub(in super::super) fn at<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let mut value = object;
    for step in name.split('.') {
        value = value.get(step)?;
    }
    (!value.is_null()).then_some(value)
}

fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            object.insert(name.to_owned(), value);
        }
        Some((first, rest)) => {
            let within = object
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(within) = within {
                insert(within, rest, value);
            }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What stands on one line, with commas.
pub(super) fn items(text: &str) -> impl Iterator<Item = &str> {
    let items = text.split([',', ';', '\n']).map(str::trim);
    items.filter(|item| !item.is_empty())
}

fn list(text: &str, read: impl Fn(&str) -> String) -> Value {
    Value::Array(items(text).map(read).map(Value::from).collect())
}

/// Whether something is so. What says neither goes on as it was typed, so that the API says what is
/// wrong with it: nonsense is never a no.
fn stated(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        other => Value::from(other),
    }
}

/// A country's code, from its code or its English name. What is neither goes on as it was typed, so
/// that the API says what is wrong with it.
fn country(text: &str) -> String {
    let code = text.to_ascii_uppercase();
    if code.parse::<Country>().is_ok() {
        return code;
    }
    let mut named = Country::all().filter(|country| country.name().eq_ignore_ascii_case(text));
    named
        .next()
        .map_or_else(|| text.to_owned(), |country| country.code().to_owned())
}

/// What a body says, so short that a form can carry it: whoever saves has seen what comes of this.
pub(in super::super) fn digest(body: &Value, tag: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(body.to_string());
    hash.update([0]);
    hash.update(tag);
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::field::{Choices, Field, Kind},
        *,
    };

    const LOCATION: &[Field] = &[
        Field::needed("activity", "", Kind::One(Choices::These(&[])), ""),
        Field::asked("place", "", Kind::One(Choices::Places), ""),
    ];
    const FIELDS: &[Field] = &[
        Field::needed("service", "", Kind::Line, ""),
        Field::asked("notice_days", "", Kind::Number, ""),
        Field::asked("data_subjects", "", Kind::Countries, ""),
        Field::asked(
            "data_categories",
            "",
            Kind::Many(Choices::DataCategories),
            "",
        ),
        Field::asked("steps.transfer", "", Kind::Text, ""),
        Field::asked("locations", "", Kind::Rows(LOCATION), "").at_most(100),
        Field::asked("record_existing", "", Kind::Yes, ""),
    ];

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let pairs = pairs.iter();
        Typed::of(
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn what_was_left_empty_is_not_in_the_body() {
        let typed = typed(&[
            ("service", " Hosting "),
            ("notice_days", "30"),
            ("data_subjects", "de, Switzerland; Atlantis"),
            ("data_categories", "contact"),
            ("data_categories", "usage"),
            ("steps.transfer", "a\r\nb"),
            ("locations.0.activity", ""),
            ("locations.1.activity", "storage"),
            ("locations.1.place", "US"),
        ]);
        assert_eq!(
            typed.body(FIELDS),
            json!({
                "service": "Hosting",
                "notice_days": 30,
                "data_subjects": ["DE", "CH", "Atlantis"],
                "data_categories": ["contact", "usage"],
                "steps": { "transfer": "a\nb" },
                "locations": [{ "activity": "storage", "place": "US" }],
            })
        );
    }

    #[test]
    fn a_patch_says_only_what_was_typed_otherwise() {
        let was = json!({
            "service": "Hosting",
            "notice_days": 30,
            "data_subjects": ["DE", "CH"],
            "steps": { "transfer": "a" },
            "locations": [{ "activity": "storage", "place": "US" }],
        });
        let mut typed = Typed::from_object(FIELDS, &was);
        assert_eq!(typed.patch(FIELDS, &was), json!({}));
        typed.put("notice_days", "");
        typed.put("steps.transfer", "b");
        typed.put("locations.0.place", "DE");
        assert_eq!(
            typed.patch(FIELDS, &was),
            json!({
                "notice_days": null,
                "steps": { "transfer": "b" },
                "locations": [{ "activity": "storage", "place": "DE" }],
            })
        );
    }

    #[test]
    fn a_row_can_be_taken_out() {
        let mut typed = typed(&[
            ("locations.0.activity", "storage"),
            ("locations.1.activity", "processing"),
            ("locations.2.activity", "remote_access"),
        ]);
        assert!(typed.stepped(FIELDS, "less:locations.1"));
        assert_eq!(typed.rows("locations"), 2);
        assert_eq!(typed.first("locations.1.activity"), "remote_access");
    }

    #[test]
    fn as_many_rows_are_kept_as_there_are() {
        let name = |row: usize| format!("locations.{row}.activity");
        let rows = (0..150).map(|row| (name(row * 7), format!("storage {row}")));
        let mut typed = Typed::of(rows.collect());
        let body = typed.body(FIELDS);
        let kept = body.get("locations").and_then(Value::as_array);
        let kept = kept.map(Vec::as_slice).unwrap_or_default();
        // The API says that they are too many; none is left out on the way.
        assert_eq!(kept.len(), 150);
        assert_eq!(
            kept.last(),
            Some(&json!({ "activity": "storage 149" })),
            "in the order of their numbers"
        );
        assert!(typed.stepped(FIELDS, "more:locations"));
        assert_eq!(typed.rows("locations"), 150, "more than are taken");
    }

    #[test]
    fn a_row_is_added_until_there_are_as_many_as_are_taken() {
        let mut typed = Typed::default();
        assert!(typed.stepped(FIELDS, "more:locations"));
        assert_eq!(typed.rows("locations"), 2, "one was shown already");
        for _ in 0..200 {
            assert!(typed.stepped(FIELDS, "more:locations"));
        }
        assert_eq!(typed.rows("locations"), 100);
        assert!(typed.stepped(FIELDS, "more:nothing"));
        assert_eq!(typed.rows("nothing"), 0, "it is not asked");
        assert!(!typed.stepped(FIELDS, "look"));
    }

    #[test]
    fn what_is_neither_yes_nor_no_goes_on_as_it_was_typed() {
        const SAID: &[Field] = &[
            Field::asked("yes", "", Kind::Yes, ""),
            Field::asked("stated", "", Kind::Stated, ""),
            Field::asked("switch", "", Kind::Switch, ""),
        ];
        let said = |text: &str| {
            let names = ["yes", "stated", "switch"];
            typed(&names.map(|name| (name, text))).body(SAID)
        };
        assert_eq!(
            said("true"),
            json!({ "yes": true, "stated": true, "switch": true })
        );
        assert_eq!(said("false"), json!({ "stated": false, "switch": false }));
        assert_eq!(said(""), json!({ "switch": false }));
        assert_eq!(
            said("on"),
            json!({ "yes": "on", "stated": "on", "switch": "on" })
        );
    }

    #[test]
    fn a_number_that_is_none_goes_on_as_it_was_typed() {
        let typed = typed(&[("notice_days", "soon")]);
        assert_eq!(typed.body(FIELDS), json!({ "notice_days": "soon" }));
    }
}
