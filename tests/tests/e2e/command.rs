//! The command as people use it: its help, its errors, its demo.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use koppelaar::clock::SystemClock;
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::{Playground, PlaygroundConfig};
use serde_json::Value;

/// A secret that must not show up anywhere.
const WRONG_SECRET: &str = "hunter2-is-not-it";

fn koppelaar(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_koppelaar-under-test")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_teaches_every_verb() {
    let verbs: [&[&str]; 19] = [
        &["--help"],
        &["demo", "--help"],
        &["run", "--help"],
        &["doctor", "--help"],
        &["playground", "--help"],
        &["rules", "--help"],
        &["rules", "run", "--help"],
        &["rules", "evaluate", "--help"],
        &["rules", "check", "--help"],
        &["rules", "sign", "--help"],
        &["rules", "deploy", "--help"],
        &["rules", "promote", "--help"],
        &["rules", "rollback", "--help"],
        &["rules", "history", "--help"],
        &["rules", "bench", "--help"],
        &["rules", "test", "--help"],
        &["rules", "new", "--help"],
        &["rules", "diff", "--help"],
        &["rules", "settings", "--help"],
    ];
    let pages = verbs.map(|verb| format!("$ koppelaar {}\n{}", verb.join(" "), text(&koppelaar(verb).stdout)));
    insta::assert_snapshot!(pages.join("\n").replace("koppelaar-under-test", "koppelaar"));
}

#[test]
fn config_prints_what_it_accepts() {
    let folder = tempfile::tempdir().unwrap();
    let printed = koppelaar(&["config"]);
    let path = folder.path().join("koppelaar.toml");
    std::fs::write(&path, &printed.stdout).unwrap();
    let error = text(&koppelaar(&["run", "--config", path.to_str().unwrap()]).stderr);
    assert!(error.contains("`municipality` is missing"), "the rest of the file is accepted: {error}");
}

#[test]
fn the_demo_says_nothing_twice() {
    let output = koppelaar(&["demo", "--json"]);
    assert!(output.status.success());
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (figures, messages) = lines.split_last().unwrap();
    assert_eq!(figures["posts"], 256);
    assert_eq!(figures["messages"], messages.len());
    assert_eq!(figures["duplicates_in_ledger"], 0);
    assert!(messages.iter().all(|message| message["to"].as_str().unwrap().starts_with("concierge-")));
    assert!(figures["suggestions"].as_u64().unwrap() >= 50, "{figures}");
}

#[test]
fn the_demo_plays_other_posts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts.jsonl");
    let post = |id: &str, author: &str, minute: u32, text: &str| {
        format!(
            "{{\"id\":\"{id}\",\"neighbourhood\":\"elders\",\"author\":\"{author}\",\
             \"created\":\"2026-05-04T10:{minute:02}:00+02:00\",\"category\":null,\"title\":null,\"text\":\"{text}\"}}\n"
        )
    };
    let ask = post("a", "x1", 0, "Wie kan er boodschappen voor mij doen? Ik ben slecht te been.");
    let offer = post("b", "x2", 5, "Ik doe graag boodschappen voor een buur.");
    std::fs::write(&path, ask + &offer).unwrap();
    let output = koppelaar(&["demo", "--json", "--posts", path.to_str().unwrap()]);
    let first: Value = serde_json::from_str(text(&output.stdout).lines().next().unwrap()).unwrap();
    assert_eq!(first["neighbourhood"], "elders");
    assert_eq!(first["request"], "a");
    assert_eq!(first["helpers"][0], "b");
}

/// A municipality of a configuration.
const TOWN: &str = "[[municipality]]\nid = \"lelystad\"\ntime_zone = \"Europe/Amsterdam\"\ncountry = \"NL\"\n\
                    language = \"nl\"\ncredentials = { client_id = \"lelystad\", client_secret_file = \"secret\" }\n";

/// A configuration for a playground, with parts of it changed.
fn config(folder: &Path, base_url: &str, secret: &str, extra: &str) -> String {
    let path = folder.join("koppelaar.toml");
    std::fs::write(folder.join("secret"), secret).unwrap();
    let toml = format!(
        "[platform]\nbase_url = \"{base_url}\"\n[store]\nurl = \"sqlite:{}\"\n{extra}\n{TOWN}",
        folder.join("koppelaar.sqlite").display()
    );
    std::fs::write(&path, toml).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What the operator reads, without what differs from run to run.
fn complaint(output: &Output, folder: &Path, base_url: &str) -> String {
    assert!(!output.status.success(), "{}", text(&output.stdout));
    let error = text(&output.stderr);
    assert!(!error.contains(WRONG_SECRET), "{error}");
    error.replace(folder.to_str().unwrap(), "FOLDER").replace(base_url, "BASE_URL")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_one_clear_error() {
    let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await.unwrap();
    PostsFile::demo().prepare(playground.world()).unwrap();
    let (base_url, secret) = (playground.base_url().to_owned(), playground.world().municipality("lelystad").unwrap());
    let secret = secret.client_secret;
    let errors = tokio::task::spawn_blocking(move || {
        let mut errors = Vec::new();
        let mut case = |name: &str, url: &str, secret: &str, prepare: &dyn Fn(&Path) -> String| {
            let folder = tempfile::tempdir().unwrap();
            let extra = prepare(folder.path());
            let path = config(folder.path(), url, secret, &extra);
            let output = koppelaar(&["run", "--config", &path]);
            errors.push(format!("# {name}\n{}", complaint(&output, folder.path(), url)));
        };
        case("a wrong secret", &base_url, WRONG_SECRET, &|_| String::new());
        case("nobody listens", "http://127.0.0.1:9", &secret, &|_| String::new());
        case("an unknown setting", &base_url, &secret, &|_| "[polling]\nneighborhood_interval_secs = 60".to_owned());
        case("a module that is none", &base_url, &secret, &|folder| {
            std::fs::write(folder.join("koppelaar.sqlite"), "").unwrap();
            std::fs::write(folder.join("own.wasm"), "this is no component").unwrap();
            format!("{}rules = {{ module = \"own.wasm\" }}\n", TOWN.replace("lelystad", "own"))
        });
        case("a database of another program", &base_url, &secret, &|folder| {
            std::fs::write(folder.join("koppelaar.sqlite"), "this is no database, but a long enough text".repeat(20))
                .unwrap();
            String::new()
        });
        errors
    });
    insta::assert_snapshot!(errors.await.unwrap().join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_says_what_is_well_and_what_is_not() {
    let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await.unwrap();
    PostsFile::demo().prepare(playground.world()).unwrap();
    let base_url = playground.base_url().to_owned();
    let secret = playground.world().municipality("lelystad").unwrap().client_secret;
    let report = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        let path = config(folder.path(), &base_url, &secret, "");
        let well = koppelaar(&["doctor", "--config", &path]);
        assert!(well.status.success(), "{}", text(&well.stderr));
        let path = config(folder.path(), &base_url, WRONG_SECRET, "");
        let unwell = koppelaar(&["doctor", "--config", &path]);
        assert!(!unwell.status.success());
        let report = text(&well.stdout) + "\n# with a wrong secret\n" + &text(&unwell.stdout);
        report.replace(folder.path().to_str().unwrap(), "FOLDER")
    });
    insta::assert_snapshot!(report.await.unwrap());
}
