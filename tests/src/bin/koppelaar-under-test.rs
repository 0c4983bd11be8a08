//! The `koppelaar` command, built beside the tests so that they can start and kill it.

fn main() -> std::process::ExitCode {
    koppelaar::cli::main()
}
