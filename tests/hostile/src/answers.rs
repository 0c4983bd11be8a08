//! Modules whose answers break the contract's ranges, or are no values of its types.

use crate::guest::Guest;
use crate::{Case, case};

/// Stores a number at an offset of the first reading, or of the first verdict: both lie at 65,536.
fn store(bits: u32, offset: u32, value: u32) -> String {
    let store = if bits == 32 { "i32.store".to_owned() } else { format!("i32.store{bits}") };
    format!("({store} (i32.const {}) (i32.const {value}))", 65_536 + offset)
}

/// Points a list of the first reading or verdict to 4,096.
fn list(offset: u32, length: u32) -> String {
    store(32, offset, 4_096) + &store(32, offset + 4, length)
}

/// Stores 16-bit numbers from 4,096 on.
fn at_4096(numbers: &[u16]) -> String {
    let store =
        |(i, number): (usize, &u16)| format!("(i32.store16 (i32.const {}) (i32.const {number}))", 4_096 + 2 * i);
    numbers.iter().enumerate().map(store).collect()
}

pub fn cases() -> Vec<Case> {
    [readings(), verdicts(), no_values()].into_iter().flatten().collect()
}

fn readings() -> Vec<Case> {
    let wrong = |name, instructions: &[String]| case(name, "Answer", Guest::read(&instructions.concat()));
    let count = |number: u32| format!("(i32.store (i32.const 1028) (i32.const {number}))");
    let exchange = store(8, 2, 2);
    vec![
        wrong("no readings", &[count(0)]),
        wrong("a reading too few", &[count(2)]),
        wrong("a reading too many", &[count(4)]),
        wrong("a thousand times too many", &[count(3_000)]),
        wrong("a language that is not there", &[store(16, 0, 1)]),
        wrong("a category that is not there", &[list(4, 1), at_4096(&[2, 1_000])]),
        wrong("the highest category there can be", &[list(4, 1), at_4096(&[u16::MAX, 1_000])]),
        wrong("a weight of nothing", &[list(4, 1), at_4096(&[0, 0])]),
        wrong("a weight above a thousand", &[list(4, 1), at_4096(&[0, 1_001])]),
        wrong("a category twice", &[list(4, 2), at_4096(&[0, 9, 0, 8])]),
        wrong("the least important first", &[list(12, 2), at_4096(&[0, 8, 1, 9])]),
        wrong("nine needs", &[list(4, 9)]),
        wrong("a condition without an exchange", &[store(8, 20, 1)]),
        wrong("an eighth day of the week", &[list(24, 1), at_4096(&[7, 0, 60, 0, 0])]),
        wrong("a time that ends before it begins", &[list(24, 1), at_4096(&[0, 60, 60, 0, 0])]),
        wrong("a time after midnight", &[list(24, 1), at_4096(&[0, 0, 1_441, 0, 0])]),
        wrong("a day in two years", &[list(24, 1), at_4096(&[0, 0, 60, 1, 730])]),
        wrong("65 times", &[list(24, 65)]),
        wrong("a referral that is not there", &[store(8, 34, 1) + &store(16, 36, 1)]),
        wrong("5 KiB of features", &[list(40, 5 << 10)]),
        case("an exchange with a condition", "accepted", Guest::read(&(exchange + &store(8, 20, 1)))),
    ]
}

