//! Finds the phrases of the data in a post.

use crate::lexicon::{Phrase, is_second, may_follow, phrases_from};
use crate::targets::{ANY_LANGUAGE, element};
use crate::tokens::Tokens;

/// Hits beyond this many are not kept.
const HITS_MAX: usize = 800;
/// Phrases tried on one post, after which the rest is not searched: a text made to be slow must not use up the fuel of
/// its neighbours.
const TRIES_MAX: u32 = 12_000;

/// A phrase found in a post.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// What the phrase points to.
    pub target: u16,
    /// Its weight.
    pub weight: i16,
    /// First word.
    pub from: u16,
    /// After its last word.
    pub to: u16,
}

/// All phrases found in the languages of which `spoken` has the bit, by their first word.
pub fn find(tokens: &Tokens, spoken: u8) -> Vec<Hit> {
    let mut search = Search {
        tokens,
        ahead: ahead(tokens),
        spoken: spoken | 1 << ANY_LANGUAGE,
        tries: 0,
        hits: Vec::with_capacity(tokens.list.len()),
    };
    let mut next = Vec::new();
    for from in 0..tokens.list.len() {
        next.clear();
        if from + 1 < tokens.list.len() {
            for &element in tokens.elements(from + 1).iter().filter(|element| is_second(**element)) {
                // A word can satisfy an element in two ways.
                if !next.contains(&element) {
                    next.push(element);
                }
            }
        }
        for &first in tokens.elements(from) {
            let (any, bound) = phrases_from(first);
            search.try_all(any, from);
            if bound.is_empty() {
                continue;
            }
            for &second in next.iter().filter(|second| may_follow(first, **second)) {
                // Few phrases begin with the same two words: those are stepped through.
                let from_second = &bound[bound.partition_point(|phrase| phrase.second() < second)..];
                let count = from_second.iter().take_while(|phrase| phrase.second() == second).count();
                search.try_all(&from_second[..count], from);
            }
        }
    }
    search.hits
}

/// A set of elements of which some may be taken for others: a bit each, of so many.
type Sketch = [u64; SKETCH_BITS / 64];
const SKETCH_BITS: usize = 256;

const fn sketched(element: u16) -> (usize, u64) {
    let bit = element as usize % SKETCH_BITS;
    (bit / 64, 1 << (bit % 64))
}

/// For each word, the elements that it and the words after it in its sentence satisfy.
fn ahead(tokens: &Tokens) -> Vec<Sketch> {
    let mut all = vec![Sketch::default(); tokens.list.len()];
    let mut rest = Sketch::default();
    for at in (0..tokens.list.len()).rev() {
        if tokens.list.get(at + 1).is_none_or(|next| next.sentence != tokens.list[at].sentence) {
            rest = Sketch::default();
        }
        for &element in tokens.elements(at) {
            let (word, bit) = sketched(element);
            rest[word] |= bit;
        }
        all[at] = rest;
    }
    all
}

struct Search<'a> {
    tokens: &'a Tokens,
    ahead: Vec<Sketch>,
    spoken: u8,
    tries: u32,
    hits: Vec<Hit>,
}

impl Search<'_> {
    /// Tries phrases on the words from a place, of which the first fits.
    fn try_all(&mut self, phrases: &[Phrase], from: usize) {
        let tokens = self.tokens;
        for phrase in phrases.iter().filter(|phrase| self.spoken >> phrase.language() & 1 == 1) {
            self.tries += 1;
            if self.tries > TRIES_MAX || self.hits.len() == HITS_MAX {
                return;
            }
            if phrase.begins() && from > 0 && tokens.list[from - 1].sentence == tokens.list[from].sentence {
                continue;
            }
            let rest = phrase.rest();
            // Most phrases of several words lack the last of them: that is seen without looking for the others.
            if rest.last().is_some_and(|&last| last < element::NUMBER && !self.may_come(last, from)) {
                continue;
            }
            if let Some(to) = matches(tokens, rest, from, from + 1) {
                let position = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                self.hits.push(Hit {
                    target: phrase.target,
                    weight: i16::from(phrase.weight),
                    from: position(from),
                    to: position(to),
                });
            }
        }
    }

    /// Whether a word behind a place in its sentence may satisfy an element.
    fn may_come(&self, element: u16, from: usize) -> bool {
        let list = &self.tokens.list;
        let (word, bit) = sketched(element);
        let next = list.get(from + 1).filter(|next| next.sentence == list[from].sentence);
        next.is_some() && self.ahead[from + 1][word] & bit != 0
    }
}

/// Where the phrase ends when its remaining elements match from `at`; `start` is its first word.
fn matches(tokens: &Tokens, elements: &[u16], start: usize, at: usize) -> Option<usize> {
    let Some((&first, rest)) = elements.split_first() else {
        return Some(at);
    };
    let gap = match first {
        element::QUESTION => {
            let sentence = usize::from(tokens.list[start].sentence);
            return tokens.questions[sentence].then(|| matches(tokens, rest, start, at))?;
        }
        element::SHORT_GAP => 2,
        element::LONG_GAP => 7,
        _ => {
            let same = tokens.list.get(at).is_some_and(|token| token.sentence == tokens.list[start].sentence);
            let fits = same
                && match first {
                    element::NUMBER => tokens.list[at].number.is_some(),
                    _ => tokens.elements(at).contains(&first),
                };
            return fits.then(|| matches(tokens, rest, start, at + 1))?;
        }
    };
    (0..=gap).find_map(|skip| matches(tokens, rest, start, at + skip))
}
