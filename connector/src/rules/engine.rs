//! The sandbox: one engine for the process, a fresh instance for every call, and a bound on everything.
//!
//! Fuel is the bound that a module is judged by, because it is the same on every machine. It counts every instruction
//! and every byte that a bulk instruction moves. It bounds time too, but only as well as the machine spends it: where
//! every instruction waits for memory, the fuel of one call lasts minutes. So a call pauses each time that it has used
//! [`FUEL_PER_PAUSE`] and looks at the clock. That costs nothing between two pauses, where an epoch deadline, a check
//! at every loop and function, costs 13 to 23 %. Callers on an async runtime run calls on a blocking thread.

use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use wasmtime::component::Component;
use wasmtime::{Engine, ResourceLimiter, Store, WasmBacktrace};

pub use super::cache::CacheFolder;
use super::cache::{self, Cache};
pub use super::compile::Compiler;
use super::compile::{self};
use super::error::{AuthorFault, OperatorFault, RuleError, Usage};
pub use super::limits::{FUEL_PER_CALL, MAX_CONCURRENT_CALLS, RulesLimits};
use super::manifest::is_direction;
use super::wasm;

/// Fuel between two looks at the clock: some milliseconds with the standard module, half a second where every
/// instruction waits for memory.
const FUEL_PER_PAUSE: u64 = 5_000_000;

/// How the sandbox is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesOptions {
    /// What rules may use.
    pub limits: RulesLimits,
    /// Where compiled modules are kept.
    pub cache: CacheFolder,
    /// The most bytes that the cache keeps; the modules that were not used for longest go.
    pub cache_bytes: u64,
    /// Where modules are compiled; none means in a process of this very program.
    pub compiler: Option<Compiler>,
}

impl Default for RulesOptions {
    fn default() -> Self {
        Self { limits: RulesLimits::default(), cache: CacheFolder::None, cache_bytes: 1 << 30, compiler: None }
    }
}

/// The wasm engine with its pool of instances. Cheap to clone; one for the process.
#[derive(Clone)]
pub struct RulesEngine {
    pub(super) wasm: Engine,
    pub(super) limits: RulesLimits,
    fingerprint: Arc<str>,
    cache: Option<Cache>,
    compiler: Option<Compiler>,
    turns: Arc<Turns>,
}

impl std::fmt::Debug for RulesEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RulesEngine").finish_non_exhaustive()
    }
}

impl RulesEngine {
    /// Sets the sandbox up with the usual limits and no cache: see [`Self::with_options`].
    pub fn new() -> Result<Self, RuleError> {
        Self::with_options(RulesOptions::default())
    }

    /// Sets the sandbox up with these limits and no cache: see [`Self::with_options`].
    pub fn with_limits(limits: RulesLimits) -> Result<Self, RuleError> {
        Self::with_options(RulesOptions { limits, ..RulesOptions::default() })
    }

    /// Sets the sandbox up.
    ///
    /// Fails with [`RuleError::Operator`] where the machine does not give the address space for the pool, or the cache
    /// cannot be used.
    pub fn with_options(options: RulesOptions) -> Result<Self, RuleError> {
        let RulesOptions { limits, cache, cache_bytes, compiler } = options;
        let wasm = Engine::new(&wasm::pooled(&limits)).map_err(|source| OperatorFault::Engine(source.into()))?;
        let fingerprint = wasm::fingerprint(&wasm).into();
        let cache = Cache::of(&cache, cache_bytes)?;
        let turns = Arc::new(Turns { free: Mutex::new(MAX_CONCURRENT_CALLS), freed: Condvar::new() });
        Ok(Self { wasm, limits, fingerprint, cache, compiler, turns })
    }

    /// The component in `module`, whose digest is `digest`: from the cache, else compiled where the options say.
    pub(super) fn component(&self, module: &[u8], digest: &str) -> Result<Component, RuleError> {
        let compile = || match self.compiler.clone().map_or_else(Compiler::this_program, Ok) {
            Ok(Compiler::Process(program)) => compile::compile(&program, module, &self.fingerprint, &self.limits),
            Ok(Compiler::Trusting) => {
                self.wasm.precompile_component(module).map_err(|source| AuthorFault::Invalid(source.into()).into())
            }
            Err(source) => Err(OperatorFault::Compiler(source).into()),
        };
        // What it asks for is looked at when it is loaded: the pool holds no instance of any larger shape.
        self.cached(digest, compile)?.map_err(|source| match source.downcast_ref::<std::io::Error>() {
            Some(_) => OperatorFault::Engine(source.into()).into(),
            None => AuthorFault::Demands(source.into()).into(),
        })
    }

    /// The component in `module`, compiled in this process unless the cache has it: for what the program itself brings.
    pub(super) fn trusted_component(&self, module: &[u8], digest: &str) -> Result<Component, RuleError> {
        let fault = |source: wasmtime::Error| RuleError::from(OperatorFault::Engine(source.into()));
        if self.cache.is_none() {
            return Component::from_binary(&self.wasm, module).map_err(fault);
        }
        self.cached(digest, || self.wasm.precompile_component(module).map_err(fault))?.map_err(fault)
    }

