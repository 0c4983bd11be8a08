//! Tests that hold the contract to what it promises: no change by accident, old modules load for ever, and a new
//! version stands beside the old one.

use jiff::civil::date;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::settings::sha256_hex;
use super::{Candidate, Question, Reading, RuleModule, RulePost, RulesEngine, v1};
use crate::domain::{LocalTime, PostKind, Private};

const WIT: &str = include_str!("../../../wasm-rules/wit/v1/rules.wit");
const GOLDEN: &[u8] = include_bytes!("../../../wasm-rules/wit/golden/v1.wasm");
const GOLDEN_SOURCE: &str = include_str!("../../../wasm-rules/wit/golden/v1.wat");

/// SHA-256 of `wasm-rules/wit/v1/rules.wit`.
const WIT_DIGEST: &str = "f8b290763da69d81dba2e708976526d7be054ca650ccf5ab837d7b4689cafe7a";

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
         4. build what is built against it: `wasm-rules/build/standard.sh`, the examples, and the golden module with \
         `KOPPELAAR_WRITE_GOLDEN=1 cargo test -p koppelaar --lib golden`"
    );
    assert!(WIT.contains(&format!("package koppelaar:rules@{};", version())));
    assert!(WIT.contains(&format!("/// - {} (", version())), "the changelog tells of `{}`", version());
}

fn version() -> &'static str {
    v1::INTERFACE.split_once('@').unwrap().1
}

/// Makes a component of a core module in text, in which `INTERFACE` stands for the name of the interface.
fn component(source: &str, interface: &str, wit: &str) -> Vec<u8> {
    let mut module = wat::parse_str(source.replace("INTERFACE", interface)).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_source("rules.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("rules")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// Until the contract is released, the golden module follows it. After that this test goes, and the next one stays.
#[test]
fn the_golden_module_is_built_against_the_candidate() {
    let built = component(GOLDEN_SOURCE, v1::INTERFACE, WIT);
    if std::env::var_os("KOPPELAAR_WRITE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../wasm-rules/wit/golden/v1.wasm");
        std::fs::write(path, &built).unwrap();
    } else {
        assert!(
            built == GOLDEN,
            "hint: `KOPPELAAR_WRITE_GOLDEN=1 cargo test -p koppelaar --lib golden` builds it anew"
        );
    }
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
    let candidate = |load, same_area, helped_before| Candidate { offer: &readings[1], load, same_area, helped_before };
    let candidates = vec![candidate(1, false, 0), candidate(2, true, 3)];
    let verdicts = module.assess(&[Question { request: &readings[0], now: written, candidates }]).unwrap();
    insta::assert_debug_snapshot!("golden", (module.manifest(), readings, verdicts));
}

/// Gardening is wanted within twelve hours, groceries are offered; 80 of a hundred for the first candidate.
const POCKET: &str = r#"(module
    (memory (export "memory") 2)
    (global $free (mut i32) (i32.const 65536))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
        (local.set $at (global.get $free))
        (global.set $free (i32.and (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 7)) (i32.const -8)))
        (local.get $at))
    (func (export "INTERFACE#describe") (result i32) (i32.const 1024))
    (func (export "INTERFACE#read") (param i32 i32 i32 i32) (result i32) (i32.const 1100))
    (func (export "INTERFACE#assess") (param i32 i32 i32 i32) (result i32) (i32.const 1108))
    (data (i32.const 1024) "\00\08\00\00\06\00\00\00\30\08\00\00\02\00\00\00\14\08\00\00\02\00\00\00")
    (data (i32.const 1100) "\00\09\00\00\02\00\00\00\74\04\00\00\01\00\00\00\00\0a\00\00\02\00\00\00")
    (data (i32.const 1140) "\00\0a\00\00\02\00\00\00")
    (data (i32.const 2048) "pocket\00\00garden\00\00\00\00\00\00nl\00\00groceries\00\00\00")
    (data (i32.const 2096) "\08\08\00\00\06\00\00\00\18\08\00\00\09\00\00\00")
    (data (i32.const 2304) "\10\0a\00\00\01\00\00\00\00\00\00\00\00\00\00\00\01\00\0c\00")
    (data (i32.const 2324) "\00\00\00\00\00\00\00\00\12\0a\00\00\01\00\00\00\00\00\00\00")
    (data (i32.const 2560) "\50\00") (data (i32.const 2576) "\00\00\01\00"))"#;

#[test]
fn a_new_version_stands_beside_the_old_one() {
    let pocket = component(POCKET, super::pocket::INTERFACE, include_str!("pocket.wit"));
    let engine = RulesEngine::new().unwrap();
    let new = RuleModule::load(&engine, &pocket, None).unwrap();
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
