//! What a reading carries for `assess`, in at most 300 bytes.

use std::cmp::{Ordering, Reverse};

use crate::evidence::Evidence;
use crate::fold::{Form, hash_word, stem};
use crate::model::RARITY_UNIT;
use crate::tags::{self, Tags};

/// Bytes from which a word can tell something.
const WORD_MIN: usize = 4;
/// Words kept of a post.
const WORDS_MAX: usize = 48;
/// Words that every fiftieth text holds, or more, say nothing when two texts share them.
const RARE_MIN: u8 = 4 * RARITY_UNIT;
const VERSION: u8 = 2;
const HEAD: usize = 1 + 2 * tags::BYTES + 4;

/// Details of a post beyond its reading.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Tags that the text affirms.
    pub tags: Tags,
    /// Tags that the text excludes.
    pub excluded: Tags,
    /// The day of writing, in days since 1970.
    pub written: i32,
    /// The rarest words: hash and rarity, sorted.
    pub words: Vec<(u16, u8)>,
}

impl Features {
    /// Collects them from what was found.
    pub fn new(evidence: &Evidence, rarities: &[u8], written: i32) -> Self {
        let tokens = &evidence.tokens;
        let word = |at: usize| {
            let word = tokens.word(at);
            let rarity = rarities[at];
            let tells = tokens.list[at].number.is_none() && word.len() >= WORD_MIN && rarity >= RARE_MIN;
            tells.then(|| (u16::try_from(hash_word(Form::Stem, stem(word)).1 & 0xffff).unwrap_or(0), rarity))
        };
        let mut words: Vec<(u16, u8)> = (0..tokens.list.len()).filter_map(word).collect();
        words.sort_unstable_by_key(|&(hash, rarity)| (Reverse(rarity), hash));
        words.truncate(WORDS_MAX);
        words.sort_unstable();
        words.dedup_by_key(|(hash, _)| *hash);
        Self { tags: evidence.tags, excluded: evidence.excluded, written, words }
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 3 * self.words.len());
        bytes.push(VERSION);
        bytes.extend(self.tags.bytes());
        bytes.extend(self.excluded.bytes());
        bytes.extend(self.written.to_le_bytes());
        bytes.extend(
            self.words.iter().flat_map(|(hash, rarity)| [hash.to_le_bytes()[0], hash.to_le_bytes()[1], *rarity]),
        );
        bytes
    }

    /// From bytes; nothing is known when another version wrote them.
    pub fn decode(bytes: &[u8]) -> Self {
        let (Some(&VERSION), Some(head)) = (bytes.first(), bytes.get(1..HEAD)) else {
            return Self::default();
        };
        let (tags, rest) = head.split_at(tags::BYTES);
        let (excluded, written) = rest.split_at(tags::BYTES);
        let (tags, excluded) = (Tags::from_bytes(tags), Tags::from_bytes(excluded));
        let written = i32::from_le_bytes([written[0], written[1], written[2], written[3]]);
        let words =
            bytes[HEAD..].chunks_exact(3).map(|word| (u16::from_le_bytes([word[0], word[1]]), word[2])).collect();
        Self { tags, excluded, written, words }
    }

    /// The rarities of the words that both have, together.
    pub fn shared(&self, other: &Self) -> i32 {
        let (mut ours, mut theirs) = (self.words.iter().peekable(), other.words.iter().peekable());
        let mut sum = 0;
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            match our.0.cmp(&their.0) {
                Ordering::Less => drop(ours.next()),
                Ordering::Greater => drop(theirs.next()),
                Ordering::Equal => {
                    sum += i32::from(our.1.min(their.1));
                    ours.next();
                    theirs.next();
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::{Features, Tags};

    #[test]
    fn survives_its_bytes() {
        let mut tags = Tags::default();
        tags.insert(5);
        let features =
            Features { tags, excluded: Tags([1 << 63; 8]), written: -3, words: vec![(7, 90), (65_535, 255)] };
        assert_eq!(Features::decode(&features.encode()), features);
        assert_eq!(Features::decode(&[1, 0, 0]), Features::default());
    }
}
