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

/// Where a module comes from.
#[derive(Debug)]
pub enum Source {
    /// From [`Library::known`].
    Known(RuleModule),
    /// From its bytes.
    Bytes(Vec<u8>),
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

    /// The module with this SHA-256, if it is loaded already.
    pub fn known(&self, digest: &str) -> Option<RuleModule> {
        self.loaded().get(digest).cloned()
    }

    /// Checks that a trusted key signed `module` and `settings`. Gives the key's identifier.
    pub fn verify(&self, module: &str, sealed: Sealed<'_>) -> Result<String, SignatureFault> {
        let (checksums, key) = verify(&self.trusted, sealed.checksums, sealed.signature)?;
        let settings = sealed.settings.map(|text| Checksums::of(&[], Some(text.as_bytes())).settings);
        checksums.cover(&Checksums { module: module.to_owned(), settings: settings.flatten() })?;
        Ok(key)
    }

    /// Loads a version: signature first. Blocks, for seconds where a large module is loaded for the first time.
    pub fn load(&self, sealed: Sealed<'_>, source: Source) -> Result<Reader, LibraryError> {
        let module = match source {
            Source::Known(module) => {
                self.verify(module.digest(), sealed)?;
                module.with_settings(sealed.settings)?
            }
            Source::Bytes(bytes) => {
                self.verify(&Checksums::of(&bytes, None).module, sealed)?;
                RuleModule::load(&self.engine, &bytes, sealed.settings)?
            }
        };
        let mut loaded = self.loaded();
        // What no municipality works with any more makes room.
        loaded.retain(|_, module| module.is_shared());
        loaded.entry(module.digest().to_owned()).or_insert_with(|| module.clone());
        Ok(Reader::new(module, &self.standard))
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
        let load = |module: &[u8], settings: Option<&str>, source| {
            let (checksums, signature) = sign(&secret, module, settings);
            library.load(Sealed { settings, checksums: &checksums, signature: &signature }, source).unwrap()
        };
        let digest = Checksums::of(STANDARD, None).module;
        assert!(library.known(&digest).is_none());
        let first = load(STANDARD, None, Source::Bytes(STANDARD.to_vec()));
        let known = library.known(&digest).unwrap();
        let strict = load(STANDARD, Some("{\"minimum_score\": 700}"), Source::Known(known));
        assert_ne!(first.module().settings_digest(), strict.module().settings_digest());
        drop((first, strict));
        let other = [STANDARD, b"\x00\x05\x04copy"].concat();
        let _held = load(&other, None, Source::Bytes(other.clone()));
        assert!(library.known(&digest).is_none());
    }

    #[test]
    fn what_the_store_holds_is_not_taken_on_trust() {
        let (secret, library) = library();
        let (checksums, signature) = sign(&secret, STANDARD, Some("{}"));
        let fault = |settings: Option<&str>, bytes: &[u8]| {
            let sealed = Sealed { settings, checksums: &checksums, signature: &signature };
            match library.load(sealed, Source::Bytes(bytes.to_vec())) {
                Err(LibraryError::Signature(fault)) => fault,
                other => panic!("{other:?}"),
            }
        };
        let other = [STANDARD, b"\x00\x05\x04copy"].concat();
        assert!(matches!(fault(Some("{}"), &other), SignatureFault::OtherFile { file: "module", .. }));
        assert!(matches!(fault(Some("{ }"), STANDARD), SignatureFault::OtherFile { .. }));
        assert!(matches!(fault(None, STANDARD), SignatureFault::SettingsMissing));
    }
}
