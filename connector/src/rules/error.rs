//! Why rules gave no answer. Never a verdict: the caller waits, and tells whoever can act.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::manifest::places;
pub use super::manifest::{MAX_MANIFEST_FAULTS, ManifestFault};
use crate::domain::Language;

/// What the engine says about a failure.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A call of the rules, or loading them, failed. The variant says who can do something about it.
#[derive(Debug, Error)]
pub enum RuleError {
    /// The author of the module.
    #[error(transparent)]
    Author(#[from] Box<AuthorFault>),
    /// The clerk who keeps the municipality's settings.
    #[error(transparent)]
    Settings(#[from] SettingsFault),
    /// The operator of this program.
    #[error(transparent)]
    Operator(#[from] OperatorFault),
}

impl From<AuthorFault> for RuleError {
    fn from(fault: AuthorFault) -> Self {
        Self::Author(Box::new(fault))
    }
}

/// What a call has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Fuel used; about one instruction a unit.
    pub fuel: u64,
    /// Fuel that the call had.
    pub fuel_limit: u64,
    /// The most linear memory held, in bytes.
    pub memory_bytes: usize,
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "used {} of {} fuel and {} KiB of memory", self.fuel, self.fuel_limit, self.memory_bytes >> 10)
    }
}

/// What the module's author must put right.
#[derive(Debug, Error)]
pub enum AuthorFault {
    /// The file is larger than a module may be.
    #[error(
        "the rule module has `{bytes}` bytes, more than the allowed `{limit}`\nhint: build it for size, without debug information"
    )]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file does not begin as WebAssembly does.
    #[error("the rule module is not WebAssembly\nhint: give the built `.wasm` file, not its source or an archive")]
    NoWebAssembly,
    /// The file is a core module.
    #[error(
        "the rule module is a core WebAssembly module, not a component\nhint: build with `wasm-component-ld` as the linker, as `wasm-rules/README.md` shows"
    )]
    CoreModule,
    /// The file does not compile.
    #[error(
        "the rule module is not a valid WebAssembly component\nhint: rebuild it; it must use no proposal beyond those of WebAssembly 2.0"
    )]
    Invalid(#[source] Cause),
    /// Checking and compiling the file takes too long.
    #[error(
        "the rule module was not compiled within `{cpu_secs}` s of processor time\nhint: look for functions with very many locals or branches, such as generated tables in code; a module in Rust takes a tenth of a second"
    )]
    CompileTime {
        /// The limit, in seconds.
        cpu_secs: u64,
    },
    /// Checking and compiling the file takes too much memory.
    #[error(
        "compiling the rule module took more than `{}` MiB of memory, or nests too deeply\nhint: look for very large functions, such as generated tables in code, and make them data", .limit_bytes >> 20
    )]
    CompileMemory {
        /// The limit, in bytes.
        limit_bytes: u64,
    },
    /// The compiler met something that it does not expect.
    #[error(
        "the compiler gave up on the rule module\nhint: rebuild it with another version of its tools; the module is valid in form but not as they usually write it"
    )]
    CompilerGaveUp,
    /// The module states that it needs more than a module may have.
    #[error(
        "the rule module asks for more memory, tables or parts than a module may have\nhint: `[rules]` of the configuration states the limits; build it for size, or with a smaller stack and heap"
    )]
    Demands(#[source] Cause),
    /// The module wants something of the host.
    #[error(
        "the rule module imports `{}`, and rules may import nothing\nhint: build for `wasm32-unknown-unknown` (WASI imports come from `wasm32-wasip2`), and read no clock, file or network", .names.join("`, `")
    )]
    Import {
        /// The first ten names.
        names: Vec<String>,
    },
    /// The module lacks the contract's interface, or has it with other types.
    #[error(
        "the rule module does not export the interface `{name}`\nhint: build it against `wasm-rules/wit/v1/rules.wit`"
    )]
    Export {
        /// The interface.
        name: &'static str,
        /// What is missing or different.
        #[source]
        source: Cause,
    },
    /// The module's own description breaks limits of the contract.
    #[error("the manifest of the rule module is wrong at {}\nhint: `wasm-rules/wit/v1/rules.wit` states the limits", places(.faults))]
    Manifest {
        /// What is wrong, at most [`MAX_MANIFEST_FAULTS`], in the order of the manifest.
        faults: Vec<ManifestFault>,
    },
    /// A call ended in a trap.
    #[error("`{function}` of rule module `{module}` stopped: {trap}{} ({usage})\nhint: a panic, an index out of range or a deep recursion; run `koppelaar rules check` on the module", frames(.at))]
    Trap {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// The trap.
        trap: String,
        /// The module's own functions, innermost first.
        at: Vec<String>,
        /// What was used.
        usage: Usage,
    },
    /// A call used all its fuel.
    #[error(
        "`{function}` of rule module `{module}` ran out of fuel ({usage}, for a batch of `{items}`)\nhint: look for a loop whose length depends on the text, and do in `read` what is done per candidate in `assess`"
    )]
    OutOfFuel {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// Posts or candidates in the batch.
        items: usize,
        /// What was used.
        usage: Usage,
    },
    /// A call wanted more memory than there is for it.
    #[error("`{function}` of rule module `{module}` ran out of memory ({usage}, at most {} KiB)\nhint: build tables once, at compile time, instead of per post", .limit_bytes >> 10)]
    OutOfMemory {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// The limit in bytes.
        limit_bytes: usize,
        /// What was used.
        usage: Usage,
    },
    /// A call wanted a larger table than a module may have.
    #[error(
        "`{function}` of rule module `{module}` wanted a table of more than `{limit}` elements ({usage})\nhint: a table holds the functions that are called through pointers; no compiler lets it grow this far"
    )]
    OutOfTable {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// The limit in elements.
        limit: usize,
        /// What was used.
        usage: Usage,
    },
    /// A call returned bytes that are no value of the contract's type, or too many of them.
    #[error(
        "`{function}` of rule module `{module}` returned what is no value of its type ({usage})\nhint: build against the generated bindings; an answer has at most 8 MiB"
    )]
    Malformed {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// What was used.
        usage: Usage,
        /// What the engine found.
        #[source]
        source: Cause,
    },
    /// A call returned a value that breaks a limit of the contract.
    #[error(
        "`{function}` of rule module `{module}` returned a wrong answer at `{place}`: {what}\nhint: `wasm-rules/wit/v1/rules.wit` states the limits"
    )]
    Answer {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// The field, as a path into the answer.
        place: String,
        /// What is wrong.
        what: String,
    },
}

