//! Rules are signed, deployed, tried in the shadow, promoted and taken back while a connector works.

use std::process::{Command, Output};
use std::sync::Arc;

use jiff::Timestamp;
use koppelaar::clock::{Clock, SystemClock};
use koppelaar::domain::PostId;
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::{Playground, PlaygroundConfig};
use koppelaar::store::{RulesState, ShadowSuggestion};
use koppelaar_tests::Rig;
use serde_json::json;

use crate::deployer::{Deployer, STANDARD, STRICT, copy, failed, snapshot, succeeded};
use crate::process::{Life, write_config};

const ASKS: &str = "Wie kan er zaterdagvoormiddag boodschappen voor mij doen? Ik ben slecht te been.";
const OFFERS: &str = "Ik doe elke zaterdagvoormiddag boodschappen en breng graag iets mee voor een buur.";

/// A connector at work, and somebody whom it trusts.
async fn start() -> (Rig, Deployer) {
    let deployer = Deployer::new();
    let key = deployer.key();
    let rig = Rig::configured(|config| config.rules.trusted_keys = vec![key]).await;
    deployer.configure_trusting(rig.store_url());
    // The command has the machine's time: what it does must lie before what the connector does next.
    catch_up(&rig);
    (rig, deployer)
}

fn catch_up(rig: &Rig) {
    rig.clock.advance_to(SystemClock.now());
}

fn post_both(rig: &Rig) {
    rig.post("ask", "rosa", None, ASKS);
    rig.post("offer", "karim", None, OFFERS);
}

fn messages(rig: &Rig) -> usize {
    rig.playground.ledger().message_count()
}

async fn state(rig: &Rig) -> RulesState {
    rig.connector.shared.store.rules_state(&rig.municipality()).await.unwrap()
}

#[tokio::test]
async fn what_is_deployed_is_at_work_with_the_next_cycle_and_so_is_what_is_taken_back() {
    let (rig, deployer) = start().await;
    let mut told = vec![deployer.sign("strict", STANDARD, Some(STRICT))];
    told.push(deployer.deploy("strict", STANDARD, Some(STRICT), &[]));
    told.push(deployer.does("deploy", &["strict.wasm", "--settings", "strict.json"]));
    post_both(&rig);
    rig.cycle().await;
    assert_eq!(messages(&rig), 0, "these rules suggest nobody");
    told.push(deployer.does("rollback", &[]));
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion"], "all is read and matched afresh, although no post has changed");
    told.push(deployer.deploy("copy", &copy(), None, &[]));
    rig.cycle().await;
    assert_eq!(messages(&rig), 1, "other rules do not say the same again");
    told.push(deployer.does("history", &[]));
    snapshot("deploy_and_rollback", deployer.folder(), &told.join("\n"));

    let history = deployer.history();
    assert_eq!(history.len(), 3);
    assert_eq!((&history[0]["active"], &history[2]["active"]), (&json!(true), &json!(false)));
    assert_eq!((&history[1]["action"], &history[1]["version"]), (&json!("rollback"), &json!(null)));
    assert_eq!((&history[2]["by"], &history[2]["version"]["key"]), (&json!("els"), &json!(deployer.key().id())));
    assert_ne!(history[0]["version"]["module"], history[2]["version"]["module"]);
    assert_ne!(history[0]["version"]["settings"], history[2]["version"]["settings"]);
}

/// What the version with the module and settings of a change has said in the shadow.
async fn shadow(rig: &Rig, version: &serde_json::Value) -> Vec<ShadowSuggestion> {
    let digest = |key: &str| version[key].as_str().unwrap().to_owned();
    let store = &rig.connector.shared.store;
    let since = Timestamp::UNIX_EPOCH;
    store.shadow_suggestions(&rig.municipality(), &digest("module"), &digest("settings"), since).await.unwrap()
}

