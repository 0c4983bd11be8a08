//! Tests that hold the contract to what it promises: no change by accident, old modules load for ever, and a new
//! version stands beside the old one.

use jiff::civil::date;

use super::settings::sha256_hex;
use super::{Candidate, Question, Reading, RuleModule, RulePost, RulesEngine, v1};
use crate::domain::{LocalTime, PostKind, Private};

const WIT: &str = include_str!("../../../wasm-rules/wit/v1/rules.wit");
const GOLDEN: &[u8] = include_bytes!("../../../wasm-rules/wit/golden/v1.wasm");
const POCKET: &[u8] = include_bytes!("pocket.wasm");

/// SHA-256 of `wasm-rules/wit/v1/rules.wit`.
const WIT_DIGEST: &str = "58ba6994f7926b39de0be64374a97285bb2307b67b8bd328238903d1ef642f32";

#[test]
fn the_contract_changes_only_on_purpose() {
    let digest = sha256_hex(WIT.as_bytes());
    assert!(
        digest == WIT_DIGEST,
        "`wasm-rules/wit/v1/rules.wit` has changed: its digest is `{digest}`\n\
         hint: once version 1.0.0 is released this must not happen: undo it, and write a version 2 beside it. While it is \
         a release candidate and the change is meant:\n\
         1. give it the next number (`package …-rc.N`, and `INTERFACE` in `rules/v1.rs`), unless only comments changed;\n\
         2. say what changed in the changelog at the head of the file;\n\
         3. put the new digest into `WIT_DIGEST` here;\n\
         4. build what is built against it: `wasm-rules/build/standard.sh`, the examples, and the golden and hostile \
         modules with `cargo run --manifest-path tests/hostile/Cargo.toml tests/fixtures/hostile`"
    );
    assert!(WIT.contains(&format!("package koppelaar:rules@{};", version())));
    assert!(WIT.contains(&format!("/// - {} (", version())), "the changelog tells of `{}`", version());
}

fn version() -> &'static str {
    v1::INTERFACE.split_once('@').unwrap().1
}

#[test]
fn the_golden_module_loads_and_answers_as_ever() {
    let module = RuleModule::load(&RulesEngine::new().unwrap(), GOLDEN, None).unwrap();
    let written = LocalTime(date(2026, 3, 4).at(18, 30, 0, 0));
    let post = |kind, title: Option<&str>, text: &str| RulePost {
        kind,
        title: title.map(Private::new),
        text: Private::new(text),
        written,
    };
    let posts = [post(None, Some("Haag"), "Wie snoeit?"), post(Some(PostKind::Event), None, "")];
    let readings = module.read(&posts).unwrap();
    let candidate = |post: usize, load, same_area, helped_before| Candidate {
        offer: &readings[post],
        load,
        same_area,
        helped_before,
    };
    let candidates = vec![candidate(1, 1, false, 0), candidate(0, 2, true, 3), candidate(0, 3, false, 0)];
    let verdicts = module.assess(&[Question { request: &readings[0], now: written, candidates }]).unwrap();
    insta::assert_debug_snapshot!("golden", (module.manifest(), readings, verdicts));
}

#[test]
fn a_new_version_stands_beside_the_old_one() {
    let engine = RulesEngine::new().unwrap();
    let new = RuleModule::load(&engine, POCKET, None).unwrap();
    let old = RuleModule::load(&engine, GOLDEN, None).unwrap();
    assert_eq!((new.manifest().name.as_str(), old.manifest().name.as_str()), ("pocket", "golden"));

    let now = LocalTime(date(2026, 3, 4).at(18, 30, 0, 0));
    let post = |text| RulePost { kind: None, title: None, text: Private::new(text), written: now };
    let posts = [post("Wie maait?"), post("Ik ga naar de winkel.")];
    let scores = |module: &RuleModule, readings: &[Reading]| {
        let candidate = |offer| Candidate { offer, load: 7, same_area: false, helped_before: 0 };
        let candidates = readings.iter().map(candidate).collect();
        let verdicts = module.assess(&[Question { request: &readings[0], now, candidates }]).unwrap();
        verdicts[0].iter().map(|verdict| verdict.score).collect::<Vec<_>>()
    };
    let readings = new.read(&posts).unwrap();
    assert_eq!((readings[0].urgent, readings[0].needs[0].category), (true, 0), "twelve hours are less than a day");
    assert_eq!((readings[1].urgent, readings[1].gives[0].category), (false, 1));
    assert_eq!(scores(&new, &readings), [Some(800), None], "hundredths become thousandths");
    assert_eq!(scores(&old, &old.read(&posts).unwrap()), [Some(7), Some(7)]);
}
