//! Packed rows of weights behind hashed keys.
//!
//! A weight is one of sixteen levels, in half a byte, times one of sixteen strengths of its row, times a scale of its
//! column: a row of small weights keeps their proportions. Levels and strengths follow how the weights of a table are
//! spread (after Lloyd, “Least squares quantization in PCM”, IEEE Transactions on Information Theory, 1982).
//!
//! Keys lie in buckets of [`BUCKET`] on average, one bucket after another without gaps, and an index says where each
//! begins. A key is told by its bucket and a print of sixteen bits: an unknown key is taken for another about once in
//! 16,000 times, and costs a look at the few prints of one bucket.

use crate::fold::slot_of;

/// Levels of a weight, and strengths of a row.
pub const LEVELS: usize = 16;
/// The most that a level is, and the most that a strength is: a post of 5,300 characters holds fewer than 30,000 pairs, or
/// pieces, and their sums must fit 32 bits.
pub const LEVEL_MAX: i16 = 255;
/// See [`LEVEL_MAX`].
pub const STRENGTH_MAX: i16 = 256;
/// What a scale of 1 is: a sum of levels times its scale, divided by this, is in the model's unit.
pub const SCALE_UNIT: i64 = 1 << 20;
/// Keys of a bucket, on average.
const BUCKET: usize = 4;
/// Bytes of the number of the row with which a bucket begins.
pub const START_BYTES: usize = 3;

/// How many buckets so many keys lie in.
pub const fn buckets(keys: usize) -> usize {
    keys.div_ceil(BUCKET)
}

/// The bucket of a key among so many, and its print.
pub fn place(key: u64, buckets: usize) -> (usize, u16) {
    (slot_of((key & 0xffff_ffff) as usize, buckets), u16::try_from(key >> 48).unwrap_or(0))
}

/// Bytes of a row of `columns` weights, its strength, and `extra` bytes.
pub const fn row_bytes(columns: usize, extra: usize) -> usize {
    (columns + 1).div_ceil(2) + extra
}

/// Sums of the levels of a table whose rows hold `BYTES` bytes of weights: of two columns in each number, the first in its
/// lower half, so that one addition does for both.
#[derive(Clone, Copy, Debug)]
pub struct LevelSums<const BYTES: usize>([i64; BYTES]);

impl<const BYTES: usize> LevelSums<BYTES> {
    /// Nothing summed.
    pub const ZERO: Self = Self([0; BYTES]);