fn verdicts() -> Vec<Case> {
    let wrong = |name, instructions: &[String]| case(name, "Answer", Guest::assess(&instructions.concat()));
    let right = |name, instructions: &[String]| case(name, "accepted", Guest::assess(&instructions.concat()));
    let answers = |count: u32| format!("(i32.store (i32.const 1028) (i32.const {count}))");
    let verdicts = |count: u32| format!("(i32.store (i32.const 1036) (i32.const {count}))");
    let score = |score: u32| store(8, 0, 1) + &store(16, 2, score);
    // How many reasons a verdict says are its own, and how many there are, at 4,096.
    let own = |verdict: u32, count: u32| store(8, 6 * verdict + 4, count);
    let reasons = |count: u32| {
        format!("(i32.store (i32.const 1040) (i32.const 4096)) (i32.store (i32.const 1044) (i32.const {count}))")
    };
    vec![
        wrong("no answers", &[answers(0)]),
        wrong("answers to questions that were not asked", &[answers(2)]),
        wrong("no verdicts", &[verdicts(0)]),
        wrong("a candidate left out", &[verdicts(2)]),
        wrong("a candidate that was not asked for, or one twice", &[verdicts(4)]),
        wrong("a hundred thousand verdicts", &[verdicts(100_000)]),
        wrong("a score above a thousand", &[score(1_001)]),
        wrong("the highest score there can be", &[score(65_535)]),
        wrong("a reason that is not there", &[own(0, 1), reasons(1), at_4096(&[1])]),
        wrong("nine reasons", &[own(0, 9), reasons(9)]),
        wrong("a reason that no verdict tells of", &[reasons(1)]),
        wrong("a verdict that tells of a reason, and none there", &[own(2, 1)]),
        wrong("a column that ends within a verdict's reasons", &[own(0, 2), own(2, 2), reasons(3)]),
        wrong("255 reasons for each, and one there", &[own(0, 255), own(1, 255), own(2, 255), reasons(1)]),
        wrong("a quarter of a million reasons for nobody", &[reasons(250_000)]),
        right("a score of a thousand", &[score(1_000)]),
        right("three reasons for the first and one for the last", &[own(0, 3), own(2, 1), reasons(4)]),
    ]
}

fn no_values() -> Vec<Case> {
    let wrong = |name, instructions: String| case(name, "Malformed", Guest::read(&instructions));
    let answer = |pointer: i32, length: i32| {
        format!("(i32.store (i32.const 1024) (i32.const {pointer})) (i32.store (i32.const 1028) (i32.const {length}))")
    };
    let features_of_all = "(local $i i32) (loop $next
        (i32.store (i32.add (i32.const 65576) (local.get $i)) (i32.const 1048576))
        (i32.store (i32.add (i32.const 65580) (local.get $i)) (i32.const 3000000))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 48))) (i32.const 144))))";
    let lying = |name, column: &str, pointer: i32, length: i32| {
        let column = if column == "verdicts" { [1032, 1036] } else { [1040, 1044] };
        let store = |(at, value)| format!("(i32.store (i32.const {at}) (i32.const {value}))");
        let instructions: String = column.into_iter().zip([pointer, length]).map(store).collect();
        case(name, "Malformed", Guest::assess(&instructions))
    };
    // Locals stand before any instruction.
    let mut features = Guest::sound();
    features.items = format!("(func $spoil {features_of_all})");
    features.read = "(call $spoil)".to_owned();
    vec![
        wrong("an intent that does not exist", store(8, 2, 5)),
        wrong("an option that is neither", store(8, 34, 2)),
        wrong("a list outside the memory", answer(-16, 3)),
        wrong("a list that ends outside the memory", answer(4_194_300, 3)),
        wrong("a list at an odd address", answer(65_537, 3)),
        wrong("as many readings as there are numbers", answer(65_536, -1)),
        wrong("two thousand million readings", answer(65_536, i32::MAX)),
        wrong("features longer than the memory", list(40, u32::MAX)),
        case("the same 3 MB in every reading", "Malformed", features.build()),
        case("a score that is neither there nor not", "Malformed", Guest::assess(&store(8, 0, 2))),
        lying("a column of verdicts outside the memory", "verdicts", -16, 3),
        lying("a column of verdicts at an odd address", "verdicts", 65_537, 3),
        lying("a column of reasons outside the memory", "reasons", -16, 3),
        lying("a column of reasons that ends outside the memory", "reasons", 4_194_292, 3),
        lying("a column of reasons at an odd address", "reasons", 4_098, 3),
        lying("as many reasons as there are numbers", "reasons", 4_096, -1),
        lying("two thousand million reasons", "reasons", 4_096, i32::MAX),
        case("a pointer to the answer outside the memory", "Malformed", Guest::read("(return (i32.const -4))")),
        case("a pointer to the answer at an odd address", "Malformed", Guest::read("(return (i32.const 1025))")),
        case("a manifest outside the memory", "Malformed", Guest::describe("(return (i32.const 0x7fffffff))")),
    ]
}
