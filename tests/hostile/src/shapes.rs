//! Modules that ask for something, lack something, or are put together in a way that rules may not be.

use crate::guest::{Guest, WIT, component};
use crate::{Case, case};

/// A component in text.
fn text(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

pub fn cases() -> Vec<Case> {
    [imports(), exports(), starts(), demands(), proposals()].into_iter().flatten().collect()
}

fn imports() -> Vec<Case> {
    let wasi = r#"(component (import "wasi:clocks/wall-clock@0.2.0" (instance
        (export "now" (func (result u64))))))"#;
    let types = r#"(component (import "koppelaar:rules/types@1.0.0-rc.4" (instance
        (export "index" (type (sub resource))))))"#;
    let core = r#"(component (import "secret" (core module (import "env" "peek" (func)))))"#;
    let terminal = "(component (import \"a-b\" (func)) (import \"c-d\" (func)))";
    vec![
        case("asks for a function", "Import", text(r#"(component (import "clock" (func)))"#)),
        case("asks for the clock of WASI", "Import", text(wasi)),
        case("asks for types only", "Import", text(types)),
        case("asks for a core module", "Import", text(core)),
        case("asks for a component", "Invalid", text(r#"(component (import "helper" (component)))"#)),
        case("asks for two things", "Import", text(terminal)),
    ]
}

fn exports() -> Vec<Case> {
    let other = |change: &dyn Fn(&str) -> String| {
        let mut guest = Guest::sound();
        guest.wit = change(WIT);
        guest.build()
    };
    let replaced = |from: &'static str, to: &'static str| {
        other(&|wit: &str| {
            assert!(wit.contains(from), "`{from}` is not in the contract");
            wit.replacen(from, to, 1)
        })
    };
    let release = WIT.lines().find(|line| line.starts_with("package ")).unwrap();
    vec![
        case("exports nothing", "Export", text("(component)")),
        case(
            "exports functions that are not the contract's",
            "Export",
            text(
                r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
                (func (export "describe") (canon lift (core func $i "f"))))"#,
            ),
        ),
        case(
            "was built for an earlier version",
            "Export",
            other(&|wit| wit.replacen(release, "package koppelaar:rules@0.9.0;", 1)),
        ),
        case("lacks `assess`", "Export", without_assess()),
        case(
            "has a manifest with another type",
            "Export",
            replaced("        version: string,", "        version: list<u8>,"),
        ),
        case("has a reading with other numbers", "Export", replaced("        weight: u16,", "        weight: s16,")),
        case("has a column with other numbers", "Export", replaced("        features: u16,", "        features: u32,")),
        case("has one intent more", "Export", replaced("report, notice }", "report, notice, fraud }")),
        case(
            "exports the interface without functions",
            "Export",
            text(r#"(component (instance $empty) (export "koppelaar:rules/matching@1.0.0-rc.4" (instance $empty)))"#),
        ),
    ]
}

/// The contract without its last function.
fn without_assess() -> Vec<u8> {
    let wit = "package koppelaar:rules@1.0.0-rc.4;
        interface matching { describe: func() -> u32; read: func() -> u32; }
        world rules { export matching; }";
    let core = r#"(module (memory (export "memory") 1)
        (func (export "koppelaar:rules/matching@1.0.0-rc.4#describe") (result i32) (i32.const 0))
        (func (export "koppelaar:rules/matching@1.0.0-rc.4#read") (result i32) (i32.const 0)))"#;
    component(core, wit)
}

fn starts() -> Vec<Case> {
    let start = |body: &str| Guest::with(&format!("(func $begin {body}) (start $begin)"));
    vec![
        case("traps when it starts", "Trap", start("unreachable")),
        case("never ends its start", "OutOfFuel", start("(loop (br 0))")),
        case(
            "wants all memory when it starts",
            "OutOfMemory",
            start("(if (i32.eq (memory.grow (i32.const 60000)) (i32.const -1)) (then (unreachable)))"),
        ),
        case(
            "fills memory before it starts with data outside of it",
            "Trap",
            Guest::with("(data (i32.const 0x7ffffff0) \"out of bounds\")"),
        ),
    ]
}

fn demands() -> Vec<Case> {
    let memory = |memory| Guest { memory, ..Guest::sound() }.build();
    let instances = "(core instance (instantiate $m))".repeat(100);
    let tables = "(table 1 funcref)".repeat(5);
    vec![
        case("begins with 256 MiB of memory", "Demands", memory("(memory (export \"memory\") 4096)")),
        case("begins with 4 GiB of memory", "Demands", memory("(memory (export \"memory\") 65536)")),
        case("begins with a table of a million", "Demands", Guest::with("(table 1000000 funcref)")),
        case("has five tables in one module", "Demands", Guest::with(&tables)),
        case("has two memories in one module", "Demands", text("(component (core module (memory 1) (memory 1)))")),
        case("has a hundred parts", "Demands", text(&format!("(component (core module $m) {instances})"))),
        case(
            "has twenty memories",
            "Demands",
            text(&format!("(component (core module $m (memory 1)) {})", "(core instance (instantiate $m))".repeat(20))),
        ),
    ]
}

fn proposals() -> Vec<Case> {
    let core = |name, core: &str| case(name, "Invalid", text(&format!("(component (core module {core}))")));
    vec![
        core("uses 64-bit memory", "(memory i64 1)"),
        core("uses shared memory", "(memory 1 1 shared)"),
        core("uses tail calls", "(func $f (return_call $f))"),
        core("uses exceptions", "(tag) (func (throw 0))"),
        core("uses garbage collection", "(type (struct (field i32)))"),
        core(
            "uses relaxed SIMD",
            "(func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))",
        ),
        core("returns what it does not have", "(func (result i32))"),
        core("calls what is not there", "(func (call 7))"),
        case("nests a thousand components", "Export", nested(1_000)),
    ]
}

/// Components within components. The text format does not go this deep.
fn nested(depth: usize) -> Vec<u8> {
    const HEAD: &[u8] = b"\0asm\x0d\0\x01\0";
    const COMPONENT_SECTION: u8 = 4;
    (0..depth).fold(HEAD.to_vec(), |inner, _| {
        let mut outer = [HEAD, &[COMPONENT_SECTION]].concat();
        let mut length = inner.len();
        while length > 0x7f {
            outer.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        outer.push(u8::try_from(length).unwrap());
        outer.extend(inner);
        outer
    })
}
