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

#[cfg(test)]
mod tests {
    use super::*;

    /// What the real minisign signed: see the README beside these files.
    const CHECKSUMS: &str = include_str!("../../../tests/fixtures/signatures/rules.wasm.sha256");
    const SIGNATURE: &str = include_str!("../../../tests/fixtures/signatures/rules.wasm.sha256.minisig");
    const LEGACY: &str = include_str!("../../../tests/fixtures/signatures/rules.wasm.sha256.legacy-minisig");
    const PUBLIC: &str = include_str!("../../../tests/fixtures/signatures/minisign.pub");
    const KEY_ID: &str = "7A8CD6F51E8C523F";
    const MODULE: &[u8] = b"a module\n";
    const SETTINGS: &[u8] = b"{\"minimum_score\": 500}\n";

    fn trusted() -> Vec<TrustedKey> {
        vec![TrustedKey::parse(PUBLIC.lines().nth(1).unwrap()).unwrap()]
    }

    fn own_key() -> (minisign::SecretKey, TrustedKey) {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        (pair.sk, TrustedKey::parse(&pair.pk.to_base64()).unwrap())
    }

    fn sign(secret: &minisign::SecretKey, text: &str) -> String {
        minisign::sign(None, secret, text.as_bytes(), None, None).unwrap().to_string()
    }

    #[test]
    fn what_the_real_minisign_signed_is_accepted() {
        let (checksums, key) = verify(&trusted(), CHECKSUMS, SIGNATURE).unwrap();
        assert_eq!(key, KEY_ID);
        assert_eq!(trusted()[0].id(), KEY_ID);
        checksums.cover(&Checksums::of(MODULE, Some(SETTINGS))).unwrap();
        assert_eq!(checksums.write("rules.wasm", "settings.json"), CHECKSUMS);
    }

    #[test]
    fn a_signature_holds_module_and_settings_together() {
        let (checksums, _) = verify(&trusted(), CHECKSUMS, SIGNATURE).unwrap();
        let fault = |module: &[u8], settings| checksums.cover(&Checksums::of(module, settings)).unwrap_err();
        assert!(matches!(fault(b"another", Some(SETTINGS)), SignatureFault::OtherFile { file: "module", .. }));
        let other = fault(MODULE, Some(b"{}"));
        assert!(matches!(other, SignatureFault::OtherFile { file: "file of settings", .. }));
        assert!(matches!(fault(MODULE, None), SignatureFault::SettingsMissing));
        let alone = Checksums::of(MODULE, None);
        assert!(matches!(alone.cover(&Checksums::of(MODULE, Some(b"{}"))), Err(SignatureFault::SettingsUnsigned)));
        alone.cover(&Checksums::of(MODULE, None)).unwrap();
    }

    #[test]
    fn nobody_else_can_sign() {
        let fault = |trusted: &[TrustedKey], checksums: &str, signature: &str| {
            verify(trusted, checksums, signature).unwrap_err().to_string()
        };
        let (secret, own) = own_key();
        insta::assert_snapshot!(fault(&[], CHECKSUMS, SIGNATURE), @r"
        the configuration trusts no key, so no rules can be deployed
        hint: put the second line of the signer's `minisign.pub` in `trusted_keys` of `[rules]`
        ");
        insta::assert_snapshot!(fault(&[own], CHECKSUMS, SIGNATURE), @r"
        the rules are signed with key `7A8CD6F51E8C523F`, which the configuration does not trust
        hint: if you know the signer, put the second line of their `minisign.pub` in `trusted_keys` of `[rules]`
        ");
        let changed = CHECKSUMS.replacen('6', "7", 1);
        insta::assert_snapshot!(fault(&trusted(), &changed, SIGNATURE), @r"
        the signature of key `7A8CD6F51E8C523F` is not one of these checksums
        hint: the file of checksums was changed after it was signed: have it signed again by whoever looked at it
        ");
        insta::assert_snapshot!(fault(&trusted(), CHECKSUMS, LEGACY), @r"
        the signature is not in minisign's format
        hint: make it with `koppelaar rules sign`, or with `minisign -S` of version 0.10 or later
        ");
        // A stranger's signature under the trusted key's identifier.
        let stranger = sign(&secret, CHECKSUMS);
        let line = |text: &str, n: usize| text.lines().nth(n).unwrap().to_owned();
        let named = line(SIGNATURE, 1)[..14].to_owned() + &line(&stranger, 1)[14..];
        let forged = [line(&stranger, 0), named, line(&stranger, 2), line(&stranger, 3)].join("\n");
        assert!(verify(&trusted(), CHECKSUMS, &forged).is_err());
        // The trusted comment is signed too.
        let comment = SIGNATURE.replace("file:rules", "file:other");
        assert!(matches!(verify(&trusted(), CHECKSUMS, &comment), Err(SignatureFault::Forged { .. })));
        for broken in ["", "untrusted comment: x", "x\ny\nz\nw", &SIGNATURE[..SIGNATURE.len() / 2]] {
            assert!(matches!(verify(&trusted(), CHECKSUMS, broken), Err(SignatureFault::Unreadable)), "{broken}");
        }
    }

    #[test]
    fn checksums_are_read_as_they_are_commonly_written() {
        let digest = "0123456789abcdef".repeat(4);
        let parse = |text: &str| Checksums::parse(text);
        for line in [format!("{digest}  a b.wasm\n"), format!("{digest} *a.wasm"), format!("\\{digest}  a\\nb\r\n")] {
            assert_eq!(parse(&line).unwrap(), Checksums { module: digest.clone(), settings: None }, "{line}");
        }
        let line = |text: &str| match parse(text) {
            Err(SignatureFault::Checksums { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        let good = format!("{digest}  a\n");
        assert_eq!(line(""), 1);
        assert_eq!(line(&format!("{good}\n")), 2);
        assert_eq!(line(&good.repeat(3)), 3);
        assert_eq!(line(&good.to_uppercase()), 1);
    }

    #[test]
    fn a_secret_key_is_no_trusted_key() {
        assert!(TrustedKey::parse("").is_none());
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let secret = pair.sk.to_box(None).unwrap().into_string();
        assert!(TrustedKey::parse(secret.lines().nth(1).unwrap()).is_none());
    }
}
