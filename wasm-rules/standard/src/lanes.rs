//! Two sums in one number, so that one addition, or one multiplication, does for both.

/// `2 * N` sums of 32 bits: of every two the first stands in the lower half of a number, the second in its upper half.
#[derive(Clone, Copy, Debug)]
pub struct Lanes<const N: usize>([i64; N]);

/// Two numbers as [`Lanes`] hold them.
pub fn two(first: impl Into<i64>, second: impl Into<i64>) -> i64 {
    // What the lower half borrows from the upper one goes back in `get`.
    first.into().wrapping_add(second.into() << 32)
}

impl<const N: usize> Lanes<N> {
    /// Nothing summed.
    pub const ZERO: Self = Self([0; N]);

    /// Adds other sums.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, other)| *sum = sum.wrapping_add(other));
    }

    /// Adds numbers that [`two`] made, each times the same factor.
    pub fn add_times(&mut self, numbers: impl IntoIterator<Item = i64>, factor: i64) {
        for (sum, number) in self.0.iter_mut().zip(numbers) {
            *sum = sum.wrapping_add(number.wrapping_mul(factor));
        }
    }

    /// One of the sums.
    pub fn get(&self, at: usize) -> i32 {
        let both = self.0[at / 2];
        let lower = low(both);
        if at.is_multiple_of(2) { lower } else { low(both.wrapping_sub(i64::from(lower)) >> 32) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low(both: i64) -> i32 {
    both as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Lanes, two};

    proptest! {
        #[test]
        fn neither_sum_takes_from_the_other(parts in prop::collection::vec((any::<i16>(), any::<i16>(), -9999_i64..9999), 0..7)) {
            let mut lanes = Lanes::<1>::ZERO;
            for &(first, second, factor) in &parts {
                let mut one = Lanes::ZERO;
                one.add_times([two(first, second)], factor);
                lanes.add(&one);
            }
            let sum = |of: fn(&(i16, i16, i64)) -> i64| parts.iter().map(of).sum::<i64>();
            prop_assert_eq!(i64::from(lanes.get(0)), sum(|part| i64::from(part.0) * part.2));
            prop_assert_eq!(i64::from(lanes.get(1)), sum(|part| i64::from(part.1) * part.2));
        }
    }
}
