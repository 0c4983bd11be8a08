//! What a reading carries for `assess`: a few bytes, for they cross into the sandbox with every candidate.

use std::cmp::{Ordering, Reverse};

use crate::amounts::{AMOUNTS_MAX, Amount, amounts};
use crate::evidence::Evidence;
use crate::fold::{Form, hash_word, stem};
use crate::known::RARITY_UNIT;
use crate::tags::Tags;

/// Bytes from which a word can tell something.
const WORD_MIN: usize = 4;
/// Words kept of a post.
const WORDS_MAX: usize = 48;
/// Words that every fiftieth text holds, or more, say nothing when two texts share them.
const RARE_MIN: u8 = 4 * RARITY_UNIT;
const VERSION: u8 = 5;
/// Letters of a word that its kin share: “chemie” and “chemistry”, “aanhanger” and “aanhangwagen”. Words in other scripts
/// have no kin: so few of them are ever read that all are rare.
const ROOT_BYTES: usize = 4;
/// Marks a word that the text refuses: “no pianos”.
const REFUSED: u8 = 0x80;
/// Bytes of a [`Word`].
const WORD_BYTES: usize = 4;

/// Details of a post beyond its reading.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Tags that the text affirms.
    pub tags: Tags,
    /// Tags that the text excludes.
    pub excluded: Tags,
    /// What else was read.
    pub seen: Seen,
    /// Ages, weights and lengths.
    pub amounts: Vec<Amount>,
    /// The rarest words, sorted.
    pub words: Vec<Word>,
}

/// A word that tells something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// The hash of its first letters.
    pub root: u16,
    /// The hash of what follows.
    pub rest: u8,
    /// Half its rarity, with the highest bit where the text refuses the word.
    pub rarity: u8,
}

impl Word {
    fn new(word: &[u8], rarity: u8, refused: bool) -> Self {
        let stem = stem(word);
        let (root, rest) = stem.split_at(if stem.is_ascii() { stem.len().min(ROOT_BYTES) } else { stem.len() });
        let low = |part: &[u8]| hash_word(Form::Stem, part).1.to_le_bytes();
        let (root, rest) = (low(root), low(rest));
        let rarity = (rarity / 2) | if refused { REFUSED } else { 0 };
        Self { root: u16::from_le_bytes([root[0], root[1]]), rest: rest[0], rarity }
    }

    const fn is_refused(self) -> bool {
        self.rarity & REFUSED != 0
    }

    const fn half_rarity(self) -> u8 {
        self.rarity & !REFUSED
    }

    const fn bytes(self) -> [u8; WORD_BYTES] {
        let [low, high] = self.root.to_le_bytes();
        [low, high, self.rest, self.rarity]
    }

    const fn of([low, high, rest, rarity]: [u8; WORD_BYTES]) -> Self {
        Self { root: u16::from_le_bytes([low, high]), rest, rarity }
    }
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
            let refused = evidence.negated[at] || evidence.excepted[at] || evidence.refused[at];
            tells.then(|| Word::new(word, rarity, refused))
        };
        let mut words: Vec<Word> = (0..tokens.list.len()).filter_map(word).collect();
        words.sort_unstable_by_key(|word| (Reverse(word.half_rarity()), *word));
        words.truncate(WORDS_MAX);
        // What a text both refuses and affirms it affirms: that comes first.
        words.sort_unstable();
        words.dedup_by_key(|word| (word.root, word.rest));
        let (tags, excluded) = evidence.tags();
        Self { tags, excluded, seen, amounts: amounts(evidence), words }
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.seen.written.to_le_bytes());
        bytes.extend([self.seen.no_request, self.seen.no_offer, self.seen.over]);
        self.tags.encode(&mut bytes);
        self.excluded.encode(&mut bytes);
        bytes.push(u8::try_from(self.amounts.len()).unwrap_or(u8::MAX));
        bytes.extend(self.amounts.iter().flat_map(|amount| amount.bytes()));
        bytes.extend(self.words.iter().flat_map(|word| word.bytes()));
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
    /// The halved rarity of the rarest of those.
    pub refused_rarest: i32,
    /// Of how many roots both have words, but not the same.
    pub kin: u32,
    /// The halved rarity of the rarest of those.
    pub kin_rarest: i32,
    /// How many more of those the helper refuses.
    pub kin_refused: u32,
    /// The halved rarity of the rarest of those.
    pub kin_refused_rarest: i32,
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
    amounts: &'a [[u8; Amount::BYTES]],
    words: &'a [[u8; WORD_BYTES]],
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
        let (&count, bytes) = bytes.split_first()?;
        let (amounts, bytes) = bytes.split_at_checked(Amount::BYTES * usize::from(count).min(AMOUNTS_MAX))?;
        let seen = Seen { written: i32::from_le_bytes(*written), no_request, no_offer, over };
        Some(Self { tags, excluded, seen, amounts: amounts.as_chunks().0, words: bytes.as_chunks().0 })
    }

    /// How many words it carries.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// How many bounds the helper sets that what `self` asks for lies outside of, of those that matter in a category.
    pub fn outside(&self, helper: &Self, category: u16) -> u32 {
        let of = |amounts: &'a [[u8; Amount::BYTES]]| amounts.iter().filter_map(|bytes| Amount::of(*bytes));
        let bounds = of(helper.amounts).filter(|bound| bound.unit.matters(category));
        let outside = bounds.filter(|bound| of(self.amounts).any(|asked| bound.excludes(asked)));
        u32::try_from(outside.count()).unwrap_or(u32::MAX)
    }

    /// What words both have, this who asks and the other who gives. What the helper refuses does not count; who asks may
    /// refuse it: “I have no ladder” asks for one.
    pub fn shared(&self, other: &Self) -> Shared {
        let roots = |words: &'a [[u8; WORD_BYTES]]| words.chunk_by(|one, next| one[..2] == next[..2]);
        let root = |group: &[[u8; WORD_BYTES]]| group.first().map(|word| Word::of(*word).root);
        let (mut ours, mut theirs) = (roots(self.words), roots(other.words));
        let (mut our, mut their) = (ours.next(), theirs.next());
        let mut shared = Shared::default();
        while let (Some(one), Some(two)) = (our, their) {
            match root(one).cmp(&root(two)) {
                Ordering::Less => our = ours.next(),
                Ordering::Greater => their = theirs.next(),
                Ordering::Equal => {
                    shared.add(one, two);
                    (our, their) = (ours.next(), theirs.next());
                }
            }
        }
        shared
    }
}