#[tokio::test]
async fn the_shadow_tells_nobody_until_it_is_promoted() {
    let (rig, deployer) = start().await;
    let mut told = vec![deployer.deploy("strict", STANDARD, Some(STRICT), &[])];
    told.push(deployer.deploy("copy", &copy(), None, &["--shadow"]));
    catch_up(&rig);
    post_both(&rig);
    rig.cycle().await;
    assert_eq!(messages(&rig), 0, "the rules at work suggest nobody");
    let version = deployer.history()[0]["version"].clone();
    let said = shadow(&rig, &version).await;
    assert_eq!(said.len(), 1);
    assert_eq!((said[0].kind.as_str(), said[0].request.as_ref().unwrap().as_str()), ("suggestion", "ask"));
    let [helper] = &said[0].helpers[..] else { panic!("{said:?}") };
    assert_eq!(helper.post.as_str(), "offer");
    assert!(helper.score >= 400 && !helper.reasons.is_empty(), "{helper:?}");

    // In its own world Karim has been suggested, and Rosa is taken care of.
    rig.post("second", "fatima", None, "Ik doe graag boodschappen voor wie slecht te been is, ook op zaterdag.");
    rig.post("ask-2", "jef", None, ASKS);
    rig.cycle().await;
    let said = shadow(&rig, &version).await;
    let mut requests: Vec<_> = said.iter().filter_map(|said| said.request.as_ref()).map(PostId::as_str).collect();
    requests.sort_unstable();
    assert_eq!(requests, ["ask", "ask-2"]);
    assert_eq!(messages(&rig), 0);

    told.push(deployer.does("history", &[]));
    told.push(deployer.does("promote", &[]));
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "suggestion"]);
    told.push(failed(&deployer.verb("promote", &[])));
    told.push(deployer.deploy("strict", STANDARD, Some(STRICT), &["--shadow"]));
    told.push(deployer.does("rollback", &["--shadow"]));
    told.push(deployer.does("rollback", &[]));
    snapshot("shadow_and_promote", deployer.folder(), &told.join("\n"));
    assert_eq!(state(&rig).await.shadow, None);
}

#[tokio::test]
async fn the_standard_module_is_signed_and_deployed_by_its_name() {
    let (rig, deployer) = start().await;
    deployer.write("own.json", STRICT.as_bytes());
    let settings = ["--settings", "own.json"];
    assert!(failed(&deployer.verb("deploy", &[&["standard"], &settings[..]].concat())).contains("standard.sha256"));
    succeeded(&deployer.rules(&[&["sign", "standard", "--secret-key", "secret.key"], &settings[..]].concat()));
    assert!(failed(&deployer.verb("deploy", &["standard"])).contains("--settings"), "what was signed is all of it");
    deployer.does("deploy", &[&["standard"], &settings[..]].concat());
    catch_up(&rig);
    post_both(&rig);
    rig.cycle().await;
    assert_eq!(messages(&rig), 0, "these settings suggest nobody");
    deployer.does("rollback", &[]);
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion"]);
}

/// `koppelaar rules diff` about the shadow of `lelystad`.
fn diff(deployer: &Deployer, arguments: &[&str]) -> Output {
    deployer.rules(&[&["diff", "--shadow", "lelystad"], arguments].concat())
}

const CONFIGURED: [&str; 2] = ["--config", "koppelaar.toml"];

fn compared(deployer: &Deployer) -> serde_json::Value {
    let told = succeeded(&diff(deployer, &[&CONFIGURED[..], &["--json"]].concat()));
    serde_json::from_str(&told).unwrap()
}

#[tokio::test]
async fn what_the_shadow_would_have_told_is_held_against_what_was_told() {
    let (rig, deployer) = start().await;
    let store = ["--store", rig.store_url()];
    let mut told = vec![failed(&diff(&deployer, &CONFIGURED))];
    deployer.deploy("strict", STANDARD, Some(STRICT), &["--shadow"]);
    catch_up(&rig);
    told.push(failed(&diff(&deployer, &CONFIGURED)));
    post_both(&rig);
    rig.cycle().await;
    rig.clock.advance(std::time::Duration::from_mins(1));
    rig.post("second", "jef", None, ASKS);
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "suggestion"]);
    told.push(failed(&diff(&deployer, &store)));
    told.push(failed(&deployer.rules(&["diff", "--shadow", "utrecht", "--store", rig.store_url()])));
    let page = ["--html", "page.html", "--language", "nl"];
    told.push(succeeded(&diff(&deployer, &[&CONFIGURED[..], &page].concat())));
    let found = compared(&deployer);
    assert_eq!((&found["source"], &found["posts"]), (&json!("shadow"), &json!(3)));
    assert_eq!(found["told"], json!({"same": 0, "moves": 0, "appears": 0, "vanishes": 2}));
    assert_eq!(found["requests"], json!([{"asks": 2, "helped": 2}, {"asks": 2, "helped": 0}]));
    for (change, posts) in found["changes"].as_array().unwrap().iter().zip([[1, 2], [3, 2]]) {
        assert_eq!((&change["posts"], &change["why"]["cause"]), (&json!(posts), &json!("no-fit")), "{change}");
        assert!(change["told"][0]["reasons"][0]["code"].is_string(), "{change}");
    }
    let page = std::fs::read_to_string(deployer.path("page.html")).unwrap();
    for secret in ["rosa", "karim", "slecht te been"] {
        assert!(!format!("{page}{told:?}{found}").to_lowercase().contains(secret), "{secret}");
    }
    told.push(succeeded(&diff(&deployer, &[&CONFIGURED[..], &["--days", "1", "--language", "fr"]].concat())));
    diff_snapshot(&deployer, &told.join("\n"));
}

