//! A document of settings: TOML for people, JSON for programs; either way a JSON value, and where each part of it is
//! written.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rules::error::SettingsFault;

/// A document that was read.
pub(super) struct Document {
    pub value: Value,
    /// The line of each part, from 1, by JSON pointer. That of a setting is the line of its name.
    lines: BTreeMap<String, usize>,
}

impl Document {
    /// Reads `text`: JSON when it begins with a brace, which no TOML document does, else TOML.
    pub fn read(text: &str) -> Result<Self, SettingsFault> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('{') { json(text) } else { toml(text) }
    }

    /// The line of the part at `pointer`, or of the nearest part around it that is written down.
    pub fn line(&self, pointer: &str) -> Option<usize> {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.lines.get(pointer) {
                return Some(*line);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }
}

/// `pointer` and one step further.
pub(super) fn step(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].split(|byte| *byte == b'\n').count()
}

fn json(text: &str) -> Result<Document, SettingsFault> {
    let syntax = |error: &serde_json::Error| SettingsFault::Syntax {
        line: error.line(),
        column: error.column(),
        // The parser repeats the place at the end.
        what: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    };
    let value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    let mut lines = BTreeMap::new();
    let root: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    json_lines(text, root, String::new(), &mut lines);
    Ok(Document { value, lines })
}

/// Notes where `raw`, a part of `text`, and its own parts begin.
fn json_lines(text: &str, raw: &RawValue, pointer: String, lines: &mut BTreeMap<String, usize>) {
    let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
    if let Ok(object) = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get()) {
        for (key, part) in object {
            json_lines(text, part, step(&pointer, &key), lines);
        }
    } else if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        for (i, part) in list.into_iter().enumerate() {
            json_lines(text, part, format!("{pointer}/{i}"), lines);
        }
    }
    lines.insert(pointer, line_of(text, offset));
}

fn toml(text: &str) -> Result<Document, SettingsFault> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        let at = error.span().unwrap_or_default().start;
        let before = &text[..text.floor_char_boundary(at)];
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let what = error.message().lines().next().unwrap_or_default().to_owned();
        return Err(SettingsFault::Syntax { line: line_of(text, at), column, what });
    }
    let mut lines = BTreeMap::new();
    let value = table(text, root.get_ref(), "", &mut lines);
    Ok(Document { value, lines })
}

fn table(text: &str, table: &DeTable<'_>, pointer: &str, lines: &mut BTreeMap<String, usize>) -> Value {
    let entries = table.iter().map(|(key, value)| {
        let pointer = step(pointer, key.get_ref());
        let value = part(text, value, key.span(), &pointer, lines);
        (key.get_ref().to_string(), value)
    });
    Value::Object(entries.collect::<Map<_, _>>())
}

fn part(
    text: &str,
    value: &Spanned<DeValue<'_>>,
    span: Range<usize>,
    pointer: &str,
    lines: &mut BTreeMap<String, usize>,
) -> Value {
    lines.insert(pointer.to_owned(), line_of(text, span.start));
    match value.get_ref() {
        DeValue::String(word) => Value::from(word.as_ref()),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::from(number),
            // Too long for any setting: what it is not is told by the schema.
            Err(_) => Value::from(number.as_str()),
        },
        DeValue::Float(number) => {
            let number = number.as_str().parse().ok().and_then(Number::from_f64);
            number.map_or(Value::Null, Value::Number)
        }
        // JSON has no dates: as a text it is what the schema may ask for.
        DeValue::Datetime(date) => Value::from(date.to_string()),
        DeValue::Array(list) => {
            let parts = list.iter().enumerate();
            parts.map(|(i, item)| part(text, item, item.span(), &format!("{pointer}/{i}"), lines)).collect()
        }
        DeValue::Table(inner) => table(text, inner, pointer, lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_and_json_are_one_document_and_every_part_has_its_line() {
        let toml = "# words\nexcluded = [\n  \"a\",\n  \"b\",\n]\n\n[words.nl]\n\"x/y\" = [\"één\"]\n";
        let json = "{\"excluded\": [\n\n\"a\",\n\"b\"],\n\n\n\"words\": {\"nl\": {\n\"x/y\": [\"één\"]}}}";
        let [toml, json] = [toml, json].map(|text| Document::read(text).unwrap_or_else(|fault| panic!("{fault}")));
        assert_eq!(toml.value, json.value);
        for (pointer, in_toml, in_json) in
            [("/excluded/1", 4, 4), ("/words/nl/x~1y", 8, 8), ("/words/nl/x~1y/0/no", 8, 8)]
        {
            assert_eq!((toml.line(pointer), json.line(pointer)), (Some(in_toml), Some(in_json)), "{pointer}");
        }
    }

    #[test]
    fn what_is_neither_is_named_with_its_line() {
        for (text, at) in
            [("a = 1\nb = \"x", 2), ("{\n\"a\": 1,\n}", 3), ("a = 1\na = 2", 2), ("\u{feff}a = [1,,2]", 1)]
        {
            let Err(SettingsFault::Syntax { line, .. }) = Document::read(text) else { panic!("{text}") };
            assert_eq!(line, at, "{text}");
        }
    }
}
