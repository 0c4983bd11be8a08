//! `koppelaar rules new`: a project for a rule module that builds, checks and tests at once.
//!
//! Everything is embedded, so that nobody needs more than this program: the templates, the contract, and for Rust the
//! SDK's sources, which no registry has. A copy in the project also stays what its module was written against.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use thiserror::Error;

#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// The module's name, which is also that of the folder that is made here: a-z, 0-9 and `-`
    #[arg(value_name = "NAME")]
    name: String,
    /// The language to write it in
    #[arg(long, value_enum)]
    language: GuestLanguage,
}

/// A language that modules can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GuestLanguage {
    /// Small and fast; compiled with `cargo`
    Rust,
    /// Runs on `QuickJS`; built with `jco` from npm
    Javascript,
    /// Runs on `CPython`; built with `componentize-py` from `PyPI`
    Python,
}

/// Why no project was made.
#[derive(Debug, Error)]
pub(super) enum NewError {
    #[error("`{0}` cannot be the name of a module\nhint: 1 to 40 of the characters a-z, 0-9 and `-`, a letter first")]
    Name(String),
    #[error("`{}` exists already\nhint: take another name, or move it away", .0.display())]
    Exists(PathBuf),
    #[error("cannot write `{}`", .path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// A file of a project: its path, its text with `@NAME@` for the module's name, and whether it can be run.
type File = (&'static str, &'static str, bool);

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../../wasm-rules/", $path))
    };
}

const COMMON: [File; 2] = [
    ("wit/v1/rules.wit", template!("wit/v1/rules.wit"), false),
    ("fixtures/first.toml", template!("templates/fixture.toml"), false),
];
const RUST: [File; 13] = [
    ("Cargo.toml", template!("templates/rust/Cargo.toml.txt"), false),
    ("src/lib.rs", template!("templates/rust/lib.rs"), false),
    ("build.sh", template!("templates/rust/build.sh"), true),
    ("README.md", template!("templates/rust/README.md"), false),
    (".gitignore", "/target\n/*.wasm\n", false),
    ("wasm-target.sh", template!("build/wasm-target.sh"), true),
    ("sdk/Cargo.toml", template!("templates/rust/sdk.Cargo.toml.txt"), false),
    ("sdk/src/lib.rs", template!("sdk/src/lib.rs"), false),
    ("sdk/src/bindings.rs", template!("sdk/src/bindings.rs"), false),
    ("sdk/src/candidate.rs", template!("sdk/src/candidate.rs"), false),
    ("sdk/src/component.rs", template!("sdk/src/component.rs"), false),
    ("sdk/src/construct.rs", template!("sdk/src/construct.rs"), false),
    ("sdk/src/verdict.rs", template!("sdk/src/verdict.rs"), false),
];
const JAVASCRIPT: [File; 7] = [
    ("rules.js", template!("templates/javascript/rules.js"), false),
    ("columns.js", template!("examples/lelystad/columns.js"), false),
    ("rules.test.js", template!("templates/javascript/rules.test.js"), false),
    ("package.json", template!("templates/javascript/package.json.txt"), false),
    ("build.sh", template!("templates/javascript/build.sh"), true),
    ("README.md", template!("templates/javascript/README.md"), false),
    (".gitignore", "/node_modules\n/*.wasm\n", false),
];
const PYTHON: [File; 7] = [
    ("rules.py", template!("templates/python/rules.py"), false),
    ("columns.py", template!("examples/utrecht-west/columns.py"), false),
    ("test_rules.py", template!("templates/python/test_rules.py"), false),
    ("requirements.txt", template!("examples/utrecht-west/requirements.txt"), false),
    ("build.sh", template!("templates/python/build.sh"), true),
    ("README.md", template!("templates/python/README.md"), false),
    (".gitignore", "/.venv\n/bindings\n/build\n/*.wasm\n__pycache__/\n", false),
];

