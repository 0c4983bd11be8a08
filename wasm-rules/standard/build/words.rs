//! The words of a phrase of the data, folded and cut as those of a post are.

use std::collections::{BTreeMap, BTreeSet};

use crate::fold::{self, END, Form};

/// A folded word, and how it matches.
pub type Word = (Form, Vec<u8>);

/// Cuts words that stand for one another where a letter meets a digit, as posts are cut: “2nd” is two words there. For
/// every number of pieces that some have, a set of words for each piece.
pub fn cut<'a>(place: &str, words: impl Iterator<Item = &'a str>) -> Vec<Vec<BTreeSet<Word>>> {
    let mut by_count: BTreeMap<usize, Vec<BTreeSet<Word>>> = BTreeMap::new();
    for word in words {
        let pieces = pieces(word);
        let sets = by_count.entry(pieces.len()).or_insert_with(|| vec![BTreeSet::new(); pieces.len()]);
        for (set, piece) in sets.iter_mut().zip(pieces) {
            set.insert(folded(place, piece));
        }
    }
    by_count.into_values().collect()
}

fn pieces(word: &str) -> Vec<&str> {
    let digit = |at: usize| word.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let borders = (1..word.len()).filter(|&at| word.is_char_boundary(at) && digit(at - 1) != digit(at));
    let borders: Vec<usize> = std::iter::once(0).chain(borders).chain([word.len()]).collect();
    borders.windows(2).map(|two| &word[two[0]..two[1]]).collect()
}

/// A word of the data, folded, and how it matches.
pub fn folded(place: &str, word: &str) -> Word {
    let form = match (word.starts_with('*'), word.ends_with('*')) {
        (false, false) => Form::Exact,
        (false, true) => Form::Prefix,
        (true, false) => Form::Suffix,
        (true, true) => panic!("{place}: `{word}`"),
    };
    let mut folded = Vec::new();
    for c in word.trim_matches('*').chars() {
        assert!(fold::push_folded(c, &mut folded), "{place}: `{c}` in `{word}`");
    }
    let least = match form {
        Form::Suffix => END,
        Form::Prefix => 2,
        _ => 1,
    };
    assert!((least..=fold::WORD_BYTES_MAX).contains(&folded.len()), "{place}: `{word}` is too short or too long");
    (form, folded)
}
