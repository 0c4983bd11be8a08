//! Modules that are well built, and run badly.

use crate::guest::Guest;
use crate::{Case, case};

const ENDLESS: &str = "(loop (br 0))";

pub fn cases() -> Vec<Case> {
    [time(), space(), traps(), allocation()].into_iter().flatten().collect()
}

fn time() -> Vec<Case> {
    let fill = "(loop (memory.fill (i32.const 0x100000) (i32.const 7) (i32.const 0x100000)) (br 0))";
    let misses = "(loop (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1103515245)) (i32.const 12345)))
        (drop (i32.load (i32.and (global.get $x) (i32.const 0x3ffff0)))) (br 0))";
    let mut scattered = Guest::sound();
    scattered.items = "(global $x (mut i32) (i32.const 1))".to_owned();
    scattered.read = misses.to_owned();
    let mut between = Guest::sound();
    between.items = "(func $a (call $b)) (func $b (loop $l (br $l)))".to_owned();
    between.read = "(call $a)".to_owned();
    vec![
        case("`describe` never ends", "OutOfFuel", Guest::describe(ENDLESS)),
        case("`read` never ends", "OutOfFuel", Guest::read(ENDLESS)),
        case("`assess` never ends", "OutOfFuel", Guest::assess(ENDLESS)),
        case("never ends two functions deep", "OutOfFuel", between.build()),
        case("fills memory for ever", "OutOfFuel", Guest::read(fill)),
        case("reads all over its memory for ever", "OutOfFuel", scattered.build()),
    ]
}

fn space() -> Vec<Case> {
    let mut recursion = Guest::sound();
    recursion.items = "(func $deeper (param i64 i64) (result i64)
        (i64.add (call $deeper (local.get 1) (local.get 0)) (local.get 0)))"
        .to_owned();
    recursion.read = "(drop (call $deeper (i64.const 1) (i64.const 2)))".to_owned();
    let mut table = Guest::sound();
    table.items = "(table $t 1 funcref)".to_owned();
    table.read =
        "(loop (br_if 0 (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1)))) unreachable"
            .to_owned();
    let mut humble = Guest::sound();
    humble.read = "(drop (memory.grow (i32.const 60000)))".to_owned();
    vec![
        case("calls itself for ever", "Trap", recursion.build()),
        case(
            "takes memory until there is none, and gives up",
            "OutOfMemory",
            Guest::read("(loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable"),
        ),
        case(
            "takes memory until there is none, and goes on regardless",
            "OutOfMemory",
            Guest::read(
                "(loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
                 (i32.store (i32.const 0x7fffff00) (i32.const 1))",
            ),
        ),
        case("asks for 4 GB, takes the no, and goes on", "accepted", humble.build()),
        case("lets a table grow until it may not", "OutOfTable", table.build()),
    ]
}

fn traps() -> Vec<Case> {
    let mut named = Guest::sound();
    named.items = "(func $weigh_the_garden (call $divide)) (func $divide
        (drop (i32.div_s (i32.const 1) (i32.const 0))))"
        .to_owned();
    named.read = "(call $weigh_the_garden)".to_owned();
    let mut colourful = Guest::sound();
    colourful.items = "(func $\"\\1b[31mred\\1b[0m\\u{202e}\" unreachable)".to_owned();
    colourful.read = "(call $\"\\1b[31mred\\1b[0m\\u{202e}\")".to_owned();
    let mut signature = Guest::sound();
    signature.items = "(table $t 1 funcref) (elem (table $t) (i32.const 0) func $f)
        (func $f (param i32)) (type $none (func))"
        .to_owned();
    signature.read = "(call_indirect $t (type $none) (i32.const 0))".to_owned();
    vec![
        case("panics", "Trap", Guest::read("unreachable")),
        case("panics in `describe`", "Trap", Guest::describe("unreachable")),
        case("panics in `assess`", "Trap", Guest::assess("unreachable")),
        case("divides by nothing in a function with a name", "Trap", named.build()),
        case("traps in a function whose name colours a terminal", "Trap", colourful.build()),
        case("calls a function as what it is not", "Trap", signature.build()),
        case("reads outside its memory", "Trap", Guest::read("(drop (i32.load (i32.const -4)))")),
        case("makes a number of what is none", "Trap", Guest::read("(drop (i32.trunc_f32_s (f32.const nan)))")),
    ]
}

/// The host asks the module for the memory that arguments go to.
fn allocation() -> Vec<Case> {
    let gives = |realloc| Guest { realloc, ..Guest::sound() }.build();
    vec![
        case("gives memory that it does not have", "Malformed", gives("(i32.const -8)")),
        case("gives the last byte of its memory", "Malformed", gives("(i32.const 0x3fffff)")),
        case("gives memory at odd addresses", "Malformed", gives("(i32.const 0x300001)")),
        case("gives the same memory each time", "accepted", gives("(i32.const 0x300000)")),
        case("panics when memory is asked for", "Trap", gives("unreachable")),
        case("never ends when memory is asked for", "OutOfFuel", gives("(loop (br 0)) unreachable")),
    ]
}
