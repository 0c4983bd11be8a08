//! A municipality's settings of its rules, checked against the JSON Schema that the module states.

mod annotate;
mod document;
mod faults;
mod schema;
#[cfg(test)]
mod tests;
mod told;

use std::fmt::Write;

use jsonschema::Validator;
use sha2::{Digest, Sha256};

use super::Manifest;
use super::error::{AuthorFault, MAX_SETTINGS_FAULTS, ManifestFault, RuleError, SettingsFault};
use crate::domain::Language;
use document::Document;

/// Every setting of the module with its default and what is allowed, as a TOML file with comments in `language`.
pub fn annotated(manifest: &Manifest, language: Language) -> String {
    annotate::annotated(manifest, language)
}

/// The settings at the top of the module's schema, each with what it is for, where that is said.
pub fn described(manifest: &Manifest, language: Language) -> Vec<(String, Option<String>)> {
    let known = schema::Schema::new(&manifest.settings_schema).properties();
    known.map(|(name, schema)| (name.to_owned(), schema.description(language))).collect()
}

/// The most bytes of a settings document.
const MAX_SETTINGS_BYTES: usize = 64 << 10;

/// Settings that fit their module.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// The document as the module gets it.
    pub json: String,
    /// SHA-256 of the document, in hexadecimal.
    pub digest: String,
}

/// Compiles the schema that a module states for its settings.
pub(super) fn validator(manifest: &Manifest) -> Result<Validator, ManifestFault> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        // A schema that fetches another would be an import by the back door.
        .offline()
        // Patterns must match in linear time: a schema is as little trusted as the module.
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(&manifest.settings_schema)
        .map_err(|error| ManifestFault {
            place: format!("settings-schema{}", error.instance_path()),
            what: "not a JSON Schema of draft 2020-12 that stands alone".into(),
        })
}

impl Settings {
    /// Checks `settings`, a document in TOML or JSON; without one, the empty object counts.
    pub fn check(manifest: &Manifest, settings: Option<&str>) -> Result<Self, RuleError> {
        let validator = validator(manifest).map_err(|fault| AuthorFault::Manifest { faults: vec![fault] })?;
        Ok(Self::fit(&validator, manifest, settings)?)
    }

    /// The same with a schema that is compiled already.
    pub fn fit(validator: &Validator, manifest: &Manifest, settings: Option<&str>) -> Result<Self, SettingsFault> {
        let settings = settings.unwrap_or("{}");
        if settings.len() > MAX_SETTINGS_BYTES {
            return Err(SettingsFault::TooLarge { bytes: settings.len(), limit: MAX_SETTINGS_BYTES });
        }
        let document = Document::read(settings)?;
        let errors = validator.iter_errors(&document.value);
        let mut faults: Vec<_> =
            errors.flat_map(|error| faults::of(&error, &document, manifest)).take(MAX_SETTINGS_FAULTS).collect();
        faults.sort_by_key(|fault| fault.line);
        if !faults.is_empty() {
            return Err(SettingsFault::Misfit { module: manifest.name.clone(), faults });
        }
        // Written anew, so that spaces and line ends make no difference to the digest.
        Ok(Self::of(document.value.to_string()))
    }

    fn of(json: String) -> Self {
        let digest = sha256_hex(json.as_bytes());
        Self { json, digest }
    }
}

/// The module's own defaults: the empty object.
impl Default for Settings {
    fn default() -> Self {
        Self::of("{}".to_owned())
    }
}

/// SHA-256 of `bytes`, in hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