/// Makes the project in the working folder, and says what to do next.
pub(super) fn new(args: &NewArgs) -> Result<String, NewError> {
    scaffold(Path::new("."), args)?;
    let NewArgs { name, .. } = args;
    Ok(format!(
        "made `{name}`; now:\n  cd {name}\n  ./build.sh\n  koppelaar rules check {name}.wasm\n  koppelaar rules test .\n"
    ))
}

fn scaffold(parent: &Path, args: &NewArgs) -> Result<(), NewError> {
    let name = &args.name;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || name.len() > 40 || !name.chars().all(allowed) {
        return Err(NewError::Name(name.clone()));
    }
    let root = parent.join(name);
    // Made here and nowhere else: a folder that is there keeps what it has.
    fs::create_dir(&root).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => NewError::Exists(root.clone()),
        _ => NewError::Write { path: root.clone(), source },
    })?;
    let files: &[File] = match args.language {
        GuestLanguage::Rust => &RUST,
        GuestLanguage::Javascript => &JAVASCRIPT,
        GuestLanguage::Python => &PYTHON,
    };
    files.iter().chain(&COMMON).try_for_each(|file| write(&root, file, name))
}

fn write(root: &Path, (path, text, runs): &File, name: &str) -> Result<(), NewError> {
    let path = root.join(path);
    let text = text
        .replace("@NAME@", name)
        .replace("@CRATE@", &name.replace('-', "_"))
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    let put = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)?;
        if *runs {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    };
    put().map_err(|source| NewError::Write { path: path.clone(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    fn made(language: GuestLanguage) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        scaffold(folder.path(), &NewArgs { name: "my-rules".into(), language }).unwrap();
        let root = folder.path().join("my-rules");
        (folder, root)
    }

    #[test]
    fn a_project_is_whole_and_speaks_of_its_own_name() {
        for (language, source) in [
            (GuestLanguage::Rust, "src/lib.rs"),
            (GuestLanguage::Javascript, "rules.js"),
            (GuestLanguage::Python, "rules.py"),
        ] {
            let (_folder, root) = made(language);
            for path in [source, "README.md", "build.sh", "fixtures/first.toml", "wit/v1/rules.wit"] {
                let text = fs::read_to_string(root.join(path)).unwrap();
                assert!(!text.contains("@NAME@") && !text.contains("@CRATE@"), "{path}");
            }
            assert!(fs::read_to_string(root.join(source)).unwrap().contains("my-rules"));
            assert!(fs::metadata(root.join("build.sh")).unwrap().permissions().mode() & 0o100 != 0);
            super::super::fixture::load_all(&root).unwrap();
        }
    }

    #[test]
    fn nothing_is_written_over_and_a_bad_name_makes_nothing() {
        let (folder, root) = made(GuestLanguage::Python);
        let again = NewArgs { name: "my-rules".into(), language: GuestLanguage::Rust };
        assert!(matches!(scaffold(folder.path(), &again), Err(NewError::Exists(_))));
        assert!(!root.join("Cargo.toml").exists());
        for name in ["", "-a", "1a", "A", "../a", "a b", &"a".repeat(41)] {
            let args = NewArgs { name: name.into(), language: GuestLanguage::Rust };
            assert!(matches!(scaffold(folder.path(), &args), Err(NewError::Name(_))), "{name}");
        }
    }

    /// CI builds all three for real. Here the Rust one is only looked at by cargo: its manifests, paths and the SDK that
    /// comes with it.
    #[test]
    fn cargo_finds_the_sdk_of_a_rust_project() {
        let (_folder, root) = made(GuestLanguage::Rust);
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let metadata = Command::new(cargo)
            .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
            .current_dir(&root)
            .output()
            .unwrap();
        assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
        let text = String::from_utf8(metadata.stdout).unwrap();
        assert!(text.contains("\"name\":\"my-rules\"") && text.contains("\"name\":\"koppelaar-rules\""), "{text}");
    }
}
