//! Takes settings out of the parsed file one by one, and notes what is wrong with each instead of stopping at the first.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrors, Place};
use super::suggest::{alternatives, nearest, unknown_hint};

/// Variables that begin like this override a setting when two underscores follow the section's name; others, such as
/// those that hold secrets, are not ours to judge.
const PREFIX: &str = "KOPPELAAR_";

/// A file being read, with the variables that override it.
pub(super) struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    root: DeTable<'a>,
    pub(super) environment: &'a BTreeMap<String, String>,
    overrides: BTreeSet<&'a str>,
    known_variables: Vec<String>,
    known_sections: Vec<&'static str>,
    errors: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    /// Fails when `text` is not TOML: what the settings are can only be guessed then.
    pub(super) fn new(
        name: &'a str,
        text: &'a str,
        environment: &'a BTreeMap<String, String>,
    ) -> Result<Self, ConfigErrors> {
        let (root, syntax_errors) = DeTable::parse_recoverable(text);
        let overrides = environment.keys().map(String::as_str).filter(|key| is_override(key)).collect();
        let mut reader = Self {
            name,
            text,
            root: root.into_inner(),
            environment,
            overrides,
            known_variables: Vec::new(),
            known_sections: Vec::new(),
            errors: Vec::new(),
        };
        for error in syntax_errors {
            let place = reader.place(error.span().unwrap_or_default());
            reader.report(place, None, format!("not TOML here: {}", error.message()), None);
        }
        ConfigErrors::sorted(std::mem::take(&mut reader.errors)).map_or(Ok(reader), Err)
    }

    /// The table `[name]`.
    pub(super) fn section(&mut self, name: &'static str) -> Section<'_, 'a> {
        self.known_sections.push(name);
        let table = match self.root.remove(name) {
            None => DeTable::new(),
            Some(value) => {
                let span = value.span();
                match value.into_inner() {
                    DeValue::Table(table) => table,
                    other => {
                        let hint = format!("write it as a table that begins with `[{name}]`");
                        let problem = format!("must be a table, not {}", with_article(&other));
                        self.report(self.place(span), Some(name.to_owned()), problem, Some(hint));
                        DeTable::new()
                    }
                }
            }
        };
        let variables = Some(format!("{PREFIX}{}__", name.to_uppercase()));
        Section { reader: self, path: name.to_owned(), table, variables, known: Vec::new(), span: 0..0 }
    }

    /// The tables `[[name]]`, each with its span.
    pub(super) fn tables(&mut self, name: &'static str) -> Vec<(DeTable<'a>, Range<usize>)> {
        self.known_sections.push(name);
        self.root.remove(name).map_or_else(Vec::new, |value| self.list_of_tables(name, value))
    }

    /// The tables in `value`, which is called `path`, each with its span.
    fn list_of_tables(&mut self, path: &str, value: Spanned<DeValue<'a>>) -> Vec<(DeTable<'a>, Range<usize>)> {
        let span = value.span();
        let hint = || Some(format!("begin each one with `[[{path}]]`, in double brackets"));
        let DeValue::Array(entries) = value.into_inner() else {
            self.report(self.place(span), Some(path.to_owned()), "must be a list of tables".to_owned(), hint());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in &*entries {
            match entry.get_ref() {
                DeValue::Table(table) => tables.push((table.clone(), entry.span())),
                other => {
                    let problem = format!("must be a list of tables, not of {}", with_article(other));
                    self.report(self.place(entry.span()), Some(path.to_owned()), problem, hint());
                }
            }
        }
        tables
    }

    /// Settings in `table`, called `path`, that no variable overrides.
    pub(super) fn table<'r>(&'r mut self, path: String, table: DeTable<'a>, span: Range<usize>) -> Section<'r, 'a> {
        Section { reader: self, path, table, variables: None, known: Vec::new(), span }
    }

    /// Reports what nobody asked for, and everything that was noted on the way.
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        for (key, value) in std::mem::take(&mut self.root) {
            let hint = unknown_hint(key.get_ref(), &self.known_sections, "section");
            let what = if matches!(value.get_ref(), DeValue::Table(_)) { "section" } else { "setting" };
            let name = key.get_ref().to_string();
            self.report(self.place(key.span()), Some(name), format!("is not a {what} that exists"), Some(hint));
        }
        let known_variables: Vec<&str> = self.known_variables.iter().map(String::as_str).collect();
        for variable in std::mem::take(&mut self.overrides) {
            let hint = nearest(variable, &known_variables).map_or_else(
                || "variables are called `KOPPELAAR_SECTION__SETTING`; `koppelaar config` prints both".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let place = Place::Variable(variable.to_owned());
            let problem = "overrides no setting that exists".to_owned();
            self.errors.push(ConfigError { place, key: None, problem, hint: Some(hint) });
        }
        ConfigErrors::sorted(self.errors).map_or(Ok(()), Err)
    }

    pub(super) fn report(&mut self, place: Place, key: Option<String>, problem: String, hint: Option<String>) {
        self.errors.push(ConfigError { place, key, problem, hint });
    }

    pub(super) fn place(&self, span: Range<usize>) -> Place {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        Place::Line(self.name.to_owned(), before.split(|byte| *byte == b'\n').count())
    }
}

