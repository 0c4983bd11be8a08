//! What a municipality can set.

use std::collections::BTreeMap;

use koppelaar_rules::serde::Deserialize;

use crate::targets::CATEGORIES;

/// The settings, as [`SCHEMA`] describes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(crate = "koppelaar_rules::serde", default, deny_unknown_fields)]
pub struct Settings {
    /// Categories that are never read.
    pub excluded_categories: Vec<String>,
    /// Language → category → words or short expressions.
    pub extra_words: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Score from which a candidate is given at all, 0 to 1000.
    pub minimum_score: u16,
    /// The same for single categories, where it is higher.
    pub minimum_scores: BTreeMap<String, u16>,
    /// What each fact about two posts is worth.
    pub weights: Weights,
}

/// Points of the score, of 1000, that facts about two posts add or take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(crate = "koppelaar_rules::serde", default, deny_unknown_fields)]
pub struct Weights {
    /// Each detail that meets, such as the kind of pet.
    pub same_detail: u16,
    /// Both can at the same time.
    pub same_time: u16,
    /// The helper names no time.
    pub any_time: u16,
    /// The most that rare words in both texts add.
    pub shared_words: u16,
    /// Both live in the same part of the neighbourhood.
    pub same_area: u16,
    /// Each time that the helper helped this person before, up to three.
    pub helped_before: u16,
    /// Each can help the other.
    pub each_other: u16,
    /// Each time that the helper was suggested in four weeks; taken away.
    pub often_asked: u16,
    /// They write in different languages; taken away.
    pub other_language: u16,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            same_detail: 88,
            same_time: 93,
            any_time: 0,
            shared_words: 250,
            same_area: 30,
            helped_before: 40,
            each_other: 150,
            often_asked: 25,
            other_language: 25,
        }
    }
}

impl Settings {
    /// The score from which a candidate for this category is given.
    pub fn minimum_of(&self, category: u16) -> i32 {
        let own = CATEGORIES.get(usize::from(category)).and_then(|id| self.minimum_scores.get(*id));
        i32::from(own.copied().unwrap_or(0).max(self.minimum_score))
    }
}

/// JSON Schema of [`Settings`]. Its descriptions, in `x-descriptions` for other languages than English, are read by the
/// people who fill them in.
pub const SCHEMA: &str = include_str!("settings.schema.json");

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::{SCHEMA, Settings, Weights};

    #[test]
    fn the_defaults_of_the_schema_are_those_of_the_module() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        let weights = schema["properties"]["weights"]["properties"].as_object().expect("weights");
        let defaults: Map<_, _> =
            weights.iter().map(|(name, weight)| (name.clone(), weight["default"].clone())).collect();
        // Unknown names are refused, and a missing one would keep another default than a nonsensical one.
        let read = |value: Value| serde_json::from_value::<Weights>(value).expect("weights");
        assert_eq!(read(defaults.clone().into()), Weights::default());
        let shifted = defaults.into_iter().map(|(name, value)| (name, Value::from(value.as_u64().unwrap_or(0) + 1)));
        let shifted = read(shifted.collect::<Map<_, _>>().into());
        let Weights { same_detail, same_time, any_time, shared_words, same_area, helped_before, .. } = shifted;
        let Weights { each_other, often_asked, other_language, .. } = shifted;
        let all = [same_detail, same_time, any_time, shared_words, same_area, helped_before, each_other, often_asked];
        assert_eq!(all, [89, 94, 1, 251, 31, 41, 151, 26]);
        assert_eq!(other_language, 26);
    }

    #[test]
    fn a_category_can_ask_for_more_and_never_for_less() {
        let settings = r#"{"minimum_score": 500, "minimum_scores": {"childcare": 650, "garden": 100}}"#;
        let settings: Settings = serde_json::from_str(settings).expect("settings");
        let minimum = |id: &str| {
            let index = crate::targets::CATEGORIES.iter().position(|known| *known == id).expect("a category");
            settings.minimum_of(u16::try_from(index).expect("a small number"))
        };
        assert_eq!([minimum("childcare"), minimum("garden"), minimum("care")], [650, 500, 500]);
    }
}
