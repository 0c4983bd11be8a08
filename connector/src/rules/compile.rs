//! Checks and compiles the bytes of a module that nobody vouches for, in a process of its own with limits on processor
//! time and memory: two KiB of WebAssembly can keep a compiler busy for minutes.
//!
//! The process is this same program, started anew with [`COMMAND`]. It gets the module on its standard input and
//! answers on its standard output with one status byte and what belongs to it: see [`child`].

pub mod child;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::error::{AuthorFault, OperatorFault, RuleError};
use super::limits::RulesLimits;

/// The hidden command that starts the compiling process.
pub const COMMAND: &str = "compile-rules";
/// The most bytes of compiled code that are taken from it. Python's 18 MiB become about 60.
const MAX_COMPILED_BYTES: u64 = 1 << 30;
/// How much longer than its processor time the process may take by the clock: the machine may be busy.
const PATIENCE: u64 = 5;
/// The first byte of an answer: compiled code follows.
const COMPILED: u8 = b'c';
/// The first byte of an answer: why the module is invalid follows.
const INVALID: u8 = b'i';
/// The first byte of an answer: why nothing could be tried follows.
const FAILED: u8 = b'f';

/// Where modules are compiled that nobody vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compiler {
    /// In a process of its own: this executable, which hands over to [`child::run`] when its first argument is
    /// [`COMMAND`], as `koppelaar` does.
    Process(PathBuf),
    /// In this process, without limits: for modules that are as trusted as the program.
    Trusting,
}

impl Compiler {
    /// The executable that runs now; in unit tests, which are no such executable, [`Compiler::Trusting`].
    pub fn this_program() -> io::Result<Self> {
        // On Linux this is the file that was started, even when another version has taken its place meanwhile.
        let started = PathBuf::from("/proc/self/exe");
        if cfg!(test) {
            Ok(Self::Trusting)
        } else if started.exists() {
            Ok(Self::Process(started))
        } else {
            std::env::current_exe().map(Self::Process)
        }
    }
}

/// Compiles `module` in a process of its own. `fingerprint` is what the code has to fit: see [`super::wasm`].
pub(super) fn compile(
    program: &PathBuf,
    module: &[u8],
    fingerprint: &str,
    limits: &RulesLimits,
) -> Result<Vec<u8>, RuleError> {
    let number = |number: u64| OsString::from(number.to_string());
    let mut child = Command::new(program)
        .arg(COMMAND)
        .args([number(limits.compile_cpu_secs), number(limits.compile_memory_bytes), fingerprint.into()])
        // It needs nothing of this process: no variables, no folder, no messages.
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(OperatorFault::Compiler)?;
    let (answer, status) = converse(&mut child, module, Duration::from_secs(limits.compile_cpu_secs * PATIENCE))?;
    match (answer.split_first(), status.code()) {
        (Some((&COMPILED, code)), Some(0)) => Ok(code.to_vec()),
        (Some((&INVALID, why)), Some(0)) => {
            Err(AuthorFault::Invalid(String::from_utf8_lossy(why).into_owned().into()).into())
        }
        (Some((&FAILED, why)), Some(0)) => {
            Err(OperatorFault::Compiler(io::Error::other(String::from_utf8_lossy(why).into_owned())).into())
        }
        _ => Err(died(status, limits)),
    }
}

/// Whose fault it is that the process did not answer.
fn died(status: ExitStatus, limits: &RulesLimits) -> RuleError {
    /// Too much processor time, the same numbers on every system.
    const SIGXCPU: i32 = 24;
    /// Rust gives up: no memory, or no stack.
    const SIGABRT: i32 = 6;
    match status.signal() {
        Some(SIGXCPU) => AuthorFault::CompileTime { cpu_secs: limits.compile_cpu_secs }.into(),
        Some(SIGABRT) => AuthorFault::CompileMemory { limit_bytes: limits.compile_memory_bytes }.into(),
        _ if status.code() == Some(child::PANICKED) => AuthorFault::CompilerGaveUp.into(),
        _ => OperatorFault::Compiler(io::Error::other(format!("it ended with {status} and without an answer"))).into(),
    }
}

/// Writes the module, reads the answer, and waits for the end; kills the process when it takes longer than `patience`.
fn converse(child: &mut Child, module: &[u8], patience: Duration) -> Result<(Vec<u8>, ExitStatus), OperatorFault> {
    let mut input = child.stdin.take().expect("piped");
    let output = child.stdout.take().expect("piped");
    let (sender, answers) = mpsc::channel();
    let answer = thread::scope(|scope| {
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = output.take(MAX_COMPILED_BYTES + 1).read_to_end(&mut answer);
            // Nobody listens any more when the patience is at its end.
            let _ = sender.send(read.map(|_| answer));
        });
        // The process reads all of its input before it does anything else; when it dies meanwhile, its status tells.
        scope.spawn(move || input.write_all(module));
        let answer = answers.recv_timeout(patience);
        if answer.is_err() {
            // Fails only when it has ended already.
            let _ = child.kill();
        }
        answer
    });
    let status = child.wait().map_err(OperatorFault::Compiler)?;
    match answer {
        Ok(Ok(answer)) if answer.len() as u64 <= MAX_COMPILED_BYTES => Ok((answer, status)),
        Ok(Ok(_)) => Err(OperatorFault::Compiler(io::Error::other(format!("more than {MAX_COMPILED_BYTES} bytes")))),
        Ok(Err(error)) => Err(OperatorFault::Compiler(error)),
        Err(_) => Err(OperatorFault::Compiler(io::Error::other(format!("no answer in {} s", patience.as_secs())))),
    }
}