    /// Adds other sums.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, other)| *sum = sum.wrapping_add(other));
    }

    fn column(&self, column: usize) -> i32 {
        let both = self.0[column / 2];
        // What the lower half borrowed from the upper one goes back.
        let lower = low(both);
        if column.is_multiple_of(2) { lower } else { low(both.wrapping_sub(i64::from(lower)) >> 32) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn low(both: i64) -> i32 {
    both as i32
}

/// A view of a packed table whose rows hold `BYTES` bytes of weights, two in a byte.
///
/// Layout, little-endian: how many keys (`u32`), levels (`i16`), strengths (`i16`), a scale (`i32`) for each column, the
/// first row of each bucket and then the number of rows ([`START_BYTES`] each), a print (`u16`) for each key, and a row for
/// each key: weights in half bytes, the lower half first, the strength in the last half byte, then the extra bytes.
#[derive(Clone, Debug)]
pub struct Table<'a, const BYTES: usize> {
    buckets: usize,
    row: usize,
    /// The two levels of each byte of weights, as [`LevelSums`] holds them.
    levels: [i64; 256],
    strengths: [i64; LEVELS],
    scales: Vec<i32>,
    starts: &'a [u8],
    prints: &'a [u8],
    rows: &'a [u8],
}

impl<'a, const BYTES: usize> Table<'a, BYTES> {
    /// Takes a table of so many `columns` and with `extra` bytes a row from the front of `packed`; none when it is cut
    /// short.
    pub fn take(packed: &mut &'a [u8], columns: usize, extra: usize) -> Option<Self> {
        let mut take = |bytes: usize| {
            let (taken, rest) = packed.split_at_checked(bytes)?;
            *packed = rest;
            Some(taken)
        };
        let four = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let keys = four(take(4)?) as usize;
        let mut sixteen = || {
            let mut numbers = [0_i64; LEVELS];
            for (number, bytes) in numbers.iter_mut().zip(take(LEVELS * 2)?.chunks_exact(2)) {
                *number = i16::from_le_bytes([bytes[0], bytes[1]]).into();
            }
            Some(numbers)
        };
        let (single, strengths) = (sixteen()?, sixteen()?);
        let levels = std::array::from_fn(|byte| single[byte % LEVELS] + (single[byte / LEVELS] << 32));
        let scales = take(columns * 4)?.chunks_exact(4).map(|bytes| four(bytes).cast_signed()).collect();
        let (buckets, row) = (buckets(keys), row_bytes(columns, extra));
        let starts = take((buckets + 1).checked_mul(START_BYTES)?)?;
        let prints = take(keys.checked_mul(2)?)?;
        let rows = take(keys.checked_mul(row)?)?;
        Some(Self { buckets, row, levels, strengths, scales, starts, prints, rows })
    }

    /// The row of a key.
    pub fn find(&self, key: u64) -> Option<&'a [u8]> {
        let (bucket, print) = place(key, self.buckets);
        // Two starts stand side by side: where the bucket begins and where the next one does.
        let two = self.starts.get(bucket * START_BYTES..(bucket + 2) * START_BYTES)?;
        let start = |at: usize| u32::from_le_bytes([two[at], two[at + 1], two[at + 2], 0]) as usize;
        let (from, to) = (start(0), start(START_BYTES));
        let mut prints = self.prints.get(from * 2..to * 2)?.chunks_exact(2);
        let at = from + prints.position(|found| found == print.to_le_bytes())?;
        self.rows.get(at * self.row..(at + 1) * self.row)
    }

    /// Adds the levels of a row to `sums`.
    pub fn add(&self, row: &[u8], sums: &mut LevelSums<BYTES>) {
        // Beside the last column, whose number has no second one, stands the strength.
        if let Some(weights) = row.first_chunk::<BYTES>()
            && let Some(last) = weights.last()
        {
            let strength = self.strengths[usize::from(last >> 4)];
            for (sum, byte) in sums.0.iter_mut().zip(weights) {
                *sum = sum.wrapping_add(self.levels[usize::from(*byte)].wrapping_mul(strength));
            }
        }
    }

    /// The sum of one column in the model's unit, times [`SCALE_UNIT`].
    pub fn scaled(&self, sums: &LevelSums<BYTES>, column: usize) -> i64 {
        i64::from(sums.column(column)) * i64::from(self.scales[column])
    }
}

#[cfg(test)]
mod tests {
    use super::{LEVELS, LevelSums, Table};

    /// One key with three weights: levels -3, 5 and -1, at a strength of 2.
    fn packed() -> Vec<u8> {
        let mut bytes = 1_u32.to_le_bytes().to_vec();
        let levels: [i16; LEVELS] = [0, -3, 5, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let strengths: [i16; LEVELS] = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(levels.iter().chain(&strengths).flat_map(|number| number.to_le_bytes()));
        bytes.extend([10_i32, 100, 1000].iter().flat_map(|scale| scale.to_le_bytes()));
        bytes.extend([0, 0, 0, 1, 0, 0]);
        bytes.extend(7_u16.to_le_bytes());
        bytes.extend([0x21, 0x13]);
        bytes
    }

    #[test]
    fn weights_are_levels_times_strength_times_scale() {
        let bytes = packed();
        let mut rest = &bytes[..];
        let table = Table::<2>::take(&mut rest, 3, 0).unwrap();
        assert!(rest.is_empty());
        let row = table.find(7 << 48).unwrap();
        let mut sums = LevelSums::ZERO;
        table.add(row, &mut sums);
        table.add(row, &mut sums);
        // What is below zero in one column takes nothing from the other of its number.
        let all: Vec<i64> = (0..3).map(|column| table.scaled(&sums, column)).collect();
        assert_eq!(all, [-3 * 2 * 2 * 10, 5 * 2 * 2 * 100, -2 * 2 * 1000]);
        assert!(table.find(8 << 48).is_none());
        assert!(Table::<2>::take(&mut &bytes[..bytes.len() - 1], 3, 0).is_none());
    }
}
