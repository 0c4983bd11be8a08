//! Modules that a generator wrote: ones with the contract's exports and bodies by chance, and components of any shape.

use std::fs;
use std::path::Path;

use anyhow::Result;
use arbitrary::Unstructured;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use wasm_smith::{Component, Config, Module};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::guest::{Guest, WIT};

/// The most random bytes that a module is made of.
const MAX_SEED_BYTES: usize = 4_096;

/// Writes `count` modules; the same number is the same module on every machine.
pub fn write(folder: &Path, count: u64) -> Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..count {
        let mut random = StdRng::seed_from_u64(number);
        let module = if number % 2 == 0 { by_chance(&mut random) } else { any_shape(&mut random) };
        fs::write(folder.join(format!("chance-{number:06}.wasm")), module)?;
    }
    Ok(())
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
