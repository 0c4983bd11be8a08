//! A municipality's settings of its rules, checked against the JSON Schema that the module states.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Manifest;
use super::error::{AuthorFault, MAX_SETTINGS_FAULTS, RuleError, SettingFault, SettingsFault};

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

impl Settings {
    /// Checks `settings`, a JSON document; without one, the empty object counts.
    pub fn check(manifest: &Manifest, settings: Option<&str>) -> Result<Self, RuleError> {
        let settings = settings.unwrap_or("{}");
        if settings.len() > MAX_SETTINGS_BYTES {
            return Err(SettingsFault::TooLarge { bytes: settings.len(), limit: MAX_SETTINGS_BYTES }.into());
        }
        let document: Value =
            serde_json::from_str(settings).map_err(|e| SettingsFault::Syntax { line: e.line(), column: e.column() })?;
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            // A schema that fetches another would be an import by the back door.
            .offline()
            // Patterns must match in linear time: a schema is as little trusted as the module.
            .with_pattern_options(jsonschema::PatternOptions::regex())
            .build(&manifest.settings_schema)
            .map_err(|error| AuthorFault::Manifest {
                place: format!("settings-schema{}", error.instance_path()),
                what: "not a JSON Schema of draft 2020-12 that stands alone".into(),
            })?;
        let faults: Vec<_> = validator
            .iter_errors(&document)
            .take(MAX_SETTINGS_FAULTS)
            .map(|error| SettingFault { pointer: error.instance_path().to_string(), what: error.to_string() })
            .collect();
        if !faults.is_empty() {
            return Err(SettingsFault::Misfit { module: manifest.name.clone(), faults }.into());
        }
        // Written anew, so that spaces and line ends make no difference to the digest.
        let json = document.to_string();
        let digest = sha256_hex(json.as_bytes());
        Ok(Self { json, digest })
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(schema: Value) -> Manifest {
        Manifest {
            name: "test".into(),
            version: "1.0.0".into(),
            categories: vec![],
            languages: vec![],
            referrals: vec![],
            reasons: vec![],
            settings_schema: schema,
        }
    }

    #[test]
    fn a_misfit_names_the_place() {
        let manifest = manifest(json!({
            "type": "object",
            "properties": {"walk": {"type": "object", "properties": {"minutes": {"type": "integer", "maximum": 30}}}},
            "additionalProperties": false
        }));
        Settings::check(&manifest, None).unwrap();
        Settings::check(&manifest, Some(r#"{"walk":{"minutes":30}}"#)).unwrap();
        let error = Settings::check(&manifest, Some(r#"{"walk":{"minutes":31},"x":1}"#)).unwrap_err();
        let RuleError::Settings(SettingsFault::Misfit { faults, .. }) = error else { panic!("{error}") };
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert!(pointers.contains(&"/walk/minutes"), "{pointers:?}");
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn a_schema_cannot_fetch_another() {
        let manifest = manifest(json!({"$ref": "https://example.org/schema.json"}));
        assert!(matches!(Settings::check(&manifest, None), Err(RuleError::Author(_))));
    }

    #[test]
    fn spaces_make_no_difference_to_the_digest() {
        let manifest = manifest(json!(true));
        let digest = |text| Settings::check(&manifest, Some(text)).unwrap().digest;
        assert_eq!(digest(r#"{"a": 1}"#), digest("{\n\"a\":1 }"));
        assert_ne!(digest(r#"{"a": 1}"#), digest(r#"{"a": 2}"#));
    }
}
