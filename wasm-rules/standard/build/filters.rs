//! The filters by which the module tells soon that a word of a post is none of the data.

use crate::fold::{self, BEGINNING, END, Form};
use crate::words::Word;

/// Bits of the filter for words; the module takes this size, like the others, from the table.
const FILTER_BITS: usize = 1 << 17;
/// Entries of the table of lengths of `begin*` words, by their first bytes.
const LENGTHS: usize = 1 << 13;
/// Bits of the filter for the ends of words.
const END_BITS: usize = 1 << 10;

/// What tells of nearly every word of a post, and of its beginnings and endings, that they are in no table, without leaving
/// the cache.
pub struct Filters {
    /// A bit for each word.
    pub all: Vec<u64>,
    /// What `fold::endings` needs.
    pub ends: Vec<u64>,
    /// What `fold::beginnings` needs.
    pub lengths: Vec<i16>,
}

impl Filters {
    /// Those of the words of the data.
    pub fn of<'a>(words: impl Iterator<Item = &'a Word> + Clone) -> Self {
        let mut all = vec![0_u64; FILTER_BITS / 64];
        let mut ends = vec![0_u64; END_BITS / 64];
        let mut lengths = vec![0_i16; LENGTHS];
        let set = |bits: &mut [u64], hash: usize| {
            let bit = hash % (bits.len() * 64);
            bits[bit / 64] |= 1 << (bit % 64);
        };
        for (form, word) in words.clone() {
            set(&mut all, fold::hash_word(*form, word).0);
            match (form, word.len().checked_sub(BEGINNING)) {
                (Form::Suffix, _) => set(&mut ends, fold::hash_word(*form, &word[word.len() - END..]).0),
                (Form::Prefix, Some(longer)) => {
                    let bit = longer.min(i16::BITS as usize - 1);
                    lengths[fold::hash_word(*form, &word[..BEGINNING]).0 % LENGTHS] |= 1 << bit;
                }
                _ => {}
            }
        }
        for (form, word) in words {
            let mut found = *form == Form::Exact;
            let mut seek = |key| found |= key == fold::hash_word(*form, word);
            match form {
                Form::Prefix => fold::beginnings(&[word, &b"x"[..]].concat(), &lengths, &mut seek),
                Form::Suffix => fold::endings(&[b"x", &word[..]].concat(), &ends, &mut seek),
                _ => {}
            }
            assert!(found, "`{}` would never be found", String::from_utf8_lossy(word));
        }
        Self { all, ends, lengths }
    }
}
