//! What rules may use: every bound of the sandbox, with its unit.

use std::time::Duration;

/// The most calls that run at one moment; further ones wait for their turn.
pub const MAX_CONCURRENT_CALLS: usize = 8;
/// The most that [`RulesLimits::memory_bytes`] can be, in bytes.
pub const MAX_MEMORY_BYTES: usize = 512 << 20;
/// The most that [`RulesLimits::module_bytes`] can be, in bytes.
pub const MAX_MODULE_BYTES: usize = 64 << 20;
/// Fuel of any call before its batch: start-up of an interpreter. One unit is about one instruction:
/// 0.2 to 0.3 ns with the standard module.
pub const FUEL_PER_CALL: u64 = 500_000_000;
/// The most wasm stack of one call, in bytes.
pub(super) const MAX_STACK_BYTES: usize = 512 << 10;
/// The most core instances and tables of one component: Python's consists of a score of modules.
pub(super) const MAX_PARTS_PER_COMPONENT: u32 = 64;
/// The most linear memories of one component: that of JavaScript has 3.
pub(super) const MAX_MEMORIES_PER_COMPONENT: u32 = 4;
/// The most tables of one core module.
pub(super) const MAX_TABLES_PER_MODULE: u32 = 4;

/// What rules may use, as the operator decides. The defaults leave modules in Rust, JavaScript and Python at least
/// threefold room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulesLimits {
    /// Further fuel for each post to read, beside [`FUEL_PER_CALL`]; about thirty times what the standard module needs
    /// for an ordinary post.
    pub fuel_per_post: u64,
    /// Further fuel for each candidate to judge. JavaScript needs about 170,000, Rust about 1,000.
    pub fuel_per_candidate: u64,
    /// The most linear memory of one call, in bytes, at most [`MAX_MEMORY_BYTES`].
    pub memory_bytes: usize,
    /// The most elements of one table.
    pub table_elements: usize,
    /// The most that a call may hand back, in bytes: 1,000 readings with 4 KiB of features each, and their records.
    pub answer_bytes: usize,
    /// The most bytes of a module, at most [`MAX_MODULE_BYTES`].
    pub module_bytes: usize,
    /// How long a call may take by the clock. Fuel is the limit that a module is judged by; this one is for a machine
    /// on which fuel is not spent, and exceeding it says nothing about the module.
    pub call_time: Duration,
    /// Processor time to check and compile a module, in seconds.
    pub compile_cpu_secs: u64,
    /// Address space to check and compile a module, in bytes.
    pub compile_memory_bytes: u64,
}

impl Default for RulesLimits {
    fn default() -> Self {
        Self {
            fuel_per_post: 20_000_000,
            fuel_per_candidate: 600_000,
            memory_bytes: 128 << 20,
            table_elements: 65_536,
            answer_bytes: 8 << 20,
            module_bytes: MAX_MODULE_BYTES,
            call_time: Duration::from_mins(1),
            compile_cpu_secs: 60,
            compile_memory_bytes: 2 << 30,
        }
    }
}
