//! Whoever deploys rules: a key, files, and the `koppelaar` command on the store of a connector at work.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use koppelaar::playground::seed::pretend_secret;
use koppelaar::rules::signature::TrustedKey;
use serde_json::Value;
use tempfile::TempDir;

/// The standard module.
pub const STANDARD: &[u8] = include_bytes!("../../../wasm-rules/standard/standard.wasm");
/// Settings under which the standard module suggests nobody.
pub const STRICT: &str = "{\"minimum_score\": 1000}";

/// The standard module as another file: with a custom section behind it.
pub fn copy() -> Vec<u8> {
    [STANDARD, b"\x00\x05\x04copy"].concat()
}

/// Somebody who signs and deploys.
pub struct Deployer {
    folder: TempDir,
    public: String,
}

impl Deployer {
    /// With a new key.
    pub fn new() -> Self {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let secret = pair.sk.to_box(None).unwrap().into_string();
        let deployer = Self { folder: tempfile::tempdir().unwrap(), public: pair.pk.to_base64() };
        deployer.write("secret.key", secret.as_bytes());
        deployer
    }

    pub fn key(&self) -> TrustedKey {
        TrustedKey::parse(&self.public).unwrap()
    }

    /// What the configuration holds of the key.
    pub fn public(&self) -> &str {
        &self.public
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Writes the configuration that the verbs read: for `lelystad`, on the store at `store_url`.
    pub fn configure(&self, store_url: &str, trusted: &str) {
        self.write("lelystad.secret", pretend_secret("lelystad").as_bytes());
        let toml = format!(
            "[store]\nurl = \"{store_url}\"\n[rules]\ntrusted_keys = [{trusted}]\n[[municipality]]\nid = \"lelystad\"\n\
             time_zone = \"Europe/Amsterdam\"\ncountry = \"NL\"\nlanguage = \"nl\"\n\
             credentials = {{ client_id = \"lelystad\", client_secret_file = \"lelystad.secret\" }}\n"
        );
        self.write("koppelaar.toml", toml.as_bytes());
    }

    /// The same, trusting this key.
    pub fn configure_trusting(&self, store_url: &str) {
        self.configure(store_url, &format!("\"{}\"", self.public));
    }

    /// `koppelaar rules …` in the folder.
    pub fn rules(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_koppelaar-under-test"));
        command.current_dir(self.folder.path()).env("USER", "els").env_remove("SUDO_USER");
        command.arg("rules").args(arguments).output().unwrap()
    }

    /// A verb about `lelystad`.
    pub fn verb(&self, verb: &str, arguments: &[&str]) -> Output {
        self.rules(&[&[verb, "lelystad"], arguments, &["--config", "koppelaar.toml"]].concat())
    }

    /// The same, which must succeed; gives what it prints.
    pub fn does(&self, verb: &str, arguments: &[&str]) -> String {
        succeeded(&self.verb(verb, arguments))
    }

    /// Writes a module with its settings under a name, and signs them.
    pub fn sign(&self, name: &str, module: &[u8], settings: Option<&str>) -> String {
        let (module_name, settings_name) = (format!("{name}.wasm"), format!("{name}.json"));
        self.write(&module_name, module);
        let mut arguments = vec!["sign", &module_name, "--secret-key", "secret.key"];
        if let Some(settings) = settings {
            self.write(&settings_name, settings.as_bytes());
            arguments.extend(["--settings", &settings_name]);
        }
        succeeded(&self.rules(&arguments))
    }

    /// Signs and deploys a module.
    pub fn deploy(&self, name: &str, module: &[u8], settings: Option<&str>, more: &[&str]) -> String {
        self.sign(name, module, settings);
        let (module_name, settings_name) = (format!("{name}.wasm"), format!("{name}.json"));
        let mut arguments = vec![module_name.as_str()];
        if settings.is_some() {
            arguments.extend(["--settings", &settings_name]);
        }
        arguments.extend(more);
        self.does("deploy", &arguments)
    }

    /// What `history --json` tells, the newest first.
    pub fn history(&self) -> Vec<Value> {
        self.does("history", &["--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn succeeded(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{text}{error}");
    text
}

/// What a command that must fail says.
pub fn failed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{text}");
    text
}

/// Compares with a snapshot, without what differs from run to run.
pub fn snapshot(name: &str, folder: &Path, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d", "YYYY-MM-DD HH:MM");
    settings.add_filter(r"\b[0-9a-f]{64}\b", "SHA-256");
    settings.add_filter(r"\b[0-9a-f]{12}\b", "SHA-256_____");
    settings.add_filter(r"\b[0-9A-F]{16}\b", "KEY_____________");
    settings.add_filter(r#""RW[0-9A-Za-z+/]{54}""#, "\"PUBLIC KEY\"");
    settings.add_filter(r"\d+ KiB", "SIZE KiB");
    settings.add_filter(r"(fuel to \w+ +)[\d ]+ of [\d ]+\(room for \d+ times as much\)", "${1}SOME of ALL (room)");
    settings.add_filter(r"used \d+ of \d+ fuel", "used SOME of ALL fuel");
    let text = text.replace(folder.to_str().unwrap(), "FOLDER").replace("koppelaar-under-test", "koppelaar");
    settings.bind(|| insta::assert_snapshot!(name, text));
}
