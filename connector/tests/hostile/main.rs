//! What happens to modules that mean harm, or were built wrong: one table, in which every one ends as the author's
//! fault and leaves the sandbox as it was.
//!
//! They are compiled in a process of their own, as in production. Those of `tests/fixtures/hostile` were written by
//! `tests/hostile`, in text; the others are bytes.

mod bombs;
mod bytes;
mod machine;
mod mutated;
mod sandbox;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use sandbox::{Outcome, Sandbox};

/// The longest that one module may keep the host busy, from loading to its last answer: the compiler's limit in these
/// tests, or all fuel of three calls, on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(20);

/// A module with what must become of it.
pub struct Case {
    name: String,
    /// The variant of the fault; `accepted` when it does no harm.
    expected: String,
    module: Vec<u8>,
}

/// Makes a case.
pub fn case(name: &str, expected: &str, module: Vec<u8>) -> Case {
    Case { name: name.to_owned(), expected: expected.to_owned(), module }
}

/// A file that `tests/hostile` wrote.
pub fn fixture(file: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/hostile").join(file);
    fs::read(&path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()))
}

/// The cases that `tests/hostile` wrote, each with its family.
fn written() -> Vec<(String, Case)> {
    let list = String::from_utf8(fixture("cases.tsv")).unwrap();
    let line = |line: &str| {
        let fields: Vec<_> = line.split('\t').collect();
        let [family, file, expected, name] = fields[..] else { panic!("{line}") };
        (family.to_owned(), case(name, expected, fixture(file)))
    };
    list.lines().filter(|line| !line.starts_with('#')).map(line).collect()
}

#[test]
fn every_hostile_module_ends_as_its_authors_fault() {
    let sandbox = Sandbox::new();
    let own = [("bytes", bytes::cases()), ("bombs", bombs::cases())];
    let own = own.into_iter().flat_map(|(family, cases)| cases.into_iter().map(|case| (family.to_owned(), case)));
    let mut table = String::new();
    let mut count = 0;
    let mut wrong = Vec::new();
    for (family, Case { name, expected, module }) in own.chain(written()) {
        let started = Instant::now();
        let outcome = sandbox.try_out(&module);
        let took = started.elapsed();
        if outcome.kind() != expected {
            wrong.push(format!("{family}: {name}: not {expected}: {outcome}"));
        }
        assert!(took < LONGEST, "{family}: {name} took {took:?}");
        sandbox.assert_unharmed(&name);
        writeln!(table, "{family}: {name}\n    {outcome}").unwrap();
        eprintln!("{:6} ms  {family}: {name}: {}", took.as_millis(), outcome.kind());
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 100, "{count}");
    let filters = vec![
        (r"used \d+ of", "used … of"),
        (r"and \d+ KiB of memory", "and … KiB of memory"),
        // Where the standard module, cut short, ends.
        (r"range 13\.\.\d+ is out of bounds \(bound = \d+\)", "range … is out of bounds"),
        (r"at offset 0x[0-9a-f]{5,}", "at offset …"),
    ];
    insta::with_settings!({ filters => filters }, {
        insta::assert_snapshot!(table);
    });
}

#[test]
fn a_sound_module_written_by_hand_is_accepted() {
    let outcome = Sandbox::new().try_out(&fixture("sound.wasm"));
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome}");
}
