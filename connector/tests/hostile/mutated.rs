//! Modules by chance: sound ones with mistakes in their bytes, and those in the folder that `KOPPELAAR_HOSTILE_MODULES`
//! names, which `tests/hostile` fills. None may crash the host, keep it busy, or change what the next module says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, fs, thread};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::sandbox::{Outcome, Sandbox};
use crate::{LONGEST, fixture};

/// How many modules with mistakes are tried unless `KOPPELAAR_HOSTILE` says otherwise.
const USUAL: usize = 200;
/// How often the standard module is asked again.
const EVERY: usize = 50;

#[test]
fn generated_modules_leave_the_host_unharmed() {
    let mistakes = env::var("KOPPELAAR_HOSTILE").map_or(USUAL, |count| count.parse().expect("a number of modules"));
    let written = env::var_os("KOPPELAAR_HOSTILE_MODULES").map_or_else(Vec::new, |folder| {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    });
    let count = mistakes + written.len();
    let sandbox = Sandbox::new();
    let sound = fixture("sound.wasm");
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
                    let module = match number.checked_sub(mistakes) {
                        Some(number) => fs::read(&written[number]).unwrap(),
                        None => mutated(&mut StdRng::seed_from_u64(number as u64), &sound),
                    };
                    match try_out(&sandbox, number, &module) {
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
    // If none gets through, only the parser is tested.
    assert!(accepted > 0, "{accepted} of {count} accepted");
}

fn try_out(sandbox: &Sandbox, number: usize, module: &[u8]) -> Outcome {
    let keep = || {
        let path = format!("{}/hostile-{number}.wasm", env!("CARGO_TARGET_TMPDIR"));
        fs::write(&path, module).unwrap();
        path
    };
    let started = Instant::now();
    let outcome = sandbox.try_out(module);
    let took = started.elapsed();
    assert!(took < LONGEST, "module {number} took {took:?}: `{}`", keep());
    // What its author can do nothing about would be a way to harm the host.
    if let Outcome::Refused { error: koppelaar::rules::RuleError::Operator(_), .. } = outcome {
        panic!("module {number}: {outcome}: `{}`", keep());
    }
    if number.is_multiple_of(EVERY) {
        sandbox.assert_unharmed(&format!("generated {number}"));
    }
    outcome
}

/// `sound` with a few bits, bytes or stretches changed.
fn mutated(random: &mut StdRng, sound: &[u8]) -> Vec<u8> {
    let mut module = sound.to_vec();
    for _ in 0..random.random_range(1..=3) {
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
