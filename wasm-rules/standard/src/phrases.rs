//! Finds the phrases of the data in a post.

use crate::lexicon::{PHRASES, phrases_from};
use crate::targets::{ANY_LANGUAGE, element};
use crate::tokens::Tokens;

/// Hits beyond this many are not kept.
const HITS_MAX: usize = 800;
/// Phrases tried on one post, after which the rest is not searched: a text made to be slow must not use up the fuel of
/// its neighbours. Ordinary posts try less than a thousand.
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
    let spoken = spoken | 1 << ANY_LANGUAGE;
    let mut hits = Vec::with_capacity(tokens.list.len());
    let mut tries = 0;
    for from in 0..tokens.list.len() {
        for &first in tokens.elements(from) {
            for phrase in &PHRASES[phrases_from(first)] {
                if spoken >> phrase.language & 1 == 0 {
                    continue;
                }
                tries += 1;
                if tries > TRIES_MAX {
                    return hits;
                }
                let mut elements = phrase.elements();
                if let [element::START, rest @ ..] = elements {
                    if from > 0 && tokens.list[from - 1].sentence == tokens.list[from].sentence {
                        continue;
                    }
                    elements = rest;
                }
                if let Some(to) = matches(tokens, &elements[1..], from, from + 1)
                    && hits.len() < HITS_MAX
                {
                    let position = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                    hits.push(Hit {
                        target: phrase.target,
                        weight: i16::from(phrase.weight),
                        from: position(from),
                        to: position(to),
                    });
                }
            }
        }
    }
    hits
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