/// Without what depends on the words of the standard module.
fn diff_snapshot(deployer: &Deployer, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d+ (de )?[^\W\d]+ \d{4}", "DATE");
    settings.add_filter(r"(Wat ervoor sprak|Ce qui plaidait pour)\s?:.*", "REASONS");
    settings.bind(|| snapshot("shadow_diff", deployer.folder(), text));
}

#[tokio::test]
async fn a_version_that_runs_in_the_shadow_again_says_the_same_again() {
    let (rig, deployer) = start().await;
    deployer.deploy("strict", STANDARD, Some(STRICT), &[]);
    deployer.deploy("copy", &copy(), None, &["--shadow"]);
    catch_up(&rig);
    post_both(&rig);
    rig.cycle().await;
    let first = compared(&deployer);
    assert_eq!(first["told"], json!({"same": 0, "moves": 0, "appears": 1, "vanishes": 0}));
    assert_eq!(first["changes"][0]["told"][1]["rank"], 1);
    deployer.does("rollback", &["--shadow"]);
    deployer.does("deploy", &["copy.wasm", "--shadow"]);
    catch_up(&rig);
    rig.cycle().await;
    let second = compared(&deployer);
    assert_eq!(second["changes"], first["changes"]);
    // Where both are deployed, the store knows all of it.
    let alone = succeeded(&diff(&deployer, &["--store", rig.store_url(), "--json"]));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&alone).unwrap()["changes"], first["changes"]);
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let (rig, deployer) = start().await;
    let stranger = Deployer::new();
    stranger.configure(rig.store_url(), &format!("\"{}\"", deployer.public()));
    stranger.sign("own", STANDARD, None);
    let mut cases = vec![("signed by a stranger", failed(&stranger.verb("deploy", &["own.wasm"])))];
    deployer.sign("own", STANDARD, Some(STRICT));
    let deploy = |settings: &[&str]| failed(&deployer.verb("deploy", &[&["own.wasm"], settings].concat()));
    let own = ["--settings", "own.json"];
    deployer.write("own.wasm", &copy());
    cases.push(("a module that was changed", deploy(&own)));
    deployer.write("own.wasm", STANDARD);
    deployer.write("own.json", b"{}");
    cases.push(("settings that were changed", deploy(&own)));
    cases.push(("settings that were left out", deploy(&[])));
    deployer.write("own.json", STRICT.as_bytes());
    let checksums = std::fs::read_to_string(deployer.path("own.wasm.sha256")).unwrap();
    deployer.write("own.wasm.sha256", checksums.replace("own.wasm", "fine.wasm").as_bytes());
    cases.push(("checksums that were changed", deploy(&own)));
    std::fs::remove_file(deployer.path("own.wasm.sha256.minisig")).unwrap();
    cases.push(("no signature", deploy(&own)));
    deployer.sign("own", b"\0asm\x01\0\0\0", None);
    cases.push(("a module that production would not take", deploy(&[])));
    deployer.sign("own", STANDARD, Some("{\"minimum_scores\": 1000}"));
    cases.push(("settings that do not fit", deploy(&own)));
    deployer.configure(rig.store_url(), "");
    deployer.sign("own", STANDARD, Some(STRICT));
    cases.push(("nobody is trusted", deploy(&own)));
    let elsewhere = ["deploy", "utrecht", "own.wasm", "--config", "koppelaar.toml"];
    cases.push(("another municipality", failed(&deployer.rules(&elsewhere))));
    cases.push(("nothing to promote", failed(&deployer.verb("promote", &[]))));
    cases.push(("nothing to go back to", failed(&deployer.verb("rollback", &[]))));
    cases.push(("and so the history", deployer.does("history", &[])));
    let text: Vec<_> = cases.into_iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
    snapshot("refused", deployer.folder(), &text.join("\n").replace(stranger.folder().to_str().unwrap(), "FOLDER"));

    assert_eq!(state(&rig).await, RulesState::default());
    post_both(&rig);
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion"]);
}

