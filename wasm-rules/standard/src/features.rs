//! What a reading carries for `assess`, in at most 200 bytes.

use crate::evidence::Evidence;
use crate::fold::{Form, hash_word, stem};

/// Words kept of a post.
const WORDS_MAX: usize = 64;
const VERSION: u8 = 1;
const HEAD: usize = 1 + 16 + 16 + 4;

/// Details of a post beyond its reading.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Tags that the text affirms, one bit each.
    pub tags: u128,
    /// Tags that the text excludes, one bit each.
    pub excluded: u128,
    /// The day of writing, in days since 1970.
    pub written: i32,
    /// Hashes of the rarer words, sorted.
    pub words: Vec<u16>,
}

impl Features {
    /// Collects them from what was found.
    pub fn new(evidence: &Evidence, written: i32) -> Self {
        let tokens = &evidence.tokens;
        let rare = |&at: &usize| tokens.list[at].number.is_none() && tokens.word(at).len() >= 5;
        let mut words: Vec<u16> = (0..tokens.list.len())
            .filter(rare)
            .map(|at| u16::try_from(hash_word(Form::Stem, stem(tokens.word(at))).1 & 0xffff).unwrap_or(0))
            .collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(WORDS_MAX);
        Self { tags: evidence.tags, excluded: evidence.excluded, written, words }
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 2 * self.words.len());
        bytes.push(VERSION);
        bytes.extend(self.tags.to_le_bytes());
        bytes.extend(self.excluded.to_le_bytes());
        bytes.extend(self.written.to_le_bytes());
        bytes.extend(self.words.iter().flat_map(|word| word.to_le_bytes()));
        bytes
    }

    /// From bytes; nothing is known when another version wrote them.
    pub fn decode(bytes: &[u8]) -> Self {
        let (Some(&VERSION), Some(head)) = (bytes.first(), bytes.get(1..HEAD)) else {
            return Self::default();
        };
        let mut wide = [0; 16];
        wide.copy_from_slice(&head[..16]);
        let tags = u128::from_le_bytes(wide);
        wide.copy_from_slice(&head[16..32]);
        let excluded = u128::from_le_bytes(wide);
        let written = i32::from_le_bytes([head[32], head[33], head[34], head[35]]);
        let words = bytes[HEAD..].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        Self { tags, excluded, written, words }
    }

    /// How many words both have.
    pub fn shared_words(&self, other: &Self) -> usize {
        self.words.iter().filter(|word| other.words.binary_search(word).is_ok()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::Features;

    #[test]
    fn survives_its_bytes() {
        let features = Features { tags: 5, excluded: 1 << 127, written: -3, words: vec![7, 65_535] };
        assert_eq!(Features::decode(&features.encode()), features);
        assert_eq!(Features::decode(&[2, 0, 0]), Features::default());
    }
}
