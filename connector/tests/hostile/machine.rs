//! What is the machine's trouble is never told as the author's fault.

use std::path::PathBuf;
use std::time::Duration;

use koppelaar::rules::engine::{Compiler, RulesLimits};
use koppelaar::rules::error::OperatorFault;
use koppelaar::rules::{RuleError, RuleModule, RulesEngine, RulesOptions};

use crate::fixture;

fn load(compiler: Compiler, limits: RulesLimits, file: &str) -> OperatorFault {
    let options = RulesOptions { compiler: Some(compiler), limits, ..RulesOptions::default() };
    match RuleModule::load(&RulesEngine::with_options(options).unwrap(), &fixture(file), None).unwrap_err() {
        RuleError::Operator(fault) => fault,
        other => panic!("{other}"),
    }
}

#[test]
fn a_call_that_takes_too_long_by_the_clock_has_fuel_left() {
    // A module that never ends its start.
    let limits = RulesLimits { call_time: Duration::ZERO, ..RulesLimits::default() };
    let fault = load(Compiler::Trusting, limits, "shapes-17.wasm");
    let OperatorFault::TooSlow { usage, .. } = fault else { panic!("{fault}") };
    assert!(usage.fuel < usage.fuel_limit, "{usage}");
}

#[test]
fn a_compiler_that_does_not_answer_is_no_verdict_on_a_module() {
    for program in ["/bin/false", "/no/such/program", "/bin/cat"] {
        let fault = load(Compiler::Process(PathBuf::from(program)), RulesLimits::default(), "sound.wasm");
        assert!(matches!(fault, OperatorFault::Compiler(_)), "{program}: {fault}");
    }
}
