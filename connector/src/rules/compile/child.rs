//! The process that compiles one module and ends. It limits itself before it looks at the first byte.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};
use wasmtime::Engine;

use super::{COMPILED, FAILED, INVALID};
use crate::rules::limits::MAX_MODULE_BYTES;
use crate::rules::wasm;

/// The exit code of a Rust program that panicked.
pub(super) const PANICKED: i32 = 101;

/// Compiles the module on the standard input. `arguments` are the limits and the fingerprint, as the parent gives them.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let (status, content) = match prepare(arguments) {
        // A panic of the compiler ends the process with an exit code of its own.
        Ok((engine, module)) => match engine.precompile_component(&module) {
            Ok(code) => (COMPILED, code),
            Err(error) => (INVALID, one_line(&error).into_bytes()),
        },
        Err(why) => (FAILED, why.into_bytes()),
    };
    let mut out = io::stdout().lock();
    let written = out.write_all(&[status]).and_then(|()| out.write_all(&content)).and_then(|()| out.flush());
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn prepare(arguments: &[OsString]) -> Result<(Engine, Vec<u8>), String> {
    let [cpu_secs, memory_bytes, fingerprint] = arguments else { return Err("wrong arguments".to_owned()) };
    let number = |text: &OsString| text.to_str().and_then(|text| text.parse::<u64>().ok()).ok_or("wrong arguments");
    let bound = |resource, limit| {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        setrlimit(resource, limit).map_err(|error| format!("its limits cannot be set: {error}"))
    };
    let cpu_secs = number(cpu_secs)?;
    // The soft limit kills with a signal of its own, by which the parent knows the cause.
    setrlimit(Resource::Cpu, Rlimit { current: Some(cpu_secs), maximum: Some(cpu_secs + 1) })
        .map_err(|error| format!("its limits cannot be set: {error}"))?;
    bound(Resource::As, number(memory_bytes)?)?;
    bound(Resource::Core, 0)?;
    // It writes to its standard output only.
    bound(Resource::Fsize, 0)?;

    let engine = Engine::new(&wasm::code()).map_err(|error| one_line(&error))?;
    if *wasm::fingerprint(&engine) != **fingerprint {
        return Err("it is another version of the program: it was replaced while it ran; restart it".to_owned());
    }
    let mut module = Vec::new();
    let mut input = io::stdin().lock().take(MAX_MODULE_BYTES as u64);
    input.read_to_end(&mut module).map_err(|error| error.to_string())?;
    Ok((engine, module))
}

/// An error with its causes, bounded: it quotes names that the module chose.
fn one_line(error: &wasmtime::Error) -> String {
    const MAX_CHARS: usize = 600;
    let text = format!("{error:#}");
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}
