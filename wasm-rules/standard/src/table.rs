//! Packed rows of weights behind hashed keys.
//!
//! A weight is one of sixteen levels, in half a byte: the levels follow how the weights of a table are spread (Lloyd,
//! “Least squares quantization in PCM”, IEEE Transactions on Information Theory, 1982), so that few bits say most of what
//! they say. Each column has a scale of its own. A key is told by its slot and a print of sixteen bits: an unknown key is
//! taken for another once in as many as 65,535 divided by the slots that its search looks at.

use crate::fold::slot_of;

/// Levels of a weight.
pub const LEVELS: usize = 16;
/// Bytes of a table before its prints: slots (`u32`), levels (`i16`), then a scale (`i32`) for each column.
pub const fn head(columns: usize) -> usize {
    4 + LEVELS * 2 + columns * 4
}
/// What a scale of 1 is: a sum of levels times its scale, divided by this, is in the model's unit.
pub const SCALE_UNIT: i64 = 1 << 20;

/// Where the search for a key begins among so many slots, and its print, which is never 0.
pub fn place(key: u64, slots: usize) -> (usize, u16) {
    let print = u16::try_from(key >> 48).unwrap_or(0).max(1);
    (slot_of((key & 0xffff_ffff) as usize, slots), print)
}

/// Bytes of a row of `columns` weights and `extra` bytes.
pub const fn row_bytes(columns: usize, extra: usize) -> usize {
    columns.div_ceil(2) + extra
}

/// A view of a packed table with `COLUMNS` weights a row.
///
/// Layout, little-endian: the head as [`head`] tells, a print (`u16`) for each slot, where 0 marks an empty one, and a
/// row for each slot: weights in half bytes, the lower half first, then the extra bytes.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a, const COLUMNS: usize> {
    slots: usize,
    row: usize,
    levels: [i16; LEVELS],
    scales: [i32; COLUMNS],
    prints: &'a [u8],
    rows: &'a [u8],
}

impl<'a, const COLUMNS: usize> Table<'a, COLUMNS> {
    /// Takes a table with `extra` bytes a row from the front of `packed`; none when it is cut short or has no empty slot.
    pub fn take(packed: &mut &'a [u8], extra: usize) -> Option<Self> {
        let mut take = |bytes: usize| {
            let (taken, rest) = packed.split_at_checked(bytes)?;
            *packed = rest;
            Some(taken)
        };
        let four = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let slots = four(take(4)?) as usize;
        let mut levels = [0; LEVELS];
        for (level, bytes) in levels.iter_mut().zip(take(LEVELS * 2)?.chunks_exact(2)) {
            *level = i16::from_le_bytes([bytes[0], bytes[1]]);
        }
        let mut scales = [0; COLUMNS];
        for (scale, bytes) in scales.iter_mut().zip(take(COLUMNS * 4)?.chunks_exact(4)) {
            *scale = four(bytes).cast_signed();
        }
        let row = row_bytes(COLUMNS, extra);
        let prints = take(slots.checked_mul(2)?)?;
        let rows = take(slots.checked_mul(row)?)?;
        // A search ends at an empty slot.
        let ends = prints.chunks_exact(2).any(|print| print == [0, 0]);
        ends.then_some(Self { slots, row, levels, scales, prints, rows })
    }

    /// The row of a key.
    pub fn find(&self, key: u64) -> Option<&'a [u8]> {
        let (mut slot, print) = place(key, self.slots);
        loop {
            match u16::from_le_bytes([self.prints[slot * 2], self.prints[slot * 2 + 1]]) {
                0 => return None,
                found if found == print => return Some(&self.rows[slot * self.row..(slot + 1) * self.row]),
                _ => slot = if slot + 1 == self.slots { 0 } else { slot + 1 },
            }
        }
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

    /// The level of one weight of a row.
    pub fn level(&self, row: &[u8], column: usize) -> i32 {
        i32::from(self.levels[usize::from(row[column / 2] >> (column % 2 * 4) & 15)])
    }

    /// A sum of levels of one column in the model's unit, times [`SCALE_UNIT`].
    pub fn scaled(&self, sum: i32, column: usize) -> i64 {
        i64::from(sum) * i64::from(self.scales[column])
    }
}
