//! Writes rule modules that mean harm, or were built wrong.
//!
//!     hostile-modules FOLDER           those of the table, with `cases.tsv`, and the golden modules: all are committed
//!     hostile-modules FOLDER COUNT     as many made by chance

mod answers;
mod behaviour;
mod chance;
mod guest;
mod manifests;
mod shapes;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use guest::{Guest, WIT, component};

/// A module with what must become of it.
pub struct Case {
    name: &'static str,
    /// The variant of the fault; `accepted` when it does no harm.
    expected: &'static str,
    module: Vec<u8>,
}

/// Makes a case.
pub fn case(name: &'static str, expected: &'static str, module: Vec<u8>) -> Case {
    Case { name, expected, module }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().context("which folder?")?);
    match arguments.next() {
        None => table(&folder),
        Some(count) => chance::write(&folder, count.to_str().context("how many?")?.parse()?),
    }
}

fn table(folder: &Path) -> Result<()> {
    let mut list = String::from("# family\tfile\texpected\tname: written by tests/hostile\n");
    let families = [
        ("shapes", shapes::cases()),
        ("manifests", manifests::cases()),
        ("behaviour", behaviour::cases()),
        ("answers", answers::cases()),
    ];
    for (family, cases) in families {
        for (number, Case { name, expected, module }) in cases.iter().enumerate() {
            let file = format!("{family}-{:02}.wasm", number + 1);
            fs::write(folder.join(&file), module)?;
            writeln!(list, "{family}\t{file}\t{expected}\t{name}")?;
        }
    }
    fs::write(folder.join("cases.tsv"), list)?;
    fs::write(folder.join("sound.wasm"), Guest::sound().build())?;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let golden = |source: &str, wit: &str| {
        let text = fs::read_to_string(root.join(source))?.replace("INTERFACE", &Guest::interface(wit));
        fs::write(root.join(source).with_extension("wasm"), component(&text, wit))
    };
    golden("wasm-rules/wit/golden/v1.wat", WIT)?;
    golden("connector/src/rules/pocket.wat", include_str!("../../../connector/src/rules/pocket.wit"))?;
    Ok(())
}
