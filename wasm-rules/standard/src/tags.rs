//! Sets of tags: the details of a post that must fit, such as the kind of pet.

const WORDS: usize = 8;

/// How many tags there can be.
pub const TAGS_MAX: usize = WORDS * 64;
/// Bytes of a set.
pub const BYTES: usize = WORDS * 8;

/// A set of tags, one bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Tags(pub [u64; WORDS]);

impl Tags {
    /// Adds one tag.
    pub fn insert(&mut self, tag: usize) {
        self.0[tag / 64] |= 1 << (tag % 64);
    }

    /// Whether a tag is in it.
    pub fn has(&self, tag: usize) -> bool {
        self.0[tag / 64] >> (tag % 64) & 1 == 1
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = *self;
        both.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= other);
        both
    }

    /// What is in this and not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut rest = *self;
        rest.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= !other);
        rest
    }

    /// The tags, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(at, word)| {
            std::iter::successors(Some(word), |word| Some(word & (word - 1)).filter(|_| *word != 0))
                .take_while(|word| *word != 0)
                .map(move |word| at * 64 + word.trailing_zeros() as usize)
        })
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// As bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> {
        self.0.into_iter().flat_map(u64::to_le_bytes)
    }

    /// From [`BYTES`] bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut tags = Self::default();
        for (word, bytes) in tags.0.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        tags
    }
}

#[cfg(test)]
mod tests {
    use super::{TAGS_MAX, Tags};

    #[test]
    fn survives_its_bytes() {
        let mut tags = Tags::default();
        for tag in [0, 63, 64, TAGS_MAX - 1] {
            tags.insert(tag);
        }
        let bytes: Vec<u8> = tags.bytes().collect();
        assert_eq!(Tags::from_bytes(&bytes), tags);
        assert_eq!((tags.count(), tags.has(63), tags.has(62)), (4, true, false));
    }
}
