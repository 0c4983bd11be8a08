//! Whose rules are accepted: signatures in minisign's format over the digests of a module and of its settings.
//!
//! What is signed is a file as `sha256sum MODULE SETTINGS` writes it. So one signature holds the two together: neither
//! can be exchanged, and settings cannot be left out. Both tools are at hand everywhere, so that nobody has to trust
//! this program with a secret key.

use std::fmt::Write;

use minisign_verify::{Error, PublicKey, Signature};
use thiserror::Error as ThisError;

use super::settings::sha256_hex;

/// The most bytes of a file of checksums, and of a signature.
pub const MAX_SIGNED_BYTES: usize = 4096;

/// A key whose signatures are accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustedKey {
    id: String,
    key: PublicKey,
}

impl TrustedKey {
    /// Reads the second line of a public key file of minisign.
    pub fn parse(text: &str) -> Option<Self> {
        let key = PublicKey::from_base64(text).ok()?;
        let id = minisign::PublicKey::from_base64(text).ok()?;
        Some(Self { id: key_id(id.keynum()), key })
    }

    /// The key's identifier as minisign prints it: 16 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A key's identifier as minisign prints it.
pub fn key_id(number: &[u8]) -> String {
    number.iter().rev().fold(String::with_capacity(16), |mut id, byte| {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02X}");
        id
    })
}

/// What a signature covers: SHA-256 in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksums {
    /// Of the module.
    pub module: String,
    /// Of the file of settings; none when the module is to run with its own defaults.
    pub settings: Option<String>,
}

/// Why a signature does not cover what is to be deployed.
#[derive(Debug, ThisError)]
pub enum SignatureFault {
    /// The configuration trusts nobody.
    #[error(
        "the configuration trusts no key, so no rules can be deployed\nhint: put the second line of the signer's `minisign.pub` in `trusted_keys` of `[rules]`"
    )]
    NoTrustedKey,
    /// The signature cannot be read.
    #[error(
        "the signature is not in minisign's format\nhint: make it with `koppelaar rules sign`, or with `minisign -S` of version 0.10 or later"
    )]
    Unreadable,
    /// The signer is unknown.
    #[error(
        "the rules are signed with key `{key}`, which the configuration does not trust\nhint: if you know the signer, put the second line of their `minisign.pub` in `trusted_keys` of `[rules]`"
    )]
    UnknownKey {
        /// The key's identifier.
        key: String,
    },
    /// The signature is not of these checksums.
    #[error(
        "the signature of key `{key}` is not one of these checksums\nhint: the file of checksums was changed after it was signed: have it signed again by whoever looked at it"
    )]
    Forged {
        /// The identifier that the signature names.
        key: String,
    },
    /// The checksums are not in the expected format.
    #[error(
        "the file of checksums is wrong at line `{line}`: {what}\nhint: write it with `sha256sum MODULE SETTINGS`, or without the settings where there are none"
    )]
    Checksums {
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A file is not the one that was signed.
    #[error(
        "the {file} was not signed: its SHA-256 is `{found}`, and the signature is of `{signed}`\nhint: it was changed after it was signed, or the signature is of another version"
    )]
    OtherFile {
        /// Module or settings.
        file: &'static str,
        /// Of the file at hand.
        found: String,
        /// Of the one that was signed.
        signed: String,
    },
    /// Settings were signed, and none are there.
    #[error("the signature is of a module with settings, and no settings are given\nhint: name them with `--settings`")]
    SettingsMissing,
    /// Settings are there, and none were signed.
    #[error(
        "the signature is of a module without settings, and settings are given\nhint: leave `--settings` out, or sign the two together"
    )]
    SettingsUnsigned,
}

impl Checksums {
    /// The checksums of a module and of its file of settings.
    pub fn of(module: &[u8], settings: Option<&[u8]>) -> Self {
        Self { module: sha256_hex(module), settings: settings.map(sha256_hex) }
    }

    /// Reads what `sha256sum` wrote: the module's line, then that of the settings, if there are any.
    pub fn parse(text: &str) -> Result<Self, SignatureFault> {
        let mut digests = Vec::new();
        for (line, content) in (1..).zip(text.lines()) {
            if line > 2 {
                return Err(SignatureFault::Checksums { line, what: "there are more than two files" });
            }
            // A name with an escaped character has a backslash before its digest.
            let digest = content.trim_start_matches('\\').split(' ').next().unwrap_or_default();
            let is_digest = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            if !is_digest {
                return Err(SignatureFault::Checksums { line, what: "it does not begin with a SHA-256" });
            }
            digests.push(digest.to_owned());
        }
        let mut digests = digests.into_iter();
        let module = digests.next().ok_or(SignatureFault::Checksums { line: 1, what: "there is none" })?;
        Ok(Self { module, settings: digests.next() })
    }

    /// The file that is signed, as `sha256sum` writes it.
    pub fn write(&self, module: &str, settings: &str) -> String {
        let settings = self.settings.as_ref().map(|digest| format!("{digest}  {settings}\n"));
        format!("{}  {module}\n{}", self.module, settings.unwrap_or_default())
    }

    /// Makes sure that these are the checksums of what is at hand.
    pub fn cover(&self, at_hand: &Self) -> Result<(), SignatureFault> {
        let same = |file, found: &String, signed: &String| {
            let other = || SignatureFault::OtherFile { file, found: found.clone(), signed: signed.clone() };
            if found == signed { Ok(()) } else { Err(other()) }
        };
        same("module", &at_hand.module, &self.module)?;
        match (&at_hand.settings, &self.settings) {
            (Some(found), Some(signed)) => same("file of settings", found, signed),
            (None, Some(_)) => Err(SignatureFault::SettingsMissing),
            (Some(_), None) => Err(SignatureFault::SettingsUnsigned),
            (None, None) => Ok(()),
        }
    }
}

/// Checks the signature of a file of checksums. Gives them, and the identifier of the key.
pub fn verify(trusted: &[TrustedKey], checksums: &str, signature: &str) -> Result<(Checksums, String), SignatureFault> {
    if trusted.is_empty() {
        return Err(SignatureFault::NoTrustedKey);
    }
    if checksums.len() > MAX_SIGNED_BYTES || signature.len() > MAX_SIGNED_BYTES {
        return Err(SignatureFault::Unreadable);
    }
    let decoded = Signature::decode(signature).map_err(|_| SignatureFault::Unreadable)?;
    let key = signing_key(signature).ok_or(SignatureFault::Unreadable)?;
    let mut fault = SignatureFault::UnknownKey { key: key.clone() };
    // Two keys can have one identifier: it is chosen by whoever makes the key.
    for candidate in trusted.iter().filter(|candidate| candidate.id == key) {
        match candidate.key.verify(checksums.as_bytes(), &decoded, false) {
            Ok(()) => return Ok((Checksums::parse(checksums)?, key)),
            // Signatures of the file itself instead of its hash: those of minisign before 0.10.
            Err(Error::UnexpectedAlgorithm) => fault = SignatureFault::Unreadable,
            Err(_) => fault = SignatureFault::Forged { key: key.clone() },
        }
    }
    Err(fault)
}

/// The identifier of the key that a signature names.
fn signing_key(signature: &str) -> Option<String> {
    let signature = minisign::SignatureBox::from_string(signature).ok()?;
    Some(key_id(signature.keynum()))
}
