//! What the model sees of a post: its words, pairs of words and pieces of words, each as a hash.

use crate::fold::{Form, hash_end, hash_start, hash_step};
use crate::tokens::Tokens;

/// Lengths of the pieces, in bytes, with the word's borders counted.
const PIECES: std::ops::RangeInclusive<usize> = 4..=5;
/// Bytes of a word that are cut into pieces.
const PIECED_MAX: usize = 24;

/// Marks where a word or sentence begins or ends; no folded word holds it.
const BORDER: u8 = b'_';

/// Kinds of pair, mixed into the key.
mod pair {
    pub const NEXT: u8 = 16;
    pub const SKIP: u8 = 17;
    pub const NEGATED: u8 = 18;
    pub const FIRST: u8 = 19;
    pub const LAST: u8 = 20;
    pub const ASKED: u8 = 21;
    pub const FRAME: u8 = 22;
}

/// Words that are more common than this make the frame of a sentence; all others are its fill. In 1/16 of a rarity.
pub const COMMON_MAX: u8 = 72;
/// Words of a frame that are looked at together.
const FRAMES: std::ops::RangeInclusive<usize> = 2..=4;
/// Stands for any words that are not common.
const FILL: u64 = word_hash(b"*");
/// Stands before the first word of a sentence in a frame.
const BEFORE: u64 = word_hash(&[BORDER]);
/// Every number looks like this.
const NUMBER: u64 = word_hash(b"#");

/// Gives `found` the keys of the pairs and frames that end with the word at a place, and of the word with its marks. `rarities` holds that
/// of each word, `negated` whether a negation covers it.
pub fn pairs(tokens: &Tokens, rarities: &[u8], negated: &[bool], at: usize, mut found: impl FnMut(u64)) {
    let token = tokens.list[at];
    let word = spelled(tokens, at);
    let same = |other: usize| tokens.list[other].sentence == token.sentence;
    if at == 0 || !same(at - 1) {
        found(key(pair::FIRST, &[word]));
    } else {
        found(key(pair::NEXT, &[spelled(tokens, at - 1), word]));
        if at >= 2 && same(at - 2) {
            found(key(pair::SKIP, &[spelled(tokens, at - 2), word]));
        }
    }
    if at + 1 == tokens.list.len() || !same(at + 1) {
        let asked = tokens.questions[usize::from(token.sentence)];
        found(key(if asked { pair::ASKED } else { pair::LAST }, &[word]));
    }
    frames(tokens, rarities, at, &mut found);
    if negated.get(at).copied().unwrap_or(false) {
        found(key(pair::NEGATED, &[word]));
    }
}

/// Common words with the words between them left out, “who can * my”: how something is said, whatever it is about.
fn frames(tokens: &Tokens, rarities: &[u8], at: usize, found: &mut impl FnMut(u64)) {
    let sentence = tokens.list[at].sentence;
    let common = |at: usize| rarities[at] <= COMMON_MAX;
    // A run of fill counts once, at its last word.
    if !common(at) && tokens.list.get(at + 1).is_some_and(|next| next.sentence == sentence) && !common(at + 1) {
        return;
    }
    let mut frame = begun(pair::FRAME);
    let (mut length, mut place) = (0, at);
    loop {
        frame = with_word(frame, if common(place) { spelled(tokens, place) } else { FILL });
        length += 1;
        if FRAMES.contains(&length) {
            found(whole(frame));
        }
        if length == *FRAMES.end() {
            return;
        }
        let filled = !common(place);
        loop {
            if place == 0 || tokens.list[place - 1].sentence != sentence {
                found(whole(with_word(frame, BEFORE)));
                return;
            }
            place -= 1;
            if !filled || common(place) {
                break;
            }
        }
    }
}

/// The hash of the word at a place; one for every number.
fn spelled(tokens: &Tokens, at: usize) -> u64 {
    let token = &tokens.list[at];
    if token.number.is_some() { NUMBER } else { token.hash }
}

/// The bytes of the word at a place; one mark for every number.
pub fn spelling(tokens: &Tokens, at: usize) -> &[u8] {
    if tokens.list[at].number.is_some() { b"#" } else { tokens.word(at) }
}

/// The hash that a word has in every key.
pub const fn word_hash(word: &[u8]) -> u64 {
    let mut hash = hash_start(Form::Exact);
    let mut at = 0;
    while at < word.len() {
        hash = hash_step(hash, word[at]);
        at += 1;
    }
    hash
}

/// The key of a known word.
pub fn word_key(word: &[u8]) -> u64 {
    key(Form::Exact as u8, &[word_hash(word)])
}

/// The key of the word at a place.
pub fn key_at(tokens: &Tokens, at: usize) -> u64 {
    key(Form::Exact as u8, &[spelled(tokens, at)])
}

fn key(kind: u8, words: &[u64]) -> u64 {
    whole(words.iter().fold(begun(kind), |hash, word| with_word(hash, *word)))
}

/// The hash of a key of some kind without words.
const fn begun(kind: u8) -> u64 {
    hash_step(hash_start(Form::Exact), kind)
}

/// Words go in as their hashes, because each is part of some eight keys.
const fn with_word(hash: u64, word: u64) -> u64 {
    (hash ^ word).rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The keys of a word's pieces: what is known of a word never seen before.
pub fn pieces(word: &[u8], mut piece: impl FnMut(u64)) {
    let word = &word[..word.len().min(PIECED_MAX)];
    let mut bordered = [BORDER; PIECED_MAX + 2];
    bordered[1..=word.len()].copy_from_slice(word);
    let bordered = &bordered[..word.len() + 2];
    for from in 0..bordered.len() {
        let mut hash = hash_start(Form::Prefix);
        for (length, byte) in (1..=*PIECES.end()).zip(&bordered[from..]) {
            hash = hash_step(hash, *byte);
            if length >= *PIECES.start() {
                piece(whole(hash));
            }
        }
    }
}

fn whole(hash: u64) -> u64 {
    let (low, high) = hash_end(hash);
    u64::from(high) << 32 | low as u64
}
