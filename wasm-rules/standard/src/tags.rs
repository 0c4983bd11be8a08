//! Sets of tags: the details of a post that must fit, such as the kind of pet.

const WORDS: usize = 8;

/// How many tags there can be.
pub const TAGS_MAX: usize = WORDS * 64;

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

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Appends them as bytes: their count, and each.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        let number = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
        bytes.extend(number(self.iter().count()));
        bytes.extend(self.iter().flat_map(number));
    }

    /// From bytes, with those that follow; none when they are no set.
    pub fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (count, bytes) = bytes.split_first_chunk()?;
        let (list, rest) = bytes.split_at_checked(2 * usize::from(u16::from_le_bytes(*count)))?;
        let mut tags = Self::default();
        for tag in list.as_chunks().0 {
            let tag = usize::from(u16::from_le_bytes(*tag));
            *tags.0.get_mut(tag / 64)? |= 1 << (tag % 64);
        }
        Some((tags, rest))
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
        let mut bytes = Vec::new();
        tags.encode(&mut bytes);
        bytes.push(7);
        assert_eq!(Tags::decode(&bytes), Some((tags, &[7][..])));
        for wrong in [&bytes[..8], &bytes[..1], &[1, 0, 0, 2]] {
            assert_eq!(Tags::decode(wrong), None);
        }
        assert_eq!((tags.iter().count(), tags.has(63), tags.has(62)), (4, true, false));
    }
}
