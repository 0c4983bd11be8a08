//! What a reading carries for `assess`: some 60 bytes, which cross into the sandbox for every candidate.

use std::cmp::{Ordering, Reverse};

use crate::evidence::Evidence;
use crate::fold::{Form, hash_word, stem};
use crate::model::RARITY_UNIT;
use crate::tags::Tags;

/// Bytes from which a word can tell something.
const WORD_MIN: usize = 4;
/// Words kept of a post.
const WORDS_MAX: usize = 48;
/// Words that every fiftieth text holds, or more, say nothing when two texts share them.
const RARE_MIN: u8 = 4 * RARITY_UNIT;
const VERSION: u8 = 3;
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
            let refused =
                if evidence.negated[at] || evidence.excepted[at] || evidence.refused[at] { REFUSED } else { 0 };
            let hash = || u16::try_from(hash_word(Form::Stem, stem(word)).1 & 0xffff).unwrap_or(0);
            tells.then(|| (hash(), refused | (rarity / 2)))
        };
        let mut words: Vec<(u16, u8)> = (0..tokens.list.len()).filter_map(word).collect();
        words.sort_unstable_by_key(|&(hash, rarity)| (Reverse(rarity & !REFUSED), hash));
        words.truncate(WORDS_MAX);
        // What a text both refuses and affirms it affirms: that comes first.
        words.sort_unstable_by_key(|&(hash, rarity)| (hash, rarity & REFUSED));
        words.dedup_by_key(|(hash, _)| *hash);
        let (tags, excluded) = evidence.tags();
        Self { tags, excluded, seen, words }
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.seen.written.to_le_bytes());
        bytes.extend([self.seen.no_request, self.seen.no_offer, self.seen.over]);
        self.tags.encode(&mut bytes);
        self.excluded.encode(&mut bytes);
        bytes.extend(
            self.words.iter().flat_map(|(hash, rarity)| [hash.to_le_bytes()[0], hash.to_le_bytes()[1], *rarity]),
        );
        bytes
    }
}

/// Words that two posts have.
#[derive(Default, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// How many.
    pub words: u32,
    /// Their halved rarities, together.
    pub rarity: i32,
    /// The halved rarity of the rarest.
    pub rarest: i32,
    /// How many more there are that the helper refuses.
    pub refused: u32,
}

/// [`Features`] as [`assess`](crate::assess) reads them: borrowed from their bytes, because it reads those of every
/// candidate.
#[derive(Default, Debug, Clone, Copy)]
pub struct FeaturesRef<'a> {
    /// Tags that the text affirms.
    pub tags: Tags,
    /// Tags that the text excludes.
    pub excluded: Tags,
    /// What else was read.
    pub seen: Seen,
    words: &'a [[u8; 3]],
}

impl<'a> FeaturesRef<'a> {
    /// From bytes; nothing is known when another version wrote them.
    pub fn decode(bytes: &'a [u8]) -> Self {
        Self::of_this_version(bytes).unwrap_or_default()
    }

    fn of_this_version(bytes: &'a [u8]) -> Option<Self> {
        let (&VERSION, bytes) = bytes.split_first()? else { return None };
        let (written, bytes) = bytes.split_first_chunk()?;
        let (&[no_request, no_offer, over], bytes) = bytes.split_first_chunk()?;
        let (tags, bytes) = Tags::decode(bytes)?;
        let (excluded, bytes) = Tags::decode(bytes)?;
        let seen = Seen { written: i32::from_le_bytes(*written), no_request, no_offer, over };
        Some(Self { tags, excluded, seen, words: bytes.as_chunks().0 })
    }

    /// How many words it carries.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// What words both have, this who asks and the other who gives. What the helper refuses does not count; who asks may
    /// refuse it: “I have no ladder” asks for one.
    pub fn shared(&self, other: &Self) -> Shared {
        let word = |&[low, high, rarity]: &[u8; 3]| (u16::from_le_bytes([low, high]), rarity);
        let (mut ours, mut theirs) = (self.words.iter().map(word), other.words.iter().map(word));
        let (mut our, mut their) = (ours.next(), theirs.next());
        let mut shared = Shared::default();
        while let (Some((hash, rarity)), Some((their_hash, their_rarity))) = (our, their) {
            match hash.cmp(&their_hash) {
                Ordering::Less => our = ours.next(),
                Ordering::Greater => their = theirs.next(),
                Ordering::Equal => {
                    if their_rarity & REFUSED == 0 {
                        let rarity = i32::from((rarity & !REFUSED).min(their_rarity));
                        shared.words += 1;
                        shared.rarity += rarity;
                        shared.rarest = shared.rarest.max(rarity);
                    } else {
                        shared.refused += 1;
                    }
                    (our, their) = (ours.next(), theirs.next());
                }
            }
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::{Features, FeaturesRef, REFUSED, Seen, Shared, Tags};

    #[test]
    fn survives_its_bytes() {
        let mut tags = Tags::default();
        tags.insert(5);
        let seen = Seen { written: -3, no_request: 7, no_offer: 255, over: 9 };
        let features = Features { tags, excluded: Tags([1 << 63; 8]), seen, words: vec![(7, 90), (65_535, 255)] };
        let bytes = features.encode();
        let read = FeaturesRef::decode(&bytes);
        assert_eq!((read.tags, read.excluded, read.seen), (features.tags, features.excluded, features.seen));
        assert_eq!(read.words, [[7, 0, 90], [255, 255, 255]]);
        let of_another_version = FeaturesRef::decode(&[1, 0, 0]);
        assert!(of_another_version.tags.is_empty() && of_another_version.words.is_empty());
    }

    #[test]
    fn a_word_that_both_have_counts_with_the_lower_rarity_unless_the_helper_refuses_it() {
        let bytes = |words: &[(u16, u8)]| Features { words: words.to_vec(), ..Features::default() }.encode();
        let (ours, theirs) = (bytes(&[(1, 9), (300, 40), (301, 50)]), bytes(&[(2, 9), (300, 30), (301, 60), (999, 9)]));
        let (ours, theirs) = (FeaturesRef::decode(&ours), FeaturesRef::decode(&theirs));
        let both = Shared { words: 2, rarity: 80, rarest: 50, refused: 0 };
        assert_eq!((ours.shared(&theirs), theirs.shared(&ours)), (both, both));
        assert_eq!(ours.shared(&FeaturesRef::default()), Shared::default());
        let (ladder, no_ladder) = (bytes(&[(7, 0x28)]), bytes(&[(7, REFUSED | 0x28)]));
        let (ladder, no_ladder) = (FeaturesRef::decode(&ladder), FeaturesRef::decode(&no_ladder));
        assert_eq!(ladder.shared(&no_ladder), Shared { refused: 1, ..Shared::default() });
        assert_eq!(no_ladder.shared(&ladder).rarity, 40);
    }
}
