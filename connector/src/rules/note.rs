//! What is kept of a module beside its compiled code once it was found sound, so that a start need not ask again.
//!
//! It lies where the code lies, and is trusted as much: whoever could write it could write machine code.

use serde::{Deserialize, Serialize};

use super::Manifest;

/// The form of a note, and of the checks that the manifest in it has passed. Another number makes every module be asked
/// again: raise it whenever [`super::manifest::check`] or what a settings schema may be changes.
pub(super) const NOTE_FORMAT: u32 = 1;

/// What was found out about a module.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Note {
    pub format: u32,
    /// Whether the empty settings fit its schema.
    pub takes_defaults: bool,
    /// What it says about itself, checked and cleaned.
    pub manifest: Manifest,
}

impl Note {
    /// For the file.
    pub fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From the file; none when another version wrote it.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|note: &Self| note.format == NOTE_FORMAT)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::rules::engine::CacheFolder;
    use crate::rules::module::STANDARD;
    use crate::rules::{RuleModule, RulesEngine, RulesOptions};

    fn engine(folder: &Path) -> RulesEngine {
        let cache = CacheFolder::Named(folder.to_owned());
        RulesEngine::with_options(RulesOptions { cache, ..RulesOptions::default() }).unwrap()
    }

    fn note(folder: &Path) -> std::path::PathBuf {
        let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.extension().is_some_and(|extension| extension == "note")).unwrap()
    }

    #[test]
    fn a_module_is_kept_as_it_was_described() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let described = RuleModule::load(&engine, STANDARD, None).unwrap();
        let digest = described.digest();
        let kept = RuleModule::kept(&engine, digest, None).unwrap().unwrap();
        assert_eq!(kept.manifest(), described.manifest());
        assert_eq!((kept.digest(), kept.settings_digest()), (digest, described.settings_digest()));
        let strict = Some("minimum_score = 700");
        let (one, other) = (RuleModule::kept(&engine, digest, strict), RuleModule::load(&engine, STANDARD, strict));
        assert_eq!(one.unwrap().unwrap().settings_digest(), other.unwrap().settings_digest());
        RuleModule::kept(&engine, digest, Some("no_such_setting = 1")).unwrap_err();
        assert!(RuleModule::kept(&engine, &digest.replace('a', "b"), None).unwrap().is_none());
        assert!(RuleModule::kept(&RulesEngine::new().unwrap(), digest, None).unwrap().is_none());
    }

    #[test]
    fn a_note_that_is_damaged_or_of_another_version_counts_for_nothing_and_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let module = RuleModule::load(&engine, STANDARD, None).unwrap();
        let path = note(folder.path());
        let whole = fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, damaged).unwrap();
            assert!(RuleModule::kept(&engine, module.digest(), None).unwrap().is_none());
        }
        RuleModule::load(&engine, STANDARD, None).unwrap();
        assert!(RuleModule::kept(&engine, module.digest(), None).unwrap().is_some());
        let old = Note { format: NOTE_FORMAT - 1, takes_defaults: true, manifest: module.manifest().clone() };
        engine.note(module.digest(), &old.write()).unwrap();
        assert!(RuleModule::kept(&engine, module.digest(), None).unwrap().is_none());
    }
}
