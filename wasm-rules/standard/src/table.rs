//! Packed rows of weights behind hashed keys.
//!
//! A weight is one of sixteen levels, in half a byte, times one of sixteen strengths of its row, times a scale of its
//! column that all tables share: a row of small weights keeps their proportions.
//! Levels and strengths follow how the weights of a table are
//! spread (after Lloyd, “Least squares quantization in PCM”, IEEE Transactions on Information Theory, 1982).
//!
//! Keys lie in buckets of [`BUCKET`] on average, one bucket after another without gaps, and an index says where each
//! begins. A key is told by its bucket and a print of sixteen bits: an unknown key is taken for another about once in
//! 16,000 times.

use crate::fold::slot_of;
use crate::lanes::{Lanes, two};

/// Levels of a weight, and strengths of a row.
pub const LEVELS: usize = 16;
/// The most that a level is, and the most that a strength is.
pub const LEVEL_MAX: i16 = 180;
/// See [`LEVEL_MAX`].
pub const STRENGTH_MAX: i16 = 256;
/// Rows that are summed at most: a title and text, 5,300 characters, hold fewer words, pieces and pairs.
const ROWS_MAX: i64 = 45_000;
const _: () = assert!(ROWS_MAX * LEVEL_MAX as i64 * STRENGTH_MAX as i64 <= i32::MAX as i64, "sums fit 32 bits");
/// What a scale of 1 is: a sum of levels times strengths, times its scale, divided by this, is in the model's unit.
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

/// Bytes of a row of `columns` weights and its strength.
pub const fn row_bytes(columns: usize) -> usize {
    (columns + 1).div_ceil(2)
}

/// Sums of the levels of rows that hold `BYTES` bytes of weights, a sum for each half byte.
pub type LevelSums<const BYTES: usize> = Lanes<BYTES>;

/// Prints that are compared at once: parts of a number.
const AT_ONCE: u32 = 4;
/// A one in each part.
const ONES: u64 = 0x0001_0001_0001_0001;
/// Bytes of the prints of two such lots.
pub const TWO_LOTS: usize = 2 * 2 * AT_ONCE as usize;

/// Number of a row.
pub type Row = u32;

/// Where a key may be: the rows of its bucket, and its print.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    from: Row,
    count: u32,
    print: u16,
}

/// A view of a packed table whose rows hold `BYTES` bytes of weights, two in a byte.
///
/// Layout, little-endian: how many keys (`u32`), levels (`i16`), strengths (`i16`), the first row of each bucket and then
/// the number of rows ([`START_BYTES`] each), a zero, a print (`u16`) for each key, [`TWO_LOTS`] zeros, and a row for each
/// key: weights in half bytes, the lower half first, the strength in the last half byte, then the extra bytes. The zeros let
/// more be read at once than is there.
#[derive(Clone, Debug)]
pub struct Table<'a, const BYTES: usize> {
    buckets: usize,
    row: usize,
    /// The two levels of each byte of weights, as [`LevelSums`] hold them.
    levels: [i64; 256],
    strengths: [i64; LEVELS],
    starts: &'a [u8],
    prints: &'a [u8],
    rows: &'a [u8],
}

impl<'a, const BYTES: usize> Table<'a, BYTES> {
    /// Takes a table with `extra` bytes a row from the front of `packed`; none when it is cut short.
    pub fn take(packed: &mut &'a [u8], extra: usize) -> Option<Self> {
        let mut take = |bytes: usize| {
            let (taken, rest) = packed.split_at_checked(bytes)?;
            *packed = rest;
            Some(taken)
        };
        let keys = u32::from_le_bytes(*take(4)?.first_chunk()?) as usize;
        let mut sixteen = || {
            let mut numbers = [0_i64; LEVELS];
            for (number, bytes) in numbers.iter_mut().zip(take(LEVELS * 2)?.chunks_exact(2)) {
                *number = i16::from_le_bytes([bytes[0], bytes[1]]).into();
            }
            Some(numbers)
        };
        let (single, strengths) = (sixteen()?, sixteen()?);
        let levels = std::array::from_fn(|byte| two(single[byte % LEVELS], single[byte / LEVELS]));
        let (buckets, row) = (buckets(keys), BYTES + extra);
        let starts = take((buckets + 1).checked_mul(START_BYTES)?.checked_add(1)?)?;
        let prints = take(keys.checked_mul(2)?.checked_add(TWO_LOTS)?)?;
        let rows = take(keys.checked_mul(row)?)?;
        Some(Self { buckets, row, levels, strengths, starts, prints, rows })
    }

    /// The bucket of a key.
    pub fn bucket(&self, key: u64) -> Bucket {
        let (bucket, print) = place(key, self.buckets);
        // Two starts stand side by side: where the bucket begins and where the next one does.
        let at = bucket * START_BYTES;
        let starts = self.starts.get(at..at + START_BYTES + 4).unwrap_or(&[0; START_BYTES + 4]);
        let start = |at: usize| {
            let four = starts[at..].first_chunk().copied().unwrap_or_default();
            u32::from_le_bytes(four) & ((1 << (8 * START_BYTES)) - 1)
        };
        let from = start(0);
        Bucket { from, count: start(START_BYTES).saturating_sub(from), print }
    }