impl Shared {
    /// Adds the words of one root: those of who asks, and of who gives.
    fn add(&mut self, ours: &[[u8; WORD_BYTES]], theirs: &[[u8; WORD_BYTES]]) {
        let mut same = false;
        for our in ours.iter().map(|word| Word::of(*word)) {
            let their = theirs.iter().map(|word| Word::of(*word)).find(|their| their.rest == our.rest);
            let Some(their) = their else { continue };
            same = true;
            let rarity = i32::from(our.half_rarity().min(their.half_rarity()));
            if their.is_refused() {
                self.refused += 1;
                self.refused_rarest = self.refused_rarest.max(rarity);
            } else {
                self.words += 1;
                self.rarity += rarity;
                self.rarest = self.rarest.max(rarity);
            }
        }
        if !same {
            let all_refused = theirs.iter().all(|word| Word::of(*word).is_refused());
            let rarest = |words: &[[u8; WORD_BYTES]], refused: bool| {
                let told = words.iter().map(|word| Word::of(*word)).filter(|word| refused || !word.is_refused());
                told.map(Word::half_rarity).max()
            };
            let rarity = i32::from(rarest(ours, true).min(rarest(theirs, all_refused)).unwrap_or(0));
            if all_refused {
                self.kin_refused += 1;
                self.kin_refused_rarest = self.kin_refused_rarest.max(rarity);
            } else {
                self.kin += 1;
                self.kin_rarest = self.kin_rarest.max(rarity);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Features, FeaturesRef, REFUSED, Seen, Shared, Tags, Word};
    use crate::amounts::{Bound, Unit};

    #[test]
    fn survives_its_bytes() {
        let mut tags = Tags::default();
        tags.insert(5);
        let seen = Seen { written: -3, no_request: 7, no_offer: 255, over: 9 };
        let amounts = vec![Amount { unit: Unit::Weight, bound: Bound::Most, value: 300 }; 2];
        let words = vec![Word { root: 7, rest: 3, rarity: 90 }, Word { root: 65_535, rest: 255, rarity: 255 }];
        let features = Features { tags, excluded: Tags([1 << 63; 8]), seen, words, amounts };
        let bytes = features.encode();
        let read = FeaturesRef::decode(&bytes);
        assert_eq!((read.tags, read.excluded, read.seen), (features.tags, features.excluded, features.seen));
        assert_eq!(read.words, [[7, 0, 3, 90], [255, 255, 255, 255]]);
        let of_another_version = FeaturesRef::decode(&[1, 0, 0]);
        assert!(of_another_version.tags.is_empty() && of_another_version.words.is_empty());
    }

    #[test]
    fn a_word_that_both_have_counts_with_the_lower_rarity_unless_the_helper_refuses_it() {
        let bytes = |words: &[(u16, u8, u8)]| {
            let words = words.iter().map(|&(root, rest, rarity)| Word { root, rest, rarity }).collect();
            Features { words, ..Features::default() }.encode()
        };
        let ours = bytes(&[(1, 0, 9), (300, 0, 40), (301, 1, 50), (301, 2, 20)]);
        let theirs = bytes(&[(2, 0, 9), (300, 0, 30), (301, 1, 60), (999, 0, 9)]);
        let (ours, theirs) = (FeaturesRef::decode(&ours), FeaturesRef::decode(&theirs));
        let both = Shared { words: 2, rarity: 80, rarest: 50, ..Shared::default() };
        assert_eq!((ours.shared(&theirs), theirs.shared(&ours)), (both, both));
        assert_eq!(ours.shared(&FeaturesRef::default()), Shared::default());
        let (ladder, no_ladder) = (bytes(&[(7, 0, 0x28)]), bytes(&[(7, 0, REFUSED | 0x28)]));
        let (ladder, no_ladder) = (FeaturesRef::decode(&ladder), FeaturesRef::decode(&no_ladder));
        assert_eq!(ladder.shared(&no_ladder), Shared { refused: 1, refused_rarest: 40, ..Shared::default() });
        assert_eq!(no_ladder.shared(&ladder).rarity, 40);
    }

    #[test]
    fn words_of_one_root_are_kin() {
        let bytes = |words: &[(&str, bool)]| {
            let words = words.iter().map(|(word, refused)| Word::new(word.as_bytes(), 80, *refused)).collect();
            Features { words, ..Features::default() }.encode()
        };
        let (trailer, small, none) =
            (bytes(&[("aanhanger", false)]), bytes(&[("aanhangwagen", false)]), bytes(&[("aanhangwagen", true)]));
        let shared = |one, two| FeaturesRef::decode(one).shared(&FeaturesRef::decode(two));
        assert_eq!(shared(&trailer, &small), Shared { kin: 1, kin_rarest: 40, ..Shared::default() });
        assert_eq!(shared(&trailer, &none), Shared { kin_refused: 1, kin_refused_rarest: 40, ..Shared::default() });
        assert_eq!(shared(&trailer, &trailer).kin, 0);
    }
}
