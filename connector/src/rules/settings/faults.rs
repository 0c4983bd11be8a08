//! What the schema's validator found, in the terms of those who keep the settings.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::document::{Document, step};
use super::schema::Schema;
use crate::config::suggest::nearest;
use crate::domain::Language;
use crate::rules::Manifest;
use crate::rules::error::{SettingFault, SettingProblem as Problem};

/// The fewest letters of a word of a category's label that may be meant by itself.
const MIN_PART_CHARS: usize = 4;
/// The most characters of a value that are repeated in an error.
const MAX_SHOWN_CHARS: usize = 60;

/// Every fault of one error: several settings that do not exist are one to the validator.
pub(super) fn of(error: &ValidationError<'_>, document: &Document, manifest: &Manifest) -> Vec<SettingFault> {
    let pointer = error.instance_path().to_string();
    let schema = Schema::new(&manifest.settings_schema);
    let here = schema.of(&pointer);
    let value = shown(error.instance());
    let fault = |pointer: String, problem: Problem| SettingFault { line: document.line(&pointer), pointer, problem };
    let limit = |name: &str| here.and_then(|here| here.bound(name));
    let problem = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = here.map(Schema::names).unwrap_or_default();
            return unexpected
                .iter()
                .map(|name| fault(step(&pointer, name), unknown(name, &known, manifest)))
                .collect();
        }
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default().to_owned();
            let known = here.map(Schema::names).unwrap_or_default();
            return vec![fault(step(&pointer, &name), unknown(&name, &known, manifest))];
        }
        Kind::Required { property } => Problem::Missing { name: shown(property) },
        Kind::Enum { options } => {
            let allowed: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let near = error.instance().as_str().and_then(|word| near(word, &allowed, manifest));
            Problem::Choice { value, near, allowed: allowed.into_iter().map(str::to_owned).collect() }
        }
        Kind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(_) => String::new(),
            };
            Problem::Type { value, wanted }
        }
        Kind::Minimum { .. } | Kind::Maximum { .. } => match (limit("minimum"), limit("maximum")) {
            (Some(low), Some(high)) => Problem::Range { value, low, high },
            _ => Problem::Other { what: error.to_string() },
        },
        Kind::MinLength { .. } | Kind::MaxLength { .. } => Problem::Length {
            value,
            low: limit("minLength").unwrap_or(0),
            high: limit("maxLength").unwrap_or(i64::MAX),
        },
        Kind::MaxItems { limit } => {
            Problem::Many { count: error.instance().as_array().map_or(0, Vec::len), limit: *limit }
        }
        Kind::UniqueItems => {
            let list = error.instance().as_array().map(Vec::as_slice).unwrap_or_default();
            let twice = list.iter().enumerate().find(|(i, item)| list[..*i].contains(item));
            let (index, item) = twice.unwrap_or((0, &Value::Null));
            return vec![fault(format!("{pointer}/{index}"), Problem::Twice { value: shown(item) })];
        }
        _ => Problem::Other { what: error.to_string().chars().take(200).collect() },
    };
    vec![fault(pointer, problem)]
}

fn unknown(name: &str, known: &[&str], manifest: &Manifest) -> Problem {
    let near = near(name, known, manifest);
    Problem::Unknown { near, known: known.iter().map(|name| (*name).to_owned()).collect() }
}

/// The word among `known` that `word` may stand for: one that is written nearly so, or the category that people call so.
fn near(word: &str, known: &[&str], manifest: &Manifest) -> Option<String> {
    let folded = word.to_lowercase().replace([' ', '_'], "-");
    if let Some(near) = nearest(&folded, known).or_else(|| nearest(&word.to_lowercase().replace('-', "_"), known)) {
        return Some(near.to_owned());
    }
    let named = |language: Language| {
        let known = manifest.categories.iter().filter(|category| known.contains(&category.id.as_str()));
        let labels: Vec<(String, &str)> = known
            .filter_map(|category| Some((category.labels.get(language)?.to_lowercase(), category.id.as_str())))
            // Each word of a label too: “garden” of “garden and snow”.
            .flat_map(|(label, id)| {
                let parts = label.split_whitespace().filter(|part| part.chars().count() >= MIN_PART_CHARS);
                let parts: Vec<_> = parts.map(|part| (part.to_owned(), id)).collect();
                std::iter::once((label.clone(), id)).chain(parts).collect::<Vec<_>>()
            })
            .collect();
        let words: Vec<&str> = labels.iter().map(|(label, _)| label.as_str()).collect();
        let label = nearest(&word.to_lowercase(), &words)?;
        labels.iter().find(|(own, _)| own == label).map(|(_, id)| (*id).to_owned())
    };
    Language::ALL.into_iter().find_map(named)
}

/// A value as it can be repeated: on one line, and short.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut plain: String = text.chars().filter(|c| !c.is_control()).take(MAX_SHOWN_CHARS + 1).collect();
    if plain.chars().count() > MAX_SHOWN_CHARS {
        plain = plain.chars().take(MAX_SHOWN_CHARS).chain(['…']).collect();
    }
    plain
}
