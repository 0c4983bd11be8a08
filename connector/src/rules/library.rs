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
