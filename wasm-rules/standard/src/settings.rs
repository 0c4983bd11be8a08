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
            same_detail: 60,
            same_time: 120,
            any_time: 20,
            shared_words: 150,
            same_area: 30,
            helped_before: 40,
            each_other: 80,
            often_asked: 25,
            other_language: 60,
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