#[tokio::test]
async fn a_key_that_is_no_longer_trusted_stops_what_it_signed() {
    let (rig, deployer) = start().await;
    deployer.deploy("copy", &copy(), None, &[]);
    // Another process, whose configuration trusts somebody else.
    let other = Deployer::new().key();
    let distrusting = rig.trusting(vec![other]).await;
    post_both(&distrusting);
    let error = distrusting.try_cycle().await.unwrap_err().to_string();
    assert!(error.contains("which the configuration does not trust"), "{error}");
    assert_eq!(messages(&distrusting), 0);
    distrusting.post(
        "crisis",
        "an",
        None,
        "Ik zie het niet meer zitten en wil er niet meer zijn. Niemand die mij hoort.",
    );
    distrusting.try_cycle().await.unwrap_err();
    assert_eq!(distrusting.kinds().await, ["crisis"]);
}

/// Without the tool, the signatures that it made once are what is checked, in the library's own tests.
#[tokio::test]
async fn what_the_real_minisign_signs_can_be_deployed_and_it_verifies_what_is_signed_here() {
    if Command::new("minisign").arg("-v").output().is_err() {
        println!("minisign is not installed");
        return;
    }
    let (rig, deployer) = start().await;
    let minisign = |arguments: &[&str]| {
        succeeded(&Command::new("minisign").args(arguments).current_dir(deployer.folder()).output().unwrap())
    };
    minisign(&["-G", "-W", "-p", "real.pub", "-s", "secret.key", "-f"]);
    let public = std::fs::read_to_string(deployer.path("real.pub")).unwrap();
    deployer.configure(rig.store_url(), &format!("\"{}\"", public.lines().nth(1).unwrap()));
    deployer.write("own.wasm", STANDARD);
    deployer.write("own.json", STRICT.as_bytes());
    let sums =
        Command::new("sha256sum").args(["own.wasm", "own.json"]).current_dir(deployer.folder()).output().unwrap();
    deployer.write("own.wasm.sha256", succeeded(&sums).as_bytes());
    minisign(&["-Sm", "own.wasm.sha256", "-s", "secret.key"]);
    deployer.does("deploy", &["own.wasm", "--settings", "own.json"]);
    assert_eq!(state(&rig).await.active, Some(1));
    deployer.sign("again", &copy(), None);
    minisign(&["-Vm", "again.wasm.sha256", "-p", "real.pub"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_process_picks_up_what_is_deployed() {
    let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await.unwrap();
    PostsFile::demo().prepare(playground.world()).unwrap();
    let deployer = Deployer::new();
    write_config(&playground, deployer.folder(), "debug");
    let config = std::fs::read_to_string(deployer.path("koppelaar.toml")).unwrap();
    let public = deployer.public();
    let config = config
        .replace("[polling]", &format!("[rules]\ntrusted_keys = [\"{public}\"]\n[polling]"))
        .replace("neighbourhood_interval_secs = 5", "neighbourhood_interval_secs = 1");
    deployer.write("koppelaar.toml", config.as_bytes());
    tokio::task::spawn_blocking(move || {
        let mut process = Life::begin(deployer.folder());
        process.reads("\"stage\":\"polled\"");
        deployer.deploy("strict", STANDARD, Some(STRICT), &[]);
        let line = process.reads("\"event\":\"rules_changed\"");
        let module = deployer.history()[0]["version"]["module"].as_str().unwrap().to_owned();
        assert!(line.contains("\"municipality\":\"lelystad\"") && line.contains(&module), "{line}");
        deployer.does("rollback", &[]);
        let line = process.reads("\"event\":\"rules_changed\"");
        assert!(line.contains("\"revision\":2"), "{line}");
        process.end();
    })
    .await
    .unwrap();
}