/// A table whose settings are taken out one after the other. Dropping it reports those that nobody took.
pub(super) struct Section<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    path: String,
    table: DeTable<'a>,
    /// How the variables begin that override its settings.
    variables: Option<String>,
    known: Vec<&'static str>,
    span: Range<usize>,
}

/// A setting with the place that it comes from.
pub(super) struct Setting<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

impl<'a> Section<'_, 'a> {
    /// A whole number within `range`.
    pub(super) fn integer(&mut self, key: &'static str, default: u64, range: RangeInclusive<u64>) -> u64 {
        let hint = || format!("the default is `{default}`");
        if let Some((variable, text)) = self.variable(key) {
            let place = Place::Variable(variable);
            return match text.parse() {
                Ok(number) if range.contains(&number) => number,
                _ => {
                    self.report(place, key, format!("is `{text}`; {}", number_wanted(&range)), Some(hint()));
                    default
                }
            };
        }
        let Some(Setting { value, place }) = self.raw(key) else { return default };
        let number = match &value {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return number;
        }
        self.report(place, key, format!("is {}; {}", shown(&value), number_wanted(&range)), Some(hint()));
        default
    }

    /// A text, if it is set.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Setting<String>> {
        if let Some((variable, value)) = self.variable(key) {
            return Some(Setting { value, place: Place::Variable(variable) });
        }
        let Setting { value, place } = self.raw(key)?;
        match value {
            DeValue::String(text) => Some(Setting { value: text.into_owned(), place }),
            other => {
                self.report(place, key, format!("is {}; it must be a text in quotes", shown(&other)), None);
                None
            }
        }
    }

    /// A text that has to be set.
    pub(super) fn required_text(&mut self, key: &'static str, hint: &str) -> Option<Setting<String>> {
        if self.has(key) {
            return self.text(key);
        }
        let place = self.place();
        self.report(place, key, "is missing".to_owned(), Some(hint.to_owned()));
        None
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(&mut self, key: &'static str, default: T, words: &[(&str, T)]) -> T {
        let Some(Setting { value, place }) = self.text(key) else { return default };
        self.one_of(key, &value, place, words).unwrap_or(default)
    }

    /// What `value` means among `words`; reports it when it means nothing.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        value: &str,
        place: Place,
        words: &[(&str, T)],
    ) -> Option<T> {
        let meaning = words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
        if meaning.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = nearest(value, &names).map(|word| format!("did you mean `{word}`?"));
            self.report(place, key, format!("is `{value}`; it must be {}", alternatives(&names)), hint);
        }
        meaning
    }

    /// A text or a list of texts, if it is set.
    pub(super) fn text_or_list(&mut self, key: &'static str) -> Option<Setting<Result<String, Vec<String>>>> {
        let Setting { value, place } = self.raw(key)?;
        let value = match value {
            DeValue::String(text) => Ok(text.into_owned()),
            DeValue::Array(items) => {
                let texts: Option<Vec<String>> =
                    items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
                let Some(texts) = texts else {
                    self.report(place, key, "must hold texts in quotes only".to_owned(), None);
                    return None;
                };
                Err(texts)
            }
            other => {
                let problem = format!("is {}; it must be a text in quotes or a list of texts", shown(&other));
                self.report(place, key, problem, None);
                return None;
            }
        };
        Some(Setting { value, place })
    }

    /// A list of texts, if it is set; in a variable they stand apart by commas.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Setting<Vec<String>>> {
        if let Some((variable, text)) = self.variable(key) {
            let value = text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect();
            return Some(Setting { value, place: Place::Variable(variable) });
        }
        let Setting { value, place } = self.text_or_list(key)?;
        Some(Setting { value: value.map_or_else(|list| list, |text| vec![text]), place })
    }

    /// A table within this one, if it is set.
    pub(super) fn inner(&mut self, key: &'static str) -> Option<Section<'_, 'a>> {
        self.know(key);
        let value = self.table.remove(key)?;
        let span = value.span();
        let path = format!("{}.{key}", self.path);
        match value.into_inner() {
            DeValue::Table(table) => Some(self.reader.table(path, table, span)),
            other => {
                let place = self.reader.place(span);
                let problem = format!("must be a table in braces, not {}", with_article(&other));
                self.report(place, key, problem, None);
                None
            }
        }
    }

    /// Takes the tables `[[path.key]]` out, each with its span.
    pub(super) fn inner_tables(&mut self, key: &'static str) -> Vec<(DeTable<'a>, Range<usize>)> {
        self.know(key);
        let path = format!("{}.{key}", self.path);
        self.table.remove(key).map_or_else(Vec::new, |value| self.reader.list_of_tables(&path, value))
    }

    /// Settings in one of the tables `[[path.key]]`.
    pub(super) fn inner_table(&mut self, key: &str, table: DeTable<'a>, span: Range<usize>) -> Section<'_, 'a> {
        let path = format!("{}.{key}", self.path);
        self.reader.table(path, table, span)
    }

    /// Whether the setting is there, in the file or as a variable; it is known from now on.
    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.know(key);
        let variable = self.variable_name(key);
        self.table.contains_key(key) || variable.is_some_and(|name| self.reader.environment.contains_key(&name))
    }

    fn know(&mut self, key: &'static str) {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
    }

    /// Where the table begins.
    pub(super) fn place(&self) -> Place {
        self.reader.place(self.span.clone())
    }

    pub(super) fn report(&mut self, place: Place, key: &str, problem: String, hint: Option<String>) {
        let key = format!("{}.{key}", self.path);
        self.reader.report(place, Some(key), problem, hint);
    }

    fn raw(&mut self, key: &'static str) -> Option<Setting<DeValue<'a>>> {
        self.know(key);
        let value = self.table.remove(key)?;
        let place = self.reader.place(value.span());
        Some(Setting { value: value.into_inner(), place })
    }

    fn variable_name(&self, key: &str) -> Option<String> {
        self.variables.as_ref().map(|prefix| format!("{prefix}{}", key.to_uppercase()))
    }

    /// Takes the variable that overrides `key`, and forgets the file's value.
    fn variable(&mut self, key: &'static str) -> Option<(String, String)> {
        let name = self.variable_name(key)?;
        self.reader.known_variables.push(name.clone());
        let value = self.reader.environment.get(&name)?.clone();
        self.know(key);
        self.table.remove(key);
        self.reader.overrides.remove(name.as_str());
        Some((name, value))
    }
}

