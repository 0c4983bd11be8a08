//! What happens to modules that mean harm, or were built wrong: one table, in which every one ends as the author's
//! fault and leaves the sandbox as it was.
//!
//! They are compiled in a process of their own, as in production. `KOPPELAAR_HOSTILE` sets how many generated modules
//! are tried beside those of the table.

mod answers;
mod behaviour;
mod bombs;
mod bytes;
mod generated;
mod guest;
mod manifests;
mod sandbox;
mod shapes;

use std::fmt::Write;
use std::time::{Duration, Instant};

use sandbox::{Outcome, Sandbox};

/// The longest that one module may keep the host busy, from loading to its last answer: the compiler's limit in these
/// tests, or all fuel of three calls, on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(20);

/// A module with what must become of it.
pub struct Case {
    name: &'static str,
    /// The variant of the fault; `accepted` when it does no harm.
    expected: &'static str,
    module: Vec<u8>,
}

/// Makes a case.
pub fn case(name: &'static str, expected: &'static str, module: Vec<u8>) -> Case {
    Case { name, expected, module }
}

#[test]
fn every_hostile_module_ends_as_its_authors_fault() {
    let sandbox = Sandbox::new();
    let families = [
        ("bytes", bytes::cases()),
        ("shapes", shapes::cases()),
        ("bombs", bombs::cases()),
        ("manifests", manifests::cases()),
        ("behaviour", behaviour::cases()),
        ("answers", answers::cases()),
    ];
    let mut table = String::new();
    let mut count = 0;
    for (family, cases) in families {
        for Case { name, expected, module } in cases {
            let started = Instant::now();
            let outcome = sandbox.try_out(&module);
            let took = started.elapsed();
            assert_eq!(outcome.kind(), expected, "{family}: {name}: {outcome}");
            assert!(took < LONGEST, "{family}: {name} took {took:?}");
            sandbox.assert_unharmed(name);
            writeln!(table, "{family}: {name}\n    {outcome}").unwrap();
            eprintln!("{:6} ms  {family}: {name}: {}", took.as_millis(), outcome.kind());
            count += 1;
        }
    }
    assert!(count >= 80, "{count}");
    insta::with_settings!({ filters => vec![(r"used \d+ of", "used … of"), (r"and \d+ KiB of memory", "and … KiB of memory")] }, {
        insta::assert_snapshot!(table);
    });
}

#[test]
fn a_sound_module_written_by_hand_is_accepted() {
    let outcome = Sandbox::new().try_out(&guest::Guest::sound().build());
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome}");
}
