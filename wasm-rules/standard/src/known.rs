//! What the model knows of the words of a post: its rows of weights for them, looked up once.

use crate::evidence::Evidence;
use crate::grams::{key_at, pairs, pieces, spelling};
use crate::model::Model;
use crate::table::{Bucket, Row, Table};

/// A rarity of 1 (a word in one text of 2.7) in [`Known::rarities`].
pub const RARITY_UNIT: u8 = 16;
/// What a word is that no training text holds.
pub const UNKNOWN_RARITY: u8 = 10 * RARITY_UNIT;

/// The rows of weights of each word of a post.
#[derive(Debug)]
pub struct Known {
    /// That of the word itself, which holds the weights of its pieces too.
    pub words: Rows,
    /// Those of the pieces of a word that has none.
    pub pieces: Rows,
    /// Those of the pairs and frames that the word ends.
    pub pairs: Rows,
    /// How rare each word is: the logarithm of one in how many texts holds it, in 1/[`RARITY_UNIT`]; numbers are not.
    pub rarities: Vec<u8>,
}

impl Known {
    /// Looks up all words.
    pub fn new(model: &Model<'_>, evidence: &Evidence) -> Self {
        let tokens = &evidence.tokens;
        let all = 0..tokens.list.len();
        let mut keys = Keys::for_words(tokens.list.len());
        for at in all.clone() {
            keys.push(key_at(tokens, at));
            keys.end_word();
        }
        let words = keys.look_up(&model.words);
        let rarity = |at: usize| match words.of(at) {
            _ if tokens.list[at].number.is_some() => 0,
            [row, ..] => model.words.extra(*row),
            [] => UNKNOWN_RARITY,
        };
        let rarities: Vec<u8> = all.clone().map(rarity).collect();
        keys.clear();
        for at in all.clone() {
            if words.of(at).is_empty() {
                pieces(spelling(tokens, at), |key| keys.push(key));
            }
            keys.end_word();
        }
        let pieces = keys.look_up(&model.pieces);
        keys.clear();
        for at in all {
            pairs(tokens, &rarities, &evidence.negated, at, |key| keys.push(key));
            keys.end_word();
        }
        let pairs = keys.look_up(&model.pairs);
        Self { words, pieces, pairs, rarities }
    }
}

/// Rows of a table, word by word.
#[derive(Debug)]
pub struct Rows {
    rows: Vec<Row>,
    /// Behind the last row of each word.
    ends: Vec<u32>,
}

impl Rows {
    /// Those of the word at a place.
    pub fn of(&self, at: usize) -> &[Row] {
        self.of_all(at..at + 1)
    }

    /// Those of the words in a range.
    pub fn of_all(&self, words: std::ops::Range<usize>) -> &[Row] {
        let end = |words: usize| words.checked_sub(1).map_or(0, |last| self.ends[last] as usize);
        &self.rows[end(words.start)..end(words.end)]
    }
}

/// Keys to look up, word by word.
struct Keys {
    keys: Vec<u64>,
    ends: Vec<u32>,
}

impl Keys {
    fn for_words(words: usize) -> Self {
        Self { keys: Vec::with_capacity(words * 8), ends: Vec::with_capacity(words) }
    }

    fn clear(&mut self) {
        self.keys.clear();
        self.ends.clear();
    }

    fn push(&mut self, key: u64) {
        self.keys.push(key);
    }

    fn end_word(&mut self) {
        self.ends.push(u32::try_from(self.keys.len()).unwrap_or(u32::MAX));
    }

    /// All buckets are sought before the first is looked through, and nothing waits for whether a key was found: memory
    /// is slow, and a branch that nobody can foretell too.
    fn look_up<const BYTES: usize>(&self, table: &Table<'_, BYTES>) -> Rows {
        let buckets: Vec<Bucket> = self.keys.iter().map(|key| table.bucket(*key)).collect();
        let mut rows = vec![0; buckets.len()];
        let mut ends = Vec::with_capacity(self.ends.len());
        let (mut from, mut count) = (0, 0);
        for &end in &self.ends {
            for bucket in &buckets[from as usize..end as usize] {
                let (row, found) = table.row_in(*bucket);
                rows[count] = row;
                count += usize::from(found);
            }
            from = end;
            ends.push(u32::try_from(count).unwrap_or(u32::MAX));
        }
        rows.truncate(count);
        Rows { rows, ends }
    }
}