impl Drop for Section<'_, '_> {
    fn drop(&mut self) {
        for (key, _) in std::mem::take(&mut self.table) {
            let hint = match key.get_ref().as_ref() {
                "client_secret" => "a secret does not belong in this file: name a file with `client_secret_file` or \
                                    a variable with `client_secret_env`"
                    .to_owned(),
                other => unknown_hint(other, &self.known, "setting"),
            };
            let place = self.reader.place(key.span());
            self.report(place, key.get_ref(), "is not a setting that exists".to_owned(), Some(hint));
        }
    }
}

fn is_override(variable: &str) -> bool {
    variable.strip_prefix(PREFIX).is_some_and(|rest| rest.contains("__"))
}

fn number_wanted(range: &RangeInclusive<u64>) -> String {
    format!("it must be a whole number from `{}` to `{}`", range.start(), range.end())
}

/// A value as it can be repeated in an error: short, and in backticks.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.len() <= 60 => format!("the text `{text}`"),
        DeValue::Integer(number) => format!("`{number}`"),
        DeValue::Float(number) => format!("`{number}`"),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        other => with_article(other),
    }
}

fn with_article(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(_) => "an integer".to_owned(),
        DeValue::Array(_) => "an array".to_owned(),
        other => format!("a {}", other.type_str()),
    }
}
