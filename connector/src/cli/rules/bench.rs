//! `koppelaar rules bench`: what a module costs.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::date;

use crate::domain::{LocalTime, Private};
use crate::ingest::normalise::{clean_text, clean_title};
use crate::playground::seed::PostsFile;
use crate::rules::RulePost;
use crate::rules::measure::{self, Cost, Figures};
use crate::rules::module::STANDARD;

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    /// The module, a WebAssembly component; without it, the standard module
    #[arg(value_name = "MODULE")]
    module: Option<PathBuf>,
    /// The settings, a JSON document; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// End with one line of JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Measures the module on the posts of the demo.
pub(super) fn run(args: &BenchArgs) -> anyhow::Result<Figures> {
    let settings = args.settings.as_deref().map(super::read_settings).transpose()?;
    let own = args.module.as_deref().map(super::read_module).transpose()?;
    Ok(measure::measure(own.as_deref().unwrap_or(STANDARD), settings.as_deref(), &demo_posts())?)
}

/// The posts of the demo, as a rule sees them.
pub fn demo_posts() -> Vec<RulePost> {
    let unnamed = Private::default();
    let post = |post: &crate::playground::world::NewPost| RulePost {
        // What was clicked is no part of what is read at length.
        kind: None,
        title: post.title.as_deref().map(|title| clean_title(&Private::new(title), &unnamed)),
        text: clean_text(&Private::new(&*post.text), &unnamed),
        written: LocalTime(date(2026, 3, 2).at(9, 30, 0, 0)),
    };
    PostsFile::demo().posts().iter().map(post).collect()
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "module       {}, {} KiB", self.module, self.bytes.div_ceil(1 << 10))?;
        writeln!(f, "compile      {:.0} ms, when it was never seen", self.compile_ms)?;
        writeln!(f, "load         {:.2} ms, once compiled", self.load_ms)?;
        writeln!(f, "instance     {:.1} µs, in each call", self.instantiate_us)?;
        writeln!(f, "memory       {} KiB, the most of one call", self.memory_kib)?;
        for Cost { batch, ns, fuel } in &self.read {
            writeln!(f, "a post       {ns:.0} ns and {fuel} fuel, in batches of {batch}")?;
        }
        let Cost { batch, ns, fuel } = self.assess;
        writeln!(f, "a pair       {ns:.0} ns and {fuel} fuel, with {batch} candidates")
    }
}