    /// The row of a key, by its bucket, and whether there is one.
    pub fn row_in(&self, bucket: Bucket) -> (Row, bool) {
        let wanted = u64::from(bucket.print) * ONES;
        let mut passed = 0;
        loop {
            let from = (bucket.from + passed) as usize * 2;
            let prints = self.prints.get(from..from + TWO_LOTS).unwrap_or(&[0; TWO_LOTS]);
            let (lots, _) = prints.as_chunks::<{ TWO_LOTS / 2 }>();
            let [first, second] = [lots[0], lots[1]].map(|lot| part_of_zero(u64::from_le_bytes(lot) ^ wanted));
            let part = if first < AT_ONCE { first } else { AT_ONCE + second };
            let place = passed + part;
            passed += 2 * AT_ONCE;
            if part < 2 * AT_ONCE || passed >= bucket.count {
                return (bucket.from + place, place < bucket.count);
            }
        }
    }

    /// The first of the extra bytes of a row; 0 when it has none.
    pub fn extra(&self, row: Row) -> u8 {
        self.bytes(row).get(BYTES).copied().unwrap_or_default()
    }

    fn bytes(&self, row: Row) -> &'a [u8] {
        let at = row as usize * self.row;
        self.rows.get(at..at + self.row).unwrap_or_default()
    }

    /// Adds the levels of a row to `sums`.
    pub fn add(&self, row: Row, sums: &mut LevelSums<BYTES>) {
        // Beside the last column, whose number has no second one, stands the strength.
        if let Some(weights) = self.bytes(row).first_chunk::<BYTES>()
            && let Some(last) = weights.last()
        {
            let strength = self.strengths[usize::from(last >> 4)];
            sums.add_times(weights.iter().map(|byte| self.levels[usize::from(*byte)]), strength);
        }
    }
}

/// The first part that is zero, of those of a number; [`AT_ONCE`] when none is.
const fn part_of_zero(parts: u64) -> u32 {
    // A part that is zero borrows, and those above it may seem zero then; those below it may not.
    let zeros = parts.wrapping_sub(ONES) & !parts & (ONES << 15);
    zeros.trailing_zeros() / 16
}

#[cfg(test)]
mod tests {
    use super::{Bucket, LEVELS, LevelSums, TWO_LOTS, Table, buckets};

    /// Three buckets of so many keys, as `prints` tells; each key has three weights: levels -3, 5 and -1, at a strength of
    /// 2.
    fn packed(keys: [u8; 3]) -> Vec<u8> {
        let count: u8 = keys.iter().sum();
        let mut bytes = u32::from(count).to_le_bytes().to_vec();
        let levels: [i16; LEVELS] = [0, -3, 5, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let strengths: [i16; LEVELS] = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(levels.iter().chain(&strengths).flat_map(|number| number.to_le_bytes()));
        let starts = [0, keys[0], keys[0] + keys[1]].into_iter().chain(std::iter::repeat(count));
        bytes.extend(starts.take(buckets(count.into()) + 1).flat_map(|start| [start, 0, 0]));
        bytes.push(0);
        bytes.extend(
            keys.iter().enumerate().flat_map(|(bucket, keys)| prints(bucket, *keys)).flat_map(u16::to_le_bytes),
        );
        bytes.extend([0; TWO_LOTS]);
        bytes.extend((0..count).flat_map(|_| [0x21, 0x13]));
        bytes
    }

    fn prints(bucket: usize, keys: u8) -> std::ops::Range<u16> {
        let first = if bucket == 0 { 0 } else { 7 };
        first..first + u16::from(keys)
    }

    #[test]
    fn weights_are_levels_times_strength() {
        let bytes = packed([1, 0, 0]);
        let mut rest = &bytes[..];
        let table = Table::<2>::take(&mut rest, 0).unwrap();
        assert!(rest.is_empty());
        let (row, found) = table.row_in(table.bucket(0));
        assert!(found);
        let mut sums = LevelSums::ZERO;
        table.add(row, &mut sums);
        table.add(row, &mut sums);
        // What is below zero in one column takes nothing from the other of its number.
        let all: Vec<i32> = (0..3).map(|column| sums.get(column)).collect();
        assert_eq!(all, [-3 * 2 * 2, 5 * 2 * 2, -2 * 2]);
        assert!((0..bytes.len()).all(|length| Table::<2>::take(&mut &bytes[..length], 0).is_none()));
    }

    #[test]
    fn every_key_of_a_bucket_is_found_and_no_other() {
        for keys in (0..40).flat_map(|more| [[4, 4, more], [more, 4, 5], [5, more, 4]]) {
            let bytes = packed(keys);
            let table = Table::<2>::take(&mut &bytes[..], 0).unwrap();
            let mut before = 0;
            for (bucket, keys) in keys.into_iter().enumerate() {
                for print in 0..60_u16 {
                    let place = Bucket { from: before, count: keys.into(), print };
                    let (row, found) = table.row_in(place);
                    let range = prints(bucket, keys);
                    let expected = range.contains(&print).then(|| before + u32::from(print - range.start));
                    assert_eq!(found.then_some(row), expected, "print {print} among {keys} of bucket {bucket}");
                }
                before += u32::from(keys);
            }
        }
    }
}
