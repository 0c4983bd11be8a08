//! Weights to the bytes that the module reads; the layout is told at `koppelaar_standard::model::Model`.

use koppelaar_standard::grams::{pieces, word_key};
use koppelaar_standard::model::{FINER, NUMBERS, UNIT, output};

use crate::learn::{Learned, Row};
use crate::lessons::{Features, Name};

/// A slot's count of entries has six bits.
const ENTRIES_MAX: usize = 63;
/// Weights of pieces and pairs below this are left out, in the smallest step of a weight.
const ENTRY_MIN: i8 = 20;
/// Lessons that must hold a piece or pair for it to be packed: what is rarer says little and takes much room.
const PIECES_MIN: u32 = 18;
const PAIRS_MIN: u32 = 14;

/// A print and what stands there.
type Slot = (u32, u32);

/// Packs what was learned.
pub fn pack(learned: &Learned, features: &Features) -> Vec<u8> {
    let rows = word_rows(learned, features);
    // The greatest weight of a word is the greatest of all: it holds those of its pieces.
    let most = rows.iter().flat_map(|(.., row)| row).fold(0.0_f64, |most, weight| most.max(weight.abs()));
    let unit = (127.0 / most.max(1e-3)).floor().clamp(1.0, 4096.0);
    let small = |weight: f64| i8::try_from(whole(weight * unit).clamp(-127, 127)).expect("clamped");

    let mut bytes = Vec::new();
    bytes.extend(u32::try_from(whole(unit)).expect("positive").to_le_bytes());
    for bias in learned.biases {
        bytes.extend(whole(bias * f64::from(UNIT)).to_le_bytes());
    }
    for number in 0..NUMBERS {
        let row = features.find(&Name::Number(number)).map_or([0.0; output::COUNT], |id| learned.weights[id]);
        for weight in row {
            let weight = whole(weight * f64::from(UNIT)).clamp(i16::MIN.into(), i16::MAX.into());
            bytes.extend(i16::try_from(weight).expect("clamped").to_le_bytes());
        }
    }
    let word_keys: Vec<(u64, u32)> = (0_u32..).zip(&rows).map(|(at, (key, ..))| (*key, at)).collect();
    let word_slots = slots(&word_keys);
    let (other_slots, entries) = others(learned, features, small);
    for count in [word_slots.len(), other_slots.len(), rows.len()] {
        bytes.extend(u32::try_from(count).expect("fewer than 2^32").to_le_bytes());
    }
    for (print, value) in word_slots.into_iter().chain(other_slots) {
        bytes.extend(print.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    for (_, rarity, row) in &rows {
        bytes.extend(row.map(|weight| small(weight).to_le_bytes()[0]));
        bytes.push(*rarity);
    }
    bytes.extend(entries.iter().flat_map(|(output, weight)| [*output, weight.to_le_bytes()[0]]));
    bytes
}

/// Known words by their key, each with the weights of the word's pieces added in.
fn word_rows(learned: &Learned, features: &Features) -> Vec<(u64, u8, Row)> {
    let mut rows = Vec::new();
    for (id, name) in features.names.iter().enumerate() {
        let Name::Word(word) = name else { continue };
        let mut row = learned.weights[id];
        if row.iter().all(|weight| *weight == 0.0) {
            continue;
        }
        pieces(word, |key| {
            if let Some(piece) = features.find(&Name::Piece(key)) {
                row.iter_mut().zip(&learned.weights[piece]).for_each(|(sum, weight)| *sum += weight);
            }
        });
        rows.push((word_key(word), features.rarity_of(word), row));
    }
    rows.sort_unstable_by_key(|(key, ..)| *key);
    rows
}

/// Pieces and pairs, each with its weights that matter.
fn others(learned: &Learned, features: &Features, small: impl Fn(f64) -> i8) -> (Vec<Slot>, Vec<(u8, i8)>) {
    let key = |(id, name): (usize, &Name)| match name {
        Name::Piece(key) => (features.counts[id] >= PIECES_MIN).then_some((*key, id)),
        Name::Pair(key) => (features.counts[id] >= PAIRS_MIN).then_some((*key, id)),
        Name::Number(_) | Name::Word(_) => None,
    };
    let mut keys: Vec<(u64, usize)> = features.names.iter().enumerate().filter_map(key).collect();
    keys.sort_unstable();
    let (mut places, mut entries) = (Vec::new(), Vec::new());
    for (key, id) in keys {
        let from = entries.len();
        let row = learned.weights[id].map(|weight| small(weight * f64::from(FINER)));
        let strong = (0_u8..).zip(row).filter(|(_, weight)| weight.abs() >= ENTRY_MIN);
        entries.extend(strong.take(ENTRIES_MAX));
        let count = entries.len() - from;
        if count > 0 {
            places.push((key, u32::try_from(from << 6 | count).expect("fewer than 2^26 entries")));
        }
    }
    (slots(&places), entries)
}

/// Open addressing at no more than two thirds full; a print of 0 marks an empty slot.
fn slots(keys: &[(u64, u32)]) -> Vec<Slot> {
    let size = (keys.len() * 3 / 2).next_power_of_two().max(2);
    let mut slots = vec![(0, 0); size];
    for (key, value) in keys {
        let mut slot = usize::try_from(*key & 0xffff_ffff).expect("32 bits") & (size - 1);
        while slots[slot].0 != 0 {
            slot = (slot + 1) & (size - 1);
        }
        slots[slot] = (u32::try_from(key >> 32).expect("32 bits") | 1, *value);
    }
    slots
}

fn whole(number: f64) -> i32 {
    number.round() as i32
}