/// What the keeper of the settings must put right.
#[derive(Debug, Error)]
pub enum SettingsFault {
    /// The settings are longer than settings may be.
    #[error(
        "the settings have `{bytes}` bytes, more than the allowed `{limit}`\nhint: keep what a rule needs, and nothing else"
    )]
    TooLarge {
        /// Their size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The settings are neither TOML nor JSON.
    #[error("{}", self.told(Language::En))]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says, in English.
        what: String,
    },
    /// The settings do not fit the module's schema.
    #[error("{}", self.told(Language::En))]
    Misfit {
        /// The module's name.
        module: String,
        /// What is wrong, at most [`MAX_SETTINGS_FAULTS`], in the order of the document.
        faults: Vec<SettingFault>,
    },
}

/// The most faults of one settings document that are told at once.
pub const MAX_SETTINGS_FAULTS: usize = 20;

/// One place where settings do not fit the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingFault {
    /// The line that it stands on, from 1, as far as it is written down.
    pub line: Option<usize>,
    /// JSON pointer to the place; empty for the document itself.
    pub pointer: String,
    /// What is wrong there.
    pub problem: SettingProblem,
}

/// What is wrong with a setting. Values are cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingProblem {
    /// There is no such setting.
    Unknown {
        /// What may be meant.
        near: Option<String>,
        /// What there is.
        known: Vec<String>,
    },
    /// The value is not among those that are allowed.
    Choice {
        /// The value.
        value: String,
        /// What may be meant.
        near: Option<String>,
        /// What is allowed.
        allowed: Vec<String>,
    },
    /// The value is of another type.
    Type {
        /// The value.
        value: String,
        /// The type of JSON Schema that is wanted; empty when there are several.
        wanted: String,
    },
    /// The number is too small or too large.
    Range {
        /// The value.
        value: String,
        /// The least that is allowed.
        low: i64,
        /// The most that is allowed.
        high: i64,
    },
    /// The list is too long.
    Many {
        /// How many it has.
        count: usize,
        /// How many are allowed.
        limit: u64,
    },
    /// The list has something twice.
    Twice {
        /// What.
        value: String,
    },
    /// The text is too short or too long.
    Length {
        /// The value.
        value: String,
        /// The fewest characters.
        low: i64,
        /// The most characters.
        high: i64,
    },
    /// Something has to be there.
    Missing {
        /// Its name.
        name: String,
    },
    /// Anything else that a schema can ask for.
    Other {
        /// What the validator says, in English.
        what: String,
    },
}

/// What the operator must look into; trying again may help.
#[derive(Debug, Error)]
pub enum OperatorFault {
    /// The engine itself failed, or the machine denied it memory.
    #[error(
        "the sandbox of the rules failed\nhint: look at the machine's memory and its limit on address space (`ulimit -v`)"
    )]
    Engine(#[source] Cause),
    /// The process that compiles modules failed.
    #[error(
        "the process that compiles rule modules failed\nhint: look at the machine's memory and its limit on processes (`ulimit -u`), and whether the program's file was moved or replaced"
    )]
    Compiler(#[source] io::Error),
    /// The folder of compiled modules cannot be used.
    #[error(
        "the folder `{}` for compiled rule modules cannot be used\nhint: it must belong to the user that runs the program, only that user may write to it (`chmod 700`), and the disk must have room; `cache` in `[rules]` names another", folder.display()
    )]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// A call had fuel left, but took too long by the clock.
    #[error(
        "`{function}` of rule module `{module}` took more than `{secs}` s ({usage})\nhint: this machine is busy or slow: the module has fuel left, which is what counts; `call_secs` in `[rules]` sets the limit"
    )]
    TooSlow {
        /// The module's name.
        module: String,
        /// The function called.
        function: &'static str,
        /// The limit, in seconds.
        secs: u64,
        /// What was used.
        usage: Usage,
    },
    /// No instance of a module could be made.
    #[error(
        "no instance of rule module `{module}` could be made\nhint: look at the machine's memory and its limit on address space (`ulimit -v`)"
    )]
    Instance {
        /// The module's name.
        module: String,
        /// What the engine says.
        #[source]
        source: Cause,
    },
}

fn frames(at: &[String]) -> String {
    if at.is_empty() { String::new() } else { format!(", in `{}`", at.join("` called by `")) }
}
