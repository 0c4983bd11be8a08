//! One call of a module: a fresh instance, a bound on all that it uses, and whose fault it is when it fails.

use wasmtime::{Store, Trap};

use super::engine::{CallLimits, CallStore, Refused, RulesEngine, drive, trap_frames};
use super::error::{AuthorFault, OperatorFault, RuleError, Usage};
use super::v1;
use super::version::{Instance, Prepared, StartError};

/// Runs one call in a fresh instance, with what it used, and says whose fault it is when it fails.
pub(super) fn call<T>(
    engine: &RulesEngine,
    prepared: &Prepared,
    module: &str,
    function: &'static str,
    fuel: u64,
    items: usize,
    run: impl AsyncFnOnce(&Instance, &mut Store<CallLimits>) -> wasmtime::Result<T>,
) -> Result<(T, Usage), RuleError> {
    let mut call = engine.store(fuel)?;
    let whole = async {
        let instance = prepared.start(&mut call.store).await.map_err(Failed::ToStart)?;
        run(&instance, &mut call.store).await.map_err(Failed::ToEnd)
    };
    let Some(outcome) = drive(whole, engine.limits.call_time) else {
        let (module, secs) = (module.to_owned(), engine.limits.call_time.as_secs());
        return Err(OperatorFault::TooSlow { module, function, secs, usage: call.usage() }.into());
    };
    let usage = call.usage();
    outcome.map(|answer| (answer, usage)).map_err(|failed| {
        let source = match &failed {
            Failed::ToStart(StartError::Types(source) | StartError::Instance(source)) | Failed::ToEnd(source) => source,
        };
        if let Some(fault) = stopped(&call, source, module, function, items) {
            return fault.into();
        }
        let module = module.to_owned();
        match failed {
            Failed::ToStart(StartError::Types(source)) => {
                AuthorFault::Export { name: v1::INTERFACE, source: source.into() }.into()
            }
            Failed::ToStart(StartError::Instance(source)) => {
                OperatorFault::Instance { module, source: source.into() }.into()
            }
            // Nothing else can go wrong in a call that has no imports: the rest is the lifting of its answer.
            Failed::ToEnd(source) => AuthorFault::Malformed { module, function, usage, source: source.into() }.into(),
        }
    })
}

/// Where a call failed.
enum Failed {
    ToStart(StartError),
    ToEnd(wasmtime::Error),
}

/// The fault of a module that did not run to its end; none when the error has another cause.
fn stopped(
    call: &CallStore,
    error: &wasmtime::Error,
    module: &str,
    function: &'static str,
    items: usize,
) -> Option<AuthorFault> {
    let (module, usage) = (module.to_owned(), call.usage());
    let trap = error.downcast_ref::<Trap>();
    Some(match (trap, call.refused()) {
        (Some(Trap::OutOfFuel), _) => AuthorFault::OutOfFuel { module, function, items, usage },
        // A guest that is refused memory traps by itself, with whatever trap its language chose.
        (_, Some(Refused::Memory(limit_bytes))) => AuthorFault::OutOfMemory { module, function, limit_bytes, usage },
        (_, Some(Refused::Table(limit))) => AuthorFault::OutOfTable { module, function, limit, usage },
        (Some(trap), None) => {
            let trap = trap.to_string();
            AuthorFault::Trap { module, function, trap, at: trap_frames(error), usage }
        }
        (None, None) => return None,
    })
}