    /// What the cache holds under `digest`: the component, and what was noted about it. None of the module is run.
    pub(super) fn kept(&self, digest: &str) -> Option<(Component, Vec<u8>)> {
        let cache = self.cache.as_ref()?;
        let note = cache.noted(digest, &self.fingerprint)?;
        // Whatever is wrong with the code is told by whoever loads it with its bytes at hand.
        let component = cache.load(&self.wasm, digest, &self.fingerprint)?.ok()?;
        Some((component, note))
    }

    /// Notes something about a component that the cache holds.
    pub(super) fn note(&self, digest: &str, note: &[u8]) -> Result<(), OperatorFault> {
        self.cache.as_ref().map_or(Ok(()), |cache| cache.note(digest, &self.fingerprint, note))
    }

    fn cached(
        &self,
        digest: &str,
        compile: impl FnOnce() -> Result<Vec<u8>, RuleError>,
    ) -> Result<wasmtime::Result<Component>, RuleError> {
        let Some(cache) = &self.cache else { return Ok(cache::load_once(&self.wasm, &compile()?)?) };
        match cache.load(&self.wasm, digest, &self.fingerprint) {
            Some(component) => Ok(component),
            None => Ok(cache.store(&self.wasm, digest, &self.fingerprint, &compile()?)?),
        }
    }

    /// A store with `fuel` for one call. It holds one of the [`MAX_CONCURRENT_CALLS`] turns until it is dropped.
    pub(super) fn store(&self, fuel: u64) -> Result<CallStore, RuleError> {
        let turn = Turns::take(&self.turns);
        let limits = CallLimits {
            memory_bytes: 0,
            memory_limit: self.limits.memory_bytes,
            table_limit: self.limits.table_elements,
            refused: None,
            _turn: turn,
        };
        let fault = |source: wasmtime::Error| OperatorFault::Engine(source.into());
        let mut store = Store::new(&self.wasm, limits);
        store.limiter(|limits| limits);
        store.set_fuel(fuel).map_err(fault)?;
        store.fuel_async_yield_interval(Some(FUEL_PER_PAUSE)).map_err(fault)?;
        store.set_hostcall_fuel(self.limits.answer_bytes);
        Ok(CallStore { store, fuel })
    }
}

/// Runs a call to its end; none when it took longer than `limit`.
pub(super) fn drive<T>(call: impl Future<Output = T>, limit: Duration) -> Option<T> {
    let started = Instant::now();
    let mut call = pin!(call);
    // The call waits for nothing: each time it is polled it runs to its next pause.
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(outcome) = call.as_mut().poll(&mut context) {
            return Some(outcome);
        }
        if started.elapsed() > limit {
            return None;
        }
    }
}

/// The store of one call.
pub(super) struct CallStore {
    pub(super) store: Store<CallLimits>,
    fuel: u64,
}

impl CallStore {
    /// What the call has used so far.
    pub(super) fn usage(&self) -> Usage {
        Usage {
            fuel: self.fuel - self.store.get_fuel().unwrap_or(0).min(self.fuel),
            fuel_limit: self.fuel,
            memory_bytes: self.store.data().memory_bytes,
        }
    }

    /// What the instance asked for beyond its limit, if it did.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.store.data().refused
    }
}

/// A limit that an instance wanted to exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Linear memory, with the limit in bytes.
    Memory(usize),
    /// Elements of a table, with the limit.
    Table(usize),
}

/// Counts and bounds what one call's instance holds.
pub(super) struct CallLimits {
    memory_bytes: usize,
    memory_limit: usize,
    table_limit: usize,
    refused: Option<Refused>,
    _turn: Turn,
}

impl ResourceLimiter for CallLimits {
    fn memory_growing(&mut self, current: usize, desired: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        // A component may hold several memories: what counts is their sum.
        let total = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        if total > self.memory_limit {
            self.refused = Some(Refused::Memory(self.memory_limit));
            return Ok(false);
        }
        self.memory_bytes = total;
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.table_limit {
            self.refused = Some(Refused::Table(self.table_limit));
            return Ok(false);
        }
        Ok(true)
    }
}

/// The names of the functions in which a trap happened, innermost first: at most five, each at most 80 characters.
pub(super) fn trap_frames(error: &wasmtime::Error) -> Vec<String> {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let names = trace.frames().iter().filter_map(wasmtime::FrameInfo::func_name);
    names.take(5).map(|name| name.chars().filter(|c| !c.is_control() && !is_direction(*c)).take(80).collect()).collect()
}

/// A counting semaphore: the pool must never be asked for more than it has.
struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turns {
    fn take(turns: &Arc<Self>) -> Turn {
        let free = turns.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = turns.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Turn(Arc::clone(turns))
    }
}

struct Turn(Arc<Turns>);

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
