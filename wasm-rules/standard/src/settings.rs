//! What a municipality can set.

use std::collections::BTreeMap;

use koppelaar_rules::serde::Deserialize;

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
}

/// JSON Schema of [`Settings`]. Its descriptions are read by the people who fill them in.
pub const SCHEMA: &str = include_str!("settings.schema.json");
