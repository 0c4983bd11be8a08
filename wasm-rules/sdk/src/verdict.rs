use crate::{Index, Reason};

/// The answer for one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// 0 to 1000, or none when this candidate must not be suggested.
    pub score: Option<u16>,
    /// At most 8, the most telling first.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// This candidate must not be suggested.
    pub fn ineligible() -> Self {
        Self { score: None, reasons: Vec::new() }
    }

    /// A score from 0 to 1000; higher numbers are cut to 1000.
    pub fn score(score: u16) -> Self {
        Self { score: Some(score.min(1000)), reasons: Vec::new() }
    }

    /// With one reason more, as [`add`](Self::add) adds it.
    #[must_use]
    pub fn because(mut self, code: Index, arguments: &[i32]) -> Self {
        self.add(code, arguments);
        self
    }

    /// Adds a reason, the most telling first: an index into the manifest's reasons, and what `{0}` and `{1}` stand for
    /// in its sentence.
    ///
    /// # Panics
    /// When there are more than 2 arguments: no sentence has a place for them.
    pub fn add(&mut self, code: Index, arguments: &[i32]) {
        let (first, second) = match *arguments {
            [] => (0, 0),
            [first] => (first, 0),
            [first, second] => (first, second),
            _ => panic!("a reason has at most 2 arguments"),
        };
        self.reasons.push(Reason { code, first, second });
    }
}
