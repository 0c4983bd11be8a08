//! How the wasm engine is set up. What decides about the code that it makes stands in [`code`], and is the same in the
//! process that compiles and in the one that runs.

use std::fmt::Write;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, WasmBacktraceDetails,
};

use super::limits::{
    MAX_CONCURRENT_CALLS, MAX_MEMORIES_PER_COMPONENT, MAX_PARTS_PER_COMPONENT, MAX_STACK_BYTES, MAX_TABLES_PER_MODULE,
    RulesLimits,
};

/// Room for the host's own part of a call, which runs on the same stack.
const HOST_STACK_BYTES: usize = 512 << 10;

/// For running: with a pool that holds what [`MAX_CONCURRENT_CALLS`] components of any allowed shape need. Slots are
/// address space only until they are used.
pub(super) fn pooled(limits: &RulesLimits) -> Config {
    let calls = u32::try_from(MAX_CONCURRENT_CALLS).expect("a small number");
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_stacks(calls)
        .total_core_instances(calls * MAX_PARTS_PER_COMPONENT)
        .max_core_instances_per_component(MAX_PARTS_PER_COMPONENT)
        .total_memories(calls * MAX_MEMORIES_PER_COMPONENT)
        .max_memories_per_component(MAX_MEMORIES_PER_COMPONENT)
        .total_tables(calls * MAX_PARTS_PER_COMPONENT)
        .max_tables_per_component(MAX_PARTS_PER_COMPONENT)
        .max_tables_per_module(MAX_TABLES_PER_MODULE)
        .table_elements(limits.table_elements)
        .max_memory_size(limits.memory_bytes)
        .max_unused_warm_slots(calls)
        // Resetting pages that stay resident is cheaper than giving them back and faulting them in again. The kernel
        // says which pages of a memory a call wrote to; one before 6.7 cannot, and then it is the first pages that stay.
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10);
    let mut config = code();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// For compiling only: without a pool, whose address space would count against the compiler's limit.
pub(super) fn code() -> Config {
    let mut config = Config::new();
    config
        .memory_init_cow(true)
        .cranelift_opt_level(OptLevel::Speed)
        .consume_fuel(true)
        .max_wasm_stack(MAX_STACK_BYTES)
        .async_stack_size(MAX_STACK_BYTES + HOST_STACK_BYTES)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        // A verdict must not depend on the machine: the bits of a NaN are the only ones that may differ. It costs
        // only where a module computes with floating point.
        .cranelift_nan_canonicalization(true)
        .concurrency_support(false)
        .wasm_memory64(false)
        .wasm_multi_memory(true)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true);
    config
}

/// Names everything that code compiled by `engine` depends on: the exact version of the engine, its settings and the
/// processor. In hexadecimal; code with another fingerprint is never loaded.
pub(super) fn fingerprint(engine: &Engine) -> String {
    let mut hasher = Fingerprint(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.finalize().iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The standard hasher has 64 bits and no promise to stay the same.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the digest is taken whole")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_process_compiles_another_can_run_whatever_its_limits() {
        let of = |config: &Config| fingerprint(&Engine::new(config).unwrap());
        let compiles = of(&code());
        assert_eq!(compiles, of(&pooled(&RulesLimits::default())));
        let narrow = RulesLimits { memory_bytes: 8 << 20, table_elements: 100, ..RulesLimits::default() };
        assert_eq!(compiles, of(&pooled(&narrow)));
        assert_ne!(compiles, of(code().consume_fuel(false)));
    }
}
