//! Finds the phrases of the data in a post.

use crate::lexicon::{Phrase, is_first, is_second, may_follow, phrases_from};
use crate::targets::{ANY_LANGUAGE, element, shape_of};
use crate::tokens::Tokens;

/// Hits beyond this many are not kept.
const HITS_MAX: usize = 800;
/// Phrases looked at on one post, after which the rest is not searched: a text made to be slow must not use up the fuel of
/// its neighbours. Of the posts that teach, none needs a quarter of them.
const TRIES_MAX: usize = 12_000;

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
    let ahead = ahead(tokens);
    let mut search = Search { tokens, tries: 0, hits: Vec::with_capacity(tokens.list.len()) };
    let mut seconds = Vec::new();
    let (inside, beginning) = (shapes(spoken, false), shapes(spoken, true));
    let mut shapes = beginning;
    for from in 0..tokens.list.len() {
        let next = tokens.list.get(from + 1).filter(|next| next.sentence == tokens.list[from].sentence);
        let ahead = next.map_or(&Sketch::EMPTY, |_| &ahead[from + 1]);
        let place = Place { from, shapes, ahead };
        seconds.clear();
        let mut seen = Sketch::EMPTY;
        let behind = next.map_or(&[][..], |_| tokens.elements(from + 1));
        for &element in behind.iter().filter(|second| is_second(**second)) {
            // A word can satisfy an element in two ways.
            if !seen.may_hold(element) || !seconds.contains(&element) {
                seen.insert(element);
                seconds.push(element);
            }
        }
        for &first in tokens.elements(from).iter().filter(|first| is_first(**first)) {
            let (any, bound) = phrases_from(first);
            if !any.is_empty() {
                search.try_all(any, &place);
            }
            let seconds = if bound.is_empty() { &[] } else { &seconds[..] };
            for &second in seconds.iter().filter(|second| may_follow(first, **second)) {
                // Few phrases begin with the same two words: those are stepped through.
                let from_second = &bound[bound.partition_point(|phrase| phrase.second() < second)..];
                let count = from_second.iter().take_while(|phrase| phrase.second() == second).count();
                search.try_all(&from_second[..count], &place);
            }
        }
        shapes = if next.is_none() { beginning } else { inside };
    }
    search.hits
}

/// A set of elements of which some may be taken for others: a bit each, of so many.
#[derive(Clone, Copy)]
struct Sketch([u64; SKETCH_BITS / 64]);
const SKETCH_BITS: usize = 256;

impl Sketch {
    const EMPTY: Self = Self([0; SKETCH_BITS / 64]);

    fn insert(&mut self, element: u16) {
        let bit = usize::from(element) % SKETCH_BITS;
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether it holds the element, or one that is taken for it.
    fn may_hold(&self, element: u16) -> bool {
        let bit = usize::from(element) % SKETCH_BITS;
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// For each word, the elements that it and the words after it in its sentence satisfy.
fn ahead(tokens: &Tokens) -> Vec<Sketch> {
    let mut all = vec![Sketch::EMPTY; tokens.list.len()];
    let mut rest = Sketch::EMPTY;
    for at in (0..tokens.list.len()).rev() {
        if tokens.list.get(at + 1).is_none_or(|next| next.sentence != tokens.list[at].sentence) {
            rest = Sketch::EMPTY;
        }
        tokens.elements(at).iter().for_each(|element| rest.insert(*element));
        all[at] = rest;
    }
    all
}

/// Where phrases are tried.
struct Place<'a> {
    /// The first word.
    from: usize,
    /// A bit for each shape of a phrase that may stand there, as [`shapes`] tells.
    shapes: u8,
    /// The elements that the words behind it in its sentence satisfy.
    ahead: &'a Sketch,
}

/// A bit for each [`Phrase::shape`] in a language that is spoken; `begins` says whether a sentence begins.
fn shapes(spoken: u8, begins: bool) -> u8 {
    let languages = (0..=ANY_LANGUAGE).filter(|language| (spoken | 1 << ANY_LANGUAGE) >> language & 1 == 1);
    languages
        .fold(0, |bits, language| bits | 1 << shape_of(language, false) | u8::from(begins) << shape_of(language, true))
}

struct Search<'a> {
    tokens: &'a Tokens,
    tries: usize,
    hits: Vec<Hit>,
}

impl Search<'_> {
    /// Tries phrases whose first word stands at a place.
    fn try_all(&mut self, phrases: &[Phrase], place: &Place<'_>) {
        self.tries += phrases.len();
        if self.tries > TRIES_MAX || self.hits.len() >= HITS_MAX {
            return;
        }
        for phrase in phrases.iter().filter(|phrase| place.shapes >> phrase.shape() & 1 == 1) {
            let rest = phrase.rest();
            // Most phrases of several words lack the last of them: that is seen without looking for the others.
            if rest.last().is_some_and(|&last| last < element::NUMBER && !place.ahead.may_hold(last)) {
                continue;
            }
            if self.hits.len() < HITS_MAX
                && let Some(to) = matches(self.tokens, rest, place.from, place.from + 1)
            {
                let position = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                self.hits.push(Hit {
                    target: phrase.target,
                    weight: i16::from(phrase.weight),
                    from: position(place.from),
                    to: position(to),
                });
            }
        }
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
