//! The sandbox: one engine for the process, a fresh instance for every call, and a bound on everything.
//!
//! Fuel is the bound on time too. It counts every instruction and every byte that a bulk instruction moves, so a call
//! that has used up its fuel has run for some seconds (see [`FUEL_PER_CALL`]), for some more where every instruction
//! waits for memory; an epoch deadline would cost 13 to 23 % more and stop nothing that fuel does not. Callers on an async runtime run calls on a blocking thread.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use wasmtime::component::Component;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, ResourceLimiter, Store,
    WasmBacktrace, WasmBacktraceDetails,
};

use super::error::{OperatorFault, RuleError, Usage};

/// The most calls that run at one moment; further ones wait for their turn.
pub const MAX_CONCURRENT_CALLS: usize = 8;
/// The most linear memory of one instance, in bytes. Python's interpreter alone needs about 40 MiB.
pub const MAX_MEMORY_BYTES: usize = 128 << 20;
/// The most elements of one table of an instance.
pub const MAX_TABLE_ELEMENTS: usize = 65_536;
/// The most that a call may hand back, in bytes: 1,000 readings with 4 KiB of features each, and their records.
pub const MAX_ANSWER_BYTES: usize = 8 << 20;
/// Fuel of any call before its batch: start-up of an interpreter. One unit is about one instruction:
/// 0.2 to 0.3 ns with the standard module.
pub const FUEL_PER_CALL: u64 = 500_000_000;
/// The most wasm stack of one call, in bytes.
const MAX_STACK_BYTES: usize = 512 << 10;
/// The most core instances, memories and tables of one component: Python's consists of a score of modules.
const MAX_PARTS_PER_COMPONENT: u32 = 64;
/// The most linear memories of one component: that of JavaScript has 3.
const MAX_MEMORIES_PER_COMPONENT: u32 = 4;

/// What rules may use, as the operator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulesLimits {
    /// Further fuel for each post to read; the default is about thirty times what the standard module needs for an ordinary post.
    pub fuel_per_post: u64,
    /// Further fuel for each candidate to judge. JavaScript needs about 56,000, Rust about 1,000.
    pub fuel_per_candidate: u64,
    /// The most linear memory of one call, in bytes, at most [`MAX_MEMORY_BYTES`].
    pub memory_bytes: usize,
}

impl Default for RulesLimits {
    fn default() -> Self {
        Self { fuel_per_post: 20_000_000, fuel_per_candidate: 500_000, memory_bytes: MAX_MEMORY_BYTES }
    }
}

/// The wasm engine with its pool of instances. Cheap to clone; one for the process.
#[derive(Clone)]
pub struct RulesEngine {
    pub(super) wasm: Engine,
    pub(super) limits: RulesLimits,
    turns: Arc<Turns>,
}

impl std::fmt::Debug for RulesEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RulesEngine").finish_non_exhaustive()
    }
}

impl RulesEngine {
    /// Sets the sandbox up with the usual limits: see [`Self::with_limits`].
    pub fn new() -> Result<Self, RuleError> {
        Self::with_limits(RulesLimits::default())
    }

    /// Sets the sandbox up.
    ///
    /// Fails with [`RuleError::Operator`] where the machine does not give the address space for the pool.
    pub fn with_limits(limits: RulesLimits) -> Result<Self, RuleError> {
        let wasm = Engine::new(&config()).map_err(|source| OperatorFault::Engine(source.into()))?;
        Ok(Self {
            wasm,
            limits,
            turns: Arc::new(Turns { free: Mutex::new(MAX_CONCURRENT_CALLS), freed: Condvar::new() }),
        })
    }

    /// Compiles a component for this engine.
    pub(super) fn compile(&self, bytes: &[u8]) -> wasmtime::Result<Component> {
        Component::from_binary(&self.wasm, bytes)
    }

    /// A store with `fuel` for one call. It holds one of the [`MAX_CONCURRENT_CALLS`] turns until it is dropped.
    pub(super) fn store(&self, fuel: u64) -> Result<CallStore, RuleError> {
        let turn = Turns::take(&self.turns);
        let mut store = Store::new(
            &self.wasm,
            CallLimits { memory_bytes: 0, limit_bytes: self.limits.memory_bytes, refused: false, _turn: turn },
        );
        store.limiter(|limits| limits);
        store.set_fuel(fuel).map_err(|source| OperatorFault::Engine(source.into()))?;
        store.set_hostcall_fuel(MAX_ANSWER_BYTES);
        Ok(CallStore { store, fuel })
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

    /// The most memory that the instance may have, in bytes.
    pub(super) fn memory_limit(&self) -> usize {
        self.store.data().limit_bytes
    }

    /// Whether the instance asked for more memory than it may have.
    pub(super) fn memory_refused(&self) -> bool {
        self.store.data().refused
    }
}

/// Counts and bounds what one call's instance holds.
pub(super) struct CallLimits {
    memory_bytes: usize,
    limit_bytes: usize,
    refused: bool,
    _turn: Turn,
}

impl ResourceLimiter for CallLimits {
    fn memory_growing(&mut self, current: usize, desired: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        // A component may hold several memories: what counts is their sum.
        let total = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        if total > self.limit_bytes {
            self.refused = true;
            return Ok(false);
        }
        self.memory_bytes = total;
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= MAX_TABLE_ELEMENTS)
    }
}

/// The names of the functions in which a trap happened, innermost first: at most five, each at most 80 characters.
pub(super) fn trap_frames(error: &wasmtime::Error) -> Vec<String> {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let names = trace.frames().iter().filter_map(wasmtime::FrameInfo::func_name);
    names.take(5).map(|name| name.chars().filter(|c| !c.is_control()).take(80).collect()).collect()
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

fn config() -> Config {
    // The pool must hold what MAX_CONCURRENT_CALLS components of any allowed shape need. Slots are address space
    // only until they are used.
    let calls = u32::try_from(MAX_CONCURRENT_CALLS).expect("a small number");
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls * MAX_PARTS_PER_COMPONENT)
        .max_core_instances_per_component(MAX_PARTS_PER_COMPONENT)
        .total_memories(calls * MAX_MEMORIES_PER_COMPONENT)
        .max_memories_per_component(MAX_MEMORIES_PER_COMPONENT)
        .total_tables(calls * MAX_PARTS_PER_COMPONENT)
        .max_tables_per_component(MAX_PARTS_PER_COMPONENT)
        .max_tables_per_module(4)
        .table_elements(MAX_TABLE_ELEMENTS)
        .max_memory_size(MAX_MEMORY_BYTES)
        .max_unused_warm_slots(calls)
        // Resetting pages that stay resident is cheaper than giving them back and faulting them in again.
        .linear_memory_keep_resident(64 << 10)
        .table_keep_resident(64 << 10);

    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        .cranelift_opt_level(OptLevel::Speed)
        .consume_fuel(true)
        .max_wasm_stack(MAX_STACK_BYTES)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        // A verdict must not depend on the machine: the bits of a NaN are the only ones that may differ. It costs
        // only where a module computes with floating point.
        .cranelift_nan_canonicalization(true)
        .concurrency_support(false)
        .wasm_memory64(false)
        // Several memories in one component: the engine copies strings between them with code that uses two at once.
        .wasm_multi_memory(true)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true);
    config
}
