//! Deployed modules, ready to be called: whose signature is checked again whenever one is loaded, and which are loaded
//! once for all municipalities that use them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use super::signature::{Checksums, SignatureFault, TrustedKey, verify};
use super::{Reader, RuleError, RuleModule, RulesEngine};

/// The modules of this process.
#[derive(Debug)]
pub struct Library {
    engine: RulesEngine,
    standard: RuleModule,
    trusted: Vec<TrustedKey>,
    /// By the SHA-256 of their bytes.
    loaded: Mutex<HashMap<String, RuleModule>>,
}

/// A version of the rules as the store keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// The settings as they were signed, if there are any.
    pub settings: Option<&'a str>,
    /// What was signed.
    pub checksums: &'a str,
    /// The signature, in minisign's format.
    pub signature: &'a str,
}

/// Why a deployed version cannot be used. None of it is a verdict.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// It is not what somebody trusted has signed.
    #[error(transparent)]
    Signature(#[from] SignatureFault),
    /// The module or its settings are refused.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// Its files are gone.
    #[error(
        "the store does not hold the files of the deployed rules\nhint: deploy them again, or go back with `koppelaar rules rollback`"
    )]
    Missing,
}

impl Library {
    /// An empty library for the modules that `trusted` keys have signed; people are protected by `standard`.
    pub fn new(engine: RulesEngine, standard: RuleModule, trusted: Vec<TrustedKey>) -> Self {
        Self { engine, standard, trusted, loaded: Mutex::default() }
    }

    /// Checks that a trusted key signed `module` and `settings`. Gives the key's identifier.
    pub fn verify(&self, module: &str, sealed: Sealed<'_>) -> Result<String, SignatureFault> {
        let (checksums, key) = verify(&self.trusted, sealed.checksums, sealed.signature)?;
        let settings = sealed.settings.map(|text| Checksums::of(&[], Some(text.as_bytes())).settings);
        checksums.cover(&Checksums { module: module.to_owned(), settings: settings.flatten() })?;
        Ok(key)
    }

    /// Loads a version whose module has this SHA-256, if this process or the cache has it already: signature first. Its
    /// bytes are not needed: what lies in the cache under a digest was made of them. Blocks, for a fraction of a
    /// millisecond.
    pub fn load_kept(&self, digest: &str, sealed: Sealed<'_>) -> Result<Option<Reader>, LibraryError> {
        self.verify(digest, sealed)?;
        let known = self.loaded().get(digest).cloned();
        let module = match known {
            Some(module) => Some(module.with_settings(sealed.settings)?),
            None => RuleModule::kept(&self.engine, digest, sealed.settings)?,
        };
        Ok(module.map(|module| self.reader(module)))
    }

    /// Loads a version: signature first. Blocks, for seconds where a large module is loaded for the first time.
    pub fn load(&self, bytes: &[u8], sealed: Sealed<'_>) -> Result<Reader, LibraryError> {
        self.verify(&Checksums::of(bytes, None).module, sealed)?;
        Ok(self.reader(RuleModule::load(&self.engine, bytes, sealed.settings)?))
    }

    fn reader(&self, module: RuleModule) -> Reader {
        let mut loaded = self.loaded();
        // What no municipality works with any more makes room.
        loaded.retain(|_, module| module.is_shared());
        loaded.entry(module.digest().to_owned()).or_insert_with(|| module.clone());
        Reader::new(module, &self.standard)
    }

    fn loaded(&self) -> std::sync::MutexGuard<'_, HashMap<String, RuleModule>> {
        // A panic while the lock was held leaves a usable map behind.
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: &[u8] = include_bytes!("../../../wasm-rules/standard/standard.wasm");

    /// A key, and the library that trusts it.
    fn library() -> (minisign::SecretKey, Library) {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let engine = RulesEngine::new().unwrap();
        let standard = RuleModule::standard(&engine).unwrap();
        let trusted = TrustedKey::parse(&pair.pk.to_base64()).unwrap();
        (pair.sk, Library::new(engine, standard, vec![trusted]))
    }

    fn sign(secret: &minisign::SecretKey, module: &[u8], settings: Option<&str>) -> (String, String) {
        let checksums = Checksums::of(module, settings.map(str::as_bytes)).write("own.wasm", "own.json");
        let signature = minisign::sign(None, secret, checksums.as_bytes(), None, None).unwrap().to_string();
        (checksums, signature)
    }

    #[test]
    fn a_module_is_loaded_once_and_let_go_when_nobody_works_with_it() {
        let (secret, library) = library();
        let load = |module: &[u8]| {
            let (checksums, signature) = sign(&secret, module, None);
            library.load(module, Sealed { settings: None, checksums: &checksums, signature: &signature }).unwrap()
        };
        let digest = Checksums::of(STANDARD, None).module;
        let kept = |settings: Option<&str>| {
            let (checksums, signature) = sign(&secret, STANDARD, settings);
            library.load_kept(&digest, Sealed { settings, checksums: &checksums, signature: &signature }).unwrap()
        };
        assert!(kept(None).is_none());
        let first = load(STANDARD);
        let strict = kept(Some("{\"minimum_score\": 700}")).unwrap();
        assert_ne!(first.module().settings_digest(), strict.module().settings_digest());
        drop((first, strict));
        let other = [STANDARD, b"\x00\x05\x04copy"].concat();
        let _held = load(&other);
        assert!(kept(None).is_none());
    }

    #[test]
    fn what_the_store_holds_is_not_taken_on_trust() {
        let (secret, library) = library();
        let (checksums, signature) = sign(&secret, STANDARD, Some("{}"));
        let other = [STANDARD, b"\x00\x05\x04copy"].concat();
        let faults = |settings: Option<&str>, bytes: &[u8]| {
            let sealed = Sealed { settings, checksums: &checksums, signature: &signature };
            let kept = library.load_kept(&Checksums::of(bytes, None).module, sealed).map(|kept| kept.is_some());
            [library.load(bytes, sealed).map(|_| true), kept].map(|loaded| match loaded {
                Err(LibraryError::Signature(fault)) => fault,
                other => panic!("{other:?}"),
            })
        };
        for fault in faults(Some("{}"), &other) {
            assert!(matches!(fault, SignatureFault::OtherFile { file: "module", .. }));
        }
        for fault in faults(Some("{ }"), STANDARD) {
            assert!(matches!(fault, SignatureFault::OtherFile { .. }));
        }
        for fault in faults(None, STANDARD) {
            assert!(matches!(fault, SignatureFault::SettingsMissing));
        }
    }
}
