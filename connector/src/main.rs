//! The `koppelaar` command.

fn main() -> std::process::ExitCode {
    koppelaar::cli::main()
}
