//! Modules that a generator wrote: sound ones with mistakes in their bytes, ones with the right exports and a body by
//! chance, and components of any shape. None may crash the host, keep it busy, or change what the next module says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, fs, thread};

use arbitrary::Unstructured;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use wasm_smith::{Component, Config, Module};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::LONGEST;
use crate::guest::{Guest, WIT};
use crate::sandbox::{Outcome, Sandbox};

/// How many are tried unless `KOPPELAAR_HOSTILE` says otherwise.
const USUAL: usize = 240;
/// The most random bytes that a generated module is made of.
const MAX_SEED_BYTES: usize = 4_096;
/// How often the standard module is asked again.
const EVERY: usize = 50;

#[test]
fn generated_modules_leave_the_host_unharmed() {
    let count = env::var("KOPPELAAR_HOSTILE").map_or(USUAL, |count| count.parse().expect("a number of modules"));
    let sandbox = Sandbox::new();
    let sound = Guest::sound().build();
    let next = AtomicUsize::new(0);
    let [accepted, refused] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    match try_out(&sandbox, number, &sound) {
                        Outcome::Accepted { .. } => accepted.fetch_add(1, Ordering::Relaxed),
                        Outcome::Refused { .. } => refused.fetch_add(1, Ordering::Relaxed),
                    };
                }
            });
        }
    });
    let (accepted, refused) = (accepted.into_inner(), refused.into_inner());
    eprintln!("{count} generated modules: {accepted} accepted, {refused} refused, no harm done");
    assert_eq!(accepted + refused, count);
    // If none gets through, the generator tests the parser only.
    assert!(accepted > count / 100, "{accepted} of {count} accepted");
}

fn try_out(sandbox: &Sandbox, number: usize, sound: &[u8]) -> Outcome {
    let mut random = StdRng::seed_from_u64(number as u64);
    let (what, module) = match number % 3 {
        0 => ("a sound module with mistakes", mutated(&mut random, sound)),
        1 => ("the right exports with a body by chance", by_chance(&mut random)),
        _ => ("a component of any shape", any_shape(&mut random)),
    };
    let keep = || {
        let path = format!("{}/hostile-{number}.wasm", env!("CARGO_TARGET_TMPDIR"));
        fs::write(&path, &module).unwrap();
        path
    };
    let started = Instant::now();
    let outcome = sandbox.try_out(&module);
    let took = started.elapsed();
    assert!(took < LONGEST, "module {number}, {what}, took {took:?}: `{}`", keep());
    // What its author can do nothing about would be a way to harm the host.
    if let Outcome::Refused { error: koppelaar::rules::RuleError::Operator(_), .. } = outcome {
        panic!("module {number}, {what}: {outcome}: `{}`", keep());
    }
    if number.is_multiple_of(EVERY) {
        sandbox.assert_unharmed(&format!("generated {number}"));
    }
    outcome
}

/// `sound` with a few bits, bytes or stretches changed.
fn mutated(random: &mut StdRng, sound: &[u8]) -> Vec<u8> {
    let mut module = sound.to_vec();
    for _ in 0..random.random_range(1..=4) {
        let at = random.random_range(8..module.len());
        let length = random.random_range(1..=16).min(module.len() - at);
        match random.random_range(0..6) {
            0 | 1 => module[at] ^= 1 << random.random_range(0..8),
            2 => module[at] = random.random(),
            3 => drop(module.drain(at..at + length)),
            4 => {
                let stretch = module[at..at + length].to_vec();
                let to = random.random_range(8..module.len());
                module.splice(to..to, stretch);
            }
            _ => module[at..at + length].fill([0, 0xff, 0x7f, 0x80][random.random_range(0..4)]),
        }
    }
    module
}

fn seed(random: &mut StdRng) -> Vec<u8> {
    let mut bytes = vec![0; random.random_range(64..MAX_SEED_BYTES)];
    random.fill_bytes(&mut bytes);
    bytes
}

/// A module with the contract's exports, whose functions do anything.
fn by_chance(random: &mut StdRng) -> Vec<u8> {
    let exports = format!(
        r#"(module (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export "{0}#describe") (result i32) unreachable)
            (func (export "{0}#read") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export "{0}#assess") (param i32 i32 i32 i32) (result i32) unreachable))"#,
        Guest::interface(WIT)
    );
    let config = Config {
        exports: Some(wat::parse_str(exports).unwrap()),
        max_imports: 0,
        max_memories: 1,
        gc_enabled: false,
        exceptions_enabled: false,
        memory64_enabled: false,
        multi_value_enabled: true,
        relaxed_simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        custom_page_sizes_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    };
    let bytes = seed(random);
    let mut module = Module::new(config, &mut Unstructured::new(&bytes)).unwrap().to_bytes();
    let mut resolve = Resolve::default();
    let package = resolve.push_source("rules.wit", WIT).unwrap();
    let world = resolve.select_world(&[package], Some("rules")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    // What cannot be wrapped is a core module that nobody could load either: it is tried as it is.
    let wrap = |module: &[u8]| ComponentEncoder::default().module(module)?.validate(false).encode();
    wrap(&module).unwrap_or(module)
}

fn any_shape(random: &mut StdRng) -> Vec<u8> {
    let bytes = seed(random);
    Component::new(Config::default(), &mut Unstructured::new(&bytes)).unwrap().to_bytes()
}
