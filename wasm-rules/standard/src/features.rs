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
const VERSION: u8 = 3;
const HEAD: usize = 1 + 2 * tags::BYTES + 7;
/// Marks a word that the text refuses: “no pianos”.
const REFUSED: u8 = 0x80;

/// Details of a post beyond its reading.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Tags that the text affirms.
    pub tags: Tags,
    /// Tags that the text excludes.
    pub excluded: Tags,
    /// What else was read.
    pub seen: Seen,
    /// The rarest words, sorted: hash and half the rarity, with the highest bit where the text refuses the word.
    pub words: Vec<(u16, u8)>,
}

/// Numbers that a reading carries for `assess`.
#[derive(Default, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The day of writing, in days since 1970.
    pub written: i32,
    /// How unlikely it is that its author asks, in log-odds of 1/[`crate::intent::ODD_UNIT`].
    pub no_request: u8,
    /// The same for giving.
    pub no_offer: u8,
    /// How likely it is that the post is closed: likewise, of the odds against it.
    pub over: u8,
}

impl Features {
    /// Collects them from what was found.
    pub fn new(evidence: &Evidence, rarities: &[u8], seen: Seen) -> Self {
        let tokens = &evidence.tokens;
        let word = |at: usize| {
            let word = tokens.word(at);
            let rarity = rarities[at];
            let tells = tokens.list[at].number.is_none() && word.len() >= WORD_MIN && rarity >= RARE_MIN;
            let refused = if evidence.negated[at] || evidence.excepted[at] { REFUSED } else { 0 };
            let hash = || u16::try_from(hash_word(Form::Stem, stem(word)).1 & 0xffff).unwrap_or(0);
            tells.then(|| (hash(), refused | rarity / 2))
        };
        let mut words: Vec<(u16, u8)> = (0..tokens.list.len()).filter_map(word).collect();
        words.sort_unstable_by_key(|&(hash, rarity)| (Reverse(rarity & !REFUSED), hash));
        words.truncate(WORDS_MAX);
        // What a text both refuses and affirms it affirms: that comes first.
        words.sort_unstable_by_key(|&(hash, rarity)| (hash, rarity & REFUSED));
        words.dedup_by_key(|(hash, _)| *hash);
        Self { tags: evidence.tags, excluded: evidence.excluded, seen, words }
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 3 * self.words.len());
        bytes.push(VERSION);
        bytes.extend(self.tags.bytes());
        bytes.extend(self.excluded.bytes());
        bytes.extend(self.seen.written.to_le_bytes());
        bytes.extend([self.seen.no_request, self.seen.no_offer, self.seen.over]);
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
        let (excluded, seen) = rest.split_at(tags::BYTES);
        let (tags, excluded) = (Tags::from_bytes(tags), Tags::from_bytes(excluded));
        let seen = Seen {
            written: i32::from_le_bytes([seen[0], seen[1], seen[2], seen[3]]),
            no_request: seen[4],
            no_offer: seen[5],
            over: seen[6],
        };
        let words =
            bytes[HEAD..].chunks_exact(3).map(|word| (u16::from_le_bytes([word[0], word[1]]), word[2])).collect();
        Self { tags, excluded, seen, words }
    }

    /// The halved rarities, together, of the words that both have, this who asks and the other who gives. What the helper
    /// refuses does not count; who asks may refuse it: “I have no ladder” asks for one.
    pub fn shared(&self, other: &Self) -> i32 {
        let (mut ours, mut theirs) = (self.words.iter().peekable(), other.words.iter().peekable());
        let mut sum = 0;
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            match our.0.cmp(&their.0) {
                Ordering::Less => drop(ours.next()),
                Ordering::Greater => drop(theirs.next()),
                Ordering::Equal => {
                    if their.1 & REFUSED == 0 {
                        sum += i32::from((our.1 & !REFUSED).min(their.1));
                    }
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
    use super::{Features, Seen, Tags};

    #[test]
    fn survives_its_bytes() {
        let mut tags = Tags::default();
        tags.insert(5);
        let seen = Seen { written: -3, no_request: 7, no_offer: 255, over: 9 };
        let features = Features { tags, excluded: Tags([1 << 63; 8]), seen, words: vec![(7, 90), (65_535, 255)] };
        assert_eq!(Features::decode(&features.encode()), features);
        assert_eq!(Features::decode(&[1, 0, 0]), Features::default());
    }
}
