//! The `koppelaar` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match koppelaar::cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            // A cause may repeat what its effect already says.
            let mut text = error.to_string();
            for cause in error.chain().skip(1).map(ToString::to_string) {
                if !text.contains(&cause) {
                    text = format!("{text}\n  because: {cause}");
                }
            }
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}
