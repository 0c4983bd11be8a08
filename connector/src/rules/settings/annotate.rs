//! Every setting of a module as an annotated TOML file, for whoever fills it in.

use serde_json::Value;

use super::schema::Schema;
use crate::domain::Language;
use crate::rules::Manifest;
use crate::rules::words::Words;

/// The most characters of a line of comment.
const LINE_CHARS: usize = 100;
/// How deep tables within tables are followed.
const MAX_DEPTH: usize = 6;

/// The settings of a module with their defaults, as a file that `Settings::check` accepts.
pub(super) fn annotated(manifest: &Manifest, language: Language) -> String {
    let words = Words(language);
    let mut page = Page { manifest, words, out: String::new() };
    let (module, version) = (manifest.name.as_str(), manifest.version.as_str());
    page.comment("", &words.say_with("settings-head", [("module", module.into()), ("version", version.into())]));
    page.comment("", "");
    page.comment("", &words.say("settings-how"));
    // The built-in module goes by its name, and another by its file's.
    let file = if module == "standard" { module } else { "MODULE" };
    page.comment("", &words.say_with("settings-check", [("module", file.into())]));
    page.comment("", &words.say("settings-elsewhere"));
    page.table("", Schema::new(&manifest.settings_schema), 0);
    page.out
}

struct Page<'a> {
    manifest: &'a Manifest,
    words: Words,
    out: String,
}

impl Page<'_> {
    /// The settings of a table: plain ones first, since what follows a table's head belongs to it.
    fn table(&mut self, path: &str, schema: Schema<'_>, depth: usize) {
        let is_table = |schema: &Schema<'_>| schema.kind() == "object";
        for (name, schema) in schema.properties().filter(|(_, schema)| !is_table(schema)) {
            self.out.push('\n');
            self.told(schema);
            let line = |value: &Value| format!("{} = {}\n", key(name), literal(value));
            match (schema.default(), schema.example()) {
                (Some(default), _) => self.out.push_str(&line(default)),
                (None, Some(example)) => {
                    self.comment("", &self.words.say("settings-default-none"));
                    self.out.push_str("# ");
                    self.out.push_str(&line(example));
                }
                (None, None) => self.comment("", &self.words.say("settings-default-none")),
            }
            if let Some(example) = schema.example().filter(|_| schema.default().is_some()) {
                self.comment("", &self.words.say("settings-example"));
                self.out.push_str("# ");
                self.out.push_str(&line(example));
            }
        }
        for (name, schema) in schema.properties().filter(|(_, schema)| is_table(schema)) {
            if depth >= MAX_DEPTH {
                return;
            }
            let path = if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) };
            self.out.push('\n');
            self.told(schema);
            if let Some(names) = schema.others().map(|_| schema.names()).filter(|names| !names.is_empty()) {
                self.allowed(&names);
            }
            if schema.properties().next().is_some() {
                // An example of a table stands for its parts.
                match schema.example() {
                    Some(example) => self.example(&path, example),
                    None => self.line(&format!("[{path}]")),
                }
                if schema.example().is_none() {
                    self.table(&path, schema, depth + 1);
                }
            } else if let Some(example) = schema.example() {
                self.example(&path, example);
            }
        }
    }

    /// A table that nobody needs, as comments.
    fn example(&mut self, path: &str, value: &Value) {
        self.comment("", &self.words.say("settings-default-none"));
        self.comment("", &self.words.say("settings-example"));
        let mut lines = Vec::new();
        example_lines(path, value, &mut lines);
        for line in &lines {
            self.line(&format!("# {line}"));
        }
    }

    /// What a setting is for, and what it can be.
    fn told(&mut self, schema: Schema<'_>) {
        if let Some(description) = schema.description(self.words.0) {
            self.comment("", &description);
        }
        match schema.kind() {
            "integer" => {
                if let (Some(low), Some(high)) = (schema.bound("minimum"), schema.bound("maximum")) {
                    let range = [("low", low.into()), ("high", high.into())];
                    self.comment("", &self.words.say_with("settings-range", range));
                }
            }
            "boolean" => self.comment("", &self.words.say("settings-flag")),
            "array" => {
                if let Some(count) = schema.bound("maxItems") {
                    self.comment("", &self.words.say_with("settings-most", [("count", count.into())]));
                }
                let words = schema.items().map(Schema::words).unwrap_or_default();
                self.allowed(&words);
            }
            _ => self.allowed(&schema.words()),
        }
    }

    fn allowed(&mut self, words: &[&str]) {
        if words.is_empty() {
            return;
        }
        let named = |word: &&str| {
            let category = self.manifest.categories.iter().find(|category| category.id == **word);
            match category.and_then(|category| category.labels.get(self.words.0)) {
                Some(label) => format!("{word} ({label})"),
                None => (*word).to_owned(),
            }
        };
        let values = words.iter().map(named).collect::<Vec<_>>().join(", ");
        self.comment("", &self.words.say_with("settings-allowed", [("values", values.into())]));
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A comment, broken into lines between words.
    fn comment(&mut self, indent: &str, text: &str) {
        let mut line = format!("{indent}#");
        for word in text.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > LINE_CHARS {
                self.out.push_str(&line);
                self.out.push('\n');
                line = format!("{indent}#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.out.push_str(&line);
        self.out.push('\n');
    }
}

/// A table, and the tables in it, in TOML.
fn example_lines(path: &str, value: &Value, lines: &mut Vec<String>) {
    let Some(table) = value.as_object() else { return };
    let (tables, plain): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| value.is_object());
    if !plain.is_empty() {
        lines.push(format!("[{path}]"));
        lines.extend(plain.into_iter().map(|(name, value)| format!("{} = {}", key(name), literal(value))));
    }
    for (name, value) in tables {
        example_lines(&format!("{path}.{}", key(name)), value, lines);
    }
}

/// A name as TOML writes it.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { name.to_owned() } else { literal(&Value::from(name)) }
}

/// A value as TOML writes it; nothing is not one, and stays out of defaults.
fn literal(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("[{}]", list.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => {
            let entries: Vec<String> =
                table.iter().map(|(name, value)| format!("{} = {}", key(name), literal(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        // JSON's strings are TOML's basic strings.
        other => other.to_string(),
    }
}
