//! `koppelaar rules sign`: signs a module with its settings, as `sha256sum` and `minisign` would.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use ct_codecs::{Base64, Decoder};
use minisign::{PublicKey, SecretKey, SecretKeyBox};

use super::{read_module, read_settings, signed_beside};
use crate::clock::{Clock, SystemClock};
use crate::rules::signature::{Checksums, key_id};

/// The variable that holds the password of a secret key, where nobody can be asked for it.
const PASSWORD_VARIABLE: &str = "KOPPELAAR_SIGNING_PASSWORD";
/// The longest file of a secret key, in bytes.
const MAX_KEY_BYTES: usize = 4096;
/// What a secret key without a password has in place of the name of its key derivation.
const NO_PASSWORD: [u8; 2] = [0, 0];

#[derive(Debug, Args)]
pub(super) struct SignArgs {
    /// The module: a WebAssembly component; `standard` is the one that is built in
    #[arg(value_name = "MODULE")]
    module: PathBuf,
    /// The settings that it is to be deployed with, a JSON document
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The secret key, as `minisign -G` writes it. Its password is asked for, or taken from the variable
    /// `KOPPELAAR_SIGNING_PASSWORD`
    #[arg(long, value_name = "FILE")]
    secret_key: PathBuf,
    /// Where to write the checksums; without it, `MODULE.sha256`
    #[arg(long, value_name = "FILE")]
    checksums: Option<PathBuf>,
}

pub(super) fn run(args: &SignArgs) -> anyhow::Result<ExitCode> {
    let module = read_module(&args.module)?;
    let settings = args.settings.as_deref().map(read_settings).transpose()?;
    let checksums = Checksums::of(&module, settings.as_deref().map(str::as_bytes));
    let text = checksums.write(&file_name(&args.module), &args.settings.as_deref().map(file_name).unwrap_or_default());
    let secret = secret_key(&args.secret_key)?;
    let (path, signature_path) = signed_beside(&args.module, args.checksums.as_deref());
    let comment = format!("timestamp:{}\tfile:{}\thashed", SystemClock.now().as_second(), file_name(&path));
    let signature =
        minisign::sign(None, &secret, text.as_bytes(), Some(&comment), Some("signature of koppelaar rules"));
    let signature = signature.context("cannot sign")?;
    let public = PublicKey::from_secret_key(&secret).context("cannot tell the public key")?;
    write(&path, &text)?;
    write(&signature_path, &signature.to_string())?;
    println!("signed with key {}", key_id(secret.keynum()));
    println!("checksums   {}", path.display());
    println!("signature   {}", signature_path.display());
    println!("\nThe configuration must trust the key:\ntrusted_keys = [\"{}\"]", public.to_base64());
    Ok(ExitCode::SUCCESS)
}

fn secret_key(path: &Path) -> anyhow::Result<SecretKey> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the secret key `{shown}`"))?;
    if text.len() > MAX_KEY_BYTES {
        bail!("`{shown}` is larger than {MAX_KEY_BYTES} bytes\nhint: name the file that `minisign -G` wrote");
    }
    if let Some(secret) = without_password(&text) {
        return Ok(secret);
    }
    let password = std::env::var(PASSWORD_VARIABLE).ok();
    let secret = SecretKeyBox::from_string(&text).and_then(|secret| secret.into_secret_key(password));
    secret.with_context(|| {
        format!(
            "cannot use the secret key `{shown}`\nhint: is it the file that `minisign -G` wrote, and is the password right?"
        )
    })
}

/// The secret key, where no password protects it. `minisign -G -W` leaves the checksum out of such a key, which the
/// library would hold against it.
fn without_password(text: &str) -> Option<SecretKey> {
    let bytes = Base64::decode_to_vec(text.lines().nth(1)?.trim(), None).ok()?;
    let secret = SecretKey::from_bytes(&bytes).ok()?;
    (bytes.get(2..4) == Some(&NO_PASSWORD)).then_some(secret)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}
