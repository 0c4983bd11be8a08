//! `koppelaar rules settings`: what a municipality can set, as a file to fill in.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::{print, read_module};
use crate::domain::Language;
use crate::rules::RuleModule;
use crate::rules::settings::annotated;

#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    /// The rule module; without it, the standard module
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// The language of what is explained: nl, fr or en
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = super::language)]
    language: Language,
}

/// Runs the command.
pub(super) fn run(args: &SettingsArgs) -> anyhow::Result<ExitCode> {
    let engine = super::engine()?;
    let module = match &args.module {
        None => RuleModule::standard(&engine)?,
        Some(path) => RuleModule::load(&engine, &read_module(path)?, None)
            .with_context(|| format!("rule module `{}`", path.display()))?,
    };
    let text = annotated(module.manifest(), args.language);
    print(|out| write!(out, "{text}"))
}
