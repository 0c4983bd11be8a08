//! The host's side of the rules: its own types, which do not change when the contract gets a new version, and the
//! sandbox that modules run in.

mod answer;
mod cache;
mod call;
pub mod compile;
#[cfg(test)]
mod contract;
pub mod engine;
pub mod error;
pub mod library;
pub mod limits;
mod manifest;
pub mod measure;
pub mod meter;
pub mod module;
mod note;
#[cfg(test)]
mod pocket;
pub mod reader;
pub mod settings;
pub mod signature;
mod v1;
mod version;
mod wasm;
pub(crate) mod words;

pub use engine::{RulesEngine, RulesOptions};
pub use error::RuleError;
pub use module::RuleModule;
pub use reader::{HostReading, Protection, Reader, Reserved};

use serde::{Deserialize, Serialize};

use crate::domain::{Language, LocalTime, PostKind, Private};

/// What a module says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The module's name.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// The categories of help that it tells apart.
    pub categories: Vec<Category>,
    /// The languages that it reads, as BCP 47 subtags.
    pub languages: Vec<String>,
    /// The kinds of referral that it makes.
    pub referrals: Vec<String>,
    /// The reasons that it gives.
    pub reasons: Vec<ReasonCode>,
    /// The JSON Schema of its settings.
    pub settings_schema: serde_json::Value,
}

/// A category of help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Stable identifier, for example `groceries`.
    pub id: String,
    /// Its name for people.
    pub labels: Phrases,
    /// Whether three or more with this need can act together.
    pub together: bool,
}

/// A reason that verdicts can give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCode {
    /// Stable identifier, for example `same-evening`.
    pub id: String,
    /// Its sentence for people, with `{0}` and `{1}` for the arguments.
    pub sentences: Phrases,
}

/// A text in several languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Phrases(pub Vec<(String, String)>);

impl Phrases {
    /// The text in `language`, else in the first language that there is.
    pub fn get(&self, language: Language) -> Option<&str> {
        let wanted = self.0.iter().find(|(tag, _)| tag == language.tag());
        wanted.or_else(|| self.0.first()).map(|(_, text)| text.as_str())
    }
}

/// A post as a rule sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePost {
    /// What the resident clicked.
    pub kind: Option<PostKind>,
    /// One line, with placeholders.
    pub title: Option<Private>,
    /// The text, with placeholders.
    pub text: Private,
    /// When it was written.
    pub written: LocalTime,
}

/// What a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// Asks for help or company.
    Request,
    /// Offers help or company.
    Offer,
    /// Does both.
    Exchange,
    /// Tells of something wrong in the public space.
    Report,
    /// Anything else.
    Notice,
}

/// A category index with its weight, 1 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighted {
    /// Index into the manifest's categories.
    pub category: u16,
    /// 1 to 1000; below [`Weighted::MEANT`] it is a guess.
    pub weight: u16,
}

impl Weighted {
    /// From this weight on the text means the category. Below it the module only guesses: helpers are sought by it, but
    /// nobody is told that the text asks for it.
    pub const MEANT: u16 = 500;
    /// From this weight on a reserved category counts: what protects people does not wait until a module is sure.
    pub const RESERVED: u16 = 250;

    /// Whether the text means the category.
    pub fn is_meant(&self) -> bool {
        self.weight >= Self::MEANT
    }
}

/// A time that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// 0 is Monday.
    pub weekday: u8,
    /// Minutes since midnight.
    pub from_minute: u16,
    /// Minutes since midnight, at most 1440.
    pub to_minute: u16,
    /// Days from the day of writing when one date is meant.
    pub days_ahead: Option<u16>,
}

/// What a module understood of one post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Index into the manifest's languages.
    pub language: u16,
    /// What the post is.
    pub intent: Intent,
    /// What is asked for, the most important first.
    pub needs: Vec<Weighted>,
    /// What is offered, the most important first.
    pub gives: Vec<Weighted>,
    /// Whether it gives only if its own need is met.
    pub conditional: bool,
    /// When.
    pub slots: Vec<Slot>,
    /// Solved or withdrawn by its own text.
    pub closed: bool,
    /// To be answered within a day.
    pub urgent: bool,
    /// Index into the manifest's referrals.
    pub referral: Option<u16>,
    /// What only the module understands.
    pub features: Vec<u8>,
}

/// One request and those who may help.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The request.
    pub request: &'a Reading,
    /// The moment of matching.
    pub now: LocalTime,
    /// At most [`MAX_CANDIDATES`].
    pub candidates: Vec<Candidate<'a>>,
}

/// Somebody who may help, with the facts that only the host knows.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// The offer.
    pub offer: &'a Reading,
    /// Tasks that this helper was suggested for in the last four weeks.
    pub load: u16,
    /// Both live in the same part of the neighbourhood.
    pub same_area: bool,
    /// How often this helper was accepted for this person before.
    pub helped_before: u16,
}

/// The answer for one candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// 0 to 1000; none when the candidate must not be suggested.
    pub score: Option<u16>,
    /// The most telling first.
    pub reasons: Vec<Reason>,
}

/// A reason with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Index into the manifest's reasons.
    pub code: u16,
    /// What `{0}` and `{1}` stand for.
    #[serde(deserialize_with = "padded")]
    pub arguments: [i32; 2],
}

/// The arguments of a reason that may have been stored before each had two: what is missing is 0.
pub(crate) fn padded<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<[i32; 2], D::Error> {
    let stored = Vec::<i32>::deserialize(deserializer)?;
    Ok(std::array::from_fn(|at| stored.get(at).copied().unwrap_or_default()))
}

/// The most posts in one call of `read`.
pub const MAX_POSTS_PER_CALL: usize = 1_000;
/// The most candidates in one call of `assess`, over all its questions.
pub const MAX_CANDIDATES: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_reason_stored_before_each_had_two_arguments_is_read() {
        let read =
            |arguments: &str| serde_json::from_str::<Reason>(&format!(r#"{{"code":3,"arguments":{arguments}}}"#));
        assert_eq!(read("[]").unwrap().arguments, [0, 0]);
        assert_eq!(read("[7]").unwrap().arguments, [7, 0]);
        assert_eq!(read("[7,-1]").unwrap(), Reason { code: 3, arguments: [7, -1] });
        read("7").unwrap_err();
    }
}
