//! What is wrong with a configuration, for whoever wrote it.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

/// One thing that is wrong: where, which setting, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}{problem}{}", in_backticks(key.as_deref()), on_a_line(hint.as_deref()))]
pub struct ConfigError {
    /// Where it is written.
    pub place: Place,
    /// The setting, its tables before it, with dots.
    pub key: Option<String>,
    /// What is wrong; the value in backticks unless it could be a secret.
    pub problem: String,
    /// What to do.
    pub hint: Option<String>,
}

/// Where a setting is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file as a whole.
    File(String),
    /// On a line of a file, counted from 1.
    Line(String, usize),
    /// In an environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) => f.write_str(name),
            Self::Line(name, line) => write!(f, "{name}:{line}"),
            Self::Variable(name) => write!(f, "environment variable `{name}`"),
        }
    }
}

/// Everything that is wrong, in the order of the file; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// `errors` in the order of the file, or `None` when there are none.
    pub(super) fn sorted(mut errors: Vec<ConfigError>) -> Option<Self> {
        errors.sort_by(|a, b| a.place.cmp(&b.place));
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// What is wrong, one by one.
    pub fn as_slice(&self) -> &[ConfigError] {
        &self.0
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

fn in_backticks(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!("`{key}` "))
}

fn on_a_line(hint: Option<&str>) -> String {
    hint.map_or_else(String::new, |hint| format!("\n  hint: {hint}"))
}

/// The text of a file of at most `limit` bytes, or why it cannot be read.
pub(super) fn read_limited(path: &Path, limit: u64) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {}", error.to_string().to_lowercase());
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    let read = file.take(limit + 1).read_to_string(&mut text).map_err(cannot)?;
    if read as u64 > limit { Err(format!("is larger than {limit} bytes")) } else { Ok(text) }
}
