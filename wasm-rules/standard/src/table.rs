//! Packed rows of weights behind hashed keys.
//!
//! A weight is one of sixteen levels, in half a byte: the levels follow how the weights of a table are spread (Lloyd,
//! “Least squares quantization in PCM”, IEEE Transactions on Information Theory, 1982), so that few bits say most of what
//! they say. Each column has a scale of its own.
//!
//! Keys lie in buckets of [`BUCKET`] on average, one bucket after another without gaps, and an index says where each
//! begins. A key is told by its bucket and a print of sixteen bits: an unknown key is taken for another about once in
//! 16,000 times, and costs a look at the few prints of one bucket.

use crate::fold::slot_of;

/// Levels of a weight.
pub const LEVELS: usize = 16;
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

/// Bytes of a row of `columns` weights and `extra` bytes.
pub const fn row_bytes(columns: usize, extra: usize) -> usize {
    columns.div_ceil(2) + extra
}

/// A view of a packed table with `COLUMNS` weights a row.
///
/// Layout, little-endian: how many keys (`u32`), levels (`i16`), a scale (`i32`) for each column, the first row of each
/// bucket and then the number of rows ([`START_BYTES`] each), a print (`u16`) for each key, and a row for each key: weights
/// in half bytes, the lower half first, then the extra bytes.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a, const COLUMNS: usize> {
    buckets: usize,
    row: usize,
    levels: [i16; LEVELS],
    scales: [i32; COLUMNS],
    starts: &'a [u8],
    prints: &'a [u8],
    rows: &'a [u8],
}

impl<'a, const COLUMNS: usize> Table<'a, COLUMNS> {
    /// Takes a table with `extra` bytes a row from the front of `packed`; none when it is cut short.
    pub fn take(packed: &mut &'a [u8], extra: usize) -> Option<Self> {
        let mut take = |bytes: usize| {
            let (taken, rest) = packed.split_at_checked(bytes)?;
            *packed = rest;
            Some(taken)
        };
        let four = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let keys = four(take(4)?) as usize;
        let mut levels = [0; LEVELS];
        for (level, bytes) in levels.iter_mut().zip(take(LEVELS * 2)?.chunks_exact(2)) {
            *level = i16::from_le_bytes([bytes[0], bytes[1]]);
        }
        let mut scales = [0; COLUMNS];
        for (scale, bytes) in scales.iter_mut().zip(take(COLUMNS * 4)?.chunks_exact(4)) {
            *scale = four(bytes).cast_signed();
        }
        let (buckets, row) = (buckets(keys), row_bytes(COLUMNS, extra));
        let starts = take((buckets + 1).checked_mul(START_BYTES)?)?;
        let prints = take(keys.checked_mul(2)?)?;
        let rows = take(keys.checked_mul(row)?)?;
        Some(Self { buckets, row, levels, scales, starts, prints, rows })
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
    pub fn add(&self, row: &[u8], sums: &mut [i32; COLUMNS]) {
        for (pair, byte) in sums.chunks_mut(2).zip(row) {
            pair[0] += i32::from(self.levels[usize::from(byte & 15)]);
            if let [_, second] = pair {
                *second += i32::from(self.levels[usize::from(byte >> 4)]);
            }
        }
    }

    /// A sum of levels of one column in the model's unit, times [`SCALE_UNIT`].
    pub fn scaled(&self, sum: i32, column: usize) -> i64 {
        i64::from(sum) * i64::from(self.scales[column])
    }
}
