//! Weights to the bytes that the module reads; the layout is told at `koppelaar_standard::model::Model` and `…::table`.

use koppelaar_standard::decide::FACTS;
use koppelaar_standard::grams::{pieces, word_key};
use koppelaar_standard::model::{FACT_UNIT, NUMBERS, PAIRED, UNIT, output, paired};
use koppelaar_standard::table::{self, LEVELS};

use crate::learn::Learned;
use crate::lessons::{Features, Name};

/// Lessons that must hold a piece or pair for it to be packed: what is rarer says little and takes much room.
const PIECES_MIN: u32 = 25;
const PAIRS_MIN: u32 = 9;
/// Rounds of moving the levels to where the weights are.
const ROUNDS: usize = 30;
/// What the root mean square of a column is in levels.
const STEPS: f64 = 1000.0;

/// A key, its weights and its extra bytes.
type Entry = (u64, Vec<f64>, Vec<u8>);

/// Packs what was learned. Without the second model, `decision`, the intents of the first are taken as they are.
pub fn pack(learned: &Learned, features: &Features, decision: &[[f64; 1 + FACTS]]) -> Vec<u8> {
    let mut bytes = Vec::new();
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
    for intent in 0..output::INTENTS {
        let row = decision.get(intent).copied().unwrap_or_else(|| {
            let mut row = [0.0; 1 + FACTS];
            row[1 + intent] = 1.0;
            row
        });
        bytes.extend(row.iter().flat_map(|weight| whole(weight * f64::from(FACT_UNIT)).to_le_bytes()));
    }
    let all = |id: usize| learned.weights[id].to_vec();
    let some = |id: usize| (0..PAIRED).map(|column| learned.weights[id][paired(column)]).collect();
    let kept = |min: u32, key: fn(&Name) -> Option<u64>, row: &dyn Fn(usize) -> Vec<f64>| -> Vec<Entry> {
        let names = features.names.iter().enumerate().filter(|(id, _)| features.counts[*id] >= min);
        names.filter_map(|(id, name)| Some((key(name)?, row(id), Vec::new()))).collect()
    };
    let piece = |name: &Name| if let Name::Piece(key) = name { Some(*key) } else { None };
    let pair = |name: &Name| if let Name::Pair(key) = name { Some(*key) } else { None };
    table(&words(learned, features), output::COUNT, &mut bytes);
    table(&kept(PIECES_MIN, piece, &all), output::COUNT, &mut bytes);
    table(&kept(PAIRS_MIN, pair, &some), PAIRED, &mut bytes);
    bytes
}

/// Known words, each with the weights of its pieces added in, and its rarity.
fn words(learned: &Learned, features: &Features) -> Vec<Entry> {
    let mut rows = Vec::new();
    for (id, name) in features.names.iter().enumerate() {
        let Name::Word(word) = name else { continue };
        let mut row = learned.weights[id].to_vec();
        if row.iter().all(|weight| *weight == 0.0) {
            continue;
        }
        pieces(word, |key| {
            if let Some(piece) = features.find(&Name::Piece(key)) {
                row.iter_mut().zip(&learned.weights[piece]).for_each(|(sum, weight)| *sum += weight);
            }
        });
        rows.push((word_key(word), row, vec![features.rarity_of(word)]));
    }
    rows
}

/// Appends a table of entries.
fn table(entries: &[Entry], columns: usize, bytes: &mut Vec<u8>) {
    let spread = |column: usize| {
        let square: f64 = entries.iter().map(|(_, row, _)| row[column].powi(2)).sum();
        (square / entries.len().max(1) as f64).sqrt().max(1e-9)
    };
    let spreads: Vec<f64> = (0..columns).map(spread).collect();
    let steps = |row: &[f64]| -> Vec<i16> {
        row.iter()
            .zip(&spreads)
            .map(|(weight, spread)| whole(weight / spread * STEPS).clamp(-32_767, 32_767) as i16)
            .collect()
    };
    let rows: Vec<Vec<i16>> = entries.iter().map(|(_, row, _)| steps(row)).collect();
    let levels = levels(rows.iter().flatten().copied().collect());
    let nearest = |step: i16| {
        (0..LEVELS).min_by_key(|at| (i32::from(step) - i32::from(levels[*at])).unsigned_abs()).expect("some level")
            as u8
    };

    let number = |number: usize| u32::try_from(number).expect("fewer than 2^32 keys").to_le_bytes();
    bytes.extend(number(entries.len()));
    bytes.extend(levels.iter().flat_map(|level| level.to_le_bytes()));
    for spread in &spreads {
        bytes.extend(whole(spread / STEPS * f64::from(UNIT) * table::SCALE_UNIT as f64).to_le_bytes());
    }
    let buckets = table::buckets(entries.len());
    let place = |at: usize| table::place(entries[at].0, buckets);
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by_key(|at| (place(*at), entries[*at].0));
    for bucket in 0..=buckets {
        let start = order.partition_point(|at| place(*at).0 < bucket);
        assert!(start < 1 << (8 * table::START_BYTES), "{start} keys are too many for the index");
        bytes.extend(&number(start)[..table::START_BYTES]);
    }
    bytes.extend(order.iter().flat_map(|at| place(*at).1.to_le_bytes()));
    for at in order {
        let mut row = vec![0_u8; columns.div_ceil(2)];
        for (column, step) in rows[at].iter().enumerate() {
            row[column / 2] |= nearest(*step) << (column % 2 * 4);
        }
        bytes.extend(row);
        bytes.extend(&entries[at].2);
    }
}

/// The levels that lie nearest to the weights: each moves to the mean of those that are nearest to it, until none moves.
/// One of them stays zero, where most weights are.
fn levels(mut steps: Vec<i16>) -> [i16; LEVELS] {
    steps.sort_unstable();
    let mut levels = [0_i16; LEVELS];
    if steps.is_empty() {
        return levels;
    }
    // The levels begin at even distances in the cube root of the spread: many near zero, a few far out.
    let far = f64::from(steps[0].unsigned_abs().max(steps[steps.len() - 1].unsigned_abs())).cbrt();
    for (at, level) in levels.iter_mut().enumerate() {
        let place = (at as f64 - 7.0) / 8.0 * far;
        *level = whole(place.powi(3)) as i16;
    }
    let mut sums = Vec::with_capacity(steps.len() + 1);
    sums.push(0_i64);
    for step in &steps {
        sums.push(sums[sums.len() - 1] + i64::from(*step));
    }
    for _ in 0..ROUNDS {
        let before = levels;
        levels.sort_unstable();
        let border = |at: usize| {
            let middle = i32::midpoint(i32::from(levels[at - 1]), i32::from(levels[at]));
            steps.partition_point(|step| i32::from(*step) < middle)
        };
        let borders: Vec<usize> = (0..=LEVELS)
            .map(|at| {
                if at == 0 {
                    0
                } else if at == LEVELS {
                    steps.len()
                } else {
                    border(at)
                }
            })
            .collect();
        for at in 0..LEVELS {
            let (from, to) = (borders[at], borders[at + 1]);
            if levels[at] != 0 && to > from {
                levels[at] = ((sums[to] - sums[from]) / (to - from) as i64) as i16;
            }
        }
        if levels == before {
            break;
        }
    }
    levels
}

fn whole(number: f64) -> i32 {
    number.round() as i32
}
